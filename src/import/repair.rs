//! A damaged row that a person puts right: its text is typed anew, and becomes one or more rows at its place.
//!
//! In: the text that was typed. Out: the table with these rows in the place of the damaged one, or what is still wrong, and
//! where in the text. Must never know: screens, how a change is taken back.
//!
//! The text is read by the letter of the file's dialect, by the same reader as the file: nothing is repaired here either. A
//! damaged row is named by its number among those of the file as it was read, which no repair changes.

use super::choices::Format;
use super::damage::{Damage, Damaged};
use super::edits::{Edits, View};
use super::groups::gather_edited;
use super::rows::Rows;
use super::scan::line_end;
use super::sheet::Table;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, VecDeque};

/// What becomes of a damaged row.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Repair {
    /// It stands as the file has it.
    #[default]
    AsRead,
    /// It is left out: no product waits for it.
    LeftOut,
    /// Its text was typed anew, and is one or more rows.
    Rows(Box<str>),
}

/// Why a text is not yet rows of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StillWrong {
    /// It is damaged.
    Damaged {
        /// What is wrong, without a full stop.
        what: String,
        /// What helps.
        cure: String,
        /// The byte of the text at which the damage is.
        at: usize,
        /// Whether it is of a row as a whole, which ends there.
        is_of_row: bool,
    },
    /// It holds letters that were lost when the file was read: the byte of the first.
    LettersLost(usize),
    /// It holds a row of headers.
    Header,
    /// Nothing is in it.
    Blank,
    /// The row is no row of cells, or more than is kept of one.
    NotKept,
    /// The table would be larger than one may be.
    TooLarge,
}

impl StillWrong {
    /// What is wrong, as a sentence without its end, and what helps.
    #[must_use]
    pub fn words(&self) -> (String, String) {
        let (what, cure) = match self {
            Self::Damaged { what, cure, .. } => return (what.clone(), cure.clone()),
            Self::LettersLost(_) => ("A letter was lost where � stands", "Type the letter that belongs there."),
            Self::Header => ("This is a row of headers", "Type a row of cells, or leave the row out."),
            Self::Blank => ("Nothing is left of the row", "Type its cells. If it is not needed, leave the row out instead."),
            Self::NotKept => ("This row cannot be typed anew here", "Put it right in the file, and choose the file again."),
            Self::TooLarge => ("The file would become too large", "Split it into several files."),
        };
        (what.to_owned(), cure.to_owned())
    }

    /// The byte of the text at which it is.
    #[must_use]
    pub const fn at(&self) -> Option<usize> {
        match self {
            Self::Damaged { at, .. } | Self::LettersLost(at) => Some(*at),
            _ => None,
        }
    }
}

/// A damaged row that was put right, or left out.
#[derive(Clone, Debug)]
pub(super) struct Repaired {
    /// It, as the file has it.
    was: Damaged,
    repair: Repair,
    /// Rows in its place.
    rows: u32,
}

/// By the number of the damaged row in the file.
pub(super) type Repairs = BTreeMap<u32, Repaired>;

/// Rows that took the place of others: from which row on, how many are gone, how many are there instead.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Moved {
    pub(super) first: u32,
    pub(super) gone: u32,
    pub(super) come: u32,
}

impl Moved {
    /// Where a row stands now; nothing where it is gone.
    pub(super) const fn of(self, row: u32) -> Option<u32> {
        match row {
            _ if row < self.first => Some(row),
            _ if row < self.first + self.gone => None,
            _ => Some(row - self.gone + self.come),
        }
    }
}

impl Table {
    /// What became of damaged rows, by their number in the file: of those that do not stand as they were read.
    pub fn repairs(&self) -> impl Iterator<Item = (u32, &Repair)> {
        self.repairs.iter().map(|(number, repaired)| (*number, &repaired.repair))
    }

    /// What became of one.
    #[must_use]
    pub fn repair_of(&self, number: u32) -> Repair {
        self.repairs.get(&number).map(|repaired| repaired.repair.clone()).unwrap_or_default()
    }

    /// The number in the file of the damaged row at `index` of [`Table::damaged`].
    #[must_use]
    pub fn damaged_number(&self, index: u32) -> u32 {
        let gone = self.repairs.iter().filter(|(_, repaired)| repaired.is_gone());
        gone.fold(index, |number, (gone, _)| number + u32::from(*gone <= number))
    }

    /// The rows that took the place of a damaged one: the first, and how many.
    #[must_use]
    pub fn repaired_rows(&self, number: u32) -> Option<(u32, u32)> {
        let repaired = self.repairs.get(&number).filter(|repaired| repaired.is_gone())?;
        Some((self.first_row_of(number, &repaired.was), repaired.rows))
    }

    /// Whether a row took the place of a damaged one.
    #[must_use]
    pub fn is_repaired(&self, row: u32) -> bool {
        let mut moved = 0;
        self.repairs.values().any(|repaired| {
            let first = repaired.was.before_row + moved;
            moved += repaired.rows;
            repaired.is_gone() && (first..first + repaired.rows).contains(&row)
        })
    }

    /// Where a damaged row stands now, as an index of [`Table::damaged`]; nothing where rows took its place.
    #[must_use]
    pub fn damaged_index(&self, number: u32) -> Option<usize> {
        if self.repairs.get(&number).is_some_and(Repaired::is_gone) {
            return None;
        }
        Some(self.index_of(number)).filter(|index| *index < self.rows.damaged.len())
    }

    /// Where a damaged row stands, or would stand, among those there are.
    fn index_of(&self, number: u32) -> usize {
        let above = self.repairs.range(..number).filter(|(_, repaired)| repaired.is_gone()).count();
        (number as usize).saturating_sub(above)
    }

    fn first_row_of(&self, number: u32, was: &Damaged) -> u32 {
        was.before_row + self.repairs.range(..number).map(|(_, repaired)| repaired.rows).sum::<u32>()
    }

    /// How many rows a text typed for the damaged row `number` would be.
    ///
    /// # Errors
    /// What is still wrong with it.
    pub fn try_repair(&self, number: u32, text: &str) -> Result<u32, StillWrong> {
        let was = self.as_read(number).ok_or(StillWrong::NotKept)?;
        self.typed(&was, text).map(|rows| rows.lines.len() as u32)
    }

    /// A damaged row as the file has it.
    pub(super) fn as_read(&self, number: u32) -> Option<Damaged> {
        if let Some(repaired) = self.repairs.get(&number) {
            return Some(repaired.was.clone());
        }
        let mut damaged = self.rows.damaged.get(self.damaged_index(number)?)?.clone();
        damaged.before_row -= self.repairs.range(..number).map(|(_, repaired)| repaired.rows).sum::<u32>();
        Some(damaged)
    }

    /// The rows of a typed text.
    fn typed(&self, was: &Damaged, typed: &str) -> Result<Rows, StillWrong> {
        let raw = was.raw().filter(|_| self.choices.format == Format::Cells).ok_or(StillWrong::NotKept)?;
        let text = as_broken_in(raw, typed);
        let mut rows = self.rows.like();
        let all = rows.read(&text, true, &mut VecDeque::new()).map_err(|_| StillWrong::TooLarge)?;
        if let Some(damaged) = rows.damaged.first().filter(|_| all == text.len()) {
            let expected = self.columns.len() as u32;
            let at = begin_of(&text, damaged.line) + damaged.at as usize;
            let (what, cure) = (damaged.what(expected), damaged.issue(expected).cure());
            let is_of_row = matches!(damaged.damage, Damage::TooFew { .. } | Damage::TooMany { .. });
            return Err(StillWrong::Damaged { what, cure, at: at - breaks_added(typed, &text, at), is_of_row });
        }
        if !rows.parts.is_empty() {
            return Err(StillWrong::Header);
        }
        if rows.lines.is_empty() {
            return Err(StillWrong::Blank);
        }
        let lost = matches!(was.damage, Damage::NotInEncoding | Damage::LoneSurrogate);
        if let Some(at) = text.find('\u{fffd}').filter(|_| lost) {
            return Err(StillWrong::LettersLost(at - breaks_added(typed, &text, at)));
        }
        if self.rows.cells.is_full(text.len()) {
            return Err(StillWrong::TooLarge);
        }
        Ok(rows)
    }

    /// Does with the damaged row `number` as is said, whatever was done with it before. Nothing is changed on an error. Whose
    /// rows are whose has to be gathered again.
    pub(super) fn repair(&mut self, number: u32, repair: Repair) -> Result<Moved, StillWrong> {
        let was = self.as_read(number).ok_or(StillWrong::NotKept)?;
        let typed = match &repair {
            Repair::Rows(text) => Some(self.typed(&was, text)?),
            Repair::AsRead | Repair::LeftOut => None,
        };
        let first = self.first_row_of(number, &was);
        let gone = self.repairs.remove(&number).filter(Repaired::is_gone).map(|repaired| repaired.rows);
        let come = typed.as_ref().map_or(0, |rows| rows.lines.len() as u32);
        let index = self.index_of(number);
        if gone.is_none() {
            self.rows.damaged.remove(index);
        }
        self.rows.swap(first, gone.unwrap_or(0), typed.map(|rows| (rows, was.line, was.lines)));
        for damaged in self.rows.damaged.get_mut(index..).unwrap_or(&mut []) {
            damaged.before_row = damaged.before_row + come - gone.unwrap_or(0);
        }
        if !matches!(repair, Repair::Rows(_)) {
            let is_left_out = repair == Repair::LeftOut;
            self.rows.damaged.insert(index, Damaged { before_row: first, is_left_out, ..was.clone() });
        }
        if repair != Repair::AsRead {
            self.repairs.insert(number, Repaired { was, repair, rows: come });
        }
        Ok(Moved { first, gone: gone.unwrap_or(0), come })
    }

    /// Does with many damaged rows as is said.
    ///
    /// # Errors
    /// What is wrong with the first that cannot be done; the table is of no use then.
    pub fn repair_all(&mut self, repairs: &[(u32, Repair)]) -> Result<(), StillWrong> {
        for (number, repair) in repairs {
            self.repair(*number, repair.clone())?;
        }
        if !repairs.is_empty() {
            self.gather();
        }
        Ok(())
    }

    /// Gathers the rows into products again.
    pub(super) fn gather(&mut self) {
        self.groups = gather_edited(View { table: self, columns: &self.columns, edits: &Edits::default() });
    }
}

impl Repaired {
    const fn is_gone(&self) -> bool {
        matches!(self.repair, Repair::Rows(_))
    }
}

/// The byte at which a physical line of a text begins, counted from 1.
fn begin_of(text: &str, line: u32) -> usize {
    let next = |at: usize| text.as_bytes().get(at..).and_then(|rest| line_end(rest, true)).map_or(0, |(_, next)| next);
    (1..line).fold(0, |at, _| at + next(at))
}

/// CRs before a byte of `text` that `typed` does not have.
fn breaks_added(typed: &str, text: &str, at: usize) -> usize {
    if typed.len() == text.len() { 0 } else { text.bytes().take(at).filter(|byte| *byte == b'\r').count() }
}

/// A text with the line breaks of the raw one: fields of a browser know LF alone.
fn as_broken_in(raw: &str, text: &str) -> String {
    if !raw.contains("\r\n") || text.contains('\r') {
        return text.to_owned();
    }
    text.replace('\n', "\r\n")
}
