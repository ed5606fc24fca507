//! Does the store hold what it was sent?
//!
//! In: the patch that was sent, and the product as the store returns it now. Out: a [`Checked`]: what differs, how much is
//! proven, what cannot be seen. Vouchers are not fields and are not looked at. Must never know: HTTP.

use super::diff::{live_category, short};
use super::fields::{FieldChange, Leaves, Live, Show, Shown};
use crate::domain::{Category, ColumnId as C, Edit, ExpiringHighlight, Permission, Product, ProductPatch, UserInformation};
use serde::{Deserialize, Serialize};

/// A patch held against the product it was for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checked {
    /// Where the store holds something else: `old` is what was asked for, `new` what it holds.
    pub differences: Vec<FieldChange>,
    /// Columns that hold exactly what was asked for.
    pub same: u16,
    /// Columns that the store does not return, so that nothing is known about them.
    pub not_shown: Vec<C>,
}

/// Compares what was sent with what the store holds.
#[must_use]
pub fn check(patch: &ProductPatch, held: &Product, categories: &[Category]) -> Checked {
    // Exhaustive on purpose: a new field of a patch must be proven before this compiles.
    let ProductPatch {
        id: _,
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
    let mut l = Leaves::default();
    field(&mut l, C::Name, name, (&held.name).into());
    field(&mut l, C::Description, description, (&held.description).into());
    field(&mut l, C::Image, image, Live::nullable(&held.image));
    field(&mut l, C::Price, price, (&held.price).into());
    field(&mut l, C::CategoryName, category_name, live_category(held, categories));
    field(&mut l, C::DiscountEnabled, is_discount_enabled, (&held.is_discount_enabled).into());
    field(&mut l, C::DiscountPrice, discount_price, Live::nullable(&held.discount_price));
    field(&mut l, C::DiscountStartDate, discount_start_date, (&held.discount_start_date).into());
    field(&mut l, C::DiscountEndDate, discount_end_date, (&held.discount_end_date).into());
    if let Edit::Set(asked) = user_information {
        user(&mut l, asked, (&held.user_information).into());
    }
    let (prioritise, remaining) = (&held.should_prioritise_expiring_vouchers, &held.should_display_remaining_quantity);
    field(&mut l, C::PrioritizeExpiringVouchers, should_prioritise_expiring_vouchers, prioritise.into());
    field(&mut l, C::DisplayRemainingQuantity, should_display_remaining_quantity, remaining.into());
    if let Edit::Set(asked) = expiring_voucher_highlight {
        highlight(&mut l, asked, (&held.expiring_voucher_highlight).into());
    }
    field(&mut l, C::Archived, is_archived, (&held.is_archived).into());
    field(&mut l, C::RedemptionInstructions, redemption_instructions, (&held.redemption_instructions).into());
    field(&mut l, C::ProductAccessEnabled, is_product_access_enabled, (&held.is_product_access_enabled).into());
    let status = (&held.purchase_status_override).into();
    field(&mut l, C::PurchaseStatusOverrideName, purchase_status_override_name, status);
    match (permissions, &held.permissions) {
        (Edit::Keep, _) => {}
        (Edit::Set(_), None) => l.hidden(C::PermissionEnabled),
        (Edit::Set(asked), Some(held)) => {
            for index in 0..asked.len().max(held.len()) {
                entry(&mut l, short(index), asked.get(index), held.get(index));
            }
            // Both empty: the emptiness itself is what was asked for.
            l.same += u16::from(asked.is_empty() && held.is_empty());
        }
    }
    let differences = l
        .changes
        .into_iter()
        .filter(|change| change.old != Shown::NotReturned)
        .map(|FieldChange { column, entry, old: held, new: asked }| FieldChange { column, entry, old: asked, new: held })
        .collect();
    Checked { differences, same: l.same, not_shown: l.not_shown }
}

fn field<T: Show + PartialEq>(l: &mut Leaves, column: C, asked: &Edit<T>, held: Live<&T>) {
    if let Edit::Set(asked) = asked {
        l.leaf(column, None, asked, held);
    }
}

fn user(l: &mut Leaves, asked: &UserInformation, held: Live<&UserInformation>) {
    let UserInformation { is_enabled, should_collect_name, should_collect_phone, should_collect_address } = asked;
    l.leaf(C::UserInformationEnabled, None, is_enabled, held.map(|u| &u.is_enabled));
    l.leaf(C::CollectName, None, should_collect_name, held.map(|u| &u.should_collect_name));
    l.leaf(C::CollectPhone, None, should_collect_phone, held.map(|u| &u.should_collect_phone));
    l.leaf(C::CollectAddress, None, should_collect_address, held.map(|u| &u.should_collect_address));
}

fn highlight(l: &mut Leaves, asked: &ExpiringHighlight, held: Live<&ExpiringHighlight>) {
    let ExpiringHighlight { is_enabled, duration, timeframe } = asked;
    l.leaf(C::ExpiringHighlightEnabled, None, is_enabled, held.map(|h| &h.is_enabled));
    l.leaf(C::ExpiringHighlightDuration, None, duration, held.map(|h| &h.duration));
    l.leaf(C::ExpiringHighlightTimeframe, None, timeframe, held.map(|h| &h.timeframe));
}

fn entry(l: &mut Leaves, index: u16, asked: Option<&Permission>, held: Option<&Permission>) {
    let at = Some(index);
    let Some(asked) = asked else {
        let old = held.map_or(Shown::Nothing, |extra| extra.kind.shown());
        l.changes.push(FieldChange { column: C::PermissionType, entry: at, old, new: Shown::Nothing });
        return;
    };
    let held = held.map_or(Live::Nothing, Live::Is);
    let Permission {
        is_enabled,
        kind,
        role_names,
        tag_names,
        usernames,
        combination,
        special_price,
        is_special_price_enabled,
        is_purchase_limit_enabled,
        purchase_limit_quantity,
        purchase_limit_interval_count,
        purchase_limit_interval_unit,
        access_level,
        is_exclusive_tag_enabled,
    } = asked;
    l.leaf(C::PermissionEnabled, at, is_enabled, held.map(|p| &p.is_enabled));
    l.leaf(C::PermissionType, at, kind, held.map(|p| &p.kind));
    l.leaf(C::Roles, at, role_names, held.map(|p| &p.role_names));
    l.leaf(C::Tags, at, tag_names, held.map(|p| &p.tag_names));
    l.leaf(C::Users, at, usernames, held.map(|p| &p.usernames));
    l.leaf(C::CombinationValues, at, combination, held.map(|p| &p.combination));
    l.leaf(C::SpecialPrice, at, special_price, held.map(|p| &p.special_price));
    l.leaf(C::SpecialPriceEnabled, at, is_special_price_enabled, held.map(|p| &p.is_special_price_enabled));
    l.leaf(C::PurchaseLimitEnabled, at, is_purchase_limit_enabled, held.map(|p| &p.is_purchase_limit_enabled));
    l.leaf(C::PurchaseLimitQuantity, at, purchase_limit_quantity, held.map(|p| &p.purchase_limit_quantity));
    l.leaf(C::PurchaseLimitIntervalCount, at, purchase_limit_interval_count, held.map(|p| &p.purchase_limit_interval_count));
    l.leaf(C::PurchaseLimitIntervalUnit, at, purchase_limit_interval_unit, held.map(|p| &p.purchase_limit_interval_unit));
    l.leaf(C::AccessLevel, at, access_level, held.map(|p| &p.access_level));
    l.leaf(C::ExclusiveTagEnabled, at, is_exclusive_tag_enabled, held.map(|p| &p.is_exclusive_tag_enabled));
}
