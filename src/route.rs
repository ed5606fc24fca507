//! Every address of the page: parse and print. Links, navigation, titles and the router all take them from here.
//!
//! In: a path. Out: a [`Route`]. Must never know: what a page shows.

use std::borrow::Cow;
use std::fmt;

/// A page with an address of its own.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Route {
    /// `/`: leads on to one of the others.
    Home,
    /// `/connect`: the practice store, or a host and a key.
    Connect,
    /// `/bulk`: the bulk run, whatever its stage.
    Bulk,
    /// `/bulk/runs`: the runs in this browser's journal.
    Runs,
    /// `/bulk/runs/:id`: one of them, by its name in the journal.
    Run(String),
    /// `/products`: the live catalogue.
    Products,
    /// `/settings`: the store configuration.
    Settings,
}

impl Route {
    /// All that have one address.
    pub const FIXED: [Self; 6] = [Self::Home, Self::Connect, Self::Bulk, Self::Runs, Self::Products, Self::Settings];

    /// The path, to link to.
    #[must_use]
    pub fn path(&self) -> Cow<'static, str> {
        match self {
            Self::Home => "/".into(),
            Self::Connect => "/connect".into(),
            Self::Bulk => "/bulk".into(),
            Self::Runs => "/bulk/runs".into(),
            Self::Run(run) => format!("/bulk/runs/{}", escaped(run)).into(),
            Self::Products => "/products".into(),
            Self::Settings => "/settings".into(),
        }
    }

    /// The page at this path, if there is one. A slash at the end is forgiven; query and fragment are not part of a path.
    #[must_use]
    pub fn parse(path: &str) -> Option<Self> {
        let path = path.trim_start_matches('/').trim_end_matches('/');
        if let Some(run) = path.strip_prefix("bulk/runs/") {
            let is_one = !run.contains('/');
            return unescaped(run).filter(|run| is_one && !run.is_empty()).map(Self::Run);
        }
        Self::FIXED.into_iter().find(|route| route.path().trim_start_matches('/') == path)
    }
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path())
    }
}

/// What may stand in a segment of a path as it is; a colon may, and runs are named after a time of day.
const fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b':')
}

fn escaped(text: &str) -> String {
    let byte = |byte: u8| if is_plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    text.bytes().map(byte).collect()
}

/// The text of a segment; nothing where its escapes are no text.
fn unescaped(segment: &str) -> Option<String> {
    let mut parts = segment.split('%');
    let mut bytes = parts.next()?.as_bytes().to_vec();
    for part in parts {
        let (digits, rest) = part.split_at_checked(2)?;
        // A sign is no digit, though a number may begin with one.
        let is_hex = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        bytes.push(is_hex.then(|| u8::from_str_radix(digits, 16).ok())??);
        bytes.extend(rest.as_bytes());
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_route_is_read_back_from_what_it_prints() {
        let runs = ["2026-11-22T14:41:02.123Z-0a1b2c3d", "a b/ü%?#", "%41", "."].map(|run| Route::Run(run.into()));
        for route in Route::FIXED.into_iter().chain(runs) {
            assert_eq!(Route::parse(&route.to_string()), Some(route.clone()));
        }
    }

    #[test]
    fn the_name_of_a_run_stands_in_its_address_as_it_is() {
        let run = "2026-11-22T14:41:02.123Z-0a1b2c3d";
        assert_eq!(Route::Run(run.into()).path(), format!("/bulk/runs/{run}"));
    }

    #[test]
    fn a_slash_at_the_end_is_forgiven() {
        assert_eq!(Route::parse("/bulk/"), Some(Route::Bulk));
        assert_eq!(Route::parse("/bulk/runs/"), Some(Route::Runs));
        assert_eq!(Route::parse("/bulk/runs/a/"), Some(Route::Run("a".into())));
        assert_eq!(Route::parse(""), Some(Route::Home));
    }

    #[test]
    fn other_paths_are_no_pages() {
        let broken = ["/bulk/runs/%", "/bulk/runs/%4", "/bulk/runs/%+1", "/bulk/runs/%zz", "/bulk/runs/%ff", "/bulk/runs/é%é"];
        for path in
            ["/nowhere", "/runs", "/bulk/run", "/bulk/runs/a/b", "/Bulk", "/connect.html", "/bulk?x"].into_iter().chain(broken)
        {
            assert_eq!(Route::parse(path), None, "{path}");
        }
    }
}
