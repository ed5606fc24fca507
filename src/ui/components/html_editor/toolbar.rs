//! The buttons above the Text view: one stop for the tab key, arrow keys between them (the toolbar pattern of the ARIA practices).

use super::super::icon::Icon;
use super::{Editor, Shown};
use crate::browser::edit::Command;
use crate::browser::page;
use leptos::prelude::*;

#[derive(Clone, Copy)]
struct Tool {
    id: &'static str,
    label: &'static str,
    keys: Option<&'static str>,
    icon: Icon,
    /// None is the link, which asks for an address first.
    command: Option<Command>,
}

const TOOLS: [Tool; 5] = [
    Tool { id: "bold", label: "Bold", keys: Some("B"), icon: Icon::Bold, command: Some(Command::Bold) },
    Tool { id: "italic", label: "Italic", keys: Some("I"), icon: Icon::Italic, command: Some(Command::Italic) },
    Tool { id: "link", label: "Link", keys: Some("K"), icon: Icon::Link, command: None },
    Tool { id: "bullets", label: "Bulleted list", keys: None, icon: Icon::Bullets, command: Some(Command::Bullets) },
    Tool { id: "numbers", label: "Numbered list", keys: None, icon: Icon::Numbers, command: Some(Command::Numbers) },
];

/// The toolbar; there is none where there is nothing to format.
pub(super) fn toolbar(editor: Editor) -> AnyView {
    let id = editor.id;
    let stop = RwSignal::new(0usize);
    let moved = move |event: leptos::ev::KeyboardEvent| {
        let now = stop.get_untracked();
        let next = match event.key().as_str() {
            "ArrowRight" => (now + 1) % TOOLS.len(),
            "ArrowLeft" => (now + TOOLS.len() - 1) % TOOLS.len(),
            "Home" => 0,
            "End" => TOOLS.len() - 1,
            _ => return,
        };
        event.prevent_default();
        stop.set(next);
        if let Some(tool) = TOOLS.get(next) {
            page::focus(&format!("#{id}-{}", tool.id));
        }
    };
    let buttons = TOOLS.into_iter().enumerate().map(|(index, tool)| button(editor, stop, index, tool)).collect_view();
    view! {
        <div
            class="editor-bar"
            role="toolbar"
            aria-label="Formatting"
            aria-controls=id
            hidden=move || editor.view.get() != Shown::Text || !editor.can_edit()
            on:keydown=moved
        >
            {buttons}
        </div>
    }
    .into_any()
}

fn button(editor: Editor, stop: RwSignal<usize>, index: usize, tool: Tool) -> AnyView {
    let button_id = format!("{}-{}", editor.id, tool.id);
    let focus_back = format!("#{button_id}");
    let pressed = move |event: leptos::ev::MouseEvent| {
        stop.set(index);
        match tool.command {
            Some(command) => {
                editor.run(command);
                // By the keyboard: whoever came here by the tab key stays here.
                if event.detail() == 0 {
                    page::focus(&focus_back);
                }
            }
            None => editor.is_linking.update(|is_linking| *is_linking = !*is_linking),
        }
    };
    let is_on = move || {
        let marks = editor.marks.get();
        match tool.command {
            Some(Command::Bold) => marks.bold,
            Some(Command::Italic) => marks.italic,
            Some(Command::Bullets) => marks.bullets,
            Some(Command::Numbers) => marks.numbers,
            None => marks.link,
        }
    };
    view! {
        <button
            type="button"
            class="editor-tool"
            id=button_id
            aria-label=tool.label
            title=tool.keys.map_or_else(|| tool.label.to_owned(), |key| format!("{} (Ctrl+{key})", tool.label))
            aria-keyshortcuts=tool.keys.map(|key| format!("Control+{key} Meta+{key}"))
            aria-pressed=move || if is_on() { "true" } else { "false" }
            tabindex=move || if stop.get() == index { "0" } else { "-1" }
            // The selection stays in the text.
            on:mousedown=move |event| event.prevent_default()
            on:click=pressed
        >
            {tool.icon.view()}
        </button>
    }
    .into_any()
}
