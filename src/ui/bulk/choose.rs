//! Choosing a file: drop it, or press the button. A file can be checked without a connection.

use super::guide::guide;
use super::part_of_stage;
use crate::browser::page;
use crate::engine::protocol::{FileRefusal, OpenFile, OpenSample, ReadAs, SampleFile, Stage, TemplateFile};
use crate::route::Route;
use crate::ui::components::download::download_button;
use crate::ui::components::icon::Icon;
use crate::ui::components::pending::Pending;
use crate::ui::state::{Shop, use_shop};
use leptos::html;
use leptos::prelude::*;

/// The screen.
pub(super) fn choose_screen() -> AnyView {
    let shop = use_shop();
    let refusal = part_of_stage(|stage| match stage {
        Stage::Choosing { refusal } => Some(refusal.clone()),
        Stage::Unread(file) => Some(Some(file.refusal.clone())),
        _ => None,
    });
    let opening = Pending::new();
    let saving = Pending::new();
    // What is wrong with what was dropped, before any file is opened.
    let mistake = RwSignal::new(None::<String>);
    let take = move |dropped: page::Dropped| match only_file(dropped) {
        Ok(file) => {
            mistake.set(None);
            open(shop, opening, file);
        }
        Err(words) => mistake.set(Some(words)),
    };
    shop.take_drops(take);

    let field = NodeRef::<html::Input>::new();
    let press = move |_| {
        if let Some(field) = field.get_untracked() {
            field.click();
        }
    };
    let chosen = move |_| {
        if let Some(field) = field.get_untracked() {
            take(page::Dropped { files: page::chosen(&field), folders: Vec::new() });
        }
    };
    let template = move || async move { shop.ask(TemplateFile {}).await.map_err(|_| crate::ui::state::gone()) };
    let is_practice = Memo::new(move |_| shop.place().is_some_and(|place| place.is_practice));

    view! {
        <div class="page-head">
            <h1 tabindex="-1">"Update products from a file"</h1>
            <p class="lead">
                "Choose a CSV with the products to change. You will see what is wrong with it and what it would change before anything is sent."
            </p>
        </div>
        <section class="drop" class:drop-over=move || shop.dragging.get() aria-label="Choose a file">
            {Icon::File.view()}
            <p class="drop-words">{move || if shop.dragging.get() { "Let go to open the file" } else { "Drop a CSV file here" }}</p>
            <div class="actions actions-middle">
                <button type="button" class="button button-main" disabled=move || opening.busy.get() on:click=press>"Choose a file"</button>
                {download_button("Download the template", "button", saving, template)}
            </div>
            <input
                class="unseen"
                type="file"
                accept=".csv,.tsv,.txt,text/csv"
                tabindex="-1"
                aria-label="A CSV file"
                node_ref=field
                on:change=chosen
            />
            {move || is_practice.get().then(|| practice_files(shop, opening, saving))}
        </section>
        <div class="stack" role="alert">
            {move || mistake.get().map(|words| view! {
                <div class="note note-bad">{Icon::Warning.view()}<p class="note-what">{words}</p></div>
            })}
        </div>
        {move || refusal.get().flatten().map(|refusal| refused(&refusal))}
        {opening.note()}
        {saving.note()}
        {move || (shop.settled.get() && shop.place().is_none()).then(|| view! {
            <div class="note">
                {Icon::Info.view()}
                <p>
                    "You are not connected. A file can be checked all the same; to compare it with a store and send it, "
                    <a href=Route::Connect.path()>"connect to one"</a>"."
                </p>
            </div>
        })}
        {guide()}
    }
    .into_any()
}

fn practice_files(shop: Shop, opening: Pending, saving: Pending) -> AnyView {
    view! {
        <div class="drop-practice">
            <p>{Icon::Flask.view()}"No file at hand? The practice store has one, with typical mistakes in it."</p>
            <div class="actions actions-middle">
                <button
                    type="button"
                    class="button"
                    disabled=move || opening.busy.get()
                    on:click=move |_| opening.run(shop.try_ask(OpenSample {}), |()| ())
                >
                    "Try the sample file"
                </button>
                {download_button("Download the sample file", "button button-quiet", saving, move || shop.try_ask(SampleFile {}))}
            </div>
        </div>
    }
    .into_any()
}

fn refused(refusal: &FileRefusal) -> AnyView {
    view! {
        <div class="note note-bad" role="alert">
            {Icon::Cross.view()}
            <div>
                <p class="note-what">{format!("“{}” could not be taken", refusal.name)}</p>
                <p>{refusal.what.clone()}</p>
                <p>{refusal.cure.clone()}</p>
            </div>
        </div>
    }
    .into_any()
}

fn open(shop: Shop, opening: Pending, file: web_sys::File) {
    let question = OpenFile { name: file.name(), size: file.size().max(0.0) as u64, read_as: ReadAs::default() };
    opening.run(shop.try_ask_with_file(question, file), |()| ());
}

/// The one file that was dropped, or a sentence saying why none was taken.
fn only_file(dropped: page::Dropped) -> Result<web_sys::File, String> {
    if let Some(folder) = dropped.folders.first() {
        return Err(format!("“{folder}” is a folder. Open it and drop one CSV file from it; nothing was taken."));
    }
    let names: Vec<String> = dropped.files.iter().map(web_sys::File::name).collect();
    let mut files = dropped.files.into_iter();
    match (files.next(), files.next()) {
        (None, _) => Err("What was dropped holds no file.".into()),
        (Some(file), None) => Ok(file),
        (Some(_), Some(_)) => Err(several(&names)),
    }
}

/// Names as many as fit a sentence.
fn several(names: &[String]) -> String {
    let shown: Vec<String> = names.iter().take(12).map(|name| format!("“{name}”")).collect();
    let rest = names.len().saturating_sub(shown.len());
    let more = if rest > 0 { format!(" and {rest} more") } else { String::new() };
    format!(
        "One file at a time, please. These {} files were dropped and none was taken: {}{more}.",
        names.len(),
        shown.join(", ")
    )
}
