//! One row's permission entry.
//!
//! In: the cells of one row. Out: the parts of an entry that it sets. Must never know: other entries.

use super::super::issue::{Detail, Rule};
use super::Reading;
use crate::domain::update::PermissionEdit;
use crate::domain::{ColumnId as C, Edit, PermissionGroup, Price, is_blank, trimmed};

impl Reading<'_, '_> {
    /// What one row says of permissions; `price` is what its product's own row sets.
    pub(super) fn permission(&mut self, price: &Edit<Price>) -> PermissionEdit {
        let entry = PermissionEdit {
            is_enabled: self.boolean(C::PermissionEnabled),
            kind: self.choice(C::PermissionType),
            role_names: self.names(C::Roles),
            tag_names: self.names(C::Tags),
            usernames: self.names(C::Users),
            combination: self.combination(),
            special_price: self.price(C::SpecialPrice),
            is_special_price_enabled: self.boolean(C::SpecialPriceEnabled),
            is_purchase_limit_enabled: self.boolean(C::PurchaseLimitEnabled),
            purchase_limit_quantity: self.count(C::PurchaseLimitQuantity),
            purchase_limit_interval_count: self.count(C::PurchaseLimitIntervalCount),
            purchase_limit_interval_unit: self.choice(C::PurchaseLimitIntervalUnit),
            access_level: self.choice(C::AccessLevel),
            is_exclusive_tag_enabled: self.boolean(C::ExclusiveTagEnabled),
        };
        if let (Edit::Set(price), Edit::Set(special)) = (price, &entry.special_price)
            && entry.is_special_price_enabled == Edit::Set(true)
            && special >= price
        {
            let price = Detail::Text(price.to_string());
            self.issue(Rule::SpecialPriceNotLower, Some(C::SpecialPrice), &special.to_string(), price);
        }
        if entry.is_purchase_limit_enabled == Edit::Set(true) && entry.purchase_limit_quantity == Edit::Set(0) {
            self.issue(Rule::LimitOfZero, Some(C::PurchaseLimitQuantity), "0", Detail::None);
        }
        self.type_has_names();
        entry
    }

    /// An entry that goes by roles and fills in only tags is for nobody, or for others than meant.
    fn type_has_names(&mut self) {
        let of_type = [("role", C::Roles), ("tag", C::Tags), ("user", C::Users)];
        let kind = trimmed(self.raw(C::PermissionType));
        let Some(&(_, own)) = of_type.iter().find(|(word, _)| kind.eq_ignore_ascii_case(word)) else { return };
        let is_filled = |id: C| !is_blank(self.raw(id));
        if !is_filled(own) && of_type.iter().any(|&(_, other)| is_filled(other)) {
            self.issue(Rule::TypeWithoutNames, Some(C::PermissionType), kind, Detail::Text(format!("“{}”", own.header())));
        }
    }

    fn combination(&mut self) -> Edit<Vec<PermissionGroup>> {
        let (had_kind, had_values) = (self.raw(C::CombinationType), self.raw(C::CombinationValues));
        let (had_kind, had_values) = (!is_blank(had_kind), !is_blank(had_values));
        let kind = self.choice(C::CombinationType);
        let values = self.names(C::CombinationValues);
        if had_kind != had_values {
            let present = if had_kind { C::CombinationType } else { C::CombinationValues };
            self.issue(Rule::HalfCombination, Some(present), self.raw(present).trim(), Detail::None);
        }
        match (kind, values) {
            (Edit::Set(kind), Edit::Set(values)) => Edit::Set(vec![PermissionGroup { kind, values }]),
            _ => Edit::Keep,
        }
    }
}
