//! What was said of the headers of earlier files, in this browser: header names and columns, no cells.
//!
//! In: a name for a set of headers, and what was said. Out: the same. One line a set, in `localStorage`; the oldest go.

use crate::browser::page;
use crate::domain::{COLUMNS, ColumnId};
use crate::engine::protocol::{HeaderChoice, MappingView, Remembered};

/// Sets of headers that are remembered, at most.
const MOST: usize = 24;

/// A set with more text than this, in bytes, is not remembered.
const LONGEST: usize = 8_000;

/// All that is remembered, the newest first.
pub(super) fn all() -> Vec<Remembered> {
    page::kept_headers().unwrap_or_default().lines().filter_map(read).collect()
}

/// Remembers what was said of a set of headers, in place of what was said before.
pub(super) fn remember(mapping: &MappingView) {
    let mut sets = all();
    sets.retain(|set| set.key != mapping.key);
    // Of headers that are the same the next file may have the second first; and "Column 2" is no header, but the place of
    // a column in a file without any.
    let is_place = |name: &str| name.strip_prefix("column").is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_digit()));
    let is_sure = mapping.choices.iter().all(|choice| !choice.header.contains(' ') && !is_place(&choice.header));
    if is_sure && !mapping.choices.is_empty() {
        sets.insert(0, Remembered { key: mapping.key.clone(), headers: mapping.choices.clone() });
    }
    let lines: Vec<String> = sets.iter().map(write).filter(|line| line.len() <= LONGEST).take(MOST).collect();
    page::keep_headers(&lines.join("\n"));
}

/// Forgets all of it.
pub(super) fn forget() {
    page::keep_headers("");
}

/// Headers are compared without blanks, so that none holds a tab; one with an `=` in it is read from its end.
fn write(set: &Remembered) -> String {
    let mut line = set.key.clone();
    for choice in &set.headers {
        line.push('\t');
        line.push_str(&choice.header);
        line.push('=');
        line.push_str(choice.column.map_or("", ColumnId::header));
    }
    line
}

/// A line that another version wrote, and this one does not understand, is nothing.
fn read(line: &str) -> Option<Remembered> {
    let mut parts = line.split('\t');
    let key = parts.next().filter(|key| !key.is_empty())?.to_owned();
    let choice = |part: &str| {
        let (header, name) = part.rsplit_once('=')?;
        let column = COLUMNS.iter().find(|column| column.header == name).map(|column| column.id);
        (column.is_some() || name.is_empty()).then(|| HeaderChoice { header: header.to_owned(), column })
    };
    Some(Remembered { key, headers: parts.map(choice).collect::<Option<_>>()? })
}
