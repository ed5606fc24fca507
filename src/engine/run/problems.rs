//! From one problem to the next.
//!
//! In: an order of rows, a draft. Out: where the next problem is. Must never know: screens.

use super::file::LoadedFile;
use super::grid::{takes_damage, wanted};
use super::order::{Place, Places};
use crate::engine::protocol::{Spot, WantedIssues};
use crate::import::{Draft, Issue, Wanted};

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
                    if table.damaged().get(at).is_some_and(|aside| takes_damage(of, aside)) {
                        vec![None]
                    } else {
                        Vec::new()
                    }
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
