//! THE SERVICE IN MEMORY. What the reference documents of the store's API, behind the same [`Transport`] as the real one:
//! the practice store of the page, and the service behind the tests.
//!
//! In: requests, as plain data. Out: answers in the documented envelopes. Must never know: the browser, screens, keys
//! (whoever serves it over HTTP checks them; here any key works).
//!
//! It reads and writes JSON, and reads CSV, by itself and takes nothing from `api::wire`, so that the two cannot share a
//! misunderstanding. Where the reference is silent it is strict, so that whatever we send that it does not document is
//! found here first; each such choice is named at its place, and those that matter to a sender are [`Switches`].
//!
//! [`Service`] holds and routes, `bulk` is the bulk update (`item` reads what it is sent, `form` a CSV), `list` the reads, `store`
//! the configuration, `reply` the envelopes, `seed` the products it starts with, `sample` an update file that fits them.
//!
//! [`Transport`]: crate::api::Transport

mod bulk;
mod form;
mod item;
mod list;
mod reply;
mod sample;
mod seed;
mod service;
mod store;
mod transport;

pub use sample::sample_csv;
pub use service::{Generation, Logged, OnBadItem, Service, Switches};
pub use transport::PracticeTransport;
