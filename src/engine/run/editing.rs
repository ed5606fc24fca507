//! A change of cells: first what it would do, then doing it.
//!
//! In: a [`Change`] as the person meant it. Out: the cells as they become, counted; the draft changed, and how to take it
//! back. Must never know: what is wrong with a cell.

use super::clipboard::pasted;
use super::comparing::small;
use super::file::{LoadedFile, Open};
use super::grid::{columns_of, rows_of, sound};
use super::history::Named;
use super::order::Places;
use super::retyping::{apply, damaged_at, stand};
use crate::domain::choices::ListSeparator;
use crate::domain::{COLUMNS, ColumnId};
use crate::engine::protocol::{Block, Change, ChangeCount, ChangeExample, Changed, Find, Fix, FixView, Trouble};
use crate::import::{CellEdit, Draft, Needle, Repair, Rule, Step, Wanted, mended};
use std::collections::BTreeMap;

/// Cells that one change may touch. Above it the browser would be busy for a minute, and more than one cell in three of
/// the largest store's file is meant to be put right elsewhere.
const CELLS_MOST: usize = 2_000_000;
/// Examples that are shown.
const EXAMPLES: usize = 5;

/// A change, worked out.
struct Plan {
    step: Step,
    words: String,
    beyond: u32,
}

/// Cells that get another text than they have.
struct Cells<'a> {
    draft: &'a Draft,
    list: Vec<CellEdit>,
    beyond: u32,
}

impl<'a> Cells<'a> {
    const fn new(draft: &'a Draft) -> Self {
        Self { draft, list: Vec::new(), beyond: 0 }
    }

    /// A cell shall have this text. What the file has itself is no edit.
    fn put(&mut self, row: u32, column: usize, text: &str) {
        let draft = self.draft;
        if self.list.len() <= CELLS_MOST
            && draft.cell(row, column) != text
            && let Ok(position) = u16::try_from(column)
        {
            let text = (draft.table().cell(row, column) != text).then(|| text.into());
            self.list.push(CellEdit { row, column: position, text });
        }
    }

    fn plan(self, verb: &str) -> Result<Plan, Trouble> {
        if self.list.len() > CELLS_MOST {
            return Err(Trouble::not_now("These are too many cells to be changed at once.", "Take fewer columns or rows."));
        }
        let words = format!("{verb} {}", count(self.list.len(), "cell", "cells"));
        Ok(Plan { step: Step { cells: self.list, ..Step::default() }, words, beyond: self.beyond })
    }
}

fn count(n: usize, one: &str, many: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{n} {many}") }
}

fn plan(open: &Open, change: &Change) -> Result<Plan, Trouble> {
    let draft = &open.draft;
    let mut cells = Cells::new(draft);
    match change {
        Change::Cell { place, column, text } => {
            let row = sound(draft, *place).filter(|_| usize::from(*column) < draft.columns().len());
            let row = row.ok_or_else(|| Trouble::not_now("A damaged row has no cells.", "Type its text anew instead."))?;
            let column = usize::from(*column);
            let in_file = || draft.table().cell(row, column).to_owned();
            cells.put(row, column, &text.clone().unwrap_or_else(in_file));
            cells.plan(if text.is_some() { "Changed" } else { "Reverted" })
        }
        Change::Clear(block) => {
            each(open, *block, |row, column| cells.put(row, column, ""))?;
            cells.plan("Cleared")
        }
        Change::Revert(block) => {
            let table = draft.table();
            each(open, *block, |row, column| cells.put(row, column, table.cell(row, column)))?;
            cells.plan("Reverted")
        }
        Change::FillDown(block) => {
            let mut top = None;
            each(open, *block, |row, column| {
                let top = *top.get_or_insert(row);
                cells.put(row, column, draft.cell(top, column));
            })?;
            cells.plan("Filled")
        }
        Change::Paste { block, text } => {
            paste(open, *block, &pasted(text), &mut cells)?;
            cells.plan("Pasted")
        }
        Change::Replace { find, with, .. } => {
            for (row, column, text) in replaced(open, find, with)? {
                cells.put(row, usize::from(column), &text);
            }
            cells.plan("Replaced in")
        }
        Change::Fix { fix, .. } => {
            for (row, column, text) in fixed(draft, *fix) {
                cells.put(row, usize::from(column), &text);
            }
            cells.plan("Put right")
        }
        Change::LeaveOut { places, out } => {
            let rows = places.iter().filter_map(|place| sound(draft, *place));
            let left_out: Vec<_> = rows.filter(|row| draft.edits().is_left_out(*row) != *out).map(|row| (row, *out)).collect();
            let damaged = places.iter().filter_map(|place| damaged_at(draft, *place));
            let wanted = if *out { Repair::LeftOut } else { Repair::AsRead };
            let repairs: Vec<_> =
                damaged.filter(|(_, damaged)| damaged.is_left_out != *out).map(|(number, _)| (number, wanted.clone())).collect();
            let rows = count(left_out.len() + repairs.len(), "row", "rows");
            let words = if *out { format!("Left out {rows}") } else { format!("Took in {rows} again") };
            Ok(Plan { step: Step { cells: Vec::new(), left_out, repairs }, words, beyond: 0 })
        }
        Change::Repair { place, text } => {
            let (number, _) = damaged_at(draft, *place)
                .ok_or_else(|| Trouble::not_now("This row is not damaged.", "Edit its cells instead."))?;
            let rows = draft.table().try_repair(number, text).map_err(|wrong| {
                let (what, cure) = wrong.words();
                Trouble::not_now(&format!("{what}."), &cure)
            })?;
            let words = match rows {
                1 => "Put a damaged row right".to_owned(),
                _ => format!("Made {rows} rows of a damaged one"),
            };
            let repairs = vec![(number, Repair::Rows(text.as_str().into()))];
            Ok(Plan { step: Step { repairs, ..Step::default() }, words, beyond: 0 })
        }
    }
}

fn each(open: &Open, block: Block, mut take: impl FnMut(u32, usize)) -> Result<(), Trouble> {
    let columns = columns_of(open, block);
    for row in rows_of(open, block)?.flatten() {
        columns.clone().for_each(|column| take(row, column));
    }
    Ok(())
}

/// One row, or one column, is repeated over the block; anything else goes where it goes.
fn paste(open: &Open, block: Block, text: &[Vec<String>], cells: &mut Cells<'_>) -> Result<(), Trouble> {
    let widest = text.iter().map(Vec::len).max().unwrap_or(0);
    let tall = u32::try_from(text.len()).unwrap_or(u32::MAX);
    let last_row = if tall == 1 { block.rows.1 } else { block.rows.0.saturating_add(tall - 1) };
    let across = if widest == 1 { usize::from(block.columns.1.saturating_sub(block.columns.0)) + 1 } else { widest };
    let width = open.draft.columns().len();
    let mut rows = rows_of(open, Block { rows: (block.rows.0, last_row), ..block })?;
    for at in 0..=(last_row.saturating_sub(block.rows.0)) {
        let Some(from) = text.get(if tall == 1 { 0 } else { at as usize }) else { break };
        let row = match rows.next() {
            // Beyond the last row there is nothing to fill, and a damaged row in the selection is passed over.
            None if tall == 1 => break,
            Some(None) if tall == 1 => continue,
            row => row.flatten(),
        };
        for offset in 0..across {
            let Some(text) = from.get(if widest == 1 { 0 } else { offset }) else { continue };
            let column = usize::from(block.columns.0) + offset;
            match row.filter(|_| column < width) {
                Some(row) => cells.put(row, column, text),
                None => cells.beyond += 1,
            }
        }
    }
    Ok(())
}

type NewCell = (u32, u16, String);

fn replaced(open: &Open, find: &Find, with: &str) -> Result<Vec<NewCell>, Trouble> {
    let draft = &open.draft;
    let needle = Needle::new(&find.text, find.is_whole, find.is_exact);
    let mut found = draft.cells_holding(&needle, find.column);
    if let Some(order) = find.order {
        let all = Block { order, rows: (0, u32::MAX - 1), columns: (0, 0) };
        let mut rows: Vec<u32> = rows_of(open, all)?.flatten().collect();
        rows.sort_unstable();
        found.retain(|(row, _)| rows.binary_search(row).is_ok());
    }
    let new = |(row, column): (u32, u16)| Some((row, column, needle.replaced(draft.cell(row, column.into()), with)?));
    Ok(found.into_iter().filter_map(new).collect())
}

fn rule_of(number: u16) -> Option<Rule> {
    Rule::ALL.get(usize::from(number)).copied()
}

fn fixed(draft: &Draft, fix: Fix) -> Vec<NewCell> {
    let id = |column: u16| draft.columns().id(usize::from(column));
    match fix {
        Fix::Rule { rule, column } => {
            let Some(rule) = rule_of(rule) else { return Vec::new() };
            let wanted = Wanted { rule: Some(rule), column: column.and_then(id), ..Wanted::default() };
            let cells = draft.cells_with(wanted).into_iter().filter(|(_, at)| column.is_none_or(|column| column == *at));
            let new = |(row, at): (u32, u16)| Some((row, at, mended(rule, id(at), draft.cell(row, at.into()))?));
            cells.filter_map(new).collect()
        }
        Fix::Trim { column } => {
            let rows = 0..draft.table().rows();
            let new = |row: u32| {
                let cell = draft.cell(row, column.into());
                let trimmed = cell.trim();
                (trimmed.len() < cell.len() && !trimmed.is_empty()).then(|| (row, column, trimmed.to_owned()))
            };
            rows.filter_map(new).collect()
        }
        Fix::Separator { column, mark } => {
            let separator = draft.findings().rules.list_separator;
            let Some(id) = id(column).filter(|_| !separator.splits(mark)) else { return Vec::new() };
            let mut cells: Vec<(u32, u16)> = SEPARATORS
                .iter()
                .flat_map(|rule| draft.cells_with(Wanted { rule: Some(*rule), column: Some(id), ..Wanted::default() }))
                .collect();
            cells.sort_unstable();
            cells.dedup();
            let new = |(row, at): (u32, u16)| {
                let cell = draft.cell(row, at.into());
                let items: Vec<&str> = cell.split(mark).map(str::trim).collect();
                (items.len() > 1).then(|| (row, at, items.join(written(separator))))
            };
            cells.into_iter().filter_map(new).collect()
        }
    }
}

/// Rules about lists that are written with another mark.
const SEPARATORS: [Rule; 3] = [Rule::CodeSeparator, Rule::NameSeparator, Rule::MixedSeparators];

const fn written(separator: ListSeparator) -> &'static str {
    match separator {
        ListSeparator::Pipe => "|",
        ListSeparator::Semicolon => "; ",
        ListSeparator::Comma => ", ",
        ListSeparator::LineBreak => "\n",
    }
}

fn counted(draft: &Draft, plan: &Plan) -> ChangeCount {
    let mut rows: Vec<u32> = plan.step.cells.iter().map(|edit| edit.row).collect();
    rows.extend(plan.step.left_out.iter().map(|(row, _)| *row));
    rows.sort_unstable();
    rows.dedup();
    let clip = |text: &str| text.chars().take(80).collect::<String>();
    let example = |edit: &CellEdit| {
        let column = usize::from(edit.column);
        let in_file = || draft.table().cell(edit.row, column);
        ChangeExample {
            line: draft.table().row_line(edit.row),
            column: edit.column,
            before: clip(draft.cell(edit.row, column)),
            after: clip(edit.text.as_deref().unwrap_or_else(in_file)),
        }
    };
    ChangeCount {
        cells: small(plan.step.cells.len()),
        rows: small(rows.len()),
        beyond: plan.beyond,
        examples: plan.step.cells.iter().take(EXAMPLES).map(example).collect(),
    }
}

/// Whether a step may change which rows are products, and which products they are.
fn touches_keys(draft: &Draft, step: &Step) -> bool {
    let key = draft.columns().position(ColumnId::ProductId);
    !step.left_out.is_empty() || !step.repairs.is_empty() || step.cells.iter().any(|edit| Some(edit.column) == key)
}

impl LoadedFile {
    /// What a change would do.
    ///
    /// # Errors
    /// Where it is meant in an order that is gone, or for a row that cannot be edited.
    pub(crate) fn count_change(&self, change: &Change) -> Result<ChangeCount, Trouble> {
        let open = self.open();
        plan(&open, change).map(|plan| counted(&open.draft, &plan))
    }

    /// Changes cells.
    ///
    /// # Errors
    /// As above; where rows have moved since the person looked at them; and where the number of cells is another than the person
    /// was told. Nothing is changed then.
    pub(crate) fn edit(&self, change: &Change, moved: Option<u32>) -> Result<Changed, Trouble> {
        let mut open = self.open.borrow_mut();
        if moved.is_some_and(|moved| moved != open.order.moved) {
            let what = "The rows had just moved, so nothing was changed.";
            return Err(Trouble::not_now(what, "Look where the row stands now, and do it there."));
        }
        let Plan { step, words, beyond } = plan(&open, change)?;
        let cells = small(step.cells.len());
        if let Change::Replace { expected, .. } | Change::Fix { expected, .. } = change
            && *expected != cells
        {
            let what = format!(
                "{} would change by now, not {expected}, so nothing was changed.",
                count(cells as usize, "cell", "cells")
            );
            return Err(Trouble::not_now(&what, "Look at what would change, and confirm that."));
        }
        let spot = spot(&open.draft, &step);
        if spot.is_some() {
            let keys = touches_keys(&open.draft, &step);
            let undo = open.apply(step);
            open.history.changed(Named { words: words.clone(), step: undo });
            open.refresh(keys);
        }
        drop(open);
        Ok(Changed { words, cells, beyond, spot, file: Box::new(self.summary()) })
    }

    /// Takes the last change back, or does again what was taken back.
    ///
    /// # Errors
    /// Where there is nothing.
    pub(crate) fn step(&self, back: bool) -> Result<Changed, Trouble> {
        let mut open = self.open.borrow_mut();
        let Open { draft, history, order, .. } = &mut *open;
        let next = history.next();
        let Some(next) = (if back { next.0 } else { next.1 }) else {
            let (what, cure) = if back {
                ("There is nothing to take back.", "Changes are listed here once there are any.")
            } else {
                ("There is nothing to do again.", "Only what was taken back last can be done again.")
            };
            return Err(Trouble::not_now(what, cure));
        };
        let (spot, keys, cells) = (spot(draft, next), touches_keys(draft, next), small(next.cells.len()));
        let apply = |step| apply(draft, order, step);
        let words = if back { history.undo(apply) } else { history.redo(apply) }.unwrap_or_default();
        open.refresh(keys);
        drop(open);
        let words = if back { format!("Taken back: {words}") } else { format!("Done again: {words}") };
        Ok(Changed { words, cells, beyond: 0, spot, file: Box::new(self.summary()) })
    }

    /// The whole-column fixes that would change something.
    #[must_use]
    pub(crate) fn fixes(&self) -> Vec<FixView> {
        let open = self.open();
        let draft = &open.draft;
        let header = |column: u16| draft.columns().headers().get(usize::from(column)).cloned().unwrap_or_default();
        let mut all: Vec<(Fix, String)> = Vec::new();
        for (rule, _) in draft.by_rule() {
            let wanted = Wanted { rule: Some(rule), ..Wanted::default() };
            let mut columns: BTreeMap<u16, Vec<char>> = BTreeMap::new();
            for (row, column) in draft.cells_with(wanted) {
                let marks = columns.entry(column).or_default();
                let cell = draft.cell(row, column.into()).trim();
                if SEPARATORS.contains(&rule)
                    && let Some(mark) = draft.findings().rules.list_separator.other_in(cell)
                    && !marks.contains(&mark)
                {
                    marks.push(mark);
                }
            }
            for (column, marks) in columns {
                let words = format!("{} in “{}”: put right what is beyond doubt", rule.title(), header(column));
                all.push((Fix::Rule { rule: rule as u16, column: Some(column) }, words));
                all.extend(marks.into_iter().map(|mark| {
                    let name = if mark == '\t' { "tabs".to_owned() } else { format!("“{mark}”") };
                    (Fix::Separator { column, mark }, format!("Lists in “{}”: separated by {name}, as it seems", header(column)))
                }));
            }
        }
        for column in COLUMNS.iter().filter(|column| !matches!(column.kind, crate::domain::schema::Kind::Html)) {
            if let Some(position) = draft.columns().position(column.id) {
                let words = format!("Blanks around the text of “{}”: take them away", header(position));
                all.push((Fix::Trim { column: position }, words));
            }
        }
        let mut views: Vec<FixView> = Vec::new();
        for (fix, words) in all {
            if views.iter().any(|view| view.fix == fix) {
                continue;
            }
            let change = Change::Fix { fix, expected: 0 };
            if let Ok(plan) = plan(&open, &change) {
                let count = counted(draft, &plan);
                if count.cells > 0 {
                    views.push(FixView { fix, words, count });
                }
            }
        }
        views.sort_by_key(|view| std::cmp::Reverse(view.count.cells));
        views
    }
}

/// The first cell of a step: place and column.
fn spot(draft: &Draft, step: &Step) -> Option<(u32, u16)> {
    let repaired = step.repairs.iter().filter_map(|(number, _)| Some((stand(draft, *number)?.0, 0))).min();
    let cell = step.cells.iter().map(|edit| (edit.row, edit.column)).min();
    let row = step.left_out.iter().map(|(row, _)| (*row, 0)).min();
    let in_rows = cell.or(row).map(|(row, column)| (Places(draft.table()).of_row(row), column));
    match (in_rows, repaired) {
        (Some(in_rows), Some(repaired)) => Some(in_rows.min(repaired)),
        (in_rows, repaired) => in_rows.or(repaired),
    }
}
