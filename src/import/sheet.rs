//! The road from bytes to a table.
//!
//! In: a file's size and its bytes, in chunks; how it is written, if that is known. Out: a [`Table`]. Must never know: what
//! is wrong inside a cell.

use super::choices::{Choices, Format};
use super::columns::Columns;
use super::decode::Decoder;
use super::encoding::{EncodingGuess, tell};
use super::formats::CellRules;
use super::groups::gather;
use super::guess::{Guess, guess};
use super::layout::{Layout, lay_out};
use super::mapping::{HeaderChoice, Mapping};
use super::parts::{Part, take_tail};
use super::products;
use super::refusal::{HEAD_BYTES, MAX_BYTES, Refusal};
use super::repair::Repairs;
use super::rows::Rows;
use super::scan::Dialect;
pub use super::table::Table;
use crate::domain::{ColumnId, trimmed};
use std::mem::take;

/// Reads one file. Where the chunks are cut makes no difference to the result.
///
/// How the file is written is guessed from its first bytes, or told ([`Reader::with_choices`]). The bytes are the caller's
/// to keep: a guess that was wrong is undone by reading the file again with other choices.
#[derive(Debug)]
pub struct Reader {
    name: String,
    size: u64,
    read: u64,
    rules: CellRules,
    told: Option<Choices>,
    mapped: Vec<HeaderChoice>,
    remembered: Vec<(String, Vec<HeaderChoice>)>,
    decoder: Decoder,
    /// The first bytes of the file, until there are enough to tell what it is.
    head: Vec<u8>,
    /// How many that are: [`HEAD_BYTES`], but for a test.
    head_most: usize,
    /// Text that is decoded and not yet read: an unfinished record, as a rule; all of it in a JSON file.
    text: String,
    body: Option<Body>,
}

/// What there is once the head is understood.
#[derive(Debug)]
struct Body {
    choices: Choices,
    guess: Option<Guess>,
    table: Option<Opened>,
}

/// What there is, of a file of cells, once its header row is read.
#[derive(Debug)]
struct Opened {
    rows: Rows,
    columns: Columns,
    header_line: u32,
    lines_before: u32,
    to_the_end: bool,
}

impl Reader {
    /// A reader for the file `name` of `size` bytes, which finds out by itself how it is written.
    ///
    /// # Errors
    /// [`Refusal::Empty`] and [`Refusal::TooLarge`], before a byte is read.
    pub fn new(name: &str, size: u64, rules: CellRules) -> Result<Self, Refusal> {
        Self::start(name, size, rules, None)
    }

    /// A reader that is told how the file is written.
    ///
    /// # Errors
    /// As [`Reader::new`].
    pub fn with_choices(name: &str, size: u64, rules: CellRules, choices: Choices) -> Result<Self, Refusal> {
        Self::start(name, size, rules, Some(choices))
    }

    fn start(name: &str, size: u64, rules: CellRules, told: Option<Choices>) -> Result<Self, Refusal> {
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
            told,
            mapped: Vec::new(),
            remembered: Vec::new(),
            decoder: Decoder::new(super::encoding::Encoding::Utf8, false),
            head: Vec::new(),
            head_most: HEAD_BYTES,
            text: String::new(),
            body: None,
        })
    }

    /// Maps the headers as a person said before the file is read, which is needed where the key column would not be found.
    #[must_use]
    pub fn with_headers(mut self, choices: Vec<HeaderChoice>) -> Self {
        self.mapped = choices;
        self
    }

    /// Looks at no more than this of a file's head, so that a small input comes in chunks too.
    #[cfg(fuzzing)]
    #[must_use]
    pub fn with_head(mut self, bytes: usize) -> Self {
        self.head_most = bytes;
        self
    }

    /// Where nothing is said of the headers: what was said of the same set of headers before, each under the set's
    /// [`Mapping::key`].
    #[must_use]
    pub fn with_remembered(mut self, remembered: Vec<(String, Vec<HeaderChoice>)>) -> Self {
        self.remembered = remembered;
        self
    }

    /// The columns of these headers, by what was said of them.
    fn map(&mut self, headers: &[String]) -> Result<Columns, Refusal> {
        let mapping = Mapping::propose(headers, &self.mapped);
        let key = if self.mapped.is_empty() { mapping.key() } else { String::new() };
        match self.remembered.iter().find(|(of, _)| *of == key) {
            Some((_, said)) => {
                self.mapped.clone_from(said);
                Mapping::propose(headers, said).to_columns()
            }
            None => mapping.to_columns(),
        }
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
        let table = self.body.as_ref().and_then(|body| body.table.as_ref());
        table.map_or(0, |table| table.rows.lines.len() as u32)
    }

    /// How the file seems to be written, as soon as its head is read; nothing before, and nothing where it was told.
    #[must_use]
    pub fn guess(&self) -> Option<&Guess> {
        self.body.as_ref().and_then(|body| body.guess.as_ref())
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
        let Some(Body { mut choices, mut guess, table }) = self.body.take() else { return Err(Refusal::Empty) };
        // What was ASCII as far as it was looked at may have turned out to be Windows-1252.
        choices.encoding = self.decoder.encoding();
        if let Some(guess) = &mut guess {
            guess.choices.encoding = choices.encoding;
        }
        let mut done = match table {
            Some(opened) => opened.done(),
            None => self.listed()?,
        };
        if done.rows.lines.is_empty() && done.rows.damaged.is_empty() {
            return Err(Refusal::NoRows);
        }
        (done.name, done.choices, done.guess, done.mapped) = (self.name, choices, guess, self.mapped);
        if choices.format == Format::Cells {
            done.rules = self.rules;
        }
        Ok(done)
    }

    /// Looks at the head: what kind of file it is, how it is written, its columns.
    fn open(&mut self, at_end: bool) -> Result<(), Refusal> {
        let head = take(&mut self.head);
        let (mut choices, found) = match self.told {
            Some(choices) => (choices, None),
            None => {
                let found = tell(&head, at_end)?;
                (Choices { encoding: found.encoding, ..Choices::default() }, Some(found))
            }
        };
        let undecided = found.as_ref().is_some_and(|found| !found.decided);
        self.decoder = Decoder::new(choices.encoding, undecided);
        self.decoder.push(head.strip_prefix(choices.encoding.mark()).unwrap_or(&head), at_end, &mut self.text);
        let guess = found.map(|found: EncodingGuess| guess(&self.name, &self.text, at_end, &found)).transpose()?;
        if let Some(guess) = &guess {
            choices = guess.choices;
        }
        let table = match choices.format {
            Format::Cells => Some(self.open_cells(choices, at_end)?),
            Format::Json => None,
        };
        self.body = Some(Body { choices, guess, table });
        Ok(())
    }

    fn open_cells(&mut self, choices: Choices, at_end: bool) -> Result<Opened, Refusal> {
        let layout: Layout = lay_out(&self.text, choices, at_end)?;
        self.text.drain(..layout.body);
        while self.decoder.faults.front().is_some_and(|fault| fault.at < layout.body as u64) {
            self.decoder.faults.pop_front();
        }
        let header = if choices.has_header { layout.headers.clone() } else { Vec::new() };
        let columns = self.map(&layout.headers)?;
        let key = columns.position(ColumnId::ProductId).map_or(0, usize::from);
        let begin = (layout.body_line, layout.body as u64);
        let mut rows = Rows::new(choices.dialect(), header, columns.len(), key, begin);
        rows.parts.extend::<Option<Part>>(layout.preamble);
        let (header_line, lines_before) = (layout.header_line, layout.blank_lines);
        Ok(Opened { rows, columns, header_line, lines_before, to_the_end: choices.to_the_end })
    }

    /// Decodes a chunk and reads the records that are complete.
    fn feed(&mut self, chunk: &[u8], at_end: bool) -> Result<(), Refusal> {
        let Some(body) = &mut self.body else { return Ok(()) };
        self.decoder.push(chunk, at_end, &mut self.text);
        let Some(table) = &mut body.table else { return Ok(()) };
        table.rows.make_room(self.read - chunk.len() as u64, self.size);
        let used = table.rows.read(&self.text, at_end, &mut self.decoder.faults)?;
        self.text.drain(..used);
        Ok(())
    }
}

impl Opened {
    fn done(self) -> Table {
        let Self { mut rows, columns, header_line, lines_before, to_the_end } = self;
        if !to_the_end {
            take_tail(&mut rows);
        }
        let (width, key) = rows.shape();
        let groups = gather(&rows.lines, &rows.damaged, |row| trimmed(rows.cells.get(row as usize * width + key)));
        let notes = rows.parts.iter().filter_map(Part::issue).collect();
        Table {
            name: String::new(),
            rules: CellRules::default(),
            choices: Choices::default(),
            guess: None,
            header_line,
            lines_before,
            columns,
            rows,
            cell_lines: Vec::new(),
            notes,
            groups,
            mapped: Vec::new(),
            repairs: Repairs::new(),
        }
    }
}

impl Reader {
    /// The table of a JSON file.
    fn listed(&mut self) -> Result<Table, Refusal> {
        let list = products::read(&self.text, self.rules, self.decoder.faults.make_contiguous())?;
        let columns = self.map(&list.headers)?;
        let key = columns.position(ColumnId::ProductId).map_or(0, usize::from);
        let mut rows = Rows::new(Dialect::plain(0), Vec::new(), columns.len(), key, (list.last_line + 1, 0));
        (rows.cells, rows.lines, rows.damaged) = (list.cells, list.lines, list.damaged);
        let groups = gather(&rows.lines, &rows.damaged, |row| rows.cells.get(row as usize * columns.len() + key).trim());
        Ok(Table {
            name: String::new(),
            rules: list.rules,
            choices: Choices::default(),
            guess: None,
            header_line: 1,
            lines_before: 0,
            columns,
            rows,
            cell_lines: list.cell_lines,
            notes: list.notes,
            groups,
            mapped: Vec::new(),
            repairs: Repairs::new(),
        })
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
    fn whether_a_line_begins_a_row_is_asked_of_the_whole_line() {
        let text = "Product ID,Name,Tags\n,\"b\n\"a\",c,d";
        let found = |chunk| read(text, chunk).unwrap().rows.damaged;
        assert_eq!((1..9).map(found).collect::<Vec<_>>(), vec![found(usize::MAX); 8]);
    }

    #[test]
    fn a_line_longer_than_a_record_may_be_is_passed_over_in_chunks() {
        let text = format!("Product ID,Name,Tags\n{}\r\na,b,c", "x".repeat(super::super::RECORD_MAX + 5));
        let table = read(&text, 1 << 20).unwrap();
        assert_eq!((table.rows(), table.row_line(0), table.lines(), table.damaged().len()), (1, 3, 3, 1));
    }
}
