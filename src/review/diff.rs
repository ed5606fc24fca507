//! What a file's update would change in one live product.
//!
//! In: the update, the product as the store returned it, the categories. Out: a [`Comparison`]: the patch with only the
//! fields that differ, the same in words, column by column, and notes. Must never know: HTTP, the browser, other products.

use super::apply::before;
use super::fields::{FieldChange, Leaves, Live, Show, Shown};
use super::seen::Seen;
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
    /// What tells whether somebody else changes it before it is sent.
    pub seen: Seen,
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
    let seen = Seen::of(&patch, live);
    Comparison {
        id: *id,
        name: live.name.clone(),
        patch,
        changes: d.leaves.changes,
        notes: d.notes,
        unchanged_fields: d.leaves.same,
        kept_fields: d.kept,
        before,
        seen,
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

#[cfg(test)]
mod tests {
    use super::super::{apply, check};
    use super::*;
    use crate::domain::{HttpsUrl, PermissionGroup, Price, Timestamp, VoucherAppend, VoucherCode};
    use proptest::prelude::*;

    const ID: ProductId = ProductId::from_bytes([5; 12]);

    fn text() -> impl Strategy<Value = String> {
        prop::sample::select(vec!["a", "b", "<p>c</p>", ""]).prop_map(str::to_owned)
    }
    fn names() -> impl Strategy<Value = Vec<String>> {
        prop::collection::vec(text(), 0..3)
    }
    fn price() -> impl Strategy<Value = Price> {
        (0u32..4).prop_map(Price::whole)
    }
    fn moment() -> impl Strategy<Value = Timestamp> {
        (0i64..3).prop_map(|day| Timestamp::from_millis(day * 86_400_000))
    }
    fn edit<T: Clone + std::fmt::Debug>(value: impl Strategy<Value = T>) -> impl Strategy<Value = Edit<T>> {
        prop::option::of(value).prop_map(Edit::from)
    }
    fn kind() -> impl Strategy<Value = crate::domain::open::PermissionType> {
        prop::sample::select(vec!["role", "tag", "x"]).prop_map(|kind: &str| kind.into())
    }
    fn groups() -> impl Strategy<Value = Vec<PermissionGroup>> {
        prop::collection::vec((kind(), names()).prop_map(|(kind, values)| PermissionGroup { kind, values }), 0..2)
    }
    fn url() -> impl Strategy<Value = HttpsUrl> {
        prop::sample::select(vec!["https://a/1", "https://a/2"]).prop_map(|url| HttpsUrl::parse(url).unwrap())
    }

    prop_compose! {
        fn permission_edit()(
            a in (edit(any::<bool>()), edit(kind()), edit(names()), edit(names()), edit(names()), edit(groups()), edit(price())),
            b in (edit(any::<bool>()), edit(any::<bool>()), edit(0u32..3), edit(0u32..3), edit(any::<bool>())),
        ) -> PermissionEdit {
            PermissionEdit {
                is_enabled: a.0, kind: a.1, role_names: a.2, tag_names: a.3, usernames: a.4, combination: a.5, special_price: a.6,
                is_special_price_enabled: b.0, is_purchase_limit_enabled: b.1, purchase_limit_quantity: b.2,
                purchase_limit_interval_count: b.3, is_exclusive_tag_enabled: b.4, ..PermissionEdit::default()
            }
        }
    }
    prop_compose! {
        fn permission()(edit in permission_edit()) -> Permission {
            let mut differ = Differ::default();
            differ.permission(0, &edit, Live::Nothing)
        }
    }
    prop_compose! {
        fn update()(
            a in (edit(text()), edit(text()), edit(url()), edit(price()), edit(text()), edit(any::<bool>()), edit(price())),
            b in (edit(moment()), edit(moment()), edit(any::<bool>()), edit(any::<bool>()), edit(any::<bool>()), edit(0u32..3)),
            c in (edit(any::<bool>()), edit(text()), edit(any::<bool>()), edit(text()), edit(any::<bool>()), edit(any::<bool>())),
            permissions in prop::option::of(prop::collection::vec(permission_edit(), 0..3)),
            codes in prop::option::of(1usize..4),
        ) -> ProductUpdate {
            let vouchers = codes.map(|n| VoucherAppend {
                codes: (0..n).map(|n| VoucherCode::parse(&format!("SECRET{n}")).unwrap()).collect(),
                expire_date: Timestamp::from_millis(9),
            });
            ProductUpdate {
                name: a.0, description: a.1, image: a.2, price: a.3, category_name: a.4, is_discount_enabled: a.5,
                discount_price: a.6, discount_start_date: b.0, discount_end_date: b.1,
                user_information: UserInformationEdit { is_enabled: b.2, should_collect_phone: b.3, ..Default::default() },
                expiring_voucher_highlight: ExpiringHighlightEdit { is_enabled: b.4, duration: b.5, ..Default::default() },
                is_archived: c.0, redemption_instructions: c.1, is_product_access_enabled: c.2,
                purchase_status_override_name: c.3, should_prioritise_expiring_vouchers: c.4,
                should_display_remaining_quantity: c.5, permissions, vouchers, ..ProductUpdate::nothing(ID)
            }
        }
    }
    prop_compose! {
        fn product()(
            a in (prop::option::of(text()), prop::option::of(prop::option::of(text())), prop::option::of(price())),
            b in (prop::option::of(prop::option::of(text())), prop::option::of(any::<bool>()), prop::option::of(prop::option::of(price()))),
            c in (prop::option::of(prop::option::of(moment())), prop::option::of(any::<bool>()), prop::option::of(0u32..3)),
            d in (prop::option::of(any::<bool>()), prop::option::of(text()), prop::option::of(prop::option::of(text()))),
            permissions in prop::option::of(prop::collection::vec(permission(), 0..3)),
        ) -> Product {
            Product {
                name: a.0.clone(), description: a.0, image: a.1, price: a.2, category: b.0, is_discount_enabled: b.1,
                discount_price: b.2, discount_start_date: c.0, discount_end_date: c.0,
                user_information: c.1.map(|is_enabled| UserInformation { is_enabled, ..Default::default() }),
                expiring_voucher_highlight: c.2.map(|duration| ExpiringHighlight { duration, ..Default::default() }),
                is_archived: d.0, redemption_instructions: d.1, purchase_status_override: d.2, permissions,
                is_product_access_enabled: d.0, stocks: Some(3), ..Product::unknown(ID)
            }
        }
    }

    proptest! {
        #[test]
        fn once_applied_nothing_is_left_to_change(update in update(), live in product()) {
            let first = compare(&update, &live, &[]);
            let after = apply(&first.patch, &live);
            let again = compare(&ProductUpdate { vouchers: None, ..update }, &after, &[]);
            prop_assert_eq!(&again.patch, &ProductPatch::nothing(ID));
            prop_assert_eq!(&again.changes, &vec![]);
            // What the store should hold is what the check looks for, and setting the old values back undoes it.
            let checked = check(&first.patch, &after, &[]);
            prop_assert_eq!(&checked.differences, &vec![]);
            prop_assert_eq!(&checked.not_shown, &vec![]);
            if first.not_reversible.is_empty() {
                let undone = Product { stocks: live.stocks, category_id: None, ..apply(&first.before, &after) };
                prop_assert_eq!(undone, Product { category_id: None, ..live });
            }
        }

        #[test]
        fn every_cell_is_counted_once_and_no_code_is_shown(update in update(), live in product()) {
            let found = compare(&update, &live, &[]);
            prop_assert_eq!(found.changes_something(), !found.changes.is_empty() || found.patch.permissions.as_set().is_some());
            let shown = format!("{:?}", found.changes);
            prop_assert!(!shown.contains("SECRET"));
            let removed = found.notes.iter().map(|n| match n { Note::ReplacesPermissions { removed, .. } => *removed, _ => 0 }).sum::<u16>();
            let rows = update.permissions.as_ref().map_or(1, |rows| u16::try_from(rows.len()).unwrap());
            let vouchers = if update.vouchers.is_some() { 1 } else { 2 };
            let cells = found.kept_fields + found.unchanged_fields + u16::try_from(found.changes.len()).unwrap() - removed;
            prop_assert_eq!(cells, 22 + vouchers + 14 * rows);
        }
    }

    #[test]
    fn blank_cells_are_kept_and_equal_cells_not_sent() {
        let live = Product { name: Some("Mug".into()), price: Some(Price::whole(5)), ..Product::unknown(ID) };
        let update =
            ProductUpdate { name: Edit::Set("Mug".into()), price: Edit::Set(Price::whole(6)), ..ProductUpdate::nothing(ID) };
        let found = compare(&update, &live, &[]);
        assert_eq!(found.patch, ProductPatch { price: Edit::Set(Price::whole(6)), ..ProductPatch::nothing(ID) });
        assert_eq!((found.unchanged_fields, found.changes.len()), (1, 1));
        assert_eq!(found.before.price, Edit::Set(Price::whole(5)));
        assert_eq!(compare(&ProductUpdate::nothing(ID), &live, &[]).patch, ProductPatch::nothing(ID));
    }

    #[test]
    fn a_category_is_compared_by_name_or_through_its_id() {
        let category = |id: &str, name: &str| Category { id: id.into(), name: name.into(), is_archived: false };
        let known = [category("1", "Food"), category("2", "Fun")];
        let asks = |name: &str| ProductUpdate { category_name: Edit::Set(name.into()), ..ProductUpdate::nothing(ID) };
        let by_id = |id: &str| Product { category_id: Some(id.into()), ..Product::unknown(ID) };
        let by_name = Product { category: Some(Some("Food".into())), ..Product::unknown(ID) };
        let none = Product { category: Some(None), ..Product::unknown(ID) };
        for (live, sent, old) in [
            (&by_name, false, None),
            (&by_id("1"), false, None),
            (&by_id("2"), true, Some(Shown::Text("Fun".into()))),
            (&by_id("3"), true, Some(Shown::NotReturned)),
            (&Product::unknown(ID), true, Some(Shown::NotReturned)),
            (&none, true, Some(Shown::Nothing)),
        ] {
            let found = compare(&asks("Food"), live, &known);
            assert_eq!(found.patch.has_fields(), sent, "{live:?}");
            assert_eq!(found.changes.first().map(|change| change.old.clone()), old, "{live:?}");
        }
        assert_eq!(compare(&asks("Fod"), &none, &known).notes, [Note::UnknownCategory("Fod".into())]);
    }

    #[test]
    fn the_files_permission_list_replaces_the_live_one_and_says_so() {
        let vip = Permission { role_names: vec!["VIP".into()], special_price: Price::whole(80), ..Permission::default() };
        let live = |list: Option<Vec<Permission>>| Product { permissions: list, ..Product::unknown(ID) };
        let row = PermissionEdit { role_names: Edit::Set(vec!["Gold".into()]), ..PermissionEdit::default() };
        let update = ProductUpdate { permissions: Some(vec![row]), ..ProductUpdate::nothing(ID) };

        let found = compare(&update, &live(Some(vec![vip.clone(), vip.clone()])), &[]);
        let gold = Permission { role_names: vec!["Gold".into()], ..vip };
        assert_eq!(found.patch.permissions, Edit::Set(vec![gold]), "completed from the live entry");
        assert_eq!(found.notes, [Note::ReplacesPermissions { live: 2, after: 1, removed: 1 }]);
        assert_eq!(found.changes.len(), 2, "one role list, one entry that goes away");

        let unseen = compare(&update, &live(None), &[]);
        assert!(unseen.notes.contains(&Note::ReplacesUnseenPermissions { after: 1 }));
        assert!(
            unseen
                .notes
                .iter()
                .any(|n| matches!(n, Note::CompletedFromDefaults { entry: Some(0), columns } if columns.len() == 13))
        );
        assert_eq!(unseen.not_reversible, [C::PermissionEnabled]);
    }

    #[test]
    fn a_nested_value_is_sent_whole_or_not_at_all() {
        let held = UserInformation { is_enabled: true, should_collect_name: true, ..Default::default() };
        let live = Product { user_information: Some(held), ..Product::unknown(ID) };
        let asks = |phone| ProductUpdate {
            user_information: UserInformationEdit { should_collect_phone: Edit::Set(phone), ..Default::default() },
            ..ProductUpdate::nothing(ID)
        };
        let whole = UserInformation { should_collect_phone: true, ..held };
        assert_eq!(compare(&asks(true), &live, &[]).patch.user_information, Edit::Set(whole));
        assert_eq!(compare(&asks(false), &live, &[]).patch, ProductPatch::nothing(ID));
    }
}
