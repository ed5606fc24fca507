//! HANDS \[wasm\]. Every browser API the product touches is touched here: fetch, files, the worker, IndexedDB, downloads.
//!
//! In: plain data. Out: plain data. Must never know: rules of any kind.

pub mod build;
pub mod link;
pub mod page;
