//! `cargo run --example ask -- <name> <bytes>`: what the page asks once it stands, and the question by which it has a file opened, as
//! the bytes that it posts to the engine, in JSON. The benchmark in the browser speaks to the engine with them.

#![allow(clippy::print_stdout, reason = "its whole purpose")]

use storekeeper::engine::protocol::{OpenFile, Overview, Question, ReadAs, ToEngine};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [name, size] = arguments.as_slice() else { return Err("usage: ask <name> <bytes>".into()) };
    let ask = OpenFile { name: name.clone(), size: size.parse()?, read_as: ReadAs::default() }.into_ask();
    let first = postcard::to_allocvec(&ToEngine { job: 1, ask: Overview {}.into_ask() })?;
    println!("[{first:?}, {:?}]", postcard::to_allocvec(&ToEngine { job: 2, ask })?);
    Ok(())
}
