//! The other documented door: a host that takes updates as the CSV of a form. The run is the same in every other way.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

#[path = "support/world.rs"]
mod world;

use std::fmt::Write as _;
use std::rc::Rc;
use storekeeper::api::{Failure, Method, Response};
use storekeeper::domain::choices::ListSeparator;
use storekeeper::domain::{Price, Product};
use storekeeper::engine::protocol::{
    Connect, Door, FateKind, GoOn, Lines, Overview, PastedKey, ReportSummary, SetListSeparator, Stage, TakeBack,
};
use world::World;

/// The number of the host that takes CSV.
const FORMS: u16 = 2;

fn connect(world: &mut World) {
    world.ask(Connect { host: FORMS, key: PastedKey("key-good".into()) }).unwrap();
}

fn active(world: &World, count: usize) -> Vec<Product> {
    let service = world.service.borrow();
    service.products().filter(|product| product.is_archived == Some(false)).take(count).cloned().collect()
}

fn count(summary: &ReportSummary, fate: FateKind) -> u32 {
    summary.counts.iter().find(|(kind, _)| *kind == fate).map_or(0, |(_, count)| *count)
}

fn priced(products: &[Product]) -> String {
    let mut csv = String::from("Product ID,Price,Vouchers,Voucher Expire Date\n");
    for (n, product) in products.iter().enumerate() {
        let (codes, expire) = if n < 3 { (format!("CSV-{n}-A|CSV-{n}-B"), "2029-12-31") } else { (String::new(), "") };
        writeln!(csv, "{},{},{codes},{expire}", product.id, 5_000 + n).unwrap();
    }
    csv
}

#[test]
fn a_run_leaves_as_csv_where_the_host_takes_it_so() {
    let mut world = World::new();
    connect(&mut world);
    let products = active(&world, 120);
    world.drop_file("a.csv", priced(&products).as_bytes());
    let review = world.review();
    assert_eq!((review.door, review.unsaid), (Door::Csv, 0));
    assert_eq!((review.field_requests, review.voucher_requests), (2, 1));
    world.send(&review);
    let report = world.report();
    assert_eq!(count(&report, FateKind::Changed), 120, "{report:?}");
    let puts = world.puts();
    assert_eq!(puts.len(), 3);
    for put in puts {
        let body = put.body.unwrap();
        assert!(body.media_type.starts_with("multipart/form-data; boundary="), "{}", body.media_type);
        assert!(String::from_utf8(body.bytes).unwrap().contains("name=\"file\""));
    }
    let service = world.service.borrow();
    assert_eq!(service.product(products[119].id).unwrap().price, Some(Price::whole(5_119)));
    assert_eq!(service.codes(products[2].id).get("CSV-2-B"), Some(&1));
}

#[test]
fn the_same_file_leaves_as_json_elsewhere() {
    let mut world = World::new();
    world.connect();
    let products = active(&world, 5);
    world.drop_file("a.csv", priced(&products).as_bytes());
    let review = world.review();
    assert_eq!(review.door, Door::Json);
    world.send(&review);
    assert_eq!(count(&world.report(), FateKind::Changed), 5);
    assert!(world.puts().iter().all(|put| put.body.as_ref().unwrap().media_type == "application/json"));
}

#[test]
fn what_a_csv_cannot_say_is_left_out_and_said() {
    let mut world = World::new();
    connect(&mut world);
    let products = active(&world, 2);
    let csv = format!(
        "Product ID,Vouchers,Voucher Expire Date\n{},ONE|TWO;THREE,2029-12-31\n{},FOUR;FIVE,2029-12-31\n",
        products[0].id, products[1].id
    );
    world.drop_file("a.csv", csv.as_bytes());
    world.ask(SetListSeparator { separator: ListSeparator::Semicolon }).unwrap();
    world.until(|stage| match stage {
        Stage::Checked(file) => (file.list_separator == ListSeparator::Semicolon).then_some(()),
        _ => None,
    });
    let review = world.review();
    assert_eq!((review.changing, review.unsaid), (1, 1), "{review:?}");
    world.send(&review);
    let report = world.report();
    assert_eq!((count(&report, FateKind::Changed), count(&report, FateKind::NotSent)), (1, 1));
    let lines = world.ask(Lines { fate: Some(FateKind::NotSent), from: 0, count: 9 }).lines;
    assert!(lines[0].words.contains("CSV") && lines[0].words.contains("Vouchers"), "{lines:?}");
    assert!(world.service.borrow().codes(products[0].id).keys().all(|code| !code.contains("ONE")));
}

#[test]
fn a_run_that_was_cut_off_goes_on_through_the_same_door_and_is_taken_back_through_it() {
    let mut world = World::new();
    connect(&mut world);
    let products = active(&world, 4);
    let old: Vec<_> = products.iter().map(|product| product.price).collect();
    world.drop_file("a.csv", priced(&products).as_bytes());
    let review = world.review();
    // The store applies the codes, and the page dies before it hears of it.
    world.fault(|_, request, serve| {
        let is_codes = request.body.as_ref().is_some_and(|body| String::from_utf8_lossy(&body.bytes).contains("CSV-0-A"));
        is_codes.then(|| -> Result<Response, Failure> {
            serve(request.clone());
            Err(Failure::Timeout)
        })
    });
    world.send(&review);
    while !world.puts().iter().any(|put| String::from_utf8_lossy(&put.body.as_ref().unwrap().bytes).contains("CSV-0-A")) {
        assert!(world.step());
    }
    world.step();
    let (service, journal) = (Rc::clone(&world.service), Rc::clone(&world.journal));
    drop(world);
    let mut world = World::around(service, journal);
    world.ask(Overview {});
    connect(&mut world);
    world.until(|stage| matches!(stage, Stage::Done(report) if report.can_go_on).then_some(()));
    world.ask(GoOn {}).unwrap();
    let report = world.report();
    assert_eq!(count(&report, FateKind::Changed), 4, "{report:?}");
    let twice =
        products.iter().flat_map(|product| world.service.borrow().codes(product.id)).filter(|(_, times)| *times > 1).count();
    assert_eq!(twice, 0);
    let taken_back = world.ask(TakeBack {}).unwrap();
    assert_eq!((taken_back.products, taken_back.codes), (4, 6));
    world.until(|stage| matches!(stage, Stage::Checked(_)).then_some(()));
    let review = world.review();
    world.send(&review);
    let report = world.report();
    assert_eq!(count(&report, FateKind::Changed), 4, "{report:?}");
    let now: Vec<_> = products.iter().map(|product| world.service.borrow().product(product.id).unwrap().price).collect();
    assert_eq!(now, old);
    let puts = world.puts();
    assert!(puts.iter().all(|put| put.method == Method::Put && put.body.as_ref().unwrap().media_type.starts_with("multipart/")));
}
