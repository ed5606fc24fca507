//! The file is read and checked: what it holds, what is wrong with it, and on to the comparison.

use super::grid::{Grid, grid_panel};
use super::part_of_stage;
use super::problems::{Way, problems_panel};
use crate::engine::protocol::{CloseRun, Compare, FileSummary, SetListSeparator, Stage};
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
    let grid = Grid::new(shop, summary);
    let issues = move || summary.with(|summary| summary.as_ref().map_or(0, |s| s.errors + s.warnings));
    let rows = move || summary.with(|summary| summary.as_ref().map_or(0, |s| s.rows));
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
    ];
    view! {
        {move || summary.get().map(|summary| head(&summary))}
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
    let comparing = Pending::new();
    let ready = Memo::new(move |_| summary.with(|summary| summary.as_ref().map_or(0, |s| s.sendable)));
    let stopped = Memo::new(move |_| summary.with(|s| s.as_ref().is_some_and(|s| s.sendable < s.products)));
    let connected = Memo::new(move |_| shop.place().is_some());
    let main = live(move || match (ready.get(), connected.get()) {
        (0, _) => {
            view! { <p class="quiet">"No product of this file can be compared. Correct the file, then choose it again."</p> }
                .into_any()
        }
        (ready, true) => view! {
            <button
                type="button"
                class="button button-main"
                disabled=move || comparing.busy.get()
                on:click=move |_| comparing.run(shop.try_ask(Compare {}), |()| ())
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
    });
    view! {
        <div class="actions">
            {main}
            <button type="button" class="button" on:click=move |_| shop.tell(CloseRun {})>"Choose another file"</button>
        </div>
        {comparing.note()}
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
    view! {
        <section class="card" aria-labelledby="reading-heading">
            <h2 id="reading-heading">"How the file was read"</h2>
            {move || summary.get().map(|file| facts(&file))}
            <div class="field field-row">
                <label for="list-separator">"Items of a list cell are separated by"</label>
                <select id="list-separator" prop:value=now disabled=move || changing.busy.get() on:change=change>{options}</select>
            </div>
            {changing.note()}
            {move || summary.get().map(|file| mapping(&file))}
        </section>
    }
    .into_any()
}

fn facts(file: &FileSummary) -> AnyView {
    let facts = [
        ("Size", words::bytes(file.size)),
        ("Rows", number(file.rows)),
        ("Of these, permission entries", number(file.permission_rows)),
        ("Cells separated by", words::delimiter(file.delimiter)),
        ("Read and checked in", words::millis(file.millis)),
    ];
    let facts = facts.map(|(label, value)| view! { <div><dt>{label}</dt><dd>{value}</dd></div> }).collect_view();
    view! { <dl class="facts facts-row">{facts}</dl> }.into_any()
}

fn mapping(file: &FileSummary) -> AnyView {
    let ignored: Vec<&str> = file.columns.iter().filter(|c| c.column.is_none()).map(|c| c.header.as_str()).collect();
    let known = file.columns.len().saturating_sub(ignored.len());
    let ignored = (!ignored.is_empty()).then(|| {
        let names = ignored.iter().map(|name| view! { <li><code>{shown_name(name)}</code></li> }).collect_view();
        view! {
            <p>{Icon::Warning.view()}" "{words::count(ignored.len() as i128, "column is", "columns are")}" not known and ignored:"</p>
            <ul class="names" role="list">{names}</ul>
        }
    });
    // Only what was understood differently from how it is written is worth a line.
    let renamed: Vec<_> = file
        .columns
        .iter()
        .filter_map(|c| c.column.map(|column| (c.header.clone(), column.header())).filter(|(ours, theirs)| ours != theirs))
        .map(|(ours, theirs)| view! { <li><code>{ours}</code>{Icon::Arrow.view()}<span class="unseen">" read as "</span>{theirs}</li> })
        .collect();
    view! {
        <p>{words::count(known as i128, "column", "columns")}" understood."</p>
        {(!renamed.is_empty()).then(|| view! { <ul class="names" role="list">{renamed.collect_view()}</ul> })}
        {ignored}
    }
    .into_any()
}

fn shown_name(name: &str) -> String {
    if name.trim().is_empty() { "(no name)".into() } else { name.to_owned() }
}
