//! A run is taken back: what that would do, and what it leaves alone, as long as its old values are worked on.

use crate::engine::protocol::{BackupFile, ReportSummary, Stage, TakeBack, UndoFile, UndoView};
use crate::ui::components::download::download_button;
use crate::ui::components::icon::Icon;
use crate::ui::components::live::{follow, live};
use crate::ui::components::pending::Pending;
use crate::ui::state::{Screen, Shop};
use crate::ui::words::{self, number};
use leptos::prelude::*;

/// Names that are shown before "and more".
const NAMED: usize = 12;

/// A run that is being taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TakenBack {
    /// The file the run was of.
    pub(crate) file: String,
    /// What it does, and what it does not.
    pub(crate) view: UndoView,
}

/// What is kept of a run so that it can be undone, beside the button that begins it.
pub(super) fn undo_card(shop: Shop, summary: Memo<Option<Box<ReportSummary>>>) -> AnyView {
    let taking = Pending::new();
    let saving = Pending::new();
    let undoable = Memo::new(move |_| summary.with(|report| report.as_ref().map_or(0, |report| report.undoable)));
    let is_connected = Memo::new(move |_| summary.with(|report| report.as_ref().is_some_and(|report| report.is_connected)));
    let press = move |_| {
        let file = summary.with_untracked(|report| report.as_ref().map(|report| report.file.clone()).unwrap_or_default());
        taking.run(shop.try_ask(TakeBack {}), move |view| shop.taken_back.set(Some(TakenBack { file, view })));
    };
    let card = move || {
        (undoable.get() > 0).then(|| view! {
            <section class="card" aria-labelledby="undo-heading">
                <h2 id="undo-heading">"Take it back"</h2>
                <p>
                    {move || format!("The old values of {} are kept in this browser. ", words::products(undoable.get()))}
                    "They are compared, reviewed and confirmed like a file of their own. What somebody has edited since is left alone and \
                     named; voucher codes that were added stay in the store."
                </p>
                <div class="actions">
                    <button type="button" class="button" hidden=move || !is_connected.get()
                        aria-disabled=move || taking.busy.get().then_some("true") on:click=press>
                        {Icon::Back.view()}
                        {move || if taking.busy.get() { "Reading the products…" } else { "Take back…" }}
                    </button>
                    {download_button("Download the old values", "button button-quiet", saving, move || shop.try_ask(UndoFile {}))}
                    {download_button("Download a backup", "button button-quiet", saving, move || shop.try_ask(BackupFile {}))}
                </div>
                {taking.note()}
                {saving.note()}
            </section>
        })
    };
    live(card)
}

/// Forgets what was taken back once its old values are no longer worked on.
pub(crate) fn forget_taken_back(shop: Shop) {
    let is_over = Memo::new(move |_| match shop.stage.with(Screen::of) {
        Screen::Reading | Screen::Checked | Screen::Comparing | Screen::Reviewing => false,
        Screen::Choosing | Screen::Unread | Screen::Sending | Screen::Done => true,
    });
    follow(move || {
        if is_over.get() {
            shop.taken_back.set(None);
        }
    });
}

/// What is being taken back, above the file, the comparison and the review.
pub(super) fn taken_back_note(shop: Shop) -> AnyView {
    let is_file = Memo::new(move |_| !matches!(shop.stage.get(), Stage::Choosing { .. } | Stage::Sending(_) | Stage::Done(_)));
    live(move || shop.taken_back.get().filter(|_| is_file.get()).map(|it| note(&it)))
}

fn note(it: &TakenBack) -> AnyView {
    let view = &it.view;
    let edited = (view.left_alone > 0).then(|| {
        let what = match view.left_alone {
            1 => "1 product was edited by somebody since the run. What was edited is left alone:".to_owned(),
            many => format!("{} were edited by somebody since the run. What was edited is left alone:", words::products(many)),
        };
        named(what, &view.edited, view.left_alone)
    });
    let lost = (!view.lost.is_empty()).then(|| {
        let what = "What was there before cannot be set again, since nothing was set or the store did not show it:";
        named(what.into(), &view.lost, u32::try_from(view.lost.len()).unwrap_or(u32::MAX))
    });
    let codes = (view.codes > 0).then(|| {
        let stay = if view.codes == 1 { "1 voucher code that was added stays" } else { "voucher codes that were added stay" };
        let count = if view.codes == 1 { String::new() } else { format!("{} ", number(view.codes)) };
        view! { <p>{count}{stay}" in the store: codes cannot be taken back."</p> }
    });
    view! {
        <div class="note taken-back" role="status">
            {Icon::Back.view()}
            <div>
                <p class="note-what">{format!("This takes “{}” back: the old values of {}", it.file, words::products(view.products))}</p>
                <p>"Nothing is sent before you have seen and confirmed it."</p>
                {edited}
                {lost}
                {codes}
            </div>
        </div>
    }
    .into_any()
}

/// What, and whom it concerns; a long list is cut.
fn named(what: String, names: &[String], all: u32) -> AnyView {
    let shown = names.iter().take(NAMED);
    let more = u32::try_from(shown.len()).ok().and_then(|shown| all.checked_sub(shown)).filter(|more| *more > 0);
    let items = shown.map(|name| view! { <li>{name.clone()}</li> }).collect_view();
    view! {
        <p>{what}</p>
        <ul class="names" role="list">
            {items}
            {more.map(|more| view! { <li>{format!("and {} more", number(more))}</li> })}
        </ul>
    }
    .into_any()
}
