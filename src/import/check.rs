//! Every product of a table is read once, and what is wrong is gathered.
//!
//! In: a table, a person's edits over it, and rules for its cells. Out: [`Checked`]: issues by line, counts, and which
//! products can be sent; or a [`Draft`](super::Draft), which can check one edited cell again. Must never know: how a cell
//! is read.

use super::columns::Columns;
use super::draft::Draft;
use super::edits::{Edits, View};
use super::formats::CellRules;
use super::groups::{Anchor, Group, Groups, Layout, gather_edited};
use super::issue::{Detail, Issue, Rule, Severity};
use super::notes::{Notes, by_rule, note_file, note_settled, of_header, unnamed};
use super::sheet::Table;
use super::survey::{Findings, Survey};
use super::tally::Tallies;
use super::updates::{Outside, check, code_at, read};
use crate::domain::{COLUMNS, ColumnId, ProductUpdate};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::rc::Rc;

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
    /// Rows a person left out, with the permission rows below a product left out. They are counted above as well.
    pub left_out: u32,
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
    /// How the cells were read: the rules given, with what the cells of each column settled and left open. An update is to
    /// be built by these rules, or it may not be the one that was checked.
    pub findings: Findings,
}

impl Checked {
    /// How many errors and how many warnings there are, listed or not.
    #[must_use]
    pub fn totals(&self) -> (u32, u32) {
        let of = |severity| self.by_rule.iter().filter(|(rule, _)| rule.severity() == severity).map(|(_, n)| n).sum();
        (of(Severity::Error), of(Severity::Warning))
    }
}

/// Checks a table a few products at a time, so that a worker can answer in between.
#[derive(Debug)]
pub struct Checker {
    columns: Columns,
    edits: Edits,
    /// The rows gathered anew, where edits may have changed what belongs together.
    groups: Option<Groups>,
    survey: Option<Survey>,
    findings: Findings,
    tallies: Tallies,
    /// Columns of which it is chosen how they are read.
    answered: Vec<ColumnId>,
    next: u32,
    notes: Notes,
    sendable: Vec<u32>,
    unnamed: Vec<(u16, u32)>,
}

impl Checker {
    /// Starts a check; `table` must be the same in every step.
    #[must_use]
    pub fn new(table: &Table, rules: CellRules) -> Self {
        Self::start(table, table.columns().clone(), Edits::default(), rules, Notes::listing(ISSUES_LISTED))
    }

    /// Starts a check of a table with a person's edits over it, to be ended with [`Checker::into_draft`]. `columns` are the
    /// table's, or those of another mapping of the same headers.
    #[must_use]
    pub fn of_draft(table: &Table, columns: Columns, edits: Edits, rules: CellRules) -> Self {
        Self::start(table, columns, edits, rules, Notes::gathering(0))
    }

    fn start(table: &Table, columns: Columns, edits: Edits, rules: CellRules, mut notes: Notes) -> Self {
        let rules = table.rules_for(rules);
        let view = View { table, columns: &columns, edits: &edits };
        note_file(table, &columns, &mut notes);
        let unnamed = unnamed(view);
        for &(position, _) in unnamed.iter().filter(|(_, filled)| *filled > 0) {
            let ignored = (Rule::IgnoredColumn, Detail::None);
            notes.of_file(Rule::IgnoredColumn, || of_header(table.header_line(), position, "", ignored));
        }
        let is_as_read =
            edits.is_empty() && columns.position(ColumnId::ProductId) == table.columns().position(ColumnId::ProductId);
        let groups = (!is_as_read).then(|| gather_edited(view));
        let (survey, answered, tallies) = (Some(Survey::new(view, rules)), rules.answered(), Tallies::default());
        let findings = Findings { rules, ..Findings::default() };
        Self { groups, survey, findings, tallies, answered, next: 0, notes, sendable: Vec::new(), unnamed, columns, edits }
    }

    /// Looks at a few rows' dates and numbers, or, once they are all seen, checks up to `most` more products; says whether
    /// all are done.
    pub fn step(&mut self, table: &Table, most: u32) -> bool {
        let view = View { table, columns: &self.columns, edits: &self.edits };
        if let Some(survey) = &mut self.survey {
            // A row costs the survey a tenth of what a product costs the check.
            if !survey.step(view, most.saturating_mul(10)) {
                return false;
            }
            (self.findings, self.tallies) = self.survey.take().map(Survey::finish).unwrap_or_default();
            note_settled(view, &self.findings, &mut self.notes);
        }
        let gathered = self.groups.as_ref().unwrap_or(&table.groups);
        let groups = &gathered.list;
        let until = (groups.len() as u32).min(self.next.saturating_add(most));
        while let Some(&group) = groups.get(self.next as usize).filter(|_| self.next < until) {
            let outside = outside(table, gathered, self.next, group);
            if check(view, group, outside, &self.findings.rules, &mut self.notes) {
                self.sendable.push(self.next);
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
        let view = View { table, columns: &self.columns, edits: &self.edits };
        compare_codes(view, &self.findings.rules, &mut self.notes);
        let groups = &self.groups.as_ref().unwrap_or(&table.groups).list;
        let counts = counts(view, groups.iter().copied(), &self.notes.filled, self.sendable.len() as u32);
        let (by_rule, unlisted) = (by_rule(&self.notes.by_rule), self.notes.unlisted);
        let issues = self.notes.into_issues();
        Checked { issues, by_rule, unlisted, counts, sendable: self.sendable, findings: self.findings }
    }

    /// What was checked, kept so that an edit costs no more than the products it can affect. To be called when a step said
    /// that all is done.
    #[must_use]
    pub fn into_draft(mut self, table: Rc<Table>) -> Draft {
        let view = View { table: &table, columns: &self.columns, edits: &self.edits };
        compare_codes(view, &self.findings.rules, &mut self.notes);
        let Self { groups, columns, edits, findings, tallies, answered, notes, sendable, unnamed, .. } = self;
        Draft::of(table, Done { columns, edits, findings, tallies, answered, groups, notes, sendable, unnamed })
    }
}

/// What a finished check leaves to a draft.
#[derive(Debug)]
pub(super) struct Done {
    pub(super) columns: Columns,
    pub(super) edits: Edits,
    pub(super) findings: Findings,
    pub(super) tallies: Tallies,
    pub(super) answered: Vec<ColumnId>,
    /// The rows gathered anew, unless they are as they were read.
    pub(super) groups: Option<Groups>,
    pub(super) notes: Notes,
    /// Indexes of `groups`.
    pub(super) sendable: Vec<u32>,
    /// Columns without a header: position, and how many of their cells are filled in.
    pub(super) unnamed: Vec<(u16, u32)>,
}

/// The place of a group that was gathered.
pub(super) fn place_of(table: &Table, group: Group) -> u32 {
    Layout::place(table.damaged(), group.anchor())
}

/// What the rest of the file says of a group that was gathered.
fn outside(table: &Table, gathered: &Groups, index: u32, group: Group) -> Outside {
    let place = place_of(table, group);
    if !group.is_stopped() {
        return Outside { place, ..Outside::default() };
    }
    let twin = gathered.twin(index).map(|twin| twin.line);
    let stopper = gathered.stopper(index).and_then(|at| table.damaged().get(at as usize)).map(|damaged| damaged.line);
    Outside { place, twin, stopper }
}

/// The update of one group of a table as it was read, or nothing where an error stops it.
pub(super) fn update(table: &Table, group: usize, rules: &CellRules) -> Option<ProductUpdate> {
    let index = u32::try_from(group).ok()?;
    let group = *table.groups().get(group)?;
    let edits = Edits::default();
    let view = View { table, columns: table.columns(), edits: &edits };
    read(view, group, outside(table, &table.groups, index, group), rules, &mut Notes::listing(0))
}

/// Where the rows of these groups went. `filled` counts the cells of each column that are filled in.
pub(super) fn counts(
    view: View<'_>,
    groups: impl Iterator<Item = Group>,
    filled: &[u32; COLUMNS.len()],
    sendable: u32,
) -> Counts {
    let table = view.table;
    let mut counts = Counts { sendable, filled: filled.to_vec(), blank_lines: table.blank_lines(), ..Counts::default() };
    for group in groups {
        counts.product_rows += u32::from(group.starts_with_own_row());
        counts.products += u32::from(!group.is_orphaned() && !group.is_left_out());
        if group.is_left_out() {
            counts.left_out += group.rows;
        } else if !view.edits.is_empty() {
            let rows = group.first_row..group.first_row + group.rows;
            counts.left_out += rows.filter(|&row| view.edits.is_left_out(row)).count() as u32;
        }
    }
    counts.permission_rows = table.rows() - counts.product_rows;
    counts.damaged_rows = table.damaged().len() as u32;
    let known = view.columns.len() - view.columns.ignored().count();
    let cells = u64::from(table.rows() - counts.left_out) * known as u64;
    counts.left_out += table.damaged().iter().filter(|damaged| damaged.is_left_out).count() as u32;
    counts.blank_cells = cells.saturating_sub(filled.iter().map(|&n| u64::from(n)).sum());
    counts
}

/// Notes the codes that stand under several products: at all of these but the first.
fn compare_codes(view: View<'_>, rules: &CellRules, notes: &mut Notes) {
    let mut codes = std::mem::take(&mut notes.codes);
    codes.sort_unstable();
    for same in codes.chunk_by(|a, b| a.0 == b.0).filter(|same| same.len() > 1) {
        // Equal hashes are not yet equal codes.
        let mut first: HashMap<&str, u32> = HashMap::new();
        for &(_, row, start) in same {
            let Some(code) = code_at(view, row, start, rules) else { continue };
            let other = *first.entry(code).or_insert(row);
            if other != row {
                note_code(view, row, other, code, notes);
            }
        }
    }
    notes.codes = codes;
}

/// Notes that a code of `row` stands under the product of the row `other` as well.
pub(super) fn note_code(view: View<'_>, row: u32, other: u32, code: &str, notes: &mut Notes) {
    let (table, column) = (view.table, ColumnId::Vouchers);
    let place = Layout::place(table.damaged(), Anchor::Row(row));
    let position = view.columns.position(column).unwrap_or(0);
    notes.add(place, Rule::CodeInTwoProducts, Some(row), Some(column), || Issue {
        rule: Rule::CodeInTwoProducts,
        line: table.cell_line(row, usize::from(position)),
        row: Some(row),
        column: Some((position, Some(column))),
        product: crate::domain::ProductId::from_ascii(view.of(row, ColumnId::ProductId).trim().as_bytes()).ok(),
        value: Issue::clip(code),
        detail: Detail::Line(table.row_line(other)),
    });
}
