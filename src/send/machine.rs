//! The sender: what is done next.
//!
//! In: the plan, what came of each effect, the time, what a person presses. Out: one [`Effect`] at a time, [`Progress`](super::Progress),
//! a line per product. Must never know: how an effect is performed.
//!
//! ```text
//!            next(now)                    ┌─────── lanes: Begin · Check · Put · Read · Probe · Wait, one at a time each ───────┐
//!   caller ──────────────► Sender ────────► fields.rs   look ► send ► proof ► retry | read back ► split                       │
//!          ◄────────────── one Effect      │ vouchers.rs read stock ► send ► read stock ► settled | singles                   │
//!            recorded · answered · read     └─────────────────────────────────────────────────────────────────────────────────┘
//! ```
//!
//! Two rules are kept here and nowhere else. What is to be remembered is recorded before any other effect is handed out:
//! [`Sender::next`] looks at `unrecorded` first, so no step can forget to. And each effect is handed out once: a lane whose
//! effect is under way has no other. A few batches of fields are under way at once, a lane each; a batch of vouchers has the
//! store to itself, so that a stock that moves is its own doing.

use super::fields;
use super::flaw::{self, Flaw};
use super::journal::{About, Asked, Entry, Item};
use super::reconcile::Stock;
use super::report::{Doubt, Fate, Unsent};
use super::retry::Limits;
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
        /// The batch.
        batch: u32,
        /// Which.
        ids: Vec<ProductId>,
        /// What for.
        why: Why,
    },
    /// Call [`Sender::next`] again after so many milliseconds, and at once if an effect comes back or a person presses
    /// something.
    Sleep {
        /// Milliseconds.
        millis: u64,
    },
    /// Nothing more until an effect handed out earlier comes back, or a person presses something.
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
    /// Whether somebody else has changed them since they were compared.
    Unchanged,
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

/// A few operations that follow one another.
#[derive(Clone, Debug, Default)]
pub(super) struct Lane {
    /// What it is busy with, so that vouchers are alone.
    pub(super) kind: Option<Kind>,
    /// Handed out, and not back yet.
    pub(super) out: Option<Op>,
    /// What follows.
    pub(super) ops: VecDeque<Op>,
}

/// What became of looking for something to do.
enum Step {
    /// This is to be done by the caller.
    Out(Effect),
    /// Something was done here.
    Moved,
    /// Nothing can be done before `wake`, or before something comes back, or before a person does something.
    Stuck { wake: Option<u64>, is_held: bool },
}

/// Times a write of the journal is tried once a person has cancelled.
const CANCELLED_TRIES: u32 = 3;

/// Carries out one plan. Time is told in milliseconds since 1970 and must not jump: start of the run plus a monotonic clock.
#[derive(Clone, Debug)]
pub struct Sender {
    pub(super) about: About,
    pub(super) tasks: Vec<Task>,
    pub(super) groups: BTreeMap<u32, Group>,
    pub(super) next_batch: u32,
    /// Batches that have not begun.
    pub(super) todo: VecDeque<Op>,
    /// What is under way, and what follows it.
    pub(super) lanes: Vec<Lane>,
    /// The lane that is being thought about.
    pub(super) lane: usize,
    /// What is being written down, if anything.
    recording: Option<Vec<Entry>>,
    pub(super) unrecorded: Vec<Entry>,
    /// Batches in the journal whose codes nobody needs any more.
    pub(super) forgetting: BTreeSet<u32>,
    pub(super) halt: Option<Halt>,
    /// Stands beside `halt`: a key that is missing is missing also when the journal works again.
    pub(super) journal_fails: bool,
    /// Writes in a row that failed.
    pub(super) unwritten: u32,
    pub(super) cancelled: bool,
    pub(super) closed: bool,
    pub(super) limits: Limits,
    pub(super) rng: fastrand::Rng,
    pub(super) budget: u32,
    pub(super) failed_in_row: u32,
    /// 429s in a row.
    pub(super) busy_level: u32,
    /// The store asked to be left alone until then.
    pub(super) quiet_until: u64,
    /// Until when nothing at all happens.
    pub(super) waiting_until: Option<u64>,
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
                let before = known.cloned().unwrap_or_else(|| Before::nothing(patch.id));
                sender.tasks.push(Task::new(kind, patch, before));
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
            lanes: vec![Lane::default(); limits.lanes.max(1)],
            lane: 0,
            recording: None,
            unrecorded: Vec::new(),
            forgetting: BTreeSet::new(),
            halt: None,
            journal_fails: false,
            unwritten: 0,
            cancelled: false,
            closed: false,
            limits,
            rng: fastrand::Rng::with_seed(seed),
            budget: 0,
            failed_in_row: 0,
            busy_level: 0,
            quiet_until: 0,
            waiting_until: None,
            sent: 0,
            retries: 0,
            started_ms: now_ms,
            last_words: None,
        }
    }

    /// The next effect. Call it again after each but [`Effect::Wait`], [`Effect::Sleep`] and [`Effect::Idle`], after telling
    /// what came of one, and whenever a person pressed something.
    pub fn next(&mut self, now_ms: u64) -> Effect {
        self.waiting_until = None;
        loop {
            if self.recording.is_some() {
                return Effect::Wait;
            }
            let is_busy = self.lanes.iter().any(|lane| lane.out.is_some());
            if self.journal_fails {
                return if is_busy { Effect::Wait } else { Effect::Idle };
            }
            // Cancelled work is settled in one go, and written down in one go.
            if self.cancelled {
                self.drop_unbegun();
            }
            if !self.unrecorded.is_empty() {
                for batch in std::mem::take(&mut self.forgetting) {
                    self.record_frozen(batch);
                }
                let entries = std::mem::take(&mut self.unrecorded);
                self.recording = Some(entries.clone());
                return Effect::Record(entries);
            }
            self.fill_lanes();
            match self.advance(now_ms) {
                Step::Out(effect) => return effect,
                Step::Moved => {}
                Step::Stuck { wake, is_held } => {
                    if is_busy {
                        return wake.map_or(Effect::Wait, |until| Effect::Sleep { millis: until - now_ms });
                    }
                    if let Some(until) = wake {
                        self.waiting_until = Some(until);
                        return Effect::Sleep { millis: until - now_ms };
                    }
                    if is_held {
                        // A person who has cancelled is not asked for a key: what is in doubt stays so, and can be checked
                        // later.
                        if self.cancelled && matches!(self.halt, Some(Halt::NeedsKey { .. })) {
                            self.cancel();
                            continue;
                        }
                        return Effect::Idle;
                    }
                    if self.closed {
                        return Effect::Finished;
                    }
                    self.closed = true;
                    self.record(Entry::Closed { cancelled: self.cancelled });
                }
            }
        }
    }

    /// Gives free lanes the next batches. Vouchers wait until they are alone, and what follows waits for them.
    fn fill_lanes(&mut self) {
        while let Some(op) = self.todo.front() {
            let kind = op.batch().map_or(Kind::Fields, |batch| self.kind(batch));
            let is_free = |lane: &Lane| lane.out.is_none() && lane.ops.is_empty();
            let may = match kind {
                Kind::Vouchers => self.lanes.iter().all(is_free),
                Kind::Fields => self.lanes.iter().all(|lane| lane.kind != Some(Kind::Vouchers)),
            };
            let (true, Some(lane)) = (may, self.lanes.iter_mut().find(|lane| is_free(lane))) else { return };
            lane.kind = Some(kind);
            lane.ops.extend(self.todo.pop_front());
        }
    }

    /// Does what the first lane that can do something has next.
    fn advance(&mut self, now_ms: u64) -> Step {
        let (mut wake, mut is_held) = (None::<u64>, false);
        for at in 0..self.lanes.len() {
            let Some(lane) = self.lanes.get(at).filter(|lane| lane.out.is_none()) else { continue };
            let Some(op) = lane.ops.front() else { continue };
            let until = match op {
                Op::Wait(_) if self.cancelled && lane.ops.get(1).is_none_or(|op| matches!(op, Op::Begin(_) | Op::Probe(_))) => 0,
                Op::Wait(until) => *until,
                Op::Put(_) if self.cancelled => 0,
                Op::Put(_) | Op::Check(_) | Op::Read(_) | Op::StockBefore(_) | Op::Probe(_) => self.quiet_until,
                Op::Begin(_) if self.cancelled => 0,
                Op::Begin(_) => self.quiet_until,
            };
            if until > now_ms && matches!(op, Op::Put(_)) {
                // By then what was looked at is old.
                let batch = op.batch().unwrap_or_default();
                self.lane = at;
                self.lanes.get_mut(at).and_then(|lane| lane.ops.pop_front());
                self.step_back(batch);
                return Step::Moved;
            }
            if until > now_ms {
                wake = Some(wake.map_or(until, |wake| wake.min(until)));
                continue;
            }
            if self.is_held(op) {
                is_held = true;
                continue;
            }
            self.lane = at;
            let Some(op) = self.lanes.get_mut(at).and_then(|lane| lane.ops.pop_front()) else { continue };
            return match self.take(&op, now_ms) {
                Some(effect) => {
                    if let Some(lane) = self.lanes.get_mut(at) {
                        lane.out = Some(op);
                    }
                    Step::Out(effect)
                }
                None => {
                    self.sweep();
                    Step::Moved
                }
            };
        }
        Step::Stuck { wake, is_held: is_held || !self.todo.is_empty() }
    }

    /// A lane that has nothing more to do is anybody's.
    fn sweep(&mut self) {
        for lane in self.lanes.iter_mut().filter(|lane| lane.out.is_none() && lane.ops.is_empty()) {
            lane.kind = None;
        }
    }

    fn take(&mut self, op: &Op, now_ms: u64) -> Option<Effect> {
        match *op {
            Op::Begin(batch) => self.begin(batch, now_ms),
            Op::Put(batch) if self.cancelled => self.step_back(batch),
            Op::Wait(_) => {}
            Op::Probe(_) if self.cancelled => {}
            Op::Put(batch) => return self.put(batch, now_ms),
            Op::Read(batch) | Op::StockBefore(batch) | Op::Check(batch) | Op::Probe(batch) => {
                let ids = self.to_read(batch, matches!(op, Op::Probe(_)));
                let why = match (op, self.kind(batch)) {
                    (Op::StockBefore(_), _) => Why::StockBefore,
                    (Op::Probe(_), _) => Why::Probe,
                    (Op::Check(_), _) => Why::Unchanged,
                    (_, Kind::Fields) => Why::Fields,
                    (_, Kind::Vouchers) => Why::StockAfter,
                };
                return (!ids.is_empty()).then_some(Effect::Read { batch, ids, why });
            }
        }
        None
    }

    /// Pause holds what has not begun; a batch under way is finished. Without a key nothing can be asked at all.
    fn is_held(&self, op: &Op) -> bool {
        if self.cancelled && matches!(op, Op::Begin(_)) {
            return false;
        }
        match (&self.halt, op) {
            (None, _) | (Some(_), Op::Wait(_)) => false,
            (Some(Halt::NeedsKey { .. } | Halt::NoJournal), _) => true,
            (Some(_), op) => matches!(op, Op::Begin(_)),
        }
    }

    /// After a cancel, what never began is settled at once; of what did, only what is in doubt is looked at.
    fn drop_unbegun(&mut self) {
        for op in std::mem::take(&mut self.todo) {
            let Op::Begin(batch) = op else {
                self.todo.push_back(op);
                continue;
            };
            self.settle_certain(batch);
            if !self.open(batch).is_empty() {
                self.todo.push_back(Op::Read(batch));
            }
        }
    }

    /// Tells whether the entries of [`Effect::Record`] are durable.
    pub fn recorded(&mut self, result: Result<(), String>) {
        let Some(mut entries) = self.recording.take() else { return };
        if let Err(words) = result {
            self.last_words = Some(words);
            // After a cancel nothing is sent any more, so a journal that lags behind cannot lead to anything being sent
            // twice; what it misses after a few tries is in doubt when it is read back.
            self.unwritten += 1;
            if !self.cancelled || self.unwritten < CANCELLED_TRIES {
                entries.append(&mut self.unrecorded);
                self.unrecorded = entries;
                self.journal_fails = !self.cancelled;
            }
        } else {
            self.unwritten = 0;
        }
    }

    /// Tells that the request of [`Effect::Put`] did not leave, and is to be thought over: its turn was too long in coming.
    pub fn held_back(&mut self, batch: u32) {
        if self.back(batch, |op| matches!(op, Op::Put(_))).is_none() {
            return;
        }
        for number in self.open(batch) {
            if let Some(task) = self.tasks.get_mut(number) {
                task.under_way = false;
                task.sent = task.sent.saturating_sub(1);
            }
        }
        self.sent = self.sent.saturating_sub(1);
        self.step_back(batch);
    }

    /// The lane whose effect for this batch came back.
    fn back(&mut self, batch: u32, is_it: impl Fn(&Op) -> bool) -> Option<Op> {
        let out = |lane: &Lane| lane.out.as_ref().is_some_and(|op| op.batch() == Some(batch) && is_it(op));
        self.lane = self.lanes.iter().position(out)?;
        self.lanes.get_mut(self.lane)?.out.take()
    }

    /// Tells what came of [`Effect::Put`]. An answer to anything but a request under way is dropped.
    pub fn answered(&mut self, batch: u32, answer: Answered, now_ms: u64) {
        if self.back(batch, |op| matches!(op, Op::Put(_))).is_none() {
            return;
        }
        for number in self.open(batch) {
            if let Some(task) = self.tasks.get_mut(number) {
                task.under_way = false;
            }
        }
        if matches!(&answer, Ok(response) if response.status == 200) && flaw::has(Flaw::TrustsStatus) {
            for number in self.open(batch) {
                let vouchers = self.tasks.get(number).map_or(0, |task| task.codes()) as u32;
                let (fields, unproven) = (1, Vec::new());
                self.settle(
                    number,
                    match vouchers {
                        0 => Fate::Changed { fields, unproven },
                        _ => Fate::Added { vouchers, proven: true, fields, unproven },
                    },
                );
            }
            self.sweep();
            return;
        }
        match self.kind(batch) {
            Kind::Fields => fields::answered(self, batch, answer, now_ms),
            Kind::Vouchers => vouchers::answered(self, batch, answer, now_ms),
        }
        self.sweep();
    }

    /// Tells what came of [`Effect::Read`]. A product that is left out counts as not read.
    pub fn read(&mut self, batch: u32, readings: Readings, now_ms: u64) {
        let readings = readings.into_iter().collect();
        match self.back(batch, |op| !matches!(op, Op::Put(_))) {
            Some(Op::StockBefore(batch)) => vouchers::before(self, batch, readings, now_ms),
            Some(Op::Check(batch)) => fields::checked(self, batch, readings, now_ms),
            Some(Op::Probe(batch)) => self.probed(batch, &readings, now_ms),
            Some(Op::Read(batch)) => match self.kind(batch) {
                Kind::Fields => fields::read(self, batch, readings, now_ms),
                Kind::Vouchers => vouchers::after(self, batch, readings, now_ms),
            },
            Some(Op::Begin(_) | Op::Put(_) | Op::Wait(_)) | None => {}
        }
        self.sweep();
    }

    pub(super) fn record(&mut self, entry: Entry) {
        if matches!(entry, Entry::Sending { .. }) && flaw::has(Flaw::DropsJournal) {
            return;
        }
        match (self.unrecorded.last_mut(), entry) {
            (Some(Entry::Settled { fates }), Entry::Settled { fates: mut more }) => fates.append(&mut more),
            (_, entry) => self.unrecorded.push(entry),
        }
    }

    /// The request of a batch, as frozen.
    fn put(&mut self, batch: u32, now_ms: u64) -> Option<Effect> {
        let patches: Vec<ProductPatch> =
            self.open(batch).iter().filter_map(|&t| Some(self.tasks.get(t)?.patch.clone())).collect();
        match endpoint::update_products(&patches, self.limits.door) {
            Ok(request) => {
                self.sent += 1;
                for number in self.open(batch) {
                    if let Some(task) = self.tasks.get_mut(number) {
                        task.sent += 1;
                        task.under_way = true;
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
        Some(Item { task: number, asked, before: task.before.clone() })
    }

    pub(super) fn stocks(&self, batch: u32) -> Vec<Option<Stock>> {
        let tasks = self.groups.get(&batch).map(|group| group.tasks.as_slice()).unwrap_or_default();
        tasks.iter().map(|&number| self.tasks.get(number).and_then(|task| task.stock)).collect()
    }
}
