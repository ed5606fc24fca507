//! Rows → text, as the file they came from is written, so that a damaged row can stand among them to the letter.
//!
//! In: how the file is written, cells. Out: text that its reader reads as these cells. Must never know: what a row is for.

use super::choices::{Choices, Format, Quote};
use super::scan::{Cells, Dialect, scan};
use memchr::memchr3;

/// Writes rows in the way of a file.
#[derive(Clone, Copy, Debug)]
pub struct RowWriter {
    dialect: Dialect,
}

impl RowWriter {
    /// As a file with these choices is written; as a CSV where it is no file of cells.
    #[must_use]
    pub fn like(choices: Choices) -> Self {
        let choices = if choices.format == Format::Json { Choices::default() } else { choices };
        Self { dialect: choices.dialect() }
    }

    /// The same with quotes, where the file knows none.
    #[must_use]
    pub fn with_quotes(self) -> Self {
        let quote = self.dialect.quote.or(Choices { quote: Quote::Double, ..Choices::default() }.dialect().quote);
        Self { dialect: Dialect { quote, ..self.dialect } }
    }

    /// Whether a cell can be written.
    #[must_use]
    pub fn can_write(&self, cell: &str) -> bool {
        self.dialect.quote.is_some() || !self.must_be_quoted(cell)
    }

    fn must_be_quoted(&self, cell: &str) -> bool {
        let quote = self.dialect.quote.unwrap_or(self.dialect.delimiter);
        memchr3(self.dialect.delimiter, b'\n', quote, cell.as_bytes()).is_some()
            || cell.contains('\r')
            || cell.starts_with(' ')
            || cell.ends_with(' ')
    }

    /// Writes one cell, and the delimiter before it unless it is the row's first. What cannot be written without quotes becomes
    /// a blank where there are none. A cell that begins with `=` is written as it is: the file's own cells must come back
    /// unchanged.
    pub fn cell(&self, text: &mut String, cell: &str, is_first: bool) {
        if !is_first {
            self.delimiter(text);
        }
        let Some(quote) = self.dialect.quote.map(char::from) else {
            return text.push_str(&cell.replace([char::from(self.dialect.delimiter), '\n', '\r'], " "));
        };
        if !self.must_be_quoted(cell) {
            return text.push_str(cell);
        }
        text.push(quote);
        for letter in cell.chars() {
            match letter {
                '\\' if self.dialect.backslash => text.push('\\'),
                _ if letter == quote => text.push(if self.dialect.backslash { '\\' } else { quote }),
                _ => {}
            }
            text.push(letter);
        }
        text.push(quote);
    }

    /// Writes a whole row.
    pub fn row<'a>(&self, text: &mut String, cells: impl Iterator<Item = &'a str>) {
        for (at, cell) in cells.enumerate() {
            self.cell(text, cell, at == 0);
        }
        text.push_str("\r\n");
    }

    /// Writes what stands between two cells.
    pub fn delimiter(&self, text: &mut String) {
        text.push(char::from(self.dialect.delimiter));
        if self.dialect.spaced {
            text.push(' ');
        }
    }

    /// What stands behind the first cell of a raw row and the delimiter after it; nothing where that cell is damaged, or the
    /// only one.
    #[must_use]
    pub fn behind_first<'a>(&self, raw: &'a str) -> Option<&'a str> {
        // The first cell ends at the first delimiter up to which the row, read alone, is one sound cell.
        let mut at = 0;
        loop {
            let delimiter = at + memchr::memchr(self.dialect.delimiter, raw.as_bytes().get(at..)?)?;
            let mut cells = Cells::default();
            let _ = scan(raw.get(..delimiter)?, self.dialect, true, &mut cells);
            if cells.len() == 1 {
                let rest = raw.get(delimiter + 1..)?;
                return Some(if self.dialect.spaced { rest.trim_start_matches(' ') } else { rest });
            }
            at = delimiter + 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::choices::{Delimiter, Escape};
    use super::super::scan::Scan;
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(500) })]

        #[test]
        fn what_is_written_is_read_the_same(
            cells in prop::collection::vec("[a'\"\\\\;, \n\r=é]{0,6}", 2..5),
            (single, backslash, spaced) in (any::<bool>(), any::<bool>(), any::<bool>()),
        ) {
            let quote = if single { Quote::Single } else { Quote::Double };
            let escape = if backslash { Escape::Backslash } else { Escape::Doubled };
            let choices = Choices { quote, escape, spaced, delimiter: Delimiter::Semicolon, ..Choices::default() };
            let writer = RowWriter::like(choices);
            let mut text = String::new();
            writer.row(&mut text, cells.iter().map(String::as_str));
            let mut read = Cells::default();
            let found = scan(&text, choices.dialect(), true, &mut read);
            prop_assert!(matches!(found, Scan::Record { .. }), "{text:?}");
            prop_assert_eq!(&(0..read.len()).map(|at| read.get(at).to_owned()).collect::<Vec<_>>(), &cells);
            let mut rest = String::new();
            writer.row(&mut rest, cells.iter().skip(1).map(String::as_str));
            prop_assert_eq!(writer.behind_first(&text), Some(rest.as_str()));
        }
    }

    #[test]
    fn the_first_cell_of_a_damaged_row_is_cut_off_where_it_is_sound() {
        let writer = RowWriter::like(Choices::default());
        assert_eq!(writer.behind_first("\"a, b\",\"c\"d,e"), Some("\"c\"d,e"));
        assert_eq!(writer.behind_first("a,\"b"), Some("\"b"));
        assert_eq!(writer.behind_first("a\"b,c"), None);
        assert_eq!(writer.behind_first("\"a"), None);
        let without = RowWriter::like(Choices { quote: Quote::None, ..Choices::default() });
        assert!(!without.can_write("a,b") && without.with_quotes().can_write("a,b"));
    }
}
