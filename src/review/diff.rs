//! What a file's update would change in one live product.
//!
//! In: the update, the product as the store returned it, the categories. Out: a [`Comparison`]: the patch with only the
//! fields that differ, the same in words, column by column, and notes. Must never know: HTTP, the browser, other products.

use super::apply::before;
use super::fields::{FieldChange, Leaves, Live, Show, Shown};
use crate::domain::update::{ExpiringHighlightEdit, PermissionEdit, UserInformationEdit};
use crate::domain::{
    Category, ColumnId as C, Edit, ExpiringHighlight, Permission, Product, ProductId, ProductPatch, ProductUpdate,
    UserInformation,
};
use serde::{Deserialize, Serialize};

/// One update against one live product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comparison {
    /// Which product.
    pub id: ProductId,
    /// Its name in the store today.
    pub name: Option<String>,
    /// What is to be sent: only fields that differ, nested values whole.
    pub patch: ProductPatch,
    /// The same, a line per CSV column.
    pub changes: Vec<FieldChange>,
    /// What a person should know about this product.
    pub notes: Vec<Note>,
    /// Cells that ask for what the store has already.
    pub unchanged_fields: u16,
    /// Cells that were blank: left alone. A combination's two columns count as one.
    pub kept_fields: u16,
    /// The live values of exactly the fields of `patch`, as a patch that would set them back.
    pub before: ProductPatch,
    /// Changed fields whose old value the store does not show or cannot be told: they cannot be set back.
    pub not_reversible: Vec<C>,
}

impl Comparison {
    /// Whether anything is to be sent.
    #[must_use]
    pub fn changes_something(&self) -> bool {
        self.patch.vouchers.is_some() || self.patch.has_fields()
    }
}

/// Something to know about one product before sending.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Note {
    /// The store does not return these columns: they cannot be compared, so they are sent.
    NotShown(Vec<C>),
    /// The file's permission entries replace the product's list.
    ReplacesPermissions {
        /// Entries the product has now.
        live: u16,
        /// Entries it will have.
        after: u16,
        /// Entries at the end of the live list that the file does not mention and that go away.
        removed: u16,
    },
    /// The file's permission entries replace a list that the store does not show.
    ReplacesUnseenPermissions {
        /// Entries it will have.
        after: u16,
    },
    /// A nested value is sent whole, and these parts of it are neither in the file nor shown by the store: they get the
    /// reference's example values.
    CompletedFromDefaults {
        /// Which permission entry, from 0.
        entry: Option<u16>,
        /// The parts.
        columns: Vec<C>,
    },
    /// No category of the store has this name; the store will probably refuse the product.
    UnknownCategory(String),
}

/// Compares an update with the live product. `live` must be the product the update names.
#[must_use]
pub fn compare(update: &ProductUpdate, live: &Product, categories: &[Category]) -> Comparison {
    // Exhaustive on purpose: a new field of an update must be compared before this compiles.
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
    } = update;
    let mut d = Differ::default();
    let image: Edit<String> = image.as_set().map(|url| url.as_str().to_owned()).into();
    let patch = ProductPatch {
        id: *id,
        name: d.field(C::Name, name, (&live.name).into()),
        description: d.field(C::Description, description, (&live.description).into()),
        image: d.field(C::Image, &image, Live::nullable(&live.image)),
        price: d.field(C::Price, price, (&live.price).into()),
        category_name: d.category(category_name, live, categories),
        is_discount_enabled: d.field(C::DiscountEnabled, is_discount_enabled, (&live.is_discount_enabled).into()),
        discount_price: d.field(C::DiscountPrice, discount_price, Live::nullable(&live.discount_price)),
        discount_start_date: d
            .field(C::DiscountStartDate, discount_start_date, Live::nullable(&live.discount_start_date))
            .as_set()
            .map(|date| Some(*date))
            .into(),
        discount_end_date: d
            .field(C::DiscountEndDate, discount_end_date, Live::nullable(&live.discount_end_date))
            .as_set()
            .map(|date| Some(*date))
            .into(),
        user_information: d.user_information(user_information, (&live.user_information).into()),
        should_prioritise_expiring_vouchers: d.field(
            C::PrioritizeExpiringVouchers,
            should_prioritise_expiring_vouchers,
            (&live.should_prioritise_expiring_vouchers).into(),
        ),
        should_display_remaining_quantity: d.field(
            C::DisplayRemainingQuantity,
            should_display_remaining_quantity,
            (&live.should_display_remaining_quantity).into(),
        ),
        expiring_voucher_highlight: d.highlight(expiring_voucher_highlight, (&live.expiring_voucher_highlight).into()),
        is_archived: d.field(C::Archived, is_archived, (&live.is_archived).into()),
        redemption_instructions: d.field(
            C::RedemptionInstructions,
            redemption_instructions,
            (&live.redemption_instructions).into(),
        ),
        is_product_access_enabled: d.field(
            C::ProductAccessEnabled,
            is_product_access_enabled,
            (&live.is_product_access_enabled).into(),
        ),
        purchase_status_override_name: d
            .field(C::PurchaseStatusOverrideName, purchase_status_override_name, Live::nullable(&live.purchase_status_override))
            .as_set()
            .map(|name| Some(name.clone()))
            .into(),
        permissions: d.permissions(permissions.as_deref(), live.permissions.as_deref()),
        // Codes are hidden in every answer, so there is nothing to compare them with: they are always sent.
        vouchers: vouchers.clone().filter(|append| !append.codes.is_empty()),
    };
    match &patch.vouchers {
        Some(append) => d.leaves.changes.push(FieldChange {
            column: C::Vouchers,
            entry: None,
            old: live.stocks.map_or(Shown::NotReturned, Shown::Stock),
            new: Shown::Appends { count: u32::try_from(append.codes.len()).unwrap_or(u32::MAX), expire: append.expire_date },
        }),
        None => d.kept += 2,
    }
    if !d.leaves.not_shown.is_empty() {
        d.notes.insert(0, Note::NotShown(d.leaves.not_shown));
    }
    d.leaves.changes.sort_by_key(|change| (change.entry, change.column));
    let (before, not_reversible) = before(&patch, live, categories);
    Comparison {
        id: *id,
        name: live.name.clone(),
        patch,
        changes: d.leaves.changes,
        notes: d.notes,
        unchanged_fields: d.leaves.same,
        kept_fields: d.kept,
        before,
        not_reversible,
    }
}

/// The name of a product's category, as far as the store lets us know it: generation B returns the name, generation A an
/// id to look up.
pub(super) fn live_category<'a>(live: &'a Product, categories: &'a [Category]) -> Live<&'a String> {
    if let (None, Some(id)) = (&live.category, &live.category_id) {
        return categories.iter().find(|c| &c.id == id).map_or(Live::NotReturned, |c| Live::Is(&c.name));
    }
    Live::nullable(&live.category)
}

#[derive(Default)]
struct Differ {
    leaves: Leaves,
    notes: Vec<Note>,
    kept: u16,
}

impl Differ {
    /// One plain field: set only where it differs.
    fn field<T: Show + PartialEq + Clone>(&mut self, column: C, edit: &Edit<T>, live: Live<&T>) -> Edit<T> {
        if self.part(column, None, edit, live) { edit.clone() } else { Edit::Keep }
    }

    /// One leaf; whether the file sets it to something else.
    fn part<T: Show + PartialEq>(&mut self, column: C, entry: Option<u16>, edit: &Edit<T>, live: Live<&T>) -> bool {
        match edit {
            Edit::Keep => {
                self.kept = self.kept.saturating_add(1);
                false
            }
            Edit::Set(wanted) => self.leaves.leaf(column, entry, wanted, live),
        }
    }

    fn category(&mut self, edit: &Edit<String>, live: &Product, categories: &[Category]) -> Edit<String> {
        if let Edit::Set(name) = edit
            && !categories.is_empty()
            && !categories.iter().any(|category| &category.name == name)
        {
            self.notes.push(Note::UnknownCategory(name.clone()));
        }
        self.field(C::CategoryName, edit, live_category(live, categories))
    }

    fn user_information(&mut self, edit: &UserInformationEdit, live: Live<&UserInformation>) -> Edit<UserInformation> {
        let UserInformationEdit { is_enabled, should_collect_name, should_collect_phone, should_collect_address } = edit;
        let mut whole = Whole::new(self, None, live);
        let new = UserInformation {
            is_enabled: whole.part(C::UserInformationEnabled, is_enabled, |u| &u.is_enabled),
            should_collect_name: whole.part(C::CollectName, should_collect_name, |u| &u.should_collect_name),
            should_collect_phone: whole.part(C::CollectPhone, should_collect_phone, |u| &u.should_collect_phone),
            should_collect_address: whole.part(C::CollectAddress, should_collect_address, |u| &u.should_collect_address),
        };
        whole.finish(new)
    }

    fn highlight(&mut self, edit: &ExpiringHighlightEdit, live: Live<&ExpiringHighlight>) -> Edit<ExpiringHighlight> {
        let ExpiringHighlightEdit { is_enabled, duration, timeframe } = edit;
        let mut whole = Whole::new(self, None, live);
        let new = ExpiringHighlight {
            is_enabled: whole.part(C::ExpiringHighlightEnabled, is_enabled, |h| &h.is_enabled),
            duration: whole.part(C::ExpiringHighlightDuration, duration, |h| &h.duration),
            timeframe: whole.part(C::ExpiringHighlightTimeframe, timeframe, |h| &h.timeframe),
        };
        whole.finish(new)
    }

    /// The file's list replaces the product's list; its n-th entry is completed from the n-th live one.
    fn permissions(&mut self, edits: Option<&[PermissionEdit]>, live: Option<&[Permission]>) -> Edit<Vec<Permission>> {
        let Some(edits) = edits else {
            self.kept = self.kept.saturating_add(14);
            return Edit::Keep;
        };
        let mut new = Vec::with_capacity(edits.len());
        for (index, edit) in edits.iter().enumerate() {
            let base = match live {
                None => Live::NotReturned,
                Some(list) => list.get(index).map_or(Live::Nothing, Live::Is),
            };
            new.push(self.permission(short(index), edit, base));
        }
        let after = short(new.len());
        let Some(live) = live else {
            self.leaves.hidden(C::PermissionEnabled);
            self.notes.push(Note::ReplacesUnseenPermissions { after });
            return Edit::Set(new);
        };
        if new == live {
            return Edit::Keep;
        }
        for (index, gone) in live.iter().enumerate().skip(new.len()) {
            let people = [&gone.role_names, &gone.tag_names, &gone.usernames].into_iter().flatten().cloned();
            let old = Shown::Text(format!("{}: {}", gone.kind.as_str(), people.collect::<Vec<_>>().join(" | ")));
            let entry = Some(short(index));
            self.leaves.changes.push(FieldChange { column: C::PermissionType, entry, old, new: Shown::Nothing });
        }
        let removed = short(live.len().saturating_sub(new.len()));
        self.notes.push(Note::ReplacesPermissions { live: short(live.len()), after, removed });
        Edit::Set(new)
    }

    fn permission(&mut self, entry: u16, edit: &PermissionEdit, live: Live<&Permission>) -> Permission {
        let PermissionEdit {
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
        } = edit;
        let mut whole = Whole::new(self, Some(entry), live);
        let new = Permission {
            is_enabled: whole.part(C::PermissionEnabled, is_enabled, |p| &p.is_enabled),
            kind: whole.part(C::PermissionType, kind, |p| &p.kind),
            role_names: whole.part(C::Roles, role_names, |p| &p.role_names),
            tag_names: whole.part(C::Tags, tag_names, |p| &p.tag_names),
            usernames: whole.part(C::Users, usernames, |p| &p.usernames),
            combination: whole.part(C::CombinationValues, combination, |p| &p.combination),
            special_price: whole.part(C::SpecialPrice, special_price, |p| &p.special_price),
            is_special_price_enabled: whole
                .part(C::SpecialPriceEnabled, is_special_price_enabled, |p| &p.is_special_price_enabled),
            is_purchase_limit_enabled: whole
                .part(C::PurchaseLimitEnabled, is_purchase_limit_enabled, |p| &p.is_purchase_limit_enabled),
            purchase_limit_quantity: whole
                .part(C::PurchaseLimitQuantity, purchase_limit_quantity, |p| &p.purchase_limit_quantity),
            purchase_limit_interval_count: whole
                .part(C::PurchaseLimitIntervalCount, purchase_limit_interval_count, |p| &p.purchase_limit_interval_count),
            purchase_limit_interval_unit: whole
                .part(C::PurchaseLimitIntervalUnit, purchase_limit_interval_unit, |p| &p.purchase_limit_interval_unit),
            access_level: whole.part(C::AccessLevel, access_level, |p| &p.access_level),
            is_exclusive_tag_enabled: whole
                .part(C::ExclusiveTagEnabled, is_exclusive_tag_enabled, |p| &p.is_exclusive_tag_enabled),
        };
        let _ = whole.touched_with_note();
        new
    }
}

/// A nested value on its way to being complete: the file's parts over the live ones over the defaults.
struct Whole<'a, N> {
    differ: &'a mut Differ,
    entry: Option<u16>,
    live: Live<&'a N>,
    default: N,
    touched: bool,
    differs: bool,
    filled: Vec<C>,
}

impl<'a, N: Default> Whole<'a, N> {
    fn new(differ: &'a mut Differ, entry: Option<u16>, live: Live<&'a N>) -> Self {
        Self { differ, entry, live, default: N::default(), touched: false, differs: false, filled: Vec::new() }
    }

    fn part<T: Show + PartialEq + Clone>(&mut self, column: C, edit: &Edit<T>, of: impl Fn(&N) -> &T) -> T {
        self.differs |= self.differ.part(column, self.entry, edit, self.live.map(&of));
        match (edit, self.live.known()) {
            (Edit::Set(wanted), _) => {
                self.touched = true;
                wanted.clone()
            }
            (Edit::Keep, Some(live)) => of(live).clone(),
            (Edit::Keep, None) => {
                self.filled.push(column);
                of(&self.default).clone()
            }
        }
    }

    /// Whether the file names any part; if so, notes which parts come from nowhere but the defaults.
    fn touched_with_note(self) -> bool {
        // A permission entry that the file adds is sent whole even when its row names no part.
        if (self.touched || self.entry.is_some()) && !self.filled.is_empty() {
            self.differ.notes.push(Note::CompletedFromDefaults { entry: self.entry, columns: self.filled });
        }
        self.touched
    }

    fn finish(self, new: N) -> Edit<N> {
        let differs = self.differs;
        if self.touched_with_note() && differs { Edit::Set(new) } else { Edit::Keep }
    }
}

pub(super) fn short(index: usize) -> u16 {
    u16::try_from(index).unwrap_or(u16::MAX)
}
