//! A cell being edited, in place, with the field its column deserves. Any text can be typed: a cell is text until it is checked.

use super::place::Motion;
use super::{At, Field, Grid, Spot, field, help, paint, scale};
use crate::browser::{board, edit};
use crate::engine::protocol::{CellOf, RowKind};
use crate::ui::components::live::{follow, live};
use crate::ui::words::number;
use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// A cell being edited.
#[derive(Clone, PartialEq)]
pub(super) struct Editing {
    /// Its row in the order.
    index: u32,
    /// Its row's place, and when it stood there: rows may move while somebody types.
    stood: (u32, u32),
    /// Its column in the grid.
    column: u16,
    /// What the field begins with.
    text: String,
    /// What the cell held.
    was: String,
    /// Whether a typed letter began it: what was there is replaced then.
    is_typed: bool,
    field: Field,
    name: String,
    line: u32,
    help: String,
    wrong: String,
}

impl Grid {
    /// Begins to edit the cell with the focus. `typed` replaces what it holds.
    pub(super) fn begin_edit(self, typed: Option<String>) {
        let head = self.at.get_untracked().head;
        let Ok(index) = u32::try_from(head.row) else { return };
        // What is in sight may be another row by now: the one that stands here is fetched first.
        if self.is_behind() {
            return spawn_local(async move {
                if self.fetched(index).await.is_some() && !self.is_behind() {
                    self.begin_edit(typed);
                }
            });
        }
        let Some(row) = self.row(index) else { return };
        // A damaged row is one text, wherever in it somebody stands.
        if row.kind == RowKind::Damaged {
            return self.retype(index, row.place);
        }
        let Some(header) = self.header(head.column) else { return };
        let position = head.column - 1;
        let separator = self.file(|file| file.list_separator).unwrap_or_default();
        let was = row.cells.get(usize::from(position)).cloned().unwrap_or_default();
        let editing = Editing {
            index,
            stood: (row.place, self.moved()),
            column: head.column,
            text: typed.clone().unwrap_or_else(|| was.clone()),
            was,
            is_typed: typed.is_some(),
            field: field(&header),
            help: help(&header, separator),
            name: header.header,
            line: row.line,
            wrong: row
                .marks
                .iter()
                .filter(|mark| mark.cell == Some(position))
                .map(|mark| mark.words.as_str())
                .collect::<Vec<_>>()
                .join(" "),
        };
        if typed.is_some() || !row.cut.contains(&position) {
            return self.open(editing);
        }
        let place = row.place;
        spawn_local(async move {
            if let Ok(Some(cell)) = self.shop.ask(CellOf { place, column: position }).await {
                self.open(Editing { text: cell.text.clone(), was: cell.text, ..editing });
            }
        });
    }

    fn open(self, editing: Editing) {
        self.scroll_to(Spot { row: i64::from(editing.index), column: editing.column });
        self.editing.set(Some(editing));
    }

    /// Ends editing: with a text, it becomes the cell's. Then somewhere else, or back to the cell.
    fn end_edit(self, text: Option<String>, motion: Option<Motion>, takes_focus: bool) {
        let Some(editing) = self.editing.get_untracked() else { return };
        self.editing.set(None);
        // Typing over a cell that is cut short here is a change even where the beginning is the same.
        if let Some(text) = text.filter(|text| *text != editing.was || editing.is_typed) {
            self.write(editing.index, editing.stood, editing.column - 1, Some(text));
        }
        if takes_focus {
            let at = At::one(Spot { row: i64::from(editing.index), column: editing.column });
            self.go(motion.map_or(at, |motion| at.moved(motion, false, self.size())));
        }
    }
}

/// The field over the cell, while one is edited.
pub(super) fn editor(grid: Grid) -> AnyView {
    live(move || grid.editing.get().map(|editing| field_of(grid, editing)))
}

fn field_of(grid: Grid, editing: Editing) -> AnyView {
    let line = NodeRef::<html::Input>::new();
    let long = NodeRef::<html::Textarea>::new();
    let is_long = editing.field == Field::Long;
    let value = move || match is_long {
        true => long.get_untracked().map(|field| field.value()),
        false => line.get_untracked().map(|field| field.value()),
    };
    let words = match editing.field {
        Field::Words(words) => words,
        _ => &[],
    };
    let put = move |text: &str| {
        if let Some(field) = line.get_untracked() {
            field.set_value(text);
        }
    };
    let chosen = RwSignal::new(words.iter().position(|word| *word == editing.text));
    let key = move |event: KeyboardEvent| {
        // Nothing that is typed here is a command of the grid's.
        event.stop_propagation();
        if event.is_composing() {
            return;
        }
        let motion = match (event.key().as_str(), event.shift_key()) {
            ("Escape", _) => {
                event.prevent_default();
                return grid.end_edit(None, None, true);
            }
            // In a field of many lines, this is a line break.
            ("Enter", true) if is_long => return,
            ("Enter", _) if event.alt_key() && is_long => {
                event.prevent_default();
                return edit::type_text("\n");
            }
            ("Enter", false) => Motion::Down,
            ("Enter", true) => Motion::Up,
            ("Tab", false) => Motion::Right,
            ("Tab", true) => Motion::Left,
            ("ArrowDown" | "ArrowUp", false) if !words.is_empty() => {
                event.prevent_default();
                let now = chosen.get_untracked();
                let next = match (event.key() == "ArrowDown", now) {
                    (true, now) => now.map_or(0, |now| (now + 1) % words.len()),
                    (false, now) => now.map_or(words.len() - 1, |now| (now + words.len() - 1) % words.len()),
                };
                chosen.set(Some(next));
                return put(words.get(next).copied().unwrap_or_default());
            }
            _ => return,
        };
        event.prevent_default();
        grid.end_edit(value(), Some(motion), true);
    };
    // Whoever presses elsewhere keeps what was typed, as in a spreadsheet.
    let left = move |_| grid.end_edit(value(), None, false);
    let is_typed = editing.is_typed;
    let begun = StoredValue::new(false);
    follow(move || {
        let (line, long) = (line.get(), long.get());
        if (line.is_none() && long.is_none()) || begun.get_value() {
            return;
        }
        begun.set_value(true);
        if let Some(field) = line {
            let _ = field.focus();
            if !is_typed {
                field.select();
            }
        }
        if let Some(field) = long {
            let _ = field.focus();
            let end = field.value().encode_utf16().count() as u32;
            let _ = field.set_selection_range(end, end);
        }
    });
    let label = format!("{}, line {}", editing.name, number(editing.line));
    let described = "grid-editor-help";
    let text = editing.text.clone();
    let input = match editing.field {
        Field::Long => view! {
            <textarea rows="7" aria-label=label aria-describedby=described prop:value=text node_ref=long on:keydown=key on:blur=left></textarea>
        }
        .into_any(),
        Field::Line => view! {
            <input type="text" autocomplete="off" spellcheck="false" aria-label=label aria-describedby=described prop:value=text node_ref=line on:keydown=key on:blur=left/>
        }
        .into_any(),
        Field::Words(_) => view! {
            <input
                type="text"
                autocomplete="off"
                spellcheck="false"
                role="combobox"
                aria-expanded="true"
                aria-controls="grid-editor-words"
                aria-activedescendant=move || chosen.get().map(|word| format!("grid-word-{word}"))
                aria-label=label
                aria-describedby=described
                prop:value=text
                node_ref=line
                on:keydown=key
                on:input=move |event| chosen.set(words.iter().position(|word| *word == event_target_value(&event)))
                on:blur=left
            />
        }
        .into_any(),
    };
    let options = words.iter().enumerate().map(|(index, word)| {
        let is_on = move || if chosen.get() == Some(index) { "true" } else { "false" };
        view! {
            <li
                role="option"
                id=format!("grid-word-{index}")
                aria-selected=is_on
                // The focus stays in the field.
                on:mousedown=|event| event.prevent_default()
                on:click=move |_| grid.end_edit(Some((*word).to_owned()), None, true)
            >
                {*word}
            </li>
        }
    });
    let keys = if is_long {
        "Enter keeps it, Shift+Enter begins a new line, Escape leaves it as it was."
    } else {
        "Enter keeps it, Escape leaves it as it was."
    };
    let (left, top, width) = grid.editor_place(&editing);
    let node = NodeRef::<html::Div>::new();
    follow(move || {
        if let Some(node) = node.get() {
            request_animation_frame(move || board::bring(&node));
        }
    });
    view! {
        <div node_ref=node class="cell-editor" class:cell-editor-long=is_long style:left=left style:top=top style:width=width>
            {input}
            {(!words.is_empty()).then(|| view! {
                <ul role="listbox" id="grid-editor-words" aria-label="Known words">{options.collect_view()}</ul>
            })}
            <p class="hint" id=described>
                {(!editing.wrong.is_empty()).then(|| view! { <strong class="editor-wrong">{editing.wrong.clone()}" "</strong> })}
                {editing.help.clone()}" "{keys}
            </p>
        </div>
    }
    .into_any()
}

impl Grid {
    /// Where the field stands: over its cell, wide enough to type in, within what is seen.
    fn editor_place(self, editing: &Editing) -> (String, String, String) {
        let seen = self.seen.get_value();
        let widths = self.widths.get_untracked();
        let edges = scale::edges(&widths);
        let rows = self.order.get_untracked().rows;
        let (least, high) = match editing.field {
            Field::Long => (460.0, 300.0),
            Field::Line => (280.0, 150.0),
            Field::Words(words) => (280.0, 150.0 + 32.0 * words.len() as f64),
        };
        let own = widths.get(usize::from(editing.column)).copied().map_or(0.0, f64::from);
        let width = own.max(least).min(seen.width - 8.0);
        let begins = if Some(editing.column) == self.id_column() {
            seen.left + widths.first().copied().map_or(0.0, f64::from)
        } else {
            edges.get(usize::from(editing.column)).copied().map_or(0.0, f64::from)
        };
        let left = begins.min(seen.left + seen.width - width - 4.0).max(seen.left + 4.0);
        let row = scale::frame(rows, seen.top, seen.height).top_of(editing.index);
        let top = row.min(seen.top + seen.height - high).max(seen.top) + scale::HEAD;
        (paint::px(left), paint::px(top), paint::px(width))
    }
}
