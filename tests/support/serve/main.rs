//! Answers like the CDN would: `dist/` with exactly the headers and addresses that its `_headers` and `_redirects` ask for.
//!
//! ```text
//! cargo run --example serve -- [--listen 127.0.0.1:8080] [--dist dist] [--config FILE] [--api 127.0.0.1:8081] [--control 127.0.0.1:8082]
//! ```
//!
//! Port 0 takes a free one. One line on stdout, `listening http://127.0.0.1:PORT`, says that it is ready. `--config` answers
//! `/config.json` with another file and adds that file's hosts to the policy's `connect-src`, so that tests can bring their own API.
//!
//! `--api` starts the practice API beside it, on an origin of its own, with its control side on `--control` (by default any free
//! port); two more lines, `api http://127.0.0.1:PORT/v1` and `control http://127.0.0.1:PORT`, come before `listening`. Without
//! `--config`, `/config.json` then names that API and no other.

#![allow(clippy::print_stdout, reason = "a command line tool talks on stdout")]

mod api;
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
    api: Option<String>,
    control: String,
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
    let mut wishes = wishes(std::env::args().skip(1))?;
    if let Some(api) = &wishes.api {
        // The practice API is a listener of its own, on another port and so another origin.
        let running = api::start(api, &wishes.control, api::Settings::default())
            .await
            .map_err(|error| format!("cannot listen on {api} or {}: {error}", wishes.control))?;
        println!("api http://{}/v1\ncontrol http://{}", running.api, running.control);
        if wishes.config.is_none() {
            wishes.config = Some(config_of(running.api)?);
        }
    }
    let site = site::Site::open(&wishes.dist, wishes.config.as_deref())?;
    let listener = tokio::net::TcpListener::bind(&wishes.listen)
        .await
        .map_err(|error| format!("cannot listen on {}: {error}", wishes.listen))?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    println!("listening http://{address}");
    axum::serve(listener, site::router(Arc::new(site)))
        .await
        .map_err(|error| error.to_string())
}

/// A `config.json` that names the practice API alone.
fn config_of(api: std::net::SocketAddr) -> Result<PathBuf, String> {
    let file = std::env::temp_dir().join(format!("storekeeper-config-{}.json", api.port()));
    let host = serde_json::json!({ "label": "Practice API", "base": format!("http://{api}/v1"), "note": "Started beside this server." });
    std::fs::write(&file, serde_json::json!({ "hosts": [host] }).to_string())
        .map_err(|error| format!("{}: {error}", file.display()))?;
    Ok(file)
}

fn wishes(mut words: impl Iterator<Item = String>) -> Result<Wishes, String> {
    let mut wishes = Wishes {
        listen: "127.0.0.1:8080".into(),
        dist: "dist".into(),
        config: None,
        api: None,
        control: "127.0.0.1:0".into(),
    };
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or(format!("{word} wants a value"));
        match word.as_str() {
            "--listen" => wishes.listen = value()?,
            "--dist" => wishes.dist = value()?.into(),
            "--config" => wishes.config = Some(value()?.into()),
            "--api" => wishes.api = Some(value()?),
            "--control" => wishes.control = value()?,
            _ => {
                return Err(format!(
                    "unknown: {word}; known are --listen, --dist, --config, --api, --control"
                ));
            }
        }
    }
    Ok(wishes)
}
