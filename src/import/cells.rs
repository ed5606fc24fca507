//! The text of a cell → a value, or the rule it breaks.
//!
//! In: a cell without the blanks around it. Out: a typed value, or a [`Rule`] that names what a spreadsheet or a hand did
//! to it. Must never know: rows, products, where the cell stands.

use super::issue::Rule;
use crate::domain::choices::ListSeparator;
use crate::domain::price::NotAPrice;
use crate::domain::timestamp::NotATimestamp;
use crate::domain::url::NotHttps;
use crate::domain::{HttpsUrl, Price, ProductId, Timestamp};
use serde::{Deserialize, Serialize};

/// Bytes in one cell, at most: 1 MiB. No field of a product needs a hundredth of it.
pub(super) const CELL_MAX: usize = 1 << 20;

/// How cells are read where the reference leaves it open and people differ.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CellRules {
    /// What separates codes and names in a cell.
    pub list_separator: ListSeparator,
}

/// A broken rule, and the part of the cell that shows it.
pub(super) type Fault = (Rule, Option<String>);

const fn fault(rule: Rule) -> Fault {
    (rule, None)
}

/// What a spreadsheet writes in place of any value at all.
pub(super) fn not_a_value(cell: &str) -> Option<Rule> {
    const ERRORS: [&str; 12] = [
        "#N/A",
        "#NV",
        "#REF!",
        "#VALUE!",
        "#NAME?",
        "#DIV/0!",
        "#NULL!",
        "#NUM!",
        "#SPILL!",
        "#CALC!",
        "#ERROR!",
        "#GETTING_DATA",
    ];
    if !cell.starts_with('#') {
        return None;
    }
    if cell.len() >= 2 && cell.bytes().all(|b| b == b'#') {
        return Some(Rule::Hashes);
    }
    ERRORS.iter().any(|error| error.eq_ignore_ascii_case(cell)).then_some(Rule::SpreadsheetError)
}

/// Whether the text is a number with an exponent, as in `6.50906E+23`; a comma may stand for the point.
pub(super) fn is_scientific(text: &str) -> bool {
    let Some((number, exponent)) = text.split_once(['e', 'E']) else { return false };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let number = number.strip_prefix('-').unwrap_or(number);
    let (whole, fraction) = number.split_once(['.', ',']).unwrap_or((number, "0"));
    // `12e4` may be an id or a code; a spreadsheet writes the sign.
    digits(whole) && digits(fraction) && exponent.strip_prefix(['+', '-']).is_some_and(digits)
}

/// Whether the text is a whole number of more than 15 digits, all zeros past the 15th.
pub(super) fn is_zeroed(text: &str) -> bool {
    text.len() > 15
        && text.bytes().all(|b| b.is_ascii_digit())
        && text.bytes().skip(15).all(|b| b == b'0')
        && text.bytes().take(15).any(|b| b != b'0')
}

/// A product id.
pub(super) fn id(cell: &str) -> Result<ProductId, Fault> {
    match ProductId::from_ascii(cell.as_bytes()) {
        Ok(_) if is_zeroed(cell) => Err(fault(Rule::IdZeroed)),
        Ok(id) => Ok(id),
        Err(_) => Err(fault(not_a_value(cell).unwrap_or(if is_scientific(cell) {
            Rule::IdScientific
        } else if is_zeroed(cell) {
            Rule::IdZeroed
        } else {
            Rule::NotAnId
        }))),
    }
}

/// An amount.
pub(super) fn price(cell: &str) -> Result<Price, Fault> {
    Price::parse(cell).map_err(|why| match why {
        NotAPrice::Negative => fault(Rule::Negative),
        NotAPrice::TooLong => fault(Rule::TooManyDigits),
        NotAPrice::NotANumber => number_fault(cell),
    })
}

/// A whole number.
pub(super) fn count(cell: &str) -> Result<u32, Fault> {
    if cell.bytes().all(|b| b.is_ascii_digit()) {
        return cell.parse().map_err(|_| fault(Rule::NotAWholeNumber));
    }
    match Price::parse(cell) {
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
    if is_scientific(cell) {
        return fault(Rule::ScientificNumber);
    }
    let has_digit = cell.bytes().any(|b| b.is_ascii_digit());
    let upper = cell.to_ascii_uppercase();
    let sign = cell.chars().find(|c| matches!(c, '$' | '¢' | '£' | '¤' | '¥' | '฿' | '\u{20a0}'..='\u{20cf}'));
    if has_digit && (sign.is_some() || CODES.iter().any(|code| upper.starts_with(code) || upper.ends_with(code))) {
        return fault(Rule::CurrencySign);
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
        let fraction = digits.rsplit(',').next().map_or(0, str::len);
        return match marks.as_slice() {
            [","] if fraction != 3 || digits.starts_with("0,") => fault(Rule::DecimalComma),
            _ => fault(Rule::ThousandsMark),
        };
    }
    fault(Rule::NotANumber)
}

/// Yes or no.
pub(super) fn boolean(cell: &str) -> Result<bool, Fault> {
    let is = |word: &str| cell.eq_ignore_ascii_case(word);
    if is("true") || is("yes") || cell == "1" {
        Ok(true)
    } else if is("false") || is("no") || cell == "0" {
        Ok(false)
    } else {
        Err(fault(not_a_value(cell).unwrap_or(Rule::NotABoolean)))
    }
}

/// A moment.
pub(super) fn moment(cell: &str) -> Result<Timestamp, Fault> {
    Timestamp::parse(cell).map_err(|why| match why {
        NotATimestamp::NoSuchDay => fault(Rule::NoSuchDay),
        NotATimestamp::NoZone => fault(Rule::NoTimeZone),
        NotATimestamp::NotIso => {
            not_a_value(cell).map(fault).or_else(|| serial_day(cell)).unwrap_or_else(|| fault(Rule::NotIsoDate))
        }
    })
}

/// The day that a spreadsheet's serial number stands for: days since 1899-12-30. Only numbers of the years 1954 to 2119
/// are taken for one.
fn serial_day(cell: &str) -> Option<Fault> {
    let (days, fraction) = cell.split_once(['.', ',']).unwrap_or((cell, ""));
    let days: i64 = days.parse().ok().filter(|days| (20_000..80_000).contains(days))?;
    if !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let day = Timestamp::from_millis((days - 25_569) * 86_400_000).to_string();
    Some((Rule::SerialDate, day.get(..10).map(str::to_owned)))
}

/// An https address.
pub(super) fn url(cell: &str) -> Result<HttpsUrl, Fault> {
    HttpsUrl::parse(cell).map_err(|why| {
        fault(match why {
            NotHttps::Data => Rule::DataUrl,
            NotHttps::NoHost => Rule::NoHost,
            NotHttps::Character => Rule::BadUrlCharacter,
            NotHttps::Scheme => not_a_value(cell).unwrap_or(Rule::NotHttps),
        })
    })
}

/// What can be wrong with the characters of a cell: an error stops it, a warning does not. The common cell is printable
/// ASCII, which one pass without a branch tells.
pub(super) fn character_fault(cell: &str) -> Option<Fault> {
    let odd = cell.bytes().fold(0, |odd, b| odd | u8::from(b.wrapping_sub(0x20) >= 0x5F));
    if odd == 0 {
        return None;
    }
    let mut doubt = None;
    let mut before = ' ';
    for c in cell.chars() {
        if c.is_control() && !matches!(c, '\t' | '\n' | '\r') {
            return Some((Rule::ControlCharacter, Some(format!("U+{:04X}", u32::from(c)))));
        }
        if c == '\u{fffd}' {
            doubt = Some(fault(Rule::ReplacementCharacter));
        }
        if doubt.is_none() && is_mojibake(before, c) {
            doubt = Some((Rule::Mojibake, Some(format!("{before}{c}"))));
        }
        before = c;
    }
    doubt
}

/// Whether two characters are UTF-8 that was read as Windows-1252: `Ã¤`, `Â°`, `â€`.
const fn is_mojibake(a: char, b: char) -> bool {
    matches!(
        (a, b),
        ('Ã', '\u{a1}'..='\u{bf}' | 'Ÿ' | 'œ' | 'Œ' | '‰' | '„' | '†' | 'ƒ' | '€' | '™' | 'š' | 'ž')
            | ('Â', '\u{a0}'..='\u{bf}')
            | ('â', '€')
    )
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
            ("1,000", Rule::ThousandsMark),
            ("1.234,56", Rule::ThousandsMark),
            ("1 000", Rule::ThousandsMark),
            ("1\u{a0}000.50", Rule::ThousandsMark),
            ("€5", Rule::CurrencySign),
            ("5 eur", Rule::CurrencySign),
            ("1.2E+11", Rule::ScientificNumber),
            ("#####", Rule::Hashes),
            ("#n/a", Rule::SpreadsheetError),
            ("-1", Rule::Negative),
            ("1234567890123456", Rule::TooManyDigits),
            ("abc", Rule::NotANumber),
            ("5.", Rule::NotANumber),
        ] {
            assert_eq!(price(cell).unwrap_err().0, rule, "{cell}");
        }
        assert_eq!(count("1.5").unwrap_err().0, Rule::NotAWholeNumber);
        assert_eq!(count("4294967296").unwrap_err().0, Rule::NotAWholeNumber);
        assert_eq!(count("007"), Ok(7));
    }

    #[test]
    fn a_serial_number_names_its_day() {
        assert_eq!(moment("46022"), Err((Rule::SerialDate, Some("2025-12-31".into()))));
        assert_eq!(moment("46022.5").unwrap_err().0, Rule::SerialDate);
        assert_eq!(moment("12").unwrap_err().0, Rule::NotIsoDate);
    }

    #[test]
    fn mojibake_is_told_from_letters() {
        for text in ["schÃ¶n", "20Â°", "donâ€™t"] {
            assert_eq!(character_fault(text).unwrap().0, Rule::Mojibake, "{text}");
        }
        for text in ["SÃO", "schön", "“MAÇÔ", "日本語", "a\tb\r\n"] {
            assert_eq!(character_fault(text), None, "{text}");
        }
    }

    #[test]
    fn ids_are_named_for_what_happened_to_them() {
        for (cell, rule) in [
            ("6.50906E+23", Rule::IdScientific),
            ("650906123456789000000000", Rule::IdZeroed),
            ("65090612345678900000000000", Rule::IdZeroed),
            ("nope", Rule::NotAnId),
            ("#REF!", Rule::SpreadsheetError),
        ] {
            assert_eq!(id(cell).unwrap_err().0, rule, "{cell}");
        }
    }
}
