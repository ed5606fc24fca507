//! `/settings`: the store's configuration, to be changed.
//!
//! `editor` holds what is typed; `sections` is the form, made of `fields`, `lists` and `colours`; `bar` saves and reviews,
//! `clash` asks when somebody else was quicker, `outcome` says what became of it, `leave` holds whoever would lose
//! something. `preview` shows it as a visitor sees it.

mod bar;
mod clash;
mod clashing;
mod colours;
mod editor;
mod fields;
mod labels;
mod leave;
mod lists;
mod outcome;
mod rest;
mod sections;
mod values;

pub(crate) mod preview;

use super::components::icon::Icon;
use super::components::load::Loaded;
use super::components::not_connected::not_connected;
use super::components::pending::Pending;
use super::state::{Shop, use_shop};
use crate::engine::protocol::{Place, ReadStore};
use crate::ui::components::live::live;
pub(crate) use editor::Editor;
pub(crate) use leave::leaving;
use leptos::ev;
use leptos::prelude::*;

/// The page.
pub(crate) fn settings_page() -> AnyView {
    let shop = use_shop();
    // The store, not its title: a new title is no other store.
    let store = Memo::new(move |_| shop.place().map(|place| (place.base, place.community)));
    live(move || match (shop.settled.get(), store.get()) {
        (_, Some(_)) => match shop.place_now() {
            Some(place) => configuration(shop, &place),
            None => ().into_any(),
        },
        (true, None) => view! {
            <div class="page-head"><h1 tabindex="-1">"Settings"</h1></div>
            {not_connected("The configuration of a store is shown and changed here once you are connected to it.")}
        }
        .into_any(),
        (false, None) => view! {
            <div class="page-head"><h1 tabindex="-1">"Settings"</h1></div>
            {bones()}
        }
        .into_any(),
    })
}

fn configuration(shop: Shop, place: &Place) -> AnyView {
    // Whoever comes back finds the form as they left it, on top of what the store holds now.
    if let Some(editor) = shop.editor_of(place) {
        let reading = Pending::new();
        reading.run(editor.read_again(), |()| ());
        return view! { {head(shop, reading)} {form(shop, editor)} }.into_any();
    }
    let settings = Loaded::start(move || shop.try_ask(ReadStore {}));
    let place = place.clone();
    view! {
        {head(shop, Pending::new())}
        {settings.view(bones, move |settings| form(shop, shop.edit(&place, *settings)))}
    }
    .into_any()
}

fn head(shop: Shop, reading: Pending) -> AnyView {
    let again = live(move || {
        shop.editor.get().map(|(_, editor)| {
            view! {
                <button
                    type="button"
                    class="button"
                    aria-disabled=move || reading.busy.get().then_some("true")
                    on:click=move |_| reading.run(editor.read_again(), |()| ())
                >
                    {Icon::Again.view()}{move || if reading.busy.get() { "Reading…" } else { "Read again" }}
                </button>
            }
        })
    });
    view! {
        <div class="page-head page-head-row">
            <div>
                <h1 tabindex="-1">"Settings"</h1>
                <p class="lead">"How the store is set up. Only what you change is sent."</p>
            </div>
            {again}
        </div>
        {reading.note()}
    }
    .into_any()
}

fn bones() -> AnyView {
    view! { <div class="bone-block" aria-hidden="true"></div><div class="bone-block" aria-hidden="true"></div> }.into_any()
}

fn form(shop: Shop, editor: Editor) -> AnyView {
    shop.guard(true);
    on_cleanup(move || shop.guard(false));
    // Save from anywhere on the page, as in every other program.
    let keys = window_event_listener(ev::keydown, move |event| {
        let is_save = event.key().eq_ignore_ascii_case("s") && (event.ctrl_key() || event.meta_key()) && !event.alt_key();
        if is_save && !event.shift_key() {
            event.prevent_default();
            editor.save(outcome::focus_outcome);
        }
    });
    on_cleanup(move || keys.remove());
    let pictures = RwSignal::new(false);
    view! {
        {outcome::outcome(editor)}
        {clash::clashes(editor)}
        <div class="settings with-preview">
            <div class="settings-form">{sections::form(editor)}</div>
            {preview::preview(editor.wanted.into(), pictures)}
        </div>
        {bar::save_bar(editor)}
    }
    .into_any()
}
