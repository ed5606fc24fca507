//! The configuration as types: every documented field of both generations ([adss cfg/get], [dev 34355284]), and around
//! them whatever else an answer held.
//!
//! Each object is declared once below. From the declaration follow its fields, going through it ([`Walk`]) and setting
//! one value by its path; comparing, merging, reading and writing are built on these two and cannot forget a field.
//! A known field that holds something else than its type (`null`, a number in place of a text) is kept with the unknown
//! ones, under its name, until it is given a value of its type.

use super::path::SettingPath;
use super::value::{Items, Opaque, SettingValue};
use crate::domain::open::{AccessMode, SizeMode};
use serde::{Deserialize, Serialize};

/// Fields of an object that the reference does not show, or whose value has another type than shown, in the order
/// returned.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unknown(Vec<(String, SettingValue)>);

impl Unknown {
    /// The fields.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &SettingValue)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value))
    }

    /// One of them.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&SettingValue> {
        self.0.iter().find(|(known, _)| known == key).map(|(_, value)| value)
    }

    /// Gives it a value in its place, appends it, or takes it away.
    pub fn set(&mut self, key: &str, value: Option<SettingValue>) {
        match (self.0.iter_mut().find(|(known, _)| known == key), value) {
            (Some((_, held)), Some(value)) => *held = value,
            (None, Some(value)) => self.0.push((key.to_owned(), value)),
            (_, None) => self.0.retain(|(known, _)| known != key),
        }
    }
}

/// Somebody who is led through all settings that have a value, objects from the outside in.
pub trait Walk {
    /// A setting.
    fn leaf(&mut self, key: &str, value: SettingValue);
    /// An object begins; it may turn out empty.
    fn enter(&mut self, key: &str);
    /// The object ends.
    fn leave(&mut self);
}

/// What a typed field is to those who know only values.
trait Typed: Sized {
    fn to_value(&self) -> SettingValue;
    fn from_value(value: &SettingValue) -> Option<Self>;
}

macro_rules! typed {
    ($($type:ty: $variant:ident),+) => {
        $(impl Typed for $type {
            fn to_value(&self) -> SettingValue {
                SettingValue::$variant(self.clone())
            }
            fn from_value(value: &SettingValue) -> Option<Self> {
                if let SettingValue::$variant(value) = value { Some(value.clone()) } else { None }
            }
        })+
    };
}

typed!(bool: Flag, u32: Number, String: Text, Vec<String>: List, Opaque: Opaque);

macro_rules! typed_word {
    ($($type:ty),+) => {
        $(impl Typed for $type {
            fn to_value(&self) -> SettingValue {
                SettingValue::Text(self.as_str().to_owned())
            }
            fn from_value(value: &SettingValue) -> Option<Self> {
                value.as_text().map(Self::from)
            }
        })+
    };
}

typed_word!(AccessMode, SizeMode);

impl Typed for Items {
    fn to_value(&self) -> SettingValue {
        match self {
            Self::Words(words) => SettingValue::List(words.clone()),
            Self::Opaque(json) => SettingValue::Opaque(json.clone()),
        }
    }
    fn from_value(value: &SettingValue) -> Option<Self> {
        match value {
            SettingValue::List(words) => Some(Self::Words(words.clone())),
            SettingValue::Opaque(json) => Some(Self::Opaque(json.clone())),
            SettingValue::Flag(_) | SettingValue::Number(_) | SettingValue::Text(_) => None,
        }
    }
}

/// Declares an object of the configuration: its own fields, the objects in it, and facts beside it that are no settings.
macro_rules! object {
    (
        $(#[$doc:meta])* $name:ident
        fields { $($(#[$field_doc:meta])* $field:ident: $type:ty = $key:literal,)* }
        objects { $($(#[$object_doc:meta])* $object:ident: $object_type:ty = $object_key:literal,)* }
        $(facts { $($(#[$fact_doc:meta])* $fact:ident: $fact_type:ty,)* })?
    ) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
        pub struct $name {
            $(#[doc = concat!("`", $key, "`.")] $(#[$field_doc])* pub $field: Option<$type>,)*
            $(#[doc = concat!("`", $object_key, "`.")] $(#[$object_doc])* pub $object: Option<$object_type>,)*
            /// What else was in it.
            pub more: Unknown,
            $($($(#[$fact_doc])* pub $fact: $fact_type,)*)?
        }

        impl $name {
            /// Leads somebody through all that has a value.
            pub fn walk(&self, to: &mut dyn Walk) {
                $(if let Some(value) = &self.$field {
                    to.leaf($key, value.to_value());
                })*
                $(if let Some(object) = &self.$object {
                    to.enter($object_key);
                    object.walk(to);
                    to.leave();
                })*
                for (key, value) in self.more.iter().filter(|(key, _)| !self.has(key)) {
                    to.leaf(key, value.clone());
                }
            }

            fn has(&self, key: &str) -> bool {
                match key {
                    $($key => self.$field.is_some(),)*
                    $($object_key => self.$object.is_some(),)*
                    _ => false,
                }
            }

            #[allow(clippy::missing_const_for_fn, reason = "an object without objects is no exception")]
            fn put(&mut self, path: &[String], value: Option<SettingValue>) {
                let Some((key, rest)) = path.split_first() else { return };
                match (key.as_str(), rest.is_empty()) {
                    $(($key, true) => {
                        self.$field = value.as_ref().and_then(Typed::from_value);
                        // What has not the field's type is kept as it is.
                        self.more.set(key, value.filter(|_| self.$field.is_none()));
                    })*
                    $(($object_key, false) => {
                        if value.is_some() || self.$object.is_some() {
                            self.more.set(key, None);
                            self.$object.get_or_insert_default().put(rest, value);
                        }
                    })*
                    (_, true) => self.more.set(key, value),
                    // An unknown object is one opaque value; nothing lies in it.
                    (_, false) => {}
                }
            }

            #[allow(unused_variables, reason = "an object without objects")]
            fn begin(&mut self, path: &[String]) -> bool {
                let Some((key, rest)) = path.split_first() else { return true };
                match key.as_str() {
                    $($object_key => {
                        self.more.set(key, None);
                        self.$object.get_or_insert_default().begin(rest)
                    })*
                    _ => false,
                }
            }
        }
    };
}

object! {
    /// The store configuration. `None` is "not returned"; the ids and the widget's key that an answer holds beside it are
    /// no settings, and there is no place for them here.
    Settings
    fields {
        /// Whether the storefront is open.
        is_enabled: bool = "isEnabled",
        /// At most [`super::MAX_TITLE`] long; required while the store is open ([adss cfg/update]).
        title: String = "title",
        /// HTML.
        description: String = "description",
        /// Translations; read only.
        i18n: Opaque = "i18n",
        /// Read only.
        created_at: String = "createdAt",
        /// Read only.
        updated_at: String = "updatedAt",
    }
    objects {
        /// The picture above the storefront.
        cover: Cover = "cover",
        /// What is paid with.
        currency: Currency = "currency",
        /// The storefront within other pages.
        widget: Widget = "widget",
    }
    facts {
        /// Whose store this is. Not a setting: it is compared, and never sent.
        community_id: Option<String>,
        /// Where the answer held something whose name says that it is a secret. It was dropped when the answer was read.
        withheld: Vec<SettingPath>,
    }
}

object! {
    /// The cover: `{isEnabled, light, dark}` ([adss cfg/get]), or `{type, value}` in the older generation ([dev 34355284]).
    Cover
    fields {
        /// Whether it is shown.
        is_enabled: bool = "isEnabled",
        /// The picture's address, or empty.
        light: String = "light",
        /// The picture's address in dark mode, or empty.
        dark: String = "dark",
        /// Older generation: what `value` is. Seen: `image`.
        kind: String = "type",
        /// Older generation: the picture's address.
        value: String = "value",
    }
    objects {}
}

object! {
    /// The currency: `{isEnabled, name, light, dark}` ([adss cfg/get]), or `{name, symbol}` in the older generation.
    Currency
    fields {
        /// Whether it is shown.
        is_enabled: bool = "isEnabled",
        /// Its name.
        name: String = "name",
        /// The icon's address, or empty.
        light: String = "light",
        /// The icon's address in dark mode, or empty.
        dark: String = "dark",
        /// Older generation: its sign.
        symbol: String = "symbol",
    }
    objects {}
}

object! {
    /// The widget. The older generation shows `isEnabled` alone.
    Widget
    fields {
        /// Whether it is on.
        is_enabled: bool = "isEnabled",
        /// Hosts of pages that may hold it.
        allowed_domains: Vec<String> = "allowedDomains",
        /// Who sees it.
        access_mode: AccessMode = "accessMode",
        /// Who sees it in development.
        test_users: Items = "testUsers",
        /// Who sees it in development.
        test_roles: Items = "testRoles",
        /// By what the page around it says who the visitor is.
        user_identifier_fields: Items = "userIdentifierFields",
        /// Read only.
        created_at: String = "createdAt",
        /// Read only.
        updated_at: String = "updatedAt",
    }
    objects {
        /// Its size.
        size: Size = "size",
        /// Its colours.
        appearance: Appearance = "appearance",
        /// Its invitation.
        call_to_action: CallToAction = "callToAction",
    }
}

object! {
    /// The widget's size.
    Size
    fields {
        /// How it is found.
        mode: SizeMode = "mode",
        /// Pixels.
        width: u32 = "width",
        /// Pixels.
        height: u32 = "height",
    }
    objects {}
}

object! {
    /// The widget's colours.
    Appearance
    fields {
        /// Whether the community's theme is used in place of these.
        use_community_theme: bool = "useCommunityTheme",
    }
    objects {
        /// By day.
        light: Theme = "light",
        /// By night.
        dark: Theme = "dark",
    }
}

object! {
    /// A theme: a named palette, and its colours where they are its own. Names seen: `white-smoke`, `violet-dream` (light),
    /// `black-beauty` (dark).
    Theme
    fields {
        /// The palette's name.
        name: String = "name",
    }
    objects {
        /// The colours; may be empty.
        palette: Palette = "palette",
    }
}

object! {
    /// Colours by name. All of them are in `more`, since any name may be; seen are [`Palette::SEEN`], each a CSS text.
    Palette
    fields {}
    objects {}
}

object! {
    /// The widget's invitation.
    CallToAction
    fields {
        /// Whether it is shown.
        is_enabled: bool = "isEnabled",
        /// Its words.
        text: String = "text",
        /// Where it leads.
        link: String = "link",
    }
    objects {}
}

impl Palette {
    /// The colours that the reference shows ([adss cfg/get]).
    pub const SEEN: [&'static str; 5] = ["accent", "text", "background", "divider", "shadow"];

    /// The colours, in the order returned: name and CSS text.
    pub fn colours(&self) -> impl Iterator<Item = (&str, &str)> {
        self.more.iter().filter_map(|(name, value)| Some((name, value.as_text()?)))
    }

    /// Gives a colour its CSS text, or takes it away.
    pub fn set_colour(&mut self, name: &str, css: Option<&str>) {
        self.more.set(name, css.map(|css| SettingValue::Text(css.to_owned())));
    }
}

impl Settings {
    /// Every setting that has a value, with its place.
    #[must_use]
    pub fn entries(&self) -> Vec<(SettingPath, SettingValue)> {
        struct Entries(SettingPath, Vec<(SettingPath, SettingValue)>);
        impl Walk for Entries {
            fn leaf(&mut self, key: &str, value: SettingValue) {
                self.1.push((self.0.join(key), value));
            }
            fn enter(&mut self, key: &str) {
                self.0 = self.0.join(key);
            }
            fn leave(&mut self) {
                let outer = self.0.parts().len().saturating_sub(1);
                self.0 = SettingPath::new(self.0.parts().iter().take(outer).cloned());
            }
        }
        let mut entries = Entries(SettingPath::default(), Vec::new());
        self.walk(&mut entries);
        entries.1
    }

    /// One setting.
    #[must_use]
    pub fn get(&self, path: &SettingPath) -> Option<SettingValue> {
        self.entries().into_iter().find(|(at, _)| at == path).map(|(_, value)| value)
    }

    /// Gives a setting a value, or makes it "not returned"; for a colour of a palette that is taking it away.
    pub fn set(&mut self, path: &SettingPath, value: Option<SettingValue>) {
        self.put(path.parts(), value);
    }

    /// Makes the documented object at `path` be there, be it empty. Whether there is such an object.
    pub fn open(&mut self, path: &SettingPath) -> bool {
        let mut probe = Self::default();
        probe.begin(path.parts()) && self.begin(path.parts())
    }
}
