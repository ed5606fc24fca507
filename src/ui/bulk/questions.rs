//! What has to be answered before a file can be checked to its end: how dates and numbers are meant, column by column, and
//! which columns that only look like known ones count.

use super::check::Summary;
use super::mapping::{Guessed, Mapping, guess_buttons, shown};
use crate::browser::page;
use crate::domain::ColumnId;
use crate::domain::schema::Kind;
use crate::engine::protocol::{
    AnswerColumn, ColumnAnswers, ColumnChoice, ColumnQuestion, DateOrder, DateRule, FileSummary, NumberRule, ReadSample,
    SamplesOf, Settled, Zone,
};
use crate::ui::components::icon::Icon;
use crate::ui::components::live::live;
use crate::ui::components::pending::Pending;
use crate::ui::state::Shop;
use crate::ui::words::{self, number};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::time::Duration;

/// What needs an answer, above everything else; nothing where nothing does.
pub(super) fn questions_panel(shop: Shop, summary: Summary, mapping: Mapping) -> AnyView {
    let told = RwSignal::new(String::new());
    let questions = Memo::new(move |_| summary.with(|file| file.as_ref().map(|file| file.questions.clone()).unwrap_or_default()));
    let guessed = Memo::new(move |_| mapping.guessed());
    let body = live(move || {
        let (questions, guessed) = (questions.get(), guessed.get());
        if questions.is_empty() && guessed.is_empty() {
            return ().into_any();
        }
        let asked = questions.into_iter().map(|question| question_form(shop, question, "asked", told)).collect_view();
        view! {
            <section class="card asked" aria-labelledby="asked-heading">
                <h2 id="asked-heading" tabindex="-1">{Icon::Question.view()}" To be answered"</h2>
                {asked}
                {(!guessed.is_empty()).then(|| guesses_form(mapping, guessed))}
            </section>
        }
        .into_any()
    });
    view! { {body} <p class="unseen" role="status">{move || told.get()}</p> }.into_any()
}

/// Columns that look like known ones.
fn guesses_form(mapping: Mapping, guessed: Vec<Guessed>) -> AnyView {
    let positions: Vec<usize> = guessed.iter().map(|(position, ..)| *position).collect();
    let heading = words::count(guessed.len() as i128, "column is not used", "columns are not used");
    let items = guessed.into_iter().map(|(position, header, column, samples)| {
        let cells = samples.into_iter().map(|cell| view! { <code class="value">{cell}</code> }).collect_view();
        // What was said of it so far, or the two buttons.
        let said = move || mapping.tried.with(|tried| tried.as_ref()?.columns.get(position).map(|mapped| mapped.column));
        let header = StoredValue::new(header);
        view! {
            <li>
                <p class="pickable"><strong>{shown(&header.get_value())}</strong>{cells}</p>
                {guess_buttons(mapping, position, &header.get_value(), column)}
                <span class="guess-said" role="status">{move || match said() {
                    Some(Some(now)) => format!("Yes: {}", now.header()),
                    _ if is_said(mapping, position) => "No: ignored".to_owned(),
                    _ => String::new(),
                }}</span>
            </li>
        }
    });
    let items = items.collect_view();
    let left = move || positions.iter().filter(|position| !is_said(mapping, **position)).count();
    let left = Memo::new(move |_| left());
    let is_unfinished = Memo::new(move |_| left.get() > 0);
    view! {
        <div class="question">
            <h3>{heading}" until you say what it is"</h3>
            <ul class="pickables" role="list">{items}</ul>
            <div class="actions">
                <button type="button" class="button button-main" disabled=move || is_unfinished.get() on:click=move |_| mapping.apply()>"Use these answers"</button>
                <span class="quiet">{move || if left.get() > 0 { format!("{} left", number(left.get() as i128)) } else { String::new() }}</span>
            </div>
        </div>
    }
    .into_any()
}

fn is_said(mapping: Mapping, position: usize) -> bool {
    mapping.tried.with(|tried| {
        let mapped = tried.as_ref().and_then(|tried| tried.columns.get(position));
        mapped.is_some_and(|mapped| !matches!(mapped.by, crate::engine::protocol::Match::Guess(_)))
    })
}

/// One column with its answers side by side.
fn question_form(shop: Shop, question: ColumnQuestion, group: &'static str, told: RwSignal<String>) -> AnyView {
    let (column, cells) = (question.column, question.cells);
    let is_date = matches!(question.answers.first().map(|answer| answer.choice), Some(ColumnChoice::Date(_)));
    let name = format!("{group}-{}", column as u8);
    let chosen = RwSignal::new(None::<usize>);
    let zone = RwSignal::new(first_zone(&question));
    let answering = Pending::new();
    let heading = match (cells, is_date) {
        (0, true) => format!("{}: how dates are read", column.header()),
        (0, false) => format!("{}: how numbers are read", column.header()),
        (cells, true) => {
            format!("{}: {} can be read in more than one way", column.header(), words::count(cells, "date", "dates"))
        }
        (cells, false) => {
            format!("{}: {} can be read in more than one way", column.header(), words::count(cells, "number", "numbers"))
        }
    };
    // What the answers make of the cells, by the zone that is chosen.
    let read = RwSignal::new(question.answers.iter().map(|answer| answer.samples.clone()).collect::<Vec<_>>());
    let answers = question.answers.iter().enumerate().map(|(at, answer)| {
        let choice = answer.choice;
        view! {
            <label class="pick">
                <input type="radio" name=name.clone() prop:checked=move || chosen.get() == Some(at) on:change=move |_| chosen.set(Some(at)) />
                <span>
                    <strong>{choice_words(answer.choice)}</strong>
                    {move || read.with(|read| read.get(at).map(|cells| samples(choice, cells)))}
                </span>
            </label>
        }
    });
    let answers = answers.collect_view();
    let choices: Vec<ColumnChoice> = question.answers.iter().map(|answer| answer.choice).collect();
    let by_zone = move |choice: ColumnChoice| match choice {
        ColumnChoice::Date(rule) => ColumnChoice::Date(DateRule { zone: zone.get_untracked(), ..rule }),
        number => number,
    };
    let all = choices.clone();
    let look = move |asked: Zone| {
        let choices: Vec<ColumnChoice> = all.iter().copied().map(by_zone).collect();
        spawn_local(async move {
            let Ok(cells) = shop.ask(SamplesOf { column, choices }).await else { return };
            if zone.try_get_untracked() == Some(asked) && !cells.is_empty() {
                let _ = read.try_set(cells);
            }
        });
    };
    let answer = move |_| {
        let Some(choice) = chosen.get_untracked().and_then(|at| choices.get(at).copied()) else { return };
        let choice = by_zone(choice);
        answering.run(shop.try_ask(AnswerColumn { column, choice }), move |file| {
            let _ = told.try_set(format!("{} is read {}.", column.header(), choice_words(choice).to_lowercase()));
            shop.file_is(file);
            // The form is gone, and the focus with it: to the next question, or to what the answer has changed.
            set_timeout(|| page::focus_first("#asked-heading, main h1"), Duration::ZERO);
        });
    };
    let zoneless = question.zoneless;
    view! {
        <fieldset class="question">
            <legend>{heading}</legend>
            <div class="answers">{answers}</div>
            {is_date.then(|| zone_field(&name, zone, zoneless, look))}
            <div class="actions">
                <button type="button" class="button button-main" disabled=move || chosen.get().is_none() || answering.busy.get() on:click=answer>
                    "Use this answer"
                </button>
            </div>
            {answering.note()}
        </fieldset>
    }
    .into_any()
}

/// The zone the engine proposes; where times of day have none, that of this person's clock.
fn first_zone(question: &ColumnQuestion) -> Zone {
    let proposed = question.answers.first().and_then(|answer| match answer.choice {
        ColumnChoice::Date(rule) => Some(rule.zone),
        ColumnChoice::Number(_) => None,
    });
    proposed.unwrap_or_default()
}

/// What an answer makes of some cells.
fn samples(choice: ColumnChoice, cells: &[ReadSample]) -> AnyView {
    let rows = cells.iter().map(|sample: &ReadSample| {
        let reads_as = match (&sample.reads_as, choice) {
            (None, _) => view! { <span class="field-error">"cannot be read so"</span> }.into_any(),
            (Some(text), ColumnChoice::Date(_)) => page::utc_words(text).into_any(),
            (Some(text), ColumnChoice::Number(_)) => text.clone().into_any(),
        };
        view! {
            <span class="sample">
                <code>{sample.cell.clone()}</code>{Icon::Arrow.view()}<span class="unseen">" is "</span><span>{reads_as}</span>
            </span>
        }
    });
    rows.collect_view().into_any()
}

/// Whose clock dates are by that do not say so.
fn zone_field(name: &str, zone: RwSignal<Zone>, zoneless: u32, chosen: impl Fn(Zone) + 'static) -> AnyView {
    let id = format!("{name}-zone");
    let own = page::minutes_east();
    let mut offsets: Vec<i16> =
        (-12..=14).map(|hour| hour * 60).chain([-210, 210, 270, 330, 345, 390, 570]).chain([own]).collect();
    offsets.sort_unstable();
    offsets.dedup();
    let options = offsets.into_iter().map(|minutes| {
        let mine = if minutes == own { ", your clock today" } else { "" };
        view! { <option value=minutes.to_string()>{format!("{}{mine}", offset_words(minutes))}</option> }
    });
    let options = options.collect_view();
    let now = move || match zone.get() {
        Zone::Documented => String::new(),
        Zone::Offset(minutes) => minutes.to_string(),
    };
    let change = move |event| {
        let value = event_target_value(&event);
        let now = value.parse().map_or(Zone::Documented, Zone::Offset);
        zone.set(now);
        chosen(now);
    };
    let hint = if zoneless > 0 {
        format!(
            "{} of day and no time zone: until a zone is chosen, these stop their products.",
            words::count(zoneless, "cell has a time", "cells have a time")
        )
    } else {
        "A day without a time begins at midnight by this clock.".to_owned()
    };
    view! {
        <div class="field field-zone">
            <label for=id.clone()>"Dates without a time zone are by"</label>
            <select id=id prop:value=now on:change=change>
                <option value="">"UTC for days; times need their own zone (the reference)"</option>
                {options}
            </select>
            <p class="hint">{hint}</p>
        </div>
    }
    .into_any()
}

/// `UTC+05:30`.
fn offset_words(minutes: i16) -> String {
    let sign = if minutes < 0 { '−' } else { '+' };
    if minutes == 0 { "UTC".into() } else { format!("UTC{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60) }
}

/// A reading in words, as the beginning of a sentence.
fn choice_words(choice: ColumnChoice) -> &'static str {
    match choice {
        ColumnChoice::Number(NumberRule::Comma) => "Decimal comma: 1.234,56",
        ColumnChoice::Number(NumberRule::Point) => "Decimal point: 1,234.56",
        ColumnChoice::Number(_) => "As documented: 1234.56",
        ColumnChoice::Date(rule) => match rule.order {
            DateOrder::DayMonthYear => "Day, month, year: 31/12/2026",
            DateOrder::MonthDayYear => "Month, day, year: 12/31/2026",
            DateOrder::YearMonthDay => "Year, month, day: 26/12/31",
            DateOrder::Infer | DateOrder::Open => "As documented: 2026-12-31",
        },
    }
}

/// The columns of dates and numbers in the file, how each is read, and a way to read it otherwise.
pub(super) fn formats_panel(shop: Shop, summary: Summary) -> AnyView {
    let told = RwSignal::new(String::new());
    let columns = Memo::new(move |_| summary.with(|file| file.as_ref().map(|file| formatted(file)).unwrap_or_default()));
    let list = live(move || {
        let columns = columns.get();
        if columns.is_empty() {
            return ().into_any();
        }
        let items = columns.into_iter().map(|(column, words)| one_format(shop, column, words, told)).collect_view();
        view! {
            <h3>"Dates and numbers"</h3>
            <ul class="pickables" role="list">{items}</ul>
        }
        .into_any()
    });
    view! { {list} <p class="unseen" role="status">{move || told.get()}</p> }.into_any()
}

/// Columns of dates and numbers, each with how it is read where its cells settled that.
fn formatted(file: &FileSummary) -> Vec<(ColumnId, Option<String>)> {
    let of_kind = |column: &ColumnId| matches!(column.column().kind, Kind::Moment | Kind::Price | Kind::Count);
    let columns = file.columns.iter().filter_map(|header| header.column).filter(of_kind);
    let words = |column| file.settled.iter().find(|settled| settled.column == column).map(settled_words);
    // Those that are asked about stand above.
    columns
        .filter(|column| file.questions.iter().all(|asked| asked.column != *column))
        .map(|column| (column, words(column)))
        .collect()
}

fn settled_words(settled: &Settled) -> String {
    let because = match &settled.sample {
        Some((_, cell)) => {
            format!(": {} can only be read so, such as “{cell}”", words::count(settled.decided_by, "cell", "cells"))
        }
        None => String::new(),
    };
    format!("Read {}{because}.", settled.words())
}

fn one_format(shop: Shop, column: ColumnId, words: Option<String>, told: RwSignal<String>) -> AnyView {
    let found = RwSignal::new(None::<Option<ColumnQuestion>>);
    let looking = Pending::new();
    let press = move |_| {
        let answer = async move { shop.ask(ColumnAnswers { column }).await.map_err(|_| crate::ui::state::gone()) };
        looking.run(answer, move |answer| drop(found.try_set(Some(answer))));
    };
    let is_settled = words.is_some();
    view! {
        <li>
            <p class="pickable">
                <strong>{column.header()}</strong>" "
                <span class:quiet=!is_settled>{words.unwrap_or_else(|| "No cell needs a choice, or you made it.".into())}</span>
            </p>
            <button type="button" class="button button-small" aria-label=format!("Change how {} is read", column.header())
                aria-expanded=move || if found.with(Option::is_some) { "true" } else { "false" }
                disabled=move || looking.busy.get() on:click=press>"Change"</button>
            {looking.note()}
            {live(move || found.get().map(|answer| match answer {
                Some(question) => question_form(shop, question, "format", told),
                None => view! { <p class="quiet">"There is nothing to choose in this column."</p> }.into_any(),
            }))}
        </li>
    }
    .into_any()
}
