//! The script of faults: which request misbehaves, whether it is applied all the same, and how it ends.
//!
//! In: JSON, a list of rules:
//!
//! ```json
//! [{ "method": "PUT", "path": "/products/bulk", "nth": 2, "times": 1, "apply": true, "fault": { "kind": "reset" } }]
//! ```
//!
//! A rule counts the requests it fits, from the moment the script is set; it acts on the `nth` (from 1, by default the
//! first) and the following ones, `times` in all (by default 1; 0 for all that follow). The first rule that acts wins.
//! `apply` says whether the service handles the request before things go wrong; each kind has a sensible default.

use super::http::Reply;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// One line of the script.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Rule {
    /// The method; any where it is left out.
    method: Option<String>,
    /// A part of path and query; any where it is left out.
    path: Option<String>,
    #[serde(default = "one")]
    nth: u32,
    #[serde(default = "one")]
    times: u32,
    apply: Option<bool>,
    /// Milliseconds to wait before the request is handled.
    #[serde(default)]
    pub delay_ms: u64,
    /// Whether it waits before it is handled until a test orders `release`: no guess at how long is long enough.
    #[serde(default)]
    pub hold: bool,
    /// Whether the answer lacks its CORS headers, as answers of a gateway often do: a page then sees no answer at all.
    #[serde(default)]
    pub without_cors: bool,
    /// What goes wrong.
    pub fault: Fault,
    #[serde(skip)]
    seen: u32,
}

const fn one() -> u32 {
    1
}

/// What goes wrong.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum Fault {
    /// Nothing but the delay.
    Pass,
    /// This status and body (a text as it is, anything else as JSON; nothing where it is left out) in place of the
    /// service's. With `headers`, a redirect (`location`) or any other reply.
    Status {
        status: u16,
        #[serde(default)]
        body: Value,
        content_type: Option<String>,
        #[serde(default)]
        headers: BTreeMap<String, String>,
    },
    /// A web page in place of an answer: a captive portal (200) or a gateway (502).
    Html { status: u16 },
    /// 429, with `Retry-After` (seconds or an HTTP date), which the page may read or not.
    RateLimit {
        retry_after: Option<String>,
        #[serde(default)]
        expose: bool,
    },
    /// No answer, ever; the connection stays open.
    Hang,
    /// The connection is reset without an answer.
    Reset,
    /// The connection is closed without an answer.
    Close,
    /// Bytes that are not HTTP.
    Garbage,
    /// The body ends early, the connection with it; `keep` bytes are sent, by default the half.
    Cut { keep: Option<usize> },
    /// Half of the body, its length announced rightly: JSON that breaks off.
    InvalidJson,
    /// The request is applied twice, as a stack that sends again by itself has it; the second answer is sent.
    ApplyTwice,
    /// The last `count` products are missing from a success; `meta.updated` says so where `honest`.
    DropIds {
        count: usize,
        #[serde(default)]
        honest: bool,
    },
    /// The products of a success in reverse order.
    Reorder,
    /// A field of every product of a success has another value.
    Alter { field: String, value: Value },
}

impl Rule {
    /// Whether the rule acts on this request. Counts it.
    pub fn acts_on(&mut self, method: &str, path: &str) -> bool {
        let fits = self.method.as_ref().is_none_or(|it| it.eq_ignore_ascii_case(method))
            && self.path.as_ref().is_none_or(|it| path.contains(it.as_str()));
        if !fits {
            return false;
        }
        self.seen += 1;
        self.seen >= self.nth && (self.times == 0 || self.seen < self.nth + self.times)
    }

    /// How often the service handles the request.
    pub fn applications(&self) -> u8 {
        let is_applied = self.apply.unwrap_or(match self.fault {
            Fault::Status { .. } | Fault::Html { .. } | Fault::RateLimit { .. } => false,
            Fault::Hang | Fault::Reset | Fault::Close | Fault::Garbage => false,
            Fault::Pass | Fault::Cut { .. } | Fault::InvalidJson => true,
            Fault::ApplyTwice | Fault::DropIds { .. } | Fault::Reorder | Fault::Alter { .. } => true,
        });
        match (&self.fault, is_applied) {
            (_, false) => 0,
            (Fault::ApplyTwice, true) => 2,
            (_, true) => 1,
        }
    }
}

impl Fault {
    /// The kind's name, for the log.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Status { .. } => "status",
            Self::Html { .. } => "html",
            Self::RateLimit { .. } => "rateLimit",
            Self::Hang => "hang",
            Self::Reset => "reset",
            Self::Close => "close",
            Self::Garbage => "garbage",
            Self::Cut { .. } => "cut",
            Self::InvalidJson => "invalidJson",
            Self::ApplyTwice => "applyTwice",
            Self::DropIds { .. } => "dropIds",
            Self::Reorder => "reorder",
            Self::Alter { .. } => "alter",
        }
    }
}

/// The products of an answer changed, and `meta` with them. An answer without products stays as it is.
pub fn tamper(reply: Reply, change: impl FnOnce(&mut Vec<Value>, &mut Value)) -> Reply {
    let Ok(mut body) = serde_json::from_slice::<Value>(&reply.body) else { return reply };
    let mut meta = body.get("meta").cloned().unwrap_or_default();
    let Some(products) = body.get_mut("data").and_then(Value::as_array_mut) else { return reply };
    change(products, &mut meta);
    if let Some(body) = body.as_object_mut() {
        body.insert("meta".to_owned(), meta);
    }
    Reply { body: body.to_string().into_bytes(), ..reply }
}
