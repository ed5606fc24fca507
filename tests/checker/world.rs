//! A browser on a clock of its own: the real engine, a journal that outlives it, and a page that can be killed at any event.

use crate::host::{Host, refusal};
use crate::schedule::Deed;
use futures::channel::oneshot;
use futures::executor::{LocalPool, LocalSpawner};
use futures::future::{LocalBoxFuture, pending};
use futures::task::LocalSpawnExt;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use storekeeper::api::{Failure, Method, Request, Response, Transport};
use storekeeper::domain::{ApiKey, Timestamp};
use storekeeper::engine::hands::{Claim, DroppedFile, Hands, JournalStore, Numbered, StorageError};
use storekeeper::engine::protocol::{Event, FromEngine, Question, Stage};
use storekeeper::engine::serve::Engine;

pub const WALL: i64 = 1_793_318_400_000;
/// No part of any other text.
pub const KEY: &str = "sk-live-0123456789abcdef";
pub const FOREIGN: &str = "sk-live-foreign-key-0000";

/// What outlives a page: the browser's storage, the store, the time.
pub struct Outside {
    pub host: RefCell<Host>,
    pub disk: RefCell<BTreeMap<(String, u32), Vec<u8>>>,
    pub clock: Cell<u64>,
    pub events: Cell<u32>,
    pub is_dead: Cell<bool>,
    pub wants: RefCell<Vec<Deed>>,
    fails: Cell<bool>,
    ids: Vec<storekeeper::domain::ProductId>,
}

impl Outside {
    pub fn new(host: Host, ids: Vec<storekeeper::domain::ProductId>) -> Rc<Self> {
        Rc::new(Self {
            host: RefCell::new(host),
            disk: RefCell::default(),
            clock: Cell::new(0),
            events: Cell::new(0),
            is_dead: Cell::new(false),
            wants: RefCell::default(),
            fails: Cell::new(false),
            ids,
        })
    }

    /// Something has just happened. What the schedule has for this moment happens, too; whether the page is alive.
    fn event(&self) -> bool {
        let mut host = self.host.borrow_mut();
        if !host.is_sending || self.is_dead.get() {
            return !self.is_dead.get();
        }
        self.events.set(self.events.get() + 1);
        let deeds = host.schedule.deeds.remove(&self.events.get()).unwrap_or_default();
        for deed in deeds {
            let now = self.clock.get();
            host.history.push(format!("{now} {deed:?} at event {}", self.events.get()));
            let id = |n: u16| self.ids[usize::from(n) % self.ids.len()];
            match deed {
                Deed::Edit(n) => host.edit(id(n), false, now),
                Deed::Archive(n) => host.edit(id(n), true, now),
                Deed::Sell(n) => drop(host.service.sell(id(n), 1)),
                Deed::Kill => {
                    self.is_dead.set(true);
                    host.forget_quiet();
                }
                Deed::JournalFull => self.fails.set(true),
                Deed::Cancel | Deed::Pause => self.wants.borrow_mut().push(deed),
            }
        }
        !self.is_dead.get()
    }
}

type Timers = Rc<RefCell<Vec<(u64, u64, oneshot::Sender<()>)>>>;

/// One page.
pub struct World {
    pub outside: Rc<Outside>,
    pub engine: Rc<Engine>,
    posted: Rc<RefCell<Vec<FromEngine>>>,
    timers: Timers,
    pool: LocalPool,
    next_job: u32,
}

impl World {
    pub fn open(outside: &Rc<Outside>) -> Self {
        outside.is_dead.set(false);
        let (pool, posted, timers) = (LocalPool::new(), Rc::new(RefCell::new(Vec::new())), Timers::default());
        let hands = Rc::new(PageHands {
            outside: Rc::clone(outside),
            timers: Rc::clone(&timers),
            spawner: pool.spawner(),
            posted: Rc::clone(&posted),
            seed: Cell::new(u64::from(outside.events.get()) << 32 | 1),
        });
        Self { outside: Rc::clone(outside), engine: Engine::new(hands), posted, timers, pool, next_job: 1 }
    }

    pub fn post<Q: Question>(&mut self, question: Q, file: Option<Rc<dyn DroppedFile>>) -> u32 {
        let job = self.next_job;
        self.next_job += 1;
        let task = Rc::clone(&self.engine).answer(job, question.into_ask(), file);
        self.pool.spawner().spawn_local(task).unwrap();
        job
    }

    /// Asks, and lets the world run until the answer is there, or the page is dead.
    pub fn ask<Q: Question>(&mut self, question: Q) -> Option<Q::Answer> {
        self.ask_with(question, None)
    }

    pub fn ask_with<Q: Question>(&mut self, question: Q, file: Option<Rc<dyn DroppedFile>>) -> Option<Q::Answer> {
        let job = self.post(question, file);
        loop {
            self.pool.run_until_stalled();
            let is_it = |message: &FromEngine| matches!(message, FromEngine::Answer { job: answered, .. } if *answered == job);
            let found = self.posted.borrow().iter().position(is_it);
            if let Some(at) = found {
                let FromEngine::Answer { reply, .. } = self.posted.borrow_mut().remove(at) else { unreachable!() };
                return Q::from_reply(*reply);
            }
            if self.outside.is_dead.get() || !self.step() {
                return None;
            }
        }
    }

    /// Lets everything run that can, then moves the clock to the next timer. Whether there was one.
    pub fn step(&mut self) -> bool {
        self.pool.run_until_stalled();
        let next = {
            let mut timers = self.timers.borrow_mut();
            timers.retain(|(_, _, wake)| !wake.is_canceled());
            let first = timers.iter().enumerate().min_by_key(|(_, (at, order, _))| (*at, *order)).map(|(index, _)| index);
            first.map(|index| timers.swap_remove(index))
        };
        let Some((at, _, wake)) = next else { return false };
        self.outside.clock.set(at.max(self.outside.clock.get()));
        let _ = wake.send(());
        self.pool.run_until_stalled();
        true
    }

    pub fn stage(&self) -> Option<Stage> {
        let mut posted = self.posted.borrow_mut();
        let at = posted.iter().rposition(|message| matches!(message, FromEngine::Event(Event::Run(_))))?;
        let FromEngine::Event(Event::Run(stage)) = &posted[at] else { unreachable!() };
        let stage = stage.clone();
        if at > 200 {
            posted.drain(..at);
        }
        Some(stage)
    }
}

struct PageHands {
    outside: Rc<Outside>,
    timers: Timers,
    spawner: LocalSpawner,
    posted: Rc<RefCell<Vec<FromEngine>>>,
    seed: Cell<u64>,
}

fn sleep(outside: &Outside, timers: &Timers, millis: u64) -> LocalBoxFuture<'static, ()> {
    let (sender, receiver) = oneshot::channel();
    let order = timers.borrow().iter().map(|(_, order, _)| *order).max().unwrap_or(0) + 1;
    timers.borrow_mut().push((outside.clock.get() + millis, order, sender));
    Box::pin(async move {
        let _ = receiver.await;
    })
}

struct PageTransport {
    outside: Rc<Outside>,
    timers: Timers,
    key: String,
}

impl Transport for PageTransport {
    fn send(&self, request: Request) -> LocalBoxFuture<'static, Result<Response, Failure>> {
        let (outside, timers, key) = (Rc::clone(&self.outside), Rc::clone(&self.timers), self.key.clone());
        Box::pin(async move {
            let latency = outside.host.borrow().schedule.latency;
            let is_put = request.method == Method::Put;
            if is_put && !outside.event() {
                return pending().await;
            }
            let left = outside.clock.get();
            sleep(&outside, &timers, latency).await;
            let answer = {
                let mut host = outside.host.borrow_mut();
                match key.strip_prefix("Bearer ") {
                    Some(KEY) => host.answer(&request, KEY, left, outside.clock.get()),
                    Some(FOREIGN) if request.path == "/stores" => Ok(foreign_store()),
                    Some(FOREIGN) => {
                        host.broken.push(format!("F17: {} {} went to another community", request.method.as_str(), request.path));
                        Ok(refusal(404))
                    }
                    _ => Ok(refusal(401)),
                }
            };
            if is_put && !outside.event() {
                return pending().await;
            }
            let slow = if matches!(answer, Err(Failure::Timeout)) { u64::from(request.timeout_ms) } else { latency };
            sleep(&outside, &timers, slow).await;
            if is_put && !outside.event() {
                return pending().await;
            }
            answer
        })
    }
}

fn foreign_store() -> Response {
    let data = serde_json::json!({"_id": "64b7f0c2a1b2c3d4e5f60001", "communityID": "64b7f0c2a1b2c3d4e5f6ffff", "isEnabled": true, "title": "Another"});
    crate::host::reply(200, &serde_json::json!({"meta": {"status": "success", "statusCode": 200}, "message": "ok", "data": data}))
}

impl Hands for PageHands {
    fn transport(&self, _base: &str, key: ApiKey) -> Rc<dyn Transport> {
        Rc::new(PageTransport { outside: Rc::clone(&self.outside), timers: Rc::clone(&self.timers), key: key.authorization() })
    }

    fn config(&self) -> LocalBoxFuture<'static, Result<Vec<u8>, Failure>> {
        let updates = if self.outside.host.borrow().schedule.is_csv { "csv" } else { "json" };
        let config = format!(r#"{{"hosts":[{{"label":"Test","base":"https://store.example/v1","updates":"{updates}"}}]}}"#);
        Box::pin(async { Ok(config.into_bytes()) })
    }

    fn sleep(&self, millis: u32) -> LocalBoxFuture<'static, ()> {
        sleep(&self.outside, &self.timers, millis.into())
    }

    fn breathe(&self) -> LocalBoxFuture<'static, ()> {
        sleep(&self.outside, &self.timers, 0)
    }

    fn now(&self) -> u64 {
        self.outside.clock.get()
    }

    fn wall(&self) -> Timestamp {
        let pace = self.outside.host.borrow().schedule.wall_pace;
        Timestamp::from_millis(WALL + self.outside.clock.get() as i64 * pace / 1_000)
    }

    fn seed(&self) -> u64 {
        self.seed.set(self.seed.get().wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407));
        self.seed.get()
    }

    fn claim(&self, _name: &str) -> LocalBoxFuture<'static, Option<Claim>> {
        Box::pin(async { Some(Claim::new(|| ())) })
    }

    fn journal(&self) -> Rc<dyn JournalStore> {
        Rc::new(Disk { outside: Rc::clone(&self.outside), timers: Rc::clone(&self.timers) })
    }

    fn spawn(&self, task: LocalBoxFuture<'static, ()>) {
        self.spawner.spawn_local(task).unwrap();
    }

    fn post(&self, message: FromEngine) {
        self.posted.borrow_mut().push(message);
    }
}

/// A journal that takes its time: the page can die before what it wrote is there, and after.
struct Disk {
    outside: Rc<Outside>,
    timers: Timers,
}

impl JournalStore for Disk {
    fn write(&self, run: &str, entries: Vec<Numbered>) -> LocalBoxFuture<'static, Result<(), StorageError>> {
        let (outside, timers, run) = (Rc::clone(&self.outside), Rc::clone(&self.timers), run.to_owned());
        Box::pin(async move {
            if !outside.event() {
                return pending().await;
            }
            sleep(&outside, &timers, 2).await;
            if outside.fails.replace(false) {
                return Err(StorageError("The quota has been exceeded.".into()));
            }
            for (_, entry) in &entries {
                if entry.windows(KEY.len()).any(|part| part == KEY.as_bytes()) {
                    outside.host.borrow_mut().broken.push("I7: the key is in the journal".into());
                }
            }
            outside.disk.borrow_mut().extend(entries.into_iter().map(|(number, entry)| ((run.clone(), number), entry)));
            if !outside.event() {
                return pending().await;
            }
            Ok(())
        })
    }

    fn runs(&self) -> LocalBoxFuture<'static, Result<Vec<String>, StorageError>> {
        let mut runs: Vec<String> = self.outside.disk.borrow().keys().map(|(run, _)| run.clone()).collect();
        runs.dedup();
        Box::pin(async move { Ok(runs) })
    }

    fn entries(&self, run: &str) -> LocalBoxFuture<'static, Result<Vec<Numbered>, StorageError>> {
        let disk = self.outside.disk.borrow();
        let entries = disk.iter().filter(|((of, _), _)| of == run).map(|((_, number), entry)| (*number, entry.clone())).collect();
        Box::pin(async move { Ok(entries) })
    }

    fn delete(&self, run: &str) -> LocalBoxFuture<'static, Result<(), StorageError>> {
        self.outside.disk.borrow_mut().retain(|(of, _), _| of != run);
        Box::pin(async { Ok(()) })
    }
}
