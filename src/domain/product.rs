//! A product as the store holds it.

use super::open::{AccessLevel, IntervalUnit, PermissionType, Timeframe};
use super::{Price, ProductId, Timestamp};
use serde::{Deserialize, Serialize};

/// A product as the service returned it, in either documented generation ([dev 37690410], [dev 34355616]).
///
/// `None` means "not returned", which is not the same as empty: what was not returned cannot be compared. Where the
/// service may answer `null`, a second `Option` says so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Product {
    /// `_id`.
    pub id: ProductId,
    /// `communityID`: whose store this is.
    pub community_id: Option<String>,
    /// `name`.
    pub name: Option<String>,
    /// `description`, HTML.
    pub description: Option<String>,
    /// `image`, an address, or `null`.
    pub image: Option<Option<String>>,
    /// `price`.
    pub price: Option<Price>,
    /// `category`, the readable name, or `null` (generation B).
    pub category: Option<Option<String>>,
    /// `categoryID` (generation A, which returns no name).
    pub category_id: Option<String>,
    /// `stocks`: vouchers left. Read-only.
    pub stocks: Option<i64>,
    /// `discountPrice`, or `null`.
    pub discount_price: Option<Option<Price>>,
    /// `isDiscountEnabled`.
    pub is_discount_enabled: Option<bool>,
    /// `discountStartDate`, or `null`.
    pub discount_start_date: Option<Option<Timestamp>>,
    /// `discountEndDate`, or `null`.
    pub discount_end_date: Option<Option<Timestamp>>,
    /// `userInformation`; missing parts of it are `false`, as generation A leaves them out.
    pub user_information: Option<UserInformation>,
    /// `shouldPrioritiesExpiringVouchers` (spelt so by the service).
    pub should_prioritise_expiring_vouchers: Option<bool>,
    /// `shouldDisplayRemainingQuantity`.
    pub should_display_remaining_quantity: Option<bool>,
    /// `expiringVoucherHighlight`; missing parts of it take the documented example's values.
    pub expiring_voucher_highlight: Option<ExpiringHighlight>,
    /// `isArchived`.
    pub is_archived: Option<bool>,
    /// `totalOrders`. Read-only.
    pub total_orders: Option<i64>,
    /// `redemptionInstructions`, HTML.
    pub redemption_instructions: Option<String>,
    /// `productPermission`: who may see and buy it. Generation A never returns it.
    pub permissions: Option<Vec<Permission>>,
    /// `isProductAccessEnabled`.
    pub is_product_access_enabled: Option<bool>,
    /// `purchaseStatusOverride.status`, a name, or `null`.
    pub purchase_status_override: Option<Option<String>>,
    /// `createdAt`.
    pub created_at: Option<Timestamp>,
    /// `updatedAt`: changes with every write, so it tells whether somebody else was here.
    pub updated_at: Option<Timestamp>,
}

impl Product {
    /// A product of which nothing but the id is known.
    #[must_use]
    pub const fn unknown(id: ProductId) -> Self {
        Self {
            id,
            community_id: None,
            name: None,
            description: None,
            image: None,
            price: None,
            category: None,
            category_id: None,
            stocks: None,
            discount_price: None,
            is_discount_enabled: None,
            discount_start_date: None,
            discount_end_date: None,
            user_information: None,
            should_prioritise_expiring_vouchers: None,
            should_display_remaining_quantity: None,
            expiring_voucher_highlight: None,
            is_archived: None,
            total_orders: None,
            redemption_instructions: None,
            permissions: None,
            is_product_access_enabled: None,
            purchase_status_override: None,
            created_at: None,
            updated_at: None,
        }
    }
}

/// `userInformation`: what the buyer is asked for. Sent whole or not at all ([adss 37690410]).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserInformation {
    /// `isEnabled`.
    pub is_enabled: bool,
    /// `shouldCollectName`.
    pub should_collect_name: bool,
    /// `shouldCollectPhone`.
    pub should_collect_phone: bool,
    /// `shouldCollectAddress`.
    pub should_collect_address: bool,
}

/// `expiringVoucherHighlight`. Sent whole or not at all ([adss 37690410]).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExpiringHighlight {
    /// `isEnabled`.
    pub is_enabled: bool,
    /// `duration`, counted in `timeframe`.
    pub duration: u32,
    /// `timeframe`.
    pub timeframe: Timeframe,
}

impl Default for ExpiringHighlight {
    /// The values of the reference's example ([dev 37690410]): off, 7 days.
    fn default() -> Self {
        Self { is_enabled: false, duration: 7, timeframe: Timeframe::Days }
    }
}

/// One entry of `productPermission`. The list is sent whole, each entry in its complete shape ([adss 37690410]).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Permission {
    /// `isEnabled`.
    pub is_enabled: bool,
    /// `type`.
    pub kind: PermissionType,
    /// `permission.roleNames`.
    pub role_names: Vec<String>,
    /// `permission.tagNames`.
    pub tag_names: Vec<String>,
    /// `permission.usernames`.
    pub usernames: Vec<String>,
    /// `permission.combination`.
    pub combination: Vec<PermissionGroup>,
    /// `purchaseAccess.specialPrice`.
    pub special_price: Price,
    /// `purchaseAccess.isSpecialPriceEnabled`.
    pub is_special_price_enabled: bool,
    /// `purchaseLimit.isPurchaseLimitEnabled`.
    pub is_purchase_limit_enabled: bool,
    /// `purchaseLimit.quantity`.
    pub purchase_limit_quantity: u32,
    /// `purchaseLimit.intervalCount`.
    pub purchase_limit_interval_count: u32,
    /// `purchaseLimit.intervalUnit`.
    pub purchase_limit_interval_unit: IntervalUnit,
    /// `accessLevel`.
    pub access_level: AccessLevel,
    /// `isExclusiveTagEnabled`.
    pub is_exclusive_tag_enabled: bool,
}

impl Default for Permission {
    /// What a new entry starts from: the reference's example with nobody in it ([dev 37690410]).
    fn default() -> Self {
        Self {
            is_enabled: true,
            kind: PermissionType::Role,
            role_names: Vec::new(),
            tag_names: Vec::new(),
            usernames: Vec::new(),
            combination: Vec::new(),
            special_price: Price::whole(0),
            is_special_price_enabled: false,
            is_purchase_limit_enabled: false,
            purchase_limit_quantity: 1,
            purchase_limit_interval_count: 1,
            purchase_limit_interval_unit: IntervalUnit::Months,
            access_level: AccessLevel::FullAccess,
            is_exclusive_tag_enabled: false,
        }
    }
}

/// One of `permission.combination`: people who have all of `values`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PermissionGroup {
    /// `type`.
    pub kind: PermissionType,
    /// `values`, readable names.
    pub values: Vec<String>,
}
