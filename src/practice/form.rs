//! The bulk update's other door: a CSV in the field `file` of a form ([adss 37690410]), made into the same items.
//!
//! In: the form's bytes. Out: items as the JSON door would have them, so that one reader judges both.
//!
//! Choices where the reference is silent: headers are the documented ones, in any order, some may be missing, no other may
//! be there; cells are UTF-8, lists separated by `|`, flags `true` or `false`, numbers and dates as in JSON. A blank cell
//! is a field that is not there. A row without an id adds a permission to the product above and has nothing else in it.

use super::reply::Refusal;
use serde_json::{Map, Value, json};

/// What a CSV may call itself ([adss 37690410]).
const MEDIA_TYPES: [&str; 3] = ["text/csv", "application/csv", "application/vnd.ms-excel"];

/// What a cell holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Number,
    Flag,
    List,
}

/// The documented headers, where each goes in an item, and what it holds; permissions from [`PERMISSION`] on.
const COLUMNS: [(&str, &[&str], Kind); 40] = [
    ("Product ID", &["productID"], Kind::Text),
    ("Name", &["name"], Kind::Text),
    ("Description", &["description"], Kind::Text),
    ("Image", &["image"], Kind::Text),
    ("Price", &["price"], Kind::Number),
    ("Category Name", &["categoryName"], Kind::Text),
    ("Discount Enabled", &["isDiscountEnabled"], Kind::Flag),
    ("Discount Price", &["discountPrice"], Kind::Number),
    ("Discount Start Date", &["discountStartDate"], Kind::Text),
    ("Discount End Date", &["discountEndDate"], Kind::Text),
    ("User Information Enabled", &["userInformation", "isEnabled"], Kind::Flag),
    ("Collect Name", &["userInformation", "shouldCollectName"], Kind::Flag),
    ("Collect Phone", &["userInformation", "shouldCollectPhone"], Kind::Flag),
    ("Collect Address", &["userInformation", "shouldCollectAddress"], Kind::Flag),
    ("Prioritize Expiring Vouchers", &["shouldPrioritiesExpiringVouchers"], Kind::Flag),
    ("Display Remaining Quantity", &["shouldDisplayRemainingQuantity"], Kind::Flag),
    ("Expiring Highlight Enabled", &["expiringVoucherHighlight", "isEnabled"], Kind::Flag),
    ("Expiring Highlight Duration", &["expiringVoucherHighlight", "duration"], Kind::Number),
    ("Expiring Highlight Timeframe", &["expiringVoucherHighlight", "timeframe"], Kind::Text),
    ("Archived", &["isArchived"], Kind::Flag),
    ("Redemption Instructions", &["redemptionInstructions"], Kind::Text),
    ("Product Access Enabled", &["isProductAccessEnabled"], Kind::Flag),
    ("Purchase Status Override Name", &["purchaseStatusOverrideName"], Kind::Text),
    ("Vouchers", &["vouchers"], Kind::List),
    ("Voucher Expire Date", &["voucherExpireDate"], Kind::Text),
    ("Permission Enabled", &["isEnabled"], Kind::Flag),
    ("Permission Type", &["type"], Kind::Text),
    ("Roles", &["permission", "roleNames"], Kind::List),
    ("Tags", &["permission", "tagNames"], Kind::List),
    ("Users", &["permission", "usernames"], Kind::List),
    ("Combination Type", &["combination", "type"], Kind::Text),
    ("Combination Values", &["combination", "values"], Kind::List),
    ("Special Price", &["purchaseAccess", "specialPrice"], Kind::Number),
    ("Special Price Enabled", &["purchaseAccess", "isSpecialPriceEnabled"], Kind::Flag),
    ("Purchase Limit Enabled", &["purchaseLimit", "isPurchaseLimitEnabled"], Kind::Flag),
    ("Purchase Limit Quantity", &["purchaseLimit", "quantity"], Kind::Number),
    ("Purchase Limit Interval Count", &["purchaseLimit", "intervalCount"], Kind::Number),
    ("Purchase Limit Interval Unit", &["purchaseLimit", "intervalUnit"], Kind::Text),
    ("Access Level", &["accessLevel"], Kind::Text),
    ("Exclusive Tag Enabled", &["isExclusiveTagEnabled"], Kind::Flag),
];

/// The first column of a permission.
const PERMISSION: usize = 25;

/// The items of a form.
pub(super) fn items(media_type: &str, body: &[u8]) -> Result<Vec<Value>, Refusal> {
    rows(file(media_type, body)?)
}

fn refuse<T>(why: impl Into<String>) -> Result<T, Refusal> {
    Err(Refusal::new(400, why.into()))
}

/// The bytes of the field `file`.
fn file<'a>(media_type: &str, body: &'a [u8]) -> Result<&'a [u8], Refusal> {
    let boundary = media_type.split(';').find_map(|part| part.trim().strip_prefix("boundary=")).map(|it| it.trim_matches('"'));
    let Some(boundary) = boundary.filter(|it| !it.is_empty()) else { return refuse("multipart: Boundary not found") };
    let mark = format!("--{boundary}");
    let mut rest = match cut(body, mark.as_bytes()) {
        Some((before, rest)) if before.is_empty() || before.ends_with(b"\r\n") => rest,
        _ => return refuse("multipart: Unexpected end of form"),
    };
    let close = format!("\r\n{mark}");
    while let Some(part) = rest.strip_prefix(b"\r\n") {
        let Some((part, later)) = cut(part, close.as_bytes()) else { return refuse("multipart: Unexpected end of form") };
        rest = later;
        let Some((head, content)) = cut(part, b"\r\n\r\n") else { return refuse("multipart: Malformed part header") };
        let head = String::from_utf8_lossy(head).into_owned();
        let line = |name: &str| {
            let of = |line: &&str| line.split_once(':').is_some_and(|(is, _)| is.trim().eq_ignore_ascii_case(name));
            head.lines().find(of).and_then(|line| line.split_once(':')).map(|(_, value)| value.trim().to_owned())
        };
        let disposition = line("Content-Disposition").unwrap_or_default();
        if !disposition.split(';').any(|part| part.trim() == "name=\"file\"") {
            continue;
        }
        let kind = line("Content-Type").unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim();
        if !disposition.contains("filename=") || !MEDIA_TYPES.iter().any(|known| kind.eq_ignore_ascii_case(known)) {
            return refuse(format!("file must be a CSV, not \"{kind}\""));
        }
        return Ok(content);
    }
    refuse("file is required")
}

fn cut<'a>(bytes: &'a [u8], at: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let place = bytes.windows(at.len()).position(|window| window == at)?;
    Some((bytes.get(..place)?, bytes.get(place + at.len()..)?))
}

fn rows(text: &[u8]) -> Result<Vec<Value>, Refusal> {
    let mut reader = csv::ReaderBuilder::new().from_reader(text);
    let invalid = |why: csv::Error| Refusal::new(400, format!("Invalid CSV: {why}"));
    let headers: Vec<String> = reader.headers().map_err(invalid)?.iter().map(str::to_owned).collect();
    let mut places = Vec::with_capacity(headers.len());
    for header in &headers {
        match COLUMNS.iter().position(|(name, ..)| name == header) {
            Some(place) if !places.contains(&place) => places.push(place),
            Some(_) => return refuse(format!("Invalid CSV: the header \"{header}\" is there twice")),
            None => return refuse(format!("Invalid CSV: unknown header \"{header}\"")),
        }
    }
    if !places.contains(&0) {
        return refuse("Invalid CSV: the header \"Product ID\" is missing");
    }
    let mut items: Vec<Value> = Vec::new();
    for (number, record) in reader.records().enumerate() {
        let record = record.map_err(invalid)?;
        let cells = places.iter().copied().zip(record.iter()).filter(|(_, cell)| !cell.trim().is_empty());
        let (mut item, mut permission) = (Map::new(), Map::new());
        for (place, cell) in cells {
            let Some((header, path, kind)) = COLUMNS.get(place) else { continue };
            let Some(value) = value(*kind, cell) else {
                return refuse(format!("Invalid CSV row {}: {header} is \"{cell}\"", number + 2));
            };
            put(if place < PERMISSION { &mut item } else { &mut permission }, path, value);
        }
        let entry = (!permission.is_empty()).then(|| entry(permission));
        if item.contains_key("productID") {
            if let Some(entry) = entry {
                item.insert("productPermission".to_owned(), json!([entry]));
            }
            items.push(Value::Object(item));
            continue;
        }
        let above = items.last_mut().and_then(Value::as_object_mut);
        match (above, entry) {
            (Some(above), Some(entry)) if item.is_empty() => {
                let list = above.entry("productPermission").or_insert_with(|| json!([]));
                list.as_array_mut().into_iter().for_each(|list| list.push(entry.clone()));
            }
            _ => return refuse(format!("Invalid CSV row {}: it has no Product ID", number + 2)),
        }
    }
    Ok(items)
}

fn value(kind: Kind, cell: &str) -> Option<Value> {
    match kind {
        Kind::Text => Some(Value::from(cell)),
        Kind::Number => serde_json::from_str(cell).ok().filter(Value::is_number),
        Kind::Flag => cell.parse::<bool>().ok().map(Value::from),
        Kind::List => Some(cell.split('|').map(Value::from).collect()),
    }
}

fn put(item: &mut Map<String, Value>, path: &[&str], value: Value) {
    match path {
        [] => {}
        [last] => drop(item.insert((*last).to_owned(), value)),
        [first, rest @ ..] => {
            let inner = item.entry(*first).or_insert_with(|| json!({}));
            if let Some(inner) = inner.as_object_mut() {
                put(inner, rest, value);
            }
        }
    }
}

/// A permission in its nested shape: lists that are blank are empty, whatever else is blank is missing.
fn entry(mut cells: Map<String, Value>) -> Value {
    let combination = cells.remove("combination");
    let people = cells.entry("permission").or_insert_with(|| json!({}));
    if let Some(people) = people.as_object_mut() {
        for list in ["roleNames", "tagNames", "usernames"] {
            people.entry(list).or_insert_with(|| json!([]));
        }
        people.insert("combination".to_owned(), combination.map_or_else(|| json!([]), |only| json!([only])));
    }
    Value::Object(cells)
}
