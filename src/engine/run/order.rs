//! Which row stands where: places in the file, and the order that is looked at.
//!
//! In: a table, places. Out: rows of it. Must never know: what is in a row.

use super::comparing::small;
use crate::import::{self, Issue, Table};

/// An order of rows that the page looks at.
#[derive(Default)]
pub(super) struct Order {
    /// Counts the orders; 0 is the file's own.
    pub(super) name: u32,
    /// Places; nothing for all rows in the file's order.
    pub(super) places: Option<Vec<u32>>,
    /// Counts how often rows came or went: others stand elsewhere since.
    pub(super) moved: u32,
}

impl Order {
    pub(super) fn len(&self, table: &Table) -> u32 {
        self.places.as_ref().map_or_else(|| Places(table).total(), |places| small(places.len()))
    }

    pub(super) fn at(&self, table: &Table, index: u32) -> Option<u32> {
        match &self.places {
            Some(places) => places.get(index as usize).copied(),
            None => (index < Places(table).total()).then_some(index),
        }
    }
}

impl Order {
    /// The `gone` rows at a place are now `come` ones; they stand where the first of them stood.
    pub(super) fn swap(&mut self, place: u32, gone: u32, come: u32) {
        if gone == come {
            return;
        }
        self.moved = self.moved.wrapping_add(1);
        let Some(places) = self.places.as_mut() else { return };
        let mut is_there = false;
        let moved = std::mem::take(places).into_iter().flat_map(|at| match at {
            _ if at < place => at..at + 1,
            _ if at >= place + gone => at - gone + come..at - gone + come + 1,
            _ if is_there => at..at,
            _ => {
                is_there = true;
                place..place + come
            }
        });
        *places = moved.collect();
    }
}

/// The rows of a file as a person sees them: sound ones and damaged ones in the order of their lines.
pub(super) struct Places<'a>(pub(super) &'a Table);

pub(super) enum Place {
    Row(u32),
    Damaged(usize),
}

impl Places<'_> {
    pub(super) fn total(&self) -> u32 {
        self.0.rows() + small(self.0.damaged().len())
    }

    /// The `k`-th damaged row stands behind `before_row` sound ones and `k` damaged ones.
    pub(super) fn at(&self, place: u32) -> Place {
        let damaged = self.0.damaged();
        let before = count_below(damaged.len(), |k| damaged.get(k).map_or(u32::MAX, |row| row.before_row + small(k)), place);
        match damaged.get(before) {
            Some(row) if row.before_row + small(before) == place => Place::Damaged(before),
            _ => Place::Row(place - small(before)),
        }
    }

    pub(super) fn of_row(&self, row: u32) -> u32 {
        row + small(self.0.damaged().partition_point(|aside| aside.before_row <= row))
    }

    pub(super) fn of_damaged(&self, index: usize) -> u32 {
        small(index) + self.0.damaged().get(index).map_or(0, |aside| aside.before_row)
    }

    /// Where the row of an issue stands. An issue of the header, say, is of no row.
    pub(super) fn of(&self, issue: &Issue) -> Option<u32> {
        let damaged = self.0.damaged();
        match issue.row {
            Some(row) => Some(self.of_row(row)),
            None => {
                // The damage may be found further down than the row begins.
                let line = if let import::Detail::Line(line) = issue.detail { line } else { issue.line };
                let index = damaged.partition_point(|aside| aside.line + aside.lines <= line);
                let aside = damaged.get(index).filter(|aside| aside.line <= line)?;
                Some(aside.before_row + small(index))
            }
        }
    }
}

/// How many of `count` ascending values lie below `limit`.
fn count_below(count: usize, value: impl Fn(usize) -> u32, limit: u32) -> usize {
    let (mut low, mut high) = (0, count);
    while low < high {
        let middle = low + (high - low) / 2;
        if value(middle) < limit { low = middle + 1 } else { high = middle }
    }
    low
}
