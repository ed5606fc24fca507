//! The text of a cell → a value, or the rule it breaks.
//!
//! In: a cell without the blanks around it. Out: a typed value, or a [`Rule`] that names what a spreadsheet or a hand did
//! to it. Must never know: rows, products, where the cell stands.

use super::issue::Rule;
use crate::domain::url::NotHttps;
use crate::domain::{HttpsUrl, ProductId};

/// Bytes in one cell, at most: 1 MiB. No field of a product needs a hundredth of it.
pub(super) const CELL_MAX: usize = 1 << 20;

/// A broken rule, and the part of the cell that shows it.
pub(super) type Fault = (Rule, Option<String>);

pub(super) const fn fault(rule: Rule) -> Fault {
    (rule, None)
}

/// What a spreadsheet writes in place of any value at all.
#[inline]
pub(super) fn not_a_value(cell: &str) -> Option<Rule> {
    if cell.starts_with('#') { hash_value(cell) } else { None }
}

#[rustfmt::skip]
fn hash_value(cell: &str) -> Option<Rule> {
    // As spreadsheets write them in English, German, French, Spanish, Portuguese, Italian, Dutch and Polish.
    const ERRORS: [&str; 34] = [
        "#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!", "#CALC!", "#ERROR!", "#GETTING_DATA",
        "#NV", "#BEZUG!", "#WERT!", "#ZAHL!", "#ÜBERLAUF!", "#N/D", "#VALEUR!", "#NOM?", "#NOMBRE!", "#NUL!", "#¡REF!", "#¡VALOR!",
        "#¿NOMBRE?", "#¡NUM!", "#VALOR!", "#NOME?", "#RIF!", "#VALORE!", "#NUM!", "#N/B", "#VERW!", "#WAARDE!", "#ADR!",
    ];
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
    // `12e4` may be an id or a code; a spreadsheet writes the sign, and no id or code has a point before its E.
    let signed = exponent.strip_prefix(['+', '-']);
    digits(whole) && digits(fraction) && (signed.is_some_and(digits) || (number.len() > whole.len() && digits(exponent)))
}

/// Whether the text is a whole number of more than 15 digits, all zeros past the 15th.
pub(super) fn is_zeroed(text: &str) -> bool {
    text.len() > 15
        && text.bytes().all(|b| b.is_ascii_digit())
        && text.bytes().skip(15).all(|b| b == b'0')
        && text.bytes().take(15).any(|b| b != b'0')
}

/// Whether a product id stands inside something else: `ObjectId("…")`, `{"$oid": "…"}`, quotes.
fn is_wrapped_id(cell: &str) -> bool {
    let inside = |c: char| c.is_ascii_hexdigit();
    cell.len() <= 64 && cell.contains(['"', '(', '{']) && cell.split(|c| !inside(c)).any(|part| part.len() == 24)
}

/// A product id.
pub(super) fn id(cell: &str) -> Result<ProductId, Fault> {
    match ProductId::from_ascii(cell.as_bytes()) {
        Ok(_) if is_zeroed(cell) => Err(fault(Rule::IdZeroed)),
        Ok(id) => Ok(id),
        Err(_) => Err(not_a_value(cell).map(fault).unwrap_or_else(|| {
            if is_scientific(cell) {
                fault(Rule::IdScientific)
            } else if is_zeroed(cell) {
                fault(Rule::IdZeroed)
            } else if is_wrapped_id(cell) {
                fault(Rule::IdWrapped)
            } else {
                dressed_key(cell).unwrap_or_else(|| fault(Rule::NotAnId))
            }
        })),
    }
}

/// Words for yes.
pub const TRUE_WORDS: [&str; 3] = ["true", "yes", "1"];
/// Words for no.
pub const FALSE_WORDS: [&str; 3] = ["false", "no", "0"];

/// What spreadsheets and people in other languages write for yes and no. They are named, and what is meant is offered; a
/// word that is yes in one language may be a name in another, so none is taken for granted.
const FOREIGN_WORDS: [(&str, bool); 35] = [
    ("wahr", true),
    ("falsch", false),
    ("ja", true),
    ("nein", false),
    ("vrai", true),
    ("faux", false),
    ("oui", true),
    ("non", false),
    ("verdadero", true),
    ("verdadeiro", true),
    ("falso", false),
    ("sí", true),
    ("si", true),
    ("sim", true),
    ("não", false),
    ("vero", true),
    ("waar", true),
    ("onwaar", false),
    ("nee", false),
    ("sant", true),
    ("falskt", false),
    ("sand", true),
    ("falsk", false),
    ("usann", false),
    ("tosi", true),
    ("epätosi", false),
    ("prawda", true),
    ("fałsz", false),
    ("pravda", true),
    ("nepravda", false),
    ("doğru", true),
    ("yanlış", false),
    ("истина", true),
    ("ложь", false),
    ("igaz", true),
];

/// Yes or no.
pub(super) fn boolean(cell: &str) -> Result<bool, Fault> {
    // The words that are the service's own come first, for they are nearly all there are.
    match cell {
        "true" => return Ok(true),
        "false" => return Ok(false),
        _ => {}
    }
    let is = |word: &&str| cell.eq_ignore_ascii_case(word);
    if TRUE_WORDS.iter().any(is) {
        return Ok(true);
    }
    if FALSE_WORDS.iter().any(is) {
        return Ok(false);
    }
    if let Some(rule) = not_a_value(cell) {
        return Err(fault(rule));
    }
    if let Some(value) = foreign_boolean(cell) {
        return Err((Rule::ForeignBoolean, Some(value.to_string())));
    }
    Err(dressed(cell).unwrap_or_else(|| fault(Rule::NotABoolean)))
}

/// What a word of another language means.
pub(super) fn foreign_boolean(cell: &str) -> Option<bool> {
    let lower = cell.to_lowercase();
    FOREIGN_WORDS.iter().find(|(word, _)| *word == lower).map(|(_, value)| *value)
}

/// A quote of a word processor.
pub(super) const fn is_quote(c: char) -> bool {
    matches!(c, '“' | '”' | '„' | '‟' | '‘' | '’' | '‚' | '‛' | '«' | '»')
}

/// A character that takes no room on the screen.
pub(super) const fn is_hidden(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// A blank that is none to a program: no-break spaces and their kin.
pub(super) const fn is_odd_blank(c: char) -> bool {
    matches!(c, '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}')
}

fn code_point(c: char) -> String {
    format!("U+{:04X}", u32::from(c))
}

/// What a spreadsheet or a word processor put around or into a value that is not part of it.
pub(super) fn dressed(cell: &str) -> Option<Fault> {
    if cell.starts_with('\'') {
        return Some(fault(Rule::LeadingApostrophe));
    }
    if cell.starts_with('=') && cell.len() > 1 {
        return Some(fault(Rule::Formula));
    }
    if cell.starts_with(is_quote) || cell.ends_with(is_quote) {
        return Some(fault(Rule::SmartQuotes));
    }
    cell.chars().find(|&c| is_hidden(c)).map(|c| (Rule::HiddenCharacter, Some(code_point(c))))
}

/// The same, for ids and codes, of which no blank is a part.
fn dressed_key(cell: &str) -> Option<Fault> {
    dressed(cell).or_else(|| cell.chars().find(|&c| is_odd_blank(c)).map(|c| (Rule::HiddenCharacter, Some(code_point(c)))))
}

/// What is wrong with one voucher code.
pub(super) fn code_fault(code: &str) -> Option<Fault> {
    let known = if code.is_ascii() && !code.starts_with(['\'', '=', '#']) {
        None
    } else {
        not_a_value(code).map(fault).or_else(|| dressed_key(code))
    };
    if known.is_some() {
        return known;
    }
    if is_scientific(code) {
        return Some(fault(Rule::ScientificNumber));
    }
    if is_zeroed(code) {
        return Some(fault(Rule::CodeZeroed));
    }
    is_short_date(code).then(|| fault(Rule::CodeLikeDate))
}

/// Whether a text is what a spreadsheet makes of MAR1 or 1-MAR: `1-Mar`, `Mar-26`, `1. Mrz`.
fn is_short_date(text: &str) -> bool {
    const MONTHS: [&str; 16] =
        ["Jan", "Feb", "Mar", "Mrz", "Apr", "May", "Mai", "Jun", "Jul", "Aug", "Sep", "Sept", "Oct", "Okt", "Nov", "Dec"];
    if text.len() > 8 || text.len() < 5 {
        return false;
    }
    let Some((a, b)) = text.split_once('-').or_else(|| text.split_once(". ")) else { return false };
    let digits = |part: &str| (1..=2).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    // Written as a spreadsheet writes it: a code in capitals is more likely a code.
    let month = |part: &str| MONTHS.contains(&part);
    (digits(a) && month(b)) || (month(a) && digits(b))
}

/// An https address.
pub(super) fn url(cell: &str) -> Result<HttpsUrl, Fault> {
    HttpsUrl::parse(cell).map_err(|why| url_fault(cell, why))
}

/// What is wrong with an https address, without making one.
pub(super) fn check_url(cell: &str) -> Result<(), Fault> {
    HttpsUrl::check(cell).map_err(|why| url_fault(cell, why))
}

fn url_fault(cell: &str, why: NotHttps) -> Fault {
    match why {
        NotHttps::Data => fault(Rule::DataUrl),
        NotHttps::NoHost => fault(Rule::NoHost),
        NotHttps::Character => fault(Rule::BadUrlCharacter),
        NotHttps::Scheme => not_a_value(cell).map(fault).or_else(|| dressed(cell)).unwrap_or_else(|| fault(Rule::NotHttps)),
    }
}

/// Whether a cell is printable ASCII from end to end, which most are. Eight bytes at a time, without a branch for each.
pub(super) fn is_plain(cell: &str) -> bool {
    const ONES: u64 = u64::MAX / 0xFF;
    // The high bit of a byte that is below 0x20, is 0x7F, or has it already. What is carried from one byte to the next comes
    // from a byte that is odd itself.
    let odd = |eight: u64| (eight | eight.wrapping_sub(0x20 * ONES) | eight.wrapping_add(ONES)) & (0x80 * ONES);
    let bytes = cell.as_bytes();
    // The last eight bytes are looked at together whether or not some of them were seen before: a loop over single bytes at the
    // end would take longer than all the rest.
    if let Some(last) = bytes.last_chunk::<8>() {
        let (eights, _) = bytes.as_chunks::<8>();
        eights.iter().fold(odd(u64::from_le_bytes(*last)), |sum, eight| sum | odd(u64::from_le_bytes(*eight))) == 0
    } else if let (Some(first), Some(last)) = (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
        odd(u64::from(u32::from_le_bytes(*first)) | u64::from(u32::from_le_bytes(*last)) << 32) == 0
    } else {
        bytes.iter().all(|b| b.wrapping_sub(0x20) < 0x5F)
    }
}

/// What the bytes of a cell that is not plain hint at; see [`hints`].
#[derive(Clone, Copy)]
pub(super) struct Hints(u8);

impl Hints {
    const BREAK: u8 = 1;
    const DOUBT: u8 = 2;
    const DOUBT_IN_NAME: u8 = 4;
    const MOJIBAKE_LEAD: u8 = 8;
    const MOJIBAKE_NEXT: u8 = 16;

    /// Of each byte.
    #[allow(clippy::indexing_slicing, reason = "it is made while this is compiled, where a wrong index is an error")]
    const OF: [u8; 256] = {
        let mut of = [0; 256];
        let mut byte = 0;
        while byte < 256 {
            of[byte] = match byte as u8 {
                b'\n' | b'\r' => Self::BREAK,
                b'\t' => 0,
                // Controls, the ones behind C2 too, with no-break and soft hyphen; U+FEFF and U+FFFD.
                0..=0x1F | 0x7F | 0xC2 | 0xEF => Self::DOUBT,
                // Blanks and marks that take no room, U+2000 to U+206F, and U+3000.
                0xE2 | 0xE3 => Self::DOUBT_IN_NAME,
                // `Â`, `Ã` and `â`.
                0xC3 => Self::MOJIBAKE_LEAD,
                0x82 | 0x83 | 0xA2 => Self::MOJIBAKE_NEXT,
                _ => 0,
            };
            byte += 1;
        }
        of
    };

    /// Whether there is a line break.
    pub(super) const fn has_break(self) -> bool {
        self.0 & Self::BREAK != 0
    }

    /// Whether [`character_fault`] may find something. Most letters beyond ASCII are beyond doubt.
    pub(super) const fn are_doubtful(self, is_name: bool) -> bool {
        const MOJIBAKE: u8 = Hints::MOJIBAKE_LEAD | Hints::MOJIBAKE_NEXT;
        self.0 & Self::DOUBT != 0 || (is_name && self.0 & Self::DOUBT_IN_NAME != 0) || self.0 & MOJIBAKE == MOJIBAKE
    }
}

/// Looks at each byte once.
pub(super) fn hints(cell: &str) -> Hints {
    Hints(cell.bytes().fold(0, |hints, byte| hints | Hints::OF.get(usize::from(byte)).copied().unwrap_or(0)))
}

/// What can be wrong with the characters of a cell that is not plain: an error stops it, a warning does not. In a name that
/// the service looks up, characters that cannot be seen are in doubt as well.
pub(super) fn character_fault(cell: &str, is_name: bool) -> Option<Fault> {
    let mut doubt = None;
    let mut before = ' ';
    for c in cell.chars() {
        if c.is_control() && !matches!(c, '\t' | '\n' | '\r') {
            return Some((Rule::ControlCharacter, Some(code_point(c))));
        }
        if c == '\u{fffd}' {
            doubt = Some(fault(Rule::ReplacementCharacter));
        }
        if doubt.is_none() && is_mojibake(before, c) {
            doubt = Some((Rule::Mojibake, Some(format!("{before}{c}"))));
        }
        // Joiners are letters to some scripts.
        if is_name && doubt.is_none() && (is_odd_blank(c) || is_hidden(c)) && !matches!(c, '\u{200c}' | '\u{200d}') {
            doubt = Some((Rule::HiddenInName, Some(code_point(c))));
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
    fn mojibake_is_told_from_letters() {
        for text in ["schÃ¶n", "20Â°", "donâ€™t"] {
            assert_eq!(character_fault(text, false).unwrap().0, Rule::Mojibake, "{text}");
        }
        for text in ["SÃO", "schön", "“MAÇÔ", "日本語", "a\tb\r\n"] {
            assert_eq!(character_fault(text, false), None, "{text}");
        }
    }

    #[test]
    fn what_is_not_doubtful_has_no_fault() {
        let letters: Vec<char> = (0..=0x3100).chain(0xFE00..=0xFFFF).filter_map(char::from_u32).collect();
        for &letter in &letters {
            for text in [format!("{letter}"), format!("â{letter}"), format!("Ã{letter}"), format!("Â{letter}")] {
                for is_name in [false, true] {
                    let is_doubtful = hints(&text).are_doubtful(is_name);
                    assert!(is_doubtful || character_fault(&text, is_name).is_none(), "{text:?}");
                }
                assert_eq!(hints(&text).has_break(), text.contains(['\n', '\r']), "{text:?}");
            }
        }
        assert!(!hints("日本“語” schön, Größe Ōsaka").are_doubtful(false));
    }

    #[test]
    fn ids_are_named_for_what_happened_to_them() {
        for (cell, rule) in [
            ("6.50906E+23", Rule::IdScientific),
            ("650906123456789000000000", Rule::IdZeroed),
            ("65090612345678900000000000", Rule::IdZeroed),
            ("nope", Rule::NotAnId),
            ("#REF!", Rule::SpreadsheetError),
            ("5.07E23", Rule::IdScientific),
            ("'507f1f77bcf86cd799439011", Rule::LeadingApostrophe),
            ("=\"507f1f77bcf86cd799439011\"", Rule::IdWrapped),
            ("ObjectId(\"507f1f77bcf86cd799439011\")", Rule::IdWrapped),
            ("“507f1f77bcf86cd799439011”", Rule::SmartQuotes),
            ("507f1f77\u{200b}bcf86cd799439011", Rule::HiddenCharacter),
            ("507f1f77\u{a0}bcf86cd799439011", Rule::HiddenCharacter),
        ] {
            assert_eq!(id(cell).unwrap_err().0, rule, "{cell}");
        }
    }

    #[test]
    fn a_plain_cell_is_told_wherever_the_odd_byte_stands() {
        for byte in 0..=255u8 {
            for length in 1..20 {
                for at in 0..length {
                    let text: String = (0..length).map(|n| if n == at { char::from(byte) } else { 'x' }).collect();
                    assert_eq!(is_plain(&text), (0x20..0x7F).contains(&byte), "{text:?}");
                }
            }
        }
        assert!(is_plain(""));
    }

    #[test]
    fn codes_are_named_for_what_happened_to_them() {
        for (code, rule) in [
            ("1.23E+15", Rule::ScientificNumber),
            ("1234567890123450000", Rule::CodeZeroed),
            ("1-Mar", Rule::CodeLikeDate),
            ("Sept-26", Rule::CodeLikeDate),
            ("1. Mrz", Rule::CodeLikeDate),
            ("'00123", Rule::LeadingApostrophe),
            ("=\"00123\"", Rule::Formula),
            ("„SAVE“", Rule::SmartQuotes),
            ("SAVE\u{a0}10", Rule::HiddenCharacter),
            ("#N/A", Rule::SpreadsheetError),
        ] {
            assert_eq!(code_fault(code).map(|fault| fault.0), Some(rule), "{code}");
        }
        for code in ["MAR-1", "SAVE-10", "#1", "12e4", "GÄSTE-1", "A'B"] {
            assert_eq!(code_fault(code), None, "{code}");
        }
    }

    #[test]
    fn yes_and_no_are_read_in_their_own_words_and_named_in_others() {
        for word in TRUE_WORDS.into_iter().chain(["TRUE", "Yes"]) {
            assert_eq!(boolean(word), Ok(true), "{word}");
        }
        for word in FALSE_WORDS {
            assert_eq!(boolean(word), Ok(false), "{word}");
        }
        assert_eq!(boolean("WAHR"), Err((Rule::ForeignBoolean, Some("true".into()))));
        assert_eq!(boolean("FAŁSZ"), Err((Rule::ForeignBoolean, Some("false".into()))));
        assert_eq!(boolean("maybe").unwrap_err().0, Rule::NotABoolean);
    }
}
