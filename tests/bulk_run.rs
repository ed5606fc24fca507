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
use storekeeper::domain::{ColumnId, Product, ProductId};
use storekeeper::engine::protocol::{
    Arrange, Arranged, BackToFile, CancelSending, Changes, CheckAgain, CloseRun, Compare, Connect, Connection, Disconnect,
    Ending, FateKind, FromEngine, Grid, GridView, GridWindow, Issues, Lines, Only, OpenPractice, OpenSample, Overview, PastedKey,
    Reply, ReportFile, ReportSummary, ResumeSending, ReviewBy, RowKind, SampleFile, Send, SendState, SetListSeparator, Stage,
    TemplateFile, TroubleKind, ValueView, WantedIssues,
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
    let issues = world.ask(Issues { wanted: WantedIssues::default(), from: 0, count: 200 });
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
    let refused = world.ask(storekeeper::engine::protocol::Send {
        token: review.token,
        typed: review.phrase.clone().unwrap_or_default(),
        in_this_tab: false,
    });
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
    let mut world = World::with_products(900);
    world.connect();
    let products = active(&world, 700);
    world.drop_file("many.csv", raised(&products).as_bytes());
    let review = world.review();
    world.send(&review);
    // The page is closed while a few batches are on their way.
    while world.puts().len() < 5 {
        assert!(world.step());
    }
    let (service, journal) = (std::rc::Rc::clone(&world.service), std::rc::Rc::clone(&world.journal));
    drop(world);

    let mut world = World::around(service, journal);
    let overview = world.ask(Overview {});
    let Stage::Done(report) = overview.stage else { panic!("{:?}", overview.stage) };
    assert_eq!(report.ending, Ending::Interrupted);
    assert_eq!(report.file, "many.csv");
    let (changed, unknown, not_sent) = (
        count(&report.counts, FateKind::Changed),
        count(&report.counts, FateKind::Unknown),
        count(&report.counts, FateKind::NotSent),
    );
    assert!(changed >= 100, "{report:?}");
    assert!(unknown >= 100, "on its way: nobody knows: {report:?}");
    assert!(not_sent >= 100, "{report:?}");
    assert_eq!(changed + unknown + not_sent, 700);
    // No store is connected, so nothing can be checked yet; then it can, and nothing is sent by it.
    assert!(!report.can_check_again);
    assert_eq!(world.ask(CheckAgain {}).unwrap_err().kind, TroubleKind::NotNow);
    world.connect();
    assert!(matches!(world.stage(), Some(Stage::Done(report)) if report.can_check_again));
    world.ask(CheckAgain {}).unwrap();
    let report = world.report();
    assert_eq!(count(&report.counts, FateKind::Unknown), 0, "{report:?}");
    assert_eq!(world.puts().len(), 0);
    // A run that was closed is not shown by itself again.
    world.ask(CloseRun {});
    let mut world = World::around(world.service, world.journal);
    assert!(matches!(world.ask(Overview {}).stage, Stage::Choosing { .. }));
}

#[test]
fn the_journal_holds_no_key_and_nothing_is_sent_without_it() {
    let mut world = World::new();
    world.connect();
    let products = active(&world, 3);
    world.drop_file("few.csv", raised(&products).as_bytes());
    let review = world.review();
    world.hands.journal_full.set(true);
    let refused = world
        .ask(storekeeper::engine::protocol::Send {
            token: review.token,
            typed: review.phrase.clone().unwrap_or_default(),
            in_this_tab: false,
        })
        .unwrap_err();
    assert_eq!(refused.kind, TroubleKind::NoJournal);
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
fn f27_each_way_of_not_connecting_has_its_own_words() {
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
    let _ = world.ask(storekeeper::engine::protocol::ReadStore {}).unwrap();
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
        ("nul.csv", b"Product ID,Name\n\0\0\0\0\0\0\0\0\n".to_vec()),
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
            Stage::Unread(file) if file.refusal.name == name => Some(file.refusal.clone()),
            _ => None,
        });
        assert!(words.insert(refusal.what.clone()), "{refusal:?}");
        assert!(!refusal.cure.is_empty(), "{refusal:?}");
    }
}

const WITH_ISSUES: Only = Only::Issues(WantedIssues { severity: None, rule: None, column: None });

/// A window of the file's rows, in the file's order.
fn rows(world: &mut World, only: Only, from: u32, count: u32) -> GridWindow {
    let Arranged { order, rows } = world.ask(Arrange { view: GridView { only, ..GridView::default() } }).unwrap();
    let window = world.ask(Grid { order, from, count });
    assert_eq!((window.order, window.total), (order, rows));
    window
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
    let all = rows(&mut world, Only::All, 0, 100);
    assert_eq!(all.rows.iter().map(|row| row.line).collect::<Vec<_>>(), [2, 3, 4, 5, 6]);
    assert_eq!(all.total, 5);
    let with_issues = rows(&mut world, WITH_ISSUES, 0, 100);
    assert_eq!(with_issues.rows.iter().map(|row| row.line).collect::<Vec<_>>(), [3, 5, 6]);
    assert!(with_issues.rows.iter().all(|row| !row.marks.is_empty()), "{:?}", with_issues.rows);
    assert_eq!(rows(&mut world, Only::All, 3, 1).rows[0].line, 5);
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
    assert_eq!(
        world
            .ask(storekeeper::engine::protocol::Send {
                token: review.token,
                typed: review.phrase.clone().unwrap_or_default(),
                in_this_tab: false
            })
            .unwrap_err()
            .kind,
        TroubleKind::NotNow
    );
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
    assert_eq!(
        world
            .ask(storekeeper::engine::protocol::Send {
                token: first.token,
                typed: first.phrase.clone().unwrap_or_default(),
                in_this_tab: false
            })
            .unwrap_err()
            .kind,
        TroubleKind::NotNow
    );
    world.send(&second);
    world.report();
    assert_eq!(world.puts().len(), 1);
    let _: &Request = &world.puts()[0];
}

/// Ways to another store while a review is on the table.
#[test]
fn a_review_of_one_store_is_never_sent_to_another() {
    for way in 0..4 {
        let mut world = World::new();
        world.connect();
        let products = active(&world, 3);
        world.drop_file("few.csv", raised(&products).as_bytes());
        let review = world.review();
        match way {
            0 => drop(world.ask(Connect { host: 1, key: PastedKey("key-good".into()) }).unwrap()),
            1 => drop(world.ask(OpenPractice {}).unwrap()),
            2 => {
                world.ask(Disconnect {});
                world.ask(Connect { host: 1, key: PastedKey("key-good".into()) }).unwrap();
            }
            // The same host, another community.
            _ => {
                other_community(&world);
                world.try_connect("key-good-other").unwrap();
            }
        }
        match world.stage() {
            Some(Stage::Checked(_)) => assert_ne!(way, 2),
            // Who disconnects leaves nothing behind.
            Some(Stage::Choosing { .. }) => assert_eq!(way, 2),
            stage => panic!("{way}: {stage:?}"),
        }
        assert_eq!(
            world
                .ask(Send { token: review.token, typed: review.phrase.clone().unwrap_or_default(), in_this_tab: false })
                .unwrap_err()
                .kind,
            TroubleKind::NotNow,
            "{way}"
        );
        assert!(world.puts().is_empty(), "{way}");
        assert!(world.journal.borrow().is_empty(), "{way}");
    }
    // Another key of the same store is no other store.
    let mut world = World::new();
    world.connect();
    let products = active(&world, 3);
    world.drop_file("few.csv", raised(&products).as_bytes());
    let review = world.review();
    world.try_connect("key-good-2").unwrap();
    world.send(&review);
    assert_eq!(count(&world.report().counts, FateKind::Changed), 3);
}

/// The settings are another community's from now on.
fn other_community(world: &World) {
    world.fault(|_, request, serve| {
        (request.path == "/stores").then(|| {
            let mut response = serve(request.clone());
            let mut settings: Value = serde_json::from_slice(&response.body).unwrap();
            settings["data"]["communityID"] = "aaaaaaaaaaaaaaaaaaaaaaaa".into();
            response.body = settings.to_string().into_bytes();
            Ok(response)
        })
    });
}

#[test]
fn what_is_being_compared_with_one_store_is_dropped_with_it() {
    let mut world = World::with_products(2000);
    world.connect();
    let products = active(&world, 2000);
    world.drop_file("many.csv", raised(&products).as_bytes());
    let comparing = world.post(Compare {}, None);
    while world.requests.borrow().len() < 4 {
        assert!(world.step());
    }
    world.ask(Connect { host: 1, key: PastedKey("key-good".into()) }).unwrap();
    assert!(matches!(world.stage(), Some(Stage::Checked(_))));
    assert_eq!(
        answer(&mut world, comparing, |reply| if let Reply::Compare(it) = reply { Some(it) } else { None }).unwrap_err().kind,
        TroubleKind::NotNow
    );
    assert!(matches!(world.stage(), Some(Stage::Checked(_))));
}

/// Runs until a question that was posted is answered.
fn answer<T>(world: &mut World, job: u32, of: impl Fn(Reply) -> Option<T>) -> T {
    for _ in 0..100_000 {
        let is_it = |message: &FromEngine| matches!(message, FromEngine::Answer { job: answered, .. } if *answered == job);
        let at = world.posted.borrow().iter().position(is_it);
        if let Some(at) = at {
            let FromEngine::Answer { reply, .. } = world.posted.borrow_mut().remove(at) else { unreachable!() };
            return of(*reply).unwrap();
        }
        assert!(world.step(), "no answer comes");
    }
    panic!("no answer comes");
}

#[test]
fn a_comparison_can_be_left_and_asks_nothing_more_then() {
    let mut world = World::with_products(2000);
    world.connect();
    let products = active(&world, 2000);
    world.drop_file("many.csv", raised(&products).as_bytes());
    let comparing = world.post(Compare {}, None);
    while world.requests.borrow().len() < 4 {
        assert!(world.step());
    }
    world.ask(BackToFile {}).unwrap();
    let asked = world.requests.borrow().len();
    assert!(answer(&mut world, comparing, |reply| if let Reply::Compare(it) = reply { Some(it) } else { None }).is_err());
    assert!(world.requests.borrow().len() <= asked + 1, "{} more", world.requests.borrow().len() - asked);
    let review = world.review();
    assert_eq!(review.changing, 2000);
}

#[test]
fn an_attempt_to_connect_that_was_overtaken_connects_to_nothing() {
    let mut world = World::new();
    let slow = world.post(Connect { host: 0, key: PastedKey("key-good".into()) }, None);
    world.ask(OpenPractice {}).unwrap();
    let late = answer(&mut world, slow, |reply| if let Reply::Connect(it) = reply { Some(it) } else { None });
    assert_eq!(late.unwrap_err().kind, TroubleKind::NotNow);
    let Connection::To(place) = world.ask(Overview {}).connection else { panic!("connected to nothing") };
    assert!(place.is_practice);

    let slow = world.post(Connect { host: 0, key: PastedKey("key-good".into()) }, None);
    world.ask(Disconnect {});
    assert!(answer(&mut world, slow, |reply| if let Reply::Connect(it) = reply { Some(it) } else { None }).is_err());
    assert_eq!(world.ask(Overview {}).connection, Connection::None);
}

#[test]
fn the_practice_store_stays_the_one_that_is_being_sent_to() {
    let mut world = World::new();
    world.ask(OpenPractice {}).unwrap();
    let sample = world.ask(SampleFile {}).unwrap();
    world.drop_file(&sample.name, sample.text.as_bytes());
    let review = world.review();
    world.send(&review);
    world.step();
    world.ask(OpenPractice {}).unwrap();
    let report = world.report();
    assert_eq!(count(&report.counts, FateKind::Changed), review.changing, "{:?}", lines(&mut world));
    // It is all there, in the store that is shown: only the codes, which nobody can compare, would be sent again.
    world.posted.borrow_mut().clear();
    world.drop_file(&sample.name, sample.text.as_bytes());
    let again = world.review();
    assert_eq!(again.changing, again.code_products, "{:?}", again.by_column);
}

/// A run that is cut off while its second request is on its way.
fn cut_off(world: &mut World, name: &str) {
    let products = active(world, 300);
    world.drop_file(name, raised(&products).as_bytes());
    let review = world.review();
    let sent = world.puts().len();
    world.send(&review);
    while world.puts().len() < sent + 2 {
        assert!(world.step());
    }
}

fn done(stage: Stage) -> ReportSummary {
    match stage {
        Stage::Done(report) => *report,
        stage => panic!("{stage:?}"),
    }
}

#[test]
fn of_several_runs_that_were_cut_off_each_is_shown_until_it_is_closed() {
    let mut world = World::with_products(300);
    world.connect();
    cut_off(&mut world, "older.csv");
    let (service, journal) = (std::rc::Rc::clone(&world.service), std::rc::Rc::clone(&world.journal));
    let mut younger = World::around(std::rc::Rc::clone(&service), std::rc::Rc::clone(&journal));
    younger.later(60_000);
    younger.connect();
    cut_off(&mut younger, "younger.csv");
    drop((world, younger));

    let mut world = World::around(service, journal);
    assert_eq!(done(world.ask(Overview {}).stage).file, "younger.csv");
    world.ask(CloseRun {});
    let older = world.report();
    assert_eq!((older.file.as_str(), older.ending), ("older.csv", Ending::Interrupted));
    world.ask(CloseRun {});
    assert!(matches!(world.stage(), Some(Stage::Choosing { .. })));
    let mut world = World::around(world.service, world.journal);
    assert!(matches!(world.ask(Overview {}).stage, Stage::Choosing { .. }));
}

#[test]
fn f34_a_damaged_record_is_shown_and_nothing_in_it_is_said_not_to_have_been_sent() {
    // What is damaged: the head, the first entry of the sender, a request's products; or everything is of another version.
    for damage in 0..5 {
        let mut world = World::with_products(300);
        world.connect();
        cut_off(&mut world, "many.csv");
        let (service, journal) = (std::rc::Rc::clone(&world.service), std::rc::Rc::clone(&world.journal));
        drop(world);
        {
            let mut entries = journal.borrow_mut();
            let numbers: Vec<_> = entries.keys().cloned().collect();
            match damage {
                0 => *entries.get_mut(&numbers[0]).unwrap() = b"\xff\xff".to_vec(),
                1 => entries.get_mut(&numbers[0]).unwrap()[0] ^= 0x40,
                2 => drop(entries.get_mut(&numbers[1]).unwrap().split_off(20)),
                3 => drop(entries.remove(&numbers[1])),
                _ => entries.values_mut().for_each(|entry| entry[0] = 99),
            }
        }
        let mut world = World::around(service, std::rc::Rc::clone(&journal));
        let report = done(world.ask(Overview {}).stage);
        assert_eq!(report.ending, Ending::Interrupted, "{damage}");
        let said = lines(&mut world);
        if damage < 4 {
            assert_eq!(said.len(), 300, "{damage}");
            // 100 were changed, 100 were on their way, 100 not sent. What was proven and is still written may be said.
            assert!(count(&report.counts, FateKind::Changed) <= 100, "{damage}: {report:?}");
            assert!(count(&report.counts, FateKind::NotSent) <= 100, "{damage}: {report:?}");
        }
        assert!(!journal.borrow().is_empty(), "{damage}: it is not deleted by being looked at");
        let _ = world.ask(ReportFile {}).unwrap();
        // A run of its own goes its own way.
        world.ask(CloseRun {});
        let mut world = World::around(world.service, journal);
        assert!(matches!(world.ask(Overview {}).stage, Stage::Choosing { .. }), "{damage}");
        world.connect();
        let products = active(&world, 3);
        world.drop_file("next.csv", raised(&products).as_bytes());
        let review = world.review();
        world.send(&review);
        assert_eq!(count(&world.report().counts, FateKind::Changed), 3, "{damage}");
    }
}

#[test]
fn a_request_whose_products_are_lost_from_the_record_is_unknown() {
    let mut world = World::with_products(300);
    world.connect();
    cut_off(&mut world, "many.csv");
    let (service, journal) = (std::rc::Rc::clone(&world.service), std::rc::Rc::clone(&world.journal));
    drop(world);
    // The record of the first request, which was applied.
    let first = journal.borrow().keys().nth(1).cloned().unwrap();
    journal.borrow_mut().get_mut(&first).unwrap().truncate(20);
    let mut world = World::around(service, journal);
    done(world.ask(Overview {}).stage);
    for line in &lines(&mut world)[..200] {
        assert_eq!(line.fate, FateKind::Unknown, "{line:?}");
    }
}

#[test]
fn f31_a_second_tab_leaves_alone_what_the_first_is_sending() {
    let mut world = World::with_products(300);
    world.connect();
    let products = active(&world, 300);
    world.drop_file("many.csv", raised(&products).as_bytes());
    let review = world.review();
    world.send(&review);
    while world.puts().len() < 2 {
        assert!(world.step());
    }
    let written = world.journal.borrow().clone();
    let mut second = world.beside();
    assert!(matches!(second.ask(Overview {}).stage, Stage::Choosing { .. }), "it was not cut off");
    second.ask(CloseRun {});
    assert_eq!(*second.journal.borrow(), written);
    // Nor does it send to the same store meanwhile.
    second.connect();
    second.drop_file("few.csv", format!("Product ID,Price\n{},4711\n", products[0].id).as_bytes());
    let its_review = second.review();
    assert_eq!(
        second
            .ask(Send { token: its_review.token, typed: its_review.phrase.clone().unwrap_or_default(), in_this_tab: false })
            .unwrap_err()
            .kind,
        TroubleKind::NotNow
    );
    assert!(matches!(second.stage(), Some(Stage::Reviewing(_))), "still there to be sent");
    assert!(second.puts().is_empty());

    let report = world.report();
    assert_eq!(count(&report.counts, FateKind::Changed), 300);
    // Its report is still on the table there.
    let mut third = world.beside();
    assert!(matches!(third.ask(Overview {}).stage, Stage::Choosing { .. }));
    second.send(&its_review);
    second.report();
    drop(world);
    let mut fourth = third.beside();
    assert_eq!(done(fourth.ask(Overview {}).stage).file, "many.csv");
}

#[test]
fn asking_where_things_stand_disturbs_nothing() {
    let mut world = World::with_products(300);
    world.connect();
    cut_off(&mut world, "many.csv");
    // The first overview of this engine's life, in the middle of a run.
    assert!(matches!(world.ask(Overview {}).stage, Stage::Sending(_)));
    let report = world.report();
    assert_eq!((count(&report.counts, FateKind::Changed), report.ending), (300, Ending::Finished));
    assert_eq!(world.puts().len(), 3);
}

#[test]
fn a_journal_that_failed_meanwhile_still_holds_every_entry() {
    for failures in 1..12 {
        let mut world = World::with_products(300);
        world.connect();
        let products = active(&world, 300);
        world.drop_file("many.csv", raised(&products).as_bytes());
        let review = world.review();
        world.send(&review);
        // It fails again and again; each time the person goes on.
        world.hands.journal_full.set(true);
        for _ in 0..failures {
            world.until(|stage| match stage {
                Stage::Sending(progress) => matches!(progress.state, SendState::Stopped(_)).then_some(()),
                _ => None,
            });
            world.posted.borrow_mut().clear();
            world.ask(ResumeSending {});
        }
        world.hands.journal_full.set(false);
        world.ask(ResumeSending {});
        while world.puts().len() < 2 {
            assert!(world.step());
        }
        let (service, journal) = (std::rc::Rc::clone(&world.service), std::rc::Rc::clone(&world.journal));
        drop(world);
        let mut world = World::around(service, journal);
        world.ask(Overview {});
        let before: BTreeMap<_, _> = world.journal.borrow().clone();
        world.connect();
        world.ask(CheckAgain {}).unwrap();
        let report = world.report();
        assert_eq!(count(&report.counts, FateKind::Unknown), 0);
        let after = world.journal.borrow();
        for (key, entry) in before.iter().filter(|((_, number), _)| *number >= 1 << 31) {
            assert_eq!(&after[key], entry, "{failures}: {key:?} was written over");
        }
    }
}

#[test]
fn a_run_is_cancelled_also_when_the_journal_fails() {
    let mut world = World::with_products(300);
    world.connect();
    cut_off(&mut world, "many.csv");
    world.hands.journal_full.set(true);
    world.until(|stage| match stage {
        Stage::Sending(progress) => matches!(progress.state, SendState::Stopped(_)).then_some(()),
        _ => None,
    });
    world.ask(CancelSending {});
    let report = world.report();
    assert_eq!(report.ending, Ending::Cancelled);
    assert_eq!((count(&report.counts, FateKind::Changed), count(&report.counts, FateKind::NotSent)), (200, 100));
    assert_eq!(world.puts().len(), 2);
}

#[test]
fn checking_again_does_not_make_a_finished_run_a_cancelled_one() {
    let mut world = World::new();
    world.connect();
    let products = active(&world, 3);
    let mut csv = String::from("Product ID,Vouchers,Voucher Expire Date\n");
    for (index, product) in products.iter().enumerate() {
        writeln!(csv, "{},NEW-{index},2027-12-31", product.id).unwrap();
    }
    world.drop_file("codes.csv", csv.as_bytes());
    let review = world.review();
    // The answer is lost, and then nothing can be read for a while.
    let mut is_lost = false;
    world.fault(move |_, request, serve| {
        if request.method == Method::Put {
            is_lost = true;
            serve(request.clone());
            return Some(Err(Failure::Timeout));
        }
        is_lost.then(|| Ok(refusal(502, "upstream")))
    });
    world.send(&review);
    let report = world.report();
    assert_eq!((count(&report.counts, FateKind::Unknown), report.ending), (3, Ending::Finished));
    world.fault(|_, _, _| None);
    world.ask(CheckAgain {}).unwrap();
    let state = world.until(|stage| match stage {
        Stage::Sending(progress) => Some(progress.state.clone()),
        _ => None,
    });
    assert_eq!(state, SendState::Checking);
    let report = world.report();
    assert_eq!((count(&report.counts, FateKind::Changed), report.ending), (3, Ending::Finished));
    let mut world = World::around(std::rc::Rc::clone(&world.service), std::rc::Rc::clone(&world.journal));
    assert_eq!(done(world.ask(Overview {}).stage).ending, Ending::Finished);
}

#[test]
fn a_list_that_never_ends_is_left() {
    for total in [None, Some(1_000_000_000)] {
        let mut world = World::with_products(300);
        world.connect();
        let products = active(&world, 250);
        world.fault(move |number, request, serve| {
            assert!(number < 2_000, "it goes on and on");
            // Whatever is skipped, the service shows its first page.
            (request.path.starts_with("/products?") || request.path.starts_with("/categories?")).then(|| {
                let path = if request.path.starts_with("/products") {
                    "/products?skip=0&limit=100"
                } else {
                    "/categories?skip=0&limit=100"
                };
                let mut response = serve(Request { path: path.into(), ..request.clone() });
                let mut list: Value = serde_json::from_slice(&response.body).unwrap();
                list["meta"]["total"] = total.into();
                list["meta"]["limit"] = 1.into();
                response.body = list.to_string().into_bytes();
                Ok(response)
            })
        });
        let mut csv = String::from("Product ID,Price,Category Name\n");
        for product in &products {
            writeln!(csv, "{},9999,Nowhere", product.id).unwrap();
        }
        world.drop_file("many.csv", csv.as_bytes());
        assert_eq!(world.review().changing, 250);
    }
}

#[test]
fn categories_that_may_not_be_read_do_not_stop_a_comparison() {
    let mut world = World::new();
    world.connect();
    let product = active(&world, 1).remove(0);
    world.fault(|_, request, _| request.path.starts_with("/categories").then(|| Ok(refusal(401, "no access"))));
    world.drop_file("one.csv", format!("Product ID,Category Name\n{},Nowhere\n", product.id).as_bytes());
    assert_eq!(world.review().changing, 1);
}

/// A few thousand small files, sound and damaged: every row has one place, every product one line, and the sums are right.
#[test]
fn windows_and_sums_agree_whatever_the_damage() {
    let mut rng = fastrand::Rng::with_seed(4711);
    let mut world = World::new();
    world.connect();
    let known: Vec<ProductId> = active(&world, 12).iter().map(|product| product.id).collect();
    for round in 0..400 {
        let mut csv = String::from("Product ID,Name,Price,Roles\n");
        for _ in 0..rng.usize(1..14) {
            let id = match rng.u8(0..8) {
                0 => String::new(),
                1 => "nonsense".into(),
                2 => format!("{:024x}", rng.u64(..)),
                _ => known[rng.usize(0..known.len())].to_string(),
            };
            csv += &match rng.u8(0..12) {
                0 => format!("{id},\"open,5,\n"),
                1 => format!("{id},a \" b,5,\n"),
                2 => format!("{id},few\n"),
                3 => format!("{id},too,5,many,cells\n"),
                4 => format!("{id},\"two\nlines\",5,\n"),
                5 => format!("{id},\"two\nlines\",5\n"),
                6 => format!("{id},x,12O,\n"),
                7 => format!("{id},,,VIP\n"),
                8 => "\n".into(),
                _ => format!("{id},x,{},\n", rng.u16(1..500)),
            };
        }
        world.posted.borrow_mut().clear();
        world.ask(CloseRun {});
        world.try_drop("random.csv", csv.as_bytes()).unwrap();
        let read = world.until(|stage| match stage {
            Stage::Checked(summary) => Some(Some((**summary).clone())),
            Stage::Choosing { refusal: Some(_) } | Stage::Unread(_) => Some(None),
            _ => None,
        });
        let Some(file) = read else { continue };
        let all = rows(&mut world, Only::All, 0, 200);
        let numbers: Vec<u32> = all.rows.iter().map(|row| row.line).collect();
        assert!(numbers.is_sorted_by(|a, b| a < b), "{round}: {numbers:?}\n{csv}");
        assert_eq!((all.total, all.rows.len() as u32), (file.rows, file.rows), "{round}\n{csv}");
        let damaged = all.rows.iter().filter(|row| row.kind == RowKind::Damaged);
        assert_eq!(damaged.clone().count() as u32, file.damaged_rows, "{round}");
        for row in damaged {
            assert!(!row.marks.is_empty(), "{round}: nothing is said of line {}\n{csv}", row.line);
        }
        for at in 0..file.rows + 2 {
            let one = rows(&mut world, Only::All, at, 1);
            assert_eq!(one.rows.as_slice(), all.rows.get(at as usize..at as usize + 1).unwrap_or(&[]), "{round}");
        }
        let marked: Vec<_> = all.rows.iter().filter(|row| !row.marks.is_empty()).cloned().collect();
        let with_issues = rows(&mut world, WITH_ISSUES, 0, 200);
        assert_eq!(with_issues.rows, marked, "{round}\n{csv}");
        assert_eq!(with_issues.total, marked.len() as u32, "{round}");
        if file.sendable == 0 {
            continue;
        }
        let review = world.review();
        assert_eq!(review.changing + review.unchanged + review.left_out + review.missing, file.products, "{round}\n{csv}");
        assert_eq!(file.products - review.left_out, file.sendable, "{round}\n{csv}");
        if review.changing == 0 {
            continue;
        }
        world.send(&review);
        let report = world.report();
        assert_eq!(report.counts.iter().map(|(_, count)| count).sum::<u32>(), file.products, "{round}");
        let mut named: Vec<String> = lines(&mut world).into_iter().map(|line| line.product).filter(|id| id.len() == 24).collect();
        let all_named = named.len();
        named.sort();
        named.dedup();
        assert_eq!(named.len(), all_named, "{round}: a product has two lines\n{csv}");
    }
}

#[test]
fn what_somebody_changed_while_the_review_lay_there_is_not_overwritten_unseen() {
    for is_changed in [false, true] {
        let mut world = World::new();
        world.connect();
        let products = active(&world, 3);
        world.drop_file("few.csv", raised(&products).as_bytes());
        let review = world.review();
        if is_changed {
            let body = format!(r#"[{{"productID":"{}","price":777}}]"#, products[1].id);
            let path = "/products/bulk";
            world.service.borrow_mut().handle(Method::Put, path, Some("application/json"), body.as_bytes());
        }
        world.later(3_600_000);
        let sent = world.ask(Send { token: review.token, typed: review.phrase.clone().unwrap_or_default(), in_this_tab: false });
        if !is_changed {
            sent.unwrap();
            assert_eq!(count(&world.report().counts, FateKind::Changed), 3);
            continue;
        }
        assert_eq!(sent.unwrap_err().kind, TroubleKind::NotNow);
        assert!(world.puts().is_empty());
        let Some(Stage::Reviewing(now)) = world.stage() else { panic!("{:?}", world.stage()) };
        assert!(now.guards[0].words.contains("1 product was changed"), "{:?}", now.guards);
        assert_eq!(now.guards[0].examples, [products[1].name.clone().unwrap()]);
        assert_ne!(now.token, review.token);
        assert!(now.phrase.is_some(), "it has to be typed");
        world.ask(ReviewBy { limits: now.limits, scope: Some(vec![ColumnId::Price]) }).unwrap();
        let Some(Stage::Reviewing(locked)) = world.stage() else { panic!("{:?}", world.stage()) };
        assert_eq!((&locked.guards[0], locked.phrase.is_some()), (&now.guards[0], true), "not forgotten by locking a column");
        let now = locked;
        assert_eq!(
            world
                .ask(Send { token: review.token, typed: review.phrase.clone().unwrap_or_default(), in_this_tab: false })
                .unwrap_err()
                .kind,
            TroubleKind::NotNow
        );
        world.send(&now);
        assert_eq!(count(&world.report().counts, FateKind::Changed), 3);
    }
}

#[test]
fn the_page_hears_of_a_quick_batch_while_the_next_one_takes_long() {
    let mut world = World::with_products(300);
    world.connect();
    let products = active(&world, 250);
    world.drop_file("many.csv", raised(&products).as_bytes());
    let review = world.review();
    // Answered sooner than the page is told twice; whatever follows takes an hour.
    world.hands.latency.set(30);
    let latency = std::rc::Rc::clone(&world.hands.latency);
    world.fault(move |_, request, _| {
        if request.method == Method::Put {
            latency.set(3_600_000);
        }
        None
    });
    world.send(&review);
    let batch = world.until(|stage| match stage {
        Stage::Sending(progress) if progress.done > 0 => Some((progress.done, progress.batch, progress.batches)),
        _ => None,
    });
    assert!(batch.0 < 250 && batch.1 < 3, "{batch:?}");
    assert_eq!(count(&world.report().counts, FateKind::Changed), 250);
}
