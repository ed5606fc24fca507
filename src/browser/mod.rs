//! The hands: everything that touches a browser API.

pub mod build;
