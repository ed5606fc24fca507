//! `/settings`: the store's configuration, as read.

mod labels;
pub(crate) mod preview;

use super::components::icon::Icon;
use super::components::load::Loaded;
use super::components::not_connected::not_connected;
use super::state::{Shop, use_shop};
use crate::browser::page;
use crate::domain::store::StoreSettings;
use crate::engine::protocol::ReadSettings;
use labels::{GROUPS, group_of, label_of, place_of};
use leptos::prelude::*;

/// The page.
pub(crate) fn settings_page() -> AnyView {
    let shop = use_shop();
    let is_connected = Memo::new(move |_| shop.place().is_some());
    (move || match (shop.settled.get(), is_connected.get()) {
        (_, true) => configuration(shop),
        (true, false) => view! {
            <div class="page-head"><h1 tabindex="-1">"Settings"</h1></div>
            {not_connected("The configuration of a store is shown here once you are connected to it.")}
        }
        .into_any(),
        (false, false) => view! {
            <div class="page-head"><h1 tabindex="-1">"Settings"</h1></div>
            {bones()}
        }
        .into_any(),
    })
    .into_any()
}

fn configuration(shop: Shop) -> AnyView {
    let settings = Loaded::start(move || shop.try_ask(ReadSettings {}));
    view! {
        <div class="page-head page-head-row">
            <div>
                <h1 tabindex="-1">"Settings"</h1>
                <p class="lead">"How the store is set up now. It can be looked at here, not changed."</p>
            </div>
            <button type="button" class="button" on:click=move |_| settings.again()>{Icon::Again.view()}"Read again"</button>
        </div>
        {settings.view(bones, |settings| groups(&settings))}
    }
    .into_any()
}

fn bones() -> AnyView {
    view! { <div class="bone-block" aria-hidden="true"></div><div class="bone-block" aria-hidden="true"></div> }.into_any()
}

fn groups(settings: &StoreSettings) -> AnyView {
    if settings.entries.is_empty() {
        return view! { <p class="empty">"The store returned no settings."</p> }.into_any();
    }
    GROUPS
        .into_iter()
        .filter_map(|group| {
            let mut entries: Vec<_> = settings.entries.iter().filter(|(path, _)| group_of(path) == group).collect();
            if entries.is_empty() {
                return None;
            }
            entries.sort_by_key(|(path, _)| place_of(path));
            let id = format!("group-{}", group.to_lowercase());
            let heading = id.clone();
            let rows = entries.into_iter().map(|(path, value)| entry(path, value)).collect_view();
            Some(view! {
                <section class="card settings-group" aria-labelledby=heading>
                    <h2 id=id>{group}</h2>
                    <dl class="facts facts-wide">{rows}</dl>
                </section>
            })
        })
        .collect_view()
        .into_any()
}

fn entry(path: &str, value: &str) -> AnyView {
    let label = match label_of(path) {
        Some(label) => view! { <span title=path.to_owned()>{label}</span> }.into_any(),
        None => view! { <code>{path.to_owned()}</code> }.into_any(),
    };
    view! { <div><dt>{label}</dt><dd>{if path.ends_with("At") { page::local_time(value).into_any() } else { shown(value) }}</dd></div> }.into_any()
}

fn shown(value: &str) -> AnyView {
    match value {
        "" | "[]" | "{}" | "null" => view! { <span class="quiet">"not set"</span> }.into_any(),
        "true" => view! { <span class="badge badge-good">"on"</span> }.into_any(),
        "false" => view! { <span class="badge">"off"</span> }.into_any(),
        value if is_colour(value) => view! {
            <span class="swatch" aria-hidden="true" style:background-color=value.to_owned()></span>
            <code>{value.to_owned()}</code>
        }
        .into_any(),
        // HTML is shown as what it is: text.
        value if value.trim_start().starts_with('<') => view! { <pre class="html">{value.to_owned()}</pre> }.into_any(),
        value => value.to_owned().into_any(),
    }
}

/// A colour the way the reference shows them (`rgb()`, `rgba()`) or in hexadecimal digits; nothing else reaches a style.
fn is_colour(value: &str) -> bool {
    if let Some(digits) = value.strip_prefix('#') {
        return matches!(digits.len(), 3 | 4 | 6 | 8) && digits.chars().all(|c| c.is_ascii_hexdigit());
    }
    let inner = value.strip_prefix("rgba(").or_else(|| value.strip_prefix("rgb(")).and_then(|rest| rest.strip_suffix(')'));
    inner.is_some_and(|inner| inner.chars().all(|c| c.is_ascii_digit() || " ,./%".contains(c)))
}
