//! What is kept of a file that is being put right, so that a reload loses nothing.

use super::reading::{Choices, ColumnChoice, HeaderChoice};
use super::versioned;
use crate::domain::ColumnId;
use crate::domain::choices::ListSeparator;
use crate::import::{CellEdit, Delimiter, Encoding, Escape, Findings, Format, Quote, Repair};
use serde::{Deserialize, Serialize};

/// Tells files apart: a size, and a hash of all bytes. Against chance, not against malice: it is the person's own file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fingerprint {
    /// Bytes.
    pub size: u64,
    /// Their hash, the same in every version of the program.
    pub hash: u64,
}

/// A file's choices, answers and edits. The bytes of the file are not in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptFile {
    /// The file's name.
    pub name: String,
    /// Its bytes, as far as they are remembered.
    pub fingerprint: Fingerprint,
    /// How it was read.
    pub choices: Choices,
    /// Whether a person chose that.
    pub is_chosen: bool,
    /// What was said of headers.
    pub headers: Vec<HeaderChoice>,
    /// What stands between the items of a list cell.
    pub list_separator: ListSeparator,
    /// What was answered of columns.
    pub answers: Vec<(ColumnId, ColumnChoice)>,
    /// How the cells were read, which later edits do not settle anew.
    pub findings: Findings,
    /// What was changed.
    pub edits: KeptEdits,
    /// What can be taken back, the oldest first.
    pub undo: Vec<KeptStep>,
    /// What can be done again, the last taken back at the end.
    pub redo: Vec<KeptStep>,
    /// What became of damaged rows, by their number in the file. Rows in all that stands above are numbered with these done.
    pub repairs: Vec<(u32, Repair)>,
}

/// Edits, as data.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptEdits {
    /// Cells with another text.
    pub cells: Vec<CellEdit>,
    /// Rows of the table left out.
    pub left_out: Vec<u32>,
}

/// One step back or forth.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptStep {
    /// What was done, in a few words.
    pub words: String,
    /// The cells as they become by it.
    pub cells: Vec<CellEdit>,
    /// Rows that become left out, or not, by it.
    pub left_out: Vec<(u32, bool)>,
    /// What becomes of damaged rows by it.
    pub repairs: Vec<(u32, Repair)>,
}

/// The first version, which knew of no repairs, and set aside what it took for a footer in any case. Of a step it had the first three fields, so that each of its lists is told by
/// another type.
#[derive(Deserialize)]
struct First {
    name: String,
    fingerprint: Fingerprint,
    choices: FirstChoices,
    is_chosen: bool,
    headers: Vec<HeaderChoice>,
    list_separator: ListSeparator,
    answers: Vec<(ColumnId, ColumnChoice)>,
    findings: Findings,
    edits: KeptEdits,
    undo: Vec<FirstStep>,
    redo: Vec<FirstStep>,
}

#[derive(Deserialize)]
struct FirstChoices {
    format: Format,
    encoding: Encoding,
    delimiter: Delimiter,
    spaced: bool,
    quote: Quote,
    escape: Escape,
    skip: u32,
    has_header: bool,
}

impl From<FirstChoices> for Choices {
    fn from(first: FirstChoices) -> Self {
        let FirstChoices { format, encoding, delimiter, spaced, quote, escape, skip, has_header } = first;
        Self { format, encoding, delimiter, spaced, quote, escape, skip, has_header, to_the_end: false }
    }
}

#[derive(Deserialize)]
struct FirstStep {
    words: String,
    cells: Vec<CellEdit>,
    left_out: Vec<(u32, bool)>,
}

impl From<FirstStep> for KeptStep {
    fn from(FirstStep { words, cells, left_out }: FirstStep) -> Self {
        Self { words, cells, left_out, repairs: Vec::new() }
    }
}

impl From<First> for KeptFile {
    fn from(first: First) -> Self {
        let First { name, fingerprint, choices, is_chosen, headers, list_separator, answers, findings, edits, undo, redo } =
            first;
        let steps = |steps: Vec<FirstStep>| steps.into_iter().map(KeptStep::from).collect();
        let (choices, undo, redo, repairs) = (choices.into(), steps(undo), steps(redo), Vec::new());
        Self { name, fingerprint, choices, is_chosen, headers, list_separator, answers, findings, edits, undo, redo, repairs }
    }
}

impl KeptFile {
    /// Counts up whenever the shape changes. What is kept outlives the build that wrote it.
    const VERSION: u8 = 2;

    /// As bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        versioned::to_bytes(Self::VERSION, self)
    }

    /// From bytes, those of the first version too; nothing where they are damaged, or of another shape.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        versioned::from_bytes(Self::VERSION, bytes).or_else(|| versioned::from_bytes::<First>(1, bytes).map(Self::from))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::{Answer, CellRules, DateOrder, DateRule, NumberRule, Question, Sample, Settled, Zone};

    /// These bytes lie in people's browsers: whoever changes the shape changes the version too.
    #[test]
    fn a_kept_file_is_read_by_later_builds() {
        let edit = |row, text: Option<&str>| CellEdit { row, column: 2, text: text.map(Into::into) };
        let date = DateRule { order: DateOrder::MonthDayYear, short_years: true, zone: Zone::Offset(-120) };
        let kept = KeptFile {
            name: "ä.csv".into(),
            fingerprint: Fingerprint { size: 300, hash: u64::MAX },
            choices: Choices { skip: 3, has_header: false, ..Choices::default() },
            is_chosen: true,
            headers: vec![
                HeaderChoice { header: "weight".into(), column: Some(ColumnId::Price) },
                HeaderChoice { header: "x".into(), column: None },
            ],
            list_separator: ListSeparator::Comma,
            answers: vec![
                (ColumnId::DiscountEndDate, ColumnChoice::Date(date)),
                (ColumnId::Price, ColumnChoice::Number(NumberRule::Comma)),
            ],
            findings: Findings {
                rules: CellRules::separated_by(ListSeparator::Comma)
                    .with(ColumnId::DiscountEndDate, ColumnChoice::Date(date))
                    .with(ColumnId::Price, ColumnChoice::Number(NumberRule::Comma)),
                settled: vec![Settled {
                    column: ColumnId::SpecialPrice,
                    choice: ColumnChoice::Number(NumberRule::Point),
                    decided_by: 3,
                    sample: Some((1, "1,234.5".into())),
                }],
                questions: vec![Question {
                    column: ColumnId::DiscountPrice,
                    cells: 1,
                    zoneless: 0,
                    answers: vec![Answer {
                        choice: ColumnChoice::Number(NumberRule::Point),
                        reads: 1,
                        samples: vec![Sample { row: 1, cell: "1,234".into(), reads_as: Some("1234".into()) }],
                    }],
                }],
            },
            edits: KeptEdits { cells: vec![edit(7, Some("a")), edit(200, Some(""))], left_out: vec![9] },
            undo: vec![KeptStep {
                words: "Left out 1 row".into(),
                cells: vec![edit(7, None)],
                left_out: vec![(9, false)],
                repairs: Vec::new(),
            }],
            redo: Vec::new(),
            repairs: Vec::new(),
        };
        let first = "0106c3a42e637376ac02ffffffffffffffffff010000000000000300010206776569676874010401780002020900030101ef0104010302000000030101ef010000000300000000000120010203010107312c3233342e350107010001010201010105312c323334010431323334020702010161c8010201000109010e4c656674206f7574203120726f770107020001090000";
        let bytes: Vec<u8> = (0..first.len()).step_by(2).map(|at| u8::from_str_radix(&first[at..at + 2], 16).unwrap()).collect();
        assert_eq!(KeptFile::from_bytes(&bytes).as_ref(), Some(&kept), "the first version");
        let repairs = vec![(3, Repair::Rows("a,b".into())), (300, Repair::LeftOut)];
        let mut kept = KeptFile { repairs, ..kept };
        kept.undo[0].repairs = vec![(3, Repair::AsRead)];
        kept.choices.to_the_end = true;

        let bytes = kept.to_bytes();
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(
            hex,
            "0206c3a42e637376ac02ffffffffffffffffff01000000000000030001010206776569676874010401780002020900030101ef0104010302000000030101ef010000000300000000000120010203010107312c3233342e350107010001010201010105312c323334010431323334020702010161c8010201000109010e4c656674206f7574203120726f77010702000109000103000002030203612c62ac0201"
        );
        assert_eq!(KeptFile::from_bytes(&bytes), Some(kept));
        assert_eq!(KeptFile::from_bytes(&[9]), None);
        assert_eq!(KeptFile::from_bytes(&[]), None);
        assert_eq!(KeptFile::from_bytes(&bytes[..20]), None);
    }
}
