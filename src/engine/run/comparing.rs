//! The file's updates meet the live store.
//!
//! In: the checked file, the session. Out: a [`Review`]: what will change, what is left out and why, the plan, the
//! guards. Must never know: how the file was read, how the plan is sent.

use super::Run;
use super::file::LoadedFile;
use super::reporting::sentence;
use crate::api::Method;
use crate::api::endpoint::MAX_PAGE;
use crate::api::error::ApiError;
use crate::domain::{COLUMNS, Category, ColumnId, Product, ProductId, ProductUpdate};
use crate::engine::hands::Hands;
use crate::engine::protocol::{
    ChangeView, ChangeWindow, FateKind, FieldView, GuardView, LineView, Place, ReviewSummary, Trouble, ValueView,
};
use crate::engine::serve::Engine;
use crate::engine::session::{Session, is_last};
use crate::review::{Before, Compared, Comparison, Guard, Kind, Limits, Note, Plan, Shown, compare, guards, plan};
use futures::StreamExt;
use futures::stream::FuturesUnordered;
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

/// Requests under way at once while reading. Reading changes nothing, but a live store serves customers beside us.
const READERS: usize = 4;
/// Characters of a value that the page is given.
const SHOWN_CHARS: usize = 2_000;
/// Windows never hold more than this.
const WINDOW: usize = 200;

/// A product that will change.
pub struct Change {
    /// Old, new, and what is sent.
    pub comparison: Comparison,
    /// The line of the file it starts on.
    pub line: u32,
}

/// What the comparison found.
pub struct Review {
    summary: ReviewSummary,
    changes: Vec<Change>,
    /// A line per product of the file, in the file's order, as it stands before anything is sent.
    pub lines: Vec<Planned>,
    /// What is sent.
    pub plan: Plan,
    /// When the store was read: by the clock that never jumps, and by the time of day, since the former may stand still
    /// while the computer sleeps.
    read: (u64, i64),
}

/// Milliseconds after which somebody else may well have changed what a review shows. Reading again takes as long as the
/// comparison did, so what was read just now is believed.
const OLD_MS: u64 = 60_000;

impl Review {
    /// Whether the store has to be read again before this may be sent.
    #[must_use]
    pub fn is_old(&self, hands: &dyn Hands) -> bool {
        let (ran, wall) = self.read;
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

    /// What the page is told.
    #[must_use]
    pub const fn summary(&self) -> &ReviewSummary {
        &self.summary
    }

    /// What is remembered of the products before anything is sent.
    #[must_use]
    pub fn before(&self) -> Vec<Before> {
        self.changes.iter().map(|change| Before::from(&change.comparison)).collect()
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
            Ok(new) => new,
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
        new.summary.guards.insert(0, GuardView { words, examples });
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
        let mut live = read_products(hands, session, &ids, &progress).await?;
        if self.is_current(generation) {
            self.read_permissions(session, file, &mut live, generation).await?;
        }

        let mut builder = Builder::default();
        for (index, group) in file.products().into_iter().enumerate() {
            if index % 512 == 511 {
                hands.breathe().await;
                if !self.is_current(generation) {
                    break;
                }
            }
            builder.product(file.entry(group), &live, &categories);
        }
        Ok(builder.finish(session.place.clone(), file, hands))
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

/// Reads products by whichever way needs fewer requests: pages of the whole catalogue, or one by one. What the pages do
/// not show (archived products may be missing from the list) is read one by one. `progress` says whether to go on; what
/// comes back after it said no is not whole.
pub(super) async fn read_products(
    hands: &dyn Hands,
    session: &Session,
    ids: &[ProductId],
    progress: &dyn Fn(usize) -> bool,
) -> Result<HashMap<ProductId, Product>, ApiError> {
    let mut found = HashMap::with_capacity(ids.len());
    // A page can show at most so many of them, so below that many products no page is worth its request.
    if ids.len() > 1 {
        let wanted: HashSet<ProductId> = ids.iter().copied().collect();
        let mut seen = HashSet::new();
        let mut skip = 0u64;
        loop {
            let page = session.products(hands, skip).await?;
            let got = (page.items.len() + page.unreadable) as u64;
            skip += got;
            // A page with nothing new on it is the end, whatever the service says of how many there are.
            let before = seen.len();
            seen.extend(page.items.iter().map(|product| product.id));
            let end = seen.len() == before || is_last(&page, skip, got);
            let pages_left = page.total.map_or(1, |total| total.saturating_sub(skip).div_ceil(MAX_PAGE.into()));
            found.extend(
                page.items.into_iter().filter(|product| wanted.contains(&product.id)).map(|product| (product.id, product)),
            );
            if !progress(found.len()) {
                return Ok(found);
            }
            if end || (ids.len() - found.len()) as u64 <= pages_left {
                break;
            }
        }
    }
    let mut left = ids.iter().copied().filter(|id| !found.contains_key(id)).collect::<Vec<_>>().into_iter();
    let mut reading = FuturesUnordered::new();
    loop {
        while reading.len() < READERS
            && let Some(id) = left.next()
        {
            reading.push(session.product(hands, id));
        }
        let Some(product) = reading.next().await else { return Ok(found) };
        if let Some(product) = product? {
            found.insert(product.id, product);
        }
        if !progress(found.len()) {
            return Ok(found);
        }
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

#[derive(Default)]
struct Builder {
    changes: Vec<Change>,
    lines: Vec<Planned>,
    live: HashMap<ProductId, Product>,
    unchanged: u32,
    left_out: u32,
    missing: u32,
    codes: u32,
    code_products: u32,
    by_column: std::collections::BTreeMap<ColumnId, u32>,
}

impl Builder {
    fn product(&mut self, entry: Entry, live: &HashMap<ProductId, Product>, categories: &[Category]) {
        let mut line =
            LineView { product: entry.product, name: None, line: entry.line, fate: FateKind::NotSent, words: String::new() };
        let mut planned = None;
        match entry.update {
            None => {
                self.left_out += 1;
                line.words = entry.stopped;
            }
            Some(update) => match live.get(&update.id) {
                None => {
                    self.missing += 1;
                    line.words = "The store has no product with this id. An update never creates one.".into();
                }
                Some(product) => {
                    line.name.clone_from(&product.name);
                    let comparison = compare(&update, product, categories);
                    if comparison.changes_something() {
                        planned = Some(update.id);
                        line.words = "Not sent yet.".into();
                        self.change(comparison, product, entry.line);
                    } else {
                        self.unchanged += 1;
                        line.fate = FateKind::Unchanged;
                        line.words = "The store already has these values.".into();
                    }
                }
            },
        }
        self.lines.push(Planned { id: planned, line });
    }

    fn change(&mut self, comparison: Comparison, product: &Product, line: u32) {
        let mut columns: Vec<ColumnId> = comparison.changes.iter().map(|change| change.column).collect();
        columns.sort_unstable();
        columns.dedup();
        for column in columns {
            *self.by_column.entry(column).or_default() += 1;
        }
        if let Some(vouchers) = &comparison.patch.vouchers {
            self.codes += small(vouchers.codes.len());
            self.code_products += 1;
        }
        self.live.insert(product.id, product.clone());
        self.changes.push(Change { comparison, line });
    }

    fn finish(self, place: Place, file: &LoadedFile, hands: &dyn Hands) -> Review {
        let tripped = {
            let compared: Vec<Compared<'_>> = self
                .changes
                .iter()
                .filter_map(|change| {
                    let live = self.live.get(&change.comparison.id)?;
                    Some(Compared { live, comparison: &change.comparison })
                })
                .collect();
            guards(&compared, Limits::default(), hands.wall())
        };
        let plan = plan(self.changes.iter().map(|change| change.comparison.patch.clone()).collect());
        let requests = |kind: Kind| small(plan.batches.iter().filter(|batch| batch.kind() == kind).count());
        let summary = ReviewSummary {
            place,
            file: file.name().to_owned(),
            products: small(self.lines.len()),
            changing: small(self.changes.len()),
            unchanged: self.unchanged,
            left_out: self.left_out,
            missing: self.missing,
            by_column: self.by_column.into_iter().collect(),
            codes: self.codes,
            code_products: self.code_products,
            blank_cells: file.blank_cells(),
            field_requests: requests(Kind::Fields),
            voucher_requests: requests(Kind::Vouchers),
            guards: tripped.into_iter().map(|guard| guard_view(guard, &self.live)).collect(),
            token: hands.seed(),
        };
        let read = (hands.now(), hands.wall().millis());
        Review { summary, changes: self.changes, lines: self.lines, plan, read }
    }
}

fn changes_column(comparison: &Comparison, column: ColumnId) -> bool {
    comparison.changes.iter().any(|change| change.column == column)
}

fn guard_view(guard: Guard, live: &HashMap<ProductId, Product>) -> GuardView {
    let name = |id: &ProductId| live.get(id).and_then(|product| product.name.clone()).unwrap_or_else(|| id.to_string());
    GuardView { words: sentence(&guard.words), examples: guard.first.iter().map(name).collect() }
}

fn change_view(change: &Change) -> ChangeView {
    let comparison = &change.comparison;
    ChangeView {
        id: comparison.id,
        name: comparison.name.clone(),
        line: change.line,
        fields: comparison
            .changes
            .iter()
            .map(|field| FieldView {
                column: field.column,
                entry: field.entry.map(|entry| entry + 1),
                old: value_view(&field.old),
                new: value_view(&field.new),
            })
            .collect(),
        notes: comparison.notes.iter().map(note_words).collect(),
    }
}

/// A value as the page shows it.
#[must_use]
pub fn value_view(shown: &Shown) -> ValueView {
    match shown {
        Shown::NotReturned => ValueView::NotShown,
        Shown::Nothing => ValueView::Nothing,
        Shown::Appends { count, expire } => ValueView::Codes(*count, format!("expire {expire}")),
        Shown::Flag(yes) => ValueView::Text(if *yes { "yes" } else { "no" }.into()),
        other => ValueView::Text(other.to_string().chars().take(SHOWN_CHARS).collect()),
    }
}

fn note_words(note: &Note) -> String {
    let entries = |n: u16| if n == 1 { "1 permission entry".to_owned() } else { format!("{n} permission entries") };
    match note {
        Note::NotShown(columns) => {
            format!("The store does not show {}, so it cannot be compared and is sent as the file has it.", headers(columns))
        }
        Note::ReplacesPermissions { live, after, removed } => {
            let removed =
                if *removed > 0 { format!(" {removed} of the entries it has now will be gone.") } else { String::new() };
            format!("Replaces the product's whole list: {} now, {} afterwards.{removed}", entries(*live), entries(*after))
        }
        Note::ReplacesUnseenPermissions { after } => format!(
            "Replaces the product's whole list of permission entries, which the store does not show: afterwards it has {}.",
            entries(*after)
        ),
        Note::CompletedFromDefaults { entry, columns } => {
            let entry = entry.map(|entry| format!(" of permission entry {}", entry + 1)).unwrap_or_default();
            format!("Neither the file nor the store says {}{entry}: the reference's example values are sent.", headers(columns))
        }
        Note::UnknownCategory(name) => {
            format!("The store has no category named \"{name}\" and will probably refuse this product.")
        }
    }
}

fn headers(columns: &[ColumnId]) -> String {
    let mut text = String::new();
    for (index, column) in columns.iter().enumerate() {
        if index > 0 {
            text.push_str(if index + 1 == columns.len() { " and " } else { ", " });
        }
        text.push_str(COLUMNS.get(*column as usize).map_or("", |column| column.header));
    }
    text
}

/// A count that is known to be small. Files are limited to ten million rows.
#[must_use]
pub fn small(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
