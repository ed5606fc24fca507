//! A file is written in some way, by a generator that is told which, and recognised: the guess is that way, reading by the
//! guess and reading by the same choices told give the same table, and the cells are those that were written.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop where it stands"
)]

#[path = "support/generate/file.rs"]
mod file;

use proptest::collection::vec;
use proptest::prelude::*;
use storekeeper::domain::schema::Kind;
use storekeeper::domain::{COLUMNS, ProductUpdate};
use storekeeper::import::{
    CellRules, Choices, Confidence, Delimiter, Encoding, Escape, Format, PreviewKind, Quote, Reader, Refusal, Table, preview,
    recognise,
};

fn read(name: &str, bytes: &[u8], chunk: usize, choices: Option<Choices>) -> Result<Table, Refusal> {
    let (size, rules) = (bytes.len() as u64, CellRules::default());
    let mut reader = match choices {
        None => Reader::new(name, size, rules)?,
        Some(choices) => Reader::with_choices(name, size, rules, choices)?,
    };
    for piece in bytes.chunks(chunk.max(1)) {
        reader.push(piece)?;
    }
    reader.finish()
}

fn cells(table: &Table) -> Vec<Vec<String>> {
    let columns = 0..table.columns().len();
    (0..table.rows()).map(|row| columns.clone().map(|column| table.cell(row, column).to_owned()).collect()).collect()
}

fn updates(table: &Table) -> Vec<ProductUpdate> {
    (0..table.groups().len()).filter_map(|group| table.update(group, table.rules())).collect()
}

fn encode(text: &str, encoding: Encoding, mark: bool) -> Vec<u8> {
    let marked = if mark { format!("\u{feff}{text}") } else { text.to_owned() };
    match encoding {
        Encoding::Utf8 => marked.into_bytes(),
        Encoding::Utf16Le => marked.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        Encoding::Utf16Be => marked.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        Encoding::Windows1252 => text
            .chars()
            .map(|c| match c {
                '€' => 0x80,
                '„' => 0x84,
                '“' => 0x93,
                '”' => 0x94,
                '–' => 0x96,
                c => u8::try_from(u32::from(c)).expect("a letter of Windows-1252"),
            })
            .collect(),
    }
}

/// Writes a row as the choices have it.
fn row(cells: &[String], choices: Choices, always: bool) -> String {
    let (quote, delimiter) = (if choices.quote == Quote::Single { '\'' } else { '"' }, choices.delimiter.char());
    let cell = |cell: &String| {
        let needs = always || cell.contains([delimiter, quote, '\n', '\r']) || cell.starts_with(' ');
        if !needs {
            return cell.clone();
        }
        let inside = match choices.escape {
            Escape::Doubled => cell.replace(quote, &format!("{quote}{quote}")),
            Escape::Backslash => cell.replace('\\', "\\\\").replace(quote, &format!("\\{quote}")),
        };
        format!("{quote}{inside}{quote}")
    };
    let between = if choices.spaced { format!("{delimiter} ") } else { delimiter.to_string() };
    cells.iter().map(cell).collect::<Vec<_>>().join(&between)
}

fn id(at: usize) -> String {
    format!("507f1f77bcf86cd7994390{at:02x}")
}

/// Text in which marks are frequent, with letters beyond ASCII that Windows-1252 has.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        3 => Just("Mug"), 2 => Just(" large"), 1 => Just(", red"), 1 => Just("; blue"), 1 => Just("ü"), 1 => Just("“ö x”"), 1 => Just("\n"),
        1 => Just("5€"), 1 => Just("a|b"), 1 => Just("\t"), 1 => Just(" \"x\""), 1 => Just("it's"),
    ];
    vec(piece, 1..5).prop_map(|pieces| format!("M{}", pieces.concat()))
}

fn choices() -> impl Strategy<Value = (Choices, bool)> {
    let delimiter = prop_oneof![Just(Delimiter::Comma), Just(Delimiter::Semicolon), Just(Delimiter::Tab), Just(Delimiter::Pipe)];
    let encoding =
        prop_oneof![Just(Encoding::Utf8), Just(Encoding::Windows1252), Just(Encoding::Utf16Le), Just(Encoding::Utf16Be)];
    (delimiter, encoding, any::<bool>(), 0..3_u32, 0..4_u8).prop_map(|(delimiter, encoding, mark, skip, way)| {
        let choices = Choices {
            delimiter,
            encoding,
            skip,
            // One rarer way at a time: together they are as rare as they are hard to tell.
            spaced: way == 1 && delimiter != Delimiter::Tab,
            quote: if way == 2 { Quote::Single } else { Quote::Double },
            escape: if way == 3 { Escape::Backslash } else { Escape::Doubled },
            ..Choices::default()
        };
        (choices, mark && encoding != Encoding::Windows1252)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn what_was_written_is_recognised_and_read_to_the_letter(
        (choices, mark) in choices(),
        rows in vec((text(), text(), 0..500_u32), 3..9),
        always in any::<bool>(),
        ending in 0..3_usize,
        chunk in 1..40_usize,
    ) {
        // The rarer ways show only where cells are quoted.
        let always = always || choices.quote == Quote::Single || choices.escape == Escape::Backslash || choices.spaced;
        let ending = ["\n", "\r\n", "\r"][ending];
        let header: Vec<String> = ["Product ID", "Name", "Description", "Price"].map(str::to_owned).to_vec();
        let mut expected = vec![];
        let mut lines = vec![];
        for at in 0..choices.skip {
            lines.push(["Our products", "as of today"][at as usize].to_owned());
        }
        lines.push(row(&header, choices, always));
        for (at, (name, description, price)) in rows.into_iter().enumerate() {
            let mut cells = vec![id(at), name, description, price.to_string()];
            if at == 0 && choices.escape == Escape::Backslash {
                cells[1].push_str(" \"quoted\" here");
            }
            if at == 0 && choices.encoding == Encoding::Windows1252 {
                cells[2].push('ß');
            }
            lines.push(row(&cells, choices, always));
            expected.push(cells);
        }
        let text = lines.join(ending) + ending;
        let bytes = encode(&text, choices.encoding, mark);
        let table = read("x.csv", &bytes, chunk, None).unwrap();
        let found = table.choices();
        let ascii = text.is_ascii() && !mark;
        prop_assert_eq!(found.encoding, if ascii && choices.encoding == Encoding::Windows1252 { Encoding::Utf8 } else { choices.encoding });
        prop_assert_eq!(Choices { encoding: choices.encoding, ..found }, choices, "{}", text);
        prop_assert_eq!(table.damaged(), &[]);
        prop_assert_eq!(cells(&table), expected, "{}", text);
        // Told, it reads the same; and the guess says so before anything is read.
        let told = read("x.csv", &bytes, chunk + 1, Some(found)).unwrap();
        prop_assert_eq!(cells(&told), cells(&table));
        prop_assert_eq!(told.check(told.rules()), table.check(table.rules()));
        prop_assert_eq!((told.blank_lines(), told.lines(), told.parts()), (table.blank_lines(), table.lines(), table.parts()));
        let guess = recognise("x.csv", &bytes, true).unwrap();
        prop_assert_eq!(guess.choices, found);
        prop_assert!(guess.confidence >= Confidence::Likely, "{:?}", guess);
        let shown = preview(&bytes, true, found, 50);
        prop_assert_eq!(shown.iter().filter(|row| row.kind == PreviewKind::Row).count() as u32, table.rows());
        prop_assert_eq!(shown.iter().filter(|row| row.kind == PreviewKind::Skipped).count() as u32, choices.skip);
    }

    #[test]
    fn nothing_that_is_told_makes_it_panic_or_depend_on_chunks(
        bytes in prop_oneof![
            vec(any::<u8>(), 1..200),
            vec(
                prop_oneof![
                    Just("Product ID"), Just(","), Just(";"), Just("\n"), Just("\r"), Just("\""), Just("'"), Just("\\"), Just(" "), Just("a"),
                    Just("507f1f77bcf86cd799439011"), Just("Name"), Just("sep=;"), Just("\u{feff}"), Just("é"), Just("\0"),
                ],
                1..40,
            ).prop_map(|pieces| pieces.concat().into_bytes()),
        ],
        encoding in 0..4_usize,
        delimiter in 0..4_usize,
        quote in 0..3_usize,
        (spaced, backslash, has_header, to_the_end, json) in any::<(bool, bool, bool, bool, bool)>(),
        skip in prop_oneof![0..6_u32, Just(u32::MAX)],
        chunk in 1..30_usize,
    ) {
        let choices = Choices {
            format: if json { Format::Json } else { Format::Cells },
            encoding: Encoding::ALL[encoding],
            delimiter: Delimiter::ALL[delimiter],
            quote: [Quote::Double, Quote::Single, Quote::None][quote],
            escape: if backslash { Escape::Backslash } else { Escape::Doubled },
            spaced,
            skip,
            has_header,
            to_the_end,
        };
        let whole = read("x.csv", &bytes, usize::MAX, Some(choices));
        let cut = read("x.csv", &bytes, chunk, Some(choices));
        match (whole, cut) {
            (Ok(whole), Ok(cut)) => {
                prop_assert_eq!(cells(&whole), cells(&cut));
                prop_assert_eq!(whole.damaged(), cut.damaged());
                prop_assert_eq!(whole.check(whole.rules()), cut.check(cut.rules()));
                prop_assert_eq!(whole.choices(), choices);
            }
            (whole, cut) => prop_assert_eq!(whole.err(), cut.err()),
        }
        let _ = preview(&bytes, chunk > 15, choices, 20);
        for name in ["x.csv", "x.json", "x.tsv", ""] {
            if let Ok(guess) = recognise(name, &bytes, true) {
                prop_assert!(!guess.why.is_empty() && guess.alternatives.len() <= 6);
                for other in &guess.alternatives {
                    let _ = read(name, &bytes, chunk, Some(other.choices));
                }
                match (read(name, &bytes, chunk, None), read(name, &bytes, chunk, Some(guess.choices))) {
                    (Ok(guessed), Ok(told)) => prop_assert_eq!(cells(&guessed), cells(&told)),
                    (guessed, told) => prop_assert_eq!(guessed.err(), told.err()),
                }
            }
            let _ = recognise(name, &bytes, false);
        }
    }

    #[test]
    fn no_json_makes_it_panic(
        pieces in vec(
            prop_oneof![
                Just("["), Just("]"), Just("{"), Just("}"), Just(","), Just(":"), Just("\"productID\""), Just("\"507f1f77bcf86cd799439011\""),
                Just("\"vouchers\""), Just("\"productPermission\""), Just("\"permission\""), Just("null"), Just("1"), Just("\n"), Just("\"\\ud800\""),
                Just("{\"productID\": \"507f1f77bcf86cd799439012\","), Just("\"products\": ["), Just("\u{fffd}"), Just("[{"),
            ],
            1..40,
        ),
        chunk in 1..30_usize,
    ) {
        let bytes = pieces.concat().into_bytes();
        match (read("x.json", &bytes, usize::MAX, None), read("x.json", &bytes, chunk, None)) {
            (Ok(whole), Ok(cut)) => prop_assert_eq!(whole.check(whole.rules()), cut.check(cut.rules())),
            (whole, cut) => prop_assert_eq!(whole.err(), cut.err()),
        }
    }
}

/// The JSON of a file that was written as CSV.
fn json(table: &Table) -> String {
    let mut list: Vec<serde_json::Value> = Vec::new();
    for group in table.groups() {
        let mut product = serde_json::json!({});
        let mut entries: Vec<serde_json::Value> = Vec::new();
        for row in group.first_row..group.first_row + group.rows {
            let mut entry = serde_json::json!({});
            for column in &COLUMNS {
                let position = table.columns().position(column.id).unwrap();
                let cell = table.cell(row, usize::from(position));
                if cell.is_empty() {
                    continue;
                }
                let value: serde_json::Value = match column.kind {
                    Kind::Names | Kind::Codes => cell.split('|').collect::<Vec<_>>().into(),
                    Kind::Boolean => (cell == "true").into(),
                    Kind::Price | Kind::Count => serde_json::from_str(cell).unwrap(),
                    _ => cell.into(),
                };
                let (target, path) = match column.path.strip_prefix("productPermission[].") {
                    Some(path) => (&mut entry, path),
                    None => (&mut product, column.path),
                };
                let mut at = target;
                for step in path.split('.') {
                    at = &mut at[step.trim_end_matches("[]")];
                }
                *at = value;
            }
            if entry != serde_json::json!({}) {
                entries.push(entry);
            }
        }
        if !entries.is_empty() {
            product["productPermission"] = entries.into();
        }
        list.push(product);
    }
    serde_json::to_string_pretty(&list).unwrap()
}

#[test]
fn the_same_products_as_json_ask_for_the_same() {
    for seed in 0..10 {
        let csv = file::file(file::Recipe { products: 60, seed, plain: seed % 3 == 0 });
        let from_csv = read("x.csv", csv.as_bytes(), 4096, None).unwrap();
        let text = json(&from_csv);
        let from_json = read("x.json", text.as_bytes(), 333, None).unwrap();
        assert_eq!(from_json.choices().format, Format::Json);
        assert_eq!(from_json.notes(), []);
        assert_eq!(from_json.check(from_json.rules()).issues, []);
        assert_eq!(updates(&from_json), updates(&from_csv));
        // Every cell knows its own line.
        let lines: Vec<&str> = text.lines().collect();
        for row in 0..from_json.rows() {
            for (column, _) in from_json.columns().headers().iter().enumerate() {
                let cell = from_json.cell(row, column);
                let id = from_json.columns().id(column).unwrap();
                let name = id.column().path.rsplit('.').next().unwrap();
                let line = lines[from_json.cell_line(row, column) as usize - 1];
                assert!(cell.is_empty() || line.contains(&format!("\"{name}\":")), "{cell} is not on {line}");
            }
        }
    }
}

#[test]
fn a_large_file_turns_to_windows_1252_where_its_first_letter_says_so() {
    let mut text = file::file(file::Recipe { products: 12_000, seed: 5, plain: true });
    assert!(text.is_ascii() && text.len() > storekeeper::import::HEAD_BYTES + (1 << 20));
    let at = text.rfind("Premium Voucher").unwrap();
    text.replace_range(at..at + 7, "Kühl €5");
    let bytes = encode(&text, Encoding::Windows1252, false);
    let table = read("x.csv", &bytes, 65_537, None).unwrap();
    assert_eq!((table.choices().encoding, table.damaged()), (Encoding::Windows1252, &[][..]));
    assert_eq!(table.cell(table.rows() - 1, 1), "Kühl €5 Voucher");
    let told = read("x.csv", &bytes, 4096, Some(table.choices())).unwrap();
    assert_eq!(told.cell(told.rows() - 1, 1), "Kühl €5 Voucher");
    // Told that it is UTF-8, it loses that row, and says so.
    let wrong = read("x.csv", &bytes, 4096, Some(Choices { encoding: Encoding::Utf8, ..table.choices() })).unwrap();
    assert_eq!((wrong.damaged().len(), wrong.rows()), (1, table.rows() - 1));
    assert_eq!(wrong.damaged()[0].line, table.row_line(table.rows() - 1));
}

#[test]
fn large_files_read_the_same_in_every_encoding() {
    let text = file::file(file::Recipe { products: 5_000, seed: 9, plain: false });
    let utf8 = read("x.csv", text.as_bytes(), 1 << 16, None).unwrap();
    for encoding in [Encoding::Utf16Le, Encoding::Utf16Be] {
        for mark in [false, true] {
            let bytes = encode(&text, encoding, mark);
            let table = read("x.csv", &bytes, 65_537, None).unwrap();
            assert_eq!(table.choices().encoding, encoding);
            assert_eq!(table.check(table.rules()), utf8.check(utf8.rules()));
            assert_eq!(cells(&table), cells(&utf8));
        }
    }
}

#[test]
fn whoever_says_that_the_table_goes_on_to_the_end_gets_all_of_it() {
    let id = |n: u32| format!("507f1f77bcf86cd7994390{n:02}");
    let narrow = format!("Product ID,Name,Price\n{},Mug,5\n{},Cup,6\n\nTotal: 2 products\n", id(1), id(2));
    let sums = format!("Product ID,Name,Price\n{},Mug,5\n{},Cup,6\nTotal,,11\n", id(1), id(2));
    for (file, kept_rows, damaged) in [(&narrow, 2, 1), (&sums, 3, 0)] {
        let table = read("x.csv", file.as_bytes(), usize::MAX, None).unwrap();
        assert_eq!((table.rows(), table.damaged().len(), table.parts().len()), (2, 0, 1), "{file}");
        let choices = Choices { to_the_end: true, ..table.choices() };
        let table = read("x.csv", file.as_bytes(), usize::MAX, Some(choices)).unwrap();
        assert_eq!((table.rows(), table.damaged().len(), table.parts().len()), (kept_rows, damaged, 0), "{file}");
    }
}
