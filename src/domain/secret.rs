//! What must never be printed, logged or stored by accident: keys and voucher codes.

use serde::{Deserialize, Serialize};
use std::fmt;

/// The store's API key. It cannot be printed, serialised or compared; the one door out of it is
/// [`ApiKey::authorization`], for the header of a request to the host the person chose.
#[derive(Clone)]
pub struct ApiKey(String);

/// Why a text is not an API key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAKey {
    /// Nothing but blanks.
    #[error("the key is empty")]
    Empty,
    /// A character that cannot stand in a header.
    #[error("the key holds a character that no key has (a space, a line break, a letter with an accent)")]
    Character,
}

impl ApiKey {
    /// Takes a pasted key: blanks around it and a leading `Bearer ` are dropped, since both are common in a paste.
    ///
    /// # Errors
    /// [`NotAKey`] when nothing is left, or when it could not stand in an HTTP header (RFC 6750 2.1 `b64token`, read widely).
    pub fn parse(text: &str) -> Result<Self, NotAKey> {
        let text = text.trim();
        let text = text.strip_prefix("Bearer ").unwrap_or(text).trim();
        if text.is_empty() {
            return Err(NotAKey::Empty);
        }
        if !text.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(NotAKey::Character);
        }
        Ok(Self(text.to_owned()))
    }

    /// The value of the `Authorization` header.
    #[must_use]
    pub fn authorization(&self) -> String {
        format!("Bearer {}", self.0)
    }

    /// Strikes the key out of an answer, in place, with as many `*`: a host may repeat a header in its error page, and
    /// whoever carries requests is the last to know the key. Keys of fewer than 8 characters are left, as they could
    /// stand anywhere by chance.
    pub fn strike_out(&self, answer: &mut [u8]) {
        let key = self.0.as_bytes();
        let mut at = 0;
        while key.len() >= 8
            && let Some(found) = answer.get(at..).and_then(|rest| rest.windows(key.len()).position(|it| it == key))
        {
            let start = at + found;
            at = start + key.len();
            if let Some(struck) = answer.get_mut(start..at) {
                struck.fill(b'*');
            }
        }
    }
}

/// A voucher code. It is shown to the person whose file it is and sent to the store; it is not in `Debug` output.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct VoucherCode(String);

/// Why a text is not a voucher code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotACode {
    /// Nothing but blanks.
    #[error("empty")]
    Empty,
    /// More than [`VoucherCode::MAX_CHARS`] characters.
    #[error("longer than 512 characters")]
    TooLong,
    /// A control character.
    #[error("holds a control character")]
    Control,
}

impl VoucherCode {
    /// Characters in a code. The limit is documented for codes of past orders ([dev 33711462]); none is for products.
    pub const MAX_CHARS: usize = 512;

    /// A code, trimmed, as the service trims it ([dev 33711462]).
    ///
    /// # Errors
    /// [`NotACode`], saying which rule is broken.
    pub fn parse(text: &str) -> Result<Self, NotACode> {
        let text = text.trim();
        if text.is_empty() {
            return Err(NotACode::Empty);
        }
        if text.chars().count() > Self::MAX_CHARS {
            return Err(NotACode::TooLong);
        }
        if text.chars().any(char::is_control) {
            return Err(NotACode::Control);
        }
        Ok(Self(text.to_owned()))
    }

    /// The code itself, for the request body.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for VoucherCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VoucherCode(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pasted_key_is_cleaned_and_checked() {
        assert_eq!(ApiKey::parse("  Bearer abc123 \n").unwrap().authorization(), "Bearer abc123");
        assert_eq!(ApiKey::parse(" \n").err(), Some(NotAKey::Empty));
        assert_eq!(ApiKey::parse("abc def").err(), Some(NotAKey::Character));
        assert_eq!(ApiKey::parse("abc\r\nX-Evil: 1").err(), Some(NotAKey::Character));
    }

    #[test]
    fn a_key_is_struck_out_of_an_answer_that_repeats_it() {
        let key = ApiKey::parse("abcdefgh").unwrap();
        let mut answer = *b"abcdefghabcdefgh you sent Bearer abcdefgh, abcdefg";
        key.strike_out(&mut answer);
        assert_eq!(&answer, b"**************** you sent Bearer ********, abcdefg");
    }

    #[test]
    fn a_code_does_not_show_in_debug_output() {
        let code = VoucherCode::parse(" SAVE-10 ").unwrap();
        assert_eq!(code.reveal(), "SAVE-10");
        assert!(!format!("{code:?}").contains("SAVE"));
    }
}
