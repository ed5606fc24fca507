//! Bytes → text.
//!
//! In: bytes, in chunks of any size. Out: the same bytes as text, in pieces that never split a character; or the reason
//! why the file is none. Must never know: delimiters, rows.

use super::refusal::{FileKind, Refusal};
use memchr::memchr;

/// How the first bytes of other kinds of files look.
const MAGIC: [(&[u8], FileKind); 13] = [
    (b"PK\x03\x04", FileKind::Zip),
    (b"PK\x05\x06", FileKind::Zip),
    (b"\xD0\xCF\x11\xE0", FileKind::OldExcel),
    (b"%PDF-", FileKind::Pdf),
    (b"\x89PNG", FileKind::Picture),
    (b"\xFF\xD8\xFF", FileKind::Picture),
    (b"GIF8", FileKind::Picture),
    (b"RIFF", FileKind::Picture),
    (b"\x1F\x8B", FileKind::Gzip),
    (b"<!", FileKind::WebPage),
    (b"<html", FileKind::WebPage),
    (b"<HTML", FileKind::WebPage),
    (b"<?xml", FileKind::WebPage),
];

const BOM: &[u8] = b"\xEF\xBB\xBF";

/// Looks at the beginning of a file and says how many bytes of it are a byte order mark.
///
/// # Errors
/// [`Refusal::Empty`], [`Refusal::NotACsv`] or [`Refusal::Utf16`].
pub(super) fn sniff(head: &[u8]) -> Result<usize, Refusal> {
    let mark = if head.starts_with(BOM) { BOM.len() } else { 0 };
    let body = head.get(mark..).unwrap_or(&[]);
    if body.trim_ascii().is_empty() {
        return Err(Refusal::Empty);
    }
    if head.starts_with(b"\xFF\xFE") || head.starts_with(b"\xFE\xFF") {
        return Err(Refusal::Utf16);
    }
    if let Some((_, kind)) = MAGIC.iter().find(|(magic, _)| body.trim_ascii_start().starts_with(magic)) {
        return Err(Refusal::NotACsv(*kind));
    }
    if let Some(b'{' | b'[') = body.trim_ascii_start().first() {
        return Err(Refusal::NotACsv(FileKind::Json));
    }
    // UTF-16 without a mark: the headers are ASCII, so every second byte of the beginning is NUL.
    let beginning = body.get(..body.len().min(64)).unwrap_or(body);
    let nuls = |parity: usize| beginning.iter().skip(parity).step_by(2).filter(|&&b| b == 0).count();
    if beginning.len() >= 4 && nuls(0).max(nuls(1)) * 3 >= beginning.len() && nuls(0).min(nuls(1)) == 0 {
        return Err(Refusal::Utf16);
    }
    Ok(mark)
}

/// What ends the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// A NUL byte comes next.
    Nul,
    /// Bytes that are not UTF-8 come next.
    NotUtf8,
}

/// Checks chunks for UTF-8, holding back a character that is not complete.
#[derive(Debug, Default)]
pub(super) struct Decoder {
    /// The first bytes of a character whose others are to come: at most three.
    held: Vec<u8>,
}

impl Decoder {
    /// Appends the text of `chunk` to `text`; says so when it does not go on.
    pub(super) fn push(&mut self, mut chunk: &[u8], text: &mut String) -> Option<Stop> {
        while let (false, Some((&first, rest))) = (self.held.is_empty(), chunk.split_first()) {
            self.held.push(first);
            match std::str::from_utf8(&self.held) {
                Ok(character) => {
                    text.push_str(character);
                    self.held.clear();
                }
                Err(error) if error.error_len().is_some() => return Some(Stop::NotUtf8),
                Err(_) => {}
            }
            chunk = rest;
        }
        // A NUL is valid UTF-8, so the two are looked for one after the other and the first of them counts.
        let nul = memchr(0, chunk);
        let valid = nul.map_or(chunk, |at| chunk.get(..at).unwrap_or(chunk));
        match std::str::from_utf8(valid) {
            Ok(piece) => {
                text.push_str(piece);
                nul.map(|_| Stop::Nul)
            }
            Err(error) => {
                let (piece, rest) = valid.split_at_checked(error.valid_up_to()).unwrap_or((&[], valid));
                text.push_str(std::str::from_utf8(piece).unwrap_or(""));
                if error.error_len().is_some() || nul.is_some() {
                    return Some(Stop::NotUtf8);
                }
                self.held.extend_from_slice(rest);
                None
            }
        }
    }

    /// Whether the file ended inside a character.
    pub(super) const fn is_cut(&self) -> bool {
        !self.held.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_survive_any_cut() {
        let whole = "a€ä😀\n";
        for cut in 0..=whole.len() {
            let (mut decoder, mut text) = (Decoder::default(), String::new());
            let (a, b) = whole.as_bytes().split_at(cut);
            assert_eq!((decoder.push(a, &mut text), decoder.push(b, &mut text)), (None, None));
            assert_eq!(text, whole);
        }
    }

    #[test]
    fn the_first_of_two_faults_counts() {
        for (bytes, stop) in [(&b"a\xFFb\0"[..], Stop::NotUtf8), (b"a\0b\xFF", Stop::Nul), (b"a\xC3\0", Stop::NotUtf8)] {
            for cut in 0..bytes.len() {
                let (mut decoder, mut text) = (Decoder::default(), String::new());
                let (a, b) = bytes.split_at(cut);
                let found = decoder.push(a, &mut text).or_else(|| decoder.push(b, &mut text));
                assert_eq!((found, text.as_str()), (Some(stop), "a"), "{bytes:?} cut at {cut}");
            }
        }
    }
}
