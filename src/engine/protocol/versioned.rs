//! What lies in people's browsers outlives the build that wrote it: its first byte says which shape it has.

use serde::Serialize;
use serde::de::DeserializeOwned;

/// As bytes of this version.
pub(super) fn to_bytes<T: Serialize>(version: u8, value: &T) -> Vec<u8> {
    postcard::to_extend(value, vec![version]).unwrap_or_default()
}

/// From bytes of this version; nothing where they are damaged, or of another.
pub(super) fn from_bytes<T: DeserializeOwned>(version: u8, bytes: &[u8]) -> Option<T> {
    let rest = bytes.strip_prefix(&[version])?;
    postcard::from_bytes(rest).ok()
}
