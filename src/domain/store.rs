//! The store's own settings, as read.

use serde::{Deserialize, Serialize};

/// The store configuration as `GET /stores` returned it, in either documented generation ([adss cfg/get],
/// [dev 34355284]). `None` means "not returned".
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoreSettings {
    /// `communityID`: whose store this is.
    pub community_id: Option<String>,
    /// `isEnabled`.
    pub is_enabled: Option<bool>,
    /// `title`.
    pub title: Option<String>,
    /// `description`, HTML.
    pub description: Option<String>,
    /// `currency.name`.
    pub currency_name: Option<String>,
    /// Every setting, flattened for display: JSON path (`widget.size.mode`) and value as text, in the order returned.
    /// `widget.apiKey` is dropped where the answer is read and is not among them.
    pub entries: Vec<(String, String)>,
}
