//! The file behind a run: its bytes, however often they are needed, and what tells it from other files.
//!
//! In: a dropped file, or a text that was pasted. Out: bytes, the head, a fingerprint. Must never know: what the bytes mean.

use crate::engine::hands::DroppedFile;
use crate::engine::protocol::{Fingerprint, Source};
use futures::future::LocalBoxFuture;
use std::rc::Rc;

/// A file that is kept while its run goes on, so that it can be read again.
pub struct KeptSource {
    /// The bytes.
    pub file: Rc<dyn DroppedFile>,
    /// The file's name.
    pub name: String,
    /// Where it came from.
    pub source: Source,
}

/// A file in memory.
pub struct InMemory(pub Vec<u8>);

impl DroppedFile for InMemory {
    fn size(&self) -> u64 {
        self.0.len() as u64
    }

    fn read(&self, from: u64, to: u64) -> LocalBoxFuture<'static, Result<Vec<u8>, String>> {
        let range = usize::try_from(from).unwrap_or(usize::MAX)..usize::try_from(to).unwrap_or(usize::MAX);
        let bytes = self.0.get(range).unwrap_or(&[]).to_vec();
        Box::pin(async move { Ok(bytes) })
    }
}

/// A hash of bytes that come in pieces: eight at a time, so that it costs next to nothing beside reading them.
#[derive(Clone, Copy, Debug, Default)]
pub struct Hashing {
    size: u64,
    hash: u64,
    /// Bytes that do not fill a word yet, as the low bytes of one.
    rest: u64,
}

impl Hashing {
    const FACTOR: u64 = 0x517c_c1b7_2722_0a95;

    /// Takes the next bytes. Where they are cut makes no difference.
    pub fn push(&mut self, mut bytes: &[u8]) {
        while !self.size.is_multiple_of(8)
            && let Some((first, later)) = bytes.split_first()
        {
            self.byte(*first);
            bytes = later;
        }
        let (words, rest) = bytes.as_chunks::<8>();
        for word in words {
            self.word(u64::from_le_bytes(*word));
        }
        self.size += words.len() as u64 * 8;
        for byte in rest {
            self.byte(*byte);
        }
    }

    fn byte(&mut self, byte: u8) {
        self.rest |= u64::from(byte) << (self.size % 8 * 8);
        self.size += 1;
        if self.size.is_multiple_of(8) {
            let word = std::mem::take(&mut self.rest);
            self.word(word);
        }
    }

    const fn word(&mut self, word: u64) {
        self.hash = (self.hash.rotate_left(5) ^ word).wrapping_mul(Self::FACTOR);
    }

    /// What there is so far.
    #[must_use]
    pub const fn fingerprint(mut self) -> Fingerprint {
        let (size, rest) = (self.size, self.rest);
        self.word(rest);
        self.word(size);
        // A product mixes only upwards.
        Fingerprint { size, hash: self.hash ^ (self.hash >> 32) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(pieces: &[&[u8]]) -> Fingerprint {
        let mut hashing = Hashing::default();
        pieces.iter().for_each(|piece| hashing.push(piece));
        hashing.fingerprint()
    }

    #[test]
    fn every_byte_counts_and_no_cut_does() {
        let text: Vec<u8> = (0..100).map(|n| (n * 37) as u8).collect();
        let whole = of(&[&text]);
        for cut in 0..100 {
            let (a, b) = text.split_at(cut);
            assert_eq!(of(&[a, b]), whole, "{cut}");
            let mut other = text.clone();
            other[cut] ^= 1;
            assert_ne!(of(&[&other]), whole, "{cut}");
        }
        assert_ne!(of(&[b"a"]), of(&[b"a\0"]));
        assert_eq!(whole, Fingerprint { size: 100, hash: 6_476_378_644_941_534_293 }, "it is kept in people's browsers");
    }
}
