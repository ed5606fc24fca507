//! What is in sight, drawn: from rows and what is selected to pictures for the board.

use super::{At, Grid, NARROW, Seen, Size, Spot, scale};
use crate::browser::board::{CellPicture, RowPicture};
use crate::engine::protocol::{CellMark, GridRow, RowKind, Severity};
use crate::ui::words::number;
use leptos::prelude::*;
use std::sync::Arc;

/// The element that says what is wrong with the cell that has the focus.
pub(super) const WORDS: &str = "grid-words";

/// What every row of one painting shares.
struct Scene {
    edges: Vec<u32>,
    widths: Arc<Vec<u32>>,
    /// First column in sight, and the one after the last.
    columns: (u16, u16),
    /// The column of the product ids: it stays when the others are scrolled away.
    id: Option<u16>,
    at: At,
    size: Size,
}

impl Grid {
    /// Draws what is in sight, and asks for what is not here.
    pub(super) fn paint(self) {
        let Some(seen) = self.seen.try_get_value() else { return };
        let size = self.size();
        let at = self.at.get_untracked().within(size);
        let widths = self.widths.get_untracked();
        let edges = scale::edges(&widths);
        let frame = scale::frame(size.rows, seen.top, seen.height);
        self.ask_for(frame.first, frame.end);
        let columns = scale::columns_in_sight(&edges, seen.left, seen.width);
        let scene = Scene { edges, widths, columns, id: self.id_column(), at, size };
        // The row with the focus is always there: an element that goes takes the focus with it.
        let away = u32::try_from(at.head.row).ok().filter(|row| !(frame.first..frame.end).contains(row) && *row < size.rows);
        let mut pictures: Vec<RowPicture> = Vec::new();
        for index in away
            .filter(|row| *row < frame.first)
            .into_iter()
            .chain(frame.first..frame.end)
            .chain(away.filter(|row| *row >= frame.end))
        {
            let row = self.row(index);
            pictures.push(scene.row(index, frame.top_of(index), row.as_deref()));
        }
        let _ = self.board.try_update_value(|board| {
            if let Some(board) = board {
                board.show(&pictures);
            }
        });
    }

    /// The grid's column of the product ids.
    pub(super) fn id_column(self) -> Option<u16> {
        let at =
            self.file(|file| file.columns.iter().position(|header| header.column == Some(crate::domain::ColumnId::ProductId)));
        at.flatten().map(|index| index as u16 + 1)
    }

    /// How much of the left edge is covered by what stays there.
    fn stuck(self) -> f64 {
        let id = self.id_column();
        self.widths.with_untracked(|widths| {
            let width = |column: u16| f64::from(widths.get(usize::from(column)).copied().unwrap_or(0));
            width(0) + id.map_or(0.0, width)
        })
    }

    /// Takes the size of what is seen, and how far it is scrolled, from the element.
    pub(super) fn looked_at(self) {
        let Some(region) = self.scroller.try_get_untracked().flatten() else { return };
        let seen = Seen {
            top: f64::from(region.scroll_top()),
            left: f64::from(region.scroll_left()),
            width: f64::from(region.client_width()).max(1.0),
            height: (f64::from(region.client_height()) - scale::HEAD).max(scale::ROW),
        };
        let was = self.seen.try_get_value().unwrap_or_default();
        if was != seen {
            self.seen.set_value(seen);
            if (was.width < NARROW) != (seen.width < NARROW) {
                self.widths.set(Arc::new(self.usual_widths()));
            }
            self.paint();
        }
    }

    /// Scrolls so that a cell is in sight.
    pub(super) fn scroll_to(self, spot: Spot) {
        let (Some(region), Some(seen)) = (self.scroller.try_get_untracked().flatten(), self.seen.try_get_value()) else { return };
        if let Ok(row) = u32::try_from(spot.row)
            && let Some(top) = scale::scroll_to(self.order.get_untracked().rows, row, seen.top, seen.height)
        {
            region.set_scroll_top(top.round() as i32);
        }
        let edges = scale::edges(&self.widths.get_untracked());
        let edge = |index: u16| edges.get(usize::from(index)).copied().map_or(0.0, f64::from);
        if spot.column > 0
            && Some(spot.column) != self.id_column()
            && let Some(left) =
                scale::scroll_across((edge(spot.column), edge(spot.column + 1)), self.stuck(), seen.left, seen.width)
        {
            region.set_scroll_left(left.ceil() as i32);
        }
        self.looked_at();
    }
}

impl Scene {
    fn row(&self, index: u32, top: f64, row: Option<&GridRow>) -> RowPicture {
        let Some(row) = row else {
            return RowPicture { index, top, class: "sheet-row row-waiting", cells: self.waiting(index) };
        };
        let class = match (row.is_left_out, row.kind) {
            (true, _) => "sheet-row row-out",
            (false, RowKind::Damaged) => "sheet-row row-damaged",
            (false, _) => "sheet-row",
        };
        let mut cells = vec![self.line(index, row)];
        if row.kind == RowKind::Damaged {
            cells.push(self.damaged(index, row));
        } else {
            cells.extend(self.drawn(index).filter(|column| *column > 0).map(|column| self.cell(index, column, row)));
        }
        RowPicture { index, top, class, cells }
    }

    /// The columns that are drawn: those in sight, the product id, and the one with the focus.
    fn drawn(&self, index: u32) -> impl Iterator<Item = u16> + use<> {
        let (first, end) = self.columns;
        let head = (i64::from(index) == self.at.head.row).then_some(self.at.head.column);
        let mut columns: Vec<u16> = (first..end).chain(self.id).chain(head).collect();
        columns.sort_unstable();
        columns.dedup();
        columns.into_iter()
    }

    fn edge(&self, column: u16) -> u32 {
        self.edges.get(usize::from(column)).copied().unwrap_or(0)
    }

    fn width(&self, column: u16) -> u32 {
        self.widths.get(usize::from(column)).copied().unwrap_or(0)
    }

    /// A cell at its place, without its contents.
    fn blank(&self, index: u32, column: u16) -> CellPicture {
        let spot = Spot { row: i64::from(index), column };
        let is_head = spot == self.at.head;
        let (left, stuck) = if column == 0 {
            (0, Some(0))
        } else if Some(column) == self.id {
            (self.width(0), Some(self.edge(column) - self.width(0)))
        } else {
            (self.edge(column), None)
        };
        CellPicture {
            column,
            role: if column == 0 { "rowheader" } else { "gridcell" },
            left,
            stuck,
            width: self.width(column),
            is_selected: self.at.holds(spot, self.size),
            is_stop: is_head,
            described: if is_head { WORDS } else { "" },
            ..CellPicture::default()
        }
    }

    fn waiting(&self, index: u32) -> Vec<CellPicture> {
        std::iter::once(0)
            .chain(self.drawn(index).filter(|column| *column > 0))
            .map(|column| CellPicture {
                class: if column == 0 { "cell cell-line".into() } else { "cell".into() },
                ..self.blank(index, column)
            })
            .collect()
    }

    fn line(&self, index: u32, row: &GridRow) -> CellPicture {
        let marks: Vec<&CellMark> = row.marks.iter().filter(|mark| mark.cell.is_none()).collect();
        let mut class = String::from("cell cell-line");
        class.push_str(shade(&marks));
        if row.kind == RowKind::Permission {
            class.push_str(" cell-entry");
        }
        let text = if row.is_left_out { format!("{} out", number(row.line)) } else { number(row.line) };
        CellPicture { class, text, title: words(row, None), ..self.blank(index, 0) }
    }

    fn cell(&self, index: u32, column: u16, row: &GridRow) -> CellPicture {
        let position = column - 1;
        let marks: Vec<&CellMark> = row.marks.iter().filter(|mark| mark.cell == Some(position)).collect();
        let mut class = String::from(if Some(column) == self.id { "cell cell-id" } else { "cell" });
        class.push_str(shade(&marks));
        if row.edited.contains(&position) {
            class.push_str(" cell-edited");
        }
        let text = row.cells.get(usize::from(position)).cloned().unwrap_or_default();
        let title = match (marks.is_empty(), text.len() > 14) {
            (false, _) => words(row, Some(position)),
            (true, true) => text.clone(),
            (true, false) => String::new(),
        };
        let is_invalid = marks.iter().any(|mark| mark.severity == Severity::Error);
        CellPicture { class, text, title, is_invalid, ..self.blank(index, column) }
    }

    /// A damaged row is one cell, its raw text.
    fn damaged(&self, index: u32, row: &GridRow) -> CellPicture {
        let is_head = i64::from(index) == self.at.head.row && self.at.head.column > 0;
        let all = self.edges.last().copied().unwrap_or(0);
        CellPicture {
            class: "cell cell-damaged".into(),
            text: format!("Damaged: {}", row.cells.first().map_or("", String::as_str)),
            title: words(row, None),
            left: self.width(0),
            stuck: None,
            width: all - self.width(0),
            span: self.size.columns,
            is_invalid: !row.is_left_out,
            is_stop: is_head,
            described: if is_head { WORDS } else { "" },
            ..self.blank(index, 1)
        }
    }
}

fn shade(marks: &[&CellMark]) -> &'static str {
    if marks.iter().any(|mark| mark.severity == Severity::Error) {
        " cell-bad"
    } else if marks.is_empty() {
        ""
    } else {
        " cell-warn"
    }
}

/// What there is to say about a cell, or about a row as a whole.
pub(super) fn words(row: &GridRow, position: Option<u16>) -> String {
    let mut words: Vec<String> = row
        .marks
        .iter()
        .filter(|mark| mark.cell == position)
        .map(|mark| format!("{}: {}", severity(mark.severity), mark.words))
        .collect();
    match position {
        None if row.kind == RowKind::Permission => words.push("Adds a permission entry to the product above.".into()),
        None if row.is_left_out => words.push("Left out.".into()),
        None if row.kind == RowKind::Damaged => words.push("Enter or F2: type its text anew.".into()),
        None if row.is_repaired => words.push("Its text was damaged, and typed anew.".into()),
        Some(position) if row.edited.contains(&position) => words.push("Edited.".into()),
        _ => {}
    }
    words.join("\n")
}

/// A severity in a word.
pub(super) fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "Error",
        Severity::Warning => "Warning",
    }
}

/// Whole pixels as CSS.
pub(super) fn px(pixels: f64) -> String {
    format!("{}px", pixels.round() as i64)
}
