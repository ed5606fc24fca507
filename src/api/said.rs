//! What the service itself said: the words of an error body, in whatever shape they come.
//!
//! In: a JSON body. Out: [`Said`], plain text without secrets. Must never know: what is to be done about it.
//!
//! The one documented error shape is `{status, message, detail, solution, meta}` ([dev schema-15051629]); no page shows
//! an error of the Store, and `message` may well be a list, as validators of its kind answer. So texts, lists and objects
//! are all read, to a fixed depth and number, and anything else is passed over.

use super::wire::value;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Most characters kept of one text.
const MAX_CHARS: usize = 1_000;
/// Most per-field errors kept: one for each product of a full batch, twice over.
const MAX_FIELDS: usize = 200;
/// How deep nested errors are followed (a list's item's nested field's constraint is four).
const MAX_DEPTH: usize = 6;

/// The words of an error answer. All of it is text from elsewhere: show it as text, never as HTML.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// `message`; a list is joined with `; `. Empty where there was none.
    pub message: String,
    /// `detail`.
    pub detail: Option<String>,
    /// `solution`.
    pub solution: Option<String>,
    /// What was said about single fields, in the order said.
    pub fields: Vec<FieldError>,
}

impl std::fmt::Display for Said {
    /// Message, detail and solution, in that order, none twice.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)?;
        let mut gap = if self.message.is_empty() { "" } else { " · " };
        for more in [&self.detail, &self.solution].into_iter().flatten().filter(|more| !self.message.contains(*more)) {
            write!(f, "{gap}{more}")?;
            gap = " · ";
        }
        Ok(())
    }
}

/// What was said about one field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// Which item of the request's array (from 0), where the service says so.
    pub index: Option<usize>,
    /// The field, `discountPrice` or `userInformation.isEnabled`, without the item's index. May be empty.
    pub path: String,
    /// What is wrong with it.
    pub message: String,
}

impl Said {
    /// Reads the words of an error body.
    #[must_use]
    pub fn read(body: &Value) -> Self {
        let mut fields = Vec::new();
        let message = body.get("message").unwrap_or(&Value::Null);
        let parts = [
            message,
            at(body, &["errors"]),
            at(body, &["error"]),
            at(body, &["details"]),
            at(body, &["meta", "errors"]),
            at(body, &["data", "errors"]),
        ];
        for part in parts {
            if !part.is_string() {
                collect(part, "", 0, &mut fields);
            }
        }
        let spoken = match message {
            Value::String(text) => clean(text),
            _ if !fields.is_empty() => clean(&fields.iter().map(FieldError::to_string).collect::<Vec<_>>().join("; ")),
            _ => ["error", "devMessage", "title"]
                .iter()
                .find_map(|key| body.get(key).or_else(|| body.get("meta")?.get(key)).and_then(Value::as_str))
                .or_else(|| at(body, &["meta", "message"]).as_str())
                .map(clean)
                .unwrap_or_default(),
        };
        let said = |key: &str| body.get(key).and_then(value::text).map(|text| clean(&text)).filter(|text| !text.is_empty());
        Self { message: spoken, detail: said("detail"), solution: said("solution"), fields }
    }
}

impl Said {
    /// What a success says of single items: errors beside its `data`. A mere message is no error.
    #[must_use]
    pub fn read_items(body: &Value) -> Vec<FieldError> {
        let mut items = Vec::new();
        for key in ["errors", "failed", "failures", "rejected"] {
            for part in [body.get(key), at(body, &["meta"]).get(key), at(body, &["data"]).get(key)].into_iter().flatten() {
                // A number counts, a flag says yes or no: only lists and objects name anything.
                if part.is_array() || part.is_object() {
                    collect(part, "", 0, &mut items);
                }
            }
        }
        items
    }
}

impl std::fmt::Display for FieldError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.index, self.path.as_str()) {
            (Some(index), "") => write!(f, "item {}: {}", index + 1, self.message),
            (Some(index), path) => write!(f, "item {}, {path}: {}", index + 1, self.message),
            (None, "") => f.write_str(&self.message),
            (None, path) if self.message.starts_with(path) => f.write_str(&self.message),
            (None, path) => write!(f, "{path}: {}", self.message),
        }
    }
}

fn at<'a>(value: &'a Value, path: &[&str]) -> &'a Value {
    path.iter().try_fold(value, |value, key| value.get(key)).unwrap_or(&Value::Null)
}

/// Gathers errors from a text, a list of errors, an error object, or a map from field to error.
fn collect(value: &Value, path: &str, depth: usize, into: &mut Vec<FieldError>) {
    if into.len() >= MAX_FIELDS || depth > MAX_DEPTH {
        return;
    }
    match value {
        Value::String(text) if path.is_empty() => {
            let (path, message) = split_path(text);
            // The words stay whole, but for the number of an item: people count from 1, and are told so.
            let is_item = path.starts_with(|letter: char| letter.is_ascii_digit());
            push(path, if is_item { message } else { text }, into);
        }
        Value::String(text) => push(path, text, into),
        Value::Array(list) => list.iter().for_each(|item| collect(item, path, depth + 1, into)),
        Value::Object(map) => {
            let own = value::field(value, &["path", "field", "property", "param"]).and_then(path_text);
            let text = value::field(value, &["message", "msg", "reason"]).and_then(Value::as_str);
            let index = value::field(value, &["index", "row"]).and_then(value::count);
            if own.is_none() && text.is_none() && index.is_none() {
                // A map from field to error; or a validator's `constraints`, {rule: text}, marked by `#`: rules are no fields.
                let is_rule = path.ends_with('#');
                for (key, inner) in map {
                    collect(inner, &if is_rule { path.to_owned() } else { join(path, key) }, depth + 1, into);
                }
                return;
            }
            let mut here = own.map_or_else(|| path.to_owned(), |own| join(path, &own));
            if let Some(index) = index {
                here = join(&index.to_string(), &here);
            }
            if let Some(text) = text {
                push(&here, text, into);
            }
            for inner in ["errors", "children", "constraints"].iter().filter_map(|key| map.get(*key)) {
                let is_rules = inner.as_object().is_some_and(|map| map.values().all(Value::is_string));
                collect(inner, &if is_rules { format!("{here}#") } else { here.clone() }, depth + 1, into);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// A path given as text or as a list of keys.
fn path_text(value: &Value) -> Option<String> {
    match value {
        Value::Array(keys) => Some(keys.iter().filter_map(value::text).collect::<Vec<_>>().join(".")),
        other => value::text(other),
    }
}

fn join(path: &str, key: &str) -> String {
    if path.is_empty() {
        key.to_owned()
    } else if key.is_empty() {
        path.to_owned()
    } else {
        format!("{path}.{key}")
    }
}

/// Validators begin a message with the field's path: `0.price must not be less than 0`. It is taken for one only where
/// it cannot be an ordinary word.
fn split_path(text: &str) -> (&str, &str) {
    let Some((head, tail)) = text.split_once(' ') else { return ("", text) };
    let shape = head.bytes().all(|b| b.is_ascii_alphanumeric() || b"._[]".contains(&b)) && !head.ends_with('.');
    let inner_capital = head.starts_with(|c: char| c.is_ascii_lowercase()) && head.bytes().any(|b| b.is_ascii_uppercase());
    let ruled = ["must ", "should ", "is ", "cannot ", "has "].iter().any(|verb| tail.starts_with(verb));
    let plain_field = ruled && head.starts_with(|c: char| c.is_ascii_lowercase());
    if shape && (head.contains(['.', '[']) || inner_capital || plain_field) { (head, tail) } else { ("", text) }
}

fn push(path: &str, message: &str, into: &mut Vec<FieldError>) {
    if into.len() >= MAX_FIELDS {
        return;
    }
    let path = path.trim_end_matches('#').replace('[', ".").replace(']', "");
    let mut index = None;
    let mut kept = Vec::new();
    for part in path.split('.').filter(|part| !part.is_empty() && *part != "products") {
        match part.parse::<usize>() {
            Ok(number) if index.is_none() && kept.is_empty() => index = Some(number),
            _ => kept.push(part),
        }
    }
    into.push(FieldError { index, path: clean(&kept.join(".")), message: clean(message) });
}

/// Text fit to be shown: one line, no control characters, at most [`MAX_CHARS`], no secrets.
fn clean(text: &str) -> String {
    without_secrets(&one_line(text, MAX_CHARS))
}

/// The text on one line, runs of blanks and control characters made one space, cut after `max_chars` with `…`.
#[must_use]
pub fn one_line(text: &str, max_chars: usize) -> String {
    let mut line = String::new();
    for word in text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty()) {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
        // A byte is at most a character, so this much is enough to cut from.
        if line.len() > max_chars * 4 {
            break;
        }
    }
    match line.char_indices().nth(max_chars) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
        None => line,
    }
}

/// The text without what may be a key: whatever follows `Bearer`, and unbroken runs of 40 and more characters that mix
/// letters and digits (the documented keys are 64 hexadecimal digits; ids have 24). A server may repeat a header in its
/// error page, and error texts end in reports. The exact key is known only to the transport, which strikes it out there.
#[must_use]
pub fn without_secrets(text: &str) -> String {
    const STRUCK: &str = "[removed]";
    let is_token = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '+' | '/' | '=' | '~');
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    let mut after_bearer = false;
    while !rest.is_empty() {
        let end = rest.find(|c| !is_token(c)).unwrap_or(rest.len());
        let (token, tail) = rest.split_at(end);
        let is_run = token.len() >= 40
            && token.bytes().any(|b| b.is_ascii_digit())
            && token.bytes().any(|b| b.is_ascii_alphabetic())
            // Addresses of pages are long, too, but have words between their slashes.
            && token.split('/').any(|part| part.len() >= 40);
        if !token.is_empty() {
            clean.push_str(if after_bearer || is_run { STRUCK } else { token });
            after_bearer = token.eq_ignore_ascii_case("bearer");
        }
        let gap = tail.find(is_token).unwrap_or(tail.len());
        let (between, next) = tail.split_at(gap);
        clean.push_str(between);
        rest = next;
    }
    clean
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn field(index: Option<usize>, path: &str, message: &str) -> FieldError {
        FieldError { index, path: path.into(), message: message.into() }
    }

    #[test]
    fn the_documented_shape() {
        let said = Said::read(&json!({ "status": "error", "message": "Invalid API key", "detail": "expired",
            "solution": "Create another", "meta": { "statusCode": 401, "status": "error" } }));
        assert_eq!(said.message, "Invalid API key");
        assert_eq!((said.detail.as_deref(), said.solution.as_deref()), (Some("expired"), Some("Create another")));
        assert_eq!(said.fields, []);
    }

    #[test]
    fn messages_may_be_lists_and_objects() {
        let cases = [
            (
                json!({ "message": ["0.price must not be less than 0", "1.voucherExpireDate should not be empty", "No way"] }),
                vec![
                    field(Some(0), "price", "must not be less than 0"),
                    field(Some(1), "voucherExpireDate", "should not be empty"),
                    field(None, "", "No way"),
                ],
            ),
            (
                json!({ "message": { "title": "too long", "currency": { "name": ["missing", "blank"] } } }),
                vec![
                    field(None, "currency.name", "missing"),
                    field(None, "currency.name", "blank"),
                    field(None, "title", "too long"),
                ],
            ),
            (
                json!({ "message": "Bad", "errors": [{ "index": 4, "field": "categoryName", "message": "unknown" }] }),
                vec![field(Some(4), "categoryName", "unknown")],
            ),
            (json!({ "errors": [{ "path": ["products", 2, "price"], "message": "NaN" }] }), vec![field(Some(2), "price", "NaN")]),
            (
                json!({ "errors": [{ "property": "0", "children": [{ "property": "price", "constraints": { "min": "too low" } }] }] }),
                vec![field(Some(0), "price", "too low")],
            ),
        ];
        for (body, fields) in cases {
            assert_eq!(Said::read(&body).fields, fields, "{body}");
            assert!(!Said::read(&body).message.is_empty(), "{body}");
        }
    }

    #[test]
    fn other_shapes_say_what_they_can() {
        assert_eq!(Said::read(&json!({ "meta": { "success": false, "message": "No" } })).message, "No");
        assert_eq!(Said::read(&json!({ "error": "Bad Request", "statusCode": 400 })).message, "Bad Request");
        assert_eq!(Said::read(&json!(["x"])), Said::default());
    }

    #[test]
    fn a_repeated_key_is_struck_out_and_ids_stay() {
        let key = "0123456789abcdef".repeat(4);
        let said = Said::read(
            &json!({ "message": format!("key {key} and Bearer short\n\tare bad"), "detail": "id 507f1f77bcf86cd799439011" }),
        );
        assert_eq!(said.message, "key [removed] and Bearer [removed] are bad");
        assert_eq!(said.detail.as_deref(), Some("id 507f1f77bcf86cd799439011"));
    }
}
