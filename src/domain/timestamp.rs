//! Moments, as the service writes them.

use serde::{Deserialize, Serialize};
use std::fmt;
use time::OffsetDateTime;

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
        let small = |n: u16| u8::try_from(n).map_err(|_| NoSuchDay);
        let date = (i32::from(year), small(month)?, small(day)?);
        if rest.0.is_empty() {
            return Self::from_civil(date, (0, 0, 0, 0), 0).ok_or(NoSuchDay);
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
            Some(b'Z' | b'z') => 0,
            Some(sign) => {
                let hours = rest.number(2).ok_or(NotIso)?;
                let _ = rest.mark(b":");
                let minutes = rest.number(2).ok_or(NotIso)?;
                if hours > 14 || minutes > 59 {
                    return Err(NoSuchDay);
                }
                let offset = i16::try_from(hours * 60 + minutes).map_err(|_| NoSuchDay)?;
                if sign == b'-' { -offset } else { offset }
            }
        };
        if !rest.0.is_empty() {
            return Err(NotIso);
        }
        Self::from_civil(date, (small(hour)?, small(minute)?, small(second)?, millisecond), offset).ok_or(NoSuchDay)
    }

    /// The moment of a year (0 to 9999), month and day, an hour, minute, second and millisecond, on a clock that is `offset`
    /// minutes ahead of UTC; nothing where there is no such day or time.
    #[must_use]
    pub fn from_civil(date: (i32, u8, u8), time: (u8, u8, u8, u16), offset: i16) -> Option<Self> {
        let ((year, month, day), (hour, minute, second, milli)) = (date, time);
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let last = match month {
            2 => 28 + u8::from(leap),
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        };
        let real = (0..=9999).contains(&year) && (1..=12).contains(&month) && (1..=last).contains(&day);
        if !real || hour > 23 || minute > 59 || second > 59 || milli > 999 {
            return None;
        }
        // Years that begin in March have their leap day at the end: 153 days in every five months, 146097 in 400 years.
        let (years, months) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
        let (era, of_era) = (years.div_euclid(400), years.rem_euclid(400));
        let of_year = (153 * i32::from(months) + 2) / 5 + i32::from(day) - 1;
        let days = era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468;
        let minutes = (i64::from(days) * 24 + i64::from(hour)) * 60 + i64::from(minute) - i64::from(offset);
        Some(Self((minutes * 60 + i64::from(second)) * 1000 + i64::from(milli)))
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
    fn every_day_of_a_thousand_years_is_counted() {
        let (mut day, mut before) = (0i64, None);
        for year in 1600..2600 {
            for month in 1..=12 {
                for of_month in 1..=31 {
                    let Some(moment) = Timestamp::from_civil((year, month, of_month), (0, 0, 0, 0), 0) else { continue };
                    assert!(before.is_none_or(|before| moment.millis() - before == 86_400_000), "{year}-{month}-{of_month}");
                    assert!(moment.to_string().starts_with(&format!("{year:04}-{month:02}-{of_month:02}T")), "{moment}");
                    before = Some(moment.millis());
                    day += 1;
                }
            }
        }
        assert_eq!(day, 365_243, "ten centuries, of which 1600, 2000 and 2400 are leap years");
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
