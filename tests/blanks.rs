//! Two values that differ in their blanks alone do not look alike: wherever values are compared for a person, blanks are
//! shown as they are, and a long text without any still breaks.

#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

const STYLES: [&str; 6] = [
    include_str!("../style/check.css"),
    include_str!("../style/grid.css"),
    include_str!("../style/notes.css"),
    include_str!("../style/review.css"),
    include_str!("../style/send.css"),
    include_str!("../style/settings.css"),
];

/// The value that a property has by the rules of exactly this selector.
fn declared(selector: &str, property: &str) -> Option<&'static str> {
    let rules = STYLES.iter().flat_map(|style| style.split('}')).filter_map(|rule| rule.split_once('{'));
    // What is before a selector may be a comment, or the rule around it.
    let names = |head: &str| head.rsplit("*/").next().unwrap().trim() == selector;
    let of = rules.filter(|(head, _)| names(head)).flat_map(|(_, body)| body.split(';'));
    of.filter_map(|line| line.trim().split_once(':')).find(|(name, _)| *name == property).map(|(_, value)| value.trim())
}

#[test]
fn blanks_are_seen_where_values_are_compared() {
    for (place, selector) in [
        ("old and new, in the review and in the settings; what was asked and what the store holds", ".field-change dd"),
        ("a long text, old and new", ".texts p"),
        ("a line of the report", ".line-words"),
        ("both sides of a clash", ".pick-value"),
        ("a value in a problem, and in what became of saving", ".value"),
        ("what the server said", ".said blockquote"),
        ("what replacing would change", ".examples :is(del, ins)"),
    ] {
        assert_eq!(declared(selector, "white-space"), Some("pre-wrap"), "{place}: {selector}");
    }
    for selector in [".field-change dd", ".line-words", ".pick-value", ".value", ".said blockquote"] {
        assert_eq!(declared(selector, "overflow-wrap"), Some("anywhere"), "{selector}");
    }
    assert_eq!(declared(".nothing-of-the-kind", "white-space"), None);
}
