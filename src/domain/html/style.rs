//! The handful of styles that are let through, each with the values it may have. Nothing that places, sizes, hides, animates or loads.

use super::left_out::Notes;

/// The declarations of a `style` that are let through, in order. The rest is noted.
///
/// The text is cut at every `;`, also inside quotes: no value with quotes, brackets beyond a colour's, escapes or comments is let
/// through, so a wrong cut ends in a refusal.
pub(super) fn declarations(text: &str, notes: &mut Notes) -> Vec<(&'static str, String)> {
    let mut kept = Vec::new();
    for declaration in text.split(';').map(str::trim).filter(|declaration| !declaration.is_empty()) {
        let (property, value) = declaration.split_once(':').unwrap_or((declaration, ""));
        let property = property.trim().to_ascii_lowercase();
        let value = value.trim().to_ascii_lowercase();
        match PROPERTIES.iter().find(|(name, is_fine)| *name == property && is_fine(&value)) {
            Some((name, _)) => kept.push((*name, value)),
            None => notes.style(&property),
        }
    }
    kept
}

type IsFine = fn(&str) -> bool;

const PROPERTIES: [(&str, IsFine); 6] = [
    ("text-align", |value| ["left", "right", "center", "justify", "start", "end"].contains(&value)),
    ("color", is_colour),
    ("background-color", is_colour),
    ("font-weight", |value| {
        ["normal", "bold", "bolder", "lighter", "100", "200", "300", "400", "500", "600", "700", "800", "900"].contains(&value)
    }),
    ("font-style", |value| ["normal", "italic", "oblique"].contains(&value)),
    ("text-decoration", |value| ["none", "underline", "line-through", "overline"].contains(&value)),
];

/// A colour by name, in hexadecimal digits, or by the numbers of `rgb`, `rgba`, `hsl`, `hsla`. (Whether the name is one of CSS's,
/// the browser knows: it ignores what it does not.)
fn is_colour(value: &str) -> bool {
    if let Some(digits) = value.strip_prefix('#') {
        return matches!(digits.len(), 3 | 4 | 6 | 8) && digits.bytes().all(|b| b.is_ascii_hexdigit());
    }
    if let Some((function, rest)) = value.split_once('(') {
        let Some(numbers) = rest.strip_suffix(')') else { return false };
        return ["rgb", "rgba", "hsl", "hsla"].contains(&function)
            && numbers.len() <= 60
            && numbers.bytes().all(|b| b.is_ascii_digit() || b" ,./%-".contains(&b));
    }
    // What a browser's editor writes as it joins paragraphs says nothing.
    !["initial", "inherit", "unset", "revert"].contains(&value)
        && (3..=24).contains(&value.len())
        && value.bytes().all(|b| b.is_ascii_lowercase())
}
