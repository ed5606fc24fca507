//! What comes of saving settings, as the page is told it.

use super::Trouble;
use crate::domain::settings::{Clash, Difference, SettingChange, SettingPath, Settings, Unfit};
use serde::{Deserialize, Serialize};

/// How saving ended, where it did not fail.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum SaveOutcome {
    /// The store holds all of it already; nothing was sent.
    Nothing {
        /// The store as it is now.
        now: Box<Settings>,
    },
    /// The store took the change.
    Saved {
        /// The store as read after the change; where that reading failed, as it was asked to be.
        now: Box<Settings>,
        /// What was sent, old → new: less than was typed where somebody else had done the same.
        sent: Vec<SettingChange>,
        /// What somebody else had saved meanwhile, and is kept beside it.
        theirs: Vec<SettingChange>,
        /// What the store does not hold as it was asked to, or does not show.
        differs: Vec<Difference>,
        /// Parts of what was sent that look like secrets and so did not go along; the store may have dropped them.
        left_out: Vec<SettingPath>,
        /// What went wrong on the way although the store holds the change: the answer said failure or did not come (then
        /// the store was read to see), or the reading after it failed.
        despite: Option<Trouble>,
    },
    /// Somebody else changed the same settings meanwhile. Nothing was sent. Save again with `theirs` as the base.
    Clash {
        /// The store as it is now: the base of the next attempt.
        theirs: Box<Settings>,
        /// The store as it is now with all changes made here; where they clash it holds those made here.
        merged: Box<Settings>,
        /// The settings that both changed.
        clashes: Vec<Clash>,
    },
}

/// Saving failed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SaveTrouble {
    /// What happened, what to do, and the service's own words.
    pub trouble: Trouble,
    /// Whether the store was changed.
    pub fate: Fate,
    /// What the service said about single settings, verbatim.
    pub fields: Vec<FieldWords>,
    /// Whether it said more than stands in `fields`: then its words belong into a summary as well.
    pub says_more: bool,
    /// What cannot be sent as it is; found here, before anything was sent.
    pub unfit: Vec<Unfit>,
    /// The store as read after the failure, where it was read. The page may take it as the base of the next attempt.
    pub now: Option<Box<Settings>>,
}

/// Whether a change that failed was applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Fate {
    /// It was never sent.
    NotSent,
    /// It was sent or on its way, and the store was turned away before looking at it, or was read and holds none of it.
    NotApplied,
    /// The store was read and holds some of it, or could not be read, or does not show what was changed.
    Unknown,
}

/// What the service said about one setting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldWords {
    /// Which.
    pub path: SettingPath,
    /// Its words, verbatim. Text, never HTML.
    pub said: String,
}
