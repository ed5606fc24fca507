//! What the cells of a column say about how they were written: the order of dates, the decimal mark.
//!
//! In: all rows, a piece at a time. Out: [`Findings`]: what the cells settle, and for what stays open one [`Question`] a
//! column, with what each answer would make of some cells. Must never know: products, issues.
//!
//! Nothing is guessed. A column is settled where some cells allow only one reading and none contradicts them: 25/12/2026
//! settles 03/04/2026. A single cell may be a slip, so that it settles neither ten times as many others nor that a column
//! has decimal commas. Otherwise the column stays open, its unclear cells stop their rows, and a person is asked.

use super::dates::Written;
use super::edits::View;
use super::formats::{CellRules, ColumnChoice, DATE_COLUMNS, DateOrder, DateRule, NUMBER_COLUMNS, NumberRule, Zone};
use super::numbers::{self, Mark};
use super::tally::{Samples, Tallies};
use crate::domain::{ColumnId as C, Timestamp};
use serde::{Deserialize, Serialize};

/// A column that its own cells settled in a way other than the documented one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settled {
    /// Which column.
    pub column: C,
    /// How it is read.
    pub choice: ColumnChoice,
    /// How many cells allow only this reading.
    pub decided_by: u32,
    /// The row, from 0, and the text of the first of them.
    pub sample: Option<(u32, String)>,
}

/// What is to be asked about one column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// Which column.
    pub column: C,
    /// How many of its cells cannot be read before it is answered.
    pub cells: u32,
    /// How many of its cells hold a time of day and no time zone. Any [`Zone::Offset`] may be put into the answer.
    pub zoneless: u32,
    /// The answers, the likelier first: what reads more cells.
    pub answers: Vec<Answer>,
}

/// One answer to a [`Question`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// What to choose: see [`CellRules::with`].
    pub choice: ColumnChoice,
    /// How many of the cells in question it reads.
    pub reads: u32,
    /// What it makes of some cells; the same cells under every answer.
    pub samples: Vec<Sample>,
}

/// A cell and what an answer makes of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sample {
    /// The row, from 0.
    pub row: u32,
    /// The cell, clipped.
    pub cell: String,
    /// What it would be; nothing where it could not be read.
    pub reads_as: Option<String>,
}

/// What the cells of a file's columns say.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Findings {
    /// The rules with which the file is checked: nothing in them is still to be inferred.
    pub rules: CellRules,
    /// What was settled by cells, not by a person.
    pub settled: Vec<Settled>,
    /// What is open, one for a column.
    pub questions: Vec<Question>,
}

/// What is counted of a column of dates.
#[derive(Clone, Debug, Default)]
pub(super) struct Dates {
    day_only: u32,
    month_only: u32,
    /// Both, with different days.
    either: u32,
    short: u32,
    zoneless: u32,
    /// Cells each order reads, of those that need one.
    reads: [u32; 3],
}

/// What is counted of a column of numbers.
#[derive(Clone, Debug, Default)]
pub(super) struct Numbers {
    point: u32,
    comma: u32,
    either: u32,
    /// Cells that the documented form does not have: groups of digits, or a comma.
    marked: u32,
}

/// One more, or one fewer.
const fn tell(count: &mut u32, is_one: bool, add: bool) {
    if is_one {
        *count = if add { *count + 1 } else { *count - 1 };
    }
}

/// Whether cells that allow one reading are enough to settle `open` ones: one may be a slip.
const fn outweighs(deciding: u32, open: u32) -> bool {
    open <= deciding.saturating_mul(10)
}

impl Settled {
    /// How the column is read, in a few words.
    #[must_use]
    pub const fn words(&self) -> &'static str {
        match self.choice {
            ColumnChoice::Number(NumberRule::Comma) => "with a decimal comma",
            ColumnChoice::Number(_) => "with a decimal point, and marks between thousands",
            ColumnChoice::Date(DateRule { order: DateOrder::MonthDayYear, .. }) => "with the month before the day",
            ColumnChoice::Date(DateRule { order: DateOrder::YearMonthDay, .. }) => "with the year first",
            ColumnChoice::Date(_) => "with the day before the month",
        }
    }
}

/// Looks through the columns of dates and numbers.
#[derive(Debug)]
pub(super) struct Survey {
    rules: CellRules,
    next: u32,
    tallies: Tallies,
}

impl Survey {
    /// A survey of the columns that are there.
    pub(super) fn new(view: View<'_>, rules: CellRules) -> Self {
        Self { rules, next: 0, tallies: Tallies::new(view) }
    }

    /// Looks at up to `most` more rows; says whether that were all.
    pub(super) fn step(&mut self, view: View<'_>, most: u32) -> bool {
        let end = view.table.rows().min(self.next.saturating_add(most));
        for row in self.next..end {
            if !view.edits.is_left_out(row) {
                self.tallies.look(view, row);
            }
        }
        self.next = end;
        end >= view.table.rows()
    }

    /// What was found, and what was counted.
    pub(super) fn finish(self) -> (Findings, Tallies) {
        let Self { rules, tallies, .. } = self;
        let mut found = Findings { rules, ..Findings::default() };
        tallies.settle(&mut found);
        // Columns that the file does not have need no looking.
        for id in DATE_COLUMNS {
            let rule = found.rules.date(id);
            if rule.order == DateOrder::Infer {
                found.rules = found.rules.with(id, ColumnChoice::Date(DateRule { order: DateOrder::Open, ..rule }));
            }
        }
        for id in NUMBER_COLUMNS {
            if found.rules.number(id) == NumberRule::Infer {
                found.rules = found.rules.with(id, ColumnChoice::Number(NumberRule::Open));
            }
        }
        found.questions = tallies.questions(&found.rules, &rules.answered());
        (found, tallies)
    }
}

impl Numbers {
    /// Counts a cell, or no longer; says which sort it is of.
    pub(super) fn count(&mut self, cell: &str, add: bool) -> Option<u8> {
        let mark = numbers::mark(cell);
        let is_plain = cell.bytes().all(|b| b.is_ascii_digit() || b == b'.');
        let count = match mark {
            Mark::Point => &mut self.point,
            Mark::Comma => &mut self.comma,
            Mark::Either => &mut self.either,
            Mark::Grouped => &mut self.marked,
            Mark::None | Mark::Neither => return None,
        };
        tell(count, true, add);
        tell(&mut self.marked, mark == Mark::Comma || (mark == Mark::Point && !is_plain), add);
        Some(mark as u8)
    }

    /// Counts a number with a point that has no other reading.
    pub(super) const fn easy(&mut self) {
        self.point += 1;
    }

    /// How many cells an answer can be about.
    pub(super) const fn answerable(&self) -> u32 {
        self.either + self.marked
    }

    /// Whether a cell of this sort allows one reading alone.
    pub(super) const fn decides(sort: u8) -> bool {
        sort == Mark::Point as u8 || sort == Mark::Comma as u8
    }

    pub(super) fn settle(&self, id: C, decider: Option<&(u32, String)>, found: &mut Findings) {
        let rule = match (self.point, self.comma) {
            (1.., 0) if outweighs(self.point, self.either) => NumberRule::Point,
            (0, 2..) if outweighs(self.comma, self.either) => NumberRule::Comma,
            _ => NumberRule::Open,
        };
        found.rules = found.rules.with(id, ColumnChoice::Number(rule));
        if rule != NumberRule::Open && self.marked + self.either > 0 {
            let choice = ColumnChoice::Number(rule);
            found.settled.push(Settled { column: id, choice, decided_by: self.point + self.comma, sample: decider.cloned() });
        }
    }

    /// How many cells wait for an answer.
    pub(super) fn open(&self, rule: NumberRule) -> u32 {
        if rule == NumberRule::Open { self.either + self.comma } else { 0 }
    }

    pub(super) fn question(&self, samples: &Samples, id: C, cells: u32) -> Question {
        let grouped = self.marked.saturating_sub(self.comma);
        let answer = |rule, reads| {
            let choice = ColumnChoice::Number(rule);
            Answer { choice, reads, samples: samples.read(choice) }
        };
        let mut answers = vec![
            answer(NumberRule::Point, self.point + self.either + grouped),
            answer(NumberRule::Comma, self.comma + self.either + grouped),
        ];
        answers.sort_by_key(|answer| std::cmp::Reverse(answer.reads));
        Question { column: id, cells, zoneless: 0, answers }
    }
}

const ORDERS: [DateOrder; 3] = [DateOrder::DayMonthYear, DateOrder::MonthDayYear, DateOrder::YearMonthDay];

impl Dates {
    /// Counts a cell, or no longer; says which sort it is of.
    pub(super) fn count(&mut self, cell: &str, add: bool) -> Option<u8> {
        if let Ok(_) | Err(crate::domain::timestamp::NotATimestamp::NoZone) = Timestamp::parse(cell) {
            let zoneless = Timestamp::parse(cell).is_err();
            tell(&mut self.zoneless, zoneless, add);
            return zoneless.then_some(4);
        }
        let allows = Written::parse(cell).map(Written::allows)?;
        let orders = [allows.day_first, allows.month_first, allows.year_first];
        tell(&mut self.zoneless, allows.zoneless, add);
        if !orders.contains(&true) {
            return None;
        }
        for (count, may) in self.reads.iter_mut().zip(orders) {
            tell(count, may, add);
        }
        tell(&mut self.short, allows.short, add);
        Some(match (allows.day_first, allows.month_first) {
            (true, false) => {
                tell(&mut self.day_only, true, add);
                1
            }
            (false, true) => {
                tell(&mut self.month_only, true, add);
                2
            }
            _ => {
                tell(&mut self.either, !allows.is_same_day, add);
                0
            }
        })
    }

    /// Whether a cell of this sort allows one reading alone.
    pub(super) const fn decides(sort: u8) -> bool {
        sort == 1 || sort == 2
    }

    pub(super) const fn unclear(&self) -> u32 {
        self.day_only + self.month_only + self.either
    }

    pub(super) fn settle(&self, id: C, decider: Option<&(u32, String)>, found: &mut Findings) {
        let rule = found.rules.date(id);
        let order = match (self.day_only, self.month_only) {
            _ if self.short > 0 => DateOrder::Open,
            (1.., 0) if outweighs(self.day_only, self.either) => DateOrder::DayMonthYear,
            (0, 1..) if outweighs(self.month_only, self.either) => DateOrder::MonthDayYear,
            _ => DateOrder::Open,
        };
        found.rules = found.rules.with(id, ColumnChoice::Date(DateRule { order, ..rule }));
        if order != DateOrder::Open {
            let choice = ColumnChoice::Date(DateRule { order, ..rule });
            let decided_by = self.day_only + self.month_only;
            found.settled.push(Settled { column: id, choice, decided_by, sample: decider.cloned() });
        }
    }

    /// How many cells wait for an answer.
    pub(super) fn open(&self, rule: DateRule) -> u32 {
        let zoneless = if rule.zone == Zone::Documented { self.zoneless } else { 0 };
        let short = if rule.short_years { 0 } else { self.short };
        let open = if rule.order == DateOrder::Open { self.unclear().max(short) } else { short };
        open.max(zoneless)
    }

    pub(super) fn question(&self, samples: &Samples, id: C, cells: u32, zone: Zone) -> Question {
        let zone = if zone == Zone::Documented && self.zoneless > 0 { Zone::Offset(0) } else { zone };
        let mut answers = Vec::new();
        for (order, reads) in ORDERS.into_iter().zip(self.reads).filter(|&(_, reads)| reads > 0) {
            let choice = ColumnChoice::Date(DateRule { order, short_years: self.short > 0, zone });
            answers.push(Answer { choice, reads, samples: samples.read(choice) });
        }
        if answers.is_empty() {
            let choice = ColumnChoice::Date(DateRule { order: DateOrder::Open, short_years: false, zone });
            answers.push(Answer { choice, reads: self.zoneless, samples: samples.read(choice) });
        }
        answers.sort_by_key(|answer| std::cmp::Reverse(answer.reads));
        Question { column: id, cells, zoneless: self.zoneless, answers }
    }
}
