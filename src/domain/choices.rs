//! What the reference leaves open about an update file, and about what it is compared with, and what was chosen, in one
//! table that is shown to the person.
//!
//! In: nothing. Out: [`CHOICES`], and [`ListSeparator`], the one of them that can be changed. The cell formats of a CSV are not documented ([adss 37690410]); each line here is a
//! decision that a later reference may overturn, so each is in one place in the code as well.

use serde::{Deserialize, Serialize};

/// What separates the values of a list (voucher codes, roles, tags, users, combination values), besides a line break
/// inside the cell, which always does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ListSeparator {
    /// `|`.
    #[default]
    Pipe,
    /// `;`.
    Semicolon,
    /// `,`.
    Comma,
    /// Nothing but a line break.
    LineBreak,
}

impl ListSeparator {
    /// Whether `c` separates two values.
    #[must_use]
    pub const fn splits(self, c: char) -> bool {
        matches!((self, c), (_, '\n' | '\r') | (Self::Pipe, '|') | (Self::Semicolon, ';') | (Self::Comma, ','))
    }

    /// The values of a cell, trimmed, without empty ones: a separator at the end is common.
    pub fn split(self, cell: &str) -> impl Iterator<Item = &str> {
        cell.split(move |c| self.splits(c)).map(super::trimmed).filter(|value| !value.is_empty())
    }

    /// Whether the cell uses this separator.
    #[must_use]
    pub fn is_in(self, cell: &str) -> bool {
        // All separators are ASCII, and no byte of another letter is.
        cell.bytes().any(|b| self.splits(char::from(b)))
    }

    /// A mark in the text that may be meant as a separator, though it is not the chosen one.
    #[must_use]
    pub fn other_in(self, text: &str) -> Option<char> {
        text.bytes().map(char::from).find(|&c| matches!(c, ',' | ';' | '|' | '\t') && !self.splits(c))
    }
}

/// One choice the reference left open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What it is about, in a few words.
    pub topic: &'static str,
    /// What was chosen.
    pub choice: &'static str,
    /// Why.
    pub reason: &'static str,
}

/// The choices, in the order in which a file meets them.
pub static CHOICES: [Choice; 15] = [
    Choice {
        topic: "Headers",
        choice: "Compared without regard to case, spaces, _ and -. Names of the JSON fields and of shop exports count as well; one that \
                 only looks alike counts once you confirm it. Columns that are not known are ignored, and listed.",
        reason: "A header is typed by hand more often than a value; an unknown column cannot be sent anywhere.",
    },
    Choice {
        topic: "Blank cells",
        choice: "A cell that is empty or holds only blanks leaves the field as it is in the store.",
        reason: "Documented: only cells that are not blank apply. So a file cannot empty a field.",
    },
    Choice {
        topic: "Blank rows",
        choice: "A row with nothing in any cell is skipped.",
        reason: "Spreadsheets leave such rows at the end; read literally, each would add a permission entry for nobody.",
    },
    Choice {
        topic: "Lists",
        choice: "Codes and names are separated by | or by a line break inside the cell. The | can be changed.",
        reason: "Names and codes hold commas and spaces; almost none holds a |.",
    },
    Choice {
        topic: "Another separator in a vouchers cell",
        choice: "A cell without the chosen separator, but with a comma, a semicolon, a | or a tab, stops its product.",
        reason: "Codes cannot be taken back, so a doubt is settled before they are sent.",
    },
    Choice {
        topic: "The same code twice",
        choice: "Twice under one product stops the product; under two products it is pointed out.",
        reason: "The store answers 409 to the same code twice under one product; it says nothing of two products.",
    },
    Choice {
        topic: "Yes and no",
        choice: "true, false, yes, no, 1 and 0, in any letter case. WAHR, VRAI and their like are named, not read.",
        reason: "What spreadsheets write. Anything else is not guessed.",
    },
    Choice {
        topic: "Dates",
        choice: "ISO 8601: 2026-12-31 (midnight UTC) or 2026-12-31T23:59:00Z. Other dates are read in the order that the cells of \
                 their column settle; where they leave it open, you are asked. A time of day needs a time zone, of its own or \
                 chosen for the column.",
        reason: "03/04/2026 is two different days in two countries, and 25/12/2026 beside it tells which.",
    },
    Choice {
        topic: "Numbers",
        choice: "Digits and one decimal point. A decimal comma and thousands marks are read where the cells of their column settle \
                 which is which; where they leave it open, you are asked. No sign, currency or exponent.",
        reason: "1,000 is a thousand in one country and one in another, and 19,90 beside it tells which.",
    },
    Choice {
        topic: "Blanks around a value",
        choice: "Dropped around ids, numbers, dates, yes and no, addresses, names and codes. Text and HTML are kept to the letter.",
        reason: "A blank is never part of the former and may be part of the latter.",
    },
    Choice {
        topic: "Permission entries",
        choice: "Each row with a permission cell is one entry, in the file's order: the product's own row and the rows below it.",
        reason: "Documented: a row without a Product ID adds an entry to the product above.",
    },
    Choice {
        topic: "Combinations",
        choice: "One combination a row, from Combination Type and Combination Values, which need each other.",
        reason: "The columns leave room for one; how several would be written is not documented.",
    },
    Choice {
        topic: "Words the reference does not show",
        choice: "Sent as they are, with a warning.",
        reason: "The reference shows only examples of the words for types, units and access levels.",
    },
    Choice {
        topic: "The same product twice",
        choice: "None of its rows is sent.",
        reason: "Which of them would win is not documented.",
    },
    Choice {
        topic: "Dates that the store shows as bare numbers",
        choice: "Milliseconds since 1970; seconds where the number is below 100000000000.",
        reason: "The reference shows ISO 8601 only. As milliseconds such a number would be a day before March 1973, as seconds it is \
                 one of today.",
    },
];
