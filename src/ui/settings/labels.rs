//! The settings' names in words, and the groups they are shown in. A path that is not here is shown as it is.

/// The groups, in the order of the page.
pub(super) const GROUPS: [&str; 6] = ["Store", "Cover", "Currency", "Widget", "Translations", "Other"];

/// The group of a path.
pub(super) fn group_of(path: &str) -> &'static str {
    match path.split(['.', '[']).next().unwrap_or(path) {
        "_id" | "communityID" | "isEnabled" | "title" | "description" | "createdAt" | "updatedAt" => "Store",
        "cover" => "Cover",
        "currency" => "Currency",
        "widget" | "widgetID" => "Widget",
        "i18n" => "Translations",
        _ => "Other",
    }
}

#[rustfmt::skip]
static LABELS: &[(&str, &str)] = &[
    ("_id", "Configuration id"),
    ("communityID", "Community id"),
    ("isEnabled", "Store"),
    ("title", "Title"),
    ("description", "Description"),
    ("createdAt", "Made"),
    ("updatedAt", "Last changed"),
    ("cover.isEnabled", "Cover image"),
    ("cover.light", "Image, light theme"),
    ("cover.dark", "Image, dark theme"),
    ("cover.type", "Kind"),
    ("cover.value", "Image"),
    ("currency.isEnabled", "Own currency"),
    ("currency.name", "Name"),
    ("currency.symbol", "Symbol"),
    ("currency.light", "Icon, light theme"),
    ("currency.dark", "Icon, dark theme"),
    ("i18n.isTranslationEnabled", "Translations"),
    ("i18n.titleTranslations", "Titles"),
    ("i18n.descriptionTranslations", "Descriptions"),
    ("i18n.translationPrompt", "Instructions to the translator"),
    ("i18n.translationIgnoreList", "Words left untranslated"),
    ("widgetID", "Widget id"),
    ("widget._id", "Widget id"),
    ("widget.isEnabled", "Widget"),
    ("widget.allowedDomains", "Allowed domains"),
    ("widget.accessMode", "Access mode"),
    ("widget.testUsers", "Test users"),
    ("widget.testRoles", "Test roles"),
    ("widget.size.mode", "Size"),
    ("widget.size.width", "Width"),
    ("widget.size.height", "Height"),
    ("widget.appearance.useCommunityTheme", "Community’s theme"),
    ("widget.appearance.light.name", "Light theme"),
    ("widget.appearance.light.palette", "Light theme, colours"),
    ("widget.appearance.dark.name", "Dark theme"),
    ("widget.appearance.dark.palette", "Dark theme, colours"),
    ("widget.callToAction.isEnabled", "Call to action"),
    ("widget.callToAction.text", "Call to action, text"),
    ("widget.callToAction.link", "Call to action, link"),
    ("widget.userIdentifierFields", "Fields that identify a user"),
    ("widget.createdAt", "Made"),
    ("widget.updatedAt", "Last changed"),
];

/// Where a path stands in its group: as in the table of names, whose switches come first; unknown ones at the end.
pub(super) fn place_of(path: &str) -> usize {
    let known = |path: &str| LABELS.iter().position(|(known, _)| *known == path);
    let mut part = path;
    loop {
        if let Some(place) = known(part) {
            return place;
        }
        match part.rsplit_once(['.', '[']) {
            Some((shorter, _)) => part = shorter,
            None => return usize::MAX,
        }
    }
}

/// The name of a path in words. Colours and the items of a list follow from the path itself.
pub(super) fn label_of(path: &str) -> Option<String> {
    if let Some((_, label)) = LABELS.iter().find(|(known, _)| *known == path) {
        return Some((*label).to_owned());
    }
    if let Some(rest) = path.strip_prefix("widget.appearance.") {
        let (theme, rest) = rest.split_once('.')?;
        let colour = rest.strip_prefix("palette.")?;
        return Some(format!("{} theme, {colour}", if theme == "dark" { "Dark" } else { "Light" }));
    }
    // An item of a list: `widget.allowedDomains[0]` or `widget.allowedDomains.0`.
    let (list, item) = path.rsplit_once(['[', '.'])?;
    let index: usize = item.trim_end_matches(']').parse().ok()?;
    let (_, label) = LABELS.iter().find(|(known, _)| *known == list)?;
    Some(format!("{label}, {}", index + 1))
}
