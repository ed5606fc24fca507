//! Headers → known columns.
//!
//! In: the header row, or a mapping of it. Out: for each column, which of the 40 it is, if any. Must never know: rows.

use super::issue::{Detail, Rule};
use super::mapping::{Mapping, Match};
use super::refusal::Refusal;
use super::rows::clip_chars;
use super::similar::singular;
use crate::domain::{COLUMNS, ColumnId};
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// The columns of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Columns {
    headers: Vec<String>,
    ids: Vec<Option<ColumnId>>,
    /// Where each of the 40 stands, by its index in the table.
    positions: [Option<u16>; COLUMNS.len()],
    /// Of ignored columns of which more is known than that: why.
    reasons: Vec<(u16, Rule, Detail)>,
    /// The first and the last position of a product's own columns, and of a permission entry's, if no other stands between.
    together: [Option<(usize, usize)>; 2],
}

/// The first and the last position of the columns of one sort, if no other stands between.
fn together(ids: &[Option<ColumnId>], permission: bool) -> Option<(usize, usize)> {
    let sort = |id: &Option<ColumnId>| id.is_some_and(|id| id.is_permission() == permission && id != ColumnId::ProductId);
    let first = ids.iter().position(sort)?;
    let last = ids.iter().rposition(sort)?;
    ids.get(first..=last)?.iter().all(sort).then_some((first, last))
}

/// How a header is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Known {
    /// To the letter.
    Exact,
    /// But for letter case, blanks, `_` and `-`.
    Blind,
    /// By another name.
    Alias,
}

/// A header as headers are compared: without letter case, blanks, `_` and `-`, and characters that cannot be seen.
pub(super) fn fold(header: &str) -> String {
    let kept = header.chars().filter(|c| !c.is_whitespace() && !matches!(c, '_' | '-' | '\u{feff}' | '\u{200b}'));
    kept.flat_map(char::to_lowercase).collect()
}

/// Every name there is: folded, letters and digits alone, without a plural s.
pub(super) fn names() -> &'static BTreeMap<String, (ColumnId, Known)> {
    static NAMES: OnceLock<BTreeMap<String, (ColumnId, Known)>> = OnceLock::new();
    NAMES.get_or_init(|| {
        let mut names = BTreeMap::new();
        for column in &COLUMNS {
            names.insert(fold(column.header), (column.id, Known::Blind));
        }
        let last = |path: &'static str| path.rsplit('.').next().unwrap_or(path);
        for column in &COLUMNS {
            let field = last(column.path);
            let is_only = COLUMNS.iter().filter(|other| last(other.path) == field).count() == 1;
            let fields = [column.header, column.path].into_iter().chain(is_only.then_some(field));
            for name in column.aliases.iter().copied().chain(fields) {
                names.entry(bare(name)).or_insert((column.id, Known::Alias));
            }
        }
        names
    })
}

/// Letters and digits alone, without a plural s.
fn bare(name: &str) -> String {
    let kept: String = name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    singular(&kept).to_owned()
}

/// The column a header means, and how surely.
pub(super) fn known(header: &str) -> Option<(ColumnId, Known)> {
    // The longest name has 60 characters: what is far longer is none of them, and is not worth folding.
    if header.len() > 200 {
        return None;
    }
    let (folded, names) = (fold(header), names());
    if let Some(&(id, Known::Blind)) = names.get(&folded) {
        return Some((id, if header == id.header() { Known::Exact } else { Known::Blind }));
    }
    names.get(&bare(header)).map(|&(id, _)| (id, Known::Alias))
}

impl Columns {
    /// The columns of a mapping.
    ///
    /// # Errors
    /// [`Refusal::SameColumnTwice`] or [`Refusal::NoProductId`].
    pub(super) fn mapped(mapping: &Mapping) -> Result<Self, Refusal> {
        let headers = mapping.columns.iter().map(|mapped| mapped.header.clone()).collect();
        let ids: Vec<_> = mapping.columns.iter().map(|mapped| mapped.column).collect();
        let mut positions = [None; COLUMNS.len()];
        for (position, id) in ids.iter().enumerate().filter_map(|(position, id)| Some((position, (*id)?))) {
            let Some(slot) = positions.get_mut(id as usize) else { continue };
            if let Some(first) = *slot {
                let (first, second) = (u32::from(first) + 1, position as u32 + 1);
                return Err(Refusal::SameColumnTwice { header: id.header().to_owned(), first, second });
            }
            *slot = Some(position as u16);
        }
        let reason = |(position, by): (usize, &Match)| match by {
            Match::Guess(guesses) => {
                let name = guesses.first().map_or("", |(id, _)| id.header());
                Some((position as u16, Rule::GuessedColumn, Detail::Text(name.to_owned())))
            }
            Match::Ignored => Some((position as u16, Rule::IgnoredColumn, Detail::Text("as was chosen".to_owned()))),
            Match::ReadOnly(what) => Some((position as u16, Rule::ReadOnlyColumn, Detail::Text(what.clone()))),
            _ => None,
        };
        let reasons = mapping.columns.iter().map(|mapped| &mapped.by).enumerate().filter_map(reason).collect();
        let together = [together(&ids, false), together(&ids, true)];
        let columns = Self { headers, ids, positions, reasons, together };
        if columns.position(ColumnId::ProductId).is_none() {
            let headers = columns.headers.iter().take(20).map(|header| format!("“{}”", clip_chars(header.trim(), 40))).collect();
            return Err(Refusal::NoProductId { headers });
        }
        Ok(columns)
    }

    /// The rule under which an ignored column is listed, and what its words need.
    pub(super) fn why_ignored(&self, position: u16) -> (Rule, Detail) {
        let reason = self.reasons.iter().find(|(at, ..)| *at == position);
        reason.map_or((Rule::IgnoredColumn, Detail::None), |(_, rule, detail)| (*rule, detail.clone()))
    }

    /// How many columns the file has.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.headers.len()
    }

    /// Whether there is none, which no file that was read has.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.headers.is_empty()
    }

    /// The headers as the file has them.
    #[must_use]
    pub fn headers(&self) -> &[String] {
        &self.headers
    }

    /// Which of the 40 the column at `position` (from 0) is; nothing for one that is ignored.
    #[must_use]
    pub fn id(&self, position: usize) -> Option<ColumnId> {
        self.ids.get(position).copied().flatten()
    }

    /// Where a column stands, from 0, if the file has it.
    #[must_use]
    pub fn position(&self, id: ColumnId) -> Option<u16> {
        self.positions.get(id as usize).copied().flatten()
    }

    /// The first and the last position of the columns that only a product's own row may fill in, if they stand together.
    pub(super) const fn own_together(&self) -> Option<(usize, usize)> {
        self.together[0]
    }

    /// The first and the last position of the columns of a permission entry, if they stand together.
    pub(super) const fn permissions_together(&self) -> Option<(usize, usize)> {
        self.together[1]
    }

    /// The ignored columns: position from 0, and header.
    pub fn ignored(&self) -> impl Iterator<Item = (u16, &str)> {
        self.headers
            .iter()
            .zip(&self.ids)
            .enumerate()
            .filter(|(_, (_, id))| id.is_none())
            .map(|(at, (h, _))| (at as u16, h.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_known_blind_to_case_and_spacing() {
        assert_eq!(known("Product ID"), Some((ColumnId::ProductId, Known::Exact)));
        for header in ["product_id", " PRODUCT-ID\u{a0}", "\u{feff}ProductId", "Product  ID"] {
            assert_eq!(known(header), Some((ColumnId::ProductId, Known::Blind)), "{header}");
        }
        for header in ["", "__proto__", "constructor", "isEnabled", "Prodüct ID", "SKU"] {
            assert_eq!(known(header), None, "{header}");
        }
    }

    #[test]
    fn headers_are_known_by_other_names() {
        for (header, id) in [
            ("_id", ColumnId::ProductId),
            ("userInformation.isEnabled", ColumnId::UserInformationEnabled),
            ("productPermission[].purchaseLimit.quantity", ColumnId::PurchaseLimitQuantity),
            ("shouldPrioritiesExpiringVouchers", ColumnId::PrioritizeExpiringVouchers),
            ("roleNames", ColumnId::Roles),
            ("Voucher", ColumnId::Vouchers),
            ("Prices", ColumnId::Price),
            ("Body (HTML)", ColumnId::Description),
            ("Sale price", ColumnId::DiscountPrice),
            ("Category", ColumnId::CategoryName),
        ] {
            assert_eq!(known(header), Some((id, Known::Alias)), "{header}");
        }
    }

    #[test]
    fn every_documented_header_is_known_and_no_two_names_are_one() {
        let mut all: Vec<(String, ColumnId)> = Vec::new();
        for column in &COLUMNS {
            assert_eq!(known(column.header), Some((column.id, Known::Exact)));
            assert_eq!(known(&column.header.to_uppercase().replace(' ', "_")).map(|known| known.0), Some(column.id));
            assert_eq!(known(column.path).map(|known| known.0), Some(column.id), "{}", column.path);
            for alias in column.aliases {
                assert_eq!(known(alias).map(|known| known.0), Some(column.id), "{alias}");
                all.push((bare(alias), column.id));
            }
        }
        all.sort();
        for pair in all.windows(2) {
            assert!(pair[0].0 != pair[1].0 || pair[0].1 == pair[1].1, "{pair:?}");
        }
        for (header, _) in crate::domain::schema::READ_ONLY {
            assert_eq!(known(header), None, "{header}");
        }
    }
}
