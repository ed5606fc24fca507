//! HANDS \[wasm\]. Every browser API the product touches is touched here: fetch, files, the worker, IndexedDB, downloads, HTML.
//!
//! In: plain data. Out: plain data. Must never know: rules of any kind.
//!
//! The page's end: [`link`] and [`page`]; [`leave`] and [`draft`] so that no work is lost; [`html`] for text of strangers,
//! [`edit`] for typing it, [`board`] and [`clipboard`] for the grid. The engine's end: [`host`], with [`fetch`], [`file`] and [`journal`]. Both: [`build`].

pub mod board;
pub mod build;
pub mod clipboard;
pub mod draft;
pub mod edit;
pub mod fetch;
pub mod file;
pub mod host;
pub mod html;
pub mod journal;
pub mod leave;
pub mod link;
pub mod page;
