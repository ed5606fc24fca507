//! Storekeeper.

pub mod api;
pub mod domain;
pub mod engine;
pub mod route;

#[cfg(target_arch = "wasm32")]
pub mod browser;
#[cfg(target_arch = "wasm32")]
pub mod ui;
