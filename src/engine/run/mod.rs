//! The bulk run as a state machine: Choosing → Reading → Checked (or Unread) → Comparing → Reviewing → Sending → Done.
//!
//! In: the person's steps, and what the rooms find. Out: [`Stage`] for the page, windows of rows, issues, changes, lines.
//! One file a step: `reading` (`source`, `asking`) → `file` (`grid`, `editing`, `problems`) → `comparing` (`building`) → `sending` →
//! `reporting`. Must never know: Leptos, the DOM.

pub mod asking;
mod building;
mod carry;
mod clipboard;
pub mod comparing;
mod editing;
pub mod file;
mod grid;
mod head;
mod history;
mod keepsakes;
mod live;
mod order;
mod past;
mod problem_file;
mod problems;
pub mod reading;
pub mod reporting;
mod retyping;
pub mod sending;
mod showing;
pub mod source;
mod speed;
mod start;

use super::protocol::{FileRefusal, ReadProgress, Stage, Trouble};
use super::serve::Engine;
use super::session::Session;
use crate::send::Sender;
use asking::Unread;
use comparing::Review;
use file::LoadedFile;
use reporting::Report;
use sending::Sending;
use std::rc::Rc;

/// Where the run stands, with what it needs there.
pub enum Run {
    /// No file.
    Choosing(Option<FileRefusal>),
    /// A file is being read and checked.
    Reading(ReadProgress),
    /// A file cannot be read as it was tried.
    Unread(Rc<Unread>),
    /// The file is there.
    Checked(Rc<LoadedFile>),
    /// The live products are being read.
    Comparing {
        /// The file.
        file: Rc<LoadedFile>,
        /// Products read.
        done: u32,
        /// Products to read.
        total: u32,
    },
    /// Old and new are there.
    Reviewing {
        /// The file, for the way back.
        file: Rc<LoadedFile>,
        /// The comparison.
        review: Rc<Review>,
    },
    /// The plan is being carried out. The file is gone: what was confirmed is in the plan.
    Sending(Rc<Sending>),
    /// It is over, or was cut off.
    Done(Rc<Report>),
}

impl Default for Run {
    fn default() -> Self {
        Self::Choosing(None)
    }
}

impl Run {
    /// What the page is told.
    #[must_use]
    pub fn stage(&self) -> Stage {
        match self {
            Self::Choosing(refusal) => Stage::Choosing { refusal: refusal.clone() },
            Self::Reading(progress) => Stage::Reading(progress.clone()),
            Self::Unread(file) => Stage::Unread(Box::new(file.view())),
            Self::Checked(file) => Stage::Checked(Box::new(file.summary())),
            Self::Comparing { done, total, .. } => Stage::Comparing { done: *done, total: *total },
            Self::Reviewing { review, .. } => Stage::Reviewing(Box::new(review.summary().clone())),
            Self::Sending(sending) => Stage::Sending(Box::new(sending.progress())),
            Self::Done(report) => Stage::Done(Box::new(report.summary().clone())),
        }
    }
}

impl Engine {
    /// What the page is told. What needs the store is offered only while we are connected to the report's own.
    pub(super) fn stage(&self) -> Stage {
        let run = self.run.borrow();
        let mut stage = run.stage();
        if let (Stage::Done(summary), Run::Done(report)) = (&mut stage, &*run) {
            let session = self.session.borrow();
            let is_there = session.as_ref().is_some_and(|session| report.may_go_on_with(&session.place));
            summary.is_connected = is_there;
            summary.can_check_again &= is_there;
            summary.can_go_on &= is_there;
        }
        stage
    }

    /// The connection changed, and with it what can be done about a report.
    pub(super) fn tell_report(&self) {
        if matches!(&*self.run.borrow(), Run::Done(_)) {
            self.tell();
        }
    }

    /// Starts a new generation: tasks of the earlier ones stop at their next step.
    pub(super) fn next_generation(&self) -> u64 {
        let generation = self.generation.get() + 1;
        self.generation.set(generation);
        generation
    }

    /// Whether a task of this generation is still wanted.
    pub(super) fn is_current(&self, generation: u64) -> bool {
        self.generation.get() == generation
    }

    /// Looks at the file, where the run has one.
    pub(super) fn with_file<T>(&self, look: impl FnOnce(&LoadedFile) -> T) -> Option<T> {
        match &*self.run.borrow() {
            Run::Checked(file) | Run::Comparing { file, .. } | Run::Reviewing { file, .. } => Some(look(file)),
            _ => None,
        }
    }

    /// Looks at the review, where the run has one.
    pub(super) fn with_review<T>(&self, look: impl FnOnce(&Review) -> T) -> Option<T> {
        match &*self.run.borrow() {
            Run::Reviewing { review, .. } => Some(look(review)),
            _ => None,
        }
    }

    /// Looks at the report: the finished one, or what is known so far.
    pub(super) fn with_report<T>(&self, look: impl FnOnce(&Report) -> T) -> Option<T> {
        match &*self.run.borrow() {
            Run::Done(report) => Some(look(report)),
            Run::Sending(sending) => Some(look(&sending.report_so_far())),
            _ => None,
        }
    }

    /// From the comparison or the review back to the file.
    ///
    /// # Errors
    /// When there is neither.
    pub(super) fn back_to_file(&self) -> Result<(), Trouble> {
        if self.back_to_checked() {
            return Ok(());
        }
        Err(Trouble::not_now("There is no review to go back from.", "Compare the file first."))
    }

    /// Drops what was, or is being, compared with the store; whether there was any of it.
    pub(super) fn back_to_checked(&self) -> bool {
        let file = match &*self.run.borrow() {
            Run::Comparing { file, .. } | Run::Reviewing { file, .. } => Rc::clone(file),
            _ => return false,
        };
        self.next_generation();
        self.go(Run::Checked(file));
        true
    }

    /// Back to choosing a file. A run that is being sent is not closed: it is cancelled first, and its report stays.
    pub(super) async fn close_run(&self) {
        if matches!(&*self.run.borrow(), Run::Sending(_)) {
            self.steer(Sender::cancel);
            return;
        }
        self.next_generation();
        let closed = self.run.replace(Run::Choosing(None));
        self.tell();
        if let Run::Done(report) = closed {
            self.put_away(&report).await;
            // There may be others that were cut off: a report that nobody sees is none.
            self.recall(Some(report.run())).await;
        }
    }

    /// The person leaves: the file and what was compared with it are gone, and a run that is being sent stops.
    pub(super) fn leave_store(&self) {
        self.steer(Sender::cancel);
        if !matches!(&*self.run.borrow(), Run::Sending(_) | Run::Done(_) | Run::Choosing(_)) {
            self.next_generation();
            self.go(Run::Choosing(None));
        }
    }

    /// Whether a new connection may take the place of the old one now: while a run is being sent, only the same
    /// community at the same host may.
    pub(super) fn may_replace(&self, session: &Session) -> Result<(), Trouble> {
        match &*self.run.borrow() {
            Run::Sending(sending) => sending.may_go_on_with(&session.place),
            _ => Ok(()),
        }
    }
}
