//! The beginning of a file → what kind of file it is, and how its letters are encoded.
//!
//! In: the first bytes. Out: an [`Encoding`] with the reasons for it, or the reason why the file is no text. Must never
//! know: delimiters, rows.

use super::refusal::{FileKind, Refusal};
use serde::{Deserialize, Serialize};

/// How the letters of a file are written as bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Encoding {
    /// UTF-8, with or without a byte order mark.
    #[default]
    Utf8,
    /// UTF-16, low byte first: what Excel calls "Unicode text".
    Utf16Le,
    /// UTF-16, high byte first.
    Utf16Be,
    /// Windows-1252, the Western European "ANSI" of Windows; it contains what is printable of Latin-1.
    Windows1252,
}

impl Encoding {
    /// All that can be chosen.
    pub const ALL: [Self; 4] = [Self::Utf8, Self::Windows1252, Self::Utf16Le, Self::Utf16Be];

    /// Its name, for people.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Utf16Le => "UTF-16 (low byte first)",
            Self::Utf16Be => "UTF-16 (high byte first)",
            Self::Windows1252 => "Windows-1252 (Western European)",
        }
    }

    /// The byte order mark that a file in this encoding may begin with.
    pub(super) const fn mark(self) -> &'static [u8] {
        match self {
            Self::Utf8 => b"\xEF\xBB\xBF",
            Self::Utf16Le => b"\xFF\xFE",
            Self::Utf16Be => b"\xFE\xFF",
            Self::Windows1252 => b"",
        }
    }
}

/// How the first bytes of other kinds of files look.
const MAGIC: [(&[u8], FileKind); 15] = [
    (b"PK\x03\x04", FileKind::Zip),
    (b"PK\x05\x06", FileKind::Zip),
    (b"\xD0\xCF\x11\xE0", FileKind::OldExcel),
    (b"%PDF-", FileKind::Pdf),
    (b"\x89PNG", FileKind::Picture),
    (b"\xFF\xD8\xFF", FileKind::Picture),
    (b"GIF8", FileKind::Picture),
    (b"RIFF", FileKind::Picture),
    (b"\x1F\x8B", FileKind::Gzip),
    (b"\xFF\xFE\0\0", FileKind::Utf32),
    (b"\0\0\xFE\xFF", FileKind::Utf32),
    (b"<!", FileKind::WebPage),
    (b"<html", FileKind::WebPage),
    (b"<HTML", FileKind::WebPage),
    (b"<?xml", FileKind::WebPage),
];

/// Bytes looked at for UTF-16 without a mark.
const PARITY_BYTES: usize = 1024;

/// How the letters seem to be written, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct EncodingGuess {
    pub(super) encoding: Encoding,
    /// The file begins with a byte order mark.
    pub(super) mark: bool,
    /// Whether anything in the head tells it from the others: ASCII alone reads the same in UTF-8 and in Windows-1252.
    pub(super) decided: bool,
    /// Whether the signs contradict each other.
    pub(super) mixed: bool,
    pub(super) why: String,
}

/// Tells the encoding from the head of a file; with `is_whole` the head is all of it.
///
/// # Errors
/// [`Refusal::Empty`], [`Refusal::NotACsv`] or [`Refusal::NotText`].
pub(super) fn tell(head: &[u8], is_whole: bool) -> Result<EncodingGuess, Refusal> {
    if let Some(kind) = other_kind(head) {
        return Err(Refusal::NotACsv(kind));
    }
    let sure = |encoding, mark, why: &str| EncodingGuess { encoding, mark, decided: true, mixed: false, why: why.to_owned() };
    for encoding in [Encoding::Utf8, Encoding::Utf16Le, Encoding::Utf16Be] {
        let Some(body) = head.strip_prefix(encoding.mark()) else { continue };
        if is_blank(body) {
            return Err(Refusal::Empty);
        }
        if let (Encoding::Utf8, Some(kind)) = (encoding, other_kind(body)) {
            return Err(Refusal::NotACsv(kind));
        }
        return Ok(sure(encoding, true, &format!("It begins with the byte order mark of {}.", encoding.name())));
    }
    if is_blank(head) {
        return Err(Refusal::Empty);
    }
    if let Some(encoding) = bare_utf16(head) {
        return Ok(sure(encoding, false, "Every second byte of its beginning is zero, as in UTF-16."));
    }
    let controls = head.iter().filter(|&&b| b < 0x20 && !matches!(b, b'\t' | b'\n' | b'\r' | 0x0B | 0x0C | 0x1A)).count();
    if controls * 10 > head.len() {
        let first = head.iter().position(|&b| b < 0x09).unwrap_or(0);
        return Err(Refusal::NotText { line: 1 + super::scan::line_breaks(head.get(..first).unwrap_or(&[])) });
    }
    Ok(utf8_or_ansi(head, is_whole))
}

/// A kind of file whose first bytes are its own.
fn other_kind(head: &[u8]) -> Option<FileKind> {
    let body = head.trim_ascii_start();
    MAGIC.iter().find(|(magic, _)| head.starts_with(magic) || body.starts_with(magic)).map(|(_, kind)| *kind)
}

/// Nothing but blanks, in any of the encodings.
fn is_blank(bytes: &[u8]) -> bool {
    bytes.iter().all(|&b| b == 0 || b.is_ascii_whitespace())
}

/// UTF-16 without a mark: headers and ids are ASCII, so that nearly every second byte is zero, and nearly no other is.
fn bare_utf16(head: &[u8]) -> Option<Encoding> {
    let beginning = head.get(..head.len().min(PARITY_BYTES)).unwrap_or(head);
    let zeros = |parity: usize| beginning.iter().skip(parity).step_by(2).filter(|&&b| b == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let is_it = |many: usize, few: usize| beginning.len() >= 4 && many * 4 >= beginning.len() && few * 20 <= many;
    if is_it(odd, even) {
        Some(Encoding::Utf16Le)
    } else if is_it(even, odd) {
        Some(Encoding::Utf16Be)
    } else {
        None
    }
}

/// Counts what in the head is UTF-8 beyond ASCII, and what cannot be.
fn utf8_or_ansi(head: &[u8], is_whole: bool) -> EncodingGuess {
    let (mut letters, mut broken, mut cut) = (0_usize, 0_usize, false);
    let mut rest = head;
    while !rest.is_empty() {
        let (valid, bad) = match std::str::from_utf8(rest) {
            Ok(_) => (rest.len(), 0),
            // A letter cut by the end of the head, or of the file, speaks for no encoding.
            Err(error) => (error.valid_up_to(), error.error_len().unwrap_or(0)),
        };
        let (text, after) = rest.split_at_checked(valid).unwrap_or((rest, &[]));
        // Broken bytes side by side are one letter, or one thing that is none.
        let apart = !text.is_empty() || rest.len() == head.len();
        letters += text.iter().filter(|&&b| b >= 0xC0).count();
        broken += usize::from(bad > 0 && apart);
        cut |= bad == 0 && !after.is_empty();
        rest = if bad == 0 { &[] } else { after.get(bad..).unwrap_or(&[]) };
    }
    let guess = |encoding, decided, mixed, why: String| EncodingGuess { encoding, mark: false, decided, mixed, why };
    match (letters, broken) {
        (0, 0) if cut && is_whole => guess(Encoding::Utf8, true, false, "It ends in the middle of a letter in UTF-8.".into()),
        (0, 0) => guess(Encoding::Utf8, false, false, "It has only letters that are the same in every encoding.".into()),
        (_, 0) => guess(Encoding::Utf8, true, false, format!("All its {letters} letters beyond ASCII are UTF-8.")),
        (0, _) => {
            let why = format!("It has letters that UTF-8 cannot have ({broken} seen), and none that is UTF-8.");
            guess(Encoding::Windows1252, true, undefined(head), why)
        }
        (letters, broken) if letters >= broken => {
            let why = format!("Letters beyond ASCII: {letters} in UTF-8, and {broken} that cannot be, whose rows are set aside.");
            guess(Encoding::Utf8, true, true, why)
        }
        _ => {
            let why =
                format!("Letters beyond ASCII: {broken} that cannot be UTF-8, and {letters} that may be, and then look wrong.");
            guess(Encoding::Windows1252, true, true, why)
        }
    }
}

/// Whether there is a byte that Windows-1252 gives no letter.
fn undefined(head: &[u8]) -> bool {
    head.iter().any(|b| matches!(b, 0x81 | 0x8D | 0x8F | 0x90 | 0x9D))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoding(head: &[u8]) -> Encoding {
        tell(head, true).unwrap().encoding
    }

    #[test]
    fn marks_and_zeros_and_letters_tell_the_encoding() {
        assert_eq!(encoding(b"\xEF\xBB\xBFa"), Encoding::Utf8);
        assert_eq!(encoding(b"\xFF\xFEa\0"), Encoding::Utf16Le);
        assert_eq!(encoding(b"\xFE\xFF\0a"), Encoding::Utf16Be);
        assert_eq!(encoding(b"a\0,\0b\0\n\0"), Encoding::Utf16Le);
        assert_eq!(encoding(b"\0a\0,\0b\0\n"), Encoding::Utf16Be);
        assert_eq!(encoding("a,é\n".as_bytes()), Encoding::Utf8);
        assert_eq!(encoding(b"a,\xE9\n"), Encoding::Windows1252);
        assert_eq!(encoding("Grün,schön,\u{e9}".as_bytes()), Encoding::Utf8);
        // A letter that is cut says nothing.
        assert!(!tell(b"a,\xC3", false).unwrap().decided);
    }

    #[test]
    fn the_majority_wins_where_two_encodings_are_mixed() {
        let mostly_utf8 = "é,ü,ö\nx".as_bytes();
        let mixed = [mostly_utf8, b"\xE9,\n"].concat();
        let guess = tell(&mixed, true).unwrap();
        assert_eq!((guess.encoding, guess.mixed), (Encoding::Utf8, true));
        let guess = tell(b"\xE9,\xFC,\xF6,\xC3\xA9\n", true).unwrap();
        assert_eq!((guess.encoding, guess.mixed), (Encoding::Windows1252, true));
    }

    #[test]
    fn what_is_no_text_is_refused() {
        assert_eq!(tell(b"a\0\0\0\0\0b\x01", true), Err(Refusal::NotText { line: 1 }));
        assert_eq!(tell(b"\xFF\xFE\0\0a\0\0\0", true), Err(Refusal::NotACsv(FileKind::Utf32)));
        assert_eq!(tell(b"\xFF\xFE \0\n\0", true), Err(Refusal::Empty));
        // One control character is a matter of its cell.
        assert_eq!(encoding(b"Product ID,Name\nx,a\0b\n"), Encoding::Utf8);
    }
}
