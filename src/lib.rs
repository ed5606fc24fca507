//! Storekeeper: the admin page of a Returning.AI rewards store, wholly in the browser.
//!
//! Three programs share this library. The **page** ([`main.rs`](../app/index.html)) shows and says what the person wants;
//! the **engine** (`bin/engine.rs`, a dedicated worker) owns the file, the live copy, the key, the journal and the sending. A third,
//! `bin/workbook.rs`, is fetched and started only when a workbook is dropped, and turns one sheet of it into a CSV.
//!
//! The rooms, in reading order, each with what it is for and what it must never know:
//!
//! | room | for |
//! |---|---|
//! | [`domain`] | NOUNS: product, update, settings, ids, prices, dates, what HTML may hold, and *the* table of the 40 columns. Knows nothing else |
//! | [`import`] | A FILE BECOMES UPDATES: recognised → decoded → rows → columns → groups → updates, every issue a file can have, and the draft it is put right in. Never HTTP, the browser |
//! | [`workbook`] | A WORKBOOK BECOMES A CSV: `.xlsx` → its sheets → the bytes that `import` reads. Never products, the browser |
//! | [`api`] | THE REST SURFACE: every address, every JSON body, every error, and `Transport`. Never files or screens |
//! | [`review`] | UPDATES MEET THE LIVE STORE: what differs, what deserves a second look, the plan of batches. Never HTTP |
//! | [`send`] | THE PLAN IS CARRIED OUT: a pure machine of effects, its journal, proof, reconciliation, the report. Never the wall clock |
//! | [`practice`] | the store service in memory, behind `Transport`: the practice store, and the tests' server |
//! | [`engine`] | THE CONVERSATION: the protocol, the bulk run as a state machine, one arm a question. Never Leptos or the DOM |
//! | `route` | every address of the page |
//! | `browser` | HANDS \[wasm\]: fetch, files, the worker, IndexedDB, downloads, foreign HTML. Nothing else touches a browser API |
//! | `ui` | FACE \[wasm\]: the shell, a folder a screen, components. Never JSON bodies, the service's addresses, CSV |
//!
//! `tests/architecture.rs` holds these walls.

pub mod api;
pub mod domain;
pub mod engine;
pub mod import;
pub mod practice;
pub mod review;
pub mod route;
pub mod send;
pub mod workbook;

#[cfg(target_arch = "wasm32")]
pub mod browser;
#[cfg(target_arch = "wasm32")]
pub mod ui;
