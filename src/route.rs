//! Every address of the page: parse and print. Links, navigation, titles and the router all take them from here.
//!
//! In: a path. Out: a [`Route`]. Must never know: what a page shows.

use std::fmt;

/// A page with an address of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Route {
    /// `/`: leads on to one of the others.
    Home,
    /// `/connect`: the practice store, or a host and a key.
    Connect,
    /// `/bulk`: the bulk run, whatever its stage.
    Bulk,
    /// `/products`: the live catalogue.
    Products,
    /// `/settings`: the store configuration.
    Settings,
}

impl Route {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Home, Self::Connect, Self::Bulk, Self::Products, Self::Settings];

    /// The path without its leading slash, as the router wants it.
    #[must_use]
    pub const fn segment(self) -> &'static str {
        match self {
            Self::Home => "",
            Self::Connect => "connect",
            Self::Bulk => "bulk",
            Self::Products => "products",
            Self::Settings => "settings",
        }
    }

    /// The path, to link to.
    #[must_use]
    pub const fn path(self) -> &'static str {
        match self {
            Self::Home => "/",
            Self::Connect => "/connect",
            Self::Bulk => "/bulk",
            Self::Products => "/products",
            Self::Settings => "/settings",
        }
    }

    /// The page at this path, if there is one. A slash at the end is forgiven; query and fragment are not part of a path.
    #[must_use]
    pub fn parse(path: &str) -> Option<Self> {
        let segment = path.trim_start_matches('/').trim_end_matches('/');
        Self::ALL.into_iter().find(|route| route.segment() == segment)
    }
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.path())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_route_is_read_back_from_what_it_prints() {
        for route in Route::ALL {
            assert_eq!(Route::parse(&route.to_string()), Some(route));
            assert_eq!(route.path(), format!("/{}", route.segment()));
        }
    }

    #[test]
    fn a_slash_at_the_end_is_forgiven() {
        assert_eq!(Route::parse("/bulk/"), Some(Route::Bulk));
        assert_eq!(Route::parse(""), Some(Route::Home));
    }

    #[test]
    fn other_paths_are_no_pages() {
        for path in ["/nowhere", "/bulk/runs", "/Bulk", "/connect.html", "/bulk?x"] {
            assert_eq!(Route::parse(path), None, "{path}");
        }
    }
}
