//! The file is read and checked: what it holds, what is wrong with it, and on to the comparison.

use super::crossing::use_crossing;
use super::grid::{Grid, grid_panel};
use super::keeper::{changes, changes_words, keeping_line};
use super::mapping::{Mapping, mapping_panel};
use super::part_of_stage;
use super::problems::{Way, problems_panel};
use super::questions::{formats_panel, questions_panel};
use super::recognition::{Looking, folded, in_words};
use super::sheets;
use crate::engine::protocol::{CloseRun, Confidence, FileSummary, Restored, SetListSeparator, Source, Stage};
use crate::route::Route;
use crate::ui::components::icon::Icon;
use crate::ui::components::live::live;
use crate::ui::components::pending::Pending;
use crate::ui::components::tabs::{Tab, tabs};
use crate::ui::state::{Shop, use_shop};
use crate::ui::words::{self, number};
use leptos::prelude::*;

/// The summary of the checked file.
pub(super) type Summary = Memo<Option<Box<FileSummary>>>;

/// The tab of the grid.
pub(super) const ROWS: usize = 1;

/// The screen.
pub(super) fn check_screen() -> AnyView {
    let shop = use_shop();
    let summary: Summary = part_of_stage(|stage| match stage {
        Stage::Checked(summary) => Some(summary.clone()),
        _ => None,
    });
    provide_context(summary);
    let mapping = Mapping::new(shop);
    provide_context(mapping);
    mapping.load();
    let grid = Grid::new(shop, summary);
    let issues = move || summary.with(|summary| summary.as_ref().map_or(0, |s| s.errors + s.warnings));
    let rows = move || summary.with(|summary| summary.as_ref().map_or(0, |s| s.rows));
    let columns = move || summary.with(|summary| summary.as_ref().map_or(0, |s| s.columns.len() as i128));
    let chosen = RwSignal::new(if untrack(issues) == 0 { ROWS } else { 0 });
    provide_context(Way { grid, tab: chosen });
    let panels = vec![
        Tab {
            id: "problems",
            label: Signal::derive(move || format!("Problems {}", number(issues()))),
            panel: || problems_panel(expect_context(), expect_context()),
        },
        Tab {
            id: "rows",
            label: Signal::derive(move || format!("Rows {}", number(rows()))),
            panel: || grid_panel(expect_context::<Way>().grid),
        },
        Tab {
            id: "columns",
            label: Signal::derive(move || format!("Columns {}", number(columns()))),
            panel: || mapping_panel(expect_context()),
        },
    ];
    view! {
        {move || summary.get().map(|summary| head(&summary))}
        {live(move || summary.with(|file| file.as_ref().map(|file| restored(file))))}
        {sheets::notes(shop)}
        {questions_panel(shop, summary, mapping)}
        {actions(shop, summary)}
        {tabs("What the file holds", chosen, panels)}
        {reading(shop, summary)}
    }
    .into_any()
}

fn head(file: &FileSummary) -> AnyView {
    let stopped = file.products.saturating_sub(file.sendable);
    let heading = match (file.products, stopped) {
        (0, _) => "No product was found in the file".to_owned(),
        (1, 0) => "The product is ready".to_owned(),
        (1, _) => "The product is not ready".to_owned(),
        (all, 0) => format!("All {} products are ready", number(all)),
        (all, _) => format!("{} of {} are ready", number(file.sendable), words::products(all)),
    };
    let warnings = (file.warnings > 0).then(|| {
        view! { <li class="fact-warn">{Icon::Warning.view()}{words::count(file.warnings, "warning", "warnings")}</li> }
    });
    let damaged = (file.damaged_rows > 0).then(|| {
        view! { <li class="fact-bad">{Icon::Cross.view()}{words::count(file.damaged_rows, "damaged row set aside", "damaged rows set aside")}</li> }
    });
    view! {
        <div class="page-head">
            <h1 tabindex="-1">{heading}</h1>
            <p class="lead"><span class="file-name">{file.name.clone()}</span></p>
            <ul class="fact-line" role="list">
                <li>{words::products(file.products)}</li>
                <li class="fact-good">{Icon::Tick.view()}{number(file.sendable)}" ready"</li>
                {(stopped > 0).then(|| view! { <li class="fact-bad">{Icon::Cross.view()}{number(stopped)}" with problems"</li> })}
                {warnings}
                {damaged}
            </ul>
        </div>
    }
    .into_any()
}

fn actions(shop: Shop, summary: Summary) -> AnyView {
    let crossing = use_crossing();
    let comparing = crossing.comparing;
    let ready = Memo::new(move |_| summary.with(|summary| summary.as_ref().map_or(0, |s| s.sendable)));
    let stopped = Memo::new(move |_| summary.with(|s| s.as_ref().is_some_and(|s| s.sendable < s.products)));
    let connected = Memo::new(move |_| shop.place().is_some());
    let main = live(move || {
        match (ready.get(), connected.get()) {
        (0, _) => {
            view! { <p class="quiet">"No product of this file can be compared yet. Answer what is asked, or put the cells right below."</p> }
                .into_any()
        }
        (ready, true) => view! {
            <button
                type="button"
                class="button button-main"
                disabled=move || comparing.busy.get()
                on:click=move |_| crossing.compare()
            >
                {format!("Compare with the live store ({})", words::products(ready))}
            </button>
        }
        .into_any(),
        (_, false) => view! {
            <a class="button button-main" href=Route::Connect.path()>"Connect to compare"</a>
            <span class="quiet">"The file stays open."</span>
        }
        .into_any(),
    }
    });
    view! {
        <div class="actions">
            {main}
            <button type="button" class="button" on:click=move |_| shop.tell(CloseRun {})>"Choose another file"</button>
        </div>
        {comparing.note()}
        {keeping_line(shop.keeper)}
        {move || (stopped.get() && ready.get() > 0).then(|| view! {
            <p class="quiet">"Products with problems are left out, and will be listed in the report."</p>
        })}
    }
    .into_any()
}

/// How the file was understood, with the one thing about it that a person may have to correct.
fn reading(shop: Shop, summary: Summary) -> AnyView {
    let changing = Pending::new();
    let change = move |event| {
        let index: usize = event_target_value(&event).parse().unwrap_or(0);
        if let Some((separator, _)) = words::LIST_SEPARATORS.get(index).copied() {
            changing.run(shop.try_ask(SetListSeparator { separator }), |()| ());
        }
    };
    let now = move || {
        let separator = summary.with(|summary| summary.as_ref().map(|s| s.list_separator));
        words::LIST_SEPARATORS.iter().position(|(known, _)| Some(*known) == separator).unwrap_or(0).to_string()
    };
    let options = words::LIST_SEPARATORS
        .iter()
        .enumerate()
        .map(|(index, (_, label))| view! { <option value=index.to_string()>{*label}</option> })
        .collect_view();
    let edits = Signal::derive(move || summary.with(|file| file.as_ref().map_or(0, |file| changes(file))));
    let is_unsure = untrack(|| summary.with(|file| file.as_ref().and_then(|file| file.confidence) == Some(Confidence::Unsure)));
    let looking = Looking::new(shop, edits);
    view! {
        <section class="card" aria-labelledby="reading-heading">
            <h2 id="reading-heading">"How the file was read"</h2>
            {move || summary.get().map(|file| facts(&file))}
            {folded(looking, is_unsure)}
            <div class="field field-row">
                <label for="list-separator">"Items of a list cell are separated by"</label>
                <select id="list-separator" prop:value=now disabled=move || changing.busy.get() on:change=change>{options}</select>
            </div>
            {changing.note()}
            {formats_panel(shop, summary)}
        </section>
    }
    .into_any()
}

fn facts(file: &FileSummary) -> AnyView {
    let source = match &file.source {
        Source::File => None,
        Source::Pasted => Some(("From", "pasted cells".to_owned())),
        Source::Workbook { sheet } => Some(("From", format!("the sheet “{sheet}”"))),
    };
    let how = match file.confidence {
        None => "You chose it".to_owned(),
        Some(Confidence::Sure) => "Found out, without a doubt".to_owned(),
        Some(Confidence::Likely) => "Found out, likely".to_owned(),
        Some(Confidence::Unsure) => "A guess: please look".to_owned(),
    };
    let facts = [
        ("Written as", in_words(&file.choices)),
        ("How that is known", how),
        ("Size", words::bytes(file.size)),
        ("Rows", number(file.rows)),
        ("Of these, permission entries", number(file.permission_rows)),
        ("Read and checked in", words::millis(file.millis)),
    ];
    let facts = source.into_iter().chain(facts);
    let facts = facts.map(|(label, value)| view! { <div><dt>{label}</dt><dd>{value}</dd></div> }).collect_view();
    view! { <dl class="facts facts-row">{facts}</dl> }.into_any()
}

/// Whether what was kept of the file before a reload is there again.
fn restored(file: &FileSummary) -> AnyView {
    let changes = changes(file);
    match file.restored {
        Restored::None => ().into_any(),
        Restored::Taken => {
            let words = match changes {
                0 => "The file is back as you left it.".into(),
                1 => "Your change is back.".to_owned(),
                many => format!("Your {} are back.", changes_words(many)),
            };
            view! { <div class="note note-good" role="status">{Icon::Tick.view()}<p class="note-what">{words}</p></div> }
                .into_any()
        }
        Restored::OtherFile => note_lost(
            "This is not the file that was kept: something else is in it now.",
            "It was read as a new one, without the changes that were made to the other.",
        ),
        Restored::Unreadable => note_lost(
            "What was kept of this file cannot be read any more.",
            "Another version of this page wrote it, or it is damaged. The file was read as a new one.",
        ),
    }
}

fn note_lost(what: &'static str, more: &'static str) -> AnyView {
    view! {
        <div class="note note-warn" role="alert">
            {Icon::Warning.view()}
            <div><p class="note-what">{what}</p><p>{more}</p></div>
        </div>
    }
    .into_any()
}
