//! A board of cells: the rows and cells in sight of a long table, as elements that are used again while it is scrolled.
//!
//! In: pictures of the rows that shall be there. Out: elements that look so, each touched only where its picture differs from
//! the one before. Must never know: what a cell means.
//!
//! An element with the focus must not leave the document, or the focus is lost: a row (and, in it, a cell) that stays among
//! the pictures stays where it is, and the others are moved around it.

use wasm_bindgen::JsCast;
use web_sys::{Element, EventTarget, FocusOptions, HtmlElement, PointerEvent, ScrollIntoViewOptions, ScrollLogicalPosition};

/// A row as it shall be.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RowPicture {
    /// Its number in the table, from 0. Pictures come in its order.
    pub index: u32,
    /// Pixels from the top of the board.
    pub top: f64,
    /// Its class.
    pub class: &'static str,
    /// Its cells, in the order of their columns.
    pub cells: Vec<CellPicture>,
}

/// A cell as it shall be.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CellPicture {
    /// Its column, from 0.
    pub column: u16,
    /// Its role.
    pub role: &'static str,
    /// Its class.
    pub class: String,
    /// Its text.
    pub text: String,
    /// What is shown when the mouse rests on it; blank for nothing.
    pub title: String,
    /// Pixels from the row's beginning; for one that sticks, from the edge it sticks to.
    pub left: u32,
    /// Pixels.
    pub width: u32,
    /// Where the flow puts a cell that sticks: this far behind the one before. Nothing for one that does not stick.
    pub stuck: Option<u32>,
    /// How many columns it covers; 0 is one.
    pub span: u16,
    /// Whether it is part of what is selected.
    pub is_selected: bool,
    /// Whether the tab key stops at it.
    pub is_stop: bool,
    /// Whether its value is wrong.
    pub is_invalid: bool,
    /// The id of the element that says more about it; blank for none.
    pub described: &'static str,
}

/// The board.
pub struct Board {
    body: Element,
    rows: Vec<RowSlot>,
    spare: Vec<RowSlot>,
}

struct RowSlot {
    element: HtmlElement,
    index: u32,
    top: f64,
    class: &'static str,
    cells: Vec<CellSlot>,
    spare: Vec<CellSlot>,
}

struct CellSlot {
    element: HtmlElement,
    shown: CellPicture,
}

/// Elements that are kept for later.
const SPARE: usize = 24;

impl Board {
    /// An empty board within this element. What an earlier board left there goes.
    #[must_use]
    pub fn new(body: Element) -> Self {
        body.set_text_content(None);
        Self { body, rows: Vec::new(), spare: Vec::new() }
    }

    /// Makes the board look so.
    pub fn show(&mut self, pictures: &[RowPicture]) {
        show(&self.body, &mut self.rows, &mut self.spare, pictures);
    }

    /// Moves the focus to a cell, or to the one that covers it, and the page to where it is in sight.
    pub fn focus(&self, index: u32, column: u16) {
        let row = self.rows.iter().find(|row| row.index == index);
        let cell = row.and_then(|row| row.cells.iter().rev().find(|cell| cell.shown.column <= column));
        if let Some(cell) = cell {
            let options = FocusOptions::new();
            options.set_prevent_scroll(true);
            let _ = cell.element.focus_with_options(&options);
            bring(&cell.element);
        }
    }
}

/// Scrolls the page just so far that an element is in sight.
pub fn bring(element: &Element) {
    let options = ScrollIntoViewOptions::new();
    options.set_block(ScrollLogicalPosition::Nearest);
    options.set_inline(ScrollLogicalPosition::Nearest);
    element.scroll_into_view_with_scroll_into_view_options(&options);
}

/// The row (-1 is the header) and the column of the cell that something happened in.
#[must_use]
pub fn cell_of(target: Option<EventTarget>) -> Option<(i64, u16)> {
    let cell = target?.dyn_into::<Element>().ok()?.closest("[data-col]").ok()??;
    let row = cell.closest("[data-row]").ok()??;
    Some((row.get_attribute("data-row")?.parse().ok()?, cell.get_attribute("data-col")?.parse().ok()?))
}

/// Whether something happened in a field or list, where letters are text and no commands.
#[must_use]
pub fn is_typing(target: Option<EventTarget>) -> bool {
    let element = target.and_then(|target| target.dyn_into::<Element>().ok());
    element.is_some_and(|element| element.matches("input, textarea, select, [contenteditable]").unwrap_or(false))
}

/// Whether something happened within an element that matches.
#[must_use]
pub fn is_within(target: Option<EventTarget>, selector: &str) -> bool {
    let element = target.and_then(|target| target.dyn_into::<Element>().ok());
    element.is_some_and(|element| element.closest(selector).ok().flatten().is_some())
}

/// From now until it is let go, the pointer's moves come to the element it went down on.
pub fn capture(event: &PointerEvent) {
    if let Some(element) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) {
        let _ = element.set_pointer_capture(event.pointer_id());
    }
}

fn element() -> Option<HtmlElement> {
    web_sys::window()?.document()?.create_element("div").ok()?.dyn_into().ok()
}

fn attribute(element: &HtmlElement, name: &str, value: Option<&str>) {
    let _ = match value {
        Some(value) => element.set_attribute(name, value),
        None => element.remove_attribute(name),
    };
}

fn style(element: &HtmlElement, name: &str, pixels: Option<f64>) {
    let _ = match pixels {
        Some(pixels) => {
            let mut css = js_sys::Number::from(pixels).to_string_with_radix(10).map(String::from).unwrap_or_default();
            css.push_str("px");
            element.style().set_property(name, &css)
        }
        None => element.style().remove_property(name).map(drop),
    };
}

/// An element that looks like one picture after the other.
trait Slot: Sized {
    type Picture;

    fn new() -> Option<Self>;

    fn element(&self) -> &HtmlElement;

    /// Which of the pictures it shows.
    fn place(&self) -> u32;

    /// Which a picture is. Pictures come in this order.
    fn place_of(picture: &Self::Picture) -> u32;

    fn show(&mut self, picture: &Self::Picture);
}

/// Makes the elements within `parent` look like the pictures. Those that stay among them are not moved.
fn show<S: Slot>(parent: &Element, slots: &mut Vec<S>, spare: &mut Vec<S>, pictures: &[S::Picture]) {
    let is_wanted = |slot: &S| pictures.binary_search_by_key(&slot.place(), S::place_of).is_ok();
    let (kept, gone): (Vec<_>, Vec<_>) = std::mem::take(slots).into_iter().partition(is_wanted);
    for slot in gone {
        slot.element().remove();
        if spare.len() < SPARE {
            spare.push(slot);
        }
    }
    let mut kept = kept.into_iter().peekable();
    for picture in pictures {
        let slot = match kept.next_if(|slot| slot.place() == S::place_of(picture)) {
            Some(slot) => Some(slot),
            None => {
                let slot = spare.pop().or_else(S::new);
                if let Some(slot) = &slot {
                    let _ = parent.insert_before(slot.element(), kept.peek().map(|next| next.element().as_ref()));
                }
                slot
            }
        };
        if let Some(mut slot) = slot {
            slot.show(picture);
            slots.push(slot);
        }
    }
}

impl Slot for RowSlot {
    type Picture = RowPicture;

    fn element(&self) -> &HtmlElement {
        &self.element
    }

    fn place(&self) -> u32 {
        self.index
    }

    fn place_of(picture: &RowPicture) -> u32 {
        picture.index
    }

    fn new() -> Option<Self> {
        let element = element()?;
        attribute(&element, "role", Some("row"));
        Some(Self { element, index: u32::MAX, top: f64::NAN, class: "", cells: Vec::new(), spare: Vec::new() })
    }

    fn show(&mut self, picture: &RowPicture) {
        if self.index != picture.index {
            self.index = picture.index;
            attribute(&self.element, "data-row", Some(&picture.index.to_string()));
            // The header is row 1.
            attribute(&self.element, "aria-rowindex", Some(&(u64::from(picture.index) + 2).to_string()));
        }
        if self.top != picture.top {
            self.top = picture.top;
            style(&self.element, "top", Some(picture.top));
        }
        if self.class != picture.class {
            self.class = picture.class;
            attribute(&self.element, "class", Some(picture.class));
        }
        show(&self.element, &mut self.cells, &mut self.spare, &picture.cells);
    }
}

impl Slot for CellSlot {
    type Picture = CellPicture;

    fn element(&self) -> &HtmlElement {
        &self.element
    }

    fn place(&self) -> u32 {
        self.shown.column.into()
    }

    fn place_of(picture: &CellPicture) -> u32 {
        picture.column.into()
    }

    fn new() -> Option<Self> {
        let element = element()?;
        attribute(&element, "tabindex", Some("-1"));
        // A column that no table has: every cell's first picture sets its own.
        Some(Self { element, shown: CellPicture { column: u16::MAX, left: u32::MAX, ..CellPicture::default() } })
    }

    fn show(&mut self, new: &CellPicture) {
        let (old, element) = (&self.shown, &self.element);
        if old == new {
            return;
        }
        if old.column != new.column {
            attribute(element, "data-col", Some(&new.column.to_string()));
            attribute(element, "aria-colindex", Some(&(u32::from(new.column) + 1).to_string()));
        }
        if old.role != new.role {
            attribute(element, "role", Some(new.role));
        }
        if old.class != new.class {
            attribute(element, "class", Some(&new.class));
        }
        if old.text != new.text {
            element.set_text_content(Some(&new.text));
        }
        if old.title != new.title {
            attribute(element, "title", Some(new.title.as_str()).filter(|title| !title.is_empty()));
        }
        if old.left != new.left || old.stuck != new.stuck {
            style(element, "left", Some(f64::from(new.left)));
            style(element, "margin-left", new.stuck.map(f64::from));
        }
        if old.width != new.width {
            style(element, "width", Some(f64::from(new.width)));
        }
        if old.span != new.span {
            attribute(element, "aria-colspan", (new.span > 1).then(|| new.span.to_string()).as_deref());
        }
        if old.is_selected != new.is_selected {
            attribute(element, "aria-selected", new.is_selected.then_some("true"));
        }
        if old.is_stop != new.is_stop {
            attribute(element, "tabindex", Some(if new.is_stop { "0" } else { "-1" }));
        }
        if old.is_invalid != new.is_invalid {
            attribute(element, "aria-invalid", new.is_invalid.then_some("true"));
        }
        if old.described != new.described {
            attribute(element, "aria-describedby", Some(new.described).filter(|id| !id.is_empty()));
        }
        self.shown = new.clone();
    }
}
