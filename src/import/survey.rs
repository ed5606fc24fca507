//! What the cells of a column say about how they were written: the order of dates, the decimal mark.
//!
//! In: all rows, a piece at a time. Out: [`Findings`]: what the cells settle, and for what stays open one [`Question`] a
//! column, with what each answer would make of some cells. Must never know: products, issues.
//!
//! Nothing is guessed. A column is settled where some cells allow only one reading and none contradicts them: 25/12/2026
//! settles 03/04/2026. A single cell may be a slip, so that it settles neither ten times as many others nor that a column
//! has decimal commas. Otherwise the column stays open, its unclear cells stop their rows, and a person is asked.

use super::dates::{self, Written};
use super::edits::View;
use super::formats::{CellRules, ColumnChoice, DATE_COLUMNS, DateOrder, DateRule, NUMBER_COLUMNS, NumberRule, Zone};
use super::issue::Issue;
use super::numbers::{self, Mark};
use crate::domain::{ColumnId as C, Timestamp};
use serde::{Deserialize, Serialize};

/// Cells shown with a question, at most.
const SAMPLES: usize = 5;

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
struct Dates {
    day_only: u32,
    month_only: u32,
    /// Both, with different days.
    either: u32,
    short: u32,
    zoneless: u32,
    /// Cells each order reads, of those that need one.
    reads: [u32; 3],
    decider: Option<(u32, String)>,
    samples: Samples,
}

/// What is counted of a column of numbers.
#[derive(Clone, Debug, Default)]
struct Numbers {
    point: u32,
    comma: u32,
    either: u32,
    /// Cells that the documented form does not have: groups of digits, or a comma.
    marked: u32,
    decider: Option<(u32, String)>,
    samples: Samples,
}

/// The first cells of each sort: two that say nothing, and then others, so that a contradiction is seen.
#[derive(Clone, Debug, Default)]
struct Samples(Vec<(u32, String, u8)>);

impl Samples {
    fn take(&mut self, row: u32, cell: &str, sort: u8) {
        let same = self.0.iter().filter(|(_, text, of)| *of == sort || text == cell).count();
        if self.0.len() < SAMPLES && same < 2 && !self.0.iter().any(|(_, text, _)| text == cell) {
            self.0.push((row, Issue::clip(cell), sort));
        }
    }

    /// Whether another cell of this sort would not be taken.
    fn has_enough(&self, sort: u8) -> bool {
        self.0.len() >= SAMPLES || self.0.iter().filter(|(_, _, of)| *of == sort).count() >= 2
    }

    fn read(&self, read: impl Fn(&str) -> Option<String>) -> Vec<Sample> {
        self.0.iter().map(|(row, cell, _)| Sample { row: *row, cell: cell.clone(), reads_as: read(cell) }).collect()
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

/// Looks through the columns of dates and numbers of which nothing is chosen.
#[derive(Debug)]
pub(super) struct Survey {
    rules: CellRules,
    next: u32,
    dates: Vec<(C, usize, Dates)>,
    numbers: Vec<(C, usize, Numbers)>,
}

impl Survey {
    /// A survey of the columns that are there and not chosen.
    pub(super) fn new(view: View<'_>, rules: CellRules) -> Self {
        let at = |id: C| view.columns.position(id).map(usize::from);
        let dates = DATE_COLUMNS.iter().filter(|id| rules.date(**id).order == DateOrder::Infer);
        let numbers = NUMBER_COLUMNS.iter().filter(|id| rules.number(**id) == NumberRule::Infer);
        Self {
            rules,
            next: 0,
            dates: dates.filter_map(|&id| Some((id, at(id)?, Dates::default()))).collect(),
            numbers: numbers.filter_map(|&id| Some((id, at(id)?, Numbers::default()))).collect(),
        }
    }

    /// A survey of one column, whatever is chosen for it.
    fn of(view: View<'_>, mut rules: CellRules, id: C) -> Self {
        let date = DateRule { order: DateOrder::Infer, short_years: false, zone: Zone::Documented };
        for other in DATE_COLUMNS {
            let rule = if other == id { date } else { DateRule { order: DateOrder::Open, ..date } };
            rules = rules.with(other, ColumnChoice::Date(rule));
        }
        for other in NUMBER_COLUMNS {
            let rule = if other == id { NumberRule::Infer } else { NumberRule::Open };
            rules = rules.with(other, ColumnChoice::Number(rule));
        }
        Self::new(view, rules)
    }

    /// Looks at up to `most` more rows; says whether that were all.
    pub(super) fn step(&mut self, view: View<'_>, most: u32) -> bool {
        let end = view.table.rows().min(self.next.saturating_add(most));
        for row in self.next..end {
            if view.edits.is_left_out(row) {
                continue;
            }
            for (_, position, numbers) in &mut self.numbers {
                let cell = view.cell(row, *position);
                if !cell.is_empty() && !cell.bytes().all(|b| b.is_ascii_digit()) {
                    numbers.look(row, cell.trim());
                }
            }
            for (_, position, dates) in &mut self.dates {
                let cell = view.cell(row, *position);
                // `2026-12-31` and `…Z` say all there is to say.
                if !cell.is_empty()
                    && !(matches!(cell.as_bytes(), [_, _, _, _, b'-', ..]) && (cell.len() == 10 || cell.ends_with('Z')))
                {
                    dates.look(row, cell.trim());
                }
            }
        }
        self.next = end;
        end >= view.table.rows()
    }

    /// What was found.
    pub(super) fn finish(self) -> Findings {
        let mut found = Findings { rules: self.rules, ..Findings::default() };
        for (id, _, numbers) in self.numbers {
            numbers.settle(id, &mut found);
        }
        for (id, _, dates) in self.dates {
            dates.settle(id, &mut found);
        }
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
        found
    }
}

/// The answers there are for a column, settled or not, with what each makes of some of its cells: for changing a choice.
pub(super) fn answers(view: View<'_>, rules: CellRules, id: C) -> Option<Question> {
    let mut survey = Survey::of(view, rules, id);
    survey.step(view, u32::MAX);
    let dates = survey
        .dates
        .pop()
        .map(|(_, _, dates)| dates.question(id, dates.day_only + dates.month_only + dates.either, Zone::Documented));
    dates.or_else(|| survey.numbers.pop().map(|(_, _, numbers)| numbers.question(id, numbers.either + numbers.marked)))
}

impl Numbers {
    fn look(&mut self, row: u32, cell: &str) {
        // An easy number with a point has too few digits behind it for another reading.
        if self.samples.has_enough(Mark::Point as u8) && cell.contains('.') && numbers::easy(cell).is_some() {
            self.point += 1;
            return;
        }
        let mark = numbers::mark(cell);
        let is_plain = cell.bytes().all(|b| b.is_ascii_digit() || b == b'.');
        let count = match mark {
            Mark::Point => &mut self.point,
            Mark::Comma => &mut self.comma,
            Mark::Either => &mut self.either,
            Mark::Grouped => &mut self.marked,
            Mark::None | Mark::Neither => return,
        };
        *count += 1;
        self.marked += u32::from(mark == Mark::Comma || (mark == Mark::Point && !is_plain));
        if self.decider.is_none() && matches!(mark, Mark::Point | Mark::Comma) {
            self.decider = Some((row, Issue::clip(cell)));
        }
        self.samples.take(row, cell, mark as u8);
    }

    fn settle(self, id: C, found: &mut Findings) {
        let rule = match (self.point, self.comma) {
            (1.., 0) if outweighs(self.point, self.either) => NumberRule::Point,
            (0, 2..) if outweighs(self.comma, self.either) => NumberRule::Comma,
            _ => NumberRule::Open,
        };
        found.rules = found.rules.with(id, ColumnChoice::Number(rule));
        if rule == NumberRule::Open {
            let cells = self.either + self.comma;
            if cells > 0 {
                found.questions.push(self.question(id, cells));
            }
        } else if self.marked + self.either > 0 {
            let choice = ColumnChoice::Number(rule);
            found.settled.push(Settled { column: id, choice, decided_by: self.point + self.comma, sample: self.decider });
        }
    }

    fn question(&self, id: C, cells: u32) -> Question {
        let grouped = self.marked.saturating_sub(self.comma);
        let answer = |rule, reads| Answer {
            choice: ColumnChoice::Number(rule),
            reads,
            samples: self.samples.read(|cell| numbers::price(cell, rule).ok().map(|price| price.to_string())),
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
    fn look(&mut self, row: u32, cell: &str) {
        if let Ok(_) | Err(crate::domain::timestamp::NotATimestamp::NoZone) = Timestamp::parse(cell) {
            let zoneless = Timestamp::parse(cell).is_err();
            self.zoneless += u32::from(zoneless);
            if zoneless {
                self.samples.take(row, cell, 4);
            }
            return;
        }
        let Some(allows) = Written::parse(cell).map(Written::allows) else { return };
        let orders = [allows.day_first, allows.month_first, allows.year_first];
        self.zoneless += u32::from(allows.zoneless);
        if !orders.contains(&true) {
            return;
        }
        for (count, may) in self.reads.iter_mut().zip(orders) {
            *count += u32::from(may);
        }
        self.short += u32::from(allows.short);
        let sort = match (allows.day_first, allows.month_first) {
            (true, false) => {
                self.day_only += 1;
                1
            }
            (false, true) => {
                self.month_only += 1;
                2
            }
            _ => {
                self.either += u32::from(!allows.is_same_day);
                0
            }
        };
        if self.decider.is_none() && sort > 0 {
            self.decider = Some((row, Issue::clip(cell)));
        }
        self.samples.take(row, cell, sort);
    }

    fn settle(self, id: C, found: &mut Findings) {
        let rule = found.rules.date(id);
        let order = match (self.day_only, self.month_only) {
            _ if self.short > 0 => DateOrder::Open,
            (1.., 0) if outweighs(self.day_only, self.either) => DateOrder::DayMonthYear,
            (0, 1..) if outweighs(self.month_only, self.either) => DateOrder::MonthDayYear,
            _ => DateOrder::Open,
        };
        found.rules = found.rules.with(id, ColumnChoice::Date(DateRule { order, ..rule }));
        let zoneless = if rule.zone == Zone::Documented { self.zoneless } else { 0 };
        let unclear = self.day_only + self.month_only + self.either;
        let open = if order == DateOrder::Open { unclear.max(self.short) } else { 0 };
        if order != DateOrder::Open {
            let choice = ColumnChoice::Date(DateRule { order, ..rule });
            let (decided_by, sample) = (self.day_only + self.month_only, self.decider.clone());
            found.settled.push(Settled { column: id, choice, decided_by, sample });
        }
        if open + zoneless > 0 {
            let mut question = self.question(id, open.max(zoneless), rule.zone);
            if order != DateOrder::Open {
                question.answers.retain(|answer| matches!(answer.choice, ColumnChoice::Date(rule) if rule.order == order));
            }
            found.questions.push(question);
        }
    }

    fn question(&self, id: C, cells: u32, zone: Zone) -> Question {
        let zone = if zone == Zone::Documented && self.zoneless > 0 { Zone::Offset(0) } else { zone };
        let mut answers = Vec::new();
        for (order, reads) in ORDERS.into_iter().zip(self.reads).filter(|&(_, reads)| reads > 0) {
            let rule = DateRule { order, short_years: self.short > 0, zone };
            let samples = self.samples.read(|cell| dates::moment(cell, rule).ok().map(|moment| moment.to_string()));
            answers.push(Answer { choice: ColumnChoice::Date(rule), reads, samples });
        }
        if answers.is_empty() {
            let rule = DateRule { order: DateOrder::Open, short_years: false, zone };
            let samples = self.samples.read(|cell| dates::moment(cell, rule).ok().map(|moment| moment.to_string()));
            answers.push(Answer { choice: ColumnChoice::Date(rule), reads: self.zoneless, samples });
        }
        answers.sort_by_key(|answer| std::cmp::Reverse(answer.reads));
        Question { column: id, cells, zoneless: self.zoneless, answers }
    }
}
