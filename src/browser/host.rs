//! The worker's side: takes messages from the page, gives the engine its hands, posts what the engine says.

use super::fetch::{FetchTransport, read_own_file};
use super::file::BrowserFile;
use super::journal::IndexedDbJournal;
use crate::api::{Failure, Transport};
use crate::domain::{ApiKey, Timestamp};
use crate::engine::hands::{Claim, DroppedFile, Hands, JournalStore};
use crate::engine::protocol::{FromEngine, ToEngine};
use crate::engine::serve::Engine;
use futures::future::LocalBoxFuture;
use gloo_timers::future::TimeoutFuture;
use js_sys::{Array, Uint8Array};
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::{DedicatedWorkerGlobalScope, MessageChannel, MessageEvent};

/// Starts the engine in the worker this is called in. `build` is the build id the worker was loaded as.
pub fn start(build: String) {
    let Ok(scope) = js_sys::global().dyn_into::<DedicatedWorkerGlobalScope>() else { return };
    // The page's addresses are those of an origin's root (`/bulk`), so that is where `config.json` stands.
    let root = format!("{}/", scope.location().origin());
    let last_words = scope.clone();
    std::panic::set_hook(Box::new(move |_| {
        // The panic's own text may hold data, so none of it leaves.
        post(&last_words, &FromEngine::Crashed);
    }));
    let engine = Engine::new(Rc::new(BrowserHands {
        scope: scope.clone(),
        root,
        journal: Rc::new(IndexedDbJournal::default()),
        breathed: Rc::new(Cell::new(0.0)),
    }));
    let idle = Rc::clone(&engine);
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let parts = Array::from(&event.data());
        let bytes = Uint8Array::new(&parts.get(0)).to_vec();
        let file = parts.get(1).dyn_into::<web_sys::File>().ok();
        let file = file.map(|file| Rc::new(BrowserFile::new(file)) as Rc<dyn DroppedFile>);
        if let Ok(ToEngine { job, ask }) = postcard::from_bytes(&bytes) {
            let engine = Rc::clone(&engine);
            wasm_bindgen_futures::spawn_local(async move { engine.answer(job, ask, file).await });
        }
    });
    scope.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    on_message.forget();
    post(&scope, &FromEngine::Ready { build });
    wasm_bindgen_futures::spawn_local(async move {
        TimeoutFuture::new(WARM_UP_AFTER).await;
        idle.warm_up().await;
    });
}

/// Milliseconds after which the engine warms up: by then the page stands, and nobody has a file at hand yet.
const WARM_UP_AFTER: u32 = 400;

fn post(scope: &DedicatedWorkerGlobalScope, message: &FromEngine) {
    let Ok(bytes) = postcard::to_allocvec(message) else { return };
    let bytes = Uint8Array::from(bytes.as_slice());
    let _ = scope.post_message_with_transfer(&bytes, &Array::of1(&bytes.buffer()));
}

struct BrowserHands {
    scope: DedicatedWorkerGlobalScope,
    root: String,
    journal: Rc<IndexedDbJournal>,
    /// When messages last had their turn, in milliseconds of the worker's clock.
    breathed: Rc<Cell<f64>>,
}

/// Milliseconds for which work may go on before messages get their turn: nobody notices, and a turn costs a tenth of one.
const BREATH: f64 = 8.0;

impl Hands for BrowserHands {
    fn transport(&self, base: &str, key: ApiKey) -> Rc<dyn Transport> {
        // A path is on the page's own origin: resolved from the deployment's root, not from the worker's own address.
        let base = web_sys::Url::new_with_base(base, &self.root).map_or_else(|_| base.to_owned(), |url| url.href());
        Rc::new(FetchTransport::new(base.trim_end_matches('/').to_owned(), key))
    }

    fn config(&self) -> LocalBoxFuture<'static, Result<Vec<u8>, Failure>> {
        let url = format!("{}config.json", self.root);
        Box::pin(async move { read_own_file(&url).await })
    }

    fn sleep(&self, millis: u32) -> LocalBoxFuture<'static, ()> {
        Box::pin(TimeoutFuture::new(millis))
    }

    fn breathe(&self) -> LocalBoxFuture<'static, ()> {
        let now = move |scope: &DedicatedWorkerGlobalScope| scope.performance().map_or(f64::MAX, |performance| performance.now());
        if now(&self.scope) < self.breathed.get() + BREATH {
            return Box::pin(async {});
        }
        let (scope, breathed) = (self.scope.clone(), Rc::clone(&self.breathed));
        // A timer of zero waits four milliseconds once it is nested; a message to oneself does not.
        Box::pin(async move {
            let (sender, receiver) = futures::channel::oneshot::channel::<()>();
            let Ok(channel) = MessageChannel::new() else { return };
            let arrived = Closure::once(move || {
                let _ = sender.send(());
            });
            channel.port1().set_onmessage(Some(arrived.as_ref().unchecked_ref()));
            let _ = channel.port2().post_message(&JsValue::NULL);
            let _ = receiver.await;
            channel.port1().close();
            breathed.set(now(&scope));
        })
    }

    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "milliseconds since the worker started")]
    fn now(&self) -> u64 {
        self.scope.performance().map_or(0, |performance| performance.now() as u64)
    }

    #[allow(clippy::cast_possible_truncation, reason = "milliseconds since 1970")]
    fn wall(&self) -> Timestamp {
        Timestamp::from_millis(js_sys::Date::now() as i64)
    }

    fn seed(&self) -> u64 {
        let mut bytes = [0u8; 8];
        let filled = self.scope.crypto().is_ok_and(|crypto| crypto.get_random_values_with_u8_array(&mut bytes).is_ok());
        if filled { u64::from_le_bytes(bytes) } else { js_sys::Math::random().to_bits() }
    }

    fn claim(&self, name: &str) -> LocalBoxFuture<'static, Option<Claim>> {
        let request = claim::request(&self.scope, name);
        Box::pin(async move {
            match request {
                Some(request) => request.await,
                // A browser without locks cannot tell; the claim is then nobody's to refuse.
                None => Some(Claim::new(|| ())),
            }
        })
    }

    fn journal(&self) -> Rc<dyn JournalStore> {
        Rc::clone(&self.journal) as Rc<dyn JournalStore>
    }

    fn spawn(&self, task: LocalBoxFuture<'static, ()>) {
        wasm_bindgen_futures::spawn_local(task);
    }

    fn post(&self, message: FromEngine) {
        post(&self.scope, &message);
    }
}

/// Names that only one tab holds at a time: the Web Locks API, which lets go of them by itself when a worker dies.
mod claim {
    use crate::engine::hands::Claim;
    use futures::channel::oneshot;
    use futures::future::{Either, select};
    use js_sys::{Function, Object, Promise, Reflect};
    use std::cell::RefCell;
    use std::rc::Rc;
    use wasm_bindgen::prelude::*;
    use wasm_bindgen_futures::JsFuture;
    use web_sys::DedicatedWorkerGlobalScope;

    #[wasm_bindgen]
    extern "C" {
        /// `LockManager`, which web-sys hides behind an unstable flag.
        type LockManager;

        #[wasm_bindgen(method, catch)]
        fn request(this: &LockManager, name: &str, options: &JsValue, granted: &JsValue) -> Result<Promise, JsValue>;
    }

    /// Asks for a name without waiting for it; nothing where the browser has no locks.
    pub fn request(scope: &DedicatedWorkerGlobalScope, name: &str) -> Option<impl Future<Output = Option<Claim>> + use<>> {
        let locks = Reflect::get(&scope.navigator(), &"locks".into()).ok().filter(|locks| !locks.is_undefined())?;
        let options = Object::new();
        Reflect::set(&options, &"ifAvailable".into(), &true.into()).ok()?;
        let (told, hears) = oneshot::channel();
        // A lock is held until the promise that this returns is settled.
        let granted = Closure::once_into_js(move |lock: JsValue| -> JsValue {
            if lock.is_null() {
                let _ = told.send(None);
                return JsValue::UNDEFINED;
            }
            let release = Rc::new(RefCell::new(None::<Function>));
            let held = Promise::new(&mut |resolve, _| *release.borrow_mut() = Some(resolve));
            let claim = Claim::new(move || {
                if let Some(release) = release.borrow_mut().take() {
                    let _ = release.call0(&JsValue::UNDEFINED);
                }
            });
            let _ = told.send(Some(claim));
            held.into()
        });
        let ended = locks.unchecked_ref::<LockManager>().request(name, &options, &granted).ok()?;
        Some(async move {
            match select(hears, JsFuture::from(ended)).await {
                Either::Left((Ok(claim), _)) => claim,
                // Locks are refused here altogether (storage is switched off, say).
                _ => Some(Claim::new(|| ())),
            }
        })
    }
}
