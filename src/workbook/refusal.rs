//! Why a workbook or a sheet cannot be converted: one variant for each reason, with what to do about it.
//!
//! In: what the steps found. Out: words. Must never know: how a part is read.

use super::kind::Kind;
use super::package::{MAX_BYTES, MAX_INFLATED, MAX_SHARED};
use super::protocol::Trouble;

/// Why a workbook or a sheet is refused. Nothing of it is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Another kind of file.
    NotXlsx(Kind),
    /// More than [`MAX_BYTES`].
    TooLarge {
        /// The file's size in bytes.
        bytes: u64,
    },
    /// What is packed in the file comes to more than [`MAX_INFLATED`].
    Inflates {
        /// The part that was being read.
        part: String,
    },
    /// The texts that the sheets share come to more than [`MAX_SHARED`].
    TooMuchText,
    /// The file could not be read, in the browser's words.
    Unreadable(String),
    /// A part is missing or cannot be what a spreadsheet program wrote.
    Damaged {
        /// The part's name inside the file.
        part: String,
        /// What is wrong with it, as the end of a sentence.
        what: String,
    },
    /// No worksheet at all.
    NoSheets,
    /// No sheet with that number.
    NoSuchSheet,
    /// Nothing in any sheet, or in the one asked for.
    Blank {
        /// The sheet, where it is about one.
        sheet: Option<String>,
    },
    /// Formulas without results.
    Uncalculated {
        /// The sheet.
        sheet: String,
        /// How many cells.
        cells: u32,
        /// The first, as in `C2`.
        first: String,
    },
    /// The CSV would be larger than what is read.
    CsvTooLarge {
        /// The sheet.
        sheet: String,
        /// Rows that hold anything.
        rows: u32,
        /// The last column that holds anything.
        columns: u32,
    },
    /// The CSV could not be handed on, in the browser's words.
    Unwritable(String),
}

impl From<std::io::Error> for Refusal {
    fn from(error: std::io::Error) -> Self {
        Self::Unreadable(error.to_string())
    }
}

impl From<&Refusal> for Trouble {
    fn from(refusal: &Refusal) -> Self {
        Self { what: refusal.message(), cure: refusal.cure().to_owned() }
    }
}

impl Refusal {
    /// What is wrong, and where.
    #[must_use]
    pub fn message(&self) -> String {
        match self {
            Self::NotXlsx(kind) => match kind {
                Kind::Encrypted => "This workbook is protected with a password, so nothing in it can be read.".into(),
                Kind::OldExcel => "This is a workbook of Excel 97–2003 (.xls), whatever its name says.".into(),
                Kind::OldOffice => "This is an old Office file that holds no workbook.".into(),
                Kind::OpenDocument => "This is an OpenDocument workbook (.ods).".into(),
                Kind::Binary => "This is a binary Excel workbook (.xlsb).".into(),
                Kind::Numbers => "This is an Apple Numbers document.".into(),
                Kind::OtherOffice => "This is a text document or a presentation, not a workbook.".into(),
                Kind::Zip => "This is a zip archive that holds no workbook.".into(),
                Kind::LockedZip => "This zip archive is protected with a password.".into(),
                Kind::Xml => "This is an XML file, not an .xlsx workbook.".into(),
                Kind::WebPage => "This is a web page under the name of a workbook.".into(),
                Kind::Other => "This is not a workbook, whatever its name says.".into(),
            },
            Self::TooLarge { bytes } => {
                format!("The workbook is too large: {} MB, and at most {} MB are read.", bytes >> 20, MAX_BYTES >> 20)
            }
            Self::Inflates { part } => format!(
                "The workbook unpacks to more than {} MB, more than any sheet can hold; reading stopped in “{part}”.",
                MAX_INFLATED >> 20
            ),
            Self::TooMuchText => format!("The texts of the workbook come to more than {} MB.", MAX_SHARED >> 20),
            Self::Unreadable(words) => format!("The workbook could not be read: {words}"),
            Self::Damaged { part, what } => format!("The workbook is damaged: in “{part}”, {what}."),
            Self::NoSheets => "The workbook has no worksheet.".into(),
            Self::NoSuchSheet => "The workbook has no such sheet.".into(),
            Self::Blank { sheet: None } => "All sheets of the workbook are blank.".into(),
            Self::Blank { sheet: Some(sheet) } => format!("The sheet “{sheet}” is blank."),
            Self::Uncalculated { sheet, cells: 1, first } => {
                format!("Cell {first} of “{sheet}” holds a formula whose result is not in the file.")
            }
            Self::Uncalculated { sheet, cells, first } => {
                format!("{cells} cells of “{sheet}” hold formulas whose results are not in the file; the first is {first}.")
            }
            Self::CsvTooLarge { sheet, rows, columns } => format!(
                "The sheet “{sheet}” is too large: {rows} rows and columns up to number {columns} make a CSV of more than {} MB.",
                MAX_BYTES >> 20
            ),
            Self::Unwritable(words) => format!("The sheet could not be turned into a CSV: {words}"),
        }
    }

    /// What to do about it.
    #[must_use]
    pub const fn cure(&self) -> &'static str {
        match self {
            Self::NotXlsx(Kind::Encrypted) => {
                "Open it with its password, take the password away (File, Info, Protect Workbook), save it, and choose it again."
            }
            Self::NotXlsx(Kind::OldExcel | Kind::Binary | Kind::OpenDocument | Kind::Xml | Kind::WebPage) => {
                "Open it in the spreadsheet program, save it as “Excel Workbook (.xlsx)” or “CSV UTF-8”, and choose that file."
            }
            Self::NotXlsx(Kind::Numbers) => "In Numbers, choose File, Export To, CSV or Excel, and choose the exported file.",
            Self::NotXlsx(Kind::Zip | Kind::LockedZip) => "Unpack it first, and choose the CSV or .xlsx file inside.",
            Self::NotXlsx(Kind::OldOffice | Kind::OtherOffice) => "Choose a CSV file or an .xlsx workbook.",
            Self::NotXlsx(Kind::Other) => "If it is a CSV file, give it a name that ends in “.csv”; else export it again.",
            Self::TooLarge { .. } | Self::TooMuchText => "Split it into several workbooks, or save the sheet as CSV.",
            Self::Inflates { .. } => {
                "Copy the rows that matter into a new workbook. If you did not make this file yourself, do not trust it."
            }
            Self::Unreadable(_) | Self::Unwritable(_) => "Choose the file again; if that does not help, save it anew.",
            Self::Damaged { .. } => {
                "Open it in the spreadsheet program, let it repair the file if it offers to, save it, and choose it again."
            }
            Self::NoSheets | Self::Blank { .. } => "Choose the workbook with the rows to update, or start from the template.",
            Self::NoSuchSheet => "Choose one of the sheets listed.",
            Self::Uncalculated { .. } => {
                "The program that wrote the file did not calculate. Open it in a spreadsheet program, save it, and choose it again."
            }
            Self::CsvTooLarge { .. } => {
                "Delete stray cells far to the right of or below the table, or split the rows over several workbooks."
            }
        }
    }
}

/// What a file's own `Read` fails with, wrapped into `io::Error::other`, so that it is not taken for damage inside the file.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct FileError(pub String);
