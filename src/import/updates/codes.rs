//! The codes of a product, and the date they share.
//!
//! In: two cells. Out: what is to be appended, if both are right. Must never know: codes of other products.

use super::super::cells;
use super::super::issue::{Detail, Issue, Rule};
use super::{Reading, hash, is_blank, mark};
use crate::domain::{ColumnId as C, Edit, VoucherAppend, VoucherCode};

impl Reading<'_, '_> {
    fn codes(&mut self) -> Option<Vec<VoucherCode>> {
        let (cell, _) = self.filled(C::Vouchers)?;
        let (id, separator) = (C::Vouchers, self.rules.list_separator);
        if !separator.is_in(cell.trim())
            && let Some(other) = separator.other_in(cell.trim())
        {
            self.issue(Rule::CodeSeparator, Some(id), cell.trim(), Detail::Text(mark(other)));
            return Some(Vec::new());
        }
        let mut codes: Vec<&str> = Vec::new();
        for code in separator.split(cell) {
            let start = code.as_ptr() as usize - cell.as_ptr() as usize;
            self.notes.codes.push((hash(code), self.row, start as u32));
            if let Some((rule, part)) = cells::code_fault(code) {
                self.issue(rule, Some(id), code, part.map_or(Detail::None, Detail::Text));
            } else if code.len() > VoucherCode::MAX_CHARS && code.chars().nth(VoucherCode::MAX_CHARS).is_some() {
                self.issue(Rule::CodeTooLong, Some(id), code, Detail::None);
            } else if code.contains('\t') {
                self.issue(Rule::ControlCharacter, Some(id), code, Detail::Text("U+0009".into()));
            } else if let Some(other) = separator.other_in(code) {
                self.issue(Rule::MixedSeparators, Some(id), code, Detail::Text(mark(other)));
            }
            codes.push(code);
        }
        let mut sorted = codes.clone();
        if sorted.len() > 1 {
            sorted.sort_unstable();
        }
        for same in sorted.chunk_by(|a, b| a == b).filter(|same| same.len() > 1) {
            let code = same.first().copied().unwrap_or("");
            self.issue(Rule::DuplicateCode, Some(id), cell.trim(), Detail::Text(Issue::clip(code)));
        }
        if !self.build {
            return Some(Vec::new());
        }
        let codes: Vec<_> = codes.into_iter().filter_map(|code| VoucherCode::parse(code).ok()).collect();
        Some(codes)
    }

    pub(super) fn vouchers(&mut self) -> Option<VoucherAppend> {
        let had_codes = !is_blank(self.raw(C::Vouchers));
        let had_date = !is_blank(self.raw(C::VoucherExpireDate));
        let codes = self.codes();
        let expire_date = self.moment(C::VoucherExpireDate);
        if had_codes && !had_date {
            self.issue(Rule::CodesWithoutDate, Some(C::Vouchers), self.raw(C::Vouchers).trim(), Detail::None);
        }
        if had_date && !had_codes {
            self.issue(Rule::DateWithoutCodes, Some(C::VoucherExpireDate), self.raw(C::VoucherExpireDate).trim(), Detail::None);
        }
        match (codes, expire_date) {
            (Some(codes), Edit::Set(expire_date)) if !codes.is_empty() => Some(VoucherAppend { codes, expire_date }),
            _ => None,
        }
    }
}
