//! The rows that were fetched, in pages, near what is seen.
//!
//! A page that became old, because a cell was changed, is shown until its successor is here: nothing flickers.

use super::{Grid, Spot, scale};
use crate::engine::protocol::{Grid as GridRows, GridRow, GridWindow, Sort};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Rows a fetch asks for.
const PAGE: u32 = 60;
/// Pages that are kept.
const KEPT: usize = 14;

/// Rows by page.
#[derive(Default)]
pub(super) struct Pages {
    kept: HashMap<u32, Vec<Arc<GridRow>>>,
    /// Pages that are as the engine has them, or will be once their answer is here.
    asked: HashSet<u32>,
    /// Counts up when what was asked for before is old.
    age: u32,
    /// How often rows had moved when these stood here: those that are kept are of one time.
    moved: u32,
}

impl Pages {
    /// Another order: nothing of this one is of use.
    pub(super) fn forget(&mut self) {
        self.kept.clear();
        self.grow_old();
    }

    fn grow_old(&mut self) {
        self.asked.clear();
        self.age = self.age.wrapping_add(1);
    }

    fn row(&self, index: u32) -> Option<&Arc<GridRow>> {
        self.kept.get(&(index / PAGE))?.get((index % PAGE) as usize)
    }

    fn take(&mut self, page: u32, window: GridWindow, near: u32) {
        if self.moved != window.moved {
            self.moved = window.moved;
            self.kept.clear();
        }
        self.kept.insert(page, window.rows.into_iter().map(Arc::new).collect());
        while self.kept.len() > KEPT {
            let Some(farthest) = self.kept.keys().copied().max_by_key(|kept| kept.abs_diff(near)) else { break };
            self.kept.remove(&farthest);
            self.asked.remove(&farthest);
        }
    }

    /// Where a place is among what is here.
    fn index_of(&self, place: u32) -> Option<u32> {
        self.kept.iter().find_map(|(page, rows)| {
            let within = rows.iter().position(|row| row.place == place)?;
            Some(page * PAGE + within as u32)
        })
    }
}

impl Grid {
    /// A row, if it is here.
    pub(super) fn row(self, index: u32) -> Option<Arc<GridRow>> {
        self.pages.try_with_value(|pages| pages.row(index).cloned()).flatten()
    }

    /// How often rows had moved when those that are here stood where they do.
    pub(super) fn moved(self) -> u32 {
        self.pages.try_with_value(|pages| pages.moved).unwrap_or_default()
    }

    /// Whether rows have moved since, so that those that are here may stand elsewhere.
    pub(super) fn is_behind(self) -> bool {
        self.file(|file| file.draft.moved).is_some_and(|moved| moved != self.moved())
    }

    /// The place in the file of a cell's row, if it is here.
    pub(super) fn place_at(self, spot: Spot) -> Option<u32> {
        Some(self.row(u32::try_from(spot.row).ok()?)?.place)
    }

    /// Changes a row that is here, until the engine's is.
    pub(super) fn alter(self, index: u32, change: impl FnOnce(&mut GridRow)) {
        self.pages.update_value(|pages| {
            let row = pages.kept.get_mut(&(index / PAGE)).and_then(|page| page.get_mut((index % PAGE) as usize));
            if let Some(row) = row {
                change(Arc::make_mut(row));
            }
        });
        self.paint();
    }

    /// What is here is old: what is in sight is fetched again.
    pub(super) fn refresh(self) {
        self.pages.try_update_value(Pages::grow_old);
        let _ = self.opened.try_set(None);
        self.paint();
        self.look();
    }

    /// Asks for the pages of these rows that are not on their way.
    pub(super) fn ask_for(self, from: u32, end: u32) {
        let last = end.min(self.order.get_untracked().rows).saturating_sub(1);
        if end <= from {
            return;
        }
        for page in from / PAGE..=last / PAGE {
            let is_new = self.pages.try_update_value(|pages| pages.asked.insert(page).then_some(pages.age)).flatten();
            if let Some(age) = is_new {
                spawn_local(self.fetch(page, age));
            }
        }
    }

    async fn fetch(self, page: u32, age: u32) {
        let Some(order) = self.order.try_get_untracked() else { return };
        let Ok(window) = self.shop.ask(GridRows { order: order.order, from: page * PAGE, count: PAGE }).await else { return };
        let is_wanted = self.pages.try_with_value(|pages| pages.age == age).unwrap_or(false);
        if is_wanted && self.is_of(&window, order.order) {
            let (near, total) = (self.first_in_sight() / PAGE, window.total);
            self.pages.update_value(|pages| pages.take(page, window, near));
            // Rows come where a damaged one is put right, and go where that is taken back.
            if total != order.rows {
                let _ = self.order.try_update(|order| order.rows = total);
            }
            let _ = self.arrived.try_update(|arrived| *arrived = arrived.wrapping_add(1));
        }
    }

    /// Whether a window is of the order that was asked about. If not, that order is gone and another is made.
    fn is_of(self, window: &GridWindow, order: u32) -> bool {
        if window.order != order && self.order.get_untracked().order == order {
            spawn_local(self.arrange());
        }
        window.order == order
    }

    fn first_in_sight(self) -> u32 {
        let seen = self.seen.try_get_value().unwrap_or_default();
        scale::frame(self.order.get_untracked().rows, seen.top, seen.height).first
    }

    /// A row, fetched if need be.
    pub(super) async fn fetched(self, index: u32) -> Option<Arc<GridRow>> {
        if let Some(row) = self.row(index).filter(|_| !self.is_behind()) {
            return Some(row);
        }
        let order = self.order.try_get_untracked()?.order;
        let window = self.shop.ask(GridRows { order, from: index / PAGE * PAGE, count: PAGE }).await.ok()?;
        if window.order != order {
            return None;
        }
        self.pages.try_update_value(|pages| {
            pages.asked.insert(index / PAGE);
            pages.take(index / PAGE, window, index / PAGE);
        });
        self.row(index)
    }

    /// Rows from an order, in as few questions as it takes.
    pub(super) async fn rows_of(self, rows: (u32, u32)) -> Option<Vec<GridRow>> {
        let order = self.order.try_get_untracked()?.order;
        let mut found = Vec::new();
        let mut from = rows.0;
        while from <= rows.1 {
            let count = (rows.1 - from + 1).min(200);
            let window = self.shop.ask(GridRows { order, from, count }).await.ok().filter(|window| window.order == order)?;
            if window.rows.is_empty() {
                break;
            }
            from += window.rows.len() as u32;
            found.extend(window.rows);
        }
        Some(found)
    }

    /// Where a row stands in the order: looked up among what is here, else halved towards, which a sorting does not allow.
    pub(super) async fn index_of(self, place: u32) -> Option<u32> {
        if let Some(index) = self.pages.try_with_value(|pages| pages.index_of(place)).flatten() {
            return Some(index);
        }
        let order = self.order.try_get_untracked()?;
        let is_sorted = self.view.with_untracked(|view| view.sort.is_some());
        if order.order == 0 {
            return (place < order.rows).then_some(place);
        }
        if is_sorted {
            return self.search_for(place).await;
        }
        let (mut low, mut high) = (0, order.rows);
        while low < high {
            let middle = low + (high - low) / 2;
            let window = self.shop.ask(GridRows { order: order.order, from: middle, count: 1 }).await.ok()?;
            let found = window.rows.first().filter(|_| window.order == order.order)?.place;
            match found.cmp(&place) {
                std::cmp::Ordering::Equal => return Some(middle),
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
            }
        }
        None
    }

    /// In a sorting every row would have to be looked at; some thousand are.
    async fn search_for(self, place: u32) -> Option<u32> {
        const MOST: u32 = 4_000;
        let rows = self.order.try_get_untracked()?.rows.min(MOST);
        let found = self.rows_of((0, rows.checked_sub(1)?)).await?;
        found.iter().position(|row| row.place == place).map(|index| index as u32)
    }

    /// How the rows are sorted.
    pub(super) fn sort(self) -> Option<Sort> {
        self.view.with(|view| view.sort)
    }
}
