//! Old and new, looked at before anything is sent. What a person decides here (columns, limits) has it looked at anew;
//! whatever was pressed for it stays where it is.

use super::changes::change_list;
use super::confirm::confirmation;
use super::keepsakes::Keepsakes;
use super::limits::limits;
use super::part_of_stage;
use super::scope::{counted, locked, scope};
use crate::domain::ColumnId;
use crate::engine::protocol::{BackToFile, Door, GuardLimits, GuardView, ReviewBy, ReviewSummary, ScopePart, Stage};
use crate::ui::components::chips::{Chip, chips};
use crate::ui::components::icon::Icon;
use crate::ui::components::live::live;
use crate::ui::components::pending::Pending;
use crate::ui::state::{Shop, use_shop};
use crate::ui::words::{self, number};
use leptos::prelude::*;

/// What the engine says of the comparison.
pub(super) type Review = Memo<Option<Box<ReviewSummary>>>;

/// How a person wants it looked at. Cheap to copy.
#[derive(Clone, Copy)]
pub(super) struct Wish {
    shop: Shop,
    /// The only columns that may be touched; nothing: all.
    pub(super) scope: RwSignal<Option<Vec<ColumnId>>>,
    /// When a second look is asked for.
    pub(super) limits: RwSignal<GuardLimits>,
    asking: Pending,
}

impl Wish {
    fn new(shop: Shop, review: Review) -> Self {
        let (scope, limits) = review.with_untracked(|review| {
            review.as_ref().map_or_else(Default::default, |review| (review.scope.clone(), review.limits))
        });
        Self { shop, scope: RwSignal::new(scope), limits: RwSignal::new(limits), asking: Pending::new() }
    }

    /// Whether a part of the file may be touched.
    pub(super) fn allows(self, part: &ScopePart) -> bool {
        self.scope.with(|scope| scope.as_ref().is_none_or(|scope| part.columns.iter().any(|column| scope.contains(column))))
    }

    /// Has the comparison looked at so; an earlier wish that is still being worked on is dropped.
    pub(super) fn ask(self) {
        let (limits, scope) = (self.limits.get_untracked(), self.scope.get_untracked());
        self.asking.run_newest(self.shop.try_ask(ReviewBy { limits, scope }), |()| ());
    }
}

/// The screen.
pub(super) fn review_screen() -> AnyView {
    let shop = use_shop();
    let review: Review = part_of_stage(|stage| match stage {
        Stage::Reviewing(summary) => Some(summary.clone()),
        _ => None,
    });
    let wish = Wish::new(shop, review);
    let keepsakes = Keepsakes::new(shop, review);
    let says = move |words: fn(&ReviewSummary) -> String| move || review.with(|r| r.as_deref().map(words).unwrap_or_default());
    let part = move |draw: fn(&ReviewSummary) -> AnyView| live(move || review.with(|review| review.as_deref().map(draw)));
    let has_changes = Memo::new(move |_| review.with(|review| review.as_ref().is_some_and(|review| review.changing > 0)));
    let leaving = Pending::new();
    let confirm = confirmation(shop, review, keepsakes, wish.asking.busy);
    view! {
        <div class="page-head">
            <h1 tabindex="-1">{says(heading)}</h1>
            <p class="lead">{says(lead)}" "<span class="file-name">{says(|review| review.file.clone())}</span></p>
        </div>
        {part(counts)}
        {part(guards)}
        <p class="unseen" role="status">{anew(review)}</p>
        <div class="actions">
            {confirm}
            <button type="button" class="button" on:click=move |_| leaving.run(shop.try_ask(BackToFile {}), |()| ())>
                "Back to the file"
            </button>
        </div>
        {leaving.note()}
        <section class="card before" aria-labelledby="before-heading">
            <h2 id="before-heading">"Before you send"</h2>
            {move || has_changes.get().then(|| keepsakes.offered())}
            {scope(review, wish)}
            {limits(wish)}
            {wish.asking.note()}
        </section>
        {changes(shop, review, has_changes)}
    }
    .into_any()
}

fn heading(review: &ReviewSummary) -> String {
    match review.changing {
        0 => "Nothing will change".to_owned(),
        changing => format!("{} will change", words::products(changing)),
    }
}

fn lead(review: &ReviewSummary) -> String {
    let words = match (review.changing, review.locked) {
        (0, 0) => "The store already holds what the file asks for, or does not have these products.",
        (0, _) => "All that would change is in columns that are locked.",
        _ => "Compare old and new. Nothing has been sent yet.",
    };
    words.to_owned()
}

/// Told when something was decided here; not when the screen opens, which is told as such.
fn anew(review: Review) -> Memo<String> {
    let first = review.with_untracked(|review| review.as_ref().map(|review| review.token));
    Memo::new(move |_| {
        review.with(|review| match review {
            Some(review) if Some(review.token) != first => {
                let looks = match review.guards.len() {
                    0 => "no second look is asked for".to_owned(),
                    some => words::count(some as i128, "second look is asked for", "second looks are asked for"),
                };
                format!("{}, {looks}.", heading(review))
            }
            _ => String::new(),
        })
    })
}

fn counts(review: &ReviewSummary) -> AnyView {
    let tiles = [
        (review.changing, "will change", true),
        (review.unchanged, "already as in the file", true),
        (review.locked, "left alone: locked columns only", review.locked > 0),
        (review.left_out, "left out because of problems", review.left_out > 0),
        (review.missing, "not in this store", review.missing > 0),
        (review.unsaid, "left out: a CSV has no words for it", review.unsaid > 0),
    ];
    let tiles = tiles
        .into_iter()
        .filter(|(_, _, is_shown)| *is_shown)
        .map(|(count, label, _)| view! { <div class="tile"><dd>{number(count)}</dd><dt>{label}</dt></div> })
        .collect_view();
    let codes = (review.codes > 0).then(|| {
        let to = words::products(review.code_products);
        view! {
            <li>
                <strong>{words::count(review.codes, "voucher code", "voucher codes")}</strong>
                {format!(" will be added to {to}. The store never shows codes, so they are not compared, and they cannot be taken back.")}
            </li>
        }
    });
    let unseen = (!review.not_shown.is_empty()).then(|| {
        let columns: Vec<String> = review.not_shown.iter().map(counted).collect();
        view! {
            <li>
                <strong>"Not compared, and sent as the file has it"</strong>
                {format!(", because the store does not show it: {}.", columns.join(", "))}
            </li>
        }
    });
    let locked = locked(review);
    let locked = (!locked.is_empty()).then(|| {
        view! { <li><strong>"Locked"</strong>{format!(", so nothing is sent of it: {}.", locked.join(", "))}</li> }
    });
    let blank = (review.blank_cells > 0).then(|| {
        view! { <li>{words::count(review.blank_cells, "blank cell leaves", "blank cells leave")}" alone what the store has."</li> }
    });
    let door =
        (review.door == Door::Csv).then(|| view! { <li>"This host takes updates as CSV files: that is how they leave."</li> });
    view! {
        <dl class="tiles">{tiles}</dl>
        <ul class="rules">{locked}{unseen}{codes}{blank}{door}</ul>
    }
    .into_any()
}

fn guards(review: &ReviewSummary) -> AnyView {
    if review.guards.is_empty() {
        return ().into_any();
    }
    let each = review
        .guards
        .iter()
        .map(|GuardView { words, examples }| {
            let examples = (!examples.is_empty())
                .then(|| view! { <span class="quiet">{format!("For example: {}", examples.join(", "))}</span> });
            view! { <li><span>{words::sentence(words)}</span>{examples}</li> }
        })
        .collect_view();
    view! {
        <section class="note note-warn" aria-labelledby="guards-heading">
            {Icon::Warning.view()}
            <div>
                <h2 class="note-what" id="guards-heading">"Worth a second look"</h2>
                <ul class="guards" role="list">{each}</ul>
            </div>
        </section>
    }
    .into_any()
}

/// The list of changes, which is another with every other look.
fn changes(shop: Shop, review: Review, has_changes: Memo<bool>) -> AnyView {
    let column = RwSignal::new(None);
    let totals = Memo::new(move |_| {
        review.with(|review| review.as_ref().map(|review| (review.scope.clone(), review.changing, review.by_column.clone())))
    });
    let filters = move || {
        let (_, changing, by_column) = totals.get().unwrap_or_default();
        // A column that is locked now is no filter any more.
        column.maybe_update(|chosen| {
            let is_gone = chosen.is_some_and(|chosen| by_column.iter().all(|(known, _)| *known != chosen));
            if is_gone {
                *chosen = None;
            }
            is_gone
        });
        let all = Chip { key: None, label: "All columns".into(), count: changing, icon: None };
        let each = by_column.iter().map(|(column, count)| Chip {
            key: Some(*column),
            label: column.header().into(),
            count: *count,
            icon: None,
        });
        chips("Changes by column", column, std::iter::once(all).chain(each).collect())
    };
    let list = move || {
        let (_, changing, by_column) = totals.get().unwrap_or_default();
        change_list(shop, column.get(), &(changing, by_column))
    };
    live(move || {
        has_changes.get().then(|| {
            view! {
                <section aria-labelledby="changes-heading">
                    <h2 id="changes-heading">"What will change"</h2>
                    {live(filters)}
                    {live(list)}
                </section>
            }
        })
    })
}
