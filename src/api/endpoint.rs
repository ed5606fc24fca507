//! Every address of the store's API, and nowhere else.
//!
//! In: what is asked. Out: a [`Request`] without host and key. Must never know: what an answer looks like.

use super::door::Door;
use super::transport::{Body, Method, Request};
use super::wire::settings;
use crate::domain::settings::SettingsPatch;
use crate::domain::{ColumnId, ProductId, ProductPatch};
use std::collections::HashSet;
use std::fmt::Write;

/// Milliseconds until a read is given up. No limit is documented; reads can be asked again at will.
pub const READ_TIMEOUT_MS: u32 = 30_000;

/// Milliseconds until a write is given up. Longer than a read's, since giving up leaves it unknown whether the write
/// was applied.
pub const WRITE_TIMEOUT_MS: u32 = 60_000;

/// Most items a page of a list holds ([dev 34355616]). Whether the service cuts or refuses more is not documented, so
/// more is never asked for.
pub const MAX_PAGE: u32 = 100;

/// Most products one bulk update may hold ([dev 37690410]).
pub const MAX_BATCH: usize = 100;

/// `GET /stores`: the store configuration ([adss cfg/get]). Also the cheapest proof that a key works.
#[must_use]
pub fn read_store() -> Request {
    read("/stores".to_owned())
}

/// `PUT /stores`: changes the store configuration; the body is partial ([dev cfg/update]).
#[must_use]
pub fn update_store(patch: &SettingsPatch) -> Request {
    let body = Body { media_type: "application/json".into(), bytes: settings::write_settings(patch) };
    Request { method: Method::Put, path: "/stores".to_owned(), body: Some(body), timeout_ms: WRITE_TIMEOUT_MS }
}

/// `GET /products`: one page of the products ([dev 34355616]), which the reference calls the *active* ones: archived
/// products may be missing. `limit` is held to 1..=[`MAX_PAGE`]; `search` is a keyword, and a blank one asks for all.
#[must_use]
pub fn list_products(skip: u64, limit: u32, search: Option<&str>) -> Request {
    let mut path = list("/products", skip, limit);
    if let Some(keyword) = search.map(str::trim).filter(|keyword| !keyword.is_empty()) {
        path.push_str("&search=keyword:");
        percent_encode(keyword, &mut path);
    }
    read(path)
}

/// `GET /products/{productID}` ([dev 34355623]): also answers for archived products.
#[must_use]
pub fn read_product(id: ProductId) -> Request {
    read(format!("/products/{id}"))
}

/// `GET /categories`: one page of the categories ([dev 34355292]). `limit` is held to 1..=[`MAX_PAGE`].
#[must_use]
pub fn list_categories(skip: u64, limit: u32) -> Request {
    read(list("/categories", skip, limit))
}

/// `PUT /products/bulk`: updates up to [`MAX_BATCH`] products, by the door that the host takes ([dev 37690410], [adss 37690410]).
///
/// # Errors
/// [`NotABatch`], when the service would refuse the request or could misunderstand it. Nothing is ever cut off.
pub fn update_products(patches: &[ProductPatch], door: Door) -> Result<Request, NotABatch> {
    if patches.is_empty() {
        return Err(NotABatch::Empty);
    }
    if patches.len() > MAX_BATCH {
        return Err(NotABatch::TooMany(patches.len()));
    }
    let mut seen = HashSet::with_capacity(patches.len());
    for patch in patches {
        if !seen.insert(patch.id) {
            return Err(NotABatch::Twice(patch.id));
        }
        if !patch.has_fields() && patch.vouchers.as_ref().is_none_or(|vouchers| vouchers.codes.is_empty()) {
            return Err(NotABatch::NothingToDo(patch.id));
        }
    }
    let body = door.body(patches).map_err(|(id, column)| NotABatch::CannotBeSaid(id, column))?;
    Ok(Request { method: Method::Put, path: "/products/bulk".to_owned(), body: Some(body), timeout_ms: WRITE_TIMEOUT_MS })
}

/// Why a list of patches cannot be one bulk update.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotABatch {
    /// No patches. Whether the service takes an empty array is not documented.
    #[error("there is nothing to send")]
    Empty,
    /// More than [`MAX_BATCH`].
    #[error("{0} products in one request; the store takes at most {MAX_BATCH}")]
    TooMany(usize),
    /// The same product twice: the order in which the service would apply the two is not documented.
    #[error("product {0} is twice in one request")]
    Twice(ProductId),
    /// A patch that changes nothing.
    #[error("the update of product {0} changes nothing")]
    NothingToDo(ProductId),
    /// A value for which a CSV has no words: nothing at all, or a list item that holds the list's own separator.
    #[error("this host takes updates as CSV, which cannot say {column} of product {0} as it is asked for", column = .1.header())]
    CannotBeSaid(ProductId, ColumnId),
}

fn read(path: String) -> Request {
    Request { method: Method::Get, path, body: None, timeout_ms: READ_TIMEOUT_MS }
}

fn list(path: &str, skip: u64, limit: u32) -> String {
    format!("{path}?skip={skip}&limit={}", limit.clamp(1, MAX_PAGE))
}

/// Everything but RFC 3986's unreserved characters, as the bytes of UTF-8.
fn percent_encode(text: &str, into: &mut String) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            into.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(into, "%{byte:02X}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Edit, Price, Timestamp, VoucherAppend};

    fn patch(n: u32) -> ProductPatch {
        let mut bytes = [0; 12];
        bytes[..4].copy_from_slice(&n.to_be_bytes());
        ProductPatch { price: Edit::Set(Price::whole(n)), ..ProductPatch::nothing(ProductId::from_bytes(bytes)) }
    }

    #[test]
    fn addresses_are_the_documented_ones() {
        assert_eq!(read_store().path, "/stores");
        assert_eq!(
            list_products(40, 1000, Some(" café & co:1 ")).path,
            "/products?skip=40&limit=100&search=keyword:caf%C3%A9%20%26%20co%3A1"
        );
        assert_eq!(list_products(0, 0, Some("  ")).path, "/products?skip=0&limit=1");
        assert_eq!(list_categories(0, 100).path, "/categories?skip=0&limit=100");
        let id: ProductId = "507f1f77bcf86cd799439011".parse().unwrap();
        assert_eq!(read_product(id).path, "/products/507f1f77bcf86cd799439011");
        assert_eq!(read_product(id).method, Method::Get);
    }

    #[test]
    fn settings_are_put_where_they_are_read() {
        use crate::domain::settings::{Settings, body};
        let wanted = Settings { description: Some("<p>x</p>".into()), ..Settings::default() };
        let patch = body(&Settings::default(), &wanted).unwrap();
        let Request { method, path, body, timeout_ms } = update_store(&patch);
        assert_eq!((method, path.as_str(), timeout_ms), (Method::Put, "/stores", WRITE_TIMEOUT_MS));
        assert_eq!(body.unwrap().bytes, br#"{"description":"<p>x</p>"}"#);
    }

    #[test]
    fn a_batch_has_1_to_100_products_none_twice_none_idle() {
        let many: Vec<_> = (0..101).map(patch).collect();
        assert_eq!(update_products(&many, Door::Json), Err(NotABatch::TooMany(101)));
        assert_eq!(update_products(&[], Door::Json), Err(NotABatch::Empty));
        assert_eq!(update_products(&[patch(1), patch(1)], Door::Csv), Err(NotABatch::Twice(patch(1).id)));
        let idle = ProductPatch {
            vouchers: Some(VoucherAppend { codes: Vec::new(), expire_date: Timestamp::from_millis(0) }),
            ..ProductPatch::nothing(patch(1).id)
        };
        assert_eq!(update_products(std::slice::from_ref(&idle), Door::Json), Err(NotABatch::NothingToDo(idle.id)));
        let request = update_products(&many[..100], Door::Json).unwrap();
        assert_eq!((request.method, request.path.as_str(), request.timeout_ms), (Method::Put, "/products/bulk", 60_000));
        let body: serde_json::Value = serde_json::from_slice(&request.body.unwrap().bytes).unwrap();
        assert_eq!(body.as_array().unwrap().len(), 100);
    }
}
