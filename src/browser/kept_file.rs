//! The file that is worked on, and what was changed in it, in the person's own browser: so that a reload loses nothing.
//!
//! In: a file as it was given, and bytes. Out: the same. Must never know: what the bytes mean.
//!
//! A database of the page's own, with two records: the file, which is written once, and its draft, which is written after
//! every change. Each names the file by a number; a draft of another number is another tab's. A small file is copied; of a large
//! one the browser's handle is kept, where it gives one, and else its name alone, so that it has to be chosen again. Both
//! may hold voucher codes: they go nowhere else, and [`forget`] deletes both.

use super::journal::{answered, completed, said};
use crate::engine::hands::StorageError;
use crate::engine::protocol::Source;
use js_sys::{Array, Function, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, File, IdbDatabase, IdbObjectStore, IdbTransaction, IdbTransactionMode};

/// Files up to this size are copied, in bytes: 100 MB.
pub const COPIED_MOST: u64 = 100_000_000;

const DATABASE: &str = "storekeeper-file";
const STORE: &str = "kept";
const FILE: &str = "file";
const DRAFT: &str = "draft";

/// A file as a person gave it.
#[derive(Clone)]
pub struct Given {
    /// Its bytes, and its name.
    pub file: File,
    /// Where it came from.
    pub source: Source,
    /// The browser's promise of a handle by which it can be read again, where there is one.
    pub handle: Option<Promise>,
}

impl Given {
    /// A file that was dropped or chosen.
    #[must_use]
    pub const fn file(file: File, handle: Option<Promise>) -> Self {
        Self { file, source: Source::File, handle }
    }

    /// A text, as a file.
    #[must_use]
    pub fn text(name: &str, source: Source, text: &str) -> Option<Self> {
        let file = File::new_with_str_sequence(&Array::of1(&text.into()), name).ok()?;
        Some(Self { file, source, handle: None })
    }

    /// Its size in bytes.
    #[must_use]
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a size is a whole number of bytes below 2^53")]
    pub fn size(&self) -> u64 {
        self.file.size() as u64
    }
}

/// How a file is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Copy {
    /// With all its bytes.
    Whole,
    /// By the browser's handle: it is read again from where it lies, once the person allows it.
    Handle,
    /// By name: the person has to choose it again.
    NameOnly,
}

/// What is kept.
pub struct Kept {
    /// The file's number.
    pub id: f64,
    /// Its name.
    pub name: String,
    /// Where it came from.
    pub source: Source,
    /// How it is kept.
    pub copy: Copy,
    /// Its draft as it was handed over, where there is one.
    pub draft: Option<Vec<u8>>,
    /// How many changes that holds.
    pub changes: u32,
    /// When anything was written last, ISO 8601.
    pub when: String,
    body: JsValue,
}

/// Why a kept file could not be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unopened {
    /// The person, or the browser for them, did not allow to read it again.
    NotAllowed,
    /// It is not where it was, or cannot be read.
    Gone,
    /// Only its name is kept.
    NameOnly,
}

impl Kept {
    /// The file. Where it is kept by a handle, the browser may ask the person first, so call this when something was pressed.
    ///
    /// # Errors
    /// [`Unopened`].
    pub async fn open(&self) -> Result<Given, Unopened> {
        let given = |file| Given { file, source: self.source.clone(), handle: None };
        match self.copy {
            Copy::NameOnly => Err(Unopened::NameOnly),
            Copy::Whole => {
                let blob = self.body.dyn_ref::<Blob>().ok_or(Unopened::Gone)?;
                // The copy may be gone where the browser cleared it away; that shows only when it is read.
                let first = blob.slice_with_f64_and_f64(0.0, 1.0).map_err(|_| Unopened::Gone)?;
                JsFuture::from(first.array_buffer()).await.map_err(|_| Unopened::Gone)?;
                File::new_with_blob_sequence(&Array::of1(blob), &self.name).map(given).map_err(|_| Unopened::Gone)
            }
            Copy::Handle => {
                let reading = Object::new();
                let _ = Reflect::set(&reading, &"mode".into(), &"read".into());
                let allowed = called(&self.body, "requestPermission", &reading).await.map_err(|_| Unopened::NotAllowed)?;
                if allowed.as_string().as_deref() != Some("granted") {
                    return Err(Unopened::NotAllowed);
                }
                let file = called(&self.body, "getFile", &JsValue::UNDEFINED).await.map_err(|_| Unopened::Gone)?;
                let file: File = file.dyn_into().map_err(|_| Unopened::Gone)?;
                Ok(Given { handle: Some(Promise::resolve(&self.body)), ..given(file) })
            }
        }
    }
}

/// Calls a method that answers with a promise.
async fn called(of: &JsValue, method: &str, argument: &JsValue) -> Result<JsValue, JsValue> {
    let method: Function = Reflect::get(of, &method.into())?.dyn_into()?;
    JsFuture::from(Promise::resolve(&method.call1(of, argument)?)).await
}

/// Keeps a file under a number, in place of whatever is kept. How it is kept comes back; a file for which the browser has no
/// room is kept by its name.
///
/// # Errors
/// The browser's words, where nothing can be kept at all.
pub async fn keep_file(id: f64, given: &Given) -> Result<Copy, StorageError> {
    let handle = match &given.handle {
        Some(handle) if given.size() > COPIED_MOST => JsFuture::from(handle.clone()).await.ok().filter(JsValue::is_object),
        _ => None,
    };
    let (copy, body) = match handle {
        _ if given.size() <= COPIED_MOST => (Copy::Whole, given.file.clone().into()),
        Some(handle) => (Copy::Handle, handle),
        None => (Copy::NameOnly, JsValue::UNDEFINED),
    };
    let record = file_record(id, given, &body);
    match put_file(&record).await {
        Err(_) if copy != Copy::NameOnly => {
            put_file(&file_record(id, given, &JsValue::UNDEFINED)).await?;
            Ok(Copy::NameOnly)
        }
        written => written.map(|()| copy),
    }
}

fn file_record(id: f64, given: &Given, body: &JsValue) -> Object {
    let (kind, sheet) = match &given.source {
        Source::File => ("file", ""),
        Source::Pasted => ("pasted", ""),
        Source::Workbook { sheet } => ("workbook", sheet.as_str()),
    };
    record(&[
        ("id", id.into()),
        ("name", given.file.name().into()),
        ("kind", kind.into()),
        ("sheet", sheet.into()),
        ("body", body.clone()),
        ("when", now()),
    ])
}

async fn put_file(record: &Object) -> Result<(), StorageError> {
    let (transaction, store) = store(IdbTransactionMode::Readwrite).await?;
    store.put_with_key(record, &FILE.into()).map_err(|error| said(&error))?;
    store.delete(&DRAFT.into()).map_err(|error| said(&error))?;
    completed(&transaction).await
}

/// Keeps the draft of the file with this number; whether that file still is the one that is kept.
///
/// # Errors
/// The browser's words: it has no room, or stores nothing.
pub async fn keep_draft(id: f64, bytes: &[u8], changes: u32) -> Result<bool, StorageError> {
    let (transaction, store) = store(IdbTransactionMode::Readwrite).await?;
    let file = answered(&store.get(&FILE.into()).map_err(|error| said(&error))?).await?;
    if number(&file, "id") != Some(id) {
        return Ok(false);
    }
    let bytes = Uint8Array::from(bytes);
    let record = record(&[("id", id.into()), ("bytes", bytes.into()), ("changes", changes.into()), ("when", now())]);
    store.put_with_key(&record, &DRAFT.into()).map_err(|error| said(&error))?;
    completed(&transaction).await.map(|()| true)
}

/// What is kept, if anything.
///
/// # Errors
/// The browser's words.
pub async fn kept() -> Result<Option<Kept>, StorageError> {
    let (_, store) = store(IdbTransactionMode::Readonly).await?;
    let file = store.get(&FILE.into()).map_err(|error| said(&error))?;
    let draft = store.get(&DRAFT.into()).map_err(|error| said(&error))?;
    // Requests of a transaction are answered in their order.
    let draft = answered(&draft).await?;
    let file = file.result().map_err(|error| said(&error))?;
    let (Some(id), Some(name)) = (number(&file, "id"), text(&file, "name")) else { return Ok(None) };
    let draft = Some(draft).filter(|draft| number(draft, "id") == Some(id));
    let body = field(&file, "body");
    Ok(Some(Kept {
        id,
        name,
        source: match text(&file, "kind").as_deref() {
            Some("pasted") => Source::Pasted,
            Some("workbook") => Source::Workbook { sheet: text(&file, "sheet").unwrap_or_default() },
            _ => Source::File,
        },
        copy: match &body {
            body if body.is_instance_of::<Blob>() => Copy::Whole,
            body if body.is_object() => Copy::Handle,
            _ => Copy::NameOnly,
        },
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it was written from a u32")]
        changes: draft.as_ref().and_then(|draft| number(draft, "changes")).unwrap_or(0.0) as u32,
        when: draft.as_ref().and_then(|draft| text(draft, "when")).or_else(|| text(&file, "when")).unwrap_or_default(),
        draft: draft.and_then(|draft| field(&draft, "bytes").dyn_into::<Uint8Array>().ok()).map(|bytes| bytes.to_vec()),
        body,
    }))
}

/// Deletes the file and its draft.
///
/// # Errors
/// The browser's words.
pub async fn forget() -> Result<(), StorageError> {
    let (transaction, store) = store(IdbTransactionMode::Readwrite).await?;
    store.clear().map_err(|error| said(&error))?;
    completed(&transaction).await
}

fn record(fields: &[(&str, JsValue)]) -> Object {
    let record = Object::new();
    for (name, value) in fields {
        let _ = Reflect::set(&record, &(*name).into(), value);
    }
    record
}

fn field(record: &JsValue, name: &str) -> JsValue {
    if record.is_object() { Reflect::get(record, &name.into()).unwrap_or_default() } else { JsValue::UNDEFINED }
}

fn text(record: &JsValue, name: &str) -> Option<String> {
    field(record, name).as_string()
}

fn number(record: &JsValue, name: &str) -> Option<f64> {
    field(record, name).as_f64()
}

fn now() -> JsValue {
    js_sys::Date::new_0().to_iso_string().into()
}

/// Opened for every use, and closed when the transaction is over: then no tab stands in the way of another.
async fn store(mode: IdbTransactionMode) -> Result<(IdbTransaction, IdbObjectStore), StorageError> {
    let factory = web_sys::window()
        .and_then(|window| window.indexed_db().ok().flatten())
        .ok_or_else(|| StorageError("This browser window has no storage (private mode?).".into()))?;
    let request = factory.open_with_u32(DATABASE, 1).map_err(|error| said(&error))?;
    let upgraded = request.clone();
    let upgrade = Closure::once(move || {
        // A failure here fails the open request, which is where it is told.
        if let Ok(database) = upgraded.result().map(JsCast::unchecked_into::<IdbDatabase>) {
            let _ = database.create_object_store(STORE);
        }
    });
    request.set_onupgradeneeded(Some(upgrade.as_ref().unchecked_ref()));
    let database: IdbDatabase = answered(&request).await?.unchecked_into();
    let transaction = database.transaction_with_str_and_mode(STORE, mode).map_err(|error| said(&error))?;
    let store = transaction.object_store(STORE).map_err(|error| said(&error))?;
    // It waits for what is under way.
    database.close();
    Ok((transaction, store))
}
