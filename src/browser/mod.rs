//! HANDS \[wasm\]. Every browser API the product touches is touched here: fetch, files, the worker, IndexedDB, downloads, HTML.
//!
//! In: plain data. Out: plain data. Must never know: rules of any kind.
//!
//! The page's end: [`link`], [`page`] and [`dropped`]; [`leave`], [`draft`] and [`kept_file`] so that no work is lost; [`html`] for text of
//! strangers, [`edit`] for typing it, [`board`] and [`clipboard`] for the grid. The engine's end: [`host`], with [`fetch`],
//! [`file`] and [`journal`]. Both ends of the reader of workbooks: [`workbook`]. All: [`build`].

pub mod board;
pub mod build;
pub mod clipboard;
pub mod draft;
pub mod dropped;
pub mod edit;
pub mod fetch;
pub mod file;
pub mod host;
pub mod html;
pub mod journal;
pub mod kept_file;
pub mod leave;
pub mod link;
pub mod page;
pub mod workbook;
