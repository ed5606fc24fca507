//! What became of every product of the file, once each.
//!
//! In: the lines as they stood before sending, and what the sender knows. Out: counts, windows, the report file.
//! Must never know: how it was found out.

use super::comparing::{Planned, small};
use super::head::Head;
use super::sending::Sending;
use crate::domain::ProductId;
use crate::engine::protocol::{Download, Ending, FateKind, LineView, LineWindow, Place, ReportSummary};
use crate::send::report::{Fate, Line, Unsent, harmless};
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

/// Windows never hold more than this.
const WINDOW: usize = 200;

/// Of a product that the journal should know and does not.
pub(super) const DAMAGED: &str = "The record of this run is damaged; look in the store whether the product was changed.";

/// The report of a run.
pub struct Report {
    summary: ReportSummary,
    lines: Vec<LineView>,
    sending: Rc<Sending>,
}

impl Report {
    /// The report as things stand.
    pub(super) fn of(sending: &Rc<Sending>, ending: Ending, can_check_again: bool) -> Self {
        let sender = sending.sender.borrow();
        let known: HashMap<ProductId, Line> = sender.lines().into_iter().map(|line| (line.product, line)).collect();
        let lines: Vec<LineView> = sending.head.lines.iter().map(|planned| line(planned, &known, sending.is_damaged)).collect();
        let count = |fate: FateKind| small(lines.iter().filter(|line| line.fate == fate).count());
        let Head { place, file, started, .. } = &sending.head;
        let is_unfinished = sender.can_go_on() && !sending.is_damaged;
        let summary = ReportSummary {
            run: sending.run.clone(),
            place: place.clone(),
            file: file.clone(),
            ending,
            started: started.clone(),
            counts: FateKind::ALL.into_iter().map(|fate| (fate, count(fate))).collect(),
            requests: sender.progress().sent,
            // Where we are is the engine's to say.
            is_connected: true,
            is_unfinished,
            can_go_on: is_unfinished,
            can_check_again,
            not_done: small(sender.not_done().iter().map(|patch| patch.id).collect::<HashSet<_>>().len()),
            undoable: small(sender.undoable().count()),
            is_in_tab: sending.is_in_tab,
        };
        Self { summary, lines, sending: Rc::clone(sending) }
    }

    /// The run itself, so that what is unknown can be checked again.
    pub(super) fn sending(&self) -> Rc<Sending> {
        Rc::clone(&self.sending)
    }

    /// Whether this is the store the run belongs to.
    pub(super) fn may_go_on_with(&self, place: &Place) -> bool {
        self.sending.may_go_on_with(place).is_ok()
    }

    /// What the page is told, were we connected.
    #[must_use]
    pub const fn summary(&self) -> &ReportSummary {
        &self.summary
    }

    /// The run's name in the journal.
    #[must_use]
    pub fn run(&self) -> &str {
        &self.sending.run
    }

    /// A window of the lines.
    #[must_use]
    pub fn lines(&self, fate: Option<FateKind>, from: u32, count: u32) -> LineWindow {
        let is_shown = |line: &&LineView| fate.is_none_or(|fate| line.fate == fate);
        let total = small(self.lines.iter().filter(is_shown).count());
        let window = self.lines.iter().filter(is_shown).skip(from as usize).take((count as usize).min(WINDOW));
        LineWindow { total, from, lines: window.cloned().collect() }
    }

    /// The report as a CSV (RFC 4180, UTF-8 with a byte order mark, which is how spreadsheets know it), a line per
    /// product of the file. No voucher code and no key is in it.
    #[must_use]
    pub fn download(&self) -> Download {
        let writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer("\u{feff}".as_bytes().to_vec());
        // Writing to memory cannot fail.
        let bytes = self.write(writer).unwrap_or_default();
        let stem = self.summary.file.rsplit_once('.').map_or(self.summary.file.as_str(), |(stem, _)| stem);
        Download {
            name: format!("{stem} report.csv"),
            media_type: "text/csv;charset=utf-8".into(),
            text: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }

    fn write(&self, mut writer: csv::Writer<Vec<u8>>) -> Option<Vec<u8>> {
        writer.write_record(["Product ID", "Name", "Line", "Outcome", "Details"]).ok()?;
        for line in &self.lines {
            let name = line.name.as_deref().unwrap_or("");
            let outcome = word(line.fate);
            let number = line.line.to_string();
            writer.write_record([&*harmless(&line.product), &*harmless(name), &number, outcome, &*harmless(&line.words)]).ok()?;
        }
        writer.into_inner().ok()
    }
}

/// The outcome in a word or two, as it stands in the report file.
const fn word(fate: FateKind) -> &'static str {
    match fate {
        FateKind::Changed => "changed",
        FateKind::Unchanged => "unchanged",
        FateKind::Refused => "refused",
        FateKind::NotSent => "not sent",
        FateKind::NotApplied => "not applied",
        FateKind::Unknown => "unknown",
        FateKind::Differs => "changed, but differs",
    }
}

fn line(planned: &Planned, known: &HashMap<ProductId, Line>, is_damaged: bool) -> LineView {
    let Some(id) = planned.id else { return planned.line.clone() };
    let Some(found) = known.get(&id) else {
        // Its record is lost, and it may have been sent all the same.
        let lost = || LineView { fate: FateKind::Unknown, words: DAMAGED.into(), ..planned.line.clone() };
        return if is_damaged { lost() } else { planned.line.clone() };
    };
    let words: Vec<String> = match found.parts.as_slice() {
        [] => vec![found.fate.words()],
        parts => parts.iter().map(|part| part.fate.words()).collect(),
    };
    LineView { fate: kind(&found.fate), words: sentence(&words.join("; ")), ..planned.line.clone() }
}

const fn kind(fate: &Fate) -> FateKind {
    match fate {
        Fate::Unchanged => FateKind::Unchanged,
        Fate::Changed { .. } | Fate::Added { .. } => FateKind::Changed,
        Fate::ChangedButDiffers { .. } | Fate::SentTwice { .. } => FateKind::Differs,
        Fate::Refused { .. } => FateKind::Refused,
        Fate::NotSent { reason: Unsent::GaveUp { .. } | Unsent::NotAgain } => FateKind::NotApplied,
        Fate::NotSent { .. } => FateKind::NotSent,
        Fate::Unknown { .. } => FateKind::Unknown,
    }
}

/// A fragment as a sentence.
#[must_use]
pub fn sentence(words: &str) -> String {
    let mut chars = words.chars();
    let first = chars.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    let end = if words.ends_with(['.', '!', '?', '…']) { "" } else { "." };
    format!("{first}{}{end}", chars.as_str())
}
