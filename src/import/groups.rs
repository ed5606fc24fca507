//! Rows → products.
//!
//! In: the product id cell of every sound row, and the rows set aside. Out: one [`Group`] a product: its rows, its id, and
//! whether something outside its own cells stops it. Must never know: what the other columns hold.
//!
//! A row with a product id starts a product; a row with a blank one adds a permission entry to the product above
//! ([adss 37690410]). A damaged row may hide the id of another product, or an entry of the one above: unless it can be
//! told that it is another product's own row, the product above is not sent.

use super::damage::{Damaged, Key};
use super::edits::{Bits, View};
use super::sheet::Table;
use crate::domain::{ColumnId, PlacedId, ProductId, trimmed};

/// One product of the file: the row with its id and the permission rows below it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Group {
    /// Its id; nothing where the cell holds none that can be read, or where rows stand before the first product.
    pub id: Option<ProductId>,
    /// The physical line it starts on, from 1.
    pub line: u32,
    /// Its first sound row, from 0.
    pub first_row: u32,
    /// How many sound rows it has. None, where its only row is damaged.
    pub rows: u32,
    /// The index of its own row among the damaged ones, where it is one of them.
    aside: u32,
    flags: u8,
}

impl Group {
    const ORPHANS: u8 = 1;
    const DUPLICATE: u8 = 2;
    const DAMAGED: u8 = 4;
    const OWN_ROW_DAMAGED: u8 = 8;
    const LEFT_OUT: u8 = 16;

    const fn has(self, flag: u8) -> bool {
        self.flags & flag != 0
    }

    /// What begins it.
    pub(super) const fn anchor(self) -> Anchor {
        if self.has(Self::OWN_ROW_DAMAGED) { Anchor::Damaged(self.aside) } else { Anchor::Row(self.first_row) }
    }

    /// Its id, where it counts among those that may not be named twice.
    pub(super) fn counted_id(self) -> Option<ProductId> {
        self.id.filter(|_| !self.is_left_out())
    }

    /// Whether these are rows without a product above them.
    #[must_use]
    pub const fn is_orphaned(self) -> bool {
        self.has(Self::ORPHANS)
    }

    /// Whether the file names the product more than once.
    #[must_use]
    pub const fn is_duplicate(self) -> bool {
        self.has(Self::DUPLICATE)
    }

    /// Whether a damaged row belongs, or may belong, to it.
    #[must_use]
    pub const fn is_damaged(self) -> bool {
        self.has(Self::DAMAGED)
    }

    /// Whether its first sound row is its own (with the product id) rather than a permission row.
    #[must_use]
    pub const fn starts_with_own_row(self) -> bool {
        self.rows > 0 && !self.has(Self::OWN_ROW_DAMAGED) && !self.has(Self::ORPHANS)
    }

    /// Its own row among the rows set aside ([`Table::damaged`](super::Table::damaged)), where it is one of them.
    #[must_use]
    pub const fn damaged_row(self) -> Option<u32> {
        if self.has(Self::OWN_ROW_DAMAGED) { Some(self.aside) } else { None }
    }

    /// Whether a person left its own row, and so all of it, out.
    #[must_use]
    pub const fn is_left_out(self) -> bool {
        self.has(Self::LEFT_OUT)
    }

    /// Whether something outside its own cells stops it.
    #[must_use]
    pub const fn is_stopped(self) -> bool {
        self.flags != 0 || self.id.is_none()
    }
}

/// The groups of a file, and what stops some of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Groups {
    pub(super) list: Vec<Group>,
    /// Of each product named more than once: the group, and another one that names it. Sorted by group.
    pub(super) twins: Vec<(u32, u32)>,
    /// Of each group stopped by a damaged row that is not surely its own: the group and the damaged row's index.
    pub(super) stopped: Vec<(u32, u32)>,
    /// The groups that name a product that counts, by its id and then in the file's order.
    pub(super) by_id: Vec<u32>,
    /// A damaged row below the last group that was left out, and that may have been a product's own.
    doubtful: Option<u32>,
}

/// Gathers rows into groups. `id_of` gives the product id cell of a row, trimmed; `lines` the line of each row.
pub(super) fn gather<'a>(lines: &[u32], damaged: &[Damaged], id_of: impl Fn(u32) -> &'a str) -> Groups {
    gather_but(lines, damaged, id_of, |_| false)
}

/// Gathers the rows as a person's edits have them.
pub(super) fn gather_edited(view: View<'_>) -> Groups {
    let lines: Vec<u32> = (0..view.table.rows()).map(|row| view.table.row_line(row)).collect();
    gather_but(&lines, view.table.damaged(), |row| trimmed(view.of(row, ColumnId::ProductId)), |row| view.edits.is_left_out(row))
}

fn gather_but<'a>(
    lines: &[u32],
    damaged: &[Damaged],
    id_of: impl Fn(u32) -> &'a str,
    is_left_out: impl Fn(u32) -> bool,
) -> Groups {
    let mut groups = Groups::default();
    let mut aside = damaged.iter().enumerate().peekable();
    for row in 0..=lines.len() as u32 {
        while let Some((index, damage)) = aside.next_if(|(_, damage)| damage.before_row <= row) {
            groups.damage(index as u32, damage, row);
        }
        if let Some(&line) = lines.get(row as usize) {
            groups.row(row, line, id_of(row), is_left_out(row));
        }
    }
    groups.find_twins();
    groups
}

/// The flags of a group whose own row is this damaged one.
const fn of_own_row(damaged: &Damaged) -> u8 {
    Group::DAMAGED | Group::OWN_ROW_DAMAGED | if damaged.is_left_out { Group::LEFT_OUT } else { 0 }
}

impl Groups {
    fn row(&mut self, row: u32, line: u32, id: &str, is_left_out: bool) {
        let doubtful = if is_left_out && id.is_empty() { None } else { self.doubtful.take() };
        if !id.is_empty() {
            let id = ProductId::from_ascii(id.as_bytes()).ok();
            let flags = u8::from(is_left_out) * Group::LEFT_OUT;
            self.list.push(Group { id, line, first_row: row, rows: 1, aside: 0, flags });
        } else if let Some(above) = self.list.last_mut() {
            above.rows += 1;
            // It may be the row of the product that was left out.
            if let Some(index) = doubtful.filter(|_| !above.is_damaged()) {
                above.flags |= Group::DAMAGED;
                self.stopped.push((self.list.len() as u32 - 1, index));
            }
        } else {
            self.list.push(Group { id: None, line, first_row: row, rows: 1, aside: 0, flags: Group::ORPHANS });
        }
    }

    fn damage(&mut self, index: u32, damaged: &Damaged, row: u32) {
        if let Key::Id(id) = damaged.key {
            self.doubtful = None;
            self.list.push(Group {
                id: Some(id),
                line: damaged.line,
                first_row: row,
                rows: 0,
                aside: index,
                flags: of_own_row(damaged),
            });
        } else if damaged.is_left_out {
            self.doubtful = self.doubtful.or((damaged.key == Key::Unclear).then_some(index));
        } else if let Some(above) = self.list.last_mut().filter(|_| damaged.key != Key::Apart) {
            if !above.is_damaged() {
                self.stopped.push((self.list.len() as u32 - 1, index));
            }
            if let Some(above) = self.list.last_mut() {
                above.flags |= Group::DAMAGED;
            }
        }
    }

    /// Sorts (id, group): no hashing, so no file can be made to hash badly.
    fn find_twins(&mut self) {
        let ids = (0..).zip(&self.list);
        let mut keys: Vec<PlacedId> = ids.filter_map(|(index, group)| Some(group.counted_id()?.placed(index))).collect();
        keys.sort_unstable();
        let group = |key: Option<&PlacedId>| key.map_or(0, |key| key.place());
        for same in keys.chunk_by(|a, b| a.is_same_id(*b)).filter(|same| same.len() > 1) {
            let (first, second) = (group(same.first()), group(same.get(1)));
            let pair = |key| (group(Some(key)), if group(Some(key)) == first { second } else { first });
            self.twins.extend(same.iter().map(pair));
        }
        self.by_id = keys.iter().map(|key| key.place()).collect();
        self.twins.sort_unstable();
        for &(group, _) in &self.twins {
            if let Some(group) = self.list.get_mut(group as usize) {
                group.flags |= Group::DUPLICATE;
            }
        }
    }

    /// Another group that names the same product.
    pub(super) fn twin(&self, group: u32) -> Option<&Group> {
        let at = self.twins.binary_search_by_key(&group, |&(group, _)| group).ok()?;
        self.list.get(self.twins.get(at)?.1 as usize)
    }

    /// The damaged row that stops a group though it may be another product's.
    pub(super) fn stopper(&self, group: u32) -> Option<u32> {
        let at = self.stopped.binary_search_by_key(&group, |&(group, _)| group).ok()?;
        self.stopped.get(at).map(|&(_, damaged)| damaged)
    }
}

/// What begins a group. The place of an anchor (see [`Layout::place`]) is the group's name while cells are edited: groups
/// come and go with the key cells, and their numbers in a list would all change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Anchor {
    /// A sound row with something in its key cell; or row 0 without, the first of the rows above the first product.
    Row(u32),
    /// A damaged row that names its own product, by its index.
    Damaged(u32),
}

/// Where groups begin, kept while key cells are edited. It says of each group what [`gather`] says of the whole file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Layout {
    /// Rows with something in the key cell.
    own: Bits,
    rows: u32,
    /// Damaged rows that name their own product: sound rows before each, and its index.
    named: Vec<(u32, u32)>,
}

impl Layout {
    /// Of the groups that were gathered of a table.
    pub(super) fn of(table: &Table, groups: &[Group]) -> Self {
        let rows = table.rows();
        let mut own = Bits::of(rows);
        for group in groups.iter().filter(|group| group.starts_with_own_row()) {
            own.set(group.first_row, true);
        }
        let named = table.damaged().iter().enumerate().filter(|(_, damaged)| matches!(damaged.key, Key::Id(_)));
        Self { own, rows, named: named.map(|(index, damaged)| (damaged.before_row, index as u32)).collect() }
    }

    /// Says whether a row has something in its key cell.
    pub(super) fn set_own(&mut self, row: u32, own: bool) {
        self.own.set(row, own);
    }

    /// How many rows have something in the key cell.
    pub(super) fn own_rows(&self) -> u32 {
        self.own.count()
    }

    pub(super) fn is_own(&self, row: u32) -> bool {
        self.own.has(row)
    }

    /// The place of an anchor: how many rows, sound and damaged, stand before it.
    pub(super) fn place(damaged: &[Damaged], anchor: Anchor) -> u32 {
        match anchor {
            Anchor::Row(row) => row + damaged.partition_point(|aside| aside.before_row <= row) as u32,
            Anchor::Damaged(index) => index + damaged.get(index as usize).map_or(0, |aside| aside.before_row),
        }
    }

    /// The anchor at a place, if one is there.
    pub(super) fn at(&self, damaged: &[Damaged], place: u32) -> Option<Anchor> {
        // The k-th damaged row stands behind `before_row` sound ones and k damaged ones.
        let (mut low, mut high) = (0, damaged.len() as u32);
        while low < high {
            let middle = low + (high - low) / 2;
            if Self::place(damaged, Anchor::Damaged(middle)) < place { low = middle + 1 } else { high = middle }
        }
        if damaged.get(low as usize).is_some_and(|_| Self::place(damaged, Anchor::Damaged(low)) == place) {
            return self.named.binary_search_by_key(&low, |&(_, index)| index).is_ok().then_some(Anchor::Damaged(low));
        }
        let row = place.checked_sub(low).filter(|&row| row < self.rows)?;
        (self.own.has(row) || self.anchor(row) == Anchor::Row(row)).then_some(Anchor::Row(row))
    }

    /// What begins the group that a row belongs to.
    pub(super) fn anchor(&self, row: u32) -> Anchor {
        let own = self.own.last_up_to(row);
        let named = self.named.partition_point(|&(before, _)| before <= row).checked_sub(1).and_then(|at| self.named.get(at));
        match (own, named) {
            (Some(own), Some(&(before, index))) if before > own => Anchor::Damaged(index),
            (Some(own), _) => Anchor::Row(own),
            (None, Some(&(_, index))) => Anchor::Damaged(index),
            (None, None) => Anchor::Row(0),
        }
    }

    /// The group above the one that begins here.
    pub(super) fn above(&self, damaged: &[Damaged], anchor: Anchor) -> Option<Anchor> {
        let (row, index) = match anchor {
            Anchor::Row(row) => (row, damaged.partition_point(|aside| aside.before_row <= row) as u32),
            Anchor::Damaged(index) => (damaged.get(index as usize)?.before_row, index),
        };
        let named = self.named.partition_point(|&(_, at)| at < index).checked_sub(1).and_then(|at| self.named.get(at));
        // One that stands between the row above and this one.
        if let Some(&(_, index)) = named.filter(|&&(before, _)| before == row) {
            return Some(Anchor::Damaged(index));
        }
        row.checked_sub(1).map(|row| self.anchor(row))
    }

    /// Every group, in the file's order.
    pub(super) fn anchors<'a>(&'a self, damaged: &'a [Damaged]) -> impl Iterator<Item = Anchor> + 'a {
        let first = match self.named.first() {
            Some(&(0, index)) => Some(Anchor::Damaged(index)),
            _ if self.rows > 0 => Some(Anchor::Row(0)),
            other => other.map(|&(_, index)| Anchor::Damaged(index)),
        };
        std::iter::successors(first, move |&anchor| self.next(damaged, anchor))
    }

    /// The next group, and so the end of this one.
    fn next(&self, damaged: &[Damaged], anchor: Anchor) -> Option<Anchor> {
        let (own, index) = match anchor {
            Anchor::Row(row) => (self.own.next_above(row), damaged.partition_point(|aside| aside.before_row <= row) as u32),
            Anchor::Damaged(index) => {
                let row = damaged.get(index as usize)?.before_row;
                (if self.own.has(row) { Some(row) } else { self.own.next_above(row) }, index + 1)
            }
        };
        let named = self.named.get(self.named.partition_point(|&(_, at)| at < index));
        match (own, named) {
            (Some(own), Some(&(before, index))) if before <= own => Some(Anchor::Damaged(index)),
            (Some(own), _) => Some(Anchor::Row(own)),
            (None, named) => named.map(|&(_, index)| Anchor::Damaged(index)),
        }
    }

    /// The group that begins here, and the damaged row that stops it though it may be another product's. `is_duplicate`
    /// says whether its id is named elsewhere.
    pub(super) fn group(&self, view: View<'_>, anchor: Anchor, is_duplicate: impl Fn(ProductId) -> bool) -> (Group, Option<u32>) {
        let damaged = view.table.damaged();
        let end = self.next(damaged, anchor);
        let end_row = match end {
            None => self.rows,
            Some(Anchor::Row(row)) => row,
            Some(Anchor::Damaged(index)) => damaged.get(index as usize).map_or(self.rows, |aside| aside.before_row),
        };
        let end_index = match end {
            None => damaged.len() as u32,
            Some(Anchor::Row(row)) => damaged.partition_point(|aside| aside.before_row <= row) as u32,
            Some(Anchor::Damaged(index)) => index,
        };
        let (mut group, first_index) = match anchor {
            Anchor::Row(row) => {
                let own = self.own.has(row);
                let id = if own { view.of(row, ColumnId::ProductId).trim() } else { "" };
                let left_out = if own && view.edits.is_left_out(row) { Group::LEFT_OUT } else { 0 };
                let flags = if own { left_out } else { Group::ORPHANS };
                let id = ProductId::from_ascii(id.as_bytes()).ok();
                let group = Group { id, line: view.table.row_line(row), first_row: row, rows: end_row - row, aside: 0, flags };
                (group, damaged.partition_point(|aside| aside.before_row <= row) as u32)
            }
            Anchor::Damaged(index) => {
                let aside = damaged.get(index as usize);
                let id = aside.and_then(|aside| if let Key::Id(id) = aside.key { Some(id) } else { None });
                let first_row = aside.map_or(0, |aside| aside.before_row);
                let flags = aside.map_or(0, of_own_row);
                let line = aside.map_or(0, |aside| aside.line);
                (Group { id, line, first_row, rows: end_row - first_row, aside: index, flags }, index + 1)
            }
        };
        // One that was left out stops it where rows follow: they may be those of the product that was left out.
        let may_be_its = |index: &u32| {
            damaged.get(*index as usize).is_some_and(|aside| match aside.is_left_out {
                true => aside.key == Key::Unclear && (aside.before_row..end_row).any(|row| !view.edits.is_left_out(row)),
                false => aside.key != Key::Apart,
            })
        };
        let stopper = (first_index..end_index).find(may_be_its).filter(|_| !group.is_damaged());
        if stopper.is_some() {
            group.flags |= Group::DAMAGED;
        }
        if group.counted_id().is_some_and(is_duplicate) {
            group.flags |= Group::DUPLICATE;
        }
        (group, stopper)
    }
}

#[cfg(test)]
mod tests;
