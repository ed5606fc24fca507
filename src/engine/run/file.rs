//! A file that was read, as it stands: what was said of it, and what has been put right.
//!
//! In: a checked draft. Out: its summary, its products for the comparison. Must never know: how it was read.

use super::comparing::{Entry, small};
use super::history::History;
use super::order::{Order, Places};
use super::reporting::sentence;
use super::source::KeptSource;
use crate::domain::choices::ListSeparator;
use crate::domain::{ColumnId, ProductId};
use crate::engine::protocol::{
    CellMark, Choices, ColumnAnswer, ColumnChoice, ColumnQuestion, Confidence, DraftState, FileSummary, Fingerprint,
    HeaderChoice, HeaderView, KeptEdits, KeptFile, ReadSample, Restored, RuleCount, Severity,
};
use crate::import::{self, CellRules, Draft, Group, Issue, Repair};
use std::cell::{Ref, RefCell};
use std::rc::Rc;

/// What a person said of a file, and what stays said when it is read again.
#[derive(Clone, Debug, Default)]
pub struct Said {
    /// How it is written, where that is not to be found out.
    pub choices: Option<Choices>,
    /// Whether a person chose that; otherwise it was guessed before.
    pub is_chosen: bool,
    /// What its headers mean.
    pub headers: Vec<HeaderChoice>,
    /// What stands between the items of a list cell.
    pub separator: ListSeparator,
    /// How columns of dates and numbers are read.
    pub answers: Vec<(ColumnId, ColumnChoice)>,
}

impl Said {
    /// The rules to check by: what was answered, and nothing else chosen.
    #[must_use]
    pub fn rules(&self) -> CellRules {
        let rules = CellRules::separated_by(self.separator);
        self.answers.iter().fold(rules, |rules, (column, choice)| rules.with(*column, *choice))
    }

    /// Answers for one column.
    pub fn answer(&mut self, column: ColumnId, choice: ColumnChoice) {
        self.answers.retain(|(of, _)| *of != column);
        self.answers.push((column, choice));
    }
}

/// What is known of a file from reading it.
#[derive(Clone, Copy, Debug)]
pub struct ReadFacts {
    /// Which file.
    pub fingerprint: Fingerprint,
    /// How sure the guess was.
    pub confidence: Option<Confidence>,
    /// Whether a kept draft was taken up.
    pub restored: Restored,
    /// Milliseconds from the first byte to the last check.
    pub millis: u32,
}

/// A file that was read and checked.
pub struct LoadedFile {
    /// Its bytes.
    pub(super) kept: Rc<KeptSource>,
    pub(super) facts: ReadFacts,
    pub(super) open: RefCell<Open>,
}

/// What changes while a file is put right.
pub(super) struct Open {
    pub(super) said: Said,
    pub(super) draft: Draft,
    pub(super) history: History,
    pub(super) order: Order,
    /// Products named by the file; they change only with key cells.
    pub(super) products: u32,
    pub(super) revision: u32,
}

impl Open {
    /// After cells have changed: what is counted is counted anew.
    pub(super) fn refresh(&mut self, keys_changed: bool) {
        self.revision += 1;
        if keys_changed {
            self.products = small(self.draft.named().count());
        }
    }
}

impl LoadedFile {
    pub(super) fn new(kept: Rc<KeptSource>, said: Said, draft: Draft, history: History, facts: ReadFacts) -> Self {
        let products = draft.named_at_first();
        let open = Open { said, draft, history, order: Order::default(), products, revision: 1 };
        Self { kept, facts, open: RefCell::new(open) }
    }

    pub(super) fn open(&self) -> Ref<'_, Open> {
        self.open.borrow()
    }

    /// The file's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.kept.name
    }

    /// What the page is told.
    #[must_use]
    pub fn summary(&self) -> FileSummary {
        let open = self.open();
        let Open { draft, history, said, .. } = &*open;
        let (table, columns) = (draft.table(), draft.columns());
        let header = |(position, header): (usize, &String)| HeaderView { header: header.clone(), column: columns.id(position) };
        let mut by_rule: Vec<RuleCount> = draft
            .by_rule()
            .into_iter()
            .map(|(rule, count)| {
                let severity = of_severity(rule.severity());
                RuleCount { rule: rule as u16, title: rule.title().to_owned(), severity, count }
            })
            .collect();
        by_rule.sort_by_key(|rule| (rule.severity, std::cmp::Reverse(rule.count)));
        let sum = |severity: Severity| by_rule.iter().filter(|rule| rule.severity == severity).map(|rule| rule.count).sum();
        let damaged_out = table.repairs().filter(|(_, repair)| **repair == Repair::LeftOut).count();
        let (errors, warnings) = (sum(Severity::Error), sum(Severity::Warning));
        FileSummary {
            name: self.kept.name.clone(),
            size: self.kept.file.size(),
            source: self.kept.source.clone(),
            choices: table.choices(),
            confidence: self.facts.confidence.filter(|_| !said.is_chosen),
            restored: self.facts.restored,
            delimiter: table.delimiter(),
            list_separator: draft.findings().rules.list_separator,
            columns: columns.headers().iter().enumerate().map(header).collect(),
            rows: Places(table).total(),
            permission_rows: table.rows() - draft.own_rows(),
            damaged_rows: small(table.damaged().len()),
            products: open.products,
            sendable: draft.sendable(),
            settled: draft.findings().settled.clone(),
            questions: draft.findings().questions.iter().map(|question| asked(draft, question)).collect(),
            draft: DraftState {
                revision: open.revision,
                moved: open.order.moved,
                cells: small(draft.edits().len()),
                left_out: small(draft.edits().left_out().count() + damaged_out),
                repaired: small(table.repairs().filter(|(_, repair)| matches!(repair, Repair::Rows(_))).count()),
                undo: history.undo_words(),
                redo: history.redo_words(),
            },
            errors,
            warnings,
            by_rule,
            millis: self.facts.millis,
        }
    }

    /// Whether the file has this column.
    #[must_use]
    pub fn has_column(&self, column: ColumnId) -> bool {
        self.open().draft.columns().position(column).is_some()
    }

    /// Blank cells in known columns, which leave alone what the store has.
    #[must_use]
    pub fn blank_cells(&self) -> u64 {
        self.open().draft.counts().blank_cells
    }

    /// The products that have no error and are not left out, in the file's order.
    #[must_use]
    pub fn sendable_ids(&self) -> Vec<ProductId> {
        let open = self.open();
        open.draft.named().filter(|group| open.draft.is_sendable(*group)).filter_map(|group| group.id).collect()
    }

    /// Every product of the file, once, in the file's order.
    #[must_use]
    pub fn products(&self) -> Vec<Group> {
        self.open().draft.named().collect()
    }

    /// A product, as it goes into the review.
    #[must_use]
    pub fn entry(&self, group: Group) -> Entry {
        let open = self.open();
        let update = open.draft.update(group);
        let key = open.draft.columns().position(ColumnId::ProductId).map_or(0, usize::from);
        let named = group.id.map(|id| id.to_string());
        Entry {
            product: named.unwrap_or_else(|| open.draft.cell(group.first_row, key).to_owned()),
            line: group.line,
            stopped: if update.is_none() { why_stopped(&open.draft, group) } else { String::new() },
            update,
        }
    }

    /// What has to be kept to bring all of this back after a reload.
    #[must_use]
    pub fn keep(&self) -> KeptFile {
        let open = self.open();
        let (undo, redo) = open.history.to_kept();
        KeptFile {
            name: self.kept.name.clone(),
            fingerprint: self.facts.fingerprint,
            choices: open.draft.table().choices(),
            is_chosen: open.said.is_chosen,
            headers: open.said.headers.clone(),
            list_separator: open.said.separator,
            answers: open.said.answers.clone(),
            findings: open.draft.findings().clone(),
            edits: KeptEdits { cells: open.draft.edits().cells().collect(), left_out: open.draft.edits().left_out().collect() },
            undo,
            redo,
            repairs: open.draft.table().repairs().map(|(number, repair)| (number, repair.clone())).collect(),
        }
    }
}

fn why_stopped(draft: &Draft, group: Group) -> String {
    if group.is_left_out() {
        return "You left it out.".to_owned();
    }
    let because = |issue: &Issue| format!("Left out because of a problem: {} {}", issue.message(), issue.cure());
    let issues = draft.issues_of(group);
    if let Some(error) = issues.iter().find(|issue| issue.severity() == import::Severity::Error) {
        return because(error);
    }
    let own = group.damaged_row().and_then(|index| draft.table().damaged().get(index as usize));
    own.map_or_else(
        || "Left out because a damaged row is, or may be, a part of it.".to_owned(),
        |damaged| because(&damaged.issue(small(draft.columns().len()))),
    )
}

/// A cell of a question, with its line.
pub(super) fn sample(draft: &Draft, sample: &import::Sample) -> ReadSample {
    ReadSample { line: draft.table().row_line(sample.row), cell: sample.cell.clone(), reads_as: sample.reads_as.clone() }
}

/// A question about a column, with the lines of its samples.
pub(super) fn asked(draft: &Draft, question: &import::Question) -> ColumnQuestion {
    let answer = |answer: &import::Answer| ColumnAnswer {
        choice: answer.choice,
        reads: answer.reads,
        samples: answer.samples.iter().map(|found| sample(draft, found)).collect(),
    };
    ColumnQuestion {
        column: question.column,
        cells: question.cells,
        zoneless: question.zoneless,
        answers: question.answers.iter().map(answer).collect(),
    }
}

pub(super) const fn of_severity(severity: import::Severity) -> Severity {
    match severity {
        import::Severity::Error => Severity::Error,
        import::Severity::Warning => Severity::Warning,
    }
}

/// An issue as it is shown on its cell.
pub(super) fn mark(issue: &Issue) -> CellMark {
    CellMark {
        cell: issue.column.map(|(position, _)| position),
        severity: of_severity(issue.severity()),
        words: format!("{} {}", sentence(&issue.statement()), issue.cure()),
    }
}
