//! HTML of strangers made harmless: the descriptions of stores and products, which anybody with the store's key may have written.
//!
//! In: text. Out: nodes that can neither run nor load, and what was left out. The rules are `domain::html`'s.
//!
//! The text is read by the browser's own parser, into a document that is never shown: it has no window, so nothing in it runs, loads or
//! is styled. That tree is then looked at, node by node, and what the rules let through is built anew in the page's document, from names
//! of our tables. No node of the stranger's ever enters the page, and no text that was looked at once is read a second time, so a text
//! cannot be one thing to the check and another to the page.
//!
//! **Trusted Types.** The page's `default` policy refuses unknown markup, and must. So the parser is given its text by a second policy,
//! `inert`, which exists once (the page's headers allow each name once) and is known to this file alone: no other code can have markup
//! trusted by it. A function of `boot.js` could have held it too, but then everybody could call that function.

mod build;

use crate::domain::html::{BLOCKS, Element, Fit, Kept, Nesting, Notes, Writer, check, may_be_read};
use build::{DomBuilder, picture_in_words};
use js_sys::{Function, Object, Reflect};
use std::cell::OnceCell;
use wasm_bindgen::prelude::*;
use web_sys::{Document, DocumentFragment, HtmlElement, Node};

pub use crate::domain::html::LeftOut;

/// Foreign HTML made harmless.
#[derive(Debug)]
pub struct Cleaned {
    /// What may be shown.
    pub fragment: DocumentFragment,
    /// What was left out: each thing once, in the order of the text.
    pub left_out: Vec<LeftOut>,
}

/// Makes foreign HTML harmless. Without `pictures` nothing is fetched: a picture is shown as words, from which [`write`] makes it again.
#[must_use]
pub fn clean(html: &str, pictures: bool) -> Cleaned {
    let document = document();
    let fragment = document.create_document_fragment();
    let mut notes = Notes::default();
    match may_be_read(html) {
        Err(left_out) => notes.note(left_out),
        Ok(()) => match parse(&document, html) {
            Ok(body) => walk(&body, Hand::Stranger, &mut DomBuilder::new(document, &fragment, pictures), &mut notes),
            // The policy was made by somebody else: then nothing is shown rather than something wrong.
            Err(_) => notes.note(LeftOut::Unreadable),
        },
    }
    fragment.normalize();
    Cleaned { fragment, left_out: notes.into_vec() }
}

/// Fills an element with the cleaned HTML in place of whatever it holds.
pub fn show(into: &web_sys::Element, html: &str, pictures: bool) -> Vec<LeftOut> {
    let cleaned = clean(html, pictures);
    into.replace_children_with_node_1(&cleaned.fragment);
    cleaned.left_out
}

/// The HTML of an element's children, as the editor writes it: only what [`clean`] lets through, in a form that it reads back as the
/// same tree. Empty when nothing would be seen.
#[must_use]
pub fn write(from: &web_sys::Element) -> String {
    let mut writer = Writer::default();
    walk(from, Hand::Ours, &mut writer, &mut Notes::default());
    writer.finish()
}

/// Makes the policy, before anything else could make one of its name.
pub fn claim_policy() {
    let _ = with_policy(|_| Ok(JsValue::UNDEFINED));
}

// ---- reading ----------------------------------------------------------------------------------------------------------

fn document() -> Document {
    web_sys::window().and_then(|window| window.document()).expect_throw("only the page shows HTML, and a page has a document")
}

/// Reads HTML as the inside of the body of a document of its own.
fn parse(document: &Document, html: &str) -> Result<HtmlElement, JsValue> {
    let body = document.implementation()?.create_html_document_with_title("")?.body().ok_or(JsValue::UNDEFINED)?;
    let trusted = with_policy(|policy| match policy {
        None => Ok(html.into()),
        Some(policy) => Reflect::get(policy, &"createHTML".into())?.dyn_into::<Function>()?.call1(policy, &html.into()),
    })?;
    Reflect::set(&body, &"innerHTML".into(), &trusted)?;
    Ok(body)
}

thread_local! {
    static POLICY: OnceCell<Result<Option<JsValue>, JsValue>> = const { OnceCell::new() };
}

/// Hands out the policy `inert`; none in a browser without Trusted Types.
fn with_policy<T>(use_it: impl FnOnce(Option<&JsValue>) -> Result<T, JsValue>) -> Result<T, JsValue> {
    POLICY.with(|policy| match policy.get_or_init(make_policy) {
        Ok(policy) => use_it(policy.as_ref()),
        Err(error) => Err(error.clone()),
    })
}

fn make_policy() -> Result<Option<JsValue>, JsValue> {
    let types = Reflect::get(&js_sys::global(), &"trustedTypes".into())?;
    if types.is_undefined() {
        return Ok(None);
    }
    let as_it_is = Closure::<dyn Fn(JsValue) -> JsValue>::new(|html| html);
    let rules = Object::new();
    Reflect::set(&rules, &"createHTML".into(), as_it_is.as_ref())?;
    // Made once, lives as long as the page.
    as_it_is.forget();
    let create: Function = Reflect::get(&types, &"createPolicy".into())?.dyn_into()?;
    create.call2(&types, &"inert".into(), &rules).map(Some)
}

// ---- looking at each node ---------------------------------------------------------------------------------------------

/// Who builds what is let through.
trait Build {
    fn open(&mut self, element: &Element);
    fn text(&mut self, text: &str);
    fn close(&mut self);
}

/// Whose tree is looked at. Pictures in words are read in ours alone.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Hand {
    Stranger,
    Ours,
}

/// A level of the tree on the way down. (A loop, not a recursion: a text may nest deeper than the stack is.)
struct Level {
    next: Option<Node>,
    is_opened: bool,
}

fn walk(root: &Node, hand: Hand, build: &mut impl Build, notes: &mut Notes) {
    let mut nesting = Nesting::default();
    let mut levels = vec![Level { next: root.first_child(), is_opened: false }];
    while let Some(level) = levels.last_mut() {
        let Some(node) = level.next.take() else {
            if level.is_opened {
                build.close();
                nesting.pop();
            }
            levels.pop();
            continue;
        };
        level.next = node.next_sibling();
        match node.node_type() {
            Node::TEXT_NODE => {
                let text = node.node_value().unwrap_or_default();
                if nesting.takes_text(&text) {
                    build.text(&text);
                }
            }
            Node::ELEMENT_NODE => {
                let element: web_sys::Element = node.unchecked_into();
                match look_at(&element, hand, &nesting, notes) {
                    Kept::Nothing => {}
                    Kept::Children => levels.push(Level { next: element.first_child(), is_opened: false }),
                    Kept::Element(kept) if kept.is_void() => {
                        build.open(&kept);
                        build.close();
                    }
                    Kept::Element(kept) => {
                        build.open(&kept);
                        nesting.push(kept.name);
                        levels.push(Level { next: element.first_child(), is_opened: true });
                    }
                }
            }
            _ => notes.note(LeftOut::Comment),
        }
    }
}

fn look_at(element: &web_sys::Element, hand: Hand, nesting: &Nesting, notes: &mut Notes) -> Kept {
    let name = element.local_name();
    if element.namespace_uri().as_deref() != Some("http://www.w3.org/1999/xhtml") {
        notes.element(&name);
        return Kept::Nothing;
    }
    let picture = if hand == Hand::Ours { picture_in_words(element) } else { None };
    let (name, attributes) = picture.map_or_else(|| (name, attributes_of(element)), |attributes| ("img".to_owned(), attributes));
    let mut kept = match check(&name, attributes.iter().map(|(name, value)| (name.as_str(), value.as_str())), notes) {
        Kept::Element(kept) => kept,
        other => return other,
    };
    // In a tree that was edited, or once something between them was left out.
    if kept.name == "p" && element.query_selector(&BLOCKS.join(",")).is_ok_and(|found| found.is_some()) {
        kept.name = "div";
    }
    match nesting.fit(kept.name) {
        Fit::Fits => Kept::Element(kept),
        Fit::Misplaced => {
            notes.element(kept.name);
            Kept::Children
        }
        Fit::TooDeep => {
            notes.note(LeftOut::Depth);
            Kept::Children
        }
    }
}

fn attributes_of(element: &web_sys::Element) -> Vec<(String, String)> {
    let names = element.get_attribute_names();
    let pair = |name: JsValue| name.as_string().and_then(|name| element.get_attribute(&name).map(|value| (name, value)));
    names.iter().filter_map(pair).collect()
}
