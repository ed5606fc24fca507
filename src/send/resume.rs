//! A run is taken up again: after a reload from its journal, or because a person wants what failed to be tried once more.
//!
//! In: what the journal tells. Out: a [`Sender`] that reads back what is in doubt before it sends anything.
//! Must never know: how the journal is kept.

use super::journal::{Asked, Entry, Run, State as Known};
use super::machine::Sender;
use super::queue::group_up;
use super::report::{Doubt, Fate, Unsent};
use super::retry::Limits;
use super::task::{Group, Op, Task};
use crate::review::Kind;
use std::collections::HashMap;

impl Sender {
    /// Takes a run up again after a reload. What was under way is read back before anything is sent; what was not sent is
    /// sent, unless the run was cancelled. The key must belong to the same store, which the caller proves first
    /// ([`About::community`]).
    #[must_use]
    pub fn resumed(run: Run, limits: Limits, seed: u64, now_ms: u64) -> Self {
        let mut sender = Self::empty(run.about, limits, seed, now_ms);
        sender.started_ms = run.started_ms;
        sender.sent = run.requests;
        // Batches of the earlier visit are not sent any more, but their codes may have to be forgotten.
        let mut carried: HashMap<usize, Vec<u32>> = HashMap::new();
        for (batch, (body, tasks)) in run.batches {
            let tasks: Vec<usize> = tasks.into_iter().map(|number| number as usize).collect();
            tasks.iter().for_each(|&number| carried.entry(number).or_default().push(batch));
            let kind =
                tasks.first().and_then(|&number| run.tasks.get(&u32::try_from(number).ok()?)).map_or(Kind::Fields, |t| t.kind);
            sender.groups.insert(batch, Group { frozen: true, body, ..Group::new(kind, tasks) });
            sender.next_batch = sender.next_batch.max(batch.saturating_add(1));
        }
        sender.cancelled = run.cancelled;
        sender.closed = run.closed;
        let (mut waiting, mut doubted) = (Vec::new(), Vec::new());
        for (number, known) in run.tasks {
            let number = number as usize;
            // Numbers are dense but for damage; a hole is filled with a task that is settled and never reported.
            while sender.tasks.len() < number {
                sender.tasks.push(Task::hole());
            }
            let mut task = match known.item.asked {
                Asked::Fields(patch) | Asked::Vouchers(patch) => Task::new(known.kind, patch, known.item.before),
                Asked::Forgotten { fields, hashes, expire } => Task {
                    forgotten: Some(Asked::Forgotten { fields: fields.clone(), hashes, expire }),
                    ..Task::new(known.kind, fields, known.item.before)
                },
            };
            task.sent = known.attempts;
            task.last_sent_ms = known.last_sent_ms;
            task.stock = known.stock;
            task.batches = carried.remove(&number).unwrap_or_default();
            task.resumed = true;
            match known.state {
                Known::Settled(fate) => task.fate = Some(fate),
                Known::Waiting if task.forgotten.is_some() => {
                    let words = "its codes were wiped from this browser".to_owned();
                    task.fate = Some(Fate::NotSent { reason: Unsent::CannotBeSent { words } });
                }
                _ if task.forgotten.is_some() => task.fate = Some(Fate::Unknown { reason: Doubt::Damaged }),
                Known::Waiting => waiting.push(number),
                Known::InDoubt => {
                    task.doubt = true;
                    doubted.push(number);
                }
            }
            sender.tasks.push(task);
        }
        sender.take_up(doubted, waiting);
        sender.closed &= sender.todo.is_empty();
        sender.budget = limits.budget(sender.groups.len());
        sender
    }

    /// Queues readings for what is in doubt and batches for what is waiting.
    pub(super) fn take_up(&mut self, doubted: Vec<usize>, waiting: Vec<usize>) {
        for (kind, tasks) in group_up(&self.tasks, doubted) {
            // Not a request, only a bundle to read: nothing is frozen.
            let batch = self.bundle(kind, tasks);
            self.todo.push_back(Op::Read(batch));
        }
        for (kind, tasks) in group_up(&self.tasks, waiting) {
            let batch = self.freeze(kind, tasks, 0);
            self.todo.push_back(Op::Begin(batch));
        }
    }

    /// Whether there is something to go on with: what was not sent yet, was given up, or was cancelled.
    #[must_use]
    pub fn can_go_on(&self) -> bool {
        let open = |task: &Task| !task.hole && task.forgotten.is_none() && task.fate.as_ref().is_none_or(is_given_up);
        self.tasks.iter().any(open)
    }

    /// Goes on, since a person wants it: also with what was cancelled, or was only looked at since.
    pub fn go_on(&mut self) {
        self.cancelled = false;
        self.try_again();
    }

    /// Reads back everything that is settled as unknown, and sends again what was given up (unless cancelled).
    pub fn try_again(&mut self) {
        let (mut doubted, mut waiting, mut again) = (Vec::new(), Vec::new(), Vec::new());
        for (number, task) in self.tasks.iter_mut().enumerate().filter(|(_, task)| task.forgotten.is_none()) {
            let list = match &task.fate {
                Some(Fate::Unknown { .. }) => {
                    task.doubt = true;
                    &mut doubted
                }
                Some(fate) if is_given_up(fate) && !self.cancelled => &mut waiting,
                _ => continue,
            };
            task.fate = None;
            list.push(number);
            again.push((u32::try_from(number).unwrap_or(u32::MAX), task.doubt));
        }
        self.failed_in_row = 0;
        self.budget = self.limits.budget(self.groups.len());
        if !again.is_empty() {
            self.closed = false;
            self.record(Entry::Again { tasks: again });
            self.take_up(doubted, waiting);
        }
    }
}

/// Whether it is certain that this was not applied, and nothing but somebody's patience kept it from being sent.
const fn is_given_up(fate: &Fate) -> bool {
    matches!(fate, Fate::NotSent { reason: Unsent::GaveUp { .. } | Unsent::Unread { .. } | Unsent::Cancelled | Unsent::NotAgain })
}
