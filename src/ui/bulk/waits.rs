//! The two screens that show how far the engine has come: reading the file, and reading the live products.

use super::crossing::use_crossing;
use super::part_of_stage;
use crate::engine::protocol::{BackToFile, CloseRun, Stage};
use crate::ui::components::pending::Pending;
use crate::ui::components::progress::progress_bar;
use crate::ui::state::use_shop;
use crate::ui::words::{self, number};
use leptos::prelude::*;

/// Reading and checking.
pub(super) fn reading_screen() -> AnyView {
    let shop = use_shop();
    let progress = part_of_stage(|stage| match stage {
        Stage::Reading(progress) => Some(progress.clone()),
        _ => None,
    });
    let with = move |read: fn(&crate::engine::protocol::ReadProgress) -> String| {
        move || progress.with(|progress| progress.as_ref().map(read).unwrap_or_default())
    };
    let at = Signal::derive(move || progress.with(|progress| progress.as_ref().map_or((0, 1), |p| (p.bytes, p.size.max(1)))));
    view! {
        <div class="page-head">
            <h1 tabindex="-1">{with(|p| format!("Reading {}", p.name))}</h1>
        </div>
        <section class="card wait" aria-label="Progress">
            {progress_bar("Reading the file", at)}
            <p class="wait-words">
                {with(|p| format!("{} of {}", words::bytes(p.bytes), words::bytes(p.size)))}
                " · "
                {with(|p| words::count(p.rows, "row", "rows"))}
                {with(|p| if p.checked > 0 { format!(" · {} checked", words::products(p.checked)) } else { String::new() })}
            </p>
            <p><button type="button" class="button" on:click=move |_| shop.tell(CloseRun {})>"Cancel"</button></p>
        </section>
    }
    .into_any()
}

/// Reading the live products.
pub(super) fn comparing_screen() -> AnyView {
    let shop = use_shop();
    let progress = part_of_stage(|stage| match stage {
        Stage::Comparing { done, total } => Some((u64::from(*done), u64::from(*total))),
        _ => None,
    });
    let at = Signal::derive(move || progress.get().unwrap_or((0, 1)));
    let leaving = Pending::new();
    let crossing = use_crossing();
    let leave = move |_| {
        crossing.leave();
        leaving.run(shop.try_ask(BackToFile {}), |()| ());
    };
    view! {
        <div class="page-head">
            <h1 tabindex="-1">"Comparing with the live store"</h1>
            <p class="lead">"The products of the file are read from the store. Nothing is changed."</p>
        </div>
        <section class="card wait" aria-label="Progress">
            {progress_bar("Reading the products", at)}
            <p class="wait-words">{move || format!("{} of {}", number(at.get().0), words::count(at.get().1, "product", "products"))}</p>
            {leaving.note()}
            <p>
                <button type="button" class="button" on:click=leave>
                    "Back to the file"
                </button>
            </p>
        </section>
    }
    .into_any()
}
