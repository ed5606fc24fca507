//! One item of a bulk update, read strictly ([dev 37690410], [adss 37690410], [adss prod/update]).
//!
//! In: a JSON value. Out: a [`ProductPatch`] of which every name is known to the community, or what is wrong with it.
//!
//! Strict where the reference is silent: a field it does not show, a wrong type, a nested value with a part too few or too
//! many, an unknown name are all refused with 400, since "invalid DTO fields" are listed among what is.

use super::service::World;
use crate::domain::{
    Edit, ExpiringHighlight, Permission, PermissionGroup, Price, ProductId, ProductPatch, Timestamp, UserInformation,
    VoucherAppend, VoucherCode,
};
use serde_json::{Map, Value};
use std::collections::HashSet;

type Read<T> = Result<T, String>;

/// Reads an item. The error names the field.
pub(super) fn read(item: &Value, world: &World) -> Read<ProductPatch> {
    let map = item.as_object().ok_or("an item must be an object")?;
    let id = id(item)?;
    only(
        map,
        &[
            "productID",
            "name",
            "description",
            "image",
            "price",
            "categoryName",
            "discountPrice",
            "isDiscountEnabled",
            "discountStartDate",
            "discountEndDate",
            "userInformation",
            "shouldPrioritiesExpiringVouchers",
            "shouldDisplayRemainingQuantity",
            "expiringVoucherHighlight",
            "isArchived",
            "redemptionInstructions",
            "productPermission",
            "isProductAccessEnabled",
            "purchaseStatusOverrideName",
            "vouchers",
            "voucherExpireDate",
        ],
    )?;
    Ok(ProductPatch {
        id,
        name: set(map, "name", filled)?,
        description: set(map, "description", text)?,
        image: set(map, "image", image)?,
        price: set(map, "price", price)?,
        category_name: set(map, "categoryName", |value| {
            let name = filled(value)?;
            world.category_id(&name).map(|_| name.clone()).ok_or_else(|| format!("there is no category \"{name}\""))
        })?,
        is_discount_enabled: set(map, "isDiscountEnabled", flag)?,
        discount_price: set(map, "discountPrice", price)?,
        discount_start_date: set(map, "discountStartDate", |value| or_null(value, moment))?,
        discount_end_date: set(map, "discountEndDate", |value| or_null(value, moment))?,
        user_information: set(map, "userInformation", user_information)?,
        should_prioritise_expiring_vouchers: set(map, "shouldPrioritiesExpiringVouchers", flag)?,
        should_display_remaining_quantity: set(map, "shouldDisplayRemainingQuantity", flag)?,
        expiring_voucher_highlight: set(map, "expiringVoucherHighlight", highlight)?,
        is_archived: set(map, "isArchived", flag)?,
        redemption_instructions: set(map, "redemptionInstructions", text)?,
        is_product_access_enabled: set(map, "isProductAccessEnabled", flag)?,
        purchase_status_override_name: set(map, "purchaseStatusOverrideName", |value| {
            or_null(value, |value| known(filled(value)?, &world.statuses, "purchase status"))
        })?,
        permissions: set(map, "productPermission", |value| {
            list(value)?.iter().enumerate().map(|(at, it)| permission(it, world).map_err(|why| format!("{at}: {why}"))).collect()
        })?,
        vouchers: vouchers(map)?,
    })
}

/// The item's product id.
pub(super) fn id(item: &Value) -> Read<ProductId> {
    let id = item.get("productID").ok_or("productID is missing")?;
    id.as_str().and_then(|id| id.parse().ok()).ok_or_else(|| "productID must be an id of 24 hexadecimal digits".to_owned())
}

/// Both or neither; the date may be `""` only where there are no codes ([adss 37690410]).
fn vouchers(map: &Map<String, Value>) -> Read<Option<VoucherAppend>> {
    let codes = match map.get("vouchers") {
        None => Vec::new(),
        Some(value) => list(value)
            .and_then(|codes| {
                codes.iter().map(|code| VoucherCode::parse(&text(code)?).map_err(|why| why.to_string())).collect::<Read<Vec<_>>>()
            })
            .map_err(|why| format!("vouchers: {why}"))?,
    };
    match (codes.is_empty(), map.get("voucherExpireDate")) {
        (true, None) => Ok(None),
        (true, Some(Value::String(date))) if date.is_empty() => Ok(None),
        (true, Some(_)) => Err("voucherExpireDate: there are no vouchers for it".to_owned()),
        (false, None) => Err("voucherExpireDate is required with vouchers".to_owned()),
        (false, Some(date)) => {
            let expire_date = moment(date).map_err(|why| format!("voucherExpireDate: {why}"))?;
            Ok(Some(VoucherAppend { codes, expire_date }))
        }
    }
}

/// The first code that stands twice in the list.
pub(super) fn repeated(codes: &[VoucherCode]) -> Option<&VoucherCode> {
    let mut seen = HashSet::new();
    codes.iter().find(|code| !seen.insert(*code))
}

fn set<T>(map: &Map<String, Value>, key: &str, read: impl FnOnce(&Value) -> Read<T>) -> Read<Edit<T>> {
    match map.get(key) {
        None => Ok(Edit::Keep),
        Some(value) => read(value).map(Edit::Set).map_err(|why| format!("{key}: {why}")),
    }
}

fn only(map: &Map<String, Value>, allowed: &[&str]) -> Read<()> {
    match map.keys().find(|key| !allowed.contains(&key.as_str())) {
        Some(key) => Err(format!("property {key} should not exist")),
        None => Ok(()),
    }
}

/// An object that has exactly these parts: "complete nested shape" ([adss 37690410]).
fn whole<'a>(value: &'a Value, parts: &[&str]) -> Read<&'a Map<String, Value>> {
    let map = value.as_object().ok_or("must be an object")?;
    only(map, parts)?;
    match parts.iter().find(|part| !map.contains_key(**part)) {
        Some(part) => Err(format!("incomplete: {part} is missing")),
        None => Ok(map),
    }
}

fn part<T>(map: &Map<String, Value>, key: &str, read: impl FnOnce(&Value) -> Read<T>) -> Read<T> {
    read(map.get(key).unwrap_or(&Value::Null)).map_err(|why| format!("{key}: {why}"))
}

fn text(value: &Value) -> Read<String> {
    value.as_str().map(str::to_owned).ok_or_else(|| "must be a string".to_owned())
}

fn filled(value: &Value) -> Read<String> {
    text(value).and_then(|text| if text.trim().is_empty() { Err("should not be empty".to_owned()) } else { Ok(text) })
}

fn flag(value: &Value) -> Read<bool> {
    value.as_bool().ok_or_else(|| "must be a boolean".to_owned())
}

fn count(value: &Value) -> Read<u32> {
    value.as_u64().and_then(|it| u32::try_from(it).ok()).ok_or_else(|| "must be an integer not below 0".to_owned())
}

fn price(value: &Value) -> Read<Price> {
    let number = value.as_number().ok_or("must be a number")?;
    Price::from_json_number(number).ok_or_else(|| "must not be less than 0".to_owned())
}

fn moment(value: &Value) -> Read<Timestamp> {
    Timestamp::parse(&text(value)?).map_err(|why| format!("must be an ISO 8601 date: {why}"))
}

/// A data URL is refused ([dev cfg/update], for the store's images).
fn image(value: &Value) -> Read<String> {
    let image = text(value)?;
    if image.is_empty() || image.starts_with("https://") { Ok(image) } else { Err("must be a hosted https address".to_owned()) }
}

fn or_null<T>(value: &Value, read: impl FnOnce(&Value) -> Read<T>) -> Read<Option<T>> {
    if value.is_null() { Ok(None) } else { read(value).map(Some) }
}

fn list(value: &Value) -> Read<&[Value]> {
    value.as_array().map(Vec::as_slice).ok_or_else(|| "must be an array".to_owned())
}

fn known(name: String, names: &[String], what: &str) -> Read<String> {
    if names.contains(&name) { Ok(name) } else { Err(format!("there is no {what} \"{name}\"")) }
}

fn all_known(value: &Value, names: &[String], what: &str) -> Read<Vec<String>> {
    list(value)?.iter().map(|name| known(text(name)?, names, what)).collect()
}

fn user_information(value: &Value) -> Read<UserInformation> {
    let map = whole(value, &["isEnabled", "shouldCollectName", "shouldCollectPhone", "shouldCollectAddress"])?;
    Ok(UserInformation {
        is_enabled: part(map, "isEnabled", flag)?,
        should_collect_name: part(map, "shouldCollectName", flag)?,
        should_collect_phone: part(map, "shouldCollectPhone", flag)?,
        should_collect_address: part(map, "shouldCollectAddress", flag)?,
    })
}

fn highlight(value: &Value) -> Read<ExpiringHighlight> {
    let map = whole(value, &["isEnabled", "duration", "timeframe"])?;
    Ok(ExpiringHighlight {
        is_enabled: part(map, "isEnabled", flag)?,
        duration: part(map, "duration", count)?,
        timeframe: part(map, "timeframe", filled)?.as_str().into(),
    })
}

fn permission(value: &Value, world: &World) -> Read<Permission> {
    let entry = whole(
        value,
        &["isEnabled", "type", "permission", "purchaseAccess", "purchaseLimit", "accessLevel", "isExclusiveTagEnabled"],
    )?;
    let people = part(entry, "permission", |it| whole(it, &["roleNames", "tagNames", "usernames", "combination"]).cloned())?;
    let access = part(entry, "purchaseAccess", |it| whole(it, &["specialPrice", "isSpecialPriceEnabled"]).cloned())?;
    let limit = part(entry, "purchaseLimit", |it| {
        whole(it, &["isPurchaseLimitEnabled", "quantity", "intervalCount", "intervalUnit"]).cloned()
    })?;
    Ok(Permission {
        is_enabled: part(entry, "isEnabled", flag)?,
        kind: part(entry, "type", filled)?.as_str().into(),
        role_names: part(&people, "roleNames", |it| all_known(it, &world.roles, "role"))?,
        tag_names: part(&people, "tagNames", |it| all_known(it, &world.tags, "tag"))?,
        usernames: part(&people, "usernames", |it| all_known(it, &world.users, "user"))?,
        combination: part(&people, "combination", |it| list(it)?.iter().map(|group| self::group(group, world)).collect())?,
        special_price: part(&access, "specialPrice", price)?,
        is_special_price_enabled: part(&access, "isSpecialPriceEnabled", flag)?,
        is_purchase_limit_enabled: part(&limit, "isPurchaseLimitEnabled", flag)?,
        purchase_limit_quantity: part(&limit, "quantity", count)?,
        purchase_limit_interval_count: part(&limit, "intervalCount", count)?,
        purchase_limit_interval_unit: part(&limit, "intervalUnit", filled)?.as_str().into(),
        access_level: part(entry, "accessLevel", filled)?.as_str().into(),
        is_exclusive_tag_enabled: part(entry, "isExclusiveTagEnabled", flag)?,
    })
}

fn group(value: &Value, world: &World) -> Read<PermissionGroup> {
    let map = whole(value, &["type", "values"])?;
    let kind = part(map, "type", filled)?;
    let values = part(map, "values", |it| match kind.as_str() {
        "role" => all_known(it, &world.roles, "role"),
        "tag" => all_known(it, &world.tags, "tag"),
        "user" => all_known(it, &world.users, "user"),
        _ => list(it)?.iter().map(text).collect(),
    })?;
    Ok(PermissionGroup { kind: kind.as_str().into(), values })
}
