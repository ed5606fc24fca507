//! `/bulk/runs/:id`: one run of the journal. It is opened, watched while another tab has it, and shown as a report, which can be
//! gone on with.

use super::report::{report_screen, store_name};
use super::runs::{PATIENCE, outcomes, when};
use super::send::send_screen;
use crate::browser::page;
use crate::engine::protocol::{OpenRun, RunView, Runs, Stage, Trouble, TroubleKind};
use crate::route::Route;
use crate::ui::bulk::keeper::Keeping;
use crate::ui::components::icon::Icon;
use crate::ui::components::live::{follow, live};
use crate::ui::components::trouble::trouble_note;
use crate::ui::state::{Screen, Shop, use_shop};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use std::time::Duration;

/// How far opening has come.
#[derive(Clone, PartialEq)]
enum Opening {
    /// Not far.
    Asked,
    /// A file is open that would be lost: its name, where it is known.
    WouldLose(Option<String>),
    /// Another tab has it; as far as it is written down.
    Elsewhere(Box<RunView>),
    /// Another run is being sent here.
    Busy(String),
    /// Refused.
    Failed(Trouble),
    /// It is there.
    Open,
}

/// What the parts of the page share. Cheap to copy.
#[derive(Clone, Copy)]
struct Page {
    shop: Shop,
    run: StoredValue<String>,
    opening: RwSignal<Opening>,
}

/// The page.
pub(crate) fn run_page(run: String) -> AnyView {
    let shop = use_shop();
    let it = Page { shop, run: StoredValue::new(run.clone()), opening: RwSignal::new(Opening::Asked) };
    let is_shown = Memo::new(move |_| shop.stage.with(|stage| run_of(stage) == Some(&run)));
    let navigate = use_navigate();
    follow(move || {
        if !shop.settled.get() {
            return;
        }
        match (is_shown.get(), it.opening.get_untracked()) {
            (true, _) => it.opening.set(Opening::Open),
            (false, Opening::Asked) => it.begin(),
            // It was closed, or its old values are worked on: that is shown where files are.
            (false, Opening::Open) => {
                navigate(&Route::Bulk.path(), NavigateOptions { replace: true, ..NavigateOptions::default() });
            }
            (false, _) => {}
        }
    });
    // Once the run itself is shown, how it was opened changes nothing, and the screen is not made anew.
    let screen = Memo::new(move |_| match is_shown.get().then(|| shop.stage.with(Screen::of)) {
        Some(screen @ (Screen::Sending | Screen::Done)) => Ok(screen),
        _ => Err(it.opening.get()),
    });
    live(move || match screen.get() {
        Ok(Screen::Sending) => send_screen(),
        Ok(_) => report_screen(),
        Err(Opening::WouldLose(name)) => would_lose(it, name),
        Err(Opening::Elsewhere(run)) => elsewhere(&run),
        Err(Opening::Busy(file)) => busy(&file),
        Err(Opening::Failed(trouble)) => failed(it, &trouble),
        Err(Opening::Asked | Opening::Open) => opening(),
    })
}

/// The run that the engine has open.
fn run_of(stage: &Stage) -> Option<&String> {
    match stage {
        Stage::Sending(progress) => Some(&progress.run),
        Stage::Done(report) => Some(&report.run),
        _ => None,
    }
}

impl Page {
    /// Opens it, unless something would be lost by that.
    fn begin(self) {
        let name = self.shop.stage.with_untracked(|stage| match stage {
            Stage::Sending(progress) => Some(Opening::Busy(progress.file.clone())),
            Stage::Reading(progress) => Some(Opening::WouldLose(Some(progress.name.clone()))),
            Stage::Checked(file) => Some(Opening::WouldLose(Some(file.name.clone()))),
            Stage::Reviewing(review) => Some(Opening::WouldLose(Some(review.file.clone()))),
            Stage::Comparing { .. } => Some(Opening::WouldLose(None)),
            Stage::Choosing { .. } | Stage::Unread(_) | Stage::Done(_) => None,
        });
        // A file that is kept comes back after the run was looked at.
        let is_kept = self.shop.keeper.state.with_untracked(|state| matches!(state, Keeping::Kept | Keeping::WithoutFile));
        match name {
            Some(would_lose @ Opening::WouldLose(_)) if !is_kept => self.say(would_lose),
            Some(busy @ Opening::Busy(_)) => self.say(busy),
            _ => self.open(),
        }
    }

    fn open(self) {
        let run = self.run.get_value();
        spawn_local(async move {
            let Err(trouble) = self.shop.try_ask(OpenRun { run: run.clone() }).await else { return };
            // Where it is refused, another tab may have it.
            let runs = self.shop.try_ask(Runs {}).await.unwrap_or_default();
            let is_watched = self.opening.try_with_untracked(|opening| matches!(opening, Opening::Elsewhere(_)));
            match runs.into_iter().find(|found| found.run == run) {
                Some(found) if found.is_elsewhere => {
                    self.say(Opening::Elsewhere(Box::new(found)));
                    set_timeout(move || self.watch(), PATIENCE);
                }
                // Between the two questions the other tab has let it go, or looked into it for a moment.
                Some(_) if is_watched == Some(true) && trouble.kind == TroubleKind::NotNow => {
                    set_timeout(move || self.watch(), PATIENCE);
                }
                _ => self.say(Opening::Failed(trouble)),
            }
        });
    }

    /// Looks again at what another tab does, and opens it here once that has let it go.
    fn watch(self) {
        let Some(run) = self.run.try_get_value() else { return };
        spawn_local(async move {
            let found = self.shop.try_ask(Runs {}).await.unwrap_or_default().into_iter().find(|found| found.run == run);
            let is_watching = self.opening.try_with_untracked(|opening| matches!(opening, Opening::Elsewhere(_)));
            match found {
                _ if is_watching != Some(true) => {}
                Some(found) if found.is_elsewhere => {
                    let now = Opening::Elsewhere(Box::new(found));
                    if self.opening.try_with_untracked(|opening| *opening != now) == Some(true) {
                        self.opening.set(now);
                    }
                    set_timeout(move || self.watch(), PATIENCE);
                }
                _ => self.open(),
            }
        });
    }

    /// Another heading takes the place of the one before, and the focus follows it.
    fn say(self, opening: Opening) {
        let is_new = self.opening.try_with_untracked(|now| *now != opening);
        if is_new == Some(true) {
            self.opening.set(opening);
            set_timeout(page::focus_heading, Duration::ZERO);
        }
    }
}

fn head(heading: &'static str, lead: AnyView) -> AnyView {
    view! {
        <div class="page-head">
            <h1 tabindex="-1">{heading}</h1>
            <p class="lead">{lead}</p>
        </div>
    }
    .into_any()
}

fn back() -> AnyView {
    view! { <a class="button" href=Route::Runs.path()>"All past runs"</a> }.into_any()
}

fn opening() -> AnyView {
    view! {
        <div class="page-head"><h1 tabindex="-1">"Opening the run"</h1></div>
        <p class="unseen" role="status">"Reading what is written down of it."</p>
        <div class="bone-block" aria-hidden="true"></div>
    }
    .into_any()
}

fn would_lose(it: Page, name: Option<String>) -> AnyView {
    let name = name.map_or_else(|| "the file that is open".to_owned(), |name| format!("“{name}”"));
    let press = move |_| {
        it.opening.set(Opening::Asked);
        it.open();
    };
    view! {
        {head("A file is being worked on", format!("This browser does not keep {name}: once the run is opened, it has to be chosen again, and what was changed in it is gone.").into_any())}
        <div class="actions">
            <a class="button button-main" href=Route::Bulk.path()>"Back to the file"</a>
            <button type="button" class="button" on:click=press>"Open the run all the same"</button>
        </div>
    }
    .into_any()
}

fn busy(file: &str) -> AnyView {
    let lead = format!("“{file}” is being sent. This run can be opened once that is done.");
    view! {
        {head("Another run is being sent", lead.into_any())}
        <div class="actions">
            <a class="button button-main" href=Route::Bulk.path()>"Look at the run that is being sent"</a>
            {back()}
        </div>
    }
    .into_any()
}

fn elsewhere(run: &RunView) -> AnyView {
    let lead = view! {
        <span class="file-name">{run.file.clone()}</span>" · "{store_name(&run.place)}" · "
        <time datetime=run.started.clone()>{when(run)}</time>
    };
    view! {
        {head("This run is open in another tab", lead.into_any())}
        <section class="card" aria-labelledby="written-heading">
            <h2 id="written-heading">"What is written down so far"</h2>
            <div role="status">{outcomes(&run.counts)}</div>
            <p class="quiet">
                "What is on its way counts as unknown, and what has still to be sent as not sent."
            </p>
        </section>
        <div class="note">
            {Icon::Info.view()}
            <p>
                "This tab only watches. It sends nothing for this run: two at once could not tell whose change arrived. \
                 Once the other tab closes it, it opens here by itself."
            </p>
        </div>
        <div class="actions">{back()}</div>
    }
    .into_any()
}

fn failed(it: Page, trouble: &Trouble) -> AnyView {
    if trouble.kind == TroubleKind::NotFound {
        return view! {
            {head("This run is not in this browser", "It was deleted, or sent from another browser or another computer. Past runs are kept only where they were sent from.".into_any())}
            <div class="actions">
                {back()}
                <a class="button button-quiet" href=Route::Bulk.path()>"Update products from a file"</a>
            </div>
        }
        .into_any();
    }
    let press = move |_| {
        it.say(Opening::Asked);
        it.open();
    };
    view! {
        <div class="page-head"><h1 tabindex="-1">"The run could not be opened"</h1></div>
        {trouble_note(trouble)}
        <div class="actions">
            <button type="button" class="button button-main" on:click=press>"Try again"</button>
            {back()}
        </div>
    }
    .into_any()
}
