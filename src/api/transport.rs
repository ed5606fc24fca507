//! How a request leaves and an answer comes back, as plain data. The browser's fetch, the practice store and the tests'
//! faulty stores all stand behind [`Transport`].

use futures::future::LocalBoxFuture;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// The methods the store's REST surface uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Method {
    /// Read.
    Get,
    /// Change.
    Put,
    /// Create.
    Post,
    /// Delete.
    Delete,
}

impl Method {
    /// The method's name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Put => "PUT",
            Self::Post => "POST",
            Self::Delete => "DELETE",
        }
    }
}

/// A request, without host and without key: both belong to the transport, so that neither can be put into a journal, a
/// log or an error text by way of the request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// Path and query after the host's base address, starting with `/`: `/products?skip=0&limit=100`.
    pub path: String,
    /// The body and its media type.
    pub body: Option<Body>,
    /// Milliseconds until the request is given up. Giving up does not undo it: what was on its way may be applied.
    pub timeout_ms: u32,
}

/// A request's body.
#[derive(Clone, PartialEq, Eq)]
pub struct Body {
    /// The value of `Content-Type`.
    pub media_type: Cow<'static, str>,
    /// The bytes.
    pub bytes: Vec<u8>,
}

impl std::fmt::Debug for Body {
    // A body may hold voucher codes.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Body({}, {} bytes)", self.media_type, self.bytes.len())
    }
}

/// An answer, whatever it is: nothing has been believed yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// `Content-Type`, where the browser lets us read it.
    pub content_type: Option<String>,
    /// `Retry-After`, where the host exposes it to the page (CORS hides it by default).
    pub retry_after: Option<String>,
    /// The whole body.
    pub body: Vec<u8>,
}

/// Why there is no answer. In every case but [`Failure::Offline`] the request may have been applied all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Failure {
    /// The browser says that there is no network; nothing was sent.
    Offline,
    /// `fetch` failed: refused, reset, DNS, TLS, a redirect, or a CORS refusal. The browser does not say which.
    Network,
    /// Nothing came within the request's `timeout_ms`.
    Timeout,
    /// We gave up on purpose (cancelled or disconnected).
    Aborted,
    /// Status and headers came, the body did not come whole.
    BodyCut,
}

impl Failure {
    /// What to make of a request that did leave and came to nothing, where the browser says whether there is a network
    /// now. The network may have gone *after* a write had reached the store, so of a write that failed on its way nobody
    /// may say that it was never sent: vouchers would be sent again on the strength of it.
    #[must_use]
    pub const fn on_the_way(method: Method, is_online: bool) -> Self {
        match method {
            Method::Get if !is_online => Self::Offline,
            _ => Self::Network,
        }
    }
}

/// Something that carries requests to one host with one key. Whoever holds the key also strikes it out of what comes back
/// ([`crate::domain::ApiKey::strike_out`]), since nobody behind it can: a host may repeat a header in its error page.
pub trait Transport {
    /// Sends one request once. Never retries by itself: who may be asked again is the sender's decision.
    fn send(&self, request: Request) -> LocalBoxFuture<'static, Result<Response, Failure>>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_write_that_left_is_in_doubt_even_when_the_network_is_gone_now() {
        for method in [Method::Put, Method::Post, Method::Delete] {
            for is_online in [false, true] {
                assert_eq!(Failure::on_the_way(method, is_online), Failure::Network, "{method:?} {is_online}");
            }
        }
        assert_eq!(Failure::on_the_way(Method::Get, false), Failure::Offline);
        assert_eq!(Failure::on_the_way(Method::Get, true), Failure::Network);
    }
}
