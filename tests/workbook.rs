//! Workbooks become CSVs: sheets made here part by part, files of other programs (`tests/cases/workbook`), hostile files, and the
//! property that any table comes back as it was written.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop where it stands"
)]

#[path = "workbook/make.rs"]
mod make;

use make::{Book, sheet, zip};
use proptest::prelude::*;
use std::io::Cursor;
use std::path::Path;
use storekeeper::import::{CellRules, Reader, Rule};
use storekeeper::workbook::{Kind, Refusal, Report, Workbook, looks_like_workbook};

type Opened = Workbook<Cursor<Vec<u8>>>;

fn open(bytes: Vec<u8>) -> Result<Opened, Refusal> {
    Workbook::open(Cursor::new(bytes), &mut |_| ())
}

fn convert(workbook: &mut Opened, index: u32) -> Result<(String, Report), Refusal> {
    let mut csv = Vec::new();
    let report = workbook.convert(
        index,
        &mut |piece| {
            csv.extend_from_slice(piece);
            Ok(())
        },
        &mut |_| (),
    )?;
    assert_eq!(report.bytes, csv.len() as u64);
    let text = String::from_utf8(csv).unwrap();
    Ok((text.strip_prefix('\u{feff}').expect("a byte order mark").to_owned(), report))
}

/// The CSV of the suggested sheet.
fn csv(bytes: Vec<u8>) -> Result<(String, Report), Refusal> {
    let mut workbook = open(bytes)?;
    let suggested = workbook.listing().suggested;
    convert(&mut workbook, suggested)
}

/// The CSV of a workbook with one sheet of these rows.
fn rows(data: &str) -> Result<(String, Report), Refusal> {
    csv(Book::of(data).bytes())
}

fn text_of(data: &str) -> String {
    rows(data).unwrap().0
}

fn damage(data: &str) -> String {
    match rows(data) {
        Err(Refusal::Damaged { what, .. }) => what,
        other => panic!("{other:?}"),
    }
}

// ---- values --------------------------------------------------------------------------------------------------------------------

#[test]
fn every_type_of_cell_has_its_text() {
    let book = Book {
        strings: "<si><t>shared</t></si><si><r><t>ri</t></r><r><rPr><b/></rPr><t xml:space=\"preserve\">ch </t></r><rPh sb=\"0\" eb=\"1\"><t>no</t></rPh></si><si/>".into(),
        ..Book::of(concat!(
            "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"s\"><v>1</v></c><c r=\"C1\" t=\"s\"><v>2</v></c>",
            "<c r=\"D1\" t=\"inlineStr\"><is><t>in &lt;line&gt; &#233;&#x1F600;</t></is></c><c r=\"E1\" t=\"str\"><f>A1&amp;\"x\"</f><v>sharedx</v></c></row>",
            "<row r=\"2\"><c r=\"A2\"><v>19.989999999999998</v></c><c r=\"B2\" t=\"n\"><v>0.10000000000000001</v></c><c r=\"C2\" t=\"b\"><v>1</v></c>",
            "<c r=\"D2\" t=\"b\"><v>0</v></c><c r=\"E2\" t=\"e\"><v>#DIV/0!</v></c></row>",
            "<row r=\"3\"><c r=\"A3\" t=\"d\"><v>2026-12-31T00:00:00</v></c><c r=\"B3\" t=\"d\"><v>2026-12-31T23:59:00</v></c><c r=\"C3\" s=\"1\"/></row>",
        ))
    };
    let (text, report) = csv(book.bytes()).unwrap();
    assert_eq!(
        text,
        "shared,rich ,,in <line> é😀,sharedx\r\n19.99,0.1,true,false,#DIV/0!\r\n2026-12-31,2026-12-31T23:59:00,,,\r\n"
    );
    assert_eq!((report.rows, report.columns, report.errors, report.formulas, report.dates), (3, 5, 1, 1, 2));
    assert_eq!(report.notes, ["One cell holds an error of the spreadsheet, such as #N/A."]);
}

#[test]
fn a_format_makes_a_date_and_never_changes_a_number() {
    let styles = concat!(
        "<numFmts count=\"2\"><numFmt numFmtId=\"164\" formatCode=\"dd\\.mm\\.yyyy\\ hh:mm\"/><numFmt numFmtId=\"165\" formatCode=\"#,##0.00\\ &quot;days&quot;\"/></numFmts>",
        "<cellStyleXfs><xf numFmtId=\"14\"/></cellStyleXfs>",
        "<cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"164\"/><xf numFmtId=\"9\"/><xf numFmtId=\"165\"/></cellXfs>",
        "<dxfs><dxf><numFmt numFmtId=\"165\" formatCode=\"yyyy\"/></dxf></dxfs>",
    );
    let data = "<row><c><v>46387</v></c><c s=\"1\"><v>46387</v></c><c s=\"2\"><v>46387.999305555553</v></c><c s=\"3\"><v>0.15</v></c><c s=\"4\"><v>46387</v></c><c s=\"1\"><v>-5</v></c><c s=\"1\" t=\"str\"><f>A1</f><v>12</v></c></row>";
    let book = Book { styles: styles.into(), ..Book::of(data) };
    assert_eq!(csv(book.bytes()).unwrap().0, "46387,2026-12-31,2026-12-31T23:59:00,0.15,46387,-5,12\r\n");
    let book = Book { styles: styles.into(), head: "<workbookPr date1904=\"1\"/>".into(), ..Book::of(data) };
    assert_eq!(csv(book.bytes()).unwrap().0, "46387,2031-01-01,2031-01-01T23:59:00,0.15,46387,-5,12\r\n");
}

#[test]
fn an_id_that_was_destroyed_before_is_named_by_the_reader() {
    let id = "507f1f77bcf86cd799439011";
    let table = |value: &str| {
        format!(
            "<row>{}{}</row><row><c t=\"inlineStr\"><is><t>{id}</t></is></c>{value}</row>",
            make::text("Product ID"),
            make::text("Vouchers")
        )
    };
    let rules = |value: &str| {
        let (text, _) = rows(&table(value)).unwrap();
        let mut reader = Reader::new("x.csv", text.len() as u64, CellRules::default()).unwrap();
        reader.push(text.as_bytes()).unwrap();
        let checked = reader.finish().unwrap().check(CellRules::default());
        checked.by_rule.iter().map(|(rule, _)| *rule).collect::<Vec<_>>()
    };
    assert_eq!(rules("<c><v>1234567890123450</v></c>")[0], Rule::CodeZeroed);
    assert_eq!(rules("<c><v>1.2345678901234501E+23</v></c>")[0], Rule::ScientificNumber);
    assert_eq!(rules("<c t=\"e\"><v>#N/A</v></c>")[0], Rule::SpreadsheetError);
    assert_eq!(rules("<c><v>123456789012345</v></c>"), [Rule::CodesWithoutDate]);
}

// ---- rows and columns ----------------------------------------------------------------------------------------------------------

#[test]
fn row_n_is_line_n_and_every_column_stays() {
    let data = "<row r=\"3\"><c r=\"B3\"><v>1</v></c><c r=\"D3\"><v>2</v></c></row><row r=\"5\"/><row r=\"6\"><c r=\"A6\"><v>3</v></c></row>";
    let (text, report) = rows(data).unwrap();
    assert_eq!(text, "\r\n\r\n,1,,2\r\n\r\n\r\n3,,,\r\n");
    assert_eq!((report.rows, report.columns), (2, 4));
    assert!((1..=6).all(|line| report.row_of(line) == line));
}

#[test]
fn line_breaks_inside_cells_are_kept_and_lines_lead_back_to_rows() {
    let data = format!(
        "<row r=\"1\">{}</row><row r=\"2\">{}{}</row><row r=\"4\">{}</row><row r=\"5\">{}</row>",
        make::text("a"),
        make::text("one\ntwo"),
        make::text("x_x000D_\ny_x000D_z"),
        make::text("b"),
        make::text("c\nd"),
    );
    let (text, report) = rows(&data).unwrap();
    assert_eq!(text, "a,\r\n\"one\ntwo\",\"x\r\ny\rz\"\r\n\r\nb,\r\n\"c\nd\",\r\n");
    let mut lines = Vec::new();
    for (line, piece) in (1..).zip(text.replace("\r\n", "\n").replace('\r', "\n").split('\n')) {
        lines.push((line, piece.to_owned()));
    }
    let row_at = |wanted: &str| report.row_of(lines.iter().find(|(_, text)| text.contains(wanted)).unwrap().0);
    assert_eq!(["a,", "one", "two", "y", "z", "b,", "c", "d"].map(row_at), [1, 2, 2, 2, 2, 4, 5, 5]);
    assert_eq!(
        report.notes,
        ["Row 2 is the first with a line break inside a cell. Below it, line numbers are larger than the sheet's row numbers."]
    );
}

#[test]
fn what_is_hidden_or_merged_is_there_and_said() {
    let book = Book {
        before: "<cols><col min=\"2\" max=\"2\" hidden=\"1\"/><col min=\"3\" max=\"16384\" hidden=\"true\"/></cols>".into(),
        after: "<mergeCells count=\"1\"><mergeCell ref=\"A1:B1\"/></mergeCells>".into(),
        ..Book::of(
            "<row><c><v>1</v></c><c/><c><v>2</v></c></row><row hidden=\"1\"><c><v>3</v></c></row><row hidden=\"1\"/><row hidden=\"1\"><c><v>4</v></c></row>",
        )
    };
    let (text, report) = csv(book.bytes()).unwrap();
    assert_eq!(text, "1,,2\r\n3,,\r\n\r\n4,,\r\n");
    assert_eq!((report.hidden_rows, report.hidden_columns, report.merged), (2, 2, 1));
    assert_eq!(
        report.notes,
        [
            "2 rows are hidden in the sheet, the first is row 2. They are included.",
            "2 columns are hidden in the sheet, the first is column B. They are included.",
            "One range of cells is merged: its value counts for its upper left cell only, the others are blank.",
        ]
    );
}

#[test]
fn what_stands_in_extensions_and_comments_is_no_cell() {
    let data = "<!-- <row/> --><row r=\"1\"><c r=\"A1\"><v>1<!-- 2 --></v><extLst><ext><v>9</v></ext></extLst></c></row>";
    let book = Book { after: "<extLst><ext><row r=\"2\"><c><v>7</v></c></row></ext></extLst>".into(), ..Book::of(data) };
    assert_eq!(csv(book.bytes()).unwrap().0, "1\r\n");
}

#[test]
fn prefixes_backslashes_and_other_cases_are_read() {
    let sheet = "<x:worksheet xmlns:x=\"u\"><x:sheetData><x:row r=\"1\"><x:c r=\"A1\" t=\"inlineStr\"><x:is><x:t><![CDATA[a<b]]></x:t></x:is></x:c></x:row></x:sheetData></x:worksheet>";
    let mut parts = Book::of("").parts();
    for (name, bytes) in &mut parts {
        if name.ends_with("sheet1.xml") {
            *name = "XL\\Worksheets\\Sheet1.xml".into();
            *bytes = sheet.as_bytes().to_vec();
        }
    }
    assert_eq!(csv(zip(&parts)).unwrap().0, "\"a<b\"\r\n");
}

#[test]
fn the_first_cell_cannot_be_taken_for_something_else() {
    for text in ["sep=;", "{", "\u{feff}x", "<!doctype"] {
        assert!(text_of(&format!("<row>{}</row>", make::text(&text.replace('<', "&lt;")))).starts_with('"'), "{text}");
    }
}

// ---- formulas ------------------------------------------------------------------------------------------------------------------

#[test]
fn formulas_without_a_result_are_refused_with_their_place() {
    let data = "<row><c><v>1</v></c><c t=\"str\"><f>\"\"</f><v></v></c></row><row><c><v>2</v></c><c><f>A1</f></c></row><row><c/><c><f>A1</f><v/></c></row>";
    let refusal = rows(data).unwrap_err();
    assert_eq!(refusal, Refusal::Uncalculated { sheet: "Sheet 1".into(), cells: 2, first: "B2".into() });
    assert_eq!(refusal.message(), "2 cells of “Sheet 1” hold formulas whose results are not in the file; the first is B2.");
    let trouble = open(Book::of(data).bytes()).unwrap().listing().sheets[0].trouble.clone().unwrap();
    assert!(trouble.cure.contains("save it"), "{trouble:?}");
    assert_eq!(text_of("<row><c><v>1</v></c><c t=\"str\"><f>\"\"</f><v></v></c></row>"), "1\r\n", "a result of no length is one");
}

#[test]
fn results_that_were_not_calculated_anew_are_said_to_be_so() {
    let book = Book { foot: "<calcPr fullCalcOnLoad=\"1\"/>".into(), ..Book::of("<row><c><f>1+1</f><v>0</v></c></row>") };
    let (text, report) = csv(book.bytes()).unwrap();
    assert_eq!(text, "0\r\n");
    assert!(report.notes[0].contains("may be out of date"), "{:?}", report.notes);
}

// ---- several sheets ------------------------------------------------------------------------------------------------------------

#[test]
fn sheets_are_listed_with_their_sizes_and_the_first_table_is_suggested() {
    let title = sheet("<row r=\"2\"><c r=\"C2\"><v>2026</v></c></row>");
    let table = "<row><c><v>1</v></c><c><v>2</v></c></row><row r=\"9\"><c><v>1</v></c><c><v>2</v></c><c><v>3</v></c></row>";
    let bytes = make::several(&[
        ("Notes", "visible", title.clone()),
        ("Old", "hidden", sheet(table)),
        ("Chart", "visible", "chart".into()),
        ("Ä & Ö", "visible", sheet(table)),
        ("Blank", "visible", sheet("")),
        ("Broken", "visible", "<worksheet><sheetData><row r=\"2\"/><row r=\"1\"/></sheetData></worksheet>".into()),
    ]);
    let mut workbook = open(bytes).unwrap();
    let listing = workbook.listing().clone();
    let seen: Vec<_> = listing
        .sheets
        .iter()
        .map(|s| (s.name.as_str(), s.is_hidden, s.rows, s.columns, s.filled_rows, s.trouble.is_some()))
        .collect();
    assert_eq!(
        seen,
        [
            ("Notes", false, 2, 3, 1, false),
            ("Old", true, 9, 3, 2, false),
            ("Ä & Ö", false, 9, 3, 2, false),
            ("Blank", false, 0, 0, 0, false),
            ("Broken", false, 0, 0, 0, true),
        ]
    );
    assert_eq!(listing.suggested, 2);
    assert_eq!(convert(&mut workbook, 0).unwrap().0, "\r\n,,2026\r\n");
    assert_eq!(convert(&mut workbook, 2).unwrap().0, format!("1,2,\r\n{}1,2,3\r\n", "\r\n".repeat(7)));
    assert_eq!(convert(&mut workbook, 3).unwrap_err(), Refusal::Blank { sheet: Some("Blank".into()) });
    assert!(matches!(convert(&mut workbook, 4), Err(Refusal::Damaged { .. })));
    assert_eq!(convert(&mut workbook, 9).unwrap_err(), Refusal::NoSuchSheet);

    let only_title = make::several(&[("Blank", "visible", sheet("")), ("Title", "visible", title.clone())]);
    assert_eq!(open(only_title).unwrap().listing().suggested, 1);
    let only_hidden = make::several(&[("Blank", "visible", sheet("")), ("Title", "veryHidden", title)]);
    assert_eq!(open(only_hidden).unwrap().listing().suggested, 1);
    assert_eq!(
        open(make::several(&[("A", "visible", sheet("<row><c s=\"3\"/></row>"))])).err(),
        Some(Refusal::Blank { sheet: None })
    );
    assert_eq!(open(make::several(&[("C", "visible", "chart".into())])).err(), Some(Refusal::NoSheets));
}

// ---- what is not a workbook ----------------------------------------------------------------------------------------------------

#[test]
fn other_files_are_named_each_with_its_cure() {
    let wide = |name: &str| name.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    // A name that lies across the border of two pieces is found too.
    let ole = |name: &str, at: usize| {
        let mut bytes = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec();
        bytes.resize(at, 0);
        bytes.extend(wide(name));
        bytes.resize(at + 4096, 0);
        bytes
    };
    let parts = |names: &[(&str, &str)]| {
        zip(&names.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec())).collect::<Vec<_>>())
    };
    let relation = |target: &str| {
        format!("<Relationships><Relationship Id=\"r\" Type=\"http://x/officeDocument\" Target=\"{target}\"/></Relationships>")
    };
    for (bytes, kind) in [
        (ole("EncryptedPackage\0", (1 << 20) - 8), Kind::Encrypted),
        (ole("Workbook\0", 1024), Kind::OldExcel),
        (ole("Book\0", 1024), Kind::OldExcel),
        (ole("WordDocument\0", 1024), Kind::OldOffice),
        (parts(&[("mimetype", "application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", "")]), Kind::OpenDocument),
        (parts(&[("mimetype", "application/vnd.oasis.opendocument.text")]), Kind::OtherOffice),
        (parts(&[("_rels/.rels", &relation("xl/workbook.bin")), ("xl/workbook.bin", "")]), Kind::Binary),
        (parts(&[("_rels/.rels", &relation("word/document.xml")), ("word/document.xml", "")]), Kind::OtherOffice),
        (parts(&[("Index/Document.iwa", "")]), Kind::Numbers),
        (parts(&[("products.csv", "Product ID\n")]), Kind::Zip),
        (b"<?xml version=\"1.0\"?><Workbook/>".to_vec(), Kind::Xml),
        (b"\xEF\xBB\xBF\n<html><table>".to_vec(), Kind::WebPage),
        (b"Product ID,Name\n".to_vec(), Kind::Other),
        (Vec::new(), Kind::Other),
    ] {
        let refusal = open(bytes).err().unwrap();
        assert_eq!(refusal, Refusal::NotXlsx(kind));
        assert!(refusal.message().ends_with('.') && refusal.cure().ends_with('.'), "{refusal:?}");
    }
    assert!(looks_like_workbook(b"PK\x03\x04....") && looks_like_workbook(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"));
    assert!(!looks_like_workbook(b"Product ID") && !looks_like_workbook(b""));
}

// ---- damage and harm -----------------------------------------------------------------------------------------------------------

#[test]
fn damage_is_refused_and_nothing_is_read_wrong() {
    for (data, what) in [
        ("<row r=\"2\"><c><v>1</v></c></row><row r=\"2\"/>", "the row after row 2 is out of order"),
        ("<row r=\"x\"/>", "the row after row 0 is out of order"),
        ("<row r=\"1048577\"/>", "the row after row 0 is out of order"),
        ("<row r=\"99999999999\"/>", "the row after row 0 is out of order"),
        ("<row><c r=\"B1\"><v>1</v></c><c r=\"A1\"><v>1</v></c></row>", "a cell of row 1 is out of order"),
        ("<row><c r=\"A1\"><v>1</v></c><c r=\"A1\"><v>1</v></c></row>", "a cell of row 1 is out of order"),
        ("<row><c r=\"A2\"><v>1</v></c></row>", "a cell of row 1 is out of order"),
        ("<row><c r=\"XFE1\"><v>1</v></c></row>", "row 1 is too long"),
        ("<row><c t=\"s\"><v>1</v></c></row>", "cell A1 points at a text that is not there"),
        ("<row><c t=\"s\"><v>-1</v></c></row>", "cell A1 points at a text that is not there"),
        ("<row><c t=\"new\"><v>1</v></c></row>", "cell A1 is of a type that nobody knows"),
        ("<row><c t=s><v>1</v></c></row>", "the XML was changed"),
        ("<row><c><v>1</c></row>", "the XML is cut off or was changed"),
        ("<row><c t=\"str\"><v>&bomb;</v></c></row>", "the text has a reference to something that is not there"),
        ("<row><c t=\"str\"><v>\u{1}<x/></v></c></row>", "there are tags inside a text"),
    ] {
        assert_eq!(damage(data), what, "{data}");
    }
    let whole = Book::of("<row><c><v>1</v></c></row>").parts();
    let with = |name: &str, bytes: Option<&[u8]>| {
        let mut parts = whole.clone();
        match bytes {
            Some(bytes) => parts.iter_mut().find(|(at, _)| at == name).unwrap().1 = bytes.to_vec(),
            None => parts.retain(|(at, _)| at != name),
        }
        match open(zip(&parts)) {
            Err(Refusal::Damaged { part, what }) => format!("{part}: {what}"),
            other => panic!("{:?}", other.err()),
        }
    };
    let (sheet, book) = ("xl/worksheets/sheet1.xml", "xl/workbook.xml");
    assert_eq!(with(sheet, None), format!("{sheet}: nothing is there: the sheet is missing"));
    assert_eq!(with(book, None), format!("{book}: nothing is there: the part is missing"));
    assert_eq!(with(sheet, Some(b"")), format!("{sheet}: the XML is cut off"));
    assert_eq!(with(sheet, Some(b"<worksheet><sheetData>")), format!("{sheet}: the XML is cut off"));
    assert_eq!(with(sheet, Some(b"<html/>")), format!("{sheet}: there is something else than a worksheet"));
    assert_eq!(with(sheet, Some(b"<worksheet>\xFF</worksheet>")), format!("{sheet}: the text is not UTF-8"));
    let nested = "<a>".repeat(100);
    assert_eq!(with(sheet, Some(format!("<worksheet>{nested}").as_bytes())), format!("{sheet}: tags are nested too deeply"));
    let entities = b"<!DOCTYPE x [<!ENTITY a \"b\">]><worksheet/>";
    assert_eq!(with(sheet, Some(entities)), format!("{sheet}: there is a document type, which no spreadsheet program writes"));
}

#[test]
fn a_cut_or_flipped_file_is_never_read_as_something_else() {
    let data: String =
        (1..60).map(|n| format!("<row><c><v>{}</v></c>{}</row>", n * 7919, make::text(&format!("name {n}")))).collect();
    let bytes = Book::of(&data).bytes();
    let whole = csv(bytes.clone()).unwrap().0;
    for cut in [bytes.len() - 1, bytes.len() / 2, 100, 5] {
        assert!(open(bytes[..cut].to_vec()).is_err(), "cut to {cut}");
    }
    let mut other = 0;
    for at in (0..bytes.len()).step_by(5) {
        let mut flipped = bytes.clone();
        flipped[at] ^= 0x10;
        match csv(flipped) {
            // A flipped bit in what nobody needs (a time of day, an attribute of the zip) changes nothing.
            Ok((text, _)) => assert_eq!(text, whole, "byte {at}"),
            Err(_) => other += 1,
        }
    }
    assert!(other > 50, "{other}");
}

#[test]
fn what_unpacks_beyond_the_limit_is_refused() {
    let bomb = |limit: u64, book: &Book| Workbook::open_within(Cursor::new(book.bytes()), limit, &mut |_| ()).err();
    let inflates = |part: &str| Some(Refusal::Inflates { part: part.into() });
    let sheet = "xl/worksheets/sheet1.xml";
    let many = Book::of(&format!("<row><c><v>1</v></c>{}</row>", " ".repeat(1000)).repeat(2 << 10));
    assert_eq!(bomb(1 << 20, &many), inflates(sheet), "more than the limit");
    assert_eq!(bomb(4 << 20, &many), None);
    // A single run of text or a single tag is held in memory, so it has a limit of its own.
    let spaces = " ".repeat(9 << 20);
    assert_eq!(bomb(1 << 30, &Book::of(&spaces)), inflates(sheet), "one long run of text");
    assert_eq!(bomb(1 << 30, &Book::of(&format!("<row><c t=\"{spaces}\"/></row>"))), inflates(sheet), "one long tag");
    let strings = Book { strings: format!("<si><t>{spaces}</t></si>"), ..Book::of("<row><c><v>1</v></c></row>") };
    assert_eq!(bomb(1 << 30, &strings), inflates("xl/sharedStrings.xml"));
}

#[test]
fn what_a_sheet_claims_costs_nothing() {
    let book = Book {
        before: "<dimension ref=\"A1:XFD1048576\"/>".into(),
        ..Book::of("<row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row>")
    };
    let mut workbook = open(book.bytes()).unwrap();
    let sheet = &workbook.listing().sheets[0];
    assert_eq!((sheet.rows, sheet.columns, sheet.filled_rows), (1_048_576, 16_384, 1));
    let (text, _) = convert(&mut workbook, 0).unwrap();
    assert_eq!(text.len(), 2 * 1_048_575 + 16_383 + 3);
    // Wide and long at once is refused before a byte is written.
    let wide = "<row><c r=\"XFD1\"><v>1</v></c></row>".to_owned() + &"<row><c><v>1</v></c></row>".repeat(70_000);
    let refusal = rows(&wide).unwrap_err();
    assert_eq!(refusal, Refusal::CsvTooLarge { sheet: "Sheet 1".into(), rows: 70_001, columns: 16_384 });
}

// ---- files of other programs ---------------------------------------------------------------------------------------------------

#[test]
fn files_of_other_programs_are_read_as_expected() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/workbook");
    let mut files: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| !matches!(path.extension().and_then(|it| it.to_str()), Some("csv" | "py" | "md")));
    files.sort();
    assert!(files.len() >= 12, "{files:?}");
    let mut wrong = String::new();
    for path in files {
        let found = match csv(std::fs::read(&path).unwrap()) {
            Ok((text, report)) => text + &report.notes.iter().map(|note| format!("# {note}\r\n")).collect::<String>(),
            Err(refusal) => format!("# {} {}\r\n", refusal.message(), refusal.cure()),
        };
        let expected = path.with_extension("csv");
        if std::env::var_os("BLESS").is_some() {
            std::fs::write(&expected, &found).unwrap();
        }
        if std::fs::read_to_string(&expected).unwrap_or_default() != found {
            wrong.push_str(&format!("\n== {} reads as\n{found}", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

// ---- properties ----------------------------------------------------------------------------------------------------------------

fn cell() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => Just(String::new()),
        4 => "[a-z0-9 ]{1,8}",
        2 => "[,;\"'\n\r\t|=_x0-9A-F{}<>&-]{1,8}",
        1 => proptest::collection::vec(any::<char>(), 1..6).prop_map(|all| all.into_iter().filter(|c| *c != '\0').collect()),
        1 => Just("_x000D_".to_owned()),
    ]
}

fn read_back(text: &str) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

    /// Any table of texts, written as a workbook by shared or inline strings, comes back cell by cell, and each row where its line says.
    #[test]
    fn any_table_comes_back(table in proptest::collection::vec(proptest::collection::vec(cell(), 1..6), 1..12), shared in any::<bool>()) {
        let filled: Vec<_> = table.iter().enumerate().filter(|(_, row)| row.iter().any(|cell| !cell.is_empty())).collect();
        let bytes = make::table(&table, shared);
        if filled.is_empty() {
            prop_assert_eq!(csv(bytes).unwrap_err(), Refusal::Blank { sheet: None });
        } else {
            let (text, report) = csv(bytes).unwrap();
            let width = report.columns as usize;
            let back = read_back(&text);
            prop_assert_eq!(back.len(), filled.len());
            for (row, (_, expected)) in back.iter().zip(&filled) {
                prop_assert_eq!(row.len(), width);
                let padded = expected.iter().cloned().chain(std::iter::repeat_n(String::new(), width)).take(width);
                prop_assert_eq!(row.clone(), padded.collect::<Vec<_>>());
                prop_assert!(expected.iter().skip(width).all(String::is_empty));
            }
            // Lines outside quotes that begin a record, counted by hand, lead to the rows they came from.
            let (mut line, mut quoted, mut starts, mut fresh) = (1u32, false, Vec::new(), true);
            let mut bytes = text.bytes().peekable();
            while let Some(b) = bytes.next() {
                if fresh && !matches!(b, b'\r' | b'\n') { starts.push(line); }
                fresh = false;
                match b {
                    b'"' => quoted = !quoted,
                    b'\r' if bytes.peek() == Some(&b'\n') => {}
                    b'\r' | b'\n' => { line += 1; fresh = !quoted; }
                    _ => {}
                }
            }
            let rows: Vec<u32> = starts.iter().map(|line| report.row_of(*line)).collect();
            let expected: Vec<u32> = filled.iter().map(|(index, _)| *index as u32 + 1).collect();
            prop_assert_eq!(rows, expected);
        }
    }

    /// No bytes whatever bring it down.
    #[test]
    fn any_bytes_are_an_answer(bytes in proptest::collection::vec(any::<u8>(), 0..200), data in "[<>/rowcv=\"ts0-9 AB]{0,60}") {
        let _ = csv(bytes.clone());
        let mut zip = b"PK\x03\x04".to_vec();
        zip.extend(bytes);
        let _ = csv(zip);
        let _ = rows(&data);
    }
}
