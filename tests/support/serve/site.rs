//! The static site: an address becomes a file, its headers and a status.
//!
//! Must never know: the API. Files are read at each request, so a new build is served without a restart.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode, Uri, header};
use sha2::{Digest, Sha256};

use crate::hosting::{self, Headers, Rewrites};

/// The folder that is served, and what it says about itself.
pub struct Site {
    dist: PathBuf,
    config: Option<Vec<u8>>,
    headers: Headers,
    rewrites: Rewrites,
    /// Packed bodies by ETag: a CDN, too, packs a file once.
    packed: Mutex<HashMap<String, Bytes>>,
}

struct Answer {
    status: StatusCode,
    file: String,
    body: Bytes,
}

impl Site {
    /// Reads the folder's rules; `config` takes the place of its `config.json`.
    pub fn open(dist: &Path, config: Option<&Path>) -> Result<Self, String> {
        let text = |path: &Path| {
            fs::read_to_string(path).map_err(|error| format!("{}: {error} (is it built? `make build`)", path.display()))
        };
        let mut headers = text(&dist.join("_headers"))?;
        let config = config.map(text).transpose()?;
        if let Some(config) = &config {
            headers = allow(&headers, config)?;
        }
        Ok(Self {
            dist: dist.to_owned(),
            config: config.map(String::into_bytes),
            headers: Headers::parse(&headers)?,
            rewrites: Rewrites::parse(&text(&dist.join("_redirects"))?)?,
            packed: Mutex::default(),
        })
    }

    fn answer(&self, path: &str) -> Answer {
        let target = self.rewrites.of(path).unwrap_or(match path {
            "/" => "/index.html",
            other => other,
        });
        let (status, file) = match self.file(target) {
            Some(_) => (StatusCode::OK, target),
            None => (StatusCode::NOT_FOUND, "/404.html"),
        };
        Answer { status, file: file.to_owned(), body: self.file(file).unwrap_or_default() }
    }

    /// A file of the site. Hidden files, the host's own two, and everything that climbs out of the folder are not part of it.
    fn file(&self, path: &str) -> Option<Bytes> {
        if path == "/config.json"
            && let Some(config) = &self.config
        {
            return Some(config.clone().into());
        }
        let plain = path
            .strip_prefix('/')?
            .split('/')
            .all(|part| !part.is_empty() && !part.starts_with(['.', '_']) && !part.contains('\\'));
        let file = self.dist.join(path.strip_prefix('/')?);
        (plain && file.is_file()).then(|| fs::read(file).ok().map(Bytes::from))?
    }

    fn pack(&self, tag: &str, body: &Bytes) -> Option<Bytes> {
        let mut packed = self.packed.lock().ok()?;
        if let Some(known) = packed.get(tag) {
            return Some(known.clone());
        }
        let settings = brotli::enc::BrotliEncoderParams { quality: 5, ..Default::default() };
        let mut bytes = Vec::new();
        brotli::BrotliCompress(&mut &**body, &mut bytes, &settings).ok()?;
        packed.insert(tag.to_owned(), bytes.clone().into());
        Some(bytes.into())
    }
}

/// Every address of the site.
pub fn router(site: Arc<Site>) -> Router {
    Router::new().fallback(respond).with_state(site)
}

async fn respond(State(site): State<Arc<Site>>, method: Method, uri: Uri, asked: HeaderMap) -> Response<Body> {
    let path = uri.path();
    let mut response = if method == Method::GET || method == Method::HEAD {
        content(&site, path, &asked)
    } else {
        let mut refused = Response::new(Body::empty());
        *refused.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
        refused
    };
    for (name, value) in site.headers.of(path) {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            response.headers_mut().insert(name, value);
        }
    }
    if response.status() == StatusCode::NOT_FOUND {
        // What is missing now may be there after the next upload, whatever the address looks like.
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    response
}

fn content(site: &Site, path: &str, asked: &HeaderMap) -> Response<Body> {
    let answer = site.answer(path);
    let tag = format!("\"{:x}\"", Sha256::digest(&answer.body));
    let wants = |name: header::HeaderName, what: &str| {
        asked.get(name).and_then(|value| value.to_str().ok()).is_some_and(|value| value.contains(what))
    };
    let kind = kind(&answer.file);
    let text = !kind.starts_with("image/png");
    let mut response = Response::new(Body::empty());
    if answer.status == StatusCode::OK && wants(header::IF_NONE_MATCH, &tag) {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
    } else {
        *response.status_mut() = answer.status;
        let packed = (text && wants(header::ACCEPT_ENCODING, "br")).then(|| site.pack(&tag, &answer.body)).flatten();
        if packed.is_some() {
            response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static("br"));
        }
        *response.body_mut() = Body::from(packed.unwrap_or(answer.body));
    }
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Ok(tag) = HeaderValue::try_from(tag) {
        headers.insert(header::ETAG, tag);
    }
    response
}

fn kind(file: &str) -> &'static str {
    match file.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "csv" => "text/csv; charset=utf-8",
        "json" => "application/json",
        "svg" => "image/svg+xml",
        "txt" => "text/plain; charset=utf-8",
        "wasm" => "application/wasm",
        "webmanifest" => "application/manifest+json",
        "png" => "image/png",
        _ => "application/octet-stream",
    }
}

/// The same rules with a config's hosts added to `connect-src`, and nothing else changed.
fn allow(headers: &str, config: &str) -> Result<String, String> {
    let added: String = hosting::origins(config)?
        .into_iter()
        .filter(|origin| !headers.contains(origin.as_str()))
        .map(|origin| format!(" {origin}"))
        .collect();
    Ok(headers.replace("connect-src 'self'", &format!("connect-src 'self'{added}")))
}
