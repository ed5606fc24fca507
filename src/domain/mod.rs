//! NOUNS. What the store is made of, and the one table of the 40 CSV columns.
//!
//! In: nothing. Out: types with few doors, so that a value that exists is a value that is valid.
//! Must never know: HTTP, files, screens, the browser.
//!
//! Start at [`schema`]: reading, checking, templates, help, comparison and export all read that table.

pub mod blanks;
pub mod category;
pub mod choices;
pub mod colour;
pub mod html;
pub mod id;
pub mod open;
pub mod price;
pub mod product;
pub mod schema;
pub mod secret;
pub mod settings;
pub mod timestamp;
pub mod update;
pub mod url;

pub use blanks::{is_blank, trimmed};
pub use category::Category;
pub use choices::{CHOICES, Choice};
pub use colour::{Colour, is_colour};
pub use id::{PlacedId, ProductId};
pub use price::Price;
pub use product::{ExpiringHighlight, Permission, PermissionGroup, Product, UserInformation};
pub use schema::{COLUMNS, Column, ColumnId};
pub use secret::{ApiKey, VoucherCode};
pub use timestamp::Timestamp;
pub use update::{Edit, ProductPatch, ProductUpdate, VoucherAppend};
pub use url::HttpsUrl;
