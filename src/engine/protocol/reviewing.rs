//! The comparison as the page is told of it; what of the file may be touched, and whether that is confirmed: the same words for the page
//! and the engine.

use super::{Door, GuardLimits, Place};
use crate::domain::{ColumnId, ProductId};
use serde::{Deserialize, Serialize};

/// What the comparison found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewSummary {
    /// Where it will be sent.
    pub place: Place,
    /// The file's name.
    pub file: String,
    /// Products in the file.
    pub products: u32,
    /// Products in which something will change.
    pub changing: u32,
    /// Products that already are as the file has them.
    pub unchanged: u32,
    /// Products left out because of their problems.
    pub left_out: u32,
    /// How updates leave.
    pub door: Door,
    /// Products left out because that door has no words for what is asked; the report names the columns.
    pub unsaid: u32,
    /// Products that the store does not have.
    pub missing: u32,
    /// How many products each column changes in, in the table's order.
    pub by_column: Vec<(ColumnId, u32)>,
    /// Voucher codes to append.
    pub codes: u32,
    /// Products they go to.
    pub code_products: u32,
    /// Blank cells, which leave alone what the store has.
    pub blank_cells: u64,
    /// Requests that carry fields.
    pub field_requests: u32,
    /// Requests that carry vouchers.
    pub voucher_requests: u32,
    /// What deserves a second look before it is confirmed.
    pub guards: Vec<GuardView>,
    /// When they speak up.
    pub limits: GuardLimits,
    /// The only columns that may be touched, where a person locked the others.
    pub scope: Option<Vec<ColumnId>>,
    /// What of the file can be locked, in the table's order.
    pub parts: Vec<ScopePart>,
    /// Products that are left alone because all that would change in them is locked.
    pub locked: u32,
    /// Columns that the store does not show, each with the products in which they are sent without being compared. For all
    /// columns of permission entries the first of them stands.
    pub not_shown: Vec<(ColumnId, u32)>,
    /// Columns that cannot be set back by the undo file, in the same way.
    pub not_reversible: Vec<(ColumnId, u32)>,
    /// What has to be typed to confirm it, where a guard spoke up.
    pub phrase: Option<String>,
    /// What the person confirms by.
    pub token: u64,
}

/// A guard rail that tripped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GuardView {
    /// What, in words, with counts.
    pub words: String,
    /// Some of the products concerned.
    pub examples: Vec<String>,
}

/// A window of products that will change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeWindow {
    /// Products in the whole view.
    pub total: u32,
    /// Index of the first product here.
    pub from: u32,
    /// The products.
    pub products: Vec<ChangeView>,
}

/// What will change in one product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeView {
    /// The product.
    pub id: ProductId,
    /// Its name in the store.
    pub name: Option<String>,
    /// The line of the file it starts on.
    pub line: u32,
    /// The fields.
    pub fields: Vec<FieldView>,
    /// What has to be said beyond old and new: "replaces the product's 2 permission entries".
    pub notes: Vec<String>,
}

/// One field, old and new.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldView {
    /// The column.
    pub column: ColumnId,
    /// Which permission entry, from 1, for a column of one.
    pub entry: Option<u16>,
    /// What the store has.
    pub old: ValueView,
    /// What the file asks for.
    pub new: ValueView,
}

/// A value, as shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ValueView {
    /// The store does not show it.
    NotShown,
    /// Nothing is set.
    Nothing,
    /// This text, cut to 2,000 characters.
    Text(String),
    /// Codes added to the stock: how many, and what is said about them.
    Codes(u32, String),
}

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
