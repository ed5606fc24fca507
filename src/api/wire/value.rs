//! Tolerant reading of single JSON values. Each function answers `None` where there is nothing of the kind.

use crate::domain::{Price, Timestamp};
use serde_json::{Number, Value};

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

/// A moment, as ISO 8601, or as seconds or milliseconds since 1970: see [`millis`].
pub fn moment(value: &Value) -> Option<Timestamp> {
    match value {
        Value::String(text) => Timestamp::parse(text.trim()).ok(),
        Value::Number(number) => millis(number).map(Timestamp::from_millis),
        _ => None,
    }
}

/// From here on a bare number counts milliseconds, below it seconds. As seconds this is the year 5138, as milliseconds
/// March 1973: no date of a store is beyond either. The choice stands in [`crate::domain::CHOICES`].
const MILLIS_FROM: u64 = 100_000_000_000;

/// A bare number as milliseconds since 1970. Such dates are in no example of the reference, but in many other services.
fn millis(number: &Number) -> Option<i64> {
    match number.as_i64() {
        Some(whole) if whole.unsigned_abs() < MILLIS_FROM => Some(whole * 1_000),
        Some(whole) => Some(whole),
        None => {
            let number = number.as_f64().filter(|number| number.abs() < 9e15)?;
            let is_seconds = number.abs() < MILLIS_FROM as f64;
            Some(if is_seconds { (number * 1_000.0).round() as i64 } else { number as i64 })
        }
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

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_bare_number_is_a_moment_in_seconds_or_in_milliseconds() {
        let new_year = Timestamp::parse("2026-01-01T00:00:00Z").unwrap();
        for value in [json!("2026-01-01"), json!(1_767_225_600_000_i64), json!(1_767_225_600), json!(1_767_225_600.0)] {
            assert_eq!(moment(&value), Some(new_year), "{value}");
        }
        // What was shown with a fraction of a second keeps its milliseconds.
        assert_eq!(moment(&json!(1_767_225_600.25)), Some(Timestamp::from_millis(1_767_225_600_250)));
        assert_eq!(moment(&json!(99_999_999_999_i64)), Some(Timestamp::from_millis(99_999_999_999_000)), "the year 5138");
        assert_eq!(moment(&json!(100_000_000_000_i64)), Some(Timestamp::from_millis(100_000_000_000)), "March 1973");
        assert_eq!(moment(&json!(-86_400)), Some(Timestamp::from_millis(-86_400_000)));
        assert_eq!(moment(&json!(i64::MIN)), Some(Timestamp::from_millis(i64::MIN)));
        for value in [json!(null), json!(true), json!("soon"), json!(1e300)] {
            assert_eq!(moment(&value), None, "{value}");
        }
    }
}
