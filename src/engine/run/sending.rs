//! A run that is being carried out: its sender, its place in the journal, and what the page is told of it.
//!
//! In: a sender. Out: progress, the entries with their numbers. Must never know: what is safe to send when; that is
//! `send`'s.

use super::head::Head;
use super::live::Places;
use super::reporting::Report;
use super::speed::Speed;
use crate::api::Method;
use crate::api::error::ApiError;
use crate::engine::hands::{Claim, Hands, Numbered, StorageError};
use crate::engine::protocol::{Ending, Place, SendProgress, SendState, Trouble, TroubleKind};
use crate::send::journal::Slot;
use crate::send::{Entry, Halt, Limits, Progress, Sender};
use futures::channel::oneshot;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// The number of the head in the journal; frozen batches follow, each under a number of its own.
pub(super) const HEAD: u32 = 0;
/// Entries that are appended are numbered from here on.
const APPENDED: u32 = 1 << 31;
/// The number of the backup: no batch has it, and no appended entry.
pub(super) const BACKUP: u32 = APPENDED;
/// A run that is being carried out, or was.
pub struct Sending {
    /// Its name in the journal.
    pub run: String,
    /// What its report needs.
    pub head: Head,
    pub(super) sender: RefCell<Sender>,
    /// Whether a part of its journal could not be read: what is not known is not "not sent" then.
    pub(super) is_damaged: bool,
    /// Whether it is kept in this tab alone.
    pub(super) is_in_tab: bool,
    /// The number of the last appended entry.
    pub(super) appended: Cell<u32>,
    /// Keeps other tabs from taking the run for one that was cut off.
    pub(super) run_claim: RefCell<Option<Claim>>,
    /// Keeps other tabs from sending to the same store, as long as something is sent.
    pub(super) store_claim: RefCell<Option<Claim>>,
    /// While it is only checked again: how it had ended.
    pub(super) ended: RefCell<Option<Ending>>,
    /// Wakes the loop when the person does something.
    nudge: RefCell<Option<oneshot::Sender<()>>>,
    /// Where the store's list showed the products last.
    pub(super) places: RefCell<Places>,
    /// Whether what is under way is only looked at.
    pub(super) is_reading: Cell<bool>,
    /// Requests with updates that are on their way.
    pub(super) leaving: Cell<u32>,
    /// How fast it goes.
    speed: RefCell<Speed>,
    /// Milliseconds since 1970 by the clock that never jumps.
    pub(super) clock: Clock,
    /// When the last progress was told.
    pub(super) told: Cell<u64>,
    /// Whether there was progress since that was not told.
    pub(super) is_untold: Cell<bool>,
}

/// The time of day when the run began, carried on by the clock that never jumps.
#[derive(Clone, Copy)]
pub(super) struct Clock {
    wall: u64,
    zero: u64,
}

impl Clock {
    pub(super) fn new(hands: &dyn Hands) -> Self {
        Self { wall: u64::try_from(hands.wall().millis()).unwrap_or(0), zero: hands.now() }
    }

    pub(super) fn now(self, hands: &dyn Hands) -> u64 {
        self.wall + hands.now().saturating_sub(self.zero)
    }
}

impl Sending {
    pub(super) fn new(run: String, head: Head, sender: Sender, claim: Option<Claim>, clock: Clock) -> Self {
        let places = sender.places().collect();
        Self {
            run,
            head,
            sender: RefCell::new(sender),
            is_damaged: false,
            is_in_tab: false,
            appended: Cell::new(0),
            run_claim: RefCell::new(claim),
            store_claim: RefCell::new(None),
            ended: RefCell::new(None),
            nudge: RefCell::new(None),
            places: RefCell::new(places),
            is_reading: Cell::new(false),
            leaving: Cell::new(0),
            speed: RefCell::default(),
            clock,
            told: Cell::new(0),
            is_untold: Cell::new(false),
        }
    }

    /// The same run, kept in this tab alone or not.
    pub(super) fn in_tab(self, is_in_tab: bool) -> Self {
        Self { is_in_tab, ..self }
    }

    /// A run read back from its journal after the page, the engine or the browser died, and how it ended. Nothing where
    /// there is no entry.
    pub(super) fn recalled(run: String, entries: &[Numbered], claim: Claim, hands: &dyn Hands) -> Option<(Self, Ending)> {
        let last = entries.last().map(|(number, _)| number.saturating_sub(APPENDED))?;
        let remembered = Self::remembered(entries);
        let head = entries.iter().find(|(number, _)| *number == HEAD).and_then(|(_, entry)| Head::decode(entry));
        let is_damaged = head.is_none() || remembered.unreadable > 0 || remembered.missing > 0;
        let head = head.unwrap_or_else(|| Head::rebuilt(&run, &remembered));
        let ending = match (&head.ending, remembered.closed, remembered.cancelled) {
            (Some(ending), _, _) => ending.clone(),
            (None, false, _) => Ending::Interrupted,
            (None, true, true) => Ending::Cancelled,
            (None, true, false) => Ending::Finished,
        };
        let clock = Clock::new(hands);
        let sender = Sender::resumed(remembered, Limits::default(), hands.seed(), clock.now(hands));
        let sending = Self { is_damaged, ..Self::new(run, head, sender, Some(claim), clock) };
        sending.appended.set(last);
        Some((sending, ending))
    }

    /// What the sender's own entries tell.
    pub(super) fn remembered(entries: &[Numbered]) -> crate::send::Run {
        let of_sender = entries.iter().filter(|(number, _)| ![HEAD, BACKUP].contains(number));
        crate::send::Run::read(of_sender.map(|(_, entry)| entry.as_slice()))
    }

    /// What the page is told.
    #[must_use]
    pub fn progress(&self) -> SendProgress {
        let progress = self.sender.borrow().progress();
        let now = self.told.get();
        let state = self.state(&progress, now);
        let mut speed = self.speed.borrow_mut();
        if now < progress.started_ms {
            // Nothing was told yet, so that the time is not known.
        } else if matches!(state, SendState::Sending | SendState::Checking | SendState::Waiting { .. }) {
            speed.mark(now, progress.settled);
        } else {
            speed.stop();
        }
        let left = progress.products.saturating_sub(progress.settled);
        SendProgress {
            run: self.run.clone(),
            place: self.head.place.clone(),
            file: self.head.file.clone(),
            state,
            is_in_tab: self.is_in_tab,
            done: progress.settled,
            total: progress.products,
            batch: progress.batches_settled,
            batches: progress.batches,
            per_minute: speed.per_minute(),
            seconds_left: speed.seconds_for(left),
            changed: progress.done,
            refused: progress.refused,
            unknown: progress.unknown,
            held_back: progress.held_back,
            given_up: progress.given_up,
            on_its_way: self.leaving.get(),
            last_words: progress.last_words,
        }
    }

    fn state(&self, progress: &Progress, now: u64) -> SendState {
        let stopped = |what: &str, cure: &str, words: &str| {
            let said = Some(words.to_owned()).filter(|words| !words.is_empty());
            SendState::Stopped(Trouble { said, ..Trouble::new(TroubleKind::Refused, what, cure) })
        };
        let last_words = progress.last_words.clone().unwrap_or_default();
        match &progress.halt {
            _ if self.ended.borrow().is_some() => SendState::Checking,
            _ if progress.cancelled => SendState::Cancelling,
            Some(Halt::Paused) => SendState::Paused,
            Some(Halt::NeedsKey { status, words }) => SendState::NeedsKey(key_trouble(*status, words)),
            Some(Halt::Failing { words }) => stopped(
                "Several requests in a row failed, so nothing more is sent for now.",
                "Look at what the store says. Go on when it is well again: what is unknown is read back first.",
                words,
            ),
            Some(Halt::Doubled) => stopped(
                "Something between this page and the store repeated a request: voucher codes are in the store twice.",
                "Look at the products concerned in the report so far before you go on.",
                "",
            ),
            Some(Halt::NoJournal) => SendState::Stopped(Trouble::journal(&StorageError(last_words))),
            None => match progress.waiting_until_ms {
                Some(until) => SendState::Waiting {
                    seconds: u32::try_from(until.saturating_sub(now).div_ceil(1000)).unwrap_or(u32::MAX),
                    why: last_words,
                },
                None if self.is_reading.get() => SendState::Checking,
                None => SendState::Sending,
            },
        }
    }

    /// What is known by now.
    #[must_use]
    pub fn report_so_far(self: &Rc<Self>) -> Report {
        Report::of(self, Ending::Interrupted, false)
    }

    /// Whether a new connection may go on with this run.
    ///
    /// # Errors
    /// When it is another community or another host.
    pub fn may_go_on_with(&self, place: &Place) -> Result<(), Trouble> {
        if self.head.place.is_same_store(place) {
            return Ok(());
        }
        Err(Trouble::not_now(
            "This key belongs to another store than the one this run is for.",
            "Use a key of the same store at the same host, or cancel the run first.",
        ))
    }

    pub(super) fn nudge(&self) {
        if let Some(nudge) = self.nudge.borrow_mut().take() {
            let _ = nudge.send(());
        }
    }
}

fn key_trouble(status: u16, words: &str) -> Trouble {
    use crate::api::said::Said;
    let error = ApiError::Refused { status, said: Said::default(), retry_after: None };
    Trouble { said: Some(words.to_owned()).filter(|words| !words.is_empty()), ..Trouble::api(&error, Method::Put) }
}

impl Sending {
    /// Done when the person did something.
    pub(super) fn nudged(&self) -> oneshot::Receiver<()> {
        let (sender, receiver) = oneshot::channel();
        *self.nudge.borrow_mut() = Some(sender);
        receiver
    }

    /// The entries with their numbers, and the last number that is appended.
    pub(super) fn numbered(&self, entries: &[Entry]) -> (Vec<Numbered>, u32) {
        let mut last = self.appended.get();
        let mut number = |entry: &Entry| match entry.slot() {
            Slot::Replace(number) => number + 1,
            Slot::Append => {
                last += 1;
                APPENDED + last
            }
        };
        // An entry that cannot be encoded is never seen; it would be found as a hole when it is read back.
        let numbered = entries.iter().map(|entry| (number(entry), entry.encode().unwrap_or_default())).collect();
        (numbered, last)
    }
}
