//! Any bytes, read as a file: nothing panics, where the chunks are cut changes nothing, every line is in exactly one place, and
//! what was read without damage is read the same when it is written again.
//!
//! The first two bytes of an input say how the rest is cut: how much of it is looked at before the first row is read, and how
//! long the chunks are.

#![no_main]

#[path = "../support/accounting.rs"]
mod accounting;

use accounting::{account, cells};
use csv::{QuoteStyle, Terminator, WriterBuilder};
use libfuzzer_sys::{Corpus, fuzz_target};
use storekeeper::import::{CellRules, Choices, Encoding, Escape, Format, Quote, Reader, Refusal, Table};

fuzz_target!(|bytes: &[u8]| -> Corpus { check(bytes) });

fn check(bytes: &[u8]) -> Corpus {
    let [head, chunk, file @ ..] = bytes else { return Corpus::Reject };
    let head = 1 + usize::from(*head) * 4;
    let whole = read(file, None, head, usize::MAX);
    match (&whole, read(file, None, head, 1 + usize::from(*chunk))) {
        (Ok(whole), Ok(cut)) => same(whole, &cut),
        (whole, cut) => assert_eq!(whole.as_ref().err(), cut.as_ref().err()),
    }
    let Ok(table) = whole else { return Corpus::Keep };
    let checked = table.check(CellRules::default());
    if table.choices().format == Format::Cells {
        if let Some(text) = text(file, table.choices().encoding) {
            account(&text, &table, &checked);
        }
        again(&table);
    }
    // Reading by the choices that were made is reading the same.
    match read(file, Some(table.choices()), head, usize::MAX) {
        Ok(told) => same(&table, &told),
        Err(refusal) => panic!("guessed {:?}, and by that it is {refusal:?}", table.choices()),
    }
    Corpus::Keep
}

fn read(bytes: &[u8], choices: Option<Choices>, head: usize, chunk: usize) -> Result<Table, Refusal> {
    let (size, rules) = (bytes.len() as u64, CellRules::default());
    let mut reader = match choices {
        None => Reader::new("any.csv", size, rules)?,
        Some(choices) => Reader::with_choices("any.csv", size, rules, choices)?,
    };
    reader = reader.with_head(head);
    for piece in bytes.chunks(chunk) {
        reader.push(piece)?;
    }
    reader.finish()
}

fn same(a: &Table, b: &Table) {
    assert_eq!(a.choices(), b.choices());
    assert_eq!(cells(a), cells(b));
    assert_eq!((a.damaged(), a.parts(), a.notes()), (b.damaged(), b.parts(), b.notes()));
    assert_eq!((a.lines(), a.blank_lines(), a.header_line()), (b.lines(), b.blank_lines(), b.header_line()));
    assert!((0..a.rows()).all(|row| a.row_line(row) == b.row_line(row)));
    assert_eq!(a.groups(), b.groups());
    assert_eq!(a.check(CellRules::default()), b.check(CellRules::default()));
}

/// The text of a file, where the dullest means give it.
fn text(file: &[u8], encoding: Encoding) -> Option<String> {
    match encoding {
        Encoding::Utf8 => std::str::from_utf8(file).ok().map(|text| text.trim_start_matches('\u{feff}').to_owned()),
        _ => None,
    }
}

/// Writes the rows as they were read, with the file's own delimiter, and reads them back.
fn again(table: &Table) {
    let choices = table.choices();
    let is_plain = choices.quote == Quote::Double && choices.escape == Escape::Doubled && !choices.spaced;
    let is_sound = table.damaged().is_empty() && table.parts().is_empty() && choices.has_header;
    if !is_plain || !is_sound || table.columns().headers().iter().all(|header| header.trim().is_empty()) {
        return;
    }
    let mut writer = WriterBuilder::new()
        .delimiter(choices.delimiter.char() as u8)
        .quote_style(QuoteStyle::Always)
        .terminator(Terminator::CRLF)
        .from_writer(Vec::new());
    writer.write_record(table.columns().headers()).expect("it goes into memory");
    for row in cells(table) {
        writer.write_record(&row).expect("it goes into memory");
    }
    let bytes = writer.into_inner().expect("it goes into memory");
    let choices = Choices { encoding: Encoding::Utf8, skip: 0, ..choices };
    let written = read(&bytes, Some(choices), usize::MAX, usize::MAX).expect("it was read before");
    assert_eq!(written.damaged(), []);
    assert_eq!(cells(&written), cells(table));
    assert_eq!(written.columns().headers(), table.columns().headers());
}
