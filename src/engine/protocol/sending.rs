//! A run that is being sent, and its report: how far it has come, what became of each product.

use super::{Place, Trouble};
use serde::{Deserialize, Serialize};

/// How far sending has come.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SendProgress {
    /// [`RunView::run`].
    pub run: String,
    /// Where it is sent.
    pub place: Place,
    /// The file's name.
    pub file: String,
    /// What is going on.
    pub state: SendState,
    /// Products settled.
    pub done: u32,
    /// Products in the plan.
    pub total: u32,
    /// Batches settled.
    pub batch: u32,
    /// Batches in the plan.
    pub batches: u32,
    /// Products settled a minute, once it can be told.
    pub per_minute: Option<u32>,
    /// Seconds left, once it can be told.
    pub seconds_left: Option<u32>,
    /// Products changed so far.
    pub changed: u32,
    /// Products refused so far.
    pub refused: u32,
    /// Products of which it is not known so far.
    pub unknown: u32,
    /// Products held back so far because somebody else has changed them since they were compared.
    pub held_back: u32,
    /// Products that were given up after several tries: nothing of them was applied, as far as they were read.
    pub given_up: u32,
    /// Requests with updates that are on their way.
    pub on_its_way: u32,
    /// Whether the run is kept in this tab alone.
    pub is_in_tab: bool,
    /// The server's last words.
    pub last_words: Option<String>,
}

/// What the sender is doing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SendState {
    /// A batch is on its way, or the next is being prepared.
    Sending,
    /// Reading back what the store holds, to settle what is unknown.
    Checking,
    /// Waiting before the next try.
    Waiting {
        /// Seconds.
        seconds: u32,
        /// Why.
        why: String,
    },
    /// Paused by the person.
    Paused,
    /// The key was refused; a new one is needed to go on.
    NeedsKey(Trouble),
    /// It stopped by itself because of this; [`ResumeSending`] tries again.
    Stopped(Trouble),
    /// Being cancelled: what is on its way is settled first.
    Cancelling,
}

/// What became of a product of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum FateKind {
    /// Changed, and proved by the store's answer.
    Changed,
    /// It was as the file has it already.
    Unchanged,
    /// The store refused it.
    Refused,
    /// It was not sent.
    NotSent,
    /// It is not known whether it was applied.
    Unknown,
    /// Changed, but what the store now holds is not what was asked, or more than that.
    Differs,
    /// It was sent, and is known not to have been applied, though nobody refused it.
    NotApplied,
}

impl FateKind {
    /// All of them, in the order of the report.
    pub const ALL: [Self; 7] =
        [Self::Changed, Self::Differs, Self::Unknown, Self::Refused, Self::NotApplied, Self::NotSent, Self::Unchanged];
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ending {
    /// Everything in the plan was settled.
    Finished,
    /// The person cancelled it.
    Cancelled,
    /// The page was closed or reloaded, or the engine crashed, while it was sending.
    Interrupted,
}

/// What became of the run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportSummary {
    /// [`RunView::run`].
    pub run: String,
    /// Where it was sent.
    pub place: Place,
    /// The file's name.
    pub file: String,
    /// How it ended.
    pub ending: Ending,
    /// When it was confirmed, ISO 8601.
    pub started: String,
    /// Products by fate; the counts add up to the products of the file.
    pub counts: Vec<(FateKind, u32)>,
    /// `PUT` requests that were made; of a run that was cut off also those that were about to be.
    pub requests: u32,
    /// Whether we are connected to the store it was sent to.
    pub is_connected: bool,
    /// Whether something is left that [`GoOn`] would send or settle.
    pub is_unfinished: bool,
    /// Whether [`GoOn`] can: there is something left, and we are connected to the same store.
    pub can_go_on: bool,
    /// Whether [`CheckAgain`] can help: something is unknown and we are connected to the same store.
    pub can_check_again: bool,
    /// Products that are in the [`NotDoneFile`].
    pub not_done: u32,
    /// Products of which fields were changed: [`TakeBack`] can set their old values, once we are connected to the same store.
    pub undoable: u32,
    /// Whether the run is kept in this tab alone.
    pub is_in_tab: bool,
}

/// A window of the report's lines.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineWindow {
    /// Lines in the whole view.
    pub total: u32,
    /// Index of the first line here.
    pub from: u32,
    /// The lines.
    pub lines: Vec<LineView>,
}

/// One product of the file, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineView {
    /// The product as the file names it: its id, or what stood in the cell.
    pub product: String,
    /// Its name in the store, where it is known.
    pub name: Option<String>,
    /// The line of the file it starts on.
    pub line: u32,
    /// What became of it.
    pub fate: FateKind,
    /// More words: which fields, the server's words, why it was not sent.
    pub words: String,
}
