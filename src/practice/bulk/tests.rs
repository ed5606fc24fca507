//! The bulk update by way of the api room: what a patch says is what the store holds afterwards, and what it answers.

use super::super::service::Switches;
use super::*;
use crate::api::{Answered, ApiError, Applied, BulkAnswer, Door, Method, answer, endpoint};
use crate::domain::{
    ExpiringHighlight, Permission, PermissionGroup, Price, Product, UserInformation, VoucherAppend, VoucherCode,
};
use proptest::prelude::*;
use serde_json::json;

fn put(service: &mut Service, body: &Value) -> Response {
    service.handle(Method::Put, "/products/bulk", Some("application/json"), body.to_string().as_bytes())
}

fn send(service: &mut Service, patches: &[ProductPatch]) -> Result<BulkAnswer, ApiError> {
    send_by(Door::Json, service, patches)
}

fn send_by(door: Door, service: &mut Service, patches: &[ProductPatch]) -> Result<BulkAnswer, ApiError> {
    let request = endpoint::update_products(patches, door).unwrap();
    let body = request.body.unwrap();
    let response = service.handle(request.method, &request.path, Some(&*body.media_type), &body.bytes);
    answer::read_bulk(Ok(response))
}

fn read(service: &mut Service, id: ProductId) -> Product {
    let answered: Answered = Ok(service.handle(Method::Get, &endpoint::read_product(id).path, None, b""));
    answer::read_one(answered).unwrap()
}

fn nth(service: &Service, n: usize) -> ProductId {
    service.products().nth(n).unwrap().id
}

fn codes(list: &[&str]) -> VoucherAppend {
    let codes = list.iter().map(|code| VoucherCode::parse(code).unwrap()).collect();
    VoucherAppend { codes, expire_date: Timestamp::parse("2027-12-31").unwrap() }
}

/// What the product should be, written apart from the service's own `apply`.
fn expected(mut it: Product, patch: ProductPatch) -> Product {
    fn to<T>(field: &mut T, edit: Edit<T>) {
        if let Edit::Set(value) = edit {
            *field = value;
        }
    }
    fn some<T>(edit: Edit<T>) -> Edit<Option<T>> {
        match edit {
            Edit::Set(value) => Edit::Set(Some(value)),
            Edit::Keep => Edit::Keep,
        }
    }
    to(&mut it.name, some(patch.name));
    to(&mut it.description, some(patch.description));
    to(&mut it.image, some(some(patch.image)));
    to(&mut it.price, some(patch.price));
    to(&mut it.category, some(some(patch.category_name)));
    to(&mut it.is_discount_enabled, some(patch.is_discount_enabled));
    to(&mut it.discount_price, some(some(patch.discount_price)));
    to(&mut it.discount_start_date, some(patch.discount_start_date));
    to(&mut it.discount_end_date, some(patch.discount_end_date));
    to(&mut it.user_information, some(patch.user_information));
    to(&mut it.should_prioritise_expiring_vouchers, some(patch.should_prioritise_expiring_vouchers));
    to(&mut it.should_display_remaining_quantity, some(patch.should_display_remaining_quantity));
    to(&mut it.expiring_voucher_highlight, some(patch.expiring_voucher_highlight));
    to(&mut it.is_archived, some(patch.is_archived));
    to(&mut it.redemption_instructions, some(patch.redemption_instructions));
    to(&mut it.is_product_access_enabled, some(patch.is_product_access_enabled));
    to(&mut it.purchase_status_override, some(patch.purchase_status_override_name));
    to(&mut it.permissions, some(patch.permissions));
    it.stocks = it.stocks.map(|stocks| stocks + patch.vouchers.map_or(0, |it| i64::try_from(it.codes.len()).unwrap()));
    it
}

fn edit<T: Clone + std::fmt::Debug>(value: impl Strategy<Value = T>) -> impl Strategy<Value = Edit<T>> {
    prop::option::of(value).prop_map(Edit::from)
}

fn price() -> impl Strategy<Value = Price> {
    (0u64..1_000_000_000_000, 0u32..100).prop_map(|(whole, cents)| Price::parse(&format!("{whole}.{cents:02}")).unwrap())
}

fn moment() -> impl Strategy<Value = Timestamp> {
    // From 1970 to the last day of 9999.
    (0i64..253_402_300_799_999).prop_map(Timestamp::from_millis)
}

fn one_of(names: &'static [&'static str]) -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec(prop::sample::select(names).prop_map(str::to_owned), 0..3)
}

fn permission() -> impl Strategy<Value = Permission> {
    use super::super::seed::{ROLES, TAGS, USERS};
    let people = (one_of(&ROLES), one_of(&TAGS), one_of(&USERS), prop::collection::vec(one_of(&ROLES), 0..2));
    (people, price(), any::<[bool; 4]>(), any::<[u32; 2]>(), "[a-z-]{1,9}").prop_map(
        |(people, special_price, on, count, word)| Permission {
            is_enabled: on[0],
            kind: word.as_str().into(),
            role_names: people.0,
            tag_names: people.1,
            usernames: people.2,
            combination: people.3.into_iter().map(|values| PermissionGroup { kind: "role".into(), values }).collect(),
            special_price,
            is_special_price_enabled: on[1],
            is_purchase_limit_enabled: on[2],
            purchase_limit_quantity: count[0],
            purchase_limit_interval_count: count[1],
            purchase_limit_interval_unit: word.as_str().into(),
            access_level: word.as_str().into(),
            is_exclusive_tag_enabled: on[3],
        },
    )
}

fn patch() -> impl Strategy<Value = ProductPatch> {
    let texts = (edit("\\PC{1,20}x"), edit(".{0,40}"), edit("https://example\\.com/[a-zé]{1,8}"), edit(".{0,40}"));
    let amounts = (edit(price()), edit(price()), edit(prop::option::of(moment())), edit(prop::option::of(moment())));
    let flags = prop::collection::vec(edit(any::<bool>()), 5);
    let asks = edit(any::<[bool; 4]>().prop_map(|on| UserInformation {
        is_enabled: on[0],
        should_collect_name: on[1],
        should_collect_phone: on[2],
        should_collect_address: on[3],
    }));
    let highlight =
        edit((any::<bool>(), any::<u32>(), "[a-z]{1,6}").prop_map(|(is_enabled, duration, unit)| ExpiringHighlight {
            is_enabled,
            duration,
            timeframe: unit.as_str().into(),
        }));
    let names = (
        edit(prop::sample::select(vec!["Games".to_owned(), "Coffee & Bakery".to_owned()])),
        edit(prop::option::of(Just("Ready for pickup".to_owned()))),
        edit(prop::collection::vec(permission(), 0..3)),
    );
    let vouchers = prop::option::of((prop::collection::hash_set("[A-ZÄ0-9 -]{1,12}Q", 1..5), moment()));
    (texts, amounts, flags, asks, highlight, names, vouchers).prop_map(
        |(texts, amounts, flags, asks, highlight, names, vouchers)| ProductPatch {
            id: ProductId::from_bytes([0; 12]),
            name: texts.0,
            description: texts.1,
            image: texts.2,
            redemption_instructions: texts.3,
            price: amounts.0,
            discount_price: amounts.1,
            discount_start_date: amounts.2,
            discount_end_date: amounts.3,
            is_discount_enabled: flags[0].clone(),
            should_prioritise_expiring_vouchers: flags[1].clone(),
            should_display_remaining_quantity: flags[2].clone(),
            is_archived: flags[3].clone(),
            is_product_access_enabled: flags[4].clone(),
            user_information: asks,
            expiring_voucher_highlight: highlight,
            category_name: names.0,
            purchase_status_override_name: names.1,
            permissions: names.2,
            vouchers: vouchers.map(|(codes, expire_date)| {
                let codes: std::collections::BTreeSet<_> = codes.iter().map(|code| VoucherCode::parse(code).unwrap()).collect();
                VoucherAppend { codes: codes.into_iter().collect(), expire_date }
            }),
        },
    )
}

proptest! {
    #[test]
    fn no_request_makes_it_panic(path in "/(products|stores|categories)?/?(bulk)?[?]?(limit=[0-9]{0,20}&|search=.{0,5}|sort=.{0,9})*", body in ".{0,60}") {
        let mut service = Service::new(1);
        for method in [Method::Get, Method::Put, Method::Post, Method::Delete] {
            let response = service.handle(method, &path, Some("application/json"), body.as_bytes());
            prop_assert!((200..500).contains(&response.status));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn what_a_patch_says_is_what_the_store_holds(patch in patch(), at in 0usize..324) {
        let mut service = Service::new(7);
        let id = nth(&service, at);
        let patch = ProductPatch { id, ..patch };
        prop_assume!(patch.has_fields() || patch.vouchers.is_some());
        let before = read(&mut service, id);
        let bulk = send(&mut service, std::slice::from_ref(&patch)).unwrap();
        let wanted = expected(before.clone(), patch.clone());
        prop_assert_eq!(bulk.updated, Some(1));
        prop_assert!(bulk.products[0].updated_at > before.updated_at);
        let wanted = Product { updated_at: bulk.products[0].updated_at, ..wanted };
        prop_assert_eq!(&bulk.products[0], &wanted);
        prop_assert_eq!(&read(&mut service, id), &wanted);
        for code in patch.vouchers.iter().flat_map(|vouchers| &vouchers.codes) {
            prop_assert_eq!(service.codes(id).get(code.reveal()).copied(), Some(1));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn both_doors_lead_to_the_same_store(patch in patch(), at in 0usize..324) {
        let (mut one, mut other) = (Service::new(7), Service::new(7));
        let id = nth(&one, at);
        let patch = ProductPatch { id, ..patch };
        prop_assume!(patch.has_fields() || patch.vouchers.is_some());
        if !Door::Csv.unsaid(&patch).is_empty() {
            prop_assert!(endpoint::update_products(std::slice::from_ref(&patch), Door::Csv).is_err());
            // What can be said of it is sent all the same.
            let sayable = ProductPatch { description: Edit::Keep, redemption_instructions: Edit::Keep, ..patch.clone() };
            let sayable = ProductPatch { discount_start_date: Edit::Keep, discount_end_date: Edit::Keep, ..sayable };
            prop_assume!(sayable.has_fields() && Door::Csv.unsaid(&sayable).is_empty());
            send_by(Door::Csv, &mut other, std::slice::from_ref(&sayable)).unwrap();
            send(&mut one, std::slice::from_ref(&sayable)).unwrap();
        } else {
            send(&mut one, std::slice::from_ref(&patch)).unwrap();
            let answer = send_by(Door::Csv, &mut other, std::slice::from_ref(&patch)).unwrap();
            prop_assert_eq!(answer.updated, Some(1));
        }
        prop_assert_eq!(read(&mut one, id), read(&mut other, id));
        prop_assert_eq!(one.codes(id), other.codes(id));
        for code in patch.vouchers.iter().flat_map(|vouchers| &vouchers.codes) {
            prop_assert_eq!(one.expiry(id, code.reveal()), other.expiry(id, code.reveal()));
        }
    }
}

#[test]
fn a_form_that_is_none_changes_nothing() {
    let mut service = Service::new(1);
    let id = nth(&service, 0);
    let before = read(&mut service, id);
    let mut refused = |name: &str, kind: &str, csv: &str| {
        let body = format!(
            "--b\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"p.csv\"\r\nContent-Type: {kind}\r\n\r\n{csv}\r\n--b--\r\n"
        );
        let response = service.handle(Method::Put, "/products/bulk", Some("multipart/form-data; boundary=b"), body.as_bytes());
        (response.status, String::from_utf8(response.body).unwrap())
    };
    let good = format!("Product ID,Price\r\n{id},77\r\n");
    for (name, kind, csv, why) in [
        ("data", "text/csv", good.clone(), "file is required"),
        ("file", "text/plain", good.clone(), "must be a CSV"),
        ("file", "text/csv", format!("Product ID,Cost\r\n{id},77\r\n"), "unknown header"),
        ("file", "text/csv", "Name,Price\r\na,77\r\n".to_owned(), "missing"),
        ("file", "text/csv", format!("Product ID,Price\r\n{id},cheap\r\n"), "row 2"),
        ("file", "text/csv", format!("Product ID,Price\r\n{id},77\r\n,78\r\n"), "row 3"),
        ("file", "text/csv", format!("Product ID,Price\r\n{id}\r\n"), "Invalid CSV"),
        ("file", "text/csv", "Product ID,Price\r\n".to_owned(), "Between 1 and 100"),
    ] {
        let (status, words) = refused(name, kind, &csv);
        assert!(status == 400 && words.contains(why), "{why}: {status} {words}");
    }
    assert_eq!(refused("file", "application/vnd.ms-excel", &good).0, 200);
    assert_eq!(read(&mut service, id).price, Some(Price::whole(77)));
    assert_ne!(before.price, Some(Price::whole(77)));
}

#[test]
fn what_is_not_documented_is_refused_and_nothing_changes() {
    let mut service = Service::new(1);
    let id = nth(&service, 0).to_string();
    let too_many: Vec<_> = service.products().take(101).map(|it| json!({ "productID": it.id.to_string(), "price": 1 })).collect();
    let date = "2027-12-31T00:00:00.000Z";
    let before: Vec<_> = service.products().cloned().collect();
    for (status, body) in [
        (400, json!([])),
        (400, json!({ "products": [{ "productID": id, "price": 1 }] })),
        (400, json!(too_many)),
        (400, json!([{ "price": 1 }])),
        (400, json!([{ "productID": "nonsense", "price": 1 }])),
        (400, json!([{ "productID": "000000000000000000000404", "price": 1 }])),
        (400, json!([{ "productID": id, "price": 1 }, { "productID": id, "price": 2 }])),
        (400, json!([{ "productID": id, "stocks": 1 }])),
        (400, json!([{ "productID": id, "price": "1" }])),
        (400, json!([{ "productID": id, "price": -1 }])),
        (400, json!([{ "productID": id, "name": " " }])),
        (400, json!([{ "productID": id, "categoryName": "Nowhere" }])),
        (400, json!([{ "productID": id, "purchaseStatusOverrideName": "Nowhere" }])),
        (400, json!([{ "productID": id, "discountEndDate": "tomorrow" }])),
        (400, json!([{ "productID": id, "image": "data:image/png;base64,AAAA" }])),
        (400, json!([{ "productID": id, "userInformation": { "isEnabled": true } }])),
        (400, json!([{ "productID": id, "expiringVoucherHighlight": { "isEnabled": true, "duration": 7 } }])),
        (400, json!([{ "productID": id, "productPermission": [{ "isEnabled": true }] }])),
        (400, json!([{ "productID": id, "vouchers": ["A"] }])),
        (400, json!([{ "productID": id, "vouchers": ["A"], "voucherExpireDate": "" }])),
        (400, json!([{ "productID": id, "vouchers": [], "voucherExpireDate": date }])),
        (409, json!([{ "productID": id, "vouchers": ["A", "A"], "voucherExpireDate": date }])),
    ] {
        let response = put(&mut service, &body);
        let said = String::from_utf8_lossy(&response.body).into_owned();
        assert_eq!(response.status, status, "{body} {said}");
        match answer::read_bulk(Ok(response)) {
            Err(ApiError::Refused { said, .. }) => assert!(!said.message.is_empty()),
            other => panic!("{body}: {other:?}"),
        }
    }
    assert_eq!(service.products().cloned().collect::<Vec<_>>(), before);
    let with = |service: &mut Service, kind: Option<&str>| service.handle(Method::Put, "/products/bulk", kind, b"[{]").status;
    assert_eq!(with(&mut service, Some("application/json; charset=utf-8")), 400);
    assert_eq!(with(&mut service, Some("text/plain")), 400);
    assert_eq!(with(&mut service, None), 400);
    assert_eq!(put(&mut service, &json!([{ "productID": id, "vouchers": [], "voucherExpireDate": "" }])).status, 200);
}

#[test]
fn codes_are_appended_and_the_same_again_is_a_conflict() {
    let mut service = Service::new(1);
    let id = nth(&service, 3);
    let patch = ProductPatch { vouchers: Some(codes(&["NEW-1", "NEW-2"])), ..ProductPatch::nothing(id) };
    let before = read(&mut service, id).stocks.unwrap();
    let bulk = send(&mut service, std::slice::from_ref(&patch)).unwrap();
    assert_eq!(bulk.products[0].stocks, Some(before + 2));
    assert_eq!(service.expiry(id, "NEW-2"), [Timestamp::parse("2027-12-31").unwrap()]);
    // Also once they are sold.
    assert_eq!(service.sell(id, 1_000), usize::try_from(before + 2).unwrap());
    assert_eq!(read(&mut service, id).stocks, Some(0));
    let again = send(&mut service, std::slice::from_ref(&patch)).unwrap_err();
    assert_eq!((again.status(), again.applied()), (Some(409), Applied::PerhapsInPart));
    service.switches = Switches { takes_stored_codes: true, ..Switches::default() };
    send(&mut service, &[patch]).unwrap();
    assert_eq!(service.codes(id).get("NEW-1"), Some(&2));
}

#[test]
fn the_switch_says_what_a_bad_item_does_to_the_others() {
    let cases = [
        (OnBadItem::RefuseAll, false, Some(400)),
        (OnBadItem::ApplyRestAndRefuse, true, Some(400)),
        (OnBadItem::ApplyRestAndSucceed, true, None),
    ];
    for (on_bad_item, is_applied, status) in cases {
        let mut service = Service::new(1);
        service.switches.on_bad_item = on_bad_item;
        let (good, bad) = (nth(&service, 1), nth(&service, 2));
        let patches = [
            ProductPatch { category_name: Edit::Set("Nowhere".into()), ..ProductPatch::nothing(bad) },
            ProductPatch { name: Edit::Set("Good".into()), ..ProductPatch::nothing(good) },
        ];
        match (send(&mut service, &patches), status) {
            (Ok(bulk), None) => {
                assert_eq!((bulk.updated, bulk.products.len()), (Some(1), 1));
                assert_eq!(bulk.products[0].id, good);
            }
            (Err(error), Some(status)) => assert_eq!(error.status(), Some(status)),
            other => panic!("{other:?}"),
        }
        assert_eq!(service.product(good).unwrap().name.as_deref() == Some("Good"), is_applied);
        assert_eq!(service.log().count(), 1);
    }
}
