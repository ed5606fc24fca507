//! Runs written down in IndexedDB, so that they outlive the page, the engine and the browser.
//!
//! One store, one record an entry, keyed `[run, number]`. Every write is a transaction of its own with strict
//! durability, and is done only when the transaction is: a request that succeeded inside a transaction that is lost
//! later would be a promise not kept.

use crate::engine::hands::{JournalStore, Numbered, StorageError};
use futures::channel::oneshot;
use futures::future::LocalBoxFuture;
use js_sys::{Array, Object, Reflect, Uint8Array};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::{IdbDatabase, IdbKeyRange, IdbObjectStore, IdbOpenDbRequest, IdbRequest, IdbTransaction};

const DATABASE: &str = "storekeeper";
const VERSION: u32 = 1;
const STORE: &str = "journal";

#[wasm_bindgen]
extern "C" {
    /// `IDBDatabase` with the three-argument `transaction`, which web-sys hides behind an unstable flag.
    type StrictDatabase;

    #[wasm_bindgen(method, catch)]
    fn transaction(this: &StrictDatabase, store: &str, mode: &str, options: &JsValue) -> Result<IdbTransaction, JsValue>;
}

/// The journal in IndexedDB. The database is opened at the first use.
#[derive(Clone, Default)]
pub struct IndexedDbJournal(Rc<RefCell<Option<IdbDatabase>>>);

impl IndexedDbJournal {
    async fn database(&self) -> Result<IdbDatabase, StorageError> {
        if let Some(database) = self.0.borrow().as_ref() {
            return Ok(database.clone());
        }
        let factory = js_sys::global()
            .dyn_into::<web_sys::WorkerGlobalScope>()
            .ok()
            .and_then(|scope| scope.indexed_db().ok().flatten())
            .ok_or_else(|| StorageError("This browser window has no storage (private mode?).".into()))?;
        let request = factory.open_with_u32(DATABASE, VERSION).map_err(|error| said(&error))?;
        let upgraded = request.clone();
        let upgrade = Closure::once(move || {
            // A failure here fails the open request, which is where it is told.
            if let Ok(database) = upgraded.result().map(JsCast::unchecked_into::<IdbDatabase>) {
                let _ = database.create_object_store(STORE);
            }
        });
        request.set_onupgradeneeded(Some(upgrade.as_ref().unchecked_ref()));
        let database: IdbDatabase = opened(&request).await?.unchecked_into();
        // Another tab with a newer version must not wait for us; we open again when we are asked next.
        let cell = Rc::clone(&self.0);
        let close = Closure::<dyn FnMut()>::new(move || {
            if let Some(database) = cell.borrow_mut().take() {
                database.close();
            }
        });
        database.set_onversionchange(Some(close.as_ref().unchecked_ref()));
        close.forget();
        *self.0.borrow_mut() = Some(database.clone());
        Ok(database)
    }

    async fn store(&self, mode: &str) -> Result<(IdbTransaction, IdbObjectStore), StorageError> {
        let database = self.database().await?;
        let options = Object::new();
        let _ = Reflect::set(&options, &"durability".into(), &"strict".into());
        let transaction = database.unchecked_ref::<StrictDatabase>().transaction(STORE, mode, &options);
        let transaction = transaction.map_err(|error| {
            // The browser may have closed the database (storage was cleared): it is opened anew next time.
            self.0.borrow_mut().take();
            said(&error)
        })?;
        let store = transaction.object_store(STORE).map_err(|error| said(&error))?;
        Ok((transaction, store))
    }
}

impl JournalStore for IndexedDbJournal {
    fn write(&self, run: &str, entries: Vec<Numbered>) -> LocalBoxFuture<'static, Result<(), StorageError>> {
        let (this, run) = (self.clone(), JsValue::from(run));
        Box::pin(async move {
            let (transaction, store) = this.store("readwrite").await?;
            for (number, entry) in entries {
                let key = Array::of2(&run, &number.into());
                if let Err(error) = store.put_with_key(&Uint8Array::from(entry.as_slice()), &key) {
                    // All or none: what was put before would otherwise be committed by itself.
                    let _ = transaction.abort();
                    return Err(said(&error));
                }
            }
            completed(&transaction).await
        })
    }

    fn runs(&self) -> LocalBoxFuture<'static, Result<Vec<String>, StorageError>> {
        let this = self.clone();
        Box::pin(async move {
            let (_, store) = this.store("readonly").await?;
            let keys = answered(&store.get_all_keys().map_err(|error| said(&error))?).await?;
            let mut runs: Vec<String> =
                Array::from(&keys).iter().filter_map(|key| Array::from(&key).get(0).as_string()).collect();
            runs.dedup();
            Ok(runs)
        })
    }

    fn entries(&self, run: &str) -> LocalBoxFuture<'static, Result<Vec<Numbered>, StorageError>> {
        let (this, run) = (self.clone(), run.to_owned());
        Box::pin(async move {
            let (_, store) = this.store("readonly").await?;
            let range = whole(&run)?;
            let entries = store.get_all_with_key(&range).map_err(|error| said(&error))?;
            let keys = store.get_all_keys_with_key(&range).map_err(|error| said(&error))?;
            // Requests of a transaction are answered in their order.
            let keys = Array::from(&answered(&keys).await?);
            let entries = Array::from(&entries.result().map_err(|error| said(&error))?);
            let number = |key: &JsValue| Array::from(key).get(1).as_f64().unwrap_or(0.0) as u32;
            Ok(keys.iter().zip(entries.iter()).map(|(key, entry)| (number(&key), Uint8Array::new(&entry).to_vec())).collect())
        })
    }

    fn delete(&self, run: &str) -> LocalBoxFuture<'static, Result<(), StorageError>> {
        let (this, run) = (self.clone(), run.to_owned());
        Box::pin(async move {
            let (transaction, store) = this.store("readwrite").await?;
            let range = whole(&run)?;
            store.delete(&range).map_err(|error| said(&error))?;
            completed(&transaction).await
        })
    }
}

/// All keys of a run. An array sorts behind every number, so `[run, []]` ends the range.
fn whole(run: &str) -> Result<IdbKeyRange, StorageError> {
    let from = Array::of2(&run.into(), &0.into());
    let to = Array::of2(&run.into(), &Array::new());
    IdbKeyRange::bound(&from, &to).map_err(|error| said(&error))
}

async fn opened(request: &IdbOpenDbRequest) -> Result<JsValue, StorageError> {
    answered(request).await
}

/// Waits for a request's result. Nothing else is awaited inside a transaction: IndexedDB would commit it by itself.
pub(super) async fn answered(request: &IdbRequest) -> Result<JsValue, StorageError> {
    let (done, failed, outcome) = two_ways();
    request.set_onsuccess(Some(done.as_ref().unchecked_ref()));
    request.set_onerror(Some(failed.as_ref().unchecked_ref()));
    match outcome.await {
        Ok(true) => request.result().map_err(|error| said(&error)),
        _ => Err(request.error().ok().flatten().map_or_else(unnamed, |error| StorageError(error.message()))),
    }
}

pub(super) async fn completed(transaction: &IdbTransaction) -> Result<(), StorageError> {
    let (done, failed, outcome) = two_ways();
    transaction.set_oncomplete(Some(done.as_ref().unchecked_ref()));
    transaction.set_onabort(Some(failed.as_ref().unchecked_ref()));
    match outcome.await {
        Ok(true) => Ok(()),
        _ => Err(transaction.error().map_or_else(unnamed, |error| StorageError(error.message()))),
    }
}

type Callback = Closure<dyn FnMut()>;

/// Two callbacks of which the first to be called decides.
fn two_ways() -> (Callback, Callback, oneshot::Receiver<bool>) {
    let (sender, receiver) = oneshot::channel();
    let sender = Rc::new(RefCell::new(Some(sender)));
    let way = |outcome: bool| {
        let sender = Rc::clone(&sender);
        Closure::new(move || {
            if let Some(sender) = sender.borrow_mut().take() {
                let _ = sender.send(outcome);
            }
        })
    };
    (way(true), way(false), receiver)
}

pub(super) fn said(error: &JsValue) -> StorageError {
    error.dyn_ref::<web_sys::DomException>().map_or_else(unnamed, |error| StorageError(error.message()))
}

fn unnamed() -> StorageError {
    StorageError("The browser's storage failed without saying why.".into())
}
