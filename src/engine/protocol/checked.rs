//! A file that was read and checked, as the page is told of it: its summary, what is wrong in it.

use super::{Choices, ColumnQuestion, Confidence, DraftState, Restored, Settled, Source};
use crate::domain::choices::ListSeparator;
use crate::domain::{ColumnId, ProductId};
use serde::{Deserialize, Serialize};

/// Why a file could not be taken at all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileRefusal {
    /// The file's name.
    pub name: String,
    /// One sentence: what is wrong, and where.
    pub what: String,
    /// One sentence: what to do.
    pub cure: String,
}

/// How far reading has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadProgress {
    /// The file's name.
    pub name: String,
    /// Bytes read.
    pub bytes: u64,
    /// Bytes in all.
    pub size: u64,
    /// Rows found.
    pub rows: u32,
    /// Products checked, once all is read.
    pub checked: u32,
}

/// What the file holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileSummary {
    /// The file's name.
    pub name: String,
    /// Its size in bytes.
    pub size: u64,
    /// Where it came from.
    pub source: Source,
    /// How it was read.
    pub choices: Choices,
    /// How sure that is; nothing where a person chose it.
    pub confidence: Option<Confidence>,
    /// Whether a draft of it was taken up again.
    pub restored: Restored,
    /// What stands between cells.
    pub delimiter: char,
    /// What stands between the items of a list cell.
    pub list_separator: ListSeparator,
    /// The header, in the file's order.
    pub columns: Vec<HeaderView>,
    /// Rows below the header, blank lines not counted.
    pub rows: u32,
    /// Of these, rows that add a permission entry to the product above.
    pub permission_rows: u32,
    /// Of these, rows set aside because they are damaged.
    pub damaged_rows: u32,
    /// Products named by the file.
    pub products: u32,
    /// Of these, products without an error that are not left out: they can be compared and sent.
    pub sendable: u32,
    /// Columns whose own cells settled how they are read.
    pub settled: Vec<Settled>,
    /// Columns about which something has to be asked. Their unclear cells stop their products until it is answered.
    pub questions: Vec<ColumnQuestion>,
    /// What was changed.
    pub draft: DraftState,
    /// Issues that stop a product.
    pub errors: u32,
    /// Issues that do not.
    pub warnings: u32,
    /// Issues counted by rule, errors first, most frequent first.
    pub by_rule: Vec<RuleCount>,
    /// Milliseconds from the first byte to the last check.
    pub millis: u32,
}

/// One header cell of the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeaderView {
    /// As the file has it.
    pub header: String,
    /// The documented column it was taken for; `None` is ignored.
    pub column: Option<ColumnId>,
}

/// How often a rule was broken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleCount {
    /// The rule's number, for [`Issues`].
    pub rule: u16,
    /// The rule in a few words.
    pub title: String,
    /// Whether it stops a product.
    pub severity: Severity,
    /// How often.
    pub count: u32,
}

/// Whether an issue stops its product.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Severity {
    /// The product is not sent.
    Error,
    /// Worth a look; the product can be sent.
    Warning,
}

/// An issue, as shown on a cell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CellMark {
    /// Index into [`GridRow::cells`], or the row as a whole.
    pub cell: Option<u16>,
    /// How bad.
    pub severity: Severity,
    /// What is wrong and what helps.
    pub words: String,
}

/// What a row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RowKind {
    /// Starts a product.
    Product,
    /// Adds a permission entry to the product above.
    Permission,
    /// Damaged, set aside.
    Damaged,
}

/// A window of issues.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IssueWindow {
    /// Issues in the whole view.
    pub total: u32,
    /// Index of the first issue here.
    pub from: u32,
    /// The issues.
    pub issues: Vec<IssueView>,
}

/// One issue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IssueView {
    /// The line, from 1.
    pub line: u32,
    /// The place of its row, where it is about one; see [`GridRow::place`].
    pub place: Option<u32>,
    /// The position of its column, where it is about one.
    pub position: Option<u16>,
    /// The rule, as numbered in [`RuleCount`].
    pub rule: u16,
    /// The header of the column, where the issue is about one cell.
    pub column: Option<String>,
    /// The product, where it is known.
    pub product: Option<ProductId>,
    /// How bad.
    pub severity: Severity,
    /// The value, cut to 80 characters.
    pub value: String,
    /// What is wrong.
    pub what: String,
    /// What helps.
    pub cure: String,
}
