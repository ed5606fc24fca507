//! The bulk run from a dropped file to the report, on the real engine: real reading, real comparing, real sending, in a
//! native world with a clock of its own. What a browser adds is tested in `tests/e2e`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop where it stands"
)]

#[path = "support/world.rs"]
mod world;

use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use storekeeper::api::{Failure, Method, Request, Response};
use storekeeper::domain::{Product, ProductId};
use storekeeper::engine::protocol::{
    BackToFile, CancelSending, Changes, CheckAgain, CloseRun, Compare, Connect, Ending, FateKind, Issues, Lines, OpenPractice,
    OpenSample, Overview, PastedKey, ReportFile, RowFilter, Rows, SendState, SetListSeparator, Stage, TemplateFile, TroubleKind,
    ValueView,
};
use world::{World, refusal};

const SEED_ID: &str = "507f1f77bcf86cd799439011";

fn json_response(status: u16, body: &Value) -> Response {
    Response { status, content_type: Some("application/json".into()), retry_after: None, body: body.to_string().into_bytes() }
}

/// The documented response example of [dev 37690410], whole.
fn seed_response() -> Value {
    json!({
        "meta": { "status": "success", "statusCode": 200, "updated": 1 },
        "message": "Update products success.",
        "data": [{
            "_id": SEED_ID, "communityID": "6502c9e514a3e564c5c09c0a", "name": "Premium Voucher",
            "description": "<p>Updated premium access reward.</p>", "image": "https://example.com/product.png",
            "price": 120, "category": "Premium Rewards", "stocks": 3, "discountPrice": 100, "isDiscountEnabled": false,
            "discountStartDate": null, "discountEndDate": null,
            "userInformation": { "isEnabled": false, "shouldCollectName": false, "shouldCollectPhone": false, "shouldCollectAddress": false },
            "shouldPrioritiesExpiringVouchers": false, "shouldDisplayRemainingQuantity": true,
            "expiringVoucherHighlight": { "isEnabled": false, "duration": 7, "timeframe": "days" },
            "isArchived": false, "totalOrders": 0, "redemptionInstructions": "<p>Show this voucher at checkout.</p>",
            "productPermission": [{
                "isEnabled": true, "type": "role",
                "permission": { "roleNames": ["VIP Member"], "tagNames": ["Early Access"], "usernames": ["alex"],
                    "combination": [{ "type": "role", "values": ["VIP Member"] }] },
                "purchaseAccess": { "specialPrice": 80, "isSpecialPriceEnabled": false },
                "purchaseLimit": { "isPurchaseLimitEnabled": false, "quantity": 1, "intervalCount": 1, "intervalUnit": "months" },
                "accessLevel": "full-access", "isExclusiveTagEnabled": false
            }],
            "isProductAccessEnabled": false, "purchaseStatusOverride": { "isEnabled": false, "status": null },
            "createdAt": "2026-06-09T00:00:00.000Z", "updatedAt": "2026-06-11T00:00:00.000Z"
        }]
    })
}

/// The documented product before its update: another name and price, two vouchers.
fn seed_product(stocks: i64) -> Value {
    let mut product = seed_response()["data"][0].clone();
    product["name"] = "Voucher".into();
    product["price"] = 100.into();
    product["stocks"] = stocks.into();
    product
}

/// A store with the documented product alone. It answers as the reference does, and keeps what it was sent.
fn seed_store(world: &World) -> std::rc::Rc<std::cell::RefCell<Vec<Value>>> {
    let bodies = std::rc::Rc::new(std::cell::RefCell::new(Vec::new()));
    let kept = std::rc::Rc::clone(&bodies);
    let mut product = seed_product(2);
    world.fault(move |_, request, serve| {
        let success = |data: Value| json!({ "meta": { "status": "success", "statusCode": 200, "skip": 0, "limit": 100, "total": 1 }, "message": "ok", "data": data });
        Some(Ok(match (request.method, request.path.split('?').next().unwrap()) {
            (Method::Get, "/stores") => serve(request.clone()),
            (Method::Get, "/products") => json_response(200, &success(json!([product]))),
            (Method::Get, path) if path.ends_with(SEED_ID) => json_response(200, &success(product.clone())),
            (Method::Put, "/products/bulk") => {
                let body: Value = serde_json::from_slice(&request.body.as_ref().unwrap().bytes).unwrap();
                for (key, value) in body[0].as_object().unwrap() {
                    match key.as_str() {
                        "vouchers" => product["stocks"] = (product["stocks"].as_i64().unwrap() + value.as_array().unwrap().len() as i64).into(),
                        "productID" | "voucherExpireDate" => {}
                        key => product[key] = value.clone(),
                    }
                }
                kept.borrow_mut().push(body);
                let mut response = seed_response();
                response["data"][0] = product.clone();
                json_response(200, &response)
            }
            other => panic!("{other:?}"),
        }))
    });
    bodies
}

#[test]
fn the_documented_request_leaves_as_documented_and_its_answer_is_read_whole() {
    let mut world = World::new();
    let bodies = seed_store(&world);
    world.connect();
    let csv = format!(
        "Product ID,Name,Price,Vouchers,Voucher Expire Date\n{SEED_ID},Premium Voucher,120,VOUCHER-003,2026-12-31T00:00:00.000Z\n"
    );
    let file = world.drop_file("one line.csv", csv.as_bytes());
    assert_eq!((file.products, file.sendable, file.errors, file.warnings), (1, 1, 0, 0), "{:?}", file.by_rule);
    let review = world.review();
    assert_eq!((review.changing, review.codes), (1, 1));
    world.send(&review);
    let report = world.report();
    assert_eq!(count(&report.counts, FateKind::Changed), 1, "{:?}", lines(&mut world));

    let documented = json!([{
        "productID": SEED_ID, "name": "Premium Voucher", "price": 120,
        "vouchers": ["VOUCHER-003"], "voucherExpireDate": "2026-12-31T00:00:00.000Z"
    }]);
    assert_eq!(*bodies.borrow(), [documented], "one request, and it is the documented one");
}

fn count(counts: &[(FateKind, u32)], fate: FateKind) -> u32 {
    counts.iter().find(|(of, _)| *of == fate).unwrap().1
}

fn lines(world: &mut World) -> Vec<storekeeper::engine::protocol::LineView> {
    let mut all = Vec::new();
    loop {
        let window = world.ask(Lines { fate: None, from: all.len() as u32, count: 200 });
        all.extend(window.lines);
        if all.len() >= window.total as usize {
            return all;
        }
    }
}

fn active(world: &World, count: usize) -> Vec<Product> {
    let service = world.service.borrow();
    let products: Vec<_> = service.products().take(count).cloned().collect();
    assert_eq!(products.len(), count);
    products
}

/// A file that raises the price of these products by one.
fn raised(products: &[Product]) -> String {
    let mut csv = String::from("Product ID,Name,Price\r\n");
    for product in products {
        let price = product.price.unwrap().amount() + rust_decimal::Decimal::ONE;
        writeln!(csv, "{},,{price}\r", product.id).unwrap();
    }
    csv
}

/// Everything of every product but when it was changed.
fn state(world: &World) -> BTreeMap<ProductId, Product> {
    world.service.borrow().products().map(|product| (product.id, Product { updated_at: None, ..product.clone() })).collect()
}

#[test]
fn a_thousand_products_with_25_problems() {
    let mut world = World::with_products(1000);
    world.connect();
    let products = active(&world, 1000);
    let before = state(&world);
    let mut rows: Vec<String> = products
        .iter()
        .map(|product| format!("{},,{},,", product.id, product.price.unwrap().amount() + rust_decimal::Decimal::ONE))
        .collect();
    // Row n stands on line n + 2. A problem at each of these rows, and the rule it has to be listed under.
    let mut planted: BTreeMap<u32, &str> = BTreeMap::new();
    let mut plant = |row: usize, text: String, what: &'static str| {
        rows[row] = text;
        planted.insert(row as u32 + 2, what);
    };
    let id = |row: usize| products[row].id;
    for row in [3, 141, 592, 653, 997] {
        plant(row, format!("{},,12O,,", id(row)), "12O");
    }
    for row in [10, 200, 300] {
        plant(row, format!("{},,5,CODE-{row},2026-13-45", id(row)), "2026-13-45");
    }
    for row in [11, 401] {
        plant(row, format!("{},,5,CODE-{row},", id(row)), "CODE-");
    }
    for row in [20, 420] {
        plant(row, "6.50906E+23,,5,,".into(), "6.50906E+23");
    }
    for row in [30, 430, 830] {
        plant(row, format!("{},,5", id(row)), "");
    }
    for row in [40, 440] {
        plant(row, format!("{},a 5\" disc,5,,", id(row)), "");
    }
    for row in [50, 450] {
        plant(row, format!("{},\"quoted\"x,5,,", id(row)), "");
    }
    plant(60, format!("{},,\"1,50\",,", id(60)), "1,50");
    plant(70, format!("{},,€5,,", id(70)), "€5");
    plant(80, format!("{},,-5,,", id(80)), "-5");
    plant(90, "not-an-id,,5,,".into(), "not-an-id");
    for row in [100, 900] {
        plant(row, format!("{},,5,,", id(500)), "");
    }
    assert_eq!(planted.len(), 25);
    // Row 500's own product is named by rows 100 and 900 too, so it is stopped as well, and listed once.
    let csv = format!("Product ID,Name,Price,Vouchers,Voucher Expire Date\n{}\n", rows.join("\n"));

    let file = world.drop_file("thousand.csv", csv.as_bytes());
    assert_eq!(file.rows, 1000);
    let issues = world.ask(Issues { rule: None, from: 0, count: 200 });
    for (line, value) in &planted {
        let found = issues.issues.iter().find(|issue| issue.line == *line);
        let found = found.unwrap_or_else(|| panic!("nothing is listed at line {line}: {:?}", issues.issues));
        assert!(found.value.contains(value), "line {line}: {found:?}");
        assert!(!found.what.is_empty() && !found.cure.is_empty());
    }
    let at = |issue: &&storekeeper::engine::protocol::IssueView| !planted.contains_key(&issue.line) && issue.line != 502;
    let others: Vec<_> =
        issues.issues.iter().filter(at).filter(|i| i.severity == storekeeper::engine::protocol::Severity::Error).collect();
    assert!(others.is_empty(), "{others:?}");

    let review = world.review();
    // 23 rows with a problem of their own, and the one product that is named three times.
    assert_eq!(file.products - file.sendable, 24);
    assert_eq!(review.changing + review.unchanged + review.left_out + review.missing, file.products);
    assert_eq!(review.changing, file.sendable);
    world.send(&review);
    let report = world.report();
    assert_eq!(report.ending, Ending::Finished);
    assert_eq!(report.requests, review.changing.div_ceil(100), "the least possible");
    assert_eq!(world.puts().len() as u32, report.requests);

    // The report, product by product, against the truth.
    let after = state(&world);
    let lines = lines(&mut world);
    assert_eq!(lines.len() as u32, file.products);
    let mut changed = 0;
    for line in &lines {
        let Ok(id) = line.product.parse::<ProductId>() else {
            assert_eq!(line.fate, FateKind::NotSent, "{line:?}");
            continue;
        };
        let was_changed = before[&id] != after[&id];
        assert_eq!(was_changed, line.fate == FateKind::Changed, "{line:?}");
        changed += u32::from(was_changed);
    }
    assert_eq!(changed, review.changing);
    assert_eq!(before.keys().filter(|id| before[id] != after[id]).count() as u32, changed, "nothing else was touched");
}

#[test]
fn what_the_store_has_already_is_not_sent() {
    let mut world = World::new();
    world.connect();
    let products = active(&world, 5);
    let mut csv = String::from("Product ID,Price\n");
    for product in &products {
        writeln!(csv, "{},{}", product.id, product.price.unwrap()).unwrap();
    }
    world.drop_file("same.csv", csv.as_bytes());
    let review = world.review();
    assert_eq!((review.changing, review.unchanged), (0, 5));
    let refused = world.ask(storekeeper::engine::protocol::Send { token: review.token });
    assert_eq!(refused.unwrap_err().kind, TroubleKind::NotNow);
    assert!(world.puts().is_empty());
}

#[test]
fn old_and_new_are_shown_for_what_differs_alone() {
    let mut world = World::new();
    world.connect();
    let product = active(&world, 1).remove(0);
    let csv = format!("Product ID,Name,Price,Archived\n{},{},77,\n", product.id, product.name.clone().unwrap());
    world.drop_file("one.csv", csv.as_bytes());
    world.review();
    let window = world.ask(Changes { column: None, from: 0, count: 10 });
    assert_eq!(window.total, 1);
    let [field] = window.products[0].fields.as_slice() else { panic!("{window:?}") };
    assert_eq!(field.column.header(), "Price");
    assert_eq!(field.old, ValueView::Text(product.price.unwrap().to_string()));
    assert_eq!(field.new, ValueView::Text("77".into()));
    world.ask(BackToFile {}).unwrap();
    assert!(matches!(world.stage(), Some(Stage::Checked(_))));
}

#[test]
fn one_can_go_back_to_the_file_while_the_store_is_still_being_read() {
    let mut world = World::new();
    world.connect();
    let products = active(&world, 5);
    world.drop_file("some.csv", raised(&products).as_bytes());
    world.fault(|_, request, _| request.path.starts_with("/products").then_some(Err(Failure::Network)));
    world.post(Compare {}, None);
    world.until(|stage| matches!(stage, Stage::Comparing { .. }).then_some(()));
    world.ask(BackToFile {}).unwrap();
    assert!(matches!(world.stage(), Some(Stage::Checked(_))));
    for _ in 0..20 {
        world.step();
    }
    assert!(matches!(world.stage(), Some(Stage::Checked(_))), "the comparison left behind does not come back");
}

#[test]
fn a_product_the_store_does_not_have_is_never_created() {
    let mut world = World::new();
    world.connect();
    let products = active(&world, 2);
    let csv = format!("{}aaaaaaaaaaaaaaaaaaaaaaaa,Ghost,5\r\n", raised(&products));
    world.drop_file("ghost.csv", csv.as_bytes());
    let review = world.review();
    assert_eq!((review.changing, review.missing), (2, 1));
    world.send(&review);
    world.report();
    let lines = lines(&mut world);
    assert_eq!(lines[2].fate, FateKind::NotSent);
    assert!(lines[2].words.contains("no product with this id"), "{}", lines[2].words);
}

#[test]
fn a_key_that_dies_in_the_middle_stops_everything_until_there_is_a_new_one() {
    let mut world = World::new();
    world.connect();
    let products = active(&world, 250);
    world.drop_file("many.csv", raised(&products).as_bytes());
    let review = world.review();
    assert_eq!(review.field_requests, 3);
    let mut puts = 0;
    world.fault(move |_, request, _| {
        puts += u32::from(request.method == Method::Put);
        (request.method == Method::Put && puts == 2).then(|| Ok(refusal(401, "API key expired")))
    });
    world.send(&review);
    let trouble = world.until(|stage| match stage {
        Stage::Sending(progress) => match &progress.state {
            SendState::NeedsKey(trouble) => Some(trouble.clone()),
            _ => None,
        },
        _ => None,
    });
    assert_eq!(trouble.kind, TroubleKind::Unauthorized);
    assert_eq!(world.puts().len(), 2, "nothing more is sent with the dead key");
    world.ask(Connect { host: 0, key: PastedKey("key-good-2".into()) }).unwrap();
    let report = world.report();
    assert_eq!(count(&report.counts, FateKind::Changed), 250, "{report:?}");
    assert_eq!(world.puts().len(), 4, "the refused batch once more, and the third");
}

#[test]
fn a_502_in_the_middle_is_sent_again_since_fields_are_safe_to_repeat() {
    for applied in [false, true] {
        let mut world = World::new();
        world.connect();
        let products = active(&world, 150);
        world.drop_file("many.csv", raised(&products).as_bytes());
        let review = world.review();
        let mut puts = 0;
        world.fault(move |_, request, serve| {
            puts += u32::from(request.method == Method::Put);
            (request.method == Method::Put && puts == 1).then(|| {
                if applied {
                    serve(request.clone());
                }
                Ok(refusal(502, "upstream"))
            })
        });
        world.send(&review);
        let report = world.report();
        assert_eq!(count(&report.counts, FateKind::Changed), 150);
    }
}

#[test]
fn vouchers_whose_answer_is_lost_are_not_sent_twice() {
    for failure in [Failure::Network, Failure::Timeout, Failure::BodyCut] {
        let mut world = World::new();
        world.connect();
        let products = active(&world, 8);
        let mut csv = String::from("Product ID,Vouchers,Voucher Expire Date\n");
        for (index, product) in products.iter().enumerate() {
            writeln!(csv, "{},NEW-{index}-A|NEW-{index}-B,2027-12-31", product.id).unwrap();
        }
        world.drop_file("codes.csv", csv.as_bytes());
        let review = world.review();
        assert_eq!((review.codes, review.code_products, review.voucher_requests), (16, 8, 1));
        let mut puts = 0;
        world.fault(move |_, request, serve| {
            puts += u32::from(request.method == Method::Put);
            (request.method == Method::Put && puts == 1).then(|| {
                serve(request.clone());
                Err(failure)
            })
        });
        world.send(&review);
        let report = world.report();
        assert_eq!(count(&report.counts, FateKind::Changed), 8, "{failure:?}: {:?}", lines(&mut world));
        assert_eq!(world.puts().len(), 1);
        for (index, product) in products.iter().enumerate() {
            let codes = world.service.borrow().codes(product.id);
            assert_eq!(codes[&format!("NEW-{index}-A")], 1);
        }
    }
}

#[test]
fn after_a_reload_the_report_says_what_was_sent_and_what_was_not() {
    let mut world = World::new();
    world.connect();
    let products = active(&world, 300);
    world.drop_file("many.csv", raised(&products).as_bytes());
    let review = world.review();
    world.send(&review);
    // The page is closed while the second batch is on its way.
    while world.puts().len() < 2 {
        assert!(world.step());
    }
    let (service, journal) = (std::rc::Rc::clone(&world.service), std::rc::Rc::clone(&world.journal));
    drop(world);

    let mut world = World::around(service, journal);
    let overview = world.ask(Overview {});
    let Stage::Done(report) = overview.stage else { panic!("{:?}", overview.stage) };
    assert_eq!(report.ending, Ending::Interrupted);
    assert_eq!(report.file, "many.csv");
    assert_eq!(count(&report.counts, FateKind::Changed), 100);
    assert_eq!(count(&report.counts, FateKind::Unknown), 100, "on its way: nobody knows");
    assert_eq!(count(&report.counts, FateKind::NotSent), 100);
    // No store is connected, so nothing can be checked yet; then it can, and nothing is sent by it.
    assert!(!report.can_check_again);
    assert_eq!(world.ask(CheckAgain {}).unwrap_err().kind, TroubleKind::NotNow);
    world.connect();
    assert!(matches!(world.stage(), Some(Stage::Done(report)) if report.can_check_again));
    world.ask(CheckAgain {}).unwrap();
    let report = world.report();
    assert_eq!(count(&report.counts, FateKind::Unknown), 0, "{report:?}");
    assert_eq!(world.puts().len(), 0);
    // Closing the run forgets it.
    world.ask(CloseRun {});
    assert!(world.journal.borrow().is_empty());
}

#[test]
fn the_journal_holds_no_key_and_nothing_is_sent_without_it() {
    let mut world = World::new();
    world.connect();
    let products = active(&world, 3);
    world.drop_file("few.csv", raised(&products).as_bytes());
    let review = world.review();
    world.hands.journal_full.set(true);
    let refused = world.ask(storekeeper::engine::protocol::Send { token: review.token }).unwrap_err();
    assert_eq!(refused.kind, TroubleKind::Browser);
    assert!(world.puts().is_empty());
    assert!(matches!(world.stage(), Some(Stage::Reviewing(_))), "still there to be sent");
    world.hands.journal_full.set(false);
    world.send(&review);
    world.report();
    for entry in world.journal.borrow().values() {
        assert!(!String::from_utf8_lossy(entry).contains("key-good"));
    }
}

#[test]
fn cancel_leaves_the_rest_unsent() {
    let mut world = World::new();
    world.connect();
    let products = active(&world, 300);
    world.drop_file("many.csv", raised(&products).as_bytes());
    let review = world.review();
    world.send(&review);
    while world.puts().is_empty() {
        assert!(world.step());
    }
    world.ask(CancelSending {});
    let report = world.report();
    assert_eq!(report.ending, Ending::Cancelled);
    assert_eq!(count(&report.counts, FateKind::Changed), 100);
    assert_eq!(count(&report.counts, FateKind::NotSent), 200);
    assert_eq!(world.puts().len(), 1);
}

#[test]
fn each_way_of_not_connecting_has_its_own_words() {
    let cases: [(Result<Response, Failure>, TroubleKind); 7] = [
        (Ok(refusal(401, "Invalid API key")), TroubleKind::Unauthorized),
        (Ok(refusal(403, "Missing permission")), TroubleKind::Forbidden),
        (Ok(refusal(404, "Cannot GET /stores")), TroubleKind::NotFound),
        (Err(Failure::Network), TroubleKind::NoAnswer),
        (Err(Failure::Offline), TroubleKind::Offline),
        (Err(Failure::Timeout), TroubleKind::Timeout),
        (
            Ok(Response {
                status: 200,
                content_type: Some("text/html".into()),
                retry_after: None,
                body: b"<html>Sign in</html>".to_vec(),
            }),
            TroubleKind::NotTheApi,
        ),
    ];
    let mut words = std::collections::HashSet::new();
    for (answer, kind) in cases {
        let mut world = World::new();
        world.fault(move |_, _, _| Some(answer.clone()));
        let trouble = world.try_connect("key-good").unwrap_err();
        assert_eq!(trouble.kind, kind);
        assert!(!trouble.cure.is_empty());
        assert!(words.insert(trouble.what));
    }
    let mut world = World::new();
    assert_eq!(world.try_connect("  ").unwrap_err().kind, TroubleKind::KeyForm);
    assert!(world.requests.borrow().is_empty());
}

#[test]
fn no_answer_ever_holds_the_key() {
    let mut world = World::new();
    world.try_connect("key-good-canary-4711").unwrap();
    let products = active(&world, 3);
    world.drop_file("few.csv", raised(&products).as_bytes());
    let review = world.review();
    world.send(&review);
    world.report();
    let _ = world.ask(ReportFile {}).unwrap();
    let _ = world.ask(Overview {});
    let _ = world.ask(storekeeper::engine::protocol::ReadSettings {}).unwrap();
    for message in world.posted.borrow().iter() {
        let bytes = postcard::to_allocvec(message).unwrap();
        assert!(!String::from_utf8_lossy(&bytes).contains("canary-4711"));
    }
}

#[test]
fn the_practice_store_shows_a_whole_run_without_a_network() {
    let mut world = World::new();
    let place = world.ask(OpenPractice {}).unwrap();
    assert!(place.is_practice);
    world.ask(OpenSample {}).unwrap();
    let file = world.until(|stage| match stage {
        Stage::Checked(summary) => Some((**summary).clone()),
        _ => None,
    });
    assert!(file.errors >= 5, "{:?}", file.by_rule);
    let review = world.review();
    assert!(review.changing > 20 && review.unchanged > 0 && review.left_out > 0 && review.missing > 0, "{review:?}");
    world.send(&review);
    let report = world.report();
    assert_eq!(report.ending, Ending::Finished);
    assert_eq!(count(&report.counts, FateKind::Changed), review.changing, "{:?}", lines(&mut world));
    assert!(world.requests.borrow().is_empty(), "the practice store is in memory");
}

#[test]
fn the_template_comes_back_in_without_a_problem() {
    let mut world = World::new();
    let template = world.ask(TemplateFile {});
    let file = world.drop_file(&template.name, template.text.as_bytes());
    assert_eq!((file.errors, file.warnings), (0, 0), "{:?}", file.by_rule);
    assert_eq!(file.columns.iter().filter(|header| header.column.is_some()).count(), 40);
}

#[test]
fn bad_files_get_a_sentence_and_lose_nothing() {
    let cases: Vec<(&str, Vec<u8>)> = vec![
        ("empty.csv", vec![]),
        ("picture.csv", b"\x89PNG\r\n\x1a\n0000".to_vec()),
        ("wide.csv", b"\xff\xfeP\0r\0o\0d\0".to_vec()),
        ("nul.csv", b"Product ID,Name\n507f1f77bcf86cd799439011,a\0b\n".to_vec()),
        ("header.csv", b"Product ID,Name\n".to_vec()),
        ("no id.csv", b"Name,Price\nMug,5\n".to_vec()),
        ("twice.csv", b"Product ID,Name,name\n507f1f77bcf86cd799439011,a,b\n".to_vec()),
    ];
    let mut world = World::new();
    let mut words = std::collections::HashSet::new();
    for (name, bytes) in cases {
        world.try_drop(name, &bytes).unwrap();
        let refusal = world.until(|stage| match stage {
            Stage::Choosing { refusal: Some(refusal) } if refusal.name == name => Some(refusal.clone()),
            _ => None,
        });
        assert!(words.insert(refusal.what.clone()), "{refusal:?}");
        assert!(!refusal.cure.is_empty(), "{refusal:?}");
    }
}

#[test]
fn rows_are_shown_in_the_order_of_the_file_with_damaged_ones_in_their_places() {
    let mut world = World::new();
    let csv = "Product ID,Name,Price\n\
               507f1f77bcf86cd799439011,a,1\n\
               507f1f77bcf86cd799439012,b\n\
               507f1f77bcf86cd799439013,c,3\n\
               507f1f77bcf86cd799439014,d \" d,4\n\
               507f1f77bcf86cd799439015,e,12O\n";
    world.drop_file("mixed.csv", csv.as_bytes());
    let all = world.ask(Rows { view: RowFilter::All, from: 0, count: 100 });
    assert_eq!(all.rows.iter().map(|row| row.line).collect::<Vec<_>>(), [2, 3, 4, 5, 6]);
    assert_eq!(all.total, 5);
    let with_issues = world.ask(Rows { view: RowFilter::WithIssues, from: 0, count: 100 });
    assert_eq!(with_issues.rows.iter().map(|row| row.line).collect::<Vec<_>>(), [3, 5, 6]);
    assert!(with_issues.rows.iter().all(|row| !row.marks.is_empty()), "{:?}", with_issues.rows);
    assert_eq!(world.ask(Rows { view: RowFilter::All, from: 3, count: 1 }).rows[0].line, 5);
}

#[test]
fn another_list_separator_reads_the_file_again() {
    let mut world = World::new();
    let csv = "Product ID,Vouchers,Voucher Expire Date\n507f1f77bcf86cd799439011,A-1;A-2,2027-01-31\n";
    let file = world.drop_file("codes.csv", csv.as_bytes());
    assert_eq!(file.sendable, 0, "codes cannot be taken back, so doubt stops the row: {:?}", file.by_rule);
    world.posted.borrow_mut().clear();
    world.ask(SetListSeparator { separator: storekeeper::domain::choices::ListSeparator::Semicolon }).unwrap();
    let file = world.until(|stage| match stage {
        Stage::Checked(summary) => Some((**summary).clone()),
        _ => None,
    });
    assert_eq!((file.sendable, file.errors), (1, 0), "{:?}", file.by_rule);
}

#[test]
fn what_was_compared_with_one_store_is_never_sent_to_another() {
    let mut world = World::new();
    world.connect();
    let products = active(&world, 2);
    world.drop_file("two.csv", raised(&products).as_bytes());
    let review = world.review();
    world.ask(OpenPractice {}).unwrap();
    assert_eq!(world.ask(storekeeper::engine::protocol::Send { token: review.token }).unwrap_err().kind, TroubleKind::NotNow);
    assert!(world.puts().is_empty());
}

#[test]
fn what_was_confirmed_is_what_is_sent() {
    let mut world = World::new();
    world.connect();
    let products = active(&world, 2);
    world.drop_file("one.csv", raised(&products).as_bytes());
    let first = world.review();
    world.ask(BackToFile {}).unwrap();
    let second = world.review();
    assert_ne!(first.token, second.token);
    assert_eq!(world.ask(storekeeper::engine::protocol::Send { token: first.token }).unwrap_err().kind, TroubleKind::NotNow);
    world.send(&second);
    world.report();
    assert_eq!(world.puts().len(), 1);
    let _: &Request = &world.puts()[0];
}
