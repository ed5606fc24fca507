//! What an answer means. The one place where an answer begins to be believed.
//!
//! In: what the transport brought. Out: nouns of `domain`, or an [`ApiError`]. Must never know: what was asked before.
//!
//! An answer counts as success when HTTP says 2xx, the body is JSON in one of the platform's envelopes, and the envelope
//! does not say error: `{meta: {status, statusCode, …}, message, data}` ([dev 37690410]), `{status, message, data}`
//! ([dev 26401866]), `{meta: {success, message}, body}` ([dev list-user-roles]). Whether it proves what was asked is for
//! the sender to compare.

use super::error::{ApiError, RetryAfter};
use super::said::{Said, one_line, without_secrets};
use super::transport::{Failure, Response};
use super::wire::{product, settings, value};
use crate::domain::settings::{SettingPath, Settings};
use crate::domain::{Category, Product, ProductId, Timestamp};
use serde_json::Value;

/// What a transport brings back.
pub type Answered = Result<Response, Failure>;

/// Bytes of an unreadable answer that are kept for the report.
const RAW_BYTES: usize = 2_048;
/// Characters of an unreadable answer that are shown.
const EXCERPT_CHARS: usize = 200;

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// The items, in the order returned.
    pub items: Vec<T>,
    /// `meta.skip`, where returned.
    pub skip: Option<u64>,
    /// `meta.limit`, where returned.
    pub limit: Option<u64>,
    /// `meta.total`: how many there are on all pages, where returned.
    pub total: Option<u64>,
    /// Items that could not be read, as they had no readable id. They count as items when the next page is asked for.
    pub unreadable: usize,
}

/// The answer to a bulk update ([dev 37690410]). It may hold other products than were sent, fewer, and in another order:
/// match by id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BulkAnswer {
    /// `meta.updated`, where returned.
    pub updated: Option<u64>,
    /// `message`.
    pub message: String,
    /// The products as the store holds them now, in the order returned.
    pub products: Vec<Product>,
    /// Entries of `data` that could not be read.
    pub unreadable: usize,
    /// The HTTP status, of a success.
    pub status: u16,
    /// What it says of single items all the same: no page shows such an answer, and bulk endpoints of this kind give them.
    pub errors: Vec<ItemError>,
}

/// What a success says of one item that was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemError {
    /// Which product, where its id is there.
    pub product: Option<ProductId>,
    /// Which item of the request, from 0, where its place is there.
    pub index: Option<usize>,
    /// The item's own status, where there is one.
    pub status: Option<u16>,
    /// The words.
    pub message: String,
}

/// The answer to `GET /stores`. Ids and secrets, `widget.apiKey` first of all, are dropped on the way.
///
/// # Errors
/// [`ApiError`], when it is not a success or holds no settings.
pub fn read_settings(answer: Answered) -> Result<Settings, ApiError> {
    let (envelope, response) = open(answer)?;
    match data(&envelope) {
        Some(Value::Object(_)) => Ok(settings::read_settings(without_bom(&response.body))),
        _ => Err(not_the_api(&response)),
    }
}

/// The answer to `PUT /stores`: what of the settings it shows, which is less than was sent in the documented example
/// ([dev cfg/update]) and may be nothing.
///
/// # Errors
/// [`ApiError`], when it is not a success.
pub fn read_store_update(answer: Answered) -> Result<Settings, ApiError> {
    open(answer).map(|(_, response)| settings::read_settings(without_bom(&response.body)))
}

/// What was said about single settings, beside the field it is about, and whether anything else was said. A message that
/// is one text names a field where it begins with one, as validators' messages do.
#[must_use]
pub fn about_settings(said: &Said) -> (Vec<(SettingPath, String)>, bool) {
    let mut about = Vec::new();
    let mut is_more = false;
    for field in &said.fields {
        match SettingPath::of_message(&field.path) {
            Some(path) => about.push((path, field.message.clone())),
            None => is_more = true,
        }
    }
    if said.fields.is_empty() {
        let spoken = [Some(said.message.as_str()), said.detail.as_deref()];
        for text in spoken.into_iter().flatten().filter(|text| !text.is_empty()) {
            match SettingPath::of_message(text.split([' ', ':']).next().unwrap_or_default()) {
                Some(path) => about.push((path, text.to_owned())),
                None => is_more = true,
            }
        }
    }
    (about, is_more || said.solution.is_some())
}

/// The answer to a page of `GET /products`.
///
/// # Errors
/// [`ApiError`], when it is not a success or holds no list.
pub fn read_list(answer: Answered) -> Result<Page<Product>, ApiError> {
    read_page(answer, product::read_product)
}

/// The answer to a page of `GET /categories`.
///
/// # Errors
/// [`ApiError`], when it is not a success or holds no list.
pub fn read_categories(answer: Answered) -> Result<Page<Category>, ApiError> {
    read_page(answer, product::read_category)
}

/// The answer to `GET /products/{productID}`.
///
/// # Errors
/// [`ApiError`], when it is not a success or holds no product with a readable id.
pub fn read_one(answer: Answered) -> Result<Product, ApiError> {
    let (envelope, response) = open(answer)?;
    data(&envelope).and_then(product::read_product).ok_or_else(|| not_the_api(&response))
}

/// The answer to `PUT /products/bulk`.
///
/// # Errors
/// [`ApiError`], when it is not a success. A success that lacks products is not an error here: which of them are missing
/// is seen by comparing with what was sent.
pub fn read_bulk(answer: Answered) -> Result<BulkAnswer, ApiError> {
    let (envelope, response) = open(answer)?;
    let list = data(&envelope).and_then(list_in);
    let updated = envelope.get("meta").and_then(|meta| meta.get("updated")).and_then(whole);
    if list.is_none() && updated.is_none() {
        return Err(not_the_api(&response));
    }
    let list = list.unwrap_or_default();
    let products: Vec<_> = list.iter().filter_map(product::read_product).collect();
    let message = envelope.get("message").and_then(value::text).unwrap_or_default();
    let errors = item_errors(&envelope, list);
    Ok(BulkAnswer {
        status: response.status,
        errors,
        updated,
        message: without_secrets(&one_line(&message, EXCERPT_CHARS)),
        unreadable: list.len() - products.len(),
        products,
    })
}

/// Errors beside the products of a success (`errors`, `failed`, …), and among them.
fn item_errors(envelope: &Value, list: &[Value]) -> Vec<ItemError> {
    let beside = Said::read_items(envelope).into_iter();
    let mut errors: Vec<ItemError> =
        beside.map(|field| ItemError { product: None, index: field.index, status: None, message: field.to_string() }).collect();
    for (index, item) in list.iter().enumerate() {
        let word = item.get("status").and_then(Value::as_str);
        let status = item.get("status").and_then(value::whole).and_then(|status| u16::try_from(status).ok());
        let is_error = word.is_some_and(|word| matches!(word, "error" | "fail" | "failed" | "rejected"))
            || status.is_some_and(|status| (400..600).contains(&status))
            || item.get("success") == Some(&Value::Bool(false));
        if is_error {
            let said = Said::read(item);
            let message = if said.message.is_empty() { "refused without a word".to_owned() } else { said.message };
            let product = product::read_product(item).map(|product| product.id).or_else(|| {
                let id = value::field(item, &["productID", "productId"])?.as_str()?;
                ProductId::from_ascii(id.as_bytes()).ok()
            });
            errors.push(ItemError { product, index: Some(index), status, message });
        }
    }
    errors
}

fn read_page<T>(answer: Answered, read: impl Fn(&Value) -> Option<T>) -> Result<Page<T>, ApiError> {
    let (envelope, response) = open(answer)?;
    let list = data(&envelope).and_then(list_in).ok_or_else(|| not_the_api(&response))?;
    let items: Vec<T> = list.iter().filter_map(read).collect();
    let meta = |key: &str| envelope.get("meta").and_then(|meta| meta.get(key)).and_then(whole);
    Ok(Page { unreadable: list.len() - items.len(), items, skip: meta("skip"), limit: meta("limit"), total: meta("total") })
}

/// The envelope of a success, and the response it came in.
fn open(answer: Answered) -> Result<(Value, Response), ApiError> {
    let response = answer.map_err(ApiError::Unreachable)?;
    let envelope = match serde_json::from_slice::<Value>(without_bom(&response.body)) {
        Ok(envelope) if is_envelope(&envelope) => envelope,
        _ => return Err(not_the_api(&response)),
    };
    let retry_after = retry_after(&response);
    match response.status {
        200..=299 => {}
        400..=599 => return Err(ApiError::Refused { status: response.status, said: Said::read(&envelope), retry_after }),
        // Redirects are refused by the transport, and there is no reason for any other status.
        _ => return Err(not_the_api(&response)),
    }
    let meta = envelope.get("meta").unwrap_or(&Value::Null);
    let status_code = value::field(meta, &["statusCode"])
        .or_else(|| envelope.get("statusCode"))
        .and_then(value::whole)
        .and_then(|code| u16::try_from(code).ok());
    let is_bad = |word: &Value| word.as_str().is_some_and(|word| matches!(word, "error" | "fail" | "failed"));
    let says_error = status_code.is_some_and(|code| !(200..300).contains(&code))
        || [meta, &envelope]
            .iter()
            .any(|part| part.get("status").is_some_and(is_bad) || part.get("success") == Some(&Value::Bool(false)));
    if says_error {
        return Err(ApiError::EnvelopeSaysError { http_status: response.status, status_code, said: Said::read(&envelope) });
    }
    Ok((envelope, response))
}

/// Whether a JSON value can be an answer of the platform at all.
fn is_envelope(value: &Value) -> bool {
    ["meta", "data", "message", "status", "statusCode", "body", "error", "errors"].iter().any(|key| value.get(key).is_some())
}

fn data(envelope: &Value) -> Option<&Value> {
    value::field(envelope, &["data", "body"])
}

/// The list in `data`, which is a list in every example; a list under a name of its own is read as well.
fn list_in(data: &Value) -> Option<&[Value]> {
    match data {
        Value::Array(list) => Some(list),
        Value::Object(_) => value::field(data, &["products", "categories", "items"]).and_then(Value::as_array).map(Vec::as_slice),
        _ => None,
    }
}

fn whole(value: &Value) -> Option<u64> {
    value::whole(value).and_then(|number| u64::try_from(number).ok())
}

fn without_bom(body: &[u8]) -> &[u8] {
    body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body)
}

fn not_the_api(response: &Response) -> ApiError {
    let kept = response.body.get(..RAW_BYTES).unwrap_or(&response.body);
    let raw = String::from_utf8_lossy(kept);
    let seen = readable(&String::from_utf8_lossy(response.body.get(..RAW_BYTES * 8).unwrap_or(&response.body)));
    ApiError::NotTheApi {
        status: response.status,
        content_type: response.content_type.as_deref().map(|kind| one_line(kind, EXCERPT_CHARS)),
        excerpt: without_secrets(&one_line(&seen, EXCERPT_CHARS)),
        raw: without_secrets(&raw),
        retry_after: retry_after(response),
    }
}

/// The words of a page: what is between its tags, without scripts and styles. Only for showing as text; nothing here
/// makes HTML safe.
fn readable(text: &str) -> String {
    if !text.trim_start().starts_with('<') {
        return text.to_owned();
    }
    let mut words = String::new();
    let mut rest = text;
    while let Some((before, tag)) = rest.split_once('<') {
        words.push_str(before);
        words.push(' ');
        let opens = |name: &str| tag.get(..name.len()).is_some_and(|head| head.eq_ignore_ascii_case(name));
        let unread = ["script", "style"].into_iter().find(|name| opens(name));
        // What is between such a tag and its end is not for reading.
        let end = unread.and_then(|name| tag.to_ascii_lowercase().find(&format!("</{name}")));
        let tag = end.and_then(|end| tag.get(end..)).unwrap_or(tag);
        rest = tag.split_once('>').map_or("", |(_, after)| after);
    }
    words.push_str(rest);
    words
}

/// Seconds, or an HTTP date in its one current form: `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110 5.6.7).
#[must_use]
pub fn retry_after(response: &Response) -> Option<RetryAfter> {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let text = response.retry_after.as_deref()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(RetryAfter::Seconds(seconds));
    }
    let mut parts = text.split_once(',')?.1.split_ascii_whitespace();
    let (day, month, year, time) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let month = MONTHS.iter().position(|name| *name == month)? + 1;
    let moment = Timestamp::parse(&format!("{year}-{month:02}-{day:0>2}T{time}Z")).ok()?;
    (parts.next() == Some("GMT")).then_some(RetryAfter::At(moment))
}

#[cfg(test)]
mod tests;
