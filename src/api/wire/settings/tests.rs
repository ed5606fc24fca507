//! A table of edits and their exact bodies; the reference's own examples, and answers of every broken kind.

use super::*;
use crate::domain::settings::{Items, Palette, Size, Theme, Why, body, changes, kept};
use proptest::prelude::*;

/// Generation B, every documented field ([adss cfg/get]), and some that are not.
const FULL: &str = r#"{ "meta": { "status": "success", "statusCode": 200 }, "message": "Read store config success.", "data": {
  "_id": "6502c9e514a3e564c5c09c0f", "communityID": "6502c9e514a3e564c5c09c0a", "isEnabled": true, "title": "Rewards Store",
  "description": "<p>Redeem community rewards.</p>",
  "cover": { "isEnabled": true, "light": "https://example.com/l.png", "dark": "", "zoom": 1.50 },
  "currency": { "isEnabled": true, "name": "Coins", "light": null, "dark": "" },
  "i18n": { "isTranslationEnabled": false, "titleTranslations": [], "descriptionTranslations": [], "translationPrompt": "", "translationIgnoreList": [] },
  "widget": { "_id": "1", "isEnabled": true, "allowedDomains": ["example.com"], "accessMode": "beta", "testUsers": [],
    "testRoles": [ { "b": 1, "a": [ 2 ] } ], "size": { "mode": "dynamic", "width": 400, "height": 400 },
    "appearance": { "light": { "name": "violet-dream", "palette": { "text": "rgb(1, 2, 3)", "accent": "rgb(4, 5, 6)" } },
      "dark": { "name": "black-beauty", "palette": {} }, "useCommunityTheme": false },
    "callToAction": { "isEnabled": true, "text": "Join", "link": "https://example.com/join" },
    "userIdentifierFields": [], "futureField": { "z": 1, "y": [true, 1e400] }, "apiKey": "canary0123", "createdAt": "2025-03-04T10:00:00.000Z" },
  "novelty": [1], "createdAt": "2025-03-04T10:00:00.000Z", "updatedAt": "2026-04-28T00:00:00.000Z", "__v": 3 } }"#;

/// Generation A ([dev 34355284]).
const OLDER: &str = r#"{ "data": { "isEnabled": false, "title": "Store", "cover": { "type": "image", "value": "https://example.com/c.png" },
  "currency": { "name": "Coins", "symbol": "C" }, "widgetID": "w", "widget": { "isEnabled": true }, "updatedAt": "2026-04-28T00:00:00.000Z" } }"#;

fn sent(answer: &str, edit: impl FnOnce(&mut Settings)) -> String {
    let base = read_settings(answer.as_bytes());
    let mut wanted = base.clone();
    edit(&mut wanted);
    String::from_utf8(write_settings(&body(&base, &wanted).unwrap())).unwrap()
}

#[test]
fn an_edit_and_its_exact_body() {
    type Edit = fn(&mut Settings);
    let widget = |inner: &str| {
        let whole = r#"{"widget":{"isEnabled":true,"allowedDomains":["example.com"],"accessMode":"beta","testUsers":[],"testRoles":[{"b":1,"a":[2]}],"userIdentifierFields":[],"size":{"mode":"dynamic","width":400,"height":400},"appearance":{"useCommunityTheme":false,"light":{"name":"violet-dream","palette":{"text":"rgb(1, 2, 3)","accent":"rgb(4, 5, 6)"}},"dark":{"name":"black-beauty","palette":{}}},"callToAction":{"isEnabled":true,"text":"Join","link":"https://example.com/join"},"futureField":{"z":1,"y":[true,1e400]}}}"#;
        let (old, new) = inner.split_once(" => ").unwrap();
        assert!(whole.contains(old), "{old}");
        whole.replace(old, new)
    };
    let table: Vec<(Edit, String)> = vec![
        (|_| {}, "{}".into()),
        (|it| it.title = Some("Shop".into()), r#"{"isEnabled":true,"title":"Shop"}"#.into()),
        (|it| it.is_enabled = Some(false), r#"{"isEnabled":false}"#.into()),
        (|it| it.description = Some("<p>\"é\"</p>".into()), r#"{"description":"<p>\"é\"</p>"}"#.into()),
        (
            |it| it.cover.as_mut().unwrap().dark = Some("https://example.com/d.png".into()),
            r#"{"cover":{"isEnabled":true,"light":"https://example.com/l.png","dark":"https://example.com/d.png","zoom":1.50}}"#.into(),
        ),
        (
            |it| it.currency.as_mut().unwrap().name = Some("Gems".into()),
            r#"{"currency":{"isEnabled":true,"name":"Gems","dark":"","light":null}}"#.into(),
        ),
        (
            |it| it.currency.as_mut().unwrap().light = Some("".into()),
            r#"{"currency":{"isEnabled":true,"name":"Coins","light":"","dark":""}}"#.into(),
        ),
        (|it| it.widget.as_mut().unwrap().access_mode = Some("live".into()), widget(r#""beta" => "live""#)),
        (
            |it| it.widget.as_mut().unwrap().allowed_domains.as_mut().unwrap().push("b.example".into()),
            widget(r#"["example.com"] => ["example.com","b.example"]"#),
        ),
        (|it| it.widget.as_mut().unwrap().size.as_mut().unwrap().width = Some(500), widget(r#""width":400 => "width":500"#)),
        (
            |it| it.widget.as_mut().unwrap().test_users = Some(Items::Words(vec!["alex".into()])),
            widget(r#""testUsers":[] => "testUsers":["alex"]"#),
        ),
        (
            |it| {
                let theme = it.widget.as_mut().unwrap().appearance.as_mut().unwrap().light.as_mut().unwrap();
                theme.palette.as_mut().unwrap().set_colour("text", None);
                theme.palette.as_mut().unwrap().set_colour("accent", Some("#fff"));
            },
            widget(r##""text":"rgb(1, 2, 3)","accent":"rgb(4, 5, 6)" => "accent":"#fff""##),
        ),
        (
            |it| {
                (it.title, it.is_enabled) = (Some("".into()), Some(false));
                it.cover.as_mut().unwrap().is_enabled = Some(false);
            },
            r#"{"isEnabled":false,"title":"","cover":{"isEnabled":false,"light":"https://example.com/l.png","dark":"","zoom":1.50}}"#.into(),
        ),
    ];
    for (edit, body) in table {
        assert_eq!(sent(FULL, edit), body);
        serde_json::from_str::<serde::de::IgnoredAny>(&body).unwrap();
    }
}

#[test]
fn the_older_generation_is_sent_as_it_was_read() {
    let value = |it: &mut Settings| it.cover.as_mut().unwrap().value = Some("https://example.com/n.png".into());
    assert_eq!(sent(OLDER, value), r#"{"cover":{"type":"image","value":"https://example.com/n.png"}}"#);
    let symbol = |it: &mut Settings| it.currency.as_mut().unwrap().symbol = Some("¢".into());
    assert_eq!(sent(OLDER, symbol), r#"{"currency":{"name":"Coins","symbol":"¢"}}"#);
    assert_eq!(sent(OLDER, |it| it.is_enabled = Some(true)), r#"{"isEnabled":true,"title":"Store"}"#);
    assert_eq!(sent(OLDER, |it| it.title = Some("S".into())), r#"{"title":"S"}"#);
    assert_eq!(sent(OLDER, |it| it.widget.as_mut().unwrap().is_enabled = Some(false)), r#"{"widget":{"isEnabled":false}}"#);
}

/// The example body of [dev cfg/update], from a store that lacks all of it.
#[test]
fn the_documented_body_is_what_its_edits_make() {
    let documented = r#"{"isEnabled":true,"title":"Rewards Store","description":"<p>Redeem community rewards.</p>","currency":{"isEnabled":true,"name":"Coins"}}"#;
    let wanted = read_settings(format!(r#"{{"data":{documented}}}"#).as_bytes());
    let patch = body(&Settings::default(), &wanted).unwrap();
    assert_eq!(String::from_utf8(write_settings(&patch)).unwrap(), documented);
}

/// The example response of [dev cfg/update].
#[test]
fn the_documented_answer_is_read_whole_and_shows_less_than_was_sent() {
    let answer = read_settings(
        br#"{ "meta": { "status": "success", "statusCode": 200 }, "message": "Update store config success.", "data": {
        "_id": "507f1f77bcf86cd799439011", "communityID": "6502c9e514a3e564c5c09c0a", "isEnabled": true, "title": "Rewards Store",
        "description": "<p>Redeem community rewards.</p>", "currency": { "name": "Coins" }, "widget": { "isEnabled": true },
        "updatedAt": "2026-04-28T00:00:00.000Z" } }"#,
    );
    let shown: Vec<_> = answer.entries().into_iter().map(|(path, value)| format!("{path}={value}")).collect();
    assert_eq!(
        shown,
        [
            "isEnabled=true",
            "title=Rewards Store",
            "description=<p>Redeem community rewards.</p>",
            "updatedAt=2026-04-28T00:00:00.000Z",
            "currency.name=Coins",
            "widget.isEnabled=true"
        ]
    );
    assert_eq!(answer.community_id.as_deref(), Some("6502c9e514a3e564c5c09c0a"));
    let mut wanted = answer.clone();
    wanted.currency.as_mut().unwrap().is_enabled = Some(true);
    let asked = body(&answer, &wanted).unwrap();
    let missing: Vec<_> = kept(&asked, &answer).into_iter().map(|it| (it.path.to_string(), it.holds)).collect();
    assert_eq!(missing, [("currency.isEnabled".to_owned(), None)]);
}

#[test]
fn unknown_things_are_kept_and_secrets_are_not() {
    let settings = read_settings(FULL.as_bytes());
    let debug = format!("{settings:?}");
    assert!(!debug.contains("canary") && !debug.contains("6502c9e514a3e564c5c09c0f") && !debug.contains("__v"), "{debug}");
    assert_eq!(settings.withheld, [SettingPath::from("widget.apiKey")]);
    let widget = settings.widget.as_ref().unwrap();
    assert_eq!(widget.access_mode.as_ref().map(|mode| (mode.as_str(), mode.is_known())), Some(("beta", false)));
    assert_eq!(widget.size, Some(Size { mode: Some("dynamic".into()), width: Some(400), height: Some(400), ..Size::default() }));
    let dark = Theme { name: Some("black-beauty".into()), palette: Some(Palette::default()), ..Theme::default() };
    assert_eq!(widget.appearance.as_ref().unwrap().dark, Some(dark));
    assert_eq!(settings.get(&"currency.light".into()).unwrap().to_string(), "null");
    assert_eq!(settings.get(&"novelty".into()).unwrap().to_string(), "[1]");
    assert_eq!(settings.get(&"widget.futureField".into()).unwrap().to_string(), r#"{"z":1,"y":[true,1e400]}"#);
    assert!(changes(&settings, &read_settings(OLDER.as_bytes())).iter().all(|change| !change.path.is_read_only()));

    let nested = read_settings(br#"{"data":{"widget":{"isEnabled":true,"testUsers":[{"n":1,"accessToken":"canary"}]}}}"#);
    assert!(!format!("{nested:?}").contains("canary\""));
    let mut wanted = nested.clone();
    wanted.widget.as_mut().unwrap().is_enabled = Some(false);
    let patch = body(&nested, &wanted).unwrap();
    assert_eq!(patch.left_out(), [SettingPath::from("widget.testUsers.0.accessToken")]);
    assert_eq!(write_settings(&patch), br#"{"widget":{"isEnabled":false,"testUsers":[{"n":1}]}}"#);
}

#[test]
fn what_the_page_smuggles_in_does_not_leave() {
    let base = read_settings(FULL.as_bytes());
    let mut wanted = base.clone();
    let text = || Some(SettingValue::Text("canary".into()));
    for path in
        ["widget.apiKey", "widget._id", "widget.createdAt", "communityID", "widgetID", "_id", "cover._id", "i18n", "novelty"]
    {
        wanted.set(&path.into(), text());
    }
    wanted.widget.as_mut().unwrap().is_enabled = Some(false);
    let body = String::from_utf8(write_settings(&body(&base, &wanted).unwrap())).unwrap();
    assert!(!body.contains("canary") && !body.contains("createdAt") && body.contains("futureField"), "{body}");
}

#[test]
fn a_value_cannot_be_taken_away() {
    let base = read_settings(FULL.as_bytes());
    let mut wanted = base.clone();
    wanted.title = None;
    let why: Vec<_> = body(&base, &wanted).unwrap_err().into_iter().map(|unfit| unfit.why).collect();
    assert_eq!(why, [Why::TitleMissing, Why::CannotBeTakenAway]);
}

fn json() -> impl Strategy<Value = serde_json::Value> {
    use serde_json::Value;
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,6}".prop_map(Value::from),
    ];
    let key = prop_oneof![
        3 => proptest::sample::select(vec!["isEnabled", "title", "cover", "light", "widget", "appearance", "palette", "size", "width",
            "allowedDomains", "testUsers", "apiKey", "_id", "communityID", "i18n", "currency", "type", "mode"]).prop_map(str::to_owned),
        1 => "\\PC{0,4}",
    ];
    leaf.prop_recursive(6, 60, 8, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::btree_map(key.clone(), inner, 0..8).prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    /// Any JSON is read, and an object in it that is sent along loses nothing but ids and secrets.
    #[test]
    fn any_json_is_read(data in json()) {
        let settings = read_settings(serde_json::json!({ "data": data }).to_string().as_bytes());
        let written = {
            let mut json = Json(String::from("{"));
            settings.walk(&mut json);
            json.0 + "}"
        };
        let again = read_settings(format!(r#"{{"data":{written}}}"#).as_bytes());
        prop_assert_eq!(again.entries(), settings.entries());
        if data.is_object() {
            // Through text as well, since reading a number from text may round it.
            let expected: serde_json::Value = serde_json::from_str(&without_ids(&data, Some(&SettingPath::default())).to_string()).unwrap();
            prop_assert_eq!(serde_json::from_str::<serde_json::Value>(&written).unwrap(), expected);
        }
    }

    #[test]
    fn any_bytes_are_read(bytes in proptest::collection::vec(any::<u8>(), 0..64), text in "\\PC{0,40}") {
        let _ = read_settings(&bytes);
        let _ = read_settings(text.as_bytes());
        let _ = read_settings(FULL.get(..text.len() * 40).unwrap_or(FULL).as_bytes());
    }
}

/// `path` is where a documented object stands, or nothing.
fn without_ids(value: &serde_json::Value, path: Option<&SettingPath>) -> serde_json::Value {
    use serde_json::Value;
    match value {
        Value::Object(map) => map
            .iter()
            .filter(|(key, _)| !(is_secret(key) || path.is_some() && is_never_sent(key)))
            .map(|(key, inner)| {
                let at = path.map(|path| path.join(key));
                let is_number = at.as_ref().is_some_and(|at| NUMBERS.iter().any(|path| *at == SettingPath::from(*path)));
                if let Some(number) = inner.as_str().filter(|_| is_number).and_then(|text| text.trim().parse::<u32>().ok()) {
                    return (key.clone(), number.into());
                }
                (key.clone(), without_ids(inner, at.filter(|at| Settings::default().open(at)).as_ref()))
            })
            .collect(),
        Value::Array(list) => list.iter().map(|inner| without_ids(inner, None)).collect(),
        other => other.clone(),
    }
}

#[test]
fn a_number_that_is_shown_as_a_text_is_a_number() {
    let read = |size: &str| read_settings(format!(r#"{{"data":{{"widget":{{"size":{size}}}}}}}"#).as_bytes());
    assert_eq!(read(r#"{"width":"400","height":" 12 "}"#), read(r#"{"width":400,"height":12}"#));
    // What is no number stays what it is.
    assert_ne!(read(r#"{"width":"wide"}"#), read(r#"{"width":0}"#));
    assert_ne!(read(r#"{"mode":"400"}"#), read(r#"{"mode":400}"#));
}
