//! The one confirmation: what, how much, where. A dialog of its own, so that no stray press can send anything.

use crate::engine::protocol::{Place, ReviewSummary, Send};
use crate::ui::components::dialog::dialog;
use crate::ui::components::pending::Pending;
use crate::ui::state::Shop;
use crate::ui::words;
use leptos::prelude::*;

/// The button that opens the confirmation, and the confirmation.
pub(super) fn confirmation(shop: Shop, review: &ReviewSummary) -> AnyView {
    let open = RwSignal::new(false);
    let sending = Pending::new();
    let token = review.token;
    let typed = RwSignal::new(String::new());
    let phrase = review.phrase.clone().map(|phrase| typing(phrase, typed));
    let button = format!("Update {}", words::products(review.changing));
    let heading = format!("{button} of {}?", store_name(&review.place));
    let requests = review.field_requests + review.voucher_requests;
    let codes = (review.codes > 0).then(|| {
        format!(
            "{} added to {}, which cannot be taken back",
            words::count(review.codes, "code is", "codes are"),
            words::products(review.code_products)
        )
    });
    let columns: Vec<&str> = review.by_column.iter().map(|(column, _)| column.header()).collect();
    let facts = [
        ("Store", Some(store_name(&review.place))),
        ("Community", review.place.community.clone()),
        (
            "Address",
            Some(if review.place.is_practice {
                "none: the practice store is in this page".into()
            } else {
                review.place.base.clone()
            }),
        ),
        ("Columns", Some(columns.join(", ")).filter(|columns| !columns.is_empty())),
        ("Voucher codes", codes),
        ("Sent in", Some(words::count(requests, "request", "requests"))),
        (
            "Second looks",
            (!review.guards.is_empty())
                .then(|| review.guards.iter().map(|guard| words::sentence(&guard.words)).collect::<Vec<_>>().join(" ")),
        ),
    ];
    let facts = facts
        .into_iter()
        .filter_map(|(label, value)| value.map(|value| view! { <div><dt>{label}</dt><dd>{value}</dd></div> }))
        .collect_view();
    let warning = if review.place.is_practice {
        "This is practice: nothing real is changed."
    } else {
        "This changes the live store. Members see it at once."
    };
    let body = view! {
        <p class=if review.place.is_practice { "quiet" } else { "strong" }>{warning}</p>
        <dl class="facts">{facts}</dl>
        {phrase}
        {sending.note()}
        <div class="actions actions-end">
            <button type="button" class="button" disabled=move || sending.busy.get() on:click=move |_| open.set(false)>"Not yet"</button>
            <button
                type="button"
                class="button button-main"
                disabled=move || sending.busy.get()
                on:click=move |_| sending.run(shop.try_ask(Send { token, typed: typed.get_untracked() }), |()| ())
            >
                {button}
            </button>
        </div>
    };
    view! {
        <button type="button" class="button button-main" aria-haspopup="dialog" on:click=move |_| open.set(true)>"Go on to confirm…"</button>
        {dialog("confirm", Signal::derive(move || heading.clone()), open, body.into_any())}
    }
    .into_any()
}

/// The field for what has to be typed; the engine holds it against the phrase.
fn typing(phrase: String, typed: RwSignal<String>) -> AnyView {
    view! {
        <p>
            <label for="confirm-typed">"There are second looks. To go on, type: "<strong>{phrase}</strong></label>
            <input
                id="confirm-typed"
                type="text"
                autocomplete="off"
                prop:value=move || typed.get()
                on:input=move |event| typed.set(event_target_value(&event))
            />
        </p>
    }
    .into_any()
}

fn store_name(place: &Place) -> String {
    match (&place.title, place.is_practice) {
        (_, true) => "the practice store".into(),
        (Some(title), false) => format!("«{title}»"),
        (None, false) => format!("the store at {}", place.host),
    }
}
