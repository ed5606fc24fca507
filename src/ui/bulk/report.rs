//! What became of every product of the file.

use super::part_of_stage;
use crate::browser::page;
use crate::engine::protocol::{CheckAgain, CloseRun, Ending, FateKind, LineView, Lines, ReportFile, ReportSummary, Stage};
use crate::ui::components::chips::{Chip, chips};
use crate::ui::components::download::download_button;
use crate::ui::components::icon::Icon;
use crate::ui::components::pending::Pending;
use crate::ui::components::window::{RowHeight, rows};
use crate::ui::components::window_list::{Long, window_list};
use crate::ui::state::{Shop, gone, use_shop};
use crate::ui::words::{self, number};
use leptos::prelude::*;
use std::sync::Arc;

/// The screen.
pub(super) fn report_screen() -> AnyView {
    let shop = use_shop();
    let summary = part_of_stage(|stage| match stage {
        Stage::Done(summary) => Some(summary.clone()),
        _ => None,
    });
    let fate = RwSignal::new(None);
    let saving = Pending::new();
    let checking = Pending::new();
    let can_check = Memo::new(move |_| summary.with(|report| report.as_ref().is_some_and(|report| report.can_check_again)));
    // Only what the summary says is made anew when something is checked again: the button that was pressed stays.
    view! {
        {move || summary.get().map(|report| head(&report))}
        <div class="actions">
            {download_button("Download the report", "button button-main", saving, move || shop.try_ask(ReportFile {}))}
            <button type="button" class="button" hidden=move || !can_check.get() aria-disabled=move || checking.busy.get().then_some("true")
                on:click=move |_| checking.run(shop.try_ask(CheckAgain {}), |()| ())>
                {Icon::Again.view()}
                {move || if checking.busy.get() { "Checking…" } else { "Check again" }}
            </button>
            <button type="button" class="button" on:click=move |_| shop.tell(CloseRun {})>"Start a new run"</button>
        </div>
        {saving.note()}
        {checking.note()}
        <section aria-labelledby="lines-heading">
            <h2 id="lines-heading">"Every product of the file"</h2>
            {move || summary.get().map(|report| {
                let counts = report.counts.clone();
                view! {
                    {chips("Products by what became of them", fate, filters(&report))}
                    {move || lines(shop, fate.get(), &counts)}
                }
            })}
        </section>
    }
    .into_any()
}

fn count(report: &ReportSummary, fate: FateKind) -> u32 {
    report.counts.iter().find(|(known, _)| *known == fate).map_or(0, |(_, count)| *count)
}

fn head(report: &ReportSummary) -> AnyView {
    view! {
        <div class="page-head">
            <h1 tabindex="-1">{heading(report)}</h1>
            <p class="lead">{story(report)}</p>
            <p class="quiet">
                <span class="file-name">{report.file.clone()}</span>
                " · "{store(report)}" · "
                <time datetime=report.started.clone()>{page::local_time(&report.started)}</time>
                " · "{words::count(report.requests, "request", "requests")}
            </p>
        </div>
    }
    .into_any()
}

fn filters(report: &ReportSummary) -> Vec<Chip<FateKind>> {
    let total: u32 = report.counts.iter().map(|(_, count)| *count).sum();
    let all = Chip { key: None, label: "All".into(), count: total, icon: None };
    let fates = FateKind::ALL.into_iter().filter(|fate| count(report, *fate) > 0).map(|fate| {
        let (icon, class, label) = badge_of(fate);
        Chip { key: Some(fate), label: label.into(), count: count(report, fate), icon: Some((icon, sign_class(class))) }
    });
    std::iter::once(all).chain(fates).collect()
}

fn heading(report: &ReportSummary) -> String {
    let changed = count(report, FateKind::Changed) + count(report, FateKind::Differs);
    match &report.ending {
        Ending::Finished if changed == 0 => "The run is finished: nothing was changed".into(),
        Ending::Finished if changed == 1 => "1 product was updated".into(),
        Ending::Finished => format!("{} were updated", words::products(changed)),
        Ending::Cancelled => "The run was cancelled".into(),
        Ending::Interrupted => "The run was interrupted".into(),
    }
}

fn story(report: &ReportSummary) -> String {
    let unknown = count(report, FateKind::Unknown);
    let mut words = String::from(match &report.ending {
        Ending::Finished => "Everything that was planned is settled.",
        Ending::Cancelled => "You stopped it. What was sent before stays.",
        Ending::Interrupted => "The page was closed while sending; this is what is known.",
    });
    if unknown > 0 {
        let (are, them) = if unknown == 1 { ("it is", "it") } else { ("it is", "them") };
        words.push_str(&format!(" Of {} {are} not known whether the change was applied.", words::products(unknown)));
        words.push_str(&if report.can_check_again {
            format!(" “Check again” reads {them} from the store.")
        } else {
            format!(" Connect to the same store to check {them} again.")
        });
    }
    words
}

fn store(report: &ReportSummary) -> String {
    match (&report.place.title, report.place.is_practice) {
        (_, true) => "Practice store".into(),
        (Some(title), false) => title.clone(),
        (None, false) => report.place.host.clone(),
    }
}

/// Sign, class and word of a fate.
fn badge_of(fate: FateKind) -> (Icon, &'static str, &'static str) {
    match fate {
        FateKind::Changed => (Icon::Tick, "good", "Changed"),
        FateKind::Differs => (Icon::Warning, "warn", "Changed, but differs"),
        FateKind::Unknown => (Icon::Question, "warn", "Unknown"),
        FateKind::Refused => (Icon::Cross, "bad", "Refused"),
        FateKind::NotSent => (Icon::Dash, "plain", "Not sent"),
        FateKind::Unchanged => (Icon::Equal, "plain", "Unchanged"),
    }
}

fn sign_class(class: &str) -> &'static str {
    match class {
        "good" => "sign sign-good",
        "warn" => "sign sign-warn",
        "bad" => "sign sign-bad",
        _ => "sign",
    }
}

fn lines(shop: Shop, fate: Option<FateKind>, counts: &[(FateKind, u32)]) -> AnyView {
    let total = counts.iter().filter(|(known, _)| fate.is_none_or(|fate| fate == *known)).map(|(_, count)| *count).sum();
    window_list(Long {
        label: "Products of the file".into(),
        class: "lines",
        width: None,
        across: None,
        total,
        height: RowHeight::About(64.0),
        patience: 0,
        fetch: Arc::new(move |from, count| {
            Box::pin(async move {
                let window = shop.ask(Lines { fate, from, count }).await.map_err(|_| gone())?;
                Ok((Some(window.total), rows(window.lines, row)))
            })
        }),
        empty: "No product of this kind.",
    })
}

fn row(line: &LineView) -> AnyView {
    let (icon, class, label) = badge_of(line.fate);
    let product = if line.product.is_empty() { "(no id)".to_owned() } else { line.product.clone() };
    let name = line.name.clone().map(|name| view! { <strong>{name}</strong> });
    view! {
        <div class="line">
            <span class=format!("badge badge-{class}")>{icon.view()}{label}</span>
            <div>
                <p class="line-head">{name}<code class="id">{product}</code><span class="quiet">"line "{number(line.line)}</span></p>
                <p class="line-words">{line.words.clone()}</p>
            </div>
        </div>
    }
    .into_any()
}
