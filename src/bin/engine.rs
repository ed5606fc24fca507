//! The engine: the program of the dedicated worker. See `storekeeper::engine`.

#[cfg(not(target_arch = "wasm32"))]
fn main() {}

#[cfg(target_arch = "wasm32")]
fn main() {
    storekeeper::browser::host::start(storekeeper::browser::build::build_id());
}
