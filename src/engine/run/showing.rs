//! A comparison in the words and values the page shows.
//!
//! In: comparisons, guards. Out: views of them. Must never know: how they came about.

use super::comparing::Change;
use super::reporting::sentence;
use crate::domain::{COLUMNS, ColumnId, Product, ProductId};
use crate::engine::protocol::{ChangeView, FieldView, GuardView, ValueView};
use crate::review::{Comparison, Guard, Note, Shown};
use std::collections::HashMap;

/// Characters of a value that the page is given.
const SHOWN_CHARS: usize = 2_000;

pub(super) fn changes_column(comparison: &Comparison, column: ColumnId) -> bool {
    comparison.changes.iter().any(|change| change.column == column)
}

pub(super) fn guard_view(guard: Guard, live: &HashMap<ProductId, Product>) -> GuardView {
    let name = |id: &ProductId| live.get(id).and_then(|product| product.name.clone()).unwrap_or_else(|| id.to_string());
    GuardView { words: sentence(&guard.words), examples: guard.first.iter().map(name).collect() }
}

pub(super) fn change_view(change: &Change) -> ChangeView {
    let comparison = &change.comparison;
    ChangeView {
        id: comparison.id,
        name: comparison.name.clone(),
        line: change.line,
        fields: comparison
            .changes
            .iter()
            .map(|field| FieldView {
                column: field.column,
                entry: field.entry.map(|entry| entry + 1),
                old: value_view(&field.old),
                new: value_view(&field.new),
            })
            .collect(),
        notes: comparison.notes.iter().map(note_words).collect(),
    }
}

/// A value as the page shows it.
#[must_use]
pub fn value_view(shown: &Shown) -> ValueView {
    match shown {
        Shown::NotReturned => ValueView::NotShown,
        Shown::Nothing => ValueView::Nothing,
        Shown::Appends { count, expire } => ValueView::Codes(*count, format!("expire {expire}")),
        Shown::Flag(yes) => ValueView::Text(if *yes { "yes" } else { "no" }.into()),
        other => ValueView::Text(other.to_string().chars().take(SHOWN_CHARS).collect()),
    }
}

fn note_words(note: &Note) -> String {
    let entries = |n: u16| if n == 1 { "1 permission entry".to_owned() } else { format!("{n} permission entries") };
    match note {
        Note::NotShown(columns) => {
            format!("The store does not show {}, so it cannot be compared and is sent as the file has it.", headers(columns))
        }
        Note::ReplacesPermissions { live, after, removed } => {
            let removed =
                if *removed > 0 { format!(" {removed} of the entries it has now will be gone.") } else { String::new() };
            format!("Replaces the product's whole list: {} now, {} afterwards.{removed}", entries(*live), entries(*after))
        }
        Note::ReplacesUnseenPermissions { after } => format!(
            "Replaces the product's whole list of permission entries, which the store does not show: afterwards it has {}.",
            entries(*after)
        ),
        Note::CompletedFromDefaults { entry, columns } => {
            let entry = entry.map(|entry| format!(" of permission entry {}", entry + 1)).unwrap_or_default();
            format!("Neither the file nor the store says {}{entry}: the reference's example values are sent.", headers(columns))
        }
        Note::UnknownCategory(name) => {
            format!("The store has no category named \"{name}\" and will probably refuse this product.")
        }
    }
}

fn headers(columns: &[ColumnId]) -> String {
    let mut text = String::new();
    for (index, column) in columns.iter().enumerate() {
        if index > 0 {
            text.push_str(if index + 1 == columns.len() { " and " } else { ", " });
        }
        text.push_str(COLUMNS.get(*column as usize).map_or("", |column| column.header));
    }
    text
}
