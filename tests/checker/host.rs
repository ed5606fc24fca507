//! The store behind its faults: the practice service, what really happened to it, and every request it saw.

use crate::form;
use crate::schedule::{Fault, Junk, Schedule, Which};
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap, VecDeque};
use storekeeper::api::{Failure, Method, Request, Response};
use storekeeper::domain::{Price, ProductId, Timestamp};
use storekeeper::practice::{OnBadItem, Service};

/// What the file asks of one product.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    pub price: Option<u32>,
    pub codes: Vec<String>,
}

/// What was done to one product.
#[derive(Clone, Debug, Default)]
pub struct Done {
    /// Times that a request of ours was applied to it.
    pub applied: u32,
    /// When somebody else edited it last, and when we read it last.
    pub edited: Option<u64>,
    pub read: Option<u64>,
}

pub struct Host {
    pub service: Service,
    pub schedule: Schedule,
    pub wanted: HashMap<ProductId, Wanted>,
    pub done: BTreeMap<ProductId, Done>,
    pub broken: Vec<String>,
    pub history: Vec<String>,
    pub is_sending: bool,
    pub puts: u32,
    pub gets: u32,
    pub key_ok: bool,
    /// Faults that were in store for writes.
    pub faults: usize,
    /// F20: from when, and until when, nothing may leave.
    quiet: (u64, u64),
    offline: u8,
    late: VecDeque<(u64, String, Vec<u8>)>,
    clock: u64,
}

impl Host {
    pub fn new(service: Service, schedule: Schedule, wanted: HashMap<ProductId, Wanted>) -> Self {
        let mut service = service;
        service.switches.takes_stored_codes = schedule.takes_codes;
        service.switches.on_bad_item =
            [OnBadItem::RefuseAll, OnBadItem::ApplyRestAndRefuse, OnBadItem::ApplyRestAndSucceed][usize::from(schedule.on_bad)];
        Self {
            service,
            schedule,
            wanted,
            done: BTreeMap::new(),
            broken: Vec::new(),
            history: Vec::new(),
            is_sending: false,
            puts: 0,
            gets: 0,
            key_ok: true,
            faults: 0,
            quiet: (0, 0),
            offline: 0,
            late: VecDeque::new(),
            clock: 0,
        }
    }

    /// Nothing goes wrong any more.
    pub fn mend(&mut self) {
        self.faults += self.schedule.writes.len();
        self.schedule.writes.clear();
        self.schedule.reads.clear();
        self.schedule.deeds.clear();
        self.offline = 0;
        self.key_ok = true;
    }

    pub fn edit(&mut self, id: ProductId, is_archive: bool, now: u64) {
        self.clock += 1;
        let clock = self.clock;
        self.service.edit(id, |product| match is_archive {
            true => product.is_archived = Some(true),
            false => product.price = Some(Price::whole(700_000 + clock as u32)),
        });
        if !is_archive {
            self.done.entry(id).or_default().edited = Some(now);
        }
    }

    /// A page that died was told in vain how long to wait.
    pub fn forget_quiet(&mut self) {
        self.quiet = (0, 0);
    }

    /// What the store finished by itself until now.
    pub fn settle_late(&mut self, now: u64) {
        while self.late.front().is_some_and(|(at, ..)| *at <= now) {
            let (_, media_type, body) = self.late.pop_front().unwrap();
            self.apply(&media_type, &body);
        }
    }

    fn apply(&mut self, media_type: &str, body: &[u8]) -> Response {
        let items = items(media_type, body);
        let ids: Vec<ProductId> = items.iter().filter_map(|item| item["productID"].as_str()?.parse().ok()).collect();
        let mark = |host: &Self, id: &ProductId| {
            (host.service.product(*id).and_then(|p| p.updated_at), host.service.codes(*id).values().sum::<usize>())
        };
        let before: Vec<_> = ids.iter().map(|id| mark(self, id)).collect();
        let response = self.service.handle(Method::Put, "/products/bulk", Some(media_type), body);
        for (id, before) in ids.iter().zip(before) {
            if mark(self, id) != before {
                self.done.entry(*id).or_default().applied += 1;
            }
        }
        response
    }

    /// Answers, some time after the request left.
    pub fn answer(&mut self, request: &Request, key: &str, left: u64, now: u64) -> Result<Response, Failure> {
        self.settle_late(now);
        let is_put = request.method == Method::Put;
        let body = request.body.as_ref();
        for text in [request.path.as_bytes(), body.map(|body| body.bytes.as_slice()).unwrap_or_default()] {
            if text.windows(key.len()).any(|part| part == key.as_bytes()) {
                self.broken.push("I7: the key stands outside the header".into());
            }
        }
        if !self.is_sending {
            if is_put {
                self.broken.push("I3: sent before it was confirmed".into());
            }
            return Ok(self.serve(request, now));
        }
        let number = if is_put { self.puts } else { self.gets };
        if self.offline > 0 {
            self.offline -= 1;
            return Err(Failure::Offline);
        }
        let fault = if is_put { self.schedule.writes.get(&number) } else { self.schedule.reads.get(&number) }.copied();
        if let Some(Fault::Offline(requests)) = fault {
            self.offline = requests;
            match is_put {
                true => self.schedule.writes.remove(&number),
                false => self.schedule.reads.remove(&number),
            };
            return Err(Failure::Offline);
        }
        match is_put {
            true => self.puts += 1,
            false => self.gets += 1,
        }
        if is_put {
            self.look_at(request, left);
        }
        self.history.push(format!("{now} {} {} {fault:?}", request.method.as_str(), request.path));
        if !self.key_ok {
            return Ok(refusal(401));
        }
        let Some(fault) = fault else { return Ok(self.serve(request, now)) };
        self.misbehave(request, fault, now)
    }

    fn misbehave(&mut self, request: &Request, fault: Fault, now: u64) -> Result<Response, Failure> {
        let is_put = request.method == Method::Put;
        let mut once = |applied: bool| if applied { Some(self.serve(request, now)) } else { None };
        match fault {
            Fault::Offline(_) | Fault::Refused | Fault::BusyUnseen => Err(Failure::Network),
            Fault::Timeout { applied } => {
                once(applied);
                Err(Failure::Timeout)
            }
            Fault::Reset => {
                once(true);
                Err(Failure::Network)
            }
            Fault::Twice { answer } => {
                let (first, second) = (self.serve(request, now), self.serve(request, now));
                match answer {
                    Which::First => Ok(first),
                    Which::Second => Ok(second),
                    Which::None => Err(Failure::Network),
                }
            }
            Fault::BodyCut => {
                once(true);
                Err(Failure::BodyCut)
            }
            Fault::CutJson => {
                let mut response = self.serve(request, now);
                response.body.truncate(response.body.len() * 2 / 3);
                Ok(response)
            }
            Fault::Html200 => Ok(page(200)),
            Fault::MissingIds => Ok(self.changed(request, now, |answer| {
                if let Some(data) = answer["data"].as_array_mut() {
                    data.truncate(data.len() / 2);
                }
            })),
            Fault::CountOff => Ok(self.changed(request, now, |answer| answer["meta"]["updated"] = json!(0))),
            Fault::EnvelopeError { applied } => {
                once(applied);
                Ok(reply(200, &json!({"meta": {"status": "error", "statusCode": 500}, "message": "upstream", "data": []})))
            }
            Fault::OtherValues => Ok(self.changed(request, now, |answer| {
                for product in answer["data"].as_array_mut().into_iter().flatten() {
                    product["price"] = json!(1);
                }
            })),
            Fault::OtherShape => Ok(self.changed(request, now, |answer| {
                if let Some(data) = answer["data"].as_array_mut() {
                    data.reverse();
                    data.iter_mut().for_each(|product| product["novelty"] = json!({"x": 1}));
                }
                *answer = json!({"status": "success", "message": "ok", "data": answer["data"]});
            })),
            Fault::Refusal { status, applied } => {
                once(applied);
                Ok(refusal(status))
            }
            Fault::DeadKey(status) => {
                self.key_ok = false;
                Ok(refusal(status))
            }
            Fault::Busy { seconds, is_date } => {
                let mut response = refusal(429);
                let until = now + seconds.map_or(0, |seconds| u64::from(seconds) * 1000);
                self.quiet = (now + self.schedule.latency, until);
                response.retry_after = seconds.map(|seconds| match is_date {
                    true => date(until),
                    false => seconds.to_string(),
                });
                Ok(response)
            }
            Fault::Server { status, body, applied } => {
                once(applied);
                Ok(match body {
                    Junk::Json => refusal(status),
                    Junk::Html => page(status),
                    Junk::Empty => Response { body: Vec::new(), content_type: None, ..page(status) },
                })
            }
            Fault::Late { millis } => {
                if let (true, Some(body)) = (is_put, request.body.as_ref()) {
                    self.late.push_back((now + u64::from(millis), body.media_type.to_string(), body.bytes.clone()));
                    self.late.make_contiguous().sort();
                }
                Err(Failure::Network)
            }
        }
    }

    /// What every request must be.
    fn look_at(&mut self, request: &Request, left: u64) {
        let Some(body) = request.body.as_ref() else { return };
        if (body.media_type == "application/json") == self.schedule.is_csv {
            self.broken.push(format!("the wrong door: {}", body.media_type));
        }
        let items = items(&body.media_type, &body.bytes);
        if !(1..=100).contains(&items.len()) {
            self.broken.push(format!("F42: {} products in one request", items.len()));
        }
        let (from, until) = self.quiet;
        if (from + 1..until).contains(&left) {
            self.broken.push(format!("F20: sent {} ms too early", until - left));
        }
        if !self.key_ok {
            // A request that left before the key died is nobody's fault; see `in_flight`.
            self.history.push("(with a dead key)".into());
        }
        let mut ids = Vec::new();
        for item in &items {
            let id: ProductId = item["productID"].as_str().unwrap().parse().unwrap();
            let Some(wanted) = self.wanted.get(&id) else {
                self.broken.push(format!("I3: {id} is not in the file"));
                continue;
            };
            let codes: Vec<&str> = item["vouchers"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            if codes.iter().any(|code| !wanted.codes.iter().any(|wanted| wanted == code)) {
                self.broken.push(format!("I3: {id}: codes that are not in the file"));
            }
            if item.get("price").is_some() && item["price"].as_f64() != wanted.price.map(f64::from) {
                self.broken.push(format!("I3: {id}: another price than the file's: {item}"));
            }
            let done = self.done.entry(id).or_default();
            if item.get("price").is_some() {
                if done.read.is_none() {
                    self.broken.push(format!("F36: {id} was not looked at before it was sent"));
                }
                // Between the last look and the request there is always a moment.
                let moment = 4_000 + 4 * self.schedule.latency;
                if done.edited.is_some_and(|edited| edited + moment < left) {
                    self.broken.push(format!("F36: {id} was changed by somebody else, and sent {left}: {done:?}"));
                }
            }
            ids.push(id);
        }
        ids.sort_unstable();
        if ids.windows(2).any(|pair| pair[0] == pair[1]) {
            self.broken.push("F42: a product twice in one request".into());
        }
    }

    fn serve(&mut self, request: &Request, now: u64) -> Response {
        match (request.method, &request.body) {
            (Method::Put, Some(body)) => {
                let (media_type, bytes) = (body.media_type.clone(), body.bytes.clone());
                self.apply(&media_type, &bytes)
            }
            _ => {
                let response = self.service.handle(request.method, &request.path, None, &[]);
                if self.is_sending {
                    self.note_reading(&response, now);
                }
                response
            }
        }
    }

    fn note_reading(&mut self, response: &Response, now: u64) {
        let Ok(answer) = serde_json::from_slice::<Value>(&response.body) else { return };
        let list = match &answer["data"] {
            Value::Array(list) => list.clone(),
            one => vec![one.clone()],
        };
        for id in list.iter().filter_map(|product| product["_id"].as_str()?.parse::<ProductId>().ok()) {
            self.done.entry(id).or_default().read = Some(now);
        }
    }

    fn changed(&mut self, request: &Request, now: u64, change: impl FnOnce(&mut Value)) -> Response {
        let mut response = self.serve(request, now);
        if response.status == 200 {
            let mut answer: Value = serde_json::from_slice(&response.body).unwrap();
            change(&mut answer);
            response.body = answer.to_string().into_bytes();
        }
        response
    }
}

/// The items of a bulk update, as JSON.
pub fn items(media_type: &str, body: &[u8]) -> Vec<Value> {
    if media_type == "application/json" { serde_json::from_slice(body).unwrap() } else { form::items(body) }
}

pub fn reply(status: u16, body: &Value) -> Response {
    let content_type = Some("application/json".to_owned());
    Response { status, content_type, retry_after: None, body: body.to_string().into_bytes() }
}

pub fn refusal(status: u16) -> Response {
    reply(
        status,
        &json!({"status": "error", "message": format!("refused with {status}"), "meta": {"statusCode": status, "status": "error"}}),
    )
}

fn page(status: u16) -> Response {
    let body = b"<html><title>Sign in to this network</title></html>".to_vec();
    Response { status, content_type: Some("text/html".to_owned()), retry_after: None, body }
}

/// An HTTP date, rounded up to the second, as the clock of the world has it.
fn date(millis: u64) -> String {
    let at = Timestamp::from_millis(crate::world::WALL + (millis.div_ceil(1000) * 1000) as i64).to_string();
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let month: usize = at[5..7].parse().unwrap();
    format!("Xxx, {} {} {} {} GMT", &at[8..10], months[month - 1], &at[..4], &at[11..19])
}
