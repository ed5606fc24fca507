//! A checked file that a person puts right, cell by cell.
//!
//! In: a finished check, then edits. Out: after each edit the issues as if everything had been checked again, at the cost of
//! the few products the edit can affect; the updates of what is right. Must never know: screens, undo stacks (an edit gives
//! back the one that undoes it).
//!
//! # What an edit can affect
//!
//! Its own product; where the key cell changes, the product above, which may gain or lose rows, and another product of the
//! old or the new id; where codes change, the first other product with one of them. What was found in these is taken back,
//! and they are read again. Which products share an id or a code is kept in two [`Index`]es.
//!
//! Products are named by their place in the file, sound and damaged rows counted: a number that no edit changes.

use super::check::{Checker, Counts, Done, counts, note_code, place_of};
use super::columns::Columns;
use super::edits::{Bits, Edits, View};
use super::formats::{CellRules, ColumnChoice};
use super::groups::{Anchor, Group, Layout};
use super::index::Index;
use super::issue::{Detail, Issue, Rule, Severity};
use super::notes::{Found, Notes, RULES, by_rule, note_file, note_settled, of_header};
use super::sheet::Table;
use super::survey::{Findings, Question, Sample};
use super::tally::Tallies;
use super::updates::{Outside, check, code_at, codes_of, read};
use crate::domain::{COLUMNS, ColumnId as C, ProductId, ProductUpdate};
use std::collections::{BTreeMap, HashSet};
use std::rc::Rc;

mod altering;
mod order;
#[cfg(test)]
mod tests;

pub use altering::{Affected, Step};
pub use order::Needle;

/// A checked file with a person's edits over it.
#[derive(Debug)]
pub struct Draft {
    table: Rc<Table>,
    columns: Columns,
    edits: Edits,
    findings: Findings,
    /// What was counted of the columns of dates and numbers.
    tallies: Tallies,
    /// Columns of which it is chosen how they are read.
    answered: Vec<C>,
    layout: Layout,
    /// Product ids, by the place of their product.
    ids: Index<ProductId>,
    /// Hashes of voucher codes, by the row of their product.
    codes: Index<u64>,
    /// What was found in each product that has an issue, by its place; sorted.
    found: BTreeMap<u32, Vec<Found>>,
    /// Places of products without an error.
    sendable: Bits,
    sendable_count: u32,
    by_rule: [u32; RULES],
    filled: [u32; COLUMNS.len()],
    unnamed: Vec<(u16, u32)>,
    named_at_first: u32,
}

/// Of each product one group; see [`Draft::named`].
fn one_for_each<G: Iterator<Item = Group>>(groups: impl Fn() -> G, is_any_left_out: bool) -> impl Iterator<Item = Group> {
    let stands = groups().filter(|group| is_any_left_out && !group.is_left_out()).filter_map(|group| group.id);
    let stands: HashSet<ProductId> = if is_any_left_out { stands.collect() } else { HashSet::new() };
    let mut seen = HashSet::new();
    groups().filter(move |group| {
        let may_be_again = group.is_duplicate() || group.is_left_out();
        let is_again = may_be_again && group.id.is_some_and(|id| !seen.insert(id));
        let is_elsewhere = group.is_left_out() && group.id.is_some_and(|id| stands.contains(&id));
        !group.is_orphaned() && !is_again && !is_elsewhere
    })
}

fn is_any_left_out(table: &Table, edits: &Edits) -> bool {
    edits.left_out().next().is_some() || table.damaged().iter().any(|damaged| damaged.is_left_out)
}

/// Which issues are looked for. Nothing said is every one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Errors alone, or warnings alone.
    pub severity: Option<Severity>,
    /// Of one rule alone.
    pub rule: Option<Rule>,
    /// In one column alone.
    pub column: Option<C>,
}

impl Wanted {
    fn takes(self, found: &Found) -> bool {
        self.severity.is_none_or(|severity| severity == found.rule.severity())
            && self.rule.is_none_or(|rule| rule == found.rule)
            && self.column.is_none_or(|column| Some(column) == found.column)
    }
}

impl Draft {
    /// Checks a whole table in one go; [`Checker::into_draft`] gives the same a piece at a time.
    #[must_use]
    pub fn new(table: Rc<Table>, columns: Columns, edits: Edits, rules: CellRules) -> Self {
        let mut checker = Checker::of_draft(&table, columns, edits, rules);
        while !checker.step(&table, u32::MAX) {}
        checker.into_draft(table)
    }

    pub(super) fn of(table: Rc<Table>, done: Done) -> Self {
        let Done { columns, edits, findings, tallies, answered, groups, mut notes, sendable: ready, unnamed } = done;
        let gathered = groups.as_ref().unwrap_or(&table.groups);
        let groups = &gathered.list;
        let layout = Layout::of(&table, groups);
        // Counted here, where the groups are at hand: to gather them again takes a tenth of the time of it all.
        let named = one_for_each(|| groups.iter().copied(), is_any_left_out(&table, &edits)).count();
        let by_id = gathered.by_id.iter().filter_map(|index| groups.get(*index as usize));
        let ids = by_id.filter_map(|group| Some((group.counted_id()?, place_of(&table, *group)))).collect();
        let codes = std::mem::take(&mut notes.codes).into_iter().map(|(hash, row, _)| (hash, row)).collect();
        let mut found: BTreeMap<u32, Vec<Found>> = BTreeMap::new();
        for (place, one) in notes.found.take().unwrap_or_default() {
            found.entry(place).or_default().push(one);
        }
        found.values_mut().for_each(|list| list.sort_unstable());
        let mut sendable = Bits::of(table.rows() + table.damaged().len() as u32);
        for group in ready.iter().filter_map(|index| groups.get(*index as usize)) {
            sendable.set(place_of(&table, *group), true);
        }
        let (sendable_count, by_rule, filled) = (ready.len() as u32, notes.by_rule, notes.filled);
        let (ids, codes) = (Index::new(ids), Index::new(codes));
        Self {
            table,
            columns,
            edits,
            findings,
            tallies,
            answered,
            layout,
            ids,
            codes,
            found,
            sendable,
            sendable_count,
            by_rule,
            filled,
            unnamed,
            named_at_first: named as u32,
        }
    }

    fn view(&self) -> View<'_> {
        View { table: &self.table, columns: &self.columns, edits: &self.edits }
    }

    /// The file as it was read.
    #[must_use]
    pub const fn table(&self) -> &Rc<Table> {
        &self.table
    }

    /// The columns as they are mapped.
    #[must_use]
    pub const fn columns(&self) -> &Columns {
        &self.columns
    }

    /// What was changed.
    #[must_use]
    pub const fn edits(&self) -> &Edits {
        &self.edits
    }

    /// How the cells are read, and what is to be asked about that.
    #[must_use]
    pub const fn findings(&self) -> &Findings {
        &self.findings
    }

    /// A cell as it stands; nothing outside the table.
    #[must_use]
    pub fn cell(&self, row: u32, column: usize) -> &str {
        self.view().cell(row, column)
    }

    /// How many issues of each rule there are, for those that have any.
    #[must_use]
    pub fn by_rule(&self) -> Vec<(Rule, u32)> {
        by_rule(&self.by_rule)
    }

    /// How many products can be sent.
    #[must_use]
    pub const fn sendable(&self) -> u32 {
        self.sendable_count
    }

    /// Where the rows went. Goes through all products.
    #[must_use]
    pub fn counts(&self) -> Counts {
        counts(self.view(), self.products(), &self.filled, self.sendable_count)
    }

    /// How many rows have something in the product id cell.
    #[must_use]
    pub fn own_rows(&self) -> u32 {
        self.layout.own_rows()
    }

    /// The products as they stand, in the file's order. Rows above the first product are one as well.
    pub fn products(&self) -> impl Iterator<Item = Group> {
        let shared = self.ids.shared();
        self.layout.anchors(self.table.damaged()).map(move |anchor| {
            let place = Layout::place(self.table.damaged(), anchor);
            self.layout.group(self.view(), anchor, |_| shared.has(place)).0
        })
    }

    /// The groups that are products, one for each: rows before the first product are none, and of a product that is named
    /// twice (and so not sent) the first stands for both. One that is left out counts only where no other stands for it.
    pub fn named(&self) -> impl Iterator<Item = Group> {
        one_for_each(|| self.products(), is_any_left_out(&self.table, &self.edits))
    }

    /// How many of them there were when all was checked.
    #[must_use]
    pub const fn named_at_first(&self) -> u32 {
        self.named_at_first
    }

    /// The product that a row belongs to.
    #[must_use]
    pub fn product(&self, row: u32) -> Option<Group> {
        (row < self.table.rows()).then(|| self.group(self.layout.anchor(row)).0)
    }

    /// Whether no error stops a product.
    #[must_use]
    pub fn is_sendable(&self, product: Group) -> bool {
        self.sendable.has(place_of(&self.table, product))
    }

    /// The typed update of a product as it stands, or nothing where an error stops it. Built anew on each call.
    #[must_use]
    pub fn update(&self, product: Group) -> Option<ProductUpdate> {
        let anchor = self.layout.at(self.table.damaged(), place_of(&self.table, product))?;
        let (group, outside) = self.group(anchor);
        read(self.view(), group, outside, &self.findings.rules, &mut Notes::listing(0))
    }

    /// What is wrong outside the products: columns that are not sent, damaged rows.
    #[must_use]
    pub fn issues_of_file(&self) -> Vec<Issue> {
        let mut notes = Notes::listing(usize::MAX);
        note_file(&self.table, &self.columns, &mut notes);
        for &(position, _) in self.unnamed.iter().filter(|(_, filled)| *filled > 0) {
            let ignored = (Rule::IgnoredColumn, Detail::None);
            notes.of_file(Rule::IgnoredColumn, || of_header(self.table.header_line(), position, "", ignored));
        }
        note_settled(self.view(), &self.findings, &mut notes);
        notes.into_issues()
    }

    /// What is wrong with one row.
    #[must_use]
    pub fn issues_of_row(&self, row: u32) -> Vec<Issue> {
        if row >= self.table.rows() {
            return Vec::new();
        }
        let mut issues = self.read_again(self.layout.anchor(row), usize::MAX).0.into_issues();
        issues.retain(|issue| issue.row == Some(row));
        issues
    }

    /// What is wrong with a product, its rows in their order.
    #[must_use]
    pub fn issues_of(&self, product: Group) -> Vec<Issue> {
        self.read_again(product.anchor(), usize::MAX).0.into_issues()
    }

    /// The cells with a wanted issue, by row and column, each once. Issues of a whole row are at none.
    #[must_use]
    pub fn cells_with(&self, wanted: Wanted) -> Vec<(u32, u16)> {
        let all = self.found.values().flatten().filter(|found| wanted.takes(found));
        let mut cells: Vec<_> = all.filter_map(|found| Some((found.row?, self.columns.position(found.column?)?))).collect();
        cells.sort_unstable();
        cells.dedup();
        cells
    }

    /// How many issues of products are wanted.
    #[must_use]
    pub fn count(&self, wanted: Wanted) -> u32 {
        self.found.values().flatten().filter(|found| wanted.takes(found)).count() as u32
    }

    /// A window of the wanted issues of products, in the file's order.
    #[must_use]
    pub fn issues(&self, wanted: Wanted, from: u32, most: u32) -> Vec<Issue> {
        let (mut skip, mut out) = (from as usize, Vec::new());
        for (&place, list) in &self.found {
            let here = list.iter().filter(|found| wanted.takes(found)).count();
            if here <= skip {
                skip -= here;
                continue;
            }
            let Some(anchor) = self.layout.at(self.table.damaged(), place) else { continue };
            let issues = self.read_again(anchor, usize::MAX).0.into_issues();
            let is_wanted = |issue: &Issue| {
                wanted.takes(&Found { row: issue.row, column: issue.column.and_then(|(_, id)| id), rule: issue.rule })
            };
            out.extend(issues.into_iter().filter(is_wanted).skip(skip));
            skip = 0;
            if out.len() >= most as usize {
                break;
            }
        }
        out.truncate(most as usize);
        out
    }

    /// The rows with a wanted issue, ascending, each once.
    #[must_use]
    pub fn rows_with(&self, wanted: Wanted) -> Vec<u32> {
        let all = self.found.values().flatten().filter(|found| wanted.takes(found));
        let mut rows: Vec<u32> = all.filter_map(|found| found.row).collect();
        rows.dedup();
        rows
    }

    /// The first cell with a wanted issue behind the cell at (`row`, `column`); issues of a whole row are at its column 0.
    #[must_use]
    pub fn next_issue(&self, row: u32, column: u16, wanted: Wanted) -> Option<(u32, u16)> {
        let from = Layout::place(self.table.damaged(), self.layout.anchor(row));
        let lists = self.found.range(from..);
        lists.map(|(_, list)| self.spots(list, wanted).filter(|spot| *spot > (row, column)).min()).find_map(|spot| spot)
    }

    /// The last cell with a wanted issue before the cell at (`row`, `column`).
    #[must_use]
    pub fn previous_issue(&self, row: u32, column: u16, wanted: Wanted) -> Option<(u32, u16)> {
        let to = Layout::place(self.table.damaged(), self.layout.anchor(row));
        let lists = self.found.range(..=to).rev();
        lists.map(|(_, list)| self.spots(list, wanted).filter(|spot| *spot < (row, column)).max()).find_map(|spot| spot)
    }

    fn spots<'a>(&'a self, list: &'a [Found], wanted: Wanted) -> impl Iterator<Item = (u32, u16)> + 'a {
        let all = list.iter().filter(move |found| wanted.takes(found));
        all.filter_map(|found| Some((found.row?, found.column.and_then(|column| self.columns.position(column)).unwrap_or(0))))
    }

    /// The answers there are for a column of dates or numbers, with what each makes of some cells: to ask, or to change what
    /// was settled.
    #[must_use]
    pub fn answers(&self, column: C) -> Option<Question> {
        self.tallies.answers(self.view(), column)
    }

    /// What a choice makes of some cells of a column of dates or numbers: the same cells as in its question.
    #[must_use]
    pub fn samples(&self, column: C, choice: ColumnChoice) -> Vec<Sample> {
        self.tallies.samples(self.view(), column, choice)
    }

    /// Whether a row has a code: equal hashes are not yet equal codes.
    fn has_code(&self, row: u32, hash: u64, code: &str) -> bool {
        codes_of(self.view(), row, &self.findings.rules).any(|(other_hash, other)| other_hash == hash && other == code)
    }

    fn group(&self, anchor: Anchor) -> (Group, Outside) {
        let place = Layout::place(self.table.damaged(), anchor);
        let twin_of = |id| self.ids.places(id).find(|twin| *twin != place);
        let (group, stopper) = self.layout.group(self.view(), anchor, |id| twin_of(id).is_some());
        let twin = group.id.filter(|_| group.is_duplicate()).and_then(twin_of);
        let line = |place: u32| match self.layout.at(self.table.damaged(), place)? {
            Anchor::Row(row) => Some(self.table.row_line(row)),
            Anchor::Damaged(index) => self.table.damaged().get(index as usize).map(|damaged| damaged.line),
        };
        let stopper = stopper.and_then(|index| self.table.damaged().get(index as usize)).map(|damaged| damaged.line);
        (group, Outside { place, twin: twin.and_then(line), stopper })
    }

    /// Reads one product, keeping the words of up to `most` issues; says whether it can be sent.
    fn read_again(&self, anchor: Anchor, most: usize) -> (Notes, bool) {
        let (group, outside) = self.group(anchor);
        let (view, rules, mut notes) = (self.view(), &self.findings.rules, Notes::gathering(most));
        let ok = check(view, group, outside, rules, &mut notes);
        for (hash, row, start) in std::mem::take(&mut notes.codes) {
            let Some(code) = code_at(view, row, start, rules) else { continue };
            let first = self.codes.places(hash).find(|&other| other == row || self.has_code(other, hash, code));
            if let Some(first) = first.filter(|&first| first != row) {
                note_code(view, row, first, code, &mut notes);
            }
        }
        (notes, ok)
    }

    /// Everything that is kept, for comparing a draft that was edited with one that was checked whole.
    #[cfg(test)]
    fn state(&self) -> impl PartialEq + std::fmt::Debug + use<> {
        let anchors: Vec<_> = self.layout.anchors(self.table.damaged()).collect();
        let sendable: Vec<_> = self.products().map(|group| (group, self.is_sendable(group))).collect();
        let mut by_rule = self.by_rule.to_vec();
        // What is settled once is no longer inferred.
        by_rule[Rule::SettledColumn as usize] = 0;
        let kept = (self.found.clone(), by_rule, self.filled.to_vec(), self.sendable_count, self.unnamed.clone());
        let issues = self.issues(Wanted::default(), 0, u32::MAX);
        let asked = self.findings.questions.clone();
        (anchors, sendable, self.ids.pairs(), self.codes.pairs(), kept, self.layout.clone(), (issues, asked))
    }
}
