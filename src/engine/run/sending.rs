//! The confirmed plan is carried out: what the sender says next is done with the engine's hands.
//!
//! In: the review the person confirmed. Out: requests, the journal, progress. Must never know: what is safe to send
//! when; that is `send`'s.

use super::Run;
use super::comparing::{Planned, read_products};
use super::reporting::{DAMAGED, Report};
use crate::api::Method;
use crate::api::error::ApiError;
use crate::domain::ProductId;
use crate::engine::hands::{Claim, Hands, Numbered, StorageError};
use crate::engine::protocol::{Ending, FateKind, LineView, Place, SendProgress, SendState, Trouble, TroubleKind};
use crate::engine::serve::Engine;
use crate::engine::session::Session;
use crate::send::journal::Slot;
use crate::send::machine::Readings;
use crate::send::{About, Effect, Entry, Halt, Limits, Progress, Sender, Why};
use futures::channel::oneshot;
use futures::future::{Either, select};
use serde::{Deserialize, Serialize};
use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::pin::pin;
use std::rc::Rc;

/// Milliseconds from one telling of the progress to the next, except where the person must see it at once.
const TELL_MS: u64 = 100;

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
    /// How it ended, where more was read after its end: that does not make it end otherwise.
    pub ending: Option<Ending>,
}

impl Head {
    /// The version of the encoding. A head of another version is never guessed at.
    const VERSION: u8 = 1;

    fn encode(&self) -> Vec<u8> {
        // An entry that cannot be encoded is never seen; it would be found damaged when it is read back.
        postcard::to_extend(self, vec![Self::VERSION]).unwrap_or_default()
    }

    fn decode(bytes: &[u8]) -> Option<Self> {
        let (&Self::VERSION, rest) = bytes.split_first()? else { return None };
        postcard::from_bytes(rest).ok()
    }

    /// What can be said without the head, which is damaged or of another version: the rest of the journal names the
    /// products. Where even that cannot be read, the run is shown all the same, since something was sent, perhaps.
    fn rebuilt(run: &str, remembered: &crate::send::Run) -> Self {
        let About { host, community, file } = remembered.about.clone();
        let mut seen = HashSet::new();
        let items = remembered.tasks.values().map(|task| &task.item).filter(|item| seen.insert(item.id));
        let line = |item: &crate::send::journal::Item| LineView {
            product: item.id.to_string(),
            name: item.name.clone(),
            line: 0,
            fate: FateKind::Unknown,
            words: DAMAGED.into(),
        };
        Self {
            place: Place { is_practice: host == Place::PRACTICE, host: host.clone(), base: host, community, title: None },
            file: if file.is_empty() { "a file whose record cannot be read".into() } else { file },
            // Runs are named after their beginning.
            started: run.split_once('Z').map_or_else(|| run.to_owned(), |(started, _)| format!("{started}Z")),
            lines: items.map(|item| Planned { id: Some(item.id), line: line(item) }).collect(),
            ending: None,
        }
    }
}

/// The number of the head in the journal; frozen batches follow, each under a number of its own.
const HEAD: u32 = 0;
/// Entries that are appended are numbered from here on.
const APPENDED: u32 = 1 << 31;
/// How often, and how far apart, it is asked whether a run is somebody else's.
const CLAIM_TRIES: u32 = 10;
/// Milliseconds.
const CLAIM_PAUSE_MS: u32 = 100;

/// A run that is being carried out, or was.
pub struct Sending {
    /// Its name in the journal.
    pub run: String,
    /// What its report needs.
    pub head: Head,
    pub(super) sender: RefCell<Sender>,
    /// Whether a part of its journal could not be read: what is not known is not "not sent" then.
    pub(super) is_damaged: bool,
    /// The number of the last appended entry.
    appended: Cell<u32>,
    /// Keeps other tabs from taking the run for one that was cut off.
    run_claim: RefCell<Option<Claim>>,
    /// Keeps other tabs from sending to the same store, as long as something is sent.
    store_claim: RefCell<Option<Claim>>,
    /// While it is only checked again: how it had ended.
    ended: RefCell<Option<Ending>>,
    /// Wakes the loop when the person does something.
    nudge: RefCell<Option<oneshot::Sender<()>>>,
    /// Whether the last thing handed out was a reading.
    is_reading: Cell<bool>,
    /// Milliseconds since 1970 by the clock that never jumps.
    clock: Clock,
    /// When the last progress was told.
    told: Cell<u64>,
    /// Whether there was progress since that was not told.
    is_untold: Cell<bool>,
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
    fn new(run: String, head: Head, sender: Sender, claim: Option<Claim>, clock: Clock) -> Self {
        Self {
            run,
            head,
            sender: RefCell::new(sender),
            is_damaged: false,
            appended: Cell::new(0),
            run_claim: RefCell::new(claim),
            store_claim: RefCell::new(None),
            ended: RefCell::new(None),
            nudge: RefCell::new(None),
            is_reading: Cell::new(false),
            clock,
            told: Cell::new(0),
            is_untold: Cell::new(false),
        }
    }

    /// A run read back from its journal after the page, the engine or the browser died, and how it ended. Nothing where
    /// there is no entry.
    pub(super) fn recalled(run: String, entries: &[Numbered], claim: Claim, hands: &dyn Hands) -> Option<(Self, Ending)> {
        let last = entries.last().map(|(number, _)| number.saturating_sub(APPENDED))?;
        let of_sender = entries.iter().filter(|(number, _)| *number != HEAD);
        let remembered = crate::send::Run::read(of_sender.map(|(_, entry)| entry.as_slice()));
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
        let (file, mut review) = match &*self.run.borrow() {
            Run::Reviewing { file, review } if review.summary().token == token => (Rc::clone(file), Rc::clone(review)),
            _ => return Err(Trouble::not_now("What you confirmed is not what is on the table any more.", "Compare again.")),
        };
        if !review.summary().place.is_same_store(&session.place) {
            return Err(Trouble::not_now("What you confirmed was compared with another store.", "Compare again."));
        }
        if review.summary().changing == 0 {
            return Err(Trouble::not_now(
                "There is nothing to send: the store already has these values.",
                "Choose another file.",
            ));
        }
        let hands = &*self.hands;
        if review.is_old(hands) {
            review = self.still_true(&session, file, review).await?;
        }
        let clock = Clock::new(hands);
        let head = Head {
            place: session.place.clone(),
            file: review.summary().file.clone(),
            started: hands.wall().to_string(),
            lines: review.lines.clone(),
            ending: None,
        };
        let about = About { host: head.place.base.clone(), community: head.place.community.clone(), file: head.file.clone() };
        let run = format!("{}-{:08x}", head.started, hands.seed() & 0xffff_ffff);
        let written = head.encode();
        // A second click meanwhile finds another stage and is refused.
        let generation = self.next_generation();
        let sender = Sender::new(about, review.plan.clone(), review.before(), Limits::default(), hands.seed(), clock.now(hands));
        let sending = Rc::new(Sending::new(run, head, sender, None, clock));
        let before = self.run.replace(Run::Sending(Rc::clone(&sending)));
        if let Err(trouble) = self.begin(&sending, written).await {
            // The person may have left meanwhile.
            let is_there = self.session().is_ok_and(|now| sending.head.place.is_same_store(&now.place));
            self.go(if is_there { before } else { Run::default() });
            return Err(trouble);
        }
        drop(before);
        self.tell();
        self.start(sending, session, generation);
        Ok(())
    }

    /// Takes what is needed before the first byte: the store for ourselves, and a head in the journal.
    async fn begin(&self, sending: &Sending, head: Vec<u8>) -> Result<(), Trouble> {
        let Place { is_practice, base, community, .. } = &sending.head.place;
        if !is_practice {
            let name = format!("storekeeper store {base} {}", community.as_deref().unwrap_or(""));
            let claim = self.hands.claim(&name).await;
            *sending.store_claim.borrow_mut() = Some(claim.ok_or_else(|| {
                Trouble::not_now(
                    "Another tab of this browser is sending to this store.",
                    "Two at once cannot tell whose vouchers arrived. Wait until the other is done, then send this.",
                )
            })?);
        }
        let claim = self.claim_run(&sending.run).await;
        *sending.run_claim.borrow_mut() = claim;
        let written = self.hands.journal().write(&sending.run, vec![(HEAD, head)]).await;
        written.map_err(|error| Trouble::journal(&error))
    }

    /// The run for ourselves. A page that was just loaded again may have to wait for its own old engine to let go.
    async fn claim_run(&self, run: &str) -> Option<Claim> {
        let name = format!("storekeeper run {run}");
        for _ in 0..CLAIM_TRIES {
            if let Some(claim) = self.hands.claim(&name).await {
                return Some(claim);
            }
            self.hands.sleep(CLAIM_PAUSE_MS).await;
        }
        None
    }

    /// Reads once more what is unknown. Nothing is sent.
    ///
    /// # Errors
    /// When there is nothing to check, or no connection to the same store.
    pub(crate) async fn check_again(self: &Rc<Self>) -> Result<(), Trouble> {
        let session = self.session()?;
        let (sending, ending) = match &*self.run.borrow() {
            Run::Done(report) => (report.sending(), report.summary().ending.clone()),
            _ => return Err(Trouble::not_now("There is no report to check.", "It is there once sending has ended.")),
        };
        sending.may_go_on_with(&session.place)?;
        {
            let mut sender = sending.sender.borrow_mut();
            sender.cancel();
            sender.try_again();
        }
        let generation = self.next_generation();
        let head = Head { ending: Some(ending.clone()), ..sending.head.clone() };
        *sending.ended.borrow_mut() = Some(ending);
        self.go(Run::Sending(Rc::clone(&sending)));
        // Without it, only a word of the report will be another after a reload.
        let _ = self.hands.journal().write(&sending.run, vec![(HEAD, head.encode())]).await;
        self.start(sending, session, generation);
        Ok(())
    }

    fn start(self: &Rc<Self>, sending: Rc<Sending>, session: Session, generation: u64) {
        let engine = Rc::clone(self);
        self.hands.spawn(Box::pin(async move { engine.carry_out(sending, session, generation).await }));
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

    /// Leaving the store forgets the session; what is on its way is settled with the one it went out with.
    async fn carry_out(self: Rc<Self>, sending: Rc<Sending>, mut session: Session, generation: u64) {
        let hands = Rc::clone(&self.hands);
        while self.is_current(generation) {
            if let Ok(current) = self.session() {
                session = current;
            }
            let now = sending.clock.now(&*hands);
            let effect = sending.sender.borrow_mut().next(now);
            sending.is_reading.set(matches!(&effect, Effect::Read { why, .. } if *why != Why::StockBefore));
            self.tell_progress(&sending, now, matches!(effect, Effect::Sleep { .. } | Effect::Idle));
            match effect {
                Effect::Record(entries) => {
                    let (numbered, last) = sending.numbered(&entries);
                    let result = hands.journal().write(&sending.run, numbered).await;
                    // The numbers of entries that were not written are used again, so that there is no gap.
                    if result.is_ok() {
                        sending.appended.set(last);
                    }
                    sending.sender.borrow_mut().recorded(result.map_err(|error| error.0));
                }
                Effect::Put { batch, request, .. } => {
                    let answer = self.telling(&sending, session.transport.send(request)).await;
                    sending.sender.borrow_mut().answered(batch, answer, sending.clock.now(&*hands));
                }
                Effect::Read { ids, .. } => {
                    let readings = self.telling(&sending, read_back(&*hands, &session, &ids)).await;
                    sending.sender.borrow_mut().read(readings, sending.clock.now(&*hands));
                }
                Effect::Sleep { millis } => {
                    let millis = u32::try_from(millis).unwrap_or(u32::MAX);
                    // A countdown is told once a second.
                    select(hands.sleep(millis.min(1000)), sending.nudged()).await;
                    sending.sender.borrow_mut().woken(sending.clock.now(&*hands));
                }
                Effect::Idle => {
                    sending.nudged().await.ok();
                }
                // One effect at a time is handed out, and each is answered before the next is asked for.
                Effect::Wait | Effect::Finished => break,
            }
        }
        if self.is_current(generation) {
            let was_cancelled = sending.sender.borrow().progress().cancelled;
            let ending = if was_cancelled { Ending::Cancelled } else { Ending::Finished };
            let ending = sending.ended.borrow_mut().take().unwrap_or(ending);
            *sending.store_claim.borrow_mut() = None;
            self.settle(sending, ending);
        }
    }

    fn settle(&self, sending: Rc<Sending>, ending: Ending) {
        let can_check_again = sending.sender.borrow().progress().unknown > 0;
        let report = Report::of(&sending, ending, can_check_again);
        self.go(Run::Done(Rc::new(report)));
    }

    /// Ten times a second at most, except where the person must see it at once.
    fn tell_progress(&self, sending: &Sending, now: u64, at_once: bool) {
        let is_told = at_once || now >= sending.told.get() + TELL_MS;
        sending.is_untold.set(!is_told);
        if is_told {
            sending.told.set(now);
            self.tell();
        }
    }

    /// Waits for the store, and tells meanwhile what was not told for being too soon: a page that waits long for an
    /// answer must not show figures from before the last one.
    async fn telling<T>(&self, sending: &Sending, waiting: impl Future<Output = T>) -> T {
        if !sending.is_untold.get() {
            return waiting.await;
        }
        let soon = (sending.told.get() + TELL_MS).saturating_sub(sending.clock.now(&*self.hands));
        let pause = self.hands.sleep(u32::try_from(soon).unwrap_or(0));
        match select(pin!(waiting), pause).await {
            Either::Left((answer, _)) => answer,
            Either::Right(((), waiting)) => {
                self.tell_progress(sending, sending.clock.now(&*self.hands), true);
                waiting.await
            }
        }
    }

    /// Looks into the journal for a run that was cut off, or whose report was not closed yet: the youngest, but for the
    /// one that was just closed, and those that other tabs have.
    pub(crate) async fn recall(&self, closed: Option<&str>) {
        if !matches!(&*self.run.borrow(), Run::Choosing(None)) {
            return;
        }
        let hands = &*self.hands;
        let generation = self.generation.get();
        // A browser without storage has nothing to recall; sending will say so when it comes to that.
        let mut runs = hands.journal().runs().await.unwrap_or_default();
        // Names begin with the time.
        runs.sort_unstable();
        for name in runs.into_iter().rev().filter(|name| Some(name.as_str()) != closed) {
            let Some(claim) = self.claim_run(&name).await else { continue };
            let entries = hands.journal().entries(&name).await.unwrap_or_default();
            // Whoever has begun something meanwhile is not disturbed; it is shown when that is closed.
            if !self.is_current(generation) || !matches!(&*self.run.borrow(), Run::Choosing(None)) {
                return;
            }
            if let Some((sending, ending)) = Sending::recalled(name, &entries, claim, hands) {
                self.settle(Rc::new(sending), ending);
                return;
            }
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

    /// The entries with their numbers, and the last number that is appended.
    fn numbered(&self, entries: &[Entry]) -> (Vec<Numbered>, u32) {
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

/// Reads products back. Each that could not be read says why; one that the store does not have is `None`.
async fn read_back(hands: &dyn Hands, session: &Session, ids: &[ProductId]) -> Readings {
    // Many at once may be cheaper by pages; whatever fails there is said of each.
    match read_products(hands, session, ids, &|_| true).await {
        Ok(mut found) => ids.iter().map(|id| (*id, Ok(found.remove(id)))).collect(),
        Err(error) => ids.iter().map(|id| (*id, Err(error.clone()))).collect(),
    }
}
