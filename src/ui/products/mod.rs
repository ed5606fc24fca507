//! `/products`: the live catalogue, to be searched and looked through.

use super::components::icon::Icon;
use super::components::not_connected::not_connected;
use super::components::window::{RowHeight, rows};
use super::components::window_list::{Long, window_table};
use super::state::{Shop, use_shop};
use super::words::{self, number};
use crate::browser::page;
use crate::engine::protocol::{Browse, ProductRow};
use crate::ui::components::live::live;
use leptos::prelude::*;
use std::sync::Arc;
use std::time::Duration;

/// The page.
pub(crate) fn products_page() -> AnyView {
    let shop = use_shop();
    let is_connected = Memo::new(move |_| shop.place().is_some());
    view! {
        <div class="page-head">
            <h1 tabindex="-1">"Products"</h1>
        </div>
        {move || match (shop.settled.get(), is_connected.get()) {
            (_, true) => catalogue(),
            (true, false) => not_connected("The products of a store are shown here once you are connected to it."),
            (false, false) => view! { <div class="bone-block" aria-hidden="true"></div> }.into_any(),
        }}
    }
    .into_any()
}

fn catalogue() -> AnyView {
    let shop = use_shop();
    let typed = RwSignal::new(String::new());
    let search = RwSignal::new(String::new());
    let total = RwSignal::new(None::<u32>);
    // A picture lies wherever the store says, and whoever keeps it learns of the visit: so it is asked for, not assumed.
    let pictures = RwSignal::new(false);
    let is_practice = Memo::new(move |_| shop.place().is_some_and(|place| place.is_practice));
    // Each search is a request to the store: wait until the typing pauses.
    let settle =
        StoredValue::new_local(leptos::leptos_dom::helpers::debounce(Duration::from_millis(250), move |text: String| {
            let _ = search.try_set(text);
        }));
    let input = move |event| {
        let text = event_target_value(&event);
        typed.set(text.clone());
        settle.update_value(|settle| settle(text.trim().to_owned()));
    };
    view! {
        <div class="toolbar">
            <div class="search" role="search">
                {Icon::Lens.view()}
                <label class="unseen" for="search">"Search the products"</label>
                <input id="search" type="search" placeholder="Search by name" autocomplete="off" prop:value=move || typed.get() on:input=input />
            </div>
            <p class="toolbar-count" role="status">
                {move || total.get().map(words::products)}
            </p>
            {move || (!is_practice.get()).then(|| view! {
                <label class="check" title="They are loaded from the hosts that the store names.">
                    <input type="checkbox" prop:checked=move || pictures.get() on:change=move |event| pictures.set(event_target_checked(&event)) />
                    " Show pictures"
                </label>
            })}
        </div>
        {move || list(shop, search.get(), total, pictures)}
    }
    .into_any()
}

fn list(shop: Shop, search: String, total: RwSignal<Option<u32>>, pictures: RwSignal<bool>) -> AnyView {
    let is_searching = !search.is_empty();
    let draw = move |product: &ProductRow| row(product, pictures);
    let fetch = move |from, count| {
        let search = search.clone();
        let window: futures::future::LocalBoxFuture<'static, _> = Box::pin(async move {
            let page = shop.try_ask(Browse { search, from, count }).await?;
            let _ = total.try_set(page.total);
            Ok((page.total, rows(page.products, draw)))
        });
        window
    };
    let head = view! {
        <tr>
            <th scope="col" class="thumb-cell"><span class="unseen">"Picture"</span></th>
            <th scope="col">"Name"</th>
            <th scope="col" class="number">"Price"</th>
            <th scope="col" class="wide">"Category"</th>
            <th scope="col" class="number wide">"In stock"</th>
            <th scope="col" class="number wide">"Orders"</th>
            <th scope="col" class="middle">"State"</th>
        </tr>
    };
    let long = Long {
        label: "Products of the store".into(),
        class: "catalogue",
        width: None,
        across: None,
        // Bones for the first screen, until it is known how many there are.
        total: 12,
        height: RowHeight::Fixed(60.0),
        patience: 120,
        fetch: Arc::new(fetch),
        empty: if is_searching { "No product matches this search." } else { "This store has no products yet." },
    };
    window_table(long, 7, head.into_any())
}

fn row(product: &ProductRow, pictures: RwSignal<bool>) -> AnyView {
    let name = product.name.clone().unwrap_or_else(|| "(no name)".into());
    let initials: String =
        name.split_whitespace().filter_map(|word| word.chars().find(|c| c.is_alphanumeric())).take(2).collect();
    let price = match (&product.price, &product.discount) {
        (Some(price), Some(discount)) => view! {
            <span class="unseen">"now "</span>{discount.clone()}
            <span class="unseen">" instead of "</span><s>{price.clone()}</s>
        }
        .into_any(),
        (Some(price), None) => price.clone().into_any(),
        (None, _) => absent(),
    };
    let state = match product.is_archived {
        Some(true) => view! { <span class="badge">"Archived"</span> }.into_any(),
        Some(false) => view! { <span class="badge badge-good">"Live"</span> }.into_any(),
        None => absent(),
    };
    let changed = product.updated_at.as_deref().map(|at| format!("Changed {}", page::local_time(at)));
    view! {
        <td class="thumb-cell">{thumb(product.image.clone(), initials, pictures)}</td>
        <th scope="row" title=changed><span class="cut">{name}</span><small class="id">{product.id.to_string()}</small></th>
        <td class="number">{price}</td>
        <td class="wide"><span class="cut">{product.category.clone().map_or_else(absent, IntoAny::into_any)}</span></td>
        <td class="number wide">{whole(product.stocks)}</td>
        <td class="number wide">{whole(product.orders)}</td>
        <td class="middle">{state}</td>
    }
    .into_any()
}

/// The picture where it is wanted; initials where there is none, or where the browser does not get it.
fn thumb(image: Option<String>, initials: String, pictures: RwSignal<bool>) -> AnyView {
    let failed = RwSignal::new(false);
    let image = image.filter(|image| image.starts_with("https://"));
    live(move || match image.clone().filter(|_| pictures.get() && !failed.get()) {
        Some(image) => view! {
            <img class="thumb" src=image alt="" width="40" height="40" loading="lazy" decoding="async"
                referrerpolicy="no-referrer" on:error=move |_| failed.set(true) />
        }
        .into_any(),
        None => view! { <span class="thumb" aria-hidden="true">{initials.clone()}</span> }.into_any(),
    })
}

fn whole(value: Option<i64>) -> AnyView {
    value.map_or_else(absent, |value| number(value).into_any())
}

/// The service did not say.
fn absent() -> AnyView {
    view! { <span class="quiet" title="Not shown by the store">"–"</span> }.into_any()
}
