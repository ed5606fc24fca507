//! Unsaved changes, put aside: what was changed, from what, to what. Laid onto the store as it is later, they are again
//! what a person typed, and [`super::merge`] still finds what somebody else changed meanwhile.

use super::compare::{SettingChange, changes};
use super::model::Settings;
use serde::{Deserialize, Serialize};

/// Unsaved changes. Holds no more of the store than the old value of what was changed, and never a secret, since no
/// setting is one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// The changes, in the order of the form.
    pub changes: Vec<SettingChange>,
}

/// A draft laid onto the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resumed {
    /// The store as it is now, but with the old value wherever the draft changes something: what the draft started from.
    pub base: Settings,
    /// The same with the draft's changes.
    pub wanted: Settings,
    /// Where the store holds neither the draft's old value nor its new one: somebody else was there.
    pub moved: Vec<SettingChange>,
}

impl Draft {
    /// What would be lost.
    #[must_use]
    pub fn of(base: &Settings, wanted: &Settings) -> Self {
        Self { changes: changes(base, wanted) }
    }

    /// Lays the changes onto the store as it is now. What the store holds already is no change any more.
    #[must_use]
    pub fn onto(&self, now: &Settings) -> Resumed {
        let mut resumed = Resumed { base: now.clone(), wanted: now.clone(), moved: Vec::new() };
        for change in &self.changes {
            let held = now.get(&change.path);
            if held == change.new {
                continue;
            }
            if held != change.old {
                let (path, new) = (change.path.clone(), held);
                resumed.moved.push(SettingChange { path, old: change.old.clone(), new });
            }
            resumed.base.set(&change.path, change.old.clone());
            resumed.wanted.set(&change.path, change.new.clone());
        }
        resumed
    }
}

#[cfg(test)]
mod tests {
    use super::super::{SettingPath, SettingValue, merge};
    use super::*;

    fn text(text: &str) -> Option<SettingValue> {
        Some(SettingValue::Text(text.into()))
    }

    fn store(settings: &[(&str, &str)]) -> Settings {
        let mut store = Settings::default();
        for (path, value) in settings {
            store.set(&SettingPath::from(*path), text(value));
        }
        store
    }

    #[test]
    fn a_draft_comes_back_as_it_was_left() {
        let base = store(&[("title", "A"), ("cover.light", "https://a.example/1.png")]);
        let mut wanted = base.clone();
        wanted.set(&"title".into(), text("B"));
        wanted.set(&"widget.appearance.light.palette.accent".into(), text("red"));
        let draft = Draft::of(&base, &wanted);
        assert_eq!(draft.onto(&base), Resumed { base, wanted, moved: vec![] });
    }

    #[test]
    fn what_somebody_else_changed_meanwhile_still_clashes() {
        let base = store(&[("title", "A"), ("description", "d")]);
        let draft = Draft::of(&base, &store(&[("title", "B"), ("description", "e")]));
        let now = store(&[("title", "C"), ("description", "e"), ("currency.name", "Gems")]);
        let resumed = draft.onto(&now);
        assert_eq!(resumed.moved, [SettingChange { path: "title".into(), old: text("A"), new: text("C") }]);
        assert_eq!(changes(&resumed.base, &resumed.wanted).len(), 1);
        let merged = merge(&resumed.base, &now, &resumed.wanted);
        assert_eq!((merged.clashes.len(), merged.merged.currency.and_then(|it| it.name).as_deref()), (1, Some("Gems")));
    }
}
