//! From one problem to the next, and the rows with problems as a file.
//!
//! In: an order of rows, a draft. Out: where the next problem is; a CSV that says what is wrong. Must never know: screens.

use super::comparing::small;
use super::file::LoadedFile;
use super::grid::{Place, Places, takes_damage, wanted};
use crate::domain::ColumnId;
use crate::engine::protocol::{Download, Spot, Trouble, WantedIssues};
use crate::import::{Draft, Group, Issue, Wanted};
use std::fmt::Write as _;

/// The header of the column that says what is wrong, which the mapping of columns knows as one for reading only.
const PROBLEMS: &str = "Problems";

impl LoadedFile {
    /// The next problem behind a cell of the order there is, or the one before; round to the other end if need be.
    #[must_use]
    pub(crate) fn find_problem(&self, order: u32, from: Option<(u32, u16)>, backwards: bool, of: WantedIssues) -> Option<Spot> {
        let of = wanted(of)?;
        let open = self.open();
        // An index of an order that is gone says nothing.
        let from = from.filter(|_| order == open.order.name);
        let draft = &open.draft;
        let table = draft.table();
        let mut rows = draft.rows_with(of);
        rows.sort_unstable();
        let total = open.order.len(table);
        let columns_at = |index: u32| -> Vec<Option<u16>> {
            let Some(place) = open.order.at(table, index) else { return Vec::new() };
            match Places(table).at(place) {
                Place::Damaged(at) => {
                    if table.damaged().get(at).is_some_and(|aside| takes_damage(of, aside)) { vec![None] } else { Vec::new() }
                }
                Place::Row(row) if rows.binary_search(&row).is_ok() => columns_in(draft, row, of),
                Place::Row(_) => Vec::new(),
            }
        };
        let spot = |index: u32, column: Option<u16>, wrapped: bool| {
            Some(Spot { index, place: open.order.at(table, index)?, column, wrapped })
        };
        // A row as a whole comes before its cells.
        let at = |column: Option<u16>| column.map_or(-1, i32::from);
        if let Some((index, column)) = from {
            let here = columns_at(index);
            let beside = if backwards {
                here.iter().rev().find(|found| at(**found) < i32::from(column))
            } else {
                here.iter().find(|found| at(**found) > i32::from(column))
            };
            if let Some(found) = beside {
                return spot(index, *found, false);
            }
        }
        let pick = |columns: Vec<Option<u16>>| if backwards { columns.last().copied() } else { columns.first().copied() };
        let start = match from {
            Some((index, _)) => index,
            None if backwards => total,
            None => u32::MAX,
        };
        for step in 1..=total {
            let index = if backwards {
                (u64::from(start) + u64::from(total) * 2 - u64::from(step)) % u64::from(total)
            } else {
                (u64::from(start.wrapping_add(1)) + u64::from(step) - 1) % u64::from(total)
            } as u32;
            if let Some(column) = pick(columns_at(index)) {
                let wrapped = from.is_some_and(|(at, _)| if backwards { index >= at } else { index <= at });
                return spot(index, column, wrapped);
            }
        }
        None
    }

    /// The rows of all products with an error, as a CSV in the file's own columns and one more that says what is wrong.
    ///
    /// # Errors
    /// Where no product has an error.
    pub(crate) fn problem_file(&self) -> Result<Download, Trouble> {
        let open = self.open();
        let draft = &open.draft;
        let headers = draft.columns().headers();
        // The word of an earlier round gives way to the new one.
        let columns: Vec<usize> =
            (0..headers.len()).filter(|column| headers.get(*column).is_none_or(|header| header.trim() != PROBLEMS)).collect();
        let mut text = String::from("\u{feff}");
        let all = columns.iter().filter_map(|column| headers.get(*column)).map(String::as_str);
        push_row(&mut text, all.chain([PROBLEMS]));
        let mut rows = 0;
        let stopped = draft.products().filter(|group| !draft.is_sendable(*group) && !group.is_left_out());
        for group in stopped {
            let issues = draft.issues_of(group);
            if let Some(aside) = group.damaged_row().and_then(|index| draft.table().damaged().get(index as usize)) {
                let key = draft.columns().position(ColumnId::ProductId).map_or(0, usize::from);
                let id = group.id.map(|id| id.to_string()).unwrap_or_default();
                let words = says(&[aside.issue(small(headers.len()))]);
                push_row(&mut text, columns.iter().map(|column| if *column == key { id.as_str() } else { "" }).chain([&*words]));
                rows += 1;
            }
            for row in group.first_row..group.first_row + group.rows {
                if draft.edits().is_left_out(row) {
                    continue;
                }
                let words = words_of(draft, group, row, &issues);
                push_row(&mut text, columns.iter().map(|column| draft.cell(row, *column)).chain([&*words]));
                rows += 1;
            }
        }
        if rows == 0 {
            return Err(Trouble::not_now("No product has an error.", "There is nothing to put right elsewhere."));
        }
        let stem = self.name().rsplit_once('.').map_or(self.name(), |(stem, _)| stem);
        Ok(Download { name: format!("{stem} problems.csv"), media_type: "text/csv;charset=utf-8".into(), text })
    }
}

/// The columns of a row's wanted issues, ascending; an issue of the row as a whole first.
fn columns_in(draft: &Draft, row: u32, of: Wanted) -> Vec<Option<u16>> {
    let is_wanted = |issue: &&Issue| {
        of.severity.is_none_or(|severity| severity == issue.severity())
            && of.rule.is_none_or(|rule| rule == issue.rule)
            && of.column.is_none_or(|column| issue.column.is_some_and(|(_, id)| id == Some(column)))
    };
    let issues = draft.issues_of_row(row);
    let mut columns: Vec<_> = issues.iter().filter(is_wanted).map(|issue| issue.column.map(|(position, _)| position)).collect();
    columns.sort_unstable();
    columns.dedup();
    columns
}

fn words_of(draft: &Draft, group: Group, row: u32, issues: &[Issue]) -> String {
    let here: Vec<Issue> = issues.iter().filter(|issue| issue.row == Some(row)).cloned().collect();
    if here.is_empty() && row == group.first_row && group.is_damaged() && issues.is_empty() {
        return format!("A damaged row below line {} may be a part of this product.", draft.table().row_line(row));
    }
    says(&here)
}

fn says(issues: &[Issue]) -> String {
    let mut words = String::new();
    for issue in issues {
        if !words.is_empty() {
            words.push(' ');
        }
        let _ = write!(words, "{} {}", issue.message(), issue.cure());
    }
    words
}

/// One row, by the letter of RFC 4180. A first cell that begins with `=` is written as it is: the file's own cells must
/// come back unchanged.
fn push_row<'a>(text: &mut String, cells: impl Iterator<Item = &'a str>) {
    for (at, cell) in cells.enumerate() {
        if at > 0 {
            text.push(',');
        }
        if cell.contains(['"', ',', '\n', '\r']) || cell.starts_with(' ') || cell.ends_with(' ') {
            text.push('"');
            text.push_str(&cell.replace('"', "\"\""));
            text.push('"');
        } else {
            text.push_str(cell);
        }
    }
    text.push_str("\r\n");
}
