//! A test's orders. They come on a port of their own, without CORS and outside every page's policy, so that no page can
//! give them.
//!
//! ```text
//! POST /__control/faults    the script (see `fault`); takes the place of the one before, [] ends all faults
//! POST /__control/release   lets every request go on that a rule with `hold` holds back
//! POST /__control/settings  {origins, refuseCors, maxAge, latencyMs, onBadItem, listsArchived, generationA, takesStoredCodes}
//! POST /__control/edit      {community?, id, set: {…}}  somebody else changes a product; `set` as in a bulk update
//! POST /__control/editStore {community?, set: {…}}      somebody else changes the settings; `set` as in `PUT /stores`
//! POST /__control/sell      {community?, id, count}     somebody buys
//! POST /__control/reset     everything as at the start
//! GET  /__control/log       every request since
//! GET  /__control/state     for each community: id, settings, products as the store holds them, each one's codes and how often
//! ```
//!
//! Orders are answered with 200 and JSON, or with 400 and what is wrong with them.

use super::world::Wishes;
use super::{Shared, fault, lock};
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use storekeeper::api::Method;
use storekeeper::domain::ProductId;
use storekeeper::practice::{Generation, Service};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Edit {
    #[serde(default = "first")]
    community: u64,
    id: ProductId,
    set: Map<String, Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EditStore {
    #[serde(default = "first")]
    community: u64,
    set: Map<String, Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sell {
    #[serde(default = "first")]
    community: u64,
    id: ProductId,
    count: usize,
}

const fn first() -> u64 {
    1
}

/// The control side's addresses.
pub fn router(world: Shared) -> Router {
    Router::new()
        .route("/__control/faults", post(faults))
        .route("/__control/release", post(release))
        .route("/__control/settings", post(settings))
        .route("/__control/edit", post(edit))
        .route("/__control/editStore", post(edit_store))
        .route("/__control/sell", post(sell))
        .route("/__control/reset", post(reset))
        .route("/__control/log", get(log))
        .route("/__control/state", get(state))
        .with_state(world)
}

async fn faults(State(world): State<Shared>, body: Bytes) -> Response {
    ordered(&body, |script: Vec<fault::Rule>| {
        lock(&world).script = script;
        Ok(Value::Null)
    })
}

async fn release(State(world): State<Shared>) -> Response {
    lock(&world).release();
    reply(StatusCode::OK, &Value::Null)
}

async fn settings(State(world): State<Shared>, body: Bytes) -> Response {
    ordered(&body, |wishes: Wishes| lock(&world).change(wishes).map(|()| Value::Null))
}

async fn edit(State(world): State<Shared>, body: Bytes) -> Response {
    ordered(&body, |Edit { community, id, mut set }| {
        let mut world = lock(&world);
        let service = world.services.get_mut(&community).ok_or("no such community")?;
        set.insert("productID".to_owned(), id.to_string().into());
        let body = Value::from(vec![Value::Object(set)]).to_string();
        let response = service.handle(Method::Put, "/products/bulk", Some("application/json"), body.as_bytes());
        let said = String::from_utf8_lossy(&response.body).into_owned();
        if response.status == 200 { Ok(Value::Null) } else { Err(said) }
    })
}

async fn edit_store(State(world): State<Shared>, body: Bytes) -> Response {
    ordered(&body, |EditStore { community, set }| {
        let mut world = lock(&world);
        let service = world.services.get_mut(&community).ok_or("no such community")?;
        let body = Value::Object(set).to_string();
        let response = service.handle(Method::Put, "/stores", Some("application/json"), body.as_bytes());
        let said = String::from_utf8_lossy(&response.body).into_owned();
        if response.status == 200 { Ok(Value::Null) } else { Err(said) }
    })
}

async fn sell(State(world): State<Shared>, body: Bytes) -> Response {
    ordered(&body, |Sell { community, id, count }| {
        let mut world = lock(&world);
        let service = world.services.get_mut(&community).ok_or("no such community")?;
        Ok(json!({ "sold": service.sell(id, count) }))
    })
}

async fn reset(State(world): State<Shared>) -> Response {
    lock(&world).reset();
    reply(StatusCode::OK, &Value::Null)
}

async fn log(State(world): State<Shared>) -> Response {
    reply(StatusCode::OK, &serde_json::to_value(&lock(&world).log).unwrap_or_default())
}

async fn state(State(world): State<Shared>) -> Response {
    let communities = lock(&world).services.iter_mut().map(|(number, service)| (number.to_string(), snapshot(service))).collect();
    reply(StatusCode::OK, &Value::Object(communities))
}

/// Everything a service holds, its products in the shape of generation B whatever its switches say.
fn snapshot(service: &mut Service) -> Value {
    let switches = service.switches;
    (service.switches.lists_archived, service.switches.reads) = (true, Generation::Names);
    let store: Value = serde_json::from_slice(&service.handle(Method::Get, "/stores", None, b"").body).unwrap_or_default();
    let mut products: Vec<Value> = Vec::new();
    loop {
        let path = format!("/products?skip={}&limit=100", products.len());
        let page: Value = serde_json::from_slice(&service.handle(Method::Get, &path, None, b"").body).unwrap_or_default();
        match page.get("data").and_then(Value::as_array).filter(|page| !page.is_empty()) {
            Some(page) => products.extend(page.iter().cloned()),
            None => break,
        }
    }
    service.switches = switches;
    let codes: Map<String, Value> = service.products().map(|it| (it.id.to_string(), json!(service.codes(it.id)))).collect();
    json!({ "communityID": service.community_id(), "store": store.get("data"), "products": products, "codes": codes })
}

fn ordered<T: DeserializeOwned>(body: &Bytes, obey: impl FnOnce(T) -> Result<Value, String>) -> Response {
    match serde_json::from_slice(body).map_err(|why| why.to_string()).and_then(obey) {
        Ok(value) => reply(StatusCode::OK, &value),
        Err(why) => reply(StatusCode::BAD_REQUEST, &json!({ "wrong": why })),
    }
}

fn reply(status: StatusCode, body: &Value) -> Response {
    (status, [(header::CONTENT_TYPE, "application/json")], body.to_string()).into_response()
}
