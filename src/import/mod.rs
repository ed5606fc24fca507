//! A FILE BECOMES UPDATES, one step a file:
//!
//! ```text
//! bytes ─► encoding, decode ─► guess (trial, header) ─► choices ─► layout ─► columns ─► rows (scan, damage, parts) ─┐
//!                                     └─► json, products ────────────────────────────────────────────────────────┤
//!                                          (refusal: the whole file; issue: one row or cell)                      ▼
//!                                                                            table ─► groups ─► updates ─► check
//! ```
//!
//! In: the bytes of a CSV, or of the service's list of products in JSON, in chunks of any size; later a person's answers and
//! edits. Out: a [`Table`] of its rows, the [`Issue`]s found in it, and on demand the typed
//! [`ProductUpdate`](crate::domain::ProductUpdate) of each product that has no error. A whole file that cannot be read is a
//! [`Refusal`]; anything less is an issue with its line, and stops no more than the product it belongs to. Must never know:
//! HTTP, the service's answers, the browser, screens.
//!
//! What a person is asked, and answers: how the file is written ([`Guess`], [`Choices`]), which column is which ([`Mapping`],
//! [`HeaderChoice`]), and how the dates and numbers of a column are written where its own cells leave it open ([`Findings`],
//! [`Question`], [`CellRules`]). A file that is being put right is a [`Draft`]: one edited cell is checked again alone, with
//! what it can affect.
//!
//! Every row that is not blank is accounted for exactly once: it is the header, a product's row, a permission row, a
//! damaged row ([`Counts`]) or part of what stands beside the table ([`Part`]). Start at [`Reader`].

mod cells;
mod check;
mod choices;
mod columns;
mod damage;
mod dates;
mod decode;
mod draft;
mod edits;
mod encoding;
mod formats;
mod groups;
mod guess;
mod header;
mod index;
mod issue;
mod json;
mod layout;
mod mapping;
mod mend;
mod notes;
mod numbers;
mod parts;
mod products;
mod refusal;
mod repair;
mod resync;
mod rows;
mod scan;
mod sheet;
mod similar;
mod survey;
mod table;
mod tally;
mod template;
mod trial;
mod updates;
mod writing;

pub use crate::domain::choices::ListSeparator;
pub use cells::{FALSE_WORDS, TRUE_WORDS};
pub use check::{Checked, Checker, Counts, ISSUES_LISTED};
pub use choices::{Choices, Delimiter, Escape, Format, Quote};
pub use columns::Columns;
pub use damage::{Damage, Damaged, Key};
pub use draft::{Affected, Draft, Needle, Step, Wanted};
pub use edits::{CellEdit, Edits};
pub use encoding::Encoding;
pub use formats::{CellRules, ColumnChoice, DATE_COLUMNS, DateOrder, DateRule, NUMBER_COLUMNS, NumberRule, Zone};
pub use groups::Group;
pub use guess::{Alternative, Confidence, Guess, LineEnds, recognise};
pub use issue::{Detail, Issue, Rule, Severity};
pub use layout::{PreviewKind, PreviewRow, preview};
pub use mapping::{Clash, HeaderChoice, Mapped, Mapping, Match};
pub use mend::mended;
pub use parts::{Part, PartKind};
pub use refusal::{FileKind, HEAD_BYTES, JsonFault, MAX_BYTES, MAX_COLUMNS, Refusal};
pub use repair::{Repair, StillWrong};
pub use rows::{MAX_ROWS, RECORD_MAX};
pub use sheet::{Reader, Table};
pub use survey::{Answer, Findings, Question, Sample, Settled};
pub use template::{exercise, template};
pub use writing::RowWriter;
