//! Categories, as far as a product needs them.

use serde::{Deserialize, Serialize};

/// A category of products: its id, which generation A answers with, and its name, which updates are written with
/// ([dev 34355292], [adss 37690410]).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Category {
    /// The service's id.
    pub id: String,
    /// The readable name, unique in a community.
    pub name: String,
    /// Whether it is archived.
    pub is_archived: bool,
}
