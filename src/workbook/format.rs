//! What a cell's number format says about its number: whether it is a date.
//!
//! In: a format's number, or its code such as `yyyy\-mm\-dd;@`. Out: a [`DateFormat`], or nothing for a plain number, whose format
//! (percent, currency, digits) never changes its value. Must never know: cells.

/// What of a moment a format shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct DateFormat {
    /// A day.
    pub(super) day: bool,
    /// A time of day.
    pub(super) time: bool,
    /// Hours, minutes or seconds counted past a day: `[h]:mm`.
    pub(super) elapsed: bool,
}

const DAY: Option<DateFormat> = Some(DateFormat { day: true, time: false, elapsed: false });
const TIME: Option<DateFormat> = Some(DateFormat { day: false, time: true, elapsed: false });
const BOTH: Option<DateFormat> = Some(DateFormat { day: true, time: true, elapsed: false });
const ELAPSED: Option<DateFormat> = Some(DateFormat { day: false, time: true, elapsed: true });

/// The formats that every program knows by number (ECMA-376, 18.8.30), those of East Asia included.
pub(super) const fn built_in(number: u32) -> Option<DateFormat> {
    match number {
        14..=17 | 27..=31 | 36 | 50..=54 | 57 | 58 => DAY,
        18..=21 | 32..=35 | 45 | 47 | 55 | 56 => TIME,
        22 => BOTH,
        46 => ELAPSED,
        _ => None,
    }
}

/// What a format's code says. Only its first section counts: the others are for negative numbers, zero and text.
pub(super) fn custom(code: &str) -> Option<DateFormat> {
    let mut found = DateFormat::default();
    // An `m` is a month, unless hours stand before it or seconds after it.
    let mut open_month = false;
    let mut after_hours = false;
    let mut rest = code.chars().peekable();
    while let Some(c) = rest.next() {
        match c.to_ascii_lowercase() {
            ';' => break,
            '"' => while rest.next().is_some_and(|c| c != '"') {},
            '\\' | '_' | '*' => {
                rest.next();
            }
            '[' => {
                let inside: String = rest.by_ref().take_while(|c| *c != ']').collect();
                let unit = inside.to_ascii_lowercase();
                if !unit.is_empty() && ['h', 'm', 's'].iter().any(|unit_of| unit.chars().all(|c| c == *unit_of)) {
                    found.time = true;
                    found.elapsed = true;
                    after_hours = unit.starts_with('h');
                }
            }
            // "General", and exponents: `0.00E+00`.
            'g' if code.to_ascii_lowercase().contains("general") => return None,
            'e' if matches!(rest.peek(), Some('+' | '-')) => {}
            'y' | 'd' | 'e' | 'b' => {
                found.day = true;
                after_hours = false;
            }
            'h' => {
                found.time = true;
                after_hours = true;
            }
            's' => {
                found.time = true;
                open_month = false;
                after_hours = false;
            }
            'm' => {
                while rest.next_if(|c| c.eq_ignore_ascii_case(&'m')).is_some() {}
                if after_hours {
                    found.time = true;
                } else {
                    found.day |= open_month;
                    open_month = true;
                }
                after_hours = false;
            }
            // AM/PM and A/P.
            'a' => {
                let _ = rest.next_if(|c| c.eq_ignore_ascii_case(&'m'));
                if rest.next_if_eq(&'/').is_some() {
                    rest.next();
                    let _ = rest.next_if(|c| c.eq_ignore_ascii_case(&'m'));
                    found.time = true;
                }
            }
            _ => {}
        }
    }
    found.day |= open_month;
    (found.day || found.time).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::{BOTH, DAY, ELAPSED, TIME, built_in, custom};

    #[test]
    fn codes_are_told_apart_by_what_they_show() {
        for code in [
            "yyyy\\-mm\\-dd;@",
            "d/m/yy",
            "[$-407]d. mmmm yyyy;@",
            "mmm-yy",
            "[$-F800]dddd, mmmm dd, yyyy",
            "dd.mm.yyyy",
            "MM",
            "mmm",
        ] {
            assert_eq!(custom(code), DAY, "{code}");
        }
        for code in
            ["yyyy-mm-dd hh:mm", "m/d/yy h:mm AM/PM", "dd.mm.yyyy hh:mm:ss.000", "[$-409]d\\-mmm\\-yy h:mm A/P;@", "h:mm d/m"]
        {
            assert_eq!(custom(code), BOTH, "{code}");
        }
        for code in ["h:mm", "hh:mm:ss", "mm:ss.0", "h:mm AM/PM"] {
            assert_eq!(custom(code), TIME, "{code}");
        }
        for code in ["[h]:mm:ss", "[mm]:ss", "[ss].00"] {
            assert_eq!(custom(code), ELAPSED, "{code}");
        }
        for code in [
            "General",
            "@",
            "0.00E+00",
            "##0.0E-0",
            "#,##0.00",
            "0%",
            "[Red]-#,##0.00\\ \"days\"",
            "_-* #,##0.00\\ [$\u{20ac}-407]_-;-* #,##0.00_-",
            "0;yyyy",
            "\"ymd\"0",
            "0\\d",
            "[Blue]0",
            "[$SAR] #,##0",
            "[<=999]0",
            "",
        ] {
            assert_eq!(custom(code), None, "{code}");
        }
        assert_eq!((built_in(14), built_in(22), built_in(46), built_in(21), built_in(9)), (DAY, BOTH, ELAPSED, TIME, None));
    }
}
