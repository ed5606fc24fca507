//! Workbooks made by hand, part by part, so that a test can write what no program would.

use std::io::{Cursor, Write};
use zip::write::{SimpleFileOptions, ZipWriter};

/// The parts of a workbook with one sheet; everything is XML as it will stand in the file.
#[derive(Clone, Default)]
pub struct Book {
    /// The rows.
    pub data: String,
    /// What stands before the rows.
    pub before: String,
    /// What stands behind them.
    pub after: String,
    /// Shared strings, each an `si`.
    pub strings: String,
    /// Inside `styleSheet`.
    pub styles: String,
    /// In the workbook's own part, before its sheets.
    pub head: String,
    /// And behind them.
    pub foot: String,
}

const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\r\n";
const TYPES: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

impl Book {
    /// A workbook with these rows and nothing else.
    pub fn of(data: &str) -> Self {
        Self { data: data.to_owned(), ..Self::default() }
    }

    /// Its parts.
    pub fn parts(&self) -> Vec<(String, Vec<u8>)> {
        let sheet = format!("<worksheet>{}<sheetData>{}</sheetData>{}</worksheet>", self.before, self.data, self.after);
        package(
            &[("Sheet 1", "visible", sheet)],
            &self.head,
            &self.foot,
            &format!("<sst>{}</sst>", self.strings),
            &format!("<styleSheet>{}</styleSheet>", self.styles),
        )
    }

    /// The file.
    pub fn bytes(&self) -> Vec<u8> {
        zip(&self.parts())
    }
}

/// A worksheet part with these rows.
pub fn sheet(data: &str) -> String {
    format!("<worksheet><sheetData>{data}</sheetData></worksheet>")
}

/// A workbook of several sheets: name, state, part. The part `chart` makes it a chart's sheet.
pub fn several(sheets: &[(&str, &str, String)]) -> Vec<u8> {
    zip(&package(sheets, "", "", "<sst/>", "<styleSheet/>"))
}

fn package(sheets: &[(&str, &str, String)], head: &str, foot: &str, strings: &str, styles: &str) -> Vec<(String, Vec<u8>)> {
    let root = format!(
        "<Relationships><Relationship Id=\"rId1\" Type=\"{TYPES}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
    );
    let mut tabs = String::new();
    let mut relations = format!(
        "<Relationship Id=\"a\" Type=\"{TYPES}/sharedStrings\" Target=\"sharedStrings.xml\"/><Relationship Id=\"b\" Type=\"{TYPES}/styles\" Target=\"/xl/styles.xml\"/>"
    );
    let mut parts = Vec::new();
    for (index, (name, state, part)) in sheets.iter().enumerate() {
        let number = index + 1;
        let kind = if part == "chart" { "chartsheet" } else { "worksheet" };
        let name = name.replace('&', "&amp;");
        tabs.push_str(&format!("<sheet name=\"{name}\" sheetId=\"{number}\" state=\"{state}\" r:id=\"rId{number}\"/>"));
        relations.push_str(&format!(
            "<Relationship Id=\"rId{number}\" Type=\"{TYPES}/{kind}\" Target=\"worksheets/sheet{number}.xml\"/>"
        ));
        parts.push((format!("xl/worksheets/sheet{number}.xml"), part.clone()));
    }
    parts.push(("_rels/.rels".into(), root));
    parts.push(("xl/workbook.xml".into(), format!("<workbook>{head}<sheets>{tabs}</sheets>{foot}</workbook>")));
    parts.push(("xl/_rels/workbook.xml.rels".into(), format!("<Relationships>{relations}</Relationships>")));
    parts.push(("xl/sharedStrings.xml".into(), strings.to_owned()));
    parts.push(("xl/styles.xml".into(), styles.to_owned()));
    parts.into_iter().map(|(name, xml)| (name, format!("{DECLARATION}{xml}").into_bytes())).collect()
}

/// A zip of these parts.
pub fn zip(parts: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        zip.start_file(name.as_str(), SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A cell with an inline text; the text is XML already.
pub fn text(text: &str) -> String {
    format!("<c t=\"inlineStr\"><is><t xml:space=\"preserve\">{text}</t></is></c>")
}

/// A table of texts as a workbook, by shared or by inline strings, as a spreadsheet program would write it.
pub fn table(rows: &[Vec<String>], shared: bool) -> Vec<u8> {
    let (mut data, mut strings, mut count) = (String::new(), String::new(), 0);
    for (index, row) in rows.iter().enumerate() {
        data.push_str(&format!("<row r=\"{}\">", index + 1));
        for (column, cell) in row.iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
            let place = format!("{}{}", char::from(b'A' + column as u8), index + 1);
            let written = escaped(cell);
            if shared {
                strings.push_str(&format!("<si><t xml:space=\"preserve\">{written}</t></si>"));
                data.push_str(&format!("<c r=\"{place}\" t=\"s\"><v>{count}</v></c>"));
                count += 1;
            } else {
                data.push_str(&format!("<c r=\"{place}\" t=\"inlineStr\"><is><t xml:space=\"preserve\">{written}</t></is></c>"));
            }
        }
        data.push_str("</row>");
    }
    Book { data, strings, ..Book::default() }.bytes()
}

/// A text as XML: what XML cannot hold is written `_xHHHH_`, and so is an underscore that would read as the beginning of such.
fn escaped(text: &str) -> String {
    let mut written = String::new();
    for (at, c) in text.char_indices() {
        match c {
            '&' => written.push_str("&amp;"),
            '<' => written.push_str("&lt;"),
            '>' => written.push_str("&gt;"),
            '_' if text[at..].starts_with("_x") => written.push_str("_x005F_"),
            '\t' | '\n' => written.push(c),
            c if c < ' ' || matches!(c, '\u{fffe}' | '\u{ffff}') => written.push_str(&format!("_x{:04X}_", c as u32)),
            c => written.push(c),
        }
    }
    written
}
