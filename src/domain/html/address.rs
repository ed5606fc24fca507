//! Where a link may lead, and where a picture may come from.

use crate::domain::url::{HttpsUrl, NotHttps};

/// Why an address is no link of ours. Each sentence says the cure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotLink {
    /// Nothing.
    #[error("Write the address the link leads to, such as https://example.com/page.")]
    Empty,
    /// Another scheme, or none.
    #[error("The address must begin with https://, mailto: or tel:.")]
    Scheme,
    /// No host after `https://`.
    #[error("The address names no site after https://.")]
    NoHost,
    /// A character that has no place in an address.
    #[error("The address holds a space or another character that must be percent-encoded.")]
    Character,
    /// `mailto:` without somebody.
    #[error("Write an e-mail address after mailto:, such as mailto:help@example.com.")]
    NoMailbox,
    /// `tel:` without digits.
    #[error("Write a telephone number after tel:, such as tel:+49-30-123456.")]
    NoNumber,
}

/// The address of a link: `https:`, `mailto:` or `tel:`, without the white space around it, which a browser drops too.
///
/// # Errors
/// [`NotLink`], saying which rule is broken.
pub fn link(text: &str) -> Result<String, NotLink> {
    let text = text.trim_matches([' ', '\t', '\n', '\r', '\u{c}']);
    let Some((scheme, rest)) = text.split_once(':') else {
        return Err(if text.is_empty() { NotLink::Empty } else { NotLink::Scheme });
    };
    match scheme.to_ascii_lowercase().as_str() {
        "https" => match HttpsUrl::parse(text) {
            Ok(address) => Ok(address.as_str().to_owned()),
            Err(NotHttps::Character) => Err(NotLink::Character),
            Err(NotHttps::NoHost) => Err(NotLink::NoHost),
            Err(NotHttps::Scheme | NotHttps::Data) => Err(NotLink::Scheme),
        },
        "mailto" => {
            if rest.chars().any(|c| c.is_whitespace() || c.is_control() || matches!(c, '\\' | '"' | '<' | '>')) {
                return Err(NotLink::Character);
            }
            let mailbox = rest.split('?').next().unwrap_or("");
            let is_somebody = mailbox.split_once('@').is_some_and(|(who, place)| !who.is_empty() && !place.is_empty());
            if is_somebody { Ok(text.to_owned()) } else { Err(NotLink::NoMailbox) }
        }
        "tel" => {
            if !rest.chars().all(|c| c.is_ascii_alphanumeric() || "+-.()*#;=%".contains(c)) {
                return Err(NotLink::Character);
            }
            if rest.contains(|c: char| c.is_ascii_digit()) { Ok(text.to_owned()) } else { Err(NotLink::NoNumber) }
        }
        _ => Err(NotLink::Scheme),
    }
}

/// The address of a picture: `https:` alone.
#[must_use]
pub fn picture(text: &str) -> Option<String> {
    HttpsUrl::parse(text.trim_matches([' ', '\t', '\n', '\r', '\u{c}'])).ok().map(|address| address.as_str().to_owned())
}
