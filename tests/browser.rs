//! What only a real browser can show, piece by piece: `make browser`.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

use js_sys::Reflect;
use std::cell::Cell;
use std::rc::Rc;
use storekeeper::browser::{build, html};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

/// The runner's page names neither; what the build writes into ours is put there by hand.
#[wasm_bindgen_test]
fn the_build_and_the_engine_are_read_from_the_page() {
    assert_eq!(build::build_id(), "development");
    assert_eq!(build::engine_url(), None);

    let head = web_sys::window().unwrap().document().unwrap();
    for (name, content) in [("build", "0a1b2c"), ("engine", "/assets/engine-1.js")] {
        let meta = head.create_element("meta").unwrap();
        meta.set_attribute("name", name).unwrap();
        meta.set_attribute("content", content).unwrap();
        head.document_element().unwrap().append_child(&meta).unwrap();
    }
    assert_eq!(build::build_id(), "0a1b2c");
    let engine = build::engine_url().unwrap();
    assert!(engine.starts_with("http://"), "{engine}");
    assert!(engine.ends_with("/assets/engine-1.js"), "{engine}");
}

/// The directives of the policy that the site is sent with, by name.
fn directives(names: &[&str]) -> String {
    let headers = include_str!("../public/_headers");
    let policy = headers.lines().find_map(|line| line.trim().strip_prefix("Content-Security-Policy: ")).unwrap();
    let wanted: Vec<&str> = policy.split("; ").filter(|part| names.contains(&part.split(' ').next().unwrap())).collect();
    assert_eq!(wanted.len(), names.len(), "{wanted:?}");
    wanted.join("; ")
}

/// Where text may not become markup, foreign HTML is read all the same, by a policy that nobody else gets; its colours are shown, and the
/// browser has nothing to complain about, also not of what was left out.
#[wasm_bindgen_test]
async fn foreign_html_is_shown_under_the_policy_of_the_site() {
    let window = web_sys::window().unwrap();
    let document = window.document().unwrap();
    let complaints = Rc::new(Cell::new(0));
    let counted = complaints.clone();
    let heard = Closure::<dyn Fn()>::new(move || counted.set(counted.get() + 1));
    document.add_event_listener_with_callback("securitypolicyviolation", heard.as_ref().unchecked_ref()).unwrap();
    let again = js_sys::Function::new_no_args("return trustedTypes.createPolicy('inert', {})");
    let meta = document.create_element("meta").unwrap();
    meta.set_attribute("http-equiv", "Content-Security-Policy").unwrap();
    meta.set_attribute("content", &directives(&["require-trusted-types-for", "trusted-types", "style-src", "img-src"])).unwrap();
    document.head().unwrap().append_child(&meta).unwrap();

    html::claim_policy();
    let host = document.create_element("div").unwrap();
    document.body().unwrap().append_child(&host).unwrap();
    let foreign = "<p style=\"color: rgb(1, 2, 3); position: fixed\" onclick=\"x()\">a<img src=\"http://example.com/x.png\"></p><style>p{}</style>";
    let left_out: Vec<String> = html::show(&host, foreign, false).iter().map(ToString::to_string).collect();
    assert_eq!(left_out, ["the style position", "onclick of <p>", "the address in src of <img>", "<style>"]);
    assert_eq!(html::write(&host), "<p style=\"color: rgb(1, 2, 3)\">a</p>");
    let paragraph: web_sys::HtmlElement = host.first_child().unwrap().unchecked_into();
    assert_eq!(paragraph.style().get_property_value("color").unwrap(), "rgb(1, 2, 3)");
    gloo_timers::future::TimeoutFuture::new(50).await;
    assert_eq!(complaints.get(), 0);

    // Nobody else: neither by the property, nor by a policy of that name.
    assert!(Reflect::set(&host, &"innerHTML".into(), &"<b>x</b>".into()).is_err());
    assert!(again.call0(&window).is_err());
    gloo_timers::future::TimeoutFuture::new(50).await;
    assert_eq!(complaints.get(), 2);
}
