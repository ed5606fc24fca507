//! The list of problems, filtered by rule.

use super::check::Summary;
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

/// The panel.
pub(super) fn problems_panel(summary: Summary) -> AnyView {
    let shop = use_shop();
    let chosen = RwSignal::new(None::<u16>);
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
            {move || list(shop, &file, chosen.get())}
        }
        .into_any()
    })
}

fn filters(file: &FileSummary) -> Vec<Chip<u16>> {
    let all = Chip { key: None, label: "All".into(), count: file.errors + file.warnings, icon: None };
    let rules = file.by_rule.iter().map(|rule| Chip {
        key: Some(rule.rule),
        label: rule.title.clone(),
        count: rule.count,
        icon: Some(sign(rule.severity)),
    });
    std::iter::once(all).chain(rules).collect()
}

/// Sign and colour of a severity.
pub(super) fn sign(severity: Severity) -> (Icon, &'static str) {
    match severity {
        Severity::Error => (Icon::Cross, "sign sign-bad"),
        Severity::Warning => (Icon::Warning, "sign sign-warn"),
    }
}

fn list(shop: Shop, file: &FileSummary, rule: Option<u16>) -> AnyView {
    // A rule that is no longer broken after the file was checked again shows all.
    let count = rule.and_then(|rule| file.by_rule.iter().find(|known| known.rule == rule));
    let total = count.map_or(file.errors + file.warnings, |rule| rule.count);
    let rule = count.map(|rule| rule.rule);
    window_list(Long {
        label: "Problems".into(),
        class: "problems",
        width: None,
        across: None,
        total,
        height: RowHeight::About(76.0),
        patience: 0,
        fetch: Arc::new(move |from, count| {
            Box::pin(async move {
                let window = shop
                    .ask(Issues { wanted: WantedIssues { rule, ..WantedIssues::default() }, from, count })
                    .await
                    .map_err(|_| gone())?;
                Ok((Some(window.total), rows(window.issues, problem)))
            })
        }),
        empty: "No problems of this kind.",
    })
}

fn problem(issue: &IssueView) -> AnyView {
    let (icon, class) = sign(issue.severity);
    let word = match issue.severity {
        Severity::Error => "Error",
        Severity::Warning => "Warning",
    };
    let value = (!issue.value.is_empty()).then(|| view! { " "<code class="value">{issue.value.clone()}</code> });
    view! {
        <div class="problem">
            <span class=class>{icon.view()}<span class="unseen">{word}</span></span>
            <div>
                <p class="problem-place">
                    "Line "{number(issue.line)}
                    {issue.column.clone().map(|column| view! { " · "<strong>{column}</strong> })}
                    {value}
                </p>
                <p class="problem-what">{issue.what.clone()}</p>
                <p class="problem-cure">{issue.cure.clone()}</p>
            </div>
        </div>
    }
    .into_any()
}
