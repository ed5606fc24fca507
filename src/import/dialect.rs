//! Text → delimiter and header row.
//!
//! In: the beginning of a file's text. Out: which of `,` `;` tab `|` separates its cells, and the headers. Must never
//! know: rows, what a column holds.

use super::columns::known;
use super::refusal::{MAX_COLUMNS, Refusal};
use super::rows::{Cells, Damage, Scan, line_breaks, line_end, scan};

/// The delimiters tried, in order: the first wins a tie.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// What the first lines say.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Dialect {
    pub(super) delimiter: u8,
    pub(super) headers: Vec<String>,
    /// The physical line the header row starts on, from 1.
    pub(super) header_line: u32,
    /// Lines before the header row: blank ones and `sep=`.
    pub(super) lines_before: u32,
    /// Where the rows start: byte and physical line.
    pub(super) body: usize,
    pub(super) body_line: u32,
}

/// Decides the dialect. A leading `sep=;` line, as Excel writes it, settles the delimiter; otherwise it is the one under
/// which the most headers are known columns. With `at_end`, `text` is the whole file.
///
/// # Errors
/// A [`Refusal`] when there is no header row that can be read.
pub(super) fn detect(text: &str, at_end: bool) -> Result<Dialect, Refusal> {
    let (mut at, mut line, mut told) = (0, 1, None);
    loop {
        let rest = text.get(at..).unwrap_or("");
        if rest.is_empty() {
            return Err(if at_end { Refusal::Empty } else { Refusal::HeaderTooLong });
        }
        let (end, next) = line_end(rest.as_bytes(), at_end).ok_or(Refusal::HeaderTooLong)?;
        let content = rest.get(..end).unwrap_or("");
        if told.is_none() && separator_line(content).is_some() {
            told = separator_line(content);
        } else if !content.trim_matches([' ', '\t', '\u{feff}', '\u{a0}']).is_empty() {
            break;
        }
        at += next;
        line += 1;
    }
    let rest = text.get(at..).unwrap_or("");
    let mut best: Option<(usize, u8, Vec<String>, usize)> = None;
    let mut failure = None;
    for delimiter in DELIMITERS.into_iter().filter(|&d| told.is_none_or(|told| told == d)) {
        let mut cells = Cells::default();
        match scan(rest, delimiter, at_end, &mut cells) {
            Scan::Record { next, .. } => {
                let hits = (0..cells.len()).filter(|&i| known(cells.get(i)).is_some()).count();
                if best.as_ref().is_none_or(|(most, ..)| hits > *most) {
                    if cells.len() > MAX_COLUMNS && hits > 0 {
                        failure = Some(Refusal::TooManyColumns { columns: cells.len() as u32 });
                    }
                    let headers = (0..cells.len().min(MAX_COLUMNS + 1)).map(|i| cells.get(i).to_owned()).collect();
                    best = Some((hits, delimiter, headers, next));
                }
            }
            Scan::Damage { damage, at } => {
                let line = line + line_breaks(rest.as_bytes().get(..at).unwrap_or(&[]));
                failure.get_or_insert(Refusal::HeaderDamaged { line, damage });
            }
            Scan::More => {
                failure.get_or_insert(Refusal::HeaderTooLong);
            }
        }
    }
    match (best, failure) {
        (Some((_, _, headers, _)), Some(failure @ Refusal::TooManyColumns { .. })) if headers.len() > MAX_COLUMNS => Err(failure),
        (Some((hits, _, headers, _)), _) if headers.len() > MAX_COLUMNS => {
            let _ = hits;
            Err(Refusal::TooManyColumns { columns: headers.len() as u32 })
        }
        (Some((0, ..)), Some(failure)) => Err(failure),
        (Some((_, delimiter, headers, next)), _) => {
            let lines = line_breaks(rest.as_bytes().get(..next).unwrap_or(&[])).max(1);
            Ok(Dialect {
                delimiter,
                headers,
                header_line: line,
                lines_before: line - 1,
                body: at + next,
                body_line: line + lines,
            })
        }
        (None, failure) => Err(failure.unwrap_or(Refusal::HeaderDamaged { line, damage: Damage::Unclosed })),
    }
}

/// The delimiter that a `sep=;` line names, quoted or not.
fn separator_line(line: &str) -> Option<u8> {
    let line = line.trim_start_matches('\u{feff}').trim_matches(['"', ' ']);
    let (name, mark) = line.split_at_checked(4)?;
    let &[mark] = mark.as_bytes() else { return None };
    (name.eq_ignore_ascii_case("sep=") && DELIMITERS.contains(&mark)).then_some(mark)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delimiter_is_the_one_that_makes_the_most_headers_known() {
        for (text, delimiter, line) in [
            ("Product ID,Name\nx", b',', 1),
            ("Product ID;Name;Price, old\nx", b';', 1),
            ("\n\r\nProduct ID\tName\nx", b'\t', 3),
            ("Product ID|Name\nx", b'|', 1),
            ("Product ID\nx", b',', 1),
            ("sep=;\nProduct ID;Name\nx", b';', 2),
            ("\"SEP=|\"\r\nProduct ID|Name,Price\nx", b'|', 2),
            ("what,ever;is|this\nx", b',', 1),
            ("\"Product ID\";\"Name\"\nx", b';', 1),
        ] {
            let found = detect(text, true).unwrap();
            assert_eq!((found.delimiter, found.header_line), (delimiter, line), "{text}");
            assert_eq!(text.get(found.body..), Some("x"));
            assert_eq!(found.body_line, line + 1);
        }
    }
}
