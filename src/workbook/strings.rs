//! The texts that cells point at, and the text of rich strings.
//!
//! In: `sharedStrings.xml`. Out: a table of texts by number, in one arena. Must never know: cells.

use super::package::MAX_SHARED;
use super::refusal::Refusal;
use super::xml::{Node, Xml};
use std::io::BufRead;

/// The shared strings of a workbook.
#[derive(Debug, Default)]
pub(super) struct Strings {
    text: String,
    ends: Vec<u32>,
}

impl Strings {
    /// Reads the part. Phonetic readings are left out, as they stand above the text, not in it.
    pub(super) fn read<B: BufRead>(xml: &mut Xml<B>) -> Result<Self, Refusal> {
        let mut strings = Self::default();
        loop {
            match xml.next()? {
                Node::Open(tag) if tag.name() == "si" => {
                    rich_text(xml, &mut strings.text)?;
                    // Four bytes are held for each string beside its text.
                    if strings.text.len() + strings.ends.len() * 4 > MAX_SHARED {
                        return Err(Refusal::TooMuchText);
                    }
                    strings.ends.push(strings.text.len() as u32);
                }
                Node::End => return Ok(strings),
                _ => {}
            }
        }
    }

    /// The text of this number.
    pub(super) fn get(&self, number: usize) -> Option<&str> {
        let end = *self.ends.get(number)? as usize;
        let start = number.checked_sub(1).and_then(|before| self.ends.get(before)).map_or(0, |end| *end as usize);
        self.text.get(start..end)
    }
}

/// The text inside the `si` or `is` that has just opened, up to its closing: its own `t`, or those of its runs, one after the other.
pub(super) fn rich_text<B: BufRead>(xml: &mut Xml<B>, into: &mut String) -> Result<(), Refusal> {
    let mut depth = 1u32;
    loop {
        match xml.next()? {
            Node::Open(tag) => match tag.name() {
                "t" => text(xml, into)?,
                "rPh" | "extLst" => xml.skip()?,
                _ => depth += 1,
            },
            Node::Close(_) => {
                depth -= 1;
                if depth == 0 {
                    return Ok(());
                }
            }
            Node::Text(_) | Node::Aside => {}
            Node::End => return Err(xml.damaged("a text is cut off")),
        }
    }
}

/// The text inside the tag that has just opened, up to its closing.
pub(super) fn text<B: BufRead>(xml: &mut Xml<B>, into: &mut String) -> Result<(), Refusal> {
    let start = into.len();
    loop {
        match xml.next()? {
            Node::Text(text) => text.add_to(into),
            Node::Aside => {}
            Node::Close(_) => break,
            Node::Open(_) => return Err(xml.damaged("there are tags inside a text")),
            Node::End => return Err(xml.damaged("a text is cut off")),
        }
    }
    unescape(into, start);
    Ok(())
}

/// Characters that XML cannot hold are written `_x0007_`, and an underscore that would read as one `_x005F_`.
fn unescape(text: &mut String, start: usize) {
    let Some(tail) = text.get(start..).filter(|tail| tail.contains("_x")) else { return };
    let mut plain = String::with_capacity(tail.len());
    let mut rest = tail;
    while let Some(at) = rest.find("_x") {
        let (before, from) = rest.split_at(at);
        plain.push_str(before);
        let Some((first, after)) = unit(from) else {
            plain.push_str("_x");
            rest = from.get(2..).unwrap_or("");
            continue;
        };
        rest = after;
        // Characters beyond 16 bits are written as two halves. Half a character is none, and neither is NUL in a text.
        let mut pair = [first, 0];
        let halves = match unit(after).filter(|_| (0xD800..0xDC00).contains(&first)) {
            Some((second, after)) if (0xDC00..0xE000).contains(&second) => {
                rest = after;
                pair = [first, second];
                2
            }
            _ => 1,
        };
        for character in char::decode_utf16(pair.into_iter().take(halves)) {
            plain.push(character.ok().filter(|c| *c != '\0').unwrap_or('\u{fffd}'));
        }
    }
    plain.push_str(rest);
    text.truncate(start);
    text.push_str(&plain);
}

/// `_xHHHH_` at the beginning, and what follows it.
fn unit(text: &str) -> Option<(u16, &str)> {
    let hex = text.strip_prefix("_x")?.get(..4).filter(|hex| hex.bytes().all(|b| b.is_ascii_hexdigit()))?;
    let after = text.get(6..)?.strip_prefix('_')?;
    Some((u16::from_str_radix(hex, 16).ok()?, after))
}

#[cfg(test)]
mod tests {
    use super::unescape;

    #[test]
    fn escapes_are_read_as_a_spreadsheet_reads_them() {
        for (written, expected) in [
            ("a_x000D_b", "a\rb"),
            ("_x005F_x000D_", "_x000D_"),
            ("_xD83D__xDE00_!", "\u{1f600}!"),
            ("_xD83D_!", "\u{fffd}!"),
            ("_x0000_", "\u{fffd}"),
            ("snake_x_case _x00 _xZZZZ_ _x00e9_", "snake_x_case _x00 _xZZZZ_ é"),
            ("_x1é34_", "_x1é34_"),
            ("x_x", "x_x"),
        ] {
            let mut text = format!("kept_x0041_{written}");
            unescape(&mut text, "kept_x0041_".len());
            assert_eq!(text, format!("kept_x0041_{expected}"));
        }
    }
}
