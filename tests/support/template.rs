//! Writes `public/template.csv` from the schema table: `cargo run --example template`.

fn main() -> std::io::Result<()> {
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("public/template.csv");
    std::fs::write(file, storekeeper::import::template())
}
