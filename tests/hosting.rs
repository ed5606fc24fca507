//! What the CDN is told (`public/`), and the two tools that read it the way a CDN does.

#[path = "support/hosting.rs"]
mod hosting;

use std::collections::BTreeSet;

use storekeeper::route::Route;

use hosting::{Headers, Rewrites, origins, sources};

const HEADERS: &str = include_str!("../public/_headers");
const REDIRECTS: &str = include_str!("../public/_redirects");
const CONFIG: &str = include_str!("../public/config.json");

fn header(path: &str, wanted: &str) -> Option<String> {
    let headers = Headers::parse(HEADERS).ok()?.of(path);
    let found = headers.into_iter().find(|(name, _)| name == wanted);
    found.map(|(_, value)| value)
}

#[test]
fn the_policy_allows_exactly_the_hosts_of_the_config() {
    let policy = header("/", "content-security-policy").unwrap();
    let mut allowed: BTreeSet<String> = sources(&policy, "connect-src").into_iter().map(str::to_owned).collect();
    assert!(allowed.remove("'self'"), "the page reads its own config");
    assert_eq!(allowed, origins(CONFIG).unwrap());
}

#[test]
fn every_address_has_the_same_policy_and_nothing_unsafe_in_it() {
    let policy = header("/", "content-security-policy").unwrap();
    for path in ["/assets/engine-1.js", "/products/1", "/config.json", "/x"] {
        assert_eq!(header(path, "content-security-policy").unwrap(), policy);
    }
    for word in ["unsafe-inline", "'unsafe-eval'", "*", "http:", "data:"] {
        assert!(!policy.contains(word), "{word}");
    }
}

#[test]
fn only_what_is_named_by_its_content_is_kept() {
    let cache = |path| header(path, "cache-control");
    assert_eq!(cache("/assets/app-1.wasm").unwrap(), "public, max-age=31536000, immutable");
    let pages = ["/", "/index.html", "/config.json", "/connect", "/settings"];
    let nested = ["/products", "/products/1", "/bulk", "/bulk/runs/1", "/categories"];
    for path in pages.into_iter().chain(nested) {
        assert_eq!(cache(path).unwrap(), "no-cache", "{path}");
    }
}

#[test]
fn only_the_pages_own_addresses_are_answered_with_it() {
    let rewrites = Rewrites::parse(REDIRECTS).unwrap();
    for path in [
        "/connect",
        "/settings",
        "/products",
        "/products/a/b",
        "/bulk",
        "/bulk/runs",
        "/bulk/runs/2026-11-22T14:41:02.123Z-0a1b2c3d",
        "/categories",
    ] {
        assert_eq!(rewrites.of(path), Some("/index.html"), "{path}");
    }
    for path in ["/x", "/productsx", "/bulk/x", "/bulk/runsx", "/categories/1", "/assets/app.js", "/connect/"] {
        assert_eq!(rewrites.of(path), None, "{path}");
    }
}

#[test]
fn every_page_is_answered_when_its_address_is_opened() {
    let rewrites = Rewrites::parse(REDIRECTS).unwrap();
    for route in Route::FIXED.into_iter().chain([Route::Run("2026-11-22T14:41:02.123Z-0a1b2c3d".into())]) {
        // The root is answered with the page on every host.
        if route != Route::Home {
            assert_eq!(rewrites.of(&route.path()), Some("/index.html"), "{route}");
        }
        assert_eq!(header(&route.path(), "cache-control").as_deref(), Some("no-cache"), "{route}");
    }
}

#[test]
fn a_config_names_its_hosts_or_says_what_is_wrong() {
    let read = |base: &str| {
        let config = serde_json::json!({ "hosts": [{ "label": "x", "base": base }] });
        origins(&config.to_string())
    };
    let one = |origin: &str| Ok(BTreeSet::from([origin.to_owned()]));
    assert_eq!(read("https://api.example.com/v1"), one("https://api.example.com"));
    assert_eq!(read("https://API.example.com:8443"), one("https://api.example.com:8443"));
    assert_eq!(read("http://127.0.0.1:4000/x"), one("http://127.0.0.1:4000"));
    assert_eq!(read("/api"), Ok(BTreeSet::new()));
    for base in [
        "http://api.example.com",
        "//api.example.com",
        "api.example.com",
        "",
        "https://",
        "https://user@host",
        "https://a b",
        "https://*.example.com",
        "https://x;script-src",
        "http://127.0.0.1.example.com",
    ] {
        assert!(read(base).is_err(), "{base}");
    }
    for config in ["", "{}", r#"{"hosts":[]}"#, r#"{"hosts":[{"base":"/api"}]}"#] {
        assert!(origins(config).is_err(), "{config}");
    }
}

#[test]
fn rules_that_a_host_would_read_differently_are_refused() {
    assert!(Headers::parse("  X-A: 1").is_err());
    assert!(Headers::parse("/a\n  X-A").is_err());
    assert!(Headers::parse("https://x/*\n  X-A: 1").is_err());
    assert!(Headers::parse("/:name\n  X-A: 1").is_err());
    assert!(Rewrites::parse("/a /b 301").is_err());
    assert!(Rewrites::parse("/a*b /b 200").is_err());
    let both = Headers::parse("/*\n  X-A: 1\n/a\n  x-a: 2").unwrap();
    assert_eq!(both.of("/a"), [("x-a".to_owned(), "1, 2".to_owned())]);
}
