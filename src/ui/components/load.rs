//! Something that is read when a screen opens: loading, here, or failed.

use super::trouble::trouble_note;
use crate::engine::protocol::Trouble;
use crate::ui::components::live::live;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// How far reading has come.
#[derive(Clone)]
pub(crate) enum Load<T> {
    /// Under way.
    Loading,
    /// Here.
    Here(T),
    /// It could not be read.
    Failed(Trouble),
}

/// Something read, with a way to read it again. Cheap to copy.
pub(crate) struct Loaded<T: Send + Sync + 'static> {
    /// What is known.
    pub(crate) state: RwSignal<Load<T>>,
    read: StoredValue<Box<dyn Fn()>, LocalStorage>,
}

impl<T: Send + Sync + 'static> Clone for Loaded<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T: Send + Sync + 'static> Copy for Loaded<T> {}

impl<T: Send + Sync + Clone + 'static> Loaded<T> {
    /// Starts to read.
    pub(crate) fn start<F>(read: impl Fn() -> F + 'static) -> Self
    where
        F: Future<Output = Result<T, Trouble>> + 'static,
    {
        let state = RwSignal::new(Load::Loading);
        let job = StoredValue::new(0u32);
        let read_once = move || {
            // An answer to an earlier press of "again" is dropped.
            let mine = job.try_update_value(|job| {
                *job = job.wrapping_add(1);
                *job
            });
            let _ = state.try_set(Load::Loading);
            let answer = read();
            spawn_local(async move {
                let answer = answer.await;
                if job.try_get_value() == mine {
                    let _ = state.try_set(answer.map_or_else(Load::Failed, Load::Here));
                }
            });
        };
        read_once();
        Self { state, read: StoredValue::new_local(Box::new(read_once)) }
    }

    /// Reads again.
    pub(crate) fn again(self) {
        self.read.with_value(|read| read());
    }

    /// The view of what is here; bones while loading, the trouble with a way to try again when it failed.
    pub(crate) fn view(self, bones: fn() -> AnyView, here: impl Fn(T) -> AnyView + Send + 'static) -> AnyView {
        live(move || match self.state.get() {
            Load::Loading => bones(),
            Load::Here(value) => here(value),
            Load::Failed(trouble) => view! {
                {trouble_note(&trouble)}
                <p>
                    <button type="button" class="button" on:click=move |_| self.again()>
                        "Try again"
                    </button>
                </p>
            }
            .into_any(),
        })
    }
}
