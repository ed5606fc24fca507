//! The file could not be read as it was tried: why, what helps, and every other way to read it.

use super::choose::Choosing;
use super::mapping::{Mapping, mapping_panel};
use super::part_of_stage;
use super::recognition::{Looking, recognition_panel};
use crate::engine::protocol::{CloseRun, Stage};
use crate::ui::components::icon::Icon;
use crate::ui::components::live::{follow, live};
use crate::ui::state::use_shop;
use crate::ui::words;
use leptos::prelude::*;

/// The screen.
pub(super) fn unread_screen() -> AnyView {
    let shop = use_shop();
    let file = part_of_stage(|stage| match stage {
        Stage::Unread(file) => Some(file.clone()),
        _ => None,
    });
    let looking = Looking::new(shop, Signal::derive(|| 0));
    let mapping = Mapping::new(shop);
    follow(move || {
        if let Some(file) = file.get() {
            looking.take(file.recognition);
            if let Some(view) = file.mapping {
                mapping.take(view);
            }
        }
    });
    let has_mapping = Memo::new(move |_| file.with(|file| file.as_ref().is_some_and(|file| file.mapping.is_some())));
    let head = live(move || {
        file.get().map(|file| {
            view! {
                <div class="page-head">
                    <h1 tabindex="-1">"The file could not be read"</h1>
                    <p class="lead"><span class="file-name">{file.refusal.name.clone()}</span>" · "{words::bytes(file.size)}</p>
                </div>
                <div class="note note-bad" role="alert">
                    {Icon::Cross.view()}
                    <div>
                        <p class="note-what">{format!("“{}” could not be read", file.refusal.name)}</p>
                        <p>{file.refusal.what.clone()}</p>
                        <p>{file.refusal.cure.clone()}</p>
                    </div>
                </div>
            }
        })
    });
    view! {
        {head}
        <div class="actions">
            <button type="button" class="button" on:click=move |_| shop.tell(CloseRun {})>"Back to choosing a file"</button>
        </div>
        {live(move || has_mapping.get().then(|| view! {
            <section class="card" aria-labelledby="columns-heading">
                <h2 id="columns-heading">"Which column is which"</h2>
                {mapping_panel(mapping)}
            </section>
        }))}
        <section class="card recognition" aria-labelledby="recognition-heading">
            <h2 id="recognition-heading">"How it is read"</h2>
            {recognition_panel(looking)}
        </section>
        {Choosing::new(shop).another()}
    }
    .into_any()
}
