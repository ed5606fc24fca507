//! Finishes what Trunk built, so that the folder can go on a CDN as it is.
//!
//! In: a folder with `index.html`, the three programs, `boot.js`, `style/` and what `public/` holds (Trunk's hook names the folder in
//! `TRUNK_STAGING_DIR`; else it is the first argument). Out: the same folder, where
//!
//! - every script, program and style sheet lies in `assets/` under a name made of its content, the workers' included,
//! - both pages name those files with their integrity values, and each worker's script knows its program's,
//! - all of them know the build id,
//! - and everything that must hold for a release was checked: no inline script, no source map, no path of the machine that built it,
//!   and a policy that names exactly the hosts of `config.json`.
//!
//! The same input gives the same names and bytes. Must never know: how the programs work, or where the folder will be published.

#![allow(clippy::print_stdout, reason = "a command line tool talks on stdout")]

#[path = "../hosting.rs"]
mod hosting;
mod pages;
mod styles;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs};

use base64::Engine as _;
use sha2::{Digest, Sha256, Sha384};

/// A file under its final name.
struct Asset {
    url: String,
    integrity: String,
}

fn main() -> ExitCode {
    match folder().and_then(|dist| package(&dist)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("package: {reason}");
            ExitCode::FAILURE
        }
    }
}

fn folder() -> Result<PathBuf, String> {
    env::args()
        .nth(1)
        .or_else(|| env::var("TRUNK_STAGING_DIR").ok())
        .map(PathBuf::from)
        .ok_or_else(|| "name the folder that Trunk wrote, or run as Trunk's hook".to_owned())
}

fn package(dist: &Path) -> Result<(), String> {
    if dist.join("snippets").exists() {
        return Err("a crate brought script files of its own (snippets/), which have no integrity value: do without it".into());
    }
    let build = build_id(dist)?;
    let mut assets: BTreeMap<String, Asset> = BTreeMap::new();

    let mut place = |from: &str, stem: &str, kind: &str, bytes: &[u8]| {
        let asset = store(dist, stem, kind, bytes)?;
        assets.insert(from.to_owned(), asset);
        Ok::<_, String>(())
    };
    for name in ["app", "boot", "engine", "workbook"] {
        let file = dist.join(name).with_extension("js");
        let mut script = text(&file)?;
        if script.contains("sourceMappingURL") {
            return Err(format!("{name}.js names a source map"));
        }
        if name != "boot" {
            let program = dist.join(format!("{name}_bg.wasm"));
            let bytes = read(&program)?;
            no_paths(name, &bytes)?;
            let placed = store(dist, name, "wasm", &bytes)?;
            script = script.replace(&format!("{name}_bg.wasm"), last(&placed.url));
            match name {
                "engine" => script = start_worker("The engine", &script, &build, &placed)?,
                "workbook" => script = start_worker("The reader of workbooks", &script, &build, &placed)?,
                _ => {}
            }
            place(&format!("/{name}_bg.wasm"), name, "wasm", &bytes)?;
            remove(&program)?;
        }
        place(&format!("/{name}.js"), name, "js", script.as_bytes())?;
        remove(&file)?;
    }
    let style = styles::join(&dist.join("style"), "main.css")?;
    place("/style/main.css", "main", "css", style.as_bytes())?;
    fs::remove_dir_all(dist.join("style")).map_err(|error| format!("style/: {error}"))?;

    for page in ["index.html", "404.html"] {
        let file = dist.join(page);
        let finished = pages::finish(&text(&file)?, &assets, &build).map_err(|reason| format!("{page}: {reason}"))?;
        write(&file, finished.as_bytes())?;
    }
    same_hosts(dist)?;
    table(dist, &build)
}

/// A hash of everything that was built. `config.json` and the host's two files are left out: whoever publishes may change those.
fn build_id(dist: &Path) -> Result<String, String> {
    let mut hash = Sha256::new();
    for file in files(dist)? {
        let name = file.strip_prefix(dist).map_err(|error| error.to_string())?.to_string_lossy().into_owned();
        if ["config.json", "_headers", "_redirects"].contains(&name.as_str()) {
            continue;
        }
        let bytes = read(&file)?;
        hash.update(format!("{name} {}\n", bytes.len()));
        hash.update(&bytes);
    }
    Ok(hex(&hash.finalize(), 12))
}

/// Puts the bytes below `assets/` under a name made of them.
fn store(dist: &Path, stem: &str, kind: &str, bytes: &[u8]) -> Result<Asset, String> {
    let url = format!("/assets/{stem}-{}.{kind}", hex(&Sha256::digest(bytes), 16));
    fs::create_dir_all(dist.join("assets")).map_err(|error| format!("assets/: {error}"))?;
    write(&dist.join(url.trim_start_matches('/')), bytes)?;
    let sum = base64::engine::general_purpose::STANDARD.encode(Sha384::digest(bytes));
    Ok(Asset { url, integrity: format!("sha384-{sum}") })
}

/// A worker's script gets no integrity value from the browser, and cannot be told its program by a page: so it starts itself.
fn start_worker(who: &str, script: &str, build: &str, program: &Asset) -> Result<String, String> {
    if !script.contains("__wbg_init as default") {
        return Err(format!(
            "{who}'s script does not export its start as wasm-bindgen 0.2.130 does: read tests/support/package/worker.js again"
        ));
    }
    let start = include_str!("worker.js")
        .replace("{who}", who)
        .replace("{build}", build)
        .replace("{program}", last(&program.url))
        .replace("{integrity}", &program.integrity);
    Ok(format!("{script}\n{start}"))
}

/// The programs may name a place in our source (a panic does), but not where that lay on the machine that built it.
fn no_paths(name: &str, program: &[u8]) -> Result<(), String> {
    let mut here: Vec<String> =
        ["HOME", "CARGO_HOME"].iter().filter_map(|name| env::var(name).ok()).filter(|path| path.len() > 4).collect();
    here.extend(env::current_dir().map(|path| path.to_string_lossy().into_owned()));
    match here.iter().find(|path| memchr::memmem::find(program, path.as_bytes()).is_some()) {
        Some(path) => {
            Err(format!("the program \"{name}\" contains the path {path}: build with `make build`, which takes such paths out"))
        }
        None => Ok(()),
    }
}

/// The policy lets the page talk to exactly the hosts that `config.json` offers.
fn same_hosts(dist: &Path) -> Result<(), String> {
    let headers = hosting::Headers::parse(&text(&dist.join("_headers"))?)?.of("/");
    let policy = headers
        .iter()
        .find(|(name, _)| name == "content-security-policy")
        .map(|(_, value)| value.as_str())
        .ok_or("_headers sends no Content-Security-Policy")?;
    let allowed: std::collections::BTreeSet<String> =
        hosting::sources(policy, "connect-src").into_iter().filter(|source| *source != "'self'").map(str::to_owned).collect();
    let offered = hosting::origins(&text(&dist.join("config.json"))?)?;
    if allowed == offered {
        return Ok(());
    }
    Err(format!("config.json offers {offered:?}, but connect-src in _headers allows {allowed:?}: make them the same"))
}

/// Says what was built and how large it is, as it lies there and as a CDN sends it.
fn table(dist: &Path, build: &str) -> Result<(), String> {
    println!("build {build}");
    println!("{:>9} {:>9}  file", "bytes", "brotli");
    let (mut all, mut sent) = (0, 0);
    for file in files(dist)? {
        let name = file.strip_prefix(dist).unwrap_or(&file).to_string_lossy();
        let bytes = read(&file)?;
        let packed = if name.starts_with('_') { 0 } else { brotli(&bytes)? };
        println!("{:>9} {:>9}  {name}", bytes.len(), packed);
        all += bytes.len();
        sent += packed;
    }
    println!("{all:>9} {sent:>9}  all");
    Ok(())
}

fn brotli(bytes: &[u8]) -> Result<usize, String> {
    let mut packed = Vec::new();
    let settings = brotli::enc::BrotliEncoderParams::default();
    brotli::BrotliCompress(&mut &*bytes, &mut packed, &settings).map_err(|error| format!("brotli: {error}"))?;
    Ok(packed.len())
}

/// Every file below the folder, in the order of their names; hidden ones (Trunk's lock) are not part of the site.
fn files(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let mut found = Vec::new();
    let mut waiting = vec![folder.to_owned()];
    while let Some(folder) = waiting.pop() {
        let entries = fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        for entry in entries {
            let path = entry.map_err(|error| error.to_string())?.path();
            let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
            if path.is_dir() {
                waiting.push(path);
            } else if !hidden {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

fn hex(bytes: &[u8], digits: usize) -> String {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|digit| char::from_digit(u32::from(digit), 16))
        .take(digits)
        .collect()
}

fn last(url: &str) -> &str {
    url.rsplit('/').next().unwrap_or(url)
}

fn read(file: &Path) -> Result<Vec<u8>, String> {
    fs::read(file).map_err(|error| format!("{}: {error}", file.display()))
}

fn text(file: &Path) -> Result<String, String> {
    fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))
}

fn write(file: &Path, bytes: &[u8]) -> Result<(), String> {
    fs::write(file, bytes).map_err(|error| format!("{}: {error}", file.display()))
}

fn remove(file: &Path) -> Result<(), String> {
    fs::remove_file(file).map_err(|error| format!("{}: {error}", file.display()))
}
