//! Find and replace: what would change is counted and shown before anything does.

use super::Grid;
use super::toolbar::columns;
use crate::engine::protocol::{Change, ChangeCount, ChangeExample, CountChange, Find};
use crate::ui::components::dialog::dialog;
use crate::ui::components::live::{follow, live};
use crate::ui::components::pending::Pending;
use crate::ui::words::{count, number};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Milliseconds after the last letter before it is counted.
const REST: u32 = 200;

/// The dialog.
pub(super) fn replace_dialog(grid: Grid) -> AnyView {
    let find = grid.finding;
    let with = RwSignal::new(String::new());
    let shown_only = RwSignal::new(false);
    let counted = RwSignal::new(None::<ChangeCount>);
    let doing = Pending::new();
    let job = StoredValue::new(0u32);
    let change = move |expected: u32| Change::Replace {
        find: Find { order: shown_only.get_untracked().then(|| grid.order.get_untracked().order), ..find.get_untracked() },
        with: with.get_untracked(),
        expected,
    };
    follow(move || {
        find.track();
        with.track();
        shown_only.track();
        grid.summary.track();
        let _ = counted.try_set(None);
        let mine = job.try_update_value(|job| {
            *job = job.wrapping_add(1);
            *job
        });
        let is_blank = find.with_untracked(|find| find.text.is_empty() && !find.is_whole);
        if !grid.replacing.get() || is_blank {
            return;
        }
        spawn_local(async move {
            gloo_timers::future::TimeoutFuture::new(REST).await;
            if job.try_get_value() != mine || mine.is_none() {
                return;
            }
            let answer = grid.shop.try_ask(CountChange { change: change(0) }).await;
            if job.try_get_value() == mine {
                match answer {
                    Ok(count) => drop(counted.try_set(Some(count))),
                    Err(trouble) => drop(doing.trouble.try_set(Some(trouble))),
                }
            }
        });
    });
    let replace = move |_| {
        let Some(expected) = counted.with_untracked(|counted| counted.as_ref().map(|counted| counted.cells)) else { return };
        doing.run(
            async move {
                grid.edited(change(expected), None).await;
                Ok(())
            },
            move |()| grid.replacing.set(false),
        );
    };
    let cells = move || counted.with(|counted| counted.as_ref().map_or(0, |counted| counted.cells));
    let body = view! {
        <div class="form">
            <div class="field">
                <label for="replace-find">"Find"</label>
                <input id="replace-find" type="text" autocomplete="off" spellcheck="false" prop:value=move || find.with(|find| find.text.clone())
                    on:input=move |event| find.update(|find| find.text = event_target_value(&event))/>
            </div>
            <div class="field">
                <label for="replace-with">"Replace with"</label>
                <input id="replace-with" type="text" autocomplete="off" spellcheck="false" prop:value=move || with.get()
                    on:input=move |event| with.set(event_target_value(&event))/>
            </div>
            <div class="field">
                <label for="replace-in">"In"</label>
                {columns(grid, "replace-in", "In", |grid| grid.finding.with(|find| find.column), |grid, column| grid.finding.update(|find| find.column = column))}
            </div>
            <div>
                {check("Whole cells only", move || find.with(|find| find.is_whole), move |is_on| find.update(|find| find.is_whole = is_on))}
                {check("Capitals and small letters differ", move || find.with(|find| find.is_exact), move |is_on| find.update(|find| find.is_exact = is_on))}
                {check("Only in the rows shown", move || shown_only.get(), move |is_on| shown_only.set(is_on))}
            </div>
        </div>
        <div class="replace-count" role="status">{live(move || counted.get().map(|counted| examples(grid, &counted)))}</div>
        {doing.note()}
        {live(move || grid.trouble.with(|trouble| trouble.as_ref().map(crate::ui::components::trouble::trouble_note)))}
        <div class="actions">
            <button type="button" class="button button-main" disabled=move || cells() == 0 || doing.busy.get() on:click=replace>
                {move || match cells() {
                    0 => "Replace".to_owned(),
                    cells => format!("Replace in {}", count(cells, "cell", "cells")),
                }}
            </button>
            <button type="button" class="button" on:click=move |_| grid.replacing.set(false)>"Close"</button>
        </div>
    };
    dialog("grid-replace", Signal::stored("Find and replace".to_owned()), grid.replacing, body.into_any())
}

fn check(label: &'static str, is_on: impl Fn() -> bool + Send + 'static, set: impl Fn(bool) + 'static) -> AnyView {
    view! {
        <label class="check">
            <input type="checkbox" prop:checked=is_on on:change=move |event| set(event_target_checked(&event))/>
            {label}
        </label>
    }
    .into_any()
}

/// How many cells a change would touch, and the first of them.
pub(super) fn examples(grid: Grid, counted: &ChangeCount) -> AnyView {
    if counted.cells == 0 {
        return view! { <p>"No cell would change."</p> }.into_any();
    }
    let each = counted.examples.iter().map(|example| example_line(grid, example)).collect_view();
    let more = counted.cells.saturating_sub(counted.examples.len() as u32);
    view! {
        <p><strong>{count(counted.cells, "cell", "cells")}</strong>" in "{count(counted.rows, "row", "rows")}" would change:"</p>
        <ul class="examples" role="list">{each}</ul>
        {(more > 0).then(|| format!("and {} more", number(more)))}
    }
    .into_any()
}

fn example_line(grid: Grid, example: &ChangeExample) -> AnyView {
    let name = grid.header(example.column + 1).map_or_else(String::new, |header| header.header);
    let (before, after) = near(&example.before, &example.after);
    let blank = |text: String| if text.is_empty() { "(blank)".to_owned() } else { text };
    view! {
        <li>
            <span class="quiet">"Line "{number(example.line)}", "{name}": "</span>
            <span class="unseen">"was "</span><del class="old">{blank(before)}</del>
            " → "
            <span class="unseen">"will be "</span><ins class="new">{blank(after)}</ins>
        </li>
    }
    .into_any()
}

/// Characters of what two texts have in common that are shown on either side of where they differ.
const AROUND: usize = 14;

/// Two texts, each cut to what is near the difference.
fn near(before: &str, after: &str) -> (String, String) {
    let (before, after): (Vec<char>, Vec<char>) = (before.chars().collect(), after.chars().collect());
    let start = before.iter().zip(&after).take_while(|(one, other)| one == other).count();
    let rest = before.len().min(after.len()) - start;
    let end = before.iter().rev().zip(after.iter().rev()).take(rest).take_while(|(one, other)| one == other).count();
    let cut = |text: &[char]| {
        let from = start.saturating_sub(AROUND);
        let to = (text.len() - end + AROUND).min(text.len());
        let middle: String = text.get(from..to).unwrap_or_default().iter().collect();
        format!("{}{middle}{}", if from > 0 { "…" } else { "" }, if to < text.len() { "…" } else { "" })
    };
    (cut(&before), cut(&after))
}
