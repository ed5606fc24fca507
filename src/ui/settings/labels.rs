//! The settings' names in words, and the ids of their fields. A path that is not here is shown as it is.

use crate::domain::settings::{Section, SettingChange, SettingPath};
use std::collections::BTreeSet;

#[rustfmt::skip]
static LABELS: &[(&str, &str)] = &[
    ("isEnabled", "Store is on"),
    ("title", "Title"),
    ("description", "Description"),
    ("createdAt", "Made"),
    ("updatedAt", "Last changed"),
    ("cover.isEnabled", "Show the cover"),
    ("cover.light", "Cover picture, light theme"),
    ("cover.dark", "Cover picture, dark theme"),
    ("cover.type", "Kind of cover"),
    ("cover.value", "Cover picture"),
    ("currency.isEnabled", "Show the currency"),
    ("currency.name", "Currency name"),
    ("currency.symbol", "Currency symbol"),
    ("currency.light", "Currency icon, light theme"),
    ("currency.dark", "Currency icon, dark theme"),
    ("i18n", "Translations"),
    ("widget.isEnabled", "Widget is on"),
    ("widget.allowedDomains", "Allowed domains"),
    ("widget.accessMode", "Access mode"),
    ("widget.testUsers", "Test users"),
    ("widget.testRoles", "Test roles"),
    ("widget.userIdentifierFields", "User identifier fields"),
    ("widget.size.mode", "Size"),
    ("widget.size.width", "Width"),
    ("widget.size.height", "Height"),
    ("widget.appearance.useCommunityTheme", "Use the community’s theme"),
    ("widget.appearance.light.name", "Light palette"),
    ("widget.appearance.light.palette", "Light colours"),
    ("widget.appearance.dark.name", "Dark palette"),
    ("widget.appearance.dark.palette", "Dark colours"),
    ("widget.callToAction.isEnabled", "Show the call to action"),
    ("widget.callToAction.text", "Call to action text"),
    ("widget.callToAction.link", "Call to action link"),
    ("widget.createdAt", "Widget made"),
    ("widget.updatedAt", "Widget last changed"),
    ("widget.apiKey", "Widget key"),
];

/// The name of a documented setting.
pub(super) fn label_of(path: &str) -> Option<&'static str> {
    LABELS.iter().find(|(known, _)| *known == path).map(|(_, label)| *label)
}

/// The name of a setting, of whatever kind.
pub(super) fn name_of(path: &SettingPath) -> String {
    if let Some(label) = label_of(&path.to_string()) {
        return label.to_owned();
    }
    match path.parts() {
        [_, _, theme, _, colour] if path.is_colour() => {
            format!("{} colour “{colour}”", if theme == "dark" { "Dark" } else { "Light" })
        }
        _ => path.to_string(),
    }
}

/// The id of a setting's field, to which labels and summaries point.
pub(super) fn id_of(path: &SettingPath) -> String {
    let mut id = String::from("set");
    for part in path.parts() {
        id.push('-');
        id.extend(part.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '_' }));
    }
    id
}

/// A section's name.
pub(super) const fn section_name(section: Section) -> &'static str {
    match section {
        Section::Store => "Store",
        Section::Cover => "Cover",
        Section::Currency => "Currency",
        Section::Widget => "Widget",
        Section::Appearance => "Size and appearance",
        Section::CallToAction => "Call to action",
        Section::Other => "Other",
    }
}

/// The sections that are touched, in the order of the page: `Store, Widget`.
pub(super) fn sections_of<'a>(paths: impl Iterator<Item = &'a SettingPath>) -> String {
    let mut sections: BTreeSet<Section> = BTreeSet::new();
    sections.extend(paths.map(SettingPath::section));
    sections.into_iter().map(section_name).collect::<Vec<_>>().join(", ")
}

/// The sections that a change touches.
pub(super) fn touched(changes: &[SettingChange]) -> String {
    sections_of(changes.iter().map(|change| &change.path))
}
