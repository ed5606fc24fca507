//! Old and new, looked at before anything is sent.

use super::changes::change_list;
use super::confirm::confirmation;
use super::part_of_stage;
use crate::engine::protocol::{BackToFile, Door, GuardView, ReviewSummary, Stage};
use crate::ui::components::chips::{Chip, chips};
use crate::ui::components::icon::Icon;
use crate::ui::components::live::live;
use crate::ui::components::pending::Pending;
use crate::ui::state::{Shop, use_shop};
use crate::ui::words::{self, number};
use leptos::prelude::*;

/// The screen.
pub(super) fn review_screen() -> AnyView {
    let shop = use_shop();
    let summary = part_of_stage(|stage| match stage {
        Stage::Reviewing(summary) => Some(summary.clone()),
        _ => None,
    });
    live(move || summary.get().map(|review| screen(shop, &review)))
}

fn screen(shop: Shop, review: &ReviewSummary) -> AnyView {
    let heading = match review.changing {
        0 => "Nothing will change".to_owned(),
        changing => format!("{} will change", words::products(changing)),
    };
    let lead = if review.changing == 0 {
        "The store already holds what the file asks for, or does not have these products."
    } else {
        "Compare old and new. Nothing has been sent yet."
    };
    let column = RwSignal::new(None);
    let filters = std::iter::once(Chip { key: None, label: "All columns".into(), count: review.changing, icon: None })
        .chain(review.by_column.iter().map(|(column, count)| Chip {
            key: Some(*column),
            label: column.header().into(),
            count: *count,
            icon: None,
        }))
        .collect();
    let leaving = Pending::new();
    let has_changes = review.changing > 0;
    let totals = (review.changing, review.by_column.clone());
    view! {
        <div class="page-head">
            <h1 tabindex="-1">{heading}</h1>
            <p class="lead">{lead}" "<span class="file-name">{review.file.clone()}</span></p>
        </div>
        {counts(review)}
        {guards(&review.guards)}
        <div class="actions">
            {has_changes.then(|| confirmation(shop, review))}
            <button type="button" class="button" on:click=move |_| leaving.run(shop.try_ask(BackToFile {}), |()| ())>
                "Back to the file"
            </button>
        </div>
        {leaving.note()}
        {has_changes.then(|| view! {
            <section aria-labelledby="changes-heading">
                <h2 id="changes-heading">"What will change"</h2>
                {chips("Changes by column", column, filters)}
                {move || change_list(shop, column.get(), &totals)}
            </section>
        })}
    }
    .into_any()
}

fn counts(review: &ReviewSummary) -> AnyView {
    let tiles = [
        (review.changing, "will change", true),
        (review.unchanged, "already as in the file", true),
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
        view! {
            <li>
                <strong>{words::count(review.codes, "voucher code", "voucher codes")}</strong>
                {format!(" will be added to {}. They cannot be taken back.", words::products(review.code_products))}
            </li>
        }
    });
    let blank = (review.blank_cells > 0).then(|| {
        view! { <li>{words::count(review.blank_cells, "blank cell leaves", "blank cells leave")}" alone what the store has."</li> }
    });
    let door =
        (review.door == Door::Csv).then(|| view! { <li>"This host takes updates as CSV files: that is how they leave."</li> });
    view! {
        <dl class="tiles">{tiles}</dl>
        <ul class="rules">{codes}{blank}{door}</ul>
    }
    .into_any()
}

fn guards(guards: &[GuardView]) -> Option<AnyView> {
    if guards.is_empty() {
        return None;
    }
    let guards = guards
        .iter()
        .map(|guard| {
            let examples = (!guard.examples.is_empty()).then(|| view! { <span class="quiet">{guard.examples.join(", ")}</span> });
            view! { <li><span>{words::sentence(&guard.words)}</span>{examples}</li> }
        })
        .collect_view();
    Some(
        view! {
            <section class="note note-warn" aria-labelledby="guards-heading">
                {Icon::Warning.view()}
                <div>
                    <h2 class="note-what" id="guards-heading">"Worth a second look"</h2>
                    <ul class="guards" role="list">{guards}</ul>
                </div>
            </section>
        }
        .into_any(),
    )
}
