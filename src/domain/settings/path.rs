//! Where a setting stands.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Where a setting stands: its names from the outside in, as the service writes them (`widget.size.mode`). Kept in parts,
/// since a name the reference does not show may hold a dot.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SettingPath(Vec<String>);

/// The settings that the page can change, as the reference names them, and nothing else: a message of the service that
/// begins with one of these belongs beside that field.
pub const FIELDS: &[&str] = &[
    "isEnabled",
    "title",
    "description",
    "cover.isEnabled",
    "cover.light",
    "cover.dark",
    "cover.type",
    "cover.value",
    "currency.isEnabled",
    "currency.name",
    "currency.light",
    "currency.dark",
    "currency.symbol",
    "widget.isEnabled",
    "widget.allowedDomains",
    "widget.accessMode",
    "widget.testUsers",
    "widget.testRoles",
    "widget.size.mode",
    "widget.size.width",
    "widget.size.height",
    "widget.appearance.useCommunityTheme",
    "widget.appearance.light.name",
    "widget.appearance.light.palette",
    "widget.appearance.dark.name",
    "widget.appearance.dark.palette",
    "widget.callToAction.isEnabled",
    "widget.callToAction.text",
    "widget.callToAction.link",
    "widget.userIdentifierFields",
];

/// The parts of the page in which settings stand, as the save bar names them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Section {
    /// On or off, title, description.
    Store,
    /// `cover`.
    Cover,
    /// `currency`.
    Currency,
    /// `widget`, but for the two below.
    Widget,
    /// `widget.size`, `widget.appearance`.
    Appearance,
    /// `widget.callToAction`.
    CallToAction,
    /// Translations, dates and what the reference does not show: looked at, not changed.
    Other,
}

impl SettingPath {
    /// The path of these names.
    #[must_use]
    pub fn new<S: Into<String>>(parts: impl IntoIterator<Item = S>) -> Self {
        Self(parts.into_iter().map(Into::into).collect())
    }

    /// The path one step further in.
    #[must_use]
    pub fn join(&self, key: &str) -> Self {
        let mut parts = self.0.clone();
        parts.push(key.to_owned());
        Self(parts)
    }

    /// The names, from the outside in.
    #[must_use]
    pub fn parts(&self) -> &[String] {
        &self.0
    }

    /// The outermost name: the field of the body in which this is sent.
    #[must_use]
    pub fn top(&self) -> &str {
        self.0.first().map_or("", String::as_str)
    }

    /// The part of the page it stands in.
    #[must_use]
    pub fn section(&self) -> Section {
        match (self.top(), self.0.get(1).map(String::as_str)) {
            ("isEnabled" | "title" | "description", None) => Section::Store,
            ("cover", Some(_)) => Section::Cover,
            ("currency", Some(_)) => Section::Currency,
            ("widget", Some("size" | "appearance")) => Section::Appearance,
            ("widget", Some("callToAction")) => Section::CallToAction,
            ("widget", Some("createdAt" | "updatedAt")) => Section::Other,
            ("widget", Some(_)) => Section::Widget,
            _ => Section::Other,
        }
    }

    /// Whether it can only be looked at. Of `i18n` nobody says that it may be sent ([adss cfg/update] leaves it out),
    /// dates are the service's, and an unknown field of the store itself is nobody's to send.
    #[must_use]
    pub fn is_read_only(&self) -> bool {
        self.section() == Section::Other
    }

    /// Whether it is a colour of a palette: the one kind of setting that can be added and taken away.
    #[must_use]
    pub fn is_colour(&self) -> bool {
        matches!(self.0.as_slice(), [widget, appearance, _, palette, _]
            if widget == "widget" && appearance == "appearance" && palette == "palette")
    }

    /// The documented field that a message about `text` belongs beside: the longest of [`FIELDS`] that `text` is or lies
    /// in (`widget.allowedDomains.0`), or else the first that lies in `text` (`cover`).
    #[must_use]
    pub fn of_message(text: &str) -> Option<Self> {
        let plain = text.replace('[', ".").replace(']', "");
        let lies_in =
            |inner: &str, outer: &str| inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
        let around = FIELDS.iter().filter(|field| lies_in(&plain, field)).max_by_key(|field| field.len());
        if around.is_some_and(|field| field.ends_with(".palette") && field.len() < plain.len()) {
            return Some(Self::from(plain.as_str()));
        }
        let inside = || FIELDS.iter().find(|field| !plain.is_empty() && lies_in(field, &plain));
        around.or_else(inside).map(|field| Self::from(*field))
    }
}

impl From<&str> for SettingPath {
    fn from(text: &str) -> Self {
        Self::new(text.split('.'))
    }
}

impl fmt::Display for SettingPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("."))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_finds_its_field() {
        for (text, field) in [
            ("title", Some("title")),
            ("widget.allowedDomains.0", Some("widget.allowedDomains")),
            ("widget.allowedDomains[0]", Some("widget.allowedDomains")),
            ("widget.appearance.dark.palette.accent", Some("widget.appearance.dark.palette.accent")),
            ("cover", Some("cover.isEnabled")),
            ("widget.size", Some("widget.size.mode")),
            ("titles", None),
            ("communityID", None),
            ("", None),
        ] {
            assert_eq!(SettingPath::of_message(text), field.map(SettingPath::from), "{text}");
        }
    }

    #[test]
    fn every_field_can_be_changed_and_dates_cannot() {
        assert!(FIELDS.iter().all(|field| !SettingPath::from(*field).is_read_only()));
        for path in ["i18n", "updatedAt", "widget.updatedAt", "somethingNew", "cover", "_id"] {
            assert!(SettingPath::from(path).is_read_only(), "{path}");
        }
        assert!(!SettingPath::from("widget.somethingNew").is_read_only());
    }
}
