//! What a file is, told by its content: the name it goes by says nothing.
//!
//! In: the first bytes, or the names inside a zip. Out: a [`Kind`]. Must never know: what is in a sheet.

use super::package::Package;
use super::refusal::Refusal;
use memchr::memmem::Finder;
use std::io::{Read, Seek, SeekFrom};

/// What a file is that is not an `.xlsx`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An Office file protected with a password to open it.
    Encrypted,
    /// Excel 97–2003 (.xls), which comes in the same container.
    OldExcel,
    /// Another file in that container: an old Word document, a mail.
    OldOffice,
    /// OpenDocument (.ods).
    OpenDocument,
    /// A binary workbook (.xlsb).
    Binary,
    /// Apple Numbers.
    Numbers,
    /// A Word document or a presentation.
    OtherOffice,
    /// A zip archive of something else.
    Zip,
    /// A zip archive with a password.
    LockedZip,
    /// XML: a workbook in Excel's format of 2003, or something else.
    Xml,
    /// A web page under a workbook's name, as some shops export it.
    WebPage,
    /// No container that a workbook comes in.
    Other,
}

const ZIP: [&[u8]; 2] = [b"PK\x03\x04", b"PK\x05\x06"];
const OLE: &[u8] = b"\xD0\xCF\x11\xE0";

/// Whether a file with these first bytes (eight are enough) is for the workbook's worker: to be read, or to be named for what it is.
#[must_use]
pub fn looks_like_workbook(head: &[u8]) -> bool {
    head.starts_with(OLE) || ZIP.iter().any(|magic| head.starts_with(magic))
}

/// Looks at the beginning; a zip passes.
///
/// # Errors
/// [`Refusal::NotXlsx`] for anything but a zip, [`Refusal::Unreadable`] when reading fails.
pub(super) fn container<R: Read + Seek>(file: &mut R) -> Result<(), Refusal> {
    file.seek(SeekFrom::Start(0))?;
    let mut head = Vec::with_capacity(512);
    file.by_ref().take(512).read_to_end(&mut head)?;
    if ZIP.iter().any(|magic| head.starts_with(magic)) {
        return Ok(());
    }
    if head.starts_with(OLE) {
        return Err(Refusal::NotXlsx(inside_ole(file)?));
    }
    let text = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&head).trim_ascii_start();
    let start = text.get(..text.len().min(16)).unwrap_or(text).to_ascii_lowercase();
    Err(Refusal::NotXlsx(if start.starts_with(b"<!doctype") || start.starts_with(b"<html") || start.starts_with(b"<table") {
        Kind::WebPage
    } else if start.starts_with(b"<?xml") {
        Kind::Xml
    } else {
        Kind::Other
    }))
}

/// The container's directory names its streams in UTF-16; it may lie anywhere in the file.
fn inside_ole<R: Read + Seek>(file: &mut R) -> Result<Kind, Refusal> {
    let wide = |name: &str| name.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let (encrypted, book, book5) = (wide("EncryptedPackage\0"), wide("Workbook\0"), wide("Book\0"));
    let names =
        [(Finder::new(&encrypted), Kind::Encrypted), (Finder::new(&book), Kind::OldExcel), (Finder::new(&book5), Kind::OldExcel)];
    file.seek(SeekFrom::Start(0))?;
    let mut piece = Vec::new();
    let mut found = Kind::OldOffice;
    loop {
        // A name may lie across two pieces.
        piece.drain(..piece.len().saturating_sub(64));
        let kept = piece.len();
        file.by_ref().take(1 << 20).read_to_end(&mut piece)?;
        for (name, kind) in &names {
            if name.find(&piece).is_some() {
                found = *kind;
                if found == Kind::Encrypted {
                    return Ok(found);
                }
            }
        }
        if piece.len() == kept {
            return Ok(found);
        }
    }
}

/// What a zip is that has no workbook's parts.
pub(super) fn inside_zip<R: Read + Seek>(package: &mut Package<R>) -> Kind {
    if package.has("xl/workbook.bin") {
        return Kind::Binary;
    }
    if package.has("word/document.xml") || package.has("ppt/presentation.xml") {
        return Kind::OtherOffice;
    }
    if package.has("Index/Document.iwa") || package.has("Index.zip") {
        return Kind::Numbers;
    }
    match package.small("mimetype") {
        Ok(Some(text)) if text.starts_with(b"application/vnd.oasis.opendocument.spreadsheet") => Kind::OpenDocument,
        Ok(Some(text)) if text.starts_with(b"application/vnd.oasis") => Kind::OtherOffice,
        Err(Refusal::NotXlsx(Kind::LockedZip)) => Kind::LockedZip,
        _ => Kind::Zip,
    }
}
