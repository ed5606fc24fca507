//! The blanks around a text.
//!
//! In: a text of which nearly every one has none. Out: the text without them. Must never know: what the text means.

/// The text without the blanks around it: what [`str::trim`] gives, and nearly at once where it begins and ends with a character
/// of ASCII that is seen, as nearly every cell of a file does.
#[must_use]
pub fn trimmed(text: &str) -> &str {
    match text.as_bytes() {
        [] => text,
        [one] if one.is_ascii_graphic() => text,
        [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic() => text,
        _ => text.trim(),
    }
}

/// Whether a text is empty but for blanks. Nearly always its first character tells.
#[must_use]
pub fn is_blank(text: &str) -> bool {
    text.chars().all(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_what_trim_gives() {
        let ends = ["", " ", "\t", "\n", "\u{a0}", "\u{3000}", "\u{85}", "\u{feff}", "é", "\u{7f}", "x", "\"", "\u{0}"];
        for first in ends {
            for middle in ["", "a b", "日"] {
                for last in ends {
                    let text = format!("{first}{middle}{last}");
                    assert_eq!(trimmed(&text), text.trim(), "{text:?}");
                    assert_eq!(is_blank(&text), text.trim().is_empty(), "{text:?}");
                }
            }
        }
    }
}
