//! The header: the columns' names, sorting by them, and how wide they are.
//!
//! A press sorts: ascending, descending, not at all. Between two columns stands a separator: dragged, moved by arrow keys, set
//! back by a double click.

use super::{At, Grid, Spot};
use crate::browser::{board, page};
use crate::engine::protocol::{GridView, HeaderView, Sort};
use crate::ui::components::live::live;
use leptos::ev::{KeyboardEvent, PointerEvent};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;

const NARROWEST: u32 = 60;
const WIDEST: u32 = 900;
/// By how much an arrow key moves a separator.
const STEP: u32 = 16;

/// Moves the focus to the header of a column.
pub(super) fn focus(column: u16) {
    page::focus(&format!("#grid-head-{column}"));
}

/// A key in the header; whether it was one of the header's own.
pub(super) fn key(grid: Grid, column: u16, event: &KeyboardEvent) -> bool {
    let is_separator = board::is_within(event.target(), "[role=separator]");
    let key = event.key();
    let width = grid.widths.with_untracked(|widths| widths.get(usize::from(column)).copied().unwrap_or(0));
    match (key.as_str(), is_separator) {
        ("ArrowLeft", true) => grid.set_width(column, width.saturating_sub(STEP)),
        ("ArrowRight", true) => grid.set_width(column, width + STEP),
        ("Home", true) => grid.set_width(column, NARROWEST),
        ("End", true) => grid.set_width(column, WIDEST),
        ("Enter" | " ", true) => grid.reset_width(column),
        ("Escape" | "F2", true) => focus(column),
        ("Enter" | " ", false) => grid.sort_by(column),
        ("F2", false) => page::focus(&format!("#grid-edge-{column}")),
        ("ArrowLeft", false) if event.shift_key() => grid.set_width(column, width.saturating_sub(STEP)),
        ("ArrowRight", false) if event.shift_key() => grid.set_width(column, width + STEP),
        _ => return false,
    }
    true
}

impl Grid {
    /// Sorts by a column: ascending, then descending, then not. By the line number is the file's own order.
    pub(super) fn sort_by(self, column: u16) {
        let now = self.view.with_untracked(|view| view.sort);
        let sort = column.checked_sub(1).and_then(|column| match now {
            Some(Sort { column: same, is_descending: false }) if same == column => Some(Sort { column, is_descending: true }),
            Some(Sort { column: same, .. }) if same == column => None,
            _ => Some(Sort { column, is_descending: false }),
        });
        let view = self.view.with_untracked(|view| GridView { sort, ..view.clone() });
        let name = self.header(column).map_or_else(String::new, |header| header.header);
        spawn_local(async move {
            self.show(view).await;
            self.say(match sort {
                Some(sort) if sort.is_descending => format!("Sorted by {name}, the largest first."),
                Some(_) => format!("Sorted by {name}, the smallest first."),
                None => "In the order of the file.".into(),
            });
        });
    }

    fn set_width(self, column: u16, width: u32) {
        self.widths.update(|widths| {
            if let Some(known) = Arc::make_mut(widths).get_mut(usize::from(column)) {
                *known = width.clamp(NARROWEST, WIDEST);
            }
        });
        self.paint();
    }

    fn reset_width(self, column: u16) {
        if let Some(width) = self.usual_widths().get(usize::from(column)).copied() {
            self.set_width(column, width);
        }
    }
}

/// The width of a column without dragging: for whoever can press, but not drag.
pub(super) fn width_buttons(grid: Grid, column: u16) -> AnyView {
    if column == 0 {
        return ().into_any();
    }
    let width = move || grid.widths.with_untracked(|widths| widths.get(usize::from(column)).copied().unwrap_or(0));
    view! {
        <div class="grid-tools" role="group" aria-label="Width of the column">
            <button type="button" class="button button-small" on:click=move |_| grid.set_width(column, width().saturating_sub(4 * STEP))>"Narrower"</button>
            <button type="button" class="button button-small" on:click=move |_| grid.set_width(column, width() + 4 * STEP)>"Wider"</button>
            <button type="button" class="button button-small" on:click=move |_| grid.reset_width(column)>"As before"</button>
        </div>
    }
    .into_any()
}

/// The header row.
pub(super) fn header(grid: Grid) -> AnyView {
    let summary = grid.summary;
    let columns = Memo::new(move |_| summary.with(|file| file.as_ref().map(|file| file.columns.clone()).unwrap_or_default()));
    live(move || {
        let id = grid.id_column();
        let cells = columns
            .get()
            .iter()
            .zip(1u16..)
            .map(|(header, column)| head(grid, column, header, Some(column) == id))
            .collect_view();
        view! {
            <div role="row" aria-rowindex="1" data-row="-1" class="sheet-row">
                {line(grid)}
                {cells}
            </div>
        }
        .into_any()
    })
}

fn is_stop(grid: Grid, column: u16) -> &'static str {
    if grid.at.with(|at| at.head == Spot { row: -1, column }) { "0" } else { "-1" }
}

fn pressed(grid: Grid, column: u16) {
    grid.go(At::one(Spot { row: -1, column }));
    grid.sort_by(column);
}

fn line(grid: Grid) -> AnyView {
    view! {
        <div
            role="columnheader"
            class="cell cell-line"
            id="grid-head-0"
            data-col="0"
            aria-colindex="1"
            tabindex=move || is_stop(grid, 0)
            style:left="0px"
            style:width=move || px(grid, 0)
            on:click=move |_| pressed(grid, 0)
        >
            "Line"
        </div>
    }
    .into_any()
}

fn head(grid: Grid, column: u16, header: &HeaderView, is_id: bool) -> AnyView {
    let sorted = move || match grid.sort() {
        Some(sort) if sort.column + 1 == column => Some(if sort.is_descending { "descending" } else { "ascending" }),
        _ => None,
    };
    let name = if header.header.trim().is_empty() { "(no name)".to_owned() } else { header.header.clone() };
    let ignored = header.column.is_none();
    let class = match (is_id, ignored) {
        (true, _) => "cell cell-id",
        (false, true) => "cell ignored",
        (false, false) => "cell",
    };
    let (edge, title) = (format!("Width of {name}"), name.clone());
    let begins = move |column: u16| grid.widths.with(|widths| widths.iter().take(usize::from(column)).sum::<u32>());
    let left = move || {
        let left = if is_id { grid.widths.with(|widths| widths.first().copied().unwrap_or(0)) } else { begins(column) };
        format!("{left}px")
    };
    let margin =
        move || is_id.then(|| format!("{}px", begins(column) - grid.widths.with(|widths| widths.first().copied().unwrap_or(0))));
    view! {
        <div
            role="columnheader"
            class=class
            id=format!("grid-head-{column}")
            data-col=column
            aria-colindex=column + 1
            aria-sort=sorted
            tabindex=move || is_stop(grid, column)
            title=title
            style:left=left
            style:margin-left=margin
            style:width=move || px(grid, column)
            on:click=move |_| pressed(grid, column)
        >
            <span class="head-name">{name}{ignored.then(|| view! { <small>" ignored"</small> })}</span>
            <span
                role="separator"
                class="head-edge"
                id=format!("grid-edge-{column}")
                aria-label=edge
                aria-orientation="vertical"
                aria-valuenow=move || grid.widths.with(|widths| widths.get(usize::from(column)).copied())
                aria-valuemin=NARROWEST
                aria-valuemax=WIDEST
                tabindex="-1"
                on:click=|event| event.stop_propagation()
                on:dblclick=move |_| grid.reset_width(column)
                on:pointerdown=|event| hold(&event)
                on:pointermove=move |event| pull(grid, column, &event)
            ></span>
        </div>
    }
    .into_any()
}

fn px(grid: Grid, column: u16) -> String {
    format!("{}px", grid.widths.with(|widths| widths.get(usize::from(column)).copied().unwrap_or(0)))
}

/// From here on the pointer's moves come to the separator, wherever it is.
fn hold(event: &PointerEvent) {
    event.prevent_default();
    board::capture(event);
}

fn pull(grid: Grid, column: u16, event: &PointerEvent) {
    if event.buttons() & 1 == 1 && event.movement_x() != 0 {
        let width = grid.widths.with_untracked(|widths| widths.get(usize::from(column)).copied().unwrap_or(0));
        grid.set_width(column, width.saturating_add_signed(event.movement_x()));
    }
}
