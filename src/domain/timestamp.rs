//! Moments, as the service writes them.

use serde::{Deserialize, Serialize};
use std::fmt;
use time::{Date, Month, OffsetDateTime, PrimitiveDateTime, Time, UtcOffset};

/// A moment, in milliseconds since 1970-01-01T00:00:00Z. Written as the service writes it:
/// `2026-12-31T00:00:00.000Z` ([dev 37690410]).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Timestamp(i64);

/// Why a text is not a moment we can be sure of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotATimestamp {
    /// Not ISO 8601 (`2026-12-31` or `2026-12-31T23:59:00Z`).
    #[error("not an ISO 8601 date")]
    NotIso,
    /// The right form, but there is no such day or time: `2026-13-45`.
    #[error("there is no such day or time")]
    NoSuchDay,
    /// A time of day without a time zone: whose 23:59 is it?
    #[error("a time of day without a time zone")]
    NoZone,
}

impl Timestamp {
    /// Reads ISO 8601: `YYYY-MM-DD` (midnight UTC, as the reference's own example has it), or
    /// `YYYY-MM-DDThh:mm[:ss[.fff]]` followed by `Z` or `±hh:mm`. A space may stand for the `T`.
    ///
    /// # Errors
    /// [`NotATimestamp`], saying which rule is broken. A moment is never guessed.
    pub fn parse(text: &str) -> Result<Self, NotATimestamp> {
        use NotATimestamp::{NoSuchDay, NoZone, NotIso};
        let mut rest = Digits(text.as_bytes());
        let year = rest.number(4).ok_or(NotIso)?;
        rest.mark(b"-").ok_or(NotIso)?;
        let month = rest.number(2).ok_or(NotIso)?;
        rest.mark(b"-").ok_or(NotIso)?;
        let day = rest.number(2).ok_or(NotIso)?;
        let date = Month::try_from(u8::try_from(month).map_err(|_| NoSuchDay)?)
            .ok()
            .and_then(|month| Date::from_calendar_date(i32::from(year), month, u8::try_from(day).ok()?).ok());
        if rest.0.is_empty() {
            return Ok(Self::of(date.ok_or(NoSuchDay)?, Time::MIDNIGHT, UtcOffset::UTC));
        }
        rest.mark(b"Tt ").ok_or(NotIso)?;
        let hour = rest.number(2).ok_or(NotIso)?;
        rest.mark(b":").ok_or(NotIso)?;
        let minute = rest.number(2).ok_or(NotIso)?;
        let (mut second, mut millisecond) = (0, 0);
        if rest.mark(b":").is_some() {
            second = rest.number(2).ok_or(NotIso)?;
            if rest.mark(b".,").is_some() {
                millisecond = rest.fraction().ok_or(NotIso)?;
            }
        }
        let offset = match rest.mark(b"Zz+-") {
            None if rest.0.is_empty() => return Err(NoZone),
            None => return Err(NotIso),
            Some(b'Z' | b'z') => UtcOffset::UTC,
            Some(sign) => {
                let hours = rest.number(2).ok_or(NotIso)?;
                let _ = rest.mark(b":");
                let minutes = rest.number(2).ok_or(NotIso)?;
                let sign = if sign == b'-' { -1 } else { 1 };
                let part = |n: u16| i8::try_from(n).map(|n| n * sign).map_err(|_| NoSuchDay);
                if hours > 14 || minutes > 59 {
                    return Err(NoSuchDay);
                }
                UtcOffset::from_hms(part(hours)?, part(minutes)?, 0).map_err(|_| NoSuchDay)?
            }
        };
        if !rest.0.is_empty() {
            return Err(NotIso);
        }
        let small = |n: u16| u8::try_from(n).map_err(|_| NoSuchDay);
        let time = Time::from_hms_milli(small(hour)?, small(minute)?, small(second)?, millisecond).map_err(|_| NoSuchDay)?;
        Ok(Self::of(date.ok_or(NoSuchDay)?, time, offset))
    }

    fn of(date: Date, time: Time, offset: UtcOffset) -> Self {
        let moment = PrimitiveDateTime::new(date, time).assume_offset(offset);
        Self(moment.unix_timestamp() * 1000 + i64::from(moment.millisecond()))
    }

    /// From milliseconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn millis(self) -> i64 {
        self.0
    }
}

/// What is left of a text that is read digit by digit.
struct Digits<'a>(&'a [u8]);

impl Digits<'_> {
    fn number(&mut self, digits: usize) -> Option<u16> {
        let (head, tail) = self.0.split_at_checked(digits)?;
        let value = head.iter().try_fold(0u16, |sum, b| b.is_ascii_digit().then(|| sum * 10 + u16::from(b - b'0')))?;
        self.0 = tail;
        Some(value)
    }

    fn mark(&mut self, any: &[u8]) -> Option<u8> {
        let (&first, tail) = self.0.split_first()?;
        any.contains(&first).then(|| {
            self.0 = tail;
            first
        })
    }

    /// One to nine digits after the point, cut to milliseconds.
    fn fraction(&mut self) -> Option<u16> {
        let count = self.0.iter().take_while(|b| b.is_ascii_digit()).count();
        let (head, tail) = self.0.split_at_checked(count)?;
        self.0 = tail;
        (1..=9).contains(&count).then(|| {
            let mut three = head.iter().map(|b| u16::from(b - b'0')).chain([0, 0]);
            let mut next = || three.next().unwrap_or(0);
            next() * 100 + next() * 10 + next()
        })
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Ok(moment) = OffsetDateTime::from_unix_timestamp_nanos(i128::from(self.0) * 1_000_000) else {
            return write!(f, "{} ms", self.0);
        };
        let (year, month, day) = (moment.year(), u8::from(moment.month()), moment.day());
        let (hour, minute, second, milli) = (moment.hour(), moment.minute(), moment.second(), moment.millisecond());
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{milli:03}Z")
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_writes_and_the_usual_forms() {
        for (text, written) in [
            ("2026-12-31", "2026-12-31T00:00:00.000Z"),
            ("2026-12-31T00:00:00.000Z", "2026-12-31T00:00:00.000Z"),
            ("2026-12-31 23:59+02:00", "2026-12-31T21:59:00.000Z"),
            ("2026-12-31T23:59:59.5-0530", "2027-01-01T05:29:59.500Z"),
            ("1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z"),
        ] {
            assert_eq!(Timestamp::parse(text).unwrap().to_string(), written, "{text}");
        }
    }

    #[test]
    fn refuses_the_rest_and_says_why() {
        use NotATimestamp::{NoSuchDay, NoZone, NotIso};
        for (text, why) in [
            ("2026-13-45", NoSuchDay),
            ("2026-02-29", NoSuchDay),
            ("31/12/2026", NotIso),
            ("46022", NotIso),
            ("", NotIso),
            ("2026-12-31T24:30Z", NoSuchDay),
            ("2026-12-31T10:00", NoZone),
            ("2026-12-31T10:00Z tomorrow", NotIso),
        ] {
            assert_eq!(Timestamp::parse(text), Err(why), "{text}");
        }
    }
}
