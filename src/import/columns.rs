//! Headers → known columns.
//!
//! In: the header row. Out: for each column, which of the 40 it is, if any. Must never know: rows.

use super::refusal::Refusal;
use super::rows::clip_chars;
use crate::domain::{COLUMNS, ColumnId};

/// The columns of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Columns {
    headers: Vec<String>,
    ids: Vec<Option<ColumnId>>,
    /// Where each of the 40 stands, by its index in the table.
    positions: [Option<u16>; COLUMNS.len()],
}

/// The column a header means: exactly its name, or its name but for letter case, spaces, `_` and `-`.
pub(super) fn known(header: &str) -> Option<ColumnId> {
    let fold = |text: &str| -> String {
        text.chars()
            .filter(|c| !c.is_whitespace() && !matches!(c, '_' | '-' | '\u{feff}' | '\u{200b}'))
            .map(|c| c.to_ascii_lowercase())
            .collect()
    };
    // The longest documented header has 29 characters: what is far longer is none of them, and is not worth folding.
    if header.len() > 200 {
        return None;
    }
    let wanted = fold(header);
    COLUMNS.iter().find(|column| fold(column.header) == wanted).map(|column| column.id)
}

impl Columns {
    /// Maps the headers.
    ///
    /// # Errors
    /// [`Refusal::SameColumnTwice`] or [`Refusal::NoProductId`].
    pub(super) fn new(headers: Vec<String>) -> Result<Self, Refusal> {
        let ids: Vec<_> = headers.iter().map(|header| known(header)).collect();
        let mut positions = [None; COLUMNS.len()];
        for (position, id) in ids.iter().enumerate().filter_map(|(position, id)| Some((position, (*id)?))) {
            let Some(slot) = positions.get_mut(id as usize) else { continue };
            if let Some(first) = *slot {
                let (first, second) = (u32::from(first) + 1, position as u32 + 1);
                return Err(Refusal::SameColumnTwice { header: id.header().to_owned(), first, second });
            }
            *slot = Some(position as u16);
        }
        let columns = Self { headers, ids, positions };
        if columns.position(ColumnId::ProductId).is_none() {
            let headers = columns.headers.iter().take(20).map(|header| format!("“{}”", clip_chars(header.trim(), 40))).collect();
            return Err(Refusal::NoProductId { headers });
        }
        Ok(columns)
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
        for header in ["Product ID", "product_id", " PRODUCT-ID\u{a0}", "\u{feff}ProductId", "Product  ID"] {
            assert_eq!(known(header), Some(ColumnId::ProductId), "{header}");
        }
        for header in ["", "__proto__", "constructor", "Product", "Prodüct ID"] {
            assert_eq!(known(header), None, "{header}");
        }
    }

    #[test]
    fn every_documented_header_is_known_and_no_two_fold_into_one() {
        for column in &COLUMNS {
            assert_eq!(known(column.header), Some(column.id));
            assert_eq!(known(&column.header.to_uppercase().replace(' ', "_")), Some(column.id));
        }
    }
}
