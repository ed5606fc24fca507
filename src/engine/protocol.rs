//! THE CONVERSATION between the page and the engine: each question with its answer's type, and the events.
//!
//! Everything here crosses a `postMessage` as postcard bytes; a dropped file crosses beside them, uncopied. The page
//! asks with a job number and gets exactly one answer to it; an answer to a job it no longer waits for is dropped. The
//! engine tells of itself by [`Event`]s. Nothing that leaves the engine holds an API key, and voucher codes leave it
//! only as part of the cells and issues of the person's own file.
//!
//! To add a question: one entry in [`conversation!`] below, one arm in `engine::serve`.

use crate::domain::choices::ListSeparator;
use crate::domain::settings::{SettingChange, Settings};
use crate::domain::{ColumnId, ProductId};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

mod checked;
mod grid;
mod history;
mod kept;
mod reading;
mod reviewing;
mod saving;
mod sending;
mod versioned;

pub use crate::api::Door;
pub use crate::import::Repair;
pub use crate::review::Limits as GuardLimits;
pub use checked::{
    CellMark, FileRefusal, FileSummary, HeaderView, IssueView, IssueWindow, ReadProgress, RowKind, RuleCount, Severity,
};
pub use grid::{
    Arranged, Block, CellIssue, Change, ChangeCount, ChangeExample, Changed, DamagedText, DraftState, Find, Fix, FixView,
    GridRow, GridView, GridWindow, Only, Sort, Spot, Tried, WantedIssues, WholeCell, WrongText,
};
pub use history::{RunView, UndoView};
pub use kept::{Fingerprint, KeptEdits, KeptFile, KeptStep};
pub use reading::{
    Alternative, Choices, ClashView, ColumnAnswer, ColumnChoice, ColumnQuestion, Confidence, DateOrder, DateRule, Delimiter,
    Encoding, Escape, Format, Guess, HeaderChoice, LineEnds, Mapped, MappingView, Match, NumberRule, PartKind, PartView,
    PreviewKind, PreviewRow, Quote, ReadAs, ReadSample, RecognitionView, Remembered, Restored, Settled, Source, UnreadFile, Zone,
};
pub use reviewing::{ChangeView, ChangeWindow, FieldView, GuardView, ReviewSummary, ScopePart, ValueView};
pub use saving::{Fate, FieldWords, KeptDraft, Late, SaveOutcome, SaveTrouble, TypedText};
pub use sending::{Ending, FateKind, LineView, LineWindow, ReportSummary, SendProgress, SendState};

/// A question with its answer's type.
pub trait Question: Serialize + DeserializeOwned {
    /// What comes back.
    type Answer: Serialize + DeserializeOwned;
    /// The question as one of all.
    fn into_ask(self) -> Ask;
    /// The answer out of all, or nothing if it answers something else.
    fn from_reply(reply: Reply) -> Option<Self::Answer>;
}

macro_rules! conversation {
    ($($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident : $type:ty),* $(,)? } -> $answer:ty;)+) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Serialize, Deserialize)]
            pub struct $name { $($(#[$field_doc])* pub $field: $type),* }

            impl Question for $name {
                type Answer = $answer;
                fn into_ask(self) -> Ask { Ask::$name(self) }
                fn from_reply(reply: Reply) -> Option<Self::Answer> {
                    match reply { Reply::$name(answer) => Some(answer), _ => None }
                }
            }
        )+

        /// Every question.
        #[derive(Clone, Serialize, Deserialize)]
        pub enum Ask { $($(#[$doc])* $name($name)),+ }

        /// Every answer.
        #[derive(Clone, Serialize, Deserialize)]
        pub enum Reply { $(#[doc = concat!("Answers [`", stringify!($name), "`].")] $name($answer)),+ }
    };
}

conversation! {
    /// Where things stand: asked once when the page starts, and again after the engine was restarted.
    Overview {} -> OverviewAnswer;
    /// The API hosts of this deployment, from its `config.json`.
    Hosts {} -> Result<Vec<Host>, Trouble>;
    /// Proves a key with `GET /stores` and keeps it in the engine's memory.
    Connect {
        /// Index into the answer to [`Hosts`].
        host: u16,
        /// What the person pasted.
        key: PastedKey,
    } -> Result<Place, Trouble>;
    /// Opens the practice store: no key, no network.
    OpenPractice {} -> Result<Place, Trouble>;
    /// Forgets the key, the file and everything read from the store. An unfinished run's journal stays.
    Disconnect {} -> ();
    /// A window of the live catalogue.
    Browse {
        /// What to search for; blank for everything.
        search: String,
        /// First product, from 0.
        from: u32,
        /// How many, at most 100.
        count: u32,
    } -> Result<ProductPage, Trouble>;
    /// The store's settings, as read now.
    ReadStore {} -> Result<Box<Settings>, Trouble>;
    /// Saves settings: reads the store again, puts the changes onto what it holds now, sends only what differs, reads it
    /// back. Nothing is sent where somebody else changed the same setting meanwhile.
    SaveStore {
        /// The settings as they were read, before any change.
        base: Box<Settings>,
        /// As they shall be.
        wanted: Box<Settings>,
        /// What was sent earlier and may show since: where the store now holds it, that is nobody else's change.
        awaited: Vec<SettingChange>,
    } -> Result<SaveOutcome, Box<SaveTrouble>>;
    /// Reads the file that travels beside this question. Answers when it is accepted; [`Stage::Reading`] and
    /// [`Stage::Checked`], [`Stage::Unread`] or [`Stage::Choosing`] follow as events. The engine keeps the file, so that it
    /// can be read again in another way.
    OpenFile {
        /// The file's name.
        name: String,
        /// The file's size in bytes.
        size: u64,
        /// What was said beforehand of how to read it.
        read_as: ReadAs,
    } -> Result<(), Trouble>;
    /// Reads a text as if it were a file: what was pasted, or what a workbook was turned into. As [`OpenFile`] otherwise.
    OpenText {
        /// A name for it.
        name: String,
        /// Where it came from.
        source: Source,
        /// The text. It is read as UTF-8 unless `read_as` says otherwise. Blank where it travels beside this question, as a
        /// file: then none of it passes through the page.
        text: String,
        /// As in [`OpenFile`].
        read_as: ReadAs,
    } -> Result<(), Trouble>;
    /// How the file is written, with its first rows and the guess. With choices: as it would be read under these; nothing
    /// is changed by asking.
    Recognition {
        /// Those to look at, or those the file is read by.
        choices: Option<Choices>,
    } -> Result<RecognitionView, Trouble>;
    /// Reads the file again from its bytes. Edits are gone, since rows may be others; answers and what was said of headers
    /// stay. Events follow as after [`OpenFile`].
    ReadAgain {
        /// How; nothing is: find out.
        choices: Option<Choices>,
    } -> Result<(), Trouble>;
    /// Which column of the file is which, with cells beside each. With choices: as it would be under these (clashes are
    /// part of the answer); nothing is changed by asking. Answers for an [`UnreadFile`] too, from its first rows.
    MappingOf {
        /// What to try instead of what was said so far, all of it.
        headers: Option<Vec<HeaderChoice>>,
    } -> Result<MappingView, Trouble>;
    /// Maps the columns so, and checks the file again. Edits stay, unless another column becomes the product id: then the
    /// file is read again, and edits are gone. Events follow. Refused where two columns clash or none is the product id.
    MapColumns {
        /// All that is said of headers, in place of what was.
        headers: Vec<HeaderChoice>,
    } -> Result<(), Trouble>;
    /// The answers there are for a column of dates or numbers, whether it is open, settled or chosen; nothing where the file
    /// has no such column.
    ColumnAnswers {
        /// Which.
        column: ColumnId,
    } -> Option<ColumnQuestion>;
    /// What each of these answers, a zone of the person's own in them perhaps, makes of some cells of a column. The same cells as
    /// in its question.
    SamplesOf {
        /// Which column.
        column: ColumnId,
        /// The answers.
        choices: Vec<ColumnChoice>,
    } -> Vec<Vec<ReadSample>>;
    /// Reads a column so from now on, and checks again what it affects. The answer is the file as it stands then; no event
    /// is posted beside it.
    AnswerColumn {
        /// Which.
        column: ColumnId,
        /// How.
        choice: ColumnChoice,
    } -> Result<Box<FileSummary>, Trouble>;
    /// Makes an order of rows, and drops the one before. Ask again to have it made anew after edits.
    Arrange {
        /// Which rows, in which order.
        view: GridView,
    } -> Result<Arranged, Trouble>;
    /// A window of the order.
    Grid {
        /// The order.
        order: u32,
        /// Index of the first row.
        from: u32,
        /// How many, at most 200.
        count: u32,
    } -> GridWindow;
    /// One cell with all its text, what is wrong with it, and what it would be put right. Nothing for a damaged row.
    CellOf {
        /// Its row's place.
        place: u32,
        /// Its column's position.
        column: u16,
    } -> Option<WholeCell>;
    /// The text of a damaged row, and what is wrong with it. Nothing for a row that is not damaged.
    DamagedRow {
        /// Its place.
        place: u32,
    } -> Option<DamagedText>;
    /// What a text typed for a damaged row would be. Nothing for a row that is not damaged.
    TryRepair {
        /// Its place.
        place: u32,
        /// The text.
        text: String,
    } -> Option<Tried>;
    /// A block of cells as text for a spreadsheet: tabs between cells, line breaks between rows, quotes where needed. At
    /// most 16 MB.
    CopyCells {
        /// Which.
        block: Block,
    } -> Result<String, Trouble>;
    /// What a change would do, without doing it.
    CountChange {
        /// The change; what it expects is not looked at.
        change: Change,
    } -> Result<ChangeCount, Trouble>;
    /// Changes cells. What it affects is checked again before the answer.
    Edit {
        /// What.
        change: Change,
        /// How often rows had moved when the person looked at them ([`DraftState::moved`]): if they moved once more, nothing is
        /// changed, for it would be other rows. Nothing where the change is of no row that is looked at.
        moved: Option<u32>,
    } -> Result<Changed, Trouble>;
    /// Takes back the last change, wherever its rows stand now. Refused where there is none.
    Undo {} -> Result<Changed, Trouble>;
    /// Does again what was taken back last. Refused where there is nothing.
    Redo {} -> Result<Changed, Trouble>;
    /// The whole-column fixes that would change something, the most cells first.
    Fixes {} -> Vec<FixView>;
    /// The next problem in an order, or the one before; round to the other end if need be. Nothing where there is none.
    FindProblem {
        /// The order.
        order: u32,
        /// From which cell: index and column. From the end where nothing is said.
        from: Option<(u32, u16)>,
        /// Towards the beginning.
        backwards: bool,
        /// Which problems.
        wanted: WantedIssues,
    } -> Option<Spot>;
    /// The rows of all products with an error as a CSV that says what is wrong in a column "Problems", which is for reading
    /// only: the file can be put right elsewhere and be opened here as it is. Damaged rows are not part of it, but those
    /// that name their product are named.
    ProblemFile {} -> Result<Download, Trouble>;
    /// What has to be kept so that [`ReadAs::kept`] can bring all of it back after a reload: choices, answers and edits as
    /// [`KeptFile::to_bytes`] makes them. The file itself is the page's to keep. Nothing where there is no checked file.
    KeepDraft {} -> Option<Vec<u8>>;
    /// Reads the practice store's sample file as if it had been dropped. Refused outside the practice store.
    OpenSample {} -> Result<(), Trouble>;
    /// The sample file itself, to be looked at in a spreadsheet. Refused outside the practice store.
    SampleFile {} -> Result<Download, Trouble>;
    /// Changes how list cells are read, and checks the file again. Edits and answers stay.
    SetListSeparator {
        /// What stands between the items of a list cell.
        separator: ListSeparator,
    } -> Result<(), Trouble>;
    /// A window of the file's issues as it stands: first those of the file and its damaged rows, then those of products,
    /// each by their lines.
    Issues {
        /// Only these.
        wanted: WantedIssues,
        /// First issue, from 0.
        from: u32,
        /// How many, at most 200.
        count: u32,
    } -> IssueWindow;
    /// Reads the products concerned from the live store and compares. [`Stage::Comparing`] and [`Stage::Reviewing`]
    /// follow as events.
    Compare {} -> Result<(), Trouble>;
    /// A window of the products that will change.
    Changes {
        /// Only products in which this column changes, or all.
        column: Option<ColumnId>,
        /// First product, from 0.
        from: u32,
        /// How many, at most 200.
        count: u32,
    } -> ChangeWindow;
    /// Back from the comparison or the review to the checked file.
    BackToFile {} -> Result<(), Trouble>;
    /// When guards speak up in comparisons from now on.
    UseLimits {
        /// The limits.
        limits: GuardLimits,
    } -> ();
    /// Looks at the same reading with other limits of the guards, which stay from then on, or with fewer columns allowed; the store is not asked
    /// again. [`Stage::Reviewing`] follows, with another token.
    ReviewBy {
        /// When a guard speaks up.
        limits: GuardLimits,
        /// The only columns that may be touched; all of the file's, if none is said.
        scope: Option<Vec<ColumnId>>,
    } -> Result<(), Trouble>;
    /// The old values of exactly the fields that change, or were changed by the run that is shown, as a CSV that comes back in
    /// as it is.
    UndoFile {} -> Result<Download, Trouble>;
    /// All that is known of the products that change, or of those of the run that is shown, from before, as a CSV that comes
    /// back in as it is.
    BackupFile {} -> Result<Download, Trouble>;
    /// The rows that did not make it, as a CSV that comes back in as it is.
    NotDoneFile {} -> Result<Download, Trouble>;
    /// Makes a run of its own out of the shown one's old values: reads the products, leaves out what somebody has edited
    /// since, and opens the rest as a file, to be checked, compared and confirmed as any other.
    TakeBack {} -> Result<UndoView, Trouble>;
    /// The runs in this browser's journal, the youngest first.
    Runs {} -> Result<Vec<RunView>, Trouble>;
    /// Shows a run of the journal: [`Stage::Done`] follows.
    OpenRun {
        /// [`RunView::run`].
        run: String,
    } -> Result<(), Trouble>;
    /// Deletes a run from the journal, with its undo file and its backup.
    DeleteRun {
        /// [`RunView::run`].
        run: String,
    } -> Result<(), Trouble>;
    /// Puts hashes in the place of all voucher codes that the journal still holds: how many there were. What was not sent
    /// cannot be sent from the journal then.
    WipeCodes {} -> Result<u32, Trouble>;
    /// The one confirmation: carry the reviewed plan out.
    Send {
        /// The [`ReviewSummary::token`] that the person saw, so that nothing else can be confirmed by it.
        token: u64,
        /// What the person typed, where [`ReviewSummary::phrase`] asks for it.
        typed: String,
        /// The person has said that this tab stays open: the run is kept in it alone, where the browser's storage fails
        /// ([`TroubleKind::NoJournal`]).
        in_this_tab: bool,
    } -> Result<(), Trouble>;
    /// Sends nothing new until [`ResumeSending`].
    PauseSending {} -> ();
    /// Goes on after a pause.
    ResumeSending {} -> ();
    /// Sends nothing more; what is on its way is settled by reading.
    CancelSending {} -> ();
    /// Goes on with a run that was cut off or cancelled, or in which something was given up: what is unknown is read first, what is done
    /// stays done, the rest is sent.
    GoOn {} -> Result<(), Trouble>;
    /// Reads the products whose fate is unknown once more.
    CheckAgain {} -> Result<(), Trouble>;
    /// A window of the report's lines.
    Lines {
        /// Only lines of this fate, or all.
        fate: Option<FateKind>,
        /// First line, from 0.
        from: u32,
        /// How many, at most 200.
        count: u32,
    } -> LineWindow;
    /// The report as a CSV.
    ReportFile {} -> Result<Download, Trouble>;
    /// Closes the run: back to choosing a file. It stays in the journal, among the past [`Runs`].
    CloseRun {} -> ();
    /// The template file.
    TemplateFile {} -> Download;
}

/// What the page posts.
#[derive(Serialize, Deserialize)]
pub struct ToEngine {
    /// Chosen by the page, never used twice in one engine's life.
    pub job: u32,
    /// The question.
    pub ask: Ask,
}

/// What the engine posts.
#[derive(Serialize, Deserialize)]
pub enum FromEngine {
    /// The engine listens. Messages posted before this are lost.
    Ready {
        /// The build the engine is of; the page refuses to work with another build's engine.
        build: String,
    },
    /// The answer to a question.
    Answer {
        /// The question's job number.
        job: u32,
        /// The answer.
        reply: Box<Reply>,
    },
    /// Something happened.
    Event(Event),
    /// The engine is about to stop because of a mistake of ours. Nothing follows.
    Crashed,
}

/// What happens in the engine by itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Event {
    /// The bulk run has come to another stage, or further in the one it is in.
    Run(Stage),
    /// The connection changed: connected, disconnected, key refused.
    Connection(Connection),
}

/// A problem with the world (never with the file): what it is and what helps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trouble {
    /// Which kind, for the page's choice of what to offer.
    pub kind: TroubleKind,
    /// One sentence: what happened.
    pub what: String,
    /// One sentence: what to do.
    pub cure: String,
    /// The server's own words, verbatim, where there were any. Text, never HTML.
    pub said: Option<String>,
}

/// Kinds of [`Trouble`] between which the page tells apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TroubleKind {
    /// The text in the key field cannot be a key.
    KeyForm,
    /// 401.
    Unauthorized,
    /// 403.
    Forbidden,
    /// 404; or a run that is not in the journal.
    NotFound,
    /// No answer that the browser lets us see: unreachable, or calls from this page are not allowed (CORS).
    NoAnswer,
    /// No network.
    Offline,
    /// Nothing within the time allowed.
    Timeout,
    /// An answer that is not the API's.
    NotTheApi,
    /// Another refusal by the API.
    Refused,
    /// Not possible now: not connected, wrong stage, another run is under way.
    NotNow,
    /// The browser refused something (storage, reading the file).
    Browser,
    /// The browser's storage does not take what has to be written down before anything is sent.
    NoJournal,
    /// The file cannot be read at all.
    File,
}

/// What a person pasted into the key field. Not `Debug`; the page drops it once it is posted.
#[derive(Clone, Serialize, Deserialize)]
pub struct PastedKey(pub String);

/// An API host of this deployment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Host {
    /// What the person sees.
    pub label: String,
    /// The base address, without a slash at the end: `https://api.returning.ai/v1`, or a path on the page's own origin.
    #[serde(rename = "base")]
    pub base: String,
    /// A remark to show beside it.
    #[serde(default)]
    pub note: Option<String>,
    /// How it takes updates: `"json"`, which is meant where nothing is said, or `"csv"`.
    #[serde(default)]
    pub updates: Door,
}

/// A store that we are connected to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The practice store: nothing here is real.
    pub is_practice: bool,
    /// The host's label.
    pub host: String,
    /// The host's base address.
    pub base: String,
    /// The community's id, where the service returned it.
    pub community: Option<String>,
    /// The store's title, where the service returned it.
    pub title: Option<String>,
}

impl Place {
    /// The address of the practice store, which has none.
    pub const PRACTICE: &str = "in this browser";

    /// Whether this is the same store, as far as can be told: where the service names no community, its title has to do.
    #[must_use]
    pub fn is_same_store(&self, other: &Self) -> bool {
        let named = self.community.is_some() || other.community.is_some();
        self.is_practice == other.is_practice
            && self.base == other.base
            && if named { self.community == other.community } else { self.title == other.title }
    }
}

/// Whether we are connected, and why not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Connection {
    /// To nothing.
    None,
    /// To this store.
    To(Place),
}

/// The answer to [`Overview`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OverviewAnswer {
    /// The connection.
    pub connection: Connection,
    /// The bulk run.
    pub stage: Stage,
}

/// Where the bulk run stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Stage {
    /// No file.
    Choosing {
        /// Why the last file was not taken, if it was not.
        refusal: Option<FileRefusal>,
    },
    /// The file is being read and checked.
    Reading(ReadProgress),
    /// The file cannot be read as it was tried. It is kept: [`ReadAgain`] and [`MapColumns`] try otherwise.
    Unread(Box<UnreadFile>),
    /// The file is read and checked: problems can be looked at, and products without problems compared.
    Checked(Box<FileSummary>),
    /// The live products are being read.
    Comparing {
        /// Products read so far.
        done: u32,
        /// Products to read.
        total: u32,
    },
    /// Old and new are there to be looked at.
    Reviewing(Box<ReviewSummary>),
    /// The plan is being carried out.
    Sending(Box<SendProgress>),
    /// The run is over, or was interrupted; the report is there.
    Done(Box<ReportSummary>),
}

/// A window of the live catalogue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductPage {
    /// Products in all, where the service says so.
    pub total: Option<u32>,
    /// Index of the first product here.
    pub from: u32,
    /// The products.
    pub products: Vec<ProductRow>,
}

/// One product of the live catalogue, as listed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductRow {
    /// The id.
    pub id: ProductId,
    /// The name.
    pub name: Option<String>,
    /// The picture's address.
    pub image: Option<String>,
    /// The price.
    pub price: Option<String>,
    /// The price while a discount runs, if one is on.
    pub discount: Option<String>,
    /// The category's name.
    pub category: Option<String>,
    /// Vouchers left.
    pub stocks: Option<i64>,
    /// Orders so far.
    pub orders: Option<i64>,
    /// Whether it is archived.
    pub is_archived: Option<bool>,
    /// When it was last changed, ISO 8601.
    pub updated_at: Option<String>,
}

/// A file for the person to keep.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Download {
    /// The name to suggest.
    pub name: String,
    /// Its media type.
    pub media_type: String,
    /// Its text, UTF-8.
    pub text: String,
}
