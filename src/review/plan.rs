//! In which requests the changes are sent.
//!
//! In: the patches a person confirmed. Out: a [`Plan`]: batches in the order they are sent.
//! Must never know: the store's answers.
//!
//! Fields are safe to send twice, voucher codes are not: sending them twice appends them twice. So the two never share a
//! request, and a lost answer to a request with fields costs nothing but a second request.

use crate::domain::{ProductId, ProductPatch};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// Products in one request that carries fields: the service's limit ([dev 37690410], "up to 100 products per request").
pub const FIELD_BATCH: usize = 100;

/// Products in one request that carries voucher codes. Ours, far below the service's limit: each is read before and after
/// (the answer hides the codes), and a lost answer leaves no more than this many products in doubt.
pub const VOUCHER_BATCH: usize = 10;

/// What a batch carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Kind {
    /// Fields only: safe to send again.
    Fields,
    /// Voucher codes only: never sent again blindly.
    Vouchers,
}

impl Kind {
    /// The most products of one request.
    #[must_use]
    pub const fn limit(self) -> usize {
        match self {
            Self::Fields => FIELD_BATCH,
            Self::Vouchers => VOUCHER_BATCH,
        }
    }
}

/// One request's worth: 1 to [`Kind::limit`] patches, no product twice. There is no way to make another but [`plan`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    kind: Kind,
    patches: Vec<ProductPatch>,
}

impl Batch {
    /// What it carries.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// The patches, in the order they are sent.
    #[must_use]
    pub fn patches(&self) -> &[ProductPatch] {
        &self.patches
    }

    /// The patches themselves.
    #[must_use]
    pub fn into_patches(self) -> Vec<ProductPatch> {
        self.patches
    }
}

/// The batches of a run, fields before vouchers: if anything is to be refused for its form, it is better refused while
/// nothing that cannot be taken back has been sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// In the order they are sent.
    pub batches: Vec<Batch>,
}

/// Gathers patches into as few batches as the limits allow, keeping their order. A patch with codes goes whole, with its
/// fields, into a batch of vouchers: it is one item of one request, as the reference's own example has it
/// ([dev 37690410]), and takes no second request. One with neither is dropped. Where a product appears twice, its patches
/// stay in order, in different batches.
#[must_use]
pub fn plan(patches: Vec<ProductPatch>) -> Plan {
    let (mut fields, mut vouchers) = (Packer::new(Kind::Fields), Packer::new(Kind::Vouchers));
    for mut patch in patches {
        patch.vouchers = patch.vouchers.take().filter(|append| !append.codes.is_empty());
        if patch.vouchers.is_some() {
            vouchers.push(patch);
        } else if patch.has_fields() {
            fields.push(patch);
        }
    }
    fields.batches.append(&mut vouchers.batches);
    Plan { batches: fields.batches }
}

struct Packer {
    kind: Kind,
    batches: Vec<Batch>,
    /// All batches before this one are full.
    open: usize,
    /// The batch after the one that holds a product last.
    after: HashMap<ProductId, usize>,
}

impl Packer {
    fn new(kind: Kind) -> Self {
        Self { kind, batches: Vec::new(), open: 0, after: HashMap::new() }
    }

    fn push(&mut self, patch: ProductPatch) {
        let limit = self.kind.limit();
        let mut at = self.after.get(&patch.id).copied().unwrap_or(0).max(self.open);
        while self.batches.get(at).is_some_and(|batch| batch.patches.len() >= limit) {
            at += 1;
        }
        if at >= self.batches.len() {
            at = self.batches.len();
            self.batches.push(Batch { kind: self.kind, patches: Vec::new() });
        }
        self.after.insert(patch.id, at + 1);
        if let Some(batch) = self.batches.get_mut(at) {
            batch.patches.push(patch);
        }
        while self.batches.get(self.open).is_some_and(|batch| batch.patches.len() >= limit) {
            self.open += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Edit, Price, Timestamp, VoucherAppend, VoucherCode};
    use proptest::prelude::*;

    fn id(n: usize) -> ProductId {
        let mut bytes = [0; 12];
        bytes[..8].copy_from_slice(&(n as u64).to_be_bytes());
        ProductId::from_bytes(bytes)
    }

    fn codes(n: usize) -> VoucherAppend {
        VoucherAppend { codes: vec![VoucherCode::parse(&format!("C{n}")).unwrap()], expire_date: Timestamp::from_millis(0) }
    }

    fn fields(n: usize) -> ProductPatch {
        ProductPatch { price: Edit::Set(Price::whole(1)), ..ProductPatch::nothing(id(n)) }
    }

    #[test]
    fn batches_are_as_few_as_the_limits_allow() {
        for (products, field_batches, voucher_batches) in
            [(0, 0, 0), (1, 1, 1), (99, 1, 10), (100, 1, 10), (101, 2, 11), (10_000, 100, 1_000)]
        {
            let with_codes = (0..products).map(|n| ProductPatch { vouchers: Some(codes(n)), ..fields(n) });
            let plan = plan(with_codes.chain((0..products).map(|n| fields(n + 20_000))).collect());
            let count = |kind| plan.batches.iter().filter(|b| b.kind == kind).count();
            assert_eq!((count(Kind::Fields), count(Kind::Vouchers)), (field_batches, voucher_batches), "{products}");
            assert!(plan.batches.is_sorted_by_key(|b| b.kind), "fields alone go first");
        }
    }

    #[test]
    fn nothing_is_sent_for_nothing() {
        let empty = VoucherAppend { codes: Vec::new(), expire_date: Timestamp::from_millis(0) };
        let none = ProductPatch { vouchers: Some(empty), ..ProductPatch::nothing(id(1)) };
        assert_eq!(plan(vec![ProductPatch::nothing(id(0)), none]), Plan::default());
    }

    proptest! {
        #[test]
        fn the_batches_together_are_the_changes(asked in prop::collection::vec((0usize..250, any::<bool>(), any::<bool>()), 0..600)) {
            let patches: Vec<_> = asked.iter().enumerate().map(|(at, &(n, f, v))| ProductPatch {
                name: if f { Edit::Set(at.to_string()) } else { Edit::Keep },
                vouchers: v.then(|| codes(at)),
                ..ProductPatch::nothing(id(n))
            }).collect();
            let plan = plan(patches.clone());
            for kind in [Kind::Fields, Kind::Vouchers] {
                let mut sent: HashMap<ProductId, Vec<ProductPatch>> = HashMap::new();
                for batch in plan.batches.iter().filter(|b| b.kind == kind) {
                    prop_assert!((1..=kind.limit()).contains(&batch.patches.len()));
                    let mut ids: Vec<_> = batch.patches.iter().map(|p| p.id).collect();
                    ids.sort();
                    ids.dedup();
                    prop_assert_eq!(ids.len(), batch.patches.len());
                    for patch in &batch.patches {
                        prop_assert!(patch.has_fields() || kind == Kind::Vouchers);
                        prop_assert_eq!(patch.vouchers.is_some(), kind == Kind::Vouchers);
                        sent.entry(patch.id).or_default().push(patch.clone());
                    }
                }
                let mut wanted: HashMap<ProductId, Vec<ProductPatch>> = HashMap::new();
                for patch in &patches {
                    let of = if patch.vouchers.is_some() { Kind::Vouchers } else { Kind::Fields };
                    if of == kind && *patch != ProductPatch::nothing(patch.id) {
                        wanted.entry(patch.id).or_default().push(patch.clone());
                    }
                }
                prop_assert_eq!(sent, wanted);
            }
        }
    }
}
