//! The confirmed plan is carried out: what the sender says next is done with the engine's hands.
//!
//! In: a run. Out: requests, the journal, progress. Must never know: what is safe to send when; that is `send`'s.

use super::Run;
use super::live::{Places, read_again};
use super::reporting::Report;
use super::sending::Sending;
use crate::api::Request;
use crate::api::answer::Answered;
use crate::domain::ProductId;
use crate::engine::hands::JournalStore;
use crate::engine::protocol::Ending;
use crate::engine::serve::Engine;
use crate::engine::session::Session;
use crate::send::machine::Readings;
use crate::send::{Effect, Why};
use futures::StreamExt;
use futures::future::{LocalBoxFuture, pending, select};
use futures::stream::FuturesUnordered;
use std::rc::Rc;

/// Milliseconds from one telling of the progress to the next, except where the person must see it at once.
const TELL_MS: u64 = 100;

/// Milliseconds that a request may wait for its turn before what was looked at counts as old.
const LONG_MS: u64 = 2_000;

/// What came back.
enum Back {
    Answer(u32, Answered),
    NotSent(u32),
    Readings(u32, Readings),
}

/// What is under way, and whether it only looks.
type Flying = FuturesUnordered<LocalBoxFuture<'static, (Back, bool)>>;

impl Engine {
    pub(super) fn start(self: &Rc<Self>, sending: Rc<Sending>, session: Session, generation: u64) {
        let engine = Rc::clone(self);
        self.hands.spawn(Box::pin(async move { engine.carry_out(sending, session, generation).await }));
    }

    /// Leaving the store forgets the session; what is on its way is settled with the one it went out with.
    async fn carry_out(self: Rc<Self>, sending: Rc<Sending>, mut session: Session, generation: u64) {
        let hands = Rc::clone(&self.hands);
        let mut flying = Flying::new();
        let (mut looking, mut leaving) = (0u32, 0u32);
        while self.is_current(generation) {
            if let Ok(current) = self.session() {
                session = current;
            }
            let now = sending.clock.now(&*hands);
            let effect = sending.sender.borrow_mut().next(now);
            sending.is_reading.set(looking > 0 && leaving == 0);
            sending.leaving.set(leaving);
            self.tell_progress(&sending, now, matches!(effect, Effect::Sleep { .. } | Effect::Idle));
            let pause = match effect {
                Effect::Record(entries) => {
                    let (numbered, last) = sending.numbered(&entries);
                    let result = self.journal.write(&sending.run, numbered).await;
                    // The numbers of entries that were not written are used again, so that there is no gap.
                    if result.is_ok() {
                        sending.appended.set(last);
                    }
                    sending.sender.borrow_mut().recorded(result.map_err(|error| error.0));
                    continue;
                }
                Effect::Put { batch, request, .. } => {
                    leaving += 1;
                    flying.push(Rc::clone(&self).put(Rc::clone(&sending), session.clone(), batch, request));
                    continue;
                }
                Effect::Read { batch, ids, why } => {
                    let looks = !matches!(why, Why::StockBefore | Why::Unchanged);
                    looking += u32::from(looks);
                    flying.push(Rc::clone(&self).look(Rc::clone(&sending), session.clone(), batch, ids, looks));
                    continue;
                }
                // A countdown is told once a second.
                Effect::Sleep { millis } => Some(millis.min(1000)),
                Effect::Wait | Effect::Idle => None,
                Effect::Finished => break,
            };
            let untold = sending.is_untold.get().then(|| (sending.told.get() + TELL_MS).saturating_sub(now));
            let pause = pause.into_iter().chain(untold).min().and_then(|millis| u32::try_from(millis).ok());
            let wait: LocalBoxFuture<'static, ()> = pause.map_or_else(|| Box::pin(pending()) as _, |millis| hands.sleep(millis));
            let nudged = sending.nudged();
            let came = async {
                match flying.next().await {
                    Some(came) => came,
                    None => pending().await,
                }
            };
            let first = select(Box::pin(came), select(wait, nudged)).await;
            if let futures::future::Either::Left(((back, looked), _)) = first {
                let now = sending.clock.now(&*hands);
                looking -= u32::from(looked);
                match back {
                    Back::Answer(batch, answer) => {
                        leaving -= 1;
                        sending.sender.borrow_mut().answered(batch, answer, now);
                    }
                    Back::NotSent(batch) => {
                        leaving -= 1;
                        sending.sender.borrow_mut().held_back(batch);
                    }
                    Back::Readings(batch, readings) => sending.sender.borrow_mut().read(batch, readings, now),
                }
            }
        }
        if self.is_current(generation) {
            let was_cancelled = sending.sender.borrow().is_cancelled();
            let ending = if was_cancelled { Ending::Cancelled } else { Ending::Finished };
            let ending = sending.ended.borrow_mut().take().unwrap_or(ending);
            *sending.store_claim.borrow_mut() = None;
            self.settle(sending, ending);
        }
    }

    /// Sends a request when its turn has come, unless that took long or it was cancelled meanwhile.
    fn put(
        self: Rc<Self>,
        sending: Rc<Sending>,
        session: Session,
        batch: u32,
        request: Request,
    ) -> LocalBoxFuture<'static, (Back, bool)> {
        Box::pin(async move {
            let asked = self.hands.now();
            session.gate.turn(&*self.hands).await;
            if sending.sender.borrow().is_cancelled() || self.hands.now() > asked + LONG_MS {
                return (Back::NotSent(batch), false);
            }
            (Back::Answer(batch, session.gate.send(&*self.hands, request).await), false)
        })
    }

    fn look(
        self: Rc<Self>,
        sending: Rc<Sending>,
        session: Session,
        batch: u32,
        ids: Vec<ProductId>,
        looks: bool,
    ) -> LocalBoxFuture<'static, (Back, bool)> {
        Box::pin(async move {
            let known = |id: &ProductId| Some((*id, *sending.places.borrow().get(id)?));
            let mut places: Places = ids.iter().filter_map(known).collect();
            let readings = read_again(&*self.hands, &session, &ids, &mut places).await;
            sending.places.borrow_mut().extend(places);
            (Back::Readings(batch, readings), looks)
        })
    }

    pub(super) fn settle(&self, sending: Rc<Sending>, ending: Ending) {
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
}
