//! The text of a number, and of a number that is a date.
//!
//! In: a number as the file has it, its format. Out: text that any program reads the same way. Must never know: cells, sheets.

use super::format::DateFormat;
use std::fmt::Write;
use time::Date;

/// Whole numbers up to here are exact in a double.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// The shortest text that means exactly this number, with a point, without grouping. Beyond 2^53 digits are lost, so the exponent
/// stays: reading then names what became of an id. What is no number stays as it is.
pub(super) fn number(stored: &str, into: &mut String) {
    let stored = stored.trim();
    let digits = stored.strip_prefix('-').unwrap_or(stored);
    let plain = (1..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()) && !digits.starts_with('0');
    if plain || stored == "0" {
        into.push_str(stored);
        return;
    }
    let Some(value) = double(stored) else {
        into.push_str(stored);
        return;
    };
    let size = value.abs();
    let _ = if size > EXACT || (size < 1e-9 && size > 0.0) {
        let text = format!("{value:E}");
        write!(into, "{}", if size > 1.0 { text.replace('E', "E+") } else { text })
    } else if value == 0.0 {
        write!(into, "0")
    } else {
        write!(into, "{value}")
    };
}

/// The number that a text is, as a spreadsheet stores it: no `inf`, no `nan`.
pub(super) fn double(text: &str) -> Option<f64> {
    let written = text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'.' | b'-' | b'+' | b'e' | b'E'));
    text.parse::<f64>().ok().filter(|value| written && value.is_finite())
}

const DAY_MILLIS: i64 = 86_400_000;

/// A number as ISO 8601: `2026-12-31`, with `T23:59:00` when the format shows a time or the number has one; `23:59:00` for a time
/// of day; hours beyond 24 for elapsed time. `None` when the number is no day of the years 1900 to 9999.
///
/// Excel counts days from 1900 and believes in 29 February of that year, as Lotus did: that day is written as it says, and named
/// where the date is read. With `from_1904` the count starts at 1 January 1904.
#[allow(clippy::cast_possible_truncation, reason = "at most three million days of milliseconds")]
pub(super) fn moment(serial: f64, format: DateFormat, from_1904: bool, into: &mut String) -> Option<()> {
    if !(0.0..2_958_466.0).contains(&serial) {
        return None;
    }
    let millis = (serial * DAY_MILLIS as f64).round() as i64;
    let (days, clock) = (millis / DAY_MILLIS, millis % DAY_MILLIS);
    if format.elapsed {
        return hours(millis, into);
    }
    if !format.day {
        // A time of day; with a day before it, the whole moment.
        if days == 0 {
            return hours(clock, into);
        }
    }
    let start = into.len();
    match days {
        60 if !from_1904 => into.push_str("1900-02-29"),
        0 if !from_1904 => into.push_str("1900-01-00"),
        _ => {
            // Julian days of 1904-01-01, of 1899-12-31 and, past the day that was not, of 1899-12-30.
            let zero = if from_1904 { 2_416_481 } else { 2_415_020 - i64::from(days > 60) };
            let date = Date::from_julian_day(i32::try_from(zero + days).ok()?).ok()?;
            let (year, month, day) = (date.year(), u8::from(date.month()), date.day());
            if year > 9999 {
                return None;
            }
            write!(into, "{year:04}-{month:02}-{day:02}").ok()?;
        }
    }
    if clock != 0 || format.time {
        into.push('T');
        if hours(clock, into).is_none() {
            into.truncate(start);
            return None;
        }
    }
    Some(())
}

fn hours(millis: i64, into: &mut String) -> Option<()> {
    let (seconds, rest) = (millis / 1000, millis % 1000);
    write!(into, "{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60).ok()?;
    if rest != 0 { write!(into, ".{rest:03}").ok() } else { Some(()) }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

    use super::super::format::{built_in, custom};
    use super::{moment, number};

    fn text(stored: &str) -> String {
        let mut text = String::new();
        number(stored, &mut text);
        text
    }

    #[test]
    fn a_number_is_its_shortest_exact_text() {
        for (stored, expected) in [
            ("12", "12"),
            ("-7", "-7"),
            ("0", "0"),
            ("-0", "0"),
            ("0.10000000000000001", "0.1"),
            ("19.989999999999998", "19.99"),
            ("0.30000000000000004", "0.30000000000000004"),
            ("1.1000000000000001", "1.1"),
            ("1E3", "1000"),
            ("1.5E-3", "0.0015"),
            ("9.99E14", "999000000000000"),
            ("123456789012345", "123456789012345"),
            ("1234567890123450", "1234567890123450"),
            ("1.2345678901234501E+17", "1.2345678901234501E+17"),
            ("1.2300000000000000E+17", "1.23E+17"),
            ("5.0700000000000003E+23", "5.07E+23"),
            ("1E-12", "1E-12"),
            (" 5 ", "5"),
            ("007", "7"),
            ("1e400", "1e400"),
            ("inf", "inf"),
            ("NaN", "NaN"),
            ("", ""),
        ] {
            assert_eq!(text(stored), expected, "{stored}");
        }
    }

    fn iso(serial: f64, code: &str, from_1904: bool) -> Option<String> {
        let mut text = String::new();
        moment(serial, custom(code).unwrap(), from_1904, &mut text).map(|()| text)
    }

    #[test]
    fn days_are_counted_in_both_systems_and_around_the_day_that_was_not() {
        let day = |serial, from_1904| iso(serial, "yyyy-mm-dd", from_1904).unwrap();
        for (serial, expected) in [
            (0.0, "1900-01-00"),
            (1.0, "1900-01-01"),
            (59.0, "1900-02-28"),
            (60.0, "1900-02-29"),
            (61.0, "1900-03-01"),
            (25569.0, "1970-01-01"),
            (46387.0, "2026-12-31"),
            (2_958_465.0, "9999-12-31"),
        ] {
            assert_eq!(day(serial, false), expected);
        }
        for (serial, expected) in [(0.0, "1904-01-01"), (59.0, "1904-02-29"), (60.0, "1904-03-01"), (44925.0, "2026-12-31")] {
            assert_eq!(day(serial, true), expected);
        }
        for serial in [-1.0, 2_958_466.0, 1e300] {
            assert_eq!(iso(serial, "yyyy", false), None);
        }
        assert_eq!(iso(2_958_465.0, "yyyy", true), None, "past the year 9999");
    }

    #[test]
    fn times_are_shown_where_there_are_any() {
        let at = 46387.0 + (23.0 * 60.0 + 59.0) / 1440.0;
        for (serial, code, expected) in [
            (at, "yyyy-mm-dd hh:mm", "2026-12-31T23:59:00"),
            (at, "yyyy-mm-dd", "2026-12-31T23:59:00"),
            (46387.0, "yyyy-mm-dd hh:mm", "2026-12-31T00:00:00"),
            (46_387.999_999_999_9, "yyyy-mm-dd", "2027-01-01"),
            (46387.5 + 0.123 / 86_400.0, "d/m/y h:mm:ss.000", "2026-12-31T12:00:00.123"),
            (0.75, "h:mm AM/PM", "18:00:00"),
            (1.5, "[h]:mm", "36:00:00"),
            (46387.25, "h:mm", "2026-12-31T06:00:00"),
            (0.5, "yyyy-mm-dd", "1900-01-00T12:00:00"),
        ] {
            assert_eq!(iso(serial, code, false).as_deref(), Some(expected), "{code}");
        }
        assert!(built_in(14).is_some());
    }
}
