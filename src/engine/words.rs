//! What went wrong with the world, as the page is told it.

use super::hands::StorageError;
use super::protocol::{Trouble, TroubleKind};
use crate::api::error::ApiError;
use crate::api::{Failure, Method};
use crate::domain::secret::NotAKey;

impl Trouble {
    /// A trouble without words of a server.
    #[must_use]
    pub fn new(kind: TroubleKind, what: impl Into<String>, cure: impl Into<String>) -> Self {
        Self { kind, what: what.into(), cure: cure.into(), said: None }
    }

    /// A request of this method ended so.
    #[must_use]
    pub fn api(error: &ApiError, method: Method) -> Self {
        let kind = match error {
            ApiError::Unreachable(Failure::Offline) => TroubleKind::Offline,
            ApiError::Unreachable(Failure::Timeout) => TroubleKind::Timeout,
            ApiError::Unreachable(_) => TroubleKind::NoAnswer,
            ApiError::NotTheApi { status: 200..=399, .. } => TroubleKind::NotTheApi,
            _ => match error.status() {
                Some(401) => TroubleKind::Unauthorized,
                Some(403) => TroubleKind::Forbidden,
                Some(404) => TroubleKind::NotFound,
                _ if matches!(error, ApiError::NotTheApi { .. }) => TroubleKind::NotTheApi,
                _ => TroubleKind::Refused,
            },
        };
        let words = error.words(method);
        let said = error.said().map(|said| said.to_string()).or_else(|| error.plain_words().map(Into::into));
        let said = said.filter(|said| !said.is_empty());
        Self { kind, what: words.what, cure: words.cure, said }
    }

    /// What was pasted cannot be a key.
    #[must_use]
    pub fn key(why: NotAKey) -> Self {
        let what = match why {
            NotAKey::Empty => "There is no key in the field.",
            NotAKey::Character => "This cannot be an API key: it holds a space, a line break or a letter that no key has.",
        };
        Self::new(TroubleKind::KeyForm, what, "Copy the key again, whole and nothing else, and paste it.")
    }

    /// It cannot be done now.
    #[must_use]
    pub fn not_now(what: &str, cure: &str) -> Self {
        Self::new(TroubleKind::NotNow, what, cure)
    }

    /// There is no store to ask.
    #[must_use]
    pub fn not_connected() -> Self {
        Self::not_now("You are not connected to a store.", "Connect to your store, or open the practice store.")
    }

    /// The journal cannot be written, so nothing may be sent.
    #[must_use]
    pub fn journal(error: &StorageError) -> Self {
        Self {
            kind: TroubleKind::NoJournal,
            what: "The browser could not write down what is about to be sent, so nothing more is sent.".into(),
            cure: "Free some space or leave private browsing, then send again: only what is not yet done will be sent.".into(),
            said: Some(error.0.clone()),
        }
    }
}
