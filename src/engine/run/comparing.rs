//! The file's updates meet the live store.
//!
//! In: the checked file, the session. Out: a [`Review`]: what will change, what is left out and why, the plan, the
//! guards. Must never know: how the file was read, how the plan is sent.

use super::Run;
use super::building::{Builder, phrase};
use super::file::LoadedFile;
use super::live::{Found, Places, READERS, read_products};
use super::sending::Sending;
use super::showing::{change_view, changes_column};
use crate::api::error::ApiError;
use crate::api::wire::table::as_patch;
use crate::api::{Door, Method};
use crate::domain::{Category, ColumnId, Product, ProductId, ProductPatch, ProductUpdate};
use crate::engine::hands::{Hands, JournalStore};
use crate::engine::protocol::{ChangeWindow, GuardView, LineView, Place, ReviewSummary, Trouble};
use crate::engine::serve::Engine;
use crate::engine::session::Session;
use crate::review::{Before, Comparison, Limits, Plan};
use futures::StreamExt;
use futures::stream::FuturesUnordered;
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

/// Windows never hold more than this.
const WINDOW: usize = 200;

/// A product that will change.
pub struct Change {
    /// Old, new, and what is sent.
    pub comparison: Comparison,
    /// The line of the file it starts on.
    pub line: u32,
}

/// What was read for a comparison: enough to compare again without asking the store.
#[derive(Default)]
pub struct Reading {
    pub(super) live: HashMap<ProductId, Product>,
    /// Where the store's list shows the products.
    pub(super) places: Places,
    pub(super) categories: Vec<Category>,
    /// How the host takes updates.
    pub(super) door: Door,
    /// SHA-256 of voucher codes that were sent from this browser before.
    pub(super) sent: HashSet<[u8; 32]>,
    /// When it was read: by the clock that never jumps, and by the time of day, since the former may stand still while the
    /// computer sleeps.
    at: (u64, i64),
}

/// What the comparison found.
pub struct Review {
    pub(super) summary: ReviewSummary,
    pub(super) changes: Vec<Change>,
    /// A line per product of the file, in the file's order, as it stands before anything is sent.
    pub lines: Vec<Planned>,
    /// What is sent.
    pub plan: Plan,
    /// What was read.
    pub(super) reading: Rc<Reading>,
    /// The columns it may touch, if not all.
    pub(super) scope: Option<Vec<ColumnId>>,
    /// That somebody else has changed products since an earlier look, which is not forgotten by looking otherwise.
    pub(super) meanwhile: Option<GuardView>,
}

/// Milliseconds after which somebody else may well have changed what a review shows. Reading again takes as long as the
/// comparison did, so what was read just now is believed.
const OLD_MS: u64 = 60_000;

impl Review {
    /// Whether the store has to be read again before this may be sent.
    #[must_use]
    pub fn is_old(&self, hands: &dyn Hands) -> bool {
        let (ran, wall) = self.reading.at;
        hands.now().saturating_sub(ran) > OLD_MS || hands.wall().millis().abs_diff(wall) > OLD_MS
    }

    /// The products of which something else would be sent, or which hold something else now, than another review shows.
    fn differing<'a>(&'a self, other: &'a Self) -> impl Iterator<Item = &'a Change> {
        let others: HashMap<ProductId, &Comparison> =
            other.changes.iter().map(|change| (change.comparison.id, &change.comparison)).collect();
        self.changes.iter().filter(move |change| {
            let ours = &change.comparison;
            others.get(&ours.id).is_none_or(|theirs| theirs.patch != ours.patch || theirs.before != ours.before)
        })
    }

    /// Names what somebody else has changed before anything else that deserves a second look.
    fn changed_meanwhile(&mut self, what: GuardView) {
        let summary = &mut self.summary;
        summary.guards.insert(0, what.clone());
        if summary.phrase.is_none() && summary.changing > 0 {
            summary.phrase = Some(phrase(&summary.place, summary.changing, summary.codes));
        }
        self.meanwhile = Some(what);
    }

    /// What the page is told.
    #[must_use]
    pub const fn summary(&self) -> &ReviewSummary {
        &self.summary
    }

    /// What is remembered of the products before anything is sent.
    #[must_use]
    pub fn before(&self) -> Vec<Before> {
        let place = |change: &Change| self.reading.places.get(&change.comparison.id).copied();
        self.changes.iter().map(|change| Before { place: place(change), ..Before::from(&change.comparison) }).collect()
    }

    /// Everything known of the products that will change, to be set back by hand if need be.
    #[must_use]
    pub fn backup(&self) -> Vec<ProductPatch> {
        self.changes.iter().filter_map(|change| self.reading.live.get(&change.comparison.id)).map(as_patch).collect()
    }

    /// A window of the products that will change.
    #[must_use]
    pub fn changes(&self, column: Option<ColumnId>, from: u32, count: u32) -> ChangeWindow {
        let is_shown = |change: &&Change| column.is_none_or(|column| changes_column(&change.comparison, column));
        let total = self.changes.iter().filter(is_shown).count();
        let window = self.changes.iter().filter(is_shown).skip(from as usize).take((count as usize).min(WINDOW));
        ChangeWindow { total: small(total), from, products: window.map(change_view).collect() }
    }
}

impl Engine {
    /// Reads the products concerned and compares.
    ///
    /// # Errors
    /// When there is no checked file or no connection, or when reading failed: the run is back at the checked file then.
    pub(crate) async fn compare(&self) -> Result<(), Trouble> {
        let session = self.session()?;
        let file = match &*self.run.borrow() {
            Run::Checked(file) => Rc::clone(file),
            _ => return Err(Trouble::not_now("There is no checked file to compare.", "Choose a file first.")),
        };
        let generation = self.next_generation();
        let result = self.read_and_compare(&session, &file, generation).await;
        if !self.is_current(generation) {
            return Err(Trouble::not_now("The comparison was left.", "Compare again when you want it."));
        }
        match result {
            Ok(review) => {
                self.go(Run::Reviewing { file, review: Rc::new(review) });
                Ok(())
            }
            Err(error) => {
                self.go(Run::Checked(file));
                Err(Trouble::api(&error, Method::Get))
            }
        }
    }

    /// Reads the store once more, since what is on the table is old: the same review as of now, or, where the store has
    /// changed meanwhile, none; then the new one is on the table to be confirmed.
    ///
    /// # Errors
    /// When the store has changed, cannot be read, or was left.
    pub(super) async fn still_true(
        &self,
        session: &Session,
        file: Rc<LoadedFile>,
        old: Rc<Review>,
    ) -> Result<Rc<Review>, Trouble> {
        let generation = self.next_generation();
        let result = self.read_and_compare(session, &file, generation).await;
        if !self.is_current(generation) {
            return Err(Trouble::not_now("It was left before anything was sent.", "Compare again when you want it."));
        }
        let mut new = match result {
            Ok(new) => {
                let (limits, scope) = (old.summary.limits, old.scope.clone());
                self.build(new.summary.place, &file, new.reading, limits, scope, generation).await
            }
            Err(error) => {
                self.go(Run::Reviewing { file, review: old });
                return Err(Trouble::api(&error, Method::Get));
            }
        };
        let mut changed: Vec<&Change> = new.differing(&old).collect();
        let now: HashSet<ProductId> = new.changes.iter().map(|change| change.comparison.id).collect();
        changed.extend(old.changes.iter().filter(|change| !now.contains(&change.comparison.id)));
        if changed.is_empty() {
            let new = Rc::new(new);
            self.go(Run::Reviewing { file, review: Rc::clone(&new) });
            return Ok(new);
        }
        let count = changed.len();
        let name = |change: &&Change| change.comparison.name.clone().unwrap_or_else(|| change.comparison.id.to_string());
        let examples = changed.iter().take(5).map(name).collect();
        let products = if count == 1 { "1 product was".to_owned() } else { format!("{count} products were") };
        let words = format!("{products} changed in the store while you looked at the review. This is how it stands now.");
        new.changed_meanwhile(GuardView { words, examples });
        self.go(Run::Reviewing { file, review: Rc::new(new) });
        Err(Trouble::not_now(
            "The store has changed since it was compared, so nothing was sent.",
            "Look at what would change now, and confirm that.",
        ))
    }

    async fn read_and_compare(&self, session: &Session, file: &Rc<LoadedFile>, generation: u64) -> Result<Review, ApiError> {
        let hands = &*self.hands;
        let ids = file.sendable_ids();
        let total = small(ids.len());
        self.go(Run::Comparing { file: Rc::clone(file), done: 0, total });
        let told = std::cell::Cell::new(hands.now());
        // Whether it is still wanted: the key of a store that was left is not used any more.
        let progress = |done: usize| {
            let is_current = self.is_current(generation);
            // Ten times a second is as fast as a person reads; more would only keep the page busy.
            if is_current && hands.now() >= told.get() + 100 {
                told.set(hands.now());
                self.go(Run::Comparing { file: Rc::clone(file), done: small(done), total });
            }
            is_current
        };
        let categories = if file.has_column(ColumnId::CategoryName) {
            match session.categories(hands).await {
                // Products name their category themselves, or else it counts as not shown. A key that may not read the
                // categories may well read the products.
                Err(ApiError::Refused { .. } | ApiError::NotTheApi { .. } | ApiError::EnvelopeSaysError { .. }) => Vec::new(),
                categories => categories?,
            }
        } else {
            Vec::new()
        };
        let Found { products: mut live, places } = read_products(hands, session, &ids, &progress).await?;
        if self.is_current(generation) {
            self.read_permissions(session, file, &mut live, generation).await?;
        }

        let sent = self.sent_before().await;
        let at = (hands.now(), hands.wall().millis());
        let reading = Rc::new(Reading { live, places, categories, door: session.door, sent, at });
        Ok(self.build(session.place.clone(), file, reading, self.limits.get(), None, generation).await)
    }

    /// Compares with what was read. Left half-way where it is not wanted any more.
    async fn build(
        &self,
        place: Place,
        file: &LoadedFile,
        reading: Rc<Reading>,
        limits: Limits,
        scope: Option<Vec<ColumnId>>,
        generation: u64,
    ) -> Review {
        let hands = &*self.hands;
        let mut builder = Builder::new(reading, scope, limits, |column| file.has_column(column));
        for (index, group) in file.products().into_iter().enumerate() {
            if index % 512 == 511 {
                hands.breathe().await;
                if !self.is_current(generation) {
                    break;
                }
            }
            builder.product(file.entry(group));
        }
        builder.finish(place, file, hands)
    }

    /// Looks at the same reading with other limits, which stay for later comparisons, or with other columns allowed.
    ///
    /// # Errors
    /// When there is no review.
    pub(crate) async fn review_by(&self, limits: Limits, scope: Option<Vec<ColumnId>>) -> Result<(), Trouble> {
        let (file, review) = match &*self.run.borrow() {
            Run::Reviewing { file, review } => (Rc::clone(file), Rc::clone(review)),
            _ => return Err(Trouble::not_now("There is no review to look at again.", "Compare the file first.")),
        };
        self.limits.set(limits);
        let generation = self.next_generation();
        let place = review.summary().place.clone();
        let mut new = self.build(place, &file, Rc::clone(&review.reading), limits, scope, generation).await;
        if let Some(meanwhile) = review.meanwhile.clone() {
            new.changed_meanwhile(meanwhile);
        }
        if self.is_current(generation) {
            self.go(Run::Reviewing { file, review: Rc::new(new) });
        }
        Ok(())
    }

    /// The hashes of all codes that runs in the journal may have sent.
    async fn sent_before(&self) -> HashSet<[u8; 32]> {
        let journal = &self.journal;
        let mut sent = HashSet::new();
        // Without a journal nothing is known; sending will say so when it comes to that.
        for run in journal.runs().await.unwrap_or_default() {
            let entries = journal.entries(&run).await.unwrap_or_default();
            sent.extend(Sending::remembered(&entries).sent_hashes());
        }
        sent
    }

    /// Whether the list shows permissions is not documented. Where it does not, products whose permissions the file
    /// touches are read one by one, until the first answer shows that this way does not show them either.
    async fn read_permissions(
        &self,
        session: &Session,
        file: &LoadedFile,
        live: &mut HashMap<ProductId, Product>,
        generation: u64,
    ) -> Result<(), ApiError> {
        let hands = &*self.hands;
        let is_unseen = |id: &ProductId| live.get(id).is_some_and(|product| product.permissions.is_none());
        let updates = file.products().into_iter().filter_map(|group| file.entry(group).update);
        let unseen: Vec<ProductId> =
            updates.filter(|update| update.permissions.is_some()).map(|update| update.id).filter(is_unseen).collect();
        let mut unseen = unseen.into_iter();
        let mut reading = FuturesUnordered::new();
        reading.extend(unseen.next().map(|id| session.product(hands, id)));
        while let Some(product) = reading.next().await {
            match product? {
                Some(product) if product.permissions.is_some() => drop(live.insert(product.id, product)),
                Some(_) => break,
                None => {}
            }
            if !self.is_current(generation) {
                break;
            }
            while reading.len() < READERS
                && let Some(id) = unseen.next()
            {
                reading.push(session.product(hands, id));
            }
        }
        Ok(())
    }
}

/// A product of the file as it stands before anything is sent.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Planned {
    /// Which of the plan's products it is, where it is one: then what becomes of it is known by sending.
    pub id: Option<ProductId>,
    /// The line of the report, true until then.
    pub line: LineView,
}

/// One product of the file, on its way into the review.
pub struct Entry {
    /// The product as the file names it.
    pub product: String,
    /// The line it starts on.
    pub line: u32,
    /// What it asks for; nothing where problems stop it.
    pub update: Option<ProductUpdate>,
    /// Why it is stopped, where it is.
    pub stopped: String,
}

/// A count that is known to be small. Files are limited to ten million rows.
#[must_use]
pub fn small(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
