//! The table that a file becomes.
//!
//! In: rows, columns and groups, as they were read. Out: what stands where. Must never know: bytes, what is wrong inside a
//! cell.

use super::choices::{Choices, Format};
use super::columns::Columns;
use super::damage::Damaged;
use super::formats::{CellRules, ColumnChoice, NUMBER_COLUMNS, NumberRule};
use super::groups::{Group, Groups};
use super::guess::Guess;
use super::issue::Issue;
use super::mapping::HeaderChoice;
use super::parts::Part;
use super::repair::Repairs;
use super::rows::Rows;
use super::scan::{RowCells, line_breaks};
use crate::domain::{ColumnId, ProductUpdate};

/// A file that was read: its rows as text, gathered into products.
#[derive(Clone, Debug)]
pub struct Table {
    pub(super) name: String,
    pub(super) rules: CellRules,
    pub(super) choices: Choices,
    pub(super) guess: Option<Guess>,
    pub(super) header_line: u32,
    /// Blank lines above the header row, and a `sep=` line.
    pub(super) lines_before: u32,
    pub(super) columns: Columns,
    pub(super) rows: Rows,
    /// Of a JSON file, the line of each cell; of another, nothing: there it follows from the row's.
    pub(super) cell_lines: Vec<u32>,
    pub(super) notes: Vec<Issue>,
    pub(super) groups: Groups,
    pub(super) mapped: Vec<HeaderChoice>,
    pub(super) repairs: Repairs,
}

impl Table {
    /// The file's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The rules the reader was given; [`Table::update`] and the checker may be given others. Those of a JSON file, whose
    /// lists are read as they were written under these rules only, may have another separator than the reader was given.
    #[must_use]
    pub const fn rules(&self) -> CellRules {
        self.rules
    }

    /// The rules to check with, where these were asked for: a JSON file's lists can be read under its own separator only, and
    /// its numbers have decimal points.
    #[must_use]
    pub fn rules_for(&self, rules: CellRules) -> CellRules {
        match self.choices.format {
            Format::Cells => rules,
            Format::Json => {
                let point = |rules: CellRules, id: &ColumnId| rules.with(*id, ColumnChoice::Number(NumberRule::Point));
                NUMBER_COLUMNS.iter().fold(rules, point).with_separator(self.rules.list_separator)
            }
        }
    }

    /// How the file was read. Reading it with these choices gives the same table.
    #[must_use]
    pub const fn choices(&self) -> Choices {
        self.choices
    }

    /// How the choices were found; nothing where the reader was told them.
    #[must_use]
    pub const fn guess(&self) -> Option<&Guess> {
        self.guess.as_ref()
    }

    /// What separates the cells: `,` `;` `|` or a tab; NUL in a JSON file.
    #[must_use]
    pub const fn delimiter(&self) -> char {
        match self.choices.format {
            Format::Cells => self.choices.delimiter.char(),
            Format::Json => '\0',
        }
    }

    /// What stands beside the table, in the file's order: lines above the header, a footer, a second table.
    #[must_use]
    pub fn parts(&self) -> &[Part] {
        &self.rows.parts
    }

    /// Issues of the file as a whole, found while it was read; the check lists them too.
    #[must_use]
    pub fn notes(&self) -> &[Issue] {
        &self.notes
    }

    /// What was said of the headers when it was read.
    #[must_use]
    pub fn header_choices(&self) -> &[HeaderChoice] {
        &self.mapped
    }

    /// The columns.
    #[must_use]
    pub const fn columns(&self) -> &Columns {
        &self.columns
    }

    /// The physical line the header row starts on, from 1; in a file without one, the line of its first row.
    #[must_use]
    pub const fn header_line(&self) -> u32 {
        self.header_line
    }

    /// How many sound rows there are, without the header.
    #[must_use]
    pub const fn rows(&self) -> u32 {
        self.rows.lines.len() as u32
    }

    /// The cell at (`row`, `column`), both from 0, as the file has it without its quotes. Nothing outside the table.
    #[must_use]
    pub fn cell(&self, row: u32, column: usize) -> &str {
        if column >= self.columns.len() {
            return "";
        }
        self.rows.cells.get(row as usize * self.columns.len() + column)
    }

    /// The cells of a row; none outside the table.
    pub(super) fn row(&self, row: u32) -> RowCells<'_> {
        self.rows.cells.row(row as usize * self.columns.len(), self.columns.len())
    }

    /// The physical line `row` starts on, from 1; 0 outside the table.
    #[must_use]
    pub fn row_line(&self, row: u32) -> u32 {
        self.rows.lines.get(row as usize).copied().unwrap_or(0)
    }

    /// The physical line the cell at (`row`, `column`) starts on: a row whose cells hold line breaks takes several.
    #[must_use]
    pub fn cell_line(&self, row: u32, column: usize) -> u32 {
        let width = self.columns.len();
        if let Some(&line) = self.cell_lines.get(row as usize * width + column).filter(|_| column < width) {
            return line;
        }
        let breaks: u32 = (0..column).map(|column| line_breaks(self.cell(row, column).as_bytes())).sum();
        self.row_line(row) + breaks
    }

    /// The products, in the file's order.
    #[must_use]
    pub fn groups(&self) -> &[Group] {
        &self.groups.list
    }

    /// The product a row belongs to, as an index of [`Table::groups`].
    #[must_use]
    pub fn group_of(&self, row: u32) -> Option<usize> {
        if row >= self.rows() {
            return None;
        }
        Some(self.groups.list.partition_point(|group| group.first_row + group.rows <= row))
    }

    /// The rows set aside, in the file's order.
    #[must_use]
    pub fn damaged(&self) -> &[Damaged] {
        &self.rows.damaged
    }

    /// Physical lines that hold nothing: blank lines and rows of blank cells, and a `sep=` line.
    #[must_use]
    pub const fn blank_lines(&self) -> u32 {
        self.rows.blank_lines + self.lines_before
    }

    /// Physical lines in the file.
    #[must_use]
    pub const fn lines(&self) -> u32 {
        self.rows.line() - 1
    }

    /// The typed update of one product, or nothing where an error stops it. Built anew on each call. `rules` should be those
    /// of the check's findings ([`Checked::findings`](super::Checked)).
    #[must_use]
    pub fn update(&self, group: usize, rules: CellRules) -> Option<ProductUpdate> {
        super::check::update(self, group, &self.rules_for(rules))
    }

    /// Checks the whole file in one go; see [`Checker`](super::Checker) for a piece at a time.
    #[must_use]
    pub fn check(&self, rules: CellRules) -> super::Checked {
        let mut checker = super::Checker::new(self, rules);
        while !checker.step(self, u32::MAX) {}
        checker.finish(self)
    }
}
