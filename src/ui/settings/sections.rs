//! The form: a card a section, a field a setting. What the store did not return is folded away, and can be set all the same.

use super::colours::palette;
use super::editor::Editor;
use super::fields::{Field, choice, pixels, switch, text, title};
use super::labels::section_name;
use super::lists::{DOMAINS, list, words};
use super::rest::rest;
use crate::domain::settings::{Section, SettingPath, SettingValue};
use crate::ui::components::html_editor::{HtmlField, html_editor};
use crate::ui::components::live::live;
use leptos::prelude::*;

/// Who sees the widget ([adss cfg/get]).
const ACCESS_MODES: &[(&str, &str)] = &[("live", "live: everybody"), ("development", "development: test users and roles only")];
/// How the widget's size is found ([adss cfg/get]).
const SIZE_MODES: &[(&str, &str)] = &[("dynamic", "dynamic")];
/// What an older cover is ([dev 34355284]).
const COVER_KINDS: &[(&str, &str)] = &[("image", "image")];
/// The palettes that the reference shows by name ([adss cfg/get]).
const LIGHT_PALETTES: &[(&str, &str)] = &[("white-smoke", "white-smoke"), ("violet-dream", "violet-dream")];
const DARK_PALETTES: &[(&str, &str)] = &[("black-beauty", "black-beauty")];

/// One field of the form: its setting, and how it is drawn.
type Row = (&'static str, fn(Field) -> AnyView);

const STORE: &[Row] = &[
    ("isEnabled", |field| switch(field.hint("Off: members cannot see the storefront."))),
    ("title", |field| title(field.hint("Required while the store is on."))),
    ("description", description),
];
const COVER: &[Row] = &[
    ("cover.isEnabled", switch),
    ("cover.light", |field| text(field.hint(PICTURE), "url")),
    ("cover.dark", |field| text(field.hint(PICTURE), "url")),
    ("cover.type", |field| choice(field, COVER_KINDS)),
    ("cover.value", |field| text(field.hint(PICTURE), "url")),
];
const CURRENCY: &[Row] = &[
    ("currency.isEnabled", switch),
    ("currency.name", |field| text(field.hint("What members pay with, such as Coins."), "text")),
    ("currency.symbol", |field| text(field, "text")),
    ("currency.light", |field| text(field.hint(PICTURE), "url")),
    ("currency.dark", |field| text(field.hint(PICTURE), "url")),
];
const WIDGET: &[Row] = &[
    ("widget.isEnabled", |field| switch(field.hint("The storefront as a part of other pages."))),
    ("widget.accessMode", |field| choice(field, ACCESS_MODES)),
    ("widget.allowedDomains", |field| {
        list(
            field.hint("Hosts of the pages that may hold the widget. A whole address may be pasted; its host is taken."),
            DOMAINS,
        )
    }),
    ("widget.testUsers", |field| list(field.hint("Who sees the widget while it is in development."), words("test user", "alex"))),
    ("widget.testRoles", |field| {
        list(field.hint("Who sees the widget while it is in development."), words("test role", "VIP Member"))
    }),
    ("widget.userIdentifierFields", |field| {
        list(field.hint("By what the page around the widget says who the visitor is."), words("field", "email"))
    }),
];
const SIZE: &[Row] = &[
    ("widget.size.mode", |field| choice(field, SIZE_MODES)),
    ("widget.size.width", pixels),
    ("widget.size.height", pixels),
    ("widget.appearance.useCommunityTheme", |field| switch(field.hint("In place of the palettes below."))),
    ("widget.appearance.light.name", |field| choice(field, LIGHT_PALETTES)),
    ("widget.appearance.dark.name", |field| choice(field, DARK_PALETTES)),
];
const CALL_TO_ACTION: &[Row] = &[
    ("widget.callToAction.isEnabled", switch),
    ("widget.callToAction.text", |field| text(field, "text")),
    ("widget.callToAction.link", |field| text(field.hint("An https address."), "url")),
];

const PICTURE: &str = "The https address of a picture on a server. May be empty.";

/// As [`super::labels::id_of`] names it.
const DESCRIPTION: &str = "set-description";

/// The whole form.
pub(super) fn form(editor: Editor) -> AnyView {
    view! {
        {section(editor, Section::Store, STORE, None)}
        {section(editor, Section::Cover, COVER, None)}
        {section(editor, Section::Currency, CURRENCY, None)}
        {section(editor, Section::Widget, WIDGET, None)}
        {section(editor, Section::Appearance, SIZE, Some(palettes))}
        {section(editor, Section::CallToAction, CALL_TO_ACTION, None)}
        {rest(editor)}
    }
    .into_any()
}

fn palettes(editor: Editor) -> AnyView {
    view! { <div class="palettes">{palette(editor, "light")}{palette(editor, "dark")}</div> }.into_any()
}

/// A card. Which settings the store returned is asked once an answer changes it, not at every key.
fn section(editor: Editor, section: Section, rows: &'static [Row], foot: Option<fn(Editor) -> AnyView>) -> AnyView {
    let heading = format!("section-{section:?}").to_ascii_lowercase();
    let label = heading.clone();
    let here = Memo::new(move |_| {
        editor
            .returned
            .with(|returned| rows.iter().map(|(path, _)| returned.contains(&SettingPath::from(*path))).collect::<Vec<_>>())
    });
    let draw = move |is_here: bool, here: &[bool]| {
        let chosen =
            rows.iter().zip(here).filter(|(_, here)| **here == is_here).map(|((path, draw), _)| draw(Field::of(editor, path)));
        chosen.collect::<Vec<_>>()
    };
    let fields = live(move || draw(true, &here.get()));
    let missing = live(move || {
        let fields = draw(false, &here.get());
        let count = fields.len();
        (count > 0).then(|| {
            view! {
                <details class="not-returned">
                    <summary>{format!("Not returned by this store: {}", crate::ui::words::count(count as u64, "setting", "settings"))}</summary>
                    <p class="hint">"The store said nothing of these. What you fill in here is sent; whether the store takes it shows after saving."</p>
                    <div class="form">{fields}</div>
                </details>
            }
        })
    });
    view! {
        <section class="card settings-group" aria-labelledby=label>
            <h2 id=heading>{section_name(section)}</h2>
            <div class="form form-fields">{fields}{foot.map(|foot| foot(editor))}</div>
            {missing}
        </section>
    }
    .into_any()
}

fn description(field: Field) -> AnyView {
    let value = field.editor.value(&field.path);
    let is_changed = field.editor.is_changed(&field.path);
    let described_by = field.described_by();
    let typing = field.clone();
    let html = HtmlField {
        id: DESCRIPTION,
        label: "Description",
        value: Signal::derive(move || {
            value.with(|value| value.as_ref().and_then(SettingValue::as_text).unwrap_or_default().to_owned())
        }),
        described_by: Signal::derive(move || described_by.clone()),
        is_invalid: field.is_invalid(),
    };
    view! {
        <div class="field" class:field-changed=move || is_changed.get()>
            {html_editor(html, move |text| typing.editor.set(&typing.path, SettingValue::Text(text)))}
            {field.foot()}
            {field.put_back(is_changed)}
        </div>
    }
    .into_any()
}
