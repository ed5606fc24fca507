//! What is typed goes out, and what came of it is laid onto the form: nothing typed is lost, whatever the answer.

use super::{Clashing, Editor, Ended, Problem};
use crate::domain::settings::{Caught, Difference, Merge, SettingChange, Settings, as_asked, catch_up, changes, merge};
use crate::engine::protocol::{Fate, ReadStore, SaveOutcome, SaveStore, SaveTrouble, Trouble};
use crate::ui::state::gone;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::collections::BTreeSet;

impl Editor {
    // ---- saving -----------------------------------------------------------------------------------------------------

    /// Saves what is unsaved, or says why it cannot be saved. `then` is told once something is there to be read.
    pub(in crate::ui::settings) fn save(self, then: impl Fn() + 'static) {
        if self.saving.get_untracked() || !self.is_unsaved_now() {
            return;
        }
        self.said.set(Vec::new());
        self.resumed.set(None);
        if !untrack(|| self.problems.with(Vec::is_empty)) {
            self.tried.set(true);
            self.ended.set(None);
            return then();
        }
        let (base, wanted) = (self.base.get_untracked(), self.wanted.get_untracked());
        self.send(base, wanted, then);
    }

    /// Saves with the choices made about what clashes.
    pub(in crate::ui::settings) fn save_chosen(self, then: impl Fn() + 'static) {
        let Some(clashing) = self.clashing.get_untracked() else { return };
        let Merge { mut merged, .. } = merge(&self.base.get_untracked(), &clashing.theirs, &self.wanted.get_untracked());
        for clash in clashing.clashes.iter().filter(|clash| clashing.yielded.contains(&clash.path)) {
            merged.set(&clash.path, clash.theirs.clone());
        }
        // From here on both sides are seen: what the store holds now is the base, what was chosen is what is typed.
        self.base.set(clashing.theirs.clone());
        self.wanted.set(merged.clone());
        self.clashing.set(None);
        if clashing.theirs == merged {
            self.ended.set(Some(Ended::Well(Box::new(SaveOutcome::Nothing { now: Box::new(merged) }))));
            return then();
        }
        if !untrack(|| self.problems.with(Vec::is_empty)) {
            self.tried.set(true);
            return then();
        }
        self.send(clashing.theirs, merged, then);
    }

    fn send(self, base: Settings, wanted: Settings, then: impl Fn() + 'static) {
        self.saving.set(true);
        self.ended.set(None);
        spawn_local(async move {
            let awaited = self.awaited.get_untracked();
            let question = SaveStore { base: Box::new(base), wanted: Box::new(wanted.clone()), awaited };
            // An engine that stopped may have sent the change, or not.
            let answer = self.shop.ask(question).await.unwrap_or_else(|_| Err(SaveTrouble::unheard(gone())));
            let _ = self.saving.try_set(false);
            if self.ended.try_get_untracked().is_some() {
                self.heard(&wanted, answer);
                then();
            }
        });
    }

    fn heard(self, sent: &Settings, answer: Result<SaveOutcome, Box<SaveTrouble>>) {
        self.looked.set(None);
        match answer {
            Ok(SaveOutcome::Clash { theirs, clashes, .. }) => {
                let (yielded, chosen) = (BTreeSet::new(), BTreeSet::new());
                let mut others = changes(&self.base.get_untracked(), &theirs);
                others.retain(|change| clashes.iter().all(|clash| clash.path != change.path));
                self.clashing.set(Some(Clashing { theirs: *theirs, clashes, others, yielded, chosen }));
            }
            Ok(outcome) => {
                let ended = Ended::Well(Box::new(outcome));
                if let Ended::Well(outcome) = &ended
                    && let SaveOutcome::Nothing { now } | SaveOutcome::Saved { now, .. } = &**outcome
                {
                    let late = ended.late();
                    let form = as_asked(sent, now, &late, &self.wanted.get_untracked());
                    self.base.set((**now).clone());
                    self.wanted.set(form);
                    self.awaited.set(late);
                }
                self.tried.set(false);
                self.left.set(BTreeSet::new());
                self.ended.set(Some(ended));
            }
            Err(trouble) => {
                let verbatim = trouble.fields.iter().map(|words| Problem {
                    path: words.path.clone(),
                    words: words.said.clone(),
                    is_verbatim: true,
                });
                if matches!(trouble.fate, Fate::NotShown | Fate::Unknown) {
                    self.awaited.set(changes(&self.base.get_untracked(), sent));
                }
                self.said.set(trouble.unfit.iter().map(Problem::of).chain(verbatim).collect());
                self.ended.set(Some(Ended::Badly(trouble)));
            }
        }
    }

    // ---- reading again ----------------------------------------------------------------------------------------------

    /// Reads the store again and keeps what is typed on top of it.
    ///
    /// # Errors
    /// Why it could not be read.
    pub(in crate::ui::settings) async fn read_again(self) -> Result<(), Trouble> {
        let now = self.shop.try_ask(ReadStore {}).await?;
        let is_same = |base: &Settings| base.community_id == now.community_id;
        if self.base.try_with_untracked(is_same) == Some(true) && !self.saving.get_untracked() {
            self.seen(&now);
        }
        Ok(())
    }

    /// The store reads so now. What was awaited and is there is no change any more; what is typed stays on top.
    fn seen(self, now: &Settings) {
        let awaited = self.awaited.get_untracked();
        let (base, wanted) = (self.base.get_untracked(), self.wanted.get_untracked());
        let is_taken = self.ended.with_untracked(|ended| matches!(ended, Some(Ended::Well(_))));
        let Caught { base, wanted, late, differs } = catch_up(&base, &wanted, &awaited, now, is_taken);
        self.base.set(base);
        self.wanted.set(wanted);
        self.looked.set(Some(js_sys::Date::now()));
        let is_unread = self.ended.with_untracked(|ended| ended.as_ref().is_some_and(Ended::is_unread));
        if late != awaited || is_unread {
            self.ended.update(|ended| {
                if let Some(ended) = ended {
                    ended.since(now, &awaited, &late, differs);
                }
            });
            self.awaited.set(late);
        }
    }
}

impl Ended {
    /// Whether the store was never read after it took the change.
    fn is_unread(&self) -> bool {
        matches!(self, Self::Well(outcome) if matches!(**outcome, SaveOutcome::Saved { unread: Some(_), .. }))
    }

    /// What became of saving, seen from a later reading: of what was awaited, this is still late.
    fn since(&mut self, now: &Settings, awaited: &[SettingChange], still: &[SettingChange], more: Vec<Difference>) {
        match self {
            Self::Well(outcome) => {
                if let SaveOutcome::Saved { now: was, late, differs, unread, .. } = &mut **outcome {
                    late.retain(|late| still.contains(&late.change));
                    differs.extend(more);
                    *unread = None;
                    **was = now.clone();
                }
            }
            // All of it is there: it was saved, whatever the answer said.
            Self::Badly(trouble) if still.is_empty() => {
                *self = Self::Well(Box::new(SaveOutcome::Saved {
                    now: Box::new(now.clone()),
                    sent: awaited.to_vec(),
                    theirs: Vec::new(),
                    differs: Vec::new(),
                    late: Vec::new(),
                    left_out: Vec::new(),
                    despite: Some(trouble.trouble.clone()),
                    unread: None,
                }));
            }
            Self::Badly(_) => {}
        }
    }
}
