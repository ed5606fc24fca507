//! The rows of a file as a person looks at them: in an order, a window at a time.
//!
//! In: which rows, in which order. Out: windows, whole cells, text for a spreadsheet. Must never know: how a cell is read.

use super::comparing::small;
use super::file::{LoadedFile, Open, mark, of_severity};
use super::reporting::sentence;
use crate::domain::ColumnId;
use crate::engine::protocol::{
    Arranged, Block, CellIssue, CellMark, DamagedText, GridRow, GridView, GridWindow, IssueView, IssueWindow, Only, RowKind,
    Severity, Sort, Tried, Trouble, WantedIssues, WholeCell, WrongText,
};
use crate::import::{self, Damaged, Draft, Issue, Needle, StillWrong, Rule, Table, Wanted, mended};
use std::collections::HashMap;
use std::ops::Range;

/// Windows never hold more than this.
pub(super) const WINDOW: usize = 200;
/// Characters of a cell that the page is given.
const CELL_CHARS: usize = 160;
/// Bytes of text that can be copied at once.
const COPY_MOST: usize = 16 << 20;

/// An order of rows that the page looks at.
#[derive(Default)]
pub(super) struct Order {
    /// Counts the orders; 0 is the file's own.
    pub(super) name: u32,
    /// Places; nothing for all rows in the file's order.
    places: Option<Vec<u32>>,
}

impl Order {
    pub(super) fn len(&self, table: &Table) -> u32 {
        self.places.as_ref().map_or_else(|| Places(table).total(), |places| small(places.len()))
    }

    pub(super) fn at(&self, table: &Table, index: u32) -> Option<u32> {
        match &self.places {
            Some(places) => places.get(index as usize).copied(),
            None => (index < Places(table).total()).then_some(index),
        }
    }
}

impl Order {
    /// The `gone` rows at a place are now `come` ones; they stand where the first of them stood.
    pub(super) fn swap(&mut self, place: u32, gone: u32, come: u32) {
        let Some(places) = self.places.as_mut().filter(|_| gone != come) else { return };
        let mut is_there = false;
        let moved = std::mem::take(places).into_iter().flat_map(|at| match at {
            _ if at < place => at..at + 1,
            _ if at >= place + gone => at - gone + come..at - gone + come + 1,
            _ if is_there => at..at,
            _ => {
                is_there = true;
                place..place + come
            }
        });
        *places = moved.collect();
    }
}

/// The rows of a file as a person sees them: sound ones and damaged ones in the order of their lines.
pub(super) struct Places<'a>(pub(super) &'a Table);

pub(super) enum Place {
    Row(u32),
    Damaged(usize),
}

impl Places<'_> {
    pub(super) fn total(&self) -> u32 {
        self.0.rows() + small(self.0.damaged().len())
    }

    /// The `k`-th damaged row stands behind `before_row` sound ones and `k` damaged ones.
    pub(super) fn at(&self, place: u32) -> Place {
        let damaged = self.0.damaged();
        let before = count_below(damaged.len(), |k| damaged.get(k).map_or(u32::MAX, |row| row.before_row + small(k)), place);
        match damaged.get(before) {
            Some(row) if row.before_row + small(before) == place => Place::Damaged(before),
            _ => Place::Row(place - small(before)),
        }
    }

    pub(super) fn of_row(&self, row: u32) -> u32 {
        row + small(self.0.damaged().partition_point(|aside| aside.before_row <= row))
    }

    pub(super) fn of_damaged(&self, index: usize) -> u32 {
        small(index) + self.0.damaged().get(index).map_or(0, |aside| aside.before_row)
    }

    /// Where the row of an issue stands. An issue of the header, say, is of no row.
    fn of(&self, issue: &Issue) -> Option<u32> {
        let damaged = self.0.damaged();
        match issue.row {
            Some(row) => Some(self.of_row(row)),
            None => {
                // The damage may be found further down than the row begins.
                let line = if let import::Detail::Line(line) = issue.detail { line } else { issue.line };
                let index = damaged.partition_point(|aside| aside.line + aside.lines <= line);
                let aside = damaged.get(index).filter(|aside| aside.line <= line)?;
                Some(aside.before_row + small(index))
            }
        }
    }
}

/// How many of `count` ascending values lie below `limit`.
fn count_below(count: usize, value: impl Fn(usize) -> u32, limit: u32) -> usize {
    let (mut low, mut high) = (0, count);
    while low < high {
        let middle = low + (high - low) / 2;
        if value(middle) < limit { low = middle + 1 } else { high = middle }
    }
    low
}

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
        GridWindow { order: open.order.name, total, from, rows: rows.collect() }
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

    /// The text of a damaged row, and what is wrong with it; nothing where the row is not damaged.
    #[must_use]
    pub(crate) fn damaged_text(&self, place: u32) -> Option<DamagedText> {
        let open = self.open();
        let (number, damaged) = damaged_at(&open.draft, place)?;
        let text = damaged.raw().unwrap_or(&damaged.text).to_owned();
        let tried = tried(open.draft.table(), number, &text);
        Some(DamagedText { is_kept: damaged.raw().is_some(), line: damaged.line, text, tried })
    }

    /// What a text typed for a damaged row would be; nothing where the row is not damaged.
    #[must_use]
    pub(crate) fn try_repair(&self, place: u32, text: &str) -> Option<Tried> {
        let open = self.open();
        let (number, _) = damaged_at(&open.draft, place)?;
        Some(tried(open.draft.table(), number, text))
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

fn tried(table: &Table, number: u32, text: &str) -> Tried {
    match table.try_repair(number, text) {
        Ok(rows) => Tried { rows, wrong: None },
        Err(wrong) => {
            let (what, cure) = wrong.words();
            let at = wrong.at().map(|at| {
                // A browser's field has no CR, and counts in UTF-16.
                let before = text.get(..text.floor_char_boundary(at)).unwrap_or("").replace("\r\n", "\n");
                small(before.encode_utf16().count())
            });
            let of_row = matches!(wrong, StillWrong::Damaged { is_of_row: true, .. });
            let spot = wrong.at().map(|at| spot_in(text, at)).map(|(line, letter)| (line, (!of_row).then_some(letter)));
            Tried { rows: 0, wrong: Some(WrongText { what, cure, at, spot }) }
        }
    }
}

/// The line of a byte of a text, and the letter in that line, both from 1.
fn spot_in(text: &str, at: usize) -> (u32, u32) {
    let before = text.get(..text.floor_char_boundary(at)).unwrap_or("");
    let lines: Vec<&str> = before.split('\n').collect();
    let letters = lines.last().map_or(0, |line| line.chars().count());
    (small(lines.len()), small(letters + 1))
}

/// The damaged row at a place, and its number among those of the file.
pub(super) fn damaged_at(draft: &Draft, place: u32) -> Option<(u32, &Damaged)> {
    let Place::Damaged(index) = Places(draft.table()).at(place) else { return None };
    Some((draft.table().damaged_number(small(index)), draft.table().damaged().get(index)?))
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
