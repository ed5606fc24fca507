//! What comes of saving settings, as the page is told it.

use super::{Trouble, versioned};
use crate::domain::settings::{Clash, Difference, Draft, SettingChange, SettingPath, Settings, Unfit};
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
        /// The store as read after the change; where that reading failed, as read right before it.
        now: Box<Settings>,
        /// What was sent, old → new: less than was typed where somebody else had done the same.
        sent: Vec<SettingChange>,
        /// What somebody else had saved meanwhile, and is kept beside it.
        theirs: Vec<SettingChange>,
        /// What the store holds otherwise than it was asked to, or does not show at all.
        differs: Vec<Difference>,
        /// What still reads as it did before the change, or could not be read. Nothing of it is known to be lost.
        late: Vec<Late>,
        /// Parts of what was sent that look like secrets and so did not go along; the store may have dropped them.
        left_out: Vec<SettingPath>,
        /// What went wrong on the way although the store was read and holds the change: the answer said failure, or did
        /// not come.
        despite: Option<Trouble>,
        /// Why the store could not be read after it had said that it took the change.
        unread: Option<Box<Trouble>>,
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

/// A setting that was sent and is not seen to have changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Late {
    /// Old → new.
    pub change: SettingChange,
    /// Whether the answer to the change showed it as it was asked: then it is saved by the store's own word.
    pub is_answered: bool,
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
    /// It never left, or was refused; and where the refusal left it open, the store was read and holds none of it.
    NotApplied,
    /// It was sent, nobody said that it was refused, and the store was read for a while and holds none of it: it may have
    /// it and not show it yet.
    NotShown,
    /// The store was read and holds some of it, or could not be read.
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

/// Unsaved changes as they are kept in the person's own browser.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KeptDraft {
    /// When something was typed last, in milliseconds since 1970.
    pub at: f64,
    /// What.
    pub draft: Draft,
    /// Texts that are no values of their settings: a width of `4oo`.
    pub typed: Vec<TypedText>,
}

/// A text that was typed and is no value of its setting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TypedText {
    /// Which setting.
    pub path: SettingPath,
    /// The text.
    pub text: String,
    /// Why it is no value.
    pub why: String,
}

impl KeptDraft {
    /// Counts up whenever the shape of a draft changes. A draft outlives the build that wrote it.
    const VERSION: u8 = 2;

    /// As bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        versioned::to_bytes(Self::VERSION, self)
    }

    /// From bytes; nothing where they are damaged, or of another shape.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        // Version 1 had no typed texts.
        let older = || versioned::from_bytes(1, bytes).map(|(at, draft)| Self { at, draft, typed: Vec::new() });
        versioned::from_bytes(Self::VERSION, bytes).or_else(older)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::settings::{Opaque, SettingValue};

    /// These bytes lie in people's browsers: whoever changes the shape changes the version too.
    #[test]
    fn a_draft_is_read_by_later_builds() {
        let value = |value| Some(value);
        let change = |path: &str, old, new| SettingChange { path: path.into(), old, new };
        let kept = KeptDraft {
            at: 1.5,
            draft: Draft {
                changes: vec![
                    change("isEnabled", None, value(SettingValue::Flag(true))),
                    change("widget.size.width", value(SettingValue::Number(300)), value(SettingValue::Text("é".into()))),
                    change("a", value(SettingValue::List(vec!["b".into()])), Opaque::parse("[1]").ok().map(SettingValue::Opaque)),
                ],
            },
            typed: vec![TypedText { path: "widget.size.height".into(), text: "4oo".into(), why: "ä".into() }],
        };
        let bytes = kept.to_bytes();
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(
            hex,
            "02000000000000f83f0301096973456e61626c65640001000103067769646765740473697a650577696474680101ac02010202c3a901016101030101620104035b315d\
             0103067769646765740473697a650668656967687403346f6f02c3a4"
        );
        let older = "01000000000000f83f0301096973456e61626c65640001000103067769646765740473697a650577696474680101ac02010202c3a901016101030101620104035b315d";
        let older: Vec<u8> =
            older.as_bytes().chunks(2).map(|two| u8::from_str_radix(str::from_utf8(two).unwrap(), 16).unwrap()).collect();
        assert_eq!(KeptDraft::from_bytes(&older), Some(KeptDraft { typed: Vec::new(), ..kept.clone() }));
        assert_eq!(KeptDraft::from_bytes(&bytes), Some(kept));
        assert_eq!(KeptDraft::from_bytes(&[9]), None);
        assert_eq!(KeptDraft::from_bytes(&[]), None);
        assert_eq!(KeptDraft::from_bytes(&bytes[..20]), None);
    }
}
