//! What is wrong with a row that was set aside.
//!
//! In: where it stands, what it holds. Out: its [`Issue`]. Must never know: how it was found.

use super::issue::{Detail, Issue, Rule};
use super::rows::clip_chars;
use crate::domain::ProductId;

/// What is wrong with a row, so that it was set aside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Damage {
    /// A quote in a cell that does not begin with one.
    QuoteInside,
    /// Something other than a delimiter or a line break after a closing quote.
    TextAfterQuote,
    /// A quote that is never closed, or not before other rows begin.
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
    /// More than [`RECORD_MAX`](super::RECORD_MAX) bytes.
    TooLong,
    /// Bytes that are no letter in the file's encoding.
    NotInEncoding,
    /// Half of a character, as UTF-16 or a JSON escape can write it.
    LoneSurrogate,
    /// JSON: an entry of the list that is no object.
    NotAnObject,
    /// JSON: an object without a product id.
    WithoutId,
    /// JSON: a field that is there twice.
    FieldTwice,
    /// JSON: a field of another shape than the documented one.
    WrongShape,
    /// JSON: a permission with more than one combination, for which the 40 columns have no room.
    SeveralCombinations,
    /// JSON: a name or code with a line break inside it, which a list in a cell cannot hold.
    BreakInList,
}

impl Damage {
    /// The rule it breaks.
    #[must_use]
    pub const fn rule(self) -> Rule {
        match self {
            Self::QuoteInside => Rule::QuoteInside,
            Self::TextAfterQuote => Rule::TextAfterQuote,
            Self::Unclosed => Rule::UnclosedQuote,
            Self::TooFew { .. } => Rule::TooFewCells,
            Self::TooMany { .. } => Rule::TooManyCells,
            Self::TooLong => Rule::RowTooLong,
            Self::NotInEncoding => Rule::NotInEncoding,
            Self::LoneSurrogate => Rule::LoneSurrogate,
            Self::NotAnObject => Rule::NotAnObject,
            Self::WithoutId => Rule::WithoutId,
            Self::FieldTwice => Rule::FieldTwice,
            Self::WrongShape => Rule::WrongShape,
            Self::SeveralCombinations => Rule::SeveralCombinations,
            Self::BreakInList => Rule::BreakInList,
        }
    }

    /// Whether it leaves open where the row ends, so that what follows may be a part of it.
    pub(super) const fn is_torn(self) -> bool {
        matches!(self, Self::QuoteInside | Self::TextAfterQuote | Self::Unclosed | Self::TooLong)
    }
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
    /// It is surely no part of the product above.
    Apart,
}

/// A row that was set aside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damaged {
    /// The physical line it begins on, from 1.
    pub line: u32,
    /// Physical lines that were set aside with it: those of a row whose quotes are in order, and the scraps of a torn row
    /// down to the next line that begins a row.
    pub lines: u32,
    /// The line where the damage is: where the quote stands that was not closed, or the byte that does not belong.
    pub found_on: u32,
    /// What is wrong.
    pub damage: Damage,
    /// Sound rows before it.
    pub before_row: u32,
    /// Whose row it is, as far as can be told.
    pub key: Key,
    /// Its first line, clipped; of a JSON entry, the field. Empty after the first 10,000.
    pub text: Box<str>,
    /// All that was set aside, to the letter, with its last line break. Nothing where that is not kept: of a JSON entry, and of
    /// a line longer than a record may be.
    pub raw: String,
    /// The byte of that at which the damage is.
    pub at: u32,
    /// Whether a person left it out.
    pub is_left_out: bool,
}

impl Damaged {
    /// Characters of a damaged line that are kept for display.
    const TEXT_KEPT: usize = 160;
    /// Damaged rows whose text is kept. A file with more has one cause, not ten thousand.
    const TEXTS_KEPT: usize = 10_000;

    /// What is kept of the text of a damaged row that has `before` others above it.
    pub(super) fn keep(text: &str, before: usize) -> Box<str> {
        if before < Self::TEXTS_KEPT { clip_chars(text, Self::TEXT_KEPT).into() } else { "".into() }
    }

    /// What is wrong, without its text and without a full stop, in a file whose rows should have `expected` cells.
    #[must_use]
    pub fn what(&self, expected: u32) -> String {
        match self.damage {
            Damage::TooFew { found: 1 } => format!("The row has one cell, and {expected} are needed"),
            Damage::TooFew { found } | Damage::TooMany { found } => {
                format!("The row has {found} cells, and {expected} are needed")
            }
            damage => damage.rule().title().to_owned(),
        }
    }

    /// All that was set aside, without its last line break; nothing where it is not kept.
    #[must_use]
    pub fn raw(&self) -> Option<&str> {
        let raw = self.raw.strip_suffix('\n').unwrap_or(&self.raw);
        let raw = raw.strip_suffix('\r').unwrap_or(raw);
        (!self.raw.is_empty()).then_some(raw)
    }

    /// Whether there is an id anywhere in it: in a row with a cell too many or too few it is not where the key is.
    pub(super) fn holds_an_id(&self) -> bool {
        let text = if self.raw.is_empty() { &*self.text } else { &self.raw };
        let mut words = text.split(|sign: char| !sign.is_ascii_alphanumeric());
        words.any(|word| ProductId::from_ascii(word.as_bytes()).is_ok())
    }

    /// Whether it is a row of several lines that has too few cells, right above `line`.
    pub(super) const fn ends_in_scraps(&self, line: u32) -> bool {
        matches!(self.damage, Damage::TooFew { .. }) && self.lines > 1 && self.line + self.lines == line
    }

    /// The issue it is, in a file whose rows should have `expected` cells.
    #[must_use]
    pub fn issue(&self, expected: u32) -> Issue {
        let detail = match self.damage {
            Damage::TooFew { found } | Damage::TooMany { found } => Detail::Cells { found, expected },
            _ if self.found_on != self.line => Detail::Line(self.line),
            _ => Detail::None,
        };
        Issue {
            rule: self.damage.rule(),
            line: self.found_on,
            row: None,
            column: None,
            product: if let Key::Id(id) = self.key { Some(id) } else { None },
            value: Issue::clip(&self.text),
            detail,
        }
    }
}
