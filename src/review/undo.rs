//! What of a run can be set back: field by field, and none that is not as the run left it.
//!
//! In: what was asked for, what was there before, where the store was seen to hold something else after the run, and the
//! product now. Out: the old values to set, the fields that somebody has edited since, and those of which no old value is
//! known. A store keeps some values in its own way (rounds a price, trims a name): what it made of them is what the run left.
//! Must never know: how the old values are sent.

use super::check::check;
use super::fields::FieldChange;
use crate::domain::{ColumnId as C, Edit, Product, ProductPatch};

/// What can be set back of one product, and what cannot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undo {
    /// The old values of the fields that are as the run left them.
    pub values: ProductPatch,
    /// Fields that hold something else now. Of a nested value, its first column is named.
    pub edited: Vec<C>,
    /// Fields that are as the run left them, but whose old value is not known or cannot be set.
    pub lost: Vec<C>,
}

/// Compares a product with what a run left it as. `left` says where that is not what was `asked` for; columns that the store
/// does not show count as untouched, since nothing can be known of them.
#[must_use]
pub fn undo(asked: &ProductPatch, before: &ProductPatch, left: &[FieldChange], now: &Product) -> Undo {
    let is = check(asked, now, &[]).differences;
    let of = |changes: &[FieldChange], field: C| -> Vec<FieldChange> {
        changes.iter().filter(|change| field_of(change.column) == field).cloned().collect()
    };
    let (edited, untouched): (Vec<C>, Vec<C>) = fields(asked).into_iter().partition(|&field| of(&is, field) != of(left, field));
    let known = fields(before);
    let lost = untouched.iter().copied().filter(|field| !known.contains(field)).collect();
    Undo { values: only(before, &untouched), edited, lost }
}

/// Whether a patch sets the field that a column is part of.
#[must_use]
pub fn sets(patch: &ProductPatch, column: C) -> bool {
    fields(patch).contains(&field_of(column))
}

/// The field a column is part of, by its first column.
const fn field_of(column: C) -> C {
    match column {
        C::CollectName | C::CollectPhone | C::CollectAddress => C::UserInformationEnabled,
        C::ExpiringHighlightDuration | C::ExpiringHighlightTimeframe => C::ExpiringHighlightEnabled,
        column if column.is_permission() => C::PermissionEnabled,
        column => column,
    }
}

/// The fields that a patch sets, vouchers aside: of each its first column.
fn fields(patch: &ProductPatch) -> Vec<C> {
    let mut set = Vec::new();
    let _ = each(patch.clone(), &mut |column, is_set| {
        if is_set {
            set.push(column);
        }
        true
    });
    set
}

/// The patch with no other fields than these.
fn only(patch: &ProductPatch, columns: &[C]) -> ProductPatch {
    each(patch.clone(), &mut |column, _| columns.contains(&column))
}

/// Asks of every field whether it stays, saying whether it is set. Vouchers never stay.
fn each(patch: ProductPatch, stays: &mut dyn FnMut(C, bool) -> bool) -> ProductPatch {
    fn of<T>(stays: &mut dyn FnMut(C, bool) -> bool, column: C, edit: Edit<T>) -> Edit<T> {
        if stays(column, !edit.is_keep()) { edit } else { Edit::Keep }
    }
    // Exhaustive on purpose: a new field of a patch must be decided on before this compiles.
    let ProductPatch {
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
        permissions,
        vouchers: _,
    } = patch;
    ProductPatch {
        id,
        name: of(stays, C::Name, name),
        description: of(stays, C::Description, description),
        image: of(stays, C::Image, image),
        price: of(stays, C::Price, price),
        category_name: of(stays, C::CategoryName, category_name),
        is_discount_enabled: of(stays, C::DiscountEnabled, is_discount_enabled),
        discount_price: of(stays, C::DiscountPrice, discount_price),
        discount_start_date: of(stays, C::DiscountStartDate, discount_start_date),
        discount_end_date: of(stays, C::DiscountEndDate, discount_end_date),
        user_information: of(stays, C::UserInformationEnabled, user_information),
        should_prioritise_expiring_vouchers: of(stays, C::PrioritizeExpiringVouchers, should_prioritise_expiring_vouchers),
        should_display_remaining_quantity: of(stays, C::DisplayRemainingQuantity, should_display_remaining_quantity),
        expiring_voucher_highlight: of(stays, C::ExpiringHighlightEnabled, expiring_voucher_highlight),
        is_archived: of(stays, C::Archived, is_archived),
        redemption_instructions: of(stays, C::RedemptionInstructions, redemption_instructions),
        is_product_access_enabled: of(stays, C::ProductAccessEnabled, is_product_access_enabled),
        purchase_status_override_name: of(stays, C::PurchaseStatusOverrideName, purchase_status_override_name),
        permissions: of(stays, C::PermissionEnabled, permissions),
        vouchers: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Price, ProductId};

    fn patch(name: &str, price: u32) -> ProductPatch {
        let id = ProductId::from_bytes([1; 12]);
        ProductPatch { name: Edit::Set(name.into()), price: Edit::Set(Price::whole(price)), ..ProductPatch::nothing(id) }
    }

    fn product(name: &str, price: u32) -> Product {
        let id = ProductId::from_bytes([1; 12]);
        Product { name: Some(name.into()), price: Some(Price::whole(price)), ..Product::unknown(id) }
    }

    #[test]
    fn only_what_is_as_the_run_left_it_is_set_back() {
        let (asked, before) = (patch("New  name", 5), patch("Mug", 4));
        // The store made one blank of two.
        let left = check(&asked, &product("New name", 5), &[]).differences;
        let whole = undo(&asked, &before, &left, &product("New name", 5));
        assert_eq!(whole, Undo { values: before.clone(), edited: vec![], lost: vec![] });

        let edited = undo(&asked, &before, &left, &product("New name", 6));
        assert_eq!(edited.edited, [C::Price]);
        assert_eq!(edited.values, ProductPatch { price: Edit::Keep, ..before.clone() });

        // What was asked for, put there by somebody afterwards, is somebody's work too.
        assert_eq!(undo(&asked, &before, &left, &product("New  name", 5)).edited, [C::Name]);

        let unknown = ProductPatch { price: Edit::Keep, ..before };
        assert_eq!(undo(&asked, &unknown, &left, &product("New name", 5)).lost, [C::Price]);
    }
}
