//! Answers like the CDN would: `dist/` with exactly the headers and addresses that its `_headers` and `_redirects` ask for.
//!
//! ```text
//! cargo run --example serve -- [--listen 127.0.0.1:8080] [--dist dist] [--config FILE]
//! ```
//!
//! Port 0 takes a free one. One line on stdout, `listening http://127.0.0.1:PORT`, says that it is ready. `--config` answers
//! `/config.json` with another file and adds that file's hosts to the policy's `connect-src`, so that tests can bring their own API.

#![allow(clippy::print_stdout, reason = "a command line tool talks on stdout")]

#[path = "../hosting.rs"]
mod hosting;
mod site;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

struct Wishes {
    listen: String,
    dist: PathBuf,
    config: Option<PathBuf>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match serve().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("serve: {reason}");
            ExitCode::FAILURE
        }
    }
}

async fn serve() -> Result<(), String> {
    let wishes = wishes(std::env::args().skip(1))?;
    let site = site::Site::open(&wishes.dist, wishes.config.as_deref())?;
    let listener = tokio::net::TcpListener::bind(&wishes.listen)
        .await
        .map_err(|error| format!("cannot listen on {}: {error}", wishes.listen))?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    println!("listening http://{address}");
    // The practice API is a listener of its own, on another port and so another origin: it starts here, beside this one.
    axum::serve(listener, site::router(Arc::new(site))).await.map_err(|error| error.to_string())
}

fn wishes(mut words: impl Iterator<Item = String>) -> Result<Wishes, String> {
    let mut wishes = Wishes { listen: "127.0.0.1:8080".into(), dist: "dist".into(), config: None };
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or(format!("{word} wants a value"));
        match word.as_str() {
            "--listen" => wishes.listen = value()?,
            "--dist" => wishes.dist = value()?.into(),
            "--config" => wishes.config = Some(value()?.into()),
            _ => {
                return Err(format!("unknown: {word}; known are --listen, --dist, --config"));
            }
        }
    }
    Ok(wishes)
}
