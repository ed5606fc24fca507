//! Storekeeper.

pub mod api;
pub mod domain;
pub mod practice;

#[cfg(target_arch = "wasm32")]
pub mod browser;
