//! Bytes → text.
//!
//! In: bytes in one of four encodings, in chunks of any size. Out: text, in pieces that never split a character, and the
//! places where the bytes were no letters: there the text holds U+FFFD, and the row is set aside. Nothing else is lost,
//! and nothing is guessed here but one thing: whether bytes that were all ASCII so far go on as UTF-8 or Windows-1252.
//! Must never know: delimiters, rows.

use super::encoding::Encoding;
use memchr::memchr2;
use std::collections::VecDeque;
use std::mem::take;

/// What the bytes 0x80 to 0x9F stand for in Windows-1252; the five it leaves open are control characters, as in browsers.
const ANSI_80: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘', '’', '“', '”',
    '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// Why bytes are no letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Undecodable {
    /// Bytes that UTF-8 does not have, or half a letter at the end of the file.
    Bytes,
    /// Half of a pair of surrogates.
    Surrogate,
}

/// A place in the text where bytes were no letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    /// The offset of its U+FFFD in all the text of the file.
    pub(super) at: u64,
    pub(super) why: Undecodable,
}

/// Decodes chunks, holding back a character that is not complete.
#[derive(Debug)]
pub(super) struct Decoder {
    encoding: Encoding,
    /// Nothing but ASCII came so far, and the first other byte may still say that this is Windows-1252.
    undecided: bool,
    /// The first bytes of a character whose others are to come: at most three.
    held: Vec<u8>,
    /// The first half of a pair of surrogates.
    high: Option<u16>,
    /// Bytes of text given out so far.
    given: u64,
    /// The first fault of each line, in order, not yet taken by the rows.
    pub(super) faults: VecDeque<Fault>,
    /// The line that is being given out has a fault already.
    marked: bool,
}

impl Decoder {
    /// A decoder of `encoding`. With `undecided` it may turn from UTF-8 to Windows-1252 as long as only ASCII came.
    pub(super) fn new(encoding: Encoding, undecided: bool) -> Self {
        let undecided = undecided && encoding == Encoding::Utf8;
        Self { encoding, undecided, held: Vec::new(), high: None, given: 0, faults: VecDeque::new(), marked: false }
    }

    /// What the bytes turned out to be.
    pub(super) const fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// Appends the text of `chunk`. With `at_end` the file ends with it.
    pub(super) fn push(&mut self, mut chunk: &[u8], at_end: bool, text: &mut String) {
        while let (Encoding::Utf8, false, Some((&next, rest))) = (self.encoding, self.held.is_empty(), chunk.split_first()) {
            self.held.push(next);
            chunk = rest;
            let held = take(&mut self.held);
            self.utf8(&held, text);
        }
        match self.encoding {
            Encoding::Utf8 => self.utf8(chunk, text),
            Encoding::Windows1252 => self.ansi(chunk, text),
            Encoding::Utf16Le => self.utf16(chunk, u16::from_le_bytes, text),
            Encoding::Utf16Be => self.utf16(chunk, u16::from_be_bytes, text),
        }
        if at_end {
            if self.high.take().is_some() {
                self.fault(Undecodable::Surrogate, text);
            }
            if !take(&mut self.held).is_empty() {
                self.fault(Undecodable::Bytes, text);
            }
        }
    }

    fn give(&mut self, piece: &str, text: &mut String) {
        if self.marked && memchr2(b'\n', b'\r', piece.as_bytes()).is_some() {
            self.marked = false;
        }
        self.given += piece.len() as u64;
        text.push_str(piece);
    }

    fn fault(&mut self, why: Undecodable, text: &mut String) {
        // One a line is enough to set the row aside, and a file of garbage does not fill the memory.
        if !self.marked {
            self.faults.push_back(Fault { at: self.given, why });
        }
        self.give("\u{fffd}", text);
        self.marked = true;
    }

    /// Gives out all complete characters and holds back the bytes of one that is not.
    fn utf8(&mut self, mut bytes: &[u8], text: &mut String) {
        loop {
            let (valid, bad) = match std::str::from_utf8(bytes) {
                Ok(piece) => {
                    self.undecided = self.undecided && piece.is_ascii();
                    return self.give(piece, text);
                }
                Err(error) => (error.valid_up_to(), error.error_len()),
            };
            let (piece, rest) = bytes.split_at_checked(valid).unwrap_or((&[], bytes));
            self.undecided = self.undecided && piece.is_ascii();
            self.give(std::str::from_utf8(piece).unwrap_or(""), text);
            let Some(bad) = bad else {
                self.held.extend_from_slice(rest);
                return;
            };
            if self.undecided {
                self.encoding = Encoding::Windows1252;
                return self.ansi(rest, text);
            }
            let why = if matches!(rest, [0xED, 0xA0..=0xBF, ..]) { Undecodable::Surrogate } else { Undecodable::Bytes };
            self.fault(why, text);
            bytes = rest.get(bad..).unwrap_or(&[]);
        }
    }

    fn ansi(&mut self, bytes: &[u8], text: &mut String) {
        for run in bytes.chunk_by(|a, b| a.is_ascii() == b.is_ascii()) {
            if run.is_ascii() {
                text.push_str(std::str::from_utf8(run).unwrap_or(""));
                self.given += run.len() as u64;
                continue;
            }
            for &byte in run {
                let high = usize::from(byte).checked_sub(0x80).and_then(|at| ANSI_80.get(at));
                let letter = high.copied().unwrap_or(char::from(byte));
                text.push(letter);
                self.given += letter.len_utf8() as u64;
            }
        }
    }

    fn utf16(&mut self, mut bytes: &[u8], unit: fn([u8; 2]) -> u16, text: &mut String) {
        if let (Some(&first), Some((&second, rest))) = (self.held.first(), bytes.split_first()) {
            self.held.clear();
            self.unit(unit([first, second]), text);
            bytes = rest;
        }
        let (pairs, odd) = bytes.as_chunks::<2>();
        for &pair in pairs {
            self.unit(unit(pair), text);
        }
        self.held.extend_from_slice(odd);
    }

    fn unit(&mut self, unit: u16, text: &mut String) {
        if let Some(high) = self.high.take() {
            if let Some(Ok(letter)) = char::decode_utf16([high, unit]).next() {
                return self.letter(letter, text);
            }
            self.fault(Undecodable::Surrogate, text);
        }
        match unit {
            0xD800..=0xDBFF => self.high = Some(unit),
            0xDC00..=0xDFFF => self.fault(Undecodable::Surrogate, text),
            _ => self.letter(char::from_u32(u32::from(unit)).unwrap_or('\u{fffd}'), text),
        }
    }

    fn letter(&mut self, letter: char, text: &mut String) {
        self.marked = self.marked && !matches!(letter, '\n' | '\r');
        self.given += letter.len_utf8() as u64;
        text.push(letter);
    }
}

/// The first fault among the `len` bytes of text from `begin` on, and where in them it is. Those before and in it are taken.
pub(super) fn fault_in(faults: &mut VecDeque<Fault>, begin: u64, len: usize) -> Option<(Fault, usize)> {
    let mut found = None;
    while let Some(fault) = faults.front().filter(|fault| fault.at < begin + len as u64) {
        if fault.at >= begin && found.is_none() {
            found = Some((*fault, (fault.at - begin) as usize));
        }
        faults.pop_front();
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Decodes in two chunks; with the faults as (text before them, why).
    fn cut(encoding: Encoding, undecided: bool, bytes: &[u8], at: usize) -> (String, Vec<(u64, Undecodable)>, Encoding) {
        let (mut decoder, mut text) = (Decoder::new(encoding, undecided), String::new());
        let (a, b) = bytes.split_at(at);
        decoder.push(a, false, &mut text);
        decoder.push(b, true, &mut text);
        (text, decoder.faults.iter().map(|fault| (fault.at, fault.why)).collect(), decoder.encoding())
    }

    fn check(encoding: Encoding, bytes: &[u8], expected: &str, faults: &[(u64, Undecodable)]) {
        for at in 0..=bytes.len() {
            assert_eq!(
                cut(encoding, false, bytes, at),
                (expected.to_owned(), faults.to_vec(), encoding),
                "{bytes:?} cut at {at}"
            );
        }
    }

    #[test]
    fn characters_survive_any_cut_in_every_encoding() {
        let whole = "a€ä😀\n";
        check(Encoding::Utf8, whole.as_bytes(), whole, &[]);
        let units: Vec<u16> = whole.encode_utf16().collect();
        check(Encoding::Utf16Le, &units.iter().flat_map(|unit| unit.to_le_bytes()).collect::<Vec<_>>(), whole, &[]);
        check(Encoding::Utf16Be, &units.iter().flat_map(|unit| unit.to_be_bytes()).collect::<Vec<_>>(), whole, &[]);
        check(Encoding::Windows1252, b"a\x80\xE4\x9F\x81\n", "a€äŸ\u{81}\n", &[]);
    }

    #[test]
    fn what_is_no_letter_is_marked_once_a_line() {
        use Undecodable::{Bytes, Surrogate};
        check(Encoding::Utf8, b"a\xFFb\xFF\nc\xFF\xC3", "a\u{fffd}b\u{fffd}\nc\u{fffd}\u{fffd}", &[(1, Bytes), (10, Bytes)]);
        check(Encoding::Utf8, b"\xC3\n\xED\xA0\x80x", "\u{fffd}\n\u{fffd}\u{fffd}\u{fffd}x", &[(0, Bytes), (4, Surrogate)]);
        check(
            Encoding::Utf16Le,
            b"\x00\xD8a\0\n\0\x00\xDC\x00\xD8",
            "\u{fffd}a\n\u{fffd}\u{fffd}",
            &[(0, Surrogate), (5, Surrogate)],
        );
        check(Encoding::Utf16Be, b"\0ab", "a\u{fffd}", &[(1, Bytes)]);
    }

    #[test]
    fn ascii_goes_on_as_what_comes_first() {
        for at in 0..4 {
            assert_eq!(cut(Encoding::Utf8, true, b"ab\xE9d", at), ("abéd".into(), vec![], Encoding::Windows1252), "{at}");
            assert_eq!(cut(Encoding::Utf8, true, b"ab\xC3\xA9\xE9", at).2, Encoding::Utf8, "{at}");
            assert_eq!(cut(Encoding::Utf8, false, b"ab\xE9d", at).2, Encoding::Utf8, "{at}");
        }
    }

    #[test]
    fn windows_1252_reads_every_byte() {
        let all: Vec<u8> = (0..=255).collect();
        let text = cut(Encoding::Windows1252, false, &all, 0).0;
        assert_eq!(text.chars().count(), 256);
        assert!(text.chars().enumerate().all(|(at, c)| (0x80..0xA0).contains(&at) || c as usize == at));
    }
}
