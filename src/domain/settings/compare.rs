//! Settings compared: two of them ([`changes`]), three of them ([`merge`]), and what was asked with what is held
//! ([`kept`]). Setting by setting; a list is one setting, a palette is as many as it has colours.

use super::model::Settings;
use super::patch::SettingsPatch;
use super::path::{Section, SettingPath};
use super::value::SettingValue;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// One setting that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettingChange {
    /// Which.
    pub path: SettingPath,
    /// What it was; `None` is "not returned", of a colour "not there".
    pub old: Option<SettingValue>,
    /// What it becomes.
    pub new: Option<SettingValue>,
}

impl SettingChange {
    /// The part of the page it stands in.
    #[must_use]
    pub fn section(&self) -> Section {
        self.path.section()
    }

    /// How the setting reads after the change was sent.
    #[must_use]
    pub fn reads(&self, now: &Settings) -> Reads {
        match now.get(&self.path) {
            is if is == self.new => Reads::AsAsked,
            None => Reads::NotShown,
            is if is == self.old => Reads::AsBefore,
            Some(is) => Reads::Otherwise(is),
        }
    }
}

/// How a setting reads after it was sent. A store may answer a reading from a copy that does not have the change yet, so
/// the old value proves nothing; a third one was made of what was asked, or is somebody else's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reads {
    /// As it was asked to be.
    AsAsked,
    /// As it was right before.
    AsBefore,
    /// It is not among what the store shows.
    NotShown,
    /// As neither.
    Otherwise(SettingValue),
}

/// A setting that two people changed to different values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clash {
    /// Which.
    pub path: SettingPath,
    /// What both started from.
    pub base: Option<SettingValue>,
    /// What the store holds now.
    pub theirs: Option<SettingValue>,
    /// What was typed here.
    pub mine: Option<SettingValue>,
}

/// Two people's changes, put together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Merge {
    /// The store as it is now with all of my changes. Where the two clash it holds mine, since nothing typed may be lost;
    /// to take theirs, set the clash's path to its `theirs`.
    pub merged: Settings,
    /// Where both changed the same setting, to different values.
    pub clashes: Vec<Clash>,
}

/// A setting that the store does not hold as it was asked to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// Which.
    pub path: SettingPath,
    /// What was asked; `None` for a colour that was to go.
    pub asked: Option<SettingValue>,
    /// What the store answers; `None` is "not shown": it may well be kept.
    pub holds: Option<SettingValue>,
}

/// What differs between two states, of what can be changed; in the order of `wanted`, and then what it lacks. What is
/// read only (dates, translations, unknown fields of the store itself) is left out.
#[must_use]
pub fn changes(base: &Settings, wanted: &Settings) -> Vec<SettingChange> {
    let (old, new) = (base.entries(), wanted.entries());
    // Extended, not collected: collecting sorts, and the page would carry a sort (4 kB) for each type collected.
    let mut olds = BTreeMap::new();
    olds.extend(old.iter().map(|(path, value)| (path, value)));
    let mut news = BTreeSet::new();
    news.extend(new.iter().map(|(path, _)| path));
    let set = new.iter().filter_map(|(path, value)| {
        let old = olds.get(path).copied();
        (old != Some(value)).then_some((path, old, Some(value)))
    });
    let gone = old.iter().filter(|(path, _)| !news.contains(path)).map(|(path, value)| (path, Some(value), None));
    set.chain(gone)
        .filter(|(path, ..)| !path.is_read_only())
        .map(|(path, old, new)| SettingChange { path: path.clone(), old: old.cloned(), new: new.cloned() })
        .collect()
}

/// Puts my changes onto what somebody else saved meanwhile: both started from `base`. What only one of us changed is
/// taken, what both changed alike is no clash, and everything unknown stays as the store has it now.
#[must_use]
pub fn merge(base: &Settings, theirs: &Settings, mine: &Settings) -> Merge {
    let mut merged = theirs.clone();
    let mut clashes = Vec::new();
    let (mut was, mut is) = (BTreeMap::new(), BTreeMap::new());
    was.extend(base.entries());
    is.extend(theirs.entries());
    for SettingChange { path, old, new } in changes(base, mine) {
        let now = is.get(&path);
        if now != was.get(&path) && now != new.as_ref() {
            clashes.push(Clash { path: path.clone(), base: old, theirs: now.cloned(), mine: new.clone() });
        }
        merged.set(&path, new);
    }
    Merge { merged, clashes }
}

/// What the store does not hold as `asked`. Settings that the answer does not show are listed as such, since the
/// documented answer to a change shows less than was sent ([dev cfg/update]).
#[must_use]
pub fn kept(asked: &SettingsPatch, answer_after: &Settings) -> Vec<Difference> {
    let asked = asked.as_settings().entries();
    let after = answer_after.entries();
    let held: BTreeMap<_, _> = after.iter().map(|(path, value)| (path, value)).collect();
    let wanted: BTreeSet<_> = asked.iter().map(|(path, _)| path).collect();
    let tops: BTreeSet<_> = wanted.iter().map(|path| path.top()).collect();
    let differs = asked.iter().filter(|(path, value)| held.get(path) != Some(&value)).map(|(path, value)| Difference {
        path: path.clone(),
        asked: Some(value.clone()),
        holds: held.get(path).map(|value| (*value).clone()),
    });
    // A colour that was taken away and is still there: the store laid the palette over its own. Other settings beside
    // those sent are what the service fills in.
    let stayed = after
        .iter()
        .filter(|(path, _)| path.is_colour() && tops.contains(path.top()) && !wanted.contains(path))
        .map(|(path, value)| Difference { path: path.clone(), asked: None, holds: Some(value.clone()) });
    differs.chain(stayed).collect()
}

#[cfg(test)]
mod tests {
    use super::super::{Opaque, body};
    use super::*;
    use proptest::prelude::*;

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
    fn the_value_before_is_told_from_a_third_one() {
        let change = |old, new| SettingChange { path: "title".into(), old, new };
        let asked = change(text("A"), text("B"));
        assert_eq!(asked.reads(&store(&[("title", "B")])), Reads::AsAsked);
        assert_eq!(asked.reads(&store(&[("title", "A")])), Reads::AsBefore);
        assert_eq!(asked.reads(&store(&[("title", "C")])), Reads::Otherwise(SettingValue::Text("C".into())));
        assert_eq!(asked.reads(&store(&[])), Reads::NotShown);
        // What was not shown before and is not shown now says nothing, be it there or not.
        assert_eq!(change(None, text("B")).reads(&store(&[])), Reads::NotShown);
        assert_eq!(change(text("A"), None).reads(&store(&[])), Reads::AsAsked, "a colour that was to go");
        assert_eq!(change(text("A"), None).reads(&store(&[("title", "A")])), Reads::AsBefore);
    }

    #[test]
    fn a_clash_has_three_sides_and_keeps_mine() {
        let base = store(&[("title", "A"), ("description", "d"), ("widget.callToAction.text", "Go")]);
        let theirs = store(&[("title", "B"), ("description", "d"), ("widget.callToAction.text", "Come"), ("updatedAt", "now")]);
        let mine = store(&[("title", "C"), ("description", "e"), ("widget.callToAction.text", "Come")]);
        let Merge { merged, clashes } = merge(&base, &theirs, &mine);
        assert_eq!(clashes, [Clash { path: "title".into(), base: text("A"), theirs: text("B"), mine: text("C") }]);
        assert_eq!((merged.title.as_deref(), merged.description.as_deref()), (Some("C"), Some("e")));
        assert_eq!(merged.updated_at.as_deref(), Some("now"));
    }

    #[test]
    fn what_was_kept_and_what_is_not_shown() {
        let base = store(&[("widget.appearance.light.palette.accent", "red"), ("widget.appearance.light.palette.text", "black")]);
        let mut wanted = base.clone();
        wanted.set(&"widget.appearance.light.palette.accent".into(), text("blue"));
        wanted.set(&"widget.appearance.light.palette.text".into(), None);
        wanted.set(&"currency.name".into(), text("Gems"));
        let asked = body(&base, &wanted).unwrap();
        assert_eq!(kept(&asked, &wanted), []);
        let difference = |path: &str, asked, holds| Difference { path: path.into(), asked, holds };
        assert_eq!(
            kept(&asked, &base),
            [
                difference("currency.name", text("Gems"), None),
                difference("widget.appearance.light.palette.accent", text("blue"), text("red")),
                difference("widget.appearance.light.palette.text", None, text("black")),
            ]
        );
    }

    fn value() -> impl Strategy<Value = SettingValue> {
        prop_oneof![
            any::<bool>().prop_map(SettingValue::Flag),
            (0u32..5).prop_map(SettingValue::Number),
            "[ab]{0,1}".prop_map(SettingValue::Text),
            proptest::collection::vec("[ab]", 0..2).prop_map(SettingValue::List),
            prop_oneof!["null", "1\\.5", r#"\{"x":\[1\]\}"#].prop_map(|json| SettingValue::Opaque(Opaque::parse(&json).unwrap())),
        ]
    }

    fn place() -> impl Strategy<Value = SettingPath> {
        let fields = super::super::FIELDS.to_vec();
        prop_oneof![
            3 => proptest::sample::select(fields).prop_map(SettingPath::from),
            1 => proptest::sample::select(vec![
                "cover.new", "widget.new", "widget.size.new", "widget.appearance.new",
                "widget.appearance.light.palette.accent", "widget.appearance.dark.palette.odd"
            ]).prop_map(SettingPath::from),
            // A name with a dot in it.
            1 => Just(SettingPath::new(["widget", "a.b"])),
        ]
    }

    fn settings() -> impl Strategy<Value = Settings> {
        proptest::collection::vec((place(), value()), 0..25).prop_map(|all| {
            let mut settings = Settings::default();
            for (path, value) in all.into_iter().filter(|(path, _)| !path.to_string().ends_with(".palette")) {
                settings.set(&path, Some(value));
            }
            settings
        })
    }

    fn edits() -> impl Strategy<Value = Vec<(SettingPath, Option<SettingValue>)>> {
        let edit = (place(), proptest::option::weighted(0.8, value()));
        let fits = |(path, _): &(SettingPath, Option<SettingValue>)| !path.to_string().ends_with(".palette");
        proptest::collection::vec(edit.prop_filter("a palette is no setting", fits), 0..8)
    }

    fn edited(base: &Settings, edits: &[(SettingPath, Option<SettingValue>)]) -> Settings {
        let mut settings = base.clone();
        edits.iter().for_each(|(path, value)| settings.set(path, value.clone()));
        settings
    }

    fn facts(settings: &Settings) -> BTreeMap<SettingPath, SettingValue> {
        settings.entries().into_iter().collect()
    }

    proptest! {
        #[test]
        fn setting_by_path_is_what_walking_finds(base in settings(), edits in edits()) {
            let after = edited(&base, &edits);
            for (at, (path, value)) in edits.iter().enumerate() {
                if edits[at + 1..].iter().all(|(later, _)| later != path) {
                    prop_assert_eq!(&after.get(path), value, "{}", path);
                }
            }
            let bytes = postcard::to_allocvec(&after).unwrap();
            prop_assert_eq!(postcard::from_bytes::<Settings>(&bytes).unwrap(), after);
        }

        #[test]
        fn no_change_of_theirs_is_mine(base in settings(), edits in edits()) {
            let mine = edited(&base, &edits);
            let Merge { merged, clashes } = merge(&base, &base, &mine);
            prop_assert_eq!(facts(&merged), facts(&mine));
            prop_assert_eq!(clashes, []);
        }

        #[test]
        fn no_change_of_mine_is_theirs(base in settings(), edits in edits()) {
            let theirs = edited(&base, &edits);
            prop_assert_eq!(merge(&base, &theirs, &base), Merge { merged: theirs, clashes: vec![] });
        }

        #[test]
        fn disjoint_edits_commute(base in settings(), a in edits(), b in edits()) {
            let taken: BTreeSet<_> = a.iter().map(|(path, _)| path).collect();
            let b: Vec<_> = b.into_iter().filter(|(path, _)| !taken.contains(path)).collect();
            let (one, other) = (edited(&base, &a), edited(&base, &b));
            let (ab, ba) = (merge(&base, &one, &other), merge(&base, &other, &one));
            prop_assert_eq!(&ab.clashes, &[]);
            prop_assert_eq!(&ba.clashes, &[]);
            prop_assert_eq!(facts(&ab.merged), facts(&ba.merged));
            prop_assert_eq!(facts(&ab.merged), facts(&edited(&edited(&base, &a), &b)));
        }

        /// Whoever changed what: all that neither touched is as it was, and what only one touched is as they left it.
        #[test]
        fn nothing_is_lost(base in settings(), a in edits(), b in edits()) {
            let (theirs, mine) = (edited(&base, &a), edited(&base, &b));
            let Merge { merged, clashes } = merge(&base, &theirs, &mine);
            let paths: BTreeSet<_> = [&base, &theirs, &mine].into_iter().flat_map(Settings::entries).map(|(path, _)| path).collect();
            for path in paths {
                let (was, they, me, got) = (base.get(&path), theirs.get(&path), mine.get(&path), merged.get(&path));
                let clash = clashes.iter().find(|clash| clash.path == path);
                prop_assert_eq!(clash.is_some(), they != was && me != was && they != me, "{}", path);
                prop_assert_eq!(&got, if me == was { &they } else { &me }, "{}", path);
            }
            // Taking theirs everywhere, and nothing else of mine being left, is theirs.
            let mut yielded = merged;
            clashes.into_iter().for_each(|clash| yielded.set(&clash.path, clash.theirs));
            let rest = changes(&theirs, &yielded);
            prop_assert!(rest.iter().all(|change| base.get(&change.path) == theirs.get(&change.path)));
        }
    }
}
