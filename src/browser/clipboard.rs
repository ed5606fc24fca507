//! The clipboard, as plain text.
//!
//! In: text, or a paste that happened. Out: text, or whether it was taken. Must never know: what a cell is.

use wasm_bindgen_futures::JsFuture;
use web_sys::ClipboardEvent;

/// The text that is being pasted, where there is one.
#[must_use]
pub fn pasted(event: &ClipboardEvent) -> Option<String> {
    event.clipboard_data()?.get_data("text/plain").ok().filter(|text| !text.is_empty())
}

/// Puts a text onto the clipboard. Browsers allow it for some seconds after a key or button was pressed; `false` where
/// they do not.
pub async fn put(text: &str) -> bool {
    let Some(navigator) = web_sys::window().map(|window| window.navigator()) else { return false };
    // There is none on a page that did not come by https.
    if js_sys::Reflect::get(&navigator, &"clipboard".into()).is_ok_and(|clipboard| clipboard.is_undefined()) {
        return false;
    }
    JsFuture::from(navigator.clipboard().write_text(text)).await.is_ok()
}
