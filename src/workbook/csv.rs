//! Rows → the bytes of a CSV, in pieces.
//!
//! In: rows in order. Out: UTF-8 with a byte order mark, commas, CRLF; where the sheet has a blank row, a blank line. Must never know:
//! where rows come from.

use super::cells::Row;
use super::package::MAX_BYTES;
use super::protocol::Shift;
use super::refusal::Refusal;

/// Bytes that are handed on at a time.
const PIECE: usize = 1 << 20;

/// Writes one sheet.
pub(super) struct Writer<'a> {
    columns: u32,
    out: &'a mut dyn FnMut(&[u8]) -> Result<(), String>,
    piece: Vec<u8>,
    /// The sheet's row that comes next, and the line it will begin on.
    next_row: u32,
    next_line: u32,
    pub(super) bytes: u64,
    pub(super) shifts: Vec<Shift>,
}

impl<'a> Writer<'a> {
    /// Every record gets this many columns. What `out` cannot take it says in words.
    pub(super) fn new(columns: u32, out: &'a mut dyn FnMut(&[u8]) -> Result<(), String>) -> Self {
        let piece = "\u{feff}".as_bytes().to_vec();
        Self { columns, out, piece, next_row: 1, next_line: 1, bytes: 0, shifts: Vec::new() }
    }

    /// Adds a row, after blank lines for those that were left out. `false` when the CSV has become too large.
    pub(super) fn row(&mut self, row: &Row) -> Result<bool, Refusal> {
        let is_first = self.bytes == 0 && self.piece.len() == '\u{feff}'.len_utf8();
        while self.next_row < row.number {
            self.piece.extend_from_slice(b"\r\n");
            self.next_row += 1;
            self.next_line += 1;
            self.hand_on(PIECE)?;
        }
        let mut breaks = 0;
        let mut column = 1;
        for (at, text) in row.cells() {
            self.piece.resize(self.piece.len() + (at - column) as usize, b',');
            column = at;
            breaks += self.cell(text, is_first && at == 1);
            self.hand_on(PIECE)?;
        }
        self.piece.resize(self.piece.len() + self.columns.saturating_sub(column) as usize, b',');
        self.piece.extend_from_slice(b"\r\n");
        self.next_row += 1;
        self.next_line += 1 + breaks;
        if breaks > 0 {
            self.shifts.push(Shift { line: self.next_line, row: self.next_row });
        }
        self.hand_on(PIECE)?;
        Ok(self.bytes <= MAX_BYTES)
    }

    /// Adds a cell; how many line breaks it holds. The very first is quoted unless it is plain, so that no `sep=` or `{` at the
    /// beginning of a file is taken for anything but a cell.
    fn cell(&mut self, text: &str, is_very_first: bool) -> u32 {
        let odd = is_very_first && !text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b' ' || b == b'_');
        if !odd && !text.bytes().any(|b| matches!(b, b',' | b'"' | b'\r' | b'\n')) {
            self.piece.extend_from_slice(text.as_bytes());
            return 0;
        }
        self.piece.push(b'"');
        let mut breaks = 0;
        let mut after_return = false;
        for &b in text.as_bytes() {
            // CRLF is one break, and so is either alone.
            breaks += u32::from(b == b'\r' || (b == b'\n' && !after_return));
            after_return = b == b'\r';
            if b == b'"' {
                self.piece.push(b'"');
            }
            self.piece.push(b);
        }
        self.piece.push(b'"');
        breaks
    }

    fn hand_on(&mut self, at_least: usize) -> Result<(), Refusal> {
        if self.piece.len() < at_least {
            return Ok(());
        }
        self.bytes += self.piece.len() as u64;
        (self.out)(&self.piece).map_err(Refusal::Unwritable)?;
        self.piece.clear();
        Ok(())
    }

    /// Hands on what is left.
    pub(super) fn finish(&mut self) -> Result<(), Refusal> {
        self.hand_on(1)
    }
}
