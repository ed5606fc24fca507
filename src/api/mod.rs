//! THE REST SURFACE. Every address, body and error of the store's API, as plain data.
//!
//! In: what is asked of the store. Out: requests, and what answers mean.
//! Must never know: files, screens, the browser.

pub mod transport;

pub use transport::{Body, Failure, Method, Request, Response, Transport};
