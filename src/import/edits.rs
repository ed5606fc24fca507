//! What a person changed in the cells, over a file that stays as it was read.
//!
//! In: cells with their new text, rows that are left out. Out: a [`View`]: the cells as they stand. Must never know: what a
//! column means, what is wrong with a cell.

use super::columns::Columns;
use super::repair::Moved;
use super::sheet::Table;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A growing set of row numbers, 64 to a word.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Bits(Vec<u64>);

impl Bits {
    /// Room for `count` numbers, none in it.
    pub(super) fn of(count: u32) -> Self {
        Self(vec![0; (count as usize).div_ceil(64)])
    }

    #[inline]
    pub(super) fn has(&self, at: u32) -> bool {
        self.0.get(at as usize / 64).is_some_and(|word| word >> (at % 64) & 1 == 1)
    }

    pub(super) fn set(&mut self, at: u32, on: bool) {
        let word = at as usize / 64;
        if on && word >= self.0.len() {
            self.0.resize(word + 1, 0);
        }
        if let Some(word) = self.0.get_mut(word) {
            *word = *word & !(1 << (at % 64)) | u64::from(on) << (at % 64);
        }
    }

    /// How many numbers are in the set.
    pub(super) fn count(&self) -> u32 {
        self.0.iter().map(|word| word.count_ones()).sum()
    }

    /// The last number in the set that is not above `at`.
    pub(super) fn last_up_to(&self, at: u32) -> Option<u32> {
        let mut word = at as usize / 64;
        let mut bits = self.0.get(word).copied().unwrap_or(0) & (u64::MAX >> (63 - at % 64));
        loop {
            if bits != 0 {
                return Some(word as u32 * 64 + 63 - bits.leading_zeros());
            }
            word = word.checked_sub(1)?;
            bits = self.0.get(word).copied().unwrap_or(0);
        }
    }

    /// The first number in the set that is above `at`.
    pub(super) fn next_above(&self, at: u32) -> Option<u32> {
        let from = at.checked_add(1)?;
        let mut word = from as usize / 64;
        let mut bits = self.0.get(word)? & (u64::MAX << (from % 64));
        loop {
            if bits != 0 {
                return Some(word as u32 * 64 + bits.trailing_zeros());
            }
            word += 1;
            bits = *self.0.get(word)?;
        }
    }
}

/// One cell and its new text. As plain data it is what a draft keeps over a reload, and what an undo takes back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CellEdit {
    /// The row of the table, from 0.
    pub row: u32,
    /// The column's position, from 0.
    pub column: u16,
    /// The new text; nothing where the cell is again as the file has it.
    pub text: Option<Box<str>>,
}

/// The cells a person changed, and the rows left out.
#[derive(Clone, Debug, Default)]
pub struct Edits {
    cells: BTreeMap<(u32, u16), Box<str>>,
    /// Rows with a changed cell: most have none, and are told by one bit.
    touched: Bits,
    left_out: BTreeSet<u32>,
}

impl PartialEq for Edits {
    fn eq(&self, other: &Self) -> bool {
        self.cells == other.cells && self.left_out == other.left_out
    }
}

impl Eq for Edits {}

impl Edits {
    /// Whether nothing is changed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.cells.is_empty() && self.left_out.is_empty()
    }

    /// How many cells are changed.
    #[must_use]
    pub fn len(&self) -> usize {
        self.cells.len()
    }

    /// The changed cells, by row and column.
    pub fn cells(&self) -> impl Iterator<Item = CellEdit> {
        self.cells.iter().map(|(&(row, column), text)| CellEdit { row, column, text: Some(text.clone()) })
    }

    /// The rows left out, ascending.
    pub fn left_out(&self) -> impl Iterator<Item = u32> {
        self.left_out.iter().copied()
    }

    /// Whether a row is left out.
    #[must_use]
    pub fn is_left_out(&self, row: u32) -> bool {
        !self.left_out.is_empty() && self.left_out.contains(&row)
    }

    /// The new text of a cell, if it has one.
    #[must_use]
    pub fn cell(&self, row: u32, column: u16) -> Option<&str> {
        if self.touches(row) { self.cells.get(&(row, column)).map(AsRef::as_ref) } else { None }
    }

    /// Changes a cell; the edit that undoes it comes back.
    pub fn set(&mut self, edit: CellEdit) -> CellEdit {
        let CellEdit { row, column, text } = edit;
        let before = match text {
            Some(text) => {
                self.touched.set(row, true);
                self.cells.insert((row, column), text)
            }
            None => {
                let before = self.cells.remove(&(row, column));
                let others = self.cells.range((row, 0)..=(row, u16::MAX)).next().is_some();
                self.touched.set(row, others);
                before
            }
        };
        CellEdit { row, column, text: before }
    }

    /// The same where rows stand elsewhere now. What was changed in those that are gone goes with them.
    pub(super) fn moved(self, moved: Moved) -> Self {
        let mut edits = Self::default();
        for ((row, column), text) in self.cells {
            if let Some(row) = moved.of(row) {
                edits.set(CellEdit { row, column, text: Some(text) });
            }
        }
        edits.left_out = self.left_out.into_iter().filter_map(|row| moved.of(row)).collect();
        edits
    }

    /// Leaves a row out, or takes it in again; says whether it was out.
    pub fn leave_out(&mut self, row: u32, out: bool) -> bool {
        if out { !self.left_out.insert(row) } else { self.left_out.remove(&row) }
    }

    #[inline]
    pub(super) fn touches(&self, row: u32) -> bool {
        self.touched.has(row)
    }
}

/// The cells as they stand: the file's, and the edits over them.
#[derive(Clone, Copy, Debug)]
pub(super) struct View<'a> {
    pub(super) table: &'a Table,
    pub(super) columns: &'a Columns,
    pub(super) edits: &'a Edits,
}

impl<'a> View<'a> {
    /// A cell, by row and position.
    #[inline]
    pub(super) fn cell(self, row: u32, column: usize) -> &'a str {
        if self.edits.touches(row)
            && let Some(text) = u16::try_from(column).ok().and_then(|column| self.edits.cells.get(&(row, column)))
        {
            return text;
        }
        self.table.cell(row, column)
    }

    /// Whether the cells from one position to another are all without a character and were never edited.
    pub(super) fn are_empty(self, row: u32, first: usize, last: usize) -> bool {
        !self.edits.touches(row) && self.table.row(row).are_empty(first, last)
    }

    /// The cell of a known column; blank where the file has no such column.
    #[inline]
    pub(super) fn of(self, row: u32, id: crate::domain::ColumnId) -> &'a str {
        self.columns.position(id).map_or("", |position| self.cell(row, usize::from(position)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_find_their_neighbours() {
        let mut bits = Bits::of(200);
        for at in [0, 63, 64, 130] {
            bits.set(at, true);
        }
        assert_eq!(
            (bits.last_up_to(62), bits.last_up_to(63), bits.last_up_to(129), bits.last_up_to(199)),
            (Some(0), Some(63), Some(64), Some(130))
        );
        assert_eq!(
            (bits.next_above(0), bits.next_above(63), bits.next_above(64), bits.next_above(130)),
            (Some(63), Some(64), Some(130), None)
        );
        bits.set(0, false);
        assert_eq!((bits.last_up_to(62), bits.has(0), bits.has(64), bits.has(1_000)), (None, false, true, false));
    }

    #[test]
    fn empty_cells_are_told_by_where_they_lie() {
        let id = "507f1f77bcf86cd799439011";
        let text = format!("Product ID,Name,Price,Tags\n{id},,,\n{id},, ,\n{id},a,,\n");
        let mut reader = crate::import::Reader::new("x.csv", text.len() as u64, crate::import::CellRules::default()).unwrap();
        reader.push(text.as_bytes()).unwrap();
        let table = reader.finish().unwrap();
        let mut edits = Edits::default();
        let of =
            |edits: &Edits, row, first, last| View { table: &table, columns: table.columns(), edits }.are_empty(row, first, last);
        assert!(of(&edits, 0, 1, 3) && of(&edits, 2, 2, 3) && of(&edits, 1, 1, 1));
        assert!(!of(&edits, 0, 0, 3) && !of(&edits, 1, 1, 3) && !of(&edits, 2, 1, 3) && !of(&edits, 0, 1, 4));
        edits.set(CellEdit { row: 0, column: 2, text: Some("5".into()) });
        assert!(!of(&edits, 0, 1, 3));
    }

    #[test]
    fn an_edit_comes_back_as_what_undoes_it() {
        let mut edits = Edits::default();
        let edit = |text: Option<&str>| CellEdit { row: 7, column: 2, text: text.map(Into::into) };
        assert_eq!(edits.set(edit(Some("a"))), edit(None));
        assert_eq!(edits.set(edit(Some("b"))), edit(Some("a")));
        assert_eq!((edits.cell(7, 2), edits.cell(7, 1)), (Some("b"), None));
        assert_eq!(edits.set(edit(None)), edit(Some("b")));
        assert_eq!((edits.cell(7, 2), edits.is_empty(), &edits), (None, true, &Edits::default()));
    }
}
