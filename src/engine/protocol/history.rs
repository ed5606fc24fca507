//! Past runs and taking back, as the page is told of them.

use super::{Ending, FateKind, Place};
use serde::{Deserialize, Serialize};

/// A run in the journal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunView {
    /// Its name, for the address of its page. It begins with the moment of its confirmation, ISO 8601.
    pub run: String,
    /// Where it was sent.
    pub place: Place,
    /// The file's name.
    pub file: String,
    /// When it was confirmed, ISO 8601.
    pub started: String,
    /// How it ended.
    pub ending: Ending,
    /// Products by fate.
    pub counts: Vec<(FateKind, u32)>,
    /// Bytes it takes in this browser's storage.
    pub bytes: u64,
    /// Voucher codes that are still in it in clear, since they may have to be sent.
    pub codes: u32,
    /// Whether another tab is at work on it.
    pub is_elsewhere: bool,
}

/// What taking a run back would do, and what it would not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UndoView {
    /// Products whose old values are set again, once that is reviewed and confirmed.
    pub products: u32,
    /// Products that were edited since, or are gone: what was edited is left alone.
    pub left_alone: u32,
    /// Their names (or ids where they have none), and which columns: the first 200.
    pub edited: Vec<String>,
    /// Products and columns whose old value cannot be set again: nothing was set, or the store did not show it.
    /// The first 200.
    pub lost: Vec<String>,
    /// Voucher codes that stay in the store: they cannot be taken back.
    pub codes: u32,
}
