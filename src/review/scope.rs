//! The columns a run may touch: whatever else the file asks for is left alone.
//!
//! In: an update and the allowed columns. Out: the update without the rest. Must never know: why a person locked them.

use crate::domain::update::{ExpiringHighlightEdit, UserInformationEdit};
use crate::domain::{ColumnId as C, Edit, ProductUpdate};

/// Leaves out what stands in other columns. Permission entries are sent whole, so they are in if any of their columns is;
/// codes and their expiry go together.
#[must_use]
pub fn narrow(update: &ProductUpdate, columns: &[C]) -> ProductUpdate {
    // Exhaustive on purpose: a new field of an update belongs to a column.
    let ProductUpdate {
        id,
        name,
        description,
        image,
        price,
        category_name,
        is_discount_enabled,
        discount_price,
        discount_start_date,
        discount_end_date,
        user_information,
        should_prioritise_expiring_vouchers,
        should_display_remaining_quantity,
        expiring_voucher_highlight,
        is_archived,
        redemption_instructions,
        is_product_access_enabled,
        purchase_status_override_name,
        vouchers,
        permissions,
    } = update.clone();
    let scope = Scope(columns);
    ProductUpdate {
        id,
        name: scope.edit(C::Name, name),
        description: scope.edit(C::Description, description),
        image: scope.edit(C::Image, image),
        price: scope.edit(C::Price, price),
        category_name: scope.edit(C::CategoryName, category_name),
        is_discount_enabled: scope.edit(C::DiscountEnabled, is_discount_enabled),
        discount_price: scope.edit(C::DiscountPrice, discount_price),
        discount_start_date: scope.edit(C::DiscountStartDate, discount_start_date),
        discount_end_date: scope.edit(C::DiscountEndDate, discount_end_date),
        user_information: UserInformationEdit {
            is_enabled: scope.edit(C::UserInformationEnabled, user_information.is_enabled),
            should_collect_name: scope.edit(C::CollectName, user_information.should_collect_name),
            should_collect_phone: scope.edit(C::CollectPhone, user_information.should_collect_phone),
            should_collect_address: scope.edit(C::CollectAddress, user_information.should_collect_address),
        },
        should_prioritise_expiring_vouchers: scope.edit(C::PrioritizeExpiringVouchers, should_prioritise_expiring_vouchers),
        should_display_remaining_quantity: scope.edit(C::DisplayRemainingQuantity, should_display_remaining_quantity),
        expiring_voucher_highlight: ExpiringHighlightEdit {
            is_enabled: scope.edit(C::ExpiringHighlightEnabled, expiring_voucher_highlight.is_enabled),
            duration: scope.edit(C::ExpiringHighlightDuration, expiring_voucher_highlight.duration),
            timeframe: scope.edit(C::ExpiringHighlightTimeframe, expiring_voucher_highlight.timeframe),
        },
        is_archived: scope.edit(C::Archived, is_archived),
        redemption_instructions: scope.edit(C::RedemptionInstructions, redemption_instructions),
        is_product_access_enabled: scope.edit(C::ProductAccessEnabled, is_product_access_enabled),
        purchase_status_override_name: scope.edit(C::PurchaseStatusOverrideName, purchase_status_override_name),
        vouchers: vouchers.filter(|_| scope.has(C::Vouchers)),
        permissions: permissions.filter(|_| columns.iter().any(|column| column.is_permission())),
    }
}

struct Scope<'a>(&'a [C]);

impl Scope<'_> {
    fn has(&self, column: C) -> bool {
        self.0.contains(&column)
    }

    fn edit<T>(&self, column: C, edit: Edit<T>) -> Edit<T> {
        if self.has(column) { edit } else { Edit::Keep }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Price, ProductId, Timestamp, VoucherAppend};

    #[test]
    fn only_the_allowed_columns_are_left() {
        let id = ProductId::from_bytes([1; 12]);
        let update = ProductUpdate {
            name: Edit::Set("new".into()),
            price: Edit::Set(Price::whole(5)),
            vouchers: Some(VoucherAppend { codes: Vec::new(), expire_date: Timestamp::from_millis(0) }),
            permissions: Some(Vec::new()),
            ..ProductUpdate::nothing(id)
        };
        let only_price = ProductUpdate { price: Edit::Set(Price::whole(5)), ..ProductUpdate::nothing(id) };
        assert_eq!(narrow(&update, &[C::Price]), only_price);
        assert_eq!(narrow(&update, &[]), ProductUpdate::nothing(id));
        assert_eq!(narrow(&update, &[C::Name, C::Price, C::Vouchers, C::Roles]), update);
    }
}
