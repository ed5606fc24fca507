//! Settings that were sent and do not show yet: how they stand in the form, and what a later reading makes of them.

use super::compare::{Difference, Merge, Reads, SettingChange, changes, merge};
use super::draft::Draft;
use super::model::Settings;

/// The form after the store took a change and was read: what it holds, but what does not show yet as it was asked, and on
/// top what was typed since it was `sent`.
#[must_use]
pub fn as_asked(sent: &Settings, now: &Settings, late: &[SettingChange], typed: &Settings) -> Settings {
    let mut held = now.clone();
    for change in late {
        held.set(&change.path, change.new.clone());
    }
    let Merge { merged, .. } = merge(sent, &held, typed);
    merged
}

/// The form after a later reading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caught {
    /// What the form's changes are counted from.
    pub base: Settings,
    /// The form.
    pub wanted: Settings,
    /// What still does not show.
    pub late: Vec<SettingChange>,
    /// What shows, and otherwise than it was asked.
    pub differs: Vec<Difference>,
}

/// Lays a form onto a later reading. What was awaited and shows is no change any more, and nobody else's; what still reads
/// as before stays as it was asked, and whatever else was typed stays typed.
///
/// Where the store had said that it took the change (`is_taken`), another value is what it made of it, and the form shows
/// that, unless something was typed in its place. Where it had not, that value is somebody else's, and what was typed
/// stays: there is a choice to be made when it is saved.
#[must_use]
pub fn catch_up(base: &Settings, wanted: &Settings, awaited: &[SettingChange], now: &Settings, is_taken: bool) -> Caught {
    let (mut base, mut wanted) = (base.clone(), wanted.clone());
    let (mut late, mut differs) = (Vec::new(), Vec::new());
    for change in awaited {
        let holds = match change.reads(now) {
            Reads::AsAsked => {
                base.set(&change.path, change.new.clone());
                continue;
            }
            Reads::NotShown if is_taken => None,
            Reads::Otherwise(holds) if is_taken => Some(holds),
            Reads::AsBefore | Reads::NotShown | Reads::Otherwise(_) => {
                late.push(change.clone());
                continue;
            }
        };
        if wanted.get(&change.path) == change.new {
            base.set(&change.path, holds.clone());
            wanted.set(&change.path, holds.clone());
        }
        differs.push(Difference { path: change.path.clone(), asked: change.new.clone(), holds });
    }
    let resumed = Draft { changes: changes(&base, &wanted) }.onto(now);
    Caught { base: resumed.base, wanted: resumed.wanted, late, differs }
}

#[cfg(test)]
mod tests {
    use super::super::{SettingPath, SettingValue};
    use super::*;

    fn text(text: &str) -> Option<SettingValue> {
        Some(SettingValue::Text(text.into()))
    }

    fn store(title: &str, currency: &str) -> Settings {
        let mut store = Settings::default();
        for (path, value) in [("title", title), ("currency.name", currency), ("description", "d")] {
            if !value.is_empty() {
                store.set(&SettingPath::from(path), text(value));
            }
        }
        store
    }

    fn change(path: &str, old: &str, new: &str) -> SettingChange {
        SettingChange { path: path.into(), old: text(old), new: text(new) }
    }

    fn both() -> [SettingChange; 2] {
        [change("title", "A", "B"), change("currency.name", "Coins", "Gems")]
    }

    #[test]
    fn what_does_not_show_yet_stays_as_it_was_asked() {
        let (now, sent) = (store("A", "Gems"), store("B", "Gems"));
        let late = [change("title", "A", "B")];
        let form = as_asked(&sent, &now, &late, &sent);
        assert_eq!(form, store("B", "Gems"));
        assert_eq!(changes(&now, &form), late, "and counts as changed, so that it is kept as a draft");
        // What was typed while it was saved goes before both, and what the store made of the rest is taken.
        let form = as_asked(&sent, &store("A", "GEMS"), &late, &store("C", "Gems"));
        assert_eq!(form, store("C", "GEMS"));
        assert_eq!(as_asked(&sent, &now, &[], &sent), now, "nothing is late: the form shows what the store holds");
    }

    #[test]
    fn a_later_reading_settles_what_shows() {
        let (base, form) = (store("A", "Coins"), store("B", "Gems"));
        for is_taken in [true, false] {
            let none = catch_up(&base, &form, &both(), &base, is_taken);
            assert_eq!(none, Caught { base: base.clone(), wanted: form.clone(), late: both().into(), differs: vec![] });
            let one = catch_up(&base, &form, &both(), &store("B", "Coins"), is_taken);
            assert_eq!((changes(&one.base, &one.wanted), one.late), (both()[1..].to_vec(), both()[1..].to_vec()));
            let all = catch_up(&base, &form, &both(), &form, is_taken);
            assert_eq!(all, Caught { base: form.clone(), wanted: form.clone(), late: vec![], differs: vec![] });
        }
    }

    #[test]
    fn what_was_typed_since_is_a_change_of_what_shows() {
        let (base, form, now) = (store("A", "Coins"), store("C", "Gems"), store("B", "Gems"));
        let caught = catch_up(&base, &form, &both(), &now, true);
        assert_eq!(changes(&caught.base, &caught.wanted), [change("title", "B", "C")]);
        assert_eq!(merge(&caught.base, &now, &caught.wanted).clashes, [], "nobody else was there");
    }

    #[test]
    fn a_third_value_is_the_stores_where_it_took_the_change_and_somebody_elses_where_it_did_not() {
        let (base, form, now) = (store("A", "Coins"), store("B", "Gems"), store("b", "Gems"));
        let caught = catch_up(&base, &form, &both(), &now, true);
        assert_eq!((&caught.wanted, &caught.base, caught.late), (&now, &now, vec![]));
        assert_eq!(caught.differs, [Difference { path: "title".into(), asked: text("B"), holds: text("b") }]);
        // Not over what was typed in its place.
        assert_eq!(catch_up(&base, &store("C", "Gems"), &both(), &now, true).wanted.title.as_deref(), Some("C"));

        let caught = catch_up(&base, &form, &both(), &now, false);
        assert_eq!((caught.wanted.title.as_deref(), caught.late, caught.differs), (Some("B"), both()[..1].to_vec(), vec![]));
        assert_eq!(merge(&caught.base, &now, &caught.wanted).clashes.len(), 1, "to be chosen from");

        // What is not shown at all is said to be so, once the store has said that it took it.
        let caught = catch_up(&base, &form, &both(), &store("", "Gems"), true);
        assert_eq!(caught.differs, [Difference { path: "title".into(), asked: text("B"), holds: None }]);
    }
}
