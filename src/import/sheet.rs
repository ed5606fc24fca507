//! The road from bytes to a table, and the table.
//!
//! In: a file's size and its bytes, in chunks. Out: a [`Table`]: headers, cells, the line of each row, products, rows set
//! aside. Must never know: what is wrong inside a cell.

use super::columns::Columns;
use super::decode::{Decoder, Stop, sniff};
use super::dialect::detect;
use super::formats::CellRules;
use super::groups::{Group, Groups, gather};
use super::mapping::{HeaderChoice, Mapping};
use super::refusal::{HEAD_BYTES, MAX_BYTES, Refusal};
use super::rows::{Damaged, Rows, line_breaks};
use crate::domain::{ColumnId, ProductUpdate};
use std::mem::take;

/// Reads one file. Where the chunks are cut makes no difference to the result.
#[derive(Debug)]
pub struct Reader {
    name: String,
    size: u64,
    read: u64,
    rules: CellRules,
    choices: Vec<HeaderChoice>,
    decoder: Decoder,
    /// The first bytes of the file, until there are enough to tell what it is.
    head: Vec<u8>,
    /// How many that are: [`HEAD_BYTES`], but for a test.
    head_most: usize,
    /// Text that is decoded and not yet read: an unfinished record, as a rule.
    text: String,
    body: Option<Body>,
}

/// What there is once the header row is read.
#[derive(Debug)]
struct Body {
    rows: Rows,
    columns: Columns,
    delimiter: u8,
    header_line: u32,
    lines_before: u32,
}

impl Reader {
    /// A reader for the file `name` of `size` bytes.
    ///
    /// # Errors
    /// [`Refusal::Empty`] and [`Refusal::TooLarge`], before a byte is read.
    pub fn new(name: &str, size: u64, rules: CellRules) -> Result<Self, Refusal> {
        if size == 0 {
            return Err(Refusal::Empty);
        }
        if size > MAX_BYTES {
            return Err(Refusal::TooLarge { bytes: size });
        }
        Ok(Self {
            name: name.to_owned(),
            size,
            read: 0,
            rules,
            choices: Vec::new(),
            decoder: Decoder::default(),
            head: Vec::new(),
            head_most: HEAD_BYTES,
            text: String::new(),
            body: None,
        })
    }

    /// Maps the headers as a person said before the file is read, which is needed where the key column would not be found.
    #[must_use]
    pub fn with_headers(mut self, choices: Vec<HeaderChoice>) -> Self {
        self.choices = choices;
        self
    }

    /// Takes the next bytes of the file.
    ///
    /// # Errors
    /// A [`Refusal`] as soon as it is certain. The reader is of no use after one.
    pub fn push(&mut self, mut chunk: &[u8]) -> Result<(), Refusal> {
        self.read += chunk.len() as u64;
        if self.read > self.size {
            return Err(Refusal::SizeChanged { expected: self.size, read: self.read });
        }
        if self.body.is_none() {
            let (now, later) = chunk.split_at_checked(self.head_most - self.head.len()).unwrap_or((chunk, &[]));
            self.head.extend_from_slice(now);
            if self.head.len() < self.head_most {
                return Ok(());
            }
            self.open(false)?;
            chunk = later;
        }
        self.feed(chunk, false)
    }

    /// How many sound rows have been read, for a progress bar.
    #[must_use]
    pub fn rows(&self) -> u32 {
        self.body.as_ref().map_or(0, |body| body.rows.lines.len() as u32)
    }

    /// Reads what is left and gathers the rows into products.
    ///
    /// # Errors
    /// A [`Refusal`], as for [`Reader::push`].
    pub fn finish(mut self) -> Result<Table, Refusal> {
        if self.read != self.size {
            return Err(Refusal::SizeChanged { expected: self.size, read: self.read });
        }
        if self.body.is_none() {
            self.open(true)?;
        }
        self.feed(&[], true)?;
        let Some(Body { rows, columns, delimiter, header_line, lines_before }) = self.body else { return Err(Refusal::Empty) };
        if rows.lines.is_empty() && rows.damaged.is_empty() {
            return Err(Refusal::NoRows);
        }
        let width = columns.len();
        let key = columns.position(ColumnId::ProductId).map_or(0, usize::from);
        let groups = gather(&rows.lines, &rows.damaged, |row| rows.cells.get(row as usize * width + key).trim());
        Ok(Table { name: self.name, rules: self.rules, delimiter, header_line, lines_before, columns, rows, groups })
    }

    /// Looks at the head: what kind of file it is, its dialect, its columns.
    fn open(&mut self, at_end: bool) -> Result<(), Refusal> {
        let head = take(&mut self.head);
        let mark = sniff(&head)?;
        if let Some(stop) = self.decoder.push(head.get(mark..).unwrap_or(&[]), &mut self.text) {
            return Err(refuse(stop, 1 + line_breaks(self.text.as_bytes())));
        }
        if at_end && self.decoder.is_cut() {
            return Err(Refusal::NotUtf8 { line: 1 + line_breaks(self.text.as_bytes()) });
        }
        let dialect = detect(&self.text, at_end)?;
        self.text.drain(..dialect.body);
        let columns = Mapping::propose(&dialect.headers, &self.choices).to_columns()?;
        let key = columns.position(ColumnId::ProductId).map_or(0, usize::from);
        self.body = Some(Body {
            rows: Rows::new(dialect.delimiter, columns.len(), key, dialect.body_line),
            columns,
            delimiter: dialect.delimiter,
            header_line: dialect.header_line,
            lines_before: dialect.lines_before,
        });
        Ok(())
    }

    /// Decodes a chunk and reads the records that are complete.
    fn feed(&mut self, chunk: &[u8], at_end: bool) -> Result<(), Refusal> {
        let Some(body) = &mut self.body else { return Ok(()) };
        let mut stop = self.decoder.push(chunk, &mut self.text);
        if at_end && self.decoder.is_cut() {
            stop = stop.or(Some(Stop::NotUtf8));
        }
        body.rows.make_room(self.read, self.size);
        let used = body.rows.read(&self.text, at_end && stop.is_none())?;
        self.text.drain(..used);
        match stop {
            None => Ok(()),
            Some(stop) => Err(refuse(stop, body.rows.line() + line_breaks(self.text.as_bytes()))),
        }
    }
}

const fn refuse(stop: Stop, line: u32) -> Refusal {
    match stop {
        Stop::Nul => Refusal::Nul { line },
        Stop::NotUtf8 => Refusal::NotUtf8 { line },
    }
}

/// A file that was read: its rows as text, gathered into products.
#[derive(Debug)]
pub struct Table {
    pub(super) name: String,
    rules: CellRules,
    delimiter: u8,
    header_line: u32,
    lines_before: u32,
    pub(super) columns: Columns,
    rows: Rows,
    pub(super) groups: Groups,
}

impl Table {
    /// The file's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The rules the reader was given; [`Table::update`] and the checker may be given others.
    #[must_use]
    pub const fn rules(&self) -> CellRules {
        self.rules
    }

    /// What separates the cells: `,` `;` `|` or a tab.
    #[must_use]
    pub const fn delimiter(&self) -> char {
        self.delimiter as char
    }

    /// The columns.
    #[must_use]
    pub const fn columns(&self) -> &Columns {
        &self.columns
    }

    /// The physical line the header row starts on, from 1.
    #[must_use]
    pub const fn header_line(&self) -> u32 {
        self.header_line
    }

    /// How many sound rows there are, without the header.
    #[must_use]
    pub const fn rows(&self) -> u32 {
        self.rows.lines.len() as u32
    }

    /// The cell at (`row`, `column`), both from 0, as the file has it without its quotes. Nothing outside the table.
    #[must_use]
    pub fn cell(&self, row: u32, column: usize) -> &str {
        if column >= self.columns.len() {
            return "";
        }
        self.rows.cells.get(row as usize * self.columns.len() + column)
    }

    /// The physical line `row` starts on, from 1; 0 outside the table.
    #[must_use]
    pub fn row_line(&self, row: u32) -> u32 {
        self.rows.lines.get(row as usize).copied().unwrap_or(0)
    }

    /// The physical line the cell at (`row`, `column`) starts on: a row whose cells hold line breaks takes several.
    #[must_use]
    pub fn cell_line(&self, row: u32, column: usize) -> u32 {
        let breaks: u32 = (0..column).map(|column| line_breaks(self.cell(row, column).as_bytes())).sum();
        self.row_line(row) + breaks
    }

    /// The products, in the file's order.
    #[must_use]
    pub fn groups(&self) -> &[Group] {
        &self.groups.list
    }

    /// The product a row belongs to, as an index of [`Table::groups`].
    #[must_use]
    pub fn group_of(&self, row: u32) -> Option<usize> {
        if row >= self.rows() {
            return None;
        }
        Some(self.groups.list.partition_point(|group| group.first_row + group.rows <= row))
    }

    /// The rows set aside, in the file's order.
    #[must_use]
    pub fn damaged(&self) -> &[Damaged] {
        &self.rows.damaged
    }

    /// Physical lines that hold nothing: blank lines and rows of blank cells, and a `sep=` line.
    #[must_use]
    pub const fn blank_lines(&self) -> u32 {
        self.rows.blank_lines + self.lines_before
    }

    /// Physical lines in the file.
    #[must_use]
    pub const fn lines(&self) -> u32 {
        self.rows.line() - 1
    }

    /// The typed update of one product, or nothing where an error stops it. Built anew on each call. `rules` should be those
    /// of the check's findings ([`Checked::findings`](super::Checked)).
    #[must_use]
    pub fn update(&self, group: usize, rules: CellRules) -> Option<ProductUpdate> {
        super::check::update(self, group, &rules)
    }

    /// Checks the whole file in one go; see [`Checker`](super::Checker) for a piece at a time.
    #[must_use]
    pub fn check(&self, rules: CellRules) -> super::Checked {
        let mut checker = super::Checker::new(self, rules);
        while !checker.step(self, u32::MAX) {}
        checker.finish(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Reads a text, looking at no more of its head than the header row, so that the rest comes in chunks.
    fn read(text: &str, chunk: usize) -> Result<Table, Refusal> {
        let mut reader = Reader::new("x.csv", text.len() as u64, CellRules::default())?;
        reader.head_most = 21;
        for piece in text.as_bytes().chunks(chunk) {
            reader.push(piece)?;
        }
        reader.finish()
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(600) })]

        #[test]
        fn the_cut_of_the_chunks_changes_nothing(
            body in prop::collection::vec(
                prop_oneof![Just("\""), Just(","), Just("\n"), Just("\r\n"), Just("\r"), Just("a"), Just("é"), Just("€"), Just("\0")],
                1..40,
            ),
            chunk in 1usize..9,
        ) {
            let text = format!("Product ID,Name,Tags\n{}", body.concat());
            match (read(&text, chunk), read(&text, usize::MAX)) {
                (Ok(cut), Ok(whole)) => {
                    prop_assert_eq!(&cut.rows.lines, &whole.rows.lines);
                    prop_assert_eq!(&cut.rows.damaged, &whole.rows.damaged);
                    prop_assert_eq!((cut.blank_lines(), cut.lines()), (whole.blank_lines(), whole.lines()));
                    for cell in 0..whole.rows.cells.len() {
                        prop_assert_eq!(cut.rows.cells.get(cell), whole.rows.cells.get(cell));
                    }
                }
                (cut, whole) => prop_assert_eq!(cut.err(), whole.err()),
            }
        }
    }

    #[test]
    fn a_line_longer_than_a_record_may_be_is_passed_over_in_chunks() {
        let text = format!("Product ID,Name,Tags\n{}\r\na,b,c", "x".repeat(super::super::RECORD_MAX + 5));
        let table = read(&text, 1 << 20).unwrap();
        assert_eq!((table.rows(), table.row_line(0), table.lines(), table.damaged().len()), (1, 3, 3, 1));
    }
}
