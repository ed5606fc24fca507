//! The file as a grid that is put right: windows of rows in a chosen order, edits, and what they did.
//!
//! A row has a **place**: its number among all rows of the file, damaged ones counted, from 0. No edit changes it. The order
//! in which rows are shown is made by [`Arrange`](super::Arrange) and stays as it is while cells are edited, so that no row
//! jumps away under the hand; an **index** is a row's number in that order, and a [`Block`] names the order it is meant in.

use super::{CellMark, FileSummary, RowKind, Severity};
use crate::domain::ColumnId;
use serde::{Deserialize, Serialize};

/// Which rows, in which order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct GridView {
    /// Rows with this text in a cell, whatever the letter case; blank for all.
    pub search: String,
    /// Look only into the column at this position.
    pub search_in: Option<u16>,
    /// Only these.
    pub only: Only,
    /// Sorted by a column; in the file's order otherwise.
    pub sort: Option<Sort>,
}

/// A sorting. By value where the column holds numbers or dates, by text otherwise; blank cells, and then what cannot be
/// read, come last in either direction. Equal rows stay in the file's order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Sort {
    /// The column's position, from 0.
    pub column: u16,
    /// The largest first.
    pub is_descending: bool,
}

/// Which rows a view has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Only {
    /// All.
    #[default]
    All,
    /// Those with an issue of the wanted sort.
    Issues(WantedIssues),
    /// Those with an edited cell.
    Edited,
    /// Those left out by the person.
    LeftOut,
}

/// Which issues. Nothing said is every one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct WantedIssues {
    /// Errors alone, or warnings alone.
    pub severity: Option<Severity>,
    /// Of one rule, as numbered in [`RuleCount`](super::RuleCount).
    pub rule: Option<u16>,
    /// In one of the 40 columns.
    pub column: Option<ColumnId>,
}

/// An order of rows that was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arranged {
    /// The order's name; every order has another.
    pub order: u32,
    /// How many rows it has.
    pub rows: u32,
}

/// A window of an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GridWindow {
    /// The order the rows are in; another than was asked for where that one is gone, and then the rows are of the one there
    /// is. 0 where there is no file.
    pub order: u32,
    /// How often rows had come or gone when these stood here ([`DraftState::moved`]).
    pub moved: u32,
    /// Rows in the whole order.
    pub total: u32,
    /// Index of the first row here.
    pub from: u32,
    /// The rows.
    pub rows: Vec<GridRow>,
}

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GridRow {
    /// Its place in the file.
    pub place: u32,
    /// The line it starts on, from 1.
    pub line: u32,
    /// What it is. Of a damaged row not the cells but its text is edited: [`Change::Repair`].
    pub kind: RowKind,
    /// Whether it is left out, by itself or with its product's own row.
    pub is_left_out: bool,
    /// Whether it was made of a damaged row's text that was typed anew.
    pub is_repaired: bool,
    /// Its cells as they stand, in the header's order, each cut to 160 characters. A damaged row has one: its
    /// first line.
    pub cells: Vec<String>,
    /// Indexes of cells that are cut: the whole text is given by [`CellOf`](super::CellOf).
    pub cut: Vec<u16>,
    /// Indexes of cells with an edit.
    pub edited: Vec<u16>,
    /// The row's issues.
    pub marks: Vec<CellMark>,
}

/// One cell, whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WholeCell {
    /// Its text as it stands.
    pub text: String,
    /// Its text in the file.
    pub in_file: String,
    /// What is wrong with it, each with the text it would have if that were put right, where that is beyond doubt.
    pub issues: Vec<CellIssue>,
}

/// The text of a damaged row: the answer to [`DamagedRow`](super::DamagedRow).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DamagedText {
    /// Its text in the file, all of it. Where it is not kept (of a JSON entry, of a line longer than a record may be), its
    /// beginning.
    pub text: String,
    /// Whether all of it is kept, so that it can be typed anew.
    pub is_kept: bool,
    /// The line of the file it begins on, from 1.
    pub line: u32,
    /// What is wrong with it.
    pub tried: Tried,
}

/// What a text for a damaged row would be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tried {
    /// How many rows of the table; none while something is wrong.
    pub rows: u32,
    /// What is still wrong.
    pub wrong: Option<WrongText>,
}

/// What is wrong with a text, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WrongText {
    /// What is wrong, without a full stop.
    pub what: String,
    /// What helps.
    pub cure: String,
    /// Where, as UTF-16 units before it, a line break counted as one.
    pub at: Option<u32>,
    /// Where, as a line of the text and a letter of that line, both from 1; no letter where it is a row as a whole that ends on
    /// the line.
    pub spot: Option<(u32, Option<u32>)>,
}

/// What is wrong with a cell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CellIssue {
    /// The rule, as numbered in [`RuleCount`](super::RuleCount).
    pub rule: u16,
    /// How bad.
    pub severity: Severity,
    /// What is wrong.
    pub what: String,
    /// What helps.
    pub cure: String,
    /// The whole cell with this one thing put right.
    pub mended: Option<String>,
}

/// A rectangle of cells in an order, both ends counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    /// The order the indexes are of. An edit meant in an order that is gone is refused.
    pub order: u32,
    /// Indexes of the first and the last row.
    pub rows: (u32, u32),
    /// Positions of the first and the last column.
    pub columns: (u16, u16),
}

/// A change of cells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Change {
    /// One cell gets this text; nothing makes it what the file has.
    Cell {
        /// Its row's place.
        place: u32,
        /// Its column's position.
        column: u16,
        /// The text.
        text: Option<String>,
    },
    /// These texts, row by row, from the block's first cell on. A single row or a single cell fills the whole block, as in a
    /// spreadsheet. What would stand beyond the last column or row is not pasted, and is counted.
    Paste {
        /// Where.
        block: Block,
        /// Text as a spreadsheet copies it: cells between tabs, rows between line breaks, quotes where a cell holds one of
        /// these.
        text: String,
    },
    /// Every cell of the block becomes blank.
    Clear(Block),
    /// Every cell of the block becomes what the file has.
    Revert(Block),
    /// The cells of the block's first row go into the rows below it.
    FillDown(Block),
    /// Every place where the text is found becomes the other text.
    Replace {
        /// What is looked for.
        find: Find,
        /// What stands there afterwards.
        with: String,
        /// How many cells the person was told would change ([`CountChange`](super::CountChange)). If it is another number
        /// by now, nothing is changed.
        expected: u32,
    },
    /// A whole column is put right.
    Fix {
        /// How.
        fix: Fix,
        /// As above.
        expected: u32,
    },
    /// Rows are left out, or taken in again. With a product's own row all its rows are.
    LeaveOut {
        /// Their places.
        places: Vec<u32>,
        /// Whether they shall be out.
        out: bool,
    },
    /// The text of a damaged row is typed anew, and becomes one or more rows at its place. Refused while it is damaged
    /// ([`TryRepair`](super::TryRepair)).
    Repair {
        /// The damaged row's place.
        place: u32,
        /// The text, in the file's own dialect.
        text: String,
    },
}

/// What is looked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Find {
    /// The text; blank finds blank cells if `is_whole`, else nothing.
    pub text: String,
    /// In the column at this position alone.
    pub column: Option<u16>,
    /// The cell must be this text from end to end, without the blanks around it.
    pub is_whole: bool,
    /// Capitals and small letters are two things.
    pub is_exact: bool,
    /// Only in rows of this order.
    pub order: Option<u32>,
}

/// A way to put a whole column right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Fix {
    /// What a rule's issues name, in every cell where what is meant is beyond doubt.
    Rule {
        /// The rule, as numbered in [`RuleCount`](super::RuleCount).
        rule: u16,
        /// The column's position; all columns where nothing is said.
        column: Option<u16>,
    },
    /// Blanks around the text go.
    Trim {
        /// The column's position.
        column: u16,
    },
    /// Lists that are written with this mark are written with the file's list separator.
    Separator {
        /// The column's position.
        column: u16,
        /// The mark: one of `,` `;` `|` and the tab.
        mark: char,
    },
}

/// What a change would do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeCount {
    /// Cells that would change.
    pub cells: u32,
    /// Rows these are in.
    pub rows: u32,
    /// Cells of a paste that stand beyond the last row or column, or in a damaged row.
    pub beyond: u32,
    /// The first of them, five at most.
    pub examples: Vec<ChangeExample>,
}

/// One cell, before and after.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeExample {
    /// The line of its row.
    pub line: u32,
    /// Its column's position.
    pub column: u16,
    /// Its text, cut to 80 characters.
    pub before: String,
    /// What it would be, cut as well.
    pub after: String,
}

/// A whole-column fix that would change something, and what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FixView {
    /// Which.
    pub fix: Fix,
    /// What it does, in words.
    pub words: String,
    /// What it would change.
    pub count: ChangeCount,
}

/// What a change, an undo or a redo did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changed {
    /// What was done, in a few words: "Pasted 12 cells".
    pub words: String,
    /// Cells that have another text now.
    pub cells: u32,
    /// Cells of a paste that were not pasted.
    pub beyond: u32,
    /// The first cell of it, for the grid to go there: place and column. After an undo, where it was.
    pub spot: Option<(u32, u16)>,
    /// The file as it stands now. No event is posted beside it.
    pub file: Box<FileSummary>,
}

/// How far a draft has come.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftState {
    /// Counts up with every change, undo and redo: windows that were asked for before are old.
    pub revision: u32,
    /// Counts up where rows come or go, as when a damaged one is put right, so that those below stand elsewhere.
    pub moved: u32,
    /// Cells with an edit.
    pub cells: u32,
    /// Rows left out one by one (a product's own row stands for all of it), damaged ones too.
    pub left_out: u32,
    /// Damaged rows that were put right.
    pub repaired: u32,
    /// What an undo would take back, in a few words.
    pub undo: Option<String>,
    /// What a redo would do again.
    pub redo: Option<String>,
}

/// A problem that was gone to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spot {
    /// Its row's index in the order that was asked about.
    pub index: u32,
    /// Its row's place.
    pub place: u32,
    /// Its column's position; nothing where it is about the row as a whole.
    pub column: Option<u16>,
    /// Whether the search went on at the other end of the order.
    pub wrapped: bool,
}
