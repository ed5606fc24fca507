//! A sheet's XML → its rows, each as a list of texts.
//!
//! In: a worksheet part, the shared strings, the styles. Out: row by row, the cells that hold anything, as text; and at the end what
//! was met on the way ([`Facts`]). Nothing is allocated for what a sheet merely claims (its `dimension`), only for what is there. Must
//! never know: CSV, other sheets.

use super::format::DateFormat;
use super::refusal::Refusal;
use super::strings::{Strings, rich_text, text};
use super::value;
use super::xml::{Node, Tag, Xml, is_true};
use std::io::BufRead;

/// Rows and columns that a sheet of this format can have.
const MAX_ROW: u32 = 1_048_576;
const MAX_COLUMN: u32 = 16_384;

/// What is needed to read cells.
pub(super) struct Context<'a> {
    pub(super) strings: &'a Strings,
    pub(super) styles: &'a [Option<DateFormat>],
    pub(super) from_1904: bool,
}

/// A row that holds anything.
#[derive(Debug, Default)]
pub(super) struct Row {
    /// From 1.
    pub(super) number: u32,
    pub(super) is_hidden: bool,
    text: String,
    /// Column from 1, and the end of its text.
    cells: Vec<(u32, usize)>,
    /// Column of the last cell that was read, also a blank one.
    last: u32,
}

impl Row {
    /// The cells that are not blank, with their columns from 1, in order.
    pub(super) fn cells(&self) -> impl Iterator<Item = (u32, &str)> {
        let mut start = 0;
        self.cells.iter().map(move |&(column, end)| {
            let text = self.text.get(start..end).unwrap_or("");
            start = end;
            (column, text)
        })
    }

    /// How many cells are not blank.
    pub(super) fn filled(&self) -> usize {
        self.cells.len()
    }

    /// Number of the last one, from 1; 0 for none.
    pub(super) fn width(&self) -> u32 {
        self.cells.last().map_or(0, |&(column, _)| column)
    }

    fn clear(&mut self) {
        self.text.clear();
        self.cells.clear();
        self.last = 0;
        self.is_hidden = false;
    }
}

/// What was met in a sheet.
#[derive(Debug, Default)]
pub(super) struct Facts {
    /// Hidden columns, as first and last, from 1.
    pub(super) hidden_columns: Vec<(u32, u32)>,
    pub(super) merged: u32,
    pub(super) formulas: u32,
    pub(super) errors: u32,
    pub(super) dates: u32,
    /// Formulas without a result, and where the first is.
    pub(super) uncalculated: u32,
    pub(super) first_uncalculated: Option<(u32, u32)>,
}

/// Reads a sheet and calls back with each row that holds anything.
///
/// # Errors
/// [`Refusal::Damaged`] for what cannot be read rightly, and what the callback refuses.
pub(super) fn rows<B: BufRead>(
    xml: &mut Xml<B>,
    context: &Context<'_>,
    facts: &mut Facts,
    mut found: impl FnMut(&Row) -> Result<(), Refusal>,
) -> Result<(), Refusal> {
    let mut row = Row::default();
    let mut scratch = String::new();
    let (mut is_sheet, mut in_data, mut in_row) = (false, false, false);
    loop {
        match xml.next()? {
            Node::Open(tag) => match tag.name() {
                "c" if in_row => {
                    let cell = Cell::new(&tag)?;
                    cell.read(xml, context, facts, &mut row, &mut scratch)?;
                }
                "row" if in_data => {
                    row.clear();
                    let before = row.number;
                    row.number += 1;
                    let mut is_number = true;
                    tag.attributes(|name, value| match name {
                        "r" => match value.parse() {
                            Ok(number) => row.number = number,
                            Err(_) => is_number = false,
                        },
                        "hidden" => row.is_hidden = is_true(value),
                        _ => {}
                    })?;
                    if !is_number || row.number <= before || row.number > MAX_ROW {
                        return Err(xml.damaged(format!("the row after row {before} is out of order")));
                    }
                    in_row = true;
                }
                "sheetData" => in_data = true,
                "col" => facts.hidden_columns.extend(hidden_columns(&tag)?),
                "mergeCell" => facts.merged += 1,
                "extLst" => xml.skip()?,
                "worksheet" => is_sheet = true,
                _ if !is_sheet => return Err(xml.damaged("there is something else than a worksheet")),
                _ => {}
            },
            Node::Close(tag) => match tag.local_name().into_inner() {
                "row" if in_row => {
                    in_row = false;
                    if row.filled() > 0 {
                        found(&row)?;
                    }
                }
                "sheetData" => in_data = false,
                _ => {}
            },
            Node::Text(_) | Node::Aside => {}
            Node::End => return Ok(()),
        }
    }
}

fn hidden_columns(tag: &Tag<'_>) -> Result<Option<(u32, u32)>, Refusal> {
    let (mut first, mut last, mut is_hidden) = (0, 0, false);
    tag.attributes(|name, value| match name {
        "min" => first = value.parse().unwrap_or(0),
        "max" => last = value.parse().unwrap_or(0),
        "hidden" => is_hidden = is_true(value),
        _ => {}
    })?;
    Ok((is_hidden && 0 < first && first <= last).then_some((first, last.min(MAX_COLUMN))))
}

/// What a cell's value is, by its `t`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Type {
    Number,
    Shared,
    /// The text that a formula gave.
    Text,
    Inline,
    Boolean,
    Error,
    /// ISO 8601, which few programs write.
    Date,
    Unknown,
}

/// A cell's tag.
struct Cell {
    place: Place,
    style: usize,
    kind: Type,
}

/// Where a cell says that it is.
enum Place {
    /// It does not: it is the next one.
    Next,
    At {
        column: u32,
        row: u32,
    },
    Nowhere,
}

impl Cell {
    fn new(tag: &Tag<'_>) -> Result<Self, Refusal> {
        let mut cell = Self { place: Place::Next, style: 0, kind: Type::Number };
        tag.attributes(|name, value| match name {
            "r" => cell.place = reference(value).map_or(Place::Nowhere, |(column, row)| Place::At { column, row }),
            "s" => cell.style = value.parse().unwrap_or(0),
            "t" => {
                cell.kind = match value {
                    "n" => Type::Number,
                    "s" => Type::Shared,
                    "str" => Type::Text,
                    "inlineStr" => Type::Inline,
                    "b" => Type::Boolean,
                    "e" => Type::Error,
                    "d" => Type::Date,
                    _ => Type::Unknown,
                }
            }
            _ => {}
        })?;
        Ok(cell)
    }

    /// Reads what is inside the tag, up to its closing, and adds the cell to the row unless it is blank.
    fn read<B: BufRead>(
        &self,
        xml: &mut Xml<B>,
        context: &Context<'_>,
        facts: &mut Facts,
        row: &mut Row,
        value: &mut String,
    ) -> Result<(), Refusal> {
        let next = row.last + 1;
        let column = match self.place {
            Place::Next => next,
            Place::At { column, row: number } if column >= next && number == row.number => column,
            _ => return Err(xml.damaged(format!("a cell of row {} is out of order", row.number))),
        };
        if column > MAX_COLUMN {
            return Err(xml.damaged(format!("row {} is too long", row.number)));
        }
        row.last = column;
        value.clear();
        let mut has_formula = false;
        loop {
            match xml.next()? {
                Node::Open(tag) => match tag.name() {
                    "v" => text(xml, value)?,
                    "is" => rich_text(xml, value)?,
                    "f" => {
                        has_formula = true;
                        xml.skip()?;
                    }
                    _ => xml.skip()?,
                },
                Node::Close(_) => break,
                Node::Text(_) | Node::Aside => {}
                Node::End => return Err(xml.damaged("a cell is cut off")),
            }
        }
        if has_formula {
            facts.formulas += 1;
            // A formula whose result is a text of no length says so by its type.
            if value.is_empty() && self.kind != Type::Text {
                facts.uncalculated += 1;
                facts.first_uncalculated.get_or_insert((column, row.number));
            }
        }
        let start = row.text.len();
        match self.kind {
            _ if value.is_empty() => {}
            Type::Number => {
                let format = context.styles.get(self.style).copied().flatten();
                let moment = format.zip(value::double(value.trim()));
                let dated = moment.and_then(|(format, serial)| value::moment(serial, format, context.from_1904, &mut row.text));
                match dated {
                    Some(()) => facts.dates += 1,
                    None => value::number(value, &mut row.text),
                }
            }
            Type::Shared => {
                let shared = value.trim().parse().ok().and_then(|number| context.strings.get(number));
                let place = || format!("cell {}{} points at a text that is not there", letters(column), row.number);
                row.text.push_str(shared.ok_or_else(|| xml.damaged(place()))?);
            }
            Type::Text | Type::Inline => row.text.push_str(value),
            Type::Boolean => row.text.push_str(match value.trim() {
                "1" | "true" => "true",
                "0" | "false" => "false",
                other => other,
            }),
            Type::Error => {
                facts.errors += 1;
                row.text.push_str(value.trim());
            }
            Type::Date => {
                facts.dates += 1;
                let day = value.trim();
                let day = day.strip_suffix("T00:00:00").or_else(|| day.strip_suffix("T00:00:00.000")).unwrap_or(day);
                row.text.push_str(day);
            }
            Type::Unknown => {
                return Err(xml.damaged(format!("cell {}{} is of a type that nobody knows", letters(column), row.number)));
            }
        }
        if row.text.len() > start {
            row.cells.push((column, row.text.len()));
        }
        Ok(())
    }
}

/// `AB12` → column 28, row 12.
fn reference(text: &str) -> Option<(u32, u32)> {
    let split = text.bytes().position(|b| b.is_ascii_digit())?;
    let (letters, digits) = text.split_at_checked(split)?;
    let column = letters.bytes().try_fold(0u32, |sum, b| {
        let letter = b.to_ascii_uppercase();
        (letter.is_ascii_uppercase() && sum < 1 << 16).then(|| sum * 26 + u32::from(letter - b'A') + 1)
    })?;
    Some((column, digits.parse().ok()?)).filter(|&(column, _)| column > 0)
}

/// The letters of a column, from 1: 28 → `AB`.
pub(super) fn letters(column: u32) -> String {
    let mut letters = Vec::new();
    let mut rest = column;
    while rest > 0 {
        letters.push(b'A' + ((rest - 1) % 26) as u8);
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().map(|&b| char::from(b)).collect()
}

#[cfg(test)]
mod tests {
    use super::{letters, reference};

    #[test]
    fn references_are_read_and_written() {
        for (text, column, row) in
            [("A1", 1, 1), ("Z9", 26, 9), ("AA10", 27, 10), ("ab12", 28, 12), ("XFD1048576", 16_384, 1_048_576)]
        {
            assert_eq!(reference(text), Some((column, row)));
            assert_eq!(letters(column), text.trim_end_matches(|c: char| c.is_ascii_digit()).to_uppercase());
        }
        for text in ["", "A", "1", "A-1", "É1", "$A$1", "AAAAAAAAAAAA1", "A99999999999"] {
            assert_eq!(reference(text), None, "{text}");
        }
    }
}
