//! Which element may stand in which, such that the text of a tree, read again, is the same tree.
//!
//! A parser mends as it reads: a list item ends the one before it, a link the link around it, text between table cells moves out of the
//! table. Leaving elements out of a tree can make such a place. Then the text that we write would be read as something else, which is
//! how sanitisers were fooled. So an element that a parser would move is not opened; its children take its place.

/// How deep elements may stand, the parts of one table aside.
pub const DEEPEST: usize = 100;

/// Elements that end an open paragraph. A paragraph around one of them is written as a division.
pub const BLOCKS: [&str; 15] =
    ["p", "div", "ul", "ol", "li", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "hr", "table"];

/// The elements that are open, outermost first.
#[derive(Debug, Default)]
pub struct Nesting {
    open: Vec<&'static str>,
}

/// Whether an element may be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fit {
    /// It may.
    Fits,
    /// Not here: its children take its place.
    Misplaced,
    /// Not so deep: its children take its place.
    TooDeep,
}

impl Nesting {
    /// Whether this element may be opened here.
    #[must_use]
    pub fn fit(&self, name: &str) -> Fit {
        if let Some(parents) = parents_of(name) {
            return if self.innermost().is_some_and(|parent| parents.contains(&parent)) { Fit::Fits } else { Fit::Misplaced };
        }
        let is_misplaced = self.is_between_cells()
            || match name {
                "a" => self.up_to(&["td", "th", "caption"]).any(|open| open == "a"),
                "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => self.innermost().is_some_and(is_heading),
                "li" => self.open.iter().rev().find(|open| ENDS_OF_SEARCH.contains(open)) == Some(&"li"),
                _ => BLOCKS.contains(&name) && self.up_to(&["td", "th", "caption", "table"]).any(|open| open == "p"),
            };
        match is_misplaced {
            true => Fit::Misplaced,
            false if self.open.len() >= DEEPEST => Fit::TooDeep,
            false => Fit::Fits,
        }
    }

    /// Whether text may stand here: between the cells of a table only white space may.
    #[must_use]
    pub fn takes_text(&self, text: &str) -> bool {
        !self.is_between_cells() || text.bytes().all(|b| matches!(b, b' ' | b'\t' | b'\n' | b'\x0c'))
    }

    /// An element was opened.
    pub fn push(&mut self, name: &'static str) {
        self.open.push(name);
    }

    /// The innermost element was closed.
    pub fn pop(&mut self) {
        self.open.pop();
    }

    fn innermost(&self) -> Option<&'static str> {
        self.open.last().copied()
    }

    fn is_between_cells(&self) -> bool {
        self.innermost().is_some_and(|open| ["table", "thead", "tbody", "tfoot", "tr"].contains(&open))
    }

    /// The open elements from the innermost to the first of these walls.
    fn up_to<'a>(&'a self, walls: &'a [&str]) -> impl Iterator<Item = &'static str> + 'a {
        self.open.iter().rev().copied().take_while(|open| !walls.contains(open))
    }
}

/// The parts of a table, each with the only elements it may stand in.
fn parents_of(name: &str) -> Option<&'static [&'static str]> {
    match name {
        "caption" | "thead" | "tbody" | "tfoot" => Some(&["table"]),
        "tr" => Some(&["thead", "tbody", "tfoot"]),
        "td" | "th" => Some(&["tr"]),
        _ => None,
    }
}

fn is_heading(name: &str) -> bool {
    matches!(name, "h1" | "h2" | "h3" | "h4" | "h5" | "h6")
}

/// Where a parser stops as it searches the list item that a new one ends. It looks through what shapes text, `<p>` and `<div>`.
const ENDS_OF_SEARCH: [&str; 20] = [
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
    "hr",
    "table",
    "caption",
    "thead",
    "tbody",
    "tfoot",
    "tr",
    "td",
    "th",
];
