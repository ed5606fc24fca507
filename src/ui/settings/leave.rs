//! Whoever would leave unsaved settings behind is asked first.

use super::labels::touched;
use crate::browser::leave::{Leave, go_back};
use crate::ui::components::dialog::dialog;
use crate::ui::components::live::{follow, live};
use crate::ui::state::{Leaving, Shop};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

/// The question, to stand once in the page, outside of all screens.
pub(crate) fn leaving(shop: Shop) -> AnyView {
    let open = RwSignal::new(false);
    let is_asked = Memo::new(move |_| shop.leaving.with(Option::is_some));
    follow(move || open.set(is_asked.get()));
    // Closed with Escape: they stay.
    Effect::new(move |was: Option<bool>| {
        let is_open = open.get();
        if was == Some(true) && !is_open {
            shop.leaving.set(None);
        }
        is_open
    });
    let editor = move || shop.editor.get().map(|(_, editor)| editor);
    let words = move || editor().map(|editor| editor.changes.with(|changes| touched(changes))).unwrap_or_default();
    let kept = live(move || match (shop.leaving.get(), editor().is_none_or(|editor| editor.is_kept.get())) {
        (_, false) => "This browser does not keep them, so they would be lost.",
        (Some(Leaving::Disconnect), true) => {
            "They are kept in this browser and are back when you connect to this store again, unless you discard them."
        }
        (_, true) => "They are kept in this browser and are back when you return, unless you discard them.",
    });
    let navigate = StoredValue::new_local(use_navigate());
    let go = move || {
        let Some(to) = shop.leaving.get_untracked() else { return };
        shop.guard(false);
        shop.leaving.set(None);
        match to {
            Leaving::Page(Leave::To(address)) => navigate.with_value(|navigate| navigate(&address, NavigateOptions::default())),
            Leaving::Page(Leave::Back) => go_back(),
            Leaving::Disconnect => shop.disconnect(),
        }
    };
    let throw_away = move || {
        if let Some(editor) = untrack(editor) {
            editor.discard();
        }
        go();
    };
    let body = view! {
        <p>{move || format!("Not saved yet: {}. ", words())}{kept}</p>
        <div class="actions actions-end">
            <button type="button" class="button button-quiet" on:click=move |_| throw_away()>"Discard them and leave"</button>
            <button type="button" class="button" on:click=move |_| go()>"Leave"</button>
            <button type="button" class="button button-main" on:click=move |_| shop.leaving.set(None)>"Stay"</button>
        </div>
    };
    let heading = Signal::derive(move || match shop.leaving.get() {
        Some(Leaving::Disconnect) => "Disconnect with unsaved changes?".to_owned(),
        _ => "Leave with unsaved changes?".to_owned(),
    });
    dialog("leave", heading, open, body.into_any())
}
