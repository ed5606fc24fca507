//! What is let fall, or pasted, anywhere on the page.
//!
//! In: events of the window. Out: files, or text. Must never know: what becomes of them.

use super::page::{list, listen};
use wasm_bindgen::prelude::*;
use web_sys::{ClipboardEvent, DragEvent, Element, File};

/// What a person let fall onto the page.
pub struct Dropped {
    /// The files. A folder stands among them, as browsers hand it over.
    pub files: Vec<File>,
    /// The names of those that are folders.
    pub folders: Vec<String>,
    /// Of a single file, the browser's promise of a handle by which it can be read again later, where it makes one.
    pub handle: Option<js_sys::Promise>,
    /// Text, where something was pasted that is no file.
    pub text: Option<String>,
}

impl Dropped {
    /// Files that were chosen.
    #[must_use]
    pub const fn files(files: Vec<File>) -> Self {
        Self { files, folders: Vec::new(), handle: None, text: None }
    }
}

/// The files of a drop.
#[must_use]
pub fn dropped(event: &DragEvent) -> Dropped {
    let mut found = Dropped::files(Vec::new());
    let Some(transfer) = event.data_transfer() else { return found };
    let items = transfer.items();
    for index in 0..items.length() {
        if let Some(entry) = items.get(index).and_then(|item| item.webkit_get_as_entry().ok().flatten())
            && entry.is_directory()
        {
            found.folders.push(entry.name());
        }
    }
    found.files = list(transfer.files());
    if let (1, Some(item)) = (items.length(), items.get(0)) {
        found.handle = handle_of(&item);
    }
    found
}

/// It has to be asked for while the drop is being told.
fn handle_of(item: &web_sys::DataTransferItem) -> Option<js_sys::Promise> {
    let ask: js_sys::Function = js_sys::Reflect::get(item, &"getAsFileSystemHandle".into()).ok()?.dyn_into().ok()?;
    ask.call0(item).ok()?.dyn_into().ok()
}

/// What was pasted anywhere but into a field: files, or else a text.
fn pasted(event: &ClipboardEvent) -> Option<Dropped> {
    let into = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    if into.is_some_and(|into| into.closest("input, textarea, select, [contenteditable]").ok().flatten().is_some()) {
        return None;
    }
    let clipboard = event.clipboard_data()?;
    // Cells come as text and, from some spreadsheets, as a picture of themselves; files, with their names as text.
    let files: Vec<File> = list(clipboard.files()).into_iter().filter(|file| !file.type_().starts_with("image/")).collect();
    if !files.is_empty() {
        return Some(Dropped::files(files));
    }
    let text = clipboard.get_data("text/plain").ok().filter(|text| !text.trim().is_empty())?;
    Some(Dropped { text: Some(text), ..Dropped::files(Vec::new()) })
}

/// Whether files are being dragged, rather than a piece of text.
#[must_use]
pub fn carries_files(event: &DragEvent) -> bool {
    event.data_transfer().is_some_and(|transfer| transfer.types().includes(&"Files".into(), 0))
}

/// A file let fall beside the drop zone must not replace the page: the browser's own answer to it is switched off, and
/// `heard` is told what happens instead: something is dragged over the page (`None`), gone again, or let fall.
pub fn on_drop_anywhere(heard: impl Fn(Drag) + Clone + 'static) {
    let over = heard.clone();
    listen("dragover", move |event: DragEvent| {
        if carries_files(&event) {
            event.prevent_default();
            over(Drag::Over);
        }
    });
    let left = heard.clone();
    // Leaving the window, and not just one element for the next, comes without a related target.
    listen("dragleave", move |event: DragEvent| {
        if event.related_target().is_none() {
            left(Drag::Left);
        }
    });
    let pasted_into = heard.clone();
    listen("paste", move |event: ClipboardEvent| {
        if let Some(found) = pasted(&event) {
            pasted_into(Drag::Dropped(found));
        }
    });
    listen("drop", move |event: DragEvent| {
        if carries_files(&event) {
            event.prevent_default();
            heard(Drag::Dropped(dropped(&event)));
        }
    });
}

/// What [`on_drop_anywhere`] tells.
pub enum Drag {
    /// Files hover over the page.
    Over,
    /// They are gone again.
    Left,
    /// They were let fall, or something was pasted.
    Dropped(Dropped),
}
