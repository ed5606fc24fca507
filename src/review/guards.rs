//! What to be careful about before sending, over the whole run.
//!
//! In: every comparison with its live product, the limits, the time. Out: [`Guard`]s, each in words with the products
//! concerned. A guard forbids nothing: a person confirms it. Must never know: screens.

use super::apply::apply;
use super::diff::Comparison;
use super::fields::Shown;
use crate::domain::{ColumnId, Edit, Product, ProductId, Timestamp, VoucherCode};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashSet};

/// When a guard speaks up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Per cent of the old price that a price may move by, either way.
    pub price_move_percent: u32,
    /// Per cent of the run's products that may be archived.
    pub archived_percent: u32,
    /// Products that may get one same new value in one column.
    pub same_value_products: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self { price_move_percent: 50, archived_percent: 20, same_value_products: 20 }
    }
}

/// A comparison and the live product it was made with.
#[derive(Clone, Copy, Debug)]
pub struct Compared<'a> {
    /// The product as the store has it.
    pub live: &'a Product,
    /// What would change.
    pub comparison: &'a Comparison,
}

/// What a guard is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum GuardKind {
    /// A price becomes 0.
    PriceZero,
    /// A price moves by more than this many per cent.
    PriceMoved {
        /// The limit.
        percent: u32,
    },
    /// After the run a discount, switched on, is not below the price.
    DiscountNotBelowPrice,
    /// More than this many per cent of the run's products are archived.
    ManyArchived {
        /// The limit.
        percent: u32,
    },
    /// Vouchers are added that have expired already.
    VouchersExpired,
    /// Voucher codes that were sent from this browser before.
    CodesSentBefore,
    /// A discount, switched on, has ended already.
    DiscountOver,
    /// A permission list that the store does not show is replaced.
    UnseenPermissions,
    /// Permission entries of the live store are removed because the file does not mention them.
    PermissionsRemoved,
    /// One same new value down a whole column.
    SameValue {
        /// The column.
        column: ColumnId,
        /// The value.
        value: String,
    },
}

/// A warning that a person confirms.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guard {
    /// What it is about.
    pub kind: GuardKind,
    /// The same in words, with the count.
    pub words: String,
    /// How many products.
    pub count: u32,
    /// The first few of them.
    pub first: Vec<ProductId>,
}

/// Ids that a guard names.
const NAMED: usize = 5;

/// Looks over all that would be sent. `now` decides what is past; `earlier` holds the SHA-256 of codes that were sent before.
#[must_use]
pub fn guards(all: &[Compared<'_>], limits: Limits, now: Timestamp, earlier: &HashSet<[u8; 32]>) -> Vec<Guard> {
    let sent: Vec<_> = all.iter().filter(|c| c.comparison.changes_something()).collect();
    let mut found = Vec::new();
    let mut guard = |kind: GuardKind, ids: Vec<ProductId>, words: &dyn Fn(usize) -> String| {
        if !ids.is_empty() {
            let count = u32::try_from(ids.len()).unwrap_or(u32::MAX);
            found.push(Guard { kind, words: words(ids.len()), count, first: ids.into_iter().take(NAMED).collect() });
        }
    };
    let ids = |test: &dyn Fn(&Compared<'_>) -> bool| -> Vec<ProductId> {
        sent.iter().filter(|c| test(c)).map(|c| c.comparison.id).collect()
    };

    guard(GuardKind::PriceZero, ids(&|c| c.comparison.patch.price.as_set().is_some_and(|p| p.amount().is_zero())), &|n| {
        format!("{} will cost 0", products(n))
    });
    let percent = limits.price_move_percent;
    guard(GuardKind::PriceMoved { percent }, ids(&|c| moved(c, percent)), &|n| {
        format!("the price of {} moves by more than {percent} %", products(n))
    });
    guard(GuardKind::DiscountNotBelowPrice, ids(&discount_not_below_price), &|n| {
        format!("the discount price of {} will not be below the price", products(n))
    });
    guard(GuardKind::DiscountOver, ids(&|c| discount_over(c, now)), &|n| {
        format!("the discount of {} will be over already", products(n))
    });
    let archived = ids(&|c| c.comparison.patch.is_archived == Edit::Set(true));
    let percent = limits.archived_percent;
    if archived.len() as u64 * 100 > all.len() as u64 * u64::from(percent) {
        let of = all.len();
        guard(GuardKind::ManyArchived { percent }, archived, &|n| {
            format!("{} of the {of} in this run will be archived", products(n))
        });
    }
    let expired = ids(&|c| c.comparison.patch.vouchers.as_ref().is_some_and(|append| append.expire_date < now));
    guard(GuardKind::VouchersExpired, expired, &|n| format!("{} will get vouchers that have expired already", products(n)));
    let again = |c: &Compared<'_>| {
        let known = |code: &VoucherCode| earlier.contains::<[u8; 32]>(&Sha256::digest(code.reveal().as_bytes()).into());
        !earlier.is_empty() && c.comparison.patch.vouchers.iter().flat_map(|append| &append.codes).any(known)
    };
    guard(GuardKind::CodesSentBefore, ids(&again), &|n| {
        format!("{} will get voucher codes that were sent from this browser before", products(n))
    });
    let unseen = |c: &Compared<'_>| c.comparison.patch.permissions.as_set().is_some() && c.live.permissions.is_none();
    guard(GuardKind::UnseenPermissions, ids(&unseen), &|n| {
        format!("the permissions of {} are replaced, and the store does not show what they are now", products(n))
    });
    guard(GuardKind::PermissionsRemoved, ids(&permissions_removed), &|n| {
        format!("{} will lose permission entries that the file does not mention", products(n))
    });
    for (column, value, ids) in same_values(&sent, limits.same_value_products as usize) {
        let shown: String = value.chars().take(60).collect();
        guard(GuardKind::SameValue { column, value }, ids, &|n| {
            format!("\"{}\" becomes \"{shown}\" for all {} that change it", column.header(), products(n))
        });
    }
    found
}

fn products(count: usize) -> String {
    if count == 1 { "1 product".to_owned() } else { format!("{count} products") }
}

fn moved(c: &Compared<'_>, percent: u32) -> bool {
    let (Some(old), Edit::Set(new)) = (c.live.price, &c.comparison.patch.price) else { return false };
    let (old, new) = (old.amount(), new.amount());
    // A price that was 0 has no per cent to move by. Values beyond what a decimal can hold have certainly moved.
    !old.is_zero()
        && match ((new - old).abs().checked_mul(Decimal::from(100)), old.checked_mul(Decimal::from(percent))) {
            (Some(by), Some(limit)) => by > limit,
            _ => true,
        }
}

fn discount_not_below_price(c: &Compared<'_>) -> bool {
    let patch = &c.comparison.patch;
    if patch.price.is_keep() && patch.discount_price.is_keep() && patch.is_discount_enabled.is_keep() {
        return false;
    }
    let after = apply(patch, c.live);
    after.is_discount_enabled != Some(false)
        && matches!((after.price, after.discount_price), (Some(price), Some(Some(discount))) if discount >= price)
        // Not shown whether it is on: speak only where the file itself sets the discount.
        && (after.is_discount_enabled == Some(true) || !patch.discount_price.is_keep())
}

fn discount_over(c: &Compared<'_>, now: Timestamp) -> bool {
    let patch = &c.comparison.patch;
    if patch.discount_end_date.is_keep() && patch.is_discount_enabled.is_keep() {
        return false;
    }
    let after = apply(patch, c.live);
    after.is_discount_enabled != Some(false) && matches!(after.discount_end_date, Some(Some(end)) if end < now)
}

fn permissions_removed(c: &Compared<'_>) -> bool {
    match (&c.comparison.patch.permissions, &c.live.permissions) {
        (Edit::Set(new), Some(live)) => new.len() < live.len(),
        _ => false,
    }
}

/// Columns in which every product that changes gets the same new value, though the old ones differ or are many: what a
/// slip of the fill handle looks like. Yes-or-no columns are left out: a whole column of "true" is how they are used.
fn same_values(sent: &[&Compared<'_>], limit: usize) -> Vec<(ColumnId, String, Vec<ProductId>)> {
    struct Column {
        value: Shown,
        ids: Vec<ProductId>,
    }
    let mut columns: BTreeMap<ColumnId, Option<Column>> = BTreeMap::new();
    for c in sent {
        for change in c.comparison.changes.iter().filter(|change| change.entry.is_none()) {
            if matches!(change.new, Shown::Flag(_) | Shown::Appends { .. } | Shown::Nothing) {
                continue;
            }
            let column =
                columns.entry(change.column).or_insert_with(|| Some(Column { value: change.new.clone(), ids: Vec::new() }));
            match column {
                Some(same) if same.value == change.new => same.ids.push(c.comparison.id),
                other => *other = None,
            }
        }
    }
    columns
        .into_iter()
        .filter_map(|(column, same)| {
            let same = same.filter(|same| same.ids.len() >= limit)?;
            Some((column, same.value.to_string(), same.ids))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::compare;
    use super::*;
    use crate::domain::{Price, ProductUpdate, Timestamp, VoucherAppend};

    fn id(n: u8) -> ProductId {
        ProductId::from_bytes([n; 12])
    }

    fn sent_before() -> HashSet<[u8; 32]> {
        [Sha256::digest(b"OLD").into()].into()
    }

    fn found(pairs: &[(Product, ProductUpdate)]) -> Vec<(GuardKind, u32)> {
        let comparisons: Vec<_> = pairs.iter().map(|(live, update)| compare(update, live, &[])).collect();
        let all: Vec<_> = pairs.iter().zip(&comparisons).map(|((live, _), comparison)| Compared { live, comparison }).collect();
        let now = Timestamp::parse("2026-06-01").unwrap();
        let limits = Limits { same_value_products: 3, ..Limits::default() };
        guards(&all, limits, now, &sent_before()).into_iter().map(|guard| (guard.kind, guard.count)).collect()
    }

    fn live(n: u8, price: u32) -> Product {
        let discount_price = Some(Some(Price::whole(4)));
        Product { price: Some(Price::whole(price)), discount_price, is_discount_enabled: Some(true), ..Product::unknown(id(n)) }
    }

    fn priced(n: u8, price: u32) -> ProductUpdate {
        ProductUpdate { price: Edit::Set(Price::whole(price)), ..ProductUpdate::nothing(id(n)) }
    }

    #[test]
    fn each_guard_speaks_for_its_own_case_only() {
        use GuardKind::{DiscountNotBelowPrice, DiscountOver, ManyArchived, PriceMoved, PriceZero, SameValue, VouchersExpired};
        let moved = PriceMoved { percent: 50 };
        assert_eq!(found(&[(live(1, 10), priced(1, 15))]), []);
        assert_eq!(found(&[(live(1, 10), priced(1, 16))]), [(moved.clone(), 1)]);
        assert_eq!(found(&[(live(1, 10), priced(1, 5))]), []);
        assert_eq!(found(&[(live(1, 10), priced(1, 4))]), [(moved.clone(), 1), (DiscountNotBelowPrice, 1)]);
        assert_eq!(found(&[(live(1, 10), priced(1, 0))]), [(PriceZero, 1), (moved, 1), (DiscountNotBelowPrice, 1)]);

        let archive = |n| ProductUpdate { is_archived: Edit::Set(true), ..ProductUpdate::nothing(id(n)) };
        let run = |archived: u8| -> Vec<_> {
            (0..10).map(|n| (live(n, 10), if n < archived { archive(n) } else { priced(n, 10 + u32::from(n % 3)) })).collect()
        };
        assert_eq!(found(&run(2)), []);
        assert_eq!(found(&run(3)), [(ManyArchived { percent: 20 }, 3)]);

        let end = |text| ProductUpdate {
            discount_end_date: Edit::Set(Timestamp::parse(text).unwrap()),
            ..ProductUpdate::nothing(id(1))
        };
        assert_eq!(found(&[(live(1, 10), end("2026-05-31"))]), [(DiscountOver, 1)]);
        assert_eq!(found(&[(live(1, 10), end("2026-06-02"))]), []);

        let append = VoucherAppend { codes: vec![VoucherCode::parse("A").unwrap()], expire_date: Timestamp::from_millis(0) };
        let vouchers = ProductUpdate { vouchers: Some(append), ..ProductUpdate::nothing(id(1)) };
        assert_eq!(found(&[(live(1, 10), vouchers)]), [(VouchersExpired, 1)]);

        let append = |code: &str| ProductUpdate {
            vouchers: Some(VoucherAppend {
                codes: vec![VoucherCode::parse("NEW").unwrap(), VoucherCode::parse(code).unwrap()],
                expire_date: Timestamp::parse("2030-01-01").unwrap(),
            }),
            ..ProductUpdate::nothing(id(1))
        };
        assert_eq!(found(&[(live(1, 10), append("OLD"))]), [(GuardKind::CodesSentBefore, 1)]);
        assert_eq!(found(&[(live(1, 10), append("NEWER"))]), []);

        let same: Vec<_> = (0..3).map(|n| (live(n, 10), priced(n, 12))).collect();
        assert_eq!(found(&same), [(SameValue { column: ColumnId::Price, value: "12".to_owned() }, 3)]);
    }
}
