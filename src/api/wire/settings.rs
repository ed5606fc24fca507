//! The store's settings as JSON: read from `GET /stores` and from the answer to a change, written for `PUT /stores`
//! ([adss cfg/get], [dev 34355284], [dev cfg/update], [adss cfg/update]).
//!
//! Read from the text and not by way of a [`serde_json::Value`]: what the reference does not show keeps its order and its
//! numbers to the letter, so that it can be sent back as it came. Ids and whatever looks like a secret, `widget.apiKey`
//! first of all, are dropped here.

use crate::domain::settings::{Opaque, SettingPath, SettingValue, Settings, SettingsPatch, Walk, is_never_sent};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::fmt;

/// Reads the settings from an answer's whole body. What is not there counts as not returned; an answer without an object
/// in its place has none.
#[must_use]
pub fn read_settings(body: &[u8]) -> Settings {
    let mut settings = Settings::default();
    let Ok(envelope) = serde_json::from_slice::<Members<'_>>(body) else { return settings };
    let data = ["data", "body"].iter().find_map(|key| envelope.0.iter().rev().find(|(name, _)| name == key));
    let Some(data) = data.and_then(|(_, data)| members(data)) else { return settings };
    let community = data.iter().rev().find(|(key, _)| key == "communityID");
    settings.community_id = community.and_then(|(_, id)| serde_json::from_str(id.get()).ok());
    read_object(data, &SettingPath::default(), &mut settings);
    settings
}

/// Settings documented as numbers ([dev 34355284]): a service that shows one as a text means the number, and is sent one.
const NUMBERS: [&str; 2] = ["widget.size.width", "widget.size.height"];

/// The body of a change: what is set, in the documented order, objects whole.
#[must_use]
pub fn write_settings(patch: &SettingsPatch) -> Vec<u8> {
    let mut json = Json(String::from("{"));
    patch.as_settings().walk(&mut json);
    json.0.push('}');
    json.0.into_bytes()
}

/// An object's members in their order, values as they stand.
struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Vec<(String, &'de RawValue)>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(members)
            }
        }
        deserializer.deserialize_map(InOrder).map(Self)
    }
}

fn members(raw: &RawValue) -> Option<Vec<(String, &RawValue)>> {
    raw.get().starts_with('{').then(|| serde_json::from_str::<Members<'_>>(raw.get()).ok()).flatten().map(|members| members.0)
}

fn read_object(members: Vec<(String, &RawValue)>, path: &SettingPath, settings: &mut Settings) {
    for (key, raw) in members {
        let at = path.join(&key);
        if is_never_sent(&key) || is_secret(&key) {
            if is_secret(&key) {
                settings.withheld.push(at);
            }
            continue;
        }
        match self::members(raw) {
            Some(inner) if settings.open(&at) => read_object(inner, &at, settings),
            _ => {
                let value = value(raw, &at, &mut settings.withheld);
                settings.set(&at, value);
            }
        }
    }
}

fn value(raw: &RawValue, at: &SettingPath, withheld: &mut Vec<SettingPath>) -> Option<SettingValue> {
    let json = raw.get();
    match json.as_bytes().first()? {
        b't' => Some(SettingValue::Flag(true)),
        b'f' => Some(SettingValue::Flag(false)),
        b'"' => {
            let text: String = serde_json::from_str(json).ok()?;
            let number = NUMBERS.iter().any(|path| *at == SettingPath::from(*path)).then(|| text.trim().parse().ok()).flatten();
            Some(number.map_or(SettingValue::Text(text), SettingValue::Number))
        }
        b'0'..=b'9' if json.parse::<u32>().is_ok() => json.parse().ok().map(SettingValue::Number),
        b'[' if let Ok(words) = serde_json::from_str(json) => Some(SettingValue::List(words)),
        _ => Opaque::parse(&without_secrets(raw, at, withheld)).ok().map(SettingValue::Opaque),
    }
}

/// The JSON without members whose names say that they are secrets, at any depth.
fn without_secrets(raw: &RawValue, at: &SettingPath, withheld: &mut Vec<SettingPath>) -> String {
    if let Some(members) = members(raw) {
        let mut kept = Vec::new();
        for (key, inner) in members {
            let at = at.join(&key);
            if is_secret(&key) {
                withheld.push(at);
            } else {
                kept.push(format!("{}:{}", quoted(&key), without_secrets(inner, &at, withheld)));
            }
        }
        format!("{{{}}}", kept.join(","))
    } else if let Some(items) =
        raw.get().starts_with('[').then(|| serde_json::from_str::<Vec<&RawValue>>(raw.get()).ok()).flatten()
    {
        let items: Vec<_> = items
            .into_iter()
            .enumerate()
            .map(|(index, item)| without_secrets(item, &at.join(&index.to_string()), withheld))
            .collect();
        format!("[{}]", items.join(","))
    } else {
        raw.get().to_owned()
    }
}

fn quoted(text: &str) -> String {
    // A text in memory: nothing that can fail.
    serde_json::to_string(text).unwrap_or_default()
}

/// Whether a field of this name holds a secret, whatever its value.
#[must_use]
pub fn is_secret(name: &str) -> bool {
    let plain: String = name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    plain.contains("apikey") || ["secret", "token", "password", "privatekey"].iter().any(|word| plain.ends_with(word))
}

/// JSON in the making.
struct Json(String);

impl Json {
    fn key(&mut self, key: &str) {
        if !self.0.ends_with('{') {
            self.0.push(',');
        }
        self.0.push_str(&quoted(key));
        self.0.push(':');
    }
}

impl Walk for Json {
    fn leaf(&mut self, key: &str, value: SettingValue) {
        self.key(key);
        match value {
            SettingValue::Flag(flag) => self.0.push_str(if flag { "true" } else { "false" }),
            SettingValue::Number(number) => self.0.push_str(&number.to_string()),
            SettingValue::Text(text) => self.0.push_str(&quoted(&text)),
            SettingValue::List(items) => self.0.push_str(&serde_json::to_string(&items).unwrap_or_default()),
            SettingValue::Opaque(json) => self.0.push_str(json.as_str()),
        }
    }

    fn enter(&mut self, key: &str) {
        self.key(key);
        self.0.push('{');
    }

    fn leave(&mut self) {
        self.0.push('}');
    }
}

#[cfg(test)]
mod tests;
