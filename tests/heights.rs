//! The arithmetic of long lists is pure, but lives in a room that only the browser compiles: its tests run here.

#[allow(dead_code, reason = "the tests use what they test")]
#[path = "../src/ui/components/heights.rs"]
mod heights;
