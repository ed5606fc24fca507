//! The root: state, router, and what follows from where we are (title, focus, announcements).

use super::bulk::bulk_page;
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
use leptos_router::{NavigateOptions, StaticSegment};

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

    follow(move || page::set_title(&title(address.get(), &shop.stage.get())));
    // The focus follows when another page, or another stage of the run, takes the place of the one before; not when
    // the page opens, where it belongs to the browser.
    let shown = Memo::new(move |_| (address.get(), (address.get() == Some(Address::Bulk)).then(|| screen.get())));
    Effect::new(move |before: Option<_>| {
        let now = shown.get();
        let opened = before.is_none() || before.is_some_and(|(address, _)| address == Some(Address::Home));
        if !opened && before != Some(now) {
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
            <FlatRoutes fallback=not_found_page>
                <Route path=StaticSegment(Address::Home.segment()) view=home />
                <Route path=StaticSegment(Address::Connect.segment()) view=connect_page />
                <Route path=StaticSegment(Address::Bulk.segment()) view=bulk_page />
                <Route path=StaticSegment(Address::Products.segment()) view=products_page />
                <Route path=StaticSegment(Address::Settings.segment()) view=settings_page />
            </FlatRoutes>
        </main>
        {leaving(shop)}
    }
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
        navigate(to.path(), NavigateOptions { replace: true, ..NavigateOptions::default() });
    });
    view! {
        <h1 class="unseen" tabindex="-1">"Storekeeper"</h1>
        <p class="quiet" role="status">"Opening…"</p>
    }
    .into_any()
}

fn title(address: Option<Address>, stage: &Stage) -> String {
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
