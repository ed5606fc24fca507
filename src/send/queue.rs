//! Tasks, batches and what is to be done with them: the parts that fields and vouchers share.
//!
//! In: verdicts. Out: the queue of a [`Sender`]. Must never know: the difference between fields and vouchers beyond their
//! kind.

use super::flaw::{self, Flaw};
use super::journal::{Entry, sha256};
use super::judge::{self, Verdict};
use super::machine::{Halt, Sender};
use super::report::{Doubt, Fate, Unsent};
use super::task::{Group, Op, Task};
use crate::api::{ApiError, Failure, RetryAfter, endpoint};
use crate::domain::{Product, ProductId};
use crate::review::Kind;
use std::collections::{HashMap, HashSet};

/// What was read, by product.
pub(super) type ById = HashMap<ProductId, Result<Option<Product>, ApiError>>;

/// Groups tasks for as few requests as the limits allow, in order, no product twice.
pub(super) fn group_up(tasks: &[Task], numbers: Vec<usize>) -> Vec<(Kind, Vec<usize>)> {
    let mut groups = Vec::new();
    for kind in [Kind::Fields, Kind::Vouchers] {
        let mut list = Vec::new();
        let mut ids = HashSet::new();
        for &number in &numbers {
            let Some(task) = tasks.get(number).filter(|task| task.kind == kind) else { continue };
            if list.len() >= kind.limit() || ids.contains(&task.patch.id) {
                groups.push((kind, std::mem::take(&mut list)));
                ids.clear();
            }
            ids.insert(task.patch.id);
            list.push(number);
        }
        if !list.is_empty() {
            groups.push((kind, list));
        }
    }
    groups
}

impl Sender {
    pub(super) fn kind(&self, batch: u32) -> Kind {
        self.groups.get(&batch).map_or(Kind::Fields, |group| group.kind)
    }

    pub(super) fn is_settled(&self, number: usize) -> bool {
        self.tasks.get(number).is_none_or(|task| task.fate.is_some())
    }

    /// The tasks of a batch that are not settled.
    pub(super) fn open(&self, batch: u32) -> Vec<usize> {
        let tasks = self.groups.get(&batch).map(|group| group.tasks.as_slice()).unwrap_or_default();
        tasks.iter().copied().filter(|&number| !self.is_settled(number)).collect()
    }

    pub(super) fn to_read(&self, batch: u32, only_one: bool) -> Vec<ProductId> {
        let ids = self.open(batch).into_iter().filter_map(|number| Some(self.tasks.get(number)?.patch.id));
        ids.take(if only_one { 1 } else { usize::MAX }).collect()
    }

    /// A bundle to read. It is never sent as it is.
    pub(super) fn bundle(&mut self, kind: Kind, tasks: Vec<usize>) -> u32 {
        let batch = self.next_batch;
        self.next_batch += 1;
        self.groups.insert(batch, Group::new(kind, tasks));
        batch
    }

    /// A request, written down before it can be sent. `attempt`: times its tasks were sent already.
    pub(super) fn freeze(&mut self, kind: Kind, tasks: Vec<usize>, attempt: u32) -> u32 {
        let patches: Vec<_> = tasks.iter().filter_map(|&number| Some(self.tasks.get(number)?.patch.clone())).collect();
        let body = endpoint::update_products(&patches, self.limits.door).ok().and_then(|request| request.body);
        let batch = self.bundle(kind, tasks);
        if let Some(group) = self.groups.get_mut(&batch) {
            group.frozen = true;
            group.attempt = attempt;
            group.body = sha256(&body.map(|body| body.bytes).unwrap_or_default());
            for &number in &group.tasks {
                if let Some(task) = self.tasks.get_mut(number) {
                    task.batches.push(batch);
                }
            }
        }
        self.record_frozen(batch);
        batch
    }

    pub(super) fn record_frozen(&mut self, batch: u32) {
        let Some(group) = self.groups.get(&batch) else { return };
        let items = group.tasks.iter().filter_map(|&number| self.item(number)).collect();
        let body = group.body;
        self.record(Entry::Frozen { batch, body, items });
    }

    /// The same batch if all of it is still open and it is a request; otherwise a new request with what is open.
    pub(super) fn narrowed(&mut self, batch: u32) -> Option<u32> {
        let open = self.open(batch);
        let group = self.groups.get(&batch)?;
        if open.is_empty() {
            return None;
        }
        if group.frozen && open.len() == group.tasks.len() {
            return Some(batch);
        }
        let (kind, attempt) = (group.kind, group.attempt);
        Some(self.freeze(kind, open, attempt))
    }

    /// Puts operations at the head of the lane, in this order.
    pub(super) fn first(&mut self, ops: impl IntoIterator<Item = Op, IntoIter: DoubleEndedIterator>) {
        let Some(lane) = self.lanes.get_mut(self.lane) else { return };
        for op in ops.into_iter().rev() {
            lane.ops.push_front(op);
        }
    }

    /// Does this after all else that this lane has to do.
    pub(super) fn last(&mut self, ops: impl IntoIterator<Item = Op>) {
        if let Some(lane) = self.lanes.get_mut(self.lane) {
            lane.ops.extend(ops);
        }
    }

    /// Settles as cancelled what is certain not to have been applied.
    pub(super) fn settle_certain(&mut self, batch: u32) {
        for number in self.open(batch) {
            if self.tasks.get(number).is_some_and(|task| !task.doubt) {
                self.settle(number, Fate::NotSent { reason: Unsent::Cancelled });
            }
        }
    }

    pub(super) fn settle(&mut self, number: usize, fate: Fate) {
        let Some(task) = self.tasks.get_mut(number) else { return };
        if matches!(fate, Fate::SentTwice { .. }) && self.halt.is_none() {
            self.halt = Some(Halt::Doubled);
        }
        let fate = match fate {
            // Half of it is there: "not applied" would be false.
            Fate::NotSent { .. } | Fate::Refused { .. } if task.fields_there => task.only_fields(),
            // "Not sent" would be false.
            Fate::NotSent { reason: Unsent::Cancelled } if task.sent > 0 => Fate::NotSent { reason: Unsent::NotAgain },
            Fate::Unknown { reason } if task.fields_there && !matches!(reason, Doubt::Codes(_)) => {
                Fate::Unknown { reason: Doubt::Codes(Box::new(reason)) }
            }
            fate => fate,
        };
        task.fate = Some(fate.clone());
        if task.kind == Kind::Vouchers && !task.needs_codes() {
            self.forgetting.extend(&task.batches);
        }
        self.record(Entry::Settled { fates: vec![(u32::try_from(number).unwrap_or(u32::MAX), fate)] });
    }

    /// Settles what will not be sent any more: as unsent if that is certain, as unknown if it is not.
    pub(super) fn settle_unsent(&mut self, number: usize, reason: &Unsent, doubt: Doubt) {
        let in_doubt = self.tasks.get(number).is_some_and(|task| task.doubt);
        let fate = if in_doubt { Fate::Unknown { reason: doubt } } else { Fate::NotSent { reason: reason.clone() } };
        self.settle(number, fate);
    }

    /// Starts, or starts again, a batch.
    pub(super) fn begin(&mut self, batch: u32, now_ms: u64) {
        if self.cancelled {
            self.settle_certain(batch);
            if !self.open(batch).is_empty() {
                self.first([Op::Read(batch)]);
            }
            return;
        }
        match self.kind(batch) {
            Kind::Fields if self.limits.looks_first && !flaw::has(Flaw::OverwritesOthers) => self.first([Op::Check(batch)]),
            Kind::Fields => {
                if let Some(batch) = self.narrowed(batch) {
                    self.depart(batch, now_ms);
                }
            }
            Kind::Vouchers => self.first([Op::StockBefore(batch)]),
        }
    }

    /// Writes down that a request is about to leave, and lets it.
    pub(super) fn depart(&mut self, batch: u32, now_ms: u64) {
        let Some(group) = self.groups.get_mut(&batch) else { return };
        group.attempt += 1;
        group.looks = 0;
        group.unread = 0;
        group.verdict = None;
        let attempt = group.attempt;
        let stocks = match self.kind(batch) {
            Kind::Fields => Vec::new(),
            Kind::Vouchers => self.stocks(batch),
        };
        self.record(Entry::Sending { batch, attempt, at_ms: now_ms, stocks });
        self.first([Op::Put(batch)]);
    }

    /// Notes that nothing of the last attempt was applied, unless an earlier one is in doubt.
    pub(super) fn take_back(&mut self, batch: u32) {
        if let Some(group) = self.groups.get_mut(&batch) {
            group.attempt = group.attempt.saturating_sub(1);
        }
        let in_doubt = self.open(batch).iter().any(|&number| self.tasks.get(number).is_some_and(|task| task.doubt));
        if !in_doubt {
            self.record(Entry::Back { batch });
        }
    }

    pub(super) fn doubt(&mut self, batch: u32) {
        for number in self.open(batch) {
            if let Some(task) = self.tasks.get_mut(number) {
                task.doubt = true;
            }
        }
    }

    pub(super) fn needs_key(&mut self, status: u16, words: String) {
        self.last_words = Some(words.clone());
        self.halt = Some(Halt::NeedsKey { status, words });
    }

    pub(super) fn offline(&mut self, batch: u32, now_ms: u64) {
        self.last_words = Some(judge::words(&ApiError::Unreachable(Failure::Offline)));
        let unread = self.groups.get_mut(&batch).map_or(0, |group| {
            group.unread += 1;
            group.unread
        });
        let wait = self.limits.backoff(unread, &mut self.rng).max(self.limits.base_ms);
        self.first([Op::Wait(now_ms + wait), Op::Probe(batch)]);
    }

    /// A probe came back. Anything at all from the store means that the network is there again.
    pub(super) fn probed(&mut self, batch: u32, readings: &ById, now_ms: u64) {
        if self.cancelled {
            return;
        }
        if let Some(error) = readings.values().filter_map(|r| r.as_ref().err()).find(|error| error.is_key_problem()) {
            self.needs_key(error.status().unwrap_or(401), judge::words(error));
            return;
        }
        let reached = |reading: &Result<Option<Product>, ApiError>| !matches!(reading, Err(ApiError::Unreachable(_)));
        if !readings.values().any(reached) {
            self.offline(batch, now_ms);
        } else if let Some(group) = self.groups.get_mut(&batch) {
            group.unread = 0;
        }
    }

    /// The store asks to be left alone. Milliseconds to wait.
    pub(super) fn rest(&mut self, asked: Option<RetryAfter>, now_ms: u64) -> u64 {
        // Answers to requests that left before the store said so tell nothing new.
        if now_ms >= self.quiet_until {
            self.busy_level = self.busy_level.saturating_add(1);
        }
        let wait = self.limits.rest(asked, self.busy_level.max(1), now_ms);
        self.quiet_until = self.quiet_until.max(now_ms.saturating_add(wait));
        wait
    }

    /// Takes one retry out of the budget, if the batch and the run have one left and nobody cancelled.
    pub(super) fn may_retry(&mut self, batch: u32) -> bool {
        let attempt = self.groups.get(&batch).map_or(0, |group| group.attempt);
        let may = !self.cancelled && attempt < self.limits.attempts && self.budget > 0;
        self.budget -= u32::from(may);
        may
    }

    /// A batch is given up. After a few in a row the run stops.
    pub(super) fn failed(&mut self, words: &str) {
        self.failed_in_row += 1;
        if self.failed_in_row >= self.limits.stop_after && self.halt.is_none() && !self.cancelled {
            self.halt = Some(Halt::Failing { words: words.to_owned() });
        }
    }

    pub(super) fn backoff(&mut self, batch: u32) -> u64 {
        let failed = self.groups.get(&batch).map_or(1, |group| group.attempt);
        self.limits.backoff(failed, &mut self.rng)
    }

    /// Reads again after a pause, as often as the limits allow; whether it does. The words are the failed reading's.
    pub(super) fn reread(&mut self, op: Op, batch: u32, error: &ApiError, now_ms: u64) -> bool {
        self.last_words = Some(judge::words(error));
        if judge::is_offline(error) && !self.cancelled {
            self.first([op]);
            self.offline(batch, now_ms);
            return true;
        }
        let Some(group) = self.groups.get_mut(&batch) else { return false };
        group.unread += 1;
        let unread = group.unread;
        if unread >= self.limits.read_attempts || !judge::is_worth_another_try(error) {
            return false;
        }
        let wait = if error.is_rate_limit() {
            self.rest(error.retry_after(), now_ms)
        } else {
            self.limits.backoff(unread, &mut self.rng)
        };
        self.first([Op::Wait(now_ms + wait), op]);
        true
    }

    pub(super) fn verdict(&self, batch: u32) -> Option<Verdict> {
        self.groups.get(&batch).and_then(|group| group.verdict.clone())
    }

    pub(super) fn set_verdict(&mut self, batch: u32, verdict: Verdict) {
        if let Some(group) = self.groups.get_mut(&batch) {
            group.verdict = Some(verdict);
            group.unread = 0;
        }
    }
}
