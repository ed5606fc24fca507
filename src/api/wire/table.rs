//! Patches in the 40 documented columns, a row a product ([dev 37690410], [adss 37690410]): the CSV that a deployment may ask
//! for instead of JSON, and the files that come back in as they are (undo, backup, what did not make it).
//!
//! A blank cell leaves alone what the store has, so a CSV cannot say "nothing", and a list cannot hold its own separator. What
//! cannot be said is never guessed at: it is named. Cell formats are not documented; these are the ones our own reader takes.

use crate::domain::{COLUMNS, ColumnId as C, Edit, Permission, Product, ProductId, ProductPatch};
use std::fmt::Display;

/// A CSV (RFC 4180, UTF-8 without a byte order mark), and what it could not say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// The header and the rows.
    pub text: String,
    /// Values left blank because no cell can say them.
    pub unsaid: Vec<(ProductId, C)>,
}

/// What stands between the values of a list.
const SEPARATOR: &str = "|";

/// Writes patches as rows: a product's further permission entries follow it in rows with a blank id.
#[must_use]
pub fn write_table(patches: &[ProductPatch]) -> Table {
    let mut table = Table::default();
    let header: Vec<String> = COLUMNS.iter().map(|column| column.header.to_owned()).collect();
    line(&mut table.text, &header);
    for patch in patches {
        rows(patch, &mut table.unsaid).iter().for_each(|cells| line(&mut table.text, cells));
    }
    table
}

/// The columns of a patch that no cell can say.
#[must_use]
pub fn unsaid(patch: &ProductPatch) -> Vec<C> {
    let mut unsaid = Vec::new();
    rows(patch, &mut unsaid);
    unsaid.into_iter().map(|(_, column)| column).collect()
}

fn rows(patch: &ProductPatch, unsaid: &mut Vec<(ProductId, C)>) -> Vec<Vec<String>> {
    let mut row = Row { id: patch.id, cells: vec![String::new(); COLUMNS.len()], unsaid };
    row.product(patch);
    let entries = patch.permissions.as_set().map(Vec::as_slice).unwrap_or_default();
    let mut rows = Vec::new();
    for (at, entry) in entries.iter().enumerate() {
        if at > 0 {
            rows.push(std::mem::replace(&mut row.cells, vec![String::new(); COLUMNS.len()]));
        }
        row.permission(entry);
    }
    if entries.is_empty() && !patch.permissions.is_keep() {
        row.unsaid(C::PermissionEnabled);
    }
    rows.push(row.cells);
    rows
}

/// Everything that is known of a product and can be set, as a patch.
#[must_use]
pub fn as_patch(product: &Product) -> ProductPatch {
    let known = product.clone();
    let flat = |value: Option<Option<String>>| Edit::from(value.flatten());
    ProductPatch {
        id: known.id,
        name: known.name.into(),
        description: known.description.into(),
        image: flat(known.image),
        price: known.price.into(),
        category_name: flat(known.category),
        is_discount_enabled: known.is_discount_enabled.into(),
        discount_price: known.discount_price.flatten().into(),
        discount_start_date: known.discount_start_date.flatten().map(Some).into(),
        discount_end_date: known.discount_end_date.flatten().map(Some).into(),
        user_information: known.user_information.into(),
        should_prioritise_expiring_vouchers: known.should_prioritise_expiring_vouchers.into(),
        should_display_remaining_quantity: known.should_display_remaining_quantity.into(),
        expiring_voucher_highlight: known.expiring_voucher_highlight.into(),
        is_archived: known.is_archived.into(),
        redemption_instructions: known.redemption_instructions.into(),
        is_product_access_enabled: known.is_product_access_enabled.into(),
        purchase_status_override_name: known.purchase_status_override.flatten().map(Some).into(),
        permissions: known.permissions.filter(|list| !list.is_empty()).into(),
        vouchers: None,
    }
}

fn line(text: &mut String, cells: &[String]) {
    for (at, cell) in cells.iter().enumerate() {
        if at > 0 {
            text.push(',');
        }
        if cell.contains([',', '"', '\r', '\n']) || cell.trim() != cell {
            text.push('"');
            text.push_str(&cell.replace('"', "\"\""));
            text.push('"');
        } else {
            text.push_str(cell);
        }
    }
    text.push_str("\r\n");
}

struct Row<'a> {
    id: ProductId,
    cells: Vec<String>,
    unsaid: &'a mut Vec<(ProductId, C)>,
}

impl Row<'_> {
    fn product(&mut self, patch: &ProductPatch) {
        // Exhaustive on purpose: a new field of a patch must be written before this compiles.
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
            permissions: _,
            vouchers,
        } = patch;
        self.cell(C::ProductId, id);
        self.set(C::Name, name);
        self.set(C::Description, description);
        self.set(C::Image, image);
        self.set(C::Price, price);
        self.set(C::CategoryName, category_name);
        self.set(C::DiscountEnabled, is_discount_enabled);
        self.set(C::DiscountPrice, discount_price);
        self.set_or_nothing(C::DiscountStartDate, discount_start_date);
        self.set_or_nothing(C::DiscountEndDate, discount_end_date);
        if let Edit::Set(user) = user_information {
            self.cell(C::UserInformationEnabled, user.is_enabled);
            self.cell(C::CollectName, user.should_collect_name);
            self.cell(C::CollectPhone, user.should_collect_phone);
            self.cell(C::CollectAddress, user.should_collect_address);
        }
        self.set(C::PrioritizeExpiringVouchers, should_prioritise_expiring_vouchers);
        self.set(C::DisplayRemainingQuantity, should_display_remaining_quantity);
        if let Edit::Set(highlight) = expiring_voucher_highlight {
            self.cell(C::ExpiringHighlightEnabled, highlight.is_enabled);
            self.cell(C::ExpiringHighlightDuration, highlight.duration);
            self.cell(C::ExpiringHighlightTimeframe, highlight.timeframe.as_str());
        }
        self.set(C::Archived, is_archived);
        self.set(C::RedemptionInstructions, redemption_instructions);
        self.set(C::ProductAccessEnabled, is_product_access_enabled);
        self.set_or_nothing(C::PurchaseStatusOverrideName, purchase_status_override_name);
        if let Some(append) = vouchers.as_ref().filter(|append| !append.codes.is_empty()) {
            self.list(C::Vouchers, append.codes.iter().map(|code| code.reveal()));
            self.cell(C::VoucherExpireDate, append.expire_date);
        }
    }

    fn permission(&mut self, entry: &Permission) {
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
        } = entry;
        self.cell(C::PermissionEnabled, is_enabled);
        self.cell(C::PermissionType, kind.as_str());
        for (column, names) in [(C::Roles, role_names), (C::Tags, tag_names), (C::Users, usernames)] {
            self.list(column, names.iter().map(String::as_str));
        }
        match combination.as_slice() {
            [] => {}
            // Blank values would be none at all, and a combination without them is not whole.
            [only] if !only.values.is_empty() => {
                self.cell(C::CombinationType, only.kind.as_str());
                self.list(C::CombinationValues, only.values.iter().map(String::as_str));
            }
            _ => self.unsaid(C::CombinationValues),
        }
        self.cell(C::SpecialPrice, special_price);
        self.cell(C::SpecialPriceEnabled, is_special_price_enabled);
        self.cell(C::PurchaseLimitEnabled, is_purchase_limit_enabled);
        self.cell(C::PurchaseLimitQuantity, purchase_limit_quantity);
        self.cell(C::PurchaseLimitIntervalCount, purchase_limit_interval_count);
        self.cell(C::PurchaseLimitIntervalUnit, purchase_limit_interval_unit.as_str());
        self.cell(C::AccessLevel, access_level.as_str());
        self.cell(C::ExclusiveTagEnabled, is_exclusive_tag_enabled);
    }

    fn set<T: Display>(&mut self, column: C, edit: &Edit<T>) {
        if let Edit::Set(value) = edit {
            self.cell(column, value);
        }
    }

    fn set_or_nothing<T: Display>(&mut self, column: C, edit: &Edit<Option<T>>) {
        match edit {
            Edit::Keep => {}
            Edit::Set(Some(value)) => self.cell(column, value),
            Edit::Set(None) => self.unsaid(column),
        }
    }

    fn cell(&mut self, column: C, value: impl Display) {
        let text = value.to_string();
        if text.trim().is_empty() {
            self.unsaid(column);
        } else if let Some(cell) = self.cells.get_mut(column as usize) {
            *cell = text;
        }
    }

    fn list<'a>(&mut self, column: C, values: impl Iterator<Item = &'a str>) {
        let values: Vec<&str> = values.collect();
        if values.iter().any(|value| value.is_empty() || value.trim() != *value || value.contains(['|', '\r', '\n'])) {
            self.unsaid(column);
        } else if let Some(cell) = self.cells.get_mut(column as usize) {
            *cell = values.join(SEPARATOR);
        }
    }

    fn unsaid(&mut self, column: C) {
        self.unsaid.push((self.id, column));
    }
}
