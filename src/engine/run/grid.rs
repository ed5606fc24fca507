//! The rows of a file as a person looks at them: a window of an order at a time.
//!
//! In: which rows, in which order. Out: windows, whole cells, text for a spreadsheet. Must never know: how a cell is read.

use super::comparing::small;
use super::file::{LoadedFile, Open, mark, of_severity};
use super::order::{Place, Places};
use super::reporting::sentence;
use crate::domain::ColumnId;
use crate::engine::protocol::{
    Arranged, Block, CellIssue, CellMark, GridRow, GridView, GridWindow, IssueView, IssueWindow, Only, RowKind, Severity, Sort,
    Trouble, WantedIssues, WholeCell,
};
use crate::import::{self, Damaged, Draft, Issue, Needle, Rule, Wanted, mended};
use std::collections::HashMap;
use std::ops::Range;

/// Windows never hold more than this.
pub(super) const WINDOW: usize = 200;
/// Characters of a cell that the page is given.
const CELL_CHARS: usize = 160;
/// Bytes of text that can be copied at once.
const COPY_MOST: usize = 16 << 20;

/// What the page wants, in the words of `import`.
pub(super) fn wanted(wanted: WantedIssues) -> Option<Wanted> {
    let rule = match wanted.rule {
        None => None,
        Some(number) => Some(*Rule::ALL.get(usize::from(number))?),
    };
    let severity = wanted.severity.map(|severity| match severity {
        Severity::Error => import::Severity::Error,
        Severity::Warning => import::Severity::Warning,
    });
    Some(Wanted { severity, rule, column: wanted.column })
}

/// Whether damage is among what is wanted.
pub(super) fn takes_damage(wanted: Wanted, damaged: &Damaged) -> bool {
    let rule = damaged.damage.rule();
    !damaged.is_left_out
        && wanted.column.is_none()
        && wanted.severity.is_none_or(|severity| severity == rule.severity())
        && wanted.rule.is_none_or(|of| of == rule)
}

impl LoadedFile {
    /// Makes an order of rows.
    ///
    /// # Errors
    /// Where it names a column or a rule that is not there.
    pub(crate) fn arrange(&self, view: &GridView) -> Result<Arranged, Trouble> {
        let mut open = self.open.borrow_mut();
        let places = arranged(&open.draft, view)?;
        open.order.name += 1;
        open.order.places = places;
        Ok(Arranged { order: open.order.name, rows: open.order.len(open.draft.table()) })
    }

    /// A window of the order there is.
    #[must_use]
    pub(crate) fn grid(&self, from: u32, count: u32) -> GridWindow {
        let open = self.open();
        let table = open.draft.table();
        let total = open.order.len(table);
        let window = from..total.min(from.saturating_add(count.min(small(WINDOW))));
        let mut marks = Marks::default();
        let rows = window.filter_map(|index| open.order.at(table, index)).map(|place| grid_row(&open.draft, place, &mut marks));
        GridWindow { order: open.order.name, moved: open.order.moved, total, from, rows: rows.collect() }
    }

    /// One cell, whole.
    #[must_use]
    pub(crate) fn whole_cell(&self, place: u32, column: u16) -> Option<WholeCell> {
        let open = self.open();
        let Open { draft, .. } = &*open;
        let row = sound(draft, place)?;
        let at = usize::from(column);
        if at >= draft.columns().len() {
            return None;
        }
        let text = draft.cell(row, at);
        let here = |issue: &Issue| issue.column.is_some_and(|(position, _)| position == column);
        let issues = draft.issues_of_row(row).into_iter().filter(here).map(|issue| CellIssue {
            rule: issue.rule as u16,
            severity: of_severity(issue.severity()),
            what: sentence(&issue.statement()),
            cure: issue.cure(),
            mended: mended(issue.rule, draft.columns().id(at), text),
        });
        Some(WholeCell { text: text.to_owned(), in_file: draft.table().cell(row, at).to_owned(), issues: issues.collect() })
    }

    /// A block of cells as spreadsheets copy it.
    ///
    /// # Errors
    /// Where the order is gone, or the text would be too much for a clipboard.
    pub(crate) fn copy(&self, block: Block) -> Result<String, Trouble> {
        let open = self.open();
        let mut text = String::new();
        for row in rows_of(&open, block)? {
            for column in columns_of(&open, block) {
                if column > usize::from(block.columns.0) {
                    text.push('\t');
                }
                push_copied(&mut text, row.map_or("", |row| open.draft.cell(row, column)));
            }
            text.push_str("\r\n");
            if text.len() > COPY_MOST {
                return Err(Trouble::not_now("That is too much to be copied at once.", "Select fewer cells."));
            }
        }
        Ok(text)
    }

    /// A window of the issues: those of the file, then those of products.
    #[must_use]
    pub fn issues(&self, of: WantedIssues, from: u32, count: u32) -> IssueWindow {
        let Some(wanted) = wanted(of) else { return IssueWindow { total: 0, from, issues: Vec::new() } };
        let open = self.open();
        let draft = &open.draft;
        let mut of_file = draft.issues_of_file();
        of_file.retain(|issue| {
            wanted.severity.is_none_or(|severity| severity == issue.severity())
                && wanted.rule.is_none_or(|rule| rule == issue.rule)
                && wanted.column.is_none_or(|column| issue.column.is_some_and(|(_, id)| id == Some(column)))
        });
        let first = small(of_file.len());
        let count = count.min(small(WINDOW));
        let mut issues: Vec<Issue> = of_file.into_iter().skip(from as usize).take(count as usize).collect();
        let left = count - small(issues.len());
        if left > 0 {
            issues.extend(draft.issues(wanted, from.saturating_sub(first), left));
        }
        IssueWindow {
            total: first + draft.count(wanted),
            from,
            issues: issues.iter().map(|issue| issue_view(draft, issue)).collect(),
        }
    }
}

fn issue_view(draft: &Draft, issue: &Issue) -> IssueView {
    let position = issue.column.map(|(position, _)| position);
    IssueView {
        line: issue.line,
        place: Places(draft.table()).of(issue),
        position,
        rule: issue.rule as u16,
        column: position.and_then(|position| draft.columns().headers().get(usize::from(position)).cloned()),
        product: issue.product,
        severity: of_severity(issue.severity()),
        value: issue.value.clone(),
        what: sentence(&issue.statement()),
        cure: issue.cure(),
    }
}

/// The sound row at a place.
pub(super) fn sound(draft: &Draft, place: u32) -> Option<u32> {
    match Places(draft.table()).at(place) {
        Place::Row(row) if row < draft.table().rows() => Some(row),
        _ => None,
    }
}

/// The rows of a block from the top: a damaged one is none.
///
/// # Errors
/// Where the order the block is meant in is gone.
pub(super) fn rows_of(open: &Open, block: Block) -> Result<impl Iterator<Item = Option<u32>>, Trouble> {
    if block.order != open.order.name {
        return Err(Trouble::not_now("The rows stand in another order by now.", "Select the cells again."));
    }
    let table = open.draft.table();
    let rows = block.rows.0..open.order.len(table).min(block.rows.1.saturating_add(1));
    Ok(rows.filter_map(|index| open.order.at(table, index)).map(|place| sound(&open.draft, place)))
}

pub(super) fn columns_of(open: &Open, block: Block) -> Range<usize> {
    usize::from(block.columns.0)..open.draft.columns().len().min(usize::from(block.columns.1) + 1)
}

fn push_copied(text: &mut String, cell: &str) {
    if cell.contains(['\t', '\n', '\r', '"']) {
        text.push('"');
        text.push_str(&cell.replace('"', "\"\""));
        text.push('"');
    } else {
        text.push_str(cell);
    }
}

/// Places in the order asked for; nothing for all rows in the file's own.
fn arranged(draft: &Draft, view: &GridView) -> Result<Option<Vec<u32>>, Trouble> {
    let table = draft.table();
    let width = draft.columns().len();
    let unknown = |column: u16| usize::from(column) >= width;
    if view.sort.is_some_and(|sort| unknown(sort.column)) || view.search_in.is_some_and(unknown) {
        return Err(Trouble::not_now("There is no such column.", "Choose one of the file's columns."));
    }
    let needle = Some(view.search.trim()).filter(|text| !text.is_empty()).map(|text| Needle::new(text, false, false));
    if view.only == Only::All && needle.is_none() && view.sort.is_none() {
        return Ok(None);
    }
    let mut damaged: Vec<usize> = Vec::new();
    let mut rows: Vec<u32> = match view.only {
        Only::All => {
            damaged.extend(0..table.damaged().len());
            (0..table.rows()).collect()
        }
        Only::Issues(of) => {
            let of = wanted(of).ok_or_else(|| Trouble::not_now("There is no such rule.", "Choose one of the list."))?;
            let aside = table.damaged().iter().enumerate();
            damaged.extend(aside.filter(|(_, aside)| takes_damage(of, aside)).map(|(index, _)| index));
            let mut rows = draft.rows_with(of);
            rows.sort_unstable();
            rows.dedup();
            rows
        }
        Only::Edited => {
            let mut rows: Vec<u32> = draft.edits().cells().map(|edit| edit.row).collect();
            let repaired = table.repairs().filter_map(|(number, _)| table.repaired_rows(number));
            rows.extend(repaired.flat_map(|(first, rows)| first..first + rows));
            rows.sort_unstable();
            rows.dedup();
            rows
        }
        Only::LeftOut => {
            let aside = table.damaged().iter().enumerate();
            damaged.extend(aside.filter(|(_, aside)| aside.is_left_out).map(|(index, _)| index));
            left_out(draft)
        }
    };
    if let Some(needle) = &needle {
        let holding = draft.rows_holding(needle, view.search_in);
        rows.retain(|row| holding.binary_search(row).is_ok());
        let in_text = |index: &usize| table.damaged().get(*index).is_some_and(|aside| needle.is_in(&aside.text));
        damaged.retain(|index| view.search_in.is_none() && in_text(index));
    }
    let places = Places(table);
    let damaged = damaged.into_iter().map(|index| places.of_damaged(index));
    let order = match view.sort {
        Some(Sort { column, is_descending }) => {
            draft.sort(&mut rows, column, is_descending);
            rows.into_iter().map(|row| places.of_row(row)).chain(damaged).collect()
        }
        None => {
            let mut order: Vec<u32> = rows.into_iter().map(|row| places.of_row(row)).chain(damaged).collect();
            order.sort_unstable();
            order
        }
    };
    Ok(Some(order))
}

/// The rows that are left out, by themselves or with their product's own.
fn left_out(draft: &Draft) -> Vec<u32> {
    let mut rows = Vec::new();
    for row in draft.edits().left_out() {
        match draft.product(row).filter(|product| product.is_left_out() && product.first_row == row) {
            Some(product) => rows.extend(product.first_row..product.first_row + product.rows),
            None => rows.push(row),
        }
    }
    let products = draft.table().damaged().iter().any(|damaged| damaged.is_left_out).then(|| draft.products());
    for product in products.into_iter().flatten().filter(|product| product.is_left_out()) {
        rows.extend(product.first_row..product.first_row + product.rows);
    }
    rows.sort_unstable();
    rows.dedup();
    rows
}

/// Issues of products that were read for a window: the rows of one product stand side by side, as a rule, and it is read
/// once for all of them.
#[derive(Default)]
struct Marks(HashMap<u32, Vec<Issue>>);

impl Marks {
    fn of(&mut self, draft: &Draft, row: u32) -> Vec<CellMark> {
        let Some(product) = draft.product(row) else { return Vec::new() };
        let issues = self.0.entry(product.first_row).or_insert_with(|| draft.issues_of(product));
        issues.iter().filter(|issue| issue.row == Some(row)).map(mark).collect()
    }
}

fn grid_row(draft: &Draft, place: u32, marks: &mut Marks) -> GridRow {
    let table = draft.table();
    match Places(table).at(place) {
        Place::Damaged(index) => {
            let damaged = table.damaged().get(index);
            GridRow {
                place,
                line: damaged.map_or(0, |damaged| damaged.line),
                kind: RowKind::Damaged,
                is_left_out: damaged.is_some_and(|damaged| damaged.is_left_out),
                is_repaired: false,
                cells: vec![damaged.map(|damaged| damaged.text.to_string()).unwrap_or_default()],
                cut: Vec::new(),
                edited: Vec::new(),
                marks: damaged
                    .filter(|damaged| !damaged.is_left_out)
                    .map(|damaged| mark(&damaged.issue(small(draft.columns().len()))))
                    .into_iter()
                    .collect(),
            }
        }
        Place::Row(row) => {
            let key = draft.columns().position(ColumnId::ProductId).map_or(0, usize::from);
            let columns = 0..draft.columns().len();
            let (mut cells, mut cut) = (Vec::with_capacity(columns.len()), Vec::new());
            for column in columns.clone() {
                let (cell, is_cut) = clip(draft.cell(row, column));
                if is_cut {
                    cut.push(column as u16);
                }
                cells.push(cell);
            }
            let is_out = draft.edits().is_left_out(row) || draft.product(row).is_some_and(import::Group::is_left_out);
            let is_own = !draft.cell(row, key).trim().is_empty();
            GridRow {
                place,
                line: table.row_line(row),
                kind: if is_own { RowKind::Product } else { RowKind::Permission },
                is_left_out: is_out,
                is_repaired: table.is_repaired(row),
                cells,
                cut,
                edited: columns.map(|column| column as u16).filter(|column| draft.edits().cell(row, *column).is_some()).collect(),
                marks: marks.of(draft, row),
            }
        }
    }
}

fn clip(cell: &str) -> (String, bool) {
    match cell.char_indices().nth(CELL_CHARS) {
        None => (cell.to_owned(), false),
        Some((end, _)) => (format!("{}…", cell.get(..end).unwrap_or("")), true),
    }
}
