//! What a person does to a run: pause, go on, cancel, a new key.
//!
//! In: the press of a button. Out: a [`Sender`] that hands out other effects from now on. Must never know: buttons.

use super::machine::{Halt, Sender};
use super::report::{Doubt, Unsent};
use super::task::Op;
use std::collections::BTreeSet;

impl Sender {
    /// Stops after the batch under way.
    pub fn pause(&mut self) {
        if self.halt.is_none() {
            self.halt = Some(Halt::Paused);
        }
    }

    /// Goes on after a pause or a stop. After a stop, what was given up is tried again and what is unknown is checked
    /// again. A missing key is not cured by this.
    pub fn resume(&mut self) {
        if std::mem::take(&mut self.journal_fails) {
            self.look_again();
            return;
        }
        match self.halt.take() {
            Some(halt @ (Halt::NeedsKey { .. } | Halt::NoJournal)) => self.halt = Some(halt),
            Some(Halt::Failing { .. }) => self.try_again(),
            Some(Halt::Paused | Halt::Doubled) | None => {}
        }
    }

    /// What was read before a long wait may be old by now: it is read again.
    fn look_again(&mut self) {
        for at in 0..self.lanes.len() {
            let Some(lane) = self.lanes.get_mut(at) else { continue };
            if let Some(&Op::Put(batch)) = lane.ops.front() {
                lane.ops.pop_front();
                self.lane = at;
                self.step_back(batch);
            }
        }
    }

    /// A request that was about to leave does not.
    pub(super) fn step_back(&mut self, batch: u32) {
        self.take_back(batch);
        self.first([Op::Begin(batch)]);
    }

    /// Stops for good: what is under way is settled, the rest is not sent.
    pub fn cancel(&mut self) {
        self.cancelled = true;
        // It is tried once more; see `recorded`.
        self.journal_fails = false;
        if matches!(self.halt, Some(Halt::Paused | Halt::Failing { .. } | Halt::Doubled)) {
            self.halt = None;
        }
        if matches!(self.halt, Some(Halt::NeedsKey { .. })) {
            // Without a key nothing can be read back: what is in doubt stays so.
            self.halt = None;
            let mut ops = std::mem::take(&mut self.todo);
            // A request under way is waited for: only its answer says more.
            for lane in self.lanes.iter_mut().filter(|lane| lane.out.is_none()) {
                ops.append(&mut lane.ops);
                lane.kind = None;
            }
            for task in ops.iter().filter_map(Op::batch).flat_map(|batch| self.open(batch)).collect::<BTreeSet<_>>() {
                self.settle_unsent(task, &Unsent::Cancelled, Doubt::KeyRefused);
            }
        }
    }

    /// From now on updates leave by this door: what is frozen from an earlier visit is frozen anew before it is sent.
    pub const fn leave_by(&mut self, door: crate::api::Door) {
        self.limits.door = door;
    }

    /// A new key is in place; `community` is the store it belongs to, where known. Whether it is the store of this run: if
    /// it is not, nothing goes on.
    pub fn key_replaced(&mut self, community: Option<&str>) -> bool {
        if let (Some(ours), Some(theirs)) = (&self.about.community, community)
            && ours != theirs
        {
            return false;
        }
        if matches!(self.halt, Some(Halt::NeedsKey { .. })) {
            self.halt = None;
            self.look_again();
        }
        true
    }
}
