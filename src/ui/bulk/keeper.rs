//! The file that is open, and its draft, are kept in this browser while they are worked on; after a reload they are offered.
//!
//! In: the file as it was given, and every change of the run. Out: what is offered, and how keeping goes, in words.
//!
//! What is kept may hold voucher codes. It is deleted when it was sent, when the person disconnects, and by "Forget it".

use crate::browser::kept_file::{self, Copy as KeptCopy, Given, Kept, Unopened};
use crate::engine::protocol::{FileSummary, KeepDraft, Source, Stage};
use crate::ui::components::live::follow;
use crate::ui::state::{Screen, Shop};
use crate::ui::words;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::rc::Rc;
use std::time::Duration;

/// How long after a change it is kept: long enough for a word to be typed to its end.
const PATIENCE: Duration = Duration::from_millis(400);

/// Keeps the file. Cheap to copy; all copies are one.
#[derive(Clone, Copy)]
pub(crate) struct Keeper {
    /// The file that is open, with its number, and whether it is kept already.
    held: StoredValue<Option<(f64, Given, bool)>, LocalStorage>,
    found: StoredValue<Option<Rc<Kept>>, LocalStorage>,
    /// What is kept from before.
    pub(crate) offer: RwSignal<Option<Offer>>,
    /// How keeping goes.
    pub(crate) state: RwSignal<Keeping>,
    /// What is to be known of the sheet that the open file was made of.
    pub(crate) notes: RwSignal<Vec<String>>,
    job: StoredValue<u32>,
}

/// What is kept from before, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Offer {
    /// The file's name.
    pub(crate) name: String,
    /// Where it came from.
    pub(crate) source: Source,
    /// How many changes were made to it.
    pub(crate) changes: u32,
    /// When, ISO 8601.
    pub(crate) when: String,
    /// Whether it has to be chosen again.
    pub(crate) is_name_only: bool,
}

/// How keeping goes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Keeping {
    /// Nothing is kept (yet).
    #[default]
    Nothing,
    /// All of it.
    Kept,
    /// The changes; the file has to be chosen again.
    WithoutFile,
    /// Nothing can be kept: the browser's words.
    Refused(String),
}

impl Keeper {
    /// Nothing is open.
    pub(crate) fn new() -> Self {
        Self {
            held: StoredValue::new_local(None),
            found: StoredValue::new_local(None),
            offer: RwSignal::new(None),
            state: RwSignal::new(Keeping::Nothing),
            notes: RwSignal::new(Vec::new()),
            job: StoredValue::new(0),
        }
    }

    /// Begins to follow the run.
    pub(crate) fn start(self, shop: Shop) {
        follow(move || match shop.stage.with(Screen::of) {
            Screen::Choosing => {
                self.held.set_value(None);
                self.look();
            }
            Screen::Checked | Screen::Unread => self.soon(shop),
            // A past run may be looked at while the file waits; what its old values are opened as is another file.
            Screen::Done => {
                self.next_job();
                self.held.set_value(None);
                self.state.set(Keeping::Nothing);
            }
            Screen::Sending | Screen::Reading | Screen::Comparing | Screen::Reviewing => {}
        });
        // Once, not whenever the numbers of a run that is being sent move.
        let is_sent = Memo::new(move |_| shop.stage.with(|stage| matches!(stage, Stage::Sending(_))));
        follow(move || {
            // What is gone on with, or taken back, is not the file that waits.
            if is_sent.get() && self.held.with_value(Option::is_some) {
                self.forget();
            }
        });
    }

    /// From now on this is the file that is open.
    pub(crate) fn hold(self, given: Given) {
        self.held.set_value(Some((js_sys::Date::now(), given, false)));
        self.notes.set(Vec::new());
        self.state.set(Keeping::Nothing);
    }

    /// What is kept, to be opened.
    pub(crate) fn found(self) -> Option<Rc<Kept>> {
        self.found.get_value()
    }

    /// Deletes what is kept.
    pub(crate) fn forget(self) {
        self.next_job();
        self.held.set_value(None);
        self.found.set_value(None);
        self.offer.set(None);
        self.state.set(Keeping::Nothing);
        spawn_local(async move {
            if let Err(error) = kept_file::forget().await {
                self.state.set(Keeping::Refused(error.0));
            }
        });
    }

    fn next_job(self) -> u32 {
        self.job.update_value(|job| *job = job.wrapping_add(1));
        self.job.get_value()
    }

    fn look(self) {
        let job = self.next_job();
        spawn_local(async move {
            let found = kept_file::kept().await.ok().flatten();
            if self.job.get_value() != job {
                return;
            }
            self.offer.set(found.as_ref().map(|kept| Offer {
                name: kept.name.clone(),
                source: kept.source.clone(),
                changes: kept.changes,
                when: kept.when.clone(),
                is_name_only: kept.copy == KeptCopy::NameOnly,
            }));
            self.found.set_value(found.map(Rc::new));
        });
    }

    /// Keeps what is open as it stands in a moment.
    pub(crate) fn soon(self, shop: Shop) {
        let job = self.next_job();
        set_timeout(
            move || {
                spawn_local(async move {
                    if let Some(state) = self.keep(shop, job).await {
                        self.state.set(state);
                    }
                });
            },
            PATIENCE,
        );
    }

    /// Keeps what is open, unless something newer is about to; how that went.
    async fn keep(self, shop: Shop, job: u32) -> Option<Keeping> {
        let is_current = || self.job.get_value() == job;
        let (id, given, is_kept) = self.held.get_value().filter(|_| is_current())?;
        let changes = shop.stage.with_untracked(|stage| match stage {
            Stage::Checked(file) => changes(file),
            _ => 0,
        });
        let draft = shop.ask(KeepDraft {}).await.ok()?;
        let mut without_file = self.state.with_untracked(|state| *state == Keeping::WithoutFile);
        let mut is_kept = is_kept;
        loop {
            if !is_current() {
                return None;
            }
            if !is_kept {
                match kept_file::keep_file(id, &given).await {
                    Ok(copy) => without_file = copy == KeptCopy::NameOnly,
                    Err(error) => return Some(Keeping::Refused(error.0)),
                }
                self.held.update_value(|held| {
                    if let Some((_, _, is_kept)) = held.as_mut().filter(|(held, ..)| *held == id) {
                        *is_kept = true;
                    }
                });
            }
            let Some(draft) = &draft else { break };
            if !is_current() {
                return None;
            }
            match kept_file::keep_draft(id, draft, changes).await {
                Ok(true) => break,
                // Another tab has put its file there meanwhile; the last one to be worked on is kept.
                Ok(false) if is_kept => is_kept = false,
                Ok(false) => return None,
                Err(error) => return Some(Keeping::Refused(error.0)),
            }
        }
        Some(if without_file { Keeping::WithoutFile } else { Keeping::Kept })
    }
}

/// How many changes were made to a file.
pub(crate) fn changes(file: &FileSummary) -> u32 {
    file.draft.cells.saturating_add(file.draft.left_out).saturating_add(file.draft.repaired)
}

/// `3 changes`.
pub(crate) fn changes_words(changes: u32) -> String {
    words::count(changes, "change", "changes")
}

/// Why a kept file could not be opened, and what to do.
pub(crate) const fn unopened_words(why: Unopened) -> (&'static str, &'static str) {
    match why {
        Unopened::NotAllowed => {
            ("The browser was not allowed to read the file again.", "Choose the same file, and your changes come back.")
        }
        Unopened::Gone => {
            ("The file is no longer where it was.", "Choose it again: your changes come back if it is the same to the byte.")
        }
        Unopened::NameOnly => {
            ("The file was too large to be copied; your changes are kept.", "Choose the same file again, and they come back.")
        }
    }
}

/// The state of keeping, where the file is worked on.
pub(crate) fn keeping_line(keeper: Keeper) -> AnyView {
    let words = move || match keeper.state.get() {
        Keeping::Nothing => String::new(),
        Keeping::Kept => "Kept in this browser, also past a reload, until it is sent.".into(),
        Keeping::WithoutFile => {
            "Your changes are kept in this browser. The file is too large to be copied: after a reload you choose it again."
                .into()
        }
        Keeping::Refused(said) => format!("This cannot be kept past a reload: {}", words::sentence(&said)),
    };
    view! { <p class="keeping quiet" role="status">{words}</p> }.into_any()
}
