//! `fetch`, behind [`Transport`].
//!
//! In: requests, one host, one key. Out: answers as they came. Must never know: what a request is about.

use crate::api::{Failure, Method, Request, Response, Transport};
use crate::domain::ApiKey;
use futures::future::{Either, LocalBoxFuture, select};
use gloo_net::http::{Request as Outgoing, RequestBuilder};
use gloo_timers::future::TimeoutFuture;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{AbortController, ReferrerPolicy, RequestCache, RequestCredentials, RequestMode, RequestRedirect};

/// Carries requests to one host with one key.
pub struct FetchTransport {
    base: String,
    key: ApiKey,
}

impl FetchTransport {
    /// A carrier to `base`: an https address, or a path on the page's own origin, without a slash at the end.
    #[must_use]
    pub const fn new(base: String, key: ApiKey) -> Self {
        Self { base, key }
    }
}

impl Transport for FetchTransport {
    fn send(&self, request: Request) -> LocalBoxFuture<'static, Result<Response, Failure>> {
        if !online() {
            return Box::pin(async { Err(Failure::Offline) });
        }
        let url = format!("{}{}", self.base, request.path);
        let key = self.key.clone();
        Box::pin(async move {
            let abort = AbortController::new().map_err(|_| Failure::Network)?;
            let exchange = Box::pin(exchange(&url, &key, &request, &abort));
            match select(exchange, TimeoutFuture::new(request.timeout_ms)).await {
                Either::Left((result, _)) => result,
                Either::Right(((), _)) => {
                    abort.abort();
                    Err(Failure::Timeout)
                }
            }
        })
    }
}

async fn exchange(url: &str, key: &ApiKey, request: &Request, abort: &AbortController) -> Result<Response, Failure> {
    let method = match request.method {
        Method::Get => gloo_net::http::Method::GET,
        Method::Put => gloo_net::http::Method::PUT,
        Method::Post => gloo_net::http::Method::POST,
        Method::Delete => gloo_net::http::Method::DELETE,
    };
    let builder = RequestBuilder::new(url)
        .method(method)
        .mode(RequestMode::Cors)
        // The key must not follow a redirect to another host, and cookies have no part in this API.
        .redirect(RequestRedirect::Error)
        .credentials(RequestCredentials::Omit)
        .referrer_policy(ReferrerPolicy::NoReferrer)
        // A live store, not what it was five minutes ago.
        .cache(RequestCache::NoStore)
        .abort_signal(Some(&abort.signal()))
        .header("Authorization", &key.authorization());
    let outgoing: Result<Outgoing, _> = match &request.body {
        Some(body) => {
            let bytes = js_sys::Uint8Array::from(body.bytes.as_slice());
            builder.header("Content-Type", &body.media_type).body(JsValue::from(bytes))
        }
        None => builder.build(),
    };
    let answer =
        outgoing.map_err(|_| Failure::Network)?.send().await.map_err(|_| Failure::on_the_way(request.method, online()))?;
    let status = answer.status();
    let headers = answer.headers();
    let mut body = answer.binary().await.map_err(|_| Failure::BodyCut)?;
    // A host may repeat what it was sent in an error page; from here on nobody knows the key to look for it.
    key.strike_out(&mut body);
    Ok(Response { status, content_type: headers.get("content-type"), retry_after: headers.get("retry-after"), body })
}

/// Whether the browser believes that there is a network. `false` can be trusted, `true` cannot.
fn online() -> bool {
    js_sys::global().dyn_into::<web_sys::WorkerGlobalScope>().is_ok_and(|scope| scope.navigator().on_line())
}

/// Reads a file of the deployment itself: `config.json`.
///
/// # Errors
/// As for any request; another status than 200 counts as [`Failure::Network`].
pub async fn read_own_file(url: &str) -> Result<Vec<u8>, Failure> {
    let request = RequestBuilder::new(url).cache(RequestCache::NoCache).build().map_err(|_| Failure::Network)?;
    let answer = request.send().await.map_err(|_| Failure::on_the_way(Method::Get, online()))?;
    if answer.status() != 200 {
        return Err(Failure::Network);
    }
    answer.binary().await.map_err(|_| Failure::BodyCut)
}
