//! The page's end of the conversation: starts the engine, asks, hands on events, and starts the engine again when it
//! has crashed.
//!
//! In: questions. Out: answers and events. Must never know: what a question is about.

use crate::engine::protocol::{Event, FromEngine, Question, ToEngine};
use futures::channel::oneshot;
use js_sys::{Array, Uint8Array};
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::{MessageEvent, Worker, WorkerOptions, WorkerType};

/// Whether the engine can be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkState {
    /// It is being started.
    Starting,
    /// It listens.
    Ready,
    /// It crashed and was started again: it listens, and has forgotten the file and the key.
    Restarted,
    /// It could not be started, or crashed again and again. The words say why.
    Failed(String),
    /// It is of another build than the page: a new version was deployed meanwhile. Only a reload helps.
    OtherBuild,
}

/// The question got no answer: the engine crashed or was restarted meanwhile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the engine stopped before it could answer")]
pub struct Gone;

/// The page's end of the conversation. Cheap to clone; all clones are one.
#[derive(Clone)]
pub struct Link(Rc<Inner>);

type Pending = HashMap<u32, oneshot::Sender<crate::engine::protocol::Reply>>;

struct Inner {
    url: String,
    build: String,
    worker: RefCell<Option<Worker>>,
    ready: Cell<bool>,
    starts: Cell<u32>,
    next_job: Cell<u32>,
    pending: RefCell<Pending>,
    /// Questions asked before the engine was ready.
    waiting: RefCell<Vec<JsValue>>,
    on_event: Box<dyn Fn(Event)>,
    on_state: Box<dyn Fn(LinkState)>,
}

/// After this many crashes we stop starting the engine again: something is wrong that a restart does not cure.
const MAX_STARTS: u32 = 4;

impl Link {
    /// Starts the engine at `url` (a module worker). `build` is the page's own build id.
    pub fn start(url: String, build: String, on_event: impl Fn(Event) + 'static, on_state: impl Fn(LinkState) + 'static) -> Self {
        let link = Self(Rc::new(Inner {
            url,
            build,
            worker: RefCell::new(None),
            ready: Cell::new(false),
            starts: Cell::new(0),
            next_job: Cell::new(1),
            pending: RefCell::new(HashMap::new()),
            waiting: RefCell::new(Vec::new()),
            on_event: Box::new(on_event),
            on_state: Box::new(on_state),
        }));
        link.spawn();
        link
    }

    /// Asks, and waits for the answer.
    ///
    /// # Errors
    /// [`Gone`] when the engine crashed before it answered.
    pub async fn ask<Q: Question>(&self, question: Q) -> Result<Q::Answer, Gone> {
        self.ask_with(question, &JsValue::UNDEFINED).await
    }

    /// Asks, with a dropped file beside the question. The file is handed over by reference; its bytes are not copied.
    ///
    /// # Errors
    /// [`Gone`] when the engine crashed before it answered.
    pub async fn ask_with_file<Q: Question>(&self, question: Q, file: &web_sys::File) -> Result<Q::Answer, Gone> {
        self.ask_with(question, file).await
    }

    async fn ask_with<Q: Question>(&self, question: Q, beside: &JsValue) -> Result<Q::Answer, Gone> {
        let inner = &self.0;
        let job = inner.next_job.get();
        inner.next_job.set(job.wrapping_add(1));
        let bytes = postcard::to_allocvec(&ToEngine { job, ask: question.into_ask() }).map_err(|_| Gone)?;
        let message = Array::of2(&Uint8Array::from(bytes.as_slice()), beside);
        let (sender, receiver) = oneshot::channel();
        inner.pending.borrow_mut().insert(job, sender);
        // A question that nobody waits for any more must not keep its place: the guard takes it out when dropped.
        let _guard = Forget { link: self.clone(), job };
        if inner.ready.get() {
            inner.post(&message);
        } else {
            inner.waiting.borrow_mut().push(message.into());
        }
        let reply = receiver.await.map_err(|_| Gone)?;
        Q::from_reply(reply).ok_or(Gone)
    }

    fn spawn(&self) {
        let inner = &self.0;
        inner.starts.set(inner.starts.get() + 1);
        inner.ready.set(false);
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        options.set_name("engine");
        let Ok(worker) = Worker::new_with_options(&inner.url, &options) else {
            (inner.on_state)(LinkState::Failed("The browser refused to start the engine.".into()));
            return;
        };
        // What an engine that was ended still had on its way is not the next one's: a panic is told twice, by its last
        // message and by the worker's error.
        let start = inner.starts.get();
        let link = self.clone();
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            if link.0.starts.get() == start {
                link.received(&event.data());
            }
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        on_message.forget();
        let link = self.clone();
        let on_error = Closure::<dyn FnMut(web_sys::Event)>::new(move |event: web_sys::Event| {
            event.prevent_default();
            if link.0.starts.get() == start {
                link.crashed();
            }
        });
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        on_error.forget();
        *inner.worker.borrow_mut() = Some(worker);
    }

    fn received(&self, data: &JsValue) {
        let inner = &self.0;
        let Ok(bytes) = data.clone().dyn_into::<Uint8Array>() else {
            // The loader posts a plain text when the engine's file is damaged or missing.
            if let Some(words) = data.as_string() {
                inner.stop();
                (inner.on_state)(LinkState::Failed(words));
            }
            return;
        };
        match postcard::from_bytes(&bytes.to_vec()) {
            Ok(FromEngine::Ready { build }) if build != inner.build => {
                inner.stop();
                (inner.on_state)(LinkState::OtherBuild);
            }
            Ok(FromEngine::Ready { .. }) => {
                inner.ready.set(true);
                for message in inner.waiting.take() {
                    inner.post(&message);
                }
                (inner.on_state)(if inner.starts.get() > 1 { LinkState::Restarted } else { LinkState::Ready });
            }
            Ok(FromEngine::Answer { job, reply }) => {
                // A late answer finds nobody and is dropped.
                if let Some(sender) = inner.pending.borrow_mut().remove(&job) {
                    let _ = sender.send(*reply);
                }
            }
            Ok(FromEngine::Event(event)) => (inner.on_event)(event),
            Ok(FromEngine::Crashed) | Err(_) => self.crashed(),
        }
    }

    /// Both the panic's last message and the worker's error event lead here; the second finds no worker.
    fn crashed(&self) {
        let inner = &self.0;
        if !inner.stop() {
            return;
        }
        inner.waiting.borrow_mut().clear();
        // Dropping the senders tells every waiting question that it is gone.
        drop(inner.pending.take());
        if inner.starts.get() >= MAX_STARTS {
            (inner.on_state)(LinkState::Failed("The engine stopped several times in a row.".into()));
        } else {
            (inner.on_state)(LinkState::Starting);
            self.spawn();
        }
    }
}

impl Inner {
    fn post(&self, message: &JsValue) {
        if let Some(worker) = self.worker.borrow().as_ref() {
            let bytes = Array::from(message).get(0).unchecked_into::<Uint8Array>().buffer();
            let _ = worker.post_message_with_transfer(message, &Array::of1(&bytes));
        }
    }

    /// Ends the worker; whether there was one.
    fn stop(&self) -> bool {
        self.ready.set(false);
        let worker = self.worker.borrow_mut().take();
        worker.inspect(|worker| worker.terminate()).is_some()
    }
}

struct Forget {
    link: Link,
    job: u32,
}

impl Drop for Forget {
    fn drop(&mut self) {
        if let Ok(mut pending) = self.link.0.pending.try_borrow_mut() {
            pending.remove(&self.job);
        }
    }
}
