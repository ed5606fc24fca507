//! Which rows are shown, and what can be done with them.

use super::Grid;
use super::commands::Command;
use crate::engine::protocol::{FileSummary, GridView, Only, ProblemFile, Severity, WantedIssues};
use crate::ui::components::download::download_button;
use crate::ui::components::icon::Icon;
use crate::ui::components::live::live;
use crate::ui::components::pending::Pending;
use crate::ui::words::{count, number};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Milliseconds after the last letter before it is searched for.
const REST: u32 = 180;

const ERRORS: Only = Only::Issues(WantedIssues { severity: Some(Severity::Error), rule: None, column: None });
const WARNINGS: Only = Only::Issues(WantedIssues { severity: Some(Severity::Warning), rule: None, column: None });

const FILTERS: [(&str, Only); 5] = [
    ("All rows", Only::All),
    ("With errors", ERRORS),
    ("With warnings", WARNINGS),
    ("Edited", Only::Edited),
    ("Left out", Only::LeftOut),
];

/// The toolbar.
pub(super) fn toolbar(grid: Grid) -> AnyView {
    view! {
        <div class="grid-bar">
            {filters(grid)}
            {search(grid)}
        </div>
        <div class="grid-bar">
            {walk(grid)}
            {changes(grid)}
            {more(grid)}
        </div>
    }
    .into_any()
}

impl Grid {
    fn only(self, only: Only) {
        let view = self.view.with_untracked(|view| GridView { only, ..view.clone() });
        spawn_local(async move {
            self.show(view).await;
            self.say_rows();
        });
    }

    fn say_rows(self) {
        self.say(format!("{} shown.", count(self.order.get_untracked().rows, "row", "rows")));
    }
}

fn filters(grid: Grid) -> AnyView {
    let rows = grid.summary;
    let is_on = move |only: Only| if grid.view.with(|view| view.only == only) { "true" } else { "false" };
    let each = FILTERS
        .into_iter()
        .map(|(label, only)| {
            let all = (only == Only::All).then(|| {
                live(move || rows.with(|file| file.as_ref().map(|file| view! { <span class="chip-count">{number(file.rows)}</span> })))
            });
            view! {
                <button type="button" class="chip" class:chip-bare=only != Only::All aria-pressed=move || is_on(only) on:click=move |_| grid.only(only)>
                    <span>{label}</span>
                    {all}
                </button>
            }
        })
        .collect_view();
    // The rule that the list of problems led to.
    let rule = live(move || {
        let Only::Issues(wanted) = grid.view.with(|view| view.only) else { return None };
        let rule = wanted.rule?;
        let title = grid.summary.with(|file| {
            file.as_ref().and_then(|file| file.by_rule.iter().find(|known| known.rule == rule).map(|known| known.title.clone()))
        });
        let title = title.unwrap_or_else(|| "This problem, of which none is left".into());
        let label = format!("Only: {title}. Show all rows");
        Some(view! {
            <button type="button" class="chip" aria-pressed="true" aria-label=label on:click=move |_| grid.only(Only::All)>
                <span>"Only: "{title}</span>
                {Icon::Cross.view()}
            </button>
        })
    });
    view! { <div class="chips" role="group" aria-label="Which rows">{each}{rule}</div> }.into_any()
}

impl Grid {
    /// Shows what is looked for, once nobody has typed for a moment.
    fn look_for(self, view: GridView) {
        self.view.set(view.clone());
        spawn_local(async move {
            gloo_timers::future::TimeoutFuture::new(REST).await;
            // Whoever typed on, or chose something else, has asked for that.
            if self.view.try_with_untracked(|now| *now == view) == Some(true) {
                self.arrange().await;
                self.say_rows();
            }
        });
    }
}

fn search(grid: Grid) -> AnyView {
    let typed = move |event| {
        grid.look_for(grid.view.with_untracked(|view| GridView { search: event_target_value(&event), ..view.clone() }))
    };
    let chosen = |grid: Grid| grid.view.with(|view| view.search_in);
    let choose = |grid: Grid, search_in| grid.look_for(grid.view.with_untracked(|view| GridView { search_in, ..view.clone() }));
    let found = live(move || {
        let (shown, all) = (grid.order.get().rows, grid.summary.with(|file| file.as_ref().map_or(0, |file| file.rows)));
        if shown == all { count(all, "row", "rows") } else { format!("{} of {}", number(shown), count(all, "row", "rows")) }
    });
    // Rows stay where they are while they are edited; now and then somebody wants them filtered again.
    let is_old = Memo::new(move |_| {
        let revision = grid.summary.with(|file| file.as_ref().map_or(0, |file| file.draft.revision));
        revision != grid.made_at.get() && grid.view.with(|view| *view != GridView::default())
    });
    view! {
        <div class="grid-search" role="search" aria-label="Rows">
            <input
                type="search"
                id="grid-search"
                aria-label="Search the rows"
                placeholder="Search"
                autocomplete="off"
                spellcheck="false"
                prop:value=move || grid.view.with(|view| view.search.clone())
                on:input=typed
            />
            {columns(grid, "grid-search-in", "Search in", chosen, choose)}
            <p class="grid-found">{found}</p>
            {live(move || is_old.get().then(|| view! {
                <button type="button" class="link" on:click=move |_| spawn_local(async move { grid.arrange().await; grid.say_rows(); })>
                    "Filter and sort again"
                </button>
            }))}
        </div>
    }
    .into_any()
}

/// A choice between all columns and each of them.
pub(super) fn columns(
    grid: Grid,
    id: &'static str,
    label: &'static str,
    chosen: fn(Grid) -> Option<u16>,
    choose: fn(Grid, Option<u16>),
) -> AnyView {
    let names = Memo::new(move |_| grid.summary.with(|file| file.as_ref().map(|file| names(file)).unwrap_or_default()));
    let options = live(move || {
        let option = |(index, name): (usize, String)| {
            let is_chosen = move || chosen(grid).map(usize::from) == Some(index);
            view! { <option value=index.to_string() prop:selected=is_chosen>{name}</option> }
        };
        names.get().into_iter().enumerate().map(option).collect_view()
    });
    view! {
        <select id=id aria-label=label on:change=move |event| choose(grid, event_target_value(&event).parse().ok())>
            <option value="" prop:selected=move || chosen(grid).is_none()>"All columns"</option>
            {options}
        </select>
    }
    .into_any()
}

fn names(file: &FileSummary) -> Vec<String> {
    file.columns.iter().map(|header| header.header.clone()).collect()
}

fn walk(grid: Grid) -> AnyView {
    let problems = Memo::new(move |_| grid.summary.with(|file| file.as_ref().map_or(0, |file| file.errors + file.warnings)));
    view! {
        <div class="grid-tools" role="group" aria-label="Problems">
            <button type="button" class="button button-small" title="Shift+F8" disabled=move || problems.get() == 0 on:click=move |_| grid.run(Command::Problem(true))>
                "Previous problem"
            </button>
            <button type="button" class="button button-small" title="F8" disabled=move || problems.get() == 0 on:click=move |_| grid.run(Command::Problem(false))>
                "Next problem"
            </button>
        </div>
    }
    .into_any()
}

fn changes(grid: Grid) -> AnyView {
    let draft = Memo::new(move |_| grid.summary.with(|file| file.as_ref().map(|file| file.draft.clone()).unwrap_or_default()));
    let is_out = Memo::new(move |_| {
        grid.arrived.track();
        grid.summary.track();
        u32::try_from(grid.at.get().head.row).ok().and_then(|row| grid.row(row)).is_some_and(|row| row.is_left_out)
    });
    // What it would undo is in the name and the hint alone: in sight it would move the grid under whoever makes the first change.
    let label = |word: &'static str, what: Option<String>| match what {
        Some(what) => view! { {word}<span class="unseen">": "{what}</span> }.into_any(),
        None => word.into_any(),
    };
    let title = |word: &'static str, what: Option<String>, key: &'static str| match what {
        Some(what) => format!("{word}: {what} ({key})"),
        None => key.to_owned(),
    };
    view! {
        <div class="grid-tools" role="group" aria-label="Changes">
            <button type="button" class="button button-small" title=move || title("Undo", draft.get().undo, "Ctrl+Z") disabled=move || draft.with(|draft| draft.undo.is_none()) on:click=move |_| grid.undo()>
                {move || label("Undo", draft.get().undo)}
            </button>
            <button type="button" class="button button-small" title=move || title("Redo", draft.get().redo, "Ctrl+Y") disabled=move || draft.with(|draft| draft.redo.is_none()) on:click=move |_| grid.redo()>
                {move || label("Redo", draft.get().redo)}
            </button>
            <button type="button" class="button button-small" title="Ctrl+Delete" on:click=move |_| grid.run(Command::LeaveOut)>
                {move || if is_out.get() { "Take row in again" } else { "Leave row out" }}
            </button>
        </div>
    }
    .into_any()
}

fn more(grid: Grid) -> AnyView {
    let saving = Pending::new();
    let stopped = Memo::new(move |_| grid.summary.with(|file| file.as_ref().is_some_and(|file| file.errors > 0)));
    view! {
        <div class="grid-tools" role="group" aria-label="More">
            <button type="button" class="button button-small" title="Ctrl+H" on:click=move |_| grid.replacing.set(true)>"Replace…"</button>
            <button type="button" class="button button-small" on:click=move |_| grid.fixing.set(true)>"Fix columns…"</button>
            {live(move || stopped.get().then(|| download_button("Problems as a CSV", "button button-small", saving, move || grid.shop.try_ask(ProblemFile {}))))}
            <button type="button" class="button button-small" title="?" on:click=move |_| grid.showing_keys.set(true)>"Keys"</button>
        </div>
        {saving.note()}
    }
    .into_any()
}

/// What is said where there are no rows.
pub(super) fn nothing(grid: Grid) -> AnyView {
    live(move || {
        if grid.order.get().rows > 0 {
            return ().into_any();
        }
        let words = grid.view.with(|view| match (view.search.is_empty(), view.only) {
            (false, _) => format!("No row holds “{}”.", view.search),
            (true, Only::All) => "The file has no rows.".to_owned(),
            (true, Only::Issues(_)) => "No row has such a problem.".to_owned(),
            (true, Only::Edited) => "No cell was edited.".to_owned(),
            (true, Only::LeftOut) => "No row was left out.".to_owned(),
        });
        view! { <p class="empty">{words}</p> }.into_any()
    })
}

/// The trouble of the last question, and what is said to those who hear the page.
pub(super) fn words(grid: Grid) -> AnyView {
    view! {
        <p class="unseen" role="status" id="grid-said">{move || grid.said.get()}</p>
        {live(move || grid.trouble.with(|trouble| trouble.as_ref().map(crate::ui::components::trouble::trouble_note)))}
    }
    .into_any()
}
