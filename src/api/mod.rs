//! THE REST SURFACE. Every address, body and error of the store's API, as plain data.
//!
//! In: what is asked of the store. Out: requests, and what answers mean.
//! Must never know: files, screens, the browser.
//!
//! [`endpoint`] makes a [`Request`], a [`Transport`] carries it, [`answer`] says what came back. Between them, [`wire`]
//! is the only place that knows JSON and the CSV that may take its place ([`door`]), and [`error`] the only one that knows what may go wrong. It reads tolerantly
//! (both generations of the reference, unknown fields, any body at all) and writes strictly (documented fields only).

pub mod answer;
pub mod door;
pub mod endpoint;
pub mod error;
pub mod said;
pub mod transport;
pub mod wire;

pub use answer::{Answered, BulkAnswer, Page};
pub use door::Door;
pub use endpoint::NotABatch;
pub use error::{ApiError, Applied, RetryAfter, Words};
pub use said::{FieldError, Said};
pub use transport::{Body, Failure, Method, Request, Response, Transport};
