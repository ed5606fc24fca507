//! A run begins, is gone on with, or is found again after the page died.
//!
//! In: the review the person confirmed, or a journal. Out: a [`Sending`] under way, or its report.
//! Must never know: what is safe to send when.

use super::Run;
use super::head::Head;
use super::keepsakes::encode_backup;
use super::sending::{BACKUP, Clock, HEAD, Sending};
use crate::engine::hands::{Claim, JournalStore, Numbered};
use crate::engine::protocol::{Place, Trouble};
use crate::engine::serve::Engine;
use crate::send::{About, Effect, Limits, Sender};
use std::rc::Rc;

/// How often, and how far apart, it is asked whether a run is somebody else's.
const CLAIM_TRIES: u32 = 10;
/// Milliseconds.
const CLAIM_PAUSE_MS: u32 = 100;

impl Engine {
    /// Carries out the reviewed plan. Answers when its first entry is in the journal.
    ///
    /// # Errors
    /// When what the person saw is not what would be sent, or when the journal cannot be written, unless it is to be kept in
    /// this tab alone.
    pub(crate) async fn send(self: &Rc<Self>, token: u64, typed: &str, in_this_tab: bool) -> Result<(), Trouble> {
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
        if let Some(phrase) = &review.summary().phrase
            && !review.summary().is_confirmed_by(typed)
        {
            return Err(Trouble::not_now(
                "Something in this run deserves a second look, and what was typed does not confirm it.",
                &format!("Look at the warnings, then type: {phrase}"),
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
            is_put_away: false,
        };
        let kept = vec![(HEAD, head.encode()), (BACKUP, encode_backup(&review.backup()))];
        let about = About { host: head.place.base.clone(), community: head.place.community.clone(), file: head.file.clone() };
        let run = format!("{}-{:08x}", head.started, hands.seed() & 0xffff_ffff);
        // A second click meanwhile finds another stage and is refused.
        let generation = self.next_generation();
        let limits = Limits { door: session.door, ..Limits::default() };
        let sender = Sender::new(about, review.plan.clone(), review.before(), limits, hands.seed(), clock.now(hands));
        if in_this_tab {
            self.journal.keep_in_tab(&run);
        }
        let sending = Rc::new(Sending::new(run, head, sender, None, clock).in_tab(in_this_tab));
        let before = self.run.replace(Run::Sending(Rc::clone(&sending)));
        if let Err(trouble) = self.begin(&sending, kept).await {
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

    /// Takes what is needed before the first byte: the store for ourselves, and the head, the backup and the whole plan in the
    /// journal, all or none: a page that dies here leaves a run that can be gone on with, or none.
    async fn begin(&self, sending: &Sending, mut kept: Vec<Numbered>) -> Result<(), Trouble> {
        self.claim_store(sending).await?;
        let claim = self.claim_run(&sending.run).await;
        *sending.run_claim.borrow_mut() = claim;
        let first = sending.sender.borrow_mut().next(sending.clock.now(&*self.hands));
        let Effect::Record(entries) = first else {
            return Err(Trouble::not_now("There is nothing to write down.", "Compare again."));
        };
        let (plan, last) = sending.numbered(&entries);
        kept.extend(plan);
        self.journal.write(&sending.run, kept).await.map_err(|error| Trouble::journal(&error))?;
        sending.appended.set(last);
        sending.sender.borrow_mut().recorded(Ok(()));
        Ok(())
    }

    /// One tab at a time sends to a store.
    async fn claim_store(&self, sending: &Sending) -> Result<(), Trouble> {
        let Place { is_practice, base, community, .. } = &sending.head.place;
        if *is_practice {
            return Ok(());
        }
        let name = format!("storekeeper store {base} {}", community.as_deref().unwrap_or(""));
        let claim = self.hands.claim(&name).await.ok_or_else(|| {
            Trouble::not_now(
                "Another tab of this browser is sending to this store.",
                "Two at once cannot tell whose vouchers arrived. Wait until the other is done, then send this.",
            )
        })?;
        *sending.store_claim.borrow_mut() = Some(claim);
        Ok(())
    }

    /// Goes on with a run that was cut off or cancelled, or in which something was given up. What is in doubt is read first.
    ///
    /// # Errors
    /// When there is nothing to go on with, no connection to the same store, or another tab is sending to it.
    pub(crate) async fn go_on(self: &Rc<Self>) -> Result<(), Trouble> {
        let session = self.session()?;
        let (report, sending) = match &*self.run.borrow() {
            Run::Done(report) if report.summary().can_go_on => (Rc::clone(report), report.sending()),
            _ => return Err(Trouble::not_now("There is no run to go on with.", "Choose a file to begin a new one.")),
        };
        sending.may_go_on_with(&session.place)?;
        // A second click meanwhile finds another stage and is refused.
        let generation = self.next_generation();
        self.go(Run::Sending(Rc::clone(&sending)));
        if let Err(trouble) = self.take_up(&sending).await {
            *sending.store_claim.borrow_mut() = None;
            self.go(Run::Done(report));
            return Err(trouble);
        }
        sending.sender.borrow_mut().leave_by(session.door);
        sending.sender.borrow_mut().go_on();
        *sending.ended.borrow_mut() = None;
        self.start(sending, session, generation);
        Ok(())
    }

    /// Takes the store for ourselves, and writes down that the run is open again: should this page die, it was interrupted and is
    /// shown, however it had ended before.
    async fn take_up(&self, sending: &Sending) -> Result<(), Trouble> {
        self.claim_store(sending).await?;
        let head = Head { ending: None, is_put_away: false, ..sending.head.clone() };
        let written = self.journal.write(&sending.run, vec![(HEAD, head.encode())]).await;
        written.map_err(|error| Trouble::journal(&error))
    }

    /// The run for ourselves. A page that was just loaded again may have to wait for its own old engine to let go.
    pub(super) async fn claim_run(&self, run: &str) -> Option<Claim> {
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
        let _ = self.journal.write(&sending.run, vec![(HEAD, head.encode())]).await;
        self.start(sending, session, generation);
        Ok(())
    }

    /// Tells the sender what the person did, and wakes it.
    pub(crate) fn steer(&self, what: impl FnOnce(&mut Sender)) {
        let sending = match &*self.run.borrow() {
            Run::Sending(sending) => Rc::clone(sending),
            _ => return,
        };
        what(&mut sending.sender.borrow_mut());
        sending.told.set(sending.clock.now(&*self.hands));
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

    /// Looks into the journal for a run that was cut off, or whose report was not closed yet: the youngest, but for the
    /// one that was just closed, and those that other tabs have.
    pub(crate) async fn recall(&self, closed: Option<&str>) {
        if !matches!(&*self.run.borrow(), Run::Choosing(None)) {
            return;
        }
        let hands = &*self.hands;
        let generation = self.generation.get();
        // A browser without storage has nothing to recall; sending will say so when it comes to that.
        let mut runs = self.journal.runs().await.unwrap_or_default();
        // Names begin with the time.
        runs.sort_unstable();
        for name in runs.into_iter().rev().filter(|name| Some(name.as_str()) != closed) {
            let Some(claim) = self.claim_run(&name).await else { continue };
            let entries = self.journal.entries(&name).await.unwrap_or_default();
            // Whoever has begun something meanwhile is not disturbed; it is shown when that is closed.
            if !self.is_current(generation) || !matches!(&*self.run.borrow(), Run::Choosing(None)) {
                return;
            }
            if let Some((sending, ending)) = Sending::recalled(name, &entries, claim, hands)
                && !sending.head.is_put_away
            {
                self.settle(Rc::new(sending), ending);
                return;
            }
        }
    }
}
