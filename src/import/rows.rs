//! Text → records, by the letter of the file's dialect, with every damage named and none repaired.
//!
//! In: text, piece by piece, after the header, and where the decoder found no letters. Out: the cells of sound rows in one
//! arena, the line each row starts on, and the rows that were set aside, with what is wrong with them. Must never know:
//! what a column means (it is told which one holds the key), products, issues.
//!
//! # Where reading goes on after damage
//!
//! A quote that does not belong may seem to open a cell that runs on for pages. So of a damaged record only *one physical
//! line* is set aside, the one it began on, and reading goes on from the line after it: rows that one stray quote would
//! have swallowed are read. What was the inside of a torn cell is then read as rows of its own; such scraps are nearly
//! always damaged, cannot say whose they are, and are counted with the row they were torn from. Where the damage is, and
//! whether a record that seems sound has swallowed others, is told in [`resync`](super::resync).
//!
//! This cannot cost more than a few readings of each line. A quote left open at the end of a line means that the line
//! holds an odd number of structural quotes; the next such line closes the quote, and the record then ends at its line
//! break or is found damaged. The lines between have an even number, so that none of them, read afresh, leaves a quote
//! open. [`RECORD_MAX`] bounds what is held meanwhile.

use super::damage::{Damage, Damaged, Key};
use super::decode::{Fault, Undecodable, fault_in};
use super::header::header_words;
use super::parts::{Part, PartKind};
use super::refusal::Refusal;
use super::resync::RowShape;
use super::scan::{Cells, Dialect, Scan, line_breaks, line_end, scan};
use std::collections::VecDeque;

/// Bytes in one record, at most. Beyond it a quote that was never closed is far likelier than a real row, and what has
/// to be held to read on from the next line stays small.
pub const RECORD_MAX: usize = 4 << 20;

/// Rows in one file, at most: 100 times what a store of 100,000 products needs, and still only 40 MB of line numbers.
pub const MAX_ROWS: usize = 10_000_000;

/// The reader of everything after the header.
#[derive(Clone, Debug)]
pub(super) struct Rows {
    shape: RowShape,
    /// The header row, to tell when it comes again. Empty in a file without one.
    header: Vec<String>,
    /// The physical line of the next unread byte.
    line: u32,
    /// Bytes of text before the next unread one, counted from where the rows begin in the file.
    offset: u64,
    /// The rest of a line longer than [`RECORD_MAX`] is being passed over.
    skipping: bool,
    /// The last row set aside was torn, and nothing sound came after it.
    torn: bool,
    /// Blank lines below the last row set aside: if a scrap of it follows, they were inside it.
    gap: String,
    /// A second table has begun, as the last of the parts: everything from there on is only counted.
    below: bool,
    pub(super) cells: Cells,
    /// The line each sound row starts on.
    pub(super) lines: Vec<u32>,
    pub(super) damaged: Vec<Damaged>,
    pub(super) blank_lines: u32,
    pub(super) parts: Vec<Part>,
    /// Rows at most: [`MAX_ROWS`], but for a test.
    most: usize,
}

impl Rows {
    /// A reader of rows as wide as the header, whose key is in column `key`, from physical line `line` and text offset
    /// `offset` on.
    pub(super) fn new(dialect: Dialect, header: Vec<String>, width: usize, key: usize, (line, offset): (u32, u64)) -> Self {
        Self {
            shape: RowShape::new(dialect, width, key),
            header,
            line,
            offset,
            skipping: false,
            torn: false,
            gap: String::new(),
            below: false,
            cells: Cells::default(),
            lines: Vec::new(),
            damaged: Vec::new(),
            blank_lines: 0,
            parts: Vec::new(),
            most: MAX_ROWS,
        }
    }

    /// A reader of single rows like these.
    pub(super) fn like(&self) -> Self {
        let RowShape { dialect, width, key, .. } = self.shape;
        Self::new(dialect, self.header.clone(), width, key, (1, 0))
    }

    /// Puts other rows in the place of `gone` ones from row `first` on: those of a text that stands where the file has `lines`
    /// lines from `line` on.
    pub(super) fn swap(&mut self, first: u32, gone: u32, come: Option<(Self, u32, u32)>) {
        let (from, to) = (first as usize, (first + gone) as usize);
        let (rows, line, lines) = come.unwrap_or_else(|| (self.like(), 0, 1));
        self.cells.swap(from * self.shape.width..to * self.shape.width, &rows.cells);
        // However many lines were typed, the file has these.
        let here = rows.lines.iter().map(|typed| line + (typed - 1).min(lines.saturating_sub(1)));
        self.lines.splice(from..to, here);
    }

    /// The physical line of the next unread byte, from 1.
    pub(super) const fn line(&self) -> u32 {
        self.line
    }

    /// Cells in a row, and where its key is.
    pub(super) const fn shape(&self) -> (usize, usize) {
        (self.shape.width, self.shape.key)
    }

    /// Where the last physical line of a sound row is.
    pub(super) fn last_line(&self, row: usize) -> u32 {
        let cells =
            (row * self.shape.width..(row + 1) * self.shape.width).map(|cell| line_breaks(self.cells.get(cell).as_bytes()));
        self.lines.get(row).copied().unwrap_or(0) + cells.sum::<u32>()
    }

    /// Makes room for the rest of a file of `size` bytes of which `read` are in the rows so far, so that the vectors do not double
    /// their way up. Failing to is no error: they then grow as they must.
    pub(super) fn make_room(&mut self, read: u64, size: u64) {
        let grow = |len: usize| (len as u64).saturating_mul(size).checked_div(read).map_or(0, |all| all as usize);
        self.cells.make_room(size as usize + 16, grow);
        if self.lines.capacity() == self.lines.len() {
            let wanted = grow(self.lines.len());
            let _ = self.lines.try_reserve_exact((wanted + wanted / 16).saturating_sub(self.lines.len()));
        }
    }

    /// Reads the records of `text`, which starts where the last reading stopped, and says how many bytes it used. Faults
    /// of the decoder are taken from `faults` as their rows are read.
    ///
    /// # Errors
    /// [`Refusal::TooManyRows`] or [`Refusal::TooLarge`].
    pub(super) fn read(&mut self, text: &str, at_end: bool, faults: &mut VecDeque<Fault>) -> Result<usize, Refusal> {
        if self.cells.is_full(text.len()) {
            return Err(Refusal::TooLarge { bytes: u64::from(u32::MAX) });
        }
        let mut at = 0;
        let result = loop {
            let rest = text.get(at..).unwrap_or("");
            if rest.is_empty() {
                break Ok(at);
            }
            if self.skipping {
                let Some((_, next)) = line_end(rest.as_bytes(), at_end) else {
                    // A CR at the very end stays: an LF may follow.
                    break Ok(text.len() - usize::from(rest.ends_with('\r')));
                };
                self.skipping = false;
                self.line += 1;
                at += next;
                continue;
            }
            if let Some(b'\n' | b'\r') = rest.as_bytes().first() {
                let Some((_, next)) = line_end(rest.as_bytes(), at_end) else { break Ok(at) };
                self.line += 1;
                self.blank(rest.get(..next).unwrap_or(""), 1);
                at += next;
                continue;
            }
            if self.lines.len() + self.damaged.len() >= self.most {
                break Err(Refusal::TooManyRows);
            }
            let window = clip_bytes(rest, RECORD_MAX);
            let cut = window.len() < rest.len();
            let mark = self.cells.mark();
            match scan(window, self.shape.dialect, at_end && !cut, &mut self.cells) {
                Scan::Record { next, breaks } => {
                    let begin = self.offset + at as u64;
                    let fault = fault_in(faults, begin, next).map(|(fault, place)| (fault.why, place));
                    at += self.keep(window, mark, next, breaks, fault);
                }
                found => {
                    self.cells.truncate(mark);
                    let (damage, found, opened) = match found {
                        Scan::Damage { damage, at, opened } => (damage, at, opened),
                        Scan::More { opened } if cut => (Damage::TooLong, window.len(), opened),
                        _ => break Ok(at),
                    };
                    let (end, next) = match line_end(window.as_bytes(), at_end && !cut) {
                        Some(line) => line,
                        None if cut => {
                            self.skipping = true;
                            (window.len(), window.len())
                        }
                        None => break Ok(at),
                    };
                    // Where a quoted cell began is told by whole lines: the last of them may not be here yet.
                    let is_whole = (at_end || cut) || line_end(window.as_bytes().get(found..).unwrap_or(&[]), false).is_some();
                    if (opened.is_some() || found > end) && !is_whole {
                        break Ok(at);
                    }
                    let (damage, found) = self.shape.place(window, damage, found, opened);
                    let breaks = line_breaks(window.as_bytes().get(..found).unwrap_or(&[]));
                    // Of a line without end nothing is kept.
                    let raw = if self.skipping { "" } else { window.get(..next).unwrap_or("") };
                    let line = window.get(..end).unwrap_or("");
                    self.set_aside((line, raw), (damage, found), 1, self.line + breaks);
                    self.line += u32::from(!self.skipping);
                    at += next;
                }
            }
        };
        self.offset += result.as_ref().map_or(0, |&used| used as u64);
        result
    }

    /// Keeps a record whose quotes are in order if it has the right width or is blank, and sets it aside otherwise.
    /// Returns the bytes used.
    fn keep(
        &mut self,
        window: &str,
        mark: (usize, usize),
        next: usize,
        breaks: u32,
        fault: Option<(Undecodable, usize)>,
    ) -> usize {
        let found = self.cells.len() - mark.1;
        let lines = breaks + 1;
        let record = window.get(..next).unwrap_or("");
        if self.cells.are_blank(mark.1) {
            self.cells.truncate(mark);
            self.blank(record, lines);
            self.line += lines;
            return next;
        }
        let swallowed = breaks > 0 && (if found == self.shape.width { self.shape.hides_an_id(record) } else { true });
        let first_line = || line_end(record.as_bytes(), true).unwrap_or((next, next));
        if swallowed && let Some(above) = self.shape.end_above_row(record, 0, next.saturating_sub(1)) {
            self.cells.truncate(mark);
            let on = line_breaks(record.as_bytes().get(..above).unwrap_or(&[]));
            let (end, after) = first_line();
            let raw = record.get(..after).unwrap_or("");
            self.set_aside((record.get(..end).unwrap_or(""), raw), (Damage::Unclosed, above), 1, self.line + on);
            self.line += 1;
            return after;
        }
        if let Some((why, place)) = fault {
            self.cells.truncate(mark);
            let on = line_breaks(record.as_bytes().get(..place).unwrap_or(&[]));
            let damage = match why {
                Undecodable::Bytes => Damage::NotInEncoding,
                Undecodable::Surrogate => Damage::LoneSurrogate,
            };
            self.set_aside((record.get(..first_line().0).unwrap_or(""), record), (damage, place), lines, self.line + on);
        } else if found == self.shape.width {
            if !self.torn || !self.is_rest_of_torn(mark, record, lines) {
                self.sound(mark, record, lines);
            }
        } else {
            self.cells.truncate(mark);
            let found = found as u32;
            let damage = if (found as usize) < self.shape.width { Damage::TooFew { found } } else { Damage::TooMany { found } };
            // A cell is missing at its end; which one is too many cannot be told.
            let at = record.trim_end_matches(['\n', '\r']).len();
            self.set_aside((record.get(..first_line().0).unwrap_or(""), record), (damage, at), lines, self.line);
        }
        self.line += lines;
        next
    }

    /// Whether a record of the right width is the end of the torn row above, and then sets it aside with that row: its first cell
    /// goes over several lines, was torn, and the id comes after it.
    fn is_rest_of_torn(&mut self, mark: (usize, usize), record: &str, lines: u32) -> bool {
        let first = line_end(record.as_bytes(), true).map_or(record.len(), |(end, _)| end);
        let key = self.shape.key_of(record.get(..first).unwrap_or(""));
        let torn = self.damaged.last_mut().filter(|last| last.before_row as usize == self.lines.len() && !self.below);
        let (Some(last), Key::Id(_), true) = (torn, key, self.shape.key > 0) else { return false };
        if last.key != Key::Unclear || last.holds_an_id() || !self.shape.leaves_first_open(&last.raw) {
            return false;
        }
        self.cells.truncate(mark);
        let blank = self.line - (last.line + last.lines);
        last.lines += blank + lines;
        self.blank_lines -= blank;
        last.raw.push_str(&std::mem::take(&mut self.gap));
        (last.key, last.found_on, last.at) = (key, self.line, last.raw.len() as u32);
        last.raw.push_str(record);
        self.torn = false;
        true
    }

    /// Takes a record of the right width, unless it is a header row.
    fn sound(&mut self, mark: (usize, usize), record: &str, lines: u32) {
        let key = self.cells.get(mark.1 + self.shape.key);
        // An id has 24 characters, and no header word has.
        if key.len() != 24 && !key.is_empty() {
            let cells = mark.1..self.cells.len();
            let again = !self.header.is_empty()
                && cells.clone().zip(&self.header).all(|(cell, header)| self.cells.get(cell).trim() == header.trim());
            let words = if again { 0 } else { header_words(key, cells.clone().map(|cell| self.cells.get(cell))) };
            if again || words >= 2 {
                self.cells.truncate(mark);
                let kind = if again { PartKind::HeaderAgain } else { PartKind::SecondTable };
                if !self.below {
                    self.parts.push(Part::new(kind, self.line, lines, record));
                } else if let Some(part) = self.parts.last_mut() {
                    part.lines += lines;
                }
                self.below |= !again;
                self.torn = false;
                return;
            }
        }
        if self.below {
            self.cells.truncate(mark);
            if let Some(part) = self.parts.last_mut() {
                part.lines += lines;
            }
            return;
        }
        self.torn = false;
        self.lines.push(self.line);
    }

    /// Passes over lines with nothing on them.
    fn blank(&mut self, text: &str, lines: u32) {
        self.blank_lines += lines;
        if self.damaged.last().is_some_and(|last| last.before_row as usize == self.lines.len()) {
            self.gap.push_str(text);
        }
    }

    /// Sets `lines` physical lines aside: the first of them, and all that is kept; which damage, and at which byte.
    fn set_aside(&mut self, (first_line, raw): (&str, &str), (damage, at): (Damage, usize), lines: u32, found_on: u32) {
        let gap = std::mem::take(&mut self.gap);
        if self.below {
            if let Some(part) = self.parts.last_mut() {
                part.lines += lines;
            }
            return;
        }
        let before_row = self.lines.len() as u32;
        let key = self.shape.key_of(first_line);
        // A scrap of the torn row above, which cannot say that it is a row of its own. A row of several lines with too few
        // cells, and a scrap below it: it was torn on its last line, where a quote is missing.
        if key == Key::Unclear
            && let Some(last) = self.damaged.last_mut().filter(|last| last.before_row == before_row)
            && (self.torn || last.ends_in_scraps(self.line))
        {
            if !self.torn {
                last.found_on = last.line + last.lines - 1;
                last.at = last.raw().map_or(0, str::len) as u32;
                self.torn = true;
            }
            // Blank lines between scraps were inside the torn cell.
            let blank = self.line - (last.line + last.lines);
            last.lines += blank + lines;
            self.blank_lines -= blank;
            if !last.raw.is_empty() && !raw.is_empty() {
                last.raw.push_str(&gap);
                last.raw.push_str(raw);
            } else {
                last.raw.clear();
            }
            return;
        }
        self.torn = damage.is_torn();
        let text = Damaged::keep(first_line, self.damaged.len());
        let (raw, at) = (raw.to_owned(), at as u32);
        let is_left_out = false;
        self.damaged.push(Damaged { line: self.line, lines, found_on, damage, before_row, key, text, raw, at, is_left_out });
    }
}

/// The longest beginning of `text` with at most `max` bytes.
pub(super) fn clip_bytes(text: &str, max: usize) -> &str {
    if text.len() <= max { text } else { text.get(..text.floor_char_boundary(max)).unwrap_or("") }
}

/// The longest beginning of `text` with at most `max` characters.
pub(super) fn clip_chars(text: &str, max: usize) -> &str {
    text.char_indices().nth(max).map_or(text, |(end, _)| text.get(..end).unwrap_or(""))
}

#[cfg(test)]
mod tests;
