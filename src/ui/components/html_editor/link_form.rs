//! Asks for the address of a link. Not a `<form>`: the field may stand in one.

use super::super::live::{follow, live};
use super::Editor;
use crate::browser::edit;
use crate::browser::page;
use crate::domain::html::{NotLink, link};
use leptos::prelude::*;

/// The small form below the toolbar, while a link is being made or changed.
pub(super) fn link_form(editor: Editor) -> AnyView {
    live(move || editor.is_linking.get().then(|| form(editor)))
}

fn form(editor: Editor) -> AnyView {
    let id = editor.id;
    let text = editor.text.get_untracked();
    let around = editor.range.with_value(|range| edit::link_around(text.as_ref()?, range.as_ref()?));
    let has_link = around.is_some();
    let address = RwSignal::new(around.and_then(|link| link.get_attribute("href")).unwrap_or_default());
    let refusal = RwSignal::new(None::<NotLink>);
    let field_id = format!("{id}-address");
    let field_selector = format!("#{field_id}");
    let close = move || {
        editor.is_linking.set(false);
        editor.return_to_text();
    };
    let set = {
        let field_selector = field_selector.clone();
        move || match address.with_untracked(|address| link(address)) {
            Err(why) => {
                refusal.set(Some(why));
                page::focus(&field_selector);
            }
            Ok(address) => {
                close();
                if let Some(text) = editor.text.get_untracked() {
                    edit::link(&text, &address);
                }
            }
        }
    };
    let remove = move |_| {
        close();
        if let Some(text) = editor.text.get_untracked() {
            edit::unlink(&text);
        }
    };
    let keys = {
        let set = set.clone();
        move |event: leptos::ev::KeyboardEvent| {
            match event.key().as_str() {
                "Enter" => set(),
                "Escape" => close(),
                _ => return,
            }
            event.prevent_default();
            event.stop_propagation();
        }
    };
    // Once it is there.
    follow(move || page::focus(&field_selector));
    view! {
        <div class="editor-link" role="group" aria-label="Link">
            <label for=field_id.clone()>"Address of the link"</label>
            <input
                id=field_id
                type="text"
                inputmode="url"
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                placeholder="https://"
                aria-invalid=move || refusal.get().map(|_| "true")
                aria-describedby=format!("{id}-address-error")
                prop:value=move || address.get()
                on:input=move |event| { address.set(event_target_value(&event)); refusal.set(None); }
                on:keydown=keys
            />
            <p class="field-error" id=format!("{id}-address-error") role="alert">{move || refusal.get().map(|why| why.to_string())}</p>
            <div class="editor-link-buttons">
                <button type="button" class="button" on:click=move |_| set()>"Set the link"</button>
                {has_link.then(|| view! { <button type="button" class="button" on:click=remove>"Remove the link"</button> })}
                <button type="button" class="button button-quiet" on:click=move |_| close()>"Cancel"</button>
            </div>
        </div>
    }
    .into_any()
}
