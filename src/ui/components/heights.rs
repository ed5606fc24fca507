//! Where each row of a long list begins, when most rows have never been drawn.
//!
//! Every row counts with the estimated height until it was measured; what measuring changed is kept in a Fenwick tree,
//! so that both questions (where does row n begin? which row is at this place?) take a handful of additions for a
//! million rows. Pure: `tests/heights.rs` runs its tests natively.

/// The heights of the rows of one list, in CSS pixels.
pub(crate) struct Heights {
    estimate: f64,
    /// Per row, measured height minus estimate. Empty for rows of a fixed height, and until something was measured.
    known: Vec<f32>,
    /// The Fenwick tree over `known`, from index 1.
    tree: Vec<f64>,
    rows: usize,
}

impl Heights {
    /// `rows` rows of about this height.
    pub(crate) fn new(estimate: f64, rows: usize) -> Self {
        Self { estimate: estimate.max(1.0), known: Vec::new(), tree: Vec::new(), rows }
    }

    /// The list has grown or shrunk. What was measured is kept while it grows.
    pub(crate) fn set_rows(&mut self, rows: usize) {
        if rows == self.rows {
            return;
        }
        self.rows = rows;
        if self.known.is_empty() {
            return;
        }
        self.known.resize(rows, 0.0);
        self.tree = vec![0.0; rows + 1];
        for index in 0..rows {
            let delta = self.known.get(index).copied().unwrap_or(0.0);
            if delta != 0.0 {
                self.add(index, f64::from(delta));
            }
        }
    }

    /// Where a row begins. `begin(rows)` is the height of all.
    pub(crate) fn begin(&self, index: usize) -> f64 {
        let index = index.min(self.rows);
        let mut sum = index as f64 * self.estimate;
        let mut at = index;
        while at > 0 {
            sum += self.tree.get(at).copied().unwrap_or(0.0);
            at &= at - 1;
        }
        sum
    }

    /// The row at this place; the last one beyond the end.
    pub(crate) fn row_at(&self, place: f64) -> usize {
        if self.tree.is_empty() {
            return ((place / self.estimate).max(0.0) as usize).min(self.rows.saturating_sub(1));
        }
        let (mut at, mut sum) = (0usize, 0.0);
        let mut step = self.rows.next_power_of_two();
        while step > 0 {
            let next = at + step;
            if next <= self.rows {
                let reached = sum + step as f64 * self.estimate + self.tree.get(next).copied().unwrap_or(0.0);
                if reached <= place {
                    (at, sum) = (next, reached);
                }
            }
            step /= 2;
        }
        at.min(self.rows.saturating_sub(1))
    }

    /// A row was drawn, this high. Answers by how much it moves the rows below it.
    pub(crate) fn measured(&mut self, index: usize, height: f64) -> f64 {
        if index >= self.rows {
            return 0.0;
        }
        if self.known.is_empty() {
            self.known = vec![0.0; self.rows];
            self.tree = vec![0.0; self.rows + 1];
        }
        let Some(known) = self.known.get_mut(index) else { return 0.0 };
        let delta = (height - self.estimate) as f32;
        let moved = delta - *known;
        // Half a pixel is rounding, and answering to it could go on for ever.
        if moved.abs() < 0.5 {
            return 0.0;
        }
        *known = delta;
        self.add(index, f64::from(moved));
        f64::from(moved)
    }

    fn add(&mut self, index: usize, delta: f64) {
        let mut at = index + 1;
        while let Some(sum) = self.tree.get_mut(at) {
            *sum += delta;
            at += at & at.wrapping_neg();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_one_height_are_multiples() {
        let heights = Heights::new(30.0, 100_000);
        assert_eq!(heights.begin(99_999), 2_999_970.0);
        assert_eq!(heights.row_at(59.9), 1);
        assert_eq!(heights.row_at(60.0), 2);
        assert_eq!(heights.row_at(9e9), 99_999);
    }

    #[test]
    fn measured_rows_move_those_below_and_no_other() {
        let mut heights = Heights::new(30.0, 1_000);
        assert_eq!(heights.measured(3, 100.0), 70.0);
        assert_eq!(heights.measured(7, 10.0), -20.0);
        assert_eq!(heights.measured(3, 90.0), -10.0);
        assert_eq!(heights.begin(3), 90.0);
        assert_eq!(heights.begin(4), 180.0);
        assert_eq!(heights.begin(1_000), 30_000.0 + 60.0 - 20.0);
        for row in 0..1_000 {
            assert_eq!(heights.row_at(heights.begin(row)), row);
            assert_eq!(heights.row_at(heights.begin(row + 1) - 0.01), row);
        }
    }

    #[test]
    fn a_list_that_grows_keeps_what_was_measured() {
        let mut heights = Heights::new(30.0, 10);
        heights.measured(2, 50.0);
        heights.set_rows(20);
        assert_eq!(heights.begin(20), 620.0);
        heights.set_rows(2);
        assert_eq!(heights.begin(2), 60.0);
    }
}
