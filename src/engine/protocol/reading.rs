//! What is known of a file before its cells are looked at, and what a person may choose: how it is written, which column is
//! which, how dates and numbers are meant.
//!
//! Everything can be chosen again at any time while the file is there: the engine keeps the file, not only what it read.

use super::FileRefusal;
use crate::domain::ColumnId;
pub use crate::import::{
    Alternative, Choices, ColumnChoice, Confidence, DateOrder, DateRule, Delimiter, Encoding, Escape, Format, Guess,
    HeaderChoice, LineEnds, Mapped, Match, NumberRule, PartKind, PreviewKind, PreviewRow, Quote, Settled, Zone,
};
use serde::{Deserialize, Serialize};

/// Where a file came from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Source {
    /// It was dropped or chosen.
    #[default]
    File,
    /// Its text was pasted.
    Pasted,
    /// It was a workbook, of which this sheet was turned into a CSV.
    Workbook {
        /// The sheet's name.
        sheet: String,
    },
}

/// How a file is to be read, where somebody said so before it is opened. Nothing said is: find out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadAs {
    /// How it is written; nothing is guessed then.
    pub choices: Option<Choices>,
    /// What was said of headers of earlier files. A set counts if the file has exactly its headers.
    pub remembered: Vec<Remembered>,
    /// What [`KeepDraft`](super::KeepDraft) gave of this file, to go on where it was left. It counts only if the file has
    /// the same bytes; see [`Restored`]. It goes before `choices` and `remembered`.
    pub kept: Option<Vec<u8>>,
}

/// What was said of the headers of a file, to be remembered by the page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remembered {
    /// The set of headers: [`MappingView::key`].
    pub key: String,
    /// What was said: [`MappingView::choices`].
    pub headers: Vec<HeaderChoice>,
}

/// Whether a draft that was kept was taken up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Restored {
    /// None was given.
    #[default]
    None,
    /// It is there again: choices, answers and edits.
    Taken,
    /// The file has other bytes than the one that was kept, so only its name is the same. It was read as a new one.
    OtherFile,
    /// What was kept cannot be read: another version wrote it, or it is damaged. The file was read as a new one.
    Unreadable,
}

/// How a file is written: the answer to [`Recognition`](super::Recognition).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecognitionView {
    /// How it is, or would be, read.
    pub choices: Choices,
    /// Whether a person chose that.
    pub is_chosen: bool,
    /// What would be guessed, with confidence, reasons and alternatives; nothing where the guess failed.
    pub guess: Option<Guess>,
    /// Its first rows under `choices`, 30 at most, blank lines left out, cells cut to 160 characters. None for JSON.
    pub preview: Vec<PreviewRow>,
    /// What stands beside the table (title lines, a footer, a second table); known once all is read.
    pub parts: Vec<PartView>,
}

/// Lines of a file that are not rows of its table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartView {
    /// What they are.
    pub kind: PartKind,
    /// The first line, from 1.
    pub line: u32,
    /// How many lines that are not blank.
    pub lines: u32,
    /// The first line's text, cut.
    pub text: String,
}

/// Which column of the file is which of the 40: the answer to [`MappingOf`](super::MappingOf).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MappingView {
    /// A name for this set of headers, the same whatever their order and letter case: what was said of them is remembered
    /// under it.
    pub key: String,
    /// The file's columns in its order: header, the column it counts as, how that came ([`Match`]), up to three cells.
    pub columns: Vec<Mapped>,
    /// Columns of the 40 for which there is more than one of the file's. None of them can be checked before that is settled.
    pub clashes: Vec<ClashView>,
    /// Whether one of them is the product id, without which nothing can be checked.
    pub has_id: bool,
    /// What a person said of these headers, to be remembered.
    pub choices: Vec<HeaderChoice>,
}

/// Several columns of the file for one of the 40.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClashView {
    /// The column all mean.
    pub column: ColumnId,
    /// Their positions, from 0.
    pub positions: Vec<u16>,
    /// What is wrong and what helps, naming them.
    pub words: String,
}

/// What has to be asked about a column of dates or numbers, or may be chosen otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnQuestion {
    /// Which column.
    pub column: ColumnId,
    /// How many cells it is about: these stop their products until it is answered.
    pub cells: u32,
    /// How many cells hold a time of day and no time zone. Any [`Zone::Offset`] may be put into the answer's rule.
    pub zoneless: u32,
    /// The answers, the likelier first.
    pub answers: Vec<ColumnAnswer>,
}

/// One answer to a [`ColumnQuestion`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnAnswer {
    /// What to send back in [`AnswerColumn`](super::AnswerColumn).
    pub choice: ColumnChoice,
    /// How many of the cells it reads.
    pub reads: u32,
    /// What it makes of some cells; the same cells under every answer.
    pub samples: Vec<ReadSample>,
}

/// A cell, and what would be read from it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadSample {
    /// The line of its row, from 1.
    pub line: u32,
    /// The cell, cut to 80 characters.
    pub cell: String,
    /// What it would be; nothing where it could not be read.
    pub reads_as: Option<String>,
}

/// A file that could not be read as it was tried, and is kept so that it can be read otherwise.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UnreadFile {
    /// Its size in bytes.
    pub size: u64,
    /// Where it came from.
    pub source: Source,
    /// Its name, what is wrong, and what helps.
    pub refusal: FileRefusal,
    /// How it was tried.
    pub recognition: RecognitionView,
    /// Its headers with samples, where a header row can be read: the cure may be to say which column is the product id.
    pub mapping: Option<MappingView>,
}
