//! What of the settings is seen, by day and by night. Pure.
//!
//! Nobody documents what the service puts in the place of a picture or a colour that is missing, so nothing is put there
//! but what is ours, and it is said so.

use crate::domain::open::SizeMode;
use crate::domain::settings::{Cover, Currency, Palette, Settings, Size, Theme};
use crate::domain::url::NotHttps;
use crate::domain::{HttpsUrl, is_colour};

/// One of the two themes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shade {
    /// By day.
    Light,
    /// By night.
    Dark,
}

impl Shade {
    /// As the service writes it, and as it stands in a sentence.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    fn of<T>(self, light: T, dark: T) -> T {
        match self {
            Self::Light => light,
            Self::Dark => dark,
        }
    }
}

/// A picture that a setting names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Picture {
    /// None.
    Missing,
    /// One that is never fetched.
    Refused(NotHttps),
    /// One that may be.
    At(HttpsUrl),
}

impl Picture {
    fn named(address: Option<&str>) -> Self {
        match address {
            None | Some("") => Self::Missing,
            Some(address) => HttpsUrl::parse(address).map_or_else(Self::Refused, Self::At),
        }
    }
}

/// The host of an address.
pub(super) fn host(url: &HttpsUrl) -> &str {
    let rest = url.as_str().get("https://".len()..).unwrap_or("");
    let host = rest.split(['/', '?', '#']).next().unwrap_or("");
    host.rsplit('@').next().unwrap_or(host)
}

/// What is above the storefront.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Banner {
    /// The answer says nothing of a cover.
    Unknown,
    /// It is switched off.
    Off,
    /// Something else than a picture.
    Kind(String),
    /// A picture, or the place of one.
    Picture(Picture),
}

/// What is above the storefront. The older generation has one picture for both themes.
pub(super) fn banner(cover: Option<&Cover>, shade: Shade) -> Banner {
    let Some(cover) = cover else { return Banner::Unknown };
    if cover.is_enabled == Some(false) {
        return Banner::Off;
    }
    if cover.light.is_some() || cover.dark.is_some() {
        return Banner::Picture(Picture::named(shade.of(cover.light.as_deref(), cover.dark.as_deref())));
    }
    match cover.kind.as_deref() {
        Some(kind) if kind != "image" => Banner::Kind(kind.to_owned()),
        _ if cover.is_enabled.is_none() && cover.value.is_none() => Banner::Unknown,
        _ => Banner::Picture(Picture::named(cover.value.as_deref())),
    }
}

/// What is paid with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Money {
    /// Its name; may be empty.
    pub(super) name: String,
    /// Its sign, in the older generation.
    pub(super) symbol: Option<String>,
    /// Its icon.
    pub(super) icon: Picture,
}

/// What is paid with, unless the store's own currency is off or unknown.
pub(super) fn money(currency: Option<&Currency>, shade: Shade) -> Option<Money> {
    let currency = currency.filter(|currency| currency.is_enabled != Some(false))?;
    Some(Money {
        name: currency.name.clone().unwrap_or_default(),
        symbol: currency.symbol.clone().filter(|symbol| !symbol.trim().is_empty()),
        icon: Picture::named(shade.of(currency.light.as_deref(), currency.dark.as_deref())),
    })
}

/// How large the widget is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extent {
    /// As the page around it allows.
    Dynamic,
    /// So many pixels wide and high, none of them 0.
    Fixed(u32, u32),
    /// A width or a height is 0.
    Nothing,
    /// The answer does not say.
    Unknown,
}

/// How large the widget is drawn. Of the modes only `dynamic` is documented; any other is taken to mean the figures.
pub(super) fn extent(size: Option<&Size>) -> Extent {
    match size {
        Some(Size { mode: Some(SizeMode::Dynamic), .. }) => Extent::Dynamic,
        Some(Size { width: Some(0), .. } | Size { height: Some(0), .. }) => Extent::Nothing,
        Some(Size { width: Some(width), height: Some(height), .. }) => Extent::Fixed(*width, *height),
        _ => Extent::Unknown,
    }
}

/// Whose colours the widget has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Colours {
    /// The community's, which no answer shows.
    Community,
    /// Those of a named theme, which the service keeps to itself.
    Named(String),
    /// Nobody said.
    Unknown,
    /// Its own.
    Own(Own),
}

/// Colours of a palette.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Own {
    /// Those that may reach a style, in the order of [`Palette::SEEN`].
    pub(super) good: [Option<String>; 5],
    /// Names and texts that are no colours.
    pub(super) bad: Vec<(String, String)>,
    /// Names that the reference does not show.
    pub(super) other: Vec<String>,
}

impl Own {
    /// The CSS text of a colour by its name.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        Palette::SEEN.iter().zip(&self.good).find(|(seen, _)| **seen == name).and_then(|(_, css)| css.as_deref())
    }

    /// Names of the documented colours that are not set at all.
    pub(super) fn unset(&self) -> Vec<&'static str> {
        let is_bad = |name: &str| self.bad.iter().any(|(bad, _)| bad == name);
        Palette::SEEN.into_iter().filter(|name| self.get(name).is_none() && !is_bad(name)).collect()
    }
}

/// The widget's colours. `knows` asks the browser whether a text that can be a colour is one.
pub(super) fn colours(settings: &Settings, shade: Shade, knows: impl Fn(&str) -> bool) -> Colours {
    let Some(appearance) = settings.widget.as_ref().and_then(|widget| widget.appearance.as_ref()) else {
        return Colours::Unknown;
    };
    if appearance.use_community_theme == Some(true) {
        return Colours::Community;
    }
    let Some(Theme { name, palette, .. }) = shade.of(appearance.light.as_ref(), appearance.dark.as_ref()) else {
        return Colours::Unknown;
    };
    let mut own = Own::default();
    let mut is_empty = true;
    for (name, css) in palette.iter().flat_map(Palette::colours) {
        is_empty = false;
        match Palette::SEEN.iter().zip(&mut own.good).find(|(seen, _)| **seen == name) {
            Some((_, place)) if is_colour(css) && knows(css) => *place = Some(css.trim().to_owned()),
            Some(_) => own.bad.push((name.to_owned(), css.to_owned())),
            None => own.other.push(name.to_owned()),
        }
    }
    match name.as_deref().map(str::trim) {
        _ if !is_empty => Colours::Own(own),
        Some(name) if !name.is_empty() => Colours::Named(name.to_owned()),
        _ => Colours::Unknown,
    }
}
