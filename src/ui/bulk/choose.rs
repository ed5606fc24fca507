//! Choosing a file: drop it, press the button, or paste cells. A file can be checked without a connection.

use super::guide::guide;
use super::keeper::{Offer, changes_words};
use super::opening::{go_on, open_pasted, unopened};
use super::part_of_stage;
use super::sheets::Sheets;
use crate::browser::kept_file::Given;
use crate::browser::{dropped, page};
use crate::engine::protocol::{FileRefusal, OpenSample, SampleFile, Source, Stage, TemplateFile};
use crate::route::Route;
use crate::ui::components::dialog::dialog;
use crate::ui::components::download::download_button;
use crate::ui::components::icon::Icon;
use crate::ui::components::live::{follow, live};
use crate::ui::components::pending::Pending;
use crate::ui::state::{Shop, use_shop};
use crate::ui::words;
use leptos::html;
use leptos::prelude::*;
use std::time::Duration;

/// Of what was dropped at once, files that can be chosen between.
const LISTED: usize = 50;

/// What the parts of the screen share. Cheap to copy.
#[derive(Clone, Copy)]
pub(super) struct Choosing {
    shop: Shop,
    opening: Pending,
    sheets: Sheets,
    /// What is wrong with what was dropped, before any file is opened.
    mistake: RwSignal<Option<String>>,
    /// Several files were dropped.
    several: StoredValue<Vec<web_sys::File>, LocalStorage>,
    /// Their names and sizes.
    named: RwSignal<Vec<(String, u64)>>,
    /// The next file is taken for the one whose draft is kept.
    going_on: RwSignal<bool>,
    field: NodeRef<html::Input>,
}

impl Choosing {
    /// From now on, and while the calling screen lives, what is dropped or pasted anywhere is taken.
    pub(super) fn new(shop: Shop) -> Self {
        let it = Self {
            shop,
            opening: Pending::new(),
            sheets: Sheets::new(),
            mistake: RwSignal::new(None),
            several: StoredValue::new_local(Vec::new()),
            named: RwSignal::new(Vec::new()),
            going_on: RwSignal::new(false),
            field: NodeRef::new(),
        };
        shop.take_drops(move |dropped| it.take(dropped));
        let asks = Memo::new(move |_| it.sheets.asks());
        follow(move || {
            if asks.get() {
                set_timeout(|| page::focus("#sheets-heading"), Duration::ZERO);
            }
        });
        it
    }

    fn take(self, dropped: dropped::Dropped) {
        self.mistake.set(None);
        self.named.set(Vec::new());
        if let Some(text) = dropped.text {
            return open_pasted(self.shop, self.opening, &text);
        }
        if let Some(folder) = dropped.folders.first() {
            return self
                .mistake
                .set(Some(format!("“{folder}” is a folder. Open it and drop one file from it; nothing was taken.")));
        }
        let mut files = dropped.files;
        match (files.len(), files.pop()) {
            (_, None) => self.mistake.set(Some("What was dropped holds no file.".into())),
            (1, Some(file)) => self.open(Given::file(file, dropped.handle)),
            (_, Some(last)) => {
                files.push(last);
                let given = |file: &web_sys::File| (file.name(), Given::file(file.clone(), None).size());
                self.named.set(files.iter().map(given).collect());
                self.several.set_value(files);
                set_timeout(|| page::focus("#several-heading"), Duration::ZERO);
            }
        }
    }

    fn open(self, given: Given) {
        let kept = self.shop.keeper.found().filter(|_| self.going_on.get_untracked());
        self.going_on.set(false);
        self.sheets.take(self.shop, self.opening, given, kept.and_then(|kept| kept.draft.clone()));
    }

    /// What comes of what was given, until it is a file: which of several, which sheet, what is wrong.
    fn outcome(self) -> AnyView {
        view! {
            {several(self)}
            {self.sheets.view(self.shop, self.opening)}
            <div class="stack" role="alert">
                {move || self.mistake.get().map(|words| view! {
                    <div class="note note-bad">{Icon::Warning.view()}<p class="note-what">{words}</p></div>
                })}
            </div>
            {self.opening.note()}
        }
        .into_any()
    }

    /// The field behind the button.
    fn file_field(self) -> AnyView {
        let chosen = move |_| {
            let files = self.field.get_untracked().map(|field| page::chosen(&field)).unwrap_or_default();
            // Nothing chosen is a changed mind.
            if !files.is_empty() {
                self.take(dropped::Dropped::files(files));
            }
        };
        view! {
            <input
                class="unseen"
                type="file"
                multiple
                accept=".csv,.tsv,.tab,.txt,.json,.xlsx,.xlsm,text/csv,text/tab-separated-values,text/plain,application/json"
                tabindex="-1"
                aria-label="A file with products"
                node_ref=self.field
                on:change=chosen
            />
        }
        .into_any()
    }

    /// A place for another file, where one could not be read.
    pub(super) fn another(self) -> AnyView {
        view! {
            <section class="drop drop-small" class:drop-over=move || self.shop.dragging.get() aria-label="Choose a file">
                <p class="drop-words">{move || if self.shop.dragging.get() { "Let go to open the file" } else { "Or drop another file here" }}</p>
                <button type="button" class="button" disabled=move || self.opening.busy.get() on:click=move |_| self.press()>"Choose a file"</button>
                {self.file_field()}
            </section>
            {self.outcome()}
        }
        .into_any()
    }

    fn press(self) {
        if let Some(field) = self.field.get_untracked() {
            field.click();
        }
    }
}

/// The screen.
pub(super) fn choose_screen() -> AnyView {
    let shop = use_shop();
    let refusal = part_of_stage(|stage| match stage {
        Stage::Choosing { refusal } => Some(refusal.clone()),
        _ => None,
    });
    let it = Choosing::new(shop);
    let saving = Pending::new();
    let template = move || async move { shop.ask(TemplateFile {}).await.map_err(|_| crate::ui::state::gone()) };
    let is_practice = Memo::new(move |_| shop.place().is_some_and(|place| place.is_practice));
    let pasting = RwSignal::new(false);

    view! {
        <div class="page-head">
            <h1 tabindex="-1">"Update products from a file"</h1>
            <p class="lead">
                "Choose a file with the products to change. You will see what is wrong with it and what it would change before anything is sent."
            </p>
        </div>
        {live(move || shop.keeper.offer.get().map(|offer| offered(it, &offer)))}
        <section class="drop" class:drop-over=move || shop.dragging.get() aria-label="Choose a file">
            {Icon::File.view()}
            <p class="drop-words">{move || if shop.dragging.get() { "Let go to open the file" } else { "Drop a file here" }}</p>
            <p class="quiet">"CSV, TSV, text, JSON, or an Excel workbook (.xlsx). Cells copied in a spreadsheet can be pasted."</p>
            <div class="actions actions-middle">
                <button type="button" class="button button-main" disabled=move || it.opening.busy.get()
                    on:click=move |_| { it.going_on.set(false); it.press(); }>"Choose a file"</button>
                <button type="button" class="button" aria-haspopup="dialog" on:click=move |_| pasting.set(true)>"Paste cells…"</button>
                {download_button("Download the template", "button", saving, template)}
            </div>
            {it.file_field()}
            {move || is_practice.get().then(|| practice_files(shop, it.opening, saving))}
        </section>
        {it.outcome()}
        {move || refusal.get().flatten().map(|refusal| refused(&refusal))}
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
        <p class="quiet">
            "What was sent before, with its report and a way to take it back, is under "<a href=Route::Runs.path()>"past runs"</a>"."
        </p>
        {guide()}
        {paste_dialog(it, pasting)}
    }
    .into_any()
}

/// The file that is kept from before.
fn offered(it: Choosing, offer: &Offer) -> AnyView {
    let changes = (offer.changes > 0).then(|| format!("{}, ", changes_words(offer.changes)));
    let place = match &offer.source {
        Source::File => "",
        Source::Pasted => " You had pasted them.",
        Source::Workbook { .. } => " It was a sheet of a workbook.",
    };
    let is_name_only = offer.is_name_only;
    let press = move |_| {
        let again = move |why| {
            it.going_on.set(true);
            it.opening.trouble.set(Some(unopened(why)));
        };
        if is_name_only {
            it.going_on.set(true);
            it.press();
        } else {
            go_on(it.shop, it.opening, again);
        }
    };
    let forget = move |_| {
        it.shop.keeper.forget();
        page::focus_heading();
    };
    view! {
        <section class="card offer" aria-labelledby="offer-heading">
            <div>
                <h2 id="offer-heading">"Go on where you were"</h2>
                <p>
                    <span class="file-name">{offer.name.clone()}</span>
                    " · "{changes}<time datetime=offer.when.clone()>{page::time_ago(&offer.when)}</time>
                </p>
                <p class="hint">
                    "It is kept in this browser alone, voucher codes in it too. Another file takes its place."{place}
                </p>
            </div>
            <div class="actions">
                <button type="button" class="button button-main" disabled=move || it.opening.busy.get() on:click=press>
                    {if is_name_only { "Choose it again to go on" } else { "Go on with it" }}
                </button>
                <button type="button" class="button" on:click=forget>"Forget it"</button>
            </div>
        </section>
    }
    .into_any()
}

/// Several files at once: one of them is taken.
fn several(it: Choosing) -> AnyView {
    live(move || {
        let named = it.named.get();
        if named.is_empty() {
            return ().into_any();
        }
        let more = named.len().saturating_sub(LISTED);
        let files = named.iter().take(LISTED).enumerate().map(|(index, (name, size))| {
            let take = move |_| {
                let file = it.several.with_value(|files| files.get(index).cloned());
                it.several.set_value(Vec::new());
                it.named.set(Vec::new());
                if let Some(file) = file {
                    it.open(Given::file(file, None));
                }
            };
            view! {
                <li>
                    <div class="pickable"><p class="pickable-name">{name.clone()}</p><p class="quiet">{words::bytes(*size)}</p></div>
                    <button type="button" class="button" aria-label=format!("Open {name}") on:click=take>"Open"</button>
                </li>
            }
        });
        let files = files.collect_view();
        view! {
            <section class="card" aria-labelledby="several-heading">
                <h2 id="several-heading" tabindex="-1">{format!("One file at a time: which of these {}?", named.len())}</h2>
                <p class="quiet">"None was taken yet. The others can follow when this one is done."</p>
                <ul class="pickables" role="list">{files}</ul>
                {(more > 0).then(|| view! { <p class="quiet">{format!("And {more} more, which are not listed.")}</p> })}
                <p><button type="button" class="button button-quiet" on:click=move |_| { it.named.set(Vec::new()); page::focus_heading(); }>"None of them"</button></p>
            </section>
        }
        .into_any()
    })
}

/// A field to paste into, for those whose keys or browser do not paste onto a page.
fn paste_dialog(it: Choosing, pasting: RwSignal<bool>) -> AnyView {
    let field = NodeRef::<html::Textarea>::new();
    let empty = RwSignal::new(true);
    let text = move || field.get_untracked().map(|field| field.value()).unwrap_or_default();
    let clear = move || {
        if let Some(field) = field.get_untracked() {
            field.set_value("");
        }
        empty.set(true);
        pasting.set(false);
    };
    let read = move |_| {
        let text = text();
        if !text.trim().is_empty() {
            clear();
            it.mistake.set(None);
            open_pasted(it.shop, it.opening, &text);
        }
    };
    let body = view! {
        <label for="pasted">"Cells, with their headers in the first row"</label>
        <textarea
            id="pasted"
            class="code"
            rows="8"
            spellcheck="false"
            autocomplete="off"
            wrap="off"
            node_ref=field
            on:input=move |_| empty.set(text().trim().is_empty())
        ></textarea>
        <p class="hint">"Copy them in the spreadsheet, and paste them here with Ctrl+V (⌘V), or anywhere on the page."</p>
        <div class="actions actions-end">
            <button type="button" class="button" on:click=move |_| clear()>"Cancel"</button>
            <button type="button" class="button button-main" disabled=move || empty.get() on:click=read>"Read these cells"</button>
        </div>
    };
    dialog("paste", Signal::derive(|| "Paste cells".into()), pasting, body.into_any())
}

fn practice_files(shop: Shop, opening: Pending, saving: Pending) -> AnyView {
    // The sample goes the way of every file, so that what is changed in it is kept as well.
    let take = move |_| {
        opening.run(shop.try_ask(OpenSample {}), move |()| {
            leptos::task::spawn_local(async move {
                if let Ok(sample) = shop.try_ask(SampleFile {}).await
                    && let Some(given) = Given::text(&sample.name, Source::File, &sample.text)
                {
                    shop.keeper.hold(given);
                    shop.keeper.soon(shop);
                }
            });
        });
    };
    view! {
        <div class="drop-practice">
            <p>{Icon::Flask.view()}"No file at hand? The practice store has one, with typical mistakes in it."</p>
            <div class="actions actions-middle">
                <button type="button" class="button" disabled=move || opening.busy.get() on:click=take>"Try the sample file"</button>
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
