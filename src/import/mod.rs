//! A FILE BECOMES UPDATES, one step a file:
//!
//! ```text
//! bytes ─► decode ─► dialect ─► rows ─► columns ─► groups ─► updates ─► check
//!                                                    (refusal: the whole file; issue: one row or cell)
//! ```
//!
//! In: the bytes of a CSV, in chunks of any size; later a person's answers and edits. Out: a [`Table`] of its rows, the
//! [`Issue`]s found in it, and on demand the typed [`ProductUpdate`](crate::domain::ProductUpdate) of each product that has
//! no error. A whole file that cannot be read is a [`Refusal`]; anything less is an issue with its line, and stops no more
//! than the product it belongs to. Must never know: HTTP, the service's JSON, the browser, screens.
//!
//! What a person is asked, and answers: which column is which ([`Mapping`], [`HeaderChoice`]), and how the dates and numbers
//! of a column are written where its own cells leave it open ([`Findings`], [`Question`], [`CellRules`]). A file that is
//! being put right is a [`Draft`]: one edited cell is checked again alone, with what it can affect.
//!
//! Every row that is not blank is accounted for exactly once: it is the header, a product's row, a permission row or a
//! damaged row ([`Counts`]). Start at [`Reader`].

mod cells;
mod check;
mod columns;
mod dates;
mod decode;
mod dialect;
mod draft;
mod edits;
mod formats;
mod groups;
mod index;
mod issue;
mod mapping;
mod mend;
mod notes;
mod numbers;
mod refusal;
mod rows;
mod sheet;
mod similar;
mod survey;
mod template;
mod updates;

pub use crate::domain::choices::ListSeparator;
pub use cells::{FALSE_WORDS, TRUE_WORDS};
pub use check::{Checked, Checker, Counts, ISSUES_LISTED};
pub use columns::Columns;
pub use draft::{Affected, Draft, Wanted};
pub use edits::{CellEdit, Edits};
pub use formats::{CellRules, ColumnChoice, DATE_COLUMNS, DateOrder, DateRule, NUMBER_COLUMNS, NumberRule, Zone};
pub use groups::Group;
pub use issue::{Detail, Issue, Rule, Severity};
pub use mapping::{Clash, HeaderChoice, Mapped, Mapping, Match};
pub use mend::mended;
pub use refusal::{FileKind, HEAD_BYTES, MAX_BYTES, MAX_COLUMNS, Refusal};
pub use rows::{Damage, Damaged, Key, MAX_ROWS, RECORD_MAX};
pub use sheet::{Reader, Table};
pub use survey::{Answer, Findings, Question, Sample, Settled};
pub use template::template;
