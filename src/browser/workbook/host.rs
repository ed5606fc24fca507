//! The worker's side: reads the file that came with a message, and posts what is found in it.
//!
//! All work is done while a message is handled: nobody else is waiting in this worker, and the page ends it when it has enough.

use crate::workbook::{FileError, FromWorkbook, Listing, Progress, Refusal, Report, ToWorkbook, Trouble, Workbook};
use js_sys::{Array, Uint8Array};
use std::cell::RefCell;
use std::io::{self, Read, Seek, SeekFrom};
use wasm_bindgen::prelude::*;
use web_sys::{Blob, DedicatedWorkerGlobalScope, File, FilePropertyBag, FileReaderSync, MessageEvent};

/// Starts in the worker this is called in. `build` is the build id the worker was loaded as.
pub fn start(build: String) {
    let Ok(scope) = js_sys::global().dyn_into::<DedicatedWorkerGlobalScope>() else { return };
    let last_words = scope.clone();
    std::panic::set_hook(Box::new(move |_| {
        // The panic's own text may hold data, so none of it leaves.
        post(&last_words, &FromWorkbook::Crashed, None);
    }));
    let desk = RefCell::new(Desk::default());
    let speaker = scope.clone();
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let parts = Array::from(&event.data());
        let bytes = Uint8Array::new(&parts.get(0)).to_vec();
        let (Ok(message), Ok(mut desk)) = (postcard::from_bytes(&bytes), desk.try_borrow_mut()) else { return };
        let (answer, file) =
            desk.answer(message, &parts.get(1), &|progress| post(&speaker, &FromWorkbook::Progress(progress), None));
        post(&speaker, &answer, file.as_ref());
    });
    scope.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    on_message.forget();
    post(&scope, &FromWorkbook::Ready { build }, None);
}

/// What the worker has open.
#[derive(Default)]
pub struct Desk(Option<Workbook<WindowedFile>>);

impl Desk {
    /// Answers a message, with a file beside it as the message had one. Works only in a worker, the one place where a file can be read
    /// and waited for.
    pub fn answer(&mut self, message: ToWorkbook, beside: &JsValue, progress: &dyn Fn(Progress)) -> (FromWorkbook, Option<File>) {
        let answer = match message {
            ToWorkbook::Open => self.open(beside, progress).map(|listing| (FromWorkbook::Opened(listing), None)),
            ToWorkbook::Convert { sheet, name } => {
                self.convert(sheet, &name, progress).map(|(report, file)| (FromWorkbook::Converted(report), Some(file)))
            }
        };
        answer.unwrap_or_else(|refusal| (FromWorkbook::Refused(Trouble::from(&refusal)), None))
    }

    fn open(&mut self, file: &JsValue, progress: &dyn Fn(Progress)) -> Result<Listing, Refusal> {
        let file = file.clone().dyn_into::<File>().map_err(|_| Refusal::Unreadable("no file came with the question.".into()))?;
        let file = WindowedFile::new(file).map_err(|error| Refusal::Unreadable(error.0))?;
        let book = Workbook::open(file, &mut |at| progress(at))?;
        let listing = book.listing().clone();
        self.0 = Some(book);
        Ok(listing)
    }

    fn convert(&mut self, sheet: u32, name: &str, progress: &dyn Fn(Progress)) -> Result<(Report, File), Refusal> {
        let book = self.0.as_mut().ok_or(Refusal::NoSuchSheet)?;
        // Each piece goes to the browser's own store of files at once: neither this program's memory nor the page's holds the whole.
        let pieces = Array::new();
        let mut keep = |piece: &[u8]| {
            let blob = Blob::new_with_u8_array_sequence(&Array::of1(&Uint8Array::from(piece))).map_err(|error| words(&error))?;
            pieces.push(&blob);
            Ok(())
        };
        let report = book.convert(sheet, &mut keep, &mut |at| progress(at))?;
        let options = FilePropertyBag::new();
        options.set_type("text/csv");
        let file = File::new_with_blob_sequence_and_options(&pieces, name, &options);
        Ok((report, file.map_err(|error| Refusal::Unwritable(words(&error)))?))
    }
}

fn post(scope: &DedicatedWorkerGlobalScope, message: &FromWorkbook, file: Option<&File>) {
    let Ok(bytes) = postcard::to_allocvec(message) else { return };
    let bytes = Uint8Array::from(bytes.as_slice());
    let beside = file.map_or(JsValue::UNDEFINED, JsValue::from);
    let _ = scope.post_message_with_transfer(&Array::of2(&bytes, &beside), &Array::of1(&bytes.buffer()));
}

fn words(error: &JsValue) -> String {
    error
        .dyn_ref::<js_sys::Error>()
        .map_or_else(|| "the browser gave no reason.".to_owned(), |error| String::from(error.message()))
}

/// Bytes that are read of a file at once.
const WINDOW: u64 = 1 << 20;

/// A dropped file as something to read and to seek in, of which one window is held. Only a worker may read a file and wait for it.
struct WindowedFile {
    file: File,
    reader: FileReaderSync,
    size: u64,
    at: u64,
    window: Vec<u8>,
    window_at: u64,
}

impl WindowedFile {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a size is a whole number of bytes below 2^53")]
    fn new(file: File) -> Result<Self, FileError> {
        let reader = FileReaderSync::new().map_err(|error| FileError(words(&error)))?;
        let size = file.size() as u64;
        Ok(Self { file, reader, size, at: 0, window: Vec::new(), window_at: 0 })
    }

    #[allow(clippy::cast_precision_loss, reason = "below 2^53")]
    fn load(&mut self) -> Result<(), FileError> {
        let to = (self.at + WINDOW).min(self.size);
        let read = self.file.slice_with_f64_and_f64(self.at as f64, to as f64);
        let buffer = read.and_then(|slice| self.reader.read_as_array_buffer(&slice)).map_err(|error| FileError(words(&error)))?;
        self.window = Uint8Array::new(&buffer).to_vec();
        self.window_at = self.at;
        if self.window.len() as u64 == to - self.at {
            return Ok(());
        }
        Err(FileError("the file changed while it was being read.".into()))
    }
}

impl Read for WindowedFile {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.at >= self.size || into.is_empty() {
            return Ok(0);
        }
        let is_inside = self.window_at <= self.at && self.at < self.window_at + self.window.len() as u64;
        if !is_inside {
            self.load().map_err(io::Error::other)?;
        }
        let from = usize::try_from(self.at - self.window_at).map_err(io::Error::other)?;
        let count = self.window.get(from..).unwrap_or(&[]).read(into)?;
        self.at += count as u64;
        Ok(count)
    }
}

impl Seek for WindowedFile {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let (base, offset) = match to {
            SeekFrom::Start(at) => (at, 0),
            SeekFrom::Current(offset) => (self.at, offset),
            SeekFrom::End(offset) => (self.size, offset),
        };
        self.at = base.checked_add_signed(offset).ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        Ok(self.at)
    }
}
