//! What a workbook says about itself: its sheets, its date system, its styles, and where their parts are.
//!
//! In: the package. Out: plain lists. Must never know: what is in a sheet.

use super::format::{DateFormat, built_in, custom};
use super::package::Package;
use super::refusal::Refusal;
use super::xml::{Node, Tag, Xml};
use std::collections::HashMap;
use std::io::{Read, Seek};

/// One part points at another.
pub(super) struct Relation {
    id: String,
    /// The last word of its type: `worksheet`, `sharedStrings`.
    kind: String,
    /// The other part's name.
    target: String,
}

/// What `workbook.xml` says.
#[derive(Debug, Default)]
pub(super) struct Book {
    /// Name of the tab, whether it is hidden, id of the relation.
    pub(super) tabs: Vec<(String, bool, String)>,
    /// Days are counted from 1904.
    pub(super) from_1904: bool,
    /// Whoever wrote it wants all formulas calculated anew when it is opened: their results need not be right.
    pub(super) is_stale: bool,
}

/// The name of the part that is the workbook; `None` where the package holds none.
pub(super) fn workbook_part<R: Read + Seek>(package: &mut Package<R>) -> Result<Option<String>, Refusal> {
    if !package.has("_rels/.rels") {
        return Ok(None);
    }
    let roots = relations(package, "")?;
    let part = roots.into_iter().find(|relation| relation.kind == "officeDocument").map(|relation| relation.target);
    // A Word document has such a part too, and a binary workbook.
    Ok(part.filter(|part| {
        let name = part.to_ascii_lowercase();
        name.ends_with(".xml") && !name.starts_with("word/") && !name.starts_with("ppt/")
    }))
}

/// Where a part points at: `xl/workbook.xml` has its list in `xl/_rels/workbook.xml.rels`.
pub(super) fn relations<R: Read + Seek>(package: &mut Package<R>, part: &str) -> Result<Vec<Relation>, Refusal> {
    let (folder, name) = part.rsplit_once('/').unwrap_or(("", part));
    let list = format!("{folder}{}_rels/{name}.rels", if folder.is_empty() { "" } else { "/" });
    let mut found = Vec::new();
    each_tag(package, &list, |tag, _| {
        if tag.name() == "Relationship" {
            let mut relation = Relation { id: String::new(), kind: String::new(), target: String::new() };
            let mut is_outside = false;
            tag.attributes(|name, value| match name {
                "Id" => relation.id = value.to_owned(),
                "Type" => relation.kind = value.rsplit('/').next().unwrap_or(value).to_owned(),
                "Target" => relation.target = resolve(folder, value),
                "TargetMode" => is_outside = value == "External",
                _ => {}
            })?;
            if !is_outside {
                found.push(relation);
            }
        }
        Ok(())
    })?;
    Ok(found)
}

/// A target's name from the root of the package; targets are relative to the folder of the part that names them.
fn resolve(folder: &str, target: &str) -> String {
    let target = target.replace('\\', "/");
    let mut names: Vec<&str> = match target.starts_with('/') {
        true => Vec::new(),
        false => folder.split('/').filter(|name| !name.is_empty()).collect(),
    };
    for name in target.split('/') {
        match name {
            "" | "." => {}
            ".." => {
                names.pop();
            }
            name => names.push(name),
        }
    }
    names.join("/")
}

/// The first relation of this kind.
pub(super) fn of_kind<'a>(relations: &'a [Relation], kind: &str) -> Option<&'a str> {
    relations.iter().find(|relation| relation.kind == kind).map(|relation| relation.target.as_str())
}

/// The worksheet that a tab's relation leads to; `None` for a chart, a dialog or a macro sheet.
pub(super) fn worksheet<'a>(relations: &'a [Relation], id: &str) -> Option<&'a str> {
    relations.iter().find(|relation| relation.id == id && relation.kind == "worksheet").map(|relation| relation.target.as_str())
}

/// Reads the workbook's own part.
pub(super) fn book<R: Read + Seek>(package: &mut Package<R>, part: &str) -> Result<Book, Refusal> {
    let mut book = Book::default();
    each_tag(package, part, |tag, inside| {
        match tag.name() {
            "workbookPr" => book.from_1904 = tag.is("date1904")?,
            "calcPr" => book.is_stale = tag.is("fullCalcOnLoad")?,
            "sheet" if inside == "sheets" => {
                let mut tab = (String::new(), false, String::new());
                tag.attributes(|name, value| match name {
                    "name" => tab.0 = value.to_owned(),
                    "state" => tab.1 = value != "visible",
                    "id" => tab.2 = value.to_owned(),
                    _ => {}
                })?;
                book.tabs.push(tab);
            }
            _ => {}
        }
        Ok(())
    })?;
    Ok(book)
}

/// For each cell style, by its number, what it shows of a date; `None` for plain numbers.
pub(super) fn styles<R: Read + Seek>(package: &mut Package<R>, part: &str) -> Result<Vec<Option<DateFormat>>, Refusal> {
    let mut formats: HashMap<u32, Option<DateFormat>> = HashMap::new();
    let mut used = Vec::new();
    each_tag(package, part, |tag, inside| {
        // Named styles and conditional ones have tags of the same names.
        match (inside, tag.name()) {
            ("numFmts", "numFmt") => {
                let (mut number, mut code) = (None, String::new());
                tag.attributes(|name, value| match name {
                    "numFmtId" => number = value.parse::<u32>().ok(),
                    "formatCode" => code = value.to_owned(),
                    _ => {}
                })?;
                if let Some(number) = number {
                    formats.insert(number, custom(&code));
                }
            }
            ("cellXfs", "xf") => {
                used.push(tag.attribute("numFmtId")?.and_then(|number| number.parse::<u32>().ok()).unwrap_or(0));
            }
            _ => {}
        }
        Ok(())
    })?;
    Ok(used.into_iter().map(|number| formats.get(&number).copied().unwrap_or_else(|| built_in(number))).collect())
}

/// Calls back with each opening tag of a part, and the name of the tag around it.
fn each_tag<R: Read + Seek>(
    package: &mut Package<R>,
    part: &str,
    mut found: impl FnMut(&Tag<'_>, &str) -> Result<(), Refusal>,
) -> Result<(), Refusal> {
    let Some(bytes) = package.part(part)? else {
        return Err(Refusal::Damaged { part: part.to_owned(), what: "nothing is there: the part is missing".into() });
    };
    let mut xml = Xml::new(part, bytes);
    let mut around: Vec<String> = Vec::new();
    loop {
        match xml.next()? {
            Node::Open(tag) => {
                found(&tag, around.last().map_or("", String::as_str))?;
                around.push(tag.name().to_owned());
            }
            Node::Close(_) => {
                around.pop();
            }
            Node::End => return Ok(()),
            Node::Text(_) | Node::Aside => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::resolve;

    #[test]
    fn targets_are_found_from_where_they_are_named() {
        assert_eq!(resolve("xl", "worksheets/sheet1.xml"), "xl/worksheets/sheet1.xml");
        assert_eq!(resolve("xl", "/xl/worksheets/sheet1.xml"), "xl/worksheets/sheet1.xml");
        assert_eq!(resolve("xl/a", "../b/./c.xml"), "xl/b/c.xml");
        assert_eq!(resolve("", "xl\\workbook.xml"), "xl/workbook.xml");
        assert_eq!(resolve("", "../../x"), "x");
    }
}
