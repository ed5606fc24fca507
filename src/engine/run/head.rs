//! The first entry of a run in the journal: what its report needs and the sender's own entries do not hold.
//!
//! In: the review that was confirmed. Out: bytes, and the same again after a reload. Must never know: how anything is sent.

use super::comparing::Planned;
use super::reporting::DAMAGED;
use crate::engine::protocol::{Ending, FateKind, LineView, Place};
use crate::review::Before;
use crate::send::About;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

/// The first entry of a run: what its report needs and the sender's own entries do not hold.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Head {
    /// Where it is sent.
    pub place: Place,
    /// The file's name.
    pub file: String,
    /// When it was confirmed, ISO 8601.
    pub started: String,
    /// Every product of the file.
    pub lines: Vec<Planned>,
    /// How it ended, where more was read after its end: that does not make it end otherwise.
    pub ending: Option<Ending>,
    /// Whether the person has closed its report: it is in the history then, and not shown by itself.
    pub is_put_away: bool,
}

impl Head {
    /// The version of the encoding. A head of another version is never guessed at.
    const VERSION: u8 = 2;

    pub(super) fn encode(&self) -> Vec<u8> {
        // An entry that cannot be encoded is never seen; it would be found damaged when it is read back.
        postcard::to_extend(self, vec![Self::VERSION]).unwrap_or_default()
    }

    pub(super) fn decode(bytes: &[u8]) -> Option<Self> {
        let (&Self::VERSION, rest) = bytes.split_first()? else { return None };
        postcard::from_bytes(rest).ok()
    }

    /// What can be said without the head, which is damaged or of another version: the rest of the journal names the
    /// products. Where even that cannot be read, the run is shown all the same, since something was sent, perhaps.
    pub(super) fn rebuilt(run: &str, remembered: &crate::send::Run) -> Self {
        let About { host, community, file } = remembered.about.clone();
        let mut seen = HashSet::new();
        let items = remembered.tasks.values().map(|task| &task.item.before).filter(|before| seen.insert(before.id));
        let line = |item: &Before| LineView {
            product: item.id.to_string(),
            name: item.name.clone(),
            line: 0,
            fate: FateKind::Unknown,
            words: DAMAGED.into(),
        };
        Self {
            place: Place { is_practice: host == Place::PRACTICE, host: host.clone(), base: host, community, title: None },
            file: if file.is_empty() { "a file whose record cannot be read".into() } else { file },
            // Runs are named after their beginning.
            started: run.split_once('Z').map_or_else(|| run.to_owned(), |(started, _)| format!("{started}Z")),
            lines: items.map(|item| Planned { id: Some(item.id), line: line(item) }).collect(),
            ending: None,
            is_put_away: false,
        }
    }
}
