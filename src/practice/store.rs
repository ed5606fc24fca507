//! `GET /stores` and `PUT /stores`: the store configuration ([adss cfg/get], [adss cfg/update], [dev cfg/update]), held in
//! the shape of generation B and answered in either.
//!
//! Choices where the reference is silent: an object that is sent takes the place of the one held, whole; a field that no
//! example of a change shows is refused with 400, `i18n` too; so is an address of a picture that is not https. In the
//! older generation `cover.value` is the picture by day, and `widget` is its switch alone.

use super::reply::{self, More, Refusal};
use super::service::{Generation, Service};
use crate::api::Response;
use crate::domain::Timestamp;
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::{Map, Value, json};

/// Longest title, in UTF-16 code units ([adss cfg/update]).
const MAX_TITLE: usize = 32;

/// An object with its fields in the documented order.
#[derive(Clone)]
struct Fields(Vec<(&'static str, Value)>);

/// The store configuration, with the widget's parts apart.
#[derive(Clone)]
pub(super) struct Store {
    pub(super) widget_key: String,
    fields: Fields,
    widget: Fields,
    updated_at: String,
}

impl Serialize for Fields {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        self.0.iter().try_for_each(|(key, value)| map.serialize_entry(key, value))?;
        map.end()
    }
}

impl Fields {
    fn get(&self, key: &str) -> &Value {
        self.0.iter().find(|(known, _)| *known == key).map_or(&Value::Null, |(_, value)| value)
    }

    fn set(&mut self, key: &str, value: Value) {
        if let Some((_, held)) = self.0.iter_mut().find(|(known, _)| *known == key) {
            *held = value;
        }
    }
}

/// An answer: the fields, and the widget in its place before the dates.
struct Answer<'a> {
    before: Vec<(&'static str, Value)>,
    widget: Option<(Fields, Option<&'a str>)>,
    after: Vec<(&'static str, Value)>,
}

impl Serialize for Answer<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        self.before.iter().try_for_each(|(key, value)| map.serialize_entry(key, value))?;
        if let Some((widget, key)) = &self.widget {
            let mut widget = widget.clone();
            widget.0.extend(key.map(|key| ("apiKey", Value::from(key))));
            map.serialize_entry("widget", &widget)?;
        }
        self.after.iter().try_for_each(|(key, value)| map.serialize_entry(key, value))?;
        map.end()
    }
}

const ID: &str = "6502c9e514a3e564c5c09c0f";
const CREATED: &str = "2025-03-04T10:00:00.000Z";

impl Store {
    /// The store that everybody starts with.
    pub(super) fn new(widget_key: String) -> Self {
        let fields = vec![
            ("isEnabled", json!(true)),
            ("title", json!("Practice Rewards Store")),
            ("description", json!("<p>Redeem your <strong>Coins</strong> for vouchers, treats and the odd surprise.</p>")),
            ("cover", json!({ "isEnabled": true, "light": "https://example.com/cover-light.png", "dark": "" })),
            ("currency", json!({ "isEnabled": true, "name": "Coins", "light": "https://example.com/coin.png", "dark": "" })),
            (
                "i18n",
                json!({
                    "isTranslationEnabled": false, "titleTranslations": [], "descriptionTranslations": [],
                    "translationPrompt": "", "translationIgnoreList": [],
                }),
            ),
        ];
        let widget = vec![
            ("isEnabled", json!(true)),
            ("allowedDomains", json!(["example.com", "shop.example.com"])),
            ("accessMode", json!("live")),
            ("testUsers", json!([])),
            ("testRoles", json!([])),
            ("size", json!({ "mode": "dynamic", "width": 400, "height": 400 })),
            (
                "appearance",
                json!({
                    "light": { "name": "violet-dream", "palette": { "accent": "rgb(112, 72, 232)", "text": "rgb(33, 37, 41)",
                        "background": "rgb(255, 255, 255)", "divider": "rgba(0, 0, 0, 0.12)", "shadow": "rgba(0, 0, 0, 0.2)" } },
                    "dark": { "name": "black-beauty", "palette": {} },
                    "useCommunityTheme": false,
                }),
            ),
            ("callToAction", json!({ "isEnabled": true, "text": "Join the community", "link": "https://example.com/join" })),
            ("userIdentifierFields", json!([])),
        ];
        Self { widget_key, fields: Fields(fields), widget: Fields(widget), updated_at: "2026-04-28T00:00:00.000Z".to_owned() }
    }

    /// As a read answers it.
    pub(super) fn answer(&self, community_id: &str, generation: Generation) -> impl Serialize + '_ {
        let mut before = vec![("_id", json!(ID)), ("communityID", json!(community_id))];
        let after = vec![("createdAt", json!(CREATED)), ("updatedAt", json!(self.updated_at))];
        match generation {
            Generation::Names => {
                before.extend(self.fields.0.iter().cloned());
                Answer { before, widget: Some((self.widget.clone(), Some(&self.widget_key))), after }
            }
            Generation::Ids => {
                let (cover, currency) = (self.fields.get("cover"), self.fields.get("currency"));
                before
                    .extend(self.fields.0.iter().filter(|(key, _)| ["isEnabled", "title", "description"].contains(key)).cloned());
                before.push(("cover", json!({ "type": "image", "value": cover.get("light") })));
                let symbol = currency.get("symbol").and_then(Value::as_str).unwrap_or("C");
                before.push(("currency", json!({ "name": currency.get("name"), "symbol": symbol })));
                before.push(("widgetID", json!("6502c9e514a3e564c5c09c10")));
                Answer { before, widget: Some((self.switch(), None)), after }
            }
        }
    }

    /// `widget` as its switch alone.
    fn switch(&self) -> Fields {
        Fields(vec![("isEnabled", self.widget.get("isEnabled").clone())])
    }

    /// As a change answers it: the fields of the documented example, in its order ([dev cfg/update]).
    fn short(&self, community_id: &str) -> impl Serialize + '_ {
        let mut before = vec![("_id", json!(ID)), ("communityID", json!(community_id))];
        before.extend(self.fields.0.iter().filter(|(key, _)| ["isEnabled", "title", "description"].contains(key)).cloned());
        before.push(("currency", json!({ "name": self.fields.get("currency").get("name") })));
        Answer { before, widget: Some((self.switch(), None)), after: vec![("updatedAt", json!(self.updated_at))] }
    }

    fn apply(&mut self, change: Map<String, Value>, generation: Generation, now: Timestamp) {
        for (key, value) in change {
            match (key.as_str(), value) {
                ("widget", Value::Object(widget)) if generation == Generation::Names => {
                    // Parts that were not sent are gone: the object takes the other's place.
                    self.widget.0.retain(|(known, _)| widget.contains_key(*known));
                    for (key, value) in widget {
                        match WIDGET.iter().find(|(known, _)| *known == key) {
                            Some((known, _)) if self.widget.get(known).is_null() => self.widget.0.push((known, value)),
                            _ => self.widget.set(&key, value),
                        }
                    }
                }
                ("widget", widget) => self.widget.set("isEnabled", widget.get("isEnabled").cloned().unwrap_or_default()),
                ("cover" | "currency", Value::Object(mut parts)) if generation == Generation::Ids => {
                    if let Some(value) = parts.remove("value") {
                        parts.insert("light".to_owned(), value);
                        parts.remove("type");
                    }
                    if let Some(Value::Object(held)) = self.fields.0.iter_mut().find(|(known, _)| *known == key).map(|(_, it)| it)
                    {
                        held.extend(parts);
                    }
                }
                (_, value) => self.fields.set(&key, value),
            }
        }
        self.updated_at = now.to_string();
    }
}

/// What may be sent, and how it is checked.
#[derive(Clone, Copy)]
enum Form {
    Flag,
    Text,
    Number,
    Address,
    List,
    Texts,
    Colours,
    Object(&'static [(&'static str, Form)]),
}

type Shape = &'static [(&'static str, Form)];

const COVER: Shape = &[("isEnabled", Form::Flag), ("light", Form::Address), ("dark", Form::Address)];
const CURRENCY: Shape = &[("isEnabled", Form::Flag), ("name", Form::Text), ("light", Form::Address), ("dark", Form::Address)];
const THEME: Shape = &[("name", Form::Text), ("palette", Form::Colours)];
const SIZE: Shape = &[("mode", Form::Text), ("width", Form::Number), ("height", Form::Number)];
const APPEARANCE: Shape = &[("light", Form::Object(THEME)), ("dark", Form::Object(THEME)), ("useCommunityTheme", Form::Flag)];
const CALL_TO_ACTION: Shape = &[("isEnabled", Form::Flag), ("text", Form::Text), ("link", Form::Address)];
const WIDGET: Shape = &[
    ("isEnabled", Form::Flag),
    ("allowedDomains", Form::Texts),
    ("accessMode", Form::Text),
    ("testUsers", Form::List),
    ("testRoles", Form::List),
    ("size", Form::Object(SIZE)),
    ("appearance", Form::Object(APPEARANCE)),
    ("callToAction", Form::Object(CALL_TO_ACTION)),
    ("userIdentifierFields", Form::List),
];
const STORE: Shape = &[
    ("isEnabled", Form::Flag),
    ("title", Form::Text),
    ("description", Form::Text),
    ("cover", Form::Object(COVER)),
    ("currency", Form::Object(CURRENCY)),
    ("widget", Form::Object(WIDGET)),
];
/// The older generation ([dev 34355284]).
const OLDER: Shape = &[
    ("isEnabled", Form::Flag),
    ("title", Form::Text),
    ("description", Form::Text),
    ("cover", Form::Object(&[("type", Form::Text), ("value", Form::Address)])),
    ("currency", Form::Object(&[("name", Form::Text), ("symbol", Form::Text)])),
    ("widget", Form::Object(&[("isEnabled", Form::Flag)])),
];

/// `PUT /stores`.
pub(super) fn update(service: &mut Service, content_type: Option<&str>, body: &[u8]) -> Result<Response, Refusal> {
    let bad = |why: String| Refusal::new(400, why);
    let media_type = content_type.unwrap_or("").split(';').next().unwrap_or("").trim();
    if !media_type.eq_ignore_ascii_case("application/json") {
        return Err(bad("Content-Type must be application/json".to_owned()));
    }
    let body: Value = serde_json::from_slice(body).map_err(|why| bad(format!("Invalid JSON: {why}")))?;
    let generation = service.switches.reads;
    let shape = if generation == Generation::Ids { OLDER } else { STORE };
    check(&body, Form::Object(shape), "").map_err(bad)?;
    let Value::Object(change) = body else { return Err(bad("The body must be an object".to_owned())) };
    let title = change.get("title").and_then(Value::as_str);
    if title.is_some_and(|title| title.encode_utf16().count() > MAX_TITLE) {
        return Err(bad(format!("title must be shorter than or equal to {MAX_TITLE} characters")));
    }
    if change.get("isEnabled") == Some(&Value::Bool(true)) && title.is_none_or(|title| title.trim().is_empty()) {
        return Err(bad("title should not be empty when isEnabled is true".to_owned()));
    }
    let now = service.write_time();
    service.world.store.apply(change, generation, now);
    let world = &service.world;
    Ok(reply::succeed("Update store config success.", More::Nothing {}, world.store.short(&world.community_id)))
}

fn check(value: &Value, form: Form, path: &str) -> Result<(), String> {
    let all = |fits: fn(&Value) -> bool, what: &str| {
        let is_fit = value.as_array().is_some_and(|list| list.iter().all(fits));
        if is_fit { Ok(()) } else { Err(format!("{path} must be {what}")) }
    };
    match form {
        Form::Flag if !value.is_boolean() => Err(format!("{path} must be a boolean value")),
        Form::Text | Form::Address if !value.is_string() => Err(format!("{path} must be a string")),
        Form::Number if !value.is_u64() => Err(format!("{path} must be an integer number")),
        Form::Address => match value.as_str().unwrap_or_default() {
            "" => Ok(()),
            text if text.starts_with("data:") => Err(format!("{path} must not be a data URL while uploads are incomplete")),
            text if text.starts_with("https://") => Ok(()),
            _ => Err(format!("{path} must be a URL address")),
        },
        Form::List => all(|_| true, "an array"),
        Form::Texts => all(Value::is_string, "an array of strings"),
        Form::Colours if value.as_object().is_none_or(|map| !map.values().all(Value::is_string)) => {
            Err(format!("{path} must be an object of strings"))
        }
        Form::Object(shape) => {
            let map =
                value.as_object().ok_or_else(|| format!("{} must be an object", if path.is_empty() { "body" } else { path }))?;
            for (key, inner) in map {
                let at = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                let (_, form) =
                    shape.iter().find(|(known, _)| known == key).ok_or_else(|| format!("property {at} should not exist"))?;
                check(inner, *form, &at)?;
            }
            Ok(())
        }
        Form::Flag | Form::Text | Form::Number | Form::Colours => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::Method;

    fn put(service: &mut Service, body: &Value) -> (u16, Value) {
        let response = service.handle(Method::Put, "/stores", Some("application/json"), body.to_string().as_bytes());
        (response.status, serde_json::from_slice(&response.body).unwrap())
    }

    fn get(service: &mut Service) -> Value {
        let response = service.handle(Method::Get, "/stores", None, b"");
        serde_json::from_slice::<Value>(&response.body).unwrap()["data"].clone()
    }

    /// The example of [dev cfg/update].
    #[test]
    fn the_documented_change_has_the_documented_answer() {
        let mut service = Service::new(1);
        let body = json!({ "isEnabled": true, "title": "Rewards Store", "description": "<p>Redeem community rewards.</p>", "currency": { "isEnabled": true, "name": "Coins" } });
        let (status, answer) = put(&mut service, &body);
        assert_eq!((status, answer["message"].as_str()), (200, Some("Update store config success.")));
        let keys: Vec<_> = answer["data"].as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(keys, ["_id", "communityID", "currency", "description", "isEnabled", "title", "updatedAt", "widget"]);
        assert_eq!(
            (&answer["data"]["currency"], &answer["data"]["widget"]),
            (&json!({ "name": "Coins" }), &json!({ "isEnabled": true }))
        );
        let now = get(&mut service);
        assert_eq!(now["currency"], json!({ "isEnabled": true, "name": "Coins" }), "an object takes the other's place");
        assert_eq!(now["cover"]["light"], "https://example.com/cover-light.png");
        assert_eq!(now["updatedAt"], answer["data"]["updatedAt"]);
        assert_ne!(now["updatedAt"], "2026-04-28T00:00:00.000Z");
    }

    #[test]
    fn what_may_not_be_sent_is_refused_and_changes_nothing() {
        let mut service = Service::new(1);
        let before = get(&mut service);
        for (body, said) in [
            (json!({ "title": "x".repeat(33) }), "title must be shorter than or equal to 32 characters"),
            (json!({ "title": "🎁".repeat(17) }), "title must be shorter than or equal to 32 characters"),
            (json!({ "isEnabled": true }), "title should not be empty when isEnabled is true"),
            (json!({ "isEnabled": true, "title": " " }), "title should not be empty when isEnabled is true"),
            (
                json!({ "cover": { "light": "data:image/png;base64,A" } }),
                "cover.light must not be a data URL while uploads are incomplete",
            ),
            (
                json!({ "widget": { "callToAction": { "link": "javascript:x" } } }),
                "widget.callToAction.link must be a URL address",
            ),
            (json!({ "novelty": 1 }), "property novelty should not exist"),
            (json!({ "i18n": {} }), "property i18n should not exist"),
            (json!({ "communityID": "x" }), "property communityID should not exist"),
            (json!({ "widgetID": "x" }), "property widgetID should not exist"),
            (json!({ "widget": { "_id": "x" } }), "property widget._id should not exist"),
            (json!({ "widget": { "apiKey": "x" } }), "property widget.apiKey should not exist"),
            (json!({ "widget": { "size": { "width": "4" } } }), "widget.size.width must be an integer number"),
            (json!({ "widget": { "allowedDomains": [1] } }), "widget.allowedDomains must be an array of strings"),
            (json!({ "isEnabled": "true" }), "isEnabled must be a boolean value"),
            (json!([]), "body must be an object"),
        ] {
            let (status, answer) = put(&mut service, &body);
            assert_eq!((status, answer["message"].as_str()), (400, Some(said)), "{body}");
        }
        assert_eq!(get(&mut service), before);
    }

    #[test]
    fn the_widget_is_taken_whole_and_its_key_stays() {
        let mut service = Service::new(1);
        service.set_widget_key("canary");
        assert_eq!(put(&mut service, &json!({ "widget": { "isEnabled": false, "accessMode": "development" } })).0, 200);
        assert_eq!(get(&mut service)["widget"], json!({ "isEnabled": false, "accessMode": "development", "apiKey": "canary" }));
        assert_eq!(put(&mut service, &json!({ "widget": { "isEnabled": true, "testUsers": ["alex"] } })).0, 200);
        assert_eq!(get(&mut service)["widget"], json!({ "isEnabled": true, "testUsers": ["alex"], "apiKey": "canary" }));
    }

    #[test]
    fn the_older_generation_is_read_and_changed_in_its_own_shape() {
        let mut service = Service::new(1);
        service.switches.reads = Generation::Ids;
        let before = get(&mut service);
        assert_eq!(before["cover"], json!({ "type": "image", "value": "https://example.com/cover-light.png" }));
        assert_eq!(before["widget"], json!({ "isEnabled": true }));
        assert!(before["widgetID"].is_string() && before.get("i18n").is_none());
        let change = json!({ "cover": { "type": "image", "value": "" }, "currency": { "name": "Gems", "symbol": "G" }, "widget": { "isEnabled": false } });
        assert_eq!(put(&mut service, &change).0, 200);
        let after = get(&mut service);
        assert_eq!(
            (&after["cover"], &after["currency"], &after["widget"]),
            (&change["cover"], &change["currency"], &change["widget"])
        );
        service.switches.reads = Generation::Names;
        assert_eq!(get(&mut service)["widget"]["size"]["mode"], "dynamic", "what the older shape cannot say stays");
    }
}
