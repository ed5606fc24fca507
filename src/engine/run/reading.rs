//! A dropped file is read and checked, piece by piece, so that the engine can be spoken to meanwhile.
//!
//! In: a file, in pieces. Out: a [`LoadedFile`] with windows of its rows and issues. Must never know: what is wrong with
//! a file; that is `import`'s.

use super::Run;
use super::comparing::{Entry, small};
use super::reporting::sentence;
use crate::domain::choices::ListSeparator;
use crate::domain::{ColumnId, ProductId};
use crate::engine::hands::DroppedFile;
use crate::engine::protocol::{
    CellMark, Download, FileRefusal, FileSummary, HeaderView, IssueView, IssueWindow, ReadProgress, RowFilter, RowKind, RowView,
    RowWindow, RuleCount, Severity, Trouble,
};
use crate::engine::serve::Engine;
use crate::import::{self, CellRules, Checked, Checker, Issue, Reader, Refusal, Table};
use crate::practice::sample_csv;
use futures::future::LocalBoxFuture;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

/// Bytes asked of the file at once: large enough that asking costs nothing, small enough that reading one takes a few
/// milliseconds and a question in between does not wait.
const PIECE: u64 = 1 << 20;
/// Products checked between two looks at the messages.
const CHECKED_AT_ONCE: u32 = 2_000;
/// Windows never hold more than this.
const WINDOW: usize = 200;
/// Characters of a cell that the page is given.
const CELL_CHARS: usize = 160;

/// A file that was read and checked.
pub struct LoadedFile {
    table: Rc<Table>,
    rules: CellRules,
    checked: Checked,
    summary: FileSummary,
    /// Place of a row in the view of all rows, and index of an issue it has; sorted.
    by_place: Vec<(u32, u32)>,
    /// Rows with at least one issue, as places in the view of all rows.
    with_issues: Vec<u32>,
    /// The first error of each stopped product, as an index of the issues.
    first_error: HashMap<u32, u32>,
}

impl LoadedFile {
    fn new(table: Rc<Table>, rules: CellRules, checked: Checked, size: u64, millis: u64) -> Self {
        let places = Places(&table);
        let place = |(index, issue)| Some((places.of(issue)?, small(index)));
        let mut by_place: Vec<(u32, u32)> = checked.issues.iter().enumerate().filter_map(place).collect();
        by_place.sort_unstable();
        let mut with_issues: Vec<u32> = by_place.iter().map(|(place, _)| *place).collect();
        with_issues.dedup();
        let mut first_error = HashMap::new();
        for (index, issue) in checked.issues.iter().enumerate() {
            if issue.severity() == import::Severity::Error
                && let Some(group) = issue.row.and_then(|row| table.group_of(row))
            {
                first_error.entry(small(group)).or_insert_with(|| small(index));
            }
        }
        let mut file = Self {
            summary: summary(&table, rules, &checked, size, millis),
            table,
            rules,
            checked,
            by_place,
            with_issues,
            first_error,
        };
        file.summary.rows_with_issues = small(file.with_issues.len());
        let (mut products, mut sendable) = (0, 0);
        for entry in file.groups() {
            products += 1;
            sendable += u32::from(file.is_sendable(entry));
        }
        (file.summary.products, file.summary.sendable) = (products, sendable);
        file
    }

    /// What the page is told.
    #[must_use]
    pub const fn summary(&self) -> &FileSummary {
        &self.summary
    }

    /// Whether the file has this column.
    #[must_use]
    pub fn has_column(&self, column: ColumnId) -> bool {
        self.table.columns().position(column).is_some()
    }

    /// Blank cells in known columns, which leave alone what the store has.
    #[must_use]
    pub const fn blank_cells(&self) -> u64 {
        self.checked.counts.blank_cells
    }

    /// The products that have no error, in the file's order.
    #[must_use]
    pub fn sendable_ids(&self) -> Vec<ProductId> {
        let id = |group: usize| self.table.groups().get(group).and_then(|group| group.id);
        self.groups().filter(|group| self.is_sendable(*group)).filter_map(id).collect()
    }

    /// Every product of the file, once, in the file's order.
    pub fn products(&self) -> impl Iterator<Item = Entry> {
        self.groups().map(|index| {
            let update = self.table.update(index, self.rules);
            let group = self.table.groups().get(index).copied();
            let named = group.and_then(|group| group.id).map(|id| id.to_string());
            Entry {
                product: named.unwrap_or_else(|| self.key_cell(group.map_or(0, |group| group.first_row)).to_owned()),
                line: group.map_or(0, |group| group.line),
                stopped: if update.is_none() { self.why_stopped(index) } else { String::new() },
                update,
            }
        })
    }

    /// The groups that are products, one for each: rows before the first product are none, and of a product that is
    /// named twice (and so not sent) the first stands for both.
    fn groups(&self) -> impl Iterator<Item = usize> {
        let mut seen = HashSet::new();
        self.table.groups().iter().enumerate().filter_map(move |(index, group)| {
            let is_again = group.is_duplicate() && group.id.is_some_and(|id| !seen.insert(id));
            (!group.is_orphaned() && !is_again).then_some(index)
        })
    }

    fn is_sendable(&self, group: usize) -> bool {
        self.checked.sendable.binary_search(&small(group)).is_ok()
    }

    fn why_stopped(&self, group: usize) -> String {
        let error = self.first_error.get(&small(group)).and_then(|index| self.checked.issues.get(*index as usize));
        if let Some(error) = error {
            return format!("Left out because of a problem: {} {}", error.message(), error.cure());
        }
        let line = self.table.groups().get(group).map_or(0, |group| group.line);
        // A product whose only row is damaged has no row of its own to hang an issue on; the issue is at its line.
        let at = self.checked.issues.partition_point(|issue| issue.line < line);
        let at_line = self.checked.issues.get(at).filter(|issue| issue.line == line);
        at_line.map_or_else(
            || "Left out because a damaged row is, or may be, a part of it.".to_owned(),
            |issue| format!("Left out because of a problem: {} {}", issue.message(), issue.cure()),
        )
    }

    fn key_cell(&self, row: u32) -> &str {
        let key = self.table.columns().position(ColumnId::ProductId).map_or(0, usize::from);
        self.table.cell(row, key)
    }

    /// A window of the rows, damaged ones in their places.
    #[must_use]
    pub fn rows(&self, view: RowFilter, from: u32, count: u32) -> RowWindow {
        let places = Places(&self.table);
        let window = from..from.saturating_add(count.min(small(WINDOW)));
        let (total, rows) = match view {
            RowFilter::All => {
                let total = places.total();
                (total, window.filter(|place| *place < total).map(|place| self.row(&places, place)).collect())
            }
            RowFilter::WithIssues => (
                small(self.with_issues.len()),
                window.filter_map(|at| self.with_issues.get(at as usize)).map(|place| self.row(&places, *place)).collect(),
            ),
        };
        RowWindow { total, from, rows }
    }

    fn row(&self, places: &Places<'_>, place: u32) -> RowView {
        match places.at(place) {
            Place::Damaged(index) => {
                let damaged = self.table.damaged().get(index);
                let line = damaged.map_or(0, |damaged| damaged.line);
                RowView {
                    line,
                    kind: RowKind::Damaged,
                    cells: vec![damaged.map(|damaged| damaged.text.to_string()).unwrap_or_default()],
                    marks: self.marks(place),
                }
            }
            Place::Row(row) => {
                let columns = 0..self.table.columns().len();
                let has_own_id = !self.key_cell(row).trim().is_empty();
                RowView {
                    line: self.table.row_line(row),
                    kind: if has_own_id { RowKind::Product } else { RowKind::Permission },
                    cells: columns.map(|column| clip(self.table.cell(row, column))).collect(),
                    marks: self.marks(place),
                }
            }
        }
    }

    fn marks(&self, place: u32) -> Vec<CellMark> {
        let from = self.by_place.partition_point(|(of, _)| *of < place);
        let here = self.by_place.get(from..).unwrap_or(&[]).iter().take_while(|(of, _)| *of == place);
        here.filter_map(|(_, issue)| self.checked.issues.get(*issue as usize)).map(mark).collect()
    }

    /// A window of the issues.
    #[must_use]
    pub fn issues(&self, rule: Option<u16>, from: u32, count: u32) -> IssueWindow {
        let is_shown = |issue: &&Issue| rule.is_none_or(|rule| issue.rule as u16 == rule);
        let total = match rule {
            None => small(self.checked.issues.len()),
            Some(_) => small(self.checked.issues.iter().filter(is_shown).count()),
        };
        let window = self.checked.issues.iter().filter(is_shown).skip(from as usize).take((count as usize).min(WINDOW));
        IssueWindow { total, from, issues: window.map(|issue| self.issue(issue)).collect() }
    }

    fn issue(&self, issue: &Issue) -> IssueView {
        let header = |(position, _)| self.table.columns().headers().get(usize::from(position)).cloned();
        IssueView {
            line: issue.line,
            column: issue.column.and_then(header),
            product: issue.product,
            severity: severity(issue),
            value: issue.value.clone(),
            what: sentence(&issue.statement()),
            cure: issue.cure(),
        }
    }
}

/// The rows of a file as a person sees them: sound ones and damaged ones in the order of their lines.
struct Places<'a>(&'a Table);

enum Place {
    Row(u32),
    Damaged(usize),
}

impl Places<'_> {
    fn total(&self) -> u32 {
        self.0.rows() + small(self.0.damaged().len())
    }

    /// The `k`-th damaged row stands behind `before_row` sound ones and `k` damaged ones.
    fn at(&self, place: u32) -> Place {
        let damaged = self.0.damaged();
        let before = count_below(damaged.len(), |k| damaged.get(k).map_or(u32::MAX, |row| row.before_row + small(k)), place);
        match damaged.get(before) {
            Some(row) if row.before_row + small(before) == place => Place::Damaged(before),
            _ => Place::Row(place - small(before)),
        }
    }

    /// Where the row of an issue stands. An issue of the header, say, is of no row.
    fn of(&self, issue: &Issue) -> Option<u32> {
        let damaged = self.0.damaged();
        match issue.row {
            Some(row) => Some(row + small(damaged.partition_point(|aside| aside.before_row <= row))),
            None => {
                // The damage may be found further down than the row begins.
                let line = if let import::Detail::Line(line) = issue.detail { line } else { issue.line };
                let index = damaged.partition_point(|aside| aside.line + aside.lines <= line);
                let aside = damaged.get(index).filter(|aside| aside.line <= line)?;
                Some(aside.before_row + small(index))
            }
        }
    }
}

/// How many of `count` ascending values lie below `limit`.
fn count_below(count: usize, value: impl Fn(usize) -> u32, limit: u32) -> usize {
    let (mut low, mut high) = (0, count);
    while low < high {
        let middle = low + (high - low) / 2;
        if value(middle) < limit { low = middle + 1 } else { high = middle }
    }
    low
}

fn summary(table: &Table, rules: CellRules, checked: &Checked, size: u64, millis: u64) -> FileSummary {
    let columns = table.columns();
    let header = |(position, header): (usize, &String)| HeaderView { header: header.clone(), column: columns.id(position) };
    let mut by_rule: Vec<RuleCount> = checked
        .by_rule
        .iter()
        .filter(|(_, count)| *count > 0)
        .map(|(rule, count)| RuleCount {
            rule: *rule as u16,
            title: rule.title().to_owned(),
            severity: match rule.severity() {
                import::Severity::Error => Severity::Error,
                import::Severity::Warning => Severity::Warning,
            },
            count: *count,
        })
        .collect();
    by_rule.sort_by_key(|rule| (rule.severity, std::cmp::Reverse(rule.count)));
    let sum = |severity: Severity| by_rule.iter().filter(|rule| rule.severity == severity).map(|rule| rule.count).sum();
    FileSummary {
        name: table.name().to_owned(),
        size,
        delimiter: table.delimiter(),
        list_separator: rules.list_separator,
        columns: columns.headers().iter().enumerate().map(header).collect(),
        rows: table.rows() + small(table.damaged().len()),
        permission_rows: checked.counts.permission_rows,
        damaged_rows: small(table.damaged().len()),
        products: 0,
        sendable: 0,
        rows_with_issues: 0,
        errors: sum(Severity::Error),
        warnings: sum(Severity::Warning),
        by_rule,
        millis: u32::try_from(millis).unwrap_or(u32::MAX),
    }
}

fn severity(issue: &Issue) -> Severity {
    match issue.severity() {
        import::Severity::Error => Severity::Error,
        import::Severity::Warning => Severity::Warning,
    }
}

fn mark(issue: &Issue) -> CellMark {
    CellMark {
        cell: issue.column.map(|(position, _)| position),
        severity: severity(issue),
        words: format!("{} {}", sentence(&issue.statement()), issue.cure()),
    }
}

fn clip(cell: &str) -> String {
    match cell.char_indices().nth(CELL_CHARS) {
        None => cell.to_owned(),
        Some((end, _)) => format!("{}…", cell.get(..end).unwrap_or("")),
    }
}

/// The template: the 40 headers, and rows that show how they are filled in.
#[must_use]
pub fn template() -> Download {
    Download { name: "storekeeper template.csv".into(), media_type: "text/csv;charset=utf-8".into(), text: import::template() }
}

impl Engine {
    /// Starts reading a file. What the last one left is gone.
    ///
    /// # Errors
    /// While a run is being sent.
    pub(crate) fn open_file(self: &Rc<Self>, name: String, file: Rc<dyn DroppedFile>) -> Result<(), Trouble> {
        if matches!(&*self.run.borrow(), Run::Sending(_)) {
            return Err(Trouble::not_now("A run is being sent.", "Wait until it is done, or cancel it."));
        }
        let generation = self.next_generation();
        let progress = ReadProgress { name, bytes: 0, size: file.size(), rows: 0, checked: 0 };
        let before = self.run.replace(Run::Reading(progress.clone()));
        self.tell();
        if let Run::Done(report) = before {
            let engine = Rc::clone(self);
            self.hands.spawn(Box::pin(async move { engine.forget(&report).await }));
        }
        let engine = Rc::clone(self);
        self.hands.spawn(Box::pin(async move {
            let name = progress.name.clone();
            match engine.read_file(progress, &*file, generation).await {
                Ok(Some(file)) if engine.is_current(generation) => engine.go(Run::Checked(Rc::new(file))),
                Err(refusal) if engine.is_current(generation) => {
                    engine.go(Run::Choosing(Some(FileRefusal { name, what: refusal.0, cure: refusal.1 })));
                }
                _ => {}
            }
        }));
        Ok(())
    }

    async fn read_file(
        &self,
        mut progress: ReadProgress,
        file: &dyn DroppedFile,
        generation: u64,
    ) -> Result<Option<LoadedFile>, (String, String)> {
        let refused = |refusal: Refusal| (refusal.message(), refusal.cure());
        let began = self.hands.now();
        let mut told = began;
        let size = file.size();
        let rules = CellRules::default();
        let mut reader = Reader::new(&progress.name, size, rules).map_err(refused)?;
        let piece = |from: u64| file.read(from, size.min(from + PIECE));
        let mut next = piece(0);
        while progress.bytes < size {
            let bytes = next.await.map_err(|words| {
                let cure = "It may have been moved, changed or deleted meanwhile. Choose it again.";
                (format!("The browser could not read the file any further: {words}"), cure.to_owned())
            })?;
            if bytes.is_empty() {
                break;
            }
            progress.bytes += bytes.len() as u64;
            // The next piece is on its way while this one is read.
            next = piece(progress.bytes.min(size));
            reader.push(&bytes).map_err(refused)?;
            self.hands.breathe().await;
            if !self.is_current(generation) {
                return Ok(None);
            }
            progress.rows = reader.rows();
            self.tell_reading(&progress, &mut told);
        }
        let table = Rc::new(reader.finish().map_err(refused)?);
        progress.rows = table.rows();
        Ok(self.check(table, rules, progress, (began, told), generation).await)
    }

    async fn check(
        &self,
        table: Rc<Table>,
        rules: CellRules,
        mut progress: ReadProgress,
        (began, mut told): (u64, u64),
        generation: u64,
    ) -> Option<LoadedFile> {
        let mut checker = Checker::new(&table, rules);
        while !checker.step(&table, CHECKED_AT_ONCE) {
            self.hands.breathe().await;
            if !self.is_current(generation) {
                return None;
            }
            progress.checked = (progress.checked + CHECKED_AT_ONCE).min(small(table.groups().len()));
            self.tell_reading(&progress, &mut told);
        }
        let checked = checker.finish(&table);
        let millis = self.hands.now().saturating_sub(began);
        let rules = checked.findings.rules;
        Some(LoadedFile::new(table, rules, checked, progress.size, millis))
    }

    /// Ten times a second is as fast as a person reads.
    fn tell_reading(&self, progress: &ReadProgress, told: &mut u64) {
        if self.hands.now() >= *told + 100 {
            *told = self.hands.now();
            self.go(Run::Reading(progress.clone()));
        }
    }

    /// Reads list cells another way, and checks the file again.
    ///
    /// # Errors
    /// When there is no checked file.
    pub(crate) fn set_list_separator(self: &Rc<Self>, separator: ListSeparator) -> Result<(), Trouble> {
        let file = match &*self.run.borrow() {
            Run::Checked(file) => Rc::clone(file),
            _ => return Err(Trouble::not_now("There is no checked file.", "Choose a file first.")),
        };
        let generation = self.next_generation();
        let FileSummary { name, size, rows, .. } = file.summary().clone();
        let progress = ReadProgress { name, bytes: size, size, rows, checked: 0 };
        self.go(Run::Reading(progress.clone()));
        let engine = Rc::clone(self);
        self.hands.spawn(Box::pin(async move {
            let rules = CellRules::separated_by(separator);
            let now = engine.hands.now();
            let checked = engine.check(Rc::clone(&file.table), rules, progress, (now, now), generation).await;
            if let Some(file) = checked.filter(|_| engine.is_current(generation)) {
                engine.go(Run::Checked(Rc::new(file)));
            }
        }));
        Ok(())
    }

    /// Reads the practice store's sample file as if it had been dropped.
    ///
    /// # Errors
    /// Outside the practice store, where it would fit no product.
    pub(crate) fn open_sample(self: &Rc<Self>) -> Result<(), Trouble> {
        let sample = self.sample_file()?;
        self.open_file(sample.name, Rc::new(InMemory(sample.text.into_bytes())))
    }

    /// The sample file itself.
    ///
    /// # Errors
    /// Outside the practice store, where it would fit no product.
    pub(crate) fn sample_file(&self) -> Result<Download, Trouble> {
        let service = self.session()?.practice.ok_or_else(|| {
            Trouble::not_now("The sample file fits only the practice store.", "Open the practice store to try it.")
        })?;
        let text = sample_csv(&service.borrow());
        Ok(Download { name: "practice sample.csv".into(), media_type: "text/csv;charset=utf-8".into(), text })
    }
}

struct InMemory(Vec<u8>);

impl DroppedFile for InMemory {
    fn size(&self) -> u64 {
        self.0.len() as u64
    }

    fn read(&self, from: u64, to: u64) -> LocalBoxFuture<'static, Result<Vec<u8>, String>> {
        let range = usize::try_from(from).unwrap_or(usize::MAX)..usize::try_from(to).unwrap_or(usize::MAX);
        let bytes = self.0.get(range).unwrap_or(&[]).to_vec();
        Box::pin(async move { Ok(bytes) })
    }
}
