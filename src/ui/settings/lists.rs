//! Lists: the allowed domains, and the lists of which the reference shows no entry.

use super::editor::Editor;
use super::fields::Field;
use crate::browser::page;
use crate::domain::settings::{NotADomain, Opaque, SettingPath, SettingValue, is_international, parse_domain};
use crate::ui::components::icon::Icon;
use crate::ui::components::live::live;
use leptos::prelude::*;

/// What a list takes.
#[derive(Clone, Copy)]
pub(super) struct Entries {
    /// The name of one entry: `domain`.
    one: &'static str,
    /// Shown in the empty field.
    example: &'static str,
    /// Makes an entry of what was typed, or says why it is none.
    read: fn(&str, &[String]) -> Result<String, String>,
    /// Something to know about an entry.
    note: fn(&str) -> Option<&'static str>,
}

/// The allowed domains.
pub(super) const DOMAINS: Entries = Entries {
    one: "domain",
    example: "shop.example.com",
    read: |typed, list| {
        let domain = parse_domain(typed).map_err(|why| format!("“{}” {why}", typed.trim()))?;
        match list.iter().position(|known| known.eq_ignore_ascii_case(&domain)) {
            Some(at) => Err(format!("“{domain}” {}", NotADomain::Twice(at))),
            None => Ok(domain),
        }
    },
    note: |domain| {
        is_international(domain)
            .then_some("written in letters beyond a to z; if the widget stays away there, try the domain’s xn-- form")
    },
};

/// A list of texts.
pub(super) const fn words(one: &'static str, example: &'static str) -> Entries {
    Entries {
        one,
        example,
        read: |typed, list| match typed.trim() {
            "" => Err("there is nothing to add yet".into()),
            known if list.iter().any(|other| other == known) => Err(format!("“{known}” is in the list already")),
            new => Ok(new.to_owned()),
        },
        note: |_| None,
    }
}

/// A list that is edited entry by entry where its entries are texts, and as JSON where they are anything else.
pub(super) fn list(field: Field, entries: Entries) -> AnyView {
    let value = field.editor.value(&field.path);
    let is_opaque = Memo::new(move |_| matches!(value.get(), Some(SettingValue::Opaque(_))));
    live(move || if is_opaque.get() { as_json(&field) } else { by_entry(&field, entries) })
}

fn items(value: &Option<SettingValue>) -> Vec<String> {
    match value {
        Some(SettingValue::List(items)) => items.clone(),
        _ => Vec::new(),
    }
}

fn by_entry(field: &Field, entries: Entries) -> AnyView {
    let editor = field.editor;
    let value = editor.value(&field.path);
    let list = Memo::new(move |_| items(&value.get()));
    // Untracked: drawn again at every key, the field would lose the focus and its refusal.
    let pending = RwSignal::new(untrack(|| editor.held(&field.path)).unwrap_or_default());
    let refusal = RwSignal::new(None::<String>);
    let adder = Adder { editor, path: StoredValue::new(field.path.clone()), list, pending, refusal, entries };
    let id = StoredValue::new(field.id.clone());
    let refusal_id = format!("{}-refusal", field.id);
    let described = format!("{} {refusal_id}", field.described_by());
    let is_invalid = field.is_invalid();
    let leaving = field.clone();
    let rows = live(move || {
        let all = list.get();
        if all.is_empty() {
            return view! { <p class="hint">{format!("No {} yet.", entries.one)}</p> }.into_any();
        }
        let rows = all
            .into_iter()
            .enumerate()
            .map(|(at, entry)| {
                let note = (entries.note)(&entry).map(|note| view! { <small>{note}</small> });
                let remove = move |_| {
                    adder.remove(at);
                    let next = list.with_untracked(Vec::len).checked_sub(1).map(|last| at.min(last));
                    let id = id.get_value();
                    // The button pressed is gone: the focus goes to the next one, or to the field.
                    request_animation_frame(move || match next {
                        Some(next) => page::focus(&format!("[id='{id}-remove-{next}']")),
                        None => page::focus(&format!("[id='{id}']")),
                    });
                };
                view! {
                    <li>
                        <span class="entry">{entry.clone()}{note}</span>
                        <button
                            type="button"
                            class="button button-quiet button-icon"
                            id=format!("{}-remove-{at}", id.get_value())
                            aria-label=format!("Remove {entry}")
                            title="Remove"
                            on:click=remove
                        >
                            {Icon::Cross.view()}
                        </button>
                    </li>
                }
            })
            .collect_view();
        view! { <ul class="entries" role="list">{rows}</ul> }.into_any()
    });
    let label = view! { <label for=field.id.clone()>{field.label.clone()}</label> };
    let control = view! {
        {rows}
        <div class="joined">
            <input
                id=field.id.clone()
                type="text"
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                placeholder=entries.example
                aria-describedby=described
                aria-invalid=move || (is_invalid.get() || refusal.with(Option::is_some)).then_some("true")
                prop:value=move || pending.get()
                on:input=move |event| adder.typed(event_target_value(&event))
                on:keydown=move |event| {
                    if event.key() == "Enter" {
                        event.prevent_default();
                        adder.add();
                    }
                }
                on:paste=move |event| {
                    // A field of one line drops line ends without a word; a column of a spreadsheet would become one entry.
                    if let Some(lines) = page::pasted_lines(&event) {
                        event.prevent_default();
                        adder.typed(lines.join(", "));
                    }
                }
                on:change=move |_| leaving.editor.leave(&leaving.path)
            />
            <button type="button" class="button" on:click=move |_| adder.add()>{format!("Add {}", entries.one)}</button>
        </div>
        <p class="field-error" role="alert" id=refusal_id>{move || refusal.get()}</p>
    };
    field.framed(label.into_any(), control.into_any())
}

/// The field below a list.
#[derive(Clone, Copy)]
struct Adder {
    editor: Editor,
    path: StoredValue<SettingPath>,
    list: Memo<Vec<String>>,
    pending: RwSignal<String>,
    refusal: RwSignal<Option<String>>,
    entries: Entries,
}

impl Adder {
    /// Typed and not added: it must not be forgotten when the rest is saved.
    fn typed(self, text: String) {
        self.refusal.set(None);
        self.pending.set(text);
        self.remind();
    }

    fn remind(self) {
        let text = self.pending.get_untracked();
        self.path.with_value(|path| {
            if text.trim().is_empty() {
                self.editor.release(path);
            } else {
                let why = format!("“{}” is typed but not added; add it, or empty the field", text.trim());
                self.editor.hold(path, text, why);
            }
        });
    }

    /// Adds what is typed. Of several, pasted together, those that fit are added and the others stay typed.
    fn add(self) {
        let typed = self.pending.get_untracked();
        let pieces: Vec<&str> = typed.split([',', ';']).filter(|piece| !piece.trim().is_empty()).collect();
        let mut list = self.list.get_untracked();
        let (mut left, mut refusals) = (Vec::new(), Vec::new());
        for piece in if pieces.is_empty() { vec![""] } else { pieces } {
            match (self.entries.read)(piece, &list) {
                Ok(entry) => list.push(entry),
                Err(why) => {
                    left.push(piece.trim().to_owned());
                    refusals.push(crate::ui::words::sentence(&why));
                }
            }
        }
        self.path.with_value(|path| self.editor.set(path, SettingValue::List(list)));
        self.pending.set(left.join(", "));
        self.refusal.set(Some(refusals.join(" ")).filter(|words| !words.is_empty()));
        self.remind();
    }

    fn remove(self, at: usize) {
        let mut list = self.list.get_untracked();
        if at < list.len() {
            list.remove(at);
        }
        self.path.with_value(|path| self.editor.set(path, SettingValue::List(list)));
        self.remind();
    }
}

/// A list whose entries are no texts: JSON, as the store wrote it.
fn as_json(field: &Field) -> AnyView {
    let value = field.editor.value(&field.path);
    let (typing, leaving, shown) = (field.clone(), field.clone(), field.clone());
    let is_invalid = field.is_invalid();
    let typed = move |event| {
        let text: String = event_target_value(&event);
        match Opaque::parse(&text) {
            Ok(json) => typing.editor.put(&typing.path, Some(SettingValue::Opaque(json))),
            Err(why) => typing.editor.hold(&typing.path, text, why.to_string()),
        }
    };
    let text = move || {
        shown
            .editor
            .held(&shown.path)
            .unwrap_or_else(|| value.with(|value| value.as_ref().map(ToString::to_string).unwrap_or_default()))
    };
    let control = view! {
        <textarea
            id=field.id.clone()
            class="code"
            rows="4"
            spellcheck="false"
            aria-describedby=field.described_by()
            aria-invalid=move || is_invalid.get().then_some("true")
            prop:value=text
            on:input=typed
            on:change=move |_| leaving.editor.leave(&leaving.path)
        ></textarea>
        <p class="hint">"Shown as JSON, as the store returned it: nobody documents what an entry looks like."</p>
    };
    field.around(control.into_any())
}
