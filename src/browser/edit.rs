//! What a field of formatted text wants of the browser: commands, the selection, links, plain text from the clipboard.
//!
//! In: the field, a command. Out: what the selection is. Must never know: which buttons there are.
//!
//! The commands are `document.execCommand`'s. It is deprecated without a successor: only through it do changes join the browser's own
//! undo, in every browser. What it writes is not trusted either: the field is read with `html::write`. (`insertHTML`, a way for text to
//! become markup, is not used.)

use wasm_bindgen::prelude::*;
use web_sys::{ClipboardEvent, Element, HtmlDocument, HtmlElement, Range, Selection};

/// A change of what is selected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// Bold, or no longer.
    Bold,
    /// Italic, or no longer.
    Italic,
    /// A list with bullets, or no longer.
    Bullets,
    /// A list with numbers, or no longer.
    Numbers,
}

impl Command {
    const fn name(self) -> &'static str {
        match self {
            Self::Bold => "bold",
            Self::Italic => "italic",
            Self::Bullets => "insertUnorderedList",
            Self::Numbers => "insertOrderedList",
        }
    }
}

fn document() -> Option<HtmlDocument> {
    web_sys::window()?.document()?.dyn_into().ok()
}

fn selection() -> Option<Selection> {
    web_sys::window()?.get_selection().ok()?
}

fn execute(name: &str, value: &str) {
    if let Some(document) = document() {
        let _ = document.exec_command_with_show_ui_and_value(name, false, value);
    }
}

/// Whether the selection is like this already.
#[must_use]
pub fn is_on(command: Command) -> bool {
    document().is_some_and(|document| document.query_command_state(command.name()).unwrap_or(false))
}

/// What is selected in the field; none if the selection is elsewhere. It stays as it is when the selection moves on.
#[must_use]
pub fn selected(field: &Element) -> Option<Range> {
    let selection = selection()?;
    if selection.range_count() == 0 {
        return None;
    }
    let range = selection.get_range_at(0).ok()?;
    field.contains(Some(&range.common_ancestor_container().ok()?)).then(|| range.clone_range())
}

/// Takes the focus into the field, and selects there what was selected; the end, if nothing was.
pub fn return_to(field: &HtmlElement, was: Option<&Range>) {
    let _ = field.focus();
    let Some(selection) = selection() else { return };
    match was.filter(|was| was.common_ancestor_container().is_ok_and(|node| field.contains(Some(&node)))) {
        Some(was) => select(&selection, was),
        None if selected(field).is_none() => {
            let _ = selection.select_all_children(field);
            let _ = selection.collapse_to_end();
        }
        None => {}
    }
}

fn select(selection: &Selection, range: &Range) {
    let _ = selection.remove_all_ranges();
    let _ = selection.add_range(range);
}

/// Carries out a command on what is selected.
pub fn run(command: Command) {
    execute(command.name(), "");
}

/// Makes ready for typing: a new line is a paragraph, and formatting is elements. An empty field gets its first paragraph.
pub fn begin(field: &HtmlElement) {
    execute("defaultParagraphSeparator", "p");
    execute("styleWithCSS", "false");
    if field.has_child_nodes() {
        return;
    }
    let Some(document) = document() else { return };
    if let (Ok(paragraph), Ok(line)) = (document.create_element("p"), document.create_element("br")) {
        let _ = paragraph.append_child(&line);
        let _ = field.append_child(&paragraph);
        if let Some(selection) = selection() {
            let _ = selection.collapse_with_offset(Some(&paragraph), 0);
        }
    }
}

/// The link around what is selected.
#[must_use]
pub fn link_around(field: &Element, range: &Range) -> Option<Element> {
    let node = range.common_ancestor_container().ok()?;
    let element = node.dyn_ref::<Element>().cloned().or_else(|| node.parent_element())?;
    element.closest("a[href]").ok()?.filter(|link| field.contains(Some(link)))
}

/// Makes a link of what is selected. Within a link, that one gets the address; with nothing selected, the address is inserted.
pub fn link(field: &Element, address: &str) {
    let (Some(selection), Some(range)) = (selection(), selected(field)) else { return };
    if let Some(link) = link_around(field, &range) {
        let _ = selection.select_all_children(&link);
    } else if range.collapsed() {
        execute("insertText", address);
        let length = u32::try_from(address.encode_utf16().count()).unwrap_or(0);
        if let (Some(node), Some(start)) = (selection.focus_node(), selection.focus_offset().checked_sub(length)) {
            let _ = selection.set_base_and_extent(&node, start, &node, selection.focus_offset());
        }
    }
    execute("createLink", address);
    let _ = selection.collapse_to_end();
}

/// Makes text of the link around what is selected.
pub fn unlink(field: &Element) {
    let (Some(selection), Some(range)) = (selection(), selected(field)) else { return };
    if let Some(link) = link_around(field, &range) {
        let _ = selection.select_all_children(&link);
        execute("unlink", "");
        let _ = selection.collapse_to_end();
    }
}

/// Inserts the words of the clipboard in place of what is selected, without any formatting.
pub fn paste_words(event: &ClipboardEvent) {
    event.prevent_default();
    let words = event.clipboard_data().and_then(|data| data.get_data("text/plain").ok()).unwrap_or_default();
    if !words.is_empty() {
        execute("insertText", &words.replace("\r\n", "\n"));
    }
}

/// Types a text into the field with the focus, as the person would have: it can be undone.
pub fn type_text(text: &str) {
    execute("insertText", text);
}

/// Tells when the selection moves, anywhere in the page, until it is dropped.
pub struct SelectionWatch {
    heard: Closure<dyn Fn()>,
}

impl SelectionWatch {
    /// Begins to listen.
    pub fn start(heard: impl Fn() + 'static) -> Self {
        let heard = Closure::<dyn Fn()>::new(heard);
        if let Some(document) = document() {
            let _ = document.add_event_listener_with_callback("selectionchange", heard.as_ref().unchecked_ref());
        }
        Self { heard }
    }
}

impl Drop for SelectionWatch {
    fn drop(&mut self) {
        if let Some(document) = document() {
            let _ = document.remove_event_listener_with_callback("selectionchange", self.heard.as_ref().unchecked_ref());
        }
    }
}
