//! Tabs: one of a few views of the same thing. The arrow keys move between them, as people who use them expect.

use crate::browser::page;
use leptos::prelude::*;
use std::time::Duration;

/// One tab.
pub(crate) struct Tab {
    /// Its id, from which those of button and panel are made.
    pub(crate) id: &'static str,
    /// Its words.
    pub(crate) label: Signal<String>,
    /// Its panel.
    pub(crate) panel: fn() -> AnyView,
}

/// The tabs, and the panel of the chosen one. `chosen` is an index.
pub(crate) fn tabs(label: &'static str, chosen: RwSignal<usize>, all: Vec<Tab>) -> AnyView {
    let ids: Vec<&'static str> = all.iter().map(|tab| tab.id).collect();
    let count = all.len();
    let panels: Vec<fn() -> AnyView> = all.iter().map(|tab| tab.panel).collect();
    let moved = {
        let ids = ids.clone();
        move |event: leptos::ev::KeyboardEvent| {
            let now = chosen.get_untracked();
            let next = match event.key().as_str() {
                "ArrowRight" => (now + 1) % count.max(1),
                "ArrowLeft" => (now + count.saturating_sub(1)) % count.max(1),
                "Home" => 0,
                "End" => count.saturating_sub(1),
                _ => return,
            };
            event.prevent_default();
            chosen.set(next);
            if let Some(id) = ids.get(next) {
                page::focus(&format!("#{id}-tab"));
            }
        }
    };
    let buttons = all
        .into_iter()
        .enumerate()
        .map(|(index, tab)| {
            let is_on = move || chosen.get() == index;
            view! {
                <button
                    type="button"
                    role="tab"
                    class="tab"
                    id=format!("{}-tab", tab.id)
                    aria-selected=move || if is_on() { "true" } else { "false" }
                    aria-controls=move || is_on().then(|| format!("{}-panel", tab.id))
                    tabindex=move || if is_on() { "0" } else { "-1" }
                    on:click=move |_| if chosen.get_untracked() != index { chosen.set(index) }
                >
                    {move || tab.label.get()}
                </button>
            }
        })
        .collect_view();
    // The first panel is drawn in a task of its own: all of a screen at once would keep the page from answering for too long.
    let stands = RwSignal::new(false);
    set_timeout(
        move || {
            let _ = stands.try_set(true);
        },
        Duration::ZERO,
    );
    view! {
        <div class="tabs" role="tablist" aria-label=label on:keydown=moved>{buttons}</div>
        {move || {
            let now = chosen.get();
            let panel = stands.get().then(|| panels.get(now).map(|panel| panel()));
            ids.get(now).map(|id| view! {
                <div class="tab-panel" role="tabpanel" id=format!("{id}-panel") aria-labelledby=format!("{id}-tab")>{panel}</div>
            })
        }}
    }
    .into_any()
}
