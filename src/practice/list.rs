//! The reads: `GET /stores`, `/products`, `/products/{id}`, `/categories` ([adss cfg/get], [dev 34355616],
//! [dev 34355623], [dev 34355292]).
//!
//! Choices where the reference is silent: a `limit` above 100 is cut to 100 rather than refused; parameters that are not
//! documented are ignored; several `filter`s must all hold; `search` looks at names and descriptions without regard to
//! letter case.

use super::reply::{self, More, Refusal};
use super::service::{Service, Stored};
use crate::api::Response;
use crate::domain::{Category, Product};
use serde_json::{Value, json};
use std::cmp::Ordering;

type Answer = Result<Response, Refusal>;

/// Most items of a page; more is cut.
const MAX_LIMIT: usize = 100;

pub(super) fn store(service: &Service, query: &str) -> Answer {
    let fields = fields(&pairs(query)?, &["isEnabled", "title", "description", "cover", "currency", "i18n", "widget"])?;
    let mut answer =
        serde_json::to_value(service.world.store.answer(&service.world.community_id, service.switches.reads)).unwrap_or_default();
    if let Some(fields) = fields {
        project(&mut answer, &fields);
        return Ok(reply::succeed("Read store config success.", More::Nothing {}, answer));
    }
    // Not by way of a Value, which would lose the documented order of the fields.
    Ok(reply::succeed(
        "Read store config success.",
        More::Nothing {},
        service.world.store.answer(&service.world.community_id, service.switches.reads),
    ))
}

pub(super) fn product(service: &Service, id: &str, query: &str) -> Answer {
    let id = id.parse().map_err(|_| Refusal::new(400, "productID must be a mongodb id"))?;
    let place = service.world.all().iter().position(|stored| stored.product.id == id);
    let (place, stored) = place
        .and_then(|place| Some((place, service.world.all().get(place)?)))
        .ok_or_else(|| Refusal::new(404, format!("Product {id} was not found in this community")))?;
    let mut value = reply::product(&service.world, stored, place, service.switches.reads);
    if let Some(fields) = product_fields(&pairs(query)?)? {
        project(&mut value, &fields);
    }
    Ok(reply::succeed("Read product success.", More::Nothing {}, value))
}

pub(super) fn products(service: &Service, query: &str) -> Answer {
    let pairs = pairs(query)?;
    let (skip, limit) = page(&pairs)?;
    let mut found: Vec<(usize, &Stored)> = service.world.all().iter().enumerate().collect();
    if !service.switches.lists_archived {
        found.retain(|(_, stored)| stored.product.is_archived != Some(true));
    }
    for (key, value) in &pairs {
        match key.as_str() {
            "search" => search(&mut found, value)?,
            "filter" => filter(service, &mut found, value)?,
            _ => {}
        }
    }
    if let Some((_, value)) = pairs.iter().find(|(key, _)| key == "sort") {
        sort(&mut found, value)?;
    }
    let fields = product_fields(&pairs)?;
    let total = found.len();
    let data: Vec<Value> = found
        .into_iter()
        .skip(skip)
        .take(limit)
        .map(|(place, stored)| {
            let mut value = reply::product(&service.world, stored, place, service.switches.reads);
            if let Some(fields) = &fields {
                project(&mut value, fields);
            }
            value
        })
        .collect();
    Ok(reply::succeed("Read products success.", More::Page { skip, limit, total }, data))
}

pub(super) fn categories(service: &Service, query: &str) -> Answer {
    let pairs = pairs(query)?;
    let (skip, limit) = page(&pairs)?;
    let mut found: Vec<(usize, &Category)> = service.world.categories.iter().enumerate().collect();
    for (_, value) in pairs.iter().filter(|(key, _)| key == "filter") {
        match value.split_once(':') {
            Some(("isArchived", flag @ ("true" | "false"))) => found.retain(|(_, it)| it.is_archived == (flag == "true")),
            _ => return Err(Refusal::new(400, format!("filter \"{value}\" is not allowed"))),
        }
    }
    let total = found.len();
    let answer = |(place, it): (usize, &Category)| {
        json!({
            "_id": it.id, "communityID": service.world.community_id, "name": it.name, "coverImage": "",
            "shouldShowCover": false, "isArchived": it.is_archived, "viewType": "full", "displayOrder": place,
            "categoryPermission": [], "defaultPurchaseStatus": null,
        })
    };
    let data: Vec<Value> = found.into_iter().skip(skip).take(limit).map(answer).collect();
    Ok(reply::succeed("Read categories success.", More::Page { skip, limit, total }, data))
}

fn search(found: &mut Vec<(usize, &Stored)>, value: &str) -> Result<(), Refusal> {
    let Some(("keyword" | "name", wanted)) = value.split_once(':') else {
        return Err(Refusal::new(400, "search must be keyword:<value>"));
    };
    let wanted = wanted.to_lowercase();
    let has = |text: &Option<String>| text.as_ref().is_some_and(|text| text.to_lowercase().contains(&wanted));
    found.retain(|(_, stored)| has(&stored.product.name) || has(&stored.product.description));
    Ok(())
}

fn filter(service: &Service, found: &mut Vec<(usize, &Stored)>, value: &str) -> Result<(), Refusal> {
    match value.split_once(':') {
        Some(("categoryID", id)) => {
            let name = service.world.categories.iter().find(|category| category.id == id).map(|it| it.name.as_str());
            found.retain(|(_, stored)| name.is_some() && stored.product.category.as_ref().and_then(Option::as_deref) == name);
        }
        Some(("type", kind)) => found.retain(|_| kind == "voucher"),
        _ => return Err(Refusal::new(400, format!("filter \"{value}\" is not allowed"))),
    }
    Ok(())
}

/// Only `displayOrder` is named in the reference; the others are what a list is usually sorted by.
fn sort(found: &mut [(usize, &Stored)], value: &str) -> Result<(), Refusal> {
    let compare: fn(&Product, &Product) -> Ordering = match value.split(':').next() {
        Some("displayOrder") => |_, _| Ordering::Equal,
        Some("name") => |a, b| a.name.cmp(&b.name),
        Some("price") => |a, b| a.price.cmp(&b.price),
        Some("stocks") => |a, b| a.stocks.cmp(&b.stocks),
        Some("createdAt") => |a, b| a.created_at.cmp(&b.created_at),
        Some("updatedAt") => |a, b| a.updated_at.cmp(&b.updated_at),
        _ => return Err(Refusal::new(400, format!("sort \"{value}\" is not allowed"))),
    };
    // By place where otherwise equal, so that pages neither overlap nor leave gaps.
    let order = |a: &(usize, &Stored), b: &(usize, &Stored)| compare(&a.1.product, &b.1.product).then(a.0.cmp(&b.0));
    match value.split_once(':') {
        Some((_, "asc")) => found.sort_by(order),
        Some((_, "desc")) => found.sort_by(|a, b| order(b, a)),
        _ => return Err(Refusal::new(400, "sort must be field:asc or field:desc")),
    }
    Ok(())
}

/// `skip` (from 0, by default 0) and `limit` (from 1, by default 20, cut to 100).
fn page(pairs: &[(String, String)]) -> Result<(usize, usize), Refusal> {
    let number = |key: &str, usual: usize, least: usize| match pairs.iter().find(|(name, _)| name == key) {
        None => Ok(usual),
        Some((_, text)) => text
            .parse()
            .ok()
            .filter(|number| *number >= least)
            .ok_or_else(|| Refusal::new(400, format!("{key} must be an integer not below {least}"))),
    };
    Ok((number("skip", 0, 0)?, number("limit", 20, 1)?.min(MAX_LIMIT)))
}

fn product_fields(pairs: &[(String, String)]) -> Result<Option<Vec<String>>, Refusal> {
    const SELECTABLE: [&str; 27] = [
        "communityID",
        "name",
        "description",
        "image",
        "price",
        "category",
        "categoryID",
        "type",
        "stocks",
        "discountPrice",
        "isDiscountEnabled",
        "discountStartDate",
        "discountEndDate",
        "userInformation",
        "shouldPrioritiesExpiringVouchers",
        "shouldDisplayRemainingQuantity",
        "expiringVoucherHighlight",
        "isArchived",
        "totalOrders",
        "redemptionInstructions",
        "isProductAccessEnabled",
        "purchaseStatusOverride",
        "displayOrder",
        "i18n",
        "customOptions",
        "createdAt",
        "updatedAt",
    ];
    fields(pairs, &SELECTABLE)
}

/// `fields`: a comma-separated projection; what cannot be selected is refused ([dev 34355616]).
fn fields(pairs: &[(String, String)], selectable: &[&str]) -> Result<Option<Vec<String>>, Refusal> {
    let Some((_, value)) = pairs.iter().find(|(key, _)| key == "fields") else { return Ok(None) };
    let wanted: Vec<String> = value.split(',').map(|field| field.trim().to_owned()).filter(|field| !field.is_empty()).collect();
    match wanted.iter().find(|field| *field != "_id" && !selectable.contains(&field.as_str())) {
        Some(field) => Err(Refusal::new(400, format!("field \"{field}\" cannot be selected"))),
        None => Ok(Some(wanted)),
    }
}

fn project(value: &mut Value, fields: &[String]) {
    if let Some(map) = value.as_object_mut() {
        map.retain(|key, _| key == "_id" || fields.iter().any(|field| field == key));
    }
}

/// The query's pairs, decoded; `+` is a blank, as in forms.
fn pairs(query: &str) -> Result<Vec<(String, String)>, Refusal> {
    let bad = || Refusal::new(400, "The query cannot be decoded");
    let decode = |text: &str| -> Result<String, Refusal> {
        let mut bytes = Vec::with_capacity(text.len());
        let mut rest = text.bytes();
        while let Some(byte) = rest.next() {
            bytes.push(match byte {
                b'+' => b' ',
                b'%' => {
                    let mut digit = || rest.next().and_then(|b| char::from(b).to_digit(16)).and_then(|d| u8::try_from(d).ok());
                    digit().zip(digit()).map(|(high, low)| high << 4 | low).ok_or_else(bad)?
                }
                other => other,
            });
        }
        String::from_utf8(bytes).map_err(|_| bad())
    };
    query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(key, value)| Ok((decode(key)?, decode(value)?)))
        .collect()
}

#[cfg(test)]
mod tests;
