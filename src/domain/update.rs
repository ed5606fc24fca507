//! What a file asks for, and what is sent.

use super::open::{AccessLevel, IntervalUnit, PermissionType, Timeframe};
use super::{
    ExpiringHighlight, HttpsUrl, Permission, PermissionGroup, Price, ProductId, Timestamp, UserInformation, VoucherCode,
};
use serde::{Deserialize, Serialize};

/// One field of an update: left alone, or set. A blank cell is `Keep`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Edit<T> {
    /// Leave what the store has.
    #[default]
    Keep,
    /// Make it this.
    Set(T),
}

impl<T> Edit<T> {
    /// The new value, where there is one.
    pub const fn as_set(&self) -> Option<&T> {
        match self {
            Self::Keep => None,
            Self::Set(value) => Some(value),
        }
    }

    /// Whether the field is left alone.
    pub const fn is_keep(&self) -> bool {
        matches!(self, Self::Keep)
    }
}

impl<T> From<Option<T>> for Edit<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Keep, Self::Set)
    }
}

/// What a file asks for one product: typed, not yet compared with the live store. Parts of nested values may be given
/// one by one; they are completed from the live product before they are sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProductUpdate {
    /// Which product.
    pub id: ProductId,
    /// Column "Name".
    pub name: Edit<String>,
    /// Column "Description".
    pub description: Edit<String>,
    /// Column "Image".
    pub image: Edit<HttpsUrl>,
    /// Column "Price".
    pub price: Edit<Price>,
    /// Column "Category Name".
    pub category_name: Edit<String>,
    /// Column "Discount Enabled".
    pub is_discount_enabled: Edit<bool>,
    /// Column "Discount Price".
    pub discount_price: Edit<Price>,
    /// Column "Discount Start Date".
    pub discount_start_date: Edit<Timestamp>,
    /// Column "Discount End Date".
    pub discount_end_date: Edit<Timestamp>,
    /// Columns "User Information Enabled", "Collect Name", "Collect Phone", "Collect Address".
    pub user_information: UserInformationEdit,
    /// Column "Prioritize Expiring Vouchers".
    pub should_prioritise_expiring_vouchers: Edit<bool>,
    /// Column "Display Remaining Quantity".
    pub should_display_remaining_quantity: Edit<bool>,
    /// Columns "Expiring Highlight …".
    pub expiring_voucher_highlight: ExpiringHighlightEdit,
    /// Column "Archived".
    pub is_archived: Edit<bool>,
    /// Column "Redemption Instructions".
    pub redemption_instructions: Edit<String>,
    /// Column "Product Access Enabled".
    pub is_product_access_enabled: Edit<bool>,
    /// Column "Purchase Status Override Name".
    pub purchase_status_override_name: Edit<String>,
    /// Columns "Vouchers" and "Voucher Expire Date".
    pub vouchers: Option<VoucherAppend>,
    /// Columns 26 to 40, an entry a row. `None` when the file touches no permission of this product.
    pub permissions: Option<Vec<PermissionEdit>>,
}

impl ProductUpdate {
    /// An update that asks for nothing.
    #[must_use]
    pub fn nothing(id: ProductId) -> Self {
        Self {
            id,
            name: Edit::Keep,
            description: Edit::Keep,
            image: Edit::Keep,
            price: Edit::Keep,
            category_name: Edit::Keep,
            is_discount_enabled: Edit::Keep,
            discount_price: Edit::Keep,
            discount_start_date: Edit::Keep,
            discount_end_date: Edit::Keep,
            user_information: UserInformationEdit::default(),
            should_prioritise_expiring_vouchers: Edit::Keep,
            should_display_remaining_quantity: Edit::Keep,
            expiring_voucher_highlight: ExpiringHighlightEdit::default(),
            is_archived: Edit::Keep,
            redemption_instructions: Edit::Keep,
            is_product_access_enabled: Edit::Keep,
            purchase_status_override_name: Edit::Keep,
            vouchers: None,
            permissions: None,
        }
    }
}

/// The parts of `userInformation` that a file sets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UserInformationEdit {
    /// `isEnabled`.
    pub is_enabled: Edit<bool>,
    /// `shouldCollectName`.
    pub should_collect_name: Edit<bool>,
    /// `shouldCollectPhone`.
    pub should_collect_phone: Edit<bool>,
    /// `shouldCollectAddress`.
    pub should_collect_address: Edit<bool>,
}

/// The parts of `expiringVoucherHighlight` that a file sets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExpiringHighlightEdit {
    /// `isEnabled`.
    pub is_enabled: Edit<bool>,
    /// `duration`.
    pub duration: Edit<u32>,
    /// `timeframe`.
    pub timeframe: Edit<Timeframe>,
}

/// The parts of one `productPermission` entry that a row sets. The n-th entry of a product in the file is completed
/// from the n-th entry the live product has, or from [`Permission::default`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PermissionEdit {
    /// `isEnabled`.
    pub is_enabled: Edit<bool>,
    /// `type`.
    pub kind: Edit<PermissionType>,
    /// `permission.roleNames`.
    pub role_names: Edit<Vec<String>>,
    /// `permission.tagNames`.
    pub tag_names: Edit<Vec<String>>,
    /// `permission.usernames`.
    pub usernames: Edit<Vec<String>>,
    /// `permission.combination`: all of them, from "Combination Type" and "Combination Values".
    pub combination: Edit<Vec<PermissionGroup>>,
    /// `purchaseAccess.specialPrice`.
    pub special_price: Edit<Price>,
    /// `purchaseAccess.isSpecialPriceEnabled`.
    pub is_special_price_enabled: Edit<bool>,
    /// `purchaseLimit.isPurchaseLimitEnabled`.
    pub is_purchase_limit_enabled: Edit<bool>,
    /// `purchaseLimit.quantity`.
    pub purchase_limit_quantity: Edit<u32>,
    /// `purchaseLimit.intervalCount`.
    pub purchase_limit_interval_count: Edit<u32>,
    /// `purchaseLimit.intervalUnit`.
    pub purchase_limit_interval_unit: Edit<IntervalUnit>,
    /// `accessLevel`.
    pub access_level: Edit<AccessLevel>,
    /// `isExclusiveTagEnabled`.
    pub is_exclusive_tag_enabled: Edit<bool>,
}

/// Voucher codes to append, with the one expiry date they share. The service requires the date whenever there are codes
/// ([adss 37690410]), so there is no way to have one without the other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VoucherAppend {
    /// The codes, in the file's order, none twice.
    pub codes: Vec<VoucherCode>,
    /// `voucherExpireDate`.
    pub expire_date: Timestamp,
}

/// What is sent for one product: only fields that differ from the live store, nested values whole. Dates and names that
/// the reference shows as `null` can be set to nothing (`None`), which an undo needs and a CSV cannot say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductPatch {
    /// `productID`.
    pub id: ProductId,
    /// `name`.
    pub name: Edit<String>,
    /// `description`.
    pub description: Edit<String>,
    /// `image`.
    pub image: Edit<String>,
    /// `price`.
    pub price: Edit<Price>,
    /// `categoryName`.
    pub category_name: Edit<String>,
    /// `isDiscountEnabled`.
    pub is_discount_enabled: Edit<bool>,
    /// `discountPrice`.
    pub discount_price: Edit<Price>,
    /// `discountStartDate`.
    pub discount_start_date: Edit<Option<Timestamp>>,
    /// `discountEndDate`.
    pub discount_end_date: Edit<Option<Timestamp>>,
    /// `userInformation`, whole.
    pub user_information: Edit<UserInformation>,
    /// `shouldPrioritiesExpiringVouchers`.
    pub should_prioritise_expiring_vouchers: Edit<bool>,
    /// `shouldDisplayRemainingQuantity`.
    pub should_display_remaining_quantity: Edit<bool>,
    /// `expiringVoucherHighlight`, whole.
    pub expiring_voucher_highlight: Edit<ExpiringHighlight>,
    /// `isArchived`.
    pub is_archived: Edit<bool>,
    /// `redemptionInstructions`.
    pub redemption_instructions: Edit<String>,
    /// `isProductAccessEnabled`.
    pub is_product_access_enabled: Edit<bool>,
    /// `purchaseStatusOverrideName`.
    pub purchase_status_override_name: Edit<Option<String>>,
    /// `productPermission`, whole: it replaces the product's list.
    pub permissions: Edit<Vec<Permission>>,
    /// `vouchers` and `voucherExpireDate`: appended, never replaced, never taken back.
    pub vouchers: Option<VoucherAppend>,
}

impl ProductPatch {
    /// A patch that changes nothing.
    #[must_use]
    pub const fn nothing(id: ProductId) -> Self {
        Self {
            id,
            name: Edit::Keep,
            description: Edit::Keep,
            image: Edit::Keep,
            price: Edit::Keep,
            category_name: Edit::Keep,
            is_discount_enabled: Edit::Keep,
            discount_price: Edit::Keep,
            discount_start_date: Edit::Keep,
            discount_end_date: Edit::Keep,
            user_information: Edit::Keep,
            should_prioritise_expiring_vouchers: Edit::Keep,
            should_display_remaining_quantity: Edit::Keep,
            expiring_voucher_highlight: Edit::Keep,
            is_archived: Edit::Keep,
            redemption_instructions: Edit::Keep,
            is_product_access_enabled: Edit::Keep,
            purchase_status_override_name: Edit::Keep,
            permissions: Edit::Keep,
            vouchers: None,
        }
    }

    /// Whether no field is set (vouchers are not a field).
    #[must_use]
    pub fn has_fields(&self) -> bool {
        let without_vouchers = Self { vouchers: None, ..self.clone() };
        without_vouchers != Self::nothing(self.id)
    }
}
