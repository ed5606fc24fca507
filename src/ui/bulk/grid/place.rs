//! Where somebody is in the grid, and where a key takes them. Pure: `tests/grid.rs` runs its tests natively.
//!
//! Row -1 is the header. Column 0 is that of the line numbers; the file's columns follow.

/// A cell of the grid.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Spot {
    /// Its row's index in the order; -1 is the header.
    pub(crate) row: i64,
    /// Its column; 0 is the line numbers.
    pub(crate) column: u16,
}

/// What is selected: a rectangle between two cells. The head is the one with the focus.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct At {
    /// Where selecting began.
    pub(crate) anchor: Spot,
    /// Where it has got to.
    pub(crate) head: Spot,
}

/// How large the grid is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Size {
    /// Rows without the header.
    pub(crate) rows: u32,
    /// Columns of the file.
    pub(crate) columns: u16,
    /// Rows that are in sight.
    pub(crate) page: u32,
}

/// A way to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Motion {
    /// One row up, to the header in the end.
    Up,
    /// One row down.
    Down,
    /// One column to the left.
    Left,
    /// One column to the right.
    Right,
    /// A screen up.
    PageUp,
    /// A screen down.
    PageDown,
    /// To the row's first cell.
    RowStart,
    /// To the row's last cell.
    RowEnd,
    /// To the column's first cell.
    ColumnStart,
    /// To the column's last cell.
    ColumnEnd,
    /// To the first cell of all.
    First,
    /// To the last cell of all.
    Last,
}

impl Spot {
    /// The nearest cell that there is.
    pub(crate) fn within(self, size: Size) -> Self {
        Self { row: self.row.clamp(-1, i64::from(size.rows) - 1), column: self.column.min(size.columns) }
    }
}

impl At {
    /// One cell.
    pub(crate) fn one(spot: Spot) -> Self {
        Self { anchor: spot, head: spot }
    }

    /// All of the table.
    pub(crate) fn all(size: Size) -> Self {
        let last = Spot { row: i64::from(size.rows) - 1, column: size.columns };
        Self { anchor: last, head: Spot { row: 0, column: 1 } }.within(size)
    }

    /// Whether it is more than one cell.
    pub(crate) fn is_many(self) -> bool {
        self.anchor != self.head
    }

    /// Both ends within the table.
    pub(crate) fn within(self, size: Size) -> Self {
        Self { anchor: self.anchor.within(size), head: self.head.within(size) }
    }

    /// Where a motion leads; with `extends`, what it selects.
    pub(crate) fn moved(self, motion: Motion, extends: bool, size: Size) -> Self {
        let (rows, columns, page) = (i64::from(size.rows), size.columns, i64::from(size.page.max(2)) - 1);
        let Spot { row, column } = self.head;
        let (row, column) = match motion {
            Motion::Up => (row - 1, column),
            Motion::Down => (row + 1, column),
            Motion::Left => (row, column.saturating_sub(1)),
            Motion::Right => (row, column.saturating_add(1)),
            // From the header a screen down is the first row's neighbourhood, and up leads into it only step by step.
            Motion::PageUp => ((row - page).max(0), column),
            Motion::PageDown => (row + page, column),
            Motion::RowStart => (row, 0),
            Motion::RowEnd => (row, columns),
            Motion::ColumnStart => (0, column),
            Motion::ColumnEnd => (rows - 1, column),
            Motion::First => (0, 0),
            Motion::Last => (rows - 1, columns),
        };
        // What is selected is cells, never the header.
        let lowest = if extends { 0.min(rows - 1) } else { -1 };
        let head = Spot { row: row.max(lowest), column }.within(size);
        if extends && self.anchor.row >= 0 { Self { anchor: self.anchor, head } } else { Self::one(head) }
    }

    /// The rectangle: first and last row, first and last column of the file, from 0. Where the line number is part of it,
    /// it is whole rows. Nothing in the header.
    pub(crate) fn block(self, size: Size) -> Option<((u32, u32), (u16, u16))> {
        let (top, bottom) = (self.anchor.row.min(self.head.row), self.anchor.row.max(self.head.row));
        let (left, right) = (self.anchor.column.min(self.head.column), self.anchor.column.max(self.head.column));
        let rows = (u32::try_from(top).ok()?, u32::try_from(bottom).ok()?);
        if size.columns == 0 || rows.1 >= size.rows {
            return None;
        }
        let columns = if left == 0 { (0, size.columns - 1) } else { (left - 1, right - 1) };
        Some((rows, columns))
    }

    /// Whether a cell is in the rectangle.
    pub(crate) fn holds(self, spot: Spot, size: Size) -> bool {
        let Some((rows, columns)) = self.block(size) else { return false };
        let in_rows = (i64::from(rows.0)..=i64::from(rows.1)).contains(&spot.row);
        let is_whole = self.anchor.column == 0 || self.head.column == 0;
        in_rows && if spot.column == 0 { is_whole } else { (columns.0..=columns.1).contains(&(spot.column - 1)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: Size = Size { rows: 100, columns: 40, page: 20 };

    fn at(row: i64, column: u16) -> At {
        At::one(Spot { row, column })
    }

    #[test]
    fn every_motion_stays_in_the_table() {
        let all = [
            Motion::Up,
            Motion::Down,
            Motion::Left,
            Motion::Right,
            Motion::PageUp,
            Motion::PageDown,
            Motion::RowStart,
            Motion::RowEnd,
            Motion::ColumnStart,
            Motion::ColumnEnd,
            Motion::First,
            Motion::Last,
        ];
        for rows in [0, 1, 100] {
            let size = Size { rows, ..SIZE };
            for motion in all {
                for extends in [false, true] {
                    for start in [at(-1, 0), at(0, 0), at(0, 40), at(99, 40), at(50, 7)] {
                        let start = start.within(size);
                        let there = start.moved(motion, extends, size);
                        assert_eq!(there, there.within(size), "{motion:?} from {start:?} of {rows} rows");
                        assert!(!extends || rows == 0 || there.head.row >= 0, "the header is not selected: {motion:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn keys_lead_where_they_say() {
        assert_eq!(at(0, 3).moved(Motion::Up, false, SIZE), at(-1, 3));
        assert_eq!(at(-1, 3).moved(Motion::Down, false, SIZE), at(0, 3));
        assert_eq!(at(30, 3).moved(Motion::PageDown, false, SIZE), at(49, 3));
        assert_eq!(at(5, 3).moved(Motion::PageUp, false, SIZE), at(0, 3));
        assert_eq!(at(30, 3).moved(Motion::RowEnd, false, SIZE), at(30, 40));
        assert_eq!(at(30, 3).moved(Motion::First, false, SIZE), at(0, 0));
        assert_eq!(at(30, 3).moved(Motion::Last, false, SIZE), at(99, 40));
    }

    #[test]
    fn shift_makes_a_rectangle_from_where_it_began() {
        let selected = at(10, 5).moved(Motion::Down, true, SIZE).moved(Motion::Left, true, SIZE).moved(Motion::Left, true, SIZE);
        assert_eq!(selected.block(SIZE), Some(((10, 11), (2, 4))));
        assert!(selected.holds(Spot { row: 11, column: 3 }, SIZE));
        assert!(!selected.holds(Spot { row: 11, column: 2 }, SIZE));
        assert!(!selected.holds(Spot { row: 12, column: 3 }, SIZE));
        let back = selected.moved(Motion::Up, true, SIZE).moved(Motion::Right, true, SIZE).moved(Motion::Right, true, SIZE);
        assert_eq!(back, at(10, 5));
    }

    #[test]
    fn with_a_line_number_the_row_is_whole() {
        assert_eq!(at(3, 0).block(SIZE), Some(((3, 3), (0, 39))));
        assert!(at(3, 0).holds(Spot { row: 3, column: 40 }, SIZE));
        assert_eq!(at(-1, 4).block(SIZE), None);
        assert_eq!(At::all(SIZE).block(SIZE), Some(((0, 99), (0, 39))));
    }
}
