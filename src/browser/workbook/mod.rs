//! The page's door to workbooks: starts their reader when there is one to read, asks, and ends it.
//!
//! In: a dropped file. Out: the list of its sheets, and of one of them a CSV, as a file that the engine takes as if it had been dropped.
//! Must never know: how a workbook is read.
//!
//! The reader is a program of its own that is neither fetched nor started before [`OpenWorkbook::open`]. The file is handed over by
//! reference, and so is the CSV: no byte of either passes through the page.
//!
//! ```text
//! if is_workbook(&file).await {
//!     let workbook = OpenWorkbook::open(&file, on_progress).await?;       // let the person choose of workbook.listing()
//!     let converted = workbook.convert(workbook.listing().suggested).await?;
//!     // converted.file goes to the engine; converted.report has notes to show; dropping `workbook` ends its worker
//! }
//! ```

pub mod host;

use super::build::{Asset, build_id, workbook_script};
use crate::workbook::{FromWorkbook, ToWorkbook, looks_like_workbook};
pub use crate::workbook::{Listing, Progress, Report, Sheet, Trouble};
use futures::StreamExt;
use futures::channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use futures::lock::Mutex;
use js_sys::{Array, Uint8Array};
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{File, MessageEvent, RequestInit, Worker, WorkerOptions, WorkerType};

/// Whether a file is a workbook, or something like one that the reader of workbooks can name. Told by its first bytes.
pub async fn is_workbook(file: &File) -> bool {
    let Ok(head) = file.slice_with_f64_and_f64(0.0, 8.0) else { return false };
    let Ok(buffer) = JsFuture::from(head.array_buffer()).await else { return false };
    looks_like_workbook(&Uint8Array::new(&buffer).to_vec())
}

/// A workbook whose sheets are known. Cheap to clone; the worker ends with the last clone, also in the middle of its work.
#[derive(Clone)]
pub struct OpenWorkbook(Rc<Inner>);

struct Inner {
    name: String,
    listing: Listing,
    reader: Reader,
    on_progress: Box<dyn Fn(Progress)>,
}

/// One sheet as a CSV.
pub struct Converted {
    /// The CSV: UTF-8, commas, every row of the sheet on its line.
    pub file: File,
    /// What to say about it.
    pub report: Report,
}

impl OpenWorkbook {
    /// Fetches and starts the reader, and has it read the workbook. `on_progress` is called now and then, here and by
    /// [`Self::convert`].
    ///
    /// # Errors
    /// In words: what the file is instead, what is wrong with it, or why the reader did not start.
    pub async fn open(file: &File, on_progress: impl Fn(Progress) + 'static) -> Result<Self, Trouble> {
        let script = workbook_script().ok_or_else(|| not_started("this page does not name it."))?;
        let reader = Reader::start(&script).await?;
        let on_progress: Box<dyn Fn(Progress)> = Box::new(on_progress);
        reader.post(&ToWorkbook::Open, file)?;
        match reader.answer(&*on_progress).await? {
            (FromWorkbook::Opened(listing), _) => Ok(Self(Rc::new(Inner { name: file.name(), listing, reader, on_progress }))),
            (FromWorkbook::Refused(trouble), _) => Err(trouble),
            _ => Err(stopped()),
        }
    }

    /// The sheets.
    #[must_use]
    pub fn listing(&self) -> &Listing {
        &self.0.listing
    }

    /// Makes a CSV of a sheet, an index into [`Listing::sheets`]. May be called again for another.
    ///
    /// # Errors
    /// In words: what is wrong with the sheet, or that the reader stopped.
    pub async fn convert(&self, sheet: u32) -> Result<Converted, Trouble> {
        let inner = &self.0;
        let name = csv_name(&inner.name, &inner.listing, sheet);
        inner.reader.post(&ToWorkbook::Convert { sheet, name }, &JsValue::UNDEFINED)?;
        match inner.reader.answer(&*inner.on_progress).await? {
            (FromWorkbook::Converted(report), Some(file)) => Ok(Converted { file, report }),
            (FromWorkbook::Refused(trouble), _) => Err(trouble),
            _ => Err(stopped()),
        }
    }
}

/// `shop.xlsx` → `shop.csv`, or `shop – Products.csv` where there are several sheets.
fn csv_name(workbook: &str, listing: &Listing, sheet: u32) -> String {
    let stem = workbook.rsplit_once('.').map_or(workbook, |(stem, _)| stem);
    match listing.sheets.get(sheet as usize) {
        Some(sheet) if listing.sheets.len() > 1 => format!("{stem} – {}.csv", sheet.name),
        _ => format!("{stem}.csv"),
    }
}

/// What comes from the worker.
enum Heard {
    Message(FromWorkbook, Option<File>),
    /// The loader posts a plain text when the program is damaged or missing.
    Words(String),
    /// The worker's error event, or a message that is none of ours.
    Broken,
}

/// The worker. Ended when dropped.
struct Reader {
    worker: Worker,
    // One question at a time: whoever asks holds the ear until the answer is there.
    ear: Mutex<UnboundedReceiver<Heard>>,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(web_sys::Event)>,
}

impl Drop for Reader {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}

impl Reader {
    async fn start(script: &Asset) -> Result<Self, Trouble> {
        fetch_whole(script).await?;
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        options.set_name("workbook");
        let worker =
            Worker::new_with_options(&script.url, &options).map_err(|_| not_started("the browser refused to start it."))?;
        let (mouth, ear) = unbounded();
        let on_message = on_message(mouth.clone());
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        let on_error = Closure::<dyn FnMut(web_sys::Event)>::new(move |event: web_sys::Event| {
            event.prevent_default();
            let _ = mouth.unbounded_send(Heard::Broken);
        });
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        let reader = Self { worker, ear: Mutex::new(ear), _on_message: on_message, _on_error: on_error };
        match reader.answer(&|_| ()).await? {
            (FromWorkbook::Ready { build }, _) if build == build_id() => Ok(reader),
            (FromWorkbook::Ready { .. }, _) => Err(Trouble {
                what: "A new version of this page was published meanwhile.".into(),
                cure: "Reload the page, and choose the workbook again.".into(),
            }),
            _ => Err(stopped()),
        }
    }

    fn post(&self, message: &ToWorkbook, beside: &JsValue) -> Result<(), Trouble> {
        let bytes = postcard::to_allocvec(message).map_err(|_| stopped())?;
        let bytes = Uint8Array::from(bytes.as_slice());
        self.worker.post_message_with_transfer(&Array::of2(&bytes, beside), &Array::of1(&bytes.buffer())).map_err(|_| stopped())
    }

    /// Waits for the next message that is not about progress.
    async fn answer(&self, on_progress: &dyn Fn(Progress)) -> Result<(FromWorkbook, Option<File>), Trouble> {
        let mut ear = self.ear.lock().await;
        loop {
            match ear.next().await {
                Some(Heard::Message(FromWorkbook::Progress(progress), _)) => on_progress(progress),
                Some(Heard::Words(what)) => return Err(Trouble { what, cure: not_started("").cure }),
                Some(Heard::Message(FromWorkbook::Crashed, _) | Heard::Broken) | None => return Err(stopped()),
                Some(Heard::Message(message, file)) => return Ok((message, file)),
            }
        }
    }
}

fn on_message(mouth: UnboundedSender<Heard>) -> Closure<dyn FnMut(MessageEvent)> {
    Closure::new(move |event: MessageEvent| {
        let data = event.data();
        let heard = match data.as_string() {
            Some(words) => Heard::Words(words),
            None => {
                let parts = Array::from(&data);
                let bytes = parts.get(0).dyn_into::<Uint8Array>().map(|bytes| bytes.to_vec());
                match bytes.ok().and_then(|bytes| postcard::from_bytes(&bytes).ok()) {
                    Some(message) => Heard::Message(message, parts.get(1).dyn_into().ok()),
                    None => Heard::Broken,
                }
            }
        };
        let _ = mouth.unbounded_send(heard);
    })
}

/// A browser takes no integrity value for a worker's script. Fetching it here with one puts the right file into the cache, which the
/// worker then starts from; a wrong or missing one is noticed and named.
async fn fetch_whole(script: &Asset) -> Result<(), Trouble> {
    let Some(integrity) = &script.integrity else { return Ok(()) };
    let init = RequestInit::new();
    init.set_integrity(integrity);
    let window = web_sys::window().ok_or_else(|| not_started("there is no window."))?;
    let answer = JsFuture::from(window.fetch_with_str_and_init(&script.url, &init)).await;
    let found = answer.ok().and_then(|answer| answer.dyn_into::<web_sys::Response>().ok()).filter(web_sys::Response::ok);
    found.map(|_| ()).ok_or_else(|| not_started("its file is missing, or is not the one that was published."))
}

fn not_started(why: &str) -> Trouble {
    Trouble {
        what: format!("The reader of workbooks did not start: {why}"),
        cure: "Reload the page. Until it works, save the sheet as “CSV UTF-8” in the spreadsheet program, and choose that file."
            .into(),
    }
}

fn stopped() -> Trouble {
    Trouble {
        what: "The reader of workbooks stopped before it was done: perhaps the workbook needs more memory than there is.".into(),
        cure: "Save the sheet as “CSV UTF-8” in the spreadsheet program, and choose that file.".into(),
    }
}
