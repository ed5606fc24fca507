//! The columns that this run may touch: a box a column, with how many products it would change. What is locked is not sent.

use super::review::{Review, Wish};
use crate::domain::ColumnId;
use crate::engine::protocol::{ReviewSummary, ScopePart};
use crate::ui::words::{self, number};
use leptos::prelude::*;

/// So many boxes are shown without being asked for.
const FEW: usize = 12;

/// The fold with the boxes.
pub(super) fn scope(review: Review, wish: Wish) -> AnyView {
    // The same whatever is locked, so that a box that was pressed keeps the focus.
    let parts = Memo::new(move |_| review.with(|review| review.as_ref().map(|r| r.parts.clone()).unwrap_or_default()));
    let allowed = move || parts.with(|parts| parts.iter().filter(|part| wish.allows(part)).count());
    let all = move || parts.with(Vec::len);
    let state = move || match (allowed(), all()) {
        (some, all) if some == all => format!("all {all}"),
        (0, _) => "none".to_owned(),
        (some, all) => format!("{some} of {all}"),
    };
    let is_open = untrack(move || all() <= FEW || allowed() < all());
    let each = move |is_allowed: bool| {
        wish.scope.set((!is_allowed).then(Vec::new));
        wish.ask();
    };
    view! {
        <details class="fold" open=is_open>
            <summary>"Columns this run may touch: "{state}</summary>
            <p class="hint">"A locked column is left alone: what the file asks for there is not sent, and counts as not asked for."</p>
            <fieldset class="locks">
                <legend class="unseen">"Columns this run may touch"</legend>
                {move || parts.get().into_iter().map(|part| lock(part, parts, wish)).collect_view()}
            </fieldset>
            <div class="actions">
                <button type="button" class="link" on:click=move |_| each(true)>"Unlock all"</button>
                <button type="button" class="link" on:click=move |_| each(false)>"Lock all"</button>
            </div>
        </details>
    }
    .into_any()
}

fn lock(part: ScopePart, parts: Memo<Vec<ScopePart>>, wish: Wish) -> AnyView {
    let name = part_name(&part);
    let products = part.products;
    let known = StoredValue::new(part);
    let is_allowed = Memo::new(move |_| known.with_value(|part| wish.allows(part)));
    let turn = move |_| {
        let allowed = |other: &ScopePart| {
            let is_this = known.with_value(|part| part == other);
            if is_this { !is_allowed.get_untracked() } else { untrack(|| wish.allows(other)) }
        };
        let wanted = parts.with_untracked(|parts| {
            let is_all = parts.iter().all(allowed);
            (!is_all).then(|| parts.iter().filter(|part| allowed(part)).flat_map(|part| part.columns.clone()).collect())
        });
        wish.scope.set(wanted);
        wish.ask();
    };
    let words = move || match (products, is_allowed.get()) {
        (0, true) => "nothing would change".to_owned(),
        (0, false) => "locked".to_owned(),
        (some, true) => words::products(some),
        (some, false) => format!("locked, {} left alone", words::products(some)),
    };
    view! {
        <label class="check lock" class:lock-shut=move || !is_allowed.get()>
            <input type="checkbox" prop:checked=move || is_allowed.get() on:change=turn />
            <span><span class="lock-name">{name}</span>" "<span class="quiet">{words}</span></span>
        </label>
    }
    .into_any()
}

/// What a part is called.
fn part_name(part: &ScopePart) -> String {
    match part.columns.as_slice() {
        [column] => column.header().to_owned(),
        [first, ..] if first.is_permission() => format!("Permissions ({} columns)", number(part.columns.len() as i128)),
        columns => columns.iter().map(|column| column.header()).collect::<Vec<_>>().join(" and "),
    }
}

/// The parts that are locked, by their names.
pub(super) fn locked(review: &ReviewSummary) -> Vec<String> {
    review.parts.iter().filter(|part| !review.is_allowed(part)).map(part_name).collect()
}

/// A column in a count of products; all columns of permission entries are one.
pub(super) fn counted((column, count): &(ColumnId, u32)) -> String {
    let name = if column.is_permission() { "Permissions" } else { column.header() };
    format!("{name} ({})", words::products(*count))
}
