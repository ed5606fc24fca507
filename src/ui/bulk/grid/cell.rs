//! The cell with the focus, in full: what it holds, what is wrong with it and what would put it right, what the file has.

use super::{Grid, head, paint};
use crate::engine::protocol::{CellIssue, Change, RowKind, WholeCell};
use crate::ui::bulk::problems::sign;
use crate::ui::components::live::live;
use crate::ui::words::number;
use leptos::prelude::*;

/// What is said of the cell with the focus besides its text, and the place where it is shown.
pub(super) fn cell_panel(grid: Grid) -> AnyView {
    view! {
        <p class="unseen" id=paint::WORDS>{move || grid.words_at_head()}</p>
        <section class="cell-panel" aria-label="The cell in full" tabindex="0">
            {live(move || grid.head_line())}
            {live(move || whole(grid))}
        </section>
    }
    .into_any()
}

impl Grid {
    fn words_at_head(self) -> String {
        self.arrived.track();
        self.summary.track();
        let head = self.at.get().head;
        let row = u32::try_from(head.row).ok().and_then(|row| self.row(row));
        row.map_or_else(String::new, |row| {
            let position = (row.kind != RowKind::Damaged).then(|| head.column.checked_sub(1)).flatten();
            paint::words(&row, position)
        })
    }

    /// Where it is.
    fn head_line(self) -> AnyView {
        self.arrived.track();
        let at = self.at.get();
        let Some(row) = u32::try_from(at.head.row).ok().and_then(|row| self.row(row)) else {
            let name = self.header(at.head.column).map(|header| view! { ": "<strong>{header.header}</strong> });
            return view! {
                <p class="cell-place">"The header"{name}"."</p>
                {head::width_buttons(self, at.head.column)}
            }
            .into_any();
        };
        let name = self.header(at.head.column).map(|header| header.header);
        let many = at.block(self.size()).filter(|_| at.is_many()).map(|(rows, columns)| {
            let (rows, columns) = (rows.1 - rows.0 + 1, u32::from(columns.1 - columns.0) + 1);
            format!(" · {} × {} cells selected", number(rows), number(columns))
        });
        view! {
            <p class="cell-place">
                "Line "{number(row.line)}
                {name.map(|name| view! { " · "<strong>{name}</strong> })}
                {row.is_left_out.then_some(" · left out")}
                {many}
            </p>
        }
        .into_any()
    }
}

fn whole(grid: Grid) -> AnyView {
    let Some((place, position, cell)) = grid.opened.get() else {
        // Until it is here, and for a row as a whole.
        let words = grid.words_at_head();
        return view! { <p class="cell-quiet">{words}</p> }.into_any();
    };
    let issues = cell.issues.iter().enumerate().map(|(index, issue)| wrong(grid, place, position, issue, index)).collect_view();
    view! {
        {text(&cell)}
        {issues}
        {in_file(grid, place, position, &cell)}
    }
    .into_any()
}

fn text(cell: &WholeCell) -> AnyView {
    match cell.text.is_empty() {
        true => view! { <p class="cell-quiet">"Blank: what the store has is left alone."</p> }.into_any(),
        false => view! { <pre class="cell-text">{cell.text.clone()}</pre> }.into_any(),
    }
}

fn wrong(grid: Grid, place: u32, position: u16, issue: &CellIssue, index: usize) -> AnyView {
    let (icon, class) = sign(issue.severity);
    let mended = issue.mended.clone().map(|mended| {
        let shown: String = mended.chars().take(60).collect();
        let keys = (index == 0).then_some("Alt+Enter");
        view! {
            <button
                type="button"
                class="button button-small"
                title=keys
                on:click=move |_| {
                    grid.edit(Change::Cell { place, column: position, text: Some(mended.clone()) });
                    grid.focus();
                }
            >
                "Put right: "<code>{if shown.is_empty() { "blank".to_owned() } else { shown }}</code>
            </button>
        }
    });
    view! {
        <div class="cell-issue">
            <span class=class>{icon.view()}</span>
            <p><span class="unseen">{paint::severity(issue.severity)}": "</span><strong>{issue.what.clone()}</strong>" "{issue.cure.clone()}</p>
            {mended}
        </div>
    }
    .into_any()
}

fn in_file(grid: Grid, place: u32, position: u16, cell: &WholeCell) -> AnyView {
    if cell.text == cell.in_file {
        return ().into_any();
    }
    let was: String = cell.in_file.chars().take(120).collect();
    view! {
        <div class="cell-issue">
            <span class="edited-mark" aria-hidden="true"></span>
            <p>"Edited. In the file: "{if was.is_empty() { view! { <em>"blank"</em> }.into_any() } else { view! { <code>{was}</code> }.into_any() }}</p>
            <button
                type="button"
                class="button button-small"
                title="Alt+Backspace"
                on:click=move |_| {
                    grid.edit(Change::Cell { place, column: position, text: None });
                    grid.focus();
                }
            >
                "As in the file"
            </button>
        </div>
    }
    .into_any()
}
