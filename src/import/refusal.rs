//! Why a whole file cannot be read: one variant for each reason, with what to do about it.
//!
//! In: what the steps before the rows found. Out: words. Must never know: cells.

use super::damage::Damage;
use super::rows::MAX_ROWS;
use serde::{Deserialize, Serialize};

/// Bytes in one file, at most: 1 GiB. Cell ends are kept in 32 bits, and a browser gives a worker at most 4 GiB.
pub const MAX_BYTES: u64 = 1 << 30;

/// Columns in one file, at most: twelve times what is documented. A file with more is not a table of products.
pub const MAX_COLUMNS: usize = 512;

/// Bytes in which the header row must end: 1 MiB. It also is what is looked at to tell what a file is.
pub const HEAD_BYTES: usize = 1 << 20;

/// What a file is that is not a CSV, told by its first bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FileKind {
    /// A zip archive, which an .xlsx or .ods workbook is as well.
    Zip,
    /// An old Excel workbook (.xls).
    OldExcel,
    /// A PDF.
    Pdf,
    /// A picture.
    Picture,
    /// A gzip archive.
    Gzip,
    /// A web page or another XML file.
    WebPage,
    /// UTF-32, which no spreadsheet writes.
    Utf32,
}

impl FileKind {
    const fn name(self) -> &'static str {
        match self {
            Self::Zip => "an Excel workbook (.xlsx) or a zip archive",
            Self::OldExcel => "an old Excel workbook (.xls)",
            Self::Pdf => "a PDF",
            Self::Picture => "a picture",
            Self::Gzip => "a gzip archive",
            Self::WebPage => "a web page (or another XML file)",
            Self::Utf32 => "a text in UTF-32",
        }
    }
}

/// What makes a text no JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum JsonFault {
    /// A value should stand here.
    Value,
    /// A comma, or the end of the list or object, should stand here.
    CommaOrEnd,
    /// A field's name in quotes should stand here: a comma too many, perhaps.
    Name,
    /// A colon should stand here.
    Colon,
    /// A text whose quote is never closed.
    OpenText,
    /// A line break or another control character inside a text.
    ControlInText,
    /// A backslash before something it cannot stand before.
    Escape,
    /// Not a number as JSON writes it.
    Number,
    /// The file ends inside a list or an object.
    CutOff,
    /// Something stands behind the end.
    AfterEnd,
    /// Lists in lists in lists.
    TooDeep,
}

impl JsonFault {
    /// What is wrong, as the end of a sentence.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Value => "a value is missing (perhaps a comma is too many), or it is not written as JSON",
            Self::CommaOrEnd => "a comma or a closing bracket is missing",
            Self::Name => "the name of a field, in quotes, is missing; perhaps a comma is too many",
            Self::Colon => "the colon after a field's name is missing",
            Self::OpenText => "a quote is opened and never closed",
            Self::ControlInText => "a text holds a line break or another control character, or its quote is not closed",
            Self::Escape => "a backslash stands before a character it cannot stand before",
            Self::Number => "a number is not written as JSON writes it",
            Self::CutOff => "the file ends before its brackets are closed",
            Self::AfterEnd => "something stands behind the end of the list",
            Self::TooDeep => "lists and objects are nested too deeply",
        }
    }
}

/// Why a whole file is refused. Nothing of it is read further.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Refusal {
    /// No bytes, or only blanks.
    Empty,
    /// Another kind of file under a CSV's name.
    NotACsv(FileKind),
    /// Bytes that no text has, many of them.
    NotText {
        /// The physical line of the first.
        line: u32,
    },
    /// JSON that cannot be read to its end.
    JsonDamaged {
        /// The physical line of the damage.
        line: u32,
        /// What is wrong.
        fault: JsonFault,
    },
    /// Sound JSON that holds no list of products.
    NotProducts {
        /// The physical line it begins on.
        line: u32,
        /// The fields of the object it is, the first 20, each clipped; none if it is no object.
        fields: Vec<String>,
    },
    /// More than [`MAX_BYTES`].
    TooLarge {
        /// The file's size in bytes.
        bytes: u64,
    },
    /// The bytes that came are not as many as the file was said to have: it changed while it was read.
    SizeChanged {
        /// Bytes it was said to have.
        expected: u64,
        /// Bytes that came.
        read: u64,
    },
    /// More than [`MAX_ROWS`].
    TooManyRows,
    /// More than [`MAX_COLUMNS`].
    TooManyColumns {
        /// Columns in the header row.
        columns: u32,
    },
    /// The first row does not end within [`HEAD_BYTES`].
    HeaderTooLong,
    /// The header row's quotes are not in order.
    HeaderDamaged {
        /// The physical line of the damage.
        line: u32,
        /// What is wrong.
        damage: Damage,
    },
    /// Two columns that mean the same.
    SameColumnTwice {
        /// The documented header.
        header: String,
        /// Position of the first, from 1.
        first: u32,
        /// Position of the second, from 1.
        second: u32,
    },
    /// No column "Product ID".
    NoProductId {
        /// The headers found, the first 20, each clipped.
        headers: Vec<String>,
    },
    /// A header row and nothing below it.
    NoRows,
    /// A list of products, in JSON, with nothing in it.
    EmptyList,
}

impl Refusal {
    /// What is wrong, and where.
    #[must_use]
    pub fn message(&self) -> String {
        match self {
            Self::Empty => "The file is empty.".into(),
            Self::NotACsv(kind) => format!("This is not a CSV file but {}.", kind.name()),
            Self::NotText { line } => {
                format!("This is not a text: from line {line} on it holds bytes that no CSV has, or it is damaged.")
            }
            Self::JsonDamaged { line, fault } => format!("The JSON is damaged on line {line}: {}.", fault.words()),
            Self::NotProducts { fields, .. } if fields.is_empty() => "This JSON holds no list of products.".into(),
            Self::NotProducts { fields, .. } => {
                format!("This JSON is an object, and holds no list of products. Its fields are: {}.", fields.join(", "))
            }
            Self::TooLarge { bytes } => {
                format!("The file is too large: {} MB, and at most {} MB are read.", bytes >> 20, MAX_BYTES >> 20)
            }
            Self::SizeChanged { expected, read } => {
                format!("The file changed while it was being read: {read} bytes came instead of {expected}.")
            }
            Self::TooManyRows => format!("The file has more than {MAX_ROWS} rows."),
            Self::TooManyColumns { columns } => {
                format!("The header row has {columns} columns, and at most {MAX_COLUMNS} are read.")
            }
            Self::HeaderTooLong => format!("The first row does not end within {} KB.", HEAD_BYTES >> 10),
            Self::HeaderDamaged { line, damage } => {
                let what = match damage {
                    Damage::QuoteInside => "a quote stands inside a cell that does not begin with one",
                    Damage::TextAfterQuote => "there is text after a closing quote",
                    _ => "a quote is opened and never closed",
                };
                format!("The header row is damaged on line {line}: {what}.")
            }
            Self::SameColumnTwice { header, first, second } => {
                format!("The column “{header}” is there twice: as column {first} and as column {second}.")
            }
            Self::NoProductId { headers } => {
                format!("There is no column “Product ID”. The headers found are: {}.", headers.join(", "))
            }
            Self::EmptyList => "The list of products is empty.".into(),
            Self::NoRows => "The file has a header row and nothing below it.".into(),
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn cure(&self) -> String {
        match self {
            Self::Empty | Self::NoRows | Self::EmptyList => {
                "Choose the file with the rows to update, or start from the template."
            }
            Self::NotACsv(FileKind::Zip | FileKind::OldExcel) => {
                "Open it in the spreadsheet program and save it as “CSV UTF-8 (comma delimited)”."
            }
            Self::NotACsv(FileKind::Gzip) => "Unpack it first, and choose the CSV file inside.",
            Self::NotACsv(FileKind::WebPage) => {
                "It is perhaps a sign-in or error page that was saved in place of the file. Export the file again."
            }
            Self::NotACsv(FileKind::Utf32) => "Save it as UTF-8.",
            Self::NotACsv(_) => "Choose a CSV file.",
            Self::JsonDamaged { .. } => "Put it right there, or export the file again. Nothing of it is read until it is whole.",
            Self::NotProducts { .. } => {
                "The list of products must be the whole file, in square brackets, or stand under “products”: \
                 [{\"productID\": \"…\", \"name\": \"…\"}]."
            }
            Self::NotText { .. } | Self::SizeChanged { .. } => "Save or export the file again, and choose it anew.",
            Self::TooLarge { .. } | Self::TooManyRows => "Split it into several files, each with the header row.",
            Self::TooManyColumns { .. } | Self::HeaderTooLong => {
                "Make sure that the first row holds the headers, and delete the columns that are not products' fields."
            }
            Self::HeaderDamaged { .. } => "Write the headers in the first row without quotes.",
            Self::SameColumnTwice { .. } => "Say which of the two counts, or delete the other in the file.",
            Self::NoProductId { .. } => {
                "The first row must hold the headers, one of them “Product ID”. The template has them all."
            }
        }
        .into()
    }
}
