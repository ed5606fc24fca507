//! A field for HTML: descriptions. Two views of the same source: **Text**, as it will look, and **Source**, letter by letter.
//!
//! The source is the truth. It stays as it is, to the byte, until somebody types: looking, switching views and focusing write nothing.
//! Typing in the Text view writes what can be shown there; where the source holds more, the view says what, and is read-only until the
//! person presses a button that says so. Typing everything back (undo) brings the source back as it was.

mod link_form;
mod toolbar;

use super::live::{follow, live};
use crate::browser::edit::{self, Command, SelectionWatch};
use crate::browser::html::{self, LeftOut};
use crate::browser::page;
use leptos::html::Div;
use leptos::prelude::*;
use web_sys::{HtmlElement, Range};

/// What the field is about.
pub(crate) struct HtmlField {
    /// Its id, which the view that is shown carries; the label's is `{id}-label`.
    pub(crate) id: &'static str,
    /// Its label.
    pub(crate) label: &'static str,
    /// The source.
    pub(crate) value: Signal<String>,
    /// Ids of what describes it, separated by spaces.
    pub(crate) described_by: Signal<String>,
    /// Whether something is wrong with it.
    pub(crate) is_invalid: Signal<bool>,
}

/// The field. `on_input` is told the source whenever somebody changes it.
pub(crate) fn html_editor(field: HtmlField, on_input: impl Fn(String) + Clone + Send + Sync + 'static) -> AnyView {
    let HtmlField { id, label, value, described_by, is_invalid } = field;
    let editor = Editor::new(id, value, Callback::new(on_input));
    let invalid = move || is_invalid.get().then_some("true");
    let note = format!("{id}-note");
    let described = move || format!("{} {note}", described_by.get()).trim().to_owned();
    let described_too = described.clone();

    view! {
        <div class="editor">
            <div class="editor-head">
                <label
                    id=format!("{id}-label")
                    for=move || (editor.view.get() == Shown::Source).then_some(id)
                    on:click=move |_| editor.focus()
                >
                    {label}
                </label>
                {views(editor, label)}
            </div>
            <div class="editor-frame" class:is-invalid=move || is_invalid.get()>
                {toolbar::toolbar(editor)}
                {link_form::link_form(editor)}
                <div
                    class="editor-text"
                    id=move || (editor.view.get() == Shown::Text).then_some(id)
                    hidden=move || editor.view.get() != Shown::Text
                    role="textbox"
                    aria-multiline="true"
                    aria-labelledby=format!("{id}-label")
                    aria-describedby=described
                    aria-invalid=invalid
                    aria-readonly=move || (!editor.can_edit()).then_some("true")
                    tabindex="0"
                    spellcheck="true"
                    contenteditable=move || if editor.can_edit() { "true" } else { "false" }
                    node_ref=editor.text
                    on:focus=move |_| editor.begin()
                    on:input=move |_| editor.typed()
                    on:keydown=move |event| editor.shortcut(&event)
                    on:paste=move |event| edit::paste_words(&event)
                    // What is dragged in would come with its formatting, past the rules.
                    on:drop=move |event| event.prevent_default()
                ></div>
                <textarea
                    class="editor-source"
                    id=move || (editor.view.get() == Shown::Source).then_some(id)
                    hidden=move || editor.view.get() != Shown::Source
                    aria-labelledby=format!("{id}-label")
                    aria-describedby=described_too
                    aria-invalid=invalid
                    rows="8"
                    spellcheck="false"
                    autocapitalize="off"
                    prop:value=move || value.get()
                    on:input=move |event| editor.typed_source(event_target_value(&event))
                ></textarea>
            </div>
            {left_out_note(editor)}
        </div>
    }
    .into_any()
}

/// Which view is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shown {
    Text,
    Source,
}

/// How the selection is formatted.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct Marks {
    bold: bool,
    italic: bool,
    link: bool,
    bullets: bool,
    numbers: bool,
}

/// What the Text view is a picture of.
struct Picture {
    /// The source it was made of.
    source: String,
    /// What it would be written as, untouched.
    untouched: String,
    /// The source as of now: the first, or what was typed.
    now: String,
}

/// The field's state. Cheap to copy.
#[derive(Clone, Copy)]
struct Editor {
    id: &'static str,
    value: Signal<String>,
    changed: Callback<String>,
    text: NodeRef<Div>,
    view: RwSignal<Shown>,
    picture: StoredValue<Option<Picture>>,
    left_out: RwSignal<Vec<LeftOut>>,
    /// The person knows what editing would drop.
    is_accepted: RwSignal<bool>,
    marks: RwSignal<Marks>,
    /// What is selected in the Text view, or was when the focus left it.
    range: StoredValue<Option<Range>, LocalStorage>,
    is_linking: RwSignal<bool>,
}

impl Editor {
    fn new(id: &'static str, value: Signal<String>, changed: Callback<String>) -> Self {
        let editor = Self {
            id,
            value,
            changed,
            text: NodeRef::new(),
            view: RwSignal::new(Shown::Text),
            picture: StoredValue::new(None),
            left_out: RwSignal::new(Vec::new()),
            is_accepted: RwSignal::new(false),
            marks: RwSignal::new(Marks::default()),
            range: StoredValue::new_local(None),
            is_linking: RwSignal::new(false),
        };
        follow(move || editor.draw());
        StoredValue::new_local(SelectionWatch::start(move || editor.look_at_selection()));
        editor
    }

    fn can_edit(self) -> bool {
        self.left_out
            .with(|left_out| left_out.is_empty() || (self.is_accepted.get() && !left_out.iter().any(LeftOut::is_everything)))
    }

    /// Shows the source in the Text view, unless that is what it shows already: then the caret stays where it is.
    fn draw(self) {
        let Some(text) = self.text.get() else { return };
        if self.view.get() != Shown::Text {
            return;
        }
        self.value.with(|source| {
            if self.picture.with_value(|picture| picture.as_ref().is_some_and(|picture| picture.now == *source)) {
                return;
            }
            let left_out = html::show(&text, source, false);
            let picture = Picture { source: source.clone(), untouched: html::write(&text), now: source.clone() };
            self.picture.set_value(Some(picture));
            self.range.set_value(None);
            self.is_linking.set(false);
            self.is_accepted.set(false);
            self.left_out.set(left_out);
        });
    }

    /// Somebody changed the Text view.
    fn typed(self) {
        let Some(text) = self.text.get_untracked() else { return };
        let written = html::write(&text);
        let mut now = None;
        self.picture.update_value(|picture| {
            if let Some(picture) = picture {
                picture.now = if written == picture.untouched { picture.source.clone() } else { written };
                now = Some(picture.now.clone());
            }
        });
        if let Some(now) = now {
            self.tell(now);
        }
        self.look_at_selection();
    }

    /// Somebody changed the source. A browser's field knows only one kind of line break; the source's own is kept.
    fn typed_source(self, source: String) {
        let has_crlf = self.value.with_untracked(|value| value.contains("\r\n"));
        self.tell(if has_crlf { source.replace('\n', "\r\n") } else { source });
    }

    fn tell(self, source: String) {
        if self.value.with_untracked(|value| *value != source) {
            self.changed.run(source);
        }
    }

    fn focus(self) {
        page::focus(&format!("#{}", self.id));
    }

    fn begin(self) {
        if let Some(text) = self.text.get_untracked()
            && untrack(move || self.can_edit())
        {
            edit::begin(&text);
        }
    }

    fn look_at_selection(self) {
        let Some(text) = self.text.try_get_untracked().flatten() else { return };
        let Some(range) = edit::selected(&text) else { return };
        let marks = Marks {
            bold: edit::is_on(Command::Bold),
            italic: edit::is_on(Command::Italic),
            link: edit::link_around(&text, &range).is_some(),
            bullets: edit::is_on(Command::Bullets),
            numbers: edit::is_on(Command::Numbers),
        };
        self.range.set_value(Some(range));
        if self.marks.get_untracked() != marks {
            self.marks.set(marks);
        }
    }

    /// Goes back to where the person was in the text.
    fn return_to_text(self) -> Option<HtmlElement> {
        let text: HtmlElement = self.text.get_untracked()?.into();
        self.range.with_value(|range| edit::return_to(&text, range.as_ref()));
        Some(text)
    }

    fn run(self, command: Command) {
        if untrack(move || self.can_edit()) && self.return_to_text().is_some() {
            edit::run(command);
            self.look_at_selection();
        }
    }

    fn shortcut(self, event: &leptos::ev::KeyboardEvent) {
        if !(event.ctrl_key() || event.meta_key()) || event.alt_key() || event.shift_key() {
            return;
        }
        match event.key().to_ascii_lowercase().as_str() {
            "b" => self.run(Command::Bold),
            "i" => self.run(Command::Italic),
            "k" if untrack(move || self.can_edit()) => self.is_linking.set(true),
            _ => return,
        }
        event.prevent_default();
    }
}

/// The switch between the views.
fn views(editor: Editor, label: &'static str) -> AnyView {
    let button = move |words: &'static str, shown: Shown| {
        view! {
            <button
                type="button"
                class="editor-view"
                aria-pressed=move || if editor.view.get() == shown { "true" } else { "false" }
                on:click=move |_| { editor.is_linking.set(false); editor.view.set(shown); }
            >
                {words}
            </button>
        }
    };
    view! {
        <div class="editor-views" role="group" aria-label=format!("View of the {}", label.to_ascii_lowercase())>
            {button("Text", Shown::Text)}
            {button("Source", Shown::Source)}
        </div>
    }
    .into_any()
}

/// Says what the Text view does not show, and asks before editing there drops it.
fn left_out_note(editor: Editor) -> AnyView {
    let id = editor.id;
    let accept = move |_| {
        editor.is_accepted.set(true);
        editor.focus();
    };
    let note = live(move || {
        let left_out = editor.left_out.get();
        if left_out.is_empty() || editor.is_accepted.get() || editor.view.get() != Shown::Text {
            return None;
        }
        if let Some(everything) = left_out.iter().find(|left_out| left_out.is_everything()) {
            let words = format!("The Text view leaves out {everything}. Use Source.");
            return Some(view! { <p>{words}</p> }.into_any());
        }
        let names: Vec<String> = left_out.iter().map(ToString::to_string).collect();
        let words = format!(
            "The Text view leaves out: {}. Editing there would drop this from the description. Source keeps everything.",
            names.join(", ")
        );
        Some(
            view! {
                <p>{words}</p>
                <button type="button" class="button" on:click=accept>"Edit the text and drop what is left out"</button>
            }
            .into_any(),
        )
    });
    view! { <div class="editor-note" id=format!("{id}-note")>{note}</div> }.into_any()
}
