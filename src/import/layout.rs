//! Choices, applied to the head of a text: where the rows begin, and what stands above them.
//!
//! In: the beginning of a text and how it is to be read. Out: a [`Layout`]. Must never know: how the choices were found.

use super::choices::{Choices, Format};
use super::damage::Damage;
use super::decode::Decoder;
use super::guess::{is_blank_line, separator_line};
use super::parts::{Part, PartKind};
use super::refusal::{MAX_COLUMNS, Refusal};
use super::rows::clip_chars;
use super::scan::{Cells, Scan, line_breaks, line_end, scan};
use super::trial::Trial;
use crate::domain::{COLUMNS, ColumnId, ProductId};

/// What the lines above the rows say.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Layout {
    /// The headers; made up where the file has none.
    pub(super) headers: Vec<String>,
    /// The physical line the header row starts on, from 1; of a file without one, the line of the first row.
    pub(super) header_line: u32,
    /// Blank lines above, and a `sep=` line.
    pub(super) blank_lines: u32,
    /// The lines above that say something.
    pub(super) preamble: Option<Part>,
    /// Where the rows start: byte and physical line.
    pub(super) body: usize,
    pub(super) body_line: u32,
}

/// Applies choices to a text; with `at_end` it is the whole file.
///
/// # Errors
/// A [`Refusal`] when the header row cannot be read, or nothing is left below the skipped lines.
pub(super) fn lay_out(text: &str, choices: Choices, at_end: bool) -> Result<Layout, Refusal> {
    let (mut at, mut line, mut blank_lines) = (0, 1, 0);
    let mut preamble: Option<Part> = None;
    let more = || if at_end { Refusal::NoRows } else { Refusal::HeaderTooLong };
    loop {
        let rest = text.get(at..).unwrap_or("");
        if rest.is_empty() {
            return Err(more());
        }
        let Some((end, next)) = line_end(rest.as_bytes(), at_end) else {
            // The header row itself may be longer than what is looked at.
            if line <= choices.skip { return Err(more()) } else { break }
        };
        let content = rest.get(..end).unwrap_or("");
        let said = preamble.is_some() || separator_line(content).is_none();
        if is_blank_line(content) || (line <= choices.skip && !said) {
            blank_lines += 1;
        } else if line > choices.skip {
            break;
        } else if let Some(part) = &mut preamble {
            part.lines += 1;
        } else {
            preamble = Some(Part::new(PartKind::Preamble, line, 1, content));
        }
        at += next;
        line += 1;
    }
    let rest = text.get(at..).unwrap_or("");
    let mut layout = Layout { headers: Vec::new(), header_line: line, blank_lines, preamble, body: at, body_line: line };
    if choices.has_header {
        let (next, headers) = header(rest, line, choices, at_end)?;
        layout.body += next;
        layout.body_line += line_breaks(rest.as_bytes().get(..next).unwrap_or(&[])).max(1);
        layout.headers = headers;
    } else {
        layout.headers = made_up(rest, choices, at_end)?;
    }
    Ok(layout)
}

fn header(rest: &str, line: u32, choices: Choices, at_end: bool) -> Result<(usize, Vec<String>), Refusal> {
    let mut cells = Cells::default();
    let next = match scan(rest, choices.dialect(), at_end, &mut cells) {
        Scan::Record { next, .. } => next,
        Scan::Damage { damage, at, .. } => {
            let line = line + line_breaks(rest.as_bytes().get(..at).unwrap_or(&[]));
            return Err(Refusal::HeaderDamaged { line, damage });
        }
        Scan::More { opened: Some(at) } if line_end(rest.as_bytes(), at_end).is_some() => {
            let line = line + line_breaks(rest.as_bytes().get(..at).unwrap_or(&[]));
            return Err(Refusal::HeaderDamaged { line, damage: Damage::Unclosed });
        }
        Scan::More { .. } => return Err(Refusal::HeaderTooLong),
    };
    if cells.len() > MAX_COLUMNS {
        return Err(Refusal::TooManyColumns { columns: cells.len() as u32 });
    }
    Ok((next, (0..cells.len()).map(|at| cells.get(at).to_owned()).collect()))
}

/// Headers for a file without any: the documented ones if it has as many columns and the id stands first, else the id
/// where the ids are, and numbers for the others.
fn made_up(rest: &str, choices: Choices, at_end: bool) -> Result<Vec<String>, Refusal> {
    let width = Trial::new(rest, 1, choices.dialect(), at_end).width as usize;
    if width > MAX_COLUMNS {
        return Err(Refusal::TooManyColumns { columns: width as u32 });
    }
    let mut ids = vec![0_u32; width.max(1)];
    let (mut at, mut cells) = (0, Cells::default());
    for _ in 0..50 {
        let row = rest.get(at..).unwrap_or("");
        cells.truncate((0, 0));
        let Scan::Record { next, .. } = scan(row, choices.dialect(), at_end, &mut cells) else { break };
        for (column, count) in ids.iter_mut().enumerate() {
            *count += u32::from(ProductId::from_ascii(cells.get(column).trim().as_bytes()).is_ok());
        }
        at += next;
        if row.len() <= next {
            break;
        }
    }
    let most = ids.iter().max().copied().unwrap_or(0);
    let key = ids.iter().position(|&count| count == most && most > 0);
    if key == Some(0) && width == COLUMNS.len() {
        return Ok(COLUMNS.iter().map(|column| column.header.to_owned()).collect());
    }
    let name = |at: usize| if Some(at) == key { ColumnId::ProductId.header().to_owned() } else { format!("Column {}", at + 1) };
    Ok((0..ids.len()).map(name).collect())
}

/// One row of a preview.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct PreviewRow {
    /// The physical line it begins on, from 1.
    pub line: u32,
    /// What is made of it.
    pub kind: PreviewKind,
    /// Its cells; of what is skipped or damaged, the line as it is.
    pub cells: Vec<String>,
}

/// What is made of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum PreviewKind {
    /// Above the header, and not read.
    Skipped,
    /// The headers.
    Header,
    /// A row with as many cells as the header.
    Row,
    /// A row with another number of cells.
    OddRow,
    /// A row whose quotes are not in order.
    Damaged,
}

/// The first rows of a file (blank lines left out) under some choices, for a person to look at: `most` at most, their cells
/// clipped. `head` is the beginning of the file, or all of it, which `is_whole` says. Nothing for JSON.
#[must_use]
pub fn preview(head: &[u8], is_whole: bool, choices: Choices, most: usize) -> Vec<PreviewRow> {
    if choices.format == Format::Json {
        return Vec::new();
    }
    let mut rows = rows_of(&text_of(head, is_whole, choices), choices, is_whole, most);
    for cell in rows.iter_mut().flat_map(|row| &mut row.cells) {
        let end = clip_chars(cell, 160).len();
        cell.truncate(end);
    }
    rows
}

/// The text of a head.
pub(super) fn text_of(head: &[u8], is_whole: bool, choices: Choices) -> String {
    let mut text = String::new();
    let body = head.strip_prefix(choices.encoding.mark()).unwrap_or(head);
    Decoder::new(choices.encoding, false).push(body, is_whole, &mut text);
    text
}

/// The first rows of a text under some choices.
pub(super) fn rows_of(text: &str, choices: Choices, at_end: bool, most: usize) -> Vec<PreviewRow> {
    let (mut rows, mut at, mut line, mut width) = (Vec::new(), 0, 1_u32, None);
    let mut cells = Cells::default();
    while rows.len() < most {
        let rest = text.get(at..).unwrap_or("");
        let Some((end, next)) = line_end(rest.as_bytes(), at_end).filter(|_| !rest.is_empty()) else { break };
        let content = rest.get(..end).unwrap_or("");
        let (kind, cells, used, lines) = if is_blank_line(content) {
            (None, Vec::new(), next, 1)
        } else if line <= choices.skip {
            (Some(PreviewKind::Skipped), vec![content.to_owned()], next, 1)
        } else {
            cells.truncate((0, 0));
            match scan(rest, choices.dialect(), at_end, &mut cells) {
                Scan::Record { next, breaks } => {
                    let kind = match width {
                        None if choices.has_header => PreviewKind::Header,
                        Some(width) if width != cells.len() => PreviewKind::OddRow,
                        _ => PreviewKind::Row,
                    };
                    width = width.or(Some(cells.len()));
                    (Some(kind), (0..cells.len()).map(|at| cells.get(at).to_owned()).collect(), next, breaks + 1)
                }
                _ => (Some(PreviewKind::Damaged), vec![content.to_owned()], next, 1),
            }
        };
        if let Some(kind) = kind {
            rows.push(PreviewRow { line, kind, cells });
        }
        at += used;
        line += lines;
    }
    rows
}
