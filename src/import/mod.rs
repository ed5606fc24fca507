//! A FILE BECOMES UPDATES, one step a file:
//!
//! ```text
//! bytes ─► encoding, decode ─► guess (trial, header) ─► choices ─► layout ─► columns ─► rows (scan, damage, parts) ─┐
//!                                     └─► json, products ────────────────────────────────────────────────────────┤
//!                                          (refusal: the whole file; issue: one row or cell)                      ▼
//!                                                                            table ─► groups ─► updates ─► check
//! ```
//!
//! In: the bytes of a CSV, or of the service's list of products in JSON, in chunks of any size. Out: a [`Table`] of its rows, the [`Issue`]s found in it, and on demand
//! the typed [`ProductUpdate`](crate::domain::ProductUpdate) of each product that has no error. A whole file that cannot
//! be read is a [`Refusal`]; anything less is an issue with its line, and stops no more than the product it belongs to.
//! Must never know: HTTP, the service's answers, the browser, screens.
//!
//! Every row that is not blank is accounted for exactly once: it is the header, a product's row, a permission row, a
//! damaged row ([`Counts`]) or part of what stands beside the table ([`Part`]). Start at [`Reader`].

mod cells;
mod check;
mod choices;
mod columns;
mod damage;
mod decode;
mod encoding;
mod groups;
mod guess;
mod header;
mod issue;
mod json;
mod layout;
mod parts;
mod products;
mod refusal;
mod resync;
mod rows;
mod scan;
mod sheet;
mod table;
mod template;
mod trial;
mod updates;

pub use crate::domain::choices::ListSeparator;
pub use cells::CellRules;
pub use check::{Checked, Checker, Counts, ISSUES_LISTED};
pub use choices::{Choices, Delimiter, Escape, Format, Quote};
pub use columns::Columns;
pub use damage::{Damage, Damaged, Key};
pub use encoding::Encoding;
pub use groups::Group;
pub use guess::{Alternative, Confidence, Guess, LineEnds, recognise};
pub use issue::{Detail, Issue, Rule, Severity};
pub use layout::{PreviewKind, PreviewRow, preview};
pub use parts::{Part, PartKind};
pub use refusal::{FileKind, HEAD_BYTES, JsonFault, MAX_BYTES, MAX_COLUMNS, Refusal};
pub use rows::{MAX_ROWS, RECORD_MAX};
pub use sheet::{Reader, Table};
pub use template::template;
