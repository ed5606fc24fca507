//! What two people changed at once, while it is being decided about.

use crate::domain::settings::{Clash, SettingChange, SettingPath, Settings};
use std::collections::BTreeSet;

/// Settings that two people changed, and the choices made so far.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Clashing {
    /// The store as it is now.
    pub(super) theirs: Settings,
    /// What both changed.
    pub(super) clashes: Vec<Clash>,
    /// What else they changed; it is kept.
    pub(super) others: Vec<SettingChange>,
    /// Those of which theirs is to be kept.
    pub(super) yielded: BTreeSet<SettingPath>,
    /// Those decided.
    pub(super) chosen: BTreeSet<SettingPath>,
}

impl Clashing {
    /// How many settings nobody has decided about yet.
    pub(super) fn undecided(&self) -> usize {
        self.clashes.iter().filter(|clash| !self.chosen.contains(&clash.path)).count()
    }

    /// Whether theirs was chosen for a setting; nothing while it is undecided.
    pub(super) fn choice(&self, path: &SettingPath) -> Option<bool> {
        self.chosen.contains(path).then(|| self.yielded.contains(path))
    }

    /// Decides about a setting.
    pub(super) fn choose(&mut self, path: &SettingPath, is_theirs: bool) {
        self.chosen.insert(path.clone());
        if is_theirs {
            self.yielded.insert(path.clone());
        } else {
            self.yielded.remove(path);
        }
    }
}
