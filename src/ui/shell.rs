//! What stands around every page: wordmark, navigation, where we are connected, theme; and the banners.

use super::components::icon::Icon;
use super::state::{Lost, use_shop};
use crate::browser::link::LinkState;
use crate::browser::page;
use crate::engine::protocol::Place;
use crate::route::Route;
use crate::ui::components::live::live;
use leptos::prelude::*;

const PAGES: [(Route, &str, Icon); 4] = [
    (Route::Bulk, "Bulk update", Icon::Layers),
    (Route::Runs, "Past runs", Icon::Clock),
    (Route::Products, "Products", Icon::Box),
    (Route::Settings, "Settings", Icon::Sliders),
];

/// The header. On a narrow screen the navigation moves to the bottom edge, within reach of a thumb.
pub(crate) fn header(address: Memo<Option<Route>>) -> AnyView {
    let shop = use_shop();
    let links = PAGES
        .into_iter()
        .map(|(route, label, icon)| {
            let path = route.path();
            let current = move || {
                address.with(|address| match address {
                    Some(now) if *now == route => Some("page"),
                    // A run is a page of its own below the list.
                    Some(Route::Run(_)) if route == Route::Runs => Some("true"),
                    _ => None,
                })
            };
            view! {
                <li>
                    <a href=path aria-current=current>
                        {icon.view()}
                        <span>{label}</span>
                    </a>
                </li>
            }
        })
        .collect_view();
    view! {
        <header class="bar">
            <a class="wordmark" href=Route::Home.path()>
                <img src="/favicon.svg" width="28" height="28" alt="" />
                <span>"Storekeeper"</span>
            </a>
            <nav class="nav" aria-label="Pages">
                <ul role="list">{links}</ul>
            </nav>
            <div class="bar-end">
                {move || match shop.place() {
                    Some(place) => view! {
                        {place_badge(&place)}
                        <button type="button" class="button button-quiet" on:click=move |_| shop.ask_to_disconnect()>
                            "Disconnect"
                        </button>
                    }
                    .into_any(),
                    None => view! { <a class="button button-quiet" href=Route::Connect.path()>"Connect"</a> }.into_any(),
                }}
                {theme_switch()}
            </div>
        </header>
    }
    .into_any()
}

/// Where we are, in the header: always in sight, since it decides what a press of a button changes.
fn place_badge(place: &Place) -> AnyView {
    let (class, icon, name) = if place.is_practice {
        ("place place-practice", Icon::Flask, "Practice store".to_owned())
    } else {
        ("place", Icon::Plug, place.title.clone().unwrap_or_else(|| "Live store".into()))
    };
    let detail = (!place.is_practice).then(|| match &place.community {
        Some(community) => format!("{} · {}", short(community), place.host),
        None => place.host.clone(),
    });
    view! {
        <a class=class href=Route::Connect.path() title=place.base.clone()>
            {icon.view()}
            <span class="place-words">
                <span class="unseen">"Connected to "</span>
                <strong>{name}</strong>
                {detail.map(|detail| view! { <small>{detail}</small> })}
            </span>
        </a>
    }
    .into_any()
}

/// The first digits of an id, where the whole does not fit.
pub(crate) fn short(id: &str) -> String {
    match id.char_indices().nth(8) {
        Some((at, _)) => format!("{}…", id.get(..at).unwrap_or(id)),
        None => id.to_owned(),
    }
}

const THEMES: [(&str, &str, Icon); 3] =
    [("system", "Theme: as the system", Icon::Screen), ("light", "Theme: light", Icon::Sun), ("dark", "Theme: dark", Icon::Moon)];

/// One button that goes round the three themes; its name says which is on.
fn theme_switch() -> AnyView {
    let stored = page::stored_theme();
    let now = RwSignal::new(THEMES.iter().position(|(name, ..)| stored.as_deref() == Some(*name)).unwrap_or(0));
    let theme = move || THEMES.get(now.get()).copied().unwrap_or(("system", "Theme", Icon::Screen));
    let turn = move |_| {
        now.update(|now| *now = (*now + 1) % THEMES.len());
        let (name, ..) = theme();
        page::set_theme((name != "system").then_some(name));
    };
    view! {
        <button type="button" class="button button-quiet button-icon" aria-label=move || theme().1 title=move || theme().1 on:click=turn>
            {move || theme().2.view()}
        </button>
    }
    .into_any()
}

/// What concerns every page: the engine, the build, the network.
pub(crate) fn banners() -> AnyView {
    let shop = use_shop();
    let engine = live(move || {
        match shop.engine.get() {
        LinkState::Failed(words) => Some(
            view! {
                <div class="banner banner-bad" role="alert">
                    {Icon::Cross.view()}
                    <p><strong>"The engine does not work. "</strong>{words}" Nothing can be read or sent until the page is reloaded."</p>
                    <button type="button" class="button" on:click=|_| page::reload()>"Reload"</button>
                </div>
            }
            .into_any(),
        ),
        LinkState::OtherBuild => Some(
            view! {
                <div class="banner banner-bad" role="alert">
                    {Icon::Again.view()}
                    <p><strong>"A new version was published. "</strong>"Reload to go on with it."</p>
                    <button type="button" class="button" on:click=|_| page::reload()>"Reload"</button>
                </div>
            }
            .into_any(),
        ),
        LinkState::Starting | LinkState::Ready | LinkState::Restarted => None,
    }
    });
    let lost = live(move || {
        shop.lost.get().map(|lost| {
            view! {
                <div class="banner banner-warn" role="alert">
                    {Icon::Warning.view()}
                    <p><strong>"The engine stopped and was started again. "</strong>{move || lost_words(lost, shop.place().is_some())}</p>
                    <button type="button" class="button" on:click=move |_| shop.lost.set(None)>"Dismiss"</button>
                </div>
            }
        })
    });
    let offline = live(move || {
        (!shop.online.get()).then(|| {
            view! {
                <div class="banner banner-warn" role="status">
                    {Icon::Warning.view()}
                    <p><strong>"You are offline. "</strong>"Files can still be checked; the store can be reached again once the network is back."</p>
                </div>
            }
        })
    });
    view! {
        <div class="banners">{engine} {lost} {offline}</div>
    }
    .into_any()
}

/// What was lost; a connection that was made again with a kept key is none of it.
fn lost_words(lost: Lost, is_connected: bool) -> String {
    let mut words = String::from("This was a mistake of ours. ");
    words.push_str(match (lost.connection && !is_connected, lost.file) {
        (true, true) => "The connection and the file were lost: connect again, and choose the file again. ",
        (true, false) => "The connection was lost: connect again. ",
        (false, true) => "The file was lost: choose it again. ",
        (false, false) => "Nothing was lost. ",
    });
    if lost.sending {
        words.push_str("What had been sent is written down: the report of the interrupted run shows it.");
    } else if lost.connection || lost.file {
        words.push_str("Nothing was being sent.");
    }
    words
}
