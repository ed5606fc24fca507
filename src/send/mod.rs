//! THE PLAN IS CARRIED OUT. Nothing lost, nothing twice, and never a guess: *unknown* is a state.
//!
//! In: the plan a person confirmed, answers, readings, the time. Out: effects to perform, one at a time, and an honest
//! report. Everything here is plain data and pure functions, so a crash after any effect can be played through in a test.
//! Must never know: files, the browser, the key, the wall clock (it is told the time).
//!
//! Start at [`machine::Sender`]. It asks [`judge`] what an answer proves, [`reconcile`] what the store really holds, and
//! [`retry`] when to try again; it writes [`journal`] before it acts, and [`report`] says what became of every product.

mod fields;
pub mod flaw;
pub mod journal;
pub mod judge;
pub mod machine;
pub mod pace;
pub mod progress;
mod queue;
pub mod reconcile;
pub mod report;
mod resume;
pub mod retry;
mod steer;
mod task;
mod vouchers;

pub use journal::{About, Entry, Run};
pub use machine::{Effect, Halt, Readings, Sender, Why};
pub use progress::Progress;
pub use report::{Doubt, Fate, Line, Part, Unsent};
pub use retry::Limits;

#[cfg(test)]
mod tests;
