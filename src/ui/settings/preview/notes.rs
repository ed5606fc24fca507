//! What cannot be seen in the preview, or is worth knowing about what is seen, in sentences. Pure.

use super::scene::{Colours, Extent, Own, Picture, Shade, colours, extent, money};
use crate::domain::Colour;
use crate::domain::HttpsUrl;
use crate::domain::open::{AccessMode, SizeMode};
use crate::domain::settings::{CallToAction, Items, Settings, Widget};
use crate::ui::words;

/// Least contrast of text ([WCAG 2.2, 1.4.3]).
const TEXT: (f64, &str) = (4.5, "4.5");
/// Least contrast of what is no text but must be seen ([WCAG 2.2, 1.4.11]).
const SHAPE: (f64, &str) = (3.0, "3");

/// A sentence, and whether it is a warning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Note {
    /// The sentence.
    pub(super) words: String,
    /// Whether something should be changed.
    pub(super) is_warning: bool,
}

fn plain(words: impl Into<String>) -> Note {
    Note { words: words.into(), is_warning: false }
}

fn warning(words: impl Into<String>) -> Note {
    Note { words: words.into(), is_warning: true }
}

/// About the storefront.
pub(super) fn about_storefront(settings: &Settings, shade: Shade) -> Vec<Note> {
    let mut notes = Vec::new();
    if settings.is_enabled.is_none() {
        notes.push(plain("The store did not say whether it is on."));
    }
    about_currency(settings, shade, &mut notes);
    warnings_first(notes)
}

/// Each kind in the order it was found.
fn warnings_first(notes: Vec<Note>) -> Vec<Note> {
    let (mut all, plain): (Vec<Note>, Vec<Note>) = notes.into_iter().partition(|note| note.is_warning);
    all.extend(plain);
    all
}

fn about_currency(settings: &Settings, shade: Shade, notes: &mut Vec<Note>) {
    let Some(currency) = &settings.currency else {
        notes.push(plain("The store’s answer names no currency: the sample prices stand alone."));
        return;
    };
    let Some(shown) = money(Some(currency), shade) else {
        notes.push(plain("The store’s own currency is off. Which one is shown in its place is not known here."));
        return;
    };
    if shown.name.trim().is_empty() {
        notes.push(warning("The currency has no name: prices stand alone."));
    }
    match shown.icon {
        Picture::Refused(why) => {
            notes.push(warning(format!("The currency’s icon for {} cannot be shown: its address {why}.", shade.word())));
        }
        Picture::Missing => {
            let other = money(Some(currency), if shade == Shade::Light { Shade::Dark } else { Shade::Light });
            if other.is_some_and(|other| other.icon != Picture::Missing) {
                notes.push(plain(format!("No currency icon for {}.", shade.word())));
            }
        }
        Picture::At(_) => {}
    }
}

/// About the widget.
pub(super) fn about_widget(settings: &Settings, shade: Shade, knows: impl Fn(&str) -> bool) -> Vec<Note> {
    let mut notes = Vec::new();
    let Some(widget) = &settings.widget else {
        return vec![plain("The store’s answer says nothing of the widget. What is drawn here is a sample.")];
    };
    if widget.is_enabled.is_none() {
        notes.push(plain("The store did not say whether the widget is on."));
    }
    if settings.is_enabled == Some(false) {
        notes.push(plain("The store itself is off. Whether the widget still shows it is not documented."));
    }
    notes.extend(about_access(widget));
    notes.extend(about_size(widget));
    about_colours(&colours(settings, shade, knows), shade, &mut notes);
    if let Some(invitation) = &widget.call_to_action {
        notes.extend(about_invitation(invitation));
    }
    warnings_first(notes)
}

fn about_access(widget: &Widget) -> Option<Note> {
    match widget.access_mode.as_ref()? {
        AccessMode::Live => None,
        AccessMode::Development => {
            let listed = [(&widget.test_users, "test user", "test users"), (&widget.test_roles, "test role", "test roles")];
            let counts: Vec<String> = listed
                .into_iter()
                .filter_map(|(items, one, many)| match items {
                    Some(Items::Words(words)) if !words.is_empty() => Some(words::count(words.len() as u64, one, many)),
                    _ => None,
                })
                .collect();
            let is_opaque = listed.iter().any(|(items, ..)| matches!(items, Some(Items::Opaque(_))));
            let who = match (counts.is_empty(), is_opaque) {
                (false, _) => format!(": {}", counts.join(" and ")),
                (true, true) => String::new(),
                (true, false) => ", and none are listed".to_owned(),
            };
            Some(plain(format!("In development: only the test users and test roles see the widget{who}.")))
        }
        AccessMode::Other(mode) => Some(plain(format!("Who sees the widget in the mode “{mode}” is not documented."))),
    }
}

fn about_size(widget: &Widget) -> Option<Note> {
    let size = widget.size.as_ref();
    match (extent(size), size.and_then(|size| size.mode.as_ref())) {
        (Extent::Nothing, _) => Some(warning("A widget that is 0 pixels wide or high cannot be seen.")),
        (Extent::Unknown, _) => Some(plain("The store’s answer names no size.")),
        (Extent::Fixed(..), Some(SizeMode::Other(mode))) => {
            Some(plain(format!("The size “{mode}” is not documented; the widget is drawn by its width and height.")))
        }
        (Extent::Fixed(..) | Extent::Dynamic, _) => None,
    }
}

fn about_colours(colours: &Colours, shade: Shade, notes: &mut Vec<Note>) {
    match colours {
        Colours::Community => notes.push(plain(
            "The community’s theme is used in place of these colours. It is not known here, so neutral ones are shown.",
        )),
        Colours::Named(name) => notes.push(plain(format!(
            "The colours of “{name}” are the service’s own; it does not return them. Neutral ones are shown."
        ))),
        Colours::Unknown => {
            notes.push(plain(format!("The store’s answer names no colours for {}. Neutral ones are shown.", shade.word())));
        }
        Colours::Own(own) => {
            for (name, css) in &own.bad {
                notes.push(warning(format!("“{css}” is no colour, so {name} is shown in a neutral one.")));
            }
            let unset = own.unset();
            if !unset.is_empty() {
                notes.push(plain(format!("Not set, and shown in a neutral colour: {}.", unset.join(", "))));
            }
            if !own.other.is_empty() {
                notes.push(plain(format!("What these colour is not documented: {}.", own.other.join(", "))));
            }
            about_contrast(own, shade, notes);
        }
    }
}

/// Only what the store set is measured: between one of its colours and one of ours there is nothing to say.
fn about_contrast(own: &Own, shade: Shade, notes: &mut Vec<Note>) {
    let Some(background) = own.get("background") else { return };
    let pairs = [
        ("Text", own.get("text"), TEXT, "is needed to be read well"),
        ("Accent", own.get("accent"), SHAPE, "is needed to be seen well"),
    ];
    let mut good = Vec::new();
    for (what, css, (least, least_words), why) in pairs {
        let Some(css) = css else { continue };
        let (Some(ink), Some(ground)) = (Colour::parse(css), Colour::parse(background)) else {
            notes.push(plain(format!(
                "{what} on background: the contrast is only measured where both are written as rgb() or #hex."
            )));
            continue;
        };
        let contrast = ink.contrast(ground.over(page(shade)));
        if contrast < least {
            notes.push(warning(format!("{what} on background: {} to 1; {least_words} {why}.", tenths(contrast))));
        } else {
            good.push(format!("{what} on background: {} to 1.", tenths(contrast)));
        }
    }
    if !good.is_empty() {
        notes.push(plain(good.join(" ")));
    }
    if Colour::parse(background).is_some_and(|ground| !ground.is_opaque()) {
        let page = if shade == Shade::Light { "white" } else { "black" };
        notes.push(plain(format!("The background lets the page beneath through; the contrast is that on a {page} page.")));
    }
}

/// The page beneath a background that lets it through.
const fn page(shade: Shade) -> Colour {
    match shade {
        Shade::Light => Colour::WHITE,
        Shade::Dark => Colour::BLACK,
    }
}

/// Cut, not rounded: 4.48 is not 4.5.
fn tenths(ratio: f64) -> String {
    let tenths = (ratio * 10.0) as u32;
    format!("{}.{}", tenths / 10, tenths % 10)
}

fn about_invitation(invitation: &CallToAction) -> Vec<Note> {
    if invitation.is_enabled != Some(true) {
        return Vec::new();
    }
    let mut notes = Vec::new();
    if invitation.text.as_deref().is_none_or(|text| text.trim().is_empty()) {
        notes.push(warning("The call to action has no text."));
    }
    match invitation.link.as_deref() {
        None | Some("") => notes.push(warning("The call to action leads nowhere: it has no link.")),
        Some(link) if HttpsUrl::parse(link).is_err() => {
            notes.push(warning(format!("The call to action cannot be followed: “{link}” is not an https address.")));
        }
        Some(link) => notes.push(plain(format!("The call to action leads to {link} (not from here)."))),
    }
    notes
}
