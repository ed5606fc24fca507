//! The zip that a workbook is, with a limit on what comes out of it.
//!
//! In: a file. Out: its parts by name, each as a stream that is inflated while it is read, and never beyond what is allowed. Must never
//! know: what a part means.
//!
//! A small file can unpack to anything. So nothing is unpacked that is not read; all that is read counts towards one limit; and a
//! single piece of markup or text longer than [`MAX_PIECE`] ends the reading, since the XML reader holds a piece in memory.

use super::kind::Kind;
use super::refusal::Refusal;
use std::io::{self, BufRead, BufReader, Read, Seek};
use zip::ZipArchive;
use zip::result::ZipError;

/// Bytes in one workbook file, and in the CSV of one sheet, at most: 1 GiB, what `import` reads.
pub const MAX_BYTES: u64 = 1 << 30;

/// Bytes that one reading of a part may unpack, at most: 3 GiB. A sheet of a million rows and 40 columns takes about half of it.
pub const MAX_INFLATED: u64 = 3 << 30;

/// Bytes of shared strings that are held, at most: 512 MiB. A program in a browser has at most 4 GiB.
pub const MAX_SHARED: usize = 512 << 20;

/// Bytes of one tag or one run of text, at most: 8 MiB. A cell holds at most 32,767 characters.
const MAX_PIECE: u64 = 8 << 20;

/// Bytes of a part that is read as a whole.
const MAX_SMALL: u64 = 1 << 20;

/// The parts of a workbook.
pub(super) struct Package<R> {
    archive: ZipArchive<R>,
    limit: u64,
}

/// A part that is being read.
pub(super) type Part<'a> = Metered<BufReader<Box<dyn Read + 'a>>>;

impl<R: Read + Seek> Package<R> {
    /// Reads the directory. `limit` is [`MAX_INFLATED`] but in tests.
    pub(super) fn open(file: R, limit: u64) -> Result<Self, Refusal> {
        let archive = ZipArchive::new(file).map_err(|error| refusal("the directory of the zip archive", error))?;
        Ok(Self { archive, limit })
    }

    /// The index of a part. Names are compared without case, as the format demands, and with either slash, as some programs write.
    fn index(&self, name: &str) -> Option<usize> {
        self.archive.index_for_name(name).or_else(|| {
            let wanted = name.as_bytes();
            let same = |(a, b): (&u8, &u8)| a.eq_ignore_ascii_case(b) || (*a == b'\\' && *b == b'/');
            (0..self.archive.len()).find(|&index| {
                let found = self.archive.name_for_index(index).and_then(Result::ok).unwrap_or_default();
                found.len() == wanted.len() && found.as_bytes().iter().zip(wanted).all(same)
            })
        })
    }

    /// Whether a part is there.
    pub(super) fn has(&self, name: &str) -> bool {
        self.index(name).is_some()
    }

    /// Opens a part; `None` where there is none of that name.
    pub(super) fn part(&mut self, name: &str) -> Result<Option<Part<'_>>, Refusal> {
        let Some(index) = self.index(name) else { return Ok(None) };
        let file = self.archive.by_index(index).map_err(|error| refusal(name, error))?;
        let reader: Box<dyn Read + '_> = Box::new(file);
        Ok(Some(Metered { inner: BufReader::with_capacity(64 << 10, reader), left: self.limit, piece: 0 }))
    }

    /// The beginning of a small part, as bytes.
    pub(super) fn small(&mut self, name: &str) -> Result<Option<Vec<u8>>, Refusal> {
        let Some(part) = self.part(name)? else { return Ok(None) };
        let mut bytes = Vec::new();
        part.inner.take(MAX_SMALL).read_to_end(&mut bytes).map_err(|error| refusal(name, ZipError::Io(error)))?;
        Ok(Some(bytes))
    }
}

/// A reader that stops when more comes out of it than may.
pub(super) struct Metered<B> {
    inner: B,
    left: u64,
    piece: u64,
}

impl<B> Metered<B> {
    /// The next piece begins.
    pub(super) const fn begin_piece(&mut self) {
        self.piece = 0;
    }
}

impl<B: BufRead> Read for Metered<B> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let bytes = self.fill_buf()?;
        let count = bytes.len().min(into.len());
        if let (Some(from), Some(to)) = (bytes.get(..count), into.get_mut(..count)) {
            to.copy_from_slice(from);
        }
        self.consume(count);
        Ok(count)
    }
}

impl<B: BufRead> BufRead for Metered<B> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.left == 0 || self.piece > MAX_PIECE {
            return Err(io::Error::other(TooMuch));
        }
        self.inner.fill_buf()
    }

    fn consume(&mut self, count: usize) {
        self.left = self.left.saturating_sub(count as u64);
        self.piece += count as u64;
        self.inner.consume(count);
    }
}

/// What [`Metered`] fails with.
#[derive(Debug, thiserror::Error)]
#[error("too much comes out of it")]
struct TooMuch;

/// What an error in a part means.
pub(super) fn refusal(part: &str, error: ZipError) -> Refusal {
    let damaged = |what: String| Refusal::Damaged { part: part.to_owned(), what };
    match error {
        ZipError::UnsupportedArchive(words) if words == ZipError::PASSWORD_REQUIRED => Refusal::NotXlsx(Kind::LockedZip),
        ZipError::UnsupportedArchive(_) | ZipError::CompressionMethodNotSupported(_) => {
            damaged("it is packed in a way that workbooks do not use".into())
        }
        ZipError::Io(error) => input(part, &error),
        _ => damaged("the zip archive is cut off or was changed".into()),
    }
}

/// What an error while reading a part means.
pub(super) fn input(part: &str, error: &io::Error) -> Refusal {
    if error.get_ref().is_some_and(|inner| inner.is::<TooMuch>()) {
        return Refusal::Inflates { part: part.to_owned() };
    }
    if error.get_ref().is_some_and(|inner| inner.is::<super::refusal::FileError>()) {
        return Refusal::Unreadable(error.to_string());
    }
    // What is left are packed bytes that cannot be unpacked, or that do not give the sum the archive names.
    Refusal::Damaged { part: part.to_owned(), what: "what is packed there cannot be unpacked".into() }
}
