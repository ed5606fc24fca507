//! The storefront as a member sees it, drawn with our own neutral layout. Nothing in it can be focused or followed.

use super::picture::{boxed, image, settled};
use super::scene::{Banner, Money, Picture, Shade, banner, money};
use crate::browser::{html, page};
use crate::domain::settings::Settings;
use crate::ui::components::live::{follow, live};
use crate::ui::words::number;
use leptos::prelude::*;

/// Products that no store has, so that prices can be seen.
pub(super) const SAMPLES: [(&str, u32); 3] = [("Gift card", 500), ("Coffee for two", 350), ("Signed poster", 1_200)];
const BALANCE: u32 = 1_850;

/// What both mock-ups are made of: settings and choices that each change on their own.
#[derive(Clone, Copy)]
pub(super) struct Seen {
    /// The settings.
    pub(super) wanted: Signal<Settings>,
    /// Which theme.
    pub(super) shade: RwSignal<Shade>,
    /// Whether pictures are fetched.
    pub(super) pictures: RwSignal<bool>,
    /// What the sanitiser left out of the description.
    pub(super) left_out: RwSignal<Vec<String>>,
}

/// The storefront.
pub(super) fn storefront(seen: Seen) -> AnyView {
    let Seen { wanted, pictures, .. } = seen;
    let is_off = Memo::new(move |_| wanted.with(|settings| settings.is_enabled == Some(false)));
    let cover = settled(Memo::new(move |_| wanted.with(|settings| settings.cover.clone())), pictures);
    let above = Memo::new(move |_| cover.with(|cover| banner(cover.as_ref(), seen.shade.get())));
    let pay = money_of(seen);
    view! {
        <div class="mock-store" class:is-off=move || is_off.get()>
            {move || is_off.get().then(|| view! { <p class="mock-off">"The store is off: members see nothing of this."</p> })}
            {move || cover_view(above.get(), seen)}
            <div class="mock-store-head">
                {title(seen)}
                <p class="mock-balance"><span class="unseen">"Sample balance: "</span>{move || pay.with(|pay| amount(BALANCE, pay.as_ref(), pictures))}</p>
            </div>
            {description(seen)}
            <ul class="mock-cards" role="list">
                {SAMPLES.into_iter().map(|(name, price)| view! {
                    <li class="mock-card">
                        <span class="mock-thumb" aria-hidden="true"></span>
                        <span class="mock-name">{name}</span>
                        <span class="mock-price">{move || pay.with(|pay| amount(price, pay.as_ref(), pictures))}</span>
                    </li>
                }).collect_view()}
            </ul>
        </div>
    }
    .into_any()
}

fn cover_view(above: Banner, seen: Seen) -> AnyView {
    let shade = seen.shade.get_untracked().word();
    match above {
        Banner::Off => ().into_any(),
        Banner::Unknown => boxed(Picture::Missing, "mock-cover", "The store’s answer names no cover".into(), seen.pictures),
        Banner::Kind(kind) => {
            boxed(Picture::Missing, "mock-cover", format!("A cover of the kind “{kind}” cannot be shown here"), seen.pictures)
        }
        Banner::Picture(picture) => boxed(picture, "mock-cover", format!("No cover for {shade}"), seen.pictures),
    }
}

/// The title, which is no heading of this page.
pub(super) fn title(seen: Seen) -> AnyView {
    let title = Memo::new(move |_| seen.wanted.with(|settings| settings.title.clone().unwrap_or_default()));
    live(move || {
        title.with(|title| match title.trim() {
            "" => view! { <p class="mock-title mock-none">{"No title".to_owned()}</p> },
            title => view! { <p class="mock-title">{title.to_owned()}</p> },
        })
    })
}

/// The description. It is cleaned anew only when it changes, or when pictures come or go.
pub(super) fn description(seen: Seen) -> AnyView {
    let Seen { wanted, pictures, left_out, .. } = seen;
    let source = settled(Memo::new(move |_| wanted.with(|settings| settings.description.clone().unwrap_or_default())), pictures);
    let is_blank = Memo::new(move |_| source.with(|source| source.trim().is_empty()));
    let place = NodeRef::<leptos::html::Div>::new();
    follow(move || {
        let Some(place) = place.get() else { return };
        let found = source.with(|source| formatted(&place, source, pictures.get()));
        page::quieten(&place);
        if left_out.with_untracked(|known| *known != found) {
            left_out.set(found);
        }
    });
    view! {
        {move || is_blank.get().then(|| view! { <p class="mock-none">"No description"</p> })}
        <div class="mock-text" node_ref=place></div>
    }
    .into_any()
}

/// Puts foreign HTML into an element, and tells what was left out of it.
fn formatted(into: &web_sys::Element, source: &str, pictures: bool) -> Vec<String> {
    html::show(into, source, pictures).iter().map(ToString::to_string).collect()
}

/// What is paid with, as shown in the chosen theme.
pub(super) fn money_of(seen: Seen) -> Memo<Option<Money>> {
    let currency = settled(Memo::new(move |_| seen.wanted.with(|settings| settings.currency.clone())), seen.pictures);
    Memo::new(move |_| currency.with(|currency| money(currency.as_ref(), seen.shade.get())))
}

/// So much of it.
pub(super) fn amount(amount: u32, pay: Option<&Money>, pictures: RwSignal<bool>) -> AnyView {
    let figure = number(amount);
    let Some(money) = pay else { return figure.into_any() };
    let sign = match (&money.icon, &money.symbol) {
        (Picture::At(url), _) => {
            let (url, failed) = (url.clone(), RwSignal::new(false));
            live(move || {
                if pictures.get() && !failed.get() {
                    image(&url, "mock-coin", failed)
                } else {
                    view! { <span class="mock-coin" aria-hidden="true"></span> }.into_any()
                }
            })
        }
        (_, Some(symbol)) => view! { <span class="mock-sign">{symbol.clone()}</span> }.into_any(),
        (Picture::Missing | Picture::Refused(_), None) => ().into_any(),
    };
    view! { {sign}<span>{figure}" "{money.name.clone()}</span> }.into_any()
}
