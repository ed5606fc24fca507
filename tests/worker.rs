//! What only a real worker can show: the journal in IndexedDB, and a workbook read from a file. `make browser`.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

use js_sys::{Array, Function, Reflect, Uint8Array};
use std::cell::Cell;
use storekeeper::browser::file::BrowserFile;
use storekeeper::browser::journal::IndexedDbJournal;
use storekeeper::browser::workbook::host::Desk;
use storekeeper::engine::hands::{DroppedFile, JournalStore};
use storekeeper::workbook::{FromWorkbook, Progress, ToWorkbook};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_dedicated_worker);

#[wasm_bindgen_test]
async fn what_is_written_is_read_back_in_order_also_by_somebody_else() {
    let journal = IndexedDbJournal::default();
    for run in journal.runs().await.unwrap() {
        journal.delete(&run).await.unwrap();
    }
    let appended = 1 << 31;
    journal.write("2026-01-01 a", vec![(appended + 2, b"third".to_vec()), (0, b"head".to_vec())]).await.unwrap();
    journal.write("2026-01-01 a", vec![(appended + 1, b"second".to_vec()), (7, b"first".to_vec())]).await.unwrap();
    journal.write("2026-01-02 b", vec![(0, b"other".to_vec())]).await.unwrap();
    // A number that is taken is replaced: that is how codes are forgotten.
    journal.write("2026-01-01 a", vec![(7, b"forgotten".to_vec())]).await.unwrap();

    // Another connection, as after a reload.
    let journal = IndexedDbJournal::default();
    assert_eq!(journal.runs().await.unwrap(), ["2026-01-01 a", "2026-01-02 b"]);
    let entries = journal.entries("2026-01-01 a").await.unwrap();
    let text = |entry: &[u8]| entry.to_vec();
    let expected = [(0, text(b"head")), (7, text(b"forgotten")), (appended + 1, text(b"second")), (appended + 2, text(b"third"))];
    assert_eq!(entries, expected);

    journal.delete("2026-01-01 a").await.unwrap();
    assert_eq!(journal.runs().await.unwrap(), ["2026-01-02 b"]);
    assert!(journal.entries("2026-01-01 a").await.unwrap().is_empty());
    journal.delete("2026-01-02 b").await.unwrap();
}

#[wasm_bindgen_test]
async fn a_large_entry_survives_and_nothing_is_written_by_halves() {
    let journal = IndexedDbJournal::default();
    let large = vec![0xA5; 4 << 20];
    journal.write("large", vec![(0, large.clone()), (1, vec![])]).await.unwrap();
    let entries = journal.entries("large").await.unwrap();
    assert_eq!(entries.len(), 2);
    assert!(entries.first() == Some(&(0, large)), "4 MiB come back to the byte");
    journal.delete("large").await.unwrap();
}

/// The bytes of a file, read as the engine reads them, and once more from the middle.
async fn read_in_pieces(file: &web_sys::File, piece: u64) -> Vec<u8> {
    let file = BrowserFile::new(file.clone());
    let mut all = Vec::new();
    while (all.len() as u64) < file.size() {
        let from = all.len() as u64;
        all.extend(file.read(from, file.size().min(from + piece)).await.unwrap());
    }
    let middle = file.size() / 2;
    let again = file.read(middle, middle + 10).await.unwrap();
    assert_eq!(again, all.get(middle as usize..middle as usize + 10).unwrap(), "from the middle");
    assert!(file.read(file.size(), file.size()).await.unwrap().is_empty());
    all
}

#[wasm_bindgen_test]
async fn a_file_is_read_to_the_byte_whatever_the_browser_can() {
    let bytes: Vec<u8> = (0..3_500_000_u32).map(|at| (at ^ (at >> 9)) as u8).collect();
    let file = dropped(&bytes);
    for piece in [1 << 20, 700_001] {
        assert!(read_in_pieces(&file, piece).await == bytes, "into memory that is given, {piece}");
    }
    // A browser whose files cannot be read so.
    let (global, name) = (js_sys::global(), JsValue::from("ReadableStreamBYOBReader"));
    let its = Reflect::get(&global, &name).unwrap();
    assert!(its.is_function(), "this browser could");
    Reflect::set(&global, &name, &Function::new_no_args("throw new TypeError()")).unwrap();
    for piece in [1 << 20, 700_001] {
        assert!(read_in_pieces(&file, piece).await == bytes, "in memory of its own, {piece}");
    }
    Reflect::set(&global, &name, &its).unwrap();
}

fn dropped(bytes: &[u8]) -> web_sys::File {
    web_sys::File::new_with_u8_array_sequence(&Array::of1(&Uint8Array::from(bytes)), "shop.xlsx").unwrap()
}

#[wasm_bindgen_test]
async fn a_workbook_becomes_a_csv_file() {
    let expected = include_str!("cases/workbook/openpyxl-sheets.csv");
    let mut desk = Desk::default();
    let file = dropped(include_bytes!("cases/workbook/openpyxl-sheets.xlsx"));
    let (answer, _) = desk.answer(ToWorkbook::Open, &file, &|_| ());
    let FromWorkbook::Opened(listing) = answer else { unreachable!("{answer:?}") };
    let names: Vec<_> = listing.sheets.iter().map(|sheet| (sheet.name.as_str(), sheet.rows, sheet.columns)).collect();
    assert_eq!(names, [("Read me", 1, 1), ("Old", 2, 6), ("Products", 5, 6)]);

    let question = ToWorkbook::Convert { sheet: listing.suggested, name: "shop – Products.csv".into() };
    let (answer, csv) = desk.answer(question, &wasm_bindgen::JsValue::UNDEFINED, &|_| ());
    let FromWorkbook::Converted(report) = answer else { unreachable!("{answer:?}") };
    let csv = csv.unwrap();
    assert_eq!((csv.name().as_str(), csv.type_().as_str(), csv.size()), ("shop – Products.csv", "text/csv", report.bytes as f64));
    let bytes = Uint8Array::new(&JsFuture::from(csv.array_buffer()).await.unwrap()).to_vec();
    let text = String::from_utf8(bytes).unwrap();
    let notes: String = report.notes.iter().map(|note| format!("# {note}\r\n")).collect();
    assert_eq!(text.trim_start_matches('\u{feff}').to_owned() + &notes, expected);
}

#[wasm_bindgen_test]
fn what_is_no_workbook_is_refused_in_words_and_a_sheet_needs_one() {
    let mut desk = Desk::default();
    let seen = Cell::new(0);
    let count = |_: Progress| seen.set(seen.get() + 1);
    let (answer, _) = desk.answer(ToWorkbook::Open, &dropped(include_bytes!("cases/workbook/password.xlsx")), &count);
    assert!(matches!(&answer, FromWorkbook::Refused(trouble) if trouble.what.contains("password")), "{answer:?}");
    let (answer, _) = desk.answer(ToWorkbook::Open, &wasm_bindgen::JsValue::NULL, &count);
    assert!(matches!(answer, FromWorkbook::Refused(_)));
    let (answer, file) = desk.answer(ToWorkbook::Convert { sheet: 0, name: String::new() }, &wasm_bindgen::JsValue::NULL, &count);
    assert!(matches!(answer, FromWorkbook::Refused(_)) && file.is_none());
    assert_eq!(seen.get(), 0);
}
