//! Numbers as people write them.
//!
//! In: a cell without the blanks around it, and the column's [`NumberRule`]. Out: an amount or a whole number, or the rule it
//! breaks; for the survey of a column, which decimal mark a cell needs. Must never know: other cells of the column.

use super::cells::{Fault, dressed, fault, is_scientific, not_a_value};
use super::formats::NumberRule;
use super::issue::Rule;
use crate::domain::Price;
use crate::domain::price::NotAPrice;
use std::borrow::Cow;

/// Which decimal mark a cell was written with, as far as the cell alone tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// There is no mark, or none that matters: 120.
    None,
    /// Digits in groups by a blank or an apostrophe, and no decimal mark: 1 234.
    Grouped,
    /// A point: 19.90.
    Point,
    /// A comma: 19,90.
    Comma,
    /// One or the other: 1.234.
    Either,
    /// It is no number under any reading.
    Neither,
}

const fn is_group_mark(c: char) -> bool {
    matches!(c, ' ' | '\'' | '’' | '\u{a0}' | '\u{202f}' | '\u{2009}')
}

/// Which decimal mark the cell needs.
pub(super) fn mark(cell: &str) -> Mark {
    if cell.bytes().all(|b| b.is_ascii_digit()) {
        return Mark::None;
    }
    let (point, comma) = (plain(cell, '.'), plain(cell, ','));
    match (point, comma) {
        (None, None) => Mark::Neither,
        (Some(_), None) => Mark::Point,
        (None, Some(_)) => Mark::Comma,
        (Some(point), Some(comma)) if point == comma => Mark::Grouped,
        (Some(_), Some(_)) => Mark::Either,
    }
}

/// The number in plain notation, if it is well written with this decimal mark: thousands in groups of three, all by one
/// mark.
pub(super) fn plain(cell: &str, decimal: char) -> Option<Cow<'_, str>> {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let (whole, fraction) = match cell.split_once(decimal) {
        Some((whole, fraction)) => (whole, Some(fraction).filter(|fraction| digits(fraction))?),
        None => (cell, ""),
    };
    let unsigned = whole.strip_prefix('-').unwrap_or(whole);
    if digits(unsigned) {
        let is_plain = decimal == '.' || fraction.is_empty();
        return Some(if is_plain { Cow::Borrowed(cell) } else { Cow::Owned(format!("{whole}.{fraction}")) });
    }
    let other = if decimal == '.' { ',' } else { '.' };
    let group = unsigned.chars().find(|c| !c.is_ascii_digit()).filter(|&c| c == other || is_group_mark(c))?;
    let mut groups = unsigned.split(group);
    let first = groups.next().filter(|first| digits(first) && first.len() <= 3 && !first.starts_with('0'))?;
    let mut out = String::with_capacity(cell.len());
    out.push_str(if unsigned.len() < whole.len() { "-" } else { "" });
    out.push_str(first);
    for group in groups {
        if group.len() != 3 || !digits(group) {
            return None;
        }
        out.push_str(group);
    }
    if !fraction.is_empty() {
        out.push('.');
        out.push_str(fraction);
    }
    Some(Cow::Owned(out))
}

/// The cell in plain notation, as the column's rule reads it.
fn normal(cell: &str, rule: NumberRule) -> Result<Cow<'_, str>, Fault> {
    match rule {
        NumberRule::Point => plain(cell, '.').ok_or_else(|| misfit(cell, ',')),
        NumberRule::Comma => plain(cell, ',').ok_or_else(|| misfit(cell, '.')),
        NumberRule::Infer | NumberRule::Open => match mark(cell) {
            Mark::Either => {
                let readings =
                    [plain(cell, '.'), plain(cell, ',')].map(|reading| reading.map_or_else(String::new, Cow::into_owned));
                Err((Rule::OpenNumber, Some(readings.join(" or "))))
            }
            // It is the same number either way.
            Mark::Grouped => Ok(plain(cell, '.').unwrap_or(Cow::Borrowed(cell))),
            _ => Ok(Cow::Borrowed(cell)),
        },
    }
}

/// What is wrong with a cell that is not well written with the column's decimal mark, but perhaps with the `other` one.
fn misfit(cell: &str, other: char) -> Fault {
    if plain(cell, other).is_some() { (Rule::OtherDecimalMark, None) } else { number_fault(cell) }
}

/// The hundredths of an amount that is a few digits, or a few digits, a point, and one or two more: most are. No mark but
/// the decimal one has fewer than three digits behind it.
pub(super) fn easy(cell: &str) -> Option<u32> {
    if cell.len() > 9 {
        return None;
    }
    let (mut sum, mut before, mut after) = (0, 0, None);
    for byte in cell.bytes() {
        match byte {
            b'0'..=b'9' => {
                sum = sum * 10 + u32::from(byte - b'0');
                *after.as_mut().unwrap_or(&mut before) += 1;
            }
            b'.' if after.is_none() => after = Some(0),
            _ => return None,
        }
    }
    match (before, after) {
        (1..=7, None) => Some(sum * 100),
        (1.., Some(1)) => Some(sum * 10),
        (1.., Some(2)) => Some(sum),
        _ => None,
    }
}

/// An amount.
pub(super) fn price(cell: &str, rule: NumberRule) -> Result<Price, Fault> {
    if rule != NumberRule::Comma
        && let Some(hundredths) = easy(cell)
    {
        return Ok(Price::hundredths(hundredths));
    }
    let normal = normal(cell, rule)?;
    Price::parse(&normal).map_err(|why| match why {
        NotAPrice::Negative => fault(Rule::Negative),
        NotAPrice::TooLong => fault(Rule::TooManyDigits),
        NotAPrice::NotANumber => number_fault(cell),
    })
}

/// A whole number.
pub(super) fn count(cell: &str, rule: NumberRule) -> Result<u32, Fault> {
    if cell.bytes().all(|b| b.is_ascii_digit()) {
        return cell.parse().map_err(|_| fault(Rule::NotAWholeNumber));
    }
    let normal = normal(cell, rule)?;
    if normal.bytes().all(|b| b.is_ascii_digit()) {
        return normal.parse().map_err(|_| fault(Rule::NotAWholeNumber));
    }
    match Price::parse(&normal) {
        Ok(_) | Err(NotAPrice::TooLong) => Err(fault(Rule::NotAWholeNumber)),
        Err(NotAPrice::Negative) => Err(fault(Rule::Negative)),
        Err(NotAPrice::NotANumber) => Err(number_fault(cell)),
    }
}

/// What is wrong with a number, by the most telling sign.
fn number_fault(cell: &str) -> Fault {
    const CODES: [&str; 6] = ["EUR", "USD", "GBP", "CHF", "JPY", "THB"];
    if let Some(rule) = not_a_value(cell) {
        return fault(rule);
    }
    // Where a number belongs, 1E3 is one.
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if is_scientific(cell) || cell.split_once(['e', 'E']).is_some_and(|(number, exponent)| digits(number) && digits(exponent)) {
        return fault(Rule::ScientificNumber);
    }
    if let Some(fault) = dressed(cell) {
        return fault;
    }
    if cell.chars().any(|c| c.is_numeric() && !c.is_ascii_digit()) {
        return fault(Rule::ForeignDigits);
    }
    let has_digit = cell.bytes().any(|b| b.is_ascii_digit());
    let upper = cell.to_ascii_uppercase();
    let sign = cell.chars().find(|c| matches!(c, '$' | '¢' | '£' | '¤' | '¥' | '฿' | '\u{20a0}'..='\u{20cf}'));
    if has_digit && (sign.is_some() || CODES.iter().any(|code| upper.starts_with(code) || upper.ends_with(code))) {
        return fault(Rule::CurrencySign);
    }
    if has_digit && cell.ends_with('%') {
        return fault(Rule::PercentSign);
    }
    let bracketed = cell.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
    if bracketed
        .or_else(|| cell.strip_suffix('-'))
        .or_else(|| cell.strip_prefix('\u{2212}'))
        .is_some_and(|rest| mark(rest) != Mark::Neither && has_digit)
    {
        return fault(Rule::Negative);
    }
    const LOOKALIKES: [char; 10] = ['O', 'o', 'l', 'I', 'i', 'S', 's', 'B', 'Z', 'z'];
    if has_digit
        && cell.chars().all(|c| c.is_ascii_digit() || c == '.' || c == ',' || LOOKALIKES.contains(&c))
        && let Some(letter) = cell.chars().find(|c| LOOKALIKES.contains(c))
    {
        return (Rule::LetterInNumber, Some(letter.to_string()));
    }
    let digits = cell.strip_prefix('-').unwrap_or(cell);
    let marks: Vec<&str> = digits.split(|c: char| c.is_ascii_digit()).filter(|mark| !mark.is_empty()).collect();
    let is_mark = |mark: &&str| matches!(*mark, "," | "." | " " | "'" | "’" | "\u{a0}" | "\u{202f}" | "\u{2009}" | "_");
    if digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.ends_with(|c: char| c.is_ascii_digit())
        && marks.iter().all(is_mark)
    {
        return match marks.as_slice() {
            [","] => fault(Rule::DecimalComma),
            _ => fault(Rule::ThousandsMark),
        };
    }
    fault(Rule::NotANumber)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_named_for_what_happened_to_them() {
        for (cell, rule) in [
            ("12O", Rule::LetterInNumber),
            ("l2.5", Rule::LetterInNumber),
            ("1,5", Rule::DecimalComma),
            ("19,90", Rule::DecimalComma),
            ("0,125", Rule::DecimalComma),
            ("1,000", Rule::OpenNumber),
            ("1.000", Rule::OpenNumber),
            ("1.234,56", Rule::ThousandsMark),
            ("12 34", Rule::ThousandsMark),
            ("1\u{a0}000.50", Rule::ThousandsMark),
            ("€5", Rule::CurrencySign),
            ("5 eur", Rule::CurrencySign),
            ("10%", Rule::PercentSign),
            ("(5.00)", Rule::Negative),
            ("5-", Rule::Negative),
            ("\u{2212}5", Rule::Negative),
            ("１２", Rule::ForeignDigits),
            ("'12", Rule::LeadingApostrophe),
            ("1\u{200b}2", Rule::HiddenCharacter),
            ("=12", Rule::Formula),
            ("1.2E+11", Rule::ScientificNumber),
            ("1E3", Rule::ScientificNumber),
            ("#####", Rule::Hashes),
            ("#n/a", Rule::SpreadsheetError),
            ("-1", Rule::Negative),
            ("1234567890123456", Rule::TooManyDigits),
            ("abc", Rule::NotANumber),
            ("5.", Rule::NotANumber),
        ] {
            assert_eq!(price(cell, NumberRule::Open).unwrap_err().0, rule, "{cell}");
        }
        assert_eq!(count("1.5", NumberRule::Open).unwrap_err().0, Rule::NotAWholeNumber);
        assert_eq!(count("4294967296", NumberRule::Open).unwrap_err().0, Rule::NotAWholeNumber);
        assert_eq!(count("007", NumberRule::Open), Ok(7));
        assert_eq!(count("1 000", NumberRule::Open), Ok(1000));
    }

    #[test]
    fn a_settled_column_reads_its_marks_and_no_others() {
        for (cell, point, comma) in [
            ("1.234", Some("1.234"), Some("1234")),
            ("1,234", Some("1234"), Some("1.234")),
            ("1,234.56", Some("1234.56"), None),
            ("1.234.567,8", None, Some("1234567.8")),
            ("1 234,50", None, Some("1234.5")),
            ("1'234.50", Some("1234.5"), None),
            ("1\u{202f}234", Some("1234"), Some("1234")),
            ("0.125", Some("0.125"), None),
            ("12.34.56", None, None),
            ("1,23,456", None, None),
            ("1234,567.8", None, None),
        ] {
            let read = |rule| price(cell, rule).ok().map(|price| price.to_string());
            assert_eq!(read(NumberRule::Point).as_deref(), point, "{cell} with a point");
            assert_eq!(read(NumberRule::Comma).as_deref(), comma, "{cell} with a comma");
        }
        assert_eq!(price("19.90", NumberRule::Comma).unwrap_err().0, Rule::OtherDecimalMark);
        assert_eq!(count("1.000", NumberRule::Comma), Ok(1000));
    }

    #[test]
    fn a_cell_alone_tells_its_mark_or_does_not() {
        for (cell, told) in [
            ("120", Mark::None),
            ("19.90", Mark::Point),
            ("1.5", Mark::Point),
            ("19,9", Mark::Comma),
            ("1.234", Mark::Either),
            ("1 234", Mark::Grouped),
            ("x", Mark::Neither),
        ] {
            assert_eq!(mark(cell), told, "{cell}");
        }
    }
}
