//! Where somebody is in the grid, and what of it is drawn, is pure, but lives in a room that only the browser compiles: its tests
//! run here.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop where it stands"
)]

#[allow(dead_code, reason = "the tests use what they test")]
#[path = "../src/ui/bulk/grid/place.rs"]
mod place;

#[allow(dead_code, reason = "the tests use what they test")]
#[path = "../src/ui/bulk/grid/scale.rs"]
mod scale;
