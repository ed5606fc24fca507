//! What is being typed: the store as it was read, as it shall be, and what stands between the two.
//!
//! The screen derives everything from here. An editor outlives the page it is shown on, so that looking something up
//! elsewhere loses nothing; past a reload the draft in the browser's storage takes over.

mod saving;

use super::clashing::Clashing;
use super::labels::name_of;
use crate::browser::draft;
use crate::domain::settings::{Draft, SettingChange, SettingPath, SettingValue, Settings, Unfit, changes, problems};
use crate::engine::protocol::{KeptDraft, Place, SaveOutcome, SaveTrouble, TypedText};
use crate::ui::components::live::follow;
use crate::ui::state::Shop;
use leptos::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// The settings of one store, being edited. Cheap to copy; all copies are one.
#[derive(Clone, Copy)]
pub(crate) struct Editor {
    shop: Shop,
    /// Under which name the draft is kept.
    name: StoredValue<String>,
    /// As read.
    base: RwSignal<Settings>,
    /// As it shall be.
    pub(super) wanted: RwSignal<Settings>,
    /// What was typed and is no value yet: a width of `4oo`.
    raw: RwSignal<BTreeMap<SettingPath, Raw>>,
    /// Every setting with its value, as it shall be.
    pub(super) values: Memo<BTreeMap<SettingPath, SettingValue>>,
    /// The settings that the store returned.
    pub(super) returned: Memo<BTreeSet<SettingPath>>,
    /// Old → new.
    pub(super) changes: Memo<Vec<SettingChange>>,
    /// What cannot be sent as it is.
    problems: Memo<Vec<Problem>>,
    /// What the store, or the engine, said about single settings when they were last saved.
    said: RwSignal<Vec<Problem>>,
    /// The fields that were left once: their problems are shown. Before that, a person is still typing.
    left: RwSignal<BTreeSet<SettingPath>>,
    /// Saving was tried with problems: all of them are shown, and listed in the summary.
    pub(super) tried: RwSignal<bool>,
    /// Saving is under way.
    pub(super) saving: RwSignal<bool>,
    /// How saving ended last.
    pub(super) ended: RwSignal<Option<Ended>>,
    /// What was sent, and was not seen to be held or refused.
    awaited: RwSignal<Vec<SettingChange>>,
    /// The settings that stand as they were asked while the store, which took them, does not show them yet.
    pub(super) late: Memo<Vec<SettingPath>>,
    /// When the store was read again since saving ended, in milliseconds since 1970.
    pub(super) looked: RwSignal<Option<f64>>,
    /// Somebody else changed the same settings: what to decide.
    pub(super) clashing: RwSignal<Option<Clashing>>,
    /// A draft was found when the page opened.
    pub(super) resumed: RwSignal<Option<Found>>,
    /// Whether the browser keeps the draft.
    pub(super) is_kept: RwSignal<bool>,
}

/// A text that is no value of its setting.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Raw {
    text: String,
    why: String,
}

/// Something wrong with one setting, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Problem {
    /// Which.
    pub(super) path: SettingPath,
    /// What is wrong, as a sentence.
    pub(super) words: String,
    /// Whether the store said so, in its own words.
    pub(super) is_verbatim: bool,
}

/// How saving ended.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Ended {
    /// It did not fail.
    Well(Box<SaveOutcome>),
    /// It failed.
    Badly(Box<SaveTrouble>),
}

impl Ended {
    /// What the store took and did not show afterwards.
    fn late(&self) -> Vec<SettingChange> {
        match self {
            Self::Well(outcome) => match &**outcome {
                SaveOutcome::Saved { late, .. } => late.iter().map(|late| late.change.clone()).collect(),
                SaveOutcome::Nothing { .. } | SaveOutcome::Clash { .. } => Vec::new(),
            },
            Self::Badly(_) => Vec::new(),
        }
    }
}

/// What a draft found when the page opened.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Found {
    /// When it was typed, in milliseconds since 1970.
    pub(super) at: f64,
    /// What somebody else changed since, of what it changes.
    pub(super) moved: Vec<SettingChange>,
}

impl Editor {
    /// An editor of these settings, with the draft on top if one is kept. To be made under an owner that lives as long as
    /// the page.
    pub(crate) fn new(shop: Shop, place: &Place, now: Settings) -> Self {
        let name = draft_name(place);
        let kept = draft::kept(&name).and_then(|bytes| KeptDraft::from_bytes(&bytes));
        let resumed = kept.as_ref().map(|kept| kept.draft.onto(&now));
        let mut held = BTreeMap::new();
        held.extend(
            kept.iter()
                .flat_map(|kept| &kept.typed)
                .map(|typed| (typed.path.clone(), Raw { text: typed.text.clone(), why: typed.why.clone() })),
        );
        // What was typed on an earlier visit was left then.
        let mut left = BTreeSet::new();
        left.extend(held.keys().cloned());
        left.extend(kept.iter().flat_map(|kept| &kept.draft.changes).map(|change| change.path.clone()));
        let found = kept.zip(resumed.as_ref()).filter(|(_, resumed)| resumed.base != resumed.wanted || !held.is_empty());
        let found = found.map(|(kept, resumed)| Found { at: kept.at, moved: resumed.moved.clone() });
        let (before, after) = resumed.map_or_else(|| (now.clone(), now.clone()), |resumed| (resumed.base, resumed.wanted));
        let base = RwSignal::new(before);
        let wanted = RwSignal::new(after);
        let raw = RwSignal::new(held);
        // Extended, not collected: collecting sorts, and a sort is 4 kB of program for each type.
        let values = Memo::new(move |_| {
            let mut values = BTreeMap::new();
            values.extend(wanted.with(Settings::entries));
            values
        });
        let returned = Memo::new(move |_| {
            let mut returned = BTreeSet::new();
            returned.extend(base.with(Settings::entries).into_iter().map(|(path, _)| path));
            returned
        });
        let changes = Memo::new(move |_| base.with(|base| wanted.with(|wanted| changes(base, wanted))));
        let unfit = Memo::new(move |_| base.with(|base| wanted.with(|wanted| problems(base, wanted))));
        let problems = Memo::new(move |_| {
            let typed = raw.with(|raw| raw.iter().map(|(path, raw)| Problem::here(path.clone(), &raw.why)).collect::<Vec<_>>());
            unfit.with(|unfit| unfit.iter().map(Problem::of).collect::<Vec<_>>()).into_iter().chain(typed).collect()
        });
        let ended = RwSignal::new(None);
        let late = Memo::new(move |_| {
            let late = ended.with(|ended: &Option<Ended>| ended.as_ref().map(Ended::late).unwrap_or_default());
            changes.with(|changes| late.into_iter().filter(|it| changes.contains(it)).map(|it| it.path).collect())
        });
        let editor = Self {
            shop,
            name: StoredValue::new(name),
            base,
            wanted,
            raw,
            values,
            returned,
            changes,
            problems,
            said: RwSignal::new(Vec::new()),
            left: RwSignal::new(left),
            tried: RwSignal::new(false),
            saving: RwSignal::new(false),
            ended,
            awaited: RwSignal::new(Vec::new()),
            late,
            looked: RwSignal::new(None),
            clashing: RwSignal::new(None),
            resumed: RwSignal::new(found),
            is_kept: RwSignal::new(true),
        };
        follow(move || editor.put_aside());
        editor
    }

    /// Keeps the draft, or forgets it where nothing is unsaved.
    fn put_aside(self) {
        let changes = self.changes.get();
        let typed =
            |(path, raw): (&SettingPath, &Raw)| TypedText { path: path.clone(), text: raw.text.clone(), why: raw.why.clone() };
        let typed: Vec<_> = self.raw.with(|raw| raw.iter().map(typed).collect());
        let is_kept = self.name.with_value(|name| {
            if changes.is_empty() && typed.is_empty() {
                draft::forget(name);
                return true;
            }
            draft::keep(name, &KeptDraft { at: js_sys::Date::now(), draft: Draft { changes }, typed }.to_bytes())
        });
        // Not derived from anything: the browser says so, at the moment of writing.
        self.is_kept.set(is_kept);
    }

    // ---- what is typed ----------------------------------------------------------------------------------------------

    /// One setting's value.
    pub(super) fn value(self, path: &SettingPath) -> Memo<Option<SettingValue>> {
        let path = path.clone();
        Memo::new(move |_| self.values.with(|values| values.get(&path).cloned()))
    }

    /// Whether a setting is not as it was read.
    pub(super) fn is_changed(self, path: &SettingPath) -> Memo<bool> {
        let path = path.clone();
        let is_raw = {
            let path = path.clone();
            move || self.raw.with(|raw| raw.contains_key(&path))
        };
        Memo::new(move |_| is_raw() || self.changes.with(|changes| changes.iter().any(|change| change.path == path)))
    }

    /// Gives a setting a value. What the store did not return and is left empty again is not sent.
    pub(super) fn set(self, path: &SettingPath, value: SettingValue) {
        let is_empty = matches!(&value, SettingValue::Text(text) if text.is_empty())
            || matches!(&value, SettingValue::List(items) if items.is_empty());
        let was_there = self.returned.with_untracked(|returned| returned.contains(path));
        self.put(path, Some(value).filter(|_| was_there || !is_empty));
    }

    /// Gives a setting a value, or takes it away.
    pub(super) fn put(self, path: &SettingPath, value: Option<SettingValue>) {
        self.release(path);
        self.forget_said(path);
        self.wanted.update(|wanted| wanted.set(path, value));
    }

    /// Something was typed that is no value of this setting. It stays typed, and cannot be saved.
    pub(super) fn hold(self, path: &SettingPath, text: String, why: impl Into<String>) {
        self.forget_said(path);
        self.raw.update(|raw| drop(raw.insert(path.clone(), Raw { text, why: why.into() })));
    }

    /// What was typed beside a setting is no longer there.
    pub(super) fn release(self, path: &SettingPath) {
        if self.raw.with_untracked(|raw| raw.contains_key(path)) {
            self.raw.update(|raw| drop(raw.remove(path)));
        }
    }

    /// What was typed and is no value of this setting.
    pub(super) fn held(self, path: &SettingPath) -> Option<String> {
        self.raw.with(|raw| raw.get(path).map(|raw| raw.text.clone()))
    }

    /// The field was left: what is wrong with it is now shown.
    pub(super) fn leave(self, path: &SettingPath) {
        if !self.left.with_untracked(|left| left.contains(path)) {
            self.left.update(|left| {
                let _ = left.insert(path.clone());
            });
        }
    }

    /// What the store said about a field is no longer about what stands there.
    fn forget_said(self, path: &SettingPath) {
        if self.said.with_untracked(|said| said.iter().any(|problem| problem.path == *path)) {
            self.said.update(|said| said.retain(|problem| problem.path != *path));
        }
    }

    /// Whether a setting stands as it was asked while the store, which took it, does not show it yet.
    pub(super) fn is_late(self, path: &SettingPath) -> Memo<bool> {
        let path = path.clone();
        Memo::new(move |_| self.late.with(|late| late.contains(&path)))
    }

    /// Whether nothing is unsaved but what the store took and does not show yet.
    pub(super) fn is_only_late(self) -> bool {
        let (late, changes) = (self.late.with(Vec::len), self.changes.with(Vec::len));
        late == changes && self.raw.with(BTreeMap::is_empty)
    }

    /// Puts one setting back to what was read.
    pub(super) fn revert(self, path: &SettingPath) {
        let old = self.base.with_untracked(|base| base.get(path));
        self.put(path, old);
    }

    /// Puts everything back to what was read.
    pub(super) fn discard(self) {
        self.raw.set(BTreeMap::new());
        self.said.set(Vec::new());
        self.tried.set(false);
        self.left.set(BTreeSet::new());
        self.clashing.set(None);
        self.resumed.set(None);
        self.ended.set(None);
        self.wanted.set(self.base.get_untracked());
    }

    /// Whether anything would be lost.
    pub(crate) fn is_unsaved(self) -> bool {
        self.changes.with(|changes| !changes.is_empty()) || self.raw.with(|raw| !raw.is_empty())
    }

    /// As [`Editor::is_unsaved`], for an event.
    pub(crate) fn is_unsaved_now(self) -> bool {
        untrack(|| self.is_unsaved())
    }

    /// The settings that are typed and are no values.
    pub(super) fn raw_paths(self) -> Vec<SettingPath> {
        self.raw.with(|raw| raw.keys().cloned().collect())
    }

    // ---- what is wrong ----------------------------------------------------------------------------------------------

    /// What is shown beside a field: once it was left, or once saving was tried. A list's or palette's own problems count
    /// as its field's.
    pub(super) fn problems_of(self, path: &SettingPath) -> Memo<Vec<Problem>> {
        let path = path.clone();
        Memo::new(move |_| {
            let is_shown = self.tried.get() || self.left.with(|left| left.contains(&path));
            let here = self.problems.with(|all| all.iter().filter(|it| is_shown && it.path == path).cloned().collect::<Vec<_>>());
            let said = self.said.with(|all| all.iter().filter(|it| it.path == path).cloned().collect::<Vec<_>>());
            here.into_iter().chain(said).collect()
        })
    }

    /// What the summary lists.
    pub(super) fn summary(self) -> Vec<Problem> {
        let here = if self.tried.get() { self.problems.get() } else { Vec::new() };
        here.into_iter().chain(self.said.get()).collect()
    }
}

/// Under which name the draft of a store's settings is kept: by its address and its community.
fn draft_name(place: &Place) -> String {
    format!("settings.{}.{}", place.base, place.community.as_deref().unwrap_or_default())
}

impl Problem {
    fn here(path: SettingPath, why: &str) -> Self {
        Self { words: sentence(&path, why), path, is_verbatim: false }
    }

    fn of(unfit: &Unfit) -> Self {
        Self::here(unfit.path.clone(), &unfit.to_string())
    }
}

/// A reason as a sentence that names the field.
fn sentence(path: &SettingPath, why: &str) -> String {
    crate::ui::words::sentence(&format!("{}: {why}", name_of(path)))
}
