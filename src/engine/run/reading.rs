//! A file is read and checked, piece by piece, so that the engine can be spoken to meanwhile.
//!
//! In: a file, in pieces, and what was said of it. Out: a [`LoadedFile`], or the file unread with what can be said of it.
//! Must never know: what is wrong with a file; that is `import`'s.

use super::Run;
use super::asking::Unread;
use super::comparing::small;
use super::file::{LoadedFile, ReadFacts, Said};
use super::history::History;
use super::source::{Hashing, InMemory, KeptSource};
use crate::engine::hands::DroppedFile;
use crate::engine::protocol::{
    Confidence, Download, FileRefusal, KeptFile, ReadAs, ReadProgress, Remembered, Restored, Source, Trouble,
};
use crate::engine::serve::Engine;
use crate::import::{self, CellEdit, CellRules, Checker, Columns, Draft, Edits, HEAD_BYTES, Reader, Refusal, Table};
use crate::practice::sample_csv;
use std::rc::Rc;

/// Bytes asked of the file at once: large enough that asking costs nothing, small enough that reading one takes a few
/// milliseconds and a question in between does not wait.
const PIECE: u64 = 1 << 20;
/// Bytes of them read at once: hashed, decoded and split into cells while they are in the processor's nearest cache.
const SLICE: usize = 1 << 16;
/// Bytes of memory made ready while the browser opens a file, at most: what that time is enough for.
const TOUCHED: usize = 8 << 20;
/// Products checked between two looks at the messages.
const CHECKED_AT_ONCE: u32 = 2_000;

/// Products in the file that the engine warms up on: reading it has a browser's compiler look at all that reading takes, in about
/// a fifth of a second of a thread that has nothing to do, and leaves a memory of twenty-odd megabytes ready. With an eighth of it,
/// some of what is busy is compiled well only while a first file is being read, which then takes an eighth longer.
const WARM_UP: u32 = 12_000;

/// The template: the 40 headers, and rows that show how they are filled in.
#[must_use]
pub fn template() -> Download {
    Download { name: "storekeeper template.csv".into(), media_type: "text/csv;charset=utf-8".into(), text: import::template() }
}

/// What is to be done with a file.
#[derive(Clone, Default)]
pub(super) struct Orders {
    pub(super) said: Said,
    /// What was said of other files' headers.
    pub(super) remembered: Vec<Remembered>,
    /// A draft to take up again.
    pub(super) kept: Option<Rc<KeptFile>>,
    pub(super) restored: Restored,
}

impl Orders {
    fn of(read_as: ReadAs) -> Self {
        let ReadAs { choices, remembered, kept } = read_as;
        let fresh =
            Self { said: Said { choices, is_chosen: choices.is_some(), ..Said::default() }, remembered, ..Self::default() };
        match kept.map(|bytes| KeptFile::from_bytes(&bytes)) {
            None => fresh,
            Some(None) => Self { restored: Restored::Unreadable, ..fresh },
            Some(Some(kept)) => Self {
                said: Said {
                    choices: Some(kept.choices),
                    is_chosen: kept.is_chosen,
                    headers: kept.headers.clone(),
                    separator: kept.list_separator,
                    answers: kept.answers.clone(),
                },
                remembered: Vec::new(),
                kept: Some(Rc::new(kept)),
                restored: Restored::Taken,
            },
        }
    }
}

/// Why reading stopped.
pub(super) enum Stopped {
    /// Another file, or another way to read this one, took its place.
    Left,
    /// The browser does not give the bytes.
    Browser(String),
    /// The file is refused; its first bytes.
    Refused(Refusal, Vec<u8>),
    /// A draft was kept of another file than this one.
    OtherFile,
    /// A draft was kept that cannot be taken up.
    Unreadable,
}

impl Engine {
    /// Starts reading a file. What the last one left is gone.
    ///
    /// # Errors
    /// While a run is being sent.
    pub(crate) fn open_file(
        self: &Rc<Self>,
        name: String,
        source: Source,
        file: Rc<dyn DroppedFile>,
        read_as: ReadAs,
    ) -> Result<(), Trouble> {
        self.start_reading(Rc::new(KeptSource { file, name, source }), Orders::of(read_as))
    }

    /// Reads a text as a file.
    ///
    /// # Errors
    /// While a run is being sent.
    pub(crate) fn open_text(self: &Rc<Self>, name: String, source: Source, text: String, read_as: ReadAs) -> Result<(), Trouble> {
        self.open_file(name, source, Rc::new(InMemory(text.into_bytes())), read_as)
    }

    /// Starts reading a file that is kept.
    pub(super) fn start_reading(self: &Rc<Self>, kept: Rc<KeptSource>, orders: Orders) -> Result<(), Trouble> {
        if matches!(&*self.run.borrow(), Run::Sending(_)) {
            return Err(Trouble::not_now("A run is being sent.", "Wait until it is done, or cancel it."));
        }
        let generation = self.next_generation();
        let progress = ReadProgress { name: kept.name.clone(), bytes: 0, size: kept.file.size(), rows: 0, checked: 0 };
        let before = self.run.replace(Run::Reading(progress.clone()));
        self.tell();
        if let Run::Done(report) = before {
            let engine = Rc::clone(self);
            self.hands.spawn(Box::pin(async move { engine.put_away(&report).await }));
        }
        let engine = Rc::clone(self);
        self.hands.spawn(Box::pin(async move {
            let mut orders = orders;
            let mut result = engine.read_file(progress.clone(), &kept, &orders, generation).await;
            let restored = match &result {
                Err(Stopped::OtherFile) => Some(Restored::OtherFile),
                Err(Stopped::Unreadable) => Some(Restored::Unreadable),
                // What was checked once is not refused as the same bytes.
                Err(Stopped::Refused(..)) if orders.kept.is_some() => Some(Restored::OtherFile),
                _ => None,
            };
            if let Some(restored) = restored.filter(|_| engine.is_current(generation)) {
                orders = Orders { restored, ..Orders::default() };
                result = engine.read_file(progress, &kept, &orders, generation).await;
            }
            if engine.is_current(generation) {
                match result {
                    Ok(file) => engine.go(Run::Checked(Rc::new(file))),
                    Err(stopped) => engine.go(unread(kept, orders, stopped)),
                }
            }
        }));
        Ok(())
    }

    async fn read_file(
        &self,
        mut progress: ReadProgress,
        kept: &Rc<KeptSource>,
        orders: &Orders,
        generation: u64,
    ) -> Result<LoadedFile, Stopped> {
        let began = self.hands.now();
        let mut told = began;
        let size = kept.file.size();
        if orders.kept.as_ref().is_some_and(|draft| draft.fingerprint.size != size) {
            return Err(Stopped::OtherFile);
        }
        let mut head = Vec::new();
        let mut hashing = Hashing::default();
        let mut reader = reader(kept, orders, size).map_err(|refusal| Stopped::Refused(refusal, Vec::new()))?;
        let piece = |from: u64| kept.file.read(from, size.min(from + PIECE));
        let mut next = piece(0);
        touch(size);
        while progress.bytes < size {
            let bytes = next.await.map_err(Stopped::Browser)?;
            if bytes.is_empty() {
                break;
            }
            progress.bytes += bytes.len() as u64;
            // The next piece is on its way while this one is read.
            next = piece(progress.bytes.min(size));
            if head.len() < HEAD_BYTES {
                head.extend_from_slice(bytes.get(..bytes.len().min(HEAD_BYTES - head.len())).unwrap_or(&[]));
            }
            for slice in bytes.chunks(SLICE) {
                hashing.push(slice);
                if let Err(refusal) = reader.push(slice) {
                    return Err(Stopped::Refused(refusal, head));
                }
            }
            self.hands.breathe().await;
            if !self.is_current(generation) {
                return Err(Stopped::Left);
            }
            progress.rows = reader.rows();
            self.tell_reading(&progress, &mut told);
        }
        let mut table = match reader.finish() {
            Ok(table) => table,
            Err(refusal) => return Err(Stopped::Refused(refusal, head)),
        };
        progress.rows = table.rows();
        let fingerprint = hashing.fingerprint();
        if let Some(draft) = orders.kept.as_ref().filter(|draft| draft.fingerprint == fingerprint) {
            // What is kept counts on rows that cannot be made.
            table.repair_all(&draft.repairs).map_err(|_| Stopped::Unreadable)?;
        }
        let table = Rc::new(table);
        let (edits, history) = match &orders.kept {
            Some(draft) if draft.fingerprint != fingerprint => return Err(Stopped::OtherFile),
            Some(draft) => (edits(draft, &table), History::from_kept(draft.undo.clone(), draft.redo.clone())),
            None => (Edits::default(), History::default()),
        };
        let mut said = orders.said.clone();
        said.headers = table.header_choices().to_vec();
        let confidence = match table.guess() {
            Some(guess) => Some(guess.confidence),
            None => confidence(&kept.name, &head, size),
        };
        let columns = table.columns().clone();
        let rules = orders.kept.as_ref().map_or_else(|| said.rules(), |kept| kept.findings.rules);
        let draft = self.check(&table, columns, edits, rules, progress, (told, generation)).await.ok_or(Stopped::Left)?;
        let draft = match &orders.kept {
            Some(kept) => {
                let answered = kept.answers.iter().map(|(column, _)| *column).collect();
                draft.with_settled(kept.findings.settled.clone(), answered)
            }
            None => draft,
        };
        let facts = ReadFacts { fingerprint, confidence, restored: orders.restored, millis: self.since(began) };
        Ok(LoadedFile::new(Rc::clone(kept), said, draft, history, facts))
    }

    /// Reads a file that nobody dropped, and forgets it. A browser compiles a program twice: at first quickly, and what turns out
    /// to be busy once more, well. That takes the time of tens of megabytes, in which a first file would be read at half the
    /// speed. To be called where nothing is to be done; it lets messages have their turn, and stops once a file is opened.
    pub async fn warm_up(&self) {
        if !matches!(&*self.run.borrow(), Run::Choosing(None)) {
            return;
        }
        let file = Rc::new(InMemory(import::exercise(WARM_UP).into_bytes()));
        let progress = ReadProgress { name: String::new(), bytes: 0, size: file.size(), rows: 0, checked: 0 };
        let kept = Rc::new(KeptSource { file, name: "warm-up.csv".into(), source: Source::File });
        if let Ok(file) = self.read_file(progress, &kept, &Orders::default(), self.generation.get()).await {
            std::hint::black_box(file.summary());
        }
    }

    /// Milliseconds since then.
    pub(super) fn since(&self, began: u64) -> u32 {
        u32::try_from(self.hands.now().saturating_sub(began)).unwrap_or(u32::MAX)
    }

    /// Checks a table with edits over it; nothing where something else took its place meanwhile.
    pub(super) async fn check(
        &self,
        table: &Rc<Table>,
        columns: Columns,
        edits: Edits,
        rules: CellRules,
        mut progress: ReadProgress,
        (mut told, generation): (u64, u64),
    ) -> Option<Draft> {
        let mut checker = Checker::of_draft(table, columns, edits, rules);
        while !checker.step(table, CHECKED_AT_ONCE) {
            self.hands.breathe().await;
            if !self.is_current(generation) {
                return None;
            }
            progress.checked = checker.done().min(small(table.groups().len()));
            self.tell_reading(&progress, &mut told);
        }
        Some(checker.into_draft(Rc::clone(table)))
    }

    /// Ten times a second is as fast as a person reads.
    fn tell_reading(&self, progress: &ReadProgress, told: &mut u64) {
        // Of a warm-up nobody is told.
        let is_read = matches!(&*self.run.borrow(), Run::Reading(_));
        if is_read && self.hands.now() >= *told + 100 {
            *told = self.hands.now();
            self.go(Run::Reading(progress.clone()));
        }
    }

    /// Reads the practice store's sample file as if it had been dropped.
    ///
    /// # Errors
    /// Outside the practice store, where it would fit no product.
    pub(crate) fn open_sample(self: &Rc<Self>) -> Result<(), Trouble> {
        let sample = self.sample_file()?;
        self.open_text(sample.name, Source::File, sample.text, ReadAs::default())
    }

    /// The sample file itself.
    ///
    /// # Errors
    /// Outside the practice store, where it would fit no product.
    pub(crate) fn sample_file(&self) -> Result<Download, Trouble> {
        let service = self.session()?.practice.ok_or_else(|| {
            Trouble::not_now("The sample file fits only the practice store.", "Open the practice store to try it.")
        })?;
        let text = sample_csv(&service.borrow());
        Ok(Download { name: "practice sample.csv".into(), media_type: "text/csv;charset=utf-8".into(), text })
    }
}

/// Writes to memory that reading a file of `size` bytes will take, which is then free again. A browser's memory is made where it is
/// first touched; and what it takes to open a file is time in which this costs nothing.
fn touch(size: u64) {
    let bytes = usize::try_from(size).map_or(TOUCHED, |size| size.min(TOUCHED));
    drop(std::hint::black_box(vec![1_u8; bytes]));
}

fn reader(kept: &KeptSource, orders: &Orders, size: u64) -> Result<Reader, Refusal> {
    let rules = orders.said.rules();
    let reader = match orders.said.choices {
        None => Reader::new(&kept.name, size, rules)?,
        Some(choices) => Reader::with_choices(&kept.name, size, rules, choices)?,
    };
    let remembered = orders.remembered.iter().map(|set| (set.key.clone(), set.headers.clone())).collect();
    Ok(reader.with_headers(orders.said.headers.clone()).with_remembered(remembered))
}

/// The edits of a kept draft, as far as they lie in the table.
fn edits(draft: &KeptFile, table: &Table) -> Edits {
    let mut edits = Edits::default();
    let is_inside = |edit: &&CellEdit| edit.row < table.rows() && usize::from(edit.column) < table.columns().len();
    for edit in draft.edits.cells.iter().filter(is_inside) {
        edits.set(edit.clone());
    }
    for row in draft.edits.left_out.iter().filter(|row| **row < table.rows()) {
        edits.leave_out(*row, true);
    }
    edits
}

/// How sure a guess would be, of a file that was told how to be read because it was guessed before.
fn confidence(name: &str, head: &[u8], size: u64) -> Option<Confidence> {
    import::recognise(name, head, head.len() as u64 == size).ok().map(|guess| guess.confidence)
}

/// Where the run stands when a file was not read.
fn unread(kept: Rc<KeptSource>, orders: Orders, stopped: Stopped) -> Run {
    let name = kept.name.clone();
    match stopped {
        Stopped::Browser(words) => Run::Choosing(Some(FileRefusal {
            name,
            what: format!("The browser could not read the file any further: {words}"),
            cure: "It may have been moved, changed or deleted meanwhile. Choose it again.".into(),
        })),
        Stopped::Refused(refusal, head) => {
            let words = FileRefusal { name, what: refusal.message(), cure: refusal.cure() };
            if Unread::may_be_read_otherwise(&refusal) {
                Run::Unread(Rc::new(Unread { kept, said: orders.said, refusal: words, head }))
            } else {
                Run::Choosing(Some(words))
            }
        }
        // Neither comes to pass: what was left is not current, and a second try has no draft.
        Stopped::Left | Stopped::OtherFile | Stopped::Unreadable => Run::Choosing(None),
    }
}
