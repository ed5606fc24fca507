//! Two ways to draw a [`Window`]: as a list of cards or lines, and as a table with a header that stays.

use super::trouble::trouble_note;
use super::window::{Fetch, Row, RowHeight, Window};
use leptos::prelude::*;

/// A long list, or table.
pub(crate) struct Long {
    /// What it is, for those who hear it.
    pub(crate) label: String,
    /// A class for the region.
    pub(crate) class: &'static str,
    /// How wide a table is, where its columns have fixed widths.
    pub(crate) width: Option<u32>,
    /// Where a wide table tells how far it is scrolled sideways, and how wide it is seen: it draws only those columns.
    pub(crate) across: Option<RwSignal<(f64, f64)>>,
    /// Rows, as far as known beforehand.
    pub(crate) total: u32,
    /// How high a row is.
    pub(crate) height: RowHeight,
    /// Milliseconds a row must be in sight before it is fetched.
    pub(crate) patience: u32,
    /// Fetches rows.
    pub(crate) fetch: Fetch,
    /// What to say when there is nothing.
    pub(crate) empty: &'static str,
}

/// As a list: each row is an item whose height may differ.
pub(crate) fn window_list(long: Long) -> AnyView {
    let window = Window::new(long.total, long.height, long.patience, long.across, long.fetch);
    let item = move |(index, row): (u32, Option<Row>)| {
        let contents = match row {
            Some(row) => row(),
            None => view! { <span class="bone" aria-hidden="true"></span> }.into_any(),
        };
        view! {
            <li data-row=index aria-setsize=move || window.total.get() aria-posinset=index + 1>
                {contents}
            </li>
        }
    };
    let rest = Rest { window, empty: long.empty };
    view! {
        <div
            class=format!("long {}", long.class)
            role="region"
            aria-label=long.label
            tabindex="0"
            node_ref=window.region
            on:scroll=move |_| window.on_scroll()
            hidden=move || rest.is_bare()
        >
            <div style:block-size=move || px(window.span.get().before)></div>
            <ul class="long-list" role="list" data-rows>
                <For each=move || window.rows() key=|(index, row)| (*index, row.is_some()) children=item />
            </ul>
            <div style:block-size=move || px(window.span.get().after)></div>
        </div>
        {rest.view()}
    }
    .into_any()
}

/// As a table: `head` is its header row, `columns` how many cells a row has, `height` must be fixed.
pub(crate) fn window_table(long: Long, columns: usize, head: AnyView) -> AnyView {
    let window = Window::new(long.total, long.height, long.patience, long.across, long.fetch);
    let item = move |(index, row): (u32, Option<Row>)| {
        // The header is row 1.
        let place = index + 2;
        match row {
            Some(row) => view! { <tr aria-rowindex=place>{row()}</tr> }.into_any(),
            None => view! {
                <tr aria-rowindex=place class="bones">
                    <td colspan=columns><span class="bone" aria-hidden="true"></span></td>
                </tr>
            }
            .into_any(),
        }
    };
    let rest = Rest { window, empty: long.empty };
    let label = long.label.clone();
    view! {
        <div
            class=format!("long long-table {}", long.class)
            role="region"
            aria-label=label
            tabindex="0"
            node_ref=window.region
            on:scroll=move |_| window.on_scroll()
            hidden=move || rest.is_bare()
        >
            <table aria-label=long.label style:inline-size=long.width.map(|width| format!("{width}px")) aria-rowcount=move || window.total.get() + 1
                aria-colcount=long.across.map(|_| columns)>
                <thead>{head}</thead>
                <tbody class="space" aria-hidden="true">
                    <tr><td style:block-size=move || px(window.span.get().before)></td></tr>
                </tbody>
                <tbody data-rows>
                    <For each=move || window.rows() key=|(index, row)| (*index, row.is_some()) children=item />
                </tbody>
                <tbody class="space" aria-hidden="true">
                    <tr><td style:block-size=move || px(window.span.get().after)></td></tr>
                </tbody>
            </table>
        </div>
        {rest.view()}
    }
    .into_any()
}

/// What stands in the place of the rows when there are none, or could not be fetched.
#[derive(Clone, Copy)]
struct Rest {
    window: Window,
    empty: &'static str,
}

impl Rest {
    fn is_bare(self) -> bool {
        self.window.begun.get() && self.window.total.get() == 0
    }

    fn view(self) -> AnyView {
        let window = self.window;
        view! {
            <Show when=move || self.is_bare() && window.trouble.with(Option::is_none)>
                <p class="empty">{self.empty}</p>
            </Show>
            {move || {
                window.trouble.get().map(|trouble| {
                    view! {
                        {trouble_note(&trouble)}
                        <p><button type="button" class="button" on:click=move |_| window.retry()>"Try again"</button></p>
                    }
                })
            }}
        }
        .into_any()
    }
}

/// Written by the browser: Rust's own way to write fractions would be 15 kB of program, for this alone.
fn px(pixels: f64) -> String {
    let mut css = js_sys::Number::from(pixels).to_string_with_radix(10).map(String::from).unwrap_or_default();
    css.push_str("px");
    css
}
