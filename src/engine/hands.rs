//! What the engine needs of the world, as traits: so that all of it runs natively in tests, on a clock of their own.
//!
//! The browser's hands are in `browser::host`; the tests' are in `tests/support`.

use super::protocol::FromEngine;
use crate::api::{Failure, Transport};
use crate::domain::{ApiKey, Timestamp};
use futures::future::LocalBoxFuture;
use std::rc::Rc;

/// The world.
pub trait Hands {
    /// A carrier of requests to the host at `base` with this key. The only place the key goes.
    fn transport(&self, base: &str, key: ApiKey) -> Rc<dyn Transport>;

    /// The bytes of the deployment's `config.json`.
    fn config(&self) -> LocalBoxFuture<'static, Result<Vec<u8>, Failure>>;

    /// Waits this many milliseconds.
    fn sleep(&self, millis: u32) -> LocalBoxFuture<'static, ()>;

    /// Gives messages that have arrived meanwhile their turn.
    fn breathe(&self) -> LocalBoxFuture<'static, ()>;

    /// Milliseconds of a clock that never jumps. Its zero means nothing.
    fn now(&self) -> u64;

    /// The time of day, for what a person reads and for comparing with dates in the file. Never for waiting.
    fn wall(&self) -> Timestamp;

    /// Something different at each call, for jitter and run ids.
    fn seed(&self) -> u64;

    /// Takes a name that only one engine of this browser holds at a time, or nothing where another tab's has it.
    fn claim(&self, name: &str) -> LocalBoxFuture<'static, Option<Claim>>;

    /// Where runs are written down.
    fn journal(&self) -> Rc<dyn JournalStore>;

    /// Runs a task beside the others.
    fn spawn(&self, task: LocalBoxFuture<'static, ()>);

    /// Posts to the page.
    fn post(&self, message: FromEngine);
}

/// A name that is ours alone, until this is dropped or the engine dies.
pub struct Claim(Option<Box<dyn FnOnce()>>);

impl Claim {
    /// A claim that is given back by `release`.
    #[must_use]
    pub fn new(release: impl FnOnce() + 'static) -> Self {
        Self(Some(Box::new(release)))
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        if let Some(release) = self.0.take() {
            release();
        }
    }
}

/// Why something could not be stored or read back. Words of the browser, for a person.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct StorageError(pub String);

/// An entry with its number.
pub type Numbered = (u32, Vec<u8>);

/// Entries of runs, each under a number of its own. What was written survives the browser's death.
pub trait JournalStore {
    /// Writes entries of a run, all or none; an entry with a number that is taken replaces the one there. Done when it
    /// is durable.
    fn write(&self, run: &str, entries: Vec<Numbered>) -> LocalBoxFuture<'static, Result<(), StorageError>>;

    /// The runs there are.
    fn runs(&self) -> LocalBoxFuture<'static, Result<Vec<String>, StorageError>>;

    /// A run's entries with their numbers, ascending.
    fn entries(&self, run: &str) -> LocalBoxFuture<'static, Result<Vec<Numbered>, StorageError>>;

    /// Deletes a run.
    fn delete(&self, run: &str) -> LocalBoxFuture<'static, Result<(), StorageError>>;
}

/// A file that was dropped on the page.
pub trait DroppedFile {
    /// Its size in bytes.
    fn size(&self) -> u64;

    /// The bytes from `from` up to `to`, or why the browser no longer lets us read them (moved, deleted, changed).
    fn read(&self, from: u64, to: u64) -> LocalBoxFuture<'static, Result<Vec<u8>, String>>;
}
