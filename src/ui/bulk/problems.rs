//! The list of problems, by rule and by severity. Each leads to its cell in the grid.

use super::check::{ROWS, Summary};
use super::grid::Grid;
use crate::browser::page;
use crate::engine::protocol::{FileSummary, IssueView, Issues, Severity, WantedIssues};
use crate::ui::components::chips::{Chip, chips};
use crate::ui::components::icon::Icon;
use crate::ui::components::live::live;
use crate::ui::components::window::{RowHeight, rows};
use crate::ui::components::window_list::{Long, window_list};
use crate::ui::state::{Shop, gone, use_shop};
use crate::ui::words::number;
use leptos::prelude::*;
use std::sync::Arc;

/// What the list needs of the screen around it. Cheap to copy.
#[derive(Clone, Copy)]
pub(super) struct Way {
    pub(super) grid: Grid,
    /// The tab that is shown.
    pub(super) tab: RwSignal<usize>,
}

/// The panel.
pub(super) fn problems_panel(summary: Summary, way: Way) -> AnyView {
    let shop = use_shop();
    let chosen = way.grid.problem;
    live(move || {
        let Some(file) = summary.get() else { return ().into_any() };
        if file.by_rule.is_empty() {
            return view! {
                <div class="blank blank-small">{Icon::Tick.view()}<h2>"No problems found"</h2><p>"Every cell can be read as what its column holds."</p></div>
            }
            .into_any();
        }
        let filters = filters(&file);
        view! {
            {chips("Problems by rule", chosen, filters)}
            {move || {
                let wanted = wanted(&file, chosen.get());
                view! {
                    <p>
                        <button type="button" class="button" on:click=move |_| {
                            leave(way);
                            way.grid.show_problems(wanted);
                        }>
                            "Go through these rows one by one"
                        </button>
                    </p>
                    {list(shop, way, &file, wanted)}
                }
            }}
        }
        .into_any()
    })
}

/// The filter, unless what it looks for is gone: then everything.
fn wanted(file: &FileSummary, chosen: Option<WantedIssues>) -> WantedIssues {
    chosen.filter(|wanted| count(file, *wanted) > 0).unwrap_or_default()
}

fn count(file: &FileSummary, wanted: WantedIssues) -> u32 {
    match (wanted.rule, wanted.severity) {
        (Some(rule), _) => file.by_rule.iter().find(|known| known.rule == rule).map_or(0, |known| known.count),
        (None, Some(Severity::Error)) => file.errors,
        (None, Some(Severity::Warning)) => file.warnings,
        (None, None) => file.errors + file.warnings,
    }
}

fn filters(file: &FileSummary) -> Vec<Chip<WantedIssues>> {
    let mut all = vec![Chip { key: None, label: "All".into(), count: file.errors + file.warnings, icon: None }];
    if file.errors > 0 && file.warnings > 0 {
        for (severity, label, count) in [(Severity::Error, "Errors", file.errors), (Severity::Warning, "Warnings", file.warnings)]
        {
            let key = WantedIssues { severity: Some(severity), ..WantedIssues::default() };
            all.push(Chip { key: Some(key), label: label.into(), count, icon: Some(sign(severity)) });
        }
    }
    all.extend(file.by_rule.iter().map(|rule| Chip {
        key: Some(WantedIssues { rule: Some(rule.rule), ..WantedIssues::default() }),
        label: rule.title.clone(),
        count: rule.count,
        icon: Some(sign(rule.severity)),
    }));
    all
}

/// Sign and colour of a severity.
pub(super) fn sign(severity: Severity) -> (Icon, &'static str) {
    match severity {
        Severity::Error => (Icon::Cross, "sign sign-bad"),
        Severity::Warning => (Icon::Warning, "sign sign-warn"),
    }
}

fn list(shop: Shop, way: Way, file: &FileSummary, wanted: WantedIssues) -> AnyView {
    window_list(Long {
        label: "Problems".into(),
        class: "problems",
        width: None,
        across: None,
        total: count(file, wanted),
        height: RowHeight::About(76.0),
        patience: 0,
        fetch: Arc::new(move |from, count| {
            Box::pin(async move {
                let window = shop.ask(Issues { wanted, from, count }).await.map_err(|_| gone())?;
                Ok((Some(window.total), rows(window.issues, move |issue| problem(way, issue))))
            })
        }),
        empty: "No problems of this kind.",
    })
}

/// To the grid's tab, whose cell takes the focus once it is there.
fn leave(way: Way) {
    way.tab.set(ROWS);
    page::focus("#rows-tab");
}

fn problem(way: Way, issue: &IssueView) -> AnyView {
    let (icon, class) = sign(issue.severity);
    let word = match issue.severity {
        Severity::Error => "Error",
        Severity::Warning => "Warning",
    };
    // Where the sentence quotes it, once is enough.
    let value = (!issue.value.is_empty() && !issue.what.contains(&issue.value))
        .then(|| view! { <code class="value">{issue.value.clone()}</code> });
    let here = issue.clone();
    let go = issue.place.is_some().then(|| {
        let label = match &issue.column {
            Some(column) => format!("Go to the cell: line {}, {column}", number(issue.line)),
            None => format!("Go to the row: line {}", number(issue.line)),
        };
        let words = if issue.column.is_some() { "Go to the cell" } else { "Go to the row" };
        view! {
            <button type="button" class="button button-small" aria-label=label on:click=move |_| {
                leave(way);
                way.grid.show_problem(&here);
            }>
                {words}
            </button>
        }
    });
    view! {
        <div class="problem">
            <span class=class>{icon.view()}<span class="unseen">{word}</span></span>
            <div>
                <p class="problem-place">
                    "Line "{number(issue.line)}
                    {issue.column.clone().map(|column| view! { " · "<strong>{column}</strong> })}
                    // Also where nothing follows: what is read in one go needs the space before the sentence.
                    " "{value}
                </p>
                <p class="problem-what">{issue.what.clone()}</p>
                <p class="problem-cure">{issue.cure.clone()}</p>
            </div>
            {go}
        </div>
    }
    .into_any()
}
