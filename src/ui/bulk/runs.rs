//! `/bulk/runs`: the runs in this browser's journal, the newest first; opened, deleted, their voucher codes wiped.

use super::report::{badge_of, fates, store_name};
use crate::browser::page;
use crate::engine::protocol::{DeleteRun, Ending, FateKind, RunView, Runs, Stage, Trouble, WipeCodes};
use crate::route::Route;
use crate::ui::components::dialog::dialog;
use crate::ui::components::icon::Icon;
use crate::ui::components::live::{follow, live};
use crate::ui::components::pending::Pending;
use crate::ui::components::trouble::trouble_note;
use crate::ui::state::{Screen, Shop, use_shop};
use crate::ui::words::{self, number};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::time::Duration;

/// How long until a run that another tab has open is looked at again.
pub(super) const PATIENCE: Duration = Duration::from_secs(2);

/// The list as it was read last. Cheap to copy.
#[derive(Clone, Copy)]
struct Listing {
    shop: Shop,
    read: RwSignal<Option<Result<Vec<RunView>, Trouble>>>,
    /// What was done last, in words.
    done: RwSignal<String>,
    deleting: RwSignal<Option<RunView>>,
    job: StoredValue<u32>,
}

impl Listing {
    /// Reads the list. What is there stays until the answer is, so that nobody loses the place.
    fn read(self) {
        let Some(job) = self.job.try_update_value(|job| {
            *job = job.wrapping_add(1);
            *job
        }) else {
            return;
        };
        spawn_local(async move {
            let found = self.shop.try_ask(Runs {}).await;
            // The page may be gone, or have asked again.
            if self.job.try_get_value() != Some(job) {
                return;
            }
            let is_elsewhere = found.as_ref().is_ok_and(|runs| runs.iter().any(|run| run.is_elsewhere));
            let found = Some(found);
            if self.read.with_untracked(|read| *read != found) {
                self.read.set(found);
            }
            if is_elsewhere {
                set_timeout(
                    move || {
                        if self.job.try_get_value() == Some(job) {
                            self.read();
                        }
                    },
                    PATIENCE,
                );
            }
        });
    }

    /// What was done, and the list without it.
    fn after(self, done: String) {
        self.done.set(done);
        self.read();
        // A dialog gives the focus back as it closes, to a button that is about to go.
        set_timeout(page::focus_heading, Duration::ZERO);
    }
}

/// The page.
pub(crate) fn runs_page() -> AnyView {
    let shop = use_shop();
    let it = Listing {
        shop,
        read: RwSignal::new(None),
        done: RwSignal::new(String::new()),
        deleting: RwSignal::new(None),
        job: StoredValue::new(0),
    };
    // Which tab has a run is known once this one has taken its own; and a run that comes to its end here changes the list.
    let screen = Memo::new(move |_| shop.settled.get().then(|| shop.stage.with(Screen::of)));
    follow(move || {
        if screen.get().is_some() {
            it.read();
        }
    });
    view! {
        <div class="page-head">
            <h1 tabindex="-1">"Past runs"</h1>
            <p class="lead">
                "What was sent from this browser, with its report and a way back. It is kept here and nowhere else, until you delete it."
            </p>
        </div>
        <p class="quiet" role="status">{move || it.done.get()}</p>
        {live(move || match it.read.get() {
            None => bones(),
            Some(Err(trouble)) => failed(it, &trouble),
            Some(Ok(runs)) if runs.is_empty() => nothing(),
            Some(Ok(runs)) => list(it, runs),
        })}
        {delete_dialog(it)}
    }
    .into_any()
}

fn bones() -> AnyView {
    view! {
        <p class="unseen" role="status">"Reading the past runs."</p>
        <div class="stack" aria-hidden="true">
            <div class="bone-block bone-run"></div>
            <div class="bone-block bone-run"></div>
        </div>
    }
    .into_any()
}

fn failed(it: Listing, trouble: &Trouble) -> AnyView {
    let again = move |_| {
        it.read.set(None);
        it.read();
    };
    view! {
        {trouble_note(trouble)}
        <p><button type="button" class="button" on:click=again>"Try again"</button></p>
    }
    .into_any()
}

fn nothing() -> AnyView {
    view! {
        <div class="blank" role="status">
            {Icon::Clock.view()}
            <h2>"No runs yet"</h2>
            <p>"Once you have updated products from a file, the run is listed here, and it stays until you delete it."</p>
            <p><a class="button button-main" href=Route::Bulk.path()>"Update products from a file"</a></p>
        </div>
    }
    .into_any()
}

fn list(it: Listing, runs: Vec<RunView>) -> AnyView {
    let codes: u32 = runs.iter().fold(0, |sum, run| sum.saturating_add(run.codes));
    let bytes: u64 = runs.iter().map(|run| run.bytes).sum();
    let with_codes = runs.iter().filter(|run| run.codes > 0).count();
    let summary =
        format!("{} · {} in this browser’s storage", words::count(runs.len() as i128, "run", "runs"), words::bytes(bytes),);
    let rows = runs.into_iter().map(|run| row(it, run)).collect_view();
    view! {
        <p class="runs-sum" role="status">{summary}</p>
        {(codes > 0).then(|| wipe_card(it, codes, with_codes))}
        <ul class="runs" role="list">{rows}</ul>
    }
    .into_any()
}

fn wipe_card(it: Listing, codes: u32, runs: usize) -> AnyView {
    let asking = RwSignal::new(false);
    let wiping = Pending::new();
    let kept = format!(
        "{} of {} {} still kept in clear",
        words::count(codes, "voucher code", "voucher codes"),
        words::count(runs as i128, "run", "runs"),
        if codes == 1 { "is" } else { "are" },
    );
    let press = move |_| {
        asking.set(false);
        wiping.run(it.shop.try_ask(WipeCodes {}), move |wiped| {
            it.after(format!("{} wiped.", words::count(wiped, "voucher code was", "voucher codes were")));
        });
    };
    let body = view! {
        <p>
            {format!("Fingerprints take the place of {}, so that codes sent before are still recognised. ", words::count(codes, "code", "codes"))}
            "The reports stay."
        </p>
        <p>"Codes that were not sent yet cannot be sent from here then: they have to come from a file again."</p>
        <div class="actions actions-end">
            <button type="button" class="button" on:click=move |_| asking.set(false)>"Keep them"</button>
            <button type="button" class="button button-danger" on:click=press>"Wipe the codes"</button>
        </div>
    };
    view! {
        <div class="note note-warn">
            {Icon::Warning.view()}
            <div>
                <p class="note-what">{kept}</p>
                <p>"They may still have to be sent. Whoever uses this browser could read them."</p>
                <p>
                    <button type="button" class="button" aria-haspopup="dialog" disabled=move || wiping.busy.get() on:click=move |_| asking.set(true)>
                        "Wipe voucher codes…"
                    </button>
                </p>
                {wiping.note()}
            </div>
        </div>
        {dialog("wipe", Signal::derive(|| "Wipe the voucher codes?".into()), asking, body.into_any())}
    }
    .into_any()
}

/// When the run was confirmed, as a person says it.
pub(super) fn when(run: &RunView) -> String {
    page::local_time(&run.started)
}

fn row(it: Listing, run: RunView) -> AnyView {
    let shop = it.shop;
    let id = run.run.clone();
    let is_sending = Memo::new(move |_| shop.stage.with(|stage| matches!(stage, Stage::Sending(progress) if progress.run == id)));
    let (is_elsewhere, ending) = (run.is_elsewhere, run.ending.clone());
    let state = live(move || state_badge(is_sending.get(), is_elsewhere, &ending));
    let kept = format!(
        "{}{}",
        words::bytes(run.bytes),
        if run.codes > 0 {
            format!(" · {} kept", words::count(run.codes, "voucher code", "voucher codes"))
        } else {
            String::new()
        },
    );
    let label = format!("Delete the run of {}, {}", run.file, when(&run));
    let path = Route::Run(run.run.clone()).path();
    let asked = run.clone();
    view! {
        <li class="card run">
            <div class="run-head">
                <h2><a href=path><span class="file-name">{run.file.clone()}</span></a></h2>
                {state}
            </div>
            <p class="quiet">
                <time datetime=run.started.clone()>{when(&run)}</time>" · "{store_name(&run.place)}
            </p>
            {outcomes(&run.counts)}
            <div class="run-foot">
                <p class="quiet">{kept}</p>
                <button type="button" class="button button-quiet" aria-label=label aria-haspopup="dialog"
                    hidden=move || is_elsewhere || is_sending.get() on:click=move |_| it.deleting.set(Some(asked.clone()))>
                    "Delete…"
                </button>
            </div>
        </li>
    }
    .into_any()
}

fn state_badge(is_sending: bool, is_elsewhere: bool, ending: &Ending) -> AnyView {
    let (icon, class, words) = match (is_sending, is_elsewhere, ending) {
        (true, ..) => (Icon::Again, "badge", "Being sent"),
        (_, true, _) => (Icon::Layers, "badge badge-warn", "Open in another tab"),
        (_, _, Ending::Finished) => (Icon::Tick, "badge badge-good", "Finished"),
        (_, _, Ending::Cancelled) => (Icon::Dash, "badge", "Cancelled"),
        (_, _, Ending::Interrupted) => (Icon::Warning, "badge badge-warn", "Interrupted"),
    };
    view! { <span class=class>{icon.view()}{words}</span> }.into_any()
}

/// Products by what became of them, each with its sign and its word.
pub(super) fn outcomes(counts: &[(FateKind, u32)]) -> AnyView {
    let items = fates(counts).map(|(fate, count)| {
        let (icon, class, label) = badge_of(fate);
        let class = match class {
            "good" => "fact-good",
            "warn" => "fact-warn",
            "bad" => "fact-bad",
            _ => "",
        };
        view! { <li class=class>{icon.view()}{number(count)}" "{label.to_lowercase()}</li> }
    });
    view! { <ul class="fact-line" role="list">{items.collect_view()}</ul> }.into_any()
}

fn delete_dialog(it: Listing) -> AnyView {
    let open = RwSignal::new(false);
    let deleting = Pending::new();
    follow(move || {
        if it.deleting.with(Option::is_some) {
            deleting.trouble.set(None);
            open.set(true);
        }
    });
    follow(move || {
        if !open.get() {
            it.deleting.set(None);
        }
    });
    let press = move |_| {
        let Some(run) = it.deleting.get_untracked() else { return };
        let name = run.file.clone();
        deleting.run(it.shop.try_ask(DeleteRun { run: run.run }), move |()| {
            open.set(false);
            it.after(format!("The run of “{name}” was deleted."));
        });
    };
    let of = move || it.deleting.with(|run| run.as_ref().map(|run| (run.file.clone(), when(run), left(run))));
    let body = view! {
        {move || of().map(|(file, when, left)| view! {
            <p><span class="file-name">{file}</span>" · "{when}</p>
            {left.map(|left| view! { <p>{left}</p> })}
        })}
        <p>"Its report, its old values and its backup go with it. The store stays as it is, and the run can no longer be taken back."</p>
        {deleting.note()}
        <div class="actions actions-end">
            <button type="button" class="button" on:click=move |_| open.set(false)>"Keep it"</button>
            <button type="button" class="button button-danger" disabled=move || deleting.busy.get() on:click=press>"Delete the run"</button>
        </div>
    };
    dialog("delete-run", Signal::derive(|| "Delete this run?".into()), open, body.into_any())
}

/// What of the run would be lost beside its record.
fn left(run: &RunView) -> Option<String> {
    let open = fates(&run.counts).filter(|(fate, _)| matches!(fate, FateKind::Unknown)).map(|(_, count)| count).sum::<u32>();
    let words = match (&run.ending, open) {
        (_, 1..) => format!("Of {} it is not known yet whether the change was applied.", words::products(open)),
        (Ending::Interrupted, 0) => "It was interrupted, and can still be gone on with.".to_owned(),
        _ => return None,
    };
    Some(words)
}
