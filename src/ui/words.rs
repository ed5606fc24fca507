//! Numbers, sizes and durations in words. Pure.

use crate::domain::choices::ListSeparator;

/// `1234567` as `1,234,567`.
pub(crate) fn number(value: impl Into<i128>) -> String {
    let value: i128 = value.into();
    let digits = value.unsigned_abs().to_string();
    let mut words = String::with_capacity(digits.len() + digits.len() / 3 + 1);
    if value < 0 {
        words.push('−');
    }
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            words.push(',');
        }
        words.push(digit);
    }
    words
}

/// `1 product`, `1,000 products`.
pub(crate) fn count(value: impl Into<i128>, one: &str, many: &str) -> String {
    let value: i128 = value.into();
    format!("{} {}", number(value), if value == 1 { one } else { many })
}

/// `1 product`, `1,000 products`.
pub(crate) fn products(value: u32) -> String {
    count(value, "product", "products")
}

/// `512 bytes`, `31.4 MB`.
pub(crate) fn bytes(size: u64) -> String {
    match size {
        0..1_000 => count(size, "byte", "bytes"),
        1_000..1_000_000 => format!("{} kB", tenths(size / 100)),
        1_000_000..1_000_000_000 => format!("{} MB", tenths(size / 100_000)),
        _ => format!("{} GB", tenths(size / 100_000_000)),
    }
}

fn tenths(tenths: u64) -> String {
    if tenths >= 1_000 { number(tenths / 10) } else { format!("{}.{}", tenths / 10, tenths % 10) }
}

/// `320 ms`, `4.2 s`.
pub(crate) fn millis(millis: u32) -> String {
    if millis < 1_000 { format!("{millis} ms") } else { format!("{} s", tenths(u64::from(millis / 100))) }
}

/// `40 seconds`, `3 minutes`, `1 hour 20 minutes`: as exact as a guess deserves.
pub(crate) fn seconds(seconds: u32) -> String {
    match seconds {
        0..90 => count(seconds, "second", "seconds"),
        90..3_600 => count(seconds.div_ceil(60), "minute", "minutes"),
        _ => format!("{} {}", count(seconds / 3_600, "hour", "hours"), count(seconds % 3_600 / 60, "minute", "minutes")),
    }
}

/// Whole percents; an unfinished thing never shows 100.
pub(crate) fn percent(done: u64, total: u64) -> u64 {
    if total == 0 { 0 } else { (done.min(total) as u128 * 100 / u128::from(total)) as u64 }
}

/// Words as a sentence: a capital at the beginning, a full stop at the end.
pub(crate) fn sentence(words: &str) -> String {
    let words = words.trim();
    let (first, rest) = words.split_at(words.chars().next().map_or(0, char::len_utf8));
    // By the browser, which has the capitals of all scripts; in the program they would be a table of 12 kB.
    let mut sentence = String::from(js_sys::JsString::from(first).to_upper_case());
    sentence.push_str(rest);
    if !sentence.ends_with(['.', '!', '?', '…', ':']) {
        sentence.push('.');
    }
    sentence
}

/// The list separators with their names.
pub(crate) const LIST_SEPARATORS: [(ListSeparator, &str); 4] = [
    (ListSeparator::Pipe, "| vertical bar"),
    (ListSeparator::Semicolon, "; semicolon"),
    (ListSeparator::Comma, ", comma"),
    (ListSeparator::LineBreak, "line breaks only"),
];
