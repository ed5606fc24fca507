//! Every product of a table is read once, and what is wrong is gathered.
//!
//! In: a table, and rules for its cells. Out: [`Checked`]: issues by line, counts, and which products can be sent. Must
//! never know: how a cell is read.

use super::cells::CellRules;
use super::issue::{Detail, Issue, Rule, Severity};
use super::sheet::Table;
use super::updates::{code_at, read};
use crate::domain::{COLUMNS, ColumnId};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// Issues that are kept one by one. Beyond it they are counted by rule: nobody reads the hundred-thousandth, and a
/// million of them would take more memory than the file.
pub const ISSUES_LISTED: usize = 100_000;

/// Where every row of the file went. Rows that are not blank = 1 header + `product_rows` + `permission_rows` +
/// `damaged_rows` + what stands beside the table ([`Table::parts`]).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Rows with a Product ID.
    pub product_rows: u32,
    /// Rows without one.
    pub permission_rows: u32,
    /// Rows set aside.
    pub damaged_rows: u32,
    /// Physical lines with nothing on them, and a `sep=` line.
    pub blank_lines: u32,
    /// Products: a damaged row that names its own id counts as one.
    pub products: u32,
    /// Products without an error.
    pub sendable: u32,
    /// Of each of the 40 columns, in the table's order, how many cells are filled in.
    pub filled: Vec<u32>,
    /// Cells of known columns that are blank, and so leave their field alone.
    pub blank_cells: u64,
}

/// What the check found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// The first [`ISSUES_LISTED`] issues found, by line and column.
    pub issues: Vec<Issue>,
    /// How many issues there are of each rule that has any, listed or not.
    pub by_rule: Vec<(Rule, u32)>,
    /// How many issues are counted but not listed.
    pub unlisted: u32,
    /// Where the rows went.
    pub counts: Counts,
    /// The groups without an error, ascending: indexes of [`Table::groups`].
    pub sendable: Vec<u32>,
}

impl Checked {
    /// How many errors and how many warnings there are, listed or not.
    #[must_use]
    pub fn totals(&self) -> (u32, u32) {
        let of = |severity| self.by_rule.iter().filter(|(rule, _)| rule.severity() == severity).map(|(_, n)| n).sum();
        (of(Severity::Error), of(Severity::Warning))
    }
}

/// What is noted while products are read.
#[derive(Debug)]
pub(super) struct Notes {
    issues: Vec<Issue>,
    by_rule: HashMap<Rule, u32>,
    unlisted: u32,
    filled: [u32; COLUMNS.len()],
    /// Of each voucher code: a hash, its group, and where it starts in its cell.
    pub(super) codes: Vec<(u64, u32, u32)>,
}

impl Default for Notes {
    fn default() -> Self {
        Self { issues: Vec::new(), by_rule: HashMap::new(), unlisted: 0, filled: [0; COLUMNS.len()], codes: Vec::new() }
    }
}

impl Notes {
    /// Counts a cell that is filled in.
    pub(super) fn count(&mut self, column: ColumnId) {
        if let Some(count) = self.filled.get_mut(column as usize) {
            *count += 1;
        }
    }

    /// Notes an issue, or only counts it when there are too many.
    pub(super) fn add(&mut self, rule: Rule, issue: impl FnOnce() -> Issue) {
        *self.by_rule.entry(rule).or_insert(0) += 1;
        if self.issues.len() < ISSUES_LISTED {
            self.issues.push(issue());
        } else {
            self.unlisted += 1;
        }
    }
}

/// Checks a table a few products at a time, so that a worker can answer in between.
#[derive(Debug)]
pub struct Checker {
    rules: CellRules,
    next: u32,
    notes: Notes,
    sendable: Vec<u32>,
    /// Columns without a header, not yet known to hold anything.
    unnamed: Vec<u16>,
}

impl Checker {
    /// Starts a check; `table` must be the same in every step.
    #[must_use]
    pub fn new(table: &Table, rules: CellRules) -> Self {
        let mut notes = Notes::default();
        let mut unnamed = Vec::new();
        for (position, header) in table.columns().ignored() {
            if header.trim().is_empty() {
                unnamed.push(position);
            } else {
                notes.add(Rule::IgnoredColumn, || ignored(table.header_line(), position, header));
            }
        }
        let expected = table.columns().len() as u32;
        for damaged in table.damaged() {
            notes.add(damaged.damage.rule(), || damaged.issue(expected));
        }
        for note in table.notes() {
            notes.add(note.rule, || note.clone());
        }
        Self { rules: table.rules_for(rules), next: 0, notes, sendable: Vec::new(), unnamed }
    }

    /// Checks up to `most` more products; says whether all are done.
    pub fn step(&mut self, table: &Table, most: u32) -> bool {
        let groups = table.groups();
        let until = (groups.len() as u32).min(self.next.saturating_add(most));
        while self.next < until {
            if read(table, self.next, self.rules, false, &mut self.notes).is_some() {
                self.sendable.push(self.next);
            }
            if let (false, Some(group)) = (self.unnamed.is_empty(), groups.get(self.next as usize)) {
                for row in group.first_row..group.first_row + group.rows {
                    let notes = &mut self.notes;
                    self.unnamed.retain(|&position| {
                        let blank = table.cell(row, usize::from(position)).trim().is_empty();
                        if !blank {
                            notes.add(Rule::IgnoredColumn, || ignored(table.header_line(), position, ""));
                        }
                        blank
                    });
                }
            }
            self.next += 1;
        }
        self.next as usize >= groups.len()
    }

    /// How many products are checked.
    #[must_use]
    pub const fn done(&self) -> u32 {
        self.next
    }

    /// Compares the codes of different products, sorts the issues and counts. To be called when a step said that all is
    /// done; what was not checked is otherwise not sendable.
    #[must_use]
    pub fn finish(mut self, table: &Table) -> Checked {
        self.compare_codes(table);
        let Notes { mut issues, by_rule, unlisted, filled, .. } = self.notes;
        issues.sort_by_key(|issue| (issue.line, issue.column.map(|(position, _)| position), issue.rule));
        let mut by_rule: Vec<_> = by_rule.into_iter().collect();
        by_rule.sort_unstable();
        let product_rows = table.groups().iter().filter(|group| group.starts_with_own_row()).count() as u32;
        let known = table.columns().len() - table.columns().ignored().count();
        let counts = Counts {
            product_rows,
            permission_rows: table.rows() - product_rows,
            damaged_rows: table.damaged().len() as u32,
            blank_lines: table.blank_lines(),
            products: table.groups().iter().filter(|group| !group.is_orphaned()).count() as u32,
            sendable: self.sendable.len() as u32,
            blank_cells: u64::from(table.rows()) * known as u64 - filled.iter().map(|&n| u64::from(n)).sum::<u64>(),
            filled: filled.to_vec(),
        };
        Checked { issues, by_rule, unlisted, counts, sendable: self.sendable }
    }

    fn compare_codes(&mut self, table: &Table) {
        let mut codes = std::mem::take(&mut self.notes.codes);
        codes.sort_unstable();
        for same in codes.chunk_by(|a, b| a.0 == b.0).filter(|same| same.len() > 1) {
            // Equal hashes are not yet equal codes.
            let mut first: HashMap<&str, u32> = HashMap::new();
            for &(_, group, start) in same {
                let Some((code, row)) = code_at(table, group, start, self.rules) else { continue };
                let other = *first.entry(code).or_insert(group);
                if other == group {
                    continue;
                }
                let position = table.columns().position(ColumnId::Vouchers).unwrap_or(0);
                let product = table.groups().get(group as usize).and_then(|group| group.id);
                let other = table.groups().get(other as usize).map_or(0, |group| group.line);
                self.notes.add(Rule::CodeInTwoProducts, || Issue {
                    rule: Rule::CodeInTwoProducts,
                    line: table.cell_line(row, usize::from(position)),
                    row: Some(row),
                    column: Some((position, Some(ColumnId::Vouchers))),
                    product,
                    value: Issue::clip(code),
                    detail: Detail::Line(other),
                });
            }
        }
    }
}

fn ignored(line: u32, position: u16, header: &str) -> Issue {
    let (rule, detail) = (Rule::IgnoredColumn, Detail::None);
    Issue { rule, line, row: None, column: Some((position, None)), product: None, value: Issue::clip(header.trim()), detail }
}
