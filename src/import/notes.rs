//! What is noted while a file is checked.
//!
//! In: issues, as they are found. Out: the first of them with their words, how many there are of each rule, and where they
//! all are. Must never know: how an issue is found in a product.

use super::columns::Columns;
use super::edits::View;
use super::issue::{Detail, Issue, Rule};
use super::sheet::Table;
use super::survey::Findings;
use crate::domain::{COLUMNS, ColumnId};

/// How many rules there are.
pub(super) const RULES: usize = Rule::ALL.len();

/// An issue, without its words: they are made by reading the product again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Found {
    /// The row of the table; none for a product whose only row is damaged.
    pub(super) row: Option<u32>,
    pub(super) column: Option<ColumnId>,
    pub(super) rule: Rule,
}

/// What is noted while products are read.
#[derive(Debug)]
pub(super) struct Notes {
    issues: Vec<Issue>,
    /// Issues that are kept with their words.
    most: usize,
    /// Every issue, with the place of its group; see [`Notes::gathering`].
    pub(super) found: Option<Vec<(u32, Found)>>,
    pub(super) by_rule: [u32; RULES],
    pub(super) unlisted: u32,
    pub(super) filled: [u32; COLUMNS.len()],
    /// Of each voucher code: a hash, its row, and where it starts in its cell.
    pub(super) codes: Vec<(u64, u32, u32)>,
}

impl Notes {
    /// Notes that keep up to `most` issues with their words.
    pub(super) fn listing(most: usize) -> Self {
        let (issues, codes) = (Vec::new(), Vec::new());
        Self { issues, most, found: None, by_rule: [0; RULES], unlisted: 0, filled: [0; COLUMNS.len()], codes }
    }

    /// Notes that also keep where every issue is.
    pub(super) fn gathering(most: usize) -> Self {
        Self { found: Some(Vec::new()), ..Self::listing(most) }
    }

    /// Counts a cell that is filled in.
    pub(super) fn count(&mut self, column: ColumnId) {
        if let Some(count) = self.filled.get_mut(column as usize) {
            *count += 1;
        }
    }

    /// Notes an issue, or only counts it when there are too many.
    pub(super) fn add(
        &mut self,
        place: u32,
        rule: Rule,
        row: Option<u32>,
        column: Option<ColumnId>,
        issue: impl FnOnce() -> Issue,
    ) {
        if let Some(found) = &mut self.found {
            found.push((place, Found { row, column, rule }));
        }
        self.of_file(rule, issue);
    }

    /// Notes an issue that belongs to no product.
    pub(super) fn of_file(&mut self, rule: Rule, issue: impl FnOnce() -> Issue) {
        if let Some(count) = self.by_rule.get_mut(rule as usize) {
            *count += 1;
        }
        if self.issues.len() < self.most {
            self.issues.push(issue());
        } else {
            self.unlisted += 1;
        }
    }

    /// The issues, by line and column.
    pub(super) fn into_issues(self) -> Vec<Issue> {
        let mut issues = self.issues;
        issues.sort_by_key(|issue| (issue.line, issue.column.map(|(position, _)| position), issue.rule));
        issues
    }
}

/// How many issues of each rule there are, for those that have any.
pub(super) fn by_rule(counts: &[u32; RULES]) -> Vec<(Rule, u32)> {
    Rule::ALL.iter().zip(counts).filter(|(_, count)| **count > 0).map(|(rule, count)| (*rule, *count)).collect()
}

/// Notes what is wrong outside the products: columns that are not sent, damaged rows, what was found while the file was read.
pub(super) fn note_file(table: &Table, columns: &Columns, notes: &mut Notes) {
    for (position, header) in columns.ignored().filter(|(_, header)| !header.trim().is_empty()) {
        let (rule, detail) = columns.why_ignored(position);
        notes.of_file(rule, || of_header(table.header_line(), position, header, (rule, detail)));
    }
    let expected = table.columns().len() as u32;
    for damaged in table.damaged().iter().filter(|damaged| !damaged.is_left_out) {
        notes.of_file(damaged.damage.rule(), || damaged.issue(expected));
    }
    for note in table.notes() {
        notes.of_file(note.rule, || note.clone());
    }
}

/// Notes the columns that are read in another way than the documented one because their cells say so.
pub(super) fn note_settled(view: View<'_>, findings: &Findings, notes: &mut Notes) {
    for settled in &findings.settled {
        notes.of_file(Rule::SettledColumn, || Issue {
            rule: Rule::SettledColumn,
            line: view.table.header_line(),
            row: None,
            column: view.columns.position(settled.column).map(|position| (position, Some(settled.column))),
            product: None,
            value: settled.sample.as_ref().map_or_else(String::new, |(_, cell)| cell.clone()),
            detail: Detail::Text(settled.words().to_owned()),
        });
    }
}

/// The columns without a header: position, and how many of their cells are filled in.
pub(super) fn unnamed(view: View<'_>) -> Vec<(u16, u32)> {
    let blank = view.columns.ignored().filter(|(_, header)| header.trim().is_empty()).map(|(position, _)| position);
    let filled = |position: u16| {
        (0..view.table.rows()).filter(|&row| !view.cell(row, usize::from(position)).trim().is_empty()).count() as u32
    };
    blank.map(|position| (position, filled(position))).collect()
}

/// An issue of a header.
pub(super) fn of_header(line: u32, position: u16, header: &str, (rule, detail): (Rule, Detail)) -> Issue {
    Issue { rule, line, row: None, column: Some((position, None)), product: None, value: Issue::clip(header.trim()), detail }
}
