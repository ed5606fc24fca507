//! A review is put together, product by product.
//!
//! In: what was read of the store, and the file's products. Out: the [`Review`], counted. Must never know: how either was
//! read.

use super::comparing::{Change, Entry, Planned, Reading, Review, small};
use super::file::LoadedFile;
use super::showing::guard_view;
use crate::api::Door;
use crate::domain::{COLUMNS, ColumnId, ProductUpdate};
use crate::engine::hands::Hands;
use crate::engine::protocol::{FateKind, LineView, Place, ReviewSummary, ScopePart};
use crate::review::scope::narrow;
use crate::review::{Compared, Comparison, Kind, Limits, Note, compare, guards, plan};
use std::collections::BTreeMap;
use std::rc::Rc;

/// What is counted on the way.
pub(super) struct Builder {
    changes: Vec<Change>,
    lines: Vec<Planned>,
    reading: Rc<Reading>,
    limits: Limits,
    scope: Option<Vec<ColumnId>>,
    unchanged: u32,
    left_out: u32,
    missing: u32,
    unsaid: u32,
    codes: u32,
    code_products: u32,
    by_column: BTreeMap<ColumnId, u32>,
    /// The columns of the file that can be locked, each part with its columns as bits.
    parts: Vec<(u64, ScopePart)>,
    locked: u32,
    not_shown: BTreeMap<ColumnId, u32>,
    not_reversible: BTreeMap<ColumnId, u32>,
}

impl Builder {
    /// Nothing counted yet. `has` tells which columns the file has.
    pub(super) fn new(
        reading: Rc<Reading>,
        scope: Option<Vec<ColumnId>>,
        limits: Limits,
        has: impl Fn(ColumnId) -> bool,
    ) -> Self {
        Self {
            changes: Vec::new(),
            lines: Vec::new(),
            reading,
            limits,
            scope,
            unchanged: 0,
            left_out: 0,
            missing: 0,
            unsaid: 0,
            codes: 0,
            code_products: 0,
            by_column: BTreeMap::new(),
            parts: parts(has),
            locked: 0,
            not_shown: BTreeMap::new(),
            not_reversible: BTreeMap::new(),
        }
    }

    /// Takes the next product of the file.
    pub(super) fn product(&mut self, entry: Entry) {
        let reading = Rc::clone(&self.reading);
        let mut line =
            LineView { product: entry.product, name: None, line: entry.line, fate: FateKind::NotSent, words: String::new() };
        let mut planned = None;
        match entry.update {
            None => {
                self.left_out += 1;
                line.words = entry.stopped;
            }
            Some(update) => match reading.live.get(&update.id) {
                None => {
                    self.missing += 1;
                    line.words = "The store has no product with this id. An update never creates one.".into();
                }
                Some(product) => {
                    line.name.clone_from(&product.name);
                    let whole = compare(&update, product, &reading.categories);
                    self.would_change(&whole);
                    let would_change = whole.changes_something();
                    let comparison = self.allowed(&update).map_or(whole, |asked| compare(&asked, product, &reading.categories));
                    let unsaid = reading.door.unsaid(&comparison.patch);
                    if comparison.changes_something() && !unsaid.is_empty() {
                        self.unsaid += 1;
                        line.words = no_words(&unsaid);
                    } else if comparison.changes_something() {
                        planned = Some(update.id);
                        line.words = "Not sent yet.".into();
                        self.change(comparison, entry.line);
                    } else if would_change {
                        self.locked += 1;
                        line.words = "Left alone: all that would change in it is in columns that were locked in this run.".into();
                    } else {
                        self.unchanged += 1;
                        line.fate = FateKind::Unchanged;
                        line.words = "The store already has these values.".into();
                    }
                }
            },
        }
        self.lines.push(Planned { id: planned, line });
    }

    /// The update without what is locked, where that is less.
    fn allowed(&self, update: &ProductUpdate) -> Option<ProductUpdate> {
        let asked = narrow(update, self.scope.as_deref()?);
        (asked != *update).then_some(asked)
    }

    /// Counts what would change if nothing were locked.
    fn would_change(&mut self, whole: &Comparison) {
        let columns = whole.changes.iter().fold(0, |columns, change| columns | bit(change.column));
        for (mask, part) in &mut self.parts {
            part.products += u32::from(columns & *mask != 0);
        }
    }

    fn change(&mut self, comparison: Comparison, line: u32) {
        let not_shown = comparison.notes.iter().find_map(|note| match note {
            Note::NotShown(columns) => Some(columns.as_slice()),
            _ => None,
        });
        once(&mut self.not_shown, not_shown.unwrap_or_default());
        let mut not_reversible = comparison.not_reversible.clone();
        // The undo file is a CSV, which has no words for some old values.
        not_reversible.extend(Door::Csv.unsaid(&comparison.before));
        once(&mut self.not_reversible, &not_reversible);
        let mut columns: Vec<ColumnId> = comparison.changes.iter().map(|change| change.column).collect();
        columns.sort_unstable();
        columns.dedup();
        for column in columns {
            *self.by_column.entry(column).or_default() += 1;
        }
        if let Some(vouchers) = &comparison.patch.vouchers {
            self.codes += small(vouchers.codes.len());
            self.code_products += 1;
        }
        self.changes.push(Change { comparison, line });
    }

    /// All products are in: what they come to, and the plan.
    pub(super) fn finish(self, place: Place, file: &LoadedFile, hands: &dyn Hands) -> Review {
        let tripped = {
            let compared: Vec<Compared<'_>> = self
                .changes
                .iter()
                .filter_map(|change| {
                    let live = self.reading.live.get(&change.comparison.id)?;
                    Some(Compared { live, comparison: &change.comparison })
                })
                .collect();
            guards(&compared, self.limits, hands.wall(), &self.reading.sent)
        };
        // In the list's own order, so that the products of a batch are neighbours and are looked at by one request.
        let mut in_order: Vec<&Change> = self.changes.iter().collect();
        in_order.sort_by_key(|change| self.reading.places.get(&change.comparison.id).copied().unwrap_or(u32::MAX));
        let plan = plan(in_order.into_iter().map(|change| change.comparison.patch.clone()).collect());
        let requests = |kind: Kind| small(plan.batches.iter().filter(|batch| batch.kind() == kind).count());
        let phrase = (!tripped.is_empty()).then(|| phrase(&place, small(self.changes.len()), self.codes));
        let summary = ReviewSummary {
            place,
            file: file.name().to_owned(),
            products: small(self.lines.len()),
            changing: small(self.changes.len()),
            unchanged: self.unchanged,
            left_out: self.left_out,
            missing: self.missing,
            door: self.reading.door,
            unsaid: self.unsaid,
            by_column: self.by_column.into_iter().collect(),
            codes: self.codes,
            code_products: self.code_products,
            parts: self.parts.into_iter().map(|(_, part)| part).collect(),
            locked: self.locked,
            not_shown: self.not_shown.into_iter().collect(),
            not_reversible: self.not_reversible.into_iter().collect(),
            blank_cells: file.blank_cells(),
            field_requests: requests(Kind::Fields),
            voucher_requests: requests(Kind::Vouchers),
            guards: tripped.into_iter().map(|guard| guard_view(guard, &self.reading.live)).collect(),
            limits: self.limits,
            scope: self.scope.clone(),
            phrase,
            token: hands.seed(),
        };
        Review {
            summary,
            changes: self.changes,
            lines: self.lines,
            plan,
            reading: self.reading,
            scope: self.scope,
            meanwhile: None,
        }
    }
}

/// The columns of the file that can be locked. Permission entries replace the whole list, so that their columns are locked
/// together; codes and their expiry too.
fn parts(has: impl Fn(ColumnId) -> bool) -> Vec<(u64, ScopePart)> {
    let mut parts: Vec<(u64, ScopePart)> = Vec::new();
    let is_code = |column: ColumnId| matches!(column, ColumnId::Vouchers | ColumnId::VoucherExpireDate);
    let is_one = |a: ColumnId, b: ColumnId| (a.is_permission() && b.is_permission()) || (is_code(a) && is_code(b));
    for column in COLUMNS.iter().map(|column| column.id).filter(|column| *column != ColumnId::ProductId && has(*column)) {
        let same = parts.iter_mut().find(|(_, part)| part.columns.iter().any(|known| is_one(*known, column)));
        if let Some((mask, part)) = same {
            *mask |= bit(column);
            part.columns.push(column);
        } else {
            // A list of entries is compared in columns that the file need not have.
            let rest = COLUMNS.iter().map(|other| other.id).filter(|other| is_one(column, *other));
            let mask = rest.fold(bit(column), |mask, other| mask | bit(other));
            parts.push((mask, ScopePart { columns: vec![column], products: 0 }));
        }
    }
    parts
}

const fn bit(column: ColumnId) -> u64 {
    1 << column as u8
}

/// Counts a product once for each column; all columns of permission entries are one.
fn once(counts: &mut BTreeMap<ColumnId, u32>, columns: &[ColumnId]) {
    let one = |column: &ColumnId| if column.is_permission() { ColumnId::PermissionEnabled } else { *column };
    let mut columns: Vec<ColumnId> = columns.iter().map(one).collect();
    columns.sort_unstable();
    columns.dedup();
    for column in columns {
        *counts.entry(column).or_default() += 1;
    }
}

/// Why a product is left out of a run that leaves as CSV.
fn no_words(columns: &[ColumnId]) -> String {
    let columns: Vec<&str> = columns.iter().map(|column| column.header()).collect();
    format!(
        "Left out: this host takes updates as CSV, which has no words for what is asked of {}. A blank cell changes nothing, and a \
         list cannot hold \"|\". Change it by hand in the store.",
        columns.join(", ")
    )
}

/// What has to be typed before something is sent that deserves a second look: how much, of which community, at which host.
pub(super) fn phrase(place: &Place, products: u32, codes: u32) -> String {
    let counted = |count: u32, noun: &str| format!("{count} {noun}{}", if count == 1 { "" } else { "s" });
    let codes = if codes == 0 { String::new() } else { format!(" and add {}", counted(codes, "code")) };
    let host = place.base.split_once("://").map_or(place.base.as_str(), |(_, rest)| rest);
    let community = place.community.as_deref().map(|community| format!(" of {community}")).unwrap_or_default();
    format!("update {}{codes}{community} at {host}", counted(products, "product"))
}
