//! Chips: filters with counts, one of which is on.

use super::icon::Icon;
use crate::ui::words::number;
use leptos::prelude::*;

/// One chip.
pub(crate) struct Chip<K> {
    /// What choosing it means; `None` is everything.
    pub(crate) key: Option<K>,
    /// Its words.
    pub(crate) label: String,
    /// How many.
    pub(crate) count: u32,
    /// A sign before the words, with a class for its colour.
    pub(crate) icon: Option<(Icon, &'static str)>,
}

/// A row of chips. `label` says what they filter.
pub(crate) fn chips<K>(label: &'static str, chosen: RwSignal<Option<K>>, all: Vec<Chip<K>>) -> AnyView
where
    K: Clone + PartialEq + Send + Sync + 'static,
{
    let each = all
        .into_iter()
        .map(|chip| {
            let key = chip.key.clone();
            let is_on = move || chosen.with(|chosen| *chosen == chip.key);
            view! {
                <button
                    type="button"
                    class="chip"
                    aria-pressed=move || if is_on() { "true" } else { "false" }
                    on:click=move |_| chosen.set(key.clone())
                >
                    {chip.icon.map(|(icon, class)| view! { <span class=class>{icon.view()}</span> })}
                    <span>{chip.label}</span>
                    <span class="chip-count">{number(chip.count)}</span>
                </button>
            }
        })
        .collect_view();
    view! {
        <div class="chips" role="group" aria-label=label>
            {each}
        </div>
    }
    .into_any()
}
