//! The reads by way of the api room.

use super::super::service::Generation;
use crate::api::{Method, Transport, answer, endpoint};
use crate::domain::{Product, ProductId};
use crate::practice::{PracticeTransport, Service};
use futures::FutureExt;
use std::cell::RefCell;
use std::collections::HashSet;
use std::rc::Rc;

fn all(service: &mut Service, search: Option<&str>) -> Vec<Product> {
    let mut products = Vec::new();
    loop {
        let request = endpoint::list_products(u64::try_from(products.len()).unwrap(), 100, search);
        let page = answer::read_list(Ok(service.handle(request.method, &request.path, None, b""))).unwrap();
        assert_eq!(page.unreadable, 0);
        let total = usize::try_from(page.total.unwrap()).unwrap();
        products.extend(page.items);
        if products.len() >= total {
            return products;
        }
    }
}

fn status(service: &mut Service, path: &str) -> u16 {
    service.handle(Method::Get, path, None, b"").status
}

#[test]
fn a_seed_is_a_store_and_another_seed_another() {
    let (a, b, c) = (Service::new(1), Service::new(1), Service::new(2));
    assert!(a.products().eq(b.products()));
    assert!(!a.products().eq(c.products()));
    assert_ne!(a.community_id(), c.community_id());
    let ids: HashSet<_> = a.products().map(|it| it.id).collect();
    assert_eq!((ids.len(), a.products().count()), (324, 324));
    assert_eq!(Service::START.to_string(), "2026-11-02T09:00:00.000Z");
    for it in a.products() {
        assert!(it.created_at < it.updated_at && it.updated_at < Some(Service::START), "{it:?}");
        assert!(it.discount_price.flatten().is_none_or(|price| Some(price) < it.price));
        assert_eq!(it.stocks, i64::try_from(a.codes(it.id).len()).ok());
    }
}

#[test]
fn pages_hold_every_active_product_once_as_it_is() {
    let mut service = Service::new(1);
    let listed = all(&mut service, None);
    let active: Vec<_> = service.products().filter(|it| it.is_archived == Some(false)).cloned().collect();
    assert!(active.len() > 250 && active.len() < 324);
    assert_eq!(listed, active);
    service.switches.lists_archived = true;
    assert!(all(&mut service, None).iter().eq(service.products()));
    assert_eq!(all(&mut service, Some("抹茶")).len(), 3);
    assert_eq!(all(&mut service, Some("COFFEE & x")).len(), 0);
}

#[test]
fn generation_a_answers_with_ids_and_hides_permissions() {
    let mut service = Service::new(1);
    service.switches.reads = Generation::Ids;
    let product = &all(&mut service, None)[0];
    assert_eq!((&product.category, &product.permissions), (&None, &None));
    let id = product.category_id.as_deref().unwrap();
    assert_eq!(service.categories().iter().find(|it| it.id == id).unwrap().name, "Premium Rewards");
    let path = format!("/products?limit=100&filter=categoryID:{id}&sort=price:desc");
    let page = answer::read_list(Ok(service.handle(Method::Get, &path, None, b""))).unwrap();
    assert!(page.items.len() > 20 && page.items.is_sorted_by(|a, b| a.price >= b.price));
}

#[test]
fn a_product_is_read_by_id_archived_or_not() {
    let mut service = Service::new(1);
    let archived = service.products().find(|it| it.is_archived == Some(true)).unwrap().clone();
    let answered = service.handle(Method::Get, &endpoint::read_product(archived.id).path, None, b"");
    assert_eq!(answer::read_one(Ok(answered)).unwrap(), archived);
    assert_eq!(status(&mut service, &endpoint::read_product(ProductId::from_bytes([9; 12])).path), 404);
    for (path, wanted) in [
        ("/products/xyz", 400),
        ("/products?limit=0", 400),
        ("/products?skip=-1", 400),
        ("/products?limit=5000", 200),
        ("/products?fields=name,price", 200),
        ("/products?fields=productPermission", 400),
        ("/products?filter=isArchived:true", 400),
        ("/products?sort=price", 400),
        ("/products?search=%zz", 400),
        ("/stores?fields=title,widget", 200),
        ("/stores?fields=nothing", 400),
        ("/", 404),
        ("/products/bulk/x", 404),
    ] {
        assert_eq!(status(&mut service, path), wanted, "{path}");
    }
}

#[test]
fn store_and_categories_come_through_the_transport() {
    let mut service = Service::new(1);
    service.set_widget_key("canary-4711");
    let transport = PracticeTransport::new(Rc::new(RefCell::new(service))).with_latency(|| Box::pin(async {}));
    let answered = transport.send(endpoint::read_store()).now_or_never().unwrap();
    assert!(String::from_utf8_lossy(&answered.as_ref().unwrap().body).contains("canary-4711"));
    let store = answer::read_settings(answered).unwrap();
    assert!(!format!("{store:?}").contains("canary"));
    assert_eq!(store.community_id.as_deref(), Some(transport.service().borrow().community_id()));
    assert_eq!(store.currency.as_ref().and_then(|it| it.name.as_deref()), Some("Coins"));
    assert!(store.title.unwrap().chars().count() <= 32);
    let categories = answer::read_categories(transport.send(endpoint::list_categories(0, 100)).now_or_never().unwrap()).unwrap();
    assert_eq!(categories.items, transport.service().borrow().categories());
    assert_eq!(categories.items.iter().filter(|it| it.is_archived).count(), 1);
}
