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
use memchr::{memchr, memchr_iter, memchr2};

/// The cells read so far.
#[derive(Debug, Default)]
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

    /// Adds one cell.
    pub(super) fn push(&mut self, cell: &str) {
        self.text.push_str(cell);
        self.ends.push(self.text.len() as u32);
        self.text.push('\n');
    }

    /// Makes room for `ends` more cells, and for `text` bytes in all. Failing to is no error: they then grow as they must.
    pub(super) fn make_room(&mut self, text: usize, ends: impl Fn(usize) -> usize) {
        if self.ends.capacity() - self.ends.len() < self.ends.len() / 32 + 1024 {
            let _ = self.ends.try_reserve_exact(ends(self.ends.len()).saturating_sub(self.ends.len()));
        }
        if self.text.capacity() < text {
            let _ = self.text.try_reserve_exact(text.saturating_sub(self.text.len()));
        }
    }

    fn push_run(&mut self, text: &str, from: usize, to: usize) {
        self.text.push_str(text.get(from..to).unwrap_or(""));
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
                    return unclosed(opened, at_end);
                };
                match bytes.get(quote + 1) {
                    Some(b'"') => {
                        cells.push_run(text, run, quote + 1);
                        pos = quote + 2;
                        run = pos;
                    }
                    None if !at_end => return Scan::More { opened: Some(opened) },
                    Some(&after) if after != delimiter && after != b'\n' && after != b'\r' => {
                        return Scan::Damage { damage: Damage::TextAfterQuote, at: quote + 1, opened: Some(opened) };
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
                None if !at_end => return Scan::More { opened: None },
                _ => pos + 1,
            },
            Some(_) => {
                // The cells before it are sound, and may hold the row's key.
                cells.push_run(text, run, pos);
                return Scan::Damage { damage: Damage::QuoteInside, at: pos, opened: None };
            }
            None if at_end => pos,
            None => return Scan::More { opened: None },
        };
        cells.ends.push((cells.text.len() + pos - run) as u32);
        cells.push_run(text, run, pos);
        cells.text.push('\n');
        return Scan::Record { next, breaks };
    }
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
