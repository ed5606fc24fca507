//! JSON text → values, each with the line it begins on.
//!
//! In: text. Out: the entries of the list it holds, one after the other, so that a large file is never held twice; or the
//! line and the kind of the first fault. By the letter of RFC 8259: what a browser would not read is refused. It is read
//! here, by hand, because an issue without its line helps nobody. Must never know: products.

use super::refusal::JsonFault;

/// Where a text stops being JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Broken {
    pub(super) line: u32,
    pub(super) fault: JsonFault,
}

/// A value and the physical line it begins on.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Node {
    pub(super) line: u32,
    pub(super) value: Value,
}

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Null,
    Boolean(bool),
    /// As it is written: no digit is lost.
    Number(String),
    /// With its escapes resolved; `half` if one of them is half a character.
    Text {
        text: String,
        half: bool,
    },
    List(Vec<Node>),
    /// The fields in their order, one that is there twice included.
    Object(Vec<(String, Node)>),
}

/// Depth of nesting at most; the documented shape has 6.
const DEPTH: u32 = 32;

/// Whether a text is meant as JSON rather than as a table: the first two marks tell.
pub(super) fn looks_like_it(text: &str, is_named: bool) -> bool {
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    let after = |bracket: char| text.strip_prefix(bracket).map(str::trim_start);
    match (after('['), after('{')) {
        (Some(rest), _) => is_named || rest.starts_with(['{', ']']),
        (_, Some(rest)) => is_named || rest.starts_with(['"', '}']),
        _ => false,
    }
}

/// A reader of JSON text.
#[derive(Debug)]
pub(super) struct Parser<'a> {
    text: &'a str,
    at: usize,
    line: u32,
}

impl<'a> Parser<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let mark = text.strip_prefix('\u{feff}').map_or(0, |rest| text.len() - rest.len());
        let mut parser = Self { text, at: mark, line: 1 };
        parser.blanks();
        parser
    }

    /// The byte of the next unread mark.
    pub(super) const fn at(&self) -> usize {
        self.at
    }

    /// The physical line of the next unread mark, from 1.
    pub(super) const fn line(&self) -> u32 {
        self.line
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn broken<T>(&self, fault: JsonFault) -> Result<T, Broken> {
        let fault = if self.peek().is_none() && fault != JsonFault::OpenText { JsonFault::CutOff } else { fault };
        Err(Broken { line: self.line, fault })
    }

    fn blanks(&mut self) {
        while let Some(byte @ (b' ' | b'\t' | b'\n' | b'\r')) = self.peek() {
            self.at += 1;
            let ends = byte == b'\n' || (byte == b'\r' && self.peek() != Some(b'\n'));
            self.line += u32::from(ends);
        }
    }

    /// Takes a mark, and the blanks after it, if it is next.
    pub(super) fn take(&mut self, mark: u8) -> bool {
        let is_next = self.peek() == Some(mark);
        if is_next {
            self.at += 1;
            self.blanks();
        }
        is_next
    }

    /// Takes the entries of a list up to its end, one by one; `[` is taken already.
    pub(super) fn entries(&mut self, mut each: impl FnMut(&mut Self) -> Result<(), Broken>) -> Result<(), Broken> {
        if self.take(b']') {
            return Ok(());
        }
        loop {
            each(self)?;
            if self.take(b']') {
                return Ok(());
            }
            if !self.take(b',') {
                return self.broken(JsonFault::CommaOrEnd);
            }
        }
    }

    /// Takes the fields of an object up to its end, one by one; `{` is taken already.
    pub(super) fn fields(&mut self, mut each: impl FnMut(&mut Self, String) -> Result<(), Broken>) -> Result<(), Broken> {
        if self.take(b'}') {
            return Ok(());
        }
        loop {
            if self.peek() != Some(b'"') {
                return self.broken(JsonFault::Name);
            }
            let (name, _) = self.quoted()?;
            self.blanks();
            if !self.take(b':') {
                return self.broken(JsonFault::Colon);
            }
            each(self, name)?;
            if self.take(b'}') {
                return Ok(());
            }
            if !self.take(b',') {
                return self.broken(JsonFault::CommaOrEnd);
            }
        }
    }

    /// Nothing may follow.
    pub(super) fn end(&self) -> Result<(), Broken> {
        if self.peek().is_some() { self.broken(JsonFault::AfterEnd) } else { Ok(()) }
    }

    /// Takes a value and the blanks after it.
    pub(super) fn value(&mut self, depth: u32) -> Result<Node, Broken> {
        let line = self.line;
        if depth > DEPTH {
            return self.broken(JsonFault::TooDeep);
        }
        let value = match self.peek() {
            Some(b'[') => {
                self.take(b'[');
                let mut list = Vec::new();
                self.entries(|parser| {
                    list.push(parser.value(depth + 1)?);
                    Ok(())
                })?;
                return Ok(Node { line, value: Value::List(list) });
            }
            Some(b'{') => {
                self.take(b'{');
                let mut fields = Vec::new();
                self.fields(|parser, name| {
                    fields.push((name, parser.value(depth + 1)?));
                    Ok(())
                })?;
                return Ok(Node { line, value: Value::Object(fields) });
            }
            Some(b'"') => {
                let (text, half) = self.quoted()?;
                Value::Text { text, half }
            }
            Some(b'-' | b'0'..=b'9') => self.number()?,
            _ => self.word()?,
        };
        self.blanks();
        Ok(Node { line, value })
    }

    fn word(&mut self) -> Result<Value, Broken> {
        let rest = self.text.get(self.at..).unwrap_or("");
        for (word, value) in [("null", Value::Null), ("true", Value::Boolean(true)), ("false", Value::Boolean(false))] {
            if rest.strip_prefix(word).is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_')) {
                self.at += word.len();
                return Ok(value);
            }
        }
        self.broken(JsonFault::Value)
    }

    fn number(&mut self) -> Result<Value, Broken> {
        let rest = self.text.get(self.at..).unwrap_or("");
        let end = rest.find(|c: char| !matches!(c, '0'..='9' | '+' | '-' | '.' | 'e' | 'E')).unwrap_or(rest.len());
        let number = rest.get(..end).unwrap_or("");
        if !is_number(number) {
            return self.broken(JsonFault::Number);
        }
        self.at += end;
        Ok(Value::Number(number.to_owned()))
    }

    /// Takes a text in quotes; says whether it holds half a character.
    fn quoted(&mut self) -> Result<(String, bool), Broken> {
        self.at += 1;
        let (mut text, mut half) = (String::new(), false);
        loop {
            let rest = self.text.get(self.at..).unwrap_or("");
            let Some(end) = rest.bytes().position(|byte| byte < 0x20 || byte == b'"' || byte == b'\\') else {
                return self.broken(JsonFault::OpenText);
            };
            text.push_str(rest.get(..end).unwrap_or(""));
            self.at += end;
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok((text, half));
                }
                Some(b'\\') => {
                    let (letter, used) = self.escape()?;
                    half |= letter.is_none();
                    text.push(letter.unwrap_or('\u{fffd}'));
                    self.at += used;
                }
                _ => return self.broken(JsonFault::ControlInText),
            }
        }
    }

    /// The letter of the escape that is next, or nothing for half a character; and how many bytes it takes.
    fn escape(&self) -> Result<(Option<char>, usize), Broken> {
        let rest = self.text.as_bytes().get(self.at + 1..).unwrap_or(&[]);
        let letter = match rest.first() {
            Some(b'n') => '\n',
            Some(b't') => '\t',
            Some(b'r') => '\r',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(&c @ (b'"' | b'\\' | b'/')) => char::from(c),
            Some(b'u') => {
                let unit = |at: usize| hex(rest.get(at..at + 4)?);
                let Some(first) = unit(1) else { return self.broken(JsonFault::Escape) };
                let second = if rest.get(5..7) == Some(b"\\u") { unit(7) } else { None };
                let pair = second.filter(|low| (0xD800..0xDC00).contains(&first) && (0xDC00..0xE000).contains(low));
                return Ok(match pair {
                    Some(low) => (char::decode_utf16([first, low]).next().and_then(Result::ok), 12),
                    None => (char::from_u32(u32::from(first)), 6),
                });
            }
            _ => return self.broken(JsonFault::Escape),
        };
        Ok((Some(letter), 2))
    }
}

fn hex(digits: &[u8]) -> Option<u16> {
    digits.iter().try_fold(0_u16, |sum, &digit| Some(sum << 4 | char::from(digit).to_digit(16)? as u16))
}

/// Whether a text is a number by JSON's rules: no plus, no leading zero, digits on both sides of a point.
fn is_number(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let text = text.strip_prefix('-').unwrap_or(text);
    let (number, exponent) = text.split_once(['e', 'E']).map_or((text, None), |(number, exponent)| (number, Some(exponent)));
    let (whole, fraction) = number.split_once('.').map_or((number, None), |(whole, fraction)| (whole, Some(fraction)));
    digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(digits)
        && exponent.is_none_or(|exponent| digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parse(text: &str) -> Result<Node, Broken> {
        let mut parser = Parser::new(text);
        let node = parser.value(0)?;
        parser.end()?;
        Ok(node)
    }

    #[test]
    fn values_stand_on_their_lines() {
        let Value::List(list) = parse("[\n1,\r\n\"a\\u00e9\\n\\ud83d\\ude00\",\r{\"b\":\n null}]").unwrap().value else {
            panic!()
        };
        assert_eq!(list.iter().map(|node| node.line).collect::<Vec<_>>(), [2, 3, 4]);
        assert_eq!(list[1].value, Value::Text { text: "aé\n😀".into(), half: false });
        let Value::Object(fields) = &list[2].value else { panic!() };
        assert_eq!(fields[0], ("b".into(), Node { line: 5, value: Value::Null }));
        assert!(matches!(parse("\"\\ud800x\"").unwrap().value, Value::Text { half: true, .. }));
        assert!(matches!(parse("\"\\ud800\\u0041\"").unwrap().value, Value::Text { half: true, text } if text == "\u{fffd}A"));
    }

    #[test]
    fn the_first_fault_is_named_with_its_line() {
        use JsonFault as F;
        for (text, line, fault) in [
            ("[1,\n]", 2, F::Value),
            ("{\"a\":1,\n}", 2, F::Name),
            ("[1\n2]", 2, F::CommaOrEnd),
            ("{\"a\"\n1}", 2, F::Colon),
            ("[\n\"a", 2, F::OpenText),
            ("[\"a\n\"]", 1, F::ControlInText),
            ("[\"\\x\"]", 1, F::Escape),
            ("[\"\\u00g0\"]", 1, F::Escape),
            ("[01]", 1, F::Number),
            ("[1.]", 1, F::Number),
            ("[+1]", 1, F::Value),
            ("[nul]", 1, F::Value),
            ("[nulls]", 1, F::Value),
            ("[{\"a\":1}\n", 2, F::CutOff),
            ("{}\n{}", 2, F::AfterEnd),
            ("[NaN]", 1, F::Value),
            (&"[".repeat(100_000), 1, F::TooDeep),
        ] {
            let text_shown = &text[..text.len().min(20)];
            assert_eq!(parse(text).unwrap_err(), Broken { line, fault }, "{text_shown}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2000) })]

        #[test]
        fn it_reads_what_serde_json_reads_and_nothing_else(
            text in prop::collection::vec(
                prop_oneof![
                    Just("{"), Just("}"), Just("["), Just("]"), Just(","), Just(":"), Just("\"a\""), Just("\"\\n\\u00e9\""), Just("1"),
                    Just("-0.5e+3"), Just("01"), Just("true"), Just("null"), Just(" "), Just("\n"), Just("\"\\ud83d\\ude00\""), Just("\""),
                ],
                0..12,
            ),
        ) {
            let text = text.concat();
            let theirs = serde_json::from_str::<serde_json::Value>(&text);
            // As a value, it also refuses numbers that are too large for it.
            let sound = serde_json::from_str::<serde::de::IgnoredAny>(&text).is_ok();
            prop_assert_eq!(parse(&text).is_ok(), sound, "{}", text);
            if let (Ok(mine), Ok(theirs)) = (parse(&text), theirs) {
                prop_assert_eq!(count(&mine), count_theirs(&theirs));
            }
        }
    }

    fn count(node: &Node) -> usize {
        match &node.value {
            Value::List(list) => 1 + list.iter().map(count).sum::<usize>(),
            Value::Object(fields) => {
                let last: std::collections::BTreeMap<_, _> = fields.iter().map(|(name, node)| (name, node)).collect();
                1 + last.values().map(|node| count(node)).sum::<usize>()
            }
            _ => 1,
        }
    }

    fn count_theirs(value: &serde_json::Value) -> usize {
        match value {
            serde_json::Value::Array(list) => 1 + list.iter().map(count_theirs).sum::<usize>(),
            serde_json::Value::Object(fields) => 1 + fields.values().map(count_theirs).sum::<usize>(),
            _ => 1,
        }
    }
}
