//! The template that the CDN serves is the one the schema table makes: the page's download and the file cannot drift.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop where it stands"
)]

use std::path::Path;

#[test]
fn the_published_template_is_made_from_the_schema_table() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("public/template.csv");
    let published = std::fs::read_to_string(file).unwrap();
    assert_eq!(published, storekeeper::import::template(), "make it anew: cargo run --example template");
}
