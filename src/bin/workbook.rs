//! The reader of workbooks: the program of a worker that is started when an `.xlsx` is dropped. See `storekeeper::workbook`.

#[cfg(not(target_arch = "wasm32"))]
fn main() {}

#[cfg(target_arch = "wasm32")]
fn main() {
    storekeeper::browser::workbook::host::start(storekeeper::browser::build::build_id());
}
