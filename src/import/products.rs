//! The service's list of products, in JSON → the rows of a table.
//!
//! In: JSON text: the list itself, or an object that holds it as "products". Out: rows with the documented columns that
//! occur in it, so that everything behind the table works unchanged: a product's own row with its first permission, a row
//! below it for each further one. What a row cannot say (an unknown field, null, a second combination) is an issue or sets
//! the product aside; nothing is dropped in silence. Must never know: HTTP, how a cell is read.
//!
//! Lists are written into cells with line breaks between their values, since a line break separates them under every
//! [`ListSeparator`]. If a value holds the chosen separator, the table asks for line breaks alone.

use super::damage::{Damage, Damaged, Key};
use super::decode::{Fault, Undecodable};
use super::formats::CellRules;
use super::issue::{Detail, Issue, Rule};
use super::json::{Broken, Node, Parser, Value};
use super::refusal::Refusal;
use super::rows::{MAX_ROWS, clip_chars};
use super::scan::Cells;
use crate::domain::choices::ListSeparator;
use crate::domain::schema::Kind;
use crate::domain::{COLUMNS, ColumnId, ProductId};
use std::collections::{BTreeMap, HashSet};
use std::sync::OnceLock;

/// The rows of a list of products.
#[derive(Debug, Default)]
pub(super) struct Products {
    /// The headers of the documented columns that occur, in their order.
    pub(super) headers: Vec<String>,
    pub(super) cells: Cells,
    /// The line of each cell.
    pub(super) cell_lines: Vec<u32>,
    pub(super) lines: Vec<u32>,
    pub(super) damaged: Vec<Damaged>,
    pub(super) notes: Vec<Issue>,
    /// The rules under which the lists in the cells are read as they were written.
    pub(super) rules: CellRules,
    /// Physical lines in the file.
    pub(super) last_line: u32,
}

/// Distinct fields that are noted one by one: no file of products has a hundredth of them.
const FIELDS_NOTED: usize = 1_000;

/// What the documented shape has at a path.
#[derive(Clone, Copy)]
enum Place {
    Cell(ColumnId),
    Object,
    List,
}

/// The place at a path, if it is a documented one.
fn place(path: &str) -> Option<Place> {
    static PLACES: OnceLock<BTreeMap<&'static str, Place>> = OnceLock::new();
    let places = PLACES.get_or_init(|| {
        let mut places = BTreeMap::new();
        for column in &COLUMNS {
            places.insert(column.path, Place::Cell(column.id));
            for (at, mark) in column.path.match_indices(['.', '[']) {
                let prefix = column.path.get(..at).unwrap_or("");
                let kind = if mark == "[" { Place::List } else { Place::Object };
                places.entry(prefix).or_insert(kind);
            }
        }
        places
    });
    places.get(path).copied()
}

/// Reads the list. `faults` are the places where the decoder found no letters.
///
/// # Errors
/// [`Refusal::JsonDamaged`], [`Refusal::NotProducts`], [`Refusal::EmptyList`] or [`Refusal::TooManyRows`].
pub(super) fn read(text: &str, rules: CellRules, faults: &[Fault]) -> Result<Products, Refusal> {
    let mut list = Listing { text, faults, rules, ..Listing::default() };
    let mut parser = Parser::new(text);
    let broken = |Broken { line, fault }: Broken| Refusal::JsonDamaged { line, fault };
    let mut found = false;
    let mut others: Vec<String> = Vec::new();
    let line = parser.line();
    if parser.take(b'[') {
        found = true;
        parser.entries(|parser| list.entry(parser)).map_err(broken)?;
    } else if parser.take(b'{') {
        let in_fields = |parser: &mut Parser<'_>, name: String| {
            let line = parser.line();
            if name == "products" && !found && parser.take(b'[') {
                found = true;
                list.note(Rule::ListInObject, "products", line);
                return parser.entries(|parser| list.entry(parser));
            }
            parser.value(1)?;
            if others.len() < 20 {
                list.note(Rule::UnknownField, &name, line);
                others.push(format!("“{}”", clip_chars(&name, 40)));
            }
            Ok(())
        };
        parser.fields(in_fields).map_err(broken)?;
    } else {
        parser.value(0).map_err(broken)?;
    }
    parser.end().map_err(broken)?;
    if !found {
        return Err(Refusal::NotProducts { line, fields: others });
    }
    if list.rows.is_empty() && list.damaged.is_empty() {
        return Err(Refusal::EmptyList);
    }
    if list.rows.len() + list.damaged.len() > MAX_ROWS {
        return Err(Refusal::TooManyRows);
    }
    list.finish(parser.line())
}

/// One cell to be: its column, its text in the listing's string, its line.
#[derive(Clone, Copy, Debug)]
struct Cell {
    column: ColumnId,
    start: usize,
    end: usize,
    line: u32,
}

/// Why a product is set aside: the line, what is wrong, and what it is about.
type Aside = (u32, Damage, String);

#[derive(Debug, Default)]
struct Listing<'a> {
    text: &'a str,
    faults: &'a [Fault],
    rules: CellRules,
    /// Of each row: its line, and where its cells begin.
    rows: Vec<(u32, usize)>,
    cells: Vec<Cell>,
    words: String,
    damaged: Vec<Damaged>,
    /// Of each rule and field: the first line and how often.
    notes: BTreeMap<(Rule, String), (u32, u32)>,
    /// A value of a list holds the chosen separator.
    clash: bool,
}

impl Listing<'_> {
    fn note(&mut self, rule: Rule, field: &str, line: u32) {
        let key = (rule, clip_chars(field, 200).to_owned());
        if self.notes.len() < FIELDS_NOTED || self.notes.contains_key(&key) {
            self.notes.entry(key).or_insert((line, 0)).1 += 1;
        }
    }

    /// Reads one entry of the list.
    fn entry(&mut self, parser: &mut Parser<'_>) -> Result<(), Broken> {
        if self.rows.len() + self.damaged.len() > MAX_ROWS {
            // The refusal is made by whoever called: nothing more is kept.
            parser.value(1)?;
            return Ok(());
        }
        let (from, line) = (parser.at(), parser.line());
        let node = parser.value(1)?;
        let source = self.text.get(from..parser.at()).unwrap_or("").trim_end();
        let mark = (self.rows.len(), self.cells.len(), self.words.len());
        let mut aside = self.product(&node).err();
        if aside.is_none()
            && let Some(fault) = self.faults.get(self.faults.partition_point(|fault| fault.at < from as u64))
            && fault.at < parser.at() as u64
        {
            let before = source.as_bytes().get(..(fault.at as usize).saturating_sub(from)).unwrap_or(&[]);
            let damage = if fault.why == Undecodable::Bytes { Damage::NotInEncoding } else { Damage::LoneSurrogate };
            aside = Some((line + super::scan::line_breaks(before), damage, clip_chars(source, 160).to_owned()));
        }
        if let Some((found_on, damage, text)) = aside {
            self.rows.truncate(mark.0);
            self.cells.truncate(mark.1);
            self.words.truncate(mark.2);
            let key = id_of(&node).map_or(Key::Apart, Key::Id);
            let lines = 1 + super::scan::line_breaks(source.as_bytes());
            let (before_row, text) = (self.rows.len() as u32, Damaged::keep(&text, self.damaged.len()));
            let (raw, at, is_left_out) = (String::new(), 0, false);
            self.damaged.push(Damaged { line, lines, found_on, damage, before_row, key, text, raw, at, is_left_out });
        }
        Ok(())
    }

    fn product(&mut self, node: &Node) -> Result<(), Aside> {
        let Value::Object(fields) = &node.value else {
            return Err((node.line, Damage::NotAnObject, shown(&node.value)));
        };
        self.rows.push((node.line, self.cells.len()));
        // The id stands first, so that a damaged field does not hide it.
        let has_id = fields.iter().any(|(name, id)| name == ID && !is_blank(&id.value));
        let mut permissions = None;
        let mut seen = HashSet::new();
        for (name, value) in fields {
            if !seen.insert(name) {
                return Err((value.line, Damage::FieldTwice, name.clone()));
            }
            if name == PERMISSIONS { permissions = Some(value) } else { self.field(name, value)? }
        }
        if !has_id {
            let names: Vec<_> = fields.iter().take(8).map(|(name, _)| clip_chars(name, 40)).collect();
            return Err((node.line, Damage::WithoutId, names.join(", ")));
        }
        permissions.map_or(Ok(()), |permissions| self.permissions(permissions))
    }

    /// The first permission stands in the product's own row, each other one in a row of its own.
    fn permissions(&mut self, node: &Node) -> Result<(), Aside> {
        let list = match &node.value {
            Value::List(list) if !list.is_empty() => list,
            Value::List(_) | Value::Null => {
                self.note(Rule::EmptyField, PERMISSIONS, node.line);
                return Ok(());
            }
            value => return Err(wrong_shape(node.line, PERMISSIONS, value)),
        };
        for (index, entry) in list.iter().enumerate() {
            if index > 0 {
                self.rows.push((entry.line, self.cells.len()));
            }
            let before = self.cells.len();
            self.object(&format!("{PERMISSIONS}[]"), entry)?;
            if self.cells.len() == before {
                return Err((entry.line, Damage::WrongShape, format!("{PERMISSIONS}: an entry without a field")));
            }
        }
        Ok(())
    }

    fn object(&mut self, path: &str, node: &Node) -> Result<(), Aside> {
        let fields = match &node.value {
            Value::Object(fields) => fields,
            Value::Null => {
                self.note(Rule::EmptyField, path, node.line);
                return Ok(());
            }
            value => return Err(wrong_shape(node.line, path, value)),
        };
        let mut seen = HashSet::new();
        for (name, value) in fields {
            let path = format!("{path}.{name}");
            if !seen.insert(name) {
                return Err((value.line, Damage::FieldTwice, path));
            }
            self.field(&path, value)?;
        }
        Ok(())
    }

    fn field(&mut self, path: &str, node: &Node) -> Result<(), Aside> {
        match place(path) {
            Some(Place::Cell(column)) => self.cell(path, column, node),
            Some(Place::Object) => self.object(path, node),
            Some(Place::List) => match &node.value {
                Value::List(list) if list.len() > 1 => Err((node.line, Damage::SeveralCombinations, path.to_owned())),
                Value::List(list) => match list.first() {
                    Some(first) => self.object(&format!("{path}[]"), first),
                    None => Ok(()),
                },
                Value::Null => Ok(()),
                value => Err(wrong_shape(node.line, path, value)),
            },
            None => {
                self.note(Rule::UnknownField, path, node.line);
                Ok(())
            }
        }
    }

    fn cell(&mut self, path: &str, column: ColumnId, node: &Node) -> Result<(), Aside> {
        let is_list = matches!(column.column().kind, Kind::Names | Kind::Codes);
        let start = self.words.len();
        match &node.value {
            Value::Text { half: true, text } => {
                return Err((node.line, Damage::LoneSurrogate, format!("{path}: {}", clip_chars(text, 80))));
            }
            Value::List(list) if is_list => {
                for (index, entry) in list.iter().enumerate() {
                    if index > 0 {
                        self.words.push('\n');
                    }
                    self.list_value(path, entry)?;
                }
            }
            value if is_list != matches!(value, Value::List(_)) && !matches!(value, Value::Null) => {
                return Err(wrong_shape(node.line, path, value));
            }
            Value::Text { text, .. } => self.words.push_str(text),
            Value::Number(number) => self.words.push_str(number),
            Value::Boolean(boolean) => self.words.push_str(if *boolean { "true" } else { "false" }),
            Value::Object(_) => return Err(wrong_shape(node.line, path, &node.value)),
            Value::Null | Value::List(_) => {}
        }
        let end = self.words.len();
        if self.words.get(start..end).unwrap_or("").trim().is_empty() {
            self.words.truncate(start);
            // Documented: no codes and no date of theirs is how "add none" is said.
            let says_none = matches!(column, ColumnId::Vouchers | ColumnId::VoucherExpireDate) && node.value != Value::Null;
            if !says_none && column != ColumnId::ProductId {
                self.note(Rule::EmptyField, path, node.line);
            }
            return Ok(());
        }
        self.cells.push(Cell { column, start, end, line: node.line });
        Ok(())
    }

    fn list_value(&mut self, path: &str, entry: &Node) -> Result<(), Aside> {
        let text = match &entry.value {
            Value::Text { half: true, text } => {
                return Err((entry.line, Damage::LoneSurrogate, format!("{path}: {}", clip_chars(text, 80))));
            }
            Value::Text { text, .. } | Value::Number(text) if !text.trim().is_empty() => text,
            value => return Err(wrong_shape(entry.line, path, value)),
        };
        if text.contains(['\n', '\r']) {
            return Err((entry.line, Damage::BreakInList, format!("{path}: {}", clip_chars(text, 80))));
        }
        self.clash |= self.rules.list_separator.is_in(text);
        self.words.push_str(text);
        Ok(())
    }

    /// Makes a full table of the cells there are.
    fn finish(self, last_line: u32) -> Result<Products, Refusal> {
        let mut used = [false; COLUMNS.len()];
        // There may be nothing but damaged entries: the id is a column in any case.
        for column in self.cells.iter().map(|cell| cell.column).chain([ColumnId::ProductId]) {
            if let Some(used) = used.get_mut(column as usize) {
                *used = true;
            }
        }
        let columns: Vec<ColumnId> = COLUMNS.iter().zip(used).filter(|(_, used)| *used).map(|(column, _)| column.id).collect();
        if self.words.len() + self.rows.len() * columns.len() >= u32::MAX as usize {
            return Err(Refusal::TooLarge { bytes: self.text.len() as u64 });
        }
        let mut products = Products { damaged: self.damaged, last_line, rules: self.rules, ..Products::default() };
        for (index, &(line, from)) in self.rows.iter().enumerate() {
            let until = self.rows.get(index + 1).map_or(self.cells.len(), |&(_, next)| next);
            let mut row = [None; COLUMNS.len()];
            for cell in self.cells.get(from..until).unwrap_or(&[]) {
                if let Some(slot) = row.get_mut(cell.column as usize) {
                    *slot = Some(*cell);
                }
            }
            products.lines.push(line);
            for &column in &columns {
                let cell = row.get(column as usize).copied().flatten();
                products.cells.push(cell.and_then(|cell| self.words.get(cell.start..cell.end)).unwrap_or(""));
                products.cell_lines.push(cell.map_or(line, |cell| cell.line));
            }
        }
        products.headers = columns.iter().map(|column| column.header().to_owned()).collect();
        if self.clash {
            products.rules.list_separator = ListSeparator::LineBreak;
        }
        products.notes = self.notes.into_iter().map(|((rule, field), (line, times))| note(rule, field, line, times)).collect();
        products.notes.sort_by_key(|note| (note.line, note.rule));
        Ok(products)
    }
}

const ID: &str = "productID";
const PERMISSIONS: &str = "productPermission";

fn note(rule: Rule, value: String, line: u32, times: u32) -> Issue {
    let detail = if times > 1 { Detail::Times(times) } else { Detail::None };
    Issue { rule, line, row: None, column: None, product: None, value: Issue::clip(&value), detail }
}

fn id_of(node: &Node) -> Option<ProductId> {
    let Value::Object(fields) = &node.value else { return None };
    let Value::Text { text, .. } = &fields.iter().find(|(name, _)| name == ID)?.1.value else { return None };
    text.trim().parse().ok()
}

fn is_blank(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Text { text, .. } => text.trim().is_empty(),
        _ => false,
    }
}

fn wrong_shape(line: u32, path: &str, value: &Value) -> Aside {
    (line, Damage::WrongShape, format!("{path}: {}", shown(value)))
}

fn shown(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Boolean(boolean) => boolean.to_string(),
        Value::Number(number) => number.clone(),
        Value::Text { text, .. } => format!("the text \"{}\"", clip_chars(text, 80)),
        Value::List(list) => format!("a list of {}", list.len()),
        Value::Object(_) => "an object".to_owned(),
    }
}
