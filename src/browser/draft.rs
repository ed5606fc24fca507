//! Unsaved work in the person's own browser, under a name: kept until it is saved or thrown away, past reload and crash.
//!
//! In: bytes. Out: the same bytes. Must never know: what they mean. Never given a secret.
//!
//! `localStorage`, since it writes before it returns: what was typed last survives whatever comes next.

use std::fmt::Write as _;
use web_sys::Storage;

fn storage() -> Option<Storage> {
    web_sys::window()?.local_storage().ok()?
}

fn address(name: &str) -> String {
    format!("storekeeper.draft.{name}")
}

/// Keeps these bytes, in place of those kept under the name before. Whether the browser did: it may have no room, or be
/// told to store nothing.
#[must_use]
pub fn keep(name: &str, bytes: &[u8]) -> bool {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        let _ = write!(text, "{byte:02x}");
    }
    storage().is_some_and(|storage| storage.set_item(&address(name), &text).is_ok())
}

/// What is kept under the name.
#[must_use]
pub fn kept(name: &str) -> Option<Vec<u8>> {
    let text = storage()?.get_item(&address(name)).ok()??;
    let digits: Option<Vec<u8>> =
        text.chars().map(|digit| digit.to_digit(16).and_then(|digit| u8::try_from(digit).ok())).collect();
    let digits = digits?;
    let (pairs, rest) = digits.as_chunks::<2>();
    rest.is_empty().then(|| pairs.iter().map(|[high, low]| high << 4 | low).collect())
}

/// Throws away what is kept under the name.
pub fn forget(name: &str) {
    if let Some(storage) = storage() {
        let _ = storage.remove_item(&address(name));
    }
}
