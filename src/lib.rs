//! Storekeeper.

#[cfg(target_arch = "wasm32")]
pub mod browser;
