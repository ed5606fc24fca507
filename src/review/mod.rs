//! UPDATES MEET THE LIVE STORE. What would change, what to be careful about, and in which requests it is sent.
//!
//! In: updates as a file asks for them, and products as the store returned them. Out: per product the patch and its
//! changes in words ([`diff`]), warnings over the whole run ([`mod@guards`]), and the batches to send ([`mod@plan`]).
//! Must never know: HTTP, files, screens, the browser, the time of day (it is passed in).
//!
//! Start at [`diff::compare`]. [`apply`](mod@apply) says what the store should hold afterwards and what it held before;
//! [`check`](mod@check) compares what it really holds with what was sent.

pub mod apply;
pub mod check;
pub mod diff;
pub mod fields;
pub mod guards;
pub mod plan;
pub mod scope;
pub mod seen;
pub mod undo;

pub use apply::{Before, apply, before};
pub use check::{Checked, check};
pub use diff::{Comparison, Note, compare};
pub use fields::{FieldChange, Shown};
pub use guards::{Compared, Guard, GuardKind, Limits, guards};
pub use plan::{Batch, FIELD_BATCH, Kind, Plan, VOUCHER_BATCH, plan};
pub use seen::Seen;
pub use undo::{Undo, undo};
