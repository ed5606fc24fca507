//! Storekeeper.

pub mod api;
pub mod domain;
pub mod review;
pub mod send;
