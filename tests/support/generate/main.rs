//! Writes an update file: `cargo run --example generate -- <products> <seed> <out.csv> [--plain]`. With `--time` it is
//! read back and checked, and the times are printed.

mod file;

use file::Recipe;
use std::fs::File;
use std::io::{BufWriter, Read, Write};
use std::time::Instant;
use storekeeper::import::{CellRules, Reader};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (flags, named): (Vec<_>, Vec<_>) = arguments.iter().partition(|argument| argument.starts_with("--"));
    let [products, seed, out] = named.as_slice() else {
        return Err("usage: generate <products> <seed> <out.csv> [--plain] [--time]".into());
    };
    let has = |flag: &str| flags.iter().any(|given| *given == flag);
    let recipe = Recipe { products: products.parse()?, seed: seed.parse()?, plain: has("--plain") };
    let mut target = BufWriter::new(File::create(out)?);
    let mut failure = None;
    file::write(recipe, |piece| {
        if let Err(error) = target.write_all(piece.as_bytes()) {
            failure = Some(error);
        }
    });
    target.flush()?;
    if let Some(error) = failure {
        return Err(error.into());
    }
    if has("--time") { time(out) } else { Ok(()) }
}

/// Reads in pieces of 1 MiB, as the worker does.
#[allow(clippy::print_stdout, reason = "its whole purpose")]
fn time(path: &str) -> Result<(), Box<dyn std::error::Error>> {
    let mut file = File::open(path)?;
    let size = file.metadata()?.len();
    let mut pieces = Vec::new();
    loop {
        let mut piece = Vec::with_capacity(1 << 20);
        if (&mut file).take(1 << 20).read_to_end(&mut piece)? == 0 {
            break;
        }
        pieces.push(piece);
    }
    let refused = |refusal: storekeeper::import::Refusal| refusal.message();
    for _ in 0..3 {
        let begin = Instant::now();
        let mut reader = Reader::new(path, size, CellRules::default()).map_err(refused)?;
        for piece in &pieces {
            reader.push(piece).map_err(refused)?;
        }
        let table = reader.finish().map_err(refused)?;
        let parsed = begin.elapsed();
        let checked = table.check(CellRules::default());
        let all = begin.elapsed();
        let built = (0..table.groups().len()).filter(|&group| table.update(group, CellRules::default()).is_some()).count();
        println!(
            "{size} bytes, {} rows, {} products, {} issues, {} sendable, {built} built: parse and group {parsed:?}, check {:?}, build {:?}",
            table.rows(),
            checked.counts.products,
            checked.issues.len(),
            checked.counts.sendable,
            all - parsed,
            begin.elapsed() - all,
        );
    }
    Ok(())
}
