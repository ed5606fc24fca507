//! Rows in another order, and cells that hold a text.
//!
//! In: what is looked for, a column to sort by. Out: rows and cells of the table. Must never know: screens, what a person
//! sees of it.

use super::super::{dates, numbers};
use super::Draft;
use crate::domain::schema::Kind;
use std::cmp::Ordering;

/// A text to be found.
#[derive(Clone, Debug)]
pub struct Needle {
    text: String,
    is_whole: bool,
    is_exact: bool,
}

impl Needle {
    /// A text. `is_whole`: a cell must be it, but for blanks around. `is_exact`: letter case counts.
    #[must_use]
    pub fn new(text: &str, is_whole: bool, is_exact: bool) -> Self {
        let text = if is_whole { text.trim() } else { text };
        let text = if is_exact { text.to_owned() } else { text.to_lowercase() };
        Self { text, is_whole, is_exact }
    }

    /// Whether it is in a cell. Blank text is in blank cells if whole cells are looked for, else nowhere.
    #[must_use]
    pub fn is_in(&self, cell: &str) -> bool {
        if self.is_whole {
            let cell = cell.trim();
            return if self.is_exact || self.text.is_empty() { cell == self.text } else { self.same(cell) };
        }
        if self.text.is_empty() || cell.len() < self.text.len() / 3 {
            return false;
        }
        if self.is_exact {
            return memchr::memmem::find(cell.as_bytes(), self.text.as_bytes()).is_some();
        }
        if self.text.is_ascii() && cell.is_ascii() {
            return find_ascii(cell.as_bytes(), self.text.as_bytes()).is_some();
        }
        cell.to_lowercase().contains(&self.text)
    }

    fn same(&self, cell: &str) -> bool {
        if cell.is_ascii() { cell.eq_ignore_ascii_case(&self.text) } else { cell.to_lowercase() == self.text }
    }

    /// The cell with every place of the text replaced; nothing where it is not in it.
    #[must_use]
    pub fn replaced(&self, cell: &str, with: &str) -> Option<String> {
        if !self.is_in(cell) {
            return None;
        }
        if self.is_whole {
            return Some(with.to_owned());
        }
        if self.is_exact {
            return Some(cell.replace(&self.text, with));
        }
        let mut out = String::with_capacity(cell.len());
        let mut rest = cell;
        while !rest.is_empty() {
            if let Some(length) = self.starts(rest) {
                out.push_str(with);
                rest = rest.get(length..).unwrap_or("");
            } else {
                let next = rest.chars().next().map_or(rest.len(), char::len_utf8);
                out.push_str(rest.get(..next).unwrap_or(""));
                rest = rest.get(next..).unwrap_or("");
            }
        }
        Some(out)
    }

    /// Bytes at the beginning of a text that are this one but for letter case. A letter may have another length in small.
    fn starts(&self, text: &str) -> Option<usize> {
        let mut wanted = self.text.as_str();
        for (at, c) in text.char_indices() {
            if wanted.is_empty() {
                return Some(at);
            }
            for small in c.to_lowercase() {
                wanted = wanted.strip_prefix(small)?;
            }
        }
        wanted.is_empty().then_some(text.len())
    }
}

fn find_ascii(text: &[u8], small: &[u8]) -> Option<usize> {
    let &first = small.first()?;
    let last = text.len().checked_sub(small.len())?;
    let is_here = |at: usize| text.get(at..at + small.len()).is_some_and(|part| part.eq_ignore_ascii_case(small));
    memchr::memchr2_iter(first, first.to_ascii_uppercase(), text.get(..=last)?).find(|at| is_here(*at))
}

/// What a cell is sorted by.
#[derive(Clone, Debug, PartialEq)]
enum SortKey {
    Number(rust_decimal::Decimal),
    Moment(i64),
    /// Small letters; the text itself decides between equals.
    Text(String, String),
    Unreadable(String),
    Blank,
}

impl SortKey {
    const fn rank(&self) -> u8 {
        match self {
            Self::Number(_) | Self::Moment(_) | Self::Text(..) => 0,
            Self::Unreadable(_) => 1,
            Self::Blank => 2,
        }
    }

    /// What cannot be read and what is blank stays last in either direction.
    fn compare(&self, other: &Self, is_descending: bool) -> Ordering {
        let by_value = match (self, other) {
            (Self::Number(a), Self::Number(b)) => a.cmp(b),
            (Self::Moment(a), Self::Moment(b)) => a.cmp(b),
            (Self::Text(a, x), Self::Text(b, y)) => a.cmp(b).then_with(|| x.cmp(y)),
            (Self::Unreadable(a), Self::Unreadable(b)) => a.cmp(b),
            _ => return self.rank().cmp(&other.rank()),
        };
        if is_descending { by_value.reverse() } else { by_value }
    }
}

impl Draft {
    /// The rows of a table with a needle in a cell, of one column or of all, ascending.
    #[must_use]
    pub fn rows_holding(&self, needle: &Needle, column: Option<u16>) -> Vec<u32> {
        let view = self.view();
        let columns = self.columns_of(column);
        let is_in = |row: u32| columns.clone().any(|column| needle.is_in(view.cell(row, column)));
        (0..self.table.rows()).filter(|row| is_in(*row)).collect()
    }

    /// The cells with a needle in them, by row and column.
    #[must_use]
    pub fn cells_holding(&self, needle: &Needle, column: Option<u16>) -> Vec<(u32, u16)> {
        let (view, columns) = (self.view(), self.columns_of(column));
        let all = (0..self.table.rows()).flat_map(|row| columns.clone().map(move |column| (row, column)));
        all.filter(|&(row, column)| needle.is_in(view.cell(row, column))).map(|(row, column)| (row, column as u16)).collect()
    }

    fn columns_of(&self, column: Option<u16>) -> std::ops::Range<usize> {
        column.map_or(0..self.columns.len(), |column| {
            let column = usize::from(column);
            column..(column + 1).min(self.columns.len()).max(column)
        })
    }

    /// Sorts rows by a column: by value where it holds numbers or dates, by text otherwise. Equal rows stay as they are.
    pub fn sort(&self, rows: &mut Vec<u32>, column: u16, is_descending: bool) {
        let mut keyed: Vec<(SortKey, u32)> = rows.iter().map(|&row| (self.sort_key(row, column), row)).collect();
        keyed.sort_by(|(a, _), (b, _)| a.compare(b, is_descending));
        rows.clear();
        rows.extend(keyed.into_iter().map(|(_, row)| row));
    }

    fn sort_key(&self, row: u32, column: u16) -> SortKey {
        let cell = self.view().cell(row, usize::from(column)).trim();
        if cell.is_empty() {
            return SortKey::Blank;
        }
        let id = self.columns.id(usize::from(column));
        let unreadable = || SortKey::Unreadable(cell.to_lowercase());
        let rules = &self.findings.rules;
        match id.map(|id| (id, id.column().kind)) {
            Some((id, Kind::Price | Kind::Count)) => {
                numbers::price(cell, rules.number(id)).map_or_else(|_| unreadable(), |price| SortKey::Number(price.amount()))
            }
            Some((id, Kind::Moment)) => {
                dates::moment(cell, rules.date(id)).map_or_else(|_| unreadable(), |moment| SortKey::Moment(moment.millis()))
            }
            _ => SortKey::Text(cell.to_lowercase(), cell.to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_needle_is_found_and_replaced_as_it_was_asked() {
        let has = |text, whole, exact, cell| Needle::new(text, whole, exact).is_in(cell);
        assert!(has("mug", false, false, "Red MUG!") && !has("mug", false, true, "Red MUG!"));
        assert!(has(" Mug ", true, false, "mug") && !has("mug", true, false, "mugs"));
        assert!(has("", true, false, "  ") && !has("", false, false, "x") && !has("", true, false, "x"));
        assert!(has("ÄPFEL", false, false, "grüne äpfel") && has("€", false, true, "5 €"));
        assert!(!has("abc", false, false, "ab"));
        let put = |text, exact, cell| Needle::new(text, false, exact).replaced(cell, "-");
        assert_eq!(put("a", false, "AbaÄ").as_deref(), Some("-b-Ä"));
        assert_eq!(put("ä", false, "AÄa").as_deref(), Some("A-a"));
        assert_eq!(put("aa", false, "aAa").as_deref(), Some("-a"));
        assert_eq!(put("x", false, "abc"), None);
        assert_eq!(put("İ", false, "aİb").as_deref(), Some("a-b"), "its small form has two characters");
    }
}
