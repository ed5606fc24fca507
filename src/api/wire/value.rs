//! Tolerant reading of single JSON values. Each function answers `None` where there is nothing of the kind.

use crate::domain::{Price, Timestamp};
use serde_json::Value;

/// The first of `keys` that the object has, whatever its value.
pub fn field<'a>(object: &'a Value, keys: &[&str]) -> Option<&'a Value> {
    keys.iter().find_map(|key| object.get(key))
}

/// A text, or a number or boolean written as text.
pub fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// A readable name: a text, or an object that carries one. Category answers name roles by text, legacy role rows by
/// `title` ([adss cat/create], [dev list-user-roles]).
pub fn name(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Object(_) => field(value, &["name", "title", "username"]).and_then(Value::as_str).map(str::to_owned),
        _ => None,
    }
}

/// A list of readable names; entries that are none are left out.
pub fn names(value: &Value) -> Option<Vec<String>> {
    value.as_array().map(|list| list.iter().filter_map(name).collect())
}

/// `true` or `false`.
pub fn flag(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(flag) => Some(*flag),
        Value::String(text) if text.eq_ignore_ascii_case("true") => Some(true),
        Value::String(text) if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

/// A whole number, also where it is written as `3.0` or `"3"`.
pub fn whole(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64().or_else(|| {
            let float = number.as_f64()?;
            // Within what a double keeps exactly, so that the conversion cannot change the number.
            (float.fract() == 0.0 && float.abs() < 9e15).then_some(float as i64)
        }),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// A whole number that is not below zero.
pub fn count(value: &Value) -> Option<u32> {
    whole(value).and_then(|number| u32::try_from(number).ok())
}

/// An amount; a number, or its digits as text.
pub fn price(value: &Value) -> Option<Price> {
    match value {
        Value::Number(number) => Price::from_json_number(number),
        Value::String(text) => Price::parse(text.trim()).ok(),
        _ => None,
    }
}

/// A moment, as ISO 8601 or as milliseconds since 1970.
pub fn moment(value: &Value) -> Option<Timestamp> {
    match value {
        Value::String(text) => Timestamp::parse(text.trim()).ok(),
        Value::Number(number) => number.as_i64().map(Timestamp::from_millis),
        _ => None,
    }
}

/// A value that may also be `null`: `Some(None)` is "returned as nothing". An empty text in place of a date or a number
/// says the same.
pub fn nullable<T>(value: &Value, read: impl Fn(&Value) -> Option<T>) -> Option<Option<T>> {
    if value.is_null() {
        return Some(None);
    }
    match read(value) {
        Some(it) => Some(Some(it)),
        None if value.as_str().is_some_and(|text| text.trim().is_empty()) => Some(None),
        None => None,
    }
}
