//! What became of every product of the file.

use super::part_of_stage;
use super::undo::undo_card;
use crate::browser::page;
use crate::engine::protocol::{
    CheckAgain, CloseRun, Ending, FateKind, GoOn, LineView, Lines, NotDoneFile, Place, ReportFile, ReportSummary, Stage,
};
use crate::route::Route;
use crate::ui::components::chips::{Chip, chips};
use crate::ui::components::download::download_button;
use crate::ui::components::icon::Icon;
use crate::ui::components::live::live;
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
    let going = Pending::new();
    let checking = Pending::new();
    let is =
        move |what: fn(&ReportSummary) -> bool| Memo::new(move |_| summary.with(|report| report.as_deref().is_some_and(what)));
    let (can_go_on, can_check) = (is(|report| report.can_go_on), is(|report| report.can_check_again));
    let has_not_done = is(|report| report.not_done > 0);
    let busy = move || (going.busy.get() || checking.busy.get()).then_some("true");
    let report_class = Signal::derive(move || if can_go_on.get() { "button" } else { "button button-main" });
    // Only what the summary says is made anew when something is checked again: the button that was pressed stays.
    view! {
        {move || summary.get().map(|report| head(&report))}
        {live(move || summary.with(|report| report.as_deref().and_then(|report| needs_store(shop, report))))}
        <div class="actions">
            <button type="button" class="button button-main" hidden=move || !can_go_on.get() aria-disabled=busy
                on:click=move |_| going.run(shop.try_ask(GoOn {}), |()| ())>
                {Icon::Arrow.view()}"Go on"
            </button>
            <button type="button" class="button" hidden=move || !can_check.get() aria-disabled=busy
                on:click=move |_| checking.run(shop.try_ask(CheckAgain {}), |()| ())>
                {Icon::Again.view()}
                {move || if checking.busy.get() { "Checking…" } else { "Check again" }}
            </button>
            {download_button("Download the report", report_class, saving, move || shop.try_ask(ReportFile {}))}
            {live(move || has_not_done.get().then(|| {
                download_button("Download what did not make it", "button", saving, move || shop.try_ask(NotDoneFile {}))
            }))}
            <button type="button" class="button" on:click=move |_| shop.tell(CloseRun {})>"Start a new run"</button>
            <a class="button button-quiet" href=Route::Runs.path()>"All past runs"</a>
        </div>
        {saving.note()}
        {going.note()}
        {checking.note()}
        {undo_card(shop, summary)}
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

/// What it takes to do more about the run, where we are not connected to its store.
fn needs_store(shop: Shop, report: &ReportSummary) -> Option<AnyView> {
    let unknown = count(report, FateKind::Unknown) > 0;
    let wants: Vec<&str> = [
        (report.is_unfinished, "go on with it"),
        (unknown && !report.is_unfinished, "check again what is unknown"),
        (report.undoable > 0, "take it back"),
    ]
    .into_iter()
    .filter_map(|(is, what)| is.then_some(what))
    .collect();
    if report.is_connected || wants.is_empty() {
        return None;
    }
    let wants = wants.join(", or ");
    let community = report.place.community.as_deref().map(|community| format!(" (community {community})")).unwrap_or_default();
    let place = format!("{}{community}", store_name(&report.place));
    let words = match shop.place() {
        Some(now) => format!(
            "You are connected to {}, and this run belongs to {place}. Connect to that store to {wants}.",
            store_name(&now)
        ),
        None if report.place.is_practice => format!("Open the practice store to {wants}."),
        None => format!("Connect to {place} to {wants}."),
    };
    let link = if shop.place().is_some() { "Connect to another store" } else { "Connect" };
    let class = if report.is_unfinished || unknown { "note note-warn" } else { "note" };
    Some(
        view! {
            <div class=class>
                {Icon::Plug.view()}
                <div>
                    <p>{words}</p>
                    <p><a class="button" href=Route::Connect.path()>{link}</a></p>
                </div>
            </div>
        }
        .into_any(),
    )
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
                " · "{store_name(&report.place)}" · "
                <time datetime=report.started.clone()>{page::local_time(&report.started)}</time>
                " · "{words::count(report.requests, "request", "requests")}
            </p>
            {report.is_in_tab.then(|| view! {
                <p class="strong">
                    "This run is in this tab alone. Download the report before you close or reload it, and take the run back before, if you may want to."
                </p>
            })}
        </div>
    }
    .into_any()
}

fn filters(report: &ReportSummary) -> Vec<Chip<FateKind>> {
    let total: u32 = report.counts.iter().map(|(_, count)| *count).sum();
    let all = Chip { key: None, label: "All".into(), count: total, icon: None };
    let each = fates(&report.counts).map(|(fate, count)| {
        let (icon, class, label) = badge_of(fate);
        Chip { key: Some(fate), label: label.into(), count, icon: Some((icon, sign_class(class))) }
    });
    std::iter::once(all).chain(each).collect()
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
        Ending::Finished if report.is_unfinished => "It came to its end, but something was given up on the way.",
        Ending::Finished if unknown > 0 => "It came to its end.",
        Ending::Finished => "Everything that was planned is settled.",
        Ending::Cancelled => "You stopped it. What was sent before stays.",
        Ending::Interrupted => "It was cut off while sending; this is what is known.",
    });
    if report.ending == Ending::Interrupted {
        let changed = count(report, FateKind::Changed) + count(report, FateKind::Differs);
        words.push_str(&format!(" {} {} done", words::products(changed), be(changed)));
        for (fate, what) in [(FateKind::NotApplied, "not applied"), (FateKind::NotSent, "not sent")] {
            match count(report, fate) {
                0 => {}
                some => words.push_str(&format!(", {} {} {what}", number(some), be(some))),
            }
        }
        words.push('.');
    }
    if unknown > 0 {
        let them = if unknown == 1 { "it" } else { "them" };
        words.push_str(&format!(" Of {} it is not known whether the change was applied.", words::products(unknown)));
        if report.can_check_again {
            words.push_str(&format!(" “Check again” reads {them} from the store."));
        }
    }
    if report.can_go_on {
        words.push_str(" “Go on” reads what is unknown first, leaves what is done, and sends the rest.");
    }
    words
}

const fn be(count: u32) -> &'static str {
    if count == 1 { "is" } else { "are" }
}

/// A store by its name; its host, where it has none.
pub(super) fn store_name(place: &Place) -> String {
    match (&place.title, place.is_practice) {
        (_, true) => "Practice store".into(),
        (Some(title), false) => format!("“{title}”"),
        (None, false) => place.host.clone(),
    }
}

/// The fates that there are, in the order of the report.
pub(super) fn fates(counts: &[(FateKind, u32)]) -> impl Iterator<Item = (FateKind, u32)> {
    let of = move |fate| counts.iter().find(|(known, _)| *known == fate).map_or(0, |(_, count)| *count);
    FateKind::ALL.into_iter().map(move |fate| (fate, of(fate))).filter(|(_, count)| *count > 0)
}

/// Sign, class and word of a fate.
pub(super) fn badge_of(fate: FateKind) -> (Icon, &'static str, &'static str) {
    match fate {
        FateKind::Changed => (Icon::Tick, "good", "Changed"),
        FateKind::Differs => (Icon::Warning, "warn", "Changed, but differs"),
        FateKind::Unknown => (Icon::Question, "warn", "Unknown"),
        FateKind::Refused => (Icon::Cross, "bad", "Refused"),
        FateKind::NotApplied => (Icon::Cross, "warn", "Not applied"),
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
