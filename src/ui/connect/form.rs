//! The form for a real store: which host, which key.

use crate::browser::page;
use crate::engine::protocol::{Host, Hosts, ResumeSending, Trouble, TroubleKind};
use crate::ui::components::load::Loaded;
use crate::ui::components::pending::Pending;
use crate::ui::components::trouble::trouble_note;
use crate::ui::state::{gone, use_shop};
use leptos::prelude::*;

/// Reads the hosts, then shows the form.
pub(crate) fn store_form() -> AnyView {
    let shop = use_shop();
    let hosts = Loaded::start(move || shop.try_ask(Hosts {}));
    hosts.view(|| view! { <div class="bone-block" aria-hidden="true"></div> }.into_any(), form)
}

fn form(hosts: Vec<Host>) -> AnyView {
    let shop = use_shop();
    let chosen = RwSignal::new(0usize);
    let key = RwSignal::new(String::new());
    let is_shown = RwSignal::new(false);
    let keeps = RwSignal::new(false);
    let is_blank = RwSignal::new(false);
    let connecting = Pending::new();
    let hosts = StoredValue::new(hosts);
    let host = move || hosts.with_value(|hosts| hosts.get(chosen.get()).cloned());

    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let pasted = key.get_untracked().trim().to_owned();
        is_blank.set(pasted.is_empty());
        let Some(host) = untrack(host) else { return };
        if pasted.is_empty() {
            connecting.trouble.set(None);
            return page::focus("#key");
        }
        let index = u16::try_from(chosen.get_untracked()).unwrap_or(0);
        connecting.run(shop.connect(index, host, pasted, keeps.get_untracked()), |_| ());
    };
    // A trouble that is about the key is told as the field's own, too.
    let is_wrong = move || {
        is_blank.get()
            || connecting.trouble.with(|trouble| {
                trouble.as_ref().is_some_and(|trouble| {
                    matches!(trouble.kind, TroubleKind::KeyForm | TroubleKind::Unauthorized | TroubleKind::Forbidden)
                })
            })
    };
    let options = hosts.with_value(|hosts| {
        hosts
            .iter()
            .enumerate()
            .map(|(index, host)| view! { <option value=index.to_string()>{host.label.clone()}</option> })
            .collect_view()
    });

    view! {
        <form class="form" novalidate on:submit=submit aria-label="Connect to your store">
            {move || {
                shop.key_trouble
                    .get()
                    .map(|trouble| view! { <p class="quiet">"The key kept in this tab did not work:"</p>{trouble_note(&trouble)} })
            }}
            <div class="field">
                <label for="host">"Host"</label>
                <select
                    id="host"
                    aria-describedby="host-note"
                    on:change=move |event| chosen.set(event_target_value(&event).parse().unwrap_or(0))
                >
                    {options}
                </select>
                <p class="hint" id="host-note">
                    {move || host().map(|host| view! { <code>{host.base}</code> {host.note.map(|note| view! { <br/>{note} })} })}
                </p>
            </div>
            <div class="field">
                <label for="key">"API key"</label>
                <div class="joined">
                    <input
                        id="key"
                        type=move || if is_shown.get() { "text" } else { "password" }
                        autocomplete="off"
                        autocapitalize="off"
                        spellcheck="false"
                        aria-required="true"
                        aria-invalid=move || is_wrong().then_some("true")
                        aria-describedby="key-hint key-blank"
                        prop:value=move || key.get()
                        on:input=move |event| { key.set(event_target_value(&event)); is_blank.set(false); }
                    />
                    <button
                        type="button"
                        class="button"
                        aria-pressed=move || if is_shown.get() { "true" } else { "false" }
                        aria-label="Show the key"
                        on:click=move |_| is_shown.update(|is_shown| *is_shown = !*is_shown)
                    >
                        {move || if is_shown.get() { "Hide" } else { "Show" }}
                    </button>
                </div>
                <p class="field-error" id="key-blank" role="alert">
                    {move || is_blank.get().then_some("Paste the API key here. Your community’s owner can make one with the permission “store”.")}
                </p>
                <p class="hint" id="key-hint">
                    "Sent to the host above and to nobody else. It stays in memory and is gone when you reload, unless you tick the box."
                </p>
            </div>
            <label class="check">
                <input type="checkbox" prop:checked=move || keeps.get() on:change=move |event| keeps.set(event_target_checked(&event)) />
                <span>"Keep the key in this tab until it is closed"</span>
            </label>
            {connecting.note()}
            <button type="submit" class="button button-main" aria-disabled=move || connecting.busy.get().then_some("true")>
                {move || if connecting.busy.get() { "Connecting…" } else { "Connect" }}
            </button>
        </form>
    }
    .into_any()
}

/// A key field in the middle of a run whose key was refused: the same host, another key, and on it goes.
pub(crate) fn new_key_form(trouble: &Trouble, base: String) -> AnyView {
    let shop = use_shop();
    let key = RwSignal::new(String::new());
    let connecting = Pending::new();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let pasted = key.get_untracked().trim().to_owned();
        if pasted.is_empty() {
            return page::focus("#new-key");
        }
        let base = base.clone();
        let connect = async move {
            let hosts = shop.try_ask(Hosts {}).await?;
            let Some((host, index)) = hosts.into_iter().zip(0u16..).find(|(host, _)| host.base == base) else {
                return Err(gone());
            };
            let keeps = page::kept_key().is_some();
            shop.connect(index, host, pasted, keeps).await
        };
        connecting.run(connect, move |_| shop.tell(ResumeSending {}));
    };
    view! {
        {trouble_note(trouble)}
        <form class="form" novalidate on:submit=submit aria-label="Another key">
            <div class="field">
                <label for="new-key">"API key of the same store"</label>
                <input
                    id="new-key"
                    type="password"
                    autocomplete="off"
                    autocapitalize="off"
                    spellcheck="false"
                    prop:value=move || key.get()
                    on:input=move |event| key.set(event_target_value(&event))
                />
            </div>
            {connecting.note()}
            <button type="submit" class="button button-main" disabled=move || connecting.busy.get()>"Go on with this key"</button>
        </form>
    }
    .into_any()
}
