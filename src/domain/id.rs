//! Product ids.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// A product's id: a MongoDB ObjectId, 12 bytes, written as 24 hexadecimal digits ([dev 37690410]).
///
/// Both letter cases are read; lower case is written, as the service writes it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProductId([u8; 12]);

/// Why a text is not a product id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a product id has 24 hexadecimal digits (0-9, a-f)")]
pub struct NotAnId;

impl ProductId {
    /// Reads an id from bytes of text, without copying it. The cheap door used once per row of a file.
    ///
    /// # Errors
    /// [`NotAnId`] unless there are exactly 24 hexadecimal digits.
    pub fn from_ascii(text: &[u8]) -> Result<Self, NotAnId> {
        let digits: &[u8; 24] = text.try_into().map_err(|_| NotAnId)?;
        let mut id = [0u8; 12];
        for (byte, pair) in id.iter_mut().zip(digits.chunks_exact(2)) {
            let &[high, low] = pair else { return Err(NotAnId) };
            *byte = (digit(high)? << 4) | digit(low)?;
        }
        Ok(Self(id))
    }

    /// An id from its 12 bytes (generators and tests).
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 12]) -> Self {
        Self(bytes)
    }
}

const fn digit(c: u8) -> Result<u8, NotAnId> {
    match c {
        b'0'..=b'9' => Ok(c - b'0'),
        b'a'..=b'f' => Ok(c - b'a' + 10),
        b'A'..=b'F' => Ok(c - b'A' + 10),
        _ => Err(NotAnId),
    }
}

impl FromStr for ProductId {
    type Err = NotAnId;
    fn from_str(text: &str) -> Result<Self, NotAnId> {
        Self::from_ascii(text.as_bytes())
    }
}

impl fmt::Display for ProductId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for ProductId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for ProductId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() { serializer.collect_str(self) } else { self.0.serialize(serializer) }
    }
}

impl<'de> Deserialize<'de> for ProductId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            let text = String::deserialize(deserializer)?;
            text.parse().map_err(serde::de::Error::custom)
        } else {
            <[u8; 12]>::deserialize(deserializer).map(Self)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_both_cases_and_writes_lower() {
        let id: ProductId = "507F1F77bcf86cd799439011".parse().unwrap();
        assert_eq!(id.to_string(), "507f1f77bcf86cd799439011");
    }

    #[test]
    fn refuses_what_is_not_24_hex_digits() {
        for text in [
            "",
            "507f1f77bcf86cd79943901",
            "507f1f77bcf86cd7994390111",
            "507f1f77bcf86cd79943901g",
            "5.07E+23",
            "½507f1f77bcf86cd7994390",
        ] {
            assert_eq!(text.parse::<ProductId>(), Err(NotAnId), "{text}");
        }
    }
}
