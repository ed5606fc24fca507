//! A modal dialog: the browser's own, which keeps the focus inside, closes on Escape and gives the focus back.

use super::live::follow;
use crate::browser::page;
use leptos::html;
use leptos::prelude::*;

/// A dialog with a heading, shown while `open`.
pub(crate) fn dialog(id: &'static str, heading: Signal<String>, open: RwSignal<bool>, body: AnyView) -> AnyView {
    let node = NodeRef::<html::Dialog>::new();
    follow(move || {
        if let Some(dialog) = node.get() {
            page::show_dialog(&dialog, open.get());
        }
    });
    view! {
        <dialog id=id class="dialog" aria-labelledby=format!("{id}-heading") node_ref=node on:close=move |_| open.set(false)>
            <h2 id=format!("{id}-heading")>{move || heading.get()}</h2>
            {body}
        </dialog>
    }
    .into_any()
}
