//! What is sent when settings are saved, and what cannot be.
//!
//! A change is partial by its outermost fields: "omit fields that should stay unchanged" ([dev cfg/update]). How deep the
//! service merges is not documented, so an object of which anything changed is sent whole, unknown parts included.

use super::compare::changes;
use super::host::{NotADomain, check_domains};
use super::model::Settings;
use super::path::SettingPath;
use super::value::SettingValue;
use crate::domain::colour::is_colour;
use crate::domain::url::{HttpsUrl, NotHttps};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The longest title, in UTF-16 code units ([adss cfg/update] says 32 characters).
pub const MAX_TITLE: usize = 32;

/// How long a title is, in both ways of counting. The service is written in JavaScript, whose `length` counts UTF-16 code
/// units, so those are held against [`MAX_TITLE`]: `"🎁"` is 1 character (Unicode scalar value) and 2 units, `"é"` is 1
/// and 1. Should the service count characters after all, we refuse a few titles that it would take, never the reverse.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TitleLength {
    /// UTF-16 code units: what counts.
    pub units: usize,
    /// Unicode scalar values: what a person would count, more or less.
    pub characters: usize,
}

/// Counts a title.
#[must_use]
pub fn title_length(title: &str) -> TitleLength {
    TitleLength { units: title.encode_utf16().count(), characters: title.chars().count() }
}

/// The body of a change: what has a value is sent, and nothing else. Only [`body`] makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingsPatch {
    sent: Settings,
    left_out: Vec<SettingPath>,
}

impl SettingsPatch {
    /// What is sent.
    #[must_use]
    pub const fn as_settings(&self) -> &Settings {
        &self.sent
    }

    /// Whether nothing would be sent.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.sent == Settings::default()
    }

    /// Parts of the objects sent that the store has and that are not sent with them, as they look like secrets and were
    /// dropped when read: the service may take them for deleted. `widget.apiKey` is not among them; it must not be sent.
    #[must_use]
    pub fn left_out(&self) -> &[SettingPath] {
        &self.left_out
    }
}

/// Something that cannot be sent as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unfit {
    /// Which setting.
    pub path: SettingPath,
    /// What is wrong with it.
    pub why: Why,
    /// Whether it was so already when it was read: it goes along because something beside it changed.
    pub is_old: bool,
}

/// Why a setting cannot be sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum Why {
    /// No title, while the store is on.
    #[error("an open store needs a title")]
    TitleMissing,
    /// Longer than [`MAX_TITLE`].
    #[error("the title may be {MAX_TITLE} characters long and is {}", .0.units)]
    TitleTooLong(TitleLength),
    /// Not a picture's or a link's address.
    #[error("{}", not_https(*.0))]
    NotHttps(NotHttps),
    /// Not a domain; the place in the list, from 0, and the entry.
    #[error("\"{text}\" {why}")]
    Domain {
        /// Which entry.
        index: usize,
        /// The entry.
        text: String,
        /// What is wrong with it.
        why: NotADomain,
    },
    /// Not a colour.
    #[error("is not a colour as CSS writes it, such as rgb(112, 72, 232) or #7048e8")]
    NotAColour,
    /// The service has no way to take this setting away.
    #[error("the store has no way to take this away; it can be emptied or given another value")]
    CannotBeTakenAway,
}

fn not_https(why: NotHttps) -> String {
    match why {
        NotHttps::Data => "the picture is packed into the text itself (data:), which the store refuses; put it on a server and give its https address".to_owned(),
        other => format!("the address {other}"),
    }
}

impl std::fmt::Display for Unfit {
    /// For a person, without the path.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.why)?;
        if self.is_old { f.write_str(" (it was so in the store already)") } else { Ok(()) }
    }
}

/// Names that are never sent, in the store itself and in each of its documented objects: ids and the widget's key
/// ([adss cfg/update], [dev cfg/update]).
#[must_use]
pub fn is_never_sent(key: &str) -> bool {
    matches!(key, "_id" | "__v" | "communityID" | "widgetID" | "apiKey")
}

/// What must be sent so that the store, being as in `base`, becomes as in `wanted`. Where the store is to be open, `title`
/// and `isEnabled` go together when either changed: the reference wants a title then, and does not say that a stored one
/// will do.
///
/// # Errors
/// All that cannot be sent.
pub fn body(base: &Settings, wanted: &Settings) -> Result<SettingsPatch, Vec<Unfit>> {
    let changes = changes(base, wanted);
    let mut touched: BTreeSet<&str> = BTreeSet::new();
    touched.extend(changes.iter().map(|change| change.path.top()));
    let is = |top: &str| touched.contains(top);
    let opens = wanted.is_enabled == Some(true) && (is("isEnabled") || is("title"));
    // Without `..`, so that a field added to the store must be decided on here.
    let Settings {
        is_enabled,
        title,
        description,
        i18n: _,
        created_at: _,
        updated_at: _,
        cover,
        currency,
        widget,
        more: _,
        community_id: _,
        withheld,
    } = wanted;
    let mut sent = Settings {
        is_enabled: is_enabled.filter(|_| is("isEnabled") || opens),
        title: title.clone().filter(|_| is("title") || opens),
        description: description.clone().filter(|_| is("description")),
        cover: cover.clone().filter(|_| is("cover")),
        currency: currency.clone().filter(|_| is("currency")),
        widget: widget.clone().filter(|_| is("widget")),
        ..Settings::default()
    };
    for (path, _) in sent.entries() {
        let is_date = path.is_read_only() && path.top() == "widget";
        if is_date || path.parts().last().is_some_and(|key| is_never_sent(key)) {
            sent.set(&path, None);
        }
    }
    let mut unfit = unfit(base, &sent, opens);
    for change in changes.iter().filter(|change| change.new.is_none() && !change.path.is_colour()) {
        unfit.push(Unfit { path: change.path.clone(), why: Why::CannotBeTakenAway, is_old: false });
    }
    if !unfit.is_empty() {
        return Err(unfit);
    }
    let left_out = withheld.iter().filter(|path| is(path.top()) && path.parts().last().is_none_or(|key| key != "apiKey"));
    Ok(SettingsPatch { left_out: left_out.cloned().collect(), sent })
}

/// What [`body`] would refuse, for showing it while it is typed.
#[must_use]
pub fn problems(base: &Settings, wanted: &Settings) -> Vec<Unfit> {
    body(base, wanted).err().unwrap_or_default()
}

fn unfit(base: &Settings, sent: &Settings, opens: bool) -> Vec<Unfit> {
    let mut unfit = Vec::new();
    let mut say = |path: &SettingPath, why: Why| {
        let is_old = base.get(path).is_some_and(|old| sent.get(path) == Some(old));
        unfit.push(Unfit { path: path.clone(), why, is_old });
    };
    let title = SettingPath::from("title");
    if opens && sent.title.as_deref().is_none_or(|title| title.trim().is_empty()) {
        say(&title, Why::TitleMissing);
    }
    if let Some(length) = sent.title.as_deref().map(title_length).filter(|length| length.units > MAX_TITLE) {
        say(&title, Why::TitleTooLong(length));
    }
    let shows_image = sent.cover.as_ref().and_then(|cover| cover.kind.as_deref()).is_none_or(|kind| kind == "image");
    for (path, value) in sent.entries() {
        match &value {
            SettingValue::Text(text) => {
                if let Err(why) = address(&path, text, shows_image) {
                    say(&path, Why::NotHttps(why));
                }
                if path == SettingPath::from("description") && packs_a_picture(text) {
                    say(&path, Why::NotHttps(NotHttps::Data));
                }
                if path.is_colour() && !is_colour(text) && base.get(&path).as_ref() != Some(&value) {
                    say(&path, Why::NotAColour);
                }
            }
            SettingValue::List(list) if path == SettingPath::from("widget.allowedDomains") => {
                // What the store has already is not ours to judge: the form of a domain is not documented.
                let old = match base.get(&path) {
                    Some(SettingValue::List(old)) => old,
                    _ => Vec::new(),
                };
                for issue in check_domains(list) {
                    let is_repeated = matches!(issue.why, NotADomain::Twice(_));
                    let count = |list: &[String]| list.iter().filter(|text| **text == issue.text).count();
                    if count(&old) == 0 || (is_repeated && count(list) > count(&old)) {
                        say(&path, Why::Domain { index: issue.index, text: issue.text, why: issue.why });
                    }
                }
            }
            SettingValue::Flag(_) | SettingValue::Number(_) | SettingValue::List(_) | SettingValue::Opaque(_) => {}
        }
    }
    unfit
}

/// Pictures and links are empty or https; no other text within an object may be a picture packed into it.
fn address(path: &SettingPath, text: &str, shows_image: bool) -> Result<(), NotHttps> {
    let is_address = match path.to_string().as_str() {
        "cover.light" | "cover.dark" | "currency.light" | "currency.dark" | "widget.callToAction.link" => true,
        "cover.value" => shows_image,
        _ => false,
    };
    if is_address && !text.is_empty() {
        return HttpsUrl::parse(text).map(|_| ());
    }
    let is_packed = path.parts().len() > 1 && HttpsUrl::parse(text.trim()) == Err(NotHttps::Data) && text.contains(',');
    if is_packed { Err(NotHttps::Data) } else { Ok(()) }
}

/// Whether HTML holds a picture that is packed into it: an attribute's value that begins with `data:`.
fn packs_a_picture(html: &str) -> bool {
    let lower = html.to_ascii_lowercase();
    lower.match_indices("data:").any(|(at, _)| {
        let is_opening = |letter: char| letter.is_whitespace() || matches!(letter, '"' | '\'' | '(');
        let before = lower.get(..at).unwrap_or_default().trim_end_matches(is_opening);
        before.ends_with('=') || before.ends_with("url")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(settings: &[(&str, SettingValue)]) -> Settings {
        let mut store = Settings::default();
        for (path, value) in settings {
            store.set(&SettingPath::from(*path), Some(value.clone()));
        }
        store
    }

    fn text(text: &str) -> SettingValue {
        SettingValue::Text(text.into())
    }

    fn refused(base: &Settings, path: &str, value: SettingValue) -> Vec<String> {
        let mut wanted = base.clone();
        wanted.set(&path.into(), Some(value));
        problems(base, &wanted).iter().map(|unfit| format!("{}: {unfit}", unfit.path)).collect()
    }

    #[test]
    fn a_title_is_counted_as_the_service_does() {
        let on = with(&[("isEnabled", SettingValue::Flag(true)), ("title", text("Shop"))]);
        assert_eq!(title_length("🎁é"), TitleLength { units: 3, characters: 2 });
        assert!(refused(&on, "title", text(&"🎁".repeat(16))).is_empty());
        assert!(refused(&on, "title", text(&"ü".repeat(32))).is_empty());
        assert_eq!(refused(&on, "title", text(&"🎁".repeat(17))), ["title: the title may be 32 characters long and is 34"]);
        assert_eq!(refused(&on, "title", text("  ")), ["title: an open store needs a title"]);
        let off = with(&[("isEnabled", SettingValue::Flag(false)), ("title", text(&"x".repeat(40)))]);
        assert!(refused(&off, "title", text("")).is_empty());
        assert_eq!(
            refused(&off, "isEnabled", SettingValue::Flag(true)),
            ["title: the title may be 32 characters long and is 40 (it was so in the store already)"]
        );
        assert_eq!(refused(&Settings::default(), "isEnabled", SettingValue::Flag(true)), ["title: an open store needs a title"]);
    }

    #[test]
    fn addresses_are_https_or_nothing() {
        let base = with(&[("cover.isEnabled", SettingValue::Flag(true))]);
        for path in ["cover.light", "cover.dark", "cover.value", "currency.light", "currency.dark", "widget.callToAction.link"] {
            for good in ["", "https://example.com/a.png"] {
                assert!(refused(&base, path, text(good)).is_empty(), "{path} {good}");
            }
            for bad in [
                "data:image/png;base64,AAAA",
                "DATA:,x",
                "javascript:alert(1)",
                "JaVaScRiPt:alert(1)",
                " javascript:alert(1)",
                "http://example.com/a",
                "//example.com/a",
                "/a.png",
                "a.png",
                "ftp://example.com",
                "blob:https://example.com/1",
                "file:///etc/passwd",
                "vbscript:x",
                "https:",
                "https://",
                "https:///a",
                "https:\\\\example.com",
                "https://exa mple.com/",
                "java\nscript:alert(1)",
                "mailto:a@example.com",
            ] {
                assert_eq!(refused(&base, path, text(bad)).len(), 1, "{path} {bad}");
            }
        }
        assert_eq!(refused(&base, "currency.symbol", text("data:image/png;base64,AA")).len(), 1);
        for packed in [
            "<img src=\"data:image/png;base64,AA\">",
            "<IMG SRC = DATA:image/gif,x>",
            "<p style='background:url( \"data:image/png,x\")'>",
        ] {
            assert_eq!(refused(&base, "description", text(packed)).len(), 1, "{packed}");
        }
        assert!(refused(&base, "description", text("<p>Our data: safe. src is a word.</p>")).is_empty());
        // What goes along because something beside it changed is looked at as well.
        let old = with(&[("cover.light", text("http://example.com/a.png")), ("cover.dark", text(""))]);
        let said = refused(&old, "cover.isEnabled", SettingValue::Flag(true));
        assert_eq!(said, ["cover.light: the address does not start with https:// (it was so in the store already)"]);
        assert!(refused(&old, "description", text("x")).is_empty());
    }

    #[test]
    fn new_domains_and_colours_are_looked_at_and_old_ones_left() {
        let list = |items: &[&str]| SettingValue::List(items.iter().map(|it| (*it).to_owned()).collect());
        let base = with(&[("widget.allowedDomains", list(&["*.old.example", "a.example"]))]);
        assert!(refused(&base, "widget.allowedDomains", list(&["*.old.example", "b.example"])).is_empty());
        let said = refused(&base, "widget.allowedDomains", list(&["a.example", "*.new.example", "a.example"]));
        assert_eq!(said.len(), 2, "{said:?}");
        assert!(said[0].contains("\"*.new.example\" holds a *"), "{said:?}");
        let accent = "widget.appearance.light.palette.accent";
        for good in ["red", "#7048e8", "rgba(0, 0, 0, 0.12)", "rgb(0 0 0 / 12%)", "hsl(120deg 50% 50%)"] {
            assert!(refused(&base, accent, text(good)).is_empty(), "{good}");
        }
        for bad in ["", "url(https://evil.example)", "red;background:blue", "rgb(0,0,0", "rgb(url(x))", "expression(1)", "#12"] {
            assert_eq!(refused(&base, accent, text(bad)).len(), 1, "{bad}");
        }
    }
}
