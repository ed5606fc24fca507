//! What only a real browser can show, piece by piece: `make browser`.
#![cfg(target_arch = "wasm32")]

use storekeeper::browser::build;
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
