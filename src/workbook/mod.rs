//! A WORKBOOK BECOMES A CSV: an `.xlsx` is read as its sheets have it, and one sheet becomes the bytes that `import` takes as if
//! they had been dropped.
//!
//! ```text
//! file ─► kind ─► package (zip, limits) ─► parts: names, styles, shared strings ─► cells ─► book: list, then csv
//!           (refusal: not a workbook we read)                        (value: numbers and dates as text)
//! ```
//!
//! In: anything that can be read and sought in, so that the file is never held. Out: the [`Listing`] of its worksheets, and of one of
//! them a CSV in pieces, with a [`Report`] of what a person should know about it. A workbook or sheet that cannot be read rightly is a
//! [`Refusal`] with its cure: nothing is guessed. Must never know: products, the service, the browser, what the CSV is for.
//!
//! Compiled into a program of its own (`bin/workbook.rs`), which the page fetches only when such a file is dropped.
//!
//! What is promised of the CSV: UTF-8 with a byte order mark, commas, CRLF; every sheet row from the first on is a record, a blank row
//! a blank line; every column from A on is there, also a blank one. Row n begins on line n, until a cell with a line break pushes
//! what is below it down; [`Report::row_of`] leads back.

mod book;
mod cells;
mod csv;
mod format;
mod kind;
mod package;
mod parts;
mod protocol;
mod refusal;
mod strings;
mod value;
mod xml;

pub use book::Workbook;
pub use kind::{Kind, looks_like_workbook};
pub use package::{MAX_BYTES, MAX_INFLATED, MAX_SHARED};
pub use protocol::{FromWorkbook, Listing, Progress, Report, Sheet, Shift, ToWorkbook, Trouble};
pub use refusal::{FileError, Refusal};
