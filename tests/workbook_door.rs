//! The page's door to workbooks, against a reader that is played: on a page of its own, where any script may be started. `make browser`.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

use std::cell::Cell;
use std::rc::Rc;
use storekeeper::browser::build;
use storekeeper::browser::workbook::{OpenWorkbook, is_workbook};
use storekeeper::workbook::{FromWorkbook, Listing, Progress, Report, Sheet};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

/// Has the page name this script as the reader of workbooks.
fn name_reader(script: &str, integrity: Option<&str>) {
    let options = web_sys::BlobPropertyBag::new();
    options.set_type("text/javascript");
    let parts = js_sys::Array::of1(&script.into());
    let blob = web_sys::Blob::new_with_str_sequence_and_options(&parts, &options).unwrap();
    let url = web_sys::Url::create_object_url_with_blob(&blob).unwrap();
    let document = web_sys::window().unwrap().document().unwrap();
    if let Some(old) = document.query_selector("meta[name=workbook]").unwrap() {
        old.remove();
    }
    let meta = document.create_element("meta").unwrap();
    meta.set_attribute("name", "workbook").unwrap();
    meta.set_attribute("content", &url).unwrap();
    if let Some(integrity) = integrity {
        meta.set_attribute("data-integrity", integrity).unwrap();
    }
    document.document_element().unwrap().append_child(&meta).unwrap();
}

/// A message of the reader as JavaScript.
fn said(message: &FromWorkbook) -> String {
    format!("new Uint8Array({:?})", postcard::to_allocvec(message).unwrap())
}

fn dropped(bytes: &[u8]) -> web_sys::File {
    web_sys::File::new_with_u8_array_sequence(&js_sys::Array::of1(&js_sys::Uint8Array::from(bytes)), "shop.xlsx").unwrap()
}

#[wasm_bindgen_test]
async fn a_workbook_is_told_by_its_first_bytes() {
    assert!(is_workbook(&dropped(include_bytes!("cases/workbook/openpyxl-table.xlsx"))).await);
    assert!(is_workbook(&dropped(include_bytes!("cases/workbook/libreoffice-xls.xls"))).await);
    assert!(!is_workbook(&dropped(b"Product ID,Name")).await);
    assert!(!is_workbook(&dropped(b"")).await);
}

#[wasm_bindgen_test]
async fn the_door_starts_the_reader_asks_and_hands_on_what_it_says() {
    let sheet = |name: &str| Sheet { name: name.into(), ..Sheet::default() };
    let listing = Listing { sheets: vec![sheet("One"), sheet("Two")], suggested: 1 };
    let report = Report { sheet: "Two".into(), rows: 7, ..Report::default() };
    let script = format!(
        "postMessage([{}, undefined]);
        onmessage = ({{ data: [bytes, beside] }}) => {{
            if (bytes[0] === 0 && beside instanceof File) {{ postMessage([{}, undefined]); postMessage([{}, undefined]); }}
            else if (bytes[1] === 1) postMessage([{}, new File(['a,b'], new TextDecoder().decode(bytes.subarray(3)))]);
            else throw new Error('as if the memory had run out');
        }};",
        said(&FromWorkbook::Ready { build: build::build_id() }),
        said(&FromWorkbook::Progress(Progress { rows: 5, of: None })),
        said(&FromWorkbook::Opened(listing.clone())),
        said(&FromWorkbook::Converted(report.clone())),
    );
    name_reader(&script, None);
    let seen = Rc::new(Cell::new(0));
    let heard = Rc::clone(&seen);
    let book = OpenWorkbook::open(&dropped(b"PK"), move |progress| heard.set(progress.rows)).await.unwrap();
    assert_eq!((book.listing(), seen.get()), (&listing, 5));
    let converted = book.convert(1).await.unwrap();
    assert_eq!((converted.report, converted.file.name().as_str()), (report, "shop – Two.csv"));
    let stopped = book.convert(0).await.err().unwrap();
    assert!(stopped.what.contains("stopped before it was done"), "{stopped:?}");
}

#[wasm_bindgen_test]
async fn a_reader_that_does_not_start_is_named() {
    let trouble = || async { OpenWorkbook::open(&dropped(b"PK"), |_| ()).await.err().unwrap() };
    let other = said(&FromWorkbook::Ready { build: "another".into() });
    for (script, words) in [
        (format!("postMessage([{other}, undefined])"), "A new version"),
        ("postMessage('The reader of workbooks did not start: it is damaged.')".into(), "it is damaged"),
        ("this is no script".into(), "stopped before it was done"),
        (format!("postMessage([{}, undefined])", said(&FromWorkbook::Crashed)), "stopped before it was done"),
        ("postMessage([new Uint8Array([250]), undefined])".into(), "stopped before it was done"),
    ] {
        name_reader(&script, None);
        let trouble = trouble().await;
        assert!(trouble.what.contains(words), "{trouble:?}");
    }
    name_reader("postMessage(1)", Some("sha384-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"));
    assert!(trouble().await.what.contains("not the one that was published"));
}
