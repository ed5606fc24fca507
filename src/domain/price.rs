//! Amounts of the store's currency.

use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// An amount in the store's own currency, exact, never below zero.
///
/// At most 15 significant digits: a JSON number is a double in every reader we know, and 15 is how many decimal digits
/// every double keeps. The service's own limits are not documented.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Price(Decimal);

/// Why a text is not a price.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAPrice {
    /// Something other than digits and one decimal point.
    #[error("not a number")]
    NotANumber,
    /// Below zero.
    #[error("below zero")]
    Negative,
    /// More than 15 significant digits.
    #[error("more than 15 significant digits")]
    TooLong,
}

impl Price {
    /// Reads plain decimal notation: digits, optionally one point and more digits. No sign, exponent, currency or
    /// thousands mark: what a spreadsheet adds is for the import room to name, not for this type to guess away.
    ///
    /// # Errors
    /// [`NotAPrice`], saying which rule is broken.
    pub fn parse(text: &str) -> Result<Self, NotAPrice> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
        let plain = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if !plain(whole) || !plain(fraction) {
            return Err(NotAPrice::NotANumber);
        }
        let significant = whole.trim_start_matches('0').len() + fraction.trim_end_matches('0').len();
        if significant > 15 {
            return Err(NotAPrice::TooLong);
        }
        let value: Decimal =
            digits.trim_start_matches('0').parse().or_else(|_| digits.parse()).map_err(|_| NotAPrice::NotANumber)?;
        if negative && !value.is_zero() {
            return Err(NotAPrice::Negative);
        }
        Ok(Self(value.normalize()))
    }

    /// A price read from an answer's JSON number, or nothing where it is below zero or not finite.
    #[must_use]
    pub fn from_json_number(number: &serde_json::Number) -> Option<Self> {
        Self::parse(&number.to_string()).ok().or_else(|| {
            // 1e3 and the like: legal JSON, never seen in the reference.
            let value = Decimal::try_from(number.as_f64()?).ok()?;
            (!value.is_sign_negative() || value.is_zero()).then(|| Self(value.normalize()))
        })
    }

    /// The JSON number that carries this price: an integer where it is whole, as the reference shows (`"price": 120`).
    #[must_use]
    pub fn to_json_number(self) -> serde_json::Number {
        use rust_decimal::prelude::ToPrimitive;
        let whole = if self.0.fract().is_zero() { self.0.to_u64() } else { None };
        whole
            .map(serde_json::Number::from)
            .or_else(|| self.0.to_string().parse::<f64>().ok().and_then(serde_json::Number::from_f64))
            .unwrap_or_else(|| serde_json::Number::from(0u8))
    }

    /// A whole amount.
    #[must_use]
    pub fn whole(amount: u32) -> Self {
        Self(Decimal::from(amount))
    }

    /// An amount in hundredths.
    #[must_use]
    pub fn hundredths(amount: u32) -> Self {
        match amount % 100 {
            0 => Self::whole(amount / 100),
            rest if rest % 10 == 0 => Self(Decimal::new(i64::from(amount / 10), 1)),
            _ => Self(Decimal::new(i64::from(amount), 2)),
        }
    }

    /// The exact value.
    #[must_use]
    pub const fn amount(self) -> Decimal {
        self.0
    }
}

impl fmt::Display for Price {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for Price {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl Serialize for Price {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() { self.to_json_number().serialize(serializer) } else { serializer.collect_str(&self.0) }
    }
}

impl<'de> Deserialize<'de> for Price {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let refuse = || serde::de::Error::custom("not a price");
        if deserializer.is_human_readable() {
            Self::from_json_number(&serde_json::Number::deserialize(deserializer)?).ok_or_else(refuse)
        } else {
            Self::parse(&String::deserialize(deserializer)?).map_err(|_| refuse())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_plain_decimals_exactly() {
        assert_eq!(Price::parse("19.90").unwrap().to_string(), "19.9");
        assert_eq!(Price::parse("007").unwrap(), Price::whole(7));
        assert_eq!(Price::parse("0").unwrap(), Price::whole(0));
        assert_eq!(Price::parse("0.10").unwrap().to_json_number().to_string(), "0.1");
        assert_eq!(Price::parse("120").unwrap().to_json_number().to_string(), "120");
    }

    #[test]
    fn refuses_the_rest() {
        use NotAPrice::{Negative, NotANumber, TooLong};
        for (text, why) in [
            ("12O", NotANumber),
            ("", NotANumber),
            ("1,5", NotANumber),
            ("1.", NotANumber),
            (".5", NotANumber),
            ("1e3", NotANumber),
            ("+1", NotANumber),
            ("1 000", NotANumber),
            ("€5", NotANumber),
            ("-5", Negative),
            ("1234567890123456", TooLong),
        ] {
            assert_eq!(Price::parse(text), Err(why), "{text}");
        }
    }
}
