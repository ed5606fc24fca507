//! What a person keeps of a run: the old values, a backup, what did not make it; and taking a run back.
//!
//! In: a review or a run. Out: files that come back in through the same door, and the undo file opened by itself.
//! Must never know: how anything is sent.

use super::Run;
use super::comparing::small;
use super::live::read_products;
use super::sending::{BACKUP, Sending};
use crate::api::Method;
use crate::api::wire::table::{Table, write_table};
use crate::domain::ProductPatch;
use crate::engine::hands::JournalStore;
use crate::engine::protocol::{Download, ReadAs, Source, Trouble, UndoView};
use crate::engine::serve::Engine;
use crate::review::check;
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
            let old: Vec<_> = sending.sender.borrow().undoable().map(|(_, before)| before.values.clone()).collect();
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
        let changed: Vec<_> = sending.sender.borrow().undoable().map(|(asked, before)| (asked.clone(), before.clone())).collect();
        let ids: Vec<_> = changed.iter().map(|(asked, _)| asked.id).collect();
        let generation = self.next_generation();
        let found = read_products(&*self.hands, &session, &ids, &|_| self.is_current(generation)).await;
        let live = found.map_err(|error| Trouble::api(&error, Method::Get))?.products;
        if !self.is_current(generation) {
            return Err(Trouble::not_now("Taking back was left.", "Open the run again when you want it."));
        }
        let (mut old, mut edited, mut lost) = (Vec::new(), Vec::new(), Vec::new());
        for (asked, before) in changed {
            let name = before.name.clone().unwrap_or_else(|| before.id.to_string());
            match live.get(&before.id) {
                Some(now) if check(&asked, now, &[]).differences.is_empty() => {
                    if asked_more(&asked, &before.values) {
                        lost.push(name);
                    }
                    if before.values.has_fields() {
                        old.push(before.values);
                    }
                }
                _ => edited.push(name),
            }
        }
        let Table { text, unsaid } = write_table(&old);
        lost.extend(unsaid.iter().map(|(id, column)| format!("{id}: {}", column.header())));
        let codes = sending.sender.borrow().codes_added();
        if old.is_empty() {
            return Err(Trouble::not_now(&nothing_left(&edited, codes), "Edit the products one by one."));
        }
        let left_alone = small(edited.len());
        edited.truncate(NAMED);
        lost.truncate(NAMED);
        let view = UndoView { products: small(old.len()), left_alone, edited, lost, codes };
        let stem = sending.head.file.rsplit_once('.').map_or(sending.head.file.as_str(), |(stem, _)| stem).to_owned();
        self.open_text(format!("{stem} undo.csv"), Source::File, text, ReadAs::default())?;
        Ok(view)
    }
}

/// Why a run cannot be taken back at all: who else was there, by name, and what stays.
fn nothing_left(edited: &[String], codes: u32) -> String {
    let mut words = String::from("Nothing of this run can be taken back");
    let named = edited.iter().take(FEW).map(|name| format!("“{name}”")).collect::<Vec<_>>().join(", ");
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

/// Whether more was changed than there are old values for.
fn asked_more(asked: &ProductPatch, old: &ProductPatch) -> bool {
    let fields = |patch: &ProductPatch| {
        let ProductPatch { name, image, category_name, discount_price, permissions, purchase_status_override_name, .. } = patch;
        [
            !name.is_keep(),
            !image.is_keep(),
            !category_name.is_keep(),
            !discount_price.is_keep(),
            !permissions.is_keep(),
            !purchase_status_override_name.is_keep(),
        ]
    };
    fields(asked).iter().zip(fields(old)).any(|(asked, old)| *asked && !old)
}
