//! What crosses between the page and the workbook's worker, as postcard bytes.
//!
//! The page posts [`ToWorkbook`], with the file beside [`ToWorkbook::Open`]; the worker posts [`FromWorkbook`], with the CSV as a
//! file beside [`FromWorkbook::Converted`]. Sentences are made in the worker: the page holds none of them.

use serde::{Deserialize, Serialize};

/// What the page posts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ToWorkbook {
    /// Reads the workbook that travels beside this.
    Open,
    /// Makes a CSV of one of its sheets.
    Convert {
        /// Index into [`Listing::sheets`].
        sheet: u32,
        /// The name that the CSV gets.
        name: String,
    },
}

/// What the worker posts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FromWorkbook {
    /// The worker listens. Messages posted before this are lost.
    Ready {
        /// The build it is of; the page refuses to work with another build's worker.
        build: String,
    },
    /// How far it is.
    Progress(Progress),
    /// Answers [`ToWorkbook::Open`].
    Opened(Listing),
    /// Answers [`ToWorkbook::Convert`]; the CSV is the file beside it.
    Converted(Report),
    /// Answers either, in place of the above.
    Refused(Trouble),
    /// The worker is about to stop because of a mistake of ours. Nothing follows.
    Crashed,
}

/// How far reading has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// Rows with something in them, so far.
    pub rows: u32,
    /// Of how many; `None` while they are being counted.
    pub of: Option<u32>,
}

/// The worksheets of a workbook.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listing {
    /// In the order of the tabs, hidden ones included. Charts and macro sheets are not worksheets.
    pub sheets: Vec<Sheet>,
    /// Index of the first visible sheet that looks like a table: two rows with at least two cells. Else the first that is not blank.
    pub suggested: u32,
}

/// A worksheet, as counted by reading it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sheet {
    /// The name on its tab.
    pub name: String,
    /// Whether the workbook hides its tab.
    pub is_hidden: bool,
    /// Number of the last row that holds anything, from 1; 0 for a blank sheet.
    pub rows: u32,
    /// Number of the last column that holds anything, from 1; 0 for a blank sheet.
    pub columns: u32,
    /// Rows that hold anything.
    pub filled_rows: u32,
    /// Rows that hold at least two cells.
    pub wide_rows: u32,
    /// Why it cannot be converted, if it cannot. The counts are then those up to the damage.
    pub trouble: Option<Trouble>,
}

/// What a person should know of a converted sheet.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// The sheet's name.
    pub sheet: String,
    /// Rows that hold anything.
    pub rows: u32,
    /// Columns of every record.
    pub columns: u32,
    /// Bytes of the CSV.
    pub bytes: u64,
    /// Of the rows, those that the sheet hides (by hand, by a group or by a filter). They are in the CSV.
    pub hidden_rows: u32,
    /// Of the columns, those that the sheet hides. They are in the CSV.
    pub hidden_columns: u32,
    /// Merged ranges. The value is in the upper left cell, the others are blank.
    pub merged: u32,
    /// Cells that hold a formula; the CSV has the results that the file holds.
    pub formulas: u32,
    /// Cells that hold an error value such as `#N/A`.
    pub errors: u32,
    /// Cells that became a date or a time of day.
    pub dates: u32,
    /// What of the above a person should read, as sentences; none for a plain sheet.
    pub notes: Vec<String>,
    /// Where lines of the CSV stop being rows of the sheet, in order.
    pub shifts: Vec<Shift>,
}

/// From this line of the CSV on, a line is a row further up in the sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shift {
    /// The first line after the record with line breaks in its cells, from 1.
    pub line: u32,
    /// The sheet's row that begins there.
    pub row: u32,
}

impl Report {
    /// The sheet's row that a line of the CSV belongs to; both from 1. A line inside a cell belongs to that cell's row.
    #[must_use]
    pub fn row_of(&self, line: u32) -> u32 {
        let after = self.shifts.partition_point(|shift| shift.line <= line);
        let row = match after.checked_sub(1).and_then(|last| self.shifts.get(last)) {
            Some(shift) => shift.row + (line - shift.line),
            None => line,
        };
        // The lines of one record with breaks run up to the next shift, whose row is one more than the record's.
        self.shifts.get(after).map_or(row, |next| row.min(next.row - 1))
    }
}

/// Why a file or a sheet cannot be taken, in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trouble {
    /// One sentence: what is wrong, and where.
    pub what: String,
    /// One sentence: what to do.
    pub cure: String,
}
