//! Sets `style` and `on…` attributes aside before a text is parsed: by another name, under which they are looked at afterwards.
//!
//! The page's policy forbids styles and scripts in markup, and a browser complains of each one that its parser meets, also where it
//! would never be shown or run: a description with ten colours would be ten errors in the console. Nothing rests on this: what a slip
//! here leaves behind is looked at as every attribute is. (Such as within `<svg>`, which has rules of its own, and is left out.)

use std::borrow::Cow;

/// Stands before the name of what was set aside.
const SET_ASIDE: &str = "set-aside-";

/// Whether a browser complains of an attribute of this name.
fn is_complained_of(name: &[u8]) -> bool {
    name.eq_ignore_ascii_case(b"style") || name.get(..2).is_some_and(|start| start.eq_ignore_ascii_case(b"on"))
}

/// The name of an attribute, as it was before it was set aside.
#[must_use]
pub fn name_before(name: &str) -> &str {
    name.strip_prefix(SET_ASIDE).filter(|name| is_complained_of(name.as_bytes())).unwrap_or(name)
}

/// The text with every `style` and `on…` attribute by another name, see [`name_before`].
#[must_use]
pub fn set_aside(html: &str) -> Cow<'_, str> {
    let found = Scan { bytes: html.as_bytes(), at: 0, found: Vec::new() }.complained_of();
    if found.is_empty() {
        return Cow::Borrowed(html);
    }
    let mut aside = String::with_capacity(html.len() + found.len() * SET_ASIDE.len());
    let mut from = 0;
    for at in found {
        aside.push_str(html.get(from..at).unwrap_or_default());
        aside.push_str(SET_ASIDE);
        from = at;
    }
    aside.push_str(html.get(from..).unwrap_or_default());
    Cow::Owned(aside)
}

/// Elements whose content is text up to their own end tag.
const RAW: [&[u8]; 8] = [b"script", b"style", b"xmp", b"iframe", b"noembed", b"noframes", b"textarea", b"title"];

/// Reads tags as a browser does.
struct Scan<'a> {
    bytes: &'a [u8],
    at: usize,
    /// Where the names of what is set aside begin.
    found: Vec<usize>,
}

impl Scan<'_> {
    fn complained_of(mut self) -> Vec<usize> {
        while self.past(b"<") {
            match (self.peek(), self.rest().get(1)) {
                (Some(b'!'), _) if self.rest().starts_with(b"!--") => self.comment(),
                (Some(b'/'), Some(letter)) if letter.is_ascii_alphabetic() => {
                    self.at += 1;
                    self.name();
                    self.attributes(false);
                }
                (Some(b'!' | b'?' | b'/'), _) => drop(self.past(b">")),
                (Some(letter), _) if letter.is_ascii_alphabetic() => {
                    let name = self.name();
                    self.attributes(true);
                    if name == b"plaintext" {
                        break;
                    }
                    if RAW.contains(&name.as_slice()) {
                        self.past_end_tag(&name);
                    }
                }
                _ => {}
            }
        }
        self.found
    }

    fn rest(&self) -> &[u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    /// Goes behind the next of these; to the end, if there is none.
    fn past(&mut self, what: &[u8]) -> bool {
        match memchr::memmem::find(self.rest(), what) {
            Some(found) => self.at += found + what.len(),
            None => self.at = self.bytes.len(),
        }
        self.at < self.bytes.len()
    }

    fn skip(&mut self, is_skipped: impl Fn(u8) -> bool) {
        while self.peek().is_some_and(&is_skipped) {
            self.at += 1;
        }
    }

    fn comment(&mut self) {
        self.at += "!--".len();
        if self.rest().starts_with(b">") || self.rest().starts_with(b"->") {
            self.past(b">");
            return;
        }
        while self.past(b"--") {
            if self.rest().starts_with(b">") || self.rest().starts_with(b"!>") {
                self.past(b">");
                return;
            }
            // Of `--->`, the last two dashes count.
            self.at -= 1;
        }
    }

    fn name(&mut self) -> Vec<u8> {
        let start = self.at;
        self.skip(|b| !is_space(b) && b != b'/' && b != b'>');
        self.bytes.get(start..self.at).unwrap_or_default().to_ascii_lowercase()
    }

    /// To behind the end of the tag. Attributes of an end tag are read, too, but lead nowhere.
    fn attributes(&mut self, count: bool) {
        loop {
            self.skip(|b| is_space(b) || b == b'/');
            let start = self.at;
            match self.peek() {
                None => return,
                Some(b'>') => {
                    self.at += 1;
                    return;
                }
                // The first letter of a name may be anything.
                Some(_) => self.at += 1,
            }
            self.skip(|b| !is_space(b) && b != b'/' && b != b'>' && b != b'=');
            if count && self.bytes.get(start..self.at).is_some_and(is_complained_of) {
                self.found.push(start);
            }
            self.skip(is_space);
            if self.peek() == Some(b'=') {
                self.at += 1;
                self.skip(is_space);
                match self.peek() {
                    Some(quote @ (b'"' | b'\'')) => {
                        self.at += 1;
                        self.past(&[quote]);
                    }
                    _ => self.skip(|b| !is_space(b) && b != b'>'),
                }
            }
        }
    }

    fn past_end_tag(&mut self, name: &[u8]) {
        while self.past(b"</") {
            let rest = self.rest();
            let is_named = rest.get(..name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name));
            if is_named && rest.get(name.len()).is_some_and(|b| is_space(*b) || *b == b'/' || *b == b'>') {
                return self.attributes(false);
            }
        }
    }
}

fn is_space(b: u8) -> bool {
    matches!(b, b' ' | b'\t' | b'\n' | b'\r' | b'\x0c')
}
