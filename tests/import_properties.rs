//! What holds for every file: nothing panics, every row is accounted for, the cut of the chunks changes nothing, lines are
//! counted as a person counts them, and what the csv crate writes is read back to the letter.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop where it stands"
)]

#[path = "support/accounting.rs"]
mod accounting;
#[path = "support/generate/file.rs"]
mod file;

use accounting::{account, breaks, cells};
use csv::{QuoteStyle, ReaderBuilder, Terminator, WriterBuilder};
use proptest::collection::vec;
use proptest::prelude::*;
use storekeeper::import::{CellRules, Reader, Refusal, Table};

const ID: &str = "507f1f77bcf86cd799439011";

fn read(bytes: &[u8], chunk: usize) -> Result<Table, Refusal> {
    let mut reader = Reader::new("any.csv", bytes.len() as u64, CellRules::default())?;
    for piece in bytes.chunks(chunk.max(1)) {
        reader.push(piece)?;
    }
    reader.finish()
}

/// Text in which quotes, delimiters and line breaks are frequent.
fn soup() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => Just("\""), 5 => Just(","), 3 => Just("\n"), 1 => Just("\r\n"), 1 => Just("\r"), 2 => Just("a"), 1 => Just(" "),
        1 => Just("é"), 1 => Just(ID), 1 => Just("507f1f77bcf86cd799439012,"), 1 => Just("|"), 1 => Just("\"\""), 1 => Just("#N/A"),
    ];
    vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

fn cell() -> impl Strategy<Value = String> {
    let piece =
        prop_oneof![Just("\""), Just(","), Just("\n"), Just("\r\n"), Just("\r"), Just("ab"), Just("ö"), Just(" "), Just(";")];
    vec(piece, 0..6).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

    #[test]
    fn no_bytes_make_it_panic(bytes in vec(any::<u8>(), 1..300), chunk in 1usize..40) {
        let whole = read(&bytes, usize::MAX).map(|table| cells(&table));
        prop_assert_eq!(read(&bytes, chunk).map(|table| cells(&table)), whole);
    }

    #[test]
    fn every_line_is_accounted_for_wherever_the_chunks_are_cut(body in soup(), chunk in 1usize..30) {
        let text = format!("Product ID,Vouchers,Roles\n{body}");
        match (read(text.as_bytes(), usize::MAX), read(text.as_bytes(), chunk)) {
            (Ok(whole), Ok(cut)) => {
                let checked = whole.check(CellRules::default());
                account(&text, &whole, &checked);
                prop_assert_eq!(cells(&whole), cells(&cut));
                prop_assert_eq!(whole.damaged(), cut.damaged());
                prop_assert_eq!(checked, cut.check(CellRules::default()));
            }
            (whole, cut) => prop_assert_eq!(whole.err(), cut.err()),
        }
    }

    #[test]
    fn the_csv_crate_agrees_on_every_file_without_damage(body in soup()) {
        let text = format!("Product ID,Vouchers,Roles\n{body}");
        if let Ok(table) = read(text.as_bytes(), usize::MAX) && table.damaged().is_empty() && table.parts().is_empty() {
            let mut reader = ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
            let records: Vec<Vec<String>> = reader
                .records()
                .map(|record| record.unwrap().iter().map(str::to_owned).collect::<Vec<_>>())
                .filter(|record| record.iter().any(|cell| !cell.trim().is_empty()))
                .collect();
            prop_assert_eq!(cells(&table), records);
        }
    }

    #[test]
    fn what_is_written_is_read_back_to_the_letter_and_on_its_line(
        rows in vec(vec(cell(), 3), 1..8),
        always in any::<bool>(),
        ending in 0usize..3,
        delimiter in prop_oneof![Just(b','), Just(b';'), Just(b'\t'), Just(b'|')],
        chunk in 1usize..50,
    ) {
        let terminator = [Terminator::CRLF, Terminator::Any(b'\n'), Terminator::Any(b'\r')][ending];
        let style = if always { QuoteStyle::Always } else { QuoteStyle::Necessary };
        let mut writer = WriterBuilder::new().delimiter(delimiter).quote_style(style).terminator(terminator).from_writer(Vec::new());
        writer.write_record(["Product ID", "Name", "Roles", "Tags"]).unwrap();
        let (mut lines, mut expected) = (Vec::new(), Vec::new());
        for row in rows {
            let row: Vec<String> = std::iter::once(ID.to_owned()).chain(row).collect();
            writer.flush().unwrap();
            lines.push(1 + breaks(std::str::from_utf8(writer.get_ref()).unwrap()));
            writer.write_record(&row).unwrap();
            expected.push(row);
        }
        let bytes = writer.into_inner().unwrap();
        let table = read(&bytes, chunk).unwrap();
        prop_assert_eq!(table.damaged(), &[]);
        prop_assert_eq!(cells(&table), expected);
        prop_assert_eq!((0..table.rows()).map(|row| table.row_line(row)).collect::<Vec<_>>(), lines);
    }

    #[test]
    fn one_stray_quote_harms_no_row_silently(seed in 0u64..50, at in 0.0f64..1.0) {
        // A product that is still sent after a quote was put somewhere asks for what it asked for before.
        let whole = file::file(file::Recipe { products: 12, seed, plain: false });
        let start = whole.find('\n').unwrap() + 1;
        let mut place = start + ((whole.len() - start) as f64 * at) as usize;
        while !whole.is_char_boundary(place) {
            place -= 1;
        }
        let torn = format!("{}\"{}", &whole[..place], &whole[place..]);
        let (before, after) = (read(whole.as_bytes(), 1 << 16).unwrap(), read(torn.as_bytes(), 1 << 16).unwrap());
        let checked = after.check(CellRules::default());
        account(&torn, &after, &checked);
        let updates = |table: &Table| -> Vec<_> {
            (0..table.groups().len()).filter_map(|group| table.update(group, CellRules::default())).collect()
        };
        let old = updates(&before);
        let new = updates(&after);
        let changed: Vec<_> = new.iter().filter(|update| !old.contains(update)).collect();
        // A quote doubled inside a quoted cell is a sound cell with another text. Nothing else may pass.
        let doubled = whole[..place].ends_with('"') || whole[place..].starts_with('"');
        prop_assert!(changed.is_empty() || doubled, "{place}: {changed:#?}");
        prop_assert!(new.len() + 3 >= old.len() || doubled, "{} of {} are left", new.len(), old.len());
    }
}

#[test]
fn a_generated_file_has_no_issue() {
    for plain in [false, true] {
        let text = file::file(file::Recipe { products: 500, seed: 7, plain });
        let table = read(text.as_bytes(), 4096).unwrap();
        let checked = table.check(CellRules::default());
        account(&text, &table, &checked);
        assert_eq!(checked.issues, []);
        assert_eq!((checked.counts.products, checked.counts.sendable), (500, 500));
        assert_eq!(text, file::file(file::Recipe { products: 500, seed: 7, plain }));
    }
}

#[test]
fn a_file_larger_than_its_head_reads_the_same_in_any_chunks() {
    let text = file::file(file::Recipe { products: 4000, seed: 3, plain: false }).replacen("<b>", "<b \"x>", 3);
    assert!(text.len() > storekeeper::import::HEAD_BYTES);
    let whole = read(text.as_bytes(), usize::MAX).unwrap();
    for chunk in [1 << 16, 65_537, 1 << 20, (1 << 20) + 1] {
        let cut = read(text.as_bytes(), chunk).unwrap();
        assert_eq!((cut.rows(), cut.damaged()), (whole.rows(), whole.damaged()));
        for (row, column) in (0..whole.rows()).flat_map(|row| (0..whole.columns().len()).map(move |column| (row, column))) {
            assert_eq!(cut.cell(row, column), whole.cell(row, column));
        }
    }
}

#[test]
fn a_file_that_leaves_a_quote_open_on_every_line_is_read_in_linear_time() {
    let body: String = (0..50_000).map(|n| if n % 2 == 0 { "\",\"\n" } else { "\"\"\"\n" }).collect();
    let text = format!("Product ID,Name\n\"{body}");
    let table = read(text.as_bytes(), 1 << 16).unwrap();
    account(&text, &table, &table.check(CellRules::default()));
}
