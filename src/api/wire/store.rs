//! The store configuration as `GET /stores` answers it, in both documented generations ([adss cfg/get],
//! [dev 34355284]).
//!
//! The documented answer holds `widget.apiKey` in clear. It is dropped here, with everything else whose name says that it
//! is a secret, so that nothing behind this line can show, compare, store or send it.

use super::value::{flag, text};
use crate::domain::store::StoreSettings;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use std::fmt;

/// Reads the settings from the envelope's `data`, and from the body once more for the order of its fields, which
/// [`Value`] does not keep.
#[must_use]
pub fn read_store(data: &Value, body: &[u8]) -> StoreSettings {
    let mut entries = Vec::new();
    let mut reader = serde_json::Deserializer::from_slice(body);
    // The body has been read once already, so this cannot fail; were it to, the list for display would be short.
    let _ = Envelope(&mut entries).deserialize(&mut reader);
    StoreSettings {
        community_id: data.get("communityID").and_then(text),
        is_enabled: data.get("isEnabled").and_then(flag),
        title: data.get("title").and_then(text),
        description: data.get("description").and_then(text),
        currency_name: data.get("currency").and_then(|currency| currency.get("name")).and_then(text),
        entries,
    }
}

/// Whether a field of this name holds a secret, whatever its value.
#[must_use]
pub fn is_secret(name: &str) -> bool {
    let plain: String = name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    plain.contains("apikey") || ["secret", "token", "password", "privatekey"].iter().any(|word| plain.ends_with(word))
}

type Entries = Vec<(String, String)>;

/// The outermost object: only what is under `data` (or `body`, in the legacy envelope) is of interest.
struct Envelope<'a>(&'a mut Entries);

impl<'de> DeserializeSeed<'de> for Envelope<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Envelope<'_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an envelope")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            if key == "data" || key == "body" {
                map.next_value_seed(Flat { path: String::new(), into: self.0 })?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

/// Any value at `path`: its leaves are appended as (path, text).
struct Flat<'a> {
    path: String,
    into: &'a mut Entries,
}

impl Flat<'_> {
    fn leaf(self, text: impl Into<String>) {
        // The document itself without any field is nothing to show.
        if !self.path.is_empty() {
            self.into.push((self.path, text.into()));
        }
    }
}

impl<'de> DeserializeSeed<'de> for Flat<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Flat<'_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }
    fn visit_unit<E>(self) -> Result<(), E> {
        self.leaf("null");
        Ok(())
    }
    fn visit_bool<E>(self, it: bool) -> Result<(), E> {
        self.leaf(if it { "true" } else { "false" });
        Ok(())
    }
    fn visit_i64<E>(self, it: i64) -> Result<(), E> {
        self.leaf(it.to_string());
        Ok(())
    }
    fn visit_u64<E>(self, it: u64) -> Result<(), E> {
        self.leaf(it.to_string());
        Ok(())
    }
    fn visit_f64<E>(self, it: f64) -> Result<(), E> {
        self.leaf(it.to_string());
        Ok(())
    }
    fn visit_str<E>(self, it: &str) -> Result<(), E> {
        self.leaf(it);
        Ok(())
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let Self { path, into } = self;
        let mut index = 0usize;
        while list.next_element_seed(Flat { path: format!("{path}[{index}]"), into: &mut *into })?.is_some() {
            index += 1;
        }
        if index == 0 {
            Flat { path, into }.leaf("[]");
        }
        Ok(())
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Self { path, into } = self;
        let mut is_empty = true;
        while let Some(key) = map.next_key::<String>()? {
            is_empty = false;
            if is_secret(&key) {
                map.next_value::<IgnoredAny>()?;
            } else {
                let path = if path.is_empty() { key } else { format!("{path}.{key}") };
                map.next_value_seed(Flat { path, into: &mut *into })?;
            }
        }
        if is_empty {
            Flat { path, into }.leaf("{}");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> StoreSettings {
        let value: Value = serde_json::from_str(body).unwrap();
        read_store(&value["data"], body.as_bytes())
    }

    #[test]
    fn fields_stand_in_the_order_returned_and_the_key_is_gone() {
        let store = read(
            r#"{"meta":{"x":1},"data":{"_id":"1","communityID":"c","isEnabled":true,"title":"Rewards Store",
            "description":"<p>x</p>","currency":{"isEnabled":true,"name":"Coins"},
            "widget":{"allowedDomains":["example.com"],"size":{"mode":"dynamic","width":400},"testUsers":[],
            "palette":{},"new":null,"apiKey":"canary-0123","api_key":"canary","clientSecret":"canary"}}}"#,
        );
        assert_eq!((store.title.as_deref(), store.currency_name.as_deref()), (Some("Rewards Store"), Some("Coins")));
        assert!(!format!("{store:?}").contains("canary"));
        let flat: Vec<_> = store.entries.iter().map(|(path, value)| format!("{path}={value}")).collect();
        assert_eq!(
            flat,
            [
                "_id=1",
                "communityID=c",
                "isEnabled=true",
                "title=Rewards Store",
                "description=<p>x</p>",
                "currency.isEnabled=true",
                "currency.name=Coins",
                "widget.allowedDomains[0]=example.com",
                "widget.size.mode=dynamic",
                "widget.size.width=400",
                "widget.testUsers=[]",
                "widget.palette={}",
                "widget.new=null",
            ]
        );
    }

    #[test]
    fn generation_a_is_read() {
        let store = read(
            r#"{"data":{"isEnabled":false,"title":"T","cover":{"type":"image","value":"https://example.com/c.png"},
            "currency":{"name":"Coins","symbol":"C"},"widgetID":"w","widget":{"isEnabled":true}}}"#,
        );
        assert_eq!((store.is_enabled, store.currency_name.as_deref()), (Some(false), Some("Coins")));
        assert!(store.entries.contains(&("cover.value".into(), "https://example.com/c.png".into())));
    }
}
