//! The file as a grid that is put right, by the grid pattern of the ARIA practices: one stop for the tab key, arrow keys
//! between cells. Only what is in sight exists.
//!
//! In: the file's summary, windows of rows. Out: edits. The engine holds the rows, the order they are in and what was
//! changed; here is where somebody looks, and what is typed.
//!
//! `place` and `scale` are the arithmetic; `rows` fetches, `paint` draws, `keys` hears, `commands` waits for jumps,
//! `doing` asks the engine to change something; `panel` is the screen, around `head`, `editor`, `damaged`, `cell`, `toolbar`
//! and the dialogs.

mod cell;
mod commands;
mod damaged;
mod doing;
mod editor;
mod fixes;
mod head;
mod jump;
mod keys;
mod keysheet;
mod paint;
mod panel;
mod place;
mod replace;
mod rows;
mod scale;
mod toolbar;

pub(super) use panel::grid_panel;

use super::check::Summary;
use crate::browser::board::Board;
use crate::domain::ColumnId;
use crate::domain::choices::ListSeparator;
use crate::domain::schema::Kind;
use crate::engine::protocol::{
    Arrange, Arranged, Block, FileSummary, Find, GridView, HeaderView, Only, Trouble, WantedIssues, WholeCell,
};
use crate::ui::components::live::follow;
use crate::ui::state::Shop;
use commands::Jumps;
use damaged::Retyping;
use editor::Editing;
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use place::{At, Size, Spot};
use rows::Pages;
use std::sync::Arc;

/// Everything about the grid that outlives its panel. Cheap to copy.
#[derive(Clone, Copy)]
pub(super) struct Grid {
    shop: Shop,
    summary: Summary,
    /// Which rows in which order.
    view: RwSignal<GridView>,
    /// The order that was made of it.
    order: RwSignal<Arranged>,
    /// The draft's revision when it was made.
    made_at: RwSignal<u32>,
    at: RwSignal<At>,
    /// Widths of the line numbers and of the file's columns, in pixels.
    widths: RwSignal<Arc<Vec<u32>>>,
    editing: RwSignal<Option<Editing>>,
    /// The damaged row whose text is typed anew.
    retyping: RwSignal<Option<Retyping>>,
    /// The cell with the focus, whole, once it is known.
    opened: RwSignal<Option<(u32, u16, WholeCell)>>,
    /// What is said to those who hear the page.
    said: RwSignal<String>,
    trouble: RwSignal<Option<Trouble>>,
    /// Counts up whenever rows have arrived.
    arrived: RwSignal<u32>,
    /// What is looked for to be replaced.
    finding: RwSignal<Find>,
    replacing: RwSignal<bool>,
    fixing: RwSignal<bool>,
    showing_keys: RwSignal<bool>,
    /// The rule whose problems the list of problems shows.
    pub(super) problem: RwSignal<Option<WantedIssues>>,
    scroller: NodeRef<html::Div>,
    body: NodeRef<html::Div>,
    board: StoredValue<Option<Board>, LocalStorage>,
    pages: StoredValue<Pages>,
    /// How far it is scrolled, down and sideways, and the size of what is seen.
    seen: StoredValue<Seen>,
    /// Counts the orders that were asked for, so that a late one is dropped.
    job: StoredValue<u32>,
    jumps: StoredValue<Jumps>,
}

/// What of the table is seen, in pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Seen {
    top: f64,
    left: f64,
    width: f64,
    height: f64,
}

/// What a cell is edited with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Field {
    /// One line.
    Line,
    /// Many lines.
    Long,
    /// One of a few words, though any text can be typed.
    Words(&'static [&'static str]),
}

impl Grid {
    /// The grid of the file that is checked.
    pub(super) fn new(shop: Shop, summary: Summary) -> Self {
        let grid = Self {
            shop,
            summary,
            view: RwSignal::new(GridView::default()),
            order: RwSignal::new(Arranged { order: 0, rows: 0 }),
            made_at: RwSignal::new(0),
            at: RwSignal::new(At::one(Spot { row: 0, column: 1 })),
            widths: RwSignal::new(Arc::new(Vec::new())),
            editing: RwSignal::new(None),
            retyping: RwSignal::new(None),
            opened: RwSignal::new(None),
            said: RwSignal::new(String::new()),
            trouble: RwSignal::new(None),
            arrived: RwSignal::new(0),
            finding: RwSignal::new(Find::default()),
            replacing: RwSignal::new(false),
            fixing: RwSignal::new(false),
            showing_keys: RwSignal::new(false),
            problem: RwSignal::new(None),
            scroller: NodeRef::new(),
            body: NodeRef::new(),
            board: StoredValue::new_local(None),
            pages: StoredValue::new(Pages::default()),
            seen: StoredValue::new(Seen { width: 1200.0, height: 600.0, ..Seen::default() }),
            job: StoredValue::new(0),
            jumps: StoredValue::new(Jumps::default()),
        };
        // Whoever changes the file, here or in a panel beside it: what was fetched is old.
        let columns = Memo::new(move |_| summary.with(|file| file.as_ref().map(|file| file.columns.clone())));
        follow(move || {
            summary.track();
            grid.refresh();
        });
        grid.widths.set(Arc::new(grid.usual_widths()));
        let was = StoredValue::new(columns.get_untracked());
        follow(move || {
            let now = columns.get();
            if was.get_value() != now {
                was.set_value(now);
                grid.widths.set(Arc::new(grid.usual_widths()));
            }
        });
        spawn_local(grid.arrange());
        grid
    }

    /// Shows other rows, or in another order. Answers once the order is there.
    async fn show(self, view: GridView) {
        if self.view.with_untracked(|now| *now != view) {
            self.view.set(view);
        }
        self.arrange().await;
    }

    /// Makes the order of what is chosen anew. The cell with the focus keeps it where it is still among the rows.
    async fn arrange(self) {
        let mine = self.job.try_update_value(|job| {
            *job = job.wrapping_add(1);
            *job
        });
        let Some(view) = self.view.try_get_untracked() else { return };
        let was = self.place_at(self.at.get_untracked().head);
        let answer = self.shop.try_ask(Arrange { view }).await;
        if self.job.try_get_value() != mine {
            return;
        }
        match answer {
            Ok(order) => {
                self.pages.update_value(Pages::forget);
                self.made_at.set(self.file(|file| file.draft.revision).unwrap_or_default());
                self.order.set(order);
                let index = match was {
                    Some(place) => self.index_of(place).await,
                    None => None,
                };
                let column = self.at.get_untracked().head.column;
                let spot = Spot { row: i64::from(index.unwrap_or(0)), column }.within(self.size());
                self.settle(At::one(spot));
            }
            Err(trouble) => self.trouble.set(Some(trouble)),
        }
    }

    /// Something of the file as it stands.
    fn file<T>(self, read: impl FnOnce(&FileSummary) -> T) -> Option<T> {
        self.summary.try_with_untracked(|file| file.as_ref().map(|file| read(file))).flatten()
    }

    fn size(self) -> Size {
        let columns = self.widths.with_untracked(|widths| widths.len().saturating_sub(1));
        let page = self.seen.try_get_value().map_or(600.0, |seen| seen.height) / scale::ROW;
        Size { rows: self.order.get_untracked().rows, columns: columns as u16, page: page as u32 }
    }

    /// The header above a column of the grid; nothing above the line numbers.
    fn header(self, column: u16) -> Option<HeaderView> {
        let index = usize::from(column.checked_sub(1)?);
        self.file(|file| file.columns.get(index).cloned()).flatten()
    }

    /// What is selected, for the engine.
    fn block(self) -> Option<Block> {
        let (rows, columns) = self.at.get_untracked().block(self.size())?;
        Some(Block { order: self.order.get_untracked().order, rows, columns })
    }

    /// Which problems are looked at: those of the filter, where there is one.
    fn wanted(self) -> WantedIssues {
        match self.view.with_untracked(|view| view.only) {
            Only::Issues(wanted) => wanted,
            _ => WantedIssues::default(),
        }
    }

    /// Says something to those who hear the page.
    fn say(self, words: impl Into<String>) {
        let words = words.into();
        // The same words twice would not be heard the second time.
        let again = self.said.with_untracked(|said| *said == words);
        let _ = self.said.try_set(if again { format!("{words}\u{a0}") } else { words });
    }
}

/// Below this, what stays at the edge must leave room for the rest.
const NARROW: f64 = 600.0;

impl Grid {
    /// The line numbers' width, and each column's, before anybody changes them.
    fn usual_widths(self) -> Vec<u32> {
        let is_narrow = self.seen.try_get_value().is_some_and(|seen| seen.width < NARROW);
        let widths = self.file(|file| {
            let line = match (file.rows, is_narrow) {
                (300_000.., _) => 92,
                (9_000.., _) | (_, false) => 76,
                (_, true) => 58,
            };
            let column = |header: &HeaderView| match header.column {
                Some(ColumnId::ProductId) if is_narrow => 112,
                _ => width(header),
            };
            std::iter::once(line).chain(file.columns.iter().map(column)).collect()
        });
        widths.unwrap_or_default()
    }
}

/// Wide enough for what the column usually holds, and for its name.
fn width(column: &HeaderView) -> u32 {
    let contents = match column.column.map(|column| column.column().kind) {
        // All 24 digits: ids of one day differ in the last.
        Some(Kind::Id) => 248,
        Some(Kind::Html | Kind::Url) => 260,
        Some(Kind::Text | Kind::Names | Kind::Codes) => 200,
        Some(Kind::Price | Kind::Boolean | Kind::Count) => 120,
        Some(Kind::Moment | Kind::Name | Kind::Choice(_)) => 170,
        None => 140,
    };
    contents.max(column.header.chars().count().min(30) as u32 * 8 + 40)
}

/// What cells of a column are edited with.
fn field(column: &HeaderView) -> Field {
    match column.column.map(|column| column.column().kind) {
        Some(Kind::Html | Kind::Text | Kind::Names | Kind::Codes) => Field::Long,
        Some(Kind::Boolean) => Field::Words(&["true", "false"]),
        Some(Kind::Choice(words)) => Field::Words(words),
        _ => Field::Line,
    }
}

/// What helps to fill a cell in.
fn help(column: &HeaderView, separator: ListSeparator) -> String {
    let Some(column) = column.column.map(|column| column.column()) else {
        return "This column is not known, and not sent.".into();
    };
    let mut help = column.help.to_owned();
    if matches!(column.kind, Kind::Names | Kind::Codes) {
        help.push_str(match separator {
            ListSeparator::Pipe => " Between two items: | or a new line.",
            ListSeparator::Semicolon => " Between two items: ; or a new line.",
            ListSeparator::Comma => " Between two items: , or a new line.",
            ListSeparator::LineBreak => " Each item on a line of its own.",
        });
    }
    help
}
