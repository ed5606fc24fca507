//! Addresses of pictures and links.

use serde::{Deserialize, Serialize};
use std::fmt;

/// An absolute `https://` address. `data:` images are refused by the service ([dev cfg/update]), and `javascript:` is an
/// attack; a picture over plain `http` would be blocked by the visitor's browser anyway.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
pub struct HttpsUrl(String);

/// Why a text is not an address we send.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum NotHttps {
    /// Another scheme, or none.
    #[error("does not start with https://")]
    Scheme,
    /// A picture packed into the text itself.
    #[error("holds the picture itself (data:)")]
    Data,
    /// No host after `https://`.
    #[error("names no host")]
    NoHost,
    /// A space, a control character or a backslash.
    #[error("holds a space or another character that must be percent-encoded")]
    Character,
}

/// The bytes that are beyond doubt in an address: graphic ASCII but for a few.
#[allow(clippy::indexing_slicing, reason = "it is made while this is compiled, where a wrong index is an error")]
const EASY: [bool; 256] = {
    let mut easy = [false; 256];
    let mut byte = b'!';
    while byte <= b'~' {
        easy[byte as usize] = !matches!(byte, b'\\' | b'"' | b'<' | b'>');
        byte += 1;
    }
    easy
};

impl HttpsUrl {
    /// Reads an absolute https address; it is kept as written.
    ///
    /// # Errors
    /// [`NotHttps`], saying which rule is broken.
    pub fn parse(text: &str) -> Result<Self, NotHttps> {
        Self::check(text).map(|()| Self(text.to_owned()))
    }

    /// Whether [`HttpsUrl::parse`] would read it.
    ///
    /// # Errors
    /// [`NotHttps`], saying which rule is broken.
    pub fn check(text: &str) -> Result<(), NotHttps> {
        let starts = |scheme: &str| text.get(..scheme.len()).is_some_and(|head| head.eq_ignore_ascii_case(scheme));
        if !text.starts_with("https://") {
            if starts("data:") {
                return Err(NotHttps::Data);
            }
            if !starts("https://") {
                return Err(NotHttps::Scheme);
            }
        }
        // Nearly all are graphic ASCII, which needs no look at what each character is.
        let is_easy = |b: u8| EASY.get(usize::from(b)).copied().unwrap_or(false);
        if !text.bytes().fold(true, |easy, b| easy & is_easy(b))
            && text.chars().any(|c| c.is_whitespace() || c.is_control() || matches!(c, '\\' | '"' | '<' | '>'))
        {
            return Err(NotHttps::Character);
        }
        let rest = text.as_bytes().get("https://".len()..).unwrap_or(&[]);
        let host = rest.split(|b| matches!(b, b'/' | b'?' | b'#')).next().unwrap_or(&[]);
        let host = host.rsplit(|b| *b == b'@').next().unwrap_or(&[]).split(|b| *b == b':').next().unwrap_or(&[]);
        if host.is_empty() || host.starts_with(b".") || host.windows(2).any(|pair| pair == b"..") {
            return Err(NotHttps::NoHost);
        }
        Ok(())
    }

    /// The address as written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for HttpsUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for HttpsUrl {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_https_addresses_pass() {
        assert!(HttpsUrl::parse("https://example.com/product.png").is_ok());
        assert!(HttpsUrl::parse("HTTPS://cdn.example.com:8443/ä.png?x=1#y").is_ok());
        for (text, why) in [
            ("http://example.com/a.png", NotHttps::Scheme),
            ("javascript:alert(1)", NotHttps::Scheme),
            ("//example.com/a.png", NotHttps::Scheme),
            ("product.png", NotHttps::Scheme),
            ("data:image/png;base64,AAAA", NotHttps::Data),
            ("https://", NotHttps::NoHost),
            ("https:///a.png", NotHttps::NoHost),
            ("https://example.com/a b.png", NotHttps::Character),
            ("https://exa\nmple.com", NotHttps::Character),
        ] {
            assert_eq!(HttpsUrl::parse(text), Err(why), "{text}");
        }
    }
}
