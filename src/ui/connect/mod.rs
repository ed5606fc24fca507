//! `/connect`: the practice store, or a host and a key; once connected, where we are.
//!
//! What was typed stays in the fields whatever the answer, and leaves the page only for the engine (and for the tab's
//! memory, if the person ticks the box that says so).

mod form;

use super::components::icon::Icon;
use super::components::pending::Pending;
use super::state::use_shop;
use crate::engine::protocol::{Connection, OpenPractice, Place};
use crate::route::Route;
use crate::ui::components::live::live;
pub(crate) use form::new_key_form;
use form::store_form;
use leptos::prelude::*;

/// The page.
pub(crate) fn connect_page() -> AnyView {
    let shop = use_shop();
    let place = Memo::new(move |_| shop.place());
    live(move || match place.get() {
        Some(place) => connected(&place),
        None => choice(),
    })
}

fn choice() -> AnyView {
    let shop = use_shop();
    let opening = Pending::new();
    let open = move |_| {
        opening.run(shop.try_ask(OpenPractice {}), move |place| shop.connection.set(Connection::To(place)));
    };
    view! {
        <div class="page-head">
            <h1 tabindex="-1">"Where do you want to work?"</h1>
            <p class="lead">
                "Everything happens inside this browser. What you drop here goes nowhere but to the store you choose."
            </p>
        </div>
        <div class="ways">
            <section class="card way" aria-labelledby="practice-heading">
                <p class="way-kind">{Icon::Flask.view()}"To try it"</p>
                <h2 id="practice-heading">"Practice store"</h2>
                <p>"A store with made-up products inside this page. Needs no key and no network, and nothing in it is real."</p>
                <ul class="ticks" role="list">
                    <li>{Icon::Tick.view()}"The whole way: check, compare, send, report"</li>
                    <li>{Icon::Tick.view()}"A sample file with typical mistakes"</li>
                    <li>{Icon::Tick.view()}"Gone when the page is closed"</li>
                </ul>
                {opening.note()}
                <button type="button" class="button button-main" disabled=move || opening.busy.get() on:click=open>
                    {move || if opening.busy.get() { "Opening…" } else { "Open the practice store" }}
                </button>
            </section>
            <section class="card way" aria-labelledby="store-heading">
                <p class="way-kind">{Icon::Plug.view()}"To do it"</p>
                <h2 id="store-heading">"Your store"</h2>
                {store_form()}
            </section>
        </div>
    }
    .into_any()
}

fn connected(place: &Place) -> AnyView {
    let shop = use_shop();
    let name =
        if place.is_practice { "Practice store".to_owned() } else { place.title.clone().unwrap_or_else(|| "Your store".into()) };
    let rows = [
        ("Host", Some(place.host.clone()), false),
        ("Address", (!place.is_practice).then(|| place.base.clone()), true),
        ("Community", place.community.clone(), true),
    ];
    let rows = rows
        .into_iter()
        .filter_map(|(label, value, is_code)| {
            let value = value?;
            let value = if is_code { view! { <code>{value}</code> }.into_any() } else { value.into_any() };
            Some(view! { <div><dt>{label}</dt><dd>{value}</dd></div> })
        })
        .collect_view();
    view! {
        <div class="page-head">
            <h1 tabindex="-1">{format!("Connected to {name}")}</h1>
            <p class="lead">
                {if place.is_practice {
                    "Nothing here is real: change whatever you like. It is gone when the page is closed."
                } else {
                    "What you confirm from here on changes this store."
                }}
            </p>
        </div>
        <section class="card" aria-label="The connection">
            <dl class="facts">{rows}</dl>
            <p class="actions">
                <a class="button button-main" href=Route::Bulk.path()>"Update products from a file"</a>
                <a class="button" href=Route::Products.path()>"Look at the products"</a>
                <button type="button" class="button button-quiet" on:click=move |_| shop.ask_to_disconnect()>"Disconnect"</button>
            </p>
        </section>
    }
    .into_any()
}
