//! The elements that are let through, and what each may carry.

use super::address;
use super::left_out::Notes;
use super::style;

/// An element that may be built. Every name in it is one of the tables'.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Element {
    /// Its name.
    pub name: &'static str,
    /// Its attributes, `style` aside; checked, and completed by what makes links and pictures safe.
    pub attributes: Vec<(&'static str, String)>,
    /// Its style, to be set property by property.
    pub style: Vec<(&'static str, String)>,
}

impl Element {
    /// The value of an attribute.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }

    /// Whether it has no content and no end tag.
    #[must_use]
    pub fn is_void(&self) -> bool {
        matches!(self.name, "br" | "hr" | "img")
    }
}

/// What becomes of an element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kept {
    /// It is built.
    Element(Element),
    /// It is not, but its children are looked at as if they stood in its place.
    Children,
    /// It goes with all it holds.
    Nothing,
}

const ELEMENTS: [&str; 36] = [
    "p",
    "br",
    "div",
    "span",
    "strong",
    "b",
    "em",
    "i",
    "u",
    "s",
    "sub",
    "sup",
    "small",
    "a",
    "ul",
    "ol",
    "li",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "blockquote",
    "pre",
    "code",
    "hr",
    "table",
    "caption",
    "thead",
    "tbody",
    "tfoot",
    "tr",
    "th",
    "td",
    "img",
];

/// What holds no text of the page, or (the last four) stands in a parser's way like a wall: a paragraph may then hold a paragraph,
/// which it may not once the wall is gone.
const WITH_ALL_THEY_HOLD: [&str; 42] = [
    "script",
    "style",
    "template",
    "noscript",
    "iframe",
    "frame",
    "frameset",
    "embed",
    "svg",
    "math",
    "audio",
    "video",
    "source",
    "track",
    "canvas",
    "map",
    "area",
    "portal",
    "fencedframe",
    "textarea",
    "title",
    "select",
    "option",
    "optgroup",
    "datalist",
    "input",
    "link",
    "meta",
    "base",
    "param",
    "xmp",
    "plaintext",
    "noembed",
    "noframes",
    "slot",
    "dialog",
    "col",
    "colgroup",
    "object",
    "applet",
    "marquee",
    "button",
];

/// Says what becomes of an element of the HTML namespace, and notes what is left out.
pub fn check<'a>(name: &str, attributes: impl IntoIterator<Item = (&'a str, &'a str)>, notes: &mut Notes) -> Kept {
    let Some(name) = ELEMENTS.into_iter().find(|known| *known == name) else {
        notes.element(name);
        return if WITH_ALL_THEY_HOLD.contains(&name) { Kept::Nothing } else { Kept::Children };
    };
    let mut element = Element { name, attributes: Vec::new(), style: Vec::new() };
    for (attribute, value) in attributes {
        match verdict(name, attribute, value) {
            Verdict::Kept(attribute, value) => element.attributes.push((attribute, value)),
            Verdict::Style => element.style = style::declarations(value, notes),
            Verdict::OurOwn => {}
            Verdict::Address => notes.address(name, attribute),
            Verdict::Refused => notes.attribute(name, attribute),
        }
    }
    complete(element)
}

/// Adds what makes links and pictures safe; a link that leads nowhere, a picture from nowhere and a span for nothing are no elements.
fn complete(mut element: Element) -> Kept {
    let own: &[(&'static str, &str)] = match element.name {
        "a" if element.get("href").is_none() => return Kept::Children,
        // It means nothing, and a browser's editor leaves many of them.
        "span" if element.attributes.is_empty() && element.style.is_empty() => return Kept::Children,
        "img" if element.get("src").is_none() => return Kept::Nothing,
        "a" => &[("target", "_blank"), ("rel", "noopener noreferrer nofollow")],
        "img" => &[("referrerpolicy", "no-referrer"), ("loading", "lazy")],
        _ => &[],
    };
    // Before the address: a picture begins to load when it is told where from.
    element.attributes.splice(0..0, own.iter().map(|(name, value)| (*name, (*value).to_owned())));
    Kept::Element(element)
}

enum Verdict {
    Kept(&'static str, String),
    Style,
    /// Not copied, since we set it ourselves.
    OurOwn,
    Address,
    Refused,
}

fn verdict(element: &str, attribute: &str, value: &str) -> Verdict {
    let kept = |name, value: Option<String>| value.map_or(Verdict::Refused, |value| Verdict::Kept(name, value));
    let owned = |is_fine: bool| is_fine.then(|| value.to_owned());
    match (element, attribute) {
        // A picture in words would lose it.
        ("img" | "br" | "hr", "style") => Verdict::Refused,
        (_, "style") => Verdict::Style,
        (_, "title") => kept("title", Some(value.to_owned())),
        (_, "dir") => {
            kept("dir", ["ltr", "rtl", "auto"].into_iter().find(|dir| dir.eq_ignore_ascii_case(value)).map(str::to_owned))
        }
        (_, "lang") => {
            let is_tag = (1..=35).contains(&value.len()) && value.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
            kept("lang", owned(is_tag))
        }
        ("a", "href") => address::link(value).map_or(Verdict::Address, |value| Verdict::Kept("href", value)),
        ("a", "rel") => Verdict::OurOwn,
        ("a", "target") if value == "_blank" => Verdict::OurOwn,
        ("img", "src") => address::picture(value).map_or(Verdict::Address, |value| Verdict::Kept("src", value)),
        ("img", "alt") => kept("alt", Some(value.to_owned())),
        ("img", "width") => kept("width", whole(value, 0, 10_000)),
        ("img", "height") => kept("height", whole(value, 0, 10_000)),
        ("img", "loading" | "referrerpolicy") => Verdict::OurOwn,
        ("td" | "th", "colspan") => kept("colspan", whole(value, 1, 100)),
        ("td" | "th", "rowspan") => kept("rowspan", whole(value, 1, 100)),
        ("ol", "start") => kept("start", whole(value, -100_000, 100_000)),
        _ => Verdict::Refused,
    }
}

/// A whole number within bounds, as digits.
fn whole(value: &str, least: i64, most: i64) -> Option<String> {
    let number: i64 = value.trim().parse().ok()?;
    (least..=most).contains(&number).then(|| number.to_string())
}
