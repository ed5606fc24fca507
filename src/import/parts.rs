//! What stands in a file beside its table.
//!
//! In: rows as they were read. Out: lines above the header, the header row when it comes again, a footer, a second table,
//! each as one [`Part`] rather than as so many damaged rows. Must never know: products.

use super::damage::{Damage, Damaged, Key};
use super::header::header_words;
use super::issue::{Detail, Issue, Rule};
use super::rows::{Rows, clip_chars};
use crate::domain::ProductId;
use serde::{Deserialize, Serialize};

/// What a part of a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PartKind {
    /// Lines above the header row (or above the rows, where there is none): a title, say. A line `sep=;` counts as blank.
    Preamble,
    /// The header row once more, as when files are put one below the other.
    HeaderAgain,
    /// Lines below the table: a total, a note.
    Footer,
    /// Another table below, with other columns.
    SecondTable,
}

/// Lines that are not rows of the table, and are not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// What it is.
    pub kind: PartKind,
    /// Its first physical line, from 1.
    pub line: u32,
    /// How many physical lines of it are not blank.
    pub lines: u32,
    /// Its first line, clipped.
    pub text: Box<str>,
}

impl Part {
    pub(super) fn new(kind: PartKind, line: u32, lines: u32, text: &str) -> Self {
        let first = text.split(['\n', '\r']).next().unwrap_or("");
        Self { kind, line, lines, text: clip_chars(first, 160).into() }
    }

    /// What the person is told; nothing for lines above the header, which the recognition shows.
    pub(super) fn issue(&self) -> Option<Issue> {
        let rule = match self.kind {
            PartKind::Preamble => return None,
            PartKind::HeaderAgain => Rule::HeaderAgain,
            PartKind::Footer => Rule::Footer,
            PartKind::SecondTable => Rule::SecondTable,
        };
        let detail = if self.kind == PartKind::HeaderAgain { Detail::None } else { Detail::Lines(self.lines) };
        Some(Issue { rule, line: self.line, row: None, column: None, product: None, value: Issue::clip(&self.text), detail })
    }
}

/// Sound rows at the end of a file that are looked at for a footer.
const FOOTER_ROWS: usize = 50_000;

/// Takes a footer or a second table off the end of the rows. A row that may be a product's, or torn, is left where it is.
pub(super) fn take_tail(rows: &mut Rows) {
    let sound = rows.lines.len() as u32;
    let begin = rows.damaged.partition_point(|damaged| damaged.before_row < sound);
    if sound > 0
        && let Some(first) = tail_of_damaged(rows, begin)
    {
        let block = rows.damaged.get(first..).unwrap_or(&[]);
        let kind = if is_table(rows, first) { PartKind::SecondTable } else { PartKind::Footer };
        let lines = block.iter().map(|damaged| damaged.lines).sum();
        if let Some(top) = block.first() {
            let part = Part::new(kind, top.line, lines, &top.text);
            rows.parts.push(part);
        }
        rows.damaged.truncate(first);
    }
    // Rows of the right width below a blank line, none of which has an id, and the first of which has words in its place.
    if rows.damaged.last().is_none_or(|damaged| damaged.before_row < sound) {
        take_sound_tail(rows);
    }
    rows.parts.sort_by_key(|part| part.line);
}

/// Where the block begins, among the damaged rows from `begin` on that stand below the last sound one.
fn tail_of_damaged(rows: &Rows, begin: usize) -> Option<usize> {
    let (_, key) = rows.shape();
    let run = rows.damaged.get(begin..)?;
    let mut above = rows.last_line(rows.lines.len().checked_sub(1)?);
    let mut torn = begin.checked_sub(1).and_then(|at| rows.damaged.get(at)).is_some_and(|last| {
        let is_next = rows.lines.last().is_some_and(|&line| last.line > line);
        is_next && last.damage.is_torn()
    });
    for (at, damaged) in run.iter().enumerate() {
        let block = run.get(at..).unwrap_or(&[]);
        let is_header = header_in(rows, at + begin);
        let gap = damaged.line > above + 1 && !torn;
        let total = |row: &Damaged| first_cell(&row.text).is_some_and(is_total) && matches!(row.damage, Damage::TooFew { .. });
        let is_narrow = |row: &Damaged| row.damage == Damage::TooFew { found: 1 } || total(row);
        let narrow = || block.iter().all(|row| is_narrow(row) && row.key == Key::Unclear);
        // The first cell of a cut-off row, or of one whose id is broken, still looks like an id.
        let looks = |is: fn(&str) -> bool| key == 0 && block.iter().any(|row| first_cell(&row.text).is_some_and(is));
        let is_table = is_table(rows, begin + at);
        let mine = block.iter().any(|row| matches!(row.key, Key::Id(_) | Key::Blank))
            || looks(if block.len() > 2 && is_table { is_like_id } else { may_be_id })
            || (!is_table && block.iter().any(Damaged::holds_an_id));
        let whole = !block.iter().any(|row| matches!(row.damage, Damage::Unclosed | Damage::TooLong));
        if (is_header && at + 1 < run.len()) || (!mine && whole && (gap || (key == 0 && !torn && narrow() && block.len() <= 3))) {
            return Some(begin + at);
        }
        above = damaged.line + damaged.lines - 1;
        torn = damaged.damage.is_torn();
    }
    None
}

/// Whether a damaged row holds the words of a header row.
fn header_in(rows: &Rows, at: usize) -> bool {
    let Some(damaged) = rows.damaged.get(at) else { return false };
    let cells = || damaged.text.split([',', ';', '\t', '|']).map(|cell| cell.trim_matches(['"', '\'', ' ']));
    cells().next().is_some_and(|first| header_words(first, cells()) >= 2)
}

/// Whether the block from `first` on is a table rather than a few lines: most of its rows have the same width.
fn is_table(rows: &Rows, first: usize) -> bool {
    let block = rows.damaged.get(first..).unwrap_or(&[]);
    let width = |damage: Damage| match damage {
        Damage::TooFew { found } | Damage::TooMany { found } if found > 1 => Some(found),
        _ => None,
    };
    let last = block.last().and_then(|row| width(row.damage));
    let same = block.iter().filter(|row| last.is_some() && width(row.damage) == last).count();
    header_in(rows, first) || (same >= 2 && same * 3 >= block.len() * 2)
}

/// Takes a block of sound rows off the end if none of them can be a product's row.
fn take_sound_tail(rows: &mut Rows) {
    let (width, key) = rows.shape();
    let all = rows.lines.len();
    let mut first = None;
    for row in (1..all).rev().take(FOOTER_ROWS) {
        let cell = rows.cells.get(row * width + key).trim();
        if may_be_id(cell) {
            break;
        }
        let filled = |row: usize| (row * width..(row + 1) * width).filter(|&at| !rows.cells.get(at).trim().is_empty()).count();
        let gap = rows.lines.get(row).is_some_and(|&line| line > rows.last_line(row - 1) + 1);
        // One row must look like a footer: nearly empty. Several must look like rows of something else.
        if gap && !cell.is_empty() && ((filled(row) == 1 && width > 1) || (filled(row) <= 2 && width > 3) || all - row >= 3) {
            first = Some(row);
        }
    }
    let totals = totals(rows);
    let first = first.or((totals < all).then_some(totals));
    let is_product = |row: usize| ProductId::from_ascii(rows.cells.get(row * width + key).trim().as_bytes()).is_ok();
    let Some(first) = first.filter(|&first| (0..first).rev().take(FOOTER_ROWS).any(is_product)) else { return };
    // A damaged row among them is whose it is; then nothing is taken.
    if rows.damaged.last().is_some_and(|damaged| damaged.before_row as usize > first) {
        return;
    }
    let lines = (first..all).map(|row| rows.last_line(row) - rows.lines.get(row).copied().unwrap_or(0) + 1).sum();
    let kind = if all - first >= 3 && first < totals { PartKind::SecondTable } else { PartKind::Footer };
    let cells: Vec<&str> =
        (first * width..(first + 1) * width).map(|at| rows.cells.get(at)).filter(|cell| !cell.trim().is_empty()).collect();
    let part = Part::new(kind, rows.lines.get(first).copied().unwrap_or(0), lines, &cells.join(", "));
    rows.parts.push(part);
    rows.cells.cut(first * width);
    rows.lines.truncate(first);
}

/// The first of the rows at the end that are sums: a word for one where the id should be, and besides nothing but numbers.
fn totals(rows: &Rows) -> usize {
    let (width, key) = rows.shape();
    let is_sum = |row: &usize| {
        let mut cells = (row * width..(row + 1) * width).map(|at| rows.cells.get(at).trim()).enumerate();
        cells.all(|(at, cell)| if at == key { is_total(cell) } else { cell.is_empty() || is_number(cell) })
    };
    let sums = (1..rows.lines.len()).rev().take(FOOTER_ROWS).take_while(is_sum).count();
    rows.lines.len() - sums
}

/// Whether a key cell is a word for a sum, alone or beside a few that say of what.
fn is_total(cell: &str) -> bool {
    const SUM: [&str; 13] = [
        "total",
        "totals",
        "subtotal",
        "sum",
        "summe",
        "gesamt",
        "gesamtsumme",
        "zwischensumme",
        "insgesamt",
        "somme",
        "totale",
        "totaal",
        "suma",
    ];
    const OF_WHAT: [&str; 11] =
        ["grand", "overall", "products", "items", "rows", "artikel", "produkte", "netto", "brutto", "net", "gross"];
    let mut words = cell.split(|sign: char| !sign.is_alphanumeric()).filter(|word| !word.is_empty());
    let is_one_of = |list: &[&str], word: &str| list.iter().any(|known| word.eq_ignore_ascii_case(known));
    let mut is_sum = false;
    let all_known = words.all(|word| {
        is_sum |= is_one_of(&SUM, word);
        is_one_of(&SUM, word) || is_one_of(&OF_WHAT, word)
    });
    all_known && is_sum
}

/// Whether a cell beside it is a number, with a currency or a word for what is counted.
fn is_number(cell: &str) -> bool {
    cell.len() <= 24 && cell.contains(|sign: char| sign.is_ascii_digit())
}

fn first_cell(line: &str) -> Option<&str> {
    line.split([',', ';', '\t', '|']).next().map(str::trim)
}

/// Whether a cell looks like an id that was damaged, rather than like any number.
fn is_like_id(cell: &str) -> bool {
    (cell.len() >= 12 && cell.bytes().all(|byte| byte.is_ascii_hexdigit())) || cell.contains("E+") || cell.starts_with('#')
}

/// Whether a key cell may be meant as an id, a broken one included: one with digits and no space.
fn may_be_id(cell: &str) -> bool {
    ProductId::from_ascii(cell.as_bytes()).is_ok()
        || cell.starts_with('#')
        || (!cell.contains(' ') && cell.bytes().any(|byte| byte.is_ascii_digit()))
        || (cell.len() > 15 && cell.bytes().all(|byte| byte.is_ascii_hexdigit()))
}
