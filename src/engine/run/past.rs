//! Past runs: listed with what they take, shown again, deleted; and their voucher codes wiped.
//!
//! In: the journal. Out: views of its runs. Must never know: how they were sent.

use super::Run;
use super::head::Head;
use super::reporting::Report;
use super::sending::{HEAD, Sending};
use crate::engine::hands::{Claim, JournalStore, Numbered};
use crate::engine::protocol::{RunView, Trouble, TroubleKind};
use crate::engine::serve::Engine;
use crate::send::Entry;
use crate::send::journal::Asked;
use std::rc::Rc;

impl Engine {
    /// The report was closed: it is not shown by itself any more. What stays open after a failure here is shown again at the
    /// next start: nothing is lost by it.
    pub(super) async fn put_away(&self, report: &Report) {
        let sending = report.sending();
        let ending = Some(report.summary().ending.clone());
        let head = Head { is_put_away: true, ending, ..sending.head.clone() };
        let _ = self.journal.write(&sending.run, vec![(HEAD, head.encode())]).await;
    }

    /// Whether this is the run that this page has open.
    fn is_shown(&self, run: &str) -> bool {
        match &*self.run.borrow() {
            Run::Sending(sending) => sending.run == run,
            Run::Done(report) => report.run() == run,
            _ => false,
        }
    }

    /// The runs of the journal, the youngest first.
    ///
    /// # Errors
    /// When the browser's storage cannot be read.
    pub(crate) async fn runs(&self) -> Result<Vec<RunView>, Trouble> {
        let journal = &self.journal;
        let mut names = journal.runs().await.map_err(|error| Trouble::journal(&error))?;
        // Names begin with the time.
        names.sort_unstable();
        let mut runs = Vec::with_capacity(names.len());
        for run in names.into_iter().rev() {
            let entries = journal.entries(&run).await.map_err(|error| Trouble::journal(&error))?;
            // Whether another tab has it is only asked: the claim is given back at once.
            let claim = self.hands.claim(&format!("storekeeper run {run}")).await;
            let is_elsewhere = claim.is_none() && !self.is_shown(&run);
            runs.extend(self.view(run, &entries, is_elsewhere));
        }
        Ok(runs)
    }

    fn view(&self, run: String, entries: &[Numbered], is_elsewhere: bool) -> Option<RunView> {
        let bytes = entries.iter().map(|(_, entry)| entry.len() as u64).sum();
        let codes = codes_in(entries);
        let (sending, ending) = Sending::recalled(run.clone(), entries, Claim::new(|| ()), &*self.hands)?;
        let report = Report::of(&Rc::new(sending), ending, false);
        let summary = report.summary().clone();
        let (place, file, started) = (summary.place, summary.file, summary.started);
        Some(RunView { run, place, file, started, ending: summary.ending, counts: summary.counts, bytes, codes, is_elsewhere })
    }

    /// Shows a run of the journal.
    ///
    /// # Errors
    /// When something else is under way, when another tab has the run, or when there is none of that name.
    pub(crate) async fn open_run(&self, run: &str) -> Result<(), Trouble> {
        if self.is_shown(run) {
            self.tell();
            return Ok(());
        }
        if matches!(&*self.run.borrow(), Run::Sending(_)) {
            return Err(Trouble::not_now("A run is being sent.", "Wait until it is done, or cancel it."));
        }
        let Some(claim) = self.claim_run(run).await else {
            return Err(Trouble::not_now("Another tab of this browser has this run open.", "Look at it there."));
        };
        let entries = self.journal.entries(run).await.map_err(|error| Trouble::journal(&error))?;
        let recalled = Sending::recalled(run.to_owned(), &entries, claim, &*self.hands);
        let gone = || {
            let cure = "It may have been deleted, or made in another browser. The list has those that are here.";
            Trouble::new(TroubleKind::NotFound, "There is no such run in this browser.", cure)
        };
        let (sending, ending) = recalled.ok_or_else(gone)?;
        self.next_generation();
        self.settle(Rc::new(sending.in_tab(self.journal.is_in_tab(run))), ending);
        Ok(())
    }

    /// Deletes a run.
    ///
    /// # Errors
    /// While it is being sent, here or in another tab, or when the browser's storage fails.
    pub(crate) async fn delete_run(&self, run: &str) -> Result<(), Trouble> {
        let shown = self.is_shown(run);
        if shown && matches!(&*self.run.borrow(), Run::Sending(_)) {
            return Err(Trouble::not_now("This run is being sent.", "Wait until it is done, or cancel it."));
        }
        let _claim = if shown {
            None
        } else {
            let claim = self.claim_run(run).await;
            Some(
                claim
                    .ok_or_else(|| Trouble::not_now("Another tab of this browser has this run open.", "Close it there first."))?,
            )
        };
        self.journal.delete(run).await.map_err(|error| Trouble::journal(&error))?;
        if shown {
            self.next_generation();
            self.go(Run::default());
        }
        Ok(())
    }

    /// Puts hashes in the place of all codes in the journal; how many there were.
    ///
    /// # Errors
    /// While a run is being sent, or when the browser's storage fails.
    pub(crate) async fn wipe_codes(&self) -> Result<u32, Trouble> {
        if matches!(&*self.run.borrow(), Run::Sending(_)) {
            return Err(Trouble::not_now("A run is being sent, and it needs its codes.", "Wait until it is done, or cancel it."));
        }
        let journal = &self.journal;
        let mut wiped = 0;
        for run in journal.runs().await.map_err(|error| Trouble::journal(&error))? {
            let shown = self.is_shown(&run);
            let claim = if shown { None } else { self.claim_run(&run).await };
            // Another tab is at work on it.
            if !shown && claim.is_none() {
                continue;
            }
            let entries = journal.entries(&run).await.map_err(|error| Trouble::journal(&error))?;
            let without: Vec<Numbered> =
                entries.iter().filter_map(|(number, entry)| Some((*number, without_codes(entry)?))).collect();
            wiped += codes_in(&entries);
            if !without.is_empty() {
                journal.write(&run, without).await.map_err(|error| Trouble::journal(&error))?;
            }
            if shown {
                // What is shown is what the journal holds now.
                self.next_generation();
                self.run.replace(Run::default());
                drop(claim);
                self.open_run(&run).await?;
            }
        }
        Ok(wiped)
    }
}

/// The voucher codes that a run holds in clear.
fn codes_in(entries: &[Numbered]) -> u32 {
    let run = Sending::remembered(entries);
    let codes = run.tasks.values().map(|task| match &task.item.asked {
        Asked::Vouchers(patch) => patch.vouchers.as_ref().map_or(0, |append| append.codes.len()),
        Asked::Fields(_) | Asked::Forgotten { .. } => 0,
    });
    u32::try_from(codes.sum::<usize>()).unwrap_or(u32::MAX)
}

/// The entry with hashes in the place of codes, if it holds any.
fn without_codes(entry: &[u8]) -> Option<Vec<u8>> {
    let Ok(Entry::Frozen { batch, body, mut items }) = Entry::decode(entry) else { return None };
    let mut held = false;
    for item in &mut items {
        if let Asked::Vouchers(patch) = &item.asked {
            item.asked = Asked::forget(patch);
            held = true;
        }
    }
    if held { Entry::Frozen { batch, body, items }.encode().ok() } else { None }
}
