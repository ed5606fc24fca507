//! A dropped file, read piece by piece.

use crate::engine::hands::DroppedFile;
use futures::future::LocalBoxFuture;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;

/// A `File` that came with a message.
pub struct BrowserFile(web_sys::File);

impl BrowserFile {
    /// Wraps a file.
    #[must_use]
    pub const fn new(file: web_sys::File) -> Self {
        Self(file)
    }
}

impl DroppedFile for BrowserFile {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a size is a whole number of bytes below 2^53")]
    fn size(&self) -> u64 {
        self.0.size() as u64
    }

    #[allow(clippy::cast_precision_loss, reason = "below 2^53")]
    fn read(&self, from: u64, to: u64) -> LocalBoxFuture<'static, Result<Vec<u8>, String>> {
        // Asked for now, not when it is awaited: the next piece is read while the last one is worked on.
        let promise = self.0.slice_with_f64_and_f64(from as f64, to as f64).map(|slice| slice.array_buffer());
        Box::pin(async move {
            let promise = promise.map_err(|error| words(&error))?;
            let buffer = JsFuture::from(promise).await.map_err(|error| words(&error))?;
            Ok(js_sys::Uint8Array::new(&buffer).to_vec())
        })
    }
}

fn words(error: &wasm_bindgen::JsValue) -> String {
    error
        .dyn_ref::<js_sys::Error>()
        .map_or_else(|| "The browser could not read the file.".to_owned(), |error| String::from(error.message()))
}
