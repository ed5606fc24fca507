//! Rows → products.
//!
//! In: the product id cell of every sound row, and the rows set aside. Out: one [`Group`] a product: its rows, its id, and
//! whether something outside its own cells stops it. Must never know: what the other columns hold.
//!
//! A row with a product id starts a product; a row with a blank one adds a permission entry to the product above
//! ([adss 37690410]). A damaged row may hide the id of another product, or an entry of the one above: unless it can be
//! told that it is another product's own row, the product above is not sent.

use super::damage::{Damaged, Key};
use crate::domain::ProductId;

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
    flags: u8,
}

impl Group {
    const ORPHANS: u8 = 1;
    const DUPLICATE: u8 = 2;
    const DAMAGED: u8 = 4;
    const OWN_ROW_DAMAGED: u8 = 8;

    const fn has(self, flag: u8) -> bool {
        self.flags & flag != 0
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
}

/// Gathers rows into groups. `id_of` gives the product id cell of a row, trimmed; `lines` the line of each row.
pub(super) fn gather<'a>(lines: &[u32], damaged: &[Damaged], id_of: impl Fn(u32) -> &'a str) -> Groups {
    let mut groups = Groups::default();
    let mut aside = damaged.iter().enumerate().peekable();
    for row in 0..=lines.len() as u32 {
        while let Some((index, damage)) = aside.next_if(|(_, damage)| damage.before_row <= row) {
            groups.damage(index as u32, damage, row);
        }
        if let Some(&line) = lines.get(row as usize) {
            groups.row(row, line, id_of(row));
        }
    }
    groups.find_twins();
    groups
}

impl Groups {
    fn row(&mut self, row: u32, line: u32, id: &str) {
        if !id.is_empty() {
            let id = ProductId::from_ascii(id.as_bytes()).ok();
            self.list.push(Group { id, line, first_row: row, rows: 1, flags: 0 });
        } else if let Some(above) = self.list.last_mut() {
            above.rows += 1;
        } else {
            self.list.push(Group { id: None, line, first_row: row, rows: 1, flags: Group::ORPHANS });
        }
    }

    fn damage(&mut self, index: u32, damaged: &Damaged, row: u32) {
        if let Key::Id(id) = damaged.key {
            let flags = Group::DAMAGED | Group::OWN_ROW_DAMAGED;
            self.list.push(Group { id: Some(id), line: damaged.line, first_row: row, rows: 0, flags });
        } else if let Some(above) = self.list.last_mut().filter(|_| damaged.key != Key::Apart) {
            if !above.is_damaged() {
                self.stopped.push((self.list.len() as u32 - 1, index));
            }
            if let Some(above) = self.list.last_mut() {
                above.flags |= Group::DAMAGED;
            }
        }
    }

    /// Sorts (id, group) as single numbers: no hashing, so no file can be made to hash badly.
    fn find_twins(&mut self) {
        let mut keys: Vec<(ProductId, u32)> =
            self.list.iter().enumerate().filter_map(|(index, group)| Some((group.id?, index as u32))).collect();
        keys.sort_unstable();
        for same in keys.chunk_by(|a, b| a.0 == b.0).filter(|same| same.len() > 1) {
            let first = same.first().map_or(0, |key| key.1);
            let second = same.get(1).map_or(0, |key| key.1);
            self.twins.extend(same.iter().map(|&(_, group)| (group, if group == first { second } else { first })));
        }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::damage::Damage;

    const A: &str = "507f1f77bcf86cd799439011";
    const B: &str = "507f1f77bcf86cd799439012";

    fn damaged(before_row: u32, key: Key) -> Damaged {
        Damaged { line: 9, lines: 1, found_on: 9, damage: Damage::QuoteInside, before_row, key, text: "".into() }
    }

    #[test]
    fn a_blank_id_belongs_to_the_product_above() {
        let ids = ["", A, "", "", B];
        let groups = gather(&[2, 3, 4, 5, 6], &[], |row| ids[row as usize]).list;
        assert_eq!(
            groups.iter().map(|g| (g.line, g.rows, g.is_stopped())).collect::<Vec<_>>(),
            [(2, 1, true), (3, 3, false), (6, 1, false)]
        );
    }

    #[test]
    fn damage_stops_the_product_above_unless_it_names_its_own() {
        let ids = [A, B];
        let stopped = |key| gather(&[2, 4], &[damaged(1, key)], |row| ids[row as usize]).list;
        assert_eq!(stopped(Key::Unclear).iter().map(|g| g.is_stopped()).collect::<Vec<_>>(), [true, false]);
        assert_eq!(stopped(Key::Blank).iter().map(|g| g.is_stopped()).collect::<Vec<_>>(), [true, false]);
        let own = stopped(Key::Id(ProductId::from_bytes([7; 12])));
        assert_eq!(own.iter().map(|g| g.is_stopped()).collect::<Vec<_>>(), [false, true, false]);
        let twice = stopped(Key::Id(A.parse().unwrap()));
        assert_eq!(twice.iter().map(|g| g.is_stopped()).collect::<Vec<_>>(), [true, true, false]);
    }
}
