//! The page. See `storekeeper::ui`.

#[cfg(not(target_arch = "wasm32"))]
fn main() {}

#[cfg(target_arch = "wasm32")]
fn main() {
    storekeeper::ui::start();
}
