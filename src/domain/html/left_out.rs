//! What was left out of a foreign text, in words for the person.

use std::fmt;

/// Something that was left out. Names are as the parser read them, cut short: they are the stranger's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LeftOut {
    /// An element: its children are kept where they are harmless text, and left out where they are not.
    Element(String),
    /// An attribute.
    Attribute {
        /// The element that carries it.
        element: String,
        /// Its name.
        name: String,
    },
    /// An address that does not begin with one of the schemes allowed there.
    Address {
        /// The element that carries it.
        element: String,
        /// The attribute.
        name: String,
    },
    /// A property of a `style`, or a value of one.
    Style {
        /// The property.
        property: String,
    },
    /// A comment.
    Comment,
    /// Elements nested deeper than [`super::DEEPEST`]; their text is kept.
    Depth,
    /// Everything: the text is longer than [`super::LONGEST`].
    Size,
    /// Everything: reading it would make millions of elements.
    Tangle,
    /// Everything: the browser did not read it.
    Unreadable,
    /// There is more than a person would read.
    More,
}

impl LeftOut {
    /// Whether nothing at all is shown.
    #[must_use]
    pub fn is_everything(&self) -> bool {
        matches!(self, Self::Size | Self::Tangle | Self::Unreadable)
    }
}

impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Element(name) => write!(f, "<{name}>"),
            Self::Attribute { element, name } => write!(f, "{name} of <{element}>"),
            Self::Address { element, name } => write!(f, "the address in {name} of <{element}>"),
            Self::Style { property } => write!(f, "the style {property}"),
            Self::Comment => f.write_str("comments"),
            Self::Depth => write!(f, "elements nested more than {} deep", super::DEEPEST),
            Self::Size => write!(f, "everything, since it is longer than {} kB", super::LONGEST / 1000),
            Self::Tangle => f.write_str("everything, since it holds too much formatting that is never closed"),
            Self::Unreadable => f.write_str("everything, since the browser did not read it"),
            Self::More => f.write_str("more"),
        }
    }
}

/// The most that is named.
const MOST: usize = 40;
/// The longest name that is repeated, in characters.
const LONGEST_NAME: usize = 40;

/// What was left out so far: each thing once, in the order of the text.
#[derive(Debug, Default)]
pub struct Notes {
    noted: Vec<LeftOut>,
}

impl Notes {
    /// Notes something.
    pub fn note(&mut self, left_out: LeftOut) {
        if self.noted.len() > MOST || self.noted.contains(&left_out) {
            return;
        }
        self.noted.push(if self.noted.len() == MOST { LeftOut::More } else { left_out });
    }

    /// Notes an element.
    pub fn element(&mut self, name: &str) {
        self.note(LeftOut::Element(short(name)));
    }

    /// Notes an attribute.
    pub fn attribute(&mut self, element: &str, name: &str) {
        self.note(LeftOut::Attribute { element: short(element), name: short(name) });
    }

    /// Notes an address.
    pub fn address(&mut self, element: &str, name: &str) {
        self.note(LeftOut::Address { element: short(element), name: short(name) });
    }

    /// Notes a property of a style.
    pub fn style(&mut self, property: &str) {
        self.note(LeftOut::Style { property: short(property) });
    }

    /// Everything noted.
    #[must_use]
    pub fn into_vec(self) -> Vec<LeftOut> {
        self.noted
    }
}

fn short(name: &str) -> String {
    let mut short: String = name.chars().take(LONGEST_NAME).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
    if name.chars().nth(LONGEST_NAME).is_some() {
        short.push('…');
    }
    short
}
