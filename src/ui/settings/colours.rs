//! A palette: each colour with a swatch, its CSS text, and a picker; colours can be added and taken away.

use super::editor::Editor;
use super::fields::Field;
use super::labels::{id_of, name_of};
use crate::browser::page;
use crate::domain::colour::Colour;
use crate::domain::settings::{Palette, SettingPath, SettingValue};
use crate::ui::components::icon::Icon;
use crate::ui::components::live::live;
use leptos::prelude::*;

/// What a colour that is added begins as; everybody will want to choose another.
const FIRST: &str = "rgb(128, 128, 128)";

/// The colours of `widget.appearance.light.palette`, or of the dark one.
pub(super) fn palette(editor: Editor, theme: &'static str) -> AnyView {
    let whole = SettingPath::new(["widget", "appearance", theme, "palette"]);
    let heading = heading(theme);
    let label = heading.clone();
    let names = {
        let whole = whole.clone();
        Memo::new(move |_| editor.values.with(|values| names(values.keys(), &whole)))
    };
    let missing = move || {
        let here = names.get();
        Palette::SEEN.into_iter().filter(|seen| here.iter().all(|name| name != seen)).collect::<Vec<_>>()
    };
    let rows = {
        let whole = whole.clone();
        live(move || names.get().iter().map(|name| colour(editor, &whole.join(name), theme)).collect_view())
    };
    let add = {
        live(move || {
            let missing = missing();
            let whole = whole.clone();
            (!missing.is_empty()).then(move || {
                let buttons = missing
                    .into_iter()
                    .map(|name| {
                        let path = whole.join(name);
                        let press = move |_| {
                            editor.put(&path, Some(SettingValue::Text(FIRST.into())));
                            let id = id_of(&path);
                            request_animation_frame(move || page::focus(&format!("[id='{id}']")));
                        };
                        view! { <button type="button" class="chip chip-add" on:click=press>{format!("Add {name}")}</button> }
                    })
                    .collect_view();
                view! { <div class="chips" role="group" aria-label=format!("Colours to add, {theme}")>{buttons}</div> }
            })
        })
    };
    let none = live(move || {
        names.with(Vec::is_empty).then_some(view! {
            <p class="hint">"No colours of its own: the palette’s name decides."</p>
        })
    });
    view! {
        <div class="palette" role="group" aria-labelledby=label>
            <h3 id=heading tabindex="-1">{if theme == "dark" { "Dark colours" } else { "Light colours" }}</h3>
            {none}
            {rows}
            {add}
        </div>
    }
    .into_any()
}

fn heading(theme: &str) -> String {
    format!("set-{theme}-colours")
}

/// The palette's colours: those the reference shows in its order, then the others.
fn names<'a>(paths: impl Iterator<Item = &'a SettingPath>, whole: &SettingPath) -> Vec<String> {
    let inside = |path: &&SettingPath| path.is_colour() && path.parts().starts_with(whole.parts());
    let names: Vec<String> = paths.filter(inside).filter_map(|path| path.parts().last().cloned()).collect();
    let seen = Palette::SEEN.iter().filter_map(|seen| names.iter().find(|name| name == seen));
    seen.chain(names.iter().filter(|name| !Palette::SEEN.iter().any(|seen| seen == name))).cloned().collect()
}

fn colour(editor: Editor, path: &SettingPath, theme: &'static str) -> AnyView {
    let heading = heading(theme);
    let field = Field::named(editor, path.clone(), name_of(path));
    let value = editor.value(path);
    let text = Memo::new(move |_| value.with(|value| value.as_ref().map(ToString::to_string).unwrap_or_default()));
    let name = path.parts().last().cloned().unwrap_or_default();
    let (typing, leaving, removing) = (field.clone(), field.clone(), field.clone());
    let is_invalid = field.is_invalid();
    let is_changed = editor.is_changed(path);
    view! {
        <div class="field colour" class:field-changed=move || is_changed.get()>
            <div class="field-head">
                <label for=field.id.clone()><span class="unseen">{field.label.clone()}</span><span aria-hidden="true">{name.clone()}</span></label>
                {field.put_back(is_changed)}
            </div>
            <div class="colour-row">
                {picker(&field, text)}
                <input
                    id=field.id.clone()
                    type="text"
                    autocomplete="off"
                    spellcheck="false"
                    aria-describedby=field.described_by()
                    aria-invalid=move || is_invalid.get().then_some("true")
                    prop:value=move || text.get()
                    on:input=move |event| typing.editor.put(&typing.path, Some(SettingValue::Text(event_target_value(&event))))
                    on:change=move |_| leaving.editor.leave(&leaving.path)
                />
                <button
                    type="button"
                    class="button button-quiet button-icon"
                    aria-label=format!("Remove {}", field.label)
                    title="Remove"
                    on:click=move |_| {
                        removing.editor.put(&removing.path, None);
                        page::focus(&format!("[id='{heading}']"));
                    }
                >
                    {Icon::Cross.view()}
                </button>
            </div>
            {field.foot()}
        </div>
    }
    .into_any()
}

/// The browser's own colour picker, where it can show the colour; else a swatch. What shines through stays as it was.
fn picker(field: &Field, text: Memo<String>) -> AnyView {
    let known = Memo::new(move |_| text.with(|text| Colour::parse(text)));
    let is_known = Memo::new(move |_| known.with(Option::is_some));
    let field = field.clone();
    live(move || {
        let field = field.clone();
        if !is_known.get() {
            return view! { <span class="swatch" aria-hidden="true" style:background-color=move || text.get()></span> }
                .into_any();
        }
        let label = format!("Pick {}", field.label);
        let picked = move |event| {
            let before = known.get_untracked();
            if let (Some(chosen), Some(before)) = (Colour::parse(&event_target_value(&event)), before) {
                field.editor.put(&field.path, Some(SettingValue::Text(chosen.as_opaque_as(before).css())));
            }
        };
        view! {
            <input
                type="color"
                class="swatch"
                aria-label=label
                prop:value=move || known.get().map(Colour::hex).unwrap_or_default()
                on:input=picked
            />
        }
        .into_any()
    })
}
