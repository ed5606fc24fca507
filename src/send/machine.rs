//! The sender: what is done next.
//!
//! In: the plan, what came of each effect, the time, what a person presses. Out: one [`Effect`] at a time, [`Progress`](super::Progress),
//! a line per product. Must never know: how an effect is performed.
//!
//! ```text
//!            next(now)                      ┌──────────────── todo: Begin · Put · Read · Probe · Wait ──────────────┐
//!   caller ──────────────► Sender ──────────► fields.rs   answer ► proof ► retry | read back ► split                │
//!          ◄────────────── one Effect        │ vouchers.rs read stock ► send ► read stock ► settled | singles       │
//!            recorded · answered · read · woken └────────────────────────────────────────────────────────────────────┘
//! ```
//!
//! Two rules are kept here and nowhere else. What is to be remembered is recorded before any other effect is handed out:
//! [`Sender::next`] looks at `unrecorded` first, so no step can forget to. And each effect is handed out once: until its
//! outcome is told, [`Effect::Wait`] is the only answer. (One request is in flight today. To allow more, make
//! `outstanding` a small list; everything else is keyed by batch already.)

use super::fields;
use super::journal::{About, Asked, Entry, Item};
use super::reconcile::Stock;
use super::report::{Doubt, Unsent};
use super::retry::{Limits, Pace};
use super::task::{Group, Op, Task};
use super::vouchers;
use crate::api::answer::Answered;
use crate::api::{ApiError, Request, endpoint};
use crate::domain::{Product, ProductId, ProductPatch};
use crate::review::{Before, Kind, Plan};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

/// What the caller does next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Write these, all or none, durably, before anything else; then tell [`Sender::recorded`].
    Record(Vec<Entry>),
    /// Send this request once; then tell [`Sender::answered`].
    Put {
        /// The batch.
        batch: u32,
        /// From 1.
        attempt: u32,
        /// The request.
        request: Request,
    },
    /// Read these products afresh; then tell [`Sender::read`].
    Read {
        /// Which.
        ids: Vec<ProductId>,
        /// What for.
        why: Why,
    },
    /// Call [`Sender::woken`] after so many milliseconds, and [`Sender::next`] at once if a person presses something.
    Sleep {
        /// Milliseconds.
        millis: u64,
    },
    /// An effect handed out earlier has not come back yet.
    Wait,
    /// Nothing to do until a person does something: see [`Progress::halt`](super::Progress::halt).
    Idle,
    /// Everything is settled.
    Finished,
}

/// What a reading is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Why {
    /// The stock before vouchers are added.
    StockBefore,
    /// Whether vouchers arrived.
    StockAfter,
    /// Whether fields arrived.
    Fields,
    /// Whether the store can be reached again: any answer will do.
    Probe,
}

/// What came of reading: per product what was read, `None` where the store says there is no such product.
pub type Readings = Vec<(ProductId, Result<Option<Product>, ApiError>)>;

/// Why nothing is being sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Halt {
    /// A person paused it. The batch under way is finished first.
    Paused,
    /// The key was refused. [`Sender::key_replaced`] goes on.
    NeedsKey {
        /// 401 or 403.
        status: u16,
        /// The store's words.
        words: String,
    },
    /// Too many batches failed in a row. [`Sender::resume`] goes on.
    Failing {
        /// The last words.
        words: String,
    },
    /// Something on the way repeated a request, and codes are in the store twice. [`Sender::resume`] goes on.
    Doubled,
    /// The journal cannot be written. [`Sender::resume`] tries again; nothing is sent without it.
    NoJournal,
}

/// Carries out one plan. Time is told in milliseconds since 1970 and must not jump: start of the run plus a monotonic clock.
#[derive(Clone, Debug)]
pub struct Sender {
    pub(super) about: About,
    pub(super) tasks: Vec<Task>,
    pub(super) groups: BTreeMap<u32, Group>,
    pub(super) next_batch: u32,
    pub(super) todo: VecDeque<Op>,
    pub(super) outstanding: Option<Op>,
    pub(super) unrecorded: Vec<Entry>,
    /// Batches in the journal whose codes nobody needs any more.
    pub(super) forgetting: BTreeSet<u32>,
    pub(super) halt: Option<Halt>,
    /// Stands beside `halt`: a key that is missing is missing also when the journal works again.
    pub(super) journal_fails: bool,
    pub(super) cancelled: bool,
    pub(super) closed: bool,
    pub(super) limits: Limits,
    pub(super) rng: fastrand::Rng,
    pub(super) budget: u32,
    pub(super) failed_in_row: u32,
    pub(super) pace: Pace,
    pub(super) last_put_ms: u64,
    pub(super) sent: u32,
    pub(super) retries: u32,
    pub(super) started_ms: u64,
    pub(super) last_words: Option<String>,
}

impl Sender {
    /// A fresh run. `before` holds what is remembered of the products (order does not matter, extra ones do no harm);
    /// `seed` decides the jitter.
    #[must_use]
    pub fn new(about: About, plan: Plan, before: Vec<Before>, limits: Limits, seed: u64, now_ms: u64) -> Self {
        let before: HashMap<ProductId, Before> = before.into_iter().map(|before| (before.id, before)).collect();
        let mut sender = Self::empty(about, limits, seed, now_ms);
        let mut batches = Vec::with_capacity(plan.batches.len());
        for batch in plan.batches {
            let kind = batch.kind();
            let first = sender.tasks.len();
            for patch in batch.into_patches() {
                let known = before.get(&patch.id);
                let name = known.and_then(|before| before.name.clone());
                let values = known.map_or_else(|| ProductPatch::nothing(patch.id), |before| before.values.clone());
                sender.tasks.push(Task::new(kind, name, patch, values));
            }
            batches.push((kind, (first..sender.tasks.len()).collect()));
        }
        let tasks = u32::try_from(sender.tasks.len()).unwrap_or(u32::MAX);
        sender.record(Entry::Opened { about: sender.about.clone(), at_ms: now_ms, tasks });
        sender.budget = limits.budget(batches.len());
        for (kind, tasks) in batches {
            let batch = sender.freeze(kind, tasks, 0);
            sender.todo.push_back(Op::Begin(batch));
        }
        sender
    }

    pub(super) fn empty(about: About, limits: Limits, seed: u64, now_ms: u64) -> Self {
        Self {
            about,
            tasks: Vec::new(),
            groups: BTreeMap::new(),
            next_batch: 0,
            todo: VecDeque::new(),
            outstanding: None,
            unrecorded: Vec::new(),
            forgetting: BTreeSet::new(),
            halt: None,
            journal_fails: false,
            cancelled: false,
            closed: false,
            limits,
            rng: fastrand::Rng::with_seed(seed),
            budget: 0,
            failed_in_row: 0,
            pace: Pace::default(),
            last_put_ms: 0,
            sent: 0,
            retries: 0,
            started_ms: now_ms,
            last_words: None,
        }
    }

    /// The next effect. Call it again after telling what came of the last one, and whenever a person pressed something.
    pub fn next(&mut self, now_ms: u64) -> Effect {
        loop {
            if self.outstanding.is_some() {
                return Effect::Wait;
            }
            if self.journal_fails {
                return Effect::Idle;
            }
            // Cancelled work is settled in one go, and written down in one go.
            let settling = self.cancelled && matches!(self.todo.front(), Some(Op::Begin(_)));
            if !self.unrecorded.is_empty() && !settling {
                for batch in std::mem::take(&mut self.forgetting) {
                    self.record_frozen(batch);
                }
                let entries = std::mem::take(&mut self.unrecorded);
                self.outstanding = Some(Op::Record(entries.clone()));
                return Effect::Record(entries);
            }
            let Some(op) = self.todo.front() else {
                if self.closed {
                    return Effect::Finished;
                }
                self.closed = true;
                self.record(Entry::Closed { cancelled: self.cancelled });
                continue;
            };
            if self.is_held(op) {
                // A person who has cancelled is not asked for a key: what is in doubt stays so, and can be checked later.
                if self.cancelled && matches!(self.halt, Some(Halt::NeedsKey { .. })) {
                    self.cancel();
                    continue;
                }
                return Effect::Idle;
            }
            let Some(op) = self.todo.pop_front() else { continue };
            match op {
                Op::Begin(batch) => self.begin(batch, now_ms),
                Op::Wait(until) if self.cancelled_wait() || until <= now_ms => {}
                Op::Wait(until) => {
                    self.outstanding = Some(Op::Wait(until));
                    return Effect::Sleep { millis: until - now_ms };
                }
                Op::Put(batch) if self.cancelled => self.step_back(batch),
                Op::Probe(_) if self.cancelled => {}
                Op::Put(batch) => {
                    if let Some(effect) = self.put(batch, now_ms) {
                        self.outstanding = Some(Op::Put(batch));
                        return effect;
                    }
                }
                Op::Read(batch) | Op::StockBefore(batch) | Op::Probe(batch) => {
                    let ids = self.to_read(batch, matches!(op, Op::Probe(_)));
                    if ids.is_empty() {
                        continue;
                    }
                    let why = match (&op, self.kind(batch)) {
                        (Op::StockBefore(_), _) => Why::StockBefore,
                        (Op::Probe(_), _) => Why::Probe,
                        (_, Kind::Fields) => Why::Fields,
                        (_, Kind::Vouchers) => Why::StockAfter,
                    };
                    self.outstanding = Some(op);
                    return Effect::Read { ids, why };
                }
                // Never queued: records are handed out from `unrecorded`.
                Op::Record(_) => {}
            }
        }
    }

    /// Pause holds what has not begun; a batch under way is finished. Without a key nothing can be asked at all.
    fn is_held(&self, op: &Op) -> bool {
        if self.cancelled && matches!(op, Op::Begin(_)) {
            return false;
        }
        match (&self.halt, op) {
            (None, _) | (Some(_), Op::Wait(_) | Op::Record(_)) => false,
            (Some(Halt::NeedsKey { .. } | Halt::NoJournal), _) => true,
            (Some(_), op) => matches!(op, Op::Begin(_)),
        }
    }

    /// After a cancel, a pause before something that will not be sent need not be waited out.
    fn cancelled_wait(&self) -> bool {
        self.cancelled && matches!(self.todo.front(), None | Some(Op::Begin(_) | Op::Probe(_)))
    }

    /// Tells whether the entries of [`Effect::Record`] are durable.
    pub fn recorded(&mut self, result: Result<(), String>) {
        match self.outstanding.take() {
            Some(Op::Record(mut entries)) => {
                if let Err(words) = result {
                    self.last_words = Some(words);
                    // After a cancel nothing is sent any more, so a journal that lags behind cannot lead to anything being
                    // sent twice; what it misses is in doubt when it is read back.
                    if !self.cancelled {
                        entries.append(&mut self.unrecorded);
                        self.unrecorded = entries;
                        self.journal_fails = true;
                    }
                }
            }
            other => self.outstanding = other,
        }
    }

    /// Tells what came of [`Effect::Put`]. An answer to anything but the request under way is dropped.
    pub fn answered(&mut self, batch: u32, answer: Answered, now_ms: u64) {
        if self.outstanding != Some(Op::Put(batch)) {
            return;
        }
        self.outstanding = None;
        match self.kind(batch) {
            Kind::Fields => fields::answered(self, batch, answer, now_ms),
            Kind::Vouchers => vouchers::answered(self, batch, answer, now_ms),
        }
    }

    /// Tells what came of [`Effect::Read`]. A product that is left out counts as not read.
    pub fn read(&mut self, readings: Readings, now_ms: u64) {
        let readings = readings.into_iter().collect();
        match self.outstanding.take() {
            Some(Op::StockBefore(batch)) => vouchers::before(self, batch, readings, now_ms),
            Some(Op::Probe(batch)) => self.probed(batch, &readings, now_ms),
            Some(Op::Read(batch)) => match self.kind(batch) {
                Kind::Fields => fields::read(self, batch, readings, now_ms),
                Kind::Vouchers => vouchers::after(self, batch, readings, now_ms),
            },
            other => self.outstanding = other,
        }
    }

    /// Tells that the time of [`Effect::Sleep`] has passed. Waking early does no harm: the rest is slept again.
    pub fn woken(&mut self, now_ms: u64) {
        if let Some(Op::Wait(until)) = self.outstanding {
            self.outstanding = None;
            if until > now_ms {
                self.todo.push_front(Op::Wait(until));
            }
        }
    }

    pub(super) fn record(&mut self, entry: Entry) {
        match (self.unrecorded.last_mut(), entry) {
            (Some(Entry::Settled { fates }), Entry::Settled { fates: mut more }) => fates.append(&mut more),
            (_, entry) => self.unrecorded.push(entry),
        }
    }

    /// The request of a batch, as frozen.
    fn put(&mut self, batch: u32, now_ms: u64) -> Option<Effect> {
        let patches: Vec<ProductPatch> =
            self.open(batch).iter().filter_map(|&t| Some(self.tasks.get(t)?.patch.clone())).collect();
        match endpoint::update_products(&patches) {
            Ok(request) => {
                self.sent += 1;
                self.last_put_ms = now_ms;
                for number in self.open(batch) {
                    if let Some(task) = self.tasks.get_mut(number) {
                        task.sent += 1;
                        task.last_sent_ms = Some(now_ms);
                        task.said_done = false;
                    }
                }
                let group = self.groups.get(&batch)?;
                self.retries += u32::from(group.attempt > 1);
                Some(Effect::Put { batch, attempt: group.attempt, request })
            }
            Err(error) => {
                for task in self.open(batch) {
                    let reason = Unsent::CannotBeSent { words: error.to_string() };
                    self.settle_unsent(task, &reason, Doubt::UnderWay);
                }
                None
            }
        }
    }
}

impl Sender {
    pub(super) fn item(&self, number: usize) -> Option<Item> {
        let task = self.tasks.get(number)?;
        let asked = match (task.kind, &task.forgotten) {
            (_, Some(forgotten)) => forgotten.clone(),
            (Kind::Fields, None) => Asked::Fields(task.patch.clone()),
            (Kind::Vouchers, None) if task.needs_codes() => Asked::Vouchers(task.patch.clone()),
            (Kind::Vouchers, None) => Asked::forget(&task.patch),
        };
        let number = u32::try_from(number).unwrap_or(u32::MAX);
        Some(Item { task: number, id: task.patch.id, name: task.name.clone(), asked, before: task.before.clone() })
    }

    pub(super) fn stocks(&self, batch: u32) -> Vec<Option<Stock>> {
        let tasks = self.groups.get(&batch).map(|group| group.tasks.as_slice()).unwrap_or_default();
        tasks.iter().map(|&number| self.tasks.get(number).and_then(|task| task.stock)).collect()
    }
}
