//! The reference's own examples read whole, and answers of every broken kind.

use super::*;
use crate::api::error::Applied;
use crate::domain::{ExpiringHighlight, Permission, PermissionGroup, Price, UserInformation};
use proptest::prelude::*;

fn answered(status: u16, body: &str) -> Answered {
    let content_type = Some("application/json; charset=utf-8".to_owned());
    Ok(Response { status, content_type, retry_after: None, body: body.as_bytes().to_vec() })
}

/// The response example of [dev 37690410].
const BULK: &str = r#"{
  "meta": { "status": "success", "statusCode": 200, "updated": 1 },
  "message": "Update products success.",
  "data": [ {
    "_id": "507f1f77bcf86cd799439011", "communityID": "6502c9e514a3e564c5c09c0a", "name": "Premium Voucher",
    "description": "<p>Updated premium access reward.</p>", "image": "https://example.com/product.png", "price": 120,
    "category": "Premium Rewards", "stocks": 3, "discountPrice": 100, "isDiscountEnabled": false,
    "discountStartDate": null, "discountEndDate": null,
    "userInformation": { "isEnabled": false, "shouldCollectName": false, "shouldCollectPhone": false, "shouldCollectAddress": false },
    "shouldPrioritiesExpiringVouchers": false, "shouldDisplayRemainingQuantity": true,
    "expiringVoucherHighlight": { "isEnabled": false, "duration": 7, "timeframe": "days" },
    "isArchived": false, "totalOrders": 0, "redemptionInstructions": "<p>Show this voucher at checkout.</p>",
    "productPermission": [ {
      "isEnabled": true, "type": "role",
      "permission": { "roleNames": ["VIP Member"], "tagNames": ["Early Access"], "usernames": ["alex"],
        "combination": [ { "type": "role", "values": ["VIP Member"] } ] },
      "purchaseAccess": { "specialPrice": 80, "isSpecialPriceEnabled": false },
      "purchaseLimit": { "isPurchaseLimitEnabled": false, "quantity": 1, "intervalCount": 1, "intervalUnit": "months" },
      "accessLevel": "full-access", "isExclusiveTagEnabled": false } ],
    "isProductAccessEnabled": false, "purchaseStatusOverride": { "isEnabled": false, "status": null },
    "createdAt": "2026-06-09T00:00:00.000Z", "updatedAt": "2026-06-11T00:00:00.000Z" } ] }"#;

fn documented_product() -> Product {
    let vip = || vec!["VIP Member".to_owned()];
    Product {
        id: "507f1f77bcf86cd799439011".parse().unwrap(),
        community_id: Some("6502c9e514a3e564c5c09c0a".into()),
        name: Some("Premium Voucher".into()),
        description: Some("<p>Updated premium access reward.</p>".into()),
        image: Some(Some("https://example.com/product.png".into())),
        price: Some(Price::whole(120)),
        category: Some(Some("Premium Rewards".into())),
        category_id: None,
        stocks: Some(3),
        discount_price: Some(Some(Price::whole(100))),
        is_discount_enabled: Some(false),
        discount_start_date: Some(None),
        discount_end_date: Some(None),
        user_information: Some(UserInformation::default()),
        should_prioritise_expiring_vouchers: Some(false),
        should_display_remaining_quantity: Some(true),
        expiring_voucher_highlight: Some(ExpiringHighlight { is_enabled: false, duration: 7, timeframe: "days".into() }),
        is_archived: Some(false),
        total_orders: Some(0),
        redemption_instructions: Some("<p>Show this voucher at checkout.</p>".into()),
        permissions: Some(vec![Permission {
            is_enabled: true,
            kind: "role".into(),
            role_names: vip(),
            tag_names: vec!["Early Access".into()],
            usernames: vec!["alex".into()],
            combination: vec![PermissionGroup { kind: "role".into(), values: vip() }],
            special_price: Price::whole(80),
            is_special_price_enabled: false,
            is_purchase_limit_enabled: false,
            purchase_limit_quantity: 1,
            purchase_limit_interval_count: 1,
            purchase_limit_interval_unit: "months".into(),
            access_level: "full-access".into(),
            is_exclusive_tag_enabled: false,
        }]),
        is_product_access_enabled: Some(false),
        purchase_status_override: Some(None),
        created_at: Some(Timestamp::parse("2026-06-09").unwrap()),
        updated_at: Some(Timestamp::parse("2026-06-11").unwrap()),
    }
}

#[test]
fn the_documented_bulk_answer_is_read_whole() {
    let bulk = read_bulk(answered(200, BULK)).unwrap();
    assert_eq!((bulk.updated, bulk.message.as_str(), bulk.unreadable), (Some(1), "Update products success.", 0));
    assert_eq!(bulk.products, [documented_product()]);
}

#[test]
fn the_documented_store_answer_is_read() {
    let store = read_settings(answered(
        200,
        r#"{ "meta": { "status": "success", "statusCode": 200 }, "message": "Update store config success.",
        "data": { "_id": "507f1f77bcf86cd799439011", "communityID": "6502c9e514a3e564c5c09c0a", "isEnabled": true,
        "title": "Rewards Store", "description": "<p>Redeem community rewards.</p>", "currency": { "name": "Coins" },
        "widget": { "isEnabled": true }, "updatedAt": "2026-04-28T00:00:00.000Z" } }"#,
    ))
    .unwrap();
    assert_eq!(store.community_id.as_deref(), Some("6502c9e514a3e564c5c09c0a"));
    assert_eq!(store.description.as_deref(), Some("<p>Redeem community rewards.</p>"));
    assert_eq!(store.entries().len(), 6);
}

#[test]
fn lists_count_what_cannot_be_read_and_keep_the_rest() {
    let page = read_list(answered(
        200,
        r#"{"meta":{"status":"success","statusCode":200,"skip":20,"limit":20,"total":42},"message":"Read products success.",
        "data":[{"_id":"507f1f77bcf86cd799439011","name":"Voucher","type":"voucher","categoryID":"6502c9e514a3e564c5c09c0b"},{"name":"no id"},null]}"#,
    ))
    .unwrap();
    assert_eq!((page.items.len(), page.unreadable), (1, 2));
    assert_eq!((page.skip, page.limit, page.total), (Some(20), Some(20), Some(42)));
    let categories =
        read_categories(answered(200, r#"{"status":"success","data":[{"_id":"1","name":"Gifts","isArchived":true}]}"#));
    assert_eq!(categories.unwrap().items[0].name, "Gifts");
    let legacy = read_one(answered(200, r#"{"meta":{"success":true},"body":{"_id":"507f1f77bcf86cd799439011"}}"#));
    assert_eq!(legacy.unwrap(), Product::unknown("507f1f77bcf86cd799439011".parse().unwrap()));
}

#[test]
fn an_error_in_the_envelope_is_an_error_whatever_http_says() {
    for (body, code) in [
        (r#"{"meta":{"status":"error","statusCode":200},"message":"m","data":[]}"#, Some(200)),
        (r#"{"meta":{"status":"success","statusCode":409},"message":"m","data":[]}"#, Some(409)),
        (r#"{"status":"error","message":"m"}"#, None),
        (r#"{"meta":{"success":false,"message":"m"},"body":{}}"#, None),
        (r#"{"statusCode":"502","message":["m"]}"#, Some(502)),
    ] {
        match read_bulk(answered(200, body)) {
            Err(ApiError::EnvelopeSaysError { http_status: 200, status_code, said }) => {
                assert_eq!((status_code, said.message.as_str()), (code, "m"), "{body}");
            }
            other => panic!("{body}: {other:?}"),
        }
    }
}

#[test]
fn what_is_not_the_api_is_said_to_be_so() {
    let html = "<!DOCTYPE html><html><head><title>Sign in</title><style>p{color:red}</style><SCRIPT>alert('<p>')</SCRIPT></head><body><p>Hotel\n Wi-Fi</p>";
    for (status, body, excerpt) in [
        (200, html, "Sign in Hotel Wi-Fi"),
        (502, "<h1>Bad gateway</h1>", "Bad gateway"),
        (200, "", ""),
        (204, "", ""),
        (200, "{\"meta\":{\"status\":\"succ", "{\"meta\":{\"status\":\"succ"),
        (200, "[1]", "[1]"),
        (200, "{\"ok\":true}", "{\"ok\":true}"),
        (200, "{\"message\":\"hello\"}", "{\"message\":\"hello\"}"),
    ] {
        match read_bulk(answered(status, body)) {
            Err(error @ ApiError::NotTheApi { .. }) => {
                assert_eq!(error.applied(), Applied::Unknown);
                let ApiError::NotTheApi { excerpt: seen, status: kept, .. } = error else { continue };
                assert_eq!((seen.as_str(), kept), (excerpt, status), "{body}");
            }
            other => panic!("{body}: {other:?}"),
        }
    }
}

#[test]
fn an_echoed_key_is_struck_out_everywhere() {
    let key = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
    for body in [
        format!("<p>Authorization: Bearer {key}</p>"),
        format!("{{\"message\":\"Bearer {key}\",\"detail\":\"{key}\"}}"),
        key.into(),
    ] {
        let error = read_settings(answered(401, &body)).unwrap_err();
        assert!(!format!("{error:?}{error}{}", error.words(crate::api::Method::Get)).contains(key), "{error:?}");
        assert!(error.is_key_problem());
    }
}

#[test]
fn retry_after_is_read_in_both_forms() {
    let with = |text: &str| {
        let error =
            read_bulk(answered(429, r#"{"message":"slow down"}"#).map(|it| Response { retry_after: Some(text.into()), ..it }));
        let error = error.unwrap_err();
        assert_eq!((error.is_rate_limit(), error.applied()), (true, Applied::No));
        error.retry_after()
    };
    assert_eq!(with(" 120 "), Some(RetryAfter::Seconds(120)));
    let moment = Timestamp::parse("1994-11-06T08:49:37Z").unwrap();
    assert_eq!(with("Sun, 06 Nov 1994 08:49:37 GMT"), Some(RetryAfter::At(moment)));
    for text in ["", "-1", "soon", "Sun, 99 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT"] {
        assert_eq!(with(text), None, "{text}");
    }
}

/// Any JSON, with the platform's own words as likely as any other.
fn any_json() -> impl Strategy<Value = Value> {
    let word = prop_oneof![
        Just("data"),
        Just("meta"),
        Just("message"),
        Just("_id"),
        Just("price"),
        Just("statusCode"),
        Just("status"),
        Just("productPermission"),
        Just("permission"),
        Just("errors"),
        Just("children"),
        Just("constraints"),
        Just("widget"),
        Just("userInformation"),
        Just("combination"),
        Just("507f1f77bcf86cd799439011"),
        Just("error"),
        Just("0.price must ½"),
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
        word.clone().prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 64, 8, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(Value::from),
            prop::collection::hash_map(
                prop_oneof![word.clone().prop_map(str::to_owned), ".{0,6}".prop_map(String::from)],
                inner,
                0..8
            )
            .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

fn read_every_way(response: &Response) {
    let _ = read_settings(Ok(response.clone()));
    if let Err(error) = read_store_update(Ok(response.clone())) {
        let _ = error.said().map(about_settings);
    }
    let _ = read_list(Ok(response.clone()));
    let _ = read_categories(Ok(response.clone()));
    let _ = read_one(Ok(response.clone()));
    if let Err(error) = read_bulk(Ok(response.clone())) {
        let _ = (error.words(crate::api::Method::Put), error.to_string(), error.applied());
    }
}

proptest! {
    #[test]
    fn no_json_makes_it_panic(value in any_json(), wrap in any::<bool>(), status in 0u16..700) {
        let body = if wrap { serde_json::json!({ "message": value.clone(), "data": value }) } else { value }.to_string();
        read_every_way(&Response { status, content_type: None, retry_after: None, body: body.into_bytes() });
    }

    #[test]
    fn no_bytes_make_it_panic(body in prop::collection::vec(any::<u8>(), 0..300), text in "(<[a-zA-Z/]{0,8}>|.){0,40}", header in ".{0,30}", status in 100u16..600) {
        for body in [body.clone(), text.clone().into_bytes()] {
            let (kind, after) = (Some(header.clone()), Some(header.clone()));
            read_every_way(&Response { status, content_type: kind, retry_after: after, body });
        }
    }

    #[test]
    fn no_cut_of_a_good_answer_makes_it_panic_or_succeed(end in 0usize..1800) {
        if end < BULK.len() {
            prop_assert!(read_bulk(answered(200, &BULK[..end])).is_err());
        }
    }
}
