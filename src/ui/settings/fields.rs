//! Fields of the form, a function each: the label, the control, the hint and what is wrong, tied to one another.

use super::editor::Editor;
use super::labels::{id_of, label_of};
use crate::browser::page;
use crate::domain::settings::{MAX_TITLE, SettingPath, SettingValue, TitleLength, title_length};
use crate::ui::components::icon::Icon;
use crate::ui::components::live::live;
use leptos::prelude::*;

/// One setting's field.
#[derive(Clone)]
pub(super) struct Field {
    /// Whose.
    pub(super) editor: Editor,
    /// Which setting.
    pub(super) path: SettingPath,
    /// The id of its control.
    pub(super) id: String,
    /// Its name.
    pub(super) label: String,
    hint: &'static str,
}

impl Field {
    /// The field of a documented setting.
    pub(super) fn of(editor: Editor, path: &'static str) -> Self {
        let label = label_of(path).unwrap_or(path).to_owned();
        let path = SettingPath::from(path);
        Self { editor, id: id_of(&path), path, label, hint: "" }
    }

    /// The field of any setting.
    pub(super) fn named(editor: Editor, path: SettingPath, label: String) -> Self {
        Self { editor, id: id_of(&path), path, label, hint: "" }
    }

    /// With a sentence below it.
    pub(super) fn hint(mut self, hint: &'static str) -> Self {
        self.hint = hint;
        self
    }

    /// What describes the control: hint and problems.
    pub(super) fn described_by(&self) -> String {
        format!("{0}-hint {0}-error", self.id)
    }

    /// Whether something is wrong with it that is shown.
    pub(super) fn is_invalid(&self) -> Signal<bool> {
        let problems = self.editor.problems_of(&self.path);
        Signal::derive(move || problems.with(|problems| !problems.is_empty()))
    }

    /// The whole field around a control that carries the id.
    pub(super) fn around(&self, control: AnyView) -> AnyView {
        let label = view! { <label for=self.id.clone()>{self.label.clone()}</label> };
        self.framed(label.into_any(), control)
    }

    /// The whole field with a label of its own kind.
    pub(super) fn framed(&self, label: AnyView, control: AnyView) -> AnyView {
        let is_changed = self.editor.is_changed(&self.path);
        view! {
            <div class="field" class:field-changed=move || is_changed.get()>
                <div class="field-head">{label}{self.put_back(is_changed)}</div>
                {control}
                {self.foot()}
            </div>
        }
        .into_any()
    }

    /// Hint and problems.
    pub(super) fn foot(&self) -> AnyView {
        let hint = (!self.hint.is_empty()).then_some(self.hint);
        let is_late = self.editor.is_late(&self.path);
        let late = move || is_late.get().then_some("Sent; the store does not show it yet. ");
        view! {
            <p class="hint" id=format!("{}-hint", self.id)>{late}{hint}</p>
            {self.errors()}
        }
        .into_any()
    }

    /// What is wrong with it.
    pub(super) fn errors(&self) -> AnyView {
        let problems = self.editor.problems_of(&self.path);
        let words = live(move || {
            let said = |is_verbatim: bool| is_verbatim.then(|| view! { <strong>"The store says: "</strong> });
            problems.get().into_iter().map(|problem| view! { <p>{said(problem.is_verbatim)}{problem.words}</p> }).collect_view()
        });
        view! { <div class="field-error" id=format!("{}-error", self.id)>{words}</div> }.into_any()
    }

    /// The button that puts this setting back, there while it is changed.
    pub(super) fn put_back(&self, is_changed: Memo<bool>) -> AnyView {
        let field = self.clone();
        live(move || {
            let field = field.clone();
            is_changed.get().then(move || {
                let label = format!("Put back {}", field.label);
                let press = move |_| {
                    field.editor.revert(&field.path);
                    // The button is gone with the change; the focus goes to what it was about.
                    page::focus(&format!("[id='{}']", field.id));
                };
                view! {
                    <button type="button" class="put-back" aria-label=label title="Put back what the store holds" on:click=press>
                        {Icon::Again.view()}<span>"Put back"</span>
                    </button>
                }
            })
        })
    }
}

/// The text of a value in a text field. What is no text is shown beside it, see [`kept_as_is`].
fn text_of(value: Option<&SettingValue>) -> String {
    match value {
        Some(value @ (SettingValue::Text(_) | SettingValue::Number(_))) => value.to_string(),
        Some(SettingValue::Flag(_) | SettingValue::List(_) | SettingValue::Opaque(_)) | None => String::new(),
    }
}

/// A value that has not the documented type is kept until it is given another.
fn kept_as_is(value: Memo<Option<SettingValue>>, fits: fn(&SettingValue) -> bool) -> AnyView {
    live(move || {
        let odd = value.get().filter(|value| !fits(value))?;
        Some(view! {
            <p class="hint">
                "The store returned "<code>{odd.to_string()}</code>", which is not documented for this setting. It is kept as it is until you choose something else."
            </p>
        })
    })
}

/// On or off. A setting the store did not return, or returned as something else, has a third state.
pub(super) fn switch(field: Field) -> AnyView {
    let value = field.editor.value(&field.path);
    let is_flag = Memo::new(move |_| matches!(value.get(), Some(SettingValue::Flag(_))));
    let described = field.described_by();
    let (id, label) = (field.id.clone(), field.label.clone());
    let is_changed = field.editor.is_changed(&field.path);
    let control = {
        let field = field.clone();
        live(move || {
            let set = {
                let field = field.clone();
                move |on: bool| field.editor.put(&field.path, Some(SettingValue::Flag(on)))
            };
            if is_flag.get() {
                view! {
                    <div class="toggle">
                        <input
                            id=id.clone()
                            type="checkbox"
                            role="switch"
                            aria-describedby=described.clone()
                            prop:checked=move || value.get() == Some(SettingValue::Flag(true))
                            on:change=move |event| set(event_target_checked(&event))
                        />
                        <label for=id.clone()>{label.clone()}</label>
                    </div>
                }
                .into_any()
            } else {
                let odd = value.get_untracked().map_or_else(|| "not returned by the store".to_owned(), |odd| odd.to_string());
                view! {
                    <div class="field-head"><label for=id.clone()>{label.clone()}</label></div>
                    <select
                        id=id.clone()
                        aria-describedby=described.clone()
                        on:change=move |event| match event_target_value(&event).as_str() {
                            "on" => set(true),
                            "off" => set(false),
                            _ => {}
                        }
                    >
                        <option value="" selected>{odd}</option>
                        <option value="on">"on"</option>
                        <option value="off">"off"</option>
                    </select>
                }
                .into_any()
            }
        })
    };
    view! {
        <div class="field" class:field-changed=move || is_changed.get()>
            <div class="field-head">{control}{field.put_back(is_changed)}</div>
            {field.foot()}
        </div>
    }
    .into_any()
}

/// One line of text.
pub(super) fn text(field: Field, kind: &'static str) -> AnyView {
    let value = field.editor.value(&field.path);
    let input = input(&field, kind, None);
    let odd = kept_as_is(value, |value| matches!(value, SettingValue::Text(_)));
    field.around(view! { {input}{odd} }.into_any())
}

fn input(field: &Field, kind: &'static str, counted_by: Option<String>) -> AnyView {
    let value = field.editor.value(&field.path);
    let is_invalid = field.is_invalid();
    let (typing, leaving) = (field.clone(), field.clone());
    let described = counted_by.map_or_else(|| field.described_by(), |counter| format!("{} {counter}", field.described_by()));
    view! {
        <input
            id=field.id.clone()
            type=kind
            autocomplete="off"
            spellcheck=if kind == "url" { "false" } else { "true" }
            aria-describedby=described
            aria-invalid=move || is_invalid.get().then_some("true")
            prop:value=move || value.with(|value| text_of(value.as_ref()))
            on:input=move |event| typing.editor.set(&typing.path, SettingValue::Text(event_target_value(&event)))
            on:change=move |_| leaving.editor.leave(&leaving.path)
        />
    }
    .into_any()
}

/// The title, with what is left of its length.
pub(super) fn title(field: Field) -> AnyView {
    let value = field.editor.value(&field.path);
    let length = Memo::new(move |_| title_length(&value.with(|value| text_of(value.as_ref()))));
    let counter = format!("{}-count", field.id);
    let input = input(&field, "text", Some(counter.clone()));
    let odd = kept_as_is(value, |value| matches!(value, SettingValue::Text(_)));
    // Said aloud only when it matters: at every key it would drown what is typed.
    let aloud = live(move || {
        let TitleLength { units, .. } = length.get();
        match MAX_TITLE.checked_sub(units) {
            None => format!("{} too many", units - MAX_TITLE),
            Some(left @ 0..=5) => format!("{left} left"),
            Some(_) => String::new(),
        }
    });
    let figures = live(move || {
        let TitleLength { units, characters } = length.get();
        let why = if units > characters { " An emoji, or another rare character, counts as two." } else { "" };
        let too_many = units.checked_sub(MAX_TITLE).filter(|over| *over > 0);
        let over = too_many.map(|over| format!(" {over} too many.")).unwrap_or_default();
        format!("{units} of {MAX_TITLE} characters.{over}{why}")
    });
    let control = view! {
        {input}
        <p class="count" class:count-over=move || { length.get().units > MAX_TITLE } id=counter>{figures}</p>
        <span class="unseen" role="status">{aloud}</span>
        {odd}
    };
    field.around(control.into_any())
}

/// A whole number of pixels.
pub(super) fn pixels(field: Field) -> AnyView {
    let value = field.editor.value(&field.path);
    let is_invalid = field.is_invalid();
    let (typing, leaving, shown) = (field.clone(), field.clone(), field.clone());
    let typed = move |event| {
        let text: String = event_target_value(&event);
        let (editor, path) = (typing.editor, &typing.path);
        match text.trim().parse::<u32>() {
            Ok(number) => editor.put(path, Some(SettingValue::Number(number))),
            Err(_) if text.trim().is_empty() && !editor.returned.with_untracked(|returned| returned.contains(path)) => {
                editor.put(path, None);
            }
            Err(_) => editor.hold(path, text, "write a whole number of pixels, such as 400"),
        }
    };
    let control = view! {
        <span class="with-unit">
            <input
                id=field.id.clone()
                type="text"
                inputmode="numeric"
                autocomplete="off"
                aria-describedby=format!("{} {}-unit", field.described_by(), field.id)
                aria-invalid=move || is_invalid.get().then_some("true")
                prop:value=move || shown.editor.held(&shown.path).unwrap_or_else(|| value.with(|value| text_of(value.as_ref())))
                on:input=typed
                on:change=move |_| leaving.editor.leave(&leaving.path)
            />
            <span class="unit" id=format!("{}-unit", field.id)>"pixels"</span>
        </span>
        {kept_as_is(value, |value| matches!(value, SettingValue::Number(_)))}
    };
    field.around(control.into_any())
}

/// One of a few known values, and whatever else the store returned.
pub(super) fn choice(field: Field, known: &'static [(&'static str, &'static str)]) -> AnyView {
    let value = field.editor.value(&field.path);
    // What the store returned stays on the list, so that it can be chosen again.
    let path = field.path.clone();
    let before = StoredValue::new(value.with_untracked(|value| text_of(value.as_ref())));
    let returned = field.editor.returned;
    let is_returned = Memo::new(move |_| returned.with(|returned| returned.contains(&path)));
    let options = live(move || {
        let now = value.with(|value| text_of(value.as_ref()));
        let is_known = |text: &str| known.iter().any(|(known, _)| *known == text);
        let mut all: Vec<(String, String)> = Vec::new();
        if !is_returned.get() || (now.is_empty() && !is_known("")) {
            all.push((String::new(), "not set".into()));
        }
        all.extend(known.iter().map(|(value, words)| ((*value).to_owned(), (*words).to_owned())));
        for odd in [before.get_value(), now.clone()] {
            if !odd.is_empty() && all.iter().all(|(value, _)| *value != odd) {
                all.push((odd.clone(), format!("{odd} (as the store has it; not documented)")));
            }
        }
        all.into_iter()
            .map(|(value, words)| {
                let is_chosen = value == now;
                view! { <option value=value selected=is_chosen>{words}</option> }
            })
            .collect_view()
    });
    let changing = field.clone();
    let is_invalid = field.is_invalid();
    let control = view! {
        <select
            id=field.id.clone()
            aria-describedby=field.described_by()
            aria-invalid=move || is_invalid.get().then_some("true")
            prop:value=move || value.with(|value| text_of(value.as_ref()))
            on:change=move |event| changing.editor.set(&changing.path, SettingValue::Text(event_target_value(&event)))
        >
            {options}
        </select>
        {kept_as_is(value, |value| matches!(value, SettingValue::Text(_)))}
    };
    field.around(control.into_any())
}
