//! What only a real worker can show: the journal in IndexedDB. `make browser`.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

use storekeeper::browser::journal::IndexedDbJournal;
use storekeeper::engine::hands::JournalStore;
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
    assert_eq!(entries, [&b"head"[..], b"forgotten", b"second", b"third"]);

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
    assert!(entries.first() == Some(&large), "4 MiB come back to the byte");
    journal.delete("large").await.unwrap();
}
