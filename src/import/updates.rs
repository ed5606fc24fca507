//! One group of rows → one typed update, and what is wrong with it.
//!
//! In: a group of a table, and rules for its cells. Out: a [`ProductUpdate`] where no error stops it. A check reads every
//! group without building what it would throw away; a built update is read the same way, so the two cannot disagree.
//! Must never know: what the live store holds.

use super::cells::{self, CELL_MAX, Fault};
use super::dates;
use super::edits::View;
use super::formats::CellRules;
use super::groups::Group;
use super::issue::{Detail, Issue, Rule, Severity};
use super::notes::Notes;
use super::numbers;
use super::scan::{RowCells, line_breaks};
use crate::domain::schema::Kind;
use crate::domain::update::PermissionEdit;
use crate::domain::{COLUMNS, ColumnId as C, Edit, HttpsUrl, Price, ProductId, ProductUpdate, Timestamp, is_blank, trimmed};
use memchr::memchr2;

mod codes;
mod entry;
mod whole;

/// What the rest of the file says of a group.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Outside {
    /// The group's place, by which its issues are found.
    pub(super) place: u32,
    /// The line of another group that names the same product.
    pub(super) twin: Option<u32>,
    /// The line of a damaged row that stops it.
    pub(super) stopper: Option<u32>,
}

/// Reads one group, noting what is wrong. Nothing comes back where an error stops it.
pub(super) fn read(
    view: View<'_>,
    group: Group,
    outside: Outside,
    rules: &CellRules,
    notes: &mut Notes,
) -> Option<ProductUpdate> {
    let mut update = ProductUpdate::nothing(group.id.unwrap_or(ProductId::from_bytes([0; 12])));
    look(view, group, outside, rules, Some(&mut update), notes).then_some(update)
}

/// Reads one group to note what is wrong; says whether no error stops it.
pub(super) fn check(view: View<'_>, group: Group, outside: Outside, rules: &CellRules, notes: &mut Notes) -> bool {
    look(view, group, outside, rules, None, notes)
}

/// Without `into`, the texts and lists of an update are not made.
fn look(
    view: View<'_>,
    group: Group,
    outside: Outside,
    rules: &CellRules,
    mut into: Option<&mut ProductUpdate>,
    notes: &mut Notes,
) -> bool {
    if group.is_left_out() {
        return false;
    }
    let (ok, build) = (!group.is_stopped(), into.is_some());
    let mut reading = Reading { view, group, outside, rules, build, notes, ok, row: 0, cells: None, filled: 0 };
    reading.turn_to(group.first_row);
    reading.outside();
    let own = group.starts_with_own_row();
    let price = if own { reading.product(into.as_deref_mut()) } else { Edit::Keep };
    let mut permissions = Vec::new();
    let (own_columns, permission_columns) = (view.columns.own_together(), view.columns.permissions_together());
    for row in group.first_row..group.first_row + group.rows {
        if view.edits.is_left_out(row) {
            continue;
        }
        reading.turn_to(row);
        let is_own = own && row == group.first_row;
        if !is_own && !own_columns.is_some_and(|(first, last)| view.are_empty(row, first, last)) {
            reading.only_permission_cells();
        }
        let before = reading.filled;
        let none = permission_columns.is_some_and(|(first, last)| view.are_empty(row, first, last));
        let entry = if none { PermissionEdit::default() } else { reading.permission(&price) };
        if reading.filled > before {
            if build {
                permissions.push(entry);
            }
        } else if !is_own && !group.is_orphaned() {
            reading.issue(Rule::EmptyPermissionRow, None, "", Detail::None);
        }
    }
    reading.turn_to(group.first_row);
    if own && reading.filled == 0 {
        reading.issue(Rule::NothingSet, None, "", Detail::None);
    }
    if let Some(update) = into.filter(|_| !permissions.is_empty()) {
        update.permissions = Some(permissions);
    }
    reading.ok
}

/// The code that starts at `start` of a row's vouchers cell.
pub(super) fn code_at<'a>(view: View<'a>, row: u32, start: u32, rules: &CellRules) -> Option<&'a str> {
    rules.list_separator.split(view.of(row, C::Vouchers).get(start as usize..)?).next()
}

/// The codes of a row, each with its hash.
pub(super) fn codes_of<'a>(view: View<'a>, row: u32, rules: &CellRules) -> impl Iterator<Item = (u64, &'a str)> {
    rules.list_separator.split(view.of(row, C::Vouchers)).map(|code| (hash(code), code))
}

/// FNV-1a, 64 bits: short texts, and a collision costs a comparison, nothing else.
fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, b| (hash ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3))
}

struct Reading<'a, 'n> {
    view: View<'a>,
    group: Group,
    outside: Outside,
    rules: &'n CellRules,
    build: bool,
    notes: &'n mut Notes,
    ok: bool,
    /// The row being read.
    row: u32,
    /// Its cells as the file has them, unless some were edited.
    cells: Option<RowCells<'a>>,
    /// Cells that set something, so far.
    filled: u32,
}

impl<'a> Reading<'a, '_> {
    fn issue(&mut self, rule: Rule, column: Option<C>, value: &str, detail: Detail) {
        if rule.severity() == Severity::Error {
            self.ok = false;
        }
        let (view, group) = (self.view, self.group);
        // A group whose only row is damaged has no row of its own to point at.
        let row = (group.rows > 0).then_some(self.row);
        self.notes.add(self.outside.place, rule, row, column, || {
            let column = column.and_then(|id| Some((view.columns.position(id)?, Some(id))));
            let line = match (row, column) {
                (None, _) => group.line,
                (Some(row), None) => view.table.row_line(row),
                (Some(row), Some((position, _))) => view.table.cell_line(row, usize::from(position)),
            };
            Issue { rule, line, row, column, product: group.id, value: Issue::clip(value), detail }
        });
    }

    fn fault(&mut self, (rule, part): Fault, column: C, value: &str) {
        self.issue(rule, Some(column), value, part.map_or(Detail::None, Detail::Text));
    }

    /// What stops the group from outside its cells, and its id.
    fn outside(&mut self) {
        if self.group.is_duplicate() {
            let value = self.group.id.map(|id| id.to_string()).unwrap_or_default();
            let column = self.group.starts_with_own_row().then_some(C::ProductId);
            self.issue(Rule::DuplicateId, column, &value, Detail::Line(self.outside.twin.unwrap_or(0)));
        }
        if let Some(line) = self.outside.stopper {
            self.issue(Rule::StoppedByDamage, None, "", Detail::Line(line));
        }
        if self.group.is_orphaned() {
            for row in self.group.first_row..self.group.first_row + self.group.rows {
                if self.view.edits.is_left_out(row) {
                    continue;
                }
                self.turn_to(row);
                self.issue(Rule::OrphanRow, None, "", Detail::None);
            }
            self.turn_to(self.group.first_row);
        } else if self.group.starts_with_own_row() {
            let cell = trimmed(self.raw(C::ProductId));
            self.notes.count(C::ProductId);
            if let Err(fault) = cells::id(cell) {
                self.fault(fault, C::ProductId, cell);
            }
        }
    }

    /// A row without a product id must leave the product's own columns blank.
    fn only_permission_cells(&mut self) {
        let filled: Vec<C> =
            COLUMNS.iter().map(|column| column.id).filter(|id| !id.is_permission() && !is_blank(self.raw(*id))).collect();
        let Some(&first) = filled.first() else { return };
        for &id in &filled {
            self.notes.count(id);
        }
        let names: Vec<_> = filled.iter().map(|id| format!("“{}”", id.header())).collect();
        self.issue(Rule::ProductCellInPermissionRow, Some(first), self.raw(first), Detail::Text(names.join(", ")));
    }

    fn turn_to(&mut self, row: u32) {
        self.row = row;
        self.cells = (!self.view.edits.touches(row)).then(|| self.view.table.row(row));
    }

    #[inline]
    fn raw(&self, id: C) -> &'a str {
        let Some(cells) = self.cells else { return self.view.of(self.row, id) };
        self.view.columns.position(id).map_or("", |position| cells.get(usize::from(position)))
    }

    /// The cell to the letter, and without the blanks around it, unless it is blank or cannot be meant.
    fn filled(&mut self, id: C) -> Option<(&'a str, &'a str)> {
        let cell = self.raw(id);
        // Most cells are empty, and most others are plain and begin and end with something other than a blank.
        if cell.is_empty() {
            return None;
        }
        let plain = cells::is_plain(cell);
        let trimmed = trimmed(cell);
        if trimmed.is_empty() {
            return None;
        }
        self.takes(id);
        let fault = if cell.len() > CELL_MAX {
            Some((Rule::CellTooLong, None))
        } else if let Some(rule) = cells::not_a_value(trimmed) {
            Some((rule, None))
        } else if plain {
            None
        } else {
            let hints = cells::hints(cell);
            let is_name = matches!(id.column().kind, Kind::Name | Kind::Names | Kind::Choice(_));
            if hints.has_break() && self.hides_a_row(cell) {
                Some((Rule::RowInsideCell, None))
            } else if hints.are_doubtful(is_name) {
                cells::character_fault(cell, is_name)
            } else {
                None
            }
        };
        if let Some(fault) = fault {
            let stops = fault.0.severity() == Severity::Error;
            self.fault(fault, id, trimmed);
            if stops {
                return None;
            }
        }
        Some((cell, trimmed))
    }

    /// Whether a line of the cell, after its first, looks like a row. A stray quote and a later one can make a cell out
    /// of the end of one row and the beginning of another, with every count right. Such a line has a product id where
    /// the file has it; or, as a permission row, a blank there, and the cell has the delimiters of whole rows.
    fn hides_a_row(&self, cell: &str) -> bool {
        let columns = self.view.columns;
        let key = columns.position(C::ProductId).map_or(0, usize::from);
        let delimiter = self.view.table.delimiter();
        let has_whole_rows = || {
            let delimiters = cell.bytes().filter(|&b| char::from(b) == delimiter).count();
            delimiters > 0 && delimiters == line_breaks(cell.as_bytes()) as usize * (columns.len() - 1)
        };
        let is_row = |line: &str| {
            let id = line.split(delimiter).nth(key).unwrap_or("-").trim();
            let is_blank = id.bytes().all(|b| b == b'"');
            (is_blank && has_whole_rows()) || (id.len() >= 24 && ProductId::from_ascii(id.trim_matches('"').as_bytes()).is_ok())
        };
        let next_break = |text: &str| memchr2(b'\n', b'\r', text.as_bytes());
        let mut rest = cell;
        while let Some(at) = next_break(rest) {
            rest = rest.get(at + 1..).unwrap_or("");
            let line = rest.get(..next_break(rest).unwrap_or(rest.len())).unwrap_or("");
            if (line.contains(delimiter) || columns.len() == 1) && is_row(line) {
                return true;
            }
        }
        false
    }

    fn typed<T>(&mut self, id: C, parse: impl Fn(&str) -> Result<T, Fault>) -> Edit<T> {
        let Some((_, cell)) = self.filled(id) else { return Edit::Keep };
        match parse(cell) {
            Ok(value) => Edit::Set(value),
            Err(fault) => {
                self.fault(fault, id, cell);
                Edit::Keep
            }
        }
    }

    /// Half of all cells that are filled in are these two words, of which there is nothing else to say.
    fn boolean(&mut self, id: C) -> Edit<bool> {
        let value = match self.raw(id) {
            "" => return Edit::Keep,
            "true" => true,
            "false" => false,
            _ => return self.typed(id, cells::boolean),
        };
        self.takes(id);
        Edit::Set(value)
    }

    /// Counts a cell that is filled in.
    fn takes(&mut self, id: C) {
        self.filled += 1;
        self.notes.count(id);
    }

    fn count(&mut self, id: C) -> Edit<u32> {
        let rule = self.rules.number(id);
        self.typed(id, |cell| numbers::count(cell, rule))
    }

    fn price(&mut self, id: C) -> Edit<Price> {
        let rule = self.rules.number(id);
        self.typed(id, |cell| numbers::price(cell, rule))
    }

    fn moment(&mut self, id: C) -> Edit<Timestamp> {
        let rule = self.rules.date(id);
        self.typed(id, |cell| dates::moment(cell, rule))
    }

    fn url(&mut self, id: C) -> Edit<HttpsUrl> {
        if self.build {
            return self.typed(id, cells::url);
        }
        self.typed(id, cells::check_url);
        Edit::Keep
    }

    /// Text and HTML, to the letter.
    fn text(&mut self, id: C) -> Edit<String> {
        let Some((cell, trimmed)) = self.filled(id) else { return Edit::Keep };
        self.doubtful_text(id, cell, trimmed);
        if self.build { Edit::Set(cell.to_owned()) } else { Edit::Keep }
    }

    fn name(&mut self, id: C) -> Edit<String> {
        let Some((cell, trimmed)) = self.filled(id) else { return Edit::Keep };
        self.doubtful_text(id, cell, trimmed);
        if self.build { Edit::Set(trimmed.to_owned()) } else { Edit::Keep }
    }

    /// A text that is one, but hardly the one that was meant.
    fn doubtful_text(&mut self, id: C, cell: &str, trimmed: &str) {
        /// What programs write for nothing at all.
        const NOTHING: [&str; 6] = ["null", "undefined", "nan", "none", "[object object]", "<null>"];
        /// Characters in a spreadsheet's cell, at most, counted as spreadsheets count them.
        const CELL_OF_A_SPREADSHEET: usize = 32_767;
        if trimmed.len() <= 15 && NOTHING.iter().any(|word| trimmed.eq_ignore_ascii_case(word)) {
            self.issue(Rule::NullWord, Some(id), trimmed, Detail::None);
        } else if cell.len() >= CELL_OF_A_SPREADSHEET && cell.encode_utf16().count() == CELL_OF_A_SPREADSHEET {
            self.issue(Rule::CutText, Some(id), trimmed, Detail::None);
        }
    }

    /// Of a known word, as it stands, there is nothing else to say either.
    fn choice<T: for<'t> From<&'t str>>(&mut self, id: C) -> Edit<T> {
        let cell = self.raw(id);
        let is_known = matches!(id.column().kind, Kind::Choice(words) if words.contains(&cell));
        if is_known && !cell.is_empty() {
            self.takes(id);
            return Edit::Set(T::from(cell));
        }
        let Some((_, cell)) = self.filled(id) else { return Edit::Keep };
        if let Kind::Choice(words) = id.column().kind
            && !words.contains(&cell)
        {
            self.issue(Rule::UnknownWord, Some(id), cell, Detail::None);
        }
        Edit::Set(T::from(cell))
    }

    fn names(&mut self, id: C) -> Edit<Vec<String>> {
        let Some((_, cell)) = self.filled(id) else { return Edit::Keep };
        let separator = self.rules.list_separator;
        let is_list = separator.is_in(cell);
        if !is_list && let Some(other) = separator.other_in(cell) {
            self.issue(Rule::NameSeparator, Some(id), cell, Detail::Text(mark(other)));
        }
        if is_list {
            let mut names: Vec<&str> = separator.split(cell).collect();
            names.sort_unstable();
            for same in names.chunk_by(|a, b| a == b).filter(|same| same.len() > 1) {
                let name = same.first().copied().unwrap_or("");
                self.issue(Rule::DuplicateName, Some(id), cell, Detail::Text(Issue::clip(name)));
            }
        }
        if self.build { Edit::Set(separator.split(cell).map(str::to_owned).collect()) } else { Edit::Set(Vec::new()) }
    }

    /// The product's own row; what it says of the price. Nothing is moved that nobody asked for: an update takes several hundred
    /// bytes, and a check makes none.
    fn product(&mut self, into: Option<&mut ProductUpdate>) -> Edit<Price> {
        let name = self.text(C::Name);
        let description = self.text(C::Description);
        let image = self.url(C::Image);
        let price = self.price(C::Price);
        let category_name = self.name(C::CategoryName);
        let is_discount_enabled = self.boolean(C::DiscountEnabled);
        let discount_price = self.price(C::DiscountPrice);
        let discount_start_date = self.moment(C::DiscountStartDate);
        let discount_end_date = self.moment(C::DiscountEndDate);
        let user_information = self.user_information();
        let should_prioritise_expiring_vouchers = self.boolean(C::PrioritizeExpiringVouchers);
        let should_display_remaining_quantity = self.boolean(C::DisplayRemainingQuantity);
        let expiring_voucher_highlight = self.highlight();
        let is_archived = self.boolean(C::Archived);
        let redemption_instructions = self.text(C::RedemptionInstructions);
        let is_product_access_enabled = self.boolean(C::ProductAccessEnabled);
        let purchase_status_override_name = self.name(C::PurchaseStatusOverrideName);
        let vouchers = self.vouchers();
        if let (Edit::Set(start), Edit::Set(end)) = (&discount_start_date, &discount_end_date)
            && start >= end
        {
            self.issue(Rule::DiscountDates, Some(C::DiscountEndDate), &start.to_string(), Detail::Text(end.to_string()));
        }
        if let (Edit::Set(price), Edit::Set(discount)) = (&price, &discount_price)
            && discount >= price
        {
            self.issue(Rule::DiscountNotLower, Some(C::DiscountPrice), &discount.to_string(), Detail::Text(price.to_string()));
        }
        if let Some(update) = into {
            *update = ProductUpdate {
                id: update.id,
                name,
                description,
                image,
                price: price.clone(),
                category_name,
                is_discount_enabled,
                discount_price,
                discount_start_date,
                discount_end_date,
                user_information,
                should_prioritise_expiring_vouchers,
                should_display_remaining_quantity,
                expiring_voucher_highlight,
                is_archived,
                redemption_instructions,
                is_product_access_enabled,
                purchase_status_override_name,
                vouchers,
                permissions: None,
            };
        }
        price
    }
}

/// A mark by its name, where it cannot be seen.
fn mark(mark: char) -> String {
    if mark == '\t' { "a tab".to_owned() } else { mark.to_string() }
}
