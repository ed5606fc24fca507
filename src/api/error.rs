//! Everything that can go wrong between a request and a believed answer, in facts for the sender and in words for a
//! person.
//!
//! In: why an answer was not one. Out: [`ApiError`]. Must never know: whether and when a request is sent again.

use super::said::Said;
use super::transport::{Failure, Method};
use crate::domain::Timestamp;
use serde::{Deserialize, Serialize};

/// Why a request did not get the answer it asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ApiError {
    /// There is no answer, or not a whole one.
    Unreachable(Failure),
    /// The API answered with an error status, in its own envelope.
    Refused {
        /// The HTTP status, 400 to 599.
        status: u16,
        /// What the API said.
        said: Said,
        /// `Retry-After`, where it was readable.
        retry_after: Option<RetryAfter>,
    },
    /// HTTP says success, the envelope says error.
    EnvelopeSaysError {
        /// The HTTP status, 200 to 299.
        http_status: u16,
        /// The envelope's `meta.statusCode`, where it has one.
        status_code: Option<u16>,
        /// What the API said.
        said: Said,
    },
    /// Something answered, but not in the API's form: an HTML page, a network's sign-in page, nothing at all, damaged
    /// JSON, JSON of another kind.
    NotTheApi {
        /// The HTTP status.
        status: u16,
        /// `Content-Type`, where it was readable.
        content_type: Option<String>,
        /// The first 200 characters that a person can read, as text. May be empty.
        excerpt: String,
        /// The first 2 KB as they came, keys struck out. For the report, as text.
        raw: String,
        /// `Retry-After`, where it was readable.
        retry_after: Option<RetryAfter>,
    },
}

/// How long the service asks to be left alone (RFC 9110 10.2.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RetryAfter {
    /// So many seconds from now.
    Seconds(u32),
    /// Until this moment by the service's clock.
    At(Timestamp),
}

/// What an error says about whether a write was applied. It says nothing about what to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Applied {
    /// Known not to have been applied: it was never sent, or was turned away before it was looked at.
    No,
    /// Refused after it was looked at. Whether bulk updates are atomic is not documented, so items of it may have been
    /// applied before the refusal.
    PerhapsInPart,
    /// It may have been applied, wholly or in part, or not.
    Unknown,
}

impl ApiError {
    /// The status that says most: the envelope's where it disagrees with HTTP's, none where nothing answered.
    #[must_use]
    pub const fn status(&self) -> Option<u16> {
        match self {
            Self::Unreachable(_) => None,
            Self::Refused { status, .. } | Self::NotTheApi { status, .. } => Some(*status),
            Self::EnvelopeSaysError { status_code, .. } => *status_code,
        }
    }

    /// Whether a write that ended so was applied.
    #[must_use]
    pub const fn applied(&self) -> Applied {
        match self {
            Self::Unreachable(Failure::Offline) => Applied::No,
            Self::Unreachable(_) => Applied::Unknown,
            Self::Refused { status, .. } => by_status(*status),
            // A gateway in front of the API may turn a request away in its own form; of any other page nobody can say
            // what stood behind it.
            Self::NotTheApi { status, .. } => match by_status(*status) {
                Applied::No => Applied::No,
                Applied::PerhapsInPart | Applied::Unknown => Applied::Unknown,
            },
            // HTTP says done and the envelope says error: not even a 401 in it is worth believing.
            Self::EnvelopeSaysError { status_code: Some(400..=499), .. } => Applied::PerhapsInPart,
            Self::EnvelopeSaysError { .. } => Applied::Unknown,
        }
    }

    /// Whether the key is at fault: 401, 403 (the pages disagree on which of the two a missing permission is
    /// [adss cat/create]). No request with this key will do better.
    #[must_use]
    pub const fn is_key_problem(&self) -> bool {
        matches!(self.status(), Some(401 | 403))
    }

    /// Whether the service asks to be called less often.
    #[must_use]
    pub const fn is_rate_limit(&self) -> bool {
        matches!(self.status(), Some(429))
    }

    /// How long the service asks to be left alone, where it says so.
    #[must_use]
    pub const fn retry_after(&self) -> Option<RetryAfter> {
        match self {
            Self::Refused { retry_after, .. } | Self::NotTheApi { retry_after, .. } => *retry_after,
            Self::Unreachable(_) | Self::EnvelopeSaysError { .. } => None,
        }
    }

    /// What the API itself said, where it did.
    #[must_use]
    pub const fn said(&self) -> Option<&Said> {
        match self {
            Self::Refused { said, .. } | Self::EnvelopeSaysError { said, .. } => Some(said),
            Self::Unreachable(_) | Self::NotTheApi { .. } => None,
        }
    }

    /// What was said in a refusal that is not in the API's form but is words all the same: one line of text, at most 200
    /// characters. Nobody documents the body of an error. A web page is none, whoever made it.
    #[must_use]
    pub fn plain_words(&self) -> Option<&str> {
        match self {
            Self::NotTheApi { status: 400.., content_type, excerpt, raw, .. } => {
                Some(excerpt.as_str()).filter(|words| !words.is_empty() && !is_page(content_type.as_deref(), raw))
            }
            _ => None,
        }
    }

    /// The error in plain words: what happened, and what can be done. The method tells a read, which can simply be asked
    /// again, from a write, whose outcome matters. The API's own words are not in here; show [`ApiError::said`] or
    /// [`ApiError::plain_words`] beside.
    #[must_use]
    pub fn words(&self, method: Method) -> Words {
        let is_write = method != Method::Get;
        let (what, cure) = match self {
            Self::Unreachable(failure) => failure_words(*failure, is_write),
            Self::Refused { status, .. } => status_words(*status, is_write),
            Self::EnvelopeSaysError { status_code, .. } => envelope_words(*status_code),
            // The status of a gateway's page still says what happened; only success in another form says nothing.
            Self::NotTheApi { status: status @ 400.., excerpt, content_type, raw, .. } => {
                let (what, cure) = status_words(*status, is_write);
                let form = match self.plain_words() {
                    // The words themselves are shown beside.
                    Some(_) => "plain text".to_owned(),
                    None => form_words(is_page(content_type.as_deref(), raw), excerpt),
                };
                return Words { what: what.to_owned(), cure: format!("{cure} (The answer was {form}, not the API's own form.)") };
            }
            // Somebody else's page has something on it.
            Self::NotTheApi { excerpt, raw, .. } if excerpt.is_empty() && raw.trim().is_empty() => empty_words(is_write),
            Self::NotTheApi { content_type, excerpt, raw, .. } => {
                let form = form_words(is_page(content_type.as_deref(), raw), excerpt);
                return Words {
                    what: format!("Something other than the store's API answered: {form}."),
                    cure: not_the_api_cure(is_write).to_owned(),
                };
            }
        };
        Words { what: what.to_owned(), cure: cure.to_owned() }
    }
}

/// An error in words, for a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Words {
    /// What happened: one sentence.
    pub what: String,
    /// What can be done about it: one sentence or two.
    pub cure: String,
}

impl std::fmt::Display for Words {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.what, self.cure)
    }
}

impl std::fmt::Display for ApiError {
    /// One line for a report: the status or failure, and the API's own message.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unreachable(failure) => f.write_str(failure_words(*failure, true).0),
            Self::Refused { status, said, .. } => write!(f, "{status} {}", said.message),
            Self::EnvelopeSaysError { http_status, status_code: Some(code), said } => {
                write!(f, "{http_status}, but the envelope says {code} {}", said.message)
            }
            Self::EnvelopeSaysError { http_status, said, .. } => {
                write!(f, "{http_status}, but the envelope says error {}", said.message)
            }
            Self::NotTheApi { status, excerpt, .. } if excerpt.is_empty() => write!(f, "{status}, an empty answer"),
            Self::NotTheApi { status, excerpt, .. } => write!(f, "{status}, not in the API's form: {excerpt}"),
        }
    }
}

impl std::error::Error for ApiError {}

/// 401, 403 and 429 are answered before the body is looked at; 405 to 431 of this list concern the request's form.
/// 400, 404 and 409 come from looking at the items. 5xx is after who knows what; 502 is documented as the upstream
/// store service failing, which may have written.
const fn by_status(status: u16) -> Applied {
    match status {
        401 | 403 | 405 | 406 | 411 | 413 | 414 | 415 | 429 | 431 => Applied::No,
        400..=407 | 409..=498 => Applied::PerhapsInPart,
        _ => Applied::Unknown,
    }
}

const fn failure_words(failure: Failure, is_write: bool) -> (&'static str, &'static str) {
    match failure {
        Failure::Offline => ("This computer is offline.", "Nothing was sent. It goes on when the connection is back."),
        Failure::Network if is_write => (
            "The connection to this host failed before an answer came.",
            "The change may or may not have been applied; read the products back to see. The browser does not tell a lost connection from a refused one.",
        ),
        Failure::Network => (
            "This host does not answer calls from this page.",
            "Either it cannot be reached (address, network, certificate), or it does not allow this page's address to call it (CORS): the browser does not say which. Check the host; if it is right, its owner has to allow this page's address.",
        ),
        Failure::Timeout if is_write => {
            ("No answer came in time.", "The change may or may not have been applied; read the products back to see.")
        }
        Failure::Timeout => ("No answer came in time.", "Try again; if it stays so, the service or the network is slow."),
        Failure::Aborted if is_write => (
            "The request was given up here.",
            "Giving up does not undo it: it may or may not have been applied; read the products back to see.",
        ),
        Failure::Aborted => ("The request was given up here.", "Ask again when you want the answer."),
        Failure::BodyCut if is_write => (
            "The answer broke off in the middle.",
            "The change was probably applied, but the proof is missing; read the products back to see.",
        ),
        Failure::BodyCut => ("The answer broke off in the middle.", "Try again."),
    }
}

const fn status_words(status: u16, is_write: bool) -> (&'static str, &'static str) {
    match status {
        400 if is_write => (
            "The store refused the request: something in it is not as it wants it (400).",
            "See what it says about the fields. Whether other products of the same request were updated is not documented; read them back.",
        ),
        400 => ("The store did not understand the question (400).", "Change the search or filter and try again."),
        401 => (
            "The store does not know this API key (401).",
            "The key is missing, mistyped, expired or deleted. Paste a valid one; nothing was changed by this request.",
        ),
        403 => (
            "This API key may not do that (403).",
            "The key works but lacks the permission \"store\". A community owner or admin can add it to the key; nothing was changed by this request.",
        ),
        404 if is_write => (
            "The store did not find what was to be changed (404).",
            "A product of this request may not exist in this community, or this host's address lacks its path (such as /v1).",
        ),
        404 => (
            "There is nothing at this address (404).",
            "The product may be gone, or the host's address is incomplete: the vendor notes that the address without /v1 was not being served on 2026-05-18. Choose the host that ends in /v1.",
        ),
        409 => (
            "The store refused because of a conflict (409): usually a voucher code that the product already has.",
            "If a request with these codes was cut off before, it was perhaps applied after all: compare the stock before sending again.",
        ),
        413 => {
            ("The request is too large for the store (413).", "Send fewer products at once; nothing was changed by this request.")
        }
        429 => {
            ("The store asks for fewer requests (429).", "Nothing was changed by this request. It is sent again after a pause.")
        }
        500 if is_write => (
            "The store failed while working on the request (500).",
            "The change may or may not have been applied; read the products back to see.",
        ),
        502 if is_write => (
            "The service behind the store's API failed or did not answer in time (502).",
            "The change may or may not have been applied; read the products back to see.",
        ),
        500..=599 if is_write => (
            "The store is not available at the moment (5xx).",
            "The change may or may not have been applied; read the products back to see.",
        ),
        502 => ("The service behind the store's API failed or did not answer in time (502).", "Try again in a moment."),
        500..=599 => ("The store failed to answer (5xx).", "Try again in a moment."),
        _ if is_write => {
            ("The store refused the request.", "Whether any of it was applied is not certain; read the products back to see.")
        }
        _ => ("The store refused the request.", "See what it says; try again or check the host."),
    }
}

const fn envelope_words(status_code: Option<u16>) -> (&'static str, &'static str) {
    match status_code {
        Some(401 | 403) => (
            "The store says that this API key may not do that, though the answer is marked as a success.",
            "Check the key and its permission \"store\".",
        ),
        _ => (
            "The answer is marked as a success, but says that the request failed.",
            "It is not counted as done; read the products back to see.",
        ),
    }
}

/// Whether an answer is a web page, or another text of tags.
fn is_page(content_type: Option<&str>, raw: &str) -> bool {
    content_type.is_some_and(|kind| kind.to_ascii_lowercase().contains("html")) || raw.trim_start().starts_with('<')
}

const fn empty_words(is_write: bool) -> (&'static str, &'static str) {
    if is_write {
        ("The store's answer was empty.", "It does not say whether the change was applied; read the products back to see.")
    } else {
        ("The store's answer was empty.", "Try again; if it stays so, check the host.")
    }
}

fn form_words(is_page: bool, excerpt: &str) -> String {
    match (is_page, excerpt) {
        (_, "") => "an empty answer".to_owned(),
        (true, excerpt) => format!("a web page, \"{excerpt}\""),
        (false, excerpt) => format!("\"{excerpt}\""),
    }
}

const fn not_the_api_cure(is_write: bool) -> &'static str {
    if is_write {
        "A network that wants you to sign in, a proxy or a wrong address answers so. The change is not counted as done; sign in or check the host, then read the products back."
    } else {
        "A network that wants you to sign in, a proxy or a wrong address answers so. Sign in to the network or check the host, then try again."
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    fn refused(status: u16) -> ApiError {
        ApiError::Refused { status, said: Said::default(), retry_after: None }
    }

    #[test]
    fn only_what_was_turned_away_at_the_door_is_known_not_applied() {
        for status in [401, 403, 413, 429] {
            assert_eq!(refused(status).applied(), Applied::No, "{status}");
        }
        for status in [400, 404, 409, 422] {
            assert_eq!(refused(status).applied(), Applied::PerhapsInPart, "{status}");
        }
        for status in [408, 499, 500, 502, 503, 504, 520] {
            assert_eq!(refused(status).applied(), Applied::Unknown, "{status}");
        }
        assert_eq!(ApiError::Unreachable(Failure::Offline).applied(), Applied::No);
        for failure in [Failure::Network, Failure::Timeout, Failure::Aborted, Failure::BodyCut] {
            assert_eq!(ApiError::Unreachable(failure).applied(), Applied::Unknown, "{failure:?}");
        }
        let contradiction = ApiError::EnvelopeSaysError { http_status: 200, status_code: Some(401), said: Said::default() };
        assert_eq!(contradiction.applied(), Applied::PerhapsInPart);
        assert!(contradiction.is_key_problem());
    }

    #[test]
    fn an_empty_answer_is_said_to_be_empty_and_nobody_elses() {
        let answered = |status: u16, content_type: Option<&str>, body: &str| ApiError::NotTheApi {
            status,
            content_type: content_type.map(Into::into),
            excerpt: body.into(),
            raw: body.into(),
            retry_after: None,
        };
        for method in [Method::Get, Method::Put] {
            for (status, kind) in [(200, None), (204, None), (200, Some("application/json")), (200, Some("text/html"))] {
                let words = answered(status, kind, "").words(method);
                assert_eq!(words.what, "The store's answer was empty.", "{status} {kind:?}");
                assert!(!words.cure.contains("sign in") && !words.cure.contains("proxy"), "{words}");
                assert_eq!(words.cure.contains("applied"), method == Method::Put, "{words}");
            }
            let words = answered(200, Some("text/html"), "Hotel Wi-Fi").words(method);
            assert!(words.what.contains("Something other than the store's API answered: a web page"), "{words}");
            // A refusal has its own words, and an empty one is said to be so beside them.
            let words = answered(502, None, "").words(method);
            assert!(words.what.contains("(502)") && words.cure.contains("an empty answer"), "{words}");
        }
    }

    #[test]
    fn a_refusal_in_plain_text_has_words_and_a_web_page_has_none() {
        let answered = |status: u16, kind: Option<&str>, excerpt: &str, raw: &str| ApiError::NotTheApi {
            status,
            content_type: kind.map(Into::into),
            excerpt: excerpt.into(),
            raw: raw.into(),
            retry_after: None,
        };
        let words = "currency.name is already taken";
        for (status, kind) in
            [(409, Some("text/plain; charset=utf-8")), (400, Some("application/json")), (404, None), (502, None)]
        {
            let plain = answered(status, kind, words, words);
            assert_eq!(plain.plain_words(), Some(words), "{status} {kind:?}");
            // They stand beside the sentence; in it they would be said twice.
            assert!(!plain.words(Method::Put).cure.contains(words), "{}", plain.words(Method::Put));
        }
        for (status, kind, excerpt, raw) in [
            (409, Some("text/html"), "Taken", "Taken"),
            (409, Some("TEXT/HTML"), "Taken", "Taken"),
            (409, Some("text/plain"), "Taken", " \n<!doctype html><h1>Taken</h1>"),
            (409, None, "", ""),
            (200, Some("text/plain"), "Taken", "Taken"),
        ] {
            assert_eq!(answered(status, kind, excerpt, raw).plain_words(), None, "{status} {kind:?} {raw}");
        }
        assert!(
            answered(409, Some("text/plain"), "Taken", "<h1>Taken</h1>")
                .words(Method::Put)
                .cure
                .contains("a web page, \"Taken\"")
        );
    }

    #[test]
    fn each_case_has_its_own_words() {
        let failures = [Failure::Offline, Failure::Network, Failure::Timeout, Failure::Aborted, Failure::BodyCut];
        for method in [Method::Get, Method::Put] {
            let mut seen = HashSet::new();
            let errors =
                failures.map(ApiError::Unreachable).into_iter().chain([400, 401, 403, 404, 409, 429, 500, 502].map(refused));
            for error in errors {
                let words = error.words(method);
                assert!(words.what.ends_with(['.', ':']) && words.cure.ends_with('.'), "{words}");
                assert!(seen.insert(words.what.clone()), "{words}");
            }
        }
        assert!(refused(502).words(Method::Put).cure.contains("may or may not have been applied"));
        assert!(!refused(502).words(Method::Get).cure.contains("applied"));
        assert!(refused(404).words(Method::Get).cure.contains("2026-05-18"));
        assert!(ApiError::Unreachable(Failure::Network).words(Method::Get).cure.contains("the browser does not say which"));
    }
}
