//! The window onto a long list: which rows are near what is seen, and their contents, fetched in pages and kept while
//! they are near.
//!
//! In: the number of rows, how high they are, how to fetch some. Out: a range, the space before and after it, and its
//! rows. Must never know: what a row looks like.
//!
//! A row arrives as something that draws itself (see [`rows`]). So all of this, and the lists around it, is compiled once
//! and not for every kind of row.
//!
//! A list whose contents change (another filter, a file checked again) is not refreshed but made anew: its signals go
//! with it, and a late answer finds nobody.

use super::heights::Heights;
use super::live::follow;
use crate::browser::page::SizeWatch;
use crate::engine::protocol::Trouble;
use futures::future::LocalBoxFuture;
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// A row: it draws what belongs into it, the contents of a list's item or the cells of a table's row.
pub(crate) type Row = Arc<dyn Fn() -> AnyView + Send + Sync>;
/// What a fetch brings: rows in the whole list, where that is known, and the rows asked for.
pub(crate) type Fetched = Result<(Option<u32>, Vec<Row>), Trouble>;
/// Fetches `(from, count)`.
pub(crate) type Fetch = Arc<dyn Fn(u32, u32) -> LocalBoxFuture<'static, Fetched> + Send + Sync>;

/// What was fetched, as rows that `draw` draws.
pub(crate) fn rows<T, F>(fetched: Vec<T>, draw: F) -> Vec<Row>
where
    T: Send + Sync + 'static,
    F: Fn(&T) -> AnyView + Copy + Send + Sync + 'static,
{
    fetched.into_iter().map(|row| Arc::new(move || draw(&row)) as Row).collect()
}

/// Rows a fetch asks for.
const PAGE: u32 = 100;
/// Pages that are kept.
const KEPT: usize = 12;
/// Rows drawn beyond each edge, so that slow scrolling never shows a gap.
const BEYOND: usize = 6;
/// Never more rows in the document than this, however tall the screen.
const MOST: usize = 60;
/// Browsers give up placing things somewhere beyond 16 million pixels; longer lists are scrolled at a coarser scale.
const TALLEST: f64 = 12_000_000.0;

/// How high rows are.
#[derive(Clone, Copy)]
pub(crate) enum RowHeight {
    /// All exactly so.
    Fixed(f64),
    /// About so; each is measured once it is drawn.
    About(f64),
}

/// What is drawn: rows `start..end`, and the space that stands for the rest.
#[derive(Clone, Copy, PartialEq)]
pub(crate) struct Span {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) before: f64,
    pub(crate) after: f64,
}

/// The state of one list. Cheap to copy.
#[derive(Clone, Copy)]
pub(crate) struct Window {
    /// Rows in all.
    pub(crate) total: RwSignal<u32>,
    /// Why the last fetch failed.
    pub(crate) trouble: RwSignal<Option<Trouble>>,
    /// The element that scrolls.
    pub(crate) region: NodeRef<html::Div>,
    /// What is drawn.
    pub(crate) span: Memo<Span>,
    /// Whether anything was fetched yet.
    pub(crate) begun: RwSignal<bool>,
    heights: StoredValue<Heights>,
    height: RowHeight,
    scrolled: RwSignal<(f64, f64)>,
    across: Option<RwSignal<(f64, f64)>>,
    pages: StoredValue<HashMap<u32, Vec<Row>>>,
    asked: StoredValue<HashSet<u32>>,
    arrived: RwSignal<u32>,
    watch: StoredValue<Option<SizeWatch>, LocalStorage>,
    fetch: StoredValue<Fetch>,
    patience: u32,
}

impl Window {
    /// A window onto `total` rows. `patience` is how many milliseconds a row must stay in sight before it is fetched:
    /// none where fetching costs nothing, some where each fetch is a request to the store.
    pub(crate) fn new(total: u32, height: RowHeight, patience: u32, across: Option<RwSignal<(f64, f64)>>, fetch: Fetch) -> Self {
        let estimate = match height {
            RowHeight::Fixed(height) | RowHeight::About(height) => height,
        };
        let heights = StoredValue::new(Heights::new(estimate, total as usize));
        let scrolled = RwSignal::new((0.0, 800.0));
        let total = RwSignal::new(total);
        let arrived = RwSignal::new(0);
        let span = Memo::new(move |_| {
            arrived.track();
            span(heights, total.get() as usize, scrolled.get())
        });
        let window = Self {
            total,
            trouble: RwSignal::new(None),
            region: NodeRef::new(),
            span,
            begun: RwSignal::new(false),
            heights,
            height,
            scrolled,
            across,
            pages: StoredValue::new(HashMap::new()),
            asked: StoredValue::new(HashSet::new()),
            arrived,
            watch: StoredValue::new_local(None),
            fetch: StoredValue::new(fetch),
            patience,
        };
        follow(move || window.watch_size());
        follow(move || {
            let span = span_rows(window.span.get());
            window.ask_for(span);
            if matches!(window.height, RowHeight::About(_)) {
                request_animation_frame(move || window.measure());
            }
        });
        window
    }

    /// The rows drawn now: index, and contents once they are here.
    pub(crate) fn rows(&self) -> Vec<(u32, Option<Row>)> {
        self.arrived.track();
        let span = self.span.get();
        self.pages
            .try_with_value(|pages| {
                (span.start as u32..span.end as u32)
                    .map(|row| (row, pages.get(&(row / PAGE)).and_then(|page| page.get((row % PAGE) as usize)).cloned()))
                    .collect()
            })
            .unwrap_or_default()
    }

    /// To be called when the region is scrolled.
    pub(crate) fn on_scroll(&self) {
        if let Some(region) = self.region.get_untracked() {
            let _ = self.scrolled.try_set((f64::from(region.scroll_top()), f64::from(region.client_height()).max(1.0)));
            let sideways = (f64::from(region.scroll_left()), f64::from(region.client_width()).max(1.0));
            if let Some(across) = self.across.filter(|across| across.try_get_untracked().is_some_and(|old| old != sideways)) {
                let _ = across.try_set(sideways);
            }
        }
    }

    /// Fetches again what could not be fetched.
    pub(crate) fn retry(self) {
        self.trouble.set(None);
        self.ask_for(span_rows(self.span.get_untracked()));
    }

    fn watch_size(self) {
        let Some(region) = self.region.get() else { return };
        // The element may be the one the list before was drawn into; its place is nobody's any more.
        region.set_scroll_top(0);
        let watch = SizeWatch::start(&region, move || {
            self.on_scroll();
            self.measure();
        });
        // Rows that unfold change the height of their list.
        if let (Some(watch), Ok(Some(list))) = (&watch, region.query_selector("[data-rows]")) {
            watch.and(&list);
        }
        self.watch.set_value(watch);
    }

    fn ask_for(self, rows: std::ops::Range<u32>) {
        if rows.is_empty() && self.begun.get_untracked() {
            return;
        }
        for page in rows.start / PAGE..=rows.end.saturating_sub(1) / PAGE {
            let is_new = self.asked.try_update_value(|asked| asked.insert(page)).unwrap_or(false);
            if is_new {
                spawn_local(self.fetch_page(page));
            }
        }
    }

    async fn fetch_page(self, page: u32) {
        // The first page is what somebody waits for.
        if self.patience > 0 && self.begun.try_get_untracked().unwrap_or(false) {
            gloo_timers::future::TimeoutFuture::new(self.patience).await;
            let Some(seen) = self.span.try_get_untracked() else { return };
            let seen = span_rows(seen);
            if seen.end <= page * PAGE || seen.start >= (page + 1) * PAGE {
                self.asked.try_update_value(|asked| asked.remove(&page));
                return;
            }
        }
        let Some(fetch) = self.fetch.try_get_value() else { return };
        let fetched = fetch(page * PAGE, PAGE).await;
        match fetched {
            Ok((total, rows)) => self.take(page, total, rows),
            Err(trouble) => {
                self.asked.try_update_value(|asked| asked.remove(&page));
                let _ = self.trouble.try_set(Some(trouble));
            }
        }
        let _ = self.begun.try_set(true);
    }

    fn take(self, page: u32, total: Option<u32>, rows: Vec<Row>) {
        let reached = page * PAGE + rows.len() as u32;
        // Where the list does not say how long it is, a full page means that there may be another.
        let total = total.unwrap_or(if rows.len() as u32 == PAGE { reached + 1 } else { reached });
        let near = self.span.try_get_untracked().map_or(page, |span| span.start as u32 / PAGE);
        let dropped = self.pages.try_update_value(|pages| {
            pages.insert(page, rows);
            let mut dropped = Vec::new();
            while pages.len() > KEPT {
                let Some(farthest) = pages.keys().copied().max_by_key(|kept| kept.abs_diff(near)) else { break };
                pages.remove(&farthest);
                dropped.push(farthest);
            }
            dropped
        });
        self.asked.try_update_value(|asked| {
            // A page that turned out short or was let go can be asked for again.
            for page in dropped.unwrap_or_default() {
                asked.remove(&page);
            }
        });
        self.heights.try_update_value(|heights| heights.set_rows(total as usize));
        if self.total.try_get_untracked().is_some_and(|known| known != total) {
            let _ = self.total.try_set(total);
        }
        let _ = self.arrived.try_update(|arrived| *arrived = arrived.wrapping_add(1));
    }

    fn measure(self) {
        if matches!(self.height, RowHeight::Fixed(_)) {
            return;
        }
        let Some(region) = self.region.try_get_untracked().flatten() else { return };
        let Ok(Some(list)) = region.query_selector("[data-rows]") else { return };
        let Some(span) = self.span.try_get_untracked() else { return };
        let top = f64::from(region.scroll_top());
        let (mut moved, mut above) = (false, 0.0);
        let children = list.children();
        for place in 0..children.length() {
            let Some(row) = children.item(place) else { continue };
            let Some(index) = row.get_attribute("data-row").and_then(|index| index.parse::<usize>().ok()) else { continue };
            let height = row.get_bounding_client_rect().height();
            let delta = self.heights.try_update_value(|heights| {
                let begins = heights.begin(index);
                let delta = heights.measured(index, height);
                if begins + height < top { (delta, delta) } else { (delta, 0.0) }
            });
            if let Some((delta, shift)) = delta {
                moved |= delta != 0.0;
                above += shift;
            }
        }
        // What is read must not jump when a row above it turns out higher than it was thought to be.
        if above != 0.0 && span.start > 0 {
            region.set_scroll_top((top + above) as i32);
        }
        if moved {
            let _ = self.arrived.try_update(|arrived| *arrived = arrived.wrapping_add(1));
        }
    }
}

fn span_rows(span: Span) -> std::ops::Range<u32> {
    span.start as u32..span.end as u32
}

/// The one calculation: from how far it is scrolled to what is drawn.
fn span(heights: StoredValue<Heights>, total: usize, (top, seen): (f64, f64)) -> Span {
    heights
        .try_with_value(|heights| {
            let full = heights.begin(total);
            let shown = full.min(TALLEST);
            let scale = if shown > seen { (full - seen) / (shown - seen) } else { 1.0 };
            let place = (top * scale).clamp(0.0, (full - 1.0).max(0.0));
            let start = heights.row_at(place).saturating_sub(BEYOND);
            let end = (heights.row_at(place + seen) + 1 + BEYOND).min(total).min(start + MOST);
            let before = (top - (place - heights.begin(start))).max(0.0);
            let drawn = heights.begin(end) - heights.begin(start);
            Span { start: start.min(total), end, before, after: (shown - before - drawn).max(0.0) }
        })
        .unwrap_or(Span { start: 0, end: 0, before: 0.0, after: 0.0 })
}
