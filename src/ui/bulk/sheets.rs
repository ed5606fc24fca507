//! A workbook on its way to being a file: its reader is started, a sheet is chosen where there are several, and that sheet
//! is opened as a CSV.

use super::opening::open;
use crate::browser::kept_file::Given;
use crate::browser::page;
use crate::browser::workbook::{Listing, OpenWorkbook, Progress, Sheet, Trouble as SheetTrouble, is_workbook};
use crate::engine::protocol::{Source, Trouble, TroubleKind};
use crate::ui::components::icon::Icon;
use crate::ui::components::live::live;
use crate::ui::components::pending::Pending;
use crate::ui::components::progress::progress_bar;
use crate::ui::state::Shop;
use crate::ui::words::{self, number};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Bytes of a file that either reader takes, at most.
const LARGEST: u64 = 1 << 30;

/// A workbook, from when it is given until a sheet of it is open. Cheap to copy.
#[derive(Clone, Copy)]
pub(super) struct Sheets {
    state: RwSignal<State>,
    progress: RwSignal<(u64, u64)>,
    book: StoredValue<Option<OpenWorkbook>, LocalStorage>,
    /// The draft to go on with, once its bytes are there.
    draft: StoredValue<Option<Vec<u8>>>,
    /// Counts up, so that the answer to what was left is dropped.
    job: StoredValue<u32>,
}

#[derive(Clone, Debug, PartialEq)]
enum State {
    Nothing,
    Reading(String),
    Choose(String, Listing),
}

impl Sheets {
    pub(super) fn new() -> Self {
        let sheets = Self {
            state: RwSignal::new(State::Nothing),
            progress: RwSignal::new((0, 1)),
            book: StoredValue::new_local(None),
            draft: StoredValue::new(None),
            job: StoredValue::new(0),
        };
        // Whoever leaves the screen wants no sheet any more.
        on_cleanup(move || {
            let _ = sheets.job.try_update_value(|job| *job += 1);
        });
        sheets
    }

    /// Takes a file: a workbook by way of its sheets, any other as it is.
    pub(super) fn take(self, shop: Shop, opening: Pending, given: Given, draft: Option<Vec<u8>>) {
        let job = self.leave();
        opening.trouble.set(None);
        spawn_local(async move {
            // Of a file too large for either reader nothing is read, also not its beginning.
            if given.size() > LARGEST || !is_workbook(&given.file).await {
                return open(shop, opening, given, draft);
            }
            if self.job.try_get_value() != Some(job) {
                return;
            }
            self.draft.set_value(draft);
            let name = given.file.name();
            self.reading(&name);
            let progress = self.progress;
            let told = move |at: Progress| {
                let _ = progress.try_set((at.rows.into(), at.of.unwrap_or(at.rows).max(1).into()));
            };
            let opened = OpenWorkbook::open(&given.file, told).await;
            if self.job.try_get_value() != Some(job) {
                return;
            }
            match opened {
                Err(trouble) => self.refused(opening, &name, &trouble),
                Ok(book) => {
                    let listing = book.listing().clone();
                    let filled = listing.sheets.iter().filter(|sheet| sheet.rows > 0).count();
                    self.book.set_value(Some(book));
                    if filled > 1 {
                        self.state.set(State::Choose(name, listing));
                    } else {
                        self.convert(shop, opening, listing.suggested);
                    }
                }
            }
        });
    }

    fn reading(self, name: &str) {
        self.progress.set((0, 1));
        // The bar that is there stays: it goes from the workbook to its only sheet.
        if !self.state.with_untracked(|state| matches!(state, State::Reading(_))) {
            self.state.set(State::Reading(name.to_owned()));
        }
    }

    /// Ends the worker, if there is one.
    fn leave(self) -> u32 {
        self.book.set_value(None);
        self.state.set(State::Nothing);
        self.job.update_value(|job| *job += 1);
        self.job.get_value()
    }

    /// The person wants none of it.
    fn cancel(self) {
        self.leave();
        page::focus_heading();
    }

    fn refused(self, opening: Pending, name: &str, trouble: &SheetTrouble) {
        self.leave();
        let what = format!("“{name}” could not be taken. {}", trouble.what);
        opening.trouble.set(Some(Trouble { kind: TroubleKind::File, what, cure: trouble.cure.clone(), said: None }));
    }

    fn convert(self, shop: Shop, opening: Pending, index: u32) {
        let (Some(book), job) = (self.book.get_value(), self.job.get_value()) else { return };
        let sheet = book.listing().sheets.get(index as usize).map(|sheet| sheet.name.clone()).unwrap_or_default();
        self.reading(&sheet);
        spawn_local(async move {
            let converted = book.convert(index).await;
            if self.job.try_get_value() != Some(job) {
                return;
            }
            match converted {
                Err(trouble) => self.refused(opening, &sheet, &trouble),
                Ok(converted) => {
                    let draft = self.draft.get_value();
                    self.leave();
                    let given = Given { file: converted.file, source: Source::Workbook { sheet }, handle: None };
                    open(shop, opening, given, draft);
                    shop.keeper.notes.set(converted.report.notes);
                }
            }
        });
    }

    /// What is shown of it.
    pub(super) fn view(self, shop: Shop, opening: Pending) -> AnyView {
        live(move || match self.state.get() {
            State::Nothing => ().into_any(),
            State::Reading(name) => {
                let rows = move || words::count(self.progress.get().0, "row", "rows");
                view! {
                    <section class="card wait" aria-label="Reading the workbook">
                        <p class="state" role="status">{format!("Reading “{name}”")}</p>
                        {progress_bar("Reading the workbook", self.progress.into())}
                        <p class="wait-words">{rows}</p>
                        <p><button type="button" class="button" on:click=move |_| self.cancel()>"Cancel"</button></p>
                    </section>
                }
                .into_any()
            }
            State::Choose(name, listing) => {
                let sheets = (0_u32..).zip(&listing.sheets).map(|(index, sheet)| {
                    let class = if index == listing.suggested { "button button-main" } else { "button" };
                    view! {
                        <li>
                            <div class="pickable">
                                <p class="pickable-name">{sheet.name.clone()}</p>
                                <p class="quiet">{sheet_words(sheet)}</p>
                            </div>
                            <button
                                type="button"
                                class=class
                                disabled={sheet.rows == 0 || sheet.trouble.is_some()}
                                aria-label=format!("Open the sheet {}", sheet.name)
                                on:click=move |_| self.convert(shop, opening, index)
                            >
                                "Open"
                            </button>
                        </li>
                    }
                });
                let sheets = sheets.collect_view();
                view! {
                    <section class="card" aria-labelledby="sheets-heading">
                        <h2 id="sheets-heading" tabindex="-1">{format!("Which sheet of “{name}”?")}</h2>
                        <ul class="pickables" role="list">{sheets}</ul>
                        <p><button type="button" class="button button-quiet" on:click=move |_| self.cancel()>"None of them"</button></p>
                    </section>
                }
                .into_any()
            }
        })
    }

    /// Whether a sheet is to be chosen.
    pub(super) fn asks(self) -> bool {
        self.state.with(|state| matches!(state, State::Choose(..)))
    }
}

fn sheet_words(sheet: &Sheet) -> String {
    if let Some(trouble) = &sheet.trouble {
        return format!("{} {}", trouble.what, trouble.cure);
    }
    if sheet.rows == 0 {
        return "Blank".into();
    }
    let hidden = if sheet.is_hidden { " · hidden" } else { "" };
    format!("{} · {}{hidden}", words::count(sheet.filled_rows, "row", "rows"), words::count(sheet.columns, "column", "columns"))
}

/// What is to be known of a workbook's sheet, beside the checked file.
pub(super) fn notes(shop: Shop) -> AnyView {
    live(move || {
        let notes = shop.keeper.notes.get();
        if notes.is_empty() {
            return ().into_any();
        }
        let count = number(notes.len() as i128);
        let notes = notes.into_iter().map(|note| view! { <li>{note}</li> }).collect_view();
        view! {
            <details class="note note-fold">
                <summary>{Icon::Info.view()}" About this sheet "<span class="chip-count">{count}</span></summary>
                <ul class="rules">{notes}</ul>
            </details>
        }
        .into_any()
    })
}
