//! What a cell would be with the one thing put right that a rule names.
//!
//! In: a rule that a cell breaks, and the cell. Out: another text, where what is meant is beyond doubt. Must never know: who
//! decides. Nothing is mended unless a person says so, for one cell or for a column.

use super::cells::{foreign_boolean, is_hidden, is_odd_blank, is_quote};
use super::dates;
use super::issue::Rule;
use super::numbers::{self, Mark, plain};
use crate::domain::schema::Kind;
use crate::domain::{ColumnId, ProductId};

/// The whole cell as it would be, or nothing where only a person can know what is meant.
#[must_use]
pub fn mended(rule: Rule, column: Option<ColumnId>, cell: &str) -> Option<String> {
    let trimmed = cell.trim();
    let new = match rule {
        Rule::LeadingApostrophe => trimmed.strip_prefix('\'')?.to_owned(),
        Rule::Formula => trimmed.strip_prefix("=\"")?.strip_suffix('"').filter(|text| !text.contains('"'))?.to_owned(),
        Rule::SmartQuotes => Some(trimmed.trim_matches(is_quote).trim()).filter(|text| !text.contains(is_quote))?.to_owned(),
        // A blank of another kind may be a part of a code or not.
        Rule::HiddenCharacter if trimmed.contains(is_odd_blank) => return None,
        Rule::HiddenCharacter => cell.replace(is_hidden, ""),
        Rule::HiddenInName => cell.replace(is_hidden, "").replace(is_odd_blank, " "),
        Rule::ControlCharacter => cell.replace(|c: char| c.is_control() && !matches!(c, '\t' | '\n' | '\r'), ""),
        Rule::IdWrapped => {
            let mut ids =
                trimmed.split(|c: char| !c.is_ascii_hexdigit()).filter(|part| ProductId::from_ascii(part.as_bytes()).is_ok());
            ids.next().filter(|_| ids.next().is_none())?.to_owned()
        }
        Rule::ForeignBoolean => foreign_boolean(trimmed)?.to_string(),
        Rule::SerialDate => dates::serial_day(trimmed).filter(|_| trimmed.bytes().all(|b| b.is_ascii_digit()))?.1?,
        Rule::LetterInNumber => number(trimmed.chars().map(digit).collect())?,
        Rule::CurrencySign => {
            let is_sign = |c: char| c.is_alphabetic() || c.is_whitespace() || is_currency(c);
            number(trimmed.trim_matches(is_sign).to_owned())?
        }
        Rule::ForeignDigits => number(trimmed.chars().map(ascii_digit).collect::<Option<String>>()?)?,
        Rule::DecimalComma | Rule::ThousandsMark => match numbers::mark(trimmed) {
            Mark::Comma => plain(trimmed, ',')?.into_owned(),
            Mark::Point | Mark::Grouped => plain(trimmed, '.')?.into_owned(),
            Mark::None | Mark::Either | Mark::Neither => return None,
        },
        Rule::OtherDecimalMark => trimmed.chars().map(other_mark).collect(),
        Rule::Mojibake => read_as_utf8(cell)?,
        Rule::UnknownWord => match column?.column().kind {
            Kind::Choice(words) => (*words.iter().find(|word| word.eq_ignore_ascii_case(trimmed))?).to_owned(),
            _ => return None,
        },
        _ => return None,
    };
    (new != cell && !new.trim().is_empty()).then_some(new)
}

/// A text, if it is a number without doubt.
fn number(text: String) -> Option<String> {
    matches!(numbers::mark(&text), Mark::None | Mark::Point).then_some(text).filter(|text| !text.is_empty())
}

/// The digit that a letter looks like.
pub(super) const fn digit(letter: char) -> char {
    match letter {
        'O' | 'o' => '0',
        'l' | 'I' | 'i' => '1',
        'S' | 's' => '5',
        'B' => '8',
        'Z' | 'z' => '2',
        other => other,
    }
}

/// The digit 0 to 9 of a digit of another script, of those whose digits lie side by side from zero.
fn ascii_digit(c: char) -> Option<char> {
    const ZEROS: [u32; 6] = [0x660, 0x6F0, 0x966, 0xE50, 0x9E6, 0xFF10];
    if c.is_ascii() {
        return Some(c);
    }
    let digit = ZEROS.iter().filter_map(|zero| u32::from(c).checked_sub(*zero)).find(|digit| *digit < 10)?;
    char::from_digit(digit, 10)
}

const fn other_mark(c: char) -> char {
    match c {
        '.' => ',',
        ',' => '.',
        other => other,
    }
}

const fn is_currency(c: char) -> bool {
    matches!(c, '$' | '¢' | '£' | '¤' | '¥' | '฿' | '\u{20a0}'..='\u{20cf}')
}

/// A text that was UTF-8 and read as Windows-1252, read again; nothing where it is not that from end to end.
fn read_as_utf8(text: &str) -> Option<String> {
    /// What Windows-1252 has from 0x80 to 0x9F.
    const HIGH: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘', '’', '“',
        '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
    ];
    let byte = |c: char| match u32::from(c) {
        low @ (0..0x80 | 0xA0..0x100) => u8::try_from(low).ok(),
        _ => HIGH.iter().position(|high| *high == c).and_then(|at| u8::try_from(0x80 + at).ok()),
    };
    String::from_utf8(text.chars().map(byte).collect::<Option<Vec<u8>>>()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_meant_is_offered_and_doubt_is_not() {
        for (rule, cell, new) in [
            (Rule::LeadingApostrophe, "'12", Some("12")),
            (Rule::Formula, "=\"00123\"", Some("00123")),
            (Rule::Formula, "=A1*2", None),
            (Rule::SmartQuotes, "“abc”", Some("abc")),
            (Rule::HiddenCharacter, "1\u{200b}2", Some("12")),
            (Rule::HiddenCharacter, "SAVE\u{a0}10", None),
            (Rule::HiddenInName, "VIP\u{a0}Member", Some("VIP Member")),
            (Rule::ControlCharacter, "a\u{1}b", Some("ab")),
            (Rule::IdWrapped, "ObjectId(\"507f1f77bcf86cd799439011\")", Some("507f1f77bcf86cd799439011")),
            (Rule::ForeignBoolean, "Falsch", Some("false")),
            (Rule::SerialDate, "46022", Some("2025-12-31")),
            (Rule::SerialDate, "46022.5", None),
            (Rule::LetterInNumber, "l2O.5", Some("120.5")),
            (Rule::CurrencySign, "€ 5.50", Some("5.50")),
            (Rule::CurrencySign, "CHF 12", Some("12")),
            (Rule::CurrencySign, "€1.234", None),
            (Rule::ForeignDigits, "１２", Some("12")),
            (Rule::ForeignDigits, "٣٥", Some("35")),
            (Rule::DecimalComma, "19,90", Some("19.90")),
            (Rule::ThousandsMark, "1.234,56", Some("1234.56")),
            (Rule::ThousandsMark, "1 000", Some("1000")),
            (Rule::ThousandsMark, "1,2,3", None),
            (Rule::OtherDecimalMark, "19.90", Some("19,90")),
            (Rule::Mojibake, "SchÃ¶n, donâ€™t", Some("Schön, don’t")),
            (Rule::Mojibake, "SchÃ¶n – 日", None),
            (Rule::NotANumber, "abc", None),
        ] {
            assert_eq!(mended(rule, None, cell).as_deref(), new, "{rule:?} {cell}");
        }
        assert_eq!(mended(Rule::UnknownWord, Some(ColumnId::AccessLevel), "Full-Access").as_deref(), Some("full-access"));
    }
}
