//! The practice service over HTTP, through a plain TCP client: gates, CORS, and every fault of the script.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop where it stands, and so may its helpers")]

#[path = "support/serve/api/mod.rs"]
mod api;

use api::{Running, Settings};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const MAIN: &str = "practice-key-main-0001";
const ORIGIN: &str = "http://127.0.0.1:8080";

/// A running server and what speaks to it.
struct Test {
    running: Running,
    id: String,
}

/// What came back: head and body, or nothing at all.
#[derive(Debug)]
struct Came {
    status: Option<u16>,
    head: String,
    body: Vec<u8>,
}

impl Came {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")))
    }
}

impl Test {
    async fn start() -> Self {
        let settings = Settings { origins: vec![ORIGIN.into()], ..Settings::default() };
        let running = api::start("127.0.0.1:0", "127.0.0.1:0", settings).await.unwrap();
        let mut test = Self { running, id: String::new() };
        test.id = test.get("/v1/products?limit=1").await.json()["data"][0]["_id"].as_str().unwrap().to_owned();
        test
    }

    async fn send(&self, to: std::net::SocketAddr, method: &str, path: &str, headers: &str, body: &str) -> Came {
        let mut stream = TcpStream::connect(to).await.unwrap();
        let length = body.len();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{headers}content-length: {length}\r\n\r\n{body}"
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut bytes = Vec::new();
        // A reset ends the reading, too.
        let reading = stream.read_to_end(&mut bytes);
        let _ = tokio::time::timeout(Duration::from_secs(2), reading).await;
        let end = bytes.windows(4).position(|it| it == b"\r\n\r\n").map_or(bytes.len(), |end| end + 4);
        let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let status = head.strip_prefix("HTTP/1.1 ").and_then(|rest| rest.get(..3)?.parse().ok());
        Came { status, head, body: bytes[end..].to_vec() }
    }

    async fn ask(&self, method: &str, path: &str, key: &str, body: &str) -> Came {
        let headers = format!("authorization: Bearer {key}\r\norigin: {ORIGIN}\r\ncontent-type: application/json\r\n");
        self.send(self.running.api, method, path, &headers, body).await
    }

    async fn get(&self, path: &str) -> Came {
        self.ask("GET", path, MAIN, "").await
    }

    async fn put(&self, fields: Value) -> Came {
        let mut item = json!({ "productID": self.id });
        item.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        self.ask("PUT", "/v1/products/bulk", MAIN, &json!([item]).to_string()).await
    }

    async fn order(&self, what: &str, body: Value) -> Value {
        let method = if body.is_null() { "GET" } else { "POST" };
        let came = self.send(self.running.control, method, &format!("/__control/{what}"), "", &body.to_string()).await;
        assert_eq!(came.status, Some(200), "{what}: {came:?}");
        assert!(came.header("access-control-allow-origin").is_none());
        came.json()
    }

    async fn price(&self) -> f64 {
        self.get(&format!("/v1/products/{}", self.id)).await.json()["data"]["price"].as_f64().unwrap()
    }
}

#[tokio::test]
async fn the_gates_are_the_documented_ones() {
    let test = Test::start().await;
    for (key, path, status) in [
        (MAIN, "/v1/stores", 200),
        ("practice-key-powerless-0003", "/v1/stores", 403),
        ("who", "/v1/stores", 401),
        (MAIN, "/stores", 404),
        (MAIN, "/v1/nothing", 404),
        (MAIN, "/v1/categories", 200),
    ] {
        assert_eq!(test.ask("GET", path, key, "").await.status, Some(status), "{key} {path}");
    }
    assert_eq!(test.send(test.running.api, "GET", "/v1/stores", "", "").await.status, Some(401));
    let (ours, theirs) = (test.get("/v1/stores").await, test.ask("GET", "/v1/stores", "practice-key-other-0004", "").await);
    assert!(ours.json()["data"]["widget"]["apiKey"].as_str().unwrap().starts_with("canary"));
    assert_ne!(ours.json()["data"]["communityID"], theirs.json()["data"]["communityID"]);
    // The control side is not the API's.
    assert_eq!(test.get("/__control/log").await.status, Some(404));
    let log = test.order("log", Value::Null).await;
    assert_eq!((&log[1]["key"], &log[1]["authorization"], &log[1]["status"]), (&json!("main"), &json!(true), &json!(200)));
    assert!(!log.to_string().contains(MAIN));
}

#[tokio::test]
async fn only_allowed_origins_may_call() {
    let test = Test::start().await;
    let preflight = |origin: &str| {
        format!(
            "origin: {origin}\r\naccess-control-request-method: PUT\r\naccess-control-request-headers: authorization,content-type\r\n"
        )
    };
    let allowed = test.send(test.running.api, "OPTIONS", "/v1/products/bulk", &preflight(ORIGIN), "").await;
    assert_eq!((allowed.status, allowed.header("access-control-allow-origin")), (Some(204), Some(ORIGIN)));
    assert!(allowed.header("access-control-allow-methods").unwrap().contains("PUT"));
    assert_eq!(allowed.header("access-control-allow-headers"), Some("authorization, content-type"));
    assert_eq!(allowed.header("access-control-max-age"), Some("600"));
    let other = test.send(test.running.api, "OPTIONS", "/v1/products/bulk", &preflight("https://evil.example"), "").await;
    assert_eq!((other.status, other.header("access-control-allow-origin")), (Some(403), None));
    assert_eq!(
        test.ask("GET", "/v1/stores", "who", "").await.header("access-control-allow-origin"),
        Some(ORIGIN),
        "also on errors"
    );
    test.order("settings", json!({ "refuseCors": true })).await;
    assert_eq!(test.get("/v1/stores").await.header("access-control-allow-origin"), None);
}

#[tokio::test]
async fn each_fault_ends_as_ordered_and_applies_as_ordered() {
    let test = Test::start().await;
    let mut price = 10_000.0;
    for (fault, is_applied, status) in [
        (json!({ "kind": "pass" }), true, Some(200)),
        (json!({ "kind": "status", "status": 502, "body": { "message": "upstream" } }), false, Some(502)),
        (json!({ "kind": "status", "status": 500 }), true, Some(500)),
        (json!({ "kind": "html", "status": 200 }), false, Some(200)),
        (json!({ "kind": "rateLimit", "retryAfter": "3", "expose": true }), false, Some(429)),
        (json!({ "kind": "hang" }), true, None),
        (json!({ "kind": "reset" }), true, None),
        (json!({ "kind": "reset" }), false, None),
        (json!({ "kind": "close" }), true, None),
        (json!({ "kind": "garbage" }), false, None),
        (json!({ "kind": "cut" }), true, Some(200)),
        (json!({ "kind": "invalidJson" }), true, Some(200)),
        (json!({ "kind": "dropIds", "count": 1 }), true, Some(200)),
        (json!({ "kind": "reorder" }), true, Some(200)),
        (json!({ "kind": "alter", "field": "price", "value": 1 }), true, Some(200)),
    ] {
        price += 1.0;
        let name = format!("{fault} {is_applied}");
        test.order("faults", json!([{ "method": "PUT", "nth": 1, "apply": is_applied, "fault": fault }])).await;
        let came = test.put(json!({ "price": price })).await;
        assert_eq!(came.status, status, "{name}: {came:?}");
        assert_eq!(test.price().await == price, is_applied, "{name}");
        match fault["kind"].as_str().unwrap() {
            "cut" => assert!(came.header("content-length").unwrap().parse::<usize>().unwrap() > came.body.len()),
            "invalidJson" => {
                assert!(came.header("content-length") == Some(&came.body.len().to_string()) && came.json().is_null())
            }
            "dropIds" => assert_eq!((&came.json()["data"], &came.json()["meta"]["updated"]), (&json!([]), &json!(1))),
            "alter" => assert_eq!(came.json()["data"][0]["price"], json!(1)),
            "rateLimit" => assert_eq!(came.header("retry-after"), Some("3")),
            _ => {}
        }
        // Once only.
        assert_eq!(test.put(json!({ "name": name })).await.status, Some(200));
    }
}

#[tokio::test]
async fn what_is_held_waits_for_its_release_and_ends_with_a_reset() {
    let test = Test::start().await;
    let hold = json!([{ "method": "PUT", "hold": true, "fault": { "kind": "pass" } }]);
    let puts = || async {
        let log = test.order("log", Value::Null).await;
        log.as_array().unwrap().iter().filter(|line| line["method"] == "PUT").count()
    };
    let arrived = || async {
        while puts().await == 0 {
            tokio::task::yield_now().await;
        }
    };
    let before = test.price().await;
    test.order("faults", hold.clone()).await;
    let release = async {
        arrived().await;
        assert_eq!(test.price().await, before, "it is not handled yet, and others are");
        test.order("release", json!({})).await;
    };
    let (came, ()) = tokio::join!(test.put(json!({ "price": 777 })), release);
    assert_eq!((came.status, test.price().await), (Some(200), 777.0));

    test.order("reset", json!({})).await;
    test.order("faults", hold).await;
    let reset = async {
        arrived().await;
        test.order("reset", json!({})).await;
    };
    let (came, ()) = tokio::join!(test.put(json!({ "price": 777 })), reset);
    assert_eq!((came.status, test.price().await), (None, before), "the new world does not hear of it");
}

#[tokio::test]
async fn a_request_applied_twice_leaves_its_codes_twice() {
    let test = Test::start().await;
    let vouchers = json!({ "vouchers": ["TWICE-1"], "voucherExpireDate": "2027-12-31T00:00:00.000Z" });
    test.order("faults", json!([{ "method": "PUT", "fault": { "kind": "applyTwice" } }])).await;
    assert_eq!(test.put(vouchers.clone()).await.status, Some(200));
    let state = test.order("state", Value::Null).await;
    assert_eq!(state["1"]["codes"][&test.id]["TWICE-1"], json!(2));
    assert_eq!(state["1"]["products"].as_array().unwrap().len(), 324);
    assert_eq!(test.put(vouchers).await.status, Some(409));
    let log = test.order("log", Value::Null).await;
    let puts: Vec<_> = log.as_array().unwrap().iter().filter(|line| line["method"] == "PUT").collect();
    assert_eq!((&puts[0]["handled"], &puts[0]["fault"], &puts[1]["handled"]), (&json!(2), &json!("applyTwice"), &json!(1)));
    assert_eq!(puts[0]["body"][0]["vouchers"], json!(["TWICE-1"]));
}

#[tokio::test]
async fn others_edit_and_buy_and_a_reset_undoes_all() {
    let test = Test::start().await;
    let path = format!("/v1/products/{}", test.id);
    let before = test.get(&path).await.json()["data"].clone();
    test.order(
        "edit",
        json!({ "id": test.id, "set": { "name": "Elsewhere", "vouchers": ["E-1", "E-2"], "voucherExpireDate": "2027-01-01" } }),
    )
    .await;
    test.order("sell", json!({ "id": test.id, "count": 1 })).await;
    let after = test.get(&path).await.json()["data"].clone();
    assert_eq!(after["name"], "Elsewhere");
    assert_ne!(after["updatedAt"], before["updatedAt"]);
    let number = |it: &Value, key: &str| it[key].as_i64().unwrap();
    assert_eq!(number(&after, "stocks"), number(&before, "stocks") + 1);
    assert_eq!(number(&after, "totalOrders"), number(&before, "totalOrders") + 1);
    test.order("reset", json!({})).await;
    assert_eq!(test.get(&path).await.json()["data"], before);
    assert_eq!(test.order("log", Value::Null).await.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn the_script_counts_from_the_nth_and_connections_are_kept() {
    let test = Test::start().await;
    test.order("faults", json!([{ "path": "/stores", "nth": 2, "times": 2, "fault": { "kind": "status", "status": 503 } }]))
        .await;
    let mut stream = TcpStream::connect(test.running.api).await.unwrap();
    let mut seen = Vec::new();
    for _ in 0..5 {
        let request = format!("GET /v1/stores HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {MAIN}\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut bytes = vec![0; 16 << 10];
        let count = stream.read(&mut bytes).await.unwrap();
        seen.push(String::from_utf8_lossy(&bytes[9..count.min(12)]).into_owned());
    }
    assert_eq!(seen, ["200", "503", "503", "200", "200"]);
}

#[tokio::test]
async fn the_settings_are_read_changed_and_edited_by_somebody_else() {
    let test = Test::start().await;
    let store = || async { test.get("/v1/stores").await.json()["data"].clone() };
    assert_eq!(store().await["widget"]["apiKey"], "canary".repeat(10) + "0000");
    let body = json!({ "description": "<p>Mine</p>" }).to_string();
    let came = test.ask("PUT", "/v1/stores", MAIN, &body).await;
    assert_eq!((came.status, came.header("access-control-allow-origin")), (Some(200), Some(ORIGIN)));
    assert_eq!(store().await["description"], "<p>Mine</p>");
    assert_eq!(test.ask("PUT", "/v1/stores", MAIN, r#"{"widgetID":"x"}"#).await.status, Some(400));
    assert_eq!(test.ask("PUT", "/v1/stores", "practice-key-powerless-0003", &body).await.status, Some(403));

    test.order("editStore", json!({ "set": { "isEnabled": true, "title": "Theirs" } })).await;
    assert_eq!((store().await["title"].as_str(), store().await["description"].as_str()), (Some("Theirs"), Some("<p>Mine</p>")));
    assert_eq!(test.order("state", Value::Null).await["1"]["store"], store().await);
    test.order("settings", json!({ "generationA": true })).await;
    assert_eq!(test.order("state", Value::Null).await["1"]["store"]["widget"]["size"]["mode"], "dynamic", "whatever it answers");
    assert_eq!(store().await["cover"], json!({ "type": "image", "value": "https://example.com/cover-light.png" }));
    test.order("reset", json!({})).await;
    assert_eq!(store().await["title"], "Practice Rewards Store");
}

#[tokio::test]
async fn updates_come_in_as_the_csv_of_a_form_as_well() {
    let test = Test::start().await;
    let body = format!(
        "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"products.csv\"\r\nContent-Type: text/csv\r\n\r\n\
         Product ID,Price,Vouchers,Voucher Expire Date\r\n{},77,F-1|F-2,2027-12-31\r\n\r\n--b--\r\n",
        test.id
    );
    let headers =
        format!("authorization: Bearer {MAIN}\r\norigin: {ORIGIN}\r\ncontent-type: multipart/form-data; boundary=b\r\n");
    let came = test.send(test.running.api, "PUT", "/v1/products/bulk", &headers, &body).await;
    assert_eq!((came.status, came.json()["data"][0]["price"].as_f64()), (Some(200), Some(77.0)), "{}", came.json());
    let codes = test.order("state", Value::Null).await["1"]["codes"][&test.id].clone();
    assert_eq!((&codes["F-1"], &codes["F-2"]), (&json!(1), &json!(1)));
    let log = test.order("log", Value::Null).await;
    let put = log.as_array().unwrap().iter().find(|line| line["method"] == "PUT").unwrap();
    assert!(put["body"].as_str().unwrap().contains("F-1|F-2"), "{put}");
}
