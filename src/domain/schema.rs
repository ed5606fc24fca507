//! THE table of the 40 columns of an update file, in the documented order ([dev 37690410], [adss 37690410]).
//!
//! Reading, checking, templates, help, comparison and export all read this table; to add a column, add a variant to
//! [`ColumnId`] and a row to [`COLUMNS`], and follow the compiler.

use super::open::{AccessLevel, IntervalUnit, PermissionType, Timeframe};
use serde::{Deserialize, Serialize};

/// A column of the table, named by its documented header. The discriminant is its index in [`COLUMNS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[repr(u8)]
pub enum ColumnId {
    /// "Product ID".
    ProductId,
    /// "Name".
    Name,
    /// "Description".
    Description,
    /// "Image".
    Image,
    /// "Price".
    Price,
    /// "Category Name".
    CategoryName,
    /// "Discount Enabled".
    DiscountEnabled,
    /// "Discount Price".
    DiscountPrice,
    /// "Discount Start Date".
    DiscountStartDate,
    /// "Discount End Date".
    DiscountEndDate,
    /// "User Information Enabled".
    UserInformationEnabled,
    /// "Collect Name".
    CollectName,
    /// "Collect Phone".
    CollectPhone,
    /// "Collect Address".
    CollectAddress,
    /// "Prioritize Expiring Vouchers".
    PrioritizeExpiringVouchers,
    /// "Display Remaining Quantity".
    DisplayRemainingQuantity,
    /// "Expiring Highlight Enabled".
    ExpiringHighlightEnabled,
    /// "Expiring Highlight Duration".
    ExpiringHighlightDuration,
    /// "Expiring Highlight Timeframe".
    ExpiringHighlightTimeframe,
    /// "Archived".
    Archived,
    /// "Redemption Instructions".
    RedemptionInstructions,
    /// "Product Access Enabled".
    ProductAccessEnabled,
    /// "Purchase Status Override Name".
    PurchaseStatusOverrideName,
    /// "Vouchers".
    Vouchers,
    /// "Voucher Expire Date".
    VoucherExpireDate,
    /// "Permission Enabled".
    PermissionEnabled,
    /// "Permission Type".
    PermissionType,
    /// "Roles".
    Roles,
    /// "Tags".
    Tags,
    /// "Users".
    Users,
    /// "Combination Type".
    CombinationType,
    /// "Combination Values".
    CombinationValues,
    /// "Special Price".
    SpecialPrice,
    /// "Special Price Enabled".
    SpecialPriceEnabled,
    /// "Purchase Limit Enabled".
    PurchaseLimitEnabled,
    /// "Purchase Limit Quantity".
    PurchaseLimitQuantity,
    /// "Purchase Limit Interval Count".
    PurchaseLimitIntervalCount,
    /// "Purchase Limit Interval Unit".
    PurchaseLimitIntervalUnit,
    /// "Access Level".
    AccessLevel,
    /// "Exclusive Tag Enabled".
    ExclusiveTagEnabled,
}

/// What a column's cells hold, and so how they are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A product id.
    Id,
    /// One line or more of text, kept to the letter.
    Text,
    /// HTML, kept to the letter; shown as text everywhere but in a preview.
    Html,
    /// An https address.
    Url,
    /// An amount of the store's currency.
    Price,
    /// Yes or no.
    Boolean,
    /// A moment.
    Moment,
    /// A whole number from 0 to 4294967295.
    Count,
    /// One readable name that the service resolves inside the community.
    Name,
    /// A list of readable names.
    Names,
    /// A list of voucher codes.
    Codes,
    /// One of a set of words, of which the reference shows only examples: others are sent, with a warning.
    Choice(&'static [&'static str]),
}

/// One row of the table.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Which one.
    pub id: ColumnId,
    /// The documented CSV header.
    pub header: &'static str,
    /// Where the value sits in the JSON body of an update; `[]` marks the entries of a list.
    pub path: &'static str,
    /// What the cells hold.
    pub kind: Kind,
    /// A value that is right, used by the template and by messages.
    pub sample: &'static str,
    /// One or two sentences for the person who fills the column in.
    pub help: &'static str,
}

use ColumnId as C;

const fn column(
    id: ColumnId,
    header: &'static str,
    path: &'static str,
    kind: Kind,
    sample: &'static str,
    help: &'static str,
) -> Column {
    Column { id, header, path, kind, sample, help }
}

/// The 40 columns, in the documented order. Everything but "Product ID" may be left blank or left out.
#[rustfmt::skip]
pub static COLUMNS: [Column; 40] = [
    column(C::ProductId, "Product ID", "productID", Kind::Id, "507f1f77bcf86cd799439011",
        "Which product: 24 hexadecimal digits. Leave it blank to add a permission entry to the product above."),
    column(C::Name, "Name", "name", Kind::Text, "Premium Voucher",
        "The product's name."),
    column(C::Description, "Description", "description", Kind::Html, "<p>Updated premium access reward.</p>",
        "What the visitor reads, as HTML."),
    column(C::Image, "Image", "image", Kind::Url, "https://example.com/product.png",
        "The picture's https address. A picture packed into the cell (data:) is refused by the store."),
    column(C::Price, "Price", "price", Kind::Price, "120",
        "In the store's currency: digits and, if needed, one decimal point."),
    column(C::CategoryName, "Category Name", "categoryName", Kind::Name, "Premium Rewards",
        "The category's readable name, as the store spells it."),
    column(C::DiscountEnabled, "Discount Enabled", "isDiscountEnabled", Kind::Boolean, "false",
        "Whether the discount price applies."),
    column(C::DiscountPrice, "Discount Price", "discountPrice", Kind::Price, "100",
        "The price while the discount runs."),
    column(C::DiscountStartDate, "Discount Start Date", "discountStartDate", Kind::Moment, "2026-12-01",
        "When the discount starts."),
    column(C::DiscountEndDate, "Discount End Date", "discountEndDate", Kind::Moment, "2026-12-24",
        "When the discount ends."),
    column(C::UserInformationEnabled, "User Information Enabled", "userInformation.isEnabled", Kind::Boolean, "false",
        "Whether the buyer is asked for details."),
    column(C::CollectName, "Collect Name", "userInformation.shouldCollectName", Kind::Boolean, "false",
        "Whether the buyer is asked for a name."),
    column(C::CollectPhone, "Collect Phone", "userInformation.shouldCollectPhone", Kind::Boolean, "false",
        "Whether the buyer is asked for a phone number."),
    column(C::CollectAddress, "Collect Address", "userInformation.shouldCollectAddress", Kind::Boolean, "false",
        "Whether the buyer is asked for an address."),
    column(C::PrioritizeExpiringVouchers, "Prioritize Expiring Vouchers", "shouldPrioritiesExpiringVouchers", Kind::Boolean, "false",
        "Whether vouchers that expire first are given out first."),
    column(C::DisplayRemainingQuantity, "Display Remaining Quantity", "shouldDisplayRemainingQuantity", Kind::Boolean, "true",
        "Whether visitors see how many are left."),
    column(C::ExpiringHighlightEnabled, "Expiring Highlight Enabled", "expiringVoucherHighlight.isEnabled", Kind::Boolean, "false",
        "Whether vouchers about to expire are pointed out."),
    column(C::ExpiringHighlightDuration, "Expiring Highlight Duration", "expiringVoucherHighlight.duration", Kind::Count, "7",
        "How long before expiry, counted in the timeframe: a whole number."),
    column(C::ExpiringHighlightTimeframe, "Expiring Highlight Timeframe", "expiringVoucherHighlight.timeframe", Kind::Choice(Timeframe::KNOWN), "days",
        "The unit of the duration."),
    column(C::Archived, "Archived", "isArchived", Kind::Boolean, "false",
        "Whether the product is hidden from the store."),
    column(C::RedemptionInstructions, "Redemption Instructions", "redemptionInstructions", Kind::Html, "<p>Show this voucher at checkout.</p>",
        "What the buyer reads after the purchase, as HTML."),
    column(C::ProductAccessEnabled, "Product Access Enabled", "isProductAccessEnabled", Kind::Boolean, "false",
        "Whether the permission entries decide who may see and buy."),
    column(C::PurchaseStatusOverrideName, "Purchase Status Override Name", "purchaseStatusOverrideName", Kind::Name, "Pending",
        "The order status a purchase starts with, by its readable name."),
    column(C::Vouchers, "Vouchers", "vouchers", Kind::Codes, "VOUCHER-003|VOUCHER-004",
        "Codes to add to the stock. They are added, never replaced, and cannot be taken back."),
    column(C::VoucherExpireDate, "Voucher Expire Date", "voucherExpireDate", Kind::Moment, "2026-12-31T00:00:00.000Z",
        "When the codes of this row expire. Required with codes."),
    column(C::PermissionEnabled, "Permission Enabled", "productPermission[].isEnabled", Kind::Boolean, "true",
        "Whether this permission entry is in force."),
    column(C::PermissionType, "Permission Type", "productPermission[].type", Kind::Choice(PermissionType::KNOWN), "role",
        "What the entry goes by."),
    column(C::Roles, "Roles", "productPermission[].permission.roleNames", Kind::Names, "VIP Member",
        "Role names."),
    column(C::Tags, "Tags", "productPermission[].permission.tagNames", Kind::Names, "Early Access",
        "Tag names."),
    column(C::Users, "Users", "productPermission[].permission.usernames", Kind::Names, "alex",
        "User names."),
    column(C::CombinationType, "Combination Type", "productPermission[].permission.combination[].type", Kind::Choice(PermissionType::KNOWN), "role",
        "What the combination goes by."),
    column(C::CombinationValues, "Combination Values", "productPermission[].permission.combination[].values", Kind::Names, "VIP Member",
        "The names that a person must all have."),
    column(C::SpecialPrice, "Special Price", "productPermission[].purchaseAccess.specialPrice", Kind::Price, "80",
        "The price for the people of this entry."),
    column(C::SpecialPriceEnabled, "Special Price Enabled", "productPermission[].purchaseAccess.isSpecialPriceEnabled", Kind::Boolean, "false",
        "Whether the special price applies."),
    column(C::PurchaseLimitEnabled, "Purchase Limit Enabled", "productPermission[].purchaseLimit.isPurchaseLimitEnabled", Kind::Boolean, "false",
        "Whether purchases are limited."),
    column(C::PurchaseLimitQuantity, "Purchase Limit Quantity", "productPermission[].purchaseLimit.quantity", Kind::Count, "1",
        "How many may be bought in one interval: a whole number."),
    column(C::PurchaseLimitIntervalCount, "Purchase Limit Interval Count", "productPermission[].purchaseLimit.intervalCount", Kind::Count, "1",
        "How many units one interval lasts: a whole number."),
    column(C::PurchaseLimitIntervalUnit, "Purchase Limit Interval Unit", "productPermission[].purchaseLimit.intervalUnit", Kind::Choice(IntervalUnit::KNOWN), "months",
        "The unit of the interval."),
    column(C::AccessLevel, "Access Level", "productPermission[].accessLevel", Kind::Choice(AccessLevel::KNOWN), "full-access",
        "What the people of this entry may do."),
    column(C::ExclusiveTagEnabled, "Exclusive Tag Enabled", "productPermission[].isExclusiveTagEnabled", Kind::Boolean, "false",
        "Whether the product is marked as exclusive."),
];

impl ColumnId {
    /// The column's row of the table.
    #[must_use]
    #[allow(clippy::indexing_slicing, reason = "the discriminants are 0..40, which a test holds")]
    pub fn column(self) -> &'static Column {
        &COLUMNS[self as usize]
    }

    /// The documented CSV header.
    #[must_use]
    pub fn header(self) -> &'static str {
        self.column().header
    }

    /// Whether the column belongs to a permission entry, and so may stand in a row without a product id.
    #[must_use]
    pub const fn is_permission(self) -> bool {
        self as u8 >= ColumnId::PermissionEnabled as u8
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_column_stands_at_its_own_index() {
        for (index, column) in COLUMNS.iter().enumerate() {
            assert_eq!(column.id as usize, index, "{}", column.header);
            assert_eq!(column.id.is_permission(), column.path.starts_with("productPermission[]"), "{}", column.header);
        }
    }
}
