//! The rows with problems as a file of their own, which says what is wrong and comes back in as it is.
//!
//! In: a draft. Out: a file in the way the person's own is written. Must never know: screens.
//!
//! What is wrong is said in a column "Problems". It is the first: so a damaged row can stand there to the letter, behind the
//! words, with the same damage as in the file it came from, and is set aside again until somebody puts it right. Where the file
//! has such a column already, from an earlier round, its words give way to the new ones.

use super::comparing::small;
use super::file::LoadedFile;
use super::order::Places;
use crate::domain::ColumnId;
use crate::engine::protocol::{Download, Trouble};
use crate::import::{Damaged, Draft, Group, Issue, Key, RowWriter};
use std::fmt::Write as _;

/// The header of the column that says what is wrong, which the mapping of columns knows as one for reading only.
const PROBLEMS: &str = "Problems";

/// A row that is written: a sound one, or a damaged one.
enum Line<'a> {
    Row(u32),
    Damaged(&'a Damaged),
}

/// Where the words stand.
#[derive(Clone, Copy)]
struct Shape {
    writer: RowWriter,
    /// The file's own column for them.
    own: Option<usize>,
    /// Its columns.
    width: usize,
    key: usize,
}

impl LoadedFile {
    /// The rows of all products with an error, and all damaged rows, in the file's own columns and one that says what is wrong.
    ///
    /// # Errors
    /// Where no row has an error.
    pub(crate) fn problem_file(&self) -> Result<Download, Trouble> {
        let open = self.open();
        let draft = &open.draft;
        let lines = lines(draft);
        if lines.is_empty() {
            return Err(Trouble::not_now("No row has an error.", "There is nothing to put right elsewhere."));
        }
        let headers = draft.columns().headers();
        let shape = Shape {
            writer: writer(draft, &lines),
            own: headers.iter().position(|header| header.trim() == PROBLEMS),
            width: headers.len(),
            key: draft.columns().position(ColumnId::ProductId).map_or(0, usize::from),
        };
        let mut text = String::from("\u{feff}");
        shape.row(&mut text, PROBLEMS, |column| headers.get(column).map_or("", String::as_str));
        for (_, line, words) in &lines {
            match line {
                Line::Row(row) => shape.row(&mut text, words, |column| draft.cell(*row, column)),
                Line::Damaged(damaged) => shape.damaged(&mut text, words, damaged),
            }
        }
        let stem = self.name().rsplit_once('.').map_or(self.name(), |(stem, _)| stem);
        Ok(Download { name: format!("{stem} problems.csv"), media_type: "text/csv;charset=utf-8".into(), text })
    }
}

/// The rows that are written, by their place, with what is said of each.
fn lines(draft: &Draft) -> Vec<(u32, Line<'_>, String)> {
    let places = Places(draft.table());
    let mut lines = Vec::new();
    let stopped = draft.products().filter(|group| !draft.is_sendable(*group) && !group.is_left_out());
    for group in stopped {
        let issues = draft.issues_of(group);
        for row in (group.first_row..group.first_row + group.rows).filter(|row| !draft.edits().is_left_out(*row)) {
            lines.push((places.of_row(row), Line::Row(row), words_of(draft, group, row, &issues)));
        }
    }
    let expected = small(draft.columns().len());
    for (index, damaged) in draft.table().damaged().iter().enumerate().filter(|(_, damaged)| !damaged.is_left_out) {
        // Its text stands beside it.
        let words = format!("Line {}: {}. {}", damaged.found_on, damaged.what(expected), damaged.issue(expected).cure());
        lines.push((places.of_damaged(index), Line::Damaged(damaged), words));
    }
    lines.sort_unstable_by_key(|(place, ..)| *place);
    lines
}

/// As the file is written; with quotes, where it has none and a cell cannot do without.
fn writer(draft: &Draft, lines: &[(u32, Line<'_>, String)]) -> RowWriter {
    let writer = RowWriter::like(draft.table().choices());
    let can_write = |line: &Line<'_>| match line {
        Line::Row(row) => (0..draft.columns().len()).all(|column| writer.can_write(draft.cell(*row, column))),
        Line::Damaged(_) => true,
    };
    if lines.iter().all(|(_, line, _)| can_write(line)) { writer } else { writer.with_quotes() }
}

impl Shape {
    fn row<'a>(&self, text: &mut String, words: &'a str, cell: impl Fn(usize) -> &'a str) {
        let new = self.own.is_none().then_some(words);
        let cells = (0..self.width).map(|column| if self.own == Some(column) { words } else { cell(column) });
        self.writer.row(text, new.into_iter().chain(cells));
    }

    fn damaged(&self, text: &mut String, words: &str, damaged: &Damaged) {
        let Some(raw) = damaged.raw() else { return self.named(text, words, damaged) };
        let behind = match self.own {
            None => Some(raw),
            Some(0) => self.writer.behind_first(raw),
            Some(_) => None,
        };
        if let Some(raw) = behind {
            self.writer.cell(text, words, true);
            self.writer.delimiter(text);
            text.push_str(raw);
        } else {
            text.push_str(raw);
        }
        text.push_str("\r\n");
    }

    /// A row of which the text is not kept: its id, and a cell too many, so that it is not taken for a sound one.
    fn named(&self, text: &mut String, words: &str, damaged: &Damaged) {
        let id = if let Key::Id(id) = damaged.key { id.to_string() } else { String::new() };
        let cells = (0..self.width).map(|column| match column {
            _ if self.own == Some(column) => words,
            _ if self.key == column => id.as_str(),
            _ => "",
        });
        let new = self.own.is_none().then_some(words);
        self.writer.row(text, new.into_iter().chain(cells).chain([damaged.text.as_ref()]));
    }
}

fn words_of(draft: &Draft, group: Group, row: u32, issues: &[Issue]) -> String {
    let here: Vec<Issue> = issues.iter().filter(|issue| issue.row == Some(row)).cloned().collect();
    if here.is_empty() && row == group.first_row && group.is_damaged() && issues.is_empty() {
        return format!("A damaged row below line {} may be a part of this product.", draft.table().row_line(row));
    }
    says(&here)
}

fn says(issues: &[Issue]) -> String {
    let mut words = String::new();
    for issue in issues {
        if !words.is_empty() {
            words.push(' ');
        }
        let _ = write!(words, "{} {}", issue.message(), issue.cure());
    }
    words
}
