//! A dropped file, read piece by piece.

use crate::engine::hands::DroppedFile;
use futures::future::LocalBoxFuture;
use std::cell::RefCell;
use std::collections::VecDeque;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// Pieces that are asked for before anybody wants them: a piece takes the browser milliseconds, most of them on its way, and
/// a file is nearly always read from its beginning to its end.
const AHEAD: usize = 2;

/// A `File` that came with a message.
pub struct BrowserFile {
    file: web_sys::File,
    /// What was asked for ahead: from, to, and what comes of it.
    ahead: RefCell<VecDeque<(u64, u64, Piece)>>,
}

type Piece = Result<JsFuture, String>;

impl BrowserFile {
    /// Wraps a file.
    #[must_use]
    pub const fn new(file: web_sys::File) -> Self {
        Self { file, ahead: RefCell::new(VecDeque::new()) }
    }

    #[allow(clippy::cast_precision_loss, reason = "below 2^53")]
    fn ask(&self, from: u64, to: u64) -> Piece {
        let slice = self.file.slice_with_f64_and_f64(from as f64, to as f64).map_err(|error| words(&error))?;
        Ok(JsFuture::from(slice.array_buffer()))
    }
}

impl DroppedFile for BrowserFile {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a size is a whole number of bytes below 2^53")]
    fn size(&self) -> u64 {
        self.file.size() as u64
    }

    fn read(&self, from: u64, to: u64) -> LocalBoxFuture<'static, Result<Vec<u8>, String>> {
        // Asked for now, not when it is awaited: the next pieces are read while the last one is worked on.
        let mut ahead = self.ahead.borrow_mut();
        let piece = match ahead.pop_front() {
            Some((start, end, piece)) if (start, end) == (from, to) => piece,
            _ => {
                ahead.clear();
                self.ask(from, to)
            }
        };
        let size = self.size();
        let mut next = ahead.back().map_or(to, |(_, end, _)| *end);
        // Whoever begins at the beginning may want no more than the head.
        while ahead.len() < AHEAD && next < size && from > 0 && from < to {
            let end = size.min(next + (to - from));
            ahead.push_back((next, end, self.ask(next, end)));
            next = end;
        }
        Box::pin(async move {
            let buffer = piece?.await.map_err(|error| words(&error))?;
            Ok(js_sys::Uint8Array::new(&buffer).to_vec())
        })
    }
}

fn words(error: &JsValue) -> String {
    error
        .dyn_ref::<js_sys::Error>()
        .map_or_else(|| "The browser could not read the file.".to_owned(), |error| String::from(error.message()))
}
