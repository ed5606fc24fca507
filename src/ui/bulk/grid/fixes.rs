//! Whole columns put right at once: what can be done, how many cells it would change, and examples. One undo takes it back.

use super::Grid;
use super::replace::examples;
use crate::engine::protocol::{Change, FixView, Fixes};
use crate::ui::components::dialog::dialog;
use crate::ui::components::live::{follow, live};
use crate::ui::words::count;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The dialog.
pub(super) fn fixes_dialog(grid: Grid) -> AnyView {
    let found = RwSignal::new(None::<Vec<FixView>>);
    // Asked for when it opens, and again after every change while it is open.
    follow(move || {
        grid.summary.track();
        if !grid.fixing.get() {
            let _ = found.try_set(None);
            return;
        }
        spawn_local(async move {
            if let Ok(fixes) = grid.shop.ask(Fixes {}).await {
                let _ = found.try_set(Some(fixes));
            }
        });
    });
    let list = live(move || match found.get() {
        None => view! { <p class="quiet">"Looking…"</p> }.into_any(),
        Some(fixes) if fixes.is_empty() => {
            view! { <p>"Nothing is left that could be put right for a whole column beyond doubt."</p> }.into_any()
        }
        Some(fixes) => {
            view! { <ul class="fixes" role="list">{fixes.into_iter().map(|fix| fix_line(grid, &fix)).collect_view()}</ul> }
                .into_any()
        }
    });
    let undo = live(move || {
        let undo = grid.summary.with(|file| file.as_ref().and_then(|file| file.draft.undo.clone()));
        undo.map(|undo| view! { <button type="button" class="button" on:click=move |_| grid.undo()>"Undo: "{undo}</button> })
    });
    let body = view! {
        <p class="hint">"Only what is beyond doubt is changed. Each of these can be undone in one step."</p>
        {list}
        {live(move || grid.trouble.with(|trouble| trouble.as_ref().map(crate::ui::components::trouble::trouble_note)))}
        <p class="unseen" role="status">{move || grid.said.get()}</p>
        <div class="actions">
            <button type="button" class="button button-main" on:click=move |_| grid.fixing.set(false)>"Close"</button>
            {undo}
        </div>
    };
    dialog("grid-fixes", Signal::stored("Fix columns".to_owned()), grid.fixing, body.into_any())
}

fn fix_line(grid: Grid, fix: &FixView) -> AnyView {
    let change = Change::Fix { fix: fix.fix, expected: fix.count.cells };
    let cells = count(fix.count.cells, "cell", "cells");
    let label = format!("{}: put {cells} right", fix.words);
    view! {
        <li class="fix">
            <h3>{fix.words.clone()}</h3>
            {examples(grid, &fix.count)}
            <button type="button" class="button button-small" aria-label=label on:click=move |_| grid.edit(change.clone())>"Put "{cells}" right"</button>
        </li>
    }
    .into_any()
}
