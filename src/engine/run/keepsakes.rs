//! What a person keeps of a run: the old values, a backup, what did not make it; and taking a run back.
//!
//! In: a review or a run. Out: files that come back in through the same door, and the undo file opened by itself.
//! Must never know: how anything is sent.

use super::Run;
use super::comparing::small;
use super::live::read_products;
use super::sending::{BACKUP, Sending};
use crate::api::Door;
use crate::api::Method;
use crate::api::wire::table::write_table;
use crate::domain::{ColumnId, ProductPatch};
use crate::engine::hands::JournalStore;
use crate::engine::protocol::{Download, ReadAs, Source, Trouble, UndoView};
use crate::engine::serve::Engine;
use crate::review::undo;
use std::rc::Rc;

/// The version of the backup's encoding.
const VERSION: u8 = 1;
/// Names that are told at most.
const NAMED: usize = 200;
/// Names that stand in a sentence at most.
const FEW: usize = 5;

/// The backup as it stands in the journal.
pub(super) fn encode_backup(patches: &[ProductPatch]) -> Vec<u8> {
    // One that cannot be encoded is never seen; it would be missing when it is asked for.
    postcard::to_extend(patches, vec![VERSION]).unwrap_or_default()
}

fn decode_backup(bytes: &[u8]) -> Option<Vec<ProductPatch>> {
    let (&VERSION, rest) = bytes.split_first()? else { return None };
    postcard::from_bytes(rest).ok()
}

fn download(file: &str, what: &str, patches: &[ProductPatch]) -> Download {
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    // The byte order mark is how spreadsheets know UTF-8.
    let text = format!("\u{feff}{}", write_table(patches).text);
    Download { name: format!("{stem} {what}.csv"), media_type: "text/csv;charset=utf-8".into(), text }
}

fn nothing(what: &str) -> Trouble {
    Trouble::not_now(what, "Compare a file, or open a run.")
}

impl Engine {
    /// The run that is shown, if it is one.
    fn shown(&self) -> Option<Rc<Sending>> {
        match &*self.run.borrow() {
            Run::Sending(sending) => Some(Rc::clone(sending)),
            Run::Done(report) => Some(report.sending()),
            _ => None,
        }
    }

    /// The old values of exactly what changes, or was changed.
    ///
    /// # Errors
    /// When there is neither a review nor a run.
    pub(crate) fn undo_file(&self) -> Result<Download, Trouble> {
        if let Some(sending) = self.shown() {
            let old: Vec<_> = sending.sender.borrow().undoable().map(|(_, before, _)| before.values.clone()).collect();
            return Ok(download(&sending.head.file, "undo", &old));
        }
        let of_review = self.with_review(|review| {
            let old: Vec<_> = review.before().into_iter().map(|before| before.values).filter(ProductPatch::has_fields).collect();
            download(&review.summary().file, "undo", &old)
        });
        of_review.ok_or_else(|| nothing("There is nothing to take back."))
    }

    /// All that was known of the products concerned.
    ///
    /// # Errors
    /// When there is neither a review nor a run, or when the backup is not in the journal any more.
    pub(crate) async fn backup_file(&self) -> Result<Download, Trouble> {
        if let Some(file) = self.with_review(|review| download(&review.summary().file, "backup", &review.backup())) {
            return Ok(file);
        }
        let sending = self.shown().ok_or_else(|| nothing("There is nothing to keep."))?;
        let entries = self.journal.entries(&sending.run).await.map_err(|error| Trouble::journal(&error))?;
        let entry = entries.iter().find(|(number, _)| *number == BACKUP);
        let patches = entry.and_then(|(_, bytes)| decode_backup(bytes));
        let patches = patches.ok_or_else(|| nothing("The backup of this run cannot be read."))?;
        Ok(download(&sending.head.file, "backup", &patches))
    }

    /// What was not sent, was refused, or is unknown.
    ///
    /// # Errors
    /// When there is no run.
    pub(crate) fn not_done_file(&self) -> Result<Download, Trouble> {
        let sending = self.shown().ok_or_else(|| nothing("There is no run."))?;
        let patches = sending.sender.borrow().not_done();
        Ok(download(&sending.head.file, "not done", &patches))
    }

    /// Opens the old values of the shown run as a file, but for what somebody has edited since.
    ///
    /// # Errors
    /// When there is no finished run, nothing to take back, or no connection to the same store.
    pub(crate) async fn take_back(self: &Rc<Self>) -> Result<UndoView, Trouble> {
        let session = self.session()?;
        let sending = match &*self.run.borrow() {
            Run::Done(report) => report.sending(),
            _ => return Err(nothing("There is no finished run to take back.")),
        };
        sending.may_go_on_with(&session.place)?;
        let changed: Vec<_> = {
            let sender = sending.sender.borrow();
            sender.undoable().map(|(asked, before, left)| (asked.clone(), before.clone(), left.to_vec())).collect()
        };
        let ids: Vec<_> = changed.iter().map(|(asked, ..)| asked.id).collect();
        let generation = self.next_generation();
        let found = read_products(&*self.hands, &session, &ids, &|_| self.is_current(generation)).await;
        let live = found.map_err(|error| Trouble::api(&error, Method::Get))?.products;
        if !self.is_current(generation) {
            return Err(Trouble::not_now("Taking back was left.", "Open the run again when you want it."));
        }
        let (mut old, mut edited, mut lost) = (Vec::new(), Vec::new(), Vec::new());
        for (asked, before, left) in changed {
            let name = before.name.clone().unwrap_or_else(|| before.id.to_string());
            let Some(now) = live.get(&before.id) else {
                edited.push((name, Vec::new()));
                continue;
            };
            let mut undo = undo(&asked, &before.values, &left, now);
            // The old values come back in as a file, and a file has no words for some.
            undo.lost.extend(Door::Csv.unsaid(&undo.values));
            if !undo.lost.is_empty() {
                lost.push(named(&name, &undo.lost));
            }
            if !undo.edited.is_empty() {
                edited.push((name, undo.edited));
            }
            if undo.values.has_fields() {
                old.push(undo.values);
            }
        }
        let text = write_table(&old).text;
        let codes = sending.sender.borrow().codes_added();
        if old.is_empty() {
            return Err(Trouble::not_now(&nothing_left(&edited, codes), "Edit the products one by one."));
        }
        let left_alone = small(edited.len());
        let edited = edited.iter().take(NAMED).map(|(name, columns)| named(name, columns)).collect();
        lost.truncate(NAMED);
        let view = UndoView { products: small(old.len()), left_alone, edited, lost, codes };
        let stem = sending.head.file.rsplit_once('.').map_or(sending.head.file.as_str(), |(stem, _)| stem).to_owned();
        self.open_text(format!("{stem} undo.csv"), Source::File, text, ReadAs::default())?;
        Ok(view)
    }
}

/// Why a run cannot be taken back at all: who else was there, by name, and what stays.
fn nothing_left(edited: &[(String, Vec<ColumnId>)], codes: u32) -> String {
    let mut words = String::from("Nothing of this run can be taken back");
    let named = edited.iter().take(FEW).map(|(name, _)| format!("“{name}”")).collect::<Vec<_>>().join(", ");
    match edited.len() {
        0 => {}
        1 => words.push_str(&format!(": {named} was edited since")),
        few if few <= FEW => words.push_str(&format!(": {named} were edited since")),
        many => words.push_str(&format!(": {named} and {} more products were edited since", many - FEW)),
    }
    match codes {
        0 => {}
        1 => words.push_str("; 1 voucher code that it added stays in the store"),
        many => words.push_str(&format!("; {many} voucher codes that it added stay in the store")),
    }
    words.push('.');
    words
}

/// A product and some of its columns, in words. Without columns it is the product that is gone.
fn named(name: &str, columns: &[ColumnId]) -> String {
    if columns.is_empty() {
        return format!("{name}: not in the store any more");
    }
    let columns: Vec<&str> = columns.iter().map(|column| column.header()).collect();
    format!("{name}: {}", columns.join(", "))
}
