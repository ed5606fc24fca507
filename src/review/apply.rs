//! What the store should hold after a patch, and what it held before.
//!
//! In: a patch and the live product. Out: the product as it should be, or the patch that sets it back. Pure arithmetic on
//! nouns. Must never know: whether the patch was ever sent.

use super::diff::live_category;
use super::fields::Live;
use super::seen::Seen;
use crate::domain::{Category, ColumnId as C, Edit, Product, ProductId, ProductPatch};
use serde::{Deserialize, Serialize};

/// What is remembered of a product from before it was changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Before {
    /// Which product.
    pub id: ProductId,
    /// Its name, for reports.
    pub name: Option<String>,
    /// The old values of the fields that change, as a patch that would set them back.
    pub values: ProductPatch,
    /// What tells whether somebody else has changed it since.
    pub seen: Seen,
    /// Where the store's list shows it, from 0: its neighbours are read with it by one request.
    pub place: Option<u32>,
}

impl Before {
    /// Of a product of which nothing is remembered.
    #[must_use]
    pub const fn nothing(id: ProductId) -> Self {
        Self { id, name: None, values: ProductPatch::nothing(id), seen: Seen::NOTHING, place: None }
    }
}

impl From<&super::Comparison> for Before {
    fn from(comparison: &super::Comparison) -> Self {
        let super::Comparison { id, name, before, seen, .. } = comparison;
        Self { id: *id, name: name.clone(), values: before.clone(), seen: seen.clone(), place: None }
    }
}

/// The product as the store should return it once `patch` is applied to `live`. Vouchers add to `stocks`; `updated_at` is
/// the service's to change.
#[must_use]
pub fn apply(patch: &ProductPatch, live: &Product) -> Product {
    // Exhaustive on purpose: a new field of a patch must be applied before this compiles.
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
        vouchers,
    } = patch;
    let mut product = live.clone();
    set(&mut product.name, name);
    set(&mut product.description, description);
    set_nullable(&mut product.image, image);
    set(&mut product.price, price);
    if let Edit::Set(name) = category_name {
        product.category = Some(Some(name.clone()));
        // The new category's id is not known from its name alone.
        product.category_id = None;
    }
    set(&mut product.is_discount_enabled, is_discount_enabled);
    set_nullable(&mut product.discount_price, discount_price);
    set(&mut product.discount_start_date, discount_start_date);
    set(&mut product.discount_end_date, discount_end_date);
    set(&mut product.user_information, user_information);
    set(&mut product.should_prioritise_expiring_vouchers, should_prioritise_expiring_vouchers);
    set(&mut product.should_display_remaining_quantity, should_display_remaining_quantity);
    set(&mut product.expiring_voucher_highlight, expiring_voucher_highlight);
    set(&mut product.is_archived, is_archived);
    set(&mut product.redemption_instructions, redemption_instructions);
    set(&mut product.is_product_access_enabled, is_product_access_enabled);
    set(&mut product.purchase_status_override, purchase_status_override_name);
    set(&mut product.permissions, permissions);
    if let Some(append) = vouchers {
        let count = i64::try_from(append.codes.len()).unwrap_or(i64::MAX);
        product.stocks = product.stocks.map(|left| left.saturating_add(count));
    }
    product
}

fn set<T: Clone>(field: &mut Option<T>, edit: &Edit<T>) {
    if let Edit::Set(value) = edit {
        *field = Some(value.clone());
    }
}

fn set_nullable<T: Clone>(field: &mut Option<Option<T>>, edit: &Edit<T>) {
    if let Edit::Set(value) = edit {
        *field = Some(Some(value.clone()));
    }
}

/// The live values of exactly the fields that `patch` sets, as a patch that would set them back; and the columns for which
/// there is none, because the store does not show the old value or has no word for setting it. Of a nested value, its first
/// column is named. Vouchers cannot be taken back at all, so they are in neither.
#[must_use]
pub fn before(patch: &ProductPatch, live: &Product, categories: &[Category]) -> (ProductPatch, Vec<C>) {
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
    let mut l = Lost(Vec::new());
    let prioritise = &live.should_prioritise_expiring_vouchers;
    let old = ProductPatch {
        id: *id,
        name: l.old(C::Name, name, (&live.name).into()),
        description: l.old(C::Description, description, (&live.description).into()),
        image: l.old(C::Image, image, Live::nullable(&live.image)),
        price: l.old(C::Price, price, (&live.price).into()),
        category_name: l.old(C::CategoryName, category_name, live_category(live, categories)),
        is_discount_enabled: l.old(C::DiscountEnabled, is_discount_enabled, (&live.is_discount_enabled).into()),
        discount_price: l.old(C::DiscountPrice, discount_price, Live::nullable(&live.discount_price)),
        discount_start_date: l.old(C::DiscountStartDate, discount_start_date, (&live.discount_start_date).into()),
        discount_end_date: l.old(C::DiscountEndDate, discount_end_date, (&live.discount_end_date).into()),
        user_information: l.old(C::UserInformationEnabled, user_information, (&live.user_information).into()),
        should_prioritise_expiring_vouchers: l.old(
            C::PrioritizeExpiringVouchers,
            should_prioritise_expiring_vouchers,
            prioritise.into(),
        ),
        should_display_remaining_quantity: l.old(
            C::DisplayRemainingQuantity,
            should_display_remaining_quantity,
            (&live.should_display_remaining_quantity).into(),
        ),
        expiring_voucher_highlight: l.old(
            C::ExpiringHighlightEnabled,
            expiring_voucher_highlight,
            (&live.expiring_voucher_highlight).into(),
        ),
        is_archived: l.old(C::Archived, is_archived, (&live.is_archived).into()),
        redemption_instructions: l.old(
            C::RedemptionInstructions,
            redemption_instructions,
            (&live.redemption_instructions).into(),
        ),
        is_product_access_enabled: l.old(
            C::ProductAccessEnabled,
            is_product_access_enabled,
            (&live.is_product_access_enabled).into(),
        ),
        purchase_status_override_name: l.old(
            C::PurchaseStatusOverrideName,
            purchase_status_override_name,
            (&live.purchase_status_override).into(),
        ),
        permissions: l.old(C::PermissionEnabled, permissions, (&live.permissions).into()),
        vouchers: None,
    };
    (old, l.0)
}

struct Lost(Vec<C>);

impl Lost {
    fn old<T: Clone>(&mut self, column: C, new: &Edit<T>, live: Live<&T>) -> Edit<T> {
        match (new, live) {
            (Edit::Keep, _) => Edit::Keep,
            (Edit::Set(_), Live::Is(old)) => Edit::Set(old.clone()),
            (Edit::Set(_), Live::Nothing | Live::NotReturned) => {
                self.0.push(column);
                Edit::Keep
            }
        }
    }
}
