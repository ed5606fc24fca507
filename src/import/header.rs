//! Which row of a file is its header row.
//!
//! In: the first rows as a dialect reads them. Out: the header row, and what stands above it; or that there is none. Must
//! never know: what the columns hold.

use super::columns::names;
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

/// Bytes in another name of a column, at most, as [`bare`] has it: the path of a field nested four deep has 50.
const NAME_MAX: usize = 64;

type Name = [u8; NAME_MAX];

/// Letters and digits alone, small, and how many there are; nothing for what is too long or not ASCII, as no name is.
fn letters(text: &str) -> Option<(Name, usize)> {
    let mut name = [0; NAME_MAX];
    let mut used = 0;
    for c in text.chars() {
        if c.is_ascii_alphanumeric() {
            *name.get_mut(used)? = c.to_ascii_lowercase() as u8;
            used += 1;
        } else if c.is_alphanumeric() {
            return None;
        }
    }
    Some((name, used))
}

/// A header as other names are compared: letters and digits alone, without a plural s.
fn bare(text: &str) -> Option<Name> {
    let (mut name, used) = letters(text)?;
    if used > 3
        && let Some(last) = name.get_mut(used - 1).filter(|last| **last == b's')
    {
        *last = 0;
    }
    Some(name)
}

/// Which of the 40 columns a cell names as a header, by its documented header or by another name that counts at once.
pub(super) fn header_name(cell: &str) -> Option<ColumnId> {
    static NAMES: OnceLock<Vec<(Name, ColumnId)>> = OnceLock::new();
    let name = bare(cell).filter(|name| name.first() != Some(&0) && cell.len() < 100)?;
    let known = NAMES.get_or_init(|| {
        let mut known: Vec<_> = names().iter().filter_map(|(text, (id, _))| Some((letters(text)?.0, *id))).collect();
        known.sort_unstable();
        known
    });
    known.binary_search_by_key(&name, |(name, _)| *name).ok().and_then(|at| known.get(at)).map(|(_, id)| *id)
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
    let documented = |row: &Row| row.words >= 2 || row.names_the_id && row.cells == trial.width;
    // A title such as "Products" is another name of the id, but it stands alone.
    let by_any_name = |row: &Row| row.names >= 2 || row.names_an_id && row.cells == trial.width && row.filled == row.cells;
    let best = header_among(above, documented, |row| (row.words, row.names_the_id));
    let damaged = above.iter().find(|row| row.damage.is_some() && row.words >= 2);
    if let (Some(Row { damage: Some((damage, line)), .. }), true) = (damaged, best.is_none_or(|best| !best.names_the_id)) {
        return Err((*line, *damage));
    }
    let best = best.or_else(|| header_among(above, by_any_name, |row| (row.names, row.names_an_id)));
    // In a file of a row or two, these may be what has another width than its header row.
    let best = best.or_else(|| above.iter().find(|row| row.damage.is_none() && row.names_the_id));
    if let Some(row) = best {
        return Ok(Top { has_header: true, line: row.line, words: row.names });
    }
    // No known header anywhere: the first row of the table has either other headers, or an id.
    let first = filled().find(|row| row.damage.is_none() && row.cells == trial.width).or_else(|| filled().next());
    match first {
        Some(Row { damage: Some((damage, line)), .. }) => Err((*line, *damage)),
        Some(row) => Ok(Top { has_header: row.ids == 0, line: row.line, words: row.names }),
        None => Ok(Top { has_header: true, line: 1, words: 0 }),
    }
}

/// The first header row that names the id, since a second table may have more columns; else the one with the most headers.
/// `words` says how many headers a row holds, and whether one names the id.
fn header_among(rows: &[Row], is_header: impl Fn(&Row) -> bool, words: impl Fn(&Row) -> (u32, bool)) -> Option<&Row> {
    let sound = || rows.iter().filter(|row| row.damage.is_none() && is_header(row));
    let with_most = || sound().reduce(|best, row| if words(row).0 > words(best).0 { row } else { best });
    sound().find(|row| words(row).1).or_else(with_most)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::columns::known;

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

    #[test]
    fn every_name_that_the_mapping_of_columns_knows_is_known_here() {
        for column in &COLUMNS {
            for name in column.aliases.iter().chain([&column.header, &column.path]) {
                assert_eq!(header_name(name), known(name).map(|(id, _)| id), "{name}");
                assert_eq!(header_name(&name.to_uppercase()), Some(column.id), "{name}");
            }
        }
        for text in ["", " ", "507f1f77bcf86cd799439011", "Prodüct ID", "SKU", "Farbe", "type", "isEnabled", &"x".repeat(99)] {
            assert_eq!(header_name(text), None, "{text}");
        }
    }
}
