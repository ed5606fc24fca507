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
        let (mut id, mut odd) = ([0u8; 12], 0);
        for (four, eight) in id.as_chunks_mut::<4>().0.iter_mut().zip(digits.as_chunks::<8>().0) {
            let (value, wrong) = eight_digits(u64::from_le_bytes(*eight));
            *four = value.to_le_bytes();
            odd |= wrong;
        }
        if odd == 0 { Ok(Self(id)) } else { Err(NotAnId) }
    }

    /// The id with a place, as two numbers that sort as (id, place) does.
    #[must_use]
    pub const fn placed(self, place: u32) -> PlacedId {
        let [a, b, c, d, e, f, g, h, i, j, k, l] = self.0;
        let [m, n, o, p] = place.to_be_bytes();
        PlacedId(u64::from_be_bytes([a, b, c, d, e, f, g, h]), u64::from_be_bytes([i, j, k, l, m, n, o, p]))
    }

    /// An id from its 12 bytes (generators and tests).
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 12]) -> Self {
        Self(bytes)
    }
}

/// An id and a place, to be sorted by both: in a third of the time that twelve bytes take to compare. Two numbers of 64 bits, as
/// the release's program has been seen to compare numbers of 128 bits wrongly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PlacedId(u64, u64);

impl PlacedId {
    /// The place.
    #[must_use]
    pub const fn place(self) -> u32 {
        self.1 as u32
    }

    /// Whether both have the same id.
    #[must_use]
    pub const fn is_same_id(self, other: Self) -> bool {
        self.0 == other.0 && self.1 >> 32 == other.1 >> 32
    }
}

/// Eight hexadecimal digits at once, as four bytes; and something other than zero where one of them is none.
const fn eight_digits(text: u64) -> (u32, u64) {
    const ONES: u64 = u64::MAX / 0xFF;
    const HIGH: u64 = 0x80 * ONES;
    /// Sets the high bit of each ASCII character that is `low` or above.
    const fn at_least(text: u64, low: u8) -> u64 {
        (text | HIGH) - low as u64 * ONES
    }
    let lower = text | (0x20 * ONES);
    let digits = at_least(text, b'0') & !at_least(text, b'9' + 1);
    let letters = at_least(lower, b'a') & !at_least(lower, b'f' + 1);
    let odd = (!(digits | letters) | text) & HIGH;
    let nibbles = (text & (0x0F * ONES)) + ((letters & HIGH) >> 7) * 9;
    // Two nibbles are a byte, the first its upper half; then the bytes move together.
    let bytes = ((nibbles << 4) | (nibbles >> 8)) & 0x00FF_00FF_00FF_00FF;
    let bytes = (bytes | (bytes >> 8)) & 0x0000_FFFF_0000_FFFF;
    ((bytes | (bytes >> 16)) as u32, odd)
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
    fn every_byte_is_a_digit_or_none_at_every_place() {
        for byte in 0..=255u8 {
            for place in 0..24 {
                let mut text = *b"0a1B2c3D4e5F6789abcdefAB";
                text[place] = byte;
                let plain = std::str::from_utf8(&text).ok().filter(|text| text.bytes().all(|b| b.is_ascii_hexdigit()));
                let bytes: Option<Vec<u8>> =
                    plain.map(|text| (0..24).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect());
                assert_eq!(ProductId::from_ascii(&text).ok().map(|id| id.0.to_vec()), bytes, "{text:?}");
            }
        }
    }

    #[test]
    fn placed_ids_sort_as_their_id_and_place_do() {
        let ids =
            ["000000000000000000000001", "0000000000000000ffffffff", "00000000000000010000000f", "ff00000000000000aaaaaaaa"];
        let ids: Vec<ProductId> = ids.iter().map(|id| id.parse().unwrap()).collect();
        let all: Vec<(ProductId, u32)> = ids.iter().flat_map(|id| [0, 1, u32::MAX].map(|place| (*id, place))).collect();
        let placed: Vec<PlacedId> = all.iter().map(|(id, place)| id.placed(*place)).collect();
        assert!(all.is_sorted() && placed.is_sorted());
        for (a, b) in all.iter().zip(&placed) {
            assert_eq!(b.place(), a.1);
            for (c, d) in all.iter().zip(&placed) {
                assert_eq!((a.0 == c.0, a.cmp(c)), (b.is_same_id(*d), b.cmp(d)));
            }
        }
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
