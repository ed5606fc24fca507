//! What the service holds, and where a request goes.

use super::reply::Refusal;
use super::store::{self, Store};
use super::{bulk, list, reply, seed};
use crate::api::{Method, Response};
use crate::domain::{Category, Product, ProductId, Timestamp};
use std::collections::{BTreeMap, HashMap, VecDeque};

/// Most requests that [`Service::log`] remembers: enough for any test, and a bound for a page that stays open.
const LOG_LENGTH: usize = 2_000;

/// One community's store.
pub struct Service {
    pub(super) world: World,
    /// What the reference leaves open, chosen.
    pub switches: Switches,
    clock: Box<dyn Fn() -> Timestamp + Send>,
    last_write: Timestamp,
    log: VecDeque<Logged>,
}

/// How the service behaves where the reference is silent or the two generations differ.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Switches {
    /// What a bulk update with a bad item does to its good ones.
    pub on_bad_item: OnBadItem,
    /// Whether `GET /products` lists archived products. The reference calls it a list of *active* products
    /// ([dev cfg/update]), so by default it does not.
    pub lists_archived: bool,
    /// In which shape products and the store's settings are read. Settings are changed in the same shape.
    pub reads: Generation,
    /// Whether codes the product already has are taken a second time. By default they are refused with 409; that codes
    /// of the same request are refused is not for this switch.
    pub takes_stored_codes: bool,
}

/// What a bulk update with a bad item does. The reference does not say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnBadItem {
    /// Nothing is applied; the status is the first bad item's.
    #[default]
    RefuseAll,
    /// The good items are applied; the status is the first bad item's all the same.
    ApplyRestAndRefuse,
    /// The good items are applied, and the answer is a success that lacks the bad ones.
    ApplyRestAndSucceed,
}

/// Which generation of the reference answers to reads follow. Bulk updates always answer as generation B.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Generation {
    /// Readable names, permissions included ([dev 37690410]).
    #[default]
    Names,
    /// Ids, permissions not public ([dev 34355616]).
    Ids,
}

/// A request that was handled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logged {
    /// The method.
    pub method: Method,
    /// Path and query.
    pub path: String,
    /// The body; may hold voucher codes.
    pub body: Vec<u8>,
    /// The status it was answered with.
    pub status: u16,
}

/// The facts: products with their codes, and the names that updates may use.
pub(super) struct World {
    pub(super) community_id: String,
    pub(super) store: Store,
    pub(super) categories: Vec<Category>,
    pub(super) roles: Vec<String>,
    pub(super) tags: Vec<String>,
    pub(super) users: Vec<String>,
    pub(super) statuses: Vec<String>,
    products: Vec<Stored>,
    places: HashMap<ProductId, usize>,
}

/// A product, and its codes, which no answer shows.
#[derive(Clone)]
pub(super) struct Stored {
    /// Every field is known.
    pub(super) product: Product,
    pub(super) vouchers: VecDeque<Voucher>,
    pub(super) sold: Vec<Voucher>,
}

#[derive(Clone)]
pub(super) struct Voucher {
    pub(super) code: String,
    pub(super) expire_date: Timestamp,
}

impl Service {
    /// A store made from a number: the same number, the same store, to the last code. Its clock stands still at
    /// [`Service::START`] until it is given another.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self::with_products(seed, 0)
    }

    /// As [`Service::new`], with at least so many products: the usual ones first, then more editions of them.
    #[must_use]
    pub fn with_products(seed: u64, least: usize) -> Self {
        Self {
            world: seed::world(seed, least),
            switches: Switches::default(),
            clock: Box::new(|| Self::START),
            last_write: Self::START,
            log: VecDeque::new(),
        }
    }

    /// When the stores begin: 2026-11-02T09:00:00.000Z, in milliseconds since 1970.
    pub const START: Timestamp = Timestamp::from_millis(1_793_610_000_000);

    /// Gives the service a clock. `updatedAt` never goes back and never stands still, whatever the clock does.
    pub fn set_clock(&mut self, clock: impl Fn() -> Timestamp + Send + 'static) {
        self.clock = Box::new(clock);
    }

    /// Handles one request. `path_and_query` starts after the host's base address, as a request's path does. Methods
    /// and addresses the service does not have are answered with 404.
    pub fn handle(&mut self, method: Method, path_and_query: &str, content_type: Option<&str>, body: &[u8]) -> Response {
        let (path, query) = path_and_query.split_once('?').unwrap_or((path_and_query, ""));
        let mut parts = path.trim_matches('/').split('/');
        let route = (method, parts.next().unwrap_or(""), parts.next(), parts.next());
        let response = match route {
            (Method::Get, "stores", None, None) => list::store(self, query),
            (Method::Put, "stores", None, None) => store::update(self, content_type, body),
            (Method::Get, "products", None, None) => list::products(self, query),
            (Method::Get, "products", Some(id), None) => list::product(self, id, query),
            (Method::Get, "categories", None, None) => list::categories(self, query),
            (Method::Put, "products", Some("bulk"), None) => bulk::update(self, content_type, body),
            _ => Err(Refusal::new(404, format!("Cannot {} {path}", method.as_str()))),
        };
        let response = response.unwrap_or_else(|refusal| reply::refuse(&refusal));
        if self.log.len() == LOG_LENGTH {
            self.log.pop_front();
        }
        self.log.push_back(Logged { method, path: path_and_query.to_owned(), body: body.to_vec(), status: response.status });
        response
    }

    /// The time by the service's clock.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        (self.clock)()
    }

    /// The moment of a write: now, and later than any write before.
    pub(super) fn write_time(&mut self) -> Timestamp {
        self.last_write = Timestamp::from_millis(self.now().millis().max(self.last_write.millis() + 1));
        self.last_write
    }

    /// Whose store this is.
    #[must_use]
    pub fn community_id(&self) -> &str {
        &self.world.community_id
    }

    /// The categories.
    #[must_use]
    pub fn categories(&self) -> &[Category] {
        &self.world.categories
    }

    /// All products as the store holds them, archived ones included, in the store's order.
    pub fn products(&self) -> impl Iterator<Item = &Product> {
        self.world.products.iter().map(|stored| &stored.product)
    }

    /// One product.
    #[must_use]
    pub fn product(&self, id: ProductId) -> Option<&Product> {
        self.world.find(id).map(|stored| &stored.product)
    }

    /// How often the product has each code, sold ones included: the truth that no answer shows. More than 1 is a code
    /// that was applied twice.
    #[must_use]
    pub fn codes(&self, id: ProductId) -> BTreeMap<String, usize> {
        let mut counts = BTreeMap::new();
        for voucher in self.world.find(id).into_iter().flat_map(|stored| stored.vouchers.iter().chain(&stored.sold)) {
            *counts.entry(voucher.code.clone()).or_insert(0) += 1;
        }
        counts
    }

    /// When the product's copies of a code expire, in the order in which they were added.
    #[must_use]
    pub fn expiry(&self, id: ProductId, code: &str) -> Vec<Timestamp> {
        let stored = self.world.find(id).into_iter();
        stored.flat_map(|it| it.sold.iter().chain(&it.vouchers)).filter(|it| it.code == code).map(|it| it.expire_date).collect()
    }

    /// The requests handled, oldest first; the last 2,000.
    pub fn log(&self) -> impl Iterator<Item = &Logged> {
        self.log.iter()
    }

    /// Changes a product as somebody else would, and `updatedAt` with it. Whether there is such a product.
    pub fn edit(&mut self, id: ProductId, change: impl FnOnce(&mut Product)) -> bool {
        let now = self.write_time();
        let Some(stored) = self.world.find_mut(id) else { return false };
        change(&mut stored.product);
        stored.product.id = id;
        stored.product.updated_at = Some(now);
        true
    }

    /// Sells up to `count` codes, oldest first: `stocks` falls and `totalOrders` rises. How many were sold.
    pub fn sell(&mut self, id: ProductId, count: usize) -> usize {
        let Some(stored) = self.world.find_mut(id) else { return 0 };
        let sold: Vec<_> = (0..count).map_while(|_| stored.vouchers.pop_front()).collect();
        let (count, orders) = (sold.len(), stored.product.total_orders.unwrap_or(0));
        stored.product.total_orders = Some(orders + i64::try_from(count).unwrap_or(0));
        stored.sold.extend(sold);
        stored.count();
        count
    }

    /// What `GET /stores` answers as `widget.apiKey`, which the real service answers in clear.
    pub fn set_widget_key(&mut self, key: &str) {
        key.clone_into(&mut self.world.store.widget_key);
    }
}

impl World {
    pub(super) fn new(community_id: String, store: Store, categories: Vec<Category>, products: Vec<Stored>) -> Self {
        let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        Self {
            community_id,
            store,
            categories,
            roles: owned(&seed::ROLES),
            tags: owned(&seed::TAGS),
            users: owned(&seed::USERS),
            statuses: owned(&seed::STATUSES),
            places: products.iter().enumerate().map(|(place, stored)| (stored.product.id, place)).collect(),
            products,
        }
    }

    pub(super) fn all(&self) -> &[Stored] {
        &self.products
    }

    pub(super) fn find(&self, id: ProductId) -> Option<&Stored> {
        self.products.get(*self.places.get(&id)?)
    }

    pub(super) fn find_mut(&mut self, id: ProductId) -> Option<&mut Stored> {
        self.products.get_mut(*self.places.get(&id)?)
    }

    pub(super) fn category_id(&self, name: &str) -> Option<&str> {
        self.categories.iter().find(|category| category.name == name).map(|category| category.id.as_str())
    }
}

impl Stored {
    /// Brings `stocks` in line with the codes left.
    pub(super) fn count(&mut self) {
        self.product.stocks = i64::try_from(self.vouchers.len()).ok();
    }

    pub(super) fn has_code(&self, code: &str) -> bool {
        self.vouchers.iter().chain(&self.sold).any(|voucher| voucher.code == code)
    }
}

impl std::fmt::Debug for Service {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Service({}, {} products)", self.world.community_id, self.world.products.len())
    }
}
