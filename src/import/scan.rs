//! Text → one record.
//!
//! In: text that begins with a record, and how its cells are written. Out: the record's cells, or what is wrong with it.
//! Must never know: other records, columns.
//!
//! # The arena
//!
//! All cell text lies in one string. A cell is the bytes between the end of the one before it plus one filler byte (the
//! delimiter or line break that stood there) and its own end, so a run of plain cells is copied in one go, an empty cell
//! costs four bytes, and nothing is allocated per cell. Sound rows all have the header's width, so the cell at
//! (row, column) is number `row × width + column`.

use super::damage::Damage;
use crate::domain::is_blank;
use memchr::{memchr, memchr_iter, memchr2};

/// The cells read so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Cells {
    /// Cell text, each cell followed by one filler byte.
    text: String,
    /// Where each cell ends in `text`. `u32` holds, as [`Cells::is_full`] is asked first.
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

    /// The `width` cells from `first` on, fewer where there are fewer.
    pub(super) fn row(&self, first: usize, width: usize) -> RowCells<'_> {
        let start = first.checked_sub(1).and_then(|before| self.ends.get(before)).map_or(0, |end| end + 1);
        RowCells { text: &self.text, start, ends: self.ends.get(first..first.saturating_add(width)).unwrap_or(&[]) }
    }

    /// How many there are.
    pub(super) const fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether `more` bytes would be more than the ends can tell. UTF-16 and Windows-1252 grow as they are decoded.
    pub(super) const fn is_full(&self, more: usize) -> bool {
        self.text.len().saturating_add(more) >= u32::MAX as usize
    }

    pub(super) fn truncate(&mut self, mark: (usize, usize)) {
        self.text.truncate(mark.0);
        self.ends.truncate(mark.1);
    }

    /// Drops all cells from `index` on.
    pub(super) fn cut(&mut self, index: usize) {
        let end = index.checked_sub(1).and_then(|before| self.ends.get(before)).map_or(0, |&end| end as usize + 1);
        self.truncate((end, index));
    }

    pub(super) const fn mark(&self) -> (usize, usize) {
        (self.text.len(), self.ends.len())
    }

    /// Whether the cells from `index` on are all blank.
    pub(super) fn are_blank(&self, index: usize) -> bool {
        let mut start = index.checked_sub(1).and_then(|before| self.ends.get(before)).map_or(0, |&end| end as usize + 1);
        self.ends.get(index..).unwrap_or(&[]).iter().all(|&end| {
            let cell = start..end as usize;
            start = end as usize + 1;
            // Most rows begin with an id, and most other cells are empty.
            cell.is_empty() || self.text.get(cell).is_none_or(is_blank)
        })
    }

    /// Puts other cells in the place of those of `range`.
    pub(super) fn swap(&mut self, range: std::ops::Range<usize>, with: &Self) {
        let start = |index: usize, ends: &[u32]| {
            index.checked_sub(1).and_then(|before| ends.get(before)).map_or(0, |&end| end as usize + 1)
        };
        let (from, to) = (start(range.start, &self.ends), start(range.end, &self.ends));
        self.text.replace_range(from..to, &with.text);
        for end in self.ends.get_mut(range.end..).unwrap_or(&mut []) {
            *end = *end - (to - from) as u32 + with.text.len() as u32;
        }
        self.ends.splice(range, with.ends.iter().map(|end| end + from as u32));
    }

    /// Adds one cell.
    pub(super) fn push(&mut self, cell: &str) {
        self.text.push_str(cell);
        self.ends.push(self.text.len() as u32);
        self.text.push('\n');
    }

    /// Makes room for `text` bytes in all, and for as many cells as `ends` makes of those there are. Failing to is no error: they
    /// then grow as they must.
    pub(super) fn make_room(&mut self, text: usize, ends: impl Fn(usize) -> usize) {
        let wanted = ends(self.ends.len());
        if self.ends.capacity() < wanted {
            // What is not needed in the end is never touched; having to move all of it once more would cost far more.
            let _ = self.ends.try_reserve_exact((wanted + wanted / 16).saturating_sub(self.ends.len()));
        }
        if self.text.capacity() < text {
            let _ = self.text.try_reserve_exact(text.saturating_sub(self.text.len()));
        }
    }

    /// Ends a cell at each place that has a bit, counted from `shift` on.
    #[inline]
    fn end_at(&mut self, mut bits: u64, shift: usize) {
        let from = self.ends.len();
        self.ends.resize(from + bits.count_ones() as usize, 0);
        for end in self.ends.get_mut(from..).unwrap_or(&mut []) {
            *end = shift.wrapping_add(bits.trailing_zeros() as usize) as u32;
            bits &= bits.wrapping_sub(1);
        }
    }

    fn push_run(&mut self, text: &str, from: usize, to: usize) {
        self.text.push_str(text.get(from..to).unwrap_or(""));
    }
}

/// The cells of one row.
#[derive(Clone, Copy, Debug)]
pub(super) struct RowCells<'a> {
    text: &'a str,
    /// Where the first begins.
    start: u32,
    ends: &'a [u32],
}

impl<'a> RowCells<'a> {
    #[inline]
    fn start(self, position: usize) -> usize {
        let start = match position.checked_sub(1) {
            None => self.start,
            Some(before) => self.ends.get(before).map_or(0, |end| end + 1),
        };
        start as usize
    }

    /// The text of a cell, or nothing.
    #[inline]
    pub(super) fn get(self, position: usize) -> &'a str {
        let Some(&end) = self.ends.get(position) else { return "" };
        let (start, end) = (self.start(position), end as usize);
        // Most cells are empty, and then the text, which may be far off in memory, is not looked at.
        if start == end { "" } else { self.text.get(start..end).unwrap_or("") }
    }

    /// Whether the cells from one position to another are all without a character, which their neighbourhood in memory tells
    /// at once.
    pub(super) fn are_empty(self, first: usize, last: usize) -> bool {
        // One byte stands between two cells.
        self.ends.get(last).is_some_and(|&end| (end as usize).checked_sub(self.start(first)) == last.checked_sub(first))
    }
}

/// How the cells of a file are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Dialect {
    /// What stands between two cells: an ASCII character.
    pub(super) delimiter: u8,
    /// What a cell is quoted with; nothing where quotes are letters like others.
    pub(super) quote: Option<u8>,
    /// Inside quotes, `\` before a quote or a `\` makes it a letter. A doubled quote does so in every dialect.
    pub(super) backslash: bool,
    /// Spaces after a delimiter belong to it.
    pub(super) spaced: bool,
}

impl Dialect {
    /// Cells as RFC 4180 writes them.
    pub(super) const fn plain(delimiter: u8) -> Self {
        Self { delimiter, quote: Some(b'"'), backslash: false, spaced: false }
    }

    const fn is_plain(self) -> bool {
        matches!(self.quote, Some(b'"')) && !self.backslash && !self.spaced
    }
}

/// What became of one record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scan {
    /// Sound. `next` is where the next one starts, `breaks` the line breaks inside its quotes.
    Record { next: usize, breaks: u32 },
    /// Damaged; `at` is the byte that tells, `opened` the quote of the cell it is in.
    Damage { damage: Damage, at: usize, opened: Option<usize> },
    /// It goes on after the text given; `opened` is the quote that is open there.
    More { opened: Option<usize> },
}

/// Reads one record from the start of `text` into `cells`. With `at_end` the end of the text is the end of the file.
/// What a damaged or unfinished record left in `cells` is the caller's to drop.
pub(super) fn scan(text: &str, dialect: Dialect, at_end: bool, cells: &mut Cells) -> Scan {
    if dialect.is_plain() { scan_plain(text, dialect.delimiter, at_end, cells) } else { scan_any(text, dialect, at_end, cells) }
}

/// The road of nearly every file: runs of cells are copied in one go.
fn scan_plain(text: &str, delimiter: u8, at_end: bool, cells: &mut Cells) -> Scan {
    let bytes = text.as_bytes();
    let mut marks = Marks::new(bytes, delimiter);
    // Bytes from `run` on are not copied yet; the cell begins at `pos`; a byte at `at` will land at `text.len() + at - run`.
    let (mut run, mut pos, mut breaks) = (0, 0, 0);
    loop {
        let (base, delimiters) = marks.delimiters();
        if delimiters != 0 {
            cells.end_at(delimiters, (cells.text.len() + base).wrapping_sub(run));
            pos = base + 64 - delimiters.leading_zeros() as usize;
        }
        let Some(at) = marks.other() else { continue };
        if bytes.get(at) == Some(&b'"') {
            cells.push_run(text, run, at);
            if at > pos {
                // The cells before it are sound, and may hold the row's key.
                return Scan::Damage { damage: Damage::QuoteInside, at, opened: None };
            }
            match quoted_plain(text, at, at_end, &mut marks, cells) {
                Ok((closed, inside)) => (run, breaks) = (closed, breaks + inside),
                Err(scan) => return scan,
            }
            continue;
        }
        let next = match bytes.get(at) {
            Some(b'\n') => at + 1,
            Some(_) => match bytes.get(at + 1) {
                Some(b'\n') => at + 2,
                None if !at_end => return Scan::More { opened: None },
                _ => at + 1,
            },
            None if at_end => at,
            None => return Scan::More { opened: None },
        };
        cells.ends.push((cells.text.len() + at - run) as u32);
        cells.push_run(text, run, at);
        cells.text.push('\n');
        return Scan::Record { next, breaks };
    }
}

/// Copies the quoted text that opens at `opened`; says where its closing quote ends, and how many line breaks it has.
fn quoted_plain(text: &str, opened: usize, at_end: bool, marks: &mut Marks<'_>, cells: &mut Cells) -> Result<(usize, u32), Scan> {
    let bytes = text.as_bytes();
    let (mut run, mut breaks) = (opened + 1, 0);
    loop {
        let at = marks.next_other();
        let after = bytes.get(at + 1).copied();
        match bytes.get(at) {
            Some(b'"') => {}
            Some(b'\r') if after == Some(b'\n') => continue,
            Some(_) => {
                breaks += 1;
                continue;
            }
            None => return Err(unclosed(opened, at_end)),
        }
        match after {
            Some(b'"') => {
                cells.push_run(text, run, at + 1);
                run = marks.next_other() + 1;
            }
            None if !at_end => return Err(Scan::More { opened: Some(opened) }),
            Some(after) if after != marks.delimiter && after != b'\n' && after != b'\r' => {
                return Err(Scan::Damage { damage: Damage::TextAfterQuote, at: at + 1, opened: Some(opened) });
            }
            _ => {
                cells.push_run(text, run, at);
                marks.pass(at);
                return Ok((at + 1, breaks));
            }
        }
    }
}

/// Where delimiters stand, and where quotes, CR and LF do: looked for 64 bytes at a time, a bit for each byte, so that a short
/// cell costs a few instructions and no loop of its own.
struct Marks<'a> {
    bytes: &'a [u8],
    delimiter: u8,
    /// Where the 64 bytes begin.
    base: usize,
    /// Those of their delimiters that are still to come.
    delimiters: u64,
    /// And of their quotes, CR and LF.
    others: u64,
}

impl<'a> Marks<'a> {
    fn new(bytes: &'a [u8], delimiter: u8) -> Self {
        let mut marks = Self { bytes, delimiter, base: 0, delimiters: 0, others: 0 };
        marks.look();
        marks
    }

    /// Takes the delimiters before the next other mark, or before the end of these 64 bytes: where these begin, and bits.
    #[inline]
    fn delimiters(&mut self) -> (usize, u64) {
        let before = (self.others & self.others.wrapping_neg()).wrapping_sub(1);
        let taken = self.delimiters & before;
        self.delimiters &= !before;
        (self.base, taken)
    }

    /// Takes the next quote, CR, LF or the end of the text; none where there is none in these 64 bytes, and then the next
    /// are looked at.
    #[inline]
    fn other(&mut self) -> Option<usize> {
        if self.others != 0 {
            let at = self.base + self.others.trailing_zeros() as usize;
            self.others &= self.others - 1;
            return Some(at);
        }
        if self.base + 64 >= self.bytes.len() {
            return Some(self.bytes.len());
        }
        self.base += 64;
        self.look();
        None
    }

    /// The next quote, CR, LF or the end of the text, wherever it is.
    #[inline]
    fn next_other(&mut self) -> usize {
        loop {
            if let Some(at) = self.other() {
                return at;
            }
        }
    }

    /// Passes over the delimiters before `at`, which is in these 64 bytes.
    fn pass(&mut self, at: usize) {
        self.delimiters &= u64::MAX << (at - self.base);
    }

    #[inline]
    fn look(&mut self) {
        let rest = self.bytes.get(self.base..).unwrap_or(&[]);
        (self.delimiters, self.others) = if let Some(block) = rest.first_chunk::<64>() {
            marked(block, self.delimiter)
        } else {
            let mut block = [0; 64];
            block.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
            let (delimiters, others) = marked(&block, self.delimiter);
            let inside = !(u64::MAX << rest.len());
            (delimiters & inside, others & inside)
        };
    }
}

/// A bit for each byte that is the delimiter, and for each that is a quote, CR or LF; the first byte's is the lowest.
#[cfg(not(target_arch = "wasm32"))]
#[inline]
fn marked(block: &[u8; 64], delimiter: u8) -> (u64, u64) {
    const ONES: u64 = u64::MAX / 0xFF;
    const LOW: u64 = 0x7F * ONES;
    /// The high bit of each byte that is not zero.
    const fn filled(x: u64) -> u64 {
        ((x & LOW) + LOW) | x
    }
    /// The high bits that are not set, side by side.
    const fn gathered(filled: u64) -> u64 {
        ((!filled & !LOW) >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56
    }
    block.as_chunks::<8>().0.iter().rev().fold((0, 0), |(delimiters, others), eight| {
        let eight = u64::from_le_bytes(*eight);
        let not = |byte: u8| filled(eight ^ (ONES * u64::from(byte)));
        let other = not(b'"') & not(b'\n') & not(b'\r');
        ((delimiters << 8) | gathered(not(delimiter)), (others << 8) | gathered(other))
    })
}

/// The same, sixteen bytes in one instruction. (The module as a whole is compiled for browsers that have these instructions as
/// soon as one function is: so the engine is, and the page, which has no use for this, is not.)
#[cfg(target_arch = "wasm32")]
#[target_feature(enable = "simd128")]
fn marked(block: &[u8; 64], delimiter: u8) -> (u64, u64) {
    use std::arch::wasm32::{i8x16_bitmask, u8x16_eq, u8x16_splat, u64x2, v128_or};
    block.as_chunks::<8>().0.as_chunks::<2>().0.iter().rev().fold((0, 0), |(delimiters, others), [low, high]| {
        let bytes = u64x2(u64::from_le_bytes(*low), u64::from_le_bytes(*high));
        let is = |byte| u8x16_eq(bytes, u8x16_splat(byte));
        let other = v128_or(is(b'"'), v128_or(is(b'\n'), is(b'\r')));
        let bits = |found| u64::from(i8x16_bitmask(found));
        ((delimiters << 16) | bits(is(delimiter)), (others << 16) | bits(other))
    })
}

const fn unclosed(opened: usize, at_end: bool) -> Scan {
    if at_end {
        Scan::Damage { damage: Damage::Unclosed, at: opened, opened: Some(opened) }
    } else {
        Scan::More { opened: Some(opened) }
    }
}

/// The same for every dialect, a cell at a time.
fn scan_any(text: &str, dialect: Dialect, at_end: bool, cells: &mut Cells) -> Scan {
    let bytes = text.as_bytes();
    let (mut pos, mut breaks) = (0, 0);
    loop {
        while dialect.spaced && bytes.get(pos) == Some(&b' ') {
            pos += 1;
        }
        let quote = dialect.quote.filter(|quote| bytes.get(pos) == Some(quote));
        if let Some(quote) = quote {
            let opened = pos;
            pos = match quoted(text, opened, quote, dialect, at_end, cells) {
                Ok(end) => end,
                Err(scan) => return scan,
            };
            breaks += line_breaks(bytes.get(opened..pos).unwrap_or(&[]));
        } else {
            let ends = |&byte: &u8| byte == dialect.delimiter || byte == b'\n' || byte == b'\r' || Some(byte) == dialect.quote;
            let rest = bytes.get(pos..).unwrap_or(&[]);
            let end = pos + rest.iter().position(ends).unwrap_or(rest.len());
            cells.push_run(text, pos, end);
            pos = end;
        }
        let next = match bytes.get(pos) {
            Some(&byte) if byte == dialect.delimiter => {
                cells.push("");
                pos += 1;
                continue;
            }
            Some(b'\n') => pos + 1,
            Some(b'\r') => match bytes.get(pos + 1) {
                Some(b'\n') => pos + 2,
                None if !at_end => return Scan::More { opened: None },
                _ => pos + 1,
            },
            Some(_) => return Scan::Damage { damage: Damage::QuoteInside, at: pos, opened: None },
            None if at_end => pos,
            None => return Scan::More { opened: None },
        };
        cells.push("");
        return Scan::Record { next, breaks };
    }
}

/// Copies the quoted text that opens at `opened`, and says where its closing quote ends.
fn quoted(text: &str, opened: usize, quote: u8, dialect: Dialect, at_end: bool, cells: &mut Cells) -> Result<usize, Scan> {
    let bytes = text.as_bytes();
    let (mut run, mut pos) = (opened + 1, opened + 1);
    loop {
        let rest = bytes.get(pos..).unwrap_or(&[]);
        let found = if dialect.backslash { memchr2(quote, b'\\', rest) } else { memchr(quote, rest) };
        let Some(at) = found.map(|found| found + pos) else { return Err(unclosed(opened, at_end)) };
        let after = bytes.get(at + 1).copied();
        if bytes.get(at) != Some(&quote) {
            pos = at + 1;
            if after == Some(quote) || after == Some(b'\\') {
                cells.push_run(text, run, at);
                run = at + 1;
                pos = at + 2;
            }
            continue;
        }
        match after {
            Some(after) if after == quote => {
                cells.push_run(text, run, at + 1);
                pos = at + 2;
                run = pos;
            }
            None if !at_end => return Err(Scan::More { opened: Some(opened) }),
            Some(after) if after != dialect.delimiter && after != b'\n' && after != b'\r' => {
                return Err(Scan::Damage { damage: Damage::TextAfterQuote, at: at + 1, opened: Some(opened) });
            }
            _ => {
                cells.push_run(text, run, at);
                return Ok(at + 1);
            }
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cells(text: &str, dialect: Dialect) -> Result<Vec<String>, Damage> {
        let mut cells = Cells::default();
        match scan(text, dialect, true, &mut cells) {
            Scan::Record { .. } => Ok((0..cells.len()).map(|at| cells.get(at).to_owned()).collect()),
            Scan::Damage { damage, .. } => Err(damage),
            Scan::More { .. } => panic!("the file ends here"),
        }
    }

    #[test]
    fn each_dialect_reads_its_own_cells() {
        let plain = Dialect::plain(b',');
        assert_eq!(cells("a, \"b\"", plain), Err(Damage::QuoteInside));
        assert_eq!(cells("a, \"b, c\", d", Dialect { spaced: true, ..plain }).unwrap(), ["a", "b, c", "d"]);
        assert_eq!(cells("'a','it''s','d", Dialect { quote: Some(b'\''), ..plain }), Err(Damage::Unclosed));
        assert_eq!(cells("'a','it''s',\"d", Dialect { quote: Some(b'\''), ..plain }).unwrap(), ["a", "it's", "\"d"]);
        let slashed = Dialect { backslash: true, ..plain };
        assert_eq!(
            cells(r#""a \"b\" c","d\\",e\n,"f\n","g ""h""""#, slashed).unwrap(),
            ["a \"b\" c", "d\\", "e\\n", "f\\n", "g \"h\""]
        );
        assert_eq!(cells(r#""a \"b\" c""#, plain), Err(Damage::TextAfterQuote));
        assert_eq!(cells(r#""a\"#, slashed), Err(Damage::Unclosed));
        assert_eq!(cells("5\" screen\tb", Dialect { quote: None, ..Dialect::plain(b'\t') }).unwrap(), ["5\" screen", "b"]);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2000) })]

        #[test]
        fn the_fast_road_and_the_general_one_agree(
            text in prop::collection::vec(
                prop_oneof![
                    Just("\""), Just("\""), Just(","), Just(","), Just("\n"), Just("\r\n"), Just("\r"), Just("abcdefgh"), Just("é"), Just(" "),
                ],
                0..20,
            ),
            at_end in any::<bool>(),
        ) {
            let text = text.concat();
            let (mut fast, mut slow) = (Cells::default(), Cells::default());
            let found = scan_plain(&text, b',', at_end, &mut fast);
            prop_assert_eq!(found, scan_any(&text, Dialect::plain(b','), at_end, &mut slow));
            let sound = if matches!(found, Scan::More { .. }) { 0 } else { fast.len() };
            for cell in 0..sound {
                prop_assert_eq!(fast.get(cell), slow.get(cell));
            }
        }
    }
}
