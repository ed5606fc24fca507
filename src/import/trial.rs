//! One dialect, tried on the beginning of a text.
//!
//! In: text and a dialect. Out: its first rows as that dialect reads them, and points for how well they agree. Consistency
//! is counted outside quotes, since it is rows that are counted, and a damaged row counts against the dialect. Must never
//! know: the other dialects.

use super::damage::Damage;
use super::header::{header_name, header_word};
use super::scan::{Cells, Dialect, Scan, line_breaks, line_end, scan};
use crate::domain::{ColumnId, ProductId};
use memchr::{memchr, memchr3};
use std::collections::BTreeSet;

/// Rows that are tried at most.
const ROWS: usize = 100;
/// Bytes after which no further row is tried. A row that begins before is read to its end.
const BYTES: usize = 32 << 10;

/// One row of a trial.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Row {
    /// The physical line it begins on, from 1.
    pub(super) line: u32,
    /// Its cells; 0 for a damaged one.
    pub(super) cells: u32,
    /// Its cells that are not blank.
    pub(super) filled: u32,
    /// Nothing in any cell.
    pub(super) blank: bool,
    /// Cells that are documented headers.
    pub(super) words: u32,
    /// One of them is "Product ID".
    pub(super) names_the_id: bool,
    /// Columns that cells name as headers, by any name that counts; looked for only where no cell is a product id.
    pub(super) names: u32,
    /// One of them means the product id.
    pub(super) names_an_id: bool,
    /// Cells that are product ids.
    pub(super) ids: u32,
    /// What is wrong, and on which line.
    pub(super) damage: Option<(Damage, u32)>,
}

/// What a dialect makes of the beginning of a text.
#[derive(Debug)]
pub(super) struct Trial {
    pub(super) dialect: Dialect,
    pub(super) rows: Vec<Row>,
    /// The number of cells that the most rows have.
    pub(super) width: u32,
    /// Cells that are not blank, without the first of each row; those that begin with a space; those that are wrapped in
    /// quotes that this dialect takes for letters.
    pub(super) filled: u32,
    pub(super) spaced: u32,
    wrapped: u32,
    /// Cells that hold a delimiter or a line break, and so are in quotes; and those that hold the quote itself.
    pub(super) held: u32,
    pub(super) doubled: u32,
    /// A cell begins with `'`.
    pub(super) has_single: bool,
    /// The first row goes on after the text.
    pub(super) endless: bool,
}

impl Trial {
    /// Tries `dialect` on `text`, which begins on physical line `line`; with `at_end` it is all there is.
    pub(super) fn new(text: &str, mut line: u32, dialect: Dialect, at_end: bool) -> Self {
        let (rows, width) = (Vec::new(), 0);
        let (filled, spaced, wrapped, held, doubled) = (0, 0, 0, 0, 0);
        let mut trial = Self { dialect, rows, width, filled, spaced, wrapped, held, doubled, has_single: false, endless: false };
        let (mut at, mut cells) = (0, Cells::default());
        while trial.rows.len() < ROWS && at < text.len() && at < BYTES {
            let rest = text.get(at..).unwrap_or("");
            cells.truncate((0, 0));
            let (row, used, lines) = match scan(rest, dialect, at_end, &mut cells) {
                Scan::Record { next, breaks } => (trial.sound(&cells, line), next, breaks + 1),
                Scan::More { .. } if trial.rows.is_empty() && line_end(rest.as_bytes(), at_end).is_none() => {
                    trial.endless = true;
                    break;
                }
                found => {
                    let (damage, at) = match found {
                        Scan::Damage { damage, at, .. } => (damage, at),
                        Scan::More { opened } => (Damage::Unclosed, opened.unwrap_or(0)),
                        Scan::Record { .. } => (Damage::TooLong, 0),
                    };
                    let Some((end, next)) = line_end(rest.as_bytes(), at_end) else { break };
                    let on = line + line_breaks(rest.as_bytes().get(..at).unwrap_or(&[]));
                    let words = words_of_damaged(rest.get(..end).unwrap_or(""), dialect.delimiter);
                    let damage = Some((damage, on));
                    (Row { line, words, damage, ..Row::default() }, next, 1)
                }
            };
            trial.rows.push(row);
            at += used;
            line += lines;
        }
        trial.width = trial.usual_width();
        trial
    }

    fn sound(&mut self, cells: &Cells, line: u32) -> Row {
        let other = if self.dialect.quote == Some(b'"') { '\'' } else { '"' };
        let mut row = Row { line, cells: cells.len() as u32, blank: true, ..Row::default() };
        for at in 0..cells.len() {
            let cell = cells.get(at);
            if cell.is_empty() {
                continue;
            }
            let trimmed = cell.trim_matches([' ', '\t', '\n', '\r', '\u{feff}', '\u{a0}']);
            row.blank = row.blank && trimmed.is_empty();
            row.filled += u32::from(!trimmed.is_empty());
            let word = header_word(trimmed);
            row.words += u32::from(word.is_some());
            row.names_the_id |= word == Some(ColumnId::ProductId);
            row.ids += u32::from(trimmed.len() == 24 && ProductId::from_ascii(trimmed.as_bytes()).is_ok());
            self.has_single |= cell.trim_start().starts_with('\'');
            self.wrapped += u32::from(trimmed.len() > 1 && trimmed.starts_with(other) && trimmed.ends_with(other));
            self.held += u32::from(memchr3(self.dialect.delimiter, b'\n', b'\r', cell.as_bytes()).is_some());
            self.doubled += u32::from(self.dialect.quote.is_some_and(|quote| memchr(quote, cell.as_bytes()).is_some()));
            if at > 0 && !trimmed.is_empty() {
                self.filled += 1;
                self.spaced += u32::from(cell.starts_with(' '));
            }
        }
        (row.names, row.names_an_id) = (row.words, row.names_the_id);
        if row.ids == 0 {
            // A word that comes twice, as a category does in a row of data, is one name.
            let names: BTreeSet<ColumnId> = (0..cells.len()).filter_map(|at| header_name(cells.get(at))).collect();
            (row.names, row.names_an_id) = (names.len() as u32, names.contains(&ColumnId::ProductId));
        }
        row
    }

    /// The number of cells that the most rows have; the larger one of two. Titles of one cell count for less.
    fn usual_width(&self) -> u32 {
        let mut widths: Vec<u32> =
            self.rows.iter().filter(|row| row.damage.is_none() && !row.blank).map(|row| row.cells).collect();
        widths.sort_unstable();
        let weight = |same: &[u32]| if same.first() == Some(&1) { same.len() } else { same.len() * 2 };
        let most = widths.chunk_by(|a, b| a == b).max_by_key(|same| weight(same));
        most.and_then(|same| same.first()).copied().unwrap_or(0)
    }

    /// Rows that hold something; of those, the ones as wide as the table, and the damaged ones.
    pub(super) fn counts(&self) -> (u32, u32, u32) {
        let count = |is: &dyn Fn(&Row) -> bool| self.rows.iter().filter(|row| is(row)).count() as u32;
        let regular = count(&|row| row.damage.is_none() && !row.blank && row.cells == self.width);
        (count(&|row| !row.blank), regular, count(&|row| row.damage.is_some()))
    }

    /// The most documented headers in one row.
    pub(super) fn words(&self) -> u32 {
        self.rows.iter().filter(|row| row.damage.is_none()).map(|row| row.words).max().unwrap_or(0)
    }

    /// How well the rows agree under this dialect: some 100 for a file of the documented columns, about 0 for a wrong one.
    pub(super) fn points(&self) -> i32 {
        let (all, regular, damaged) = self.counts();
        if all == 0 {
            return 0;
        }
        let share = |part: u32, weight: u32| (part * weight / all) as i32;
        let with_id = self.rows.iter().filter(|row| row.ids > 0 && row.cells == self.width).count() as u32;
        let words = self.words().min(5);
        let names = self.rows.iter().filter(|row| row.damage.is_none()).map(|row| row.names).max().unwrap_or(0).min(5);
        let mut points = (12 * words + 6 * (names - words.min(names))) as i32;
        if self.width > 1 {
            points += share(regular, 30) + self.width.min(10) as i32;
        }
        points += share(with_id, 20) - share(damaged, 20);
        let cells = self.filled + all;
        points - (self.wrapped * 15 / cells.max(1)) as i32
    }

    /// Whether most cells are in quotes that this dialect takes for letters, as ids and headers are where all text is in quotes. A
    /// few may be texts like others.
    pub(super) fn is_wrapped(&self) -> bool {
        let (all, _, damaged) = self.counts();
        self.wrapped * 2 > self.filled + all - damaged
    }

    /// Whether any cell is in quotes that this dialect takes for letters.
    pub(super) const fn has_wrapped(&self) -> bool {
        self.wrapped > 0
    }
}

/// How many documented headers a damaged line holds, its quotes set aside: only to say that the header row is damaged.
fn words_of_damaged(line: &str, delimiter: u8) -> u32 {
    let cells = line.split(char::from(delimiter)).map(|cell| cell.trim_matches(['"', '\'', ' ']));
    cells.take(200).filter(|cell| header_word(cell).is_some()).count() as u32
}
