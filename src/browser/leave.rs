//! Hearing that somebody wants to go to another page of ours while something is unsaved, and holding them for a question.
//!
//! In: whether to ask. Out: where they wanted to go. Must never know: what is unsaved.
//!
//! The router follows links and the browser's own buttons by itself. We stand before it: our listeners hear in the capture
//! phase, and what they hold it never hears of.

use std::borrow::Cow;
use wasm_bindgen::prelude::*;
use web_sys::{Element, Event, HtmlAnchorElement, MouseEvent, Window};

/// Where somebody wanted to go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Leave {
    /// To this address of ours, by a link.
    To(String),
    /// Back or forward, by the browser's own buttons.
    Back,
}

/// Holds whoever wants to leave the page at the path `here` while `must_ask`, as long as the page lives.
pub fn hold(here: Cow<'static, str>, must_ask: impl Fn() -> bool + Clone + 'static, asked: impl Fn(Leave) + Clone + 'static) {
    let Some(window) = web_sys::window() else { return };
    let (ask, tell) = (must_ask.clone(), asked.clone());
    listen::<MouseEvent>(&window, "click", move |event| {
        if !ask() {
            return;
        }
        if let Some(to) = followed(&event) {
            stop(&event);
            tell(Leave::To(to));
        }
    });
    let told = window.clone();
    listen::<Event>(&window, "popstate", move |event| {
        let is_elsewhere = told.location().pathname().is_ok_and(|path| path.trim_end_matches('/') != here);
        if !must_ask() || !is_elsewhere {
            return;
        }
        stop(event.as_ref());
        // The address has changed already. It is put back; where they wanted to go stays one step away.
        if let Ok(history) = told.history() {
            let _ = history.push_state_with_url(&JsValue::NULL, "", Some(&here));
        }
        asked(Leave::Back);
    });
}

/// Takes the step that [`Leave::Back`] held.
pub fn go_back() {
    if let Some(history) = web_sys::window().and_then(|window| window.history().ok()) {
        let _ = history.back();
    }
}

fn listen<E: wasm_bindgen::convert::FromWasmAbi + 'static>(window: &Window, name: &str, heard: impl Fn(E) + 'static) {
    let closure = Closure::<dyn Fn(E)>::new(heard);
    let _ = window.add_event_listener_with_callback_and_bool(name, closure.as_ref().unchecked_ref(), true);
    closure.forget();
}

fn stop(event: &Event) {
    event.prevent_default();
    event.stop_immediate_propagation();
}

/// The address within the site that a click leads to, in this tab; nothing for any other click.
fn followed(event: &MouseEvent) -> Option<String> {
    let is_plain = event.button() == 0 && !event.ctrl_key() && !event.meta_key() && !event.shift_key() && !event.alt_key();
    let target: Element = event.target()?.dyn_into().ok()?;
    let link: HtmlAnchorElement = target.closest("a[href]").ok()??.dyn_into().ok()?;
    let location = web_sys::window()?.location();
    let is_ours = link.origin() == location.origin().ok()? && link.target().is_empty() && !link.has_attribute("download");
    let leaves = link.pathname() != location.pathname().ok()?;
    (is_plain && is_ours && leaves).then(|| format!("{}{}{}", link.pathname(), link.search(), link.hash()))
}
