//! What of a reviewed file may be touched, and whether it is confirmed: the same words for the page and the engine.

use super::ReviewSummary;
use crate::domain::ColumnId;
use serde::{Deserialize, Serialize};

/// What can be locked of a file: a column, or columns that the store takes together only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScopePart {
    /// Those that the file has, in the table's order; never none.
    pub columns: Vec<ColumnId>,
    /// Products in which one of them would change, were it not locked.
    pub products: u32,
}

impl ReviewSummary {
    /// Whether this run may touch a part of the file.
    #[must_use]
    pub fn is_allowed(&self, part: &ScopePart) -> bool {
        self.scope.as_ref().is_none_or(|scope| part.columns.iter().any(|column| scope.contains(column)))
    }

    /// Whether what was typed confirms it: the phrase, blanks and capitals aside, where one is asked for.
    #[must_use]
    pub fn is_confirmed_by(&self, typed: &str) -> bool {
        self.phrase.as_deref().is_none_or(|phrase| plain(phrase) == plain(typed))
    }
}

fn plain(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_and_capitals_aside_it_is_the_phrase() {
        let phrase = "update 3 products of abc at store.example/v1";
        for typed in [phrase, " Update  3 products\tof ABC at store.example/v1\n"] {
            assert_eq!(plain(typed), plain(phrase));
        }
        for typed in ["", "update 3 products", "update 30 products of abc at store.example/v1"] {
            assert_ne!(plain(typed), plain(phrase));
        }
    }
}
