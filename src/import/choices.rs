//! How a file is written, as it was guessed or as a person chose it.
//!
//! In: nothing. Out: [`Choices`], plain data that the page can show and change. Must never know: how they are guessed.

use super::encoding::Encoding;
use super::scan::Dialect;
use serde::{Deserialize, Serialize};

/// What a file is made of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Format {
    /// Rows of cells.
    #[default]
    Cells,
    /// The list of products as the service takes it, in JSON.
    Json,
}

/// What stands between two cells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Delimiter {
    /// `,`.
    #[default]
    Comma,
    /// `;`.
    Semicolon,
    /// A tab.
    Tab,
    /// `|`.
    Pipe,
}

impl Delimiter {
    /// All that can be chosen, in the order in which they are tried: the first wins a tie.
    pub const ALL: [Self; 4] = [Self::Comma, Self::Semicolon, Self::Tab, Self::Pipe];

    /// The character.
    #[must_use]
    pub const fn char(self) -> char {
        self.byte() as char
    }

    pub(super) const fn byte(self) -> u8 {
        match self {
            Self::Comma => b',',
            Self::Semicolon => b';',
            Self::Tab => b'\t',
            Self::Pipe => b'|',
        }
    }

    /// Several of them, for people.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Comma => "commas",
            Self::Semicolon => "semicolons",
            Self::Tab => "tabs",
            Self::Pipe => "vertical bars",
        }
    }
}

/// What a cell is quoted with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Quote {
    /// `"`.
    #[default]
    Double,
    /// `'`.
    Single,
    /// Nothing: quotes are letters like others. Never guessed, as it would hide every damage.
    None,
}

impl Quote {
    const fn byte(self) -> Option<u8> {
        match self {
            Self::Double => Some(b'"'),
            Self::Single => Some(b'\''),
            Self::None => None,
        }
    }
}

/// How a quote is written inside a quoted cell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Escape {
    /// Twice.
    #[default]
    Doubled,
    /// After a backslash, as `\"`, and a backslash as `\\`. A doubled quote is read as well.
    Backslash,
}

/// How a file is to be read. [`recognise`](super::recognise) guesses it; a reader can be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Choices {
    /// Rows of cells, or JSON, for which only the encoding counts of the rest.
    pub format: Format,
    /// How its letters are written as bytes. A byte order mark of this encoding is passed over.
    pub encoding: Encoding,
    /// What stands between two cells.
    pub delimiter: Delimiter,
    /// Spaces after a delimiter belong to it, as in `a, "b, c", d`.
    pub spaced: bool,
    /// What a cell is quoted with.
    pub quote: Quote,
    /// How a quote is written inside quotes.
    pub escape: Escape,
    /// Physical lines above the header row (above the first row, if there is none) that are not read: titles, blank
    /// lines, a line `sep=;`.
    pub skip: u32,
    /// Whether the first row after them holds the headers.
    pub has_header: bool,
    /// Whether the table goes on to the end of the file, so that nothing below is taken for a footer or for a second table.
    pub to_the_end: bool,
}

impl Default for Choices {
    /// A CSV by the letter of RFC 4180 in UTF-8, its headers in the first line.
    fn default() -> Self {
        Self {
            format: Format::Cells,
            encoding: Encoding::Utf8,
            delimiter: Delimiter::Comma,
            spaced: false,
            quote: Quote::Double,
            escape: Escape::Doubled,
            skip: 0,
            has_header: true,
            to_the_end: false,
        }
    }
}

impl Choices {
    pub(super) const fn dialect(self) -> Dialect {
        Dialect {
            delimiter: self.delimiter.byte(),
            quote: self.quote.byte(),
            backslash: matches!(self.escape, Escape::Backslash),
            spaced: self.spaced,
        }
    }
}
