//! The record of a run, written before anything is done, so that a crash at any point loses nothing and repeats nothing.
//!
//! In: what the sender is about to do or has learned. Out: bytes to keep, and after a reload the [`Run`] they tell of.
//! Must never know: where the bytes are kept, and never the key. Voucher codes are in it only as long as they may still
//! have to be sent; then their SHA-256 hashes.
//!
//! An entry without a [`Slot`] number is appended. One with a number replaces the entry with the same number: that is
//! how codes are forgotten. Reading back everything ever written gives the same run.

use super::reconcile::Stock;
use super::report::{Doubt, Fate};
use crate::domain::{ProductPatch, Timestamp};
use crate::review::{Before, Kind};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// The version of the encoding. An entry of another version is never guessed at.
pub const VERSION: u8 = 2;

/// Whose store a run is for, and what a person would call it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// The API's base address.
    pub host: String,
    /// `communityID`, where the store says it.
    pub community: Option<String>,
    /// The files' names.
    pub file: String,
}

/// One thing to remember.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Entry {
    /// A run begins.
    Opened {
        /// Whose store.
        about: About,
        /// Milliseconds since 1970.
        at_ms: u64,
        /// How many tasks there are.
        tasks: u32,
    },
    /// What one request will carry.
    Frozen {
        /// The batch.
        batch: u32,
        /// SHA-256 of the request's body.
        body: [u8; 32],
        /// Its tasks, in order.
        items: Vec<Item>,
    },
    /// A request is about to leave.
    Sending {
        /// The batch.
        batch: u32,
        /// From 1.
        attempt: u32,
        /// Milliseconds since 1970.
        at_ms: u64,
        /// Voucher batches: what each product had before any of this was sent, in order.
        stocks: Vec<Option<Stock>>,
    },
    /// The request that was about to leave is known not to have been applied.
    Back {
        /// The batch.
        batch: u32,
    },
    /// What became of tasks.
    Settled {
        /// Task and fate.
        fates: Vec<(u32, Fate)>,
    },
    /// Settled tasks are taken up again.
    Again {
        /// Task, and whether it may have been applied.
        tasks: Vec<(u32, bool)>,
    },
    /// The run is over.
    Closed {
        /// Whether a person cancelled it.
        cancelled: bool,
    },
}

/// One product's part of a batch: its fields, or its vouchers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// Its number in the run.
    pub task: u32,
    /// What is sent.
    pub asked: Asked,
    /// Which product, and what is remembered of it from before.
    pub before: Before,
}

/// What is sent for one product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Asked {
    /// Fields.
    Fields(ProductPatch),
    /// Vouchers that may still have to be sent.
    Vouchers(ProductPatch),
    /// Vouchers whose fate is settled: nobody needs the codes any more.
    Forgotten {
        /// The fields that were sent beside them.
        fields: ProductPatch,
        /// SHA-256 of each code.
        hashes: Vec<[u8; 32]>,
        /// When they expire.
        expire: Timestamp,
    },
}

impl Asked {
    /// Voucher codes as hashes; fields as they are.
    #[must_use]
    pub fn forget(patch: &ProductPatch) -> Self {
        match &patch.vouchers {
            None => Self::Fields(patch.clone()),
            Some(append) => Self::Forgotten {
                fields: ProductPatch { vouchers: None, ..patch.clone() },
                hashes: append.codes.iter().map(|code| sha256(code.reveal().as_bytes())).collect(),
                expire: append.expire_date,
            },
        }
    }
}

/// SHA-256, as it stands in the journal.
#[must_use]
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// Where an entry is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Slot {
    /// After all others.
    Append,
    /// In the place of the one with the same number.
    Replace(u32),
}

/// Why bytes are not an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// Written by another version.
    #[error("written by version {0} of the journal, this one reads version {VERSION}")]
    Version(u8),
    /// Damaged or empty.
    #[error("damaged")]
    Damaged,
}

impl Entry {
    /// Where it is kept.
    #[must_use]
    pub const fn slot(&self) -> Slot {
        match self {
            Self::Frozen { batch, .. } => Slot::Replace(*batch),
            _ => Slot::Append,
        }
    }

    /// A version byte, then the entry in postcard.
    ///
    /// # Errors
    /// Never in practice: postcard's error for a value it cannot write.
    pub fn encode(&self) -> Result<Vec<u8>, postcard::Error> {
        postcard::to_extend(self, vec![VERSION])
    }

    /// Reads what [`Entry::encode`] wrote.
    ///
    /// # Errors
    /// [`Unreadable`] for anything else.
    pub fn decode(bytes: &[u8]) -> Result<Self, Unreadable> {
        match bytes.split_first() {
            None => Err(Unreadable::Damaged),
            Some((&VERSION, rest)) => match postcard::take_from_bytes(rest) {
                Ok((entry, [])) => Ok(entry),
                _ => Err(Unreadable::Damaged),
            },
            Some((&version, _)) => Err(Unreadable::Version(version)),
        }
    }
}

/// A run as its journal tells it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Run {
    /// Whose store, where the entry was readable.
    pub about: About,
    /// When it began, in milliseconds since 1970.
    pub started_ms: u64,
    /// Its tasks by number.
    pub tasks: BTreeMap<u32, Remembered>,
    /// Its batches by number: the SHA-256 of each body, and its tasks in order.
    pub batches: BTreeMap<u32, ([u8; 32], Vec<u32>)>,
    /// Requests that left, or were about to when the page died.
    pub requests: u32,
    /// Whether it came to its end.
    pub closed: bool,
    /// Whether a person cancelled it.
    pub cancelled: bool,
    /// Entries that could not be read. If there are any, nothing that is not settled counts as not sent.
    pub unreadable: u32,
    /// Tasks that should be there and are not.
    pub missing: u32,
}

/// A task as its journal tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remembered {
    /// What was to be sent.
    pub item: Item,
    /// Fields or vouchers.
    pub kind: Kind,
    /// How far it got.
    pub state: State,
    /// Times it was sent.
    pub attempts: u32,
    /// When it was last sent, in milliseconds since 1970.
    pub last_sent_ms: Option<u64>,
    /// Its product's vouchers before it was first sent.
    pub stock: Option<Stock>,
}

/// How far a task got.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// Known not to have been applied.
    Waiting,
    /// Sent, and no more is known.
    InDoubt,
    /// Settled.
    Settled(Fate),
}

impl Run {
    /// Reads the whole journal of a run, in the order written.
    #[must_use]
    pub fn read<'a>(entries: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let mut run = Self::default();
        // What a later entry says of a task whose own entry is kept in a slot, and so may be read after it.
        let mut entries: Vec<_> = entries.into_iter().map(Entry::decode).collect();
        entries.sort_by_key(|entry| !matches!(entry, Ok(Entry::Frozen { .. })));
        let mut expected = 0;
        for entry in entries {
            match entry {
                Err(_) => run.unreadable += 1,
                Ok(Entry::Opened { about, at_ms, tasks }) => {
                    (run.about, run.started_ms) = (about, at_ms);
                    expected = tasks;
                }
                Ok(Entry::Frozen { batch, body, items }) => {
                    run.batches.insert(batch, (body, items.iter().map(|item| item.task).collect()));
                    for item in items {
                        run.remember(item);
                    }
                }
                Ok(entry) => run.happened(entry),
            }
        }
        if run.unreadable > 0 {
            for task in run.tasks.values_mut().filter(|task| task.state == State::Waiting) {
                task.state = State::InDoubt;
            }
        }
        run.missing = expected.saturating_sub(u32::try_from(run.tasks.len()).unwrap_or(u32::MAX));
        run
    }

    fn remember(&mut self, item: Item) {
        let kind = match item.asked {
            Asked::Fields(_) => Kind::Fields,
            Asked::Vouchers(_) | Asked::Forgotten { .. } => Kind::Vouchers,
        };
        let fresh = |item| Remembered { item, kind, state: State::Waiting, attempts: 0, last_sent_ms: None, stock: None };
        let number = item.task;
        match self.tasks.get_mut(&number) {
            // A task moves from batch to batch; once one of them has forgotten its codes, they are forgotten.
            Some(known) if matches!(known.item.asked, Asked::Forgotten { .. }) => {}
            Some(known) => known.item = item,
            None => {
                self.tasks.insert(number, fresh(item));
            }
        }
    }

    fn happened(&mut self, entry: Entry) {
        let batches = &self.batches;
        let of = |batch: u32| batches.get(&batch).map(|(_, tasks)| tasks.as_slice()).unwrap_or_default();
        match entry {
            Entry::Opened { .. } | Entry::Frozen { .. } => {}
            Entry::Sending { batch, attempt: _, at_ms, stocks } => {
                self.requests += 1;
                for (at, number) in of(batch).iter().enumerate() {
                    let Some(task) = self.tasks.get_mut(number) else { continue };
                    task.attempts += 1;
                    task.last_sent_ms = Some(at_ms);
                    task.state = State::InDoubt;
                    task.stock = stocks.get(at).copied().flatten().or(task.stock);
                }
            }
            Entry::Back { batch } => {
                for number in of(batch) {
                    if let Some(task) = self.tasks.get_mut(number).filter(|task| task.state == State::InDoubt) {
                        task.state = State::Waiting;
                    }
                }
            }
            Entry::Settled { fates } => {
                for (number, fate) in fates {
                    if let Some(task) = self.tasks.get_mut(&number) {
                        task.state = State::Settled(fate);
                    }
                }
            }
            Entry::Again { tasks } => {
                (self.closed, self.cancelled) = (false, false);
                for (number, doubt) in tasks {
                    if let Some(task) = self.tasks.get_mut(&number) {
                        task.state = if doubt { State::InDoubt } else { State::Waiting };
                    }
                }
            }
            Entry::Closed { cancelled } => {
                self.closed = true;
                self.cancelled = cancelled;
            }
        }
    }

    /// How many tasks are done or refused, not sent, and unknown: what a person is told before anything goes on.
    #[must_use]
    pub fn tally(&self) -> Tally {
        let mut tally = Tally::default();
        for task in self.tasks.values() {
            match &task.state {
                State::InDoubt | State::Settled(Fate::Unknown { .. }) => tally.unknown += 1,
                State::Waiting | State::Settled(Fate::NotSent { .. }) => tally.not_sent += 1,
                State::Settled(_) => tally.settled += 1,
            }
        }
        tally
    }

    /// The SHA-256 hashes of all voucher codes of this run that may have reached the store, to warn of codes that were
    /// sent before.
    #[must_use]
    pub fn sent_hashes(&self) -> Vec<[u8; 32]> {
        let mut hashes = Vec::new();
        for task in self.tasks.values() {
            match (&task.item.asked, &task.state) {
                (_, State::Waiting | State::Settled(Fate::NotSent { .. } | Fate::Refused { .. })) | (Asked::Fields(_), _) => {}
                (Asked::Forgotten { hashes: known, .. }, _) => hashes.extend_from_slice(known),
                (Asked::Vouchers(patch), _) => {
                    let codes = patch.vouchers.iter().flat_map(|append| &append.codes);
                    hashes.extend(codes.map(|code| sha256(code.reveal().as_bytes())));
                }
            }
        }
        hashes
    }
}

/// A run in three numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Done, refused, or otherwise settled.
    pub settled: u32,
    /// Known not to have been applied.
    pub not_sent: u32,
    /// Not known.
    pub unknown: u32,
}

impl Remembered {
    /// Its fate so far.
    #[must_use]
    pub fn fate(&self) -> Fate {
        match &self.state {
            State::Waiting => Fate::NotSent { reason: super::report::Unsent::Waiting },
            State::InDoubt => Fate::Unknown { reason: Doubt::UnderWay },
            State::Settled(fate) => fate.clone(),
        }
    }
}
