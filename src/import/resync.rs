//! How a row begins, and so where damage is.
//!
//! In: the text of a record that is damaged, or may be. Out: the line its damage is on, whether it has swallowed other rows,
//! whose row it is. Must never know: what was read before.
//!
//! Where a quoted cell goes over several lines before it turns out damaged, the fault may be at either end: a quote too
//! many far above, or a quote that was not doubled just here. If one of the lines between begins like a row (it has an id
//! where the key is, or is, read alone, a row of the right width), the quote was not closed before that line, and the
//! damage is on the line above it. Otherwise the damage is where the quote is closed.
//!
//! A record whose quotes are in order may still have swallowed rows: when the stray quotes are two. So in a record of
//! several lines none may begin with an id where the key is; and a record of the wrong width is set aside whole only if
//! none of its later lines begins like a row.

use super::damage::{Damage, Key};
use super::scan::{Cells, Dialect, Scan, line_end, scan};
use crate::domain::ProductId;
use memchr::memchr2_iter;

/// What the rows of a file have in common.
#[derive(Clone, Debug)]
pub(super) struct RowShape {
    pub(super) dialect: Dialect,
    /// Cells in a row.
    pub(super) width: usize,
    /// Where its key is.
    pub(super) key: usize,
    scratch: Cells,
}

impl RowShape {
    /// Rows of `width` cells whose key is in column `key`.
    pub(super) fn new(dialect: Dialect, width: usize, key: usize) -> Self {
        Self { dialect, width, key, scratch: Cells::default() }
    }

    /// Which damage it is and at which byte, of a record found damaged at `at` in the cell whose quote was `opened`.
    pub(super) fn place(&mut self, window: &str, damage: Damage, at: usize, opened: Option<usize>) -> (Damage, usize) {
        let begin = if damage == Damage::TooLong { 0 } else { at };
        // A row that was swallowed before the cell that tells: the quote is missing above that row.
        if let Some(above) = self.end_above(window, 0, opened.unwrap_or(at), Self::begins_with_an_id) {
            return (Damage::Unclosed, above);
        }
        let Some(opened) = opened else { return (damage, begin) };
        // The end of a file is not a line that could tell more than the quote itself.
        let until = if damage == Damage::Unclosed { window.len() } else { at };
        match self.end_above_row(window, opened, until) {
            Some(above) => (Damage::Unclosed, above),
            None => (damage, begin),
        }
    }

    /// Where, after the line of `from` and up to `until`, a line begins like a row: the end of the line above it that is not blank.
    pub(super) fn end_above_row(&mut self, window: &str, from: usize, until: usize) -> Option<usize> {
        self.end_above(window, from, until, Self::begins_a_row)
    }

    fn end_above(&mut self, window: &str, from: usize, until: usize, is_row: fn(&mut Self, &str) -> bool) -> Option<usize> {
        let (mut at, mut above) = (from, from);
        loop {
            let (end, next) = line_end(window.get(at..)?.as_bytes(), true)?;
            if end > 0 {
                above = at + end;
            }
            at += next;
            if at > until || at >= window.len() {
                return None;
            }
            let rest = window.get(at..)?;
            let line = rest.get(..line_end(rest.as_bytes(), true)?.0)?;
            if is_row(self, line) {
                return Some(above);
            }
        }
    }

    /// Whether a line looks like the beginning of a row: by its id, or by being a row of the right width when read alone.
    fn begins_a_row(&mut self, line: &str) -> bool {
        self.scratch.truncate((0, 0));
        let sound = scan(line, self.dialect, true, &mut self.scratch);
        self.has_an_id() || matches!(sound, Scan::Record { .. }) && self.scratch.len() == self.width && self.width > 1
    }

    /// Whether a line has an id where the key is.
    fn begins_with_an_id(&mut self, line: &str) -> bool {
        self.scratch.truncate((0, 0));
        let _ = scan(line, self.dialect, true, &mut self.scratch);
        self.has_an_id()
    }

    /// Whether the line that was read has an id where the key is, in a cell that is sound.
    fn has_an_id(&self) -> bool {
        let key = self.scratch.get(self.key).trim();
        self.scratch.len() > self.key && ProductId::from_ascii(key.as_bytes()).is_ok()
    }

    /// Whether a line of a record after its first has an id where the key is. Cheap, since most such lines are prose.
    pub(super) fn hides_an_id(&mut self, record: &str) -> bool {
        let bytes = record.as_bytes();
        for at in memchr2_iter(b'\n', b'\r', bytes) {
            let rest = bytes.get(at + 1..).unwrap_or(&[]);
            // A line that begins with an id, or one in which it stands further on.
            let start = rest.iter().position(|byte| !matches!(byte, b' ' | b'"' | b'\'')).unwrap_or(rest.len());
            let begins = rest.get(start..start + 24).is_some_and(|id| ProductId::from_ascii(id).is_ok());
            if !begins && (self.key == 0 || rest.is_empty()) {
                continue;
            }
            let line = record.get(at + 1..).and_then(|rest| rest.get(..line_end(rest.as_bytes(), true)?.0)).unwrap_or("");
            if self.begins_with_an_id(line) {
                return true;
            }
        }
        false
    }

    /// Whether a text ends in the first cell of its first record, its quote not closed.
    pub(super) fn leaves_first_open(&mut self, text: &str) -> bool {
        self.scratch.truncate((0, 0));
        matches!(
            scan(text, self.dialect, true, &mut self.scratch),
            Scan::Damage { damage: Damage::Unclosed, opened: Some(0), .. }
        )
    }

    /// Whose row it is, by its first line.
    pub(super) fn key_of(&mut self, first_line: &str) -> Key {
        self.scratch.truncate((0, 0));
        // The cells whose ends were found are sound. A quote inside a cell breaks that cell, whose end is not noted.
        let _ = scan(first_line, self.dialect, true, &mut self.scratch);
        if self.key >= self.scratch.len() {
            return Key::Unclear;
        }
        let cell = self.scratch.get(self.key).trim();
        match ProductId::from_ascii(cell.as_bytes()) {
            Ok(id) => Key::Id(id),
            Err(_) if cell.is_empty() => Key::Blank,
            Err(_) => Key::Unclear,
        }
    }
}
