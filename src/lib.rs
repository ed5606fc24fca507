//! Storekeeper.

pub mod api;
pub mod domain;
pub mod engine;

#[cfg(target_arch = "wasm32")]
pub mod browser;
