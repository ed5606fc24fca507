//! What the queue is made of: tasks (one product's part of the run), groups of them, and operations.
//!
//! In: a patch. Out: its fate so far. Must never know: in which order anything is done.

use super::journal::Asked;
use super::judge::Verdict;
use super::reconcile::Stock;
use super::report::{Doubt, Fate, Unsent};
use crate::domain::{ColumnId, ProductId, ProductPatch, Timestamp};
use crate::review::{Before, FieldChange, Kind, Shown};

/// One product's fields, or one product's vouchers with what is sent beside them.
#[derive(Clone, Debug)]
#[allow(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub(super) struct Task {
    pub(super) kind: Kind,
    pub(super) patch: ProductPatch,
    /// What is remembered of the product from before.
    pub(super) before: Before,
    /// Settled, for good or until a person tries again.
    pub(super) fate: Option<Fate>,
    /// On its way at this moment.
    pub(super) under_way: bool,
    /// Sent at least once with an outcome that nobody knows yet.
    pub(super) doubt: bool,
    /// The store's last answer named it as done.
    pub(super) said_done: bool,
    /// Vouchers that were sent with fields: the fields have arrived, though the codes have not.
    pub(super) fields_there: bool,
    /// Vouchers that leave a second time, after an answer that left open whether they had arrived the first time.
    pub(super) again: bool,
    /// Vouchers: what the product had before these codes were first sent.
    pub(super) stock: Option<Stock>,
    pub(super) sent: u32,
    pub(super) last_sent_ms: Option<u64>,
    /// From an earlier visit: somebody may have edited the product since.
    pub(super) resumed: bool,
    /// From an earlier visit, and its codes are forgotten: all that the journal has.
    pub(super) forgotten: Option<Asked>,
    /// Stands for a task that the journal lost.
    pub(super) hole: bool,
    /// The requests in the journal that carry it.
    pub(super) batches: Vec<u32>,
}

impl Task {
    pub(super) const fn new(kind: Kind, patch: ProductPatch, before: Before) -> Self {
        Self {
            kind,
            patch,
            before,
            fate: None,
            under_way: false,
            doubt: false,
            said_done: false,
            fields_there: false,
            again: false,
            stock: None,
            sent: 0,
            last_sent_ms: None,
            resumed: false,
            forgotten: None,
            hole: false,
            batches: Vec::new(),
        }
    }

    pub(super) fn hole() -> Self {
        let nobody = ProductId::from_bytes([0; 12]);
        let mut task = Self::new(Kind::Fields, ProductPatch::nothing(nobody), Before::nothing(nobody));
        task.fate = Some(Fate::Unknown { reason: Doubt::Damaged });
        let fields = ProductPatch::nothing(nobody);
        task.forgotten = Some(Asked::Forgotten { fields, hashes: Vec::new(), expire: Timestamp::from_millis(0) });
        task.hole = true;
        task
    }

    pub(super) fn fate_now(&self) -> Fate {
        match (&self.fate, self.doubt || self.under_way) {
            (Some(fate), _) => fate.clone(),
            (None, true) => Fate::Unknown { reason: Doubt::UnderWay },
            (None, false) => Fate::NotSent { reason: Unsent::Waiting },
        }
    }

    /// Whether its codes may still have to be sent.
    pub(super) const fn needs_codes(&self) -> bool {
        self.forgotten.is_none()
            && matches!(self.fate, None | Some(Fate::NotSent { .. } | Fate::Unknown { .. } | Fate::Refused { .. }))
    }

    /// The fate of vouchers that did not arrive while the fields sent with them did.
    pub(super) fn only_fields(&self) -> Fate {
        let asked = self.patch.vouchers.as_ref().map_or(Shown::Nothing, |append| Shown::Appends {
            count: u32::try_from(append.codes.len()).unwrap_or(u32::MAX),
            expire: append.expire_date,
        });
        let change = FieldChange { column: ColumnId::Vouchers, entry: None, old: asked, new: Shown::Nothing };
        Fate::ChangedButDiffers { differences: vec![change] }
    }

    pub(super) fn codes(&self) -> usize {
        self.patch.vouchers.as_ref().map_or(0, |append| append.codes.len())
    }
}

/// Tasks that are sent, or only read, together.
#[derive(Clone, Debug)]
pub(super) struct Group {
    pub(super) kind: Kind,
    pub(super) tasks: Vec<usize>,
    /// Whether it is a request in the journal, and not only a bundle to read.
    pub(super) frozen: bool,
    /// SHA-256 of the request's body.
    pub(super) body: [u8; 32],
    /// Times sent.
    pub(super) attempt: u32,
    /// Readings in a row that failed.
    pub(super) unread: u32,
    /// Looks at the stock since the last answer.
    pub(super) looks: u32,
    /// The last answer.
    pub(super) verdict: Option<Verdict>,
}

impl Group {
    pub(super) const fn new(kind: Kind, tasks: Vec<usize>) -> Self {
        Self { kind, tasks, frozen: false, body: [0; 32], attempt: 0, unread: 0, looks: 0, verdict: None }
    }
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Op {
    Begin(u32),
    /// Look whether somebody else has changed what is about to be sent.
    Check(u32),
    Put(u32),
    /// Read back what is in doubt.
    Read(u32),
    StockBefore(u32),
    Probe(u32),
    Wait(u64),
}

impl Op {
    pub(super) const fn batch(&self) -> Option<u32> {
        match self {
            Self::Begin(batch)
            | Self::Check(batch)
            | Self::Put(batch)
            | Self::Read(batch)
            | Self::StockBefore(batch)
            | Self::Probe(batch) => Some(*batch),
            Self::Wait(_) => None,
        }
    }
}
