//! HTML of strangers made harmless: the descriptions of stores and products, which anybody with the store's key may have written.
//!
//! In: text. Out: nodes that can neither run nor load, and what was left out. The rules are `domain::html`'s.
//!
//! The text is read by the browser's own parser, for a document that is never shown: it has no window, so nothing in it runs or loads.
//! That tree is then looked at, node by node, and what the rules let through is built anew in the page's document, from names
//! of our tables. No node of the stranger's ever enters the page, and no text that was looked at once is read a second time, so a text
//! cannot be one thing to the check and another to the page.
//!
//! **Trusted Types.** The page's `default` policy refuses unknown markup, and must. So the parser is given its text by a second policy,
//! `inert`, which exists once (the page's headers allow each name once) and is known to this file alone: no other code can have markup
//! trusted by it. A function of `boot.js` could have held it too, but then everybody could call that function.

mod build;

use crate::domain::html::{BLOCKS, Element, Fit, Kept, Nesting, Notes, Writer, check, may_be_read, name_before, set_aside};
use build::{DomBuilder, picture_in_words};
use js_sys::{Function, Object, Reflect};
use std::cell::OnceCell;
use wasm_bindgen::prelude::*;
use web_sys::{Document, DocumentFragment, HtmlFormElement, Node, Text, TreeWalker};

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

/// Reads HTML as the inside of a body that stands in no document, and belongs to one without a window.
fn parse(document: &Document, html: &str) -> Result<web_sys::Element, JsValue> {
    let body = document.implementation()?.create_html_document_with_title("")?.create_element("body")?;
    let html = JsValue::from(set_aside(html).as_ref());
    let trusted = with_policy(|policy| match policy {
        None => Ok(html),
        Some(policy) => Reflect::get(policy, &"createHTML".into())?.dyn_into::<Function>()?.call1(policy, &html),
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

/// Looks at each node in turn. (A loop, not a recursion: a tree may be deeper than the stack.)
///
/// A form's fields hide its properties, so that `<input name=firstChild>` decides what the form's first child is. So the tree is walked
/// by somebody who does not ask the nodes, and of a form nothing is asked at all.
fn walk(root: &Node, hand: Hand, build: &mut impl Build, notes: &mut Notes) {
    let Ok(walker) = document().create_tree_walker(root) else { return };
    let mut nesting = Nesting::default();
    // For each element that was entered, whether it was opened.
    let mut entered: Vec<bool> = Vec::new();
    let step = |walker: &TreeWalker| walker.next_sibling().ok().flatten();
    let mut next = walker.first_child().ok().flatten();
    while let Some(node) = next {
        if let Some(is_opened) = visit(node, hand, build, &mut nesting, notes) {
            entered.push(is_opened);
            next = walker.first_child().ok().flatten();
            if next.is_some() {
                continue;
            }
            leave(entered.pop(), build, &mut nesting);
        }
        next = step(&walker);
        while next.is_none() && !entered.is_empty() {
            let _ = walker.parent_node();
            leave(entered.pop(), build, &mut nesting);
            next = step(&walker);
        }
    }
}

fn leave(is_opened: Option<bool>, build: &mut impl Build, nesting: &mut Nesting) {
    if is_opened == Some(true) {
        build.close();
        nesting.pop();
    }
}

/// Looks at one node. Some if its children are to be looked at, too: whether an element was opened for them.
fn visit(node: Node, hand: Hand, build: &mut impl Build, nesting: &mut Nesting, notes: &mut Notes) -> Option<bool> {
    if let Some(text) = node.dyn_ref::<Text>() {
        let text = text.data();
        if nesting.takes_text(&text) {
            build.text(&text);
        }
        return None;
    }
    if node.is_instance_of::<HtmlFormElement>() {
        notes.element("form");
        return Some(false);
    }
    let Ok(element) = node.dyn_into::<web_sys::Element>() else {
        notes.note(LeftOut::Comment);
        return None;
    };
    match look_at(&element, hand, nesting, notes) {
        Kept::Nothing => None,
        Kept::Children => Some(false),
        Kept::Element(kept) => {
            build.open(&kept);
            if kept.is_void() {
                build.close();
                return None;
            }
            nesting.push(kept.name);
            Some(true)
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
    let before = |name| if hand == Hand::Stranger { name_before(name) } else { name };
    let mut kept = match check(&name, attributes.iter().map(|(name, value)| (before(name.as_str()), value.as_str())), notes) {
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
