//! Dates as people write them.
//!
//! In: a cell without the blanks around it, and the column's [`DateRule`]. Out: a moment, or the rule it breaks; for the
//! survey of a column, which orders a cell allows. Must never know: other cells of the column.

use super::cells::{Fault, dressed, fault, not_a_value};
use super::formats::{DateOrder, DateRule, Zone};
use super::issue::Rule;
use crate::domain::Timestamp;
use crate::domain::timestamp::NotATimestamp;

/// A date of three numbers, and the time behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Written {
    numbers: [u16; 3],
    /// Digits of each.
    digits: [u8; 3],
    /// Hour, minute, second, millisecond.
    time: Option<(u8, u8, u8, u16)>,
    /// Minutes east of UTC.
    zone: Option<i16>,
}

/// Which orders a cell allows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Allows {
    pub(super) day_first: bool,
    pub(super) month_first: bool,
    pub(super) year_first: bool,
    /// Day or month first is the same day: 05/05/2026.
    pub(super) is_same_day: bool,
    /// The year has two digits.
    pub(super) short: bool,
    /// There is a time of day and no zone.
    pub(super) zoneless: bool,
}

impl Written {
    /// Takes a cell apart: three numbers with one mark (`/`, `-`, `.`) between them, of which the first or the last may
    /// have four digits; perhaps a time of day, and perhaps a zone.
    pub(super) fn parse(cell: &str) -> Option<Self> {
        let mut rest = Rest(cell);
        let (a, a_digits) = rest.number(4)?;
        let mark = rest.any(&['/', '-', '.'])?;
        let (b, b_digits) = rest.number(2)?;
        rest.any(&[mark])?;
        let (c, c_digits) = rest.number(4)?;
        let fits = matches!((a_digits, c_digits), (4, 1 | 2) | (1 | 2, 4) | (1 | 2, 2));
        if !fits {
            return None;
        }
        let (mut time, mut zone) = (None, None);
        if !rest.0.is_empty() {
            rest.any(&[',']);
            rest.any(&['T', 't', ' ', '\u{a0}', '\u{202f}'])?;
            rest.blanks();
            time = Some(rest.time()?);
            rest.blanks();
            if !rest.0.is_empty() {
                zone = Some(rest.zone()?);
            }
        }
        Some(Self { numbers: [a, b, c], digits: [a_digits, b_digits, c_digits], time, zone })
    }

    const fn is_short(self) -> bool {
        self.digits[0] <= 2 && self.digits[2] <= 2
    }

    /// Year, month and day under an order.
    fn ordered(self, order: DateOrder) -> Option<(u16, u16, u16)> {
        let [a, b, c] = self.numbers;
        let [first_digits, _, last_digits] = self.digits;
        let (year, month, day) = match order {
            _ if first_digits == 4 => (a, b, c),
            DateOrder::DayMonthYear => (c, b, a),
            DateOrder::MonthDayYear => (c, a, b),
            DateOrder::YearMonthDay if last_digits != 4 => (a, b, c),
            _ => return None,
        };
        Some((if self.is_short() { 2000 + year } else { year }, month, day))
    }

    /// The moment under an order, if there is such a day and time.
    fn moment(self, order: DateOrder, zone: i16) -> Option<Timestamp> {
        let (year, month, day) = self.ordered(order)?;
        let (hour, minute, second, milli) = self.time.unwrap_or((0, 0, 0, 0));
        let small = |n: u16| u8::try_from(n).ok();
        Timestamp::from_civil(
            (i32::from(year), small(month)?, small(day)?),
            (hour, minute, second, milli),
            self.zone.unwrap_or(zone),
        )
    }

    /// Which orders it allows.
    pub(super) fn allows(self) -> Allows {
        let may = |order| self.moment(order, 0).is_some();
        let decided = self.digits[0] == 4;
        Allows {
            day_first: !decided && may(DateOrder::DayMonthYear),
            month_first: !decided && may(DateOrder::MonthDayYear),
            year_first: !decided && may(DateOrder::YearMonthDay),
            is_same_day: !decided && self.numbers[0] == self.numbers[1],
            short: self.is_short(),
            zoneless: self.time.is_some() && self.zone.is_none(),
        }
    }
}

/// A moment.
pub(super) fn moment(cell: &str, rule: DateRule) -> Result<Timestamp, Fault> {
    let why = match (Timestamp::parse(cell), rule.zone) {
        // A day alone is by the chosen clock.
        (Ok(_), Zone::Offset(_)) if cell.len() == 10 => NotATimestamp::NotIso,
        (Ok(moment), _) => return Ok(moment),
        (Err(why), _) => why,
    };
    if why == NotATimestamp::NoSuchDay {
        return Err(fault(Rule::NoSuchDay));
    }
    let Some(written) = Written::parse(cell) else {
        let known = not_a_value(cell).map(fault).or_else(|| serial_day(cell)).or_else(|| dressed(cell));
        return Err(known.unwrap_or_else(|| fault(Rule::NotIsoDate)));
    };
    let allows = written.allows();
    let orders = [DateOrder::DayMonthYear, DateOrder::MonthDayYear, DateOrder::YearMonthDay];
    let day = |order| written.moment(order, 0).and_then(|moment| moment.to_string().get(..10).map(str::to_owned));
    if written.digits[0] != 4 {
        let mut readings: Vec<String> = orders.into_iter().filter_map(day).collect();
        readings.dedup();
        let readings = readings.join(" or ");
        if readings.is_empty() {
            return Err(fault(Rule::NoSuchDay));
        }
        if allows.short && !rule.short_years {
            return Err((Rule::ShortYear, Some(readings)));
        }
        let is_open = matches!(rule.order, DateOrder::Infer | DateOrder::Open);
        if is_open && (allows.short || !allows.is_same_day) {
            return Err((Rule::OpenDate, Some(readings)));
        }
        if !is_open && day(rule.order).is_none() && (allows.short || !allows.is_same_day) {
            return Err((Rule::OtherDateOrder, Some(readings)));
        }
    }
    let zone = match rule.zone {
        Zone::Offset(minutes) => minutes,
        Zone::Documented if allows.zoneless => return Err(fault(Rule::NoTimeZone)),
        Zone::Documented => 0,
    };
    // 05/05/2026 needs no order.
    let order = if allows.is_same_day && !allows.short { DateOrder::DayMonthYear } else { rule.order };
    written.moment(order, zone).ok_or_else(|| fault(Rule::NoSuchDay))
}

/// The day that a spreadsheet's serial number stands for: days since 1899-12-30. Only numbers of the years 1954 to 2119
/// are taken for one.
pub(super) fn serial_day(cell: &str) -> Option<Fault> {
    let (days, fraction) = cell.split_once(['.', ',']).unwrap_or((cell, ""));
    let days: i64 = days.parse().ok().filter(|days| (20_000..80_000).contains(days))?;
    if !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let day = Timestamp::from_millis((days - 25_569) * 86_400_000).to_string();
    Some((Rule::SerialDate, day.get(..10).map(str::to_owned)))
}

/// What is left of a cell that is read piece by piece.
struct Rest<'a>(&'a str);

impl Rest<'_> {
    /// One to `most` digits: the number, and how many they were.
    fn number(&mut self, most: usize) -> Option<(u16, u8)> {
        let count = self.0.bytes().take_while(u8::is_ascii_digit).count();
        let (head, tail) = self.0.split_at_checked(count).filter(|_| (1..=most).contains(&count))?;
        self.0 = tail;
        Some((head.parse().ok()?, count as u8))
    }

    fn any(&mut self, marks: &[char]) -> Option<char> {
        let mark = self.0.chars().next().filter(|c| marks.contains(c))?;
        self.0 = self.0.get(mark.len_utf8()..)?;
        Some(mark)
    }

    fn blanks(&mut self) {
        self.0 = self.0.trim_start();
    }

    /// `h:mm[:ss[.fff]] [AM|PM]`.
    fn time(&mut self) -> Option<(u8, u8, u8, u16)> {
        let (mut hour, _) = self.number(2)?;
        self.any(&[':'])?;
        let (minute, digits) = self.number(2)?;
        let (mut second, mut milli) = (0, 0);
        if self.any(&[':']).is_some() {
            second = self.number(2)?.0;
            if self.any(&['.', ',']).is_some() {
                let (value, digits) = self.number(3)?;
                milli = value * 10u16.pow(3 - u32::from(digits));
            }
        }
        let half = self.0.trim_start();
        let is = |word: &str| half.get(..2).is_some_and(|head| head.eq_ignore_ascii_case(word));
        if is("AM") || is("PM") {
            if !(1..=12).contains(&hour) {
                return None;
            }
            hour = hour % 12 + if is("PM") { 12 } else { 0 };
            self.0 = half.get(2..)?;
        }
        let small = |n: u16| u8::try_from(n).ok();
        if digits == 2 { Some((small(hour)?, small(minute)?, small(second)?, milli)) } else { None }
    }

    /// `Z`, `UTC`, `GMT`, or `±hh[:]mm` to the end of the cell; minutes east of UTC.
    fn zone(&mut self) -> Option<i16> {
        if ["z", "utc", "gmt"].iter().any(|word| self.0.eq_ignore_ascii_case(word)) {
            return Some(0);
        }
        let sign = if self.any(&['+', '-'])? == '-' { -1 } else { 1 };
        let digits: String = self.0.chars().filter(|&c| c != ':').collect();
        let (hours, minutes) =
            digits.split_at_checked(2).filter(|_| digits.len() == 4 && digits.bytes().all(|b| b.is_ascii_digit()))?;
        let (hours, minutes): (i16, i16) = (hours.parse().ok()?, minutes.parse().ok()?);
        (hours <= 14 && minutes < 60).then_some(sign * (hours * 60 + minutes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(cell: &str, order: DateOrder) -> Result<String, Rule> {
        moment(cell, DateRule { order, ..DateRule::default() }).map(|moment| moment.to_string()).map_err(|fault| fault.0)
    }

    #[test]
    fn an_order_reads_what_it_allows() {
        use DateOrder::{DayMonthYear as D, MonthDayYear as M, Open};
        for (cell, order, read_as) in [
            ("31/12/2026", D, Ok("2026-12-31T00:00:00.000Z")),
            ("31.12.2026", D, Ok("2026-12-31T00:00:00.000Z")),
            ("3-4-2026", D, Ok("2026-04-03T00:00:00.000Z")),
            ("3-4-2026", M, Ok("2026-03-04T00:00:00.000Z")),
            ("2026/12/31", Open, Ok("2026-12-31T00:00:00.000Z")),
            ("2026-1-5", M, Ok("2026-01-05T00:00:00.000Z")),
            ("12/31/2026 6:05 PM Z", M, Ok("2026-12-31T18:05:00.000Z")),
            ("12/31/2026, 12:30 AM +02:00", M, Ok("2026-12-30T22:30:00.000Z")),
            ("31/12/2026", M, Err(Rule::OtherDateOrder)),
            ("31/12/2026", Open, Err(Rule::OpenDate)),
            ("03/04/2026", Open, Err(Rule::OpenDate)),
            ("05/05/2026", Open, Ok("2026-05-05T00:00:00.000Z")),
            ("13/13/2026", Open, Err(Rule::NoSuchDay)),
            ("31/12/2026 18:05", D, Err(Rule::NoTimeZone)),
            ("31/12/26", D, Err(Rule::ShortYear)),
            ("31/13/2026", D, Err(Rule::NoSuchDay)),
            ("30/02/2026", D, Err(Rule::NoSuchDay)),
            ("31/12-2026", D, Err(Rule::NotIsoDate)),
            ("1/2/3/4", D, Err(Rule::NotIsoDate)),
            ("'2026-12-31", D, Err(Rule::LeadingApostrophe)),
        ] {
            assert_eq!(read(cell, order), read_as.map(str::to_owned), "{cell}");
        }
    }

    #[test]
    fn short_years_and_zones_are_read_once_they_are_chosen() {
        let rule = DateRule { order: DateOrder::DayMonthYear, short_years: true, zone: Zone::Offset(120) };
        for (cell, read_as) in [
            ("31/12/26", "2026-12-30T22:00:00.000Z"),
            ("2026-12-31", "2026-12-30T22:00:00.000Z"),
            ("2026-12-31T10:00", "2026-12-31T08:00:00.000Z"),
            ("2026-12-31T10:00Z", "2026-12-31T10:00:00.000Z"),
            ("31.12.2026 10:00", "2026-12-31T08:00:00.000Z"),
        ] {
            assert_eq!(moment(cell, rule).unwrap().to_string(), read_as, "{cell}");
        }
        let years_first = DateRule { order: DateOrder::YearMonthDay, short_years: true, zone: Zone::Documented };
        assert_eq!(moment("26/12/31", years_first).unwrap().to_string(), "2026-12-31T00:00:00.000Z");
    }

    #[test]
    fn a_serial_number_names_its_day() {
        let open = DateRule::default();
        assert_eq!(moment("46022", open), Err((Rule::SerialDate, Some("2025-12-31".into()))));
        assert_eq!(moment("46022.5", open).unwrap_err().0, Rule::SerialDate);
        assert_eq!(moment("12", open).unwrap_err().0, Rule::NotIsoDate);
    }
}
