//! The widget's domains: hosts of the pages that may hold it, such as `example.com` ([adss cfg/get]). The reference shows
//! no more than that, so whatever is more than a host is taken off where it is harmless (a scheme, a path) and refused with
//! a reason where it would mean something (`*`, a port).

use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// Why a text is not a domain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum NotADomain {
    /// Nothing, or nothing but a scheme.
    #[error("names no host")]
    Empty,
    /// A `*`.
    #[error(
        "holds a *: whether the store understands patterns is not documented, so each host is named in full, such as shop.example.com"
    )]
    Wildcard,
    /// A blank inside.
    #[error("holds a space: one domain a line")]
    Space,
    /// A scheme other than http and https.
    #[error("begins with {0}://, which no page that holds the widget has")]
    Scheme(String),
    /// A name or password before the host.
    #[error("holds an @: a sign-in is no part of a domain")]
    SignIn,
    /// A port.
    #[error("names the port {0}: a domain is meant whatever the port, so leave it out")]
    Port(String),
    /// Two dots in a row, or one at the beginning or the end.
    #[error("has an empty part: a dot too many")]
    EmptyLabel,
    /// A part begins or ends with `-`.
    #[error("has a part that begins or ends with a hyphen (\"{0}\")")]
    Hyphen(String),
    /// A part of more than 63 bytes, or more than 253 in all (RFC 1035).
    #[error("is longer than a domain can be")]
    TooLong,
    /// A character that no host has.
    #[error("holds \"{0}\", which no domain has")]
    Character(char),
    /// It is in the list already, in this place (from 0).
    #[error("is in the list already, as entry {}", .0 + 1)]
    Twice(usize),
}

/// An entry of the list that cannot be sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DomainIssue {
    /// Which entry, from 0.
    pub index: usize,
    /// The entry as typed.
    pub text: String,
    /// What is wrong with it.
    pub why: NotADomain,
}

/// The domain in what somebody typed or pasted: `https://Example.com/path?x` is `example.com`. Letters of other scripts
/// stay as typed, in lower case: whether the store compares them so or as punycode (`xn--…`) is not documented, see
/// [`is_international`].
///
/// # Errors
/// [`NotADomain`], with the first reason found.
pub fn parse_domain(typed: &str) -> Result<String, NotADomain> {
    let typed = typed.trim();
    let rest = match typed.split_once("://") {
        Some((scheme, rest)) if ["http", "https"].iter().any(|it| scheme.eq_ignore_ascii_case(it)) => rest,
        Some((scheme, _)) if !scheme.contains(['/', '?', '#']) => return Err(NotADomain::Scheme(scheme.to_owned())),
        _ => typed.strip_prefix("//").unwrap_or(typed),
    };
    let host = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
    if host.chars().any(char::is_whitespace) {
        return Err(NotADomain::Space);
    }
    if host.is_empty() {
        return Err(NotADomain::Empty);
    }
    if host.contains('*') {
        return Err(NotADomain::Wildcard);
    }
    if host.contains('@') {
        return Err(NotADomain::SignIn);
    }
    if let Some((_, port)) = host.split_once(':')
        && port.bytes().all(|byte| byte.is_ascii_digit())
    {
        return Err(NotADomain::Port(port.to_owned()));
    }
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_' || c == '.' || (!c.is_ascii() && c.is_alphanumeric());
    // Marks of scripts that write vowels so, and the joiners between their letters, are parts of words there.
    let is_mark = |c: char| !c.is_ascii() && !c.is_alphanumeric() && !c.is_control() && !('\u{2000}'..='\u{303F}').contains(&c);
    if let Some(c) = host.chars().find(|&c| !fits(c) && !is_mark(c)) {
        return Err(NotADomain::Character(c));
    }
    for label in host.split('.') {
        if label.is_empty() {
            return Err(NotADomain::EmptyLabel);
        }
        if label.starts_with('-') || label.ends_with('-') {
            return Err(NotADomain::Hyphen(label.to_owned()));
        }
        if label.len() > 63 && label.is_ascii() {
            return Err(NotADomain::TooLong);
        }
    }
    if host.len() > 253 {
        return Err(NotADomain::TooLong);
    }
    Ok(host.to_lowercase())
}

/// Whether a domain has letters beyond ASCII, so that the list may deserve a note: some programs know it only as `xn--…`.
#[must_use]
pub fn is_international(domain: &str) -> bool {
    !domain.is_ascii()
}

/// Everything that is wrong with a list, duplicates included. Each entry is compared as [`parse_domain`] understands it.
#[must_use]
pub fn check_domains(list: &[String]) -> Vec<DomainIssue> {
    let mut seen: HashMap<String, usize> = HashMap::new();
    let mut issues = Vec::new();
    for (index, text) in list.iter().enumerate() {
        let why = match parse_domain(text) {
            Ok(domain) => match seen.get(&domain) {
                Some(first) => Some(NotADomain::Twice(*first)),
                None => {
                    seen.insert(domain, index);
                    None
                }
            },
            Err(why) => Some(why),
        };
        issues.extend(why.map(|why| DomainIssue { index, text: text.clone(), why }));
    }
    issues
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_address_is_understood_and_a_pattern_refused() {
        for (typed, domain) in [
            ("example.com", "example.com"),
            (" https://Example.com/path?x=1#y ", "example.com"),
            ("http://shop.example.com", "shop.example.com"),
            ("//cdn.example.com/", "cdn.example.com"),
            ("localhost", "localhost"),
            ("192.168.0.1", "192.168.0.1"),
            ("Bücher.example", "bücher.example"),
            ("xn--bcher-kva.example", "xn--bcher-kva.example"),
            ("उदाहरण.परीक्षा", "उदाहरण.परीक्षा"),
            ("example.com/a?u=https://b", "example.com"),
        ] {
            assert_eq!(parse_domain(typed).as_deref(), Ok(domain), "{typed}");
        }
        for (typed, why) in [
            ("", NotADomain::Empty),
            ("https://", NotADomain::Empty),
            ("*.example.com", NotADomain::Wildcard),
            ("*", NotADomain::Wildcard),
            ("exa mple.com", NotADomain::Space),
            ("a.com b.com", NotADomain::Space),
            ("ftp://example.com", NotADomain::Scheme("ftp".into())),
            ("https://me:pw@example.com", NotADomain::SignIn),
            ("https://example.com:8443/x", NotADomain::Port("8443".into())),
            ("example..com", NotADomain::EmptyLabel),
            (".example.com", NotADomain::EmptyLabel),
            ("example.com.", NotADomain::EmptyLabel),
            ("-a.example.com", NotADomain::Hyphen("-a".into())),
            ("exa,mple.com", NotADomain::Character(',')),
            ("javascript:alert(1)", NotADomain::Character(':')),
            ("exa\u{200B}mple.com", NotADomain::Character('\u{200B}')),
            (&"a".repeat(64), NotADomain::TooLong),
        ] {
            assert_eq!(parse_domain(typed), Err(why), "{typed}");
        }
    }

    #[test]
    fn a_domain_that_is_there_twice_is_named() {
        let list = ["example.com", "a*b", "HTTPS://EXAMPLE.COM/"].map(str::to_owned);
        let issues = check_domains(&list);
        assert_eq!(issues.iter().map(|issue| issue.index).collect::<Vec<_>>(), [1, 2]);
        assert_eq!(issues[1].why, NotADomain::Twice(0));
        assert_eq!(issues[1].why.to_string(), "is in the list already, as entry 1");
    }

    proptest! {
        #[test]
        fn what_is_understood_is_understood_again(typed in r"(https?://)?[a-zA-ZäÖ.\-_:/@* ]{0,20}|\PC{0,20}") {
            if let Ok(domain) = parse_domain(&typed) {
                prop_assert_eq!(parse_domain(&domain), Ok(domain.clone()));
            }
        }
    }
}
