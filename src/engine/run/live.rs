//! Products as the store has them now, by as few requests as will do.
//!
//! In: ids, and where the store's list showed them last. Out: the products, and where the list shows them now.
//! Must never know: what they are read for.

use crate::api::Page;
use crate::api::endpoint::MAX_PAGE;
use crate::api::error::ApiError;
use crate::domain::{Product, ProductId};
use crate::engine::hands::Hands;
use crate::engine::session::{Session, is_last};
use crate::send::machine::Readings;
use futures::StreamExt;
use futures::future::{LocalBoxFuture, ready};
use futures::stream::FuturesUnordered;
use std::collections::{HashMap, HashSet};

/// Requests under way at once while reading. Reading changes nothing, but a live store serves customers beside us.
pub(super) const READERS: usize = 4;

/// Readings under way, each with what was asked for.
type UnderWay<'a, K, T> = FuturesUnordered<LocalBoxFuture<'a, (K, Result<T, ApiError>)>>;

/// Where the list showed products, from 0.
pub(super) type Places = HashMap<ProductId, u32>;

/// What was found.
#[derive(Default)]
pub(super) struct Found {
    /// The products that the store has.
    pub products: HashMap<ProductId, Product>,
    /// Where the list shows them; archived products may be missing from it.
    pub places: Places,
}

impl Found {
    /// Takes a page; how many items it held, and whether any of them was new.
    fn page(
        &mut self,
        page: Page<Product>,
        skip: u64,
        wanted: &HashSet<ProductId>,
        seen: &mut HashSet<ProductId>,
    ) -> (u64, bool) {
        let got = (page.items.len() + page.unreadable) as u64;
        let before = seen.len();
        for (at, product) in page.items.into_iter().enumerate() {
            seen.insert(product.id);
            if wanted.contains(&product.id) {
                if page.unreadable == 0 {
                    self.places.insert(product.id, u32::try_from(skip).unwrap_or(u32::MAX).saturating_add(at as u32));
                }
                self.products.insert(product.id, product);
            }
        }
        (got, seen.len() > before)
    }
}

/// Reads products by whichever way needs fewer requests: pages of the whole catalogue, or one by one. What the pages do
/// not show (archived products may be missing from the list) is read one by one. `progress` says whether to go on; what
/// comes back after it said no is not whole.
pub(super) async fn read_products(
    hands: &dyn Hands,
    session: &Session,
    ids: &[ProductId],
    progress: &dyn Fn(usize) -> bool,
) -> Result<Found, ApiError> {
    let mut found = Found::default();
    // A page can show at most so many of them, so below that many products no page is worth its request.
    if ids.len() > 1 && !read_pages(hands, session, ids, &mut found, progress).await? {
        return Ok(found);
    }
    let left = ids.iter().copied().filter(|id| !found.products.contains_key(id)).collect::<Vec<_>>();
    for chunk in left.chunks(READERS * 8) {
        for (id, reading) in read_singly(hands, session, chunk, is_missing).await {
            if let Some(product) = reading? {
                found.products.insert(id, product);
            }
        }
        if !progress(found.products.len()) {
            break;
        }
    }
    Ok(found)
}

/// Reads pages as long as they may save requests; whether it is still wanted.
async fn read_pages(
    hands: &dyn Hands,
    session: &Session,
    ids: &[ProductId],
    found: &mut Found,
    progress: &dyn Fn(usize) -> bool,
) -> Result<bool, ApiError> {
    let wanted: HashSet<ProductId> = ids.iter().copied().collect();
    let mut seen = HashSet::new();
    let first = session.products(hands, 0, MAX_PAGE).await?;
    let (total, limit) = (first.total, first.limit);
    let is_end = is_last(&first, (first.items.len() + first.unreadable) as u64, (first.items.len() + first.unreadable) as u64);
    let (step, is_new) = found.page(first, 0, &wanted, &mut seen);
    if !progress(found.products.len()) {
        return Ok(false);
    }
    if is_end || !is_new {
        return Ok(true);
    }
    let (Some(total), true) = (total, limit.is_none_or(|limit| limit == step)) else {
        return read_on(hands, session, ids, found, &mut seen, step, progress).await;
    };
    // How long the pages are and how many there are is known: a few are read at once.
    let mut skip = step;
    let mut reading = FuturesUnordered::new();
    loop {
        let missing = (ids.len() - found.products.len()) as u64;
        while reading.len() < READERS && skip < total && missing > (total - skip).div_ceil(step) + reading.len() as u64 {
            let at = skip;
            reading.push(async move { (at, session.products(hands, at, MAX_PAGE).await) });
            skip += step;
        }
        let Some((at, page)) = reading.next().await else { return Ok(true) };
        let (got, is_new) = found.page(page?, at, &wanted, &mut seen);
        if !progress(found.products.len()) {
            return Ok(false);
        }
        // Shorter than the first, or nothing new on it: the list is not what the service said; the rest is read singly.
        if !is_new || (got < step && at + got < total) {
            skip = total;
        }
    }
}

/// Page after page, where the service does not say how many there are.
async fn read_on(
    hands: &dyn Hands,
    session: &Session,
    ids: &[ProductId],
    found: &mut Found,
    seen: &mut HashSet<ProductId>,
    mut skip: u64,
    progress: &dyn Fn(usize) -> bool,
) -> Result<bool, ApiError> {
    let wanted: HashSet<ProductId> = ids.iter().copied().collect();
    while found.products.len() < ids.len() {
        let page = session.products(hands, skip, MAX_PAGE).await?;
        let (total, items) = (page.total, (page.items.len() + page.unreadable) as u64);
        let end = is_last(&page, skip + items, items);
        // A page with nothing new on it is the end, whatever the service says of how many there are.
        let (got, is_new) = found.page(page, skip, &wanted, seen);
        skip += got;
        if !progress(found.products.len()) {
            return Ok(false);
        }
        let pages_left = total.map_or(1, |total| total.saturating_sub(skip).div_ceil(MAX_PAGE.into()));
        if end || !is_new || (ids.len() - found.products.len()) as u64 <= pages_left {
            break;
        }
    }
    Ok(true)
}

/// Reads products again whose places are known: neighbours by one request, the others one by one. Each that could not be
/// read says why; one that the store does not have is `None`.
pub(super) async fn read_again(hands: &dyn Hands, session: &Session, ids: &[ProductId], places: &mut Places) -> Readings {
    let wanted: HashSet<ProductId> = ids.iter().copied().collect();
    let (mut found, mut seen) = (Found::default(), HashSet::new());
    let mut reading: UnderWay<'_, u64, Page<Product>> = FuturesUnordered::new();
    let mut windows = windows(ids, places).into_iter();
    loop {
        while reading.len() < READERS
            && let Some((skip, limit)) = windows.next()
        {
            reading.push(Box::pin(async move { (skip, session.products(hands, skip, limit).await) }));
        }
        match reading.next().await {
            None => break,
            Some((skip, Ok(page))) => drop(found.page(page, skip, &wanted, &mut seen)),
            // Whatever it is, each product will tell for itself.
            Some((_, Err(_))) => {}
        }
    }
    places.extend(found.places.drain());
    let left: Vec<ProductId> = ids.iter().copied().filter(|id| !found.products.contains_key(id)).collect();
    let mut readings: Readings = found.products.into_iter().map(|(id, product)| (id, Ok(Some(product)))).collect();
    // Here something was sent already: only the API itself is believed that a product is not there.
    readings.extend(read_singly(hands, session, &left, |_| false).await);
    readings
}

/// The fewest windows of the list, of at most a page each, that hold at least two of the products.
fn windows(ids: &[ProductId], places: &Places) -> Vec<(u64, u32)> {
    let mut at: Vec<u32> = ids.iter().filter_map(|id| places.get(id).copied()).collect();
    at.sort_unstable();
    at.dedup();
    let mut windows = Vec::new();
    let mut rest = at.as_slice();
    while let Some((&first, _)) = rest.split_first() {
        let inside = rest.partition_point(|&place| place - first < MAX_PAGE);
        let (window, after) = rest.split_at(inside);
        if let (true, Some(&last)) = (inside > 1, window.last()) {
            windows.push((u64::from(first), last - first + 1));
        }
        rest = after;
    }
    windows
}

/// Whether an error can only mean that there is no such product, since the others were read: a 404 in whatever form. No page
/// of the reference shows one.
const fn is_missing(error: &ApiError) -> bool {
    matches!(error, ApiError::NotTheApi { status: 404, .. })
}

/// Reads products one by one, a few at once. After the first of them that cannot be reached, the others are not tried: they
/// could not be reached either. An error that `is_missing` counts as no product.
async fn read_singly(hands: &dyn Hands, session: &Session, ids: &[ProductId], is_missing: fn(&ApiError) -> bool) -> Readings {
    let mut readings = Readings::with_capacity(ids.len());
    let mut left = ids.iter().copied();
    let mut reading: UnderWay<'_, ProductId, Option<Product>> = FuturesUnordered::new();
    let mut failed: Option<ApiError> = None;
    loop {
        while reading.len() < READERS
            && let Some(id) = left.next()
        {
            reading.push(match &failed {
                Some(error) => Box::pin(ready((id, Err(error.clone())))),
                None => Box::pin(async move {
                    let found = session.product(hands, id).await;
                    (id, found.or_else(|error| if is_missing(&error) { Ok(None) } else { Err(error) }))
                }),
            });
        }
        let Some((id, result)) = reading.next().await else { return readings };
        if let Err(error) = &result {
            failed.get_or_insert_with(|| error.clone());
        }
        readings.push((id, result));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_are_read_by_one_request() {
        let id = |n: u8| ProductId::from_bytes([n; 12]);
        let places: Places = [(1, 0), (2, 99), (3, 100), (4, 350), (5, 400), (6, 449)].map(|(n, at)| (id(n), at)).into();
        let ids: Vec<_> = (1..=7).map(id).collect();
        assert_eq!(windows(&ids, &places), [(0, 100), (350, 100)], "the third stands alone, the seventh is not in the list");
        assert_eq!(windows(&ids[..1], &places), []);
        assert_eq!(windows(&[], &places), []);
    }
}
