//! Questions are answered here: one arm a question, each handed to the room that knows.
//!
//! In: a job number and a question, perhaps with a file. Out: exactly one answer, and events.
//! Must never know: Leptos, the DOM.

use super::hands::{DroppedFile, Hands};
use super::journal::Journal;
use super::protocol::{
    Ask, ChangeWindow, Connection, Event, FromEngine, GridWindow, Host, IssueWindow, LineWindow, OverviewAnswer, Reply,
    SaveOutcome, SaveTrouble, Source, Trouble,
};
use super::run::Run;
use super::session::{self, Paces, Session};
use crate::api::Method;
use crate::domain::settings::{SettingChange, Settings};
use crate::review::Limits;
use crate::send::Sender;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// The engine: what it is connected to, and the bulk run.
pub struct Engine {
    pub(super) hands: Rc<dyn Hands>,
    /// Where runs are written down.
    pub(super) journal: Journal,
    pub(super) session: RefCell<Option<Session>>,
    pub(super) run: RefCell<Run>,
    /// Counts the runs: a task of an earlier one sees that it has been left behind, and stops.
    pub(super) generation: Cell<u64>,
    hosts: RefCell<Option<Vec<Host>>>,
    paces: Paces,
    /// Counts what the person did to the connection: an attempt that has been overtaken connects to nothing.
    attempts: Cell<u64>,
    /// Whether the journal was looked at for a run that was cut off.
    recalled: Cell<bool>,
    /// Whether settings are being saved.
    is_saving: Cell<bool>,
    /// When guards speak up.
    pub(super) limits: Cell<Limits>,
}

impl Engine {
    /// An engine that is connected to nothing.
    #[must_use]
    pub fn new(hands: Rc<dyn Hands>) -> Rc<Self> {
        Rc::new(Self {
            journal: Journal::new(Rc::clone(&hands)),
            hands,
            session: RefCell::new(None),
            run: RefCell::new(Run::default()),
            generation: Cell::new(0),
            hosts: RefCell::new(None),
            paces: Paces::default(),
            attempts: Cell::new(0),
            recalled: Cell::new(false),
            is_saving: Cell::new(false),
            limits: Cell::new(Limits::default()),
        })
    }

    /// Answers a question. The answer is posted, not returned: events may be posted before it.
    pub async fn answer(self: Rc<Self>, job: u32, ask: Ask, file: Option<Rc<dyn DroppedFile>>) {
        let reply = Rc::clone(&self).reply(ask, file).await;
        self.hands.post(FromEngine::Answer { job, reply: Box::new(reply) });
    }

    async fn reply(self: Rc<Self>, ask: Ask, file: Option<Rc<dyn DroppedFile>>) -> Reply {
        let hands = Rc::clone(&self.hands);
        match ask {
            Ask::Overview(_) => Reply::Overview(self.overview().await),
            Ask::Hosts(_) => Reply::Hosts(self.hosts().await),
            Ask::Connect(ask) => {
                let attempt = self.next_attempt();
                Reply::Connect(match self.host(ask.host).await {
                    Ok(host) => match Session::connect(&*hands, &host, &ask.key, &self.paces).await {
                        Ok(session) => self.connected(session, attempt),
                        Err(trouble) => Err(trouble),
                    },
                    Err(trouble) => Err(trouble),
                })
            }
            Ask::OpenPractice(_) => {
                let attempt = self.next_attempt();
                // The one that is open stays open: another would not have what was sent to it.
                let open = self.session().ok().filter(|session| session.practice.is_some());
                Reply::OpenPractice(match open {
                    Some(session) => self.connected(session, attempt),
                    None => match Session::practice(&hands).await {
                        Ok(session) => self.connected(session, attempt),
                        Err(trouble) => Err(trouble),
                    },
                })
            }
            Ask::Disconnect(_) => {
                self.disconnect();
                Reply::Disconnect(())
            }
            Ask::Browse(ask) => Reply::Browse(match self.session() {
                Ok(session) => session.browse(&*hands, &ask.search, ask.from, ask.count).await,
                Err(trouble) => Err(trouble),
            }),
            Ask::ReadStore(_) => Reply::ReadStore(match self.session() {
                Ok(session) => session.store(&*hands).await.map(Box::new).map_err(|error| Trouble::api(&error, Method::Get)),
                Err(trouble) => Err(trouble),
            }),
            Ask::SaveStore(ask) => Reply::SaveStore(self.save_store(*ask.base, &ask.wanted, &ask.awaited).await),
            Ask::OpenFile(ask) => Reply::OpenFile(match file {
                Some(file) => self.open_file(ask.name, Source::File, file, ask.read_as),
                None => Err(Trouble::not_now("The file did not reach the engine.", "Drop it again.")),
            }),
            Ask::OpenText(ask) => Reply::OpenText(match file {
                Some(file) => self.open_file(ask.name, ask.source, file, ask.read_as),
                None => self.open_text(ask.name, ask.source, ask.text, ask.read_as),
            }),
            Ask::Recognition(ask) => Reply::Recognition(self.recognition(ask.choices).await),
            Ask::ReadAgain(ask) => Reply::ReadAgain(self.read_again(ask.choices)),
            Ask::MappingOf(ask) => Reply::MappingOf(self.mapping(ask.headers.as_deref())),
            Ask::MapColumns(ask) => Reply::MapColumns(self.map_columns(ask.headers)),
            Ask::ColumnAnswers(ask) => Reply::ColumnAnswers(self.column_answers(ask.column)),
            Ask::SamplesOf(ask) => Reply::SamplesOf(self.samples_of(ask.column, &ask.choices)),
            Ask::AnswerColumn(ask) => Reply::AnswerColumn(self.answer_column(ask.column, ask.choice)),
            Ask::Arrange(ask) => Reply::Arrange(self.checked().and_then(|file| file.arrange(&ask.view))),
            Ask::Grid(ask) => {
                let nothing = || GridWindow { order: 0, moved: 0, total: 0, from: 0, rows: Vec::new() };
                Reply::Grid(self.with_file(|file| file.grid(ask.from, ask.count)).unwrap_or_else(nothing))
            }
            Ask::CellOf(ask) => Reply::CellOf(self.with_file(|file| file.whole_cell(ask.place, ask.column)).flatten()),
            Ask::DamagedRow(ask) => Reply::DamagedRow(self.with_file(|file| file.damaged_text(ask.place)).flatten()),
            Ask::TryRepair(ask) => Reply::TryRepair(self.with_file(|file| file.try_repair(ask.place, &ask.text)).flatten()),
            Ask::CopyCells(ask) => Reply::CopyCells(self.checked().and_then(|file| file.copy(ask.block))),
            Ask::CountChange(ask) => Reply::CountChange(self.checked().and_then(|file| file.count_change(&ask.change))),
            Ask::Edit(ask) => Reply::Edit(self.checked().and_then(|file| file.edit(&ask.change, ask.moved))),
            Ask::Undo(_) => Reply::Undo(self.checked().and_then(|file| file.step(true))),
            Ask::Redo(_) => Reply::Redo(self.checked().and_then(|file| file.step(false))),
            Ask::Fixes(_) => Reply::Fixes(self.with_file(|file| file.fixes()).unwrap_or_default()),
            Ask::FindProblem(ask) => Reply::FindProblem(
                self.with_file(|file| file.find_problem(ask.order, ask.from, ask.backwards, ask.wanted)).flatten(),
            ),
            Ask::ProblemFile(_) => Reply::ProblemFile(self.checked().and_then(|file| file.problem_file())),
            Ask::KeepDraft(_) => Reply::KeepDraft(self.with_file(|file| file.keep().to_bytes())),
            Ask::OpenSample(_) => Reply::OpenSample(self.open_sample()),
            Ask::SampleFile(_) => Reply::SampleFile(self.sample_file()),
            Ask::SetListSeparator(ask) => Reply::SetListSeparator(self.set_list_separator(ask.separator)),
            Ask::Issues(ask) => Reply::Issues(
                self.with_file(|file| file.issues(ask.wanted, ask.from, ask.count)).unwrap_or_else(|| IssueWindow {
                    total: 0,
                    from: 0,
                    issues: Vec::new(),
                }),
            ),
            Ask::Compare(_) => Reply::Compare(self.compare().await),
            Ask::Changes(ask) => Reply::Changes(
                self.with_review(|review| review.changes(ask.column, ask.from, ask.count)).unwrap_or_else(|| ChangeWindow {
                    total: 0,
                    from: 0,
                    products: Vec::new(),
                }),
            ),
            Ask::BackToFile(_) => Reply::BackToFile(self.back_to_file()),
            Ask::UseLimits(ask) => {
                self.limits.set(ask.limits);
                Reply::UseLimits(())
            }
            Ask::ReviewBy(ask) => Reply::ReviewBy(self.review_by(ask.limits, ask.scope).await),
            Ask::UndoFile(_) => Reply::UndoFile(self.undo_file()),
            Ask::BackupFile(_) => Reply::BackupFile(self.backup_file().await),
            Ask::NotDoneFile(_) => Reply::NotDoneFile(self.not_done_file()),
            Ask::TakeBack(_) => Reply::TakeBack(self.take_back().await),
            Ask::Runs(_) => Reply::Runs(self.runs().await),
            Ask::OpenRun(ask) => Reply::OpenRun(self.open_run(&ask.run).await),
            Ask::DeleteRun(ask) => Reply::DeleteRun(self.delete_run(&ask.run).await),
            Ask::WipeCodes(_) => Reply::WipeCodes(self.wipe_codes().await),
            Ask::Send(ask) => Reply::Send(self.send(ask.token, &ask.typed, ask.in_this_tab).await),
            Ask::PauseSending(_) => {
                self.steer(Sender::pause);
                Reply::PauseSending(())
            }
            Ask::ResumeSending(_) => {
                self.steer(Sender::resume);
                Reply::ResumeSending(())
            }
            Ask::CancelSending(_) => {
                self.steer(Sender::cancel);
                Reply::CancelSending(())
            }
            Ask::GoOn(_) => Reply::GoOn(self.go_on().await),
            Ask::CheckAgain(_) => Reply::CheckAgain(self.check_again().await),
            Ask::Lines(ask) => Reply::Lines(
                self.with_report(|report| report.lines(ask.fate, ask.from, ask.count)).unwrap_or_else(|| LineWindow {
                    total: 0,
                    from: 0,
                    lines: Vec::new(),
                }),
            ),
            Ask::ReportFile(_) => Reply::ReportFile(
                self.with_report(|report| report.download())
                    .ok_or_else(|| Trouble::not_now("There is no report yet.", "It is there once sending has begun.")),
            ),
            Ask::CloseRun(_) => {
                self.close_run().await;
                Reply::CloseRun(())
            }
            Ask::TemplateFile(_) => Reply::TemplateFile(super::run::reading::template()),
        }
    }

    /// One saving at a time: a second one would read what the first is about to change.
    async fn save_store(
        &self,
        base: Settings,
        wanted: &Settings,
        awaited: &[SettingChange],
    ) -> Result<SaveOutcome, Box<SaveTrouble>> {
        let session = self.session().map_err(SaveTrouble::not_sent)?;
        if self.is_saving.replace(true) {
            let trouble = Trouble::not_now("Settings are being saved already.", "Wait until that has ended, then save again.");
            return Err(SaveTrouble::not_sent(trouble));
        }
        let outcome = session.save(&*self.hands, base, wanted, awaited).await;
        self.is_saving.set(false);
        if let Ok(SaveOutcome::Saved { now, .. }) = &outcome {
            self.renamed(now);
        }
        outcome
    }

    /// The title is shown beside the address on every page, so a new one is told.
    fn renamed(&self, now: &Settings) {
        let place = match self.session.borrow_mut().as_mut() {
            Some(session) if session.place.community == now.community_id && session.place.title != now.title => {
                session.place.title.clone_from(&now.title);
                session.place.clone()
            }
            _ => return,
        };
        self.hands.post(FromEngine::Event(Event::Connection(Connection::To(place))));
    }

    async fn overview(&self) -> OverviewAnswer {
        if !self.recalled.replace(true) {
            self.recall(None).await;
        }
        let connection = self.session.borrow().as_ref().map_or(Connection::None, |session| Connection::To(session.place.clone()));
        OverviewAnswer { connection, stage: self.stage() }
    }

    async fn hosts(&self) -> Result<Vec<Host>, Trouble> {
        if let Some(hosts) = self.hosts.borrow().as_ref() {
            return Ok(hosts.clone());
        }
        let hosts = session::hosts(&*self.hands).await?;
        *self.hosts.borrow_mut() = Some(hosts.clone());
        Ok(hosts)
    }

    async fn host(&self, index: u16) -> Result<Host, Trouble> {
        let hosts = self.hosts().await?;
        hosts
            .get(usize::from(index))
            .cloned()
            .ok_or_else(|| Trouble::not_now("The chosen host is not on this deployment's list.", "Choose a host from the list."))
    }

    /// The store we are connected to.
    pub(super) fn session(&self) -> Result<Session, Trouble> {
        self.session.borrow().clone().ok_or_else(Trouble::not_connected)
    }

    fn next_attempt(&self) -> u64 {
        self.attempts.set(self.attempts.get() + 1);
        self.attempts.get()
    }

    fn connected(&self, session: Session, attempt: u64) -> Result<super::protocol::Place, Trouble> {
        if self.attempts.get() != attempt {
            return Err(Trouble::not_now(
                "This attempt to connect was overtaken by another.",
                "Connect again if you still want to.",
            ));
        }
        self.may_replace(&session)?;
        let is_same = self.session.borrow().as_ref().is_some_and(|now| now.place.is_same_store(&session.place));
        if !is_same {
            self.back_to_checked();
        }
        let place = session.place.clone();
        *self.session.borrow_mut() = Some(session);
        self.hands.post(FromEngine::Event(Event::Connection(Connection::To(place.clone()))));
        self.key_replaced();
        self.tell_report();
        Ok(place)
    }

    fn disconnect(&self) {
        self.next_attempt();
        self.leave_store();
        *self.session.borrow_mut() = None;
        self.hands.post(FromEngine::Event(Event::Connection(Connection::None)));
        self.tell_report();
    }

    /// Puts the run into another state and tells the page.
    pub(super) fn go(&self, run: Run) {
        *self.run.borrow_mut() = run;
        self.tell();
    }

    /// Tells the page where the run stands.
    pub(super) fn tell(&self) {
        self.hands.post(FromEngine::Event(Event::Run(self.stage())));
    }
}
