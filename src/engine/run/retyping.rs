//! The text of a damaged row, typed anew: what it would be, and what becomes of the rows below.
//!
//! In: a text. Out: whether it is sound, and where not; a step carried out, and the order as it is then. Must never know: how a
//! row is read.

use super::comparing::small;
use super::file::{LoadedFile, Open};
use super::order::{Order, Place, Places};
use crate::engine::protocol::{DamagedText, Tried, WrongText};
use crate::import::{Damaged, Draft, Step, StillWrong, Table};

impl LoadedFile {
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

impl Open {
    pub(super) fn apply(&mut self, step: Step) -> Step {
        apply(&mut self.draft, &mut self.order, step)
    }
}

/// Carries a step out. Where rows take the place of a damaged one, or it comes back, the order has them where that stands.
pub(super) fn apply(draft: &mut Draft, order: &mut Order, step: Step) -> Step {
    let repaired: Vec<u32> = step.repairs.iter().map(|(number, _)| *number).collect();
    let stands = |draft: &Draft| repaired.iter().filter_map(|number| stand(draft, *number)).collect::<Vec<_>>();
    let before = stands(draft);
    let undo = draft.apply(step);
    for ((place, gone), (_, come)) in before.into_iter().zip(stands(draft)) {
        order.swap(place, gone, come);
    }
    undo
}

/// Where a row that is damaged in the file stands: its place, and how many rows there are.
pub(super) fn stand(draft: &Draft, number: u32) -> Option<(u32, u32)> {
    let (table, places) = (draft.table(), Places(draft.table()));
    match table.repaired_rows(number) {
        Some((first, rows)) => Some((places.of_row(first), rows)),
        None => Some((places.of_damaged(table.damaged_index(number)?), 1)),
    }
}
