//! What was let through is built: as nodes of the page, or as text.

use super::Build;
use crate::domain::html::{Element, Writer};
use wasm_bindgen::JsCast;
use web_sys::{Document, HtmlElement, Node};

/// Marks an element that stands for a picture, and holds the picture's address. Its other attributes follow, each under this and its name.
const PICTURE: &str = "data-picture";
/// What else a picture in words keeps of the picture.
const KEPT: [&str; 6] = ["alt", "width", "height", "title", "dir", "lang"];

/// Builds nodes of the page.
pub(super) struct DomBuilder {
    document: Document,
    open: Vec<Node>,
    pictures: bool,
}

impl DomBuilder {
    pub(super) fn new(document: Document, into: &Node, pictures: bool) -> Self {
        Self { document, open: vec![into.clone()], pictures }
    }

    fn add(&self, node: &Node) {
        if let Some(parent) = self.open.last() {
            let _ = parent.append_child(node);
        }
    }

    /// A picture as words: `[picture: A cat]`. An editor treats it as one letter.
    fn in_words(&self, element: &Element) -> Option<HtmlElement> {
        let words: HtmlElement = self.document.create_element("span").ok()?.unchecked_into();
        let alt = element.get("alt").unwrap_or("").trim();
        words.set_text_content(Some(&if alt.is_empty() { "[picture]".to_owned() } else { format!("[picture: {alt}]") }));
        words.set_class_name("html-picture");
        words.set_attribute("contenteditable", "false").ok()?;
        words.set_attribute(PICTURE, element.get("src")?).ok()?;
        for name in KEPT {
            if let Some(value) = element.get(name) {
                words.set_attribute(&format!("{PICTURE}-{name}"), value).ok()?;
            }
        }
        Some(words)
    }

    fn built(&self, element: &Element) -> Option<HtmlElement> {
        if element.name == "img" && !self.pictures {
            return self.in_words(element);
        }
        let node: HtmlElement = self.document.create_element(element.name).ok()?.unchecked_into();
        for (name, value) in &element.attributes {
            node.set_attribute(name, value).ok()?;
        }
        // Property by property: the page's policy forbids `style` as text.
        for (name, value) in &element.style {
            let _ = node.style().set_property(name, value);
        }
        Some(node)
    }
}

impl Build for DomBuilder {
    fn open(&mut self, element: &Element) {
        let node: Node = match self.built(element) {
            Some(node) => node.into(),
            // A browser that refuses one of our own names has no place for what it holds either.
            None => self.document.create_document_fragment().into(),
        };
        self.add(&node);
        self.open.push(node);
    }

    fn text(&mut self, text: &str) {
        self.add(&self.document.create_text_node(text));
    }

    fn close(&mut self) {
        self.open.pop();
    }
}

impl Build for Writer {
    fn open(&mut self, element: &Element) {
        self.open(element);
    }

    fn text(&mut self, text: &str) {
        self.text(text);
    }

    fn close(&mut self) {
        self.close();
    }
}

/// The attributes of the picture that an element of [`DomBuilder::in_words`] stands for.
pub(super) fn picture_in_words(element: &web_sys::Element) -> Option<Vec<(String, String)>> {
    let mut attributes = vec![("src".to_owned(), element.get_attribute(PICTURE)?)];
    let more = |name: &str| element.get_attribute(&format!("{PICTURE}-{name}")).map(|value| (name.to_owned(), value));
    attributes.extend(KEPT.into_iter().filter_map(more));
    Some(attributes)
}
