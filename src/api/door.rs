//! The two documented ways in which a bulk update leaves ([adss 37690410]): a raw JSON array, or a CSV in the field `file` of
//! `multipart/form-data`. Which one a host takes is said by the deployment's `config.json`.
//!
//! In: patches. Out: a body with its media type, or the value that no cell can say. Must never know: where it is sent.

use super::transport::Body;
use super::wire::table::{Table, write_table};
use super::wire::{patch, table};
use crate::domain::{ColumnId, ProductId, ProductPatch};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// How a host takes updates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Door {
    /// `application/json`: any field, and any value.
    #[default]
    Json,
    /// `multipart/form-data` with a `text/csv`: a blank cell leaves alone what the store has, so nothing can be cleared.
    Csv,
}

impl Door {
    /// The body of a bulk update. The same patches give the same bytes.
    ///
    /// # Errors
    /// The first value that cannot be said this way. Nothing is ever left out in silence.
    pub fn body(self, patches: &[ProductPatch]) -> Result<Body, (ProductId, ColumnId)> {
        match self {
            Self::Json => Ok(Body { media_type: Cow::Borrowed("application/json"), bytes: patch::write_batch(patches) }),
            Self::Csv => {
                let Table { text, unsaid } = write_table(patches);
                unsaid.first().map_or_else(|| Ok(form(&text)), |what| Err(*what))
            }
        }
    }

    /// The columns of a patch that cannot be said this way.
    #[must_use]
    pub fn unsaid(self, patch: &ProductPatch) -> Vec<ColumnId> {
        match self {
            Self::Json => Vec::new(),
            Self::Csv => table::unsaid(patch),
        }
    }
}

/// A form with one file (RFC 7578). Its boundary is one that the file does not hold.
fn form(text: &str) -> Body {
    let mut boundary = "storekeeper-products".to_owned();
    while text.contains(&boundary) {
        boundary.push('-');
        boundary.push_str(&text.len().to_string());
    }
    let head = "Content-Disposition: form-data; name=\"file\"; filename=\"products.csv\"\r\nContent-Type: text/csv\r\n\r\n";
    let bytes = format!("--{boundary}\r\n{head}{text}\r\n--{boundary}--\r\n").into_bytes();
    Body { media_type: Cow::Owned(format!("multipart/form-data; boundary={boundary}")), bytes }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Edit, Price, Timestamp, VoucherAppend, VoucherCode};

    fn nobody() -> ProductPatch {
        ProductPatch::nothing("507f1f77bcf86cd799439011".parse().unwrap())
    }

    #[test]
    fn a_form_with_one_file() {
        let append = VoucherAppend {
            codes: vec![VoucherCode::parse("A-1").unwrap(), VoucherCode::parse("A-2").unwrap()],
            expire_date: Timestamp::from_millis(1_798_675_200_000),
        };
        let name = Edit::Set("Mug, \"big\"".to_owned());
        let patch = ProductPatch { name, price: Edit::Set(Price::whole(5)), vouchers: Some(append), ..nobody() };
        let body = Door::Csv.body(&[patch]).unwrap();
        assert_eq!(body.media_type, "multipart/form-data; boundary=storekeeper-products");
        let text = String::from_utf8(body.bytes).unwrap();
        let lines: Vec<&str> = text.split("\r\n").collect();
        assert_eq!(
            lines[..3],
            [
                "--storekeeper-products",
                "Content-Disposition: form-data; name=\"file\"; filename=\"products.csv\"",
                "Content-Type: text/csv"
            ]
        );
        assert!(lines[4].starts_with("Product ID,Name,Description,Image,Price,Category Name,Discount Enabled,"), "{text}");
        assert!(lines[5].starts_with("507f1f77bcf86cd799439011,\"Mug, \"\"big\"\"\",,,5,"), "{text}");
        assert!(lines[5].contains(",A-1|A-2,2026-12-31T00:00:00.000Z,"), "{text}");
        assert_eq!(lines[7..], ["--storekeeper-products--", ""]);
    }

    #[test]
    fn the_boundary_is_never_in_the_file() {
        let name = Edit::Set("--storekeeper-products--".to_owned());
        let body = Door::Csv.body(&[ProductPatch { name, ..nobody() }]).unwrap();
        let boundary = body.media_type.rsplit_once('=').unwrap().1.to_owned();
        let text = String::from_utf8(body.bytes).unwrap();
        assert_eq!(text.matches(&boundary).count(), 2, "{text}");
    }

    #[test]
    fn what_a_cell_cannot_say_is_named_and_not_sent() {
        let cleared = ProductPatch { discount_end_date: Edit::Set(None), ..nobody() };
        assert_eq!(Door::Csv.body(std::slice::from_ref(&cleared)), Err((cleared.id, ColumnId::DiscountEndDate)));
        assert_eq!(Door::Csv.unsaid(&cleared), [ColumnId::DiscountEndDate]);
        assert!(Door::Json.body(std::slice::from_ref(&cleared)).is_ok() && Door::Json.unsaid(&cleared).is_empty());
    }
}
