//! A button's question under way: busy while the engine works on it, then its trouble, if any.

use super::trouble::trouble_note;
use crate::engine::protocol::Trouble;
use crate::ui::components::live::live;
use futures::future::LocalBoxFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// What became of the last press. Cheap to copy.
#[derive(Clone, Copy)]
pub(crate) struct Pending {
    /// Whether the question is still under way.
    pub(crate) busy: RwSignal<bool>,
    /// Why it was refused.
    pub(crate) trouble: RwSignal<Option<Trouble>>,
    /// Counts the questions; answers to earlier ones are late.
    asked: StoredValue<u32>,
}

impl Pending {
    /// Nothing pressed yet.
    pub(crate) fn new() -> Self {
        Self { busy: RwSignal::new(false), trouble: RwSignal::new(None), asked: StoredValue::new(0) }
    }

    /// Waits for an answer, then goes on with it. A second press while waiting does nothing.
    pub(crate) fn run<T: 'static>(
        self,
        answer: impl Future<Output = Result<T, Trouble>> + 'static,
        then: impl FnOnce(T) + 'static,
    ) {
        if !self.busy.get_untracked() {
            self.run_newest(answer, then);
        }
    }

    /// As [`Pending::run`], but a newer question takes the place of the one that waits: the answer to that is dropped.
    pub(crate) fn run_newest<T: 'static>(
        self,
        answer: impl Future<Output = Result<T, Trouble>> + 'static,
        then: impl FnOnce(T) + 'static,
    ) {
        self.wait(Box::pin(async move {
            let value = answer.await?;
            Ok(Box::new(move || then(value)) as Box<dyn FnOnce()>)
        }));
    }

    /// Nobody waits any more: an answer that is still on its way is dropped, and the trouble is over.
    pub(crate) fn drop_late(self) {
        self.asked.update_value(|asked| *asked = asked.wrapping_add(1));
        self.busy.set(false);
        self.trouble.set(None);
    }

    /// [`Pending::run`] behind one type, so that it is compiled once and not for every button. The answer is what to do.
    fn wait(self, answer: LocalBoxFuture<'static, Result<Box<dyn FnOnce()>, Trouble>>) {
        self.drop_late();
        self.busy.set(true);
        let number = self.asked.get_value();
        spawn_local(async move {
            let answer = answer.await;
            if self.asked.try_get_value().is_some_and(|asked| asked != number) {
                return;
            }
            // The screen may be gone by now; then so is whoever wanted to know.
            let _ = self.busy.try_set(false);
            match answer {
                Ok(then) => then(),
                Err(trouble) => drop(self.trouble.try_set(Some(trouble))),
            }
        });
    }

    /// The trouble, where it belongs: beside the button.
    pub(crate) fn note(self) -> AnyView {
        live(move || self.trouble.with(|trouble| trouble.as_ref().map(trouble_note)))
    }
}
