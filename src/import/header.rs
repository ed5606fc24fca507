//! Which row of a file is its header row.
//!
//! In: the first rows as a dialect reads them. Out: the header row, and what stands above it; or that there is none. Must
//! never know: what the columns hold.

use super::damage::Damage;
use super::trial::{Row, Trial};
use crate::domain::{COLUMNS, ColumnId};
use std::sync::OnceLock;

/// Bytes in a folded header at most: the longest documented one has 27.
const WORD_MAX: usize = 32;

type Word = [u8; WORD_MAX];

/// A header without blanks, `_` and `-`, in lower case; nothing for what is too long to be one.
fn fold(text: &str) -> Option<Word> {
    let mut word = [0; WORD_MAX];
    let mut free = word.iter_mut();
    for c in text.chars() {
        if c.is_whitespace() || matches!(c, '_' | '-' | '\u{feff}' | '\u{200b}') {
            continue;
        }
        if !c.is_ascii_alphabetic() {
            return None;
        }
        *free.next()? = c.to_ascii_lowercase() as u8;
    }
    Some(word)
}

/// Which of the 40 headers a cell holds, if any. As blind as the mapping of columns is, and cheap enough for every row.
pub(super) fn header_word(cell: &str) -> Option<ColumnId> {
    static WORDS: OnceLock<Vec<(Word, ColumnId)>> = OnceLock::new();
    let word = fold(cell).filter(|_| !cell.is_empty() && cell.len() < 100)?;
    let words = WORDS.get_or_init(|| {
        let mut words: Vec<_> = COLUMNS.iter().filter_map(|column| Some((fold(column.header)?, column.id))).collect();
        words.sort_unstable();
        words
    });
    words.binary_search_by_key(&word, |(word, _)| *word).ok().and_then(|at| words.get(at)).map(|(_, id)| *id)
}

/// How many of the cells are headers, if `first` is one; none otherwise.
pub(super) fn header_words<'a>(first: &str, cells: impl Iterator<Item = &'a str>) -> usize {
    if header_word(first).is_none() { 0 } else { cells.filter(|cell| header_word(cell).is_some()).count() }
}

/// Where the table of a file begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Top {
    /// Whether it begins with a header row.
    pub(super) has_header: bool,
    /// The physical line of the header row, or of the first row.
    pub(super) line: u32,
    /// How many of its cells are known headers.
    pub(super) words: u32,
}

/// Finds the top of the table among the rows of a trial.
///
/// # Errors
/// The line and the damage of a header row that cannot be read.
pub(super) fn top(trial: &Trial) -> Result<Top, (u32, Damage)> {
    let filled = || trial.rows.iter().filter(|row| !row.blank);
    // A row with an id, as wide as the table, is below the header, if there is one.
    let data = trial.rows.iter().position(|row| row.ids > 0 && row.cells == trial.width).unwrap_or(trial.rows.len());
    let above = trial.rows.get(..data).unwrap_or(&[]);
    let is_header = |row: &&Row| row.damage.is_none() && (row.words >= 2 || row.names_the_id && row.cells == trial.width);
    // The first row that names the id, since a second table may have more columns; else the one with the most headers.
    let mut best = above.iter().filter(is_header).find(|row| row.names_the_id);
    if best.is_none() {
        for row in above.iter().filter(is_header) {
            if best.is_none_or(|best| row.words > best.words) {
                best = Some(row);
            }
        }
    }
    let damaged = above.iter().find(|row| row.damage.is_some() && row.words >= 2);
    if let (Some(Row { damage: Some((damage, line)), .. }), true) = (damaged, best.is_none_or(|best| !best.names_the_id)) {
        return Err((*line, *damage));
    }
    if let Some(row) = best {
        return Ok(Top { has_header: true, line: row.line, words: row.words });
    }
    // No documented header anywhere: the first row of the table has either other headers, or an id.
    let first = filled().find(|row| row.damage.is_none() && row.cells == trial.width).or_else(|| filled().next());
    match first {
        Some(Row { damage: Some((damage, line)), .. }) => Err((*line, *damage)),
        Some(row) => Ok(Top { has_header: row.ids == 0, line: row.line, words: row.words }),
        None => Ok(Top { has_header: true, line: 1, words: 0 }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_documented_header_is_a_word_however_it_is_spaced() {
        for column in &COLUMNS {
            assert_eq!(header_word(column.header), Some(column.id));
            assert_eq!(header_word(&column.header.to_uppercase().replace(' ', "_")), Some(column.id));
        }
        for text in ["", " ", "Product", "507f1f77bcf86cd799439011", "Prodüct ID", "Product ID 2", &"x".repeat(40)] {
            assert_eq!(header_word(text), None, "{text}");
        }
    }
}
