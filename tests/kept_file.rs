//! What only a real browser can show: a file and its draft, kept past a reload. `make browser`.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

use js_sys::{Array, Function, Promise, Reflect};
use storekeeper::browser::kept_file::{COPIED_MOST, Copy, Given, Unopened, forget, keep_draft, keep_file, kept};
use storekeeper::engine::protocol::Source;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

async fn text(file: &web_sys::File) -> String {
    JsFuture::from(file.text()).await.unwrap().as_string().unwrap()
}

/// The tests share one database, so that they are one test.
#[wasm_bindgen_test]
async fn a_file_and_its_draft_are_kept_until_they_are_forgotten() {
    forget().await.unwrap();
    assert!(kept().await.unwrap().is_none());
    assert!(!keep_draft(1.0, b"draft", 1).await.unwrap(), "no draft without its file");

    let sheet = Source::Workbook { sheet: "März".into() };
    let given = Given::text("ä.csv", sheet.clone(), "Product ID\n\u{1f600}\n").unwrap();
    assert_eq!(keep_file(1.0, &given).await, Ok(Copy::Whole));
    let found = kept().await.unwrap().unwrap();
    assert_eq!((found.name.as_str(), &found.source, found.copy, &found.draft), ("ä.csv", &sheet, Copy::Whole, &None));
    assert_eq!(keep_draft(1.0, b"one", 1).await, Ok(true));
    assert_eq!(keep_draft(1.0, &[0, 255, 7], 12).await, Ok(true));
    let found = kept().await.unwrap().unwrap();
    assert_eq!((found.draft.as_deref(), found.changes), (Some(&[0, 255, 7][..]), 12));
    assert!(found.when.starts_with("20"), "{}", found.when);
    let opened = found.open().await.unwrap();
    assert_eq!((opened.file.name().as_str(), opened.size(), &opened.source), ("ä.csv", given.size(), &sheet));
    assert_eq!(text(&opened.file).await, "Product ID\n\u{1f600}\n");

    // Another file takes its place, and the draft of the first goes with it: also when it is written too late.
    let other = Given::text("other.csv", Source::Pasted, "x").unwrap();
    assert_eq!(keep_file(2.0, &other).await, Ok(Copy::Whole));
    assert_eq!(keep_draft(1.0, b"late", 3).await, Ok(false));
    let found = kept().await.unwrap().unwrap();
    assert_eq!((found.id, found.draft, &found.source), (2.0, None, &Source::Pasted));

    a_large_file_is_kept_by_its_handle_or_its_name().await;
    forget().await.unwrap();
    assert!(kept().await.unwrap().is_none());
}

/// The browser's private folder gives handles that need nobody's word.
async fn a_large_file_is_kept_by_its_handle_or_its_name() {
    // It need not be filled: of a large file nothing is read here.
    let size = usize::try_from(COPIED_MOST).unwrap() + 1;
    let piece = web_sys::Blob::new_with_u8_array_sequence(&Array::of1(&js_sys::Uint8Array::new_with_length(1 << 20))).unwrap();
    let pieces: Array = (0..=size >> 20).map(|_| JsValue::from(&piece)).collect();
    let large = web_sys::File::new_with_blob_sequence(&pieces, "large.csv").unwrap();
    let mut given = Given::file(large, None);
    assert_eq!(keep_file(3.0, &given).await, Ok(Copy::NameOnly));
    assert_eq!(keep_draft(3.0, b"draft", 1).await, Ok(true));
    let found = kept().await.unwrap().unwrap();
    assert_eq!((found.copy, found.draft.as_deref()), (Copy::NameOnly, Some(&b"draft"[..])));
    assert_eq!(found.open().await.err(), Some(Unopened::NameOnly));

    let make = Function::new_no_args(
        "return navigator.storage.getDirectory().then(async (folder) => {
            const handle = await folder.getFileHandle('large.csv', { create: true });
            const stream = await handle.createWritable();
            await stream.write('Product ID');
            await stream.close();
            return handle;
        })",
    );
    let handle: Promise = make.call0(&JsValue::NULL).unwrap().unchecked_into();
    given.handle = Some(handle.clone());
    assert_eq!(keep_file(4.0, &given).await, Ok(Copy::Handle));
    let found = kept().await.unwrap().unwrap();
    let opened = found.open().await.unwrap();
    assert_eq!(text(&opened.file).await, "Product ID", "it is read from where it lies");
    assert!(opened.handle.is_some(), "and can be kept by the handle again");

    let handle = JsFuture::from(handle).await.unwrap();
    let remove: Function = Reflect::get(&handle, &"remove".into()).unwrap().dyn_into().unwrap();
    JsFuture::from(remove.call0(&handle).unwrap().unchecked_into::<Promise>()).await.unwrap();
    assert_eq!(found.open().await.err(), Some(Unopened::Gone));
}
