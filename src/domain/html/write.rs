//! Elements as text.

use super::table::Element;

/// Writes elements and text as HTML.
#[derive(Debug, Default)]
pub struct Writer {
    html: String,
    /// The end tags to come; none for what has none.
    open: Vec<Option<&'static str>>,
    is_at_start_of_pre: bool,
    says_something: bool,
}

impl Writer {
    /// Opens an element. Every one is closed again, also those that have no end tag.
    pub fn open(&mut self, element: &Element) {
        self.html.push('<');
        self.html.push_str(element.name);
        for (name, value) in &element.attributes {
            self.attribute(name, value);
        }
        if !element.style.is_empty() {
            let style: Vec<String> = element.style.iter().map(|(name, value)| format!("{name}: {value}")).collect();
            self.attribute("style", &style.join("; "));
        }
        self.html.push('>');
        self.is_at_start_of_pre = element.name == "pre";
        self.says_something |= matches!(element.name, "img" | "hr" | "table");
        self.open.push((!element.is_void()).then_some(element.name));
    }

    fn attribute(&mut self, name: &str, value: &str) {
        self.html.push(' ');
        self.html.push_str(name);
        self.html.push_str("=\"");
        for c in value.chars() {
            match c {
                '"' => self.html.push_str("&quot;"),
                c => self.character(c),
            }
        }
        self.html.push('"');
    }

    /// Writes text.
    pub fn text(&mut self, text: &str) {
        // A parser drops the first line break of <pre>.
        if self.is_at_start_of_pre && text.starts_with('\n') {
            self.html.push('\n');
        }
        self.is_at_start_of_pre &= text.is_empty();
        for c in text.chars() {
            self.says_something |= !c.is_whitespace() && c != '\u{200b}';
            self.character(c);
        }
    }

    fn character(&mut self, c: char) {
        match c {
            '&' => self.html.push_str("&amp;"),
            '<' => self.html.push_str("&lt;"),
            '>' => self.html.push_str("&gt;"),
            '\u{a0}' => self.html.push_str("&nbsp;"),
            // Unescaped, a parser makes a line break of it.
            '\r' => self.html.push_str("&#13;"),
            '\0' => {}
            c => self.html.push(c),
        }
    }

    /// Closes the innermost open element.
    pub fn close(&mut self) {
        self.is_at_start_of_pre = false;
        if let Some(Some(name)) = self.open.pop() {
            self.html.push_str("</");
            self.html.push_str(name);
            self.html.push('>');
        }
    }

    /// The text; empty when nothing of it would be seen: an editor leaves `<p><br></p>` behind when everything is deleted.
    #[must_use]
    pub fn finish(self) -> String {
        if self.says_something { self.html } else { String::new() }
    }
}
