//! What stands behind the API: a service for each community, keys, CORS, the script and the log.

use super::fault::{Fault, Rule, tamper};
use super::http::{Asked, Reply};
use super::{Key, Settings};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};
use storekeeper::api::{Method, Response};
use storekeeper::domain::Timestamp;
use storekeeper::practice::{Generation, OnBadItem, Service};
use tokio::sync::watch;

/// How an exchange ends.
pub enum Ending {
    /// As it should.
    Reply(Reply),
    /// With a shorter body than announced.
    Cut(Reply, usize),
    Garbage,
    Hang,
    Close,
    Reset,
}

/// Everything.
pub struct World {
    settings: Settings,
    pub services: BTreeMap<u64, Service>,
    pub script: Vec<Rule>,
    pub log: Vec<Line>,
    pub manner: Manner,
    began: Instant,
    /// How often there was a reset: what was asked before one is not answered after it.
    resets: u64,
    /// Changes with every release.
    released: watch::Sender<u64>,
}

/// What a test may change while it runs; what it leaves out stays.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Wishes {
    origins: Option<Vec<String>>,
    refuse_cors: Option<bool>,
    max_age: Option<u32>,
    latency_ms: Option<u64>,
    on_bad_item: Option<String>,
    lists_archived: Option<bool>,
    generation_a: Option<bool>,
    takes_stored_codes: Option<bool>,
}

/// How the API behaves towards browsers.
pub struct Manner {
    origins: Vec<String>,
    refuse_cors: bool,
    max_age: u32,
    latency_ms: u64,
}

/// A request, for the log. Never the key.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Line {
    /// From 0.
    number: usize,
    /// Milliseconds since the last reset.
    at_ms: u128,
    /// Which connection, from 1.
    connection: u64,
    method: String,
    path: String,
    origin: Option<String>,
    /// Whether there was an `Authorization` header.
    authorization: bool,
    /// The key's name, where it is known.
    key: Option<String>,
    content_type: Option<String>,
    body: Value,
    /// The kind of fault that acted.
    fault: Option<&'static str>,
    /// How often the service handled it.
    handled: u8,
    /// The status the service, or the gate before it, answered with; none where nothing was asked of it.
    status: Option<u16>,
}

/// What is to become of a request that was received.
pub struct Ticket {
    number: usize,
    rule: Option<Rule>,
    resets: u64,
}

/// What a request waits for before it is handled.
pub struct Wait {
    pub time: Duration,
    /// Changes when the request may go on.
    pub release: Option<watch::Receiver<u64>>,
}

impl World {
    pub fn new(settings: Settings) -> Self {
        let mut world = Self {
            manner: Manner { origins: Vec::new(), refuse_cors: false, max_age: 600, latency_ms: 0 },
            services: BTreeMap::new(),
            script: Vec::new(),
            log: Vec::new(),
            began: Instant::now(),
            resets: 0,
            released: watch::Sender::new(0),
            settings,
        };
        world.reset();
        world
    }

    /// Everything as it was at the start.
    pub fn reset(&mut self) {
        let began = Instant::now();
        let clock =
            move || Timestamp::from_millis(Service::START.millis() + i64::try_from(began.elapsed().as_millis()).unwrap_or(0));
        self.services = self.settings.keys.iter().map(|key| (key.community, Service::new(key.community))).collect();
        for service in self.services.values_mut() {
            service.set_widget_key(&self.settings.widget_key);
            service.set_clock(clock);
        }
        self.manner = Manner { origins: self.settings.origins.clone(), refuse_cors: false, max_age: 600, latency_ms: 0 };
        self.script.clear();
        self.log.clear();
        self.began = began;
        self.resets += 1;
        self.release();
    }

    /// Lets everything go on that is held back.
    pub fn release(&self) {
        self.released.send_modify(|times| *times += 1);
    }

    /// Changes what was wished for; an unknown word changes nothing.
    pub fn change(&mut self, wishes: Wishes) -> Result<(), String> {
        let on_bad_item = match wishes.on_bad_item.as_deref() {
            None => None,
            Some("refuseAll") => Some(OnBadItem::RefuseAll),
            Some("applyRestAndRefuse") => Some(OnBadItem::ApplyRestAndRefuse),
            Some("applyRestAndSucceed") => Some(OnBadItem::ApplyRestAndSucceed),
            Some(other) => return Err(format!("onBadItem: {other}")),
        };
        fn put<T>(field: &mut T, wish: Option<T>) {
            if let Some(wish) = wish {
                *field = wish;
            }
        }
        put(&mut self.manner.origins, wishes.origins);
        put(&mut self.manner.refuse_cors, wishes.refuse_cors);
        put(&mut self.manner.max_age, wishes.max_age);
        put(&mut self.manner.latency_ms, wishes.latency_ms);
        for service in self.services.values_mut() {
            put(&mut service.switches.on_bad_item, on_bad_item);
            put(&mut service.switches.lists_archived, wishes.lists_archived);
            put(&mut service.switches.takes_stored_codes, wishes.takes_stored_codes);
            let reads = wishes.generation_a.map(|it| if it { Generation::Ids } else { Generation::Names });
            put(&mut service.switches.reads, reads);
        }
        Ok(())
    }

    /// Writes the request down and says what to wait for before it is answered.
    pub fn receive(&mut self, asked: &Asked, connection: u64) -> (Ticket, Wait) {
        // Every rule counts what fits it, also where another acts.
        let acting: Vec<bool> = self.script.iter_mut().map(|rule| rule.acts_on(&asked.method, &asked.path)).collect();
        let rule = self.script.iter().zip(acting).find(|(_, acts)| *acts).map(|(rule, _)| rule.clone());
        let number = self.log.len();
        let text = || Value::from(String::from_utf8_lossy(&asked.body).into_owned());
        self.log.push(Line {
            number,
            at_ms: self.began.elapsed().as_millis(),
            connection,
            method: asked.method.clone(),
            path: asked.path.clone(),
            origin: asked.header("origin").map(str::to_owned),
            authorization: asked.header("authorization").is_some(),
            key: self.key(asked).map(|key| key.name.clone()),
            content_type: asked.header("content-type").map(str::to_owned),
            body: if asked.body.is_empty() {
                Value::Null
            } else {
                serde_json::from_slice(&asked.body).unwrap_or_else(|_| text())
            },
            fault: rule.as_ref().map(|rule| rule.fault.name()),
            handled: 0,
            status: None,
        });
        let millis = self.manner.latency_ms + rule.as_ref().map_or(0, |rule| rule.delay_ms);
        let is_held = rule.as_ref().is_some_and(|rule| rule.hold);
        // Subscribed here, so that no release gets lost between now and the waiting.
        let wait = Wait { time: Duration::from_millis(millis), release: is_held.then(|| self.released.subscribe()) };
        (Ticket { number, rule, resets: self.resets }, wait)
    }

    /// Handles the request and lets it end as the script has it.
    pub fn answer(&mut self, asked: &Asked, ticket: Ticket) -> Ending {
        let Ticket { number, rule, resets } = ticket;
        if resets != self.resets {
            // A browser would ask again over another connection if this one were closed.
            return Ending::Hang;
        }
        let handled = if asked.method == "OPTIONS" { 1 } else { rule.as_ref().map_or(1, Rule::applications) };
        let replies: Vec<Reply> = (0..handled).map(|round| self.handle(asked, round > 0)).collect();
        let reply = replies.into_iter().next_back();
        if let Some(line) = self.log.get_mut(number) {
            line.handled = handled;
            line.status = reply.as_ref().map(|reply| reply.status);
        }
        let Some(rule) = rule else { return Ending::Reply(self.with_cors(asked, reply.unwrap_or_else(nothing))) };
        let usual = reply.unwrap_or_else(nothing);
        let finish = |world: &Self, reply| if rule.without_cors { reply } else { world.with_cors(asked, reply) };
        Ending::Reply(match rule.fault {
            Fault::Hang => return Ending::Hang,
            Fault::Reset => return Ending::Reset,
            Fault::Close => return Ending::Close,
            Fault::Garbage => return Ending::Garbage,
            Fault::Cut { keep } => {
                let mut reply = finish(self, usual);
                let announced = reply.body.len();
                reply.body.truncate(keep.unwrap_or(announced / 2));
                return Ending::Cut(reply, announced);
            }
            Fault::InvalidJson => {
                let mut reply = finish(self, usual);
                reply.body.truncate(reply.body.len() / 2);
                reply
            }
            Fault::Pass | Fault::ApplyTwice => finish(self, usual),
            Fault::Status { status, body, ref content_type, ref headers } => {
                let (usual_type, body) = match body {
                    Value::Null => ("text/plain", Vec::new()),
                    Value::String(text) => ("text/plain; charset=utf-8", text.into_bytes()),
                    other => ("application/json; charset=utf-8", other.to_string().into_bytes()),
                };
                let kind = ("content-type".to_owned(), content_type.clone().unwrap_or_else(|| usual_type.to_owned()));
                let headers = headers.iter().map(|(name, value)| (name.clone(), value.clone())).chain([kind]).collect();
                finish(self, Reply { status, headers, body })
            }
            Fault::Html { status } => {
                let page = "<!DOCTYPE html><html><head><title>Sign in</title><script>window.ran = true</script></head><body><h1>Welcome to the network</h1></body></html>";
                let headers = vec![("content-type".to_owned(), "text/html; charset=utf-8".to_owned())];
                finish(self, Reply { status, headers, body: page.into() })
            }
            Fault::RateLimit { ref retry_after, expose } => {
                let mut reply = error(429, "Too many requests");
                if let Some(value) = retry_after {
                    reply.headers.push(("retry-after".to_owned(), value.clone()));
                }
                if expose {
                    reply.headers.push(("access-control-expose-headers".to_owned(), "retry-after".to_owned()));
                }
                finish(self, reply)
            }
            Fault::DropIds { count, honest } => finish(
                self,
                tamper(usual, |products, meta| {
                    products.truncate(products.len().saturating_sub(count));
                    if honest && let Some(meta) = meta.as_object_mut() {
                        meta.insert("updated".to_owned(), products.len().into());
                    }
                }),
            ),
            Fault::Reorder => finish(self, tamper(usual, |products, _| products.reverse())),
            Fault::Alter { ref field, ref value } => finish(
                self,
                tamper(usual, |products, _| {
                    for product in products.iter_mut().filter_map(Value::as_object_mut) {
                        product.insert(field.clone(), value.clone());
                    }
                }),
            ),
        })
    }

    /// The gate (CORS preflight, base path, key) and the service behind it. `again` is a second application of the same
    /// request, which does not look at the codes that the first one left.
    fn handle(&mut self, asked: &Asked, again: bool) -> Reply {
        if asked.method == "OPTIONS" {
            return self.preflight(asked);
        }
        let Some(path) = asked.path.strip_prefix("/v1").filter(|path| path.starts_with('/')) else {
            return error(404, "Not found");
        };
        let (community, has_permission) = match (self.key(asked), asked.header("authorization")) {
            (Some(key), _) => (key.community, key.has_permission),
            (None, Some(_)) => return error(401, "Invalid API key"),
            (None, None) => return error(401, "API key is missing"),
        };
        if !has_permission {
            return error(403, "API key does not have the store permission");
        }
        let method = [Method::Get, Method::Put, Method::Post, Method::Delete].into_iter().find(|it| it.as_str() == asked.method);
        let (Some(method), Some(service)) = (method, self.services.get_mut(&community)) else {
            return error(404, "Not found");
        };
        let switches = service.switches;
        service.switches.takes_stored_codes |= again;
        let response = service.handle(method, path, asked.header("content-type"), &asked.body);
        service.switches = switches;
        let Response { status, content_type, body, .. } = response;
        Reply { status, headers: content_type.map(|it| ("content-type".to_owned(), it)).into_iter().collect(), body }
    }

    fn key(&self, asked: &Asked) -> Option<&Key> {
        let secret = asked.header("authorization")?.strip_prefix("Bearer ")?;
        self.settings.keys.iter().find(|key| key.secret == secret)
    }

    fn allows(&self, origin: &str) -> bool {
        !self.manner.refuse_cors && self.manner.origins.iter().any(|it| it == "*" || it == origin)
    }

    fn preflight(&self, asked: &Asked) -> Reply {
        if !asked.header("origin").is_some_and(|origin| self.allows(origin)) {
            return error(403, "CORS");
        }
        let headers = [
            ("access-control-allow-methods", "GET, PUT, POST, PATCH, DELETE".to_owned()),
            ("access-control-allow-headers", "authorization, content-type".to_owned()),
            ("access-control-max-age", self.manner.max_age.to_string()),
        ];
        let headers = headers.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        Reply { status: 204, headers, body: Vec::new() }
    }

    fn with_cors(&self, asked: &Asked, mut reply: Reply) -> Reply {
        reply.headers.push(("vary".to_owned(), "origin".to_owned()));
        if let Some(origin) = asked.header("origin").filter(|origin| self.allows(origin)) {
            reply.headers.push(("access-control-allow-origin".to_owned(), origin.to_owned()));
        }
        reply
    }
}

/// What is answered where a fault wants to change an answer that there is none of.
fn nothing() -> Reply {
    let body = json!({ "meta": { "status": "success", "statusCode": 200, "updated": 0 }, "message": "", "data": [] });
    json_reply(200, &body)
}

fn error(status: u16, message: &str) -> Reply {
    json_reply(status, &json!({ "status": "error", "message": message, "meta": { "statusCode": status, "status": "error" } }))
}

fn json_reply(status: u16, body: &Value) -> Reply {
    let headers = vec![("content-type".to_owned(), "application/json; charset=utf-8".to_owned())];
    Reply { status, headers, body: body.to_string().into_bytes() }
}
