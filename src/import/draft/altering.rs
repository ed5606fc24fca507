//! One edit, and what it can affect.
//!
//! In: an edit of a cell, or a choice for a column. Out: the draft as if all of it had been checked again. Must never know:
//! what is wrong with a cell.

use super::super::edits::{CellEdit, Edits, View};
use super::super::formats::ColumnChoice;
use super::super::groups::{Anchor, Layout};
use super::super::issue::Rule;
use super::super::notes::{Found, Notes};
use super::super::repair::Repair;
use super::super::survey::{Findings, Settled};
use super::super::updates::{check, code_at};
use super::Draft;
use crate::domain::{COLUMNS, ColumnId as C, ProductId};
use std::collections::BTreeSet;
use std::ops::Range;
use std::rc::Rc;

/// Edits at once, above which checking everything again is cheaper than each for itself.
const EDITS_ONE_BY_ONE: usize = 5_000;

/// What an edit did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Affected {
    /// The edit that undoes it.
    pub undo: CellEdit,
    /// Rows whose issues may be others now, as ranges in the file's order.
    pub rows: Vec<Range<u32>>,
}

/// Many changes that are made, and taken back, together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Step {
    /// Cells as they become, one after the other.
    pub cells: Vec<CellEdit>,
    /// Rows that become left out, or not, after that.
    pub left_out: Vec<(u32, bool)>,
    /// What becomes of damaged rows, by their number in the file, before all that. Where rows come or go by it, the numbers of
    /// the rows above are those afterwards; such a step does nothing else.
    pub repairs: Vec<(u32, Repair)>,
}

impl Draft {
    /// Reads a column of dates or numbers as a person says, and checks again the products it can affect.
    pub fn choose(&mut self, column: C, choice: ColumnChoice) {
        self.findings.rules = self.findings.rules.with(column, choice);
        self.findings.settled.retain(|settled| settled.column != column);
        self.answered.push(column);
        self.ask_again();
        self.count_settled();
        let mut touched = BTreeSet::new();
        for row in 0..self.table.rows() {
            let cell = self.view().of(row, column);
            // Digits alone are the same number under every choice.
            if !cell.is_empty() && !cell.bytes().all(|b| b.is_ascii_digit()) {
                touched.insert(Layout::place(self.table.damaged(), self.layout.anchor(row)));
            }
        }
        self.read_all_again(&touched);
    }

    /// Changes one cell and checks again what that can affect. Nothing happens outside the table.
    pub fn set(&mut self, edit: CellEdit) -> Affected {
        let (row, position) = (edit.row, edit.column);
        if row >= self.table.rows() || usize::from(position) >= self.columns.len() {
            let text = self.edits.cell(row, position).map(Into::into);
            return Affected { undo: CellEdit { row, column: position, text }, rows: Vec::new() };
        }
        let id = self.columns.id(usize::from(position));
        let was_filled = !self.cell(row, usize::from(position)).trim().is_empty();
        let file_cell = edit.text.is_none().then(|| !self.table.cell(row, usize::from(position)).trim().is_empty());
        let is_filled = file_cell.unwrap_or_else(|| edit.text.as_ref().is_some_and(|text| !text.trim().is_empty()));
        self.count_unnamed(position, was_filled, is_filled);
        let key = id == Some(C::ProductId);
        let merges = key && was_filled && !is_filled;
        let is_told = self.tell(row, usize::from(position), false);
        let affected = self.alter(row, key || id == Some(C::Vouchers), merges, |draft| {
            let undo = draft.edits.set(edit);
            if key {
                draft.layout.set_own(row, is_filled);
            }
            undo
        });
        if self.tell(row, usize::from(position), true) || is_told {
            self.ask_again();
        }
        affected
    }

    /// Counts a cell of a column of dates or numbers as it stands, or no longer; says whether another thing may be to be asked.
    fn tell(&mut self, row: u32, position: usize, add: bool) -> bool {
        let Self { table, columns, edits, tallies, .. } = self;
        !edits.is_left_out(row) && tallies.edited(row, position, View { table, columns, edits }.cell(row, position), add)
    }

    /// Makes anew what is to be asked.
    fn ask_again(&mut self) {
        let Self { table, columns, edits, findings, tallies, answered, .. } = self;
        tallies.look_again(View { table, columns, edits }, &findings.rules, answered);
        findings.questions = tallies.questions(&findings.rules, answered);
    }

    /// Changes cells, then leaves rows out or takes them in, and checks again what that can affect; the step that undoes
    /// all of it comes back. What lies outside the table is passed over.
    pub fn apply(&mut self, step: Step) -> Step {
        let Step { cells, left_out, repairs } = step;
        let repairs = self.repair_all(repairs);
        let rows = self.table.rows();
        let left_out: Vec<_> = left_out.into_iter().filter(|(row, _)| *row < rows).collect();
        if cells.len() + left_out.len() <= EDITS_ONE_BY_ONE {
            let cells = self.set_all(cells);
            let mut undo: Vec<_> = left_out.into_iter().map(|(row, out)| (row, self.leave_out(row, out))).collect();
            undo.reverse();
            return Step { cells, left_out: undo, repairs };
        }
        let columns = self.columns.len();
        let mut changed = std::mem::take(&mut self.edits);
        let inside = cells.into_iter().filter(|edit| edit.row < rows && usize::from(edit.column) < columns);
        let mut cells: Vec<_> = inside.map(|edit| changed.set(edit)).collect();
        let mut left_out: Vec<_> = left_out.into_iter().map(|(row, out)| (row, changed.leave_out(row, out))).collect();
        self.check_all(changed);
        cells.reverse();
        left_out.reverse();
        Step { cells, left_out, repairs }
    }

    /// Does with damaged rows as is said, as far as it can be done, and checks everything again; what undoes it comes back.
    fn repair_all(&mut self, repairs: Vec<(u32, Repair)>) -> Vec<(u32, Repair)> {
        let (mut undo, mut edits) = (Vec::new(), std::mem::take(&mut self.edits));
        let table = Rc::make_mut(&mut self.table);
        for (number, repair) in repairs {
            let before = table.repair_of(number);
            let Ok(moved) = table.repair(number, repair) else { continue };
            edits = edits.moved(moved);
            for settled in &mut self.findings.settled {
                settled.sample = settled.sample.take().and_then(|(row, cell)| Some((moved.of(row)?, cell)));
            }
            undo.push((number, before));
        }
        if undo.is_empty() {
            self.edits = edits;
            return undo;
        }
        table.gather();
        self.check_all(edits);
        undo.reverse();
        undo
    }

    /// Changes many cells, one after the other; the edits that undo them come back in the order in which to apply them.
    pub fn set_all(&mut self, edits: Vec<CellEdit>) -> Vec<CellEdit> {
        let mut undo: Vec<CellEdit> = if edits.len() > EDITS_ONE_BY_ONE {
            let (rows, columns) = (self.table.rows(), self.columns.len());
            let inside = edits.into_iter().filter(|edit| edit.row < rows && usize::from(edit.column) < columns);
            let mut changed = std::mem::take(&mut self.edits);
            let undo = inside.map(|edit| changed.set(edit)).collect();
            self.check_all(changed);
            undo
        } else {
            edits.into_iter().map(|edit| self.set(edit).undo).collect()
        };
        undo.reverse();
        undo
    }

    /// Checks everything again.
    fn check_all(&mut self, edits: Edits) {
        let Findings { rules, settled, .. } = std::mem::take(&mut self.findings);
        let mut checked = Self::new(Rc::clone(&self.table), self.columns.clone(), edits, rules);
        checked.findings.settled = settled;
        checked.answered = std::mem::take(&mut self.answered);
        *self = checked;
        self.ask_again();
        self.count_settled();
    }

    /// The same draft with what an earlier check of the file settled about its columns, of which it was given the rules, and the
    /// columns of which a person has said how they are read.
    #[must_use]
    pub fn with_settled(mut self, settled: Vec<Settled>, answered: Vec<C>) -> Self {
        self.findings.settled = settled;
        self.answered = answered;
        self.ask_again();
        self.count_settled();
        self
    }

    fn count_settled(&mut self) {
        if let Some(count) = self.by_rule.get_mut(Rule::SettledColumn as usize) {
            *count = self.findings.settled.len() as u32;
        }
    }

    /// Leaves a row out of the file, or takes it in again, and checks again what that can affect. With a product's own row
    /// all its rows are left out. Says whether it was out before.
    pub fn leave_out(&mut self, row: u32, out: bool) -> bool {
        if row >= self.table.rows() {
            return false;
        }
        let mut was = false;
        let mut is_told = false;
        for position in self.tallies.positions() {
            is_told |= self.tell(row, position, false);
        }
        self.alter(row, self.layout.is_own(row), false, |draft| {
            was = draft.edits.leave_out(row, out);
            CellEdit { row, column: 0, text: None }
        });
        for position in self.tallies.positions() {
            is_told |= self.tell(row, position, true);
        }
        if is_told {
            self.ask_again();
        }
        was
    }

    /// Carries out a change of one row: what it can affect is looked for before and after, and read again.
    fn alter(&mut self, row: u32, shares: bool, merges: bool, apply: impl FnOnce(&mut Self) -> CellEdit) -> Affected {
        let table = Rc::clone(&self.table);
        let damaged = table.damaged();
        let begins = self.layout.anchor(row);
        let mut local: BTreeSet<u32> = BTreeSet::from([Layout::place(damaged, begins)]);
        if merges && let Some(above) = self.layout.above(damaged, begins) {
            local.insert(Layout::place(damaged, above));
        }
        let mut others = BTreeSet::new();
        let (before, filled) = (self.keys(row, shares, &mut others), self.filled_in(&local));
        add(&mut self.filled, &filled, u32::wrapping_sub);
        let undo = apply(self);
        if shares {
            let after = self.keys(row, shares, &mut others);
            self.ids.change(Layout::place(damaged, Anchor::Row(row)), &before.0, &after.0);
            self.codes.change(row, &before.1, &after.1);
        }
        local.insert(Layout::place(damaged, self.layout.anchor(row)));
        others.extend(&local);
        self.read_all_again(&others);
        let filled = self.filled_in(&local);
        add(&mut self.filled, &filled, u32::wrapping_add);
        let anchors = others.iter().filter_map(|place| self.layout.at(damaged, *place));
        let rows = anchors.map(|anchor| self.group(anchor).0).map(|group| group.first_row..group.first_row + group.rows);
        Affected { undo, rows: rows.collect() }
    }

    /// The id and the hashes of the codes that a row has as a product's own; the places of others that one of them may
    /// affect go into `others`.
    fn keys(&self, row: u32, shares: bool, others: &mut BTreeSet<u32>) -> (Vec<ProductId>, Vec<u64>) {
        let (mut ids, mut hashes) = (Vec::new(), Vec::new());
        let view = self.view();
        if !shares || !self.layout.is_own(row) || view.edits.is_left_out(row) {
            return (ids, hashes);
        }
        let damaged = self.table.damaged();
        let place = Layout::place(damaged, Anchor::Row(row));
        if let Ok(id) = ProductId::from_ascii(view.of(row, C::ProductId).trim().as_bytes()) {
            ids.push(id);
            let mut twins = self.ids.places(id).filter(|twin| *twin != place);
            // The only other one is named twice with this one, and once without; of more, all stay as they are.
            if let (Some(twin), None) = (twins.next(), twins.next()) {
                others.insert(twin);
            }
        }
        let rules = &self.findings.rules;
        let (group, outside) = self.group(Anchor::Row(row));
        let mut notes = Notes::listing(0);
        check(view, group, outside, rules, &mut notes);
        for (hash, _, start) in notes.codes {
            hashes.push(hash);
            let Some(code) = code_at(view, row, start, rules) else { continue };
            // The first one is not pointed out, the others are.
            if let Some(other) = self.codes.places(hash).find(|&other| other != row && self.has_code(other, hash, code)) {
                others.insert(Layout::place(damaged, Anchor::Row(other)));
            }
        }
        (ids, hashes)
    }

    /// How many cells of each column are filled in, in these products.
    fn filled_in(&self, places: &BTreeSet<u32>) -> [u32; COLUMNS.len()] {
        let mut sum = [0; COLUMNS.len()];
        for anchor in places.iter().filter_map(|place| self.layout.at(self.table.damaged(), *place)) {
            add(&mut sum, &self.read_again(anchor, 0).0.filled, u32::wrapping_add);
        }
        sum
    }

    /// Takes back what was found in these products, and reads those that are still there.
    fn read_all_again(&mut self, places: &BTreeSet<u32>) {
        for &place in places {
            for found in self.found.remove(&place).unwrap_or_default() {
                if let Some(count) = self.by_rule.get_mut(found.rule as usize) {
                    *count -= 1;
                }
            }
            self.sendable_count -= u32::from(self.sendable.has(place));
            self.sendable.set(place, false);
            let Some(anchor) = self.layout.at(self.table.damaged(), place) else { continue };
            let (notes, ok) = self.read_again(anchor, 0);
            self.sendable.set(place, ok);
            self.sendable_count += u32::from(ok);
            add(&mut self.by_rule, &notes.by_rule, u32::wrapping_add);
            let mut found: Vec<Found> = notes.found.unwrap_or_default().into_iter().map(|(_, found)| found).collect();
            if !found.is_empty() {
                found.sort_unstable();
                self.found.insert(place, found);
            }
        }
    }

    fn count_unnamed(&mut self, position: u16, was_filled: bool, is_filled: bool) {
        let Some((_, filled)) = self.unnamed.iter_mut().find(|(at, _)| *at == position) else { return };
        let before = *filled > 0;
        *filled = *filled + u32::from(is_filled) - u32::from(was_filled);
        if let Some(count) = self.by_rule.get_mut(Rule::IgnoredColumn as usize) {
            *count = *count + u32::from(*filled > 0) - u32::from(before);
        }
    }
}

fn add<const N: usize>(to: &mut [u32; N], from: &[u32; N], sum: impl Fn(u32, u32) -> u32) {
    for (to, from) in to.iter_mut().zip(from) {
        *to = sum(*to, *from);
    }
}
