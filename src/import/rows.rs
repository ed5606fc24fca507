//! Text → records, by the letter of RFC 4180, with every damage named and none repaired.
//!
//! In: text, piece by piece, after the header. Out: the cells of sound rows in one arena, the line each row starts on,
//! and the rows that were set aside, with what is wrong with them. Must never know: what a column means (it is told
//! which one holds the key), products, issues.
//!
//! # The arena
//!
//! All cell text lies in one string. A cell is the bytes between the end of the one before it plus one filler byte (the
//! delimiter or line break that stood there) and its own end, so a run of plain cells is copied in one go, an empty cell
//! costs four bytes, and nothing is allocated per cell. Sound rows all have the header's width, so the cell at
//! (row, column) is number `row × width + column`.
//!
//! # Damage, and where reading goes on
//!
//! A quote that does not belong may seem to open a cell that runs on for pages. So a damaged record is set aside as
//! *one physical line*, the one it began on, and reading goes on from the line after it: rows that one stray quote
//! would have swallowed are read. What was the inside of a damaged cell is then read as rows of its own; such lines are
//! nearly always damaged or of the wrong width, and are set aside as well, each under its own line number.
//!
//! A record of the wrong width whose quotes are in order is set aside whole, unless one of its later lines, read alone,
//! has the right width: then its quotes only seem to be in order, and it is treated as above.
//!
//! This cannot cost more than a few readings of each line. A quote left open at the end of a line means that the line
//! holds an odd number of structural quotes; the next such line closes the quote, and the record then ends at its line
//! break or is found damaged. The lines between have an even number, so that none of them, read afresh, leaves a quote
//! open. [`RECORD_MAX`] bounds what is held meanwhile.

use super::refusal::Refusal;
use crate::domain::ProductId;
use memchr::{memchr, memchr_iter, memchr2};

/// Bytes in one record, at most. Beyond it a quote that was never closed is far likelier than a real row, and what has
/// to be held to read on from the next line stays small.
pub const RECORD_MAX: usize = 4 << 20;

/// Rows in one file, at most: 100 times what a store of 100,000 products needs, and still only 40 MB of line numbers.
pub const MAX_ROWS: usize = 10_000_000;

/// Characters of a damaged line that are kept for display.
const TEXT_KEPT: usize = 160;

/// Damaged rows whose text is kept. A file with more has one cause, not ten thousand.
const TEXTS_KEPT: usize = 10_000;

/// What is wrong with a row, so that it was set aside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Damage {
    /// A quote in a cell that does not begin with one.
    QuoteInside,
    /// Something other than a delimiter or a line break after a closing quote.
    TextAfterQuote,
    /// The file ends inside quotes.
    Unclosed,
    /// Fewer cells than the header.
    TooFew {
        /// Cells in the row.
        found: u32,
    },
    /// More cells than the header.
    TooMany {
        /// Cells in the row.
        found: u32,
    },
    /// More than [`RECORD_MAX`] bytes.
    TooLong,
}

/// What the key column of a damaged row says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// The row is a product's own.
    Id(ProductId),
    /// The cell is sound and blank: the row belongs to the product above.
    Blank,
    /// It cannot be told.
    Unclear,
}

/// A row that was set aside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damaged {
    /// The physical line it begins on, from 1.
    pub line: u32,
    /// Physical lines it takes: 1, except for a row of the wrong width with sound quotes.
    pub lines: u32,
    /// The line where the damage is: where the quote stands that was not closed, or the byte that does not belong.
    pub found_on: u32,
    /// What is wrong.
    pub damage: Damage,
    /// Sound rows before it.
    pub before_row: u32,
    /// Whose row it is, as far as can be told.
    pub key: Key,
    /// Its first line, clipped. Empty after the first 10,000.
    pub text: Box<str>,
}

/// The cells read so far.
#[derive(Debug, Default)]
pub(super) struct Cells {
    /// Cell text, each cell followed by one filler byte.
    text: String,
    /// Where each cell ends in `text`. `u32` holds, as a file has at most 1 GiB.
    ends: Vec<u32>,
}

impl Cells {
    /// The text of cell `index`, or nothing.
    pub(super) fn get(&self, index: usize) -> &str {
        let start = match index.checked_sub(1) {
            None => 0,
            Some(before) => self.ends.get(before).map_or(0, |&end| end as usize + 1),
        };
        let end = self.ends.get(index).map_or(start, |&end| end as usize);
        self.text.get(start..end).unwrap_or("")
    }

    /// How many there are.
    pub(super) const fn len(&self) -> usize {
        self.ends.len()
    }

    fn truncate(&mut self, mark: (usize, usize)) {
        self.text.truncate(mark.0);
        self.ends.truncate(mark.1);
    }

    const fn mark(&self) -> (usize, usize) {
        (self.text.len(), self.ends.len())
    }

    fn push_run(&mut self, text: &str, from: usize, to: usize) {
        self.text.push_str(text.get(from..to).unwrap_or(""));
    }
}

/// What became of one record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scan {
    /// Sound. `next` is where the next one starts, `breaks` the line breaks inside its quotes.
    Record { next: usize, breaks: u32 },
    /// Damaged; `at` is the byte that tells.
    Damage { damage: Damage, at: usize },
    /// It goes on after the text given.
    More,
}

/// Reads one record from the start of `text` into `cells`. With `at_end` the end of the text is the end of the file.
/// What a damaged or unfinished record left in `cells` is the caller's to drop.
pub(super) fn scan(text: &str, delimiter: u8, at_end: bool, cells: &mut Cells) -> Scan {
    let bytes = text.as_bytes();
    // Bytes from `run` to `pos` are not copied yet; a byte at `pos` will land at `text.len() + pos - run`.
    let (mut run, mut pos, mut breaks) = (0, 0, 0);
    loop {
        if bytes.get(pos) == Some(&b'"') {
            let opened = pos;
            cells.push_run(text, run, pos);
            pos += 1;
            run = pos;
            loop {
                let Some(quote) = bytes.get(pos..).and_then(|rest| memchr(b'"', rest)).map(|found| found + pos) else {
                    return if at_end { Scan::Damage { damage: Damage::Unclosed, at: opened } } else { Scan::More };
                };
                match bytes.get(quote + 1) {
                    Some(b'"') => {
                        cells.push_run(text, run, quote + 1);
                        pos = quote + 2;
                        run = pos;
                    }
                    None if !at_end => return Scan::More,
                    Some(&after) if after != delimiter && after != b'\n' && after != b'\r' => {
                        return Scan::Damage { damage: Damage::TextAfterQuote, at: quote + 1 };
                    }
                    _ => {
                        cells.push_run(text, run, quote);
                        breaks += line_breaks(bytes.get(opened..quote).unwrap_or(&[]));
                        pos = quote + 1;
                        run = pos;
                        break;
                    }
                }
            }
        } else {
            pos = plain_end(bytes, pos, delimiter);
        }
        let next = match bytes.get(pos) {
            Some(&byte) if byte == delimiter => {
                cells.ends.push((cells.text.len() + pos - run) as u32);
                pos += 1;
                continue;
            }
            Some(b'\n') => pos + 1,
            Some(b'\r') => match bytes.get(pos + 1) {
                Some(b'\n') => pos + 2,
                None if !at_end => return Scan::More,
                _ => pos + 1,
            },
            Some(_) => {
                // The cells before it are sound, and may hold the row's key.
                cells.push_run(text, run, pos);
                return Scan::Damage { damage: Damage::QuoteInside, at: pos };
            }
            None if at_end => pos,
            None => return Scan::More,
        };
        cells.ends.push((cells.text.len() + pos - run) as u32);
        cells.push_run(text, run, pos);
        cells.text.push('\n');
        return Scan::Record { next, breaks };
    }
}

/// Where a cell without quotes ends: the next delimiter, quote, CR or LF, or the end. Eight bytes at a time: a byte of
/// `word ^ pattern` is zero where the byte is the one sought, and `(x - 1) & !x & 0x80` finds the lowest zero byte.
fn plain_end(bytes: &[u8], mut pos: usize, delimiter: u8) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x8080_8080_8080_8080;
    const fn zero(x: u64) -> u64 {
        x.wrapping_sub(ONES) & !x & HIGH
    }
    let rest = bytes.get(pos..).unwrap_or(&[]);
    let (words, _) = rest.as_chunks::<8>();
    for word in words {
        let word = u64::from_le_bytes(*word);
        let hit = zero(word ^ (ONES * delimiter as u64))
            | zero(word ^ (ONES * b'"' as u64))
            | zero(word ^ (ONES * b'\n' as u64))
            | zero(word ^ (ONES * b'\r' as u64));
        if hit != 0 {
            return pos + (hit.trailing_zeros() / 8) as usize;
        }
        pos += 8;
    }
    while let Some(&byte) = bytes.get(pos) {
        if byte == delimiter || byte == b'"' || byte == b'\n' || byte == b'\r' {
            break;
        }
        pos += 1;
    }
    pos
}

/// Line breaks in `bytes`: each of LF, CRLF and CR is one.
pub(super) fn line_breaks(bytes: &[u8]) -> u32 {
    let lines = memchr_iter(b'\n', bytes).count();
    let lone = memchr_iter(b'\r', bytes).filter(|&at| bytes.get(at + 1) != Some(&b'\n')).count();
    (lines + lone) as u32
}

/// Where the physical line that starts at 0 ends: (without its break, with it). Nothing when the break, or whether it
/// is CR or CRLF, is not in sight.
pub(super) fn line_end(bytes: &[u8], at_end: bool) -> Option<(usize, usize)> {
    match memchr2(b'\r', b'\n', bytes) {
        Some(at) if bytes.get(at) == Some(&b'\n') => Some((at, at + 1)),
        Some(at) => match bytes.get(at + 1) {
            Some(b'\n') => Some((at, at + 2)),
            None if !at_end => None,
            _ => Some((at, at + 1)),
        },
        None => at_end.then_some((bytes.len(), bytes.len())),
    }
}

/// The reader of everything after the header.
#[derive(Debug)]
pub(super) struct Rows {
    delimiter: u8,
    width: usize,
    key: usize,
    /// The physical line of the next unread byte.
    line: u32,
    /// The rest of a line longer than [`RECORD_MAX`] is being passed over.
    skipping: bool,
    pub(super) cells: Cells,
    /// The line each sound row starts on.
    pub(super) lines: Vec<u32>,
    pub(super) damaged: Vec<Damaged>,
    pub(super) blank_lines: u32,
    scratch: Cells,
    /// Rows at most: [`MAX_ROWS`], but for a test.
    most: usize,
}

impl Rows {
    /// A reader of rows of `width` cells whose key is in column `key`, from physical line `line` on.
    pub(super) fn new(delimiter: u8, width: usize, key: usize, line: u32) -> Self {
        Self {
            delimiter,
            width,
            key,
            line,
            skipping: false,
            cells: Cells::default(),
            lines: Vec::new(),
            damaged: Vec::new(),
            blank_lines: 0,
            scratch: Cells::default(),
            most: MAX_ROWS,
        }
    }

    /// The physical line of the next unread byte, from 1.
    pub(super) const fn line(&self) -> u32 {
        self.line
    }

    /// Makes room for the rest of a file of `size` bytes of which `read` are read, so that the vectors do not double
    /// their way up. Failing to is no error: they then grow as they must.
    pub(super) fn make_room(&mut self, read: u64, size: u64) {
        let grow =
            |len: usize| (len as u64).saturating_mul(size).checked_div(read).map_or(0, |all| all as usize + all as usize / 64);
        if self.cells.ends.capacity() - self.cells.ends.len() < self.cells.ends.len() / 32 + 1024 {
            let wanted = grow(self.cells.ends.len()).saturating_sub(self.cells.ends.len());
            let _ = self.cells.ends.try_reserve_exact(wanted);
        }
        if self.cells.text.capacity() < size as usize {
            let _ = self.cells.text.try_reserve_exact((size as usize + 16).saturating_sub(self.cells.text.len()));
        }
        if self.lines.capacity() == self.lines.len() {
            let _ = self.lines.try_reserve_exact(grow(self.lines.len()).saturating_sub(self.lines.len()));
        }
    }

    /// Reads the records of `text`, which starts where the last reading stopped, and says how many bytes it used.
    ///
    /// # Errors
    /// [`Refusal::TooManyRows`].
    pub(super) fn read(&mut self, text: &str, at_end: bool) -> Result<usize, Refusal> {
        let mut at = 0;
        loop {
            let rest = text.get(at..).unwrap_or("");
            if rest.is_empty() {
                return Ok(at);
            }
            if self.skipping {
                let Some((_, next)) = line_end(rest.as_bytes(), at_end) else {
                    // A CR at the very end stays: an LF may follow.
                    return Ok(text.len() - usize::from(rest.ends_with('\r')));
                };
                self.skipping = false;
                self.line += 1;
                at += next;
                continue;
            }
            if let Some(b'\n' | b'\r') = rest.as_bytes().first() {
                let Some((_, next)) = line_end(rest.as_bytes(), at_end) else { return Ok(at) };
                self.line += 1;
                self.blank_lines += 1;
                at += next;
                continue;
            }
            if self.lines.len() + self.damaged.len() >= self.most {
                return Err(Refusal::TooManyRows);
            }
            let window = clip_bytes(rest, RECORD_MAX);
            let cut = window.len() < rest.len();
            let mark = self.cells.mark();
            match scan(window, self.delimiter, at_end && !cut, &mut self.cells) {
                Scan::Record { next, breaks } => at += self.keep(window, mark, next, breaks),
                scan => {
                    self.cells.truncate(mark);
                    let (damage, found) = match scan {
                        Scan::Damage { damage, at } => (damage, at),
                        _ if cut => (Damage::TooLong, 0),
                        _ => return Ok(at),
                    };
                    let line = match line_end(window.as_bytes(), at_end && !cut) {
                        Some(line) => line,
                        None if cut => {
                            self.skipping = true;
                            (window.len(), window.len())
                        }
                        None => return Ok(at),
                    };
                    let breaks = line_breaks(window.as_bytes().get(..found).unwrap_or(&[]));
                    self.set_aside(window.get(..line.0).unwrap_or(""), damage, 1, self.line + breaks);
                    self.line += u32::from(!self.skipping);
                    at += line.1;
                }
            }
        }
    }

    /// Keeps a record whose quotes are in order if it has the right width or is blank, and sets it aside otherwise.
    /// Returns the bytes used.
    fn keep(&mut self, window: &str, mark: (usize, usize), next: usize, breaks: u32) -> usize {
        let found = self.cells.len() - mark.1;
        let lines = breaks + 1;
        if (mark.1..self.cells.len()).all(|index| self.cells.get(index).trim().is_empty()) {
            self.cells.truncate(mark);
            self.blank_lines += lines;
        } else if found == self.width {
            self.lines.push(self.line);
        } else {
            self.cells.truncate(mark);
            let record = window.get(..next).unwrap_or("");
            let (end, after) = line_end(record.as_bytes(), true).unwrap_or((next, next));
            let first = record.get(..end).unwrap_or("");
            let found = found as u32;
            let damage = if (found as usize) < self.width { Damage::TooFew { found } } else { Damage::TooMany { found } };
            if breaks > 0 && self.hides_a_row(record.get(after..).unwrap_or("")) {
                self.set_aside(first, damage, 1, self.line);
                self.line += 1;
                return after;
            }
            self.set_aside(first, damage, lines, self.line);
        }
        self.line += lines;
        next
    }

    /// Whether one of these lines, read alone, is a row of the right width.
    fn hides_a_row(&mut self, mut text: &str) -> bool {
        while let Some((end, after)) = line_end(text.as_bytes(), true) {
            self.scratch.truncate((0, 0));
            let line = text.get(..end).unwrap_or("");
            if matches!(scan(line, self.delimiter, true, &mut self.scratch), Scan::Record { .. })
                && self.scratch.len() == self.width
                && (self.width > 1 || !line.trim().is_empty())
            {
                return true;
            }
            text = text.get(after..).unwrap_or("");
            if text.is_empty() {
                return false;
            }
        }
        false
    }

    fn set_aside(&mut self, first_line: &str, damage: Damage, lines: u32, found_on: u32) {
        let text = if self.damaged.len() < TEXTS_KEPT { clip_chars(first_line, TEXT_KEPT).into() } else { "".into() };
        self.scratch.truncate((0, 0));
        let sound = match scan(first_line, self.delimiter, true, &mut self.scratch) {
            // The cells whose ends were found are sound. A quote inside a cell breaks that cell, whose end is not noted.
            Scan::Record { .. } | Scan::Damage { .. } => self.scratch.len(),
            Scan::More => 0,
        };
        let key = if self.key < sound {
            let cell = self.scratch.get(self.key).trim();
            match ProductId::from_ascii(cell.as_bytes()) {
                Ok(id) => Key::Id(id),
                Err(_) if cell.is_empty() => Key::Blank,
                Err(_) => Key::Unclear,
            }
        } else {
            Key::Unclear
        };
        let before_row = self.lines.len() as u32;
        self.damaged.push(Damaged { line: self.line, lines, found_on, damage, before_row, key, text });
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
mod tests {
    use super::*;

    fn read(text: &str, width: usize) -> Rows {
        let mut rows = Rows::new(b',', width, 0, 1);
        assert_eq!(rows.read(text, true).unwrap(), text.len());
        rows
    }

    fn damage(rows: &Rows) -> Vec<(u32, u32, Damage)> {
        rows.damaged.iter().map(|d| (d.line, d.found_on, d.damage)).collect()
    }

    #[test]
    fn cells_are_unescaped_and_lines_counted() {
        let rows = read("a,\"b \"\"c\"\"\",\r\n\n\"x\r\ny\",,\"\"\rlast,2,3", 3);
        let cells: Vec<_> = (0..rows.cells.len()).map(|i| rows.cells.get(i)).collect();
        assert_eq!(cells, ["a", "b \"c\"", "", "x\r\ny", "", "", "last", "2", "3"]);
        assert_eq!((rows.lines.as_slice(), rows.blank_lines), ([1, 3, 5].as_slice(), 1));
        assert!(rows.damaged.is_empty());
    }

    #[test]
    fn a_stray_quote_does_not_eat_the_rows_below_it() {
        let rows = read("1,\"a\n2,b\n3,c\n", 2);
        assert_eq!(damage(&rows), [(1, 1, Damage::Unclosed)]);
        assert_eq!(rows.lines, [2, 3]);
        let rows = read("1,\"a\n2,b\n3,\"c\"\n4,d\n", 2);
        assert_eq!(damage(&rows), [(1, 3, Damage::TextAfterQuote)]);
        assert_eq!(rows.lines, [2, 3, 4]);
    }

    #[test]
    fn a_record_of_the_wrong_width_is_set_aside_whole_unless_it_hides_a_row() {
        let rows = read("1,\"a\nb\",c\n2,d\n", 2);
        assert_eq!(
            rows.damaged.iter().map(|d| (d.line, d.lines, d.damage)).collect::<Vec<_>>(),
            [(1, 2, Damage::TooMany { found: 3 })]
        );
        assert_eq!(rows.lines, [3]);
        let rows = read("1,\"a\n2,b\n3,\",c\n4,d\n", 2);
        assert_eq!(damage(&rows), [(1, 1, Damage::TooMany { found: 3 }), (3, 3, Damage::Unclosed)]);
        assert_eq!(rows.lines, [2, 4]);
    }

    #[test]
    fn a_record_without_end_is_cut_and_the_next_line_read() {
        let text = format!("1,{}\n2,b\n", "x".repeat(RECORD_MAX + 10));
        let rows = read(&text, 2);
        assert_eq!(damage(&rows), [(1, 1, Damage::TooLong)]);
        assert_eq!(rows.lines, [2]);
    }

    #[test]
    fn the_key_of_a_damaged_row_is_read_where_it_can_be() {
        let rows = read("507f1f77bcf86cd799439011,a\"b\n,\"\"x\nzz,\"\n,", 2);
        let keys: Vec<_> = rows.damaged.iter().map(|d| d.key).collect();
        assert_eq!(keys, [Key::Id("507f1f77bcf86cd799439011".parse().unwrap()), Key::Blank, Key::Unclear]);
    }

    #[test]
    fn too_many_rows_are_refused() {
        let mut rows = Rows::new(b',', 1, 0, 1);
        rows.most = 2;
        assert_eq!(rows.read("a\n\nb\n", true), Ok(5));
        assert_eq!(rows.read("c\n", true), Err(Refusal::TooManyRows));
    }
}
