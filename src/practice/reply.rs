//! The documented envelopes: success ([dev 37690410], [dev 34355616]) and error ([dev schema-15051629]); and products in
//! both generations. Fields stand in the documented order.

use super::service::{Generation, Stored, World};
use crate::api::Response;
use crate::domain::{Permission, Price, Product, Timestamp};
use serde::Serialize;
use serde_json::{Value, json};

/// Why a request is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) status: u16,
    pub(super) message: String,
    /// More of the same kind, one a line.
    pub(super) detail: Option<String>,
}

impl Refusal {
    pub(super) fn new(status: u16, message: impl Into<String>) -> Self {
        Self { status, message: message.into(), detail: None }
    }
}

#[derive(Serialize)]
struct Envelope<M, D> {
    meta: M,
    message: &'static str,
    data: D,
}

#[derive(Serialize)]
struct Meta {
    status: &'static str,
    #[serde(rename = "statusCode")]
    status_code: u16,
    #[serde(flatten)]
    more: More,
}

/// What an answer's `meta` holds beside the status.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum More {
    Nothing {},
    Page { skip: usize, limit: usize, total: usize },
    Updated { updated: usize },
}

pub(super) fn succeed(message: &'static str, more: More, data: impl Serialize) -> Response {
    let meta = Meta { status: "success", status_code: 200, more };
    json_response(200, &Envelope { meta, message, data })
}

pub(super) fn refuse(refusal: &Refusal) -> Response {
    let Refusal { status, message, detail } = refusal;
    let mut body = json!({ "status": "error", "message": message, "meta": { "statusCode": status, "status": "error" } });
    if let (Some(detail), Some(body)) = (detail, body.as_object_mut()) {
        body.insert("detail".to_owned(), detail.as_str().into());
    }
    json_response(*status, &body)
}

fn json_response(status: u16, body: &impl Serialize) -> Response {
    Response {
        status,
        content_type: Some("application/json; charset=utf-8".to_owned()),
        retry_after: None,
        // Maps with text keys, in memory: nothing that can fail.
        body: serde_json::to_vec(body).unwrap_or_default(),
    }
}

/// A product in generation B ([dev 37690410]), every field of the reference's example in its order.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ByNames<'a> {
    #[serde(rename = "_id")]
    id: String,
    #[serde(rename = "communityID")]
    community_id: &'a str,
    name: Option<&'a str>,
    description: Option<&'a str>,
    image: Option<&'a str>,
    price: Option<Price>,
    category: Option<&'a str>,
    stocks: Option<i64>,
    discount_price: Option<Price>,
    is_discount_enabled: Option<bool>,
    discount_start_date: Option<String>,
    discount_end_date: Option<String>,
    user_information: Value,
    #[serde(rename = "shouldPrioritiesExpiringVouchers")]
    should_prioritise_expiring_vouchers: Option<bool>,
    should_display_remaining_quantity: Option<bool>,
    expiring_voucher_highlight: Value,
    is_archived: Option<bool>,
    total_orders: Option<i64>,
    redemption_instructions: Option<&'a str>,
    product_permission: Vec<Value>,
    is_product_access_enabled: Option<bool>,
    purchase_status_override: Value,
    created_at: Option<String>,
    updated_at: Option<String>,
}

pub(super) fn by_names<'a>(world: &'a World, stored: &'a Stored) -> ByNames<'a> {
    let it = &stored.product;
    ByNames {
        id: it.id.to_string(),
        community_id: &world.community_id,
        name: it.name.as_deref(),
        description: it.description.as_deref(),
        image: it.image.as_ref().and_then(Option::as_deref),
        price: it.price,
        category: it.category.as_ref().and_then(Option::as_deref),
        stocks: it.stocks,
        discount_price: it.discount_price.flatten(),
        is_discount_enabled: it.is_discount_enabled,
        discount_start_date: it.discount_start_date.flatten().as_ref().map(Timestamp::to_string),
        discount_end_date: it.discount_end_date.flatten().as_ref().map(Timestamp::to_string),
        user_information: user_information(it),
        should_prioritise_expiring_vouchers: it.should_prioritise_expiring_vouchers,
        should_display_remaining_quantity: it.should_display_remaining_quantity,
        expiring_voucher_highlight: highlight(it),
        is_archived: it.is_archived,
        total_orders: it.total_orders,
        redemption_instructions: it.redemption_instructions.as_deref(),
        product_permission: it.permissions.iter().flatten().map(permission).collect(),
        is_product_access_enabled: it.is_product_access_enabled,
        purchase_status_override: status_override(it, "status"),
        created_at: it.created_at.as_ref().map(Timestamp::to_string),
        updated_at: it.updated_at.as_ref().map(Timestamp::to_string),
    }
}

/// A product as an answer to a read, in the generation asked for.
pub(super) fn product(world: &World, stored: &Stored, place: usize, generation: Generation) -> Value {
    let mut value = serde_json::to_value(by_names(world, stored)).unwrap_or_default();
    if let (Generation::Ids, Some(map)) = (generation, value.as_object_mut()) {
        let category = map.remove("category").and_then(|name| world.category_id(name.as_str()?).map(str::to_owned));
        map.insert("categoryID".to_owned(), category.into());
        map.remove("productPermission");
        map.insert("type".to_owned(), "voucher".into());
        map.insert("displayOrder".to_owned(), place.into());
        map.insert("i18n".to_owned(), json!({ "nameTranslations": [] }));
        map.insert("customOptions".to_owned(), json!({ "isEnabled": false }));
        map.insert("purchaseStatusOverride".to_owned(), status_override(&stored.product, "statusID"));
    }
    value
}

fn user_information(product: &Product) -> Value {
    let it = product.user_information.unwrap_or_default();
    json!({
        "isEnabled": it.is_enabled,
        "shouldCollectName": it.should_collect_name,
        "shouldCollectPhone": it.should_collect_phone,
        "shouldCollectAddress": it.should_collect_address,
    })
}

fn highlight(product: &Product) -> Value {
    let it = product.expiring_voucher_highlight.clone().unwrap_or_default();
    json!({ "isEnabled": it.is_enabled, "duration": it.duration, "timeframe": it.timeframe.as_str() })
}

fn status_override(product: &Product, key: &str) -> Value {
    let status = product.purchase_status_override.as_ref().and_then(Option::as_deref);
    json!({ "isEnabled": status.is_some(), key: status })
}

fn permission(it: &Permission) -> Value {
    let groups = it.combination.iter().map(|group| json!({ "type": group.kind.as_str(), "values": group.values }));
    json!({
        "isEnabled": it.is_enabled,
        "type": it.kind.as_str(),
        "permission": {
            "roleNames": it.role_names, "tagNames": it.tag_names, "usernames": it.usernames,
            "combination": groups.collect::<Vec<_>>(),
        },
        "purchaseAccess": { "specialPrice": it.special_price, "isSpecialPriceEnabled": it.is_special_price_enabled },
        "purchaseLimit": {
            "isPurchaseLimitEnabled": it.is_purchase_limit_enabled, "quantity": it.purchase_limit_quantity,
            "intervalCount": it.purchase_limit_interval_count, "intervalUnit": it.purchase_limit_interval_unit.as_str(),
        },
        "accessLevel": it.access_level.as_str(),
        "isExclusiveTagEnabled": it.is_exclusive_tag_enabled,
    })
}
