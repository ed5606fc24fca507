//! The root: state, router, and what follows from where we are (title, focus, announcements).

use super::bulk::{bulk_page, run_page, runs_page};
use super::connect::connect_page;
use super::not_found::not_found_page;
use super::products::products_page;
use super::settings::{leaving, settings_page};
use super::shell::{banners, header};
use super::state::{Screen, Shop, use_shop};
use super::words::percent;
use crate::browser::page;
use crate::engine::protocol::{Connection, SendState, Stage};
use crate::route::Route as Address;
use crate::ui::components::live::{follow, live};
use leptos::prelude::*;
use leptos_router::components::{FlatRoutes, Route, Router};
use leptos_router::hooks::{use_location, use_navigate};
use leptos_router::{NavigateOptions, WildcardSegment};

/// The whole page.
#[component]
pub(crate) fn App() -> impl IntoView {
    provide_context(Shop::open());
    view! {
        <Router>
            <Frame />
        </Router>
    }
}

#[component]
fn Frame() -> impl IntoView {
    let shop = use_shop();
    let path = use_location().pathname;
    let address = Memo::new(move |_| Address::parse(&path.get()));
    let screen = Memo::new(move |_| shop.stage.with(Screen::of));

    follow(move || page::set_title(&shop.stage.with(|stage| title(address.get().as_ref(), stage))));
    // The focus follows when another page, or another stage of the run, takes the place of the one before; not when
    // the page opens, where it belongs to the browser.
    let shown = Memo::new(move |_| {
        let address = address.get();
        let is_of_run = matches!(address, Some(Address::Bulk | Address::Run(_)));
        (address, is_of_run.then(|| screen.get()))
    });
    Effect::new(move |before: Option<_>| {
        let now = shown.get();
        let opened = before.as_ref().is_none_or(|(address, _)| *address == Some(Address::Home));
        if !opened && before.as_ref() != Some(&now) {
            request_animation_frame(|| {
                page::scroll_to_top();
                page::focus_heading();
            });
        }
        now
    });
    let announcement = live(move || match screen.get() {
        Screen::Choosing => String::new(),
        Screen::Reading => "Reading the file.".into(),
        Screen::Unread => "The file could not be read.".into(),
        Screen::Checked => "The file is checked.".into(),
        Screen::Comparing => "Comparing with the live store.".into(),
        Screen::Reviewing => "The comparison is ready for review.".into(),
        Screen::Sending => "Sending.".into(),
        Screen::Done => "The report is ready.".to_string(),
    });

    view! {
        <a class="skip" href="#main" on:click=|event| { event.prevent_default(); page::focus_heading(); }>"Skip to the content"</a>
        {header(address)}
        {banners()}
        <p class="unseen" role="status">{announcement}</p>
        <main id="main">
            <FlatRoutes fallback=move || page_at(address)>
                <Route path=WildcardSegment("page") view=move || page_at(address) />
            </FlatRoutes>
        </main>
        {leaving(shop)}
    }
}

/// The page at this address. Which address is which page is known to `route` alone, so the router is given every one.
fn page_at(address: Memo<Option<Address>>) -> AnyView {
    live(move || {
        let address = address.get();
        // What a page reads while it is made must not make it anew.
        untrack(move || match address {
            Some(Address::Home) => home(),
            Some(Address::Connect) => connect_page(),
            Some(Address::Bulk) => bulk_page(),
            Some(Address::Runs) => runs_page(),
            Some(Address::Run(run)) => run_page(run),
            Some(Address::Products) => products_page(),
            Some(Address::Settings) => settings_page(),
            None => not_found_page(),
        })
    })
}

/// `/` is nowhere to stay: a connected person wants to work, another to connect. A run that is under way, or was
/// interrupted, is shown to both.
fn home() -> AnyView {
    let shop = use_shop();
    let navigate = use_navigate();
    follow(move || {
        if !shop.settled.get() {
            return;
        }
        let connected = shop.connection.with(|connection| *connection != Connection::None);
        let running = shop.stage.with(|stage| Screen::of(stage) != Screen::Choosing);
        let to = if connected || running { Address::Bulk } else { Address::Connect };
        navigate(&to.path(), NavigateOptions { replace: true, ..NavigateOptions::default() });
    });
    view! {
        <h1 class="unseen" tabindex="-1">"Storekeeper"</h1>
        <p class="quiet" role="status">"Opening…"</p>
    }
    .into_any()
}

fn title(address: Option<&Address>, stage: &Stage) -> String {
    if let Stage::Sending(progress) = stage {
        let percent = percent(progress.done.into(), progress.total.into());
        let state = match progress.state {
            SendState::Sending | SendState::Checking | SendState::Waiting { .. } => "Sending",
            SendState::Paused => "Paused",
            SendState::NeedsKey(_) => "Needs a key",
            SendState::Stopped(_) => "Stopped",
            SendState::Cancelling => "Stopping",
        };
        return format!("{percent} % · {state} · Storekeeper");
    }
    let page = match address {
        Some(Address::Home) => return "Storekeeper".into(),
        Some(Address::Connect) => "Connect",
        Some(Address::Products) => "Products",
        Some(Address::Settings) => "Settings",
        None => "Not found",
        Some(Address::Runs) => "Past runs",
        // Whatever the engine does meanwhile, the page is of this run.
        Some(Address::Run(_)) => "Past run",
        Some(Address::Bulk) => match Screen::of(stage) {
            Screen::Choosing => "Bulk update",
            Screen::Reading => "Reading",
            Screen::Unread => "Not read",
            Screen::Checked => "Checked",
            Screen::Comparing => "Comparing",
            Screen::Reviewing => "Review",
            Screen::Sending => "Sending",
            Screen::Done => "Report",
        },
    };
    format!("{page} · Storekeeper")
}
