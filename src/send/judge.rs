//! What an answer proves.
//!
//! In: the patches of one request and what came back. Out: a [`Verdict`]. Must never know: what is done about it.
//!
//! Success is proof, not a status: 2xx, JSON in the API's envelope, every sent id in it, the count right, and the values
//! equal to what was sent. Anything less is doubt, and doubt is settled by reading.

use super::reconcile::{Holds, fields};
use crate::api::answer::{Answered, ItemError, read_bulk};
use crate::api::{ApiError, Applied, Failure, RetryAfter};
use crate::domain::{Product, ProductId, ProductPatch};
use crate::review::undo::sets;
use std::collections::HashMap;

/// What one answer says about its request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// A believable success; per patch, in order, the product as the store says it holds it now, or `None` where the
    /// answer does not name it.
    Success(Vec<Option<Product>>),
    /// Known never to have left.
    NeverLeft,
    /// Turned away for coming too often, before it was looked at.
    Busy {
        /// How long to wait, where the store says so.
        asked: Option<RetryAfter>,
        /// The words.
        words: String,
    },
    /// The key was refused.
    KeyRefused {
        /// The status.
        status: u16,
        /// The words.
        words: String,
    },
    /// Refused after it was looked at; parts may have been applied.
    Rejected {
        /// Whether the API itself said so. Something on the way may refuse in a form of its own, and it is not known what
        /// had come through by then.
        by_api: bool,
        /// The status.
        status: u16,
        /// The words.
        words: String,
        /// Patches that the store names as the reason, by index, where it does.
        named: Vec<usize>,
    },
    /// It may have been applied or not.
    Doubtful {
        /// Whether the same request may simply be sent again, if it carries only fields: the store or the network
        /// failed. Where something else answered, or a success lacks its proof, reading comes first.
        transient: bool,
        /// The words.
        words: String,
    },
}

/// What was said of single items or fields is repeated so many times.
const NAMED: usize = 3;

/// Judges the answer to a bulk update of `patches`.
#[must_use]
pub fn judge(patches: &[&ProductPatch], answer: Answered) -> Verdict {
    let answer = match read_bulk(answer) {
        Ok(answer) => answer,
        Err(error) => return judge_error(&error),
    };
    // A success that names errors is none for those, and is proven for the others like any refusal: by reading.
    if let Some(first) = answer.errors.first() {
        let named = |error: &ItemError| {
            let by_id = error.product.and_then(|id| patches.iter().position(|patch| patch.id == id));
            by_id.or(error.index.filter(|&index| index < patches.len()))
        };
        let mut named: Vec<usize> = answer.errors.iter().filter_map(named).collect();
        named.sort_unstable();
        named.dedup();
        let words = clipped(&first.message);
        return Verdict::Rejected { by_api: true, status: first.status.unwrap_or(answer.status), words, named };
    }
    // A count that disagrees takes the belief from the whole answer.
    if answer.updated.is_some_and(|updated| updated != patches.len() as u64) {
        let words = format!("the store says {} updated of {}", answer.updated.unwrap_or(0), patches.len());
        return Verdict::Doubtful { transient: false, words };
    }
    let mut by_id: HashMap<ProductId, Product> = answer.products.into_iter().map(|product| (product.id, product)).collect();
    Verdict::Success(patches.iter().map(|patch| by_id.remove(&patch.id)).collect())
}

fn judge_error(error: &ApiError) -> Verdict {
    let words = words(error);
    let status = error.status();
    match (error, status) {
        (ApiError::Unreachable(Failure::Offline), _) => Verdict::NeverLeft,
        (ApiError::Unreachable(failure), _) => {
            let transient = matches!(failure, Failure::Network | Failure::Timeout);
            Verdict::Doubtful { transient, words }
        }
        // HTTP says done, the envelope does not: neither is believed.
        (ApiError::EnvelopeSaysError { .. }, _) => match status {
            Some(status @ (401 | 403)) => Verdict::KeyRefused { status, words },
            Some(status @ 400..=499) => Verdict::Rejected { by_api: true, status, words, named: named(error) },
            _ => Verdict::Doubtful { transient: false, words },
        },
        (_, Some(429)) => Verdict::Busy { asked: error.retry_after(), words },
        (_, Some(status)) if error.is_key_problem() => Verdict::KeyRefused { status, words },
        (ApiError::Refused { .. }, Some(status @ 400..=499)) if status != 408 => {
            Verdict::Rejected { by_api: true, status, words, named: named(error) }
        }
        // No page shows the API's own errors: a text may be one.
        (ApiError::NotTheApi { .. }, Some(status @ 400..=499)) if status != 408 => {
            Verdict::Rejected { by_api: false, status, words, named: Vec::new() }
        }
        (_, status) => Verdict::Doubtful { transient: status.is_some_and(|status| status >= 500 || status == 408), words },
    }
}

/// Whether an error proves by itself that nothing was applied.
#[must_use]
pub fn turned_away(verdict: &Verdict) -> bool {
    match verdict {
        Verdict::NeverLeft | Verdict::Busy { .. } | Verdict::KeyRefused { .. } => true,
        Verdict::Success(_) | Verdict::Rejected { .. } | Verdict::Doubtful { .. } => false,
    }
}

/// Whether reading failed in a way that another try may cure.
#[must_use]
pub fn is_worth_another_try(error: &ApiError) -> bool {
    error.is_rate_limit() || (error.applied() == Applied::Unknown && !error.is_key_problem()) || is_offline(error)
}

/// Whether this computer has no network.
#[must_use]
pub const fn is_offline(error: &ApiError) -> bool {
    matches!(error, ApiError::Unreachable(Failure::Offline))
}

/// An error in one line of bounded length.
#[must_use]
pub fn words(error: &ApiError) -> String {
    let mut words = match error.said() {
        Some(said) if !said.message.is_empty() => said.message.clone(),
        _ => error.plain_words().map_or_else(|| error.to_string(), ToOwned::to_owned),
    };
    // "Bad Request" alone helps nobody.
    for field in error.said().into_iter().flat_map(|said| &said.fields).take(NAMED) {
        if !words.contains(&field.message) {
            words.push_str("; ");
            words.push_str(&field.message);
        }
    }
    clipped(&words)
}

fn clipped(words: &str) -> String {
    words.chars().take(500).collect()
}

/// The items that the store names as the reason of a refusal.
fn named(error: &ApiError) -> Vec<usize> {
    let mut named: Vec<_> = error.said().into_iter().flat_map(|said| said.fields.iter().filter_map(|f| f.index)).collect();
    named.sort_unstable();
    named.dedup();
    named
}

/// What a success proves for one patch of fields; nothing where a reading can prove more: a column that was read before is
/// shown by the store, though not by this answer.
#[must_use]
pub fn proof(patch: &ProductPatch, before: &ProductPatch, held: &Product) -> Option<Holds> {
    let holds = match fields(patch, before, held) {
        // It is named in a believable success: that it shows none of the columns is no reason for doubt.
        Holds::CannotTell(unproven) => Holds::AsAsked { fields: 0, unproven },
        other => other,
    };
    match &holds {
        Holds::AsAsked { unproven, .. } if unproven.iter().any(|&column| sets(before, column)) => None,
        _ => Some(holds),
    }
}
