//! A part's XML, as a pull of tags and text.
//!
//! In: a part. Out: [`Node`]s with names that have lost their prefix (programs write `row` or `x:row`), and text with its references
//! resolved. No document type is accepted and no entity but the five of XML, so nothing can grow. Must never know: spreadsheets.

use super::package::{Metered, input};
use super::refusal::Refusal;
use quick_xml::events::{BytesCData, BytesEnd, BytesStart, BytesText, Event};
use quick_xml::{Error, Reader, XmlVersion};
use std::io::BufRead;

/// Tags within tags, at most. A sheet needs ten.
const MAX_DEPTH: u32 = 64;

/// A piece of XML.
pub(super) enum Node<'a> {
    /// A tag opens; a tag that closes itself opens and closes.
    Open(Tag<'a>),
    /// Text, or a part of it.
    Text(Text<'a>),
    /// A tag closes; its name without a prefix is `local_name()`.
    Close(BytesEnd<'a>),
    /// Nothing of interest: a comment, a declaration.
    Aside,
    /// The document is over.
    End,
}

/// A run of text.
pub(super) enum Text<'a> {
    /// As it stands.
    Plain(BytesText<'a>),
    /// From a CDATA section.
    Data(BytesCData<'a>),
    /// A resolved reference.
    One(char),
}

impl Text<'_> {
    /// Adds it to a text.
    pub(super) fn add_to(&self, text: &mut String) {
        match self {
            Self::Plain(plain) => text.push_str(&plain.xml10_content()),
            Self::Data(data) => text.push_str(&data.xml10_content()),
            Self::One(character) => text.push(*character),
        }
    }
}

/// An opening tag.
pub(super) struct Tag<'a> {
    start: BytesStart<'a>,
    part: &'a str,
}

impl Tag<'_> {
    /// Its name without a prefix.
    pub(super) fn name(&self) -> &str {
        self.start.local_name().into_inner()
    }

    /// Calls back with each attribute's name without a prefix, and its value.
    ///
    /// # Errors
    /// [`Refusal::Damaged`] when one cannot be read: what it said may have mattered.
    pub(super) fn attributes(&self, mut found: impl FnMut(&str, &str)) -> Result<(), Refusal> {
        let damaged = || damaged(self.part, "the XML was changed");
        for attribute in self.start.attributes().with_checks(false) {
            let attribute = attribute.map_err(|_| damaged())?;
            let name = attribute.key.local_name().into_inner();
            if attribute.value.contains(['&', '\n', '\r', '\t']) {
                found(name, &attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|_| damaged())?);
            } else {
                found(name, &attribute.value);
            }
        }
        Ok(())
    }

    /// One attribute's value.
    ///
    /// # Errors
    /// As [`Self::attributes`].
    pub(super) fn attribute(&self, name: &str) -> Result<Option<String>, Refusal> {
        let mut value = None;
        self.attributes(|found, text| {
            if found == name && value.is_none() {
                value = Some(text.to_owned());
            }
        })?;
        Ok(value)
    }

    /// Whether an attribute is there and says yes.
    ///
    /// # Errors
    /// As [`Self::attributes`].
    pub(super) fn is(&self, name: &str) -> Result<bool, Refusal> {
        Ok(self.attribute(name)?.is_some_and(|value| is_true(&value)))
    }
}

/// How XML writes yes.
pub(super) fn is_true(value: &str) -> bool {
    matches!(value, "1" | "true" | "on")
}

/// A part being read.
pub(super) struct Xml<B> {
    reader: Reader<Metered<B>>,
    buffer: Vec<u8>,
    part: String,
    depth: u32,
    seen: bool,
}

impl<B: BufRead> Xml<B> {
    /// Reads the part of this name.
    pub(super) fn new(part: &str, bytes: Metered<B>) -> Self {
        let mut reader = Reader::from_reader(bytes);
        reader.config_mut().expand_empty_elements = true;
        Self { reader, buffer: Vec::with_capacity(1 << 10), part: part.to_owned(), depth: 0, seen: false }
    }

    /// A refusal that names this part.
    pub(super) fn damaged(&self, what: impl Into<String>) -> Refusal {
        damaged(&self.part, what)
    }

    /// Steps over everything inside the tag that has just opened, and its closing.
    ///
    /// # Errors
    /// As [`Self::next`].
    pub(super) fn skip(&mut self) -> Result<(), Refusal> {
        let around = self.depth.saturating_sub(1);
        while self.depth > around {
            self.next()?;
        }
        Ok(())
    }

    /// The next node.
    ///
    /// # Errors
    /// [`Refusal::Damaged`] for what is no XML or of a kind no workbook holds; [`Refusal::Inflates`] and [`Refusal::Unreadable`]
    /// from below.
    pub(super) fn next(&mut self) -> Result<Node<'_>, Refusal> {
        self.buffer.clear();
        self.reader.get_mut().begin_piece();
        let part = self.part.as_str();
        let event = self.reader.read_event_into(&mut self.buffer).map_err(|error| refused(part, &error))?;
        Ok(match event {
            Event::Start(start) => {
                self.depth += 1;
                self.seen = true;
                if self.depth > MAX_DEPTH {
                    return Err(damaged(part, "tags are nested too deeply"));
                }
                Node::Open(Tag { start, part })
            }
            Event::End(end) => {
                self.depth = self.depth.saturating_sub(1);
                Node::Close(end)
            }
            Event::Text(text) => Node::Text(Text::Plain(text)),
            Event::CData(text) => Node::Text(Text::Data(text)),
            Event::GeneralRef(name) => {
                let character = match &*name {
                    "lt" => '<',
                    "gt" => '>',
                    "amp" => '&',
                    "quot" => '"',
                    "apos" => '\'',
                    _ => match name.resolve_char_ref() {
                        Ok(Some(character)) => character,
                        _ => return Err(damaged(part, "the text has a reference to something that is not there")),
                    },
                };
                Node::Text(Text::One(character))
            }
            Event::Empty(_) | Event::Comment(_) | Event::PI(_) | Event::Decl(_) => Node::Aside,
            Event::DocType(_) => return Err(damaged(part, "there is a document type, which no spreadsheet program writes")),
            Event::Eof if self.depth > 0 || !self.seen => return Err(damaged(part, "the XML is cut off")),
            Event::Eof => Node::End,
        })
    }
}

fn damaged(part: &str, what: impl Into<String>) -> Refusal {
    Refusal::Damaged { part: part.to_owned(), what: what.into() }
}

fn refused(part: &str, error: &Error) -> Refusal {
    damaged(
        part,
        match error {
            Error::Io(error) => return input(part, error),
            Error::Encoding(_) => "the text is not UTF-8",
            _ => "the XML is cut off or was changed",
        },
    )
}
