//! Storekeeper.

pub mod api;
pub mod domain;
pub mod import;
