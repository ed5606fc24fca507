//! The confirmed plan is carried out: what the sender says next is done with the engine's hands.
//!
//! In: the review the person confirmed. Out: requests, the journal, progress. Must never know: what is safe to send
//! when; that is `send`'s.

use super::Run;
use super::comparing::{Planned, read_products, small};
use super::reporting::Report;
use crate::api::Method;
use crate::api::error::ApiError;
use crate::domain::ProductId;
use crate::engine::hands::{Hands, StorageError};
use crate::engine::protocol::{Ending, Place, SendProgress, SendState, Trouble, TroubleKind};
use crate::engine::serve::Engine;
use crate::engine::session::Session;
use crate::send::journal::Slot;
use crate::send::machine::Readings;
use crate::send::{About, Effect, Entry, Halt, Limits, Progress, Sender, Why};
use futures::channel::oneshot;
use futures::future::select;
use serde::{Deserialize, Serialize};
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// The first entry of a run: what its report needs and the sender's own entries do not hold.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Head {
    /// Where it is sent.
    pub place: Place,
    /// The file's name.
    pub file: String,
    /// When it was confirmed, ISO 8601.
    pub started: String,
    /// Every product of the file.
    pub lines: Vec<Planned>,
}

/// The number of the head in the journal; frozen batches follow, each under a number of its own.
const HEAD: u32 = 0;
/// Entries that are appended are numbered from here on.
const APPENDED: u32 = 1 << 31;

/// A run that is being carried out, or was.
pub struct Sending {
    /// Its name in the journal.
    pub run: String,
    /// What its report needs.
    pub head: Head,
    pub(super) sender: RefCell<Sender>,
    /// The next number of an appended entry.
    appended: Cell<u32>,
    /// Wakes the loop when the person does something.
    nudge: RefCell<Option<oneshot::Sender<()>>>,
    /// Whether the last thing handed out was a reading.
    is_reading: Cell<bool>,
    /// Milliseconds since 1970 by the clock that never jumps.
    clock: Clock,
    /// When the last progress was told.
    told: Cell<u64>,
}

/// The time of day when the run began, carried on by the clock that never jumps.
#[derive(Clone, Copy)]
struct Clock {
    wall: u64,
    zero: u64,
}

impl Clock {
    fn new(hands: &dyn Hands) -> Self {
        Self { wall: u64::try_from(hands.wall().millis()).unwrap_or(0), zero: hands.now() }
    }

    fn now(self, hands: &dyn Hands) -> u64 {
        self.wall + hands.now().saturating_sub(self.zero)
    }
}

impl Sending {
    fn new(run: String, head: Head, sender: Sender, appended: u32, clock: Clock) -> Self {
        Self {
            run,
            head,
            sender: RefCell::new(sender),
            appended: Cell::new(appended),
            nudge: RefCell::new(None),
            is_reading: Cell::new(false),
            clock,
            told: Cell::new(0),
        }
    }

    /// A run read back from its journal after the page, the engine or the browser died. Nothing where there is no head:
    /// then nothing was ever sent.
    pub(super) fn recalled(run: String, entries: &[Vec<u8>], hands: &dyn Hands) -> Option<(Self, bool)> {
        let (head, entries) = entries.split_first()?;
        let head: Head = postcard::from_bytes(head).ok()?;
        let remembered = crate::send::Run::read(entries.iter().map(Vec::as_slice));
        let was_finished = remembered.closed;
        let clock = Clock::new(hands);
        let appended = small(entries.len()) + 1;
        let sender = Sender::resumed(remembered, Limits::default(), hands.seed(), clock.now(hands));
        Some((Self::new(run, head, sender, appended, clock), was_finished))
    }

    /// What the page is told.
    #[must_use]
    pub fn progress(&self) -> SendProgress {
        let progress = self.sender.borrow().progress();
        let now = self.told.get();
        let seconds = now.saturating_sub(progress.started_ms) / 1000;
        // The first batches say little about the rest.
        let rate = (seconds >= 2 && progress.settled > 0).then(|| u64::from(progress.settled) * 60 / seconds);
        let left = u64::from(progress.products.saturating_sub(progress.settled));
        let clip = |count: u64| u32::try_from(count).unwrap_or(u32::MAX);
        SendProgress {
            place: self.head.place.clone(),
            file: self.head.file.clone(),
            state: self.state(&progress, now),
            done: progress.settled,
            total: progress.products,
            batch: progress.batches_settled,
            batches: progress.batches,
            per_minute: rate.map(clip),
            seconds_left: rate.filter(|rate| *rate > 0).map(|rate| clip((left * 60).div_ceil(rate))),
            changed: progress.done,
            refused: progress.refused,
            unknown: progress.unknown,
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
        let ours = &self.head.place;
        let same_community = ours.community.is_none() || ours.community == place.community;
        if ours.base == place.base && ours.is_practice == place.is_practice && same_community {
            return Ok(());
        }
        Err(Trouble::not_now(
            "This key belongs to another store than the one this run is for.",
            "Use a key of the same store at the same host, or cancel the run first.",
        ))
    }

    fn nudge(&self) {
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

impl Engine {
    /// Carries out the reviewed plan. Answers when its first entry is in the journal.
    ///
    /// # Errors
    /// When what the person saw is not what would be sent, or when the journal cannot be written.
    pub(crate) async fn send(self: &Rc<Self>, token: u64) -> Result<(), Trouble> {
        let session = self.session()?;
        let review = match &*self.run.borrow() {
            // What was compared with one store is never sent to another.
            Run::Reviewing { review, .. } if review.summary().token == token && review.summary().place == session.place => {
                Rc::clone(review)
            }
            _ => return Err(Trouble::not_now("What you confirmed is not what is on the table any more.", "Compare again.")),
        };
        if review.summary().changing == 0 {
            return Err(Trouble::not_now(
                "There is nothing to send: the store already has these values.",
                "Choose another file.",
            ));
        }
        let hands = &*self.hands;
        let clock = Clock::new(hands);
        let head = Head {
            place: session.place.clone(),
            file: review.summary().file.clone(),
            started: hands.wall().to_string(),
            lines: review.lines.clone(),
        };
        let about = About { host: head.place.base.clone(), community: head.place.community.clone(), file: head.file.clone() };
        let run = format!("{}-{:08x}", head.started, hands.seed() & 0xffff_ffff);
        let written = postcard::to_allocvec(&head).unwrap_or_default();
        // A second click meanwhile finds another stage and is refused.
        let generation = self.next_generation();
        let sender = Sender::new(about, review.plan.clone(), review.before(), Limits::default(), hands.seed(), clock.now(hands));
        let sending = Rc::new(Sending::new(run, head, sender, 0, clock));
        let before = self.run.replace(Run::Sending(Rc::clone(&sending)));
        if let Err(error) = hands.journal().write(&sending.run, vec![(HEAD, written)]).await {
            self.go(before);
            return Err(Trouble::journal(&error));
        }
        drop(before);
        self.tell();
        self.start(sending, generation);
        Ok(())
    }

    /// Reads once more what is unknown. Nothing is sent.
    ///
    /// # Errors
    /// When there is nothing to check, or no connection to the same store.
    pub(crate) async fn check_again(self: &Rc<Self>) -> Result<(), Trouble> {
        let session = self.session()?;
        let sending = match &*self.run.borrow() {
            Run::Done(report) => report.sending(),
            _ => return Err(Trouble::not_now("There is no report to check.", "It is there once sending has ended.")),
        };
        sending.may_go_on_with(&session.place)?;
        {
            let mut sender = sending.sender.borrow_mut();
            sender.cancel();
            sender.try_again();
        }
        let generation = self.next_generation();
        self.go(Run::Sending(Rc::clone(&sending)));
        self.start(sending, generation);
        Ok(())
    }

    fn start(self: &Rc<Self>, sending: Rc<Sending>, generation: u64) {
        let engine = Rc::clone(self);
        self.hands.spawn(Box::pin(async move { engine.carry_out(sending, generation).await }));
    }

    /// Tells the sender what the person did, and wakes it.
    pub(crate) fn steer(&self, what: impl FnOnce(&mut Sender)) {
        let sending = match &*self.run.borrow() {
            Run::Sending(sending) => Rc::clone(sending),
            _ => return,
        };
        what(&mut sending.sender.borrow_mut());
        sending.nudge();
        self.tell();
    }

    /// A new key is there, for the same store: `may_replace` has seen to that.
    pub(crate) fn key_replaced(&self) {
        let community = self.session.borrow().as_ref().and_then(|session| session.place.community.clone());
        self.steer(|sender| {
            sender.key_replaced(community.as_deref());
        });
    }

    async fn carry_out(self: Rc<Self>, sending: Rc<Sending>, generation: u64) {
        let hands = Rc::clone(&self.hands);
        // Leaving the store forgets the session; what is on its way is settled with the one it went out with.
        let mut session = self.session().ok();
        while self.is_current(generation) {
            if let Ok(current) = self.session() {
                session = Some(current);
            }
            let now = sending.clock.now(&*hands);
            let effect = sending.sender.borrow_mut().next(now);
            sending.is_reading.set(matches!(&effect, Effect::Read { why, .. } if *why != Why::StockBefore));
            self.tell_progress(&sending, now, matches!(effect, Effect::Sleep { .. } | Effect::Idle));
            match (effect, &session) {
                (Effect::Record(entries), _) => {
                    let result = hands.journal().write(&sending.run, sending.numbered(&entries)).await;
                    sending.sender.borrow_mut().recorded(result.map_err(|error| error.0));
                }
                (Effect::Put { batch, request, .. }, Some(session)) => {
                    let answer = session.transport.send(request).await;
                    sending.sender.borrow_mut().answered(batch, answer, sending.clock.now(&*hands));
                }
                (Effect::Read { ids, .. }, Some(session)) => {
                    let readings = read_back(&*hands, session, &ids).await;
                    sending.sender.borrow_mut().read(readings, sending.clock.now(&*hands));
                }
                (Effect::Sleep { millis }, _) => {
                    let millis = u32::try_from(millis).unwrap_or(u32::MAX);
                    // A countdown is told once a second.
                    select(hands.sleep(millis.min(1000)), sending.nudged()).await;
                    sending.sender.borrow_mut().woken(sending.clock.now(&*hands));
                }
                (Effect::Idle, _) => {
                    sending.nudged().await.ok();
                }
                // One effect at a time is handed out, and each is answered before the next is asked for; and without a
                // session nothing can have been handed out.
                (Effect::Wait, _) | (Effect::Put { .. } | Effect::Read { .. }, None) | (Effect::Finished, _) => break,
            }
        }
        if self.is_current(generation) {
            let was_cancelled = sending.sender.borrow().progress().cancelled;
            self.settle(sending, if was_cancelled { Ending::Cancelled } else { Ending::Finished });
        }
    }

    fn settle(&self, sending: Rc<Sending>, ending: Ending) {
        let can_check_again = sending.sender.borrow().progress().unknown > 0;
        let report = Report::of(&sending, ending, can_check_again);
        self.go(Run::Done(Rc::new(report)));
    }

    /// Ten times a second at most, except where the person must see it at once.
    fn tell_progress(&self, sending: &Sending, now: u64, at_once: bool) {
        if at_once || now >= sending.told.get() + 100 {
            sending.told.set(now);
            self.tell();
        }
    }

    /// Looks into the journal for a run that was cut off, or whose report was not closed yet.
    pub(crate) async fn recall(&self) {
        let hands = &*self.hands;
        // A browser without storage has nothing to recall; sending will say so when it comes to that.
        let runs = hands.journal().runs().await.unwrap_or_default();
        // Names begin with the time, so the last is the youngest.
        let Some(name) = runs.into_iter().max() else { return };
        let entries = hands.journal().entries(&name).await.unwrap_or_default();
        if let Some((sending, was_finished)) = Sending::recalled(name, &entries, hands) {
            let was_cancelled = sending.sender.borrow().progress().cancelled;
            let ending = match (was_finished, was_cancelled) {
                (false, _) => Ending::Interrupted,
                (true, true) => Ending::Cancelled,
                (true, false) => Ending::Finished,
            };
            self.settle(Rc::new(sending), ending);
        }
    }
}

impl Sending {
    /// Done when the person did something.
    fn nudged(&self) -> oneshot::Receiver<()> {
        let (sender, receiver) = oneshot::channel();
        *self.nudge.borrow_mut() = Some(sender);
        receiver
    }

    fn numbered(&self, entries: &[Entry]) -> Vec<(u32, Vec<u8>)> {
        let number = |entry: &Entry| match entry.slot() {
            Slot::Replace(number) => number + 1,
            Slot::Append => {
                self.appended.set(self.appended.get() + 1);
                APPENDED + self.appended.get()
            }
        };
        // An entry that cannot be encoded is never seen; it would be found as a hole when it is read back.
        entries.iter().map(|entry| (number(entry), entry.encode().unwrap_or_default())).collect()
    }
}

/// Reads products back. Each that could not be read says why; one that the store does not have is `None`.
async fn read_back(hands: &dyn Hands, session: &Session, ids: &[ProductId]) -> Readings {
    // Many at once may be cheaper by pages; whatever fails there is said of each.
    match read_products(hands, session, ids, &|_| ()).await {
        Ok(mut found) => ids.iter().map(|id| (*id, Ok(found.remove(id)))).collect(),
        Err(error) => ids.iter().map(|id| (*id, Err(error.clone()))).collect(),
    }
}
