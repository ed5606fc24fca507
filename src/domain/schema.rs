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
    /// Other headers that files have for it, besides `header` and `path`: names that shop exports use, and short forms.
    /// Compared without regard to case, marks and a plural s.
    pub aliases: &'static [&'static str],
}

/// A column that our own reports or the store's answers have and that cannot be written: header, and what it is.
pub static READ_ONLY: [(&str, &str); 18] = [
    ("Line", "the line in a report"),
    ("Outcome", "what became of the product in a report"),
    ("Part", "what was sent, in a report"),
    ("Details", "the words of a report"),
    ("Problems", "what was wrong with the row"),
    ("Times Sent", "a count in a report"),
    ("Last Sent", "a moment in a report"),
    ("communityID", "the community, which the key decides"),
    ("stocks", "how many vouchers are left"),
    ("totalOrders", "how often it was bought"),
    ("createdAt", "when it was made"),
    ("updatedAt", "when it was last changed"),
    ("type", "an older field of the store"),
    ("displayOrder", "an older field of the store"),
    ("categoryID", "an older field of the store; the category goes by its name"),
    ("customOptions", "an older field of the store"),
    ("i18n", "translations"),
    ("purchaseStatusOverride.isEnabled", "whether a status name is set"),
];

use ColumnId as C;

const fn column(
    id: ColumnId,
    header: &'static str,
    path: &'static str,
    kind: Kind,
    sample: &'static str,
    help: &'static str,
    aliases: &'static [&'static str],
) -> Column {
    Column { id, header, path, kind, sample, help, aliases }
}

/// The 40 columns, in the documented order. Everything but "Product ID" may be left blank or left out.
#[rustfmt::skip]
pub static COLUMNS: [Column; 40] = [
    column(C::ProductId, "Product ID", "productID", Kind::Id, "507f1f77bcf86cd799439011",
        "Which product: 24 hexadecimal digits. Leave it blank to add a permission entry to the product above.",
        &["_id", "ID", "Product", "Product Ref", "Product Identifier", "Reward ID", "Item ID", "Object ID"]),
    column(C::Name, "Name", "name", Kind::Text, "Premium Voucher",
        "The product's name.",
        &["Product Name", "Product Title", "Title", "Item Name", "Reward Name"]),
    column(C::Description, "Description", "description", Kind::Html, "<p>Updated premium access reward.</p>",
        "What the visitor reads, as HTML.",
        &["Product Description", "Long Description", "Description HTML", "Body HTML"]),
    column(C::Image, "Image", "image", Kind::Url, "https://example.com/product.png",
        "The picture's https address. A picture packed into the cell (data:) is refused by the store.",
        &["Image URL", "Image Link", "Image Src", "Product Image", "Picture", "Photo", "Thumbnail"]),
    column(C::Price, "Price", "price", Kind::Price, "120",
        "In the store's currency: digits and, if needed, one decimal point.",
        &["Regular Price", "Unit Price", "Variant Price", "Product Price", "List Price"]),
    column(C::CategoryName, "Category Name", "categoryName", Kind::Name, "Premium Rewards",
        "The category's readable name, as the store spells it.",
        &["Category", "Product Category", "Collection"]),
    column(C::DiscountEnabled, "Discount Enabled", "isDiscountEnabled", Kind::Boolean, "false",
        "Whether the discount price applies.",
        &["On Sale", "Discounted", "Is Discounted", "Discount Active"]),
    column(C::DiscountPrice, "Discount Price", "discountPrice", Kind::Price, "100",
        "The price while the discount runs.",
        &["Sale Price", "Discounted Price", "Promo Price"]),
    column(C::DiscountStartDate, "Discount Start Date", "discountStartDate", Kind::Moment, "2026-12-01",
        "When the discount starts.",
        &["Discount Start", "Discount From", "Sale Start Date", "Sale Start", "Date Sale Price Starts"]),
    column(C::DiscountEndDate, "Discount End Date", "discountEndDate", Kind::Moment, "2026-12-24",
        "When the discount ends.",
        &["Discount End", "Discount To", "Discount Until", "Sale End Date", "Sale End", "Date Sale Price Ends"]),
    column(C::UserInformationEnabled, "User Information Enabled", "userInformation.isEnabled", Kind::Boolean, "false",
        "Whether the buyer is asked for details.",
        &["User Information", "User Info Enabled"]),
    column(C::CollectName, "Collect Name", "userInformation.shouldCollectName", Kind::Boolean, "false",
        "Whether the buyer is asked for a name.",
        &["Ask Name", "Should Collect Name"]),
    column(C::CollectPhone, "Collect Phone", "userInformation.shouldCollectPhone", Kind::Boolean, "false",
        "Whether the buyer is asked for a phone number.",
        &["Ask Phone", "Collect Phone Number"]),
    column(C::CollectAddress, "Collect Address", "userInformation.shouldCollectAddress", Kind::Boolean, "false",
        "Whether the buyer is asked for an address.",
        &["Ask Address", "Collect Shipping Address"]),
    column(C::PrioritizeExpiringVouchers, "Prioritize Expiring Vouchers", "shouldPrioritiesExpiringVouchers", Kind::Boolean, "false",
        "Whether vouchers that expire first are given out first.",
        &["Prioritise Expiring Vouchers", "Should Prioritize Expiring Vouchers"]),
    column(C::DisplayRemainingQuantity, "Display Remaining Quantity", "shouldDisplayRemainingQuantity", Kind::Boolean, "true",
        "Whether visitors see how many are left.",
        &["Show Remaining Quantity", "Show Stock", "Display Stock"]),
    column(C::ExpiringHighlightEnabled, "Expiring Highlight Enabled", "expiringVoucherHighlight.isEnabled", Kind::Boolean, "false",
        "Whether vouchers about to expire are pointed out.",
        &["Expiring Voucher Highlight", "Highlight Expiring Vouchers"]),
    column(C::ExpiringHighlightDuration, "Expiring Highlight Duration", "expiringVoucherHighlight.duration", Kind::Count, "7",
        "How long before expiry, counted in the timeframe: a whole number.",
        &["Highlight Duration"]),
    column(C::ExpiringHighlightTimeframe, "Expiring Highlight Timeframe", "expiringVoucherHighlight.timeframe", Kind::Choice(Timeframe::KNOWN), "days",
        "The unit of the duration.",
        &["Highlight Timeframe"]),
    column(C::Archived, "Archived", "isArchived", Kind::Boolean, "false",
        "Whether the product is hidden from the store.",
        &["Is Archived", "Archive"]),
    column(C::RedemptionInstructions, "Redemption Instructions", "redemptionInstructions", Kind::Html, "<p>Show this voucher at checkout.</p>",
        "What the buyer reads after the purchase, as HTML.",
        &["Redemption Instruction", "How to Redeem", "Instructions"]),
    column(C::ProductAccessEnabled, "Product Access Enabled", "isProductAccessEnabled", Kind::Boolean, "false",
        "Whether the permission entries decide who may see and buy.",
        &["Product Access", "Access Enabled"]),
    column(C::PurchaseStatusOverrideName, "Purchase Status Override Name", "purchaseStatusOverrideName", Kind::Name, "Pending",
        "The order status a purchase starts with, by its readable name.",
        &["Purchase Status Override", "Purchase Status", "purchaseStatusOverride.status"]),
    column(C::Vouchers, "Vouchers", "vouchers", Kind::Codes, "VOUCHER-003|VOUCHER-004",
        "Codes to add to the stock. They are added, never replaced, and cannot be taken back.",
        &["Voucher Code", "Code", "Coupon Code", "Coupon", "Gift Code"]),
    column(C::VoucherExpireDate, "Voucher Expire Date", "voucherExpireDate", Kind::Moment, "2026-12-31T00:00:00.000Z",
        "When the codes of this row expire. Required with codes.",
        &["Voucher Expiry Date", "Voucher Expiration Date", "Voucher Expiry", "Expiry Date", "Expiration Date", "Expires", "Valid Until"]),
    column(C::PermissionEnabled, "Permission Enabled", "productPermission[].isEnabled", Kind::Boolean, "true",
        "Whether this permission entry is in force.",
        &["Is Permission Enabled"]),
    column(C::PermissionType, "Permission Type", "productPermission[].type", Kind::Choice(PermissionType::KNOWN), "role",
        "What the entry goes by.",
        &[]),
    column(C::Roles, "Roles", "productPermission[].permission.roleNames", Kind::Names, "VIP Member",
        "Role names.",
        &["Role Name", "Permission Roles"]),
    column(C::Tags, "Tags", "productPermission[].permission.tagNames", Kind::Names, "Early Access",
        "Tag names.",
        &["Tag Name", "Permission Tags"]),
    column(C::Users, "Users", "productPermission[].permission.usernames", Kind::Names, "alex",
        "User names.",
        &["Username", "User Name", "Permission Users"]),
    column(C::CombinationType, "Combination Type", "productPermission[].permission.combination[].type", Kind::Choice(PermissionType::KNOWN), "role",
        "What the combination goes by.",
        &[]),
    column(C::CombinationValues, "Combination Values", "productPermission[].permission.combination[].values", Kind::Names, "VIP Member",
        "The names that a person must all have.",
        &["Combination"]),
    column(C::SpecialPrice, "Special Price", "productPermission[].purchaseAccess.specialPrice", Kind::Price, "80",
        "The price for the people of this entry.",
        &["Member Price", "VIP Price"]),
    column(C::SpecialPriceEnabled, "Special Price Enabled", "productPermission[].purchaseAccess.isSpecialPriceEnabled", Kind::Boolean, "false",
        "Whether the special price applies.",
        &["Is Special Price"]),
    column(C::PurchaseLimitEnabled, "Purchase Limit Enabled", "productPermission[].purchaseLimit.isPurchaseLimitEnabled", Kind::Boolean, "false",
        "Whether purchases are limited.",
        &["Limit Enabled"]),
    column(C::PurchaseLimitQuantity, "Purchase Limit Quantity", "productPermission[].purchaseLimit.quantity", Kind::Count, "1",
        "How many may be bought in one interval: a whole number.",
        &["Purchase Limit", "Limit Quantity", "Max Per Customer"]),
    column(C::PurchaseLimitIntervalCount, "Purchase Limit Interval Count", "productPermission[].purchaseLimit.intervalCount", Kind::Count, "1",
        "How many units one interval lasts: a whole number.",
        &["Limit Interval Count", "Interval Count"]),
    column(C::PurchaseLimitIntervalUnit, "Purchase Limit Interval Unit", "productPermission[].purchaseLimit.intervalUnit", Kind::Choice(IntervalUnit::KNOWN), "months",
        "The unit of the interval.",
        &["Limit Interval Unit", "Interval Unit"]),
    column(C::AccessLevel, "Access Level", "productPermission[].accessLevel", Kind::Choice(AccessLevel::KNOWN), "full-access",
        "What the people of this entry may do.",
        &["Permission Level"]),
    column(C::ExclusiveTagEnabled, "Exclusive Tag Enabled", "productPermission[].isExclusiveTagEnabled", Kind::Boolean, "false",
        "Whether the product is marked as exclusive.",
        &["Exclusive Tag", "Is Exclusive"]),
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
