//! A world for the engine to live in, native and on a clock of its own: nothing waits, everything is told.
//!
//! The engine is the real one; its transport goes to the practice service, through whatever faults a test puts in
//! between; its journal is a map that outlives the engine, so that a test can kill the engine and start another.

#![allow(dead_code, reason = "each test uses its part")]

use futures::executor::{LocalPool, LocalSpawner};
use futures::future::LocalBoxFuture;
use futures::task::LocalSpawnExt;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use storekeeper::api::{Failure, Method, Request, Response, Transport};
use storekeeper::domain::{ApiKey, Timestamp};
use storekeeper::engine::hands::{Claim, DroppedFile, Hands, JournalStore, Numbered, StorageError};
use storekeeper::engine::protocol::{
    Connect, Event, FileSummary, FromEngine, OpenFile, PastedKey, Place, Question, ReadAs, ReportSummary, ReviewSummary, Stage,
    Trouble,
};
use storekeeper::engine::serve::Engine;
use storekeeper::practice::Service;

/// What a test puts between the engine and the service: given the request and its number, either the answer, or
/// nothing to let the service answer.
pub type Fault = Box<dyn FnMut(u32, &Request, &mut dyn FnMut(Request) -> Response) -> Option<Result<Response, Failure>>>;

type Timers = Rc<RefCell<Vec<(u64, futures::channel::oneshot::Sender<()>)>>>;
pub type Runs = Rc<RefCell<BTreeMap<(String, u32), Vec<u8>>>>;
/// The names that one of the tabs of a browser holds.
pub type Claims = Rc<RefCell<BTreeSet<String>>>;

/// The world of one engine.
pub struct World {
    pub service: Rc<RefCell<Service>>,
    pub engine: Rc<Engine>,
    pub journal: Runs,
    pub posted: Rc<RefCell<Vec<FromEngine>>>,
    pub requests: Rc<RefCell<Vec<Request>>>,
    pub hands: Rc<TestHands>,
    pool: LocalPool,
    next_job: u32,
}

pub struct TestHands {
    pub config: String,
    pub journal: Runs,
    pub claims: Claims,
    /// When set, the journal refuses to write.
    pub journal_full: Cell<bool>,
    pub fault: Rc<RefCell<Fault>>,
    /// Milliseconds from a request to its answer.
    pub latency: Rc<Cell<u64>>,
    clock: Rc<Cell<u64>>,
    timers: Timers,
    seed: Cell<u64>,
    spawner: LocalSpawner,
    posted: Rc<RefCell<Vec<FromEngine>>>,
    service: Rc<RefCell<Service>>,
    requests: Rc<RefCell<Vec<Request>>>,
}

pub const WALL: i64 = 1_793_318_400_000;
pub const CONFIG: &str = r#"{"hosts":[{"label":"Test","base":"https://store.example/v1"},{"label":"Other","base":"/api","note":"proxy"},{"label":"Forms","base":"https://store.example/forms","updates":"csv"}]}"#;

impl World {
    pub fn new() -> Self {
        Self::with_products(0)
    }

    /// A world whose store has at least so many products.
    pub fn with_products(least: usize) -> Self {
        Self::around(Rc::new(RefCell::new(Service::with_products(7, least))), Runs::default())
    }

    /// A new engine around a service and a journal that were there before it, and whose engine is gone.
    pub fn around(service: Rc<RefCell<Service>>, journal: Runs) -> Self {
        Self::in_browser(service, journal, Claims::default())
    }

    /// A second tab of the same browser.
    pub fn beside(&self) -> Self {
        Self::in_browser(Rc::clone(&self.service), Rc::clone(&self.journal), Rc::clone(&self.hands.claims))
    }

    fn in_browser(service: Rc<RefCell<Service>>, journal: Runs, claims: Claims) -> Self {
        let pool = LocalPool::new();
        let posted = Rc::new(RefCell::new(Vec::new()));
        let requests = Rc::new(RefCell::new(Vec::new()));
        let hands = Rc::new(TestHands {
            config: CONFIG.into(),
            journal: Rc::clone(&journal),
            claims,
            journal_full: Cell::new(false),
            fault: Rc::new(RefCell::new(Box::new(|_, _, _| None))),
            latency: Rc::new(Cell::new(100)),
            clock: Rc::default(),
            timers: Rc::default(),
            seed: Cell::new(1),
            spawner: pool.spawner(),
            posted: Rc::clone(&posted),
            service: Rc::clone(&service),
            requests: Rc::clone(&requests),
        });
        let engine = Engine::new(Rc::clone(&hands) as Rc<dyn Hands>);
        Self { service, engine, journal, posted, requests, hands, pool, next_job: 1 }
    }

    pub fn fault(
        &self,
        fault: impl FnMut(u32, &Request, &mut dyn FnMut(Request) -> Response) -> Option<Result<Response, Failure>> + 'static,
    ) {
        *self.hands.fault.borrow_mut() = Box::new(fault);
    }

    /// Posts a question without waiting for its answer.
    pub fn post<Q: Question>(&mut self, question: Q, file: Option<Rc<dyn DroppedFile>>) -> u32 {
        let job = self.next_job;
        self.next_job += 1;
        let task = Rc::clone(&self.engine).answer(job, question.into_ask(), file);
        self.pool.spawner().spawn_local(task).unwrap();
        job
    }

    /// Asks, and lets the world run until the answer is there.
    pub fn ask<Q: Question>(&mut self, question: Q) -> Q::Answer {
        self.ask_with(question, None)
    }

    pub fn ask_with<Q: Question>(&mut self, question: Q, file: Option<Rc<dyn DroppedFile>>) -> Q::Answer {
        let job = self.post(question, file);
        loop {
            self.pool.run_until_stalled();
            let is_it = |message: &FromEngine| matches!(message, FromEngine::Answer { job: answered, .. } if *answered == job);
            let found = self.posted.borrow().iter().position(is_it);
            if let Some(at) = found {
                let FromEngine::Answer { reply, .. } = self.posted.borrow_mut().remove(at) else { unreachable!() };
                return Q::from_reply(*reply).unwrap();
            }
            assert!(self.step(), "nothing happens any more, and there is no answer");
        }
    }

    /// Moves the clock.
    pub fn later(&mut self, millis: u64) {
        self.hands.clock.set(self.hands.clock.get() + millis);
    }

    /// Lets everything run that can, then moves the clock to the next timer. Whether anything is left to happen.
    pub fn step(&mut self) -> bool {
        self.pool.run_until_stalled();
        let mut timers = self.hands.timers.borrow_mut();
        timers.retain(|(_, wake)| !wake.is_canceled());
        timers.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
        let Some((at, wake)) = timers.pop() else { return !self.posted.borrow().is_empty() };
        self.hands.clock.set(at.max(self.hands.clock.get()));
        drop(timers);
        let _ = wake.send(());
        self.pool.run_until_stalled();
        true
    }

    /// Runs until the stage is one that `wanted` takes.
    pub fn until<T>(&mut self, wanted: impl Fn(&Stage) -> Option<T>) -> T {
        for _ in 0..1_000_000 {
            self.pool.run_until_stalled();
            let stage = self.stage();
            if let Some(found) = stage.as_ref().and_then(&wanted) {
                return found;
            }
            assert!(self.step(), "nothing happens any more; the stage is {:?}", self.stage());
        }
        panic!("a million steps; the stage is {:?}", self.stage())
    }

    /// The last stage the page was told of.
    pub fn stage(&self) -> Option<Stage> {
        let stage = |message: &FromEngine| match message {
            FromEngine::Event(Event::Run(stage)) => Some(stage.clone()),
            _ => None,
        };
        self.posted.borrow().iter().rev().find_map(stage)
    }

    pub fn connect(&mut self) -> Place {
        self.try_connect("key-good").unwrap()
    }

    pub fn try_connect(&mut self, key: &str) -> Result<Place, Trouble> {
        self.ask(Connect { host: 0, key: PastedKey(key.into()) })
    }

    /// Drops a file and waits until it is checked.
    pub fn drop_file(&mut self, name: &str, bytes: &[u8]) -> FileSummary {
        self.try_drop(name, bytes).unwrap();
        self.until(|stage| match stage {
            Stage::Checked(summary) => Some((**summary).clone()),
            _ => None,
        })
    }

    pub fn try_drop(&mut self, name: &str, bytes: &[u8]) -> Result<(), Trouble> {
        let file: Rc<dyn DroppedFile> = Rc::new(Bytes(bytes.to_vec()));
        self.ask_with(OpenFile { name: name.into(), size: bytes.len() as u64, read_as: ReadAs::default() }, Some(file))
    }

    pub fn review(&mut self) -> ReviewSummary {
        self.ask(storekeeper::engine::protocol::Compare {}).unwrap();
        self.until(|stage| match stage {
            Stage::Reviewing(summary) => Some((**summary).clone()),
            _ => None,
        })
    }

    pub fn send(&mut self, review: &ReviewSummary) {
        self.ask(storekeeper::engine::protocol::Send {
            token: review.token,
            typed: review.phrase.clone().unwrap_or_default(),
            in_this_tab: false,
        })
        .unwrap();
    }

    pub fn report(&mut self) -> ReportSummary {
        self.until(|stage| match stage {
            Stage::Done(summary) => Some((**summary).clone()),
            _ => None,
        })
    }

    /// The PUTs that were made.
    pub fn puts(&self) -> Vec<Request> {
        self.requests.borrow().iter().filter(|request| request.method == Method::Put).cloned().collect()
    }
}

struct Bytes(Vec<u8>);

impl DroppedFile for Bytes {
    fn size(&self) -> u64 {
        self.0.len() as u64
    }

    fn read(&self, from: u64, to: u64) -> LocalBoxFuture<'static, Result<Vec<u8>, String>> {
        let bytes = self.0[from as usize..to as usize].to_vec();
        Box::pin(async move { Ok(bytes) })
    }
}

struct TestTransport {
    fault: Rc<RefCell<Fault>>,
    service: Rc<RefCell<Service>>,
    requests: Rc<RefCell<Vec<Request>>>,
    latency: Rc<Cell<u64>>,
    clock: Rc<Cell<u64>>,
    timers: Timers,
    key: String,
}

impl Transport for TestTransport {
    fn send(&self, request: Request) -> LocalBoxFuture<'static, Result<Response, Failure>> {
        let number = self.requests.borrow().len() as u32;
        self.requests.borrow_mut().push(request.clone());
        let (fault, service, key) = (Rc::clone(&self.fault), Rc::clone(&self.service), self.key.clone());
        let (clock, timers, latency) = (Rc::clone(&self.clock), Rc::clone(&self.timers), self.latency.get());
        Box::pin(async move {
            // A tenth of a second there and back, so that things can happen in between.
            sleep(&clock, &timers, latency).await;
            if !key.starts_with("Bearer key-good") {
                return Ok(refusal(401, "Invalid API key"));
            }
            let mut serve = |request: Request| {
                let (media_type, bytes) = request.body.map_or((None, Vec::new()), |body| (Some(body.media_type), body.bytes));
                service.borrow_mut().handle(request.method, &request.path, media_type.as_deref(), &bytes)
            };
            let faulty = (fault.borrow_mut())(number, &request, &mut serve);
            faulty.unwrap_or_else(|| Ok(serve(request)))
        })
    }
}

pub fn refusal(status: u16, message: &str) -> Response {
    let body = format!(r#"{{"status":"error","message":"{message}","meta":{{"statusCode":{status},"status":"error"}}}}"#);
    Response { status, content_type: Some("application/json".into()), retry_after: None, body: body.into_bytes() }
}

fn sleep(clock: &Cell<u64>, timers: &Timers, millis: u64) -> LocalBoxFuture<'static, ()> {
    let (sender, receiver) = futures::channel::oneshot::channel();
    timers.borrow_mut().push((clock.get() + millis, sender));
    Box::pin(async move {
        let _ = receiver.await;
    })
}

impl Hands for TestHands {
    fn transport(&self, base: &str, key: ApiKey) -> Rc<dyn Transport> {
        assert!(["https://store.example/v1", "https://store.example/forms", "/api"].contains(&base), "{base}");
        Rc::new(TestTransport {
            fault: Rc::clone(&self.fault),
            service: Rc::clone(&self.service),
            requests: Rc::clone(&self.requests),
            latency: Rc::clone(&self.latency),
            clock: Rc::clone(&self.clock),
            timers: Rc::clone(&self.timers),
            key: key.authorization(),
        })
    }

    fn config(&self) -> LocalBoxFuture<'static, Result<Vec<u8>, Failure>> {
        let config = self.config.clone().into_bytes();
        Box::pin(async move { Ok(config) })
    }

    fn sleep(&self, millis: u32) -> LocalBoxFuture<'static, ()> {
        sleep(&self.clock, &self.timers, millis.into())
    }

    fn breathe(&self) -> LocalBoxFuture<'static, ()> {
        sleep(&self.clock, &self.timers, 0)
    }

    fn now(&self) -> u64 {
        self.clock.get()
    }

    fn wall(&self) -> Timestamp {
        Timestamp::from_millis(WALL + self.clock.get() as i64)
    }

    fn seed(&self) -> u64 {
        self.seed.set(self.seed.get() + 1);
        self.seed.get()
    }

    fn claim(&self, name: &str) -> LocalBoxFuture<'static, Option<Claim>> {
        let (claims, name) = (Rc::clone(&self.claims), name.to_owned());
        let is_free = claims.borrow_mut().insert(name.clone());
        let claim = is_free.then(|| {
            Claim::new(move || {
                claims.borrow_mut().remove(&name);
            })
        });
        Box::pin(async move { claim })
    }

    fn journal(&self) -> Rc<dyn JournalStore> {
        Rc::new(MapJournal { runs: Rc::clone(&self.journal), is_full: self.journal_full.get() })
    }

    fn spawn(&self, task: LocalBoxFuture<'static, ()>) {
        self.spawner.spawn_local(task).unwrap();
    }

    fn post(&self, message: FromEngine) {
        // What crosses must survive the crossing.
        let bytes = postcard::to_allocvec(&message).unwrap();
        self.posted.borrow_mut().push(postcard::from_bytes(&bytes).unwrap());
    }
}

struct MapJournal {
    runs: Runs,
    is_full: bool,
}

impl JournalStore for MapJournal {
    fn write(&self, run: &str, entries: Vec<Numbered>) -> LocalBoxFuture<'static, Result<(), StorageError>> {
        if self.is_full {
            return Box::pin(async { Err(StorageError("The quota has been exceeded.".into())) });
        }
        self.runs.borrow_mut().extend(entries.into_iter().map(|(number, entry)| ((run.to_owned(), number), entry)));
        Box::pin(async { Ok(()) })
    }

    fn runs(&self) -> LocalBoxFuture<'static, Result<Vec<String>, StorageError>> {
        let mut runs: Vec<String> = self.runs.borrow().keys().map(|(run, _)| run.clone()).collect();
        runs.dedup();
        Box::pin(async move { Ok(runs) })
    }

    fn entries(&self, run: &str) -> LocalBoxFuture<'static, Result<Vec<Numbered>, StorageError>> {
        let runs = self.runs.borrow();
        let entries = runs.iter().filter(|((of, _), _)| of == run).map(|((_, number), entry)| (*number, entry.clone())).collect();
        Box::pin(async move { Ok(entries) })
    }

    fn delete(&self, run: &str) -> LocalBoxFuture<'static, Result<(), StorageError>> {
        self.runs.borrow_mut().retain(|(of, _), _| of != run);
        Box::pin(async { Ok(()) })
    }
}
