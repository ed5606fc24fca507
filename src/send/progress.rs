//! How far a run is, and what became of every product: true at any moment, not only at the end.
//!
//! In: a [`Sender`]. Out: [`Progress`] and a [`Line`] per product. Must never know: what is done next.

use super::journal::About;
use super::machine::{Halt, Sender};
use super::report::{Doubt, Fate, Line, Part, Unsent};
use super::task::{Op, Task};
use crate::domain::{ProductId, ProductPatch};
use crate::review::{Before, FieldChange};
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};

/// How far the run is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// Why nothing is being sent, if so.
    pub halt: Option<Halt>,
    /// Whether a person cancelled the run.
    pub cancelled: bool,
    /// Whether everything is settled.
    pub finished: bool,
    /// Products of the plan.
    pub products: u32,
    /// Products whose every part is settled, for good or ill.
    pub settled: u32,
    /// Products applied and proven.
    pub done: u32,
    /// Products refused.
    pub refused: u32,
    /// Products in doubt: under way, or settled as unknown.
    pub unknown: u32,
    /// Products held back because somebody else has changed them since they were compared.
    pub held_back: u32,
    /// Products given up after several tries, and known not to have been applied; or not readable just before.
    pub given_up: u32,
    /// Requests planned, splits included.
    pub batches: u32,
    /// Requests whose every task is settled.
    pub batches_settled: u32,
    /// Requests sent.
    pub sent: u32,
    /// Of those, sent again.
    pub retries: u32,
    /// When the run began, in milliseconds since 1970.
    pub started_ms: u64,
    /// Until when nothing is sent because the store or the network needs a pause, in milliseconds since 1970.
    pub waiting_until_ms: Option<u64>,
    /// What the store said last when it was not a success.
    pub last_words: Option<String>,
}

impl Sender {
    /// How far the run is.
    #[must_use]
    pub fn progress(&self) -> Progress {
        let mut products: HashMap<ProductId, u8> = HashMap::with_capacity(self.tasks.len());
        let mut open = HashMap::new();
        let (mut held, mut given_up) = (HashSet::new(), HashSet::new());
        for task in self.tasks.iter().filter(|task| !task.hole) {
            let gravity = task.fate_now().gravity();
            let gravest = products.entry(task.patch.id).or_default();
            *gravest = gravity.max(*gravest);
            *open.entry(task.patch.id).or_insert(false) |= task.fate.is_none();
            if matches!(task.fate, Some(Fate::NotSent { reason: Unsent::ChangedMeanwhile { .. } })) {
                held.insert(task.patch.id);
            }
            if matches!(task.fate, Some(Fate::NotSent { reason: Unsent::GaveUp { .. } | Unsent::Unread { .. } })) {
                given_up.insert(task.patch.id);
            }
        }
        let count = |test: &dyn Fn(u8) -> bool| short(products.values().filter(|&&gravity| test(gravity)).count());
        let gravity = |fate: Fate| fate.gravity();
        let refused = gravity(Fate::Refused { status: 0, words: String::new() });
        let unknown = gravity(Fate::Unknown { reason: Doubt::UnderWay });
        let queued: HashSet<u32> = self.ops().filter_map(Op::batch).collect();
        let requests = self.groups.iter().filter(|(batch, group)| group.frozen && (group.attempt > 0 || queued.contains(batch)));
        Progress {
            halt: if self.journal_fails { Some(Halt::NoJournal) } else { self.halt.clone() },
            cancelled: self.cancelled,
            finished: self.closed && self.ops().next().is_none(),
            products: short(products.len()),
            settled: short(open.values().filter(|open| !**open).count()),
            done: count(&|gravity| gravity <= 1),
            refused: count(&|gravity| gravity == refused),
            unknown: count(&|gravity| gravity == unknown),
            held_back: short(held.len()),
            given_up: short(given_up.len()),
            batches: short(requests.clone().count()),
            batches_settled: short(requests.filter(|(_, group)| group.tasks.iter().all(|&t| self.is_settled(t))).count()),
            sent: self.sent,
            retries: self.retries,
            started_ms: self.started_ms,
            waiting_until_ms: self.waiting_until,
            last_words: self.last_words.clone(),
        }
    }

    /// Everything that is under way or to be done.
    fn ops(&self) -> impl Iterator<Item = &Op> {
        self.todo.iter().chain(self.lanes.iter().flat_map(|lane| lane.out.iter().chain(&lane.ops)))
    }

    /// What became of every product, in the order of the plan. True at any moment, not only at the end.
    #[must_use]
    pub fn lines(&self) -> Vec<Line> {
        let mut order = Vec::new();
        let mut parts: HashMap<ProductId, (Option<String>, Vec<Part>)> = HashMap::new();
        for task in self.tasks.iter().filter(|task| !task.hole) {
            let (_, list) = parts.entry(task.patch.id).or_insert_with(|| {
                order.push(task.patch.id);
                (task.before.name.clone(), Vec::new())
            });
            list.push(Part { kind: task.kind, fate: task.fate_now(), attempts: task.sent, last_sent_ms: task.last_sent_ms });
        }
        let line = |id| parts.remove(&id).map(|(name, parts)| Line::of(id, name, parts));
        order.into_iter().filter_map(line).collect()
    }

    /// The patches that did not make it (not sent, refused or unknown), to be exported or planned again by a person. Of
    /// codes that were settled and forgotten there are none.
    #[must_use]
    pub fn not_done(&self) -> Vec<ProductPatch> {
        let not_done = |task: &&Task| {
            let fate = task.fate_now();
            !task.hole
                && task.forgotten.is_none()
                && matches!(fate, Fate::NotSent { .. } | Fate::Refused { .. } | Fate::Unknown { .. })
        };
        self.tasks.iter().filter(not_done).map(|task| task.patch.clone()).collect()
    }

    /// What was changed and can be set back: what was asked for, what is remembered from before, and where the store was seen
    /// to hold something else than was asked for.
    pub fn undoable(&self) -> impl Iterator<Item = (&ProductPatch, &Before, &[FieldChange])> {
        self.tasks.iter().filter(|task| !task.hole && task.patch.has_fields()).filter_map(|task| {
            let differences = match task.fate.as_ref()? {
                Fate::Changed { .. } | Fate::Added { .. } | Fate::Unknown { reason: Doubt::Codes(_) } => &[][..],
                Fate::ChangedButDiffers { differences } => differences,
                _ => return None,
            };
            Some((&task.patch, &task.before, differences))
        })
    }

    /// Voucher codes that were added, and cannot be taken back.
    #[must_use]
    pub fn codes_added(&self) -> u32 {
        let added = |task: &Task| match &task.fate {
            Some(Fate::Added { vouchers, .. }) => *vouchers,
            Some(Fate::SentTwice { added, .. }) => u32::try_from(*added).unwrap_or(0),
            _ => 0,
        };
        self.tasks.iter().map(added).fold(0, u32::saturating_add)
    }

    /// Where the store's list showed the products when they were compared.
    pub fn places(&self) -> impl Iterator<Item = (ProductId, u32)> {
        self.tasks.iter().filter_map(|task| Some((task.patch.id, task.before.place?)))
    }

    /// Whether a person has cancelled the run.
    #[must_use]
    pub const fn is_cancelled(&self) -> bool {
        self.cancelled
    }

    /// Whose store this run is for.
    #[must_use]
    pub const fn about(&self) -> &About {
        &self.about
    }
}

fn short(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
