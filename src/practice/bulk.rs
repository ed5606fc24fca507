//! `PUT /products/bulk` ([dev 37690410], [adss 37690410]).
//!
//! In: the body. Out: the documented answer, the products changed. Choices where the reference is silent: an empty array
//! and a product twice in one request are refused with 400; so is an unknown product, as the page has no 404 tab; a code
//! repeated within a product, in the request or against what it has, is 409; 400 goes before 409; the answer keeps the
//! request's order. What happens to the good items beside a bad one is a switch.

use super::reply::{self, More, Refusal};
use super::service::{OnBadItem, Service, Stored, Voucher};
use super::{form, item};
use crate::api::Response;
use crate::domain::{Edit, ProductId, ProductPatch, Timestamp};
use serde_json::Value;
use std::collections::HashSet;

/// Products a request may hold.
const LIMIT: usize = 100;

pub(super) fn update(service: &mut Service, content_type: Option<&str>, body: &[u8]) -> Result<Response, Refusal> {
    let media_type = content_type.unwrap_or("").split(';').next().unwrap_or("").trim();
    let items = if media_type.eq_ignore_ascii_case("multipart/form-data") {
        form::items(content_type.unwrap_or(""), body)?
    } else if media_type.eq_ignore_ascii_case("application/json") {
        let body: Value = serde_json::from_slice(body).map_err(|why| Refusal::new(400, format!("Invalid JSON: {why}")))?;
        let Value::Array(items) = body else { return Err(Refusal::new(400, "The body must be a raw array of products")) };
        items
    } else {
        return Err(Refusal::new(400, "Content-Type must be application/json or multipart/form-data"));
    };
    if items.is_empty() || items.len() > LIMIT {
        return Err(Refusal::new(400, format!("Between 1 and {LIMIT} products may be updated at once, not {}", items.len())));
    }
    let mut ids = HashSet::new();
    let read = items.iter().enumerate().map(|(at, item)| check(service, item, &mut ids).map_err(|why| (at, why)));
    let (good, bad): (Vec<_>, Vec<_>) = read.partition(Result::is_ok);
    let good: Vec<ProductPatch> = good.into_iter().filter_map(Result::ok).collect();
    let bad: Vec<(usize, Refusal)> = bad.into_iter().filter_map(Result::err).collect();
    if bad.is_empty() || service.switches.on_bad_item != OnBadItem::RefuseAll {
        let now = service.write_time();
        for patch in &good {
            if let Some(stored) = service.world.find_mut(patch.id) {
                apply(patch, stored, now);
            }
        }
    }
    if !bad.is_empty() && service.switches.on_bad_item != OnBadItem::ApplyRestAndSucceed {
        return Err(summary(&items, &bad));
    }
    let changed: Vec<_> = good.iter().filter_map(|patch| service.world.find(patch.id)).collect();
    let data: Vec<_> = changed.iter().map(|stored| reply::by_names(&service.world, stored)).collect();
    Ok(reply::succeed("Update products success.", More::Updated { updated: data.len() }, &data))
}

fn check(service: &Service, value: &Value, ids: &mut HashSet<ProductId>) -> Result<ProductPatch, Refusal> {
    let refuse = |why| Refusal::new(400, why);
    let id = item::id(value).map_err(refuse)?;
    let stored = service.world.find(id).ok_or_else(|| refuse(format!("product {id} was not found in this community")))?;
    if !ids.insert(id) {
        return Err(refuse(format!("product {id} is twice in this request")));
    }
    let patch = item::read(value, &service.world).map_err(refuse)?;
    if let Some(vouchers) = &patch.vouchers {
        let stored_code =
            vouchers.codes.iter().find(|code| !service.switches.takes_stored_codes && stored.has_code(code.reveal()));
        if let Some(code) = item::repeated(&vouchers.codes).or(stored_code) {
            return Err(Refusal::new(409, format!("duplicate voucher code {} within the same product", code.reveal())));
        }
    }
    Ok(patch)
}

/// One refusal for all bad items: the first 400, else the first 409; the detail lists up to ten.
fn summary(items: &[Value], bad: &[(usize, Refusal)]) -> Refusal {
    let line = |(at, refusal): &(usize, Refusal)| {
        let id = items.get(*at).and_then(|item| item.get("productID")).and_then(Value::as_str).unwrap_or("no id");
        format!("item {} ({id}): {}", at + 1, refusal.message)
    };
    let first = bad.iter().find(|(_, refusal)| refusal.status == 400).or(bad.first());
    Refusal {
        status: first.map_or(400, |(_, refusal)| refusal.status),
        message: first.map(line).unwrap_or_default(),
        detail: (bad.len() > 1).then(|| bad.iter().take(10).map(line).collect::<Vec<_>>().join("\n")),
    }
}

/// Applies a patch that has been checked. Without `..`, so that no field is forgotten.
fn apply(patch: &ProductPatch, stored: &mut Stored, now: Timestamp) {
    let ProductPatch {
        id: _,
        name,
        description,
        image,
        price,
        category_name,
        is_discount_enabled,
        discount_price,
        discount_start_date,
        discount_end_date,
        user_information,
        should_prioritise_expiring_vouchers,
        should_display_remaining_quantity,
        expiring_voucher_highlight,
        is_archived,
        redemption_instructions,
        is_product_access_enabled,
        purchase_status_override_name,
        permissions,
        vouchers,
    } = patch;
    let it = &mut stored.product;
    put(&mut it.name, name);
    put(&mut it.description, description);
    if let Edit::Set(image) = image {
        it.image = Some((!image.is_empty()).then(|| image.clone()));
    }
    put(&mut it.price, price);
    if let Edit::Set(name) = category_name {
        it.category = Some(Some(name.clone()));
    }
    put(&mut it.is_discount_enabled, is_discount_enabled);
    if let Edit::Set(price) = discount_price {
        it.discount_price = Some(Some(*price));
    }
    put(&mut it.discount_start_date, discount_start_date);
    put(&mut it.discount_end_date, discount_end_date);
    put(&mut it.user_information, user_information);
    put(&mut it.should_prioritise_expiring_vouchers, should_prioritise_expiring_vouchers);
    put(&mut it.should_display_remaining_quantity, should_display_remaining_quantity);
    put(&mut it.expiring_voucher_highlight, expiring_voucher_highlight);
    put(&mut it.is_archived, is_archived);
    put(&mut it.redemption_instructions, redemption_instructions);
    put(&mut it.is_product_access_enabled, is_product_access_enabled);
    put(&mut it.purchase_status_override, purchase_status_override_name);
    put(&mut it.permissions, permissions);
    it.updated_at = Some(now);
    for (codes, expire_date) in vouchers.iter().map(|it| (&it.codes, it.expire_date)) {
        stored.vouchers.extend(codes.iter().map(|code| Voucher { code: code.reveal().to_owned(), expire_date }));
    }
    stored.count();
}

fn put<T: Clone>(field: &mut Option<T>, edit: &Edit<T>) {
    if let Edit::Set(value) = edit {
        *field = Some(value.clone());
    }
}

#[cfg(test)]
mod tests;
