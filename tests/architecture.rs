//! The walls of the house, as a test: which room may name which, read from the source itself.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop where it stands"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Room → the rooms it may name. A room may always name itself.
const MAY_NAME: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("import", &["domain"]),
    ("api", &["domain"]),
    ("review", &["domain"]),
    ("send", &["domain", "review", "api"]),
    ("practice", &["domain", "api"]),
    ("engine", &["domain", "import", "api", "review", "send", "practice"]),
    ("route", &[]),
    ("workbook", &[]),
    ("browser", &["api", "engine", "domain", "workbook"]),
    ("ui", &["domain", "engine", "route", "browser"]),
];

/// Words that a room's source may not hold at all, with the reason.
const NEVER: &[(&str, &[&str], &str)] = &[
    ("domain", &["leptos", "web_sys", "wasm_bindgen", "js_sys", "gloo"], "the core knows no browser"),
    (
        "import",
        &["leptos", "web_sys", "wasm_bindgen", "js_sys", "gloo", "serde_json"],
        "a file knows no browser, and its JSON has lines",
    ),
    (
        "workbook",
        &["leptos", "web_sys", "wasm_bindgen", "js_sys", "gloo", "serde_json"],
        "a workbook knows no browser, and not what it is for",
    ),
    ("api", &["leptos", "web_sys", "wasm_bindgen", "js_sys", "gloo"], "the REST surface is plain data"),
    ("review", &["leptos", "web_sys", "wasm_bindgen", "js_sys", "gloo", "serde_json"], "a comparison knows no wire"),
    (
        "send",
        &["leptos", "web_sys", "wasm_bindgen", "js_sys", "gloo", "SystemTime", "Instant::now"],
        "the sender is told the time",
    ),
    ("practice", &["leptos", "web_sys", "wasm_bindgen", "js_sys", "gloo"], "the practice store runs anywhere"),
    ("engine", &["leptos", "web_sys", "wasm_bindgen", "js_sys", "gloo"], "the engine's hands are traits"),
    ("ui", &["serde_json", "/products/bulk", "\"/stores\"", "gloo_net", "storekeeper::api"], "the face knows no wire"),
];

fn sources(room: &str) -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    let file = root.join(format!("{room}.rs"));
    if file.is_file() {
        files.push(file);
    }
    let mut folders = vec![root.join(room)];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        for entry in entries.flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    files.into_iter().map(|path| (path.clone(), fs::read_to_string(path).unwrap())).collect()
}

/// The source without comments and without what stands behind `#[cfg(test)]` at the foot: tests may look further.
fn code(text: &str) -> String {
    let product = text.split("#[cfg(test)]\nmod ").next().unwrap_or(text);
    product.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

#[test]
fn each_room_names_only_what_it_may() {
    let rooms: BTreeMap<&str, &[&str]> = MAY_NAME.iter().copied().collect();
    let mut seen = 0;
    let mut broken = Vec::new();
    for (room, allowed) in &rooms {
        let files = sources(room);
        assert!(!files.is_empty(), "the room {room} is not there");
        for (path, text) in files {
            seen += 1;
            for other in rooms.keys().filter(|other| *other != room && !allowed.contains(other)) {
                if code(&text).contains(&format!("crate::{other}::")) {
                    broken.push(format!("{} names {other}", path.display()));
                }
            }
        }
    }
    assert!(seen > 30, "only {seen} files were read");
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn no_room_knows_what_it_must_not() {
    let mut broken = Vec::new();
    for (room, words, reason) in NEVER {
        for (path, text) in sources(room) {
            for word in words.iter().filter(|word| code(&text).contains(**word)) {
                broken.push(format!("{} holds \"{word}\": {reason}", path.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn only_browser_and_ui_touch_the_browser() {
    for room in ["lib", "main"] {
        for (path, text) in sources(room) {
            assert!(!code(&text).contains("web_sys"), "{}", path.display());
        }
    }
    // Of the page, only these two folders may name a browser crate; `ui` only for element and event types.
    for (path, text) in sources("ui") {
        for call in
            ["web_sys::window", "local_storage", "session_storage", "fetch_with", "WebSocket", "inner_html", "set_inner_html"]
        {
            assert!(!code(&text).contains(call), "{} calls {call}: that belongs into browser/", path.display());
        }
    }
}
