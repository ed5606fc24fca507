//! What a person can keep before anything is sent: the undo file and the backup, and whether they were taken.

use super::review::Review;
use super::scope::counted;
use crate::domain::ColumnId;
use crate::engine::protocol::{BackupFile, ReviewSummary, UndoFile};
use crate::ui::components::download::download_button;
use crate::ui::components::icon::Icon;
use crate::ui::components::live::live;
use crate::ui::components::pending::Pending;
use crate::ui::state::Shop;
use crate::ui::words;
use leptos::prelude::*;

/// The two files, each with the columns that it was taken for. Cheap to copy.
#[derive(Clone, Copy)]
pub(super) struct Keepsakes {
    shop: Shop,
    review: Review,
    undo: Keepsake,
    backup: Keepsake,
}

#[derive(Clone, Copy)]
struct Keepsake {
    fetching: Pending,
    /// The columns that were allowed when it was taken last; nothing: it was not.
    taken: RwSignal<Option<Option<Vec<ColumnId>>>>,
}

/// Whether a file is in the person's hands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Taken {
    Not,
    /// With other columns locked than now.
    Before,
    Now,
}

impl Keepsake {
    fn new() -> Self {
        Self { fetching: Pending::new(), taken: RwSignal::new(None) }
    }

    fn is_taken(self, review: Review) -> Taken {
        let scope = review.with(|review| review.as_ref().and_then(|review| review.scope.clone()));
        self.taken.with(|taken| match taken {
            None => Taken::Not,
            Some(then) if *then == scope => Taken::Now,
            Some(_) => Taken::Before,
        })
    }

    fn mark(self, review: Review) {
        let scope = review.with_untracked(|review| review.as_ref().and_then(|review| review.scope.clone()));
        let _ = self.taken.try_set(Some(scope));
    }
}

impl Keepsakes {
    /// Nothing taken yet.
    pub(super) fn new(shop: Shop, review: Review) -> Self {
        Self { shop, review, undo: Keepsake::new(), backup: Keepsake::new() }
    }

    /// Both, each with a sentence of what it is.
    pub(super) fn offered(self) -> AnyView {
        let changing = Memo::new(move |_| self.review.with(|review| review.as_ref().map_or(0, |review| review.changing)));
        let undo = move || {
            let told = self.review.with(|review| review.as_ref().map(|review| undo_words(review)));
            let has_fields = self.has_fields();
            view! {
                <div class="keepsake">
                    <p><strong>"Undo file"</strong>" "{told}</p>
                    {has_fields.then(|| view! { <p class="keepsake-get">{self.undo_button()}{taken_words(self.undo, self.review)}</p> })}
                </div>
            }
        };
        view! {
            <div class="keepsakes">
                {live(undo)}
                <div class="keepsake">
                    <p>
                        <strong>"Backup"</strong>
                        " All that the store shows of "
                        {move || match changing.get() { 1 => "this product".to_owned(), many => format!("these {}", words::products(many)) }}
                        " now, changed or not. It can be dropped here like any other file."
                    </p>
                    <p class="keepsake-get">{self.backup_button()}{taken_words(self.backup, self.review)}</p>
                </div>
            </div>
            {self.undo.fetching.note()}
            {self.backup.fetching.note()}
        }
        .into_any()
    }

    /// Both in a line each, for the confirmation.
    pub(super) fn in_short(self) -> AnyView {
        let undo =
            move || self.has_fields().then(|| view! { <li>{self.undo_button()}{taken_words(self.undo, self.review)}</li> });
        view! {
            <ul class="keepsakes-short" role="list">
                {live(undo)}
                <li>{self.backup_button()}{taken_words(self.backup, self.review)}</li>
            </ul>
            {self.undo.fetching.note()}
            {self.backup.fetching.note()}
        }
        .into_any()
    }

    /// Whether anything changes that an undo file could set back.
    fn has_fields(self) -> bool {
        self.review.with(|review| {
            review.as_ref().is_some_and(|review| review.by_column.iter().any(|(column, _)| *column != ColumnId::Vouchers))
        })
    }

    fn undo_button(self) -> AnyView {
        download_button("Download the undo file", "button", self.undo.fetching, move || async move {
            let file = self.shop.try_ask(UndoFile {}).await?;
            self.undo.mark(self.review);
            Ok(file)
        })
    }

    fn backup_button(self) -> AnyView {
        download_button("Download the backup", "button", self.backup.fetching, move || async move {
            let file = self.shop.try_ask(BackupFile {}).await?;
            self.backup.mark(self.review);
            Ok(file)
        })
    }
}

fn undo_words(review: &ReviewSummary) -> String {
    let has_fields = review.by_column.iter().any(|(column, _)| *column != ColumnId::Vouchers);
    let mut said = String::from(if has_fields {
        "The old values of exactly what will change. Dropped here afterwards, it sets them back."
    } else {
        "There is none: only voucher codes are added, and codes cannot be taken back."
    });
    if has_fields && review.codes > 0 {
        said.push_str(" Voucher codes stay added.");
    }
    if has_fields && !review.not_reversible.is_empty() {
        let columns: Vec<String> = review.not_reversible.iter().map(counted).collect();
        said.push_str(&format!(" It cannot set back what the store does not show, or has nothing in: {}.", columns.join(", ")));
    }
    said
}

fn taken_words(file: Keepsake, review: Review) -> AnyView {
    let state = Memo::new(move |_| file.is_taken(review));
    view! {
        <span class="taken" class:taken-now=move || state.get() == Taken::Now role="status">
            {move || (state.get() == Taken::Now).then(|| Icon::Tick.view())}
            {move || match state.get() {
                Taken::Not => "Not taken yet",
                Taken::Now => "Taken",
                Taken::Before => "Taken with other columns locked: take it again",
            }}
        </span>
    }
    .into_any()
}
