//! What the cells of a column say, counted, and kept while cells are edited.
//!
//! In: cells, as they come and go. Out: how a column is settled, and what is to be asked about it. Must never know: what a count
//! means; that is `survey`'s.
//!
//! Counting a cell costs the same wherever it stands, so that an edit is told at once. The cells that are shown are the first of
//! each sort: they are looked for again, from the top, only where an edit touches one of them.

use super::dates;
use super::edits::View;
use super::formats::{CellRules, ColumnChoice, DATE_COLUMNS, DateOrder, NUMBER_COLUMNS, NumberRule, Zone};
use super::issue::Issue;
use super::numbers::{self, Mark};
use super::survey::{Dates, Findings, Numbers, Question, Sample};
use crate::domain::{ColumnId as C, trimmed};

/// Cells shown with a question, at most.
const SAMPLES: usize = 5;
/// Sorts of cells.
const SORTS: usize = 8;

/// The first cells of each sort: two that say nothing, and then others, so that a contradiction is seen.
#[derive(Clone, Debug, Default)]
pub(super) struct Samples {
    list: Vec<(u32, String, u8)>,
    /// How many cells there are of each sort.
    sorts: [u32; SORTS],
    /// Whether they have to be looked for again.
    is_old: bool,
}

impl Samples {
    /// A cell more of this sort, in the order of the rows.
    fn take(&mut self, row: u32, cell: &str, sort: u8) {
        if Self::takes(&self.list, cell, sort) {
            self.list.push((row, Issue::clip(cell), sort));
        }
    }

    fn takes(list: &[(u32, String, u8)], cell: &str, sort: u8) -> bool {
        let same = list.iter().filter(|(_, text, of)| *of == sort || text == cell).count();
        list.len() < SAMPLES && same < 2 && !list.iter().any(|(_, text, _)| text == cell)
    }

    fn tell(&mut self, sort: u8, add: bool) {
        if let Some(count) = self.sorts.get_mut(usize::from(sort)) {
            *count = if add { *count + 1 } else { *count - 1 };
        }
    }

    /// A cell came to stand there, or went.
    fn edited(&mut self, row: u32, cell: &str, sort: u8, add: bool) {
        self.tell(sort, add);
        let before = self.list.partition_point(|(at, ..)| *at < row);
        self.is_old |= match add {
            true => Self::takes(self.list.get(..before).unwrap_or(&[]), cell, sort),
            false => self.list.get(before).is_some_and(|(at, ..)| *at == row),
        };
    }

    /// Whether another cell of this sort would not be taken.
    fn has_enough(&self, sort: usize) -> bool {
        self.list.len() >= SAMPLES || self.list.iter().filter(|(_, _, of)| usize::from(*of) == sort).count() >= 2
    }

    /// Looks for them again. `sort_of` tells the sort of a cell that counts.
    fn look_again(&mut self, view: View<'_>, position: usize, sort_of: impl Fn(&str) -> Option<u8>) {
        self.is_old = false;
        self.list.clear();
        let mut left = self.sorts;
        for row in (0..view.table.rows()).filter(|row| !view.edits.is_left_out(*row)) {
            if (0..SORTS).all(|sort| left.get(sort) == Some(&0) || self.has_enough(sort)) {
                break;
            }
            let cell = view.cell(row, position).trim();
            let Some(sort) = sort_of(cell) else { continue };
            self.take(row, cell, sort);
            if let Some(left) = left.get_mut(usize::from(sort)) {
                *left = left.saturating_sub(1);
            }
        }
    }

    /// What a choice makes of them.
    pub(super) fn read(&self, choice: ColumnChoice) -> Vec<Sample> {
        let reads_as = |cell: &str| match choice {
            ColumnChoice::Date(rule) => dates::moment(cell, rule).ok().map(|moment| moment.to_string()),
            ColumnChoice::Number(rule) => numbers::price(cell, rule).ok().map(|price| price.to_string()),
        };
        self.list.iter().map(|(row, cell, _)| Sample { row: *row, cell: cell.clone(), reads_as: reads_as(cell) }).collect()
    }
}

/// One column.
#[derive(Clone, Debug)]
struct Tally<T> {
    id: C,
    position: usize,
    counts: T,
    /// The first cell that allows one reading alone.
    decider: Option<(u32, String)>,
    samples: Samples,
}

impl<T: Default> Tally<T> {
    fn of(view: View<'_>, id: C) -> Option<Self> {
        let position = usize::from(view.columns.position(id)?);
        Some(Self { id, position, counts: T::default(), decider: None, samples: Samples::default() })
    }

    fn found(&mut self, row: u32, cell: &str, sort: Option<u8>, decides: fn(u8) -> bool) {
        let Some(sort) = sort else { return };
        if self.decider.is_none() && decides(sort) {
            self.decider = Some((row, Issue::clip(cell)));
        }
        self.samples.tell(sort, true);
        self.samples.take(row, cell, sort);
    }
}

/// Whether there is anything to say of a number: digits alone are the same under every choice.
fn may_tell(cell: &str) -> bool {
    !cell.is_empty() && !cell.bytes().all(|b| b.is_ascii_digit())
}

/// Whether there is anything to say of a date: `2026-12-31` and `…Z` say all there is to say.
fn may_tell_date(cell: &str) -> bool {
    !cell.is_empty() && !(matches!(cell.as_bytes(), [_, _, _, _, b'-', ..]) && (cell.len() == 10 || cell.ends_with('Z')))
}

/// The columns of dates and numbers of a file.
#[derive(Clone, Debug, Default)]
pub(super) struct Tallies {
    dates: Vec<Tally<Dates>>,
    numbers: Vec<Tally<Numbers>>,
}

impl Tallies {
    /// Nothing counted yet.
    pub(super) fn new(view: View<'_>) -> Self {
        Self {
            dates: DATE_COLUMNS.iter().filter_map(|id| Tally::of(view, *id)).collect(),
            numbers: NUMBER_COLUMNS.iter().filter_map(|id| Tally::of(view, *id)).collect(),
        }
    }

    /// Counts the cells of the next row.
    pub(super) fn look(&mut self, view: View<'_>, row: u32) {
        let as_read = (!view.edits.touches(row)).then(|| view.table.row(row));
        let cell_at = |position| as_read.map_or_else(|| view.cell(row, position), |cells| cells.get(position));
        for tally in &mut self.numbers {
            let cell = cell_at(tally.position);
            if may_tell(cell) {
                let cell = trimmed(cell);
                // An easy number with a point has too few digits behind it for another reading.
                let point = Mark::Point as u8;
                if tally.samples.has_enough(usize::from(point)) && cell.contains('.') && numbers::easy(cell).is_some() {
                    tally.counts.easy();
                    tally.samples.tell(point, true);
                    continue;
                }
                let sort = tally.counts.count(cell, true);
                tally.found(row, cell, sort, Numbers::decides);
            }
        }
        for tally in &mut self.dates {
            let cell = cell_at(tally.position);
            if may_tell_date(cell) {
                let cell = trimmed(cell);
                let sort = tally.counts.count(cell, true);
                tally.found(row, cell, sort, Dates::decides);
            }
        }
    }

    /// A cell of a column came to stand in a row, or went. Says whether that can change what is to be asked.
    pub(super) fn edited(&mut self, row: u32, position: usize, cell: &str, add: bool) -> bool {
        let number = self.numbers.iter_mut().find(|tally| tally.position == position);
        if let Some(tally) = number.filter(|_| may_tell(cell)) {
            if let Some(sort) = tally.counts.count(cell.trim(), add) {
                tally.samples.edited(row, cell.trim(), sort, add);
            }
            return true;
        }
        let date = self.dates.iter_mut().find(|tally| tally.position == position);
        let Some(tally) = date.filter(|_| may_tell_date(cell)) else { return false };
        if let Some(sort) = tally.counts.count(cell.trim(), add) {
            tally.samples.edited(row, cell.trim(), sort, add);
        }
        true
    }

    /// The positions of all columns that are counted.
    pub(super) fn positions(&self) -> Vec<usize> {
        let dates = self.dates.iter().map(|tally| tally.position);
        self.numbers.iter().map(|tally| tally.position).chain(dates).collect()
    }

    /// Settles the columns that are not chosen.
    pub(super) fn settle(&self, found: &mut Findings) {
        for tally in self.numbers.iter().filter(|tally| found.rules.number(tally.id) == NumberRule::Infer).collect::<Vec<_>>() {
            tally.counts.settle(tally.id, tally.decider.as_ref(), found);
        }
        for tally in self.dates.iter().filter(|tally| found.rules.date(tally.id).order == DateOrder::Infer).collect::<Vec<_>>() {
            tally.counts.settle(tally.id, tally.decider.as_ref(), found);
        }
    }

    /// Looks for cells to be shown again, where an edit touched them and something is to be asked.
    pub(super) fn look_again(&mut self, view: View<'_>, rules: &CellRules, answered: &[C]) {
        let is_asked = |id: C, open: u32, samples: &Samples| open > 0 && samples.is_old && !answered.contains(&id);
        for tally in &mut self.numbers {
            if is_asked(tally.id, tally.counts.open(rules.number(tally.id)), &tally.samples) {
                tally.look_again(view);
            }
        }
        for tally in &mut self.dates {
            if is_asked(tally.id, tally.counts.open(rules.date(tally.id)), &tally.samples) {
                tally.look_again(view);
            }
        }
    }

    /// What is to be asked under these rules, but for columns that a person has answered.
    pub(super) fn questions(&self, rules: &CellRules, answered: &[C]) -> Vec<Question> {
        let mut questions = Vec::new();
        for tally in self.numbers.iter().filter(|tally| !answered.contains(&tally.id)) {
            let cells = tally.counts.open(rules.number(tally.id));
            if cells > 0 {
                questions.push(tally.counts.question(&tally.samples, tally.id, cells));
            }
        }
        for tally in self.dates.iter().filter(|tally| !answered.contains(&tally.id)) {
            let rule = rules.date(tally.id);
            let cells = tally.counts.open(rule);
            if cells > 0 {
                let mut question = tally.counts.question(&tally.samples, tally.id, cells, rule.zone);
                if rule.order != DateOrder::Open {
                    let is_settled = |choice: ColumnChoice| matches!(choice, ColumnChoice::Date(of) if of.order == rule.order);
                    question.answers.retain(|answer| is_settled(answer.choice));
                }
                questions.push(question);
            }
        }
        questions
    }

    /// The answers there are for a column, settled or not, with what each makes of some of its cells: for changing a choice.
    pub(super) fn answers(&self, view: View<'_>, id: C) -> Option<Question> {
        if let Some(tally) = self.dates.iter().find(|tally| tally.id == id) {
            let tally = tally.with_samples(view);
            return Some(tally.counts.question(&tally.samples, id, tally.counts.unclear(), Zone::Documented));
        }
        let tally = self.numbers.iter().find(|tally| tally.id == id)?.with_samples(view);
        Some(tally.counts.question(&tally.samples, id, tally.counts.answerable()))
    }

    /// What a choice makes of some cells of a column.
    pub(super) fn samples(&self, view: View<'_>, id: C, choice: ColumnChoice) -> Vec<Sample> {
        if let Some(tally) = self.dates.iter().find(|tally| tally.id == id) {
            return tally.with_samples(view).samples.read(choice);
        }
        let tally = self.numbers.iter().find(|tally| tally.id == id);
        tally.map_or_else(Vec::new, |tally| tally.with_samples(view).samples.read(choice))
    }
}

impl Tally<Numbers> {
    fn look_again(&mut self, view: View<'_>) {
        let sort = |cell: &str| if may_tell(cell) { Numbers::default().count(cell, true) } else { None };
        self.samples.look_again(view, self.position, sort);
    }

    fn with_samples(&self, view: View<'_>) -> Self {
        let mut tally = self.clone();
        if tally.samples.is_old {
            tally.look_again(view);
        }
        tally
    }
}

impl Tally<Dates> {
    fn look_again(&mut self, view: View<'_>) {
        let sort = |cell: &str| if may_tell_date(cell) { Dates::default().count(cell, true) } else { None };
        self.samples.look_again(view, self.position, sort);
    }

    fn with_samples(&self, view: View<'_>) -> Self {
        let mut tally = self.clone();
        if tally.samples.is_old {
            tally.look_again(view);
        }
        tally
    }
}
