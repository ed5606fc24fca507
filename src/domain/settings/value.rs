//! The value of one setting, and JSON that is kept to the letter because the reference does not show what it holds.

use serde::{Deserialize, Serialize};
use std::fmt;

/// The value of one setting. Two values are the same when they are the same to the letter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SettingValue {
    /// `true` or `false`.
    Flag(bool),
    /// A whole number that is not below zero.
    Number(u32),
    /// A text; HTML and CSS as well.
    Text(String),
    /// A list of texts.
    List(Vec<String>),
    /// Anything else.
    Opaque(Opaque),
}

impl SettingValue {
    /// The text, where it is one.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Flag(_) | Self::Number(_) | Self::List(_) | Self::Opaque(_) => None,
        }
    }
}

impl fmt::Display for SettingValue {
    /// For a person: texts as they are, a list's items with commas between, opaque values as JSON.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(flag) => write!(f, "{flag}"),
            Self::Number(number) => write!(f, "{number}"),
            Self::Text(text) => f.write_str(text),
            Self::List(items) => f.write_str(&items.join(", ")),
            Self::Opaque(json) => f.write_str(json.as_str()),
        }
    }
}

/// A list whose items' form the reference does not show: `widget.testUsers`, `.testRoles`, `.userIdentifierFields` have
/// only been seen empty ([adss cfg/get]). Where the items are texts they can be edited; anything else is kept to the letter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Items {
    /// Texts, or nothing at all.
    Words(Vec<String>),
    /// Anything else.
    Opaque(Opaque),
}

/// A JSON document, as it came but for blanks between its parts. That it is JSON is certain; what it means is not known,
/// so it is compared, kept and sent as text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Opaque(String);

/// The text is not a JSON document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is not JSON: it breaks off or goes wrong at character {at}")]
pub struct NotJson {
    /// The character at which it goes wrong, from 1.
    pub at: usize,
}

impl Opaque {
    /// Reads a JSON document (RFC 8259), at most 100 levels deep.
    ///
    /// # Errors
    /// [`NotJson`], with the place.
    pub fn parse(text: &str) -> Result<Self, NotJson> {
        let mut scan = Scan { text, at: 0, kept: String::with_capacity(text.len()) };
        scan.blanks();
        let is_whole = scan.value(0).is_some() && {
            scan.blanks();
            scan.at == text.len()
        };
        if is_whole { Ok(Self(scan.kept)) } else { Err(NotJson { at: text.get(..scan.at).unwrap_or(text).chars().count() + 1 }) }
    }

    /// The JSON.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The JSON for a person to read: a line each, two blanks a level. What is empty stays on one line.
    #[must_use]
    pub fn indented(&self) -> String {
        let mut lines = String::with_capacity(self.0.len() * 2);
        let (mut depth, mut is_text, mut is_escaped, mut last) = (0usize, false, false, ' ');
        let turn = |lines: &mut String, depth: usize| {
            lines.push('\n');
            lines.extend(std::iter::repeat_n("  ", depth));
        };
        for letter in self.0.chars() {
            let is_close = !is_text && matches!(letter, '}' | ']');
            let opened = !is_text && matches!(last, '{' | '[');
            if is_close {
                depth = depth.saturating_sub(1);
            }
            if opened != is_close || (!is_text && last == ',') {
                turn(&mut lines, depth);
            }
            lines.push(letter);
            if is_text {
                is_text = is_escaped || letter != '"';
                is_escaped = !is_escaped && letter == '\\';
                // A bracket or comma within a text is none.
                last = ' ';
                continue;
            }
            match letter {
                '"' => is_text = true,
                '{' | '[' => depth += 1,
                ':' => lines.push(' '),
                _ => {}
            }
            last = letter;
        }
        lines
    }
}

impl TryFrom<String> for Opaque {
    type Error = NotJson;
    fn try_from(text: String) -> Result<Self, NotJson> {
        Self::parse(&text)
    }
}

impl From<Opaque> for String {
    fn from(json: Opaque) -> Self {
        json.0
    }
}

/// Goes through a JSON text and keeps all of it but the blanks between its parts. Each step answers `None` where the
/// text goes wrong, and stays there.
struct Scan<'a> {
    text: &'a str,
    at: usize,
    kept: String,
}

/// Deeper than anything the service could mean, and shallow enough for any stack.
const MAX_DEPTH: usize = 100;

impl Scan<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    /// Takes as many bytes as stand the test. They are whole characters, as the tests take ASCII or stop before quotes.
    fn run(&mut self, test: impl Fn(u8) -> bool) -> usize {
        let start = self.at;
        while self.peek().is_some_and(&test) {
            self.at += 1;
        }
        self.kept.push_str(self.text.get(start..self.at).unwrap_or_default());
        self.at - start
    }

    fn take(&mut self, byte: u8) -> Option<()> {
        (self.peek()? == byte).then(|| {
            self.at += 1;
            self.kept.push(char::from(byte));
        })
    }

    fn value(&mut self, depth: usize) -> Option<()> {
        if depth > MAX_DEPTH {
            return None;
        }
        match self.peek()? {
            b'{' => self.list(b'{', b'}', |scan| {
                scan.string()?;
                scan.blanks();
                scan.take(b':')?;
                scan.blanks();
                scan.value(depth + 1)
            }),
            b'[' => self.list(b'[', b']', |scan| scan.value(depth + 1)),
            b'"' => self.string(),
            b'-' | b'0'..=b'9' => self.number(),
            _ => {
                let word = ["true", "false", "null"]
                    .into_iter()
                    .find(|word| self.text.get(self.at..).is_some_and(|rest| rest.starts_with(word)))?;
                self.at += word.len();
                self.kept.push_str(word);
                Some(())
            }
        }
    }

    fn list(&mut self, open: u8, close: u8, item: impl Fn(&mut Self) -> Option<()>) -> Option<()> {
        self.take(open)?;
        self.blanks();
        if self.take(close).is_some() {
            return Some(());
        }
        loop {
            item(self)?;
            self.blanks();
            if self.take(close).is_some() {
                return Some(());
            }
            self.take(b',')?;
            self.blanks();
        }
    }

    fn string(&mut self) -> Option<()> {
        self.take(b'"')?;
        loop {
            self.run(|byte| byte >= b' ' && byte != b'"' && byte != b'\\');
            if self.take(b'"').is_some() {
                return Some(());
            }
            self.take(b'\\')?;
            let escape = self.peek().filter(|byte| b"\"\\/bfnrtu".contains(byte))?;
            self.take(escape)?;
            if escape == b'u' {
                for _ in 0..4 {
                    let digit = self.peek().filter(u8::is_ascii_hexdigit)?;
                    self.take(digit)?;
                }
            }
        }
    }

    fn number(&mut self) -> Option<()> {
        let digits = |scan: &mut Self| (scan.run(|byte| byte.is_ascii_digit()) > 0).then_some(());
        let _ = self.take(b'-');
        if self.take(b'0').is_none() {
            digits(self)?;
        }
        if self.take(b'.').is_some() {
            digits(self)?;
        }
        if self.take(b'e').or_else(|| self.take(b'E')).is_some() {
            let _ = self.take(b'+').or_else(|| self.take(b'-'));
            digits(self)?;
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn blanks_go_and_the_rest_stays_to_the_letter() {
        let opaque = Opaque::parse(" { \"b\" : [ 1.50e+2 , \"a \\\" b\\u00e9é\" ] ,\n\"a\":null } ").unwrap();
        assert_eq!(opaque.as_str(), r#"{"b":[1.50e+2,"a \" b\u00e9é"],"a":null}"#);
        for (text, at) in [("", 1), ("{", 2), ("[1,]", 4), ("01", 2), ("\"a\nb\"", 3), ("nul", 1), ("1 2", 3), ("\"\\x\"", 3)] {
            assert_eq!(Opaque::parse(text), Err(NotJson { at }), "{text}");
        }
        assert!(Opaque::parse(&"[".repeat(5_000)).is_err());
    }

    #[test]
    fn a_person_reads_a_line_each() {
        let json = r#"{"on":false,"titles":[],"more":{"a,[":["x\"]","y"]}}"#;
        assert_eq!(
            Opaque::parse(json).unwrap().indented(),
            "{\n  \"on\": false,\n  \"titles\": [],\n  \"more\": {\n    \"a,[\": [\n      \"x\\\"]\",\n      \"y\"\n    ]\n  }\n}"
        );
        assert_eq!(Opaque::parse("{}").unwrap().indented(), "{}");
    }

    proptest! {
        /// The service's own reader is the judge.
        #[test]
        fn it_is_json_exactly_when_it_is(text in r#"[ \[\]{}:,"\\0-9eE.+a-]{0,12}|\[( ?(1|"a"|null|\{"k" ?: ?true\}) ?,?){0,4}\]|\PC{0,12}"#) {
            let judged: Result<serde_json::Value, _> = serde_json::from_str(&text);
            let ours = Opaque::parse(&text);
            // A number beyond a double's range is JSON all the same.
            if judged.as_ref().is_err_and(|why| why.to_string().contains("out of range")) { return Ok(()); }
            prop_assert_eq!(judged.is_ok(), ours.is_ok(), "{}", text);
            if let (Ok(judged), Ok(ours)) = (judged, ours) {
                prop_assert_eq!(serde_json::from_str::<serde_json::Value>(ours.as_str()).unwrap(), judged);
                prop_assert_eq!(Opaque::parse(ours.as_str()).unwrap(), ours);
            }
        }
    }
}
