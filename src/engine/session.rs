//! To which store we are connected: hosts, keys, and reading what the page browses.
//!
//! In: the person's choice. Out: a [`Session`] with a transport that carries the key. Must never know: files, runs.

use super::gate::Gate;
use super::hands::Hands;
use super::protocol::{Host, PastedKey, Place, ProductPage, ProductRow, Trouble, TroubleKind};
use crate::api::answer::{self, Page};
use crate::api::error::ApiError;
use crate::api::{Door, Failure, Method, Request, Response, Transport, endpoint};
use crate::domain::settings::Settings;
use crate::domain::{ApiKey, Category, Product, ProductId};
use crate::practice::{PracticeTransport, Service};
use crate::send::pace::Pace;
use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

/// A store we are connected to.
#[derive(Clone)]
pub struct Session {
    /// Which.
    pub place: Place,
    /// The way there. The key is inside, and cannot be taken out.
    pub gate: Gate,
    /// How it takes updates.
    pub door: Door,
    /// The practice store itself, where this is one.
    pub practice: Option<Rc<RefCell<Service>>>,
}

/// The pace that each host is known to allow, by its base address. Keys come and go; this stays.
pub type Paces = RefCell<HashMap<String, Rc<RefCell<Pace>>>>;

/// How often a read is tried. Reading changes nothing, so trying again is always safe.
const READ_TRIES: u32 = 3;

impl Session {
    /// Proves a key with `GET /stores`.
    ///
    /// # Errors
    /// What stands against it, in words.
    pub async fn connect(hands: &dyn Hands, host: &Host, key: &PastedKey, paces: &Paces) -> Result<Self, Trouble> {
        let key = ApiKey::parse(&key.0).map_err(Trouble::key)?;
        let transport = hands.transport(&host.base, key);
        let pace = Rc::clone(paces.borrow_mut().entry(host.base.clone()).or_default());
        let gate = Gate::new(transport, pace);
        gate.turn(hands).await;
        let settings = answer::read_settings(gate.send(hands, endpoint::read_store()).await);
        let settings = settings.map_err(|error| Trouble::api(&error, Method::Get))?;
        let place = Place {
            is_practice: false,
            host: host.label.clone(),
            base: host.base.clone(),
            community: settings.community_id,
            title: settings.title,
        };
        Ok(Self { place, gate, door: host.updates, practice: None })
    }

    /// Opens the practice store: the service in memory, seeded, with no network at all.
    ///
    /// # Errors
    /// Never in practice: what the service in memory answers can be read.
    pub async fn practice(hands: &Rc<dyn Hands>) -> Result<Self, Trouble> {
        let service = Rc::new(RefCell::new(Service::new(PRACTICE_SEED)));
        let latency = {
            let hands = Rc::clone(hands);
            move || hands.sleep(PRACTICE_LATENCY_MS)
        };
        let transport: Rc<dyn Transport> = Rc::new(PracticeTransport::new(Rc::clone(&service)).with_latency(latency));
        let settings = answer::read_settings(transport.send(endpoint::read_store()).await);
        let settings = settings.map_err(|error| Trouble::api(&error, Method::Get))?;
        let place = Place {
            is_practice: true,
            host: "Practice store".into(),
            base: Place::PRACTICE.into(),
            community: settings.community_id,
            title: settings.title,
        };
        Ok(Self { place, gate: Gate::new(transport, Rc::default()), door: Door::Json, practice: Some(service) })
    }

    /// The settings, as read now.
    ///
    /// # Errors
    /// The last answer's error.
    pub async fn store(&self, hands: &dyn Hands) -> Result<Settings, ApiError> {
        self.read(hands, endpoint::read_store, answer::read_settings).await
    }

    /// A window of the live catalogue, with category names filled in where the service returns only ids.
    ///
    /// # Errors
    /// The last answer's error.
    pub async fn browse(&self, hands: &dyn Hands, search: &str, from: u32, count: u32) -> Result<ProductPage, Trouble> {
        let search = Some(search.trim()).filter(|search| !search.is_empty());
        let count = count.clamp(1, endpoint::MAX_PAGE);
        let page = self.read(hands, || endpoint::list_products(from.into(), count, search), answer::read_list).await;
        let page = page.map_err(|error| Trouble::api(&error, Method::Get))?;
        let needs_names = page.items.iter().any(|product| product.category.is_none() && product.category_id.is_some());
        // A category's name is a nicety here: a list without it is better than no list.
        let categories = if needs_names { self.categories(hands).await.unwrap_or_default() } else { Vec::new() };
        Ok(ProductPage {
            total: page.total.and_then(|total| u32::try_from(total).ok()),
            from,
            products: page.items.iter().map(|product| row(product, &categories)).collect(),
        })
    }

    /// One product, or nothing where the store does not have it.
    ///
    /// # Errors
    /// The last answer's error.
    pub async fn product(&self, hands: &dyn Hands, id: ProductId) -> Result<Option<Product>, ApiError> {
        match self.read(hands, || endpoint::read_product(id), answer::read_one).await {
            Ok(product) => Ok(Some(product)),
            Err(ApiError::Refused { status: 404, .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// A page of the live catalogue, of at most `limit` products.
    ///
    /// # Errors
    /// The last answer's error.
    pub async fn products(&self, hands: &dyn Hands, skip: u64, limit: u32) -> Result<Page<Product>, ApiError> {
        self.read(hands, || endpoint::list_products(skip, limit, None), answer::read_list).await
    }

    /// All categories.
    ///
    /// # Errors
    /// The last answer's error.
    pub async fn categories(&self, hands: &dyn Hands) -> Result<Vec<Category>, ApiError> {
        let mut categories: Vec<Category> = Vec::new();
        let mut seen = HashSet::new();
        let mut skip = 0u64;
        loop {
            let page = self.read(hands, || endpoint::list_categories(skip, endpoint::MAX_PAGE), answer::read_categories).await?;
            let got = (page.items.len() + page.unreadable) as u64;
            skip += got;
            let before = categories.len();
            let is_last = is_last(&page, skip, got);
            categories.extend(page.items.into_iter().filter(|category| seen.insert(category.id.clone())));
            // A page with nothing new on it is the end, whatever the service says of how many there are.
            if is_last || categories.len() == before {
                return Ok(categories);
            }
        }
    }

    /// Reads, and reads again where it may help.
    async fn read<T>(
        &self,
        hands: &dyn Hands,
        request: impl Fn() -> Request,
        open: impl Fn(Result<Response, Failure>) -> Result<T, ApiError>,
    ) -> Result<T, ApiError> {
        let mut attempt = 1;
        loop {
            self.gate.turn(hands).await;
            match open(self.gate.send(hands, request()).await) {
                Err(error) if attempt < READ_TRIES && may_pass(&error) => {
                    hands.sleep(pause(&error, attempt, hands.seed())).await;
                    attempt += 1;
                }
                result => return result,
            }
        }
    }
}

/// Whether a page that ends at `end` and holds `got` items is the last. The service may give shorter pages than we ask
/// for, so a short page alone proves nothing while it says how many there are, or how long its pages are.
pub fn is_last<T>(page: &Page<T>, end: u64, got: u64) -> bool {
    page.total.map_or_else(|| got < page.limit.unwrap_or(endpoint::MAX_PAGE.into()), |total| end >= total)
}

/// What an answer of the practice store takes. A real store takes time too, and progress is part of what is learned.
const PRACTICE_LATENCY_MS: u32 = 150;

/// Any number will do; the same one every time, so that a screenshot in a manual shows what a newcomer sees.
const PRACTICE_SEED: u64 = 20_260_611;

/// Whether an error of a read may be gone the next time.
const fn may_pass(error: &ApiError) -> bool {
    match error {
        ApiError::Unreachable(failure) => matches!(failure, Failure::Network | Failure::Timeout | Failure::BodyCut),
        _ => matches!(error.status(), Some(429 | 500..=599)),
    }
}

/// Full jitter below half a second, doubled each time; longer where the service says so, up to 20 seconds.
fn pause(error: &ApiError, attempt: u32, seed: u64) -> u32 {
    use crate::api::error::RetryAfter;
    if let Some(RetryAfter::Seconds(seconds)) = error.retry_after() {
        return seconds.min(20).saturating_mul(1000);
    }
    fastrand::Rng::with_seed(seed).u32(0..=500u32 << attempt.min(5))
}

fn row(product: &Product, categories: &[Category]) -> ProductRow {
    let by_id = |id: &String| categories.iter().find(|category| category.id == *id).map(|category| category.name.clone());
    let discount = product.discount_price.flatten().filter(|_| product.is_discount_enabled == Some(true));
    ProductRow {
        id: product.id,
        name: product.name.clone(),
        image: product.image.clone().flatten(),
        price: product.price.map(|price| price.to_string()),
        discount: discount.map(|price| price.to_string()),
        category: product.category.clone().flatten().or_else(|| product.category_id.as_ref().and_then(by_id)),
        stocks: product.stocks,
        orders: product.total_orders,
        is_archived: product.is_archived,
        updated_at: product.updated_at.map(|moment| moment.to_string()),
    }
}

/// Reads the deployment's list of hosts.
///
/// # Errors
/// When the file is missing, is not JSON of the documented form, or lists nothing we may call.
pub async fn hosts(hands: &dyn Hands) -> Result<Vec<Host>, Trouble> {
    #[derive(serde::Deserialize)]
    struct Config {
        hosts: Vec<Host>,
    }
    let broken = |why: String| Trouble {
        said: Some(why),
        ..Trouble::new(
            TroubleKind::Browser,
            "This deployment's list of API hosts (config.json) cannot be read.",
            "Whoever put this page on its server has to mend that file; the practice store works without it.",
        )
    };
    let bytes = hands.config().await.map_err(|failure| Trouble::api(&ApiError::Unreachable(failure), Method::Get))?;
    let config: Config = serde_json::from_slice(&bytes).map_err(|error| broken(error.to_string()))?;
    if let Some(host) = config.hosts.iter().find(|host| !is_allowed(&host.base)) {
        return Err(broken(format!("\"{}\" is neither an https address nor a path on this site", host.base)));
    }
    if config.hosts.is_empty() {
        return Err(broken("it lists no host".into()));
    }
    let trim = |host: Host| Host { base: host.base.trim_end_matches('/').to_owned(), ..host };
    Ok(config.hosts.into_iter().map(trim).collect())
}

/// An https address, a path on the page's own origin, or a server on this very machine, which is how the page is tried
/// out: a key must not cross a network unencrypted. What stands before an `@` only looks like a host, and paths cannot
/// follow a query.
fn is_allowed(base: &str) -> bool {
    if base.contains(['@', '?', '#']) {
        return false;
    }
    let own_path = base.starts_with('/') && !base.starts_with("//") && !base.contains('\\');
    let on_this_machine = ["http://127.0.0.1", "http://localhost", "http://[::1]"].iter().any(|start| {
        base.strip_prefix(start).is_some_and(|rest| rest.is_empty() || rest.starts_with(':') || rest.starts_with('/'))
    });
    own_path || on_this_machine || crate::domain::HttpsUrl::parse(base).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_goes_only_where_nobody_can_read_along() {
        for base in ["https://api.returning.ai/v1", "/api", "http://127.0.0.1:9000/v1", "http://localhost"] {
            assert!(is_allowed(base), "{base}");
        }
        for base in [
            "http://api.returning.ai/v1",
            "//evil.example",
            "/\\evil.example",
            "ftp://x",
            "http://127.0.0.1.evil.example",
            "",
            "http://localhost:x@evil.example",
            "https://api.returning.ai@evil.example",
            "https://api.returning.ai/v1?a=",
        ] {
            assert!(!is_allowed(base), "{base}");
        }
    }

    #[test]
    fn only_what_may_pass_is_read_again() {
        let refused = |status| ApiError::Refused { status, said: crate::api::said::Said::default(), retry_after: None };
        assert!(may_pass(&refused(502)) && may_pass(&refused(429)) && may_pass(&ApiError::Unreachable(Failure::Network)));
        assert!(!may_pass(&refused(401)) && !may_pass(&refused(404)) && !may_pass(&ApiError::Unreachable(Failure::Offline)));
    }
}
