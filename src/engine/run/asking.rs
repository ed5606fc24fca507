//! What a person is asked about a file, and answers: how it is written, which column is which, how dates and numbers are
//! meant.
//!
//! In: a file, read or refused. Out: what it seems to be, and the file read or checked again as it was said. Must never know:
//! how any of it is found out.

use super::Run;
use super::comparing::small;
use super::file::{LoadedFile, ReadFacts, Said, asked, sample};
use super::history::History;
use super::reading::Orders;
use super::source::KeptSource;
use crate::domain::ColumnId;
use crate::domain::choices::ListSeparator;
use crate::engine::protocol::{
    Choices, ClashView, ColumnChoice, ColumnQuestion, FileRefusal, FileSummary, HeaderChoice, MappingView, PartView,
    ReadProgress, ReadSample, RecognitionView, Trouble, UnreadFile,
};
use crate::engine::serve::Engine;
use crate::import::{self, HEAD_BYTES, Mapping, Refusal, Table};
use std::rc::Rc;

/// Rows of a preview.
const PREVIEWED: usize = 30;
/// Bytes that are looked at for a preview.
const PREVIEW_BYTES: u64 = 64 << 10;

/// A file that was refused as it was tried.
pub struct Unread {
    pub(super) kept: Rc<KeptSource>,
    pub(super) said: Said,
    pub(super) refusal: FileRefusal,
    /// Its first bytes.
    pub(super) head: Vec<u8>,
}

impl Unread {
    /// Whether a refusal may come of how the file was tried, rather than of what it is.
    pub(super) const fn may_be_read_otherwise(refusal: &Refusal) -> bool {
        !matches!(
            refusal,
            Refusal::Empty
                | Refusal::NotACsv(_)
                | Refusal::TooLarge { .. }
                | Refusal::SizeChanged { .. }
                | Refusal::TooManyRows
                | Refusal::EmptyList
        )
    }

    fn is_whole(&self) -> bool {
        self.head.len() as u64 == self.kept.file.size()
    }

    /// What the page is told.
    #[must_use]
    pub fn view(&self) -> UnreadFile {
        let recognition = recognition(&self.kept.name, &self.head, self.is_whole(), &self.said, None, None);
        UnreadFile {
            size: self.kept.file.size(),
            source: self.kept.source.clone(),
            refusal: self.refusal.clone(),
            mapping: self.mapping(recognition.choices, &self.said.headers).ok(),
            recognition,
        }
    }

    fn mapping(&self, choices: Choices, headers: &[HeaderChoice]) -> Result<MappingView, Refusal> {
        Mapping::of_head(&self.head, self.is_whole(), choices, headers).map(|mapping| mapping_view(&mapping))
    }

    fn choices(&self) -> Choices {
        let guess = || import::recognise(&self.kept.name, &self.head, self.is_whole()).map(|guess| guess.choices);
        self.said.choices.unwrap_or_else(|| guess().unwrap_or_default())
    }
}

fn recognition(
    name: &str,
    head: &[u8],
    is_whole: bool,
    said: &Said,
    table: Option<&Table>,
    shown: Option<Choices>,
) -> RecognitionView {
    let guess = import::recognise(name, head, is_whole).ok();
    let read_by = table.map(Table::choices).or(said.choices);
    let choices = shown.or(read_by).or_else(|| guess.as_ref().map(|guess| guess.choices)).unwrap_or_default();
    let looked_at = head.get(..head.len().min(PREVIEW_BYTES as usize)).unwrap_or(head);
    let is_all = is_whole && looked_at.len() == head.len();
    let part =
        |part: &import::Part| PartView { kind: part.kind, line: part.line, lines: part.lines, text: part.text.to_string() };
    RecognitionView {
        choices,
        is_chosen: said.is_chosen,
        guess,
        preview: import::preview(looked_at, is_all, choices, PREVIEWED),
        parts: table.map(|table| table.parts().iter().map(part).collect()).unwrap_or_default(),
    }
}

fn mapping_view(mapping: &Mapping) -> MappingView {
    let clash = |clash: &import::Clash| ClashView {
        column: clash.column,
        positions: clash.headers.iter().map(|(position, _)| *position).collect(),
        words: clash.message(),
    };
    MappingView {
        key: mapping.key(),
        clashes: mapping.clashes().iter().map(clash).collect(),
        has_id: mapping.columns.iter().any(|mapped| mapped.column == Some(ColumnId::ProductId)),
        choices: mapping.choices(),
        columns: mapping.columns.clone(),
    }
}

fn no_file() -> Trouble {
    Trouble::not_now("There is no file.", "Choose a file first.")
}

fn no_checked_file() -> Trouble {
    Trouble::not_now("There is no checked file.", "Choose a file first; from a review, go back to the file.")
}

impl Engine {
    /// The file that can be put right now.
    ///
    /// # Errors
    /// When there is none, or it is being compared: what is compared must not change.
    pub(crate) fn checked(&self) -> Result<Rc<LoadedFile>, Trouble> {
        match &*self.run.borrow() {
            Run::Checked(file) => Ok(Rc::clone(file)),
            _ => Err(no_checked_file()),
        }
    }

    fn unread(&self) -> Option<Rc<Unread>> {
        match &*self.run.borrow() {
            Run::Unread(file) => Some(Rc::clone(file)),
            _ => None,
        }
    }

    /// How the file is written, or would be under other choices.
    ///
    /// # Errors
    /// When there is no file, or the browser no longer lets us read it.
    pub(crate) async fn recognition(&self, shown: Option<Choices>) -> Result<RecognitionView, Trouble> {
        if let Some(unread) = self.unread() {
            return Ok(recognition(&unread.kept.name, &unread.head, unread.is_whole(), &unread.said, None, shown));
        }
        let file = self.checked()?;
        let size = file.kept.file.size();
        let head = file.kept.file.read(0, size.min(HEAD_BYTES as u64)).await;
        let head = head.map_err(|words| {
            let what = format!("The browser could not read the file any further: {words}");
            Trouble::not_now(&what, "It may have been moved, changed or deleted meanwhile. Choose it again.")
        })?;
        let open = file.open();
        let is_whole = head.len() as u64 == size;
        Ok(recognition(file.name(), &head, is_whole, &open.said, Some(open.draft.table()), shown))
    }

    /// Reads the file again in another way.
    ///
    /// # Errors
    /// When there is none.
    pub(crate) fn read_again(self: &Rc<Self>, choices: Option<Choices>) -> Result<(), Trouble> {
        let (kept, said) = self.kept_file()?;
        let said = Said { choices, is_chosen: choices.is_some(), ..said };
        self.start_reading(kept, Orders { said, ..Orders::default() })
    }

    fn kept_file(&self) -> Result<(Rc<KeptSource>, Said), Trouble> {
        if let Some(unread) = self.unread() {
            return Ok((Rc::clone(&unread.kept), unread.said.clone()));
        }
        let file = self.checked().map_err(|_| no_file())?;
        let said = file.open().said.clone();
        Ok((Rc::clone(&file.kept), said))
    }

    /// Which column is which, or would be if this were said.
    ///
    /// # Errors
    /// When there is no file, or no header row can be read.
    pub(crate) fn mapping(&self, headers: Option<&[HeaderChoice]>) -> Result<MappingView, Trouble> {
        if let Some(unread) = self.unread() {
            let said = headers.unwrap_or(&unread.said.headers);
            return unread
                .mapping(unread.choices(), said)
                .map_err(|refusal| Trouble::not_now(&refusal.message(), &refusal.cure()));
        }
        let file = self.checked()?;
        let open = file.open();
        let said = headers.unwrap_or(&open.said.headers);
        Ok(mapping_view(&Mapping::of_table(open.draft.table(), said)))
    }

    /// Maps the columns so, and checks again.
    ///
    /// # Errors
    /// When there is no file; when two columns clash or none is the product id.
    pub(crate) fn map_columns(self: &Rc<Self>, headers: Vec<HeaderChoice>) -> Result<(), Trouble> {
        let tried = self.mapping(Some(&headers))?;
        if let Some(clash) = tried.clashes.first() {
            return Err(Trouble::not_now(&clash.words, "Every column of the store can be set by one column of the file."));
        }
        if !tried.has_id {
            return Err(Trouble::not_now("No column is the product id.", "Say which column holds it."));
        }
        let (kept, said) = self.kept_file()?;
        let said = Said { headers, ..said };
        let Ok(file) = self.checked() else {
            return self.start_reading(kept, Orders { said, ..Orders::default() });
        };
        let (table, columns) = {
            let open = file.open();
            let table = Rc::clone(open.draft.table());
            let mapping = Mapping::propose(table.columns().headers(), &said.headers);
            let columns = mapping.to_columns();
            (table, columns.map_err(|refusal| Trouble::not_now(&refusal.message(), &refusal.cure()))?)
        };
        let key = |columns: &import::Columns| columns.position(ColumnId::ProductId);
        if key(&columns) != key(table.columns()) {
            // Whose rows the damaged ones are is told by the key column while the file is read.
            let choices = Some(table.choices());
            return self.start_reading(kept, Orders { said: Said { choices, ..said }, ..Orders::default() });
        }
        self.check_draft_again(&file, columns, said);
        Ok(())
    }

    /// Reads list cells another way, and checks the file again.
    ///
    /// # Errors
    /// When there is no checked file.
    pub(crate) fn set_list_separator(self: &Rc<Self>, separator: ListSeparator) -> Result<(), Trouble> {
        let file = self.checked()?;
        let (columns, said) = {
            let open = file.open();
            (open.draft.columns().clone(), Said { separator, ..open.said.clone() })
        };
        self.check_draft_again(&file, columns, said);
        Ok(())
    }

    /// Checks a file again with its edits.
    fn check_draft_again(self: &Rc<Self>, file: &Rc<LoadedFile>, columns: import::Columns, said: Said) {
        let generation = self.next_generation();
        let (table, edits, history) = {
            let open = file.open();
            (Rc::clone(open.draft.table()), open.draft.edits().clone(), open.history.clone())
        };
        let size = file.kept.file.size();
        let progress =
            ReadProgress { name: file.name().to_owned(), bytes: size, size, rows: small(table.rows() as usize), checked: 0 };
        self.go(Run::Reading(progress.clone()));
        let (engine, kept, facts) = (Rc::clone(self), Rc::clone(&file.kept), file.facts);
        self.hands.spawn(Box::pin(async move {
            let began = engine.hands.now();
            let draft = engine.check(&table, columns, edits, said.rules(), progress, (began, generation)).await;
            if let Some(draft) = draft.filter(|_| engine.is_current(generation)) {
                let facts = ReadFacts { millis: engine.since(began), ..facts };
                let history: History = history;
                engine.go(Run::Checked(Rc::new(LoadedFile::new(kept, said, draft, history, facts))));
            }
        }));
    }

    /// The answers there are for a column.
    pub(crate) fn column_answers(&self, column: ColumnId) -> Option<ColumnQuestion> {
        let file = self.checked().ok()?;
        let open = file.open();
        open.draft.columns().position(column)?;
        open.draft.answers(column).map(|question| asked(&open.draft, &question))
    }

    /// What each of these choices makes of some cells of a column; nothing where there is no checked file.
    pub(crate) fn samples_of(&self, column: ColumnId, choices: &[ColumnChoice]) -> Vec<Vec<ReadSample>> {
        let Ok(file) = self.checked() else { return Vec::new() };
        let open = file.open();
        let of =
            |choice: &ColumnChoice| open.draft.samples(column, *choice).iter().map(|found| sample(&open.draft, found)).collect();
        choices.iter().map(of).collect()
    }

    /// Reads a column so from now on.
    ///
    /// # Errors
    /// When there is no checked file, or it has no such column, or the answer is for a column of another sort.
    pub(crate) fn answer_column(&self, column: ColumnId, choice: ColumnChoice) -> Result<Box<FileSummary>, Trouble> {
        let file = self.checked()?;
        let fits = match choice {
            ColumnChoice::Date(_) => import::DATE_COLUMNS.contains(&column),
            ColumnChoice::Number(_) => import::NUMBER_COLUMNS.contains(&column),
        };
        if !fits || !file.has_column(column) {
            return Err(Trouble::not_now(
                "The file has no such column of dates or numbers.",
                "Choose one of those that are asked about.",
            ));
        }
        {
            let mut open = file.open.borrow_mut();
            open.said.answer(column, choice);
            open.draft.choose(column, choice);
            open.refresh(false);
        }
        Ok(Box::new(file.summary()))
    }
}
