//! What the reference leaves open about the cells of a file, and what we chose: one table, shown to the person.

use serde::{Deserialize, Serialize};

/// What stands between the items of a list cell (voucher codes, roles, tags, users, combination values).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ListSeparator {
    /// `|`.
    #[default]
    Pipe,
    /// `;`.
    Semicolon,
    /// `,`.
    Comma,
    /// A line break inside the cell.
    LineBreak,
}
