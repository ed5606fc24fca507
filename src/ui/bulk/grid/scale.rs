//! From how far the grid is scrolled to what is drawn, and back. All rows have one height. Pure: `tests/grid.rs` runs its
//! tests natively.

/// The height of a row in CSS pixels, as the style sheet has it.
pub(crate) const ROW: f64 = 34.0;
/// The height of the header.
pub(crate) const HEAD: f64 = 40.0;
/// Rows drawn beyond each edge, so that slow scrolling never shows a gap.
const BEYOND: u32 = 6;
/// Never more rows than this, however tall the screen. The header, and the row with the focus where it is elsewhere, come to them.
const MOST: u32 = 58;
/// Browsers give up placing things somewhere beyond 16 million pixels; longer lists are scrolled at a coarser scale.
const TALLEST: f64 = 12_000_000.0;

/// What is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Frame {
    /// The first row.
    pub(crate) first: u32,
    /// The one after the last.
    pub(crate) end: u32,
    /// Where the first row begins, in pixels.
    pub(crate) top: f64,
}

/// How high all rows are, as far as the browser is told.
pub(crate) fn height(rows: u32) -> f64 {
    (f64::from(rows) * ROW).min(TALLEST)
}

/// Rows a pixel of scrolling is worth, times [`ROW`].
fn scale(rows: u32, seen: f64) -> f64 {
    let (full, shown) = (f64::from(rows) * ROW, height(rows));
    if full > shown && shown > seen { (full - seen) / (shown - seen) } else { 1.0 }
}

/// What is drawn when `seen` pixels of rows are in sight, `top` pixels from the beginning.
pub(crate) fn frame(rows: u32, top: f64, seen: f64) -> Frame {
    let top = top.clamp(0.0, (height(rows) - seen).max(0.0));
    let place = top * scale(rows, seen);
    let first = ((place / ROW) as u32).saturating_sub(BEYOND).min(rows);
    let end = (((place + seen) / ROW) as u32).saturating_add(1 + BEYOND).min(rows).min(first.saturating_add(MOST));
    Frame { first, end, top: top - (place - f64::from(first) * ROW) }
}

impl Frame {
    /// Where a row begins. One that is far away is near enough for its place not to matter.
    pub(crate) fn top_of(self, row: u32) -> f64 {
        let away = (f64::from(row) - f64::from(self.first)) * ROW;
        (self.top + away.clamp(-4_000.0, 4_000.0)).max(-ROW)
    }
}

/// How far to scroll so that a row is in sight; nothing where it is.
pub(crate) fn scroll_to(rows: u32, row: u32, top: f64, seen: f64) -> Option<f64> {
    let scale = scale(rows, seen);
    let place = top * scale;
    let begins = f64::from(row) * ROW;
    let wanted = if begins < place {
        begins
    } else if begins + ROW > place + seen {
        begins + ROW - seen
    } else {
        return None;
    };
    Some((wanted / scale).max(0.0))
}

/// Where each column begins, and at the end where the last one ends. `widths` has the line numbers' first.
pub(crate) fn edges(widths: &[u32]) -> Vec<u32> {
    let ends = widths.iter().scan(0, |x, width| {
        *x += width;
        Some(*x)
    });
    std::iter::once(0).chain(ends).collect()
}

/// The first column in sight and the one after the last, one more at each side.
pub(crate) fn columns_in_sight(edges: &[u32], left: f64, width: f64) -> (u16, u16) {
    let columns = edges.len().saturating_sub(1);
    let first = edges.partition_point(|edge| f64::from(*edge) <= left).saturating_sub(2);
    let end = edges.partition_point(|edge| f64::from(*edge) < left + width) + 1;
    (first.min(columns) as u16, end.min(columns) as u16)
}

/// How far to scroll sideways so that what lies between two edges is in sight, `stuck` pixels of which are covered; nothing where it is.
pub(crate) fn scroll_across((begins, ends): (f64, f64), stuck: f64, left: f64, width: f64) -> Option<f64> {
    if begins < left + stuck || ends - begins > width - stuck {
        let wanted = (begins - stuck).max(0.0);
        (wanted != left).then_some(wanted)
    } else if ends > left + width {
        Some(ends - width)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_in_sight_is_drawn_and_little_more() {
        for rows in [0, 1, 30, 133_313, 3_000_000] {
            for seen in [300.0, 612.0, 5_000.0] {
                let most = (height(rows) - seen).max(0.0);
                for part in 0..=100 {
                    let top = most * f64::from(part) / 100.0;
                    let frame = frame(rows, top, seen);
                    assert!(frame.end - frame.first <= MOST, "{frame:?}");
                    assert!(frame.end <= rows);
                    if rows > 0 {
                        let (first, last) = (frame.top_of(frame.first), frame.top_of(frame.end - 1) + ROW);
                        assert!(first <= top + 0.01 || frame.first == 0, "{frame:?} at {top}");
                        assert!(
                            last + 0.01 >= (top + seen).min(height(rows)) || frame.end - frame.first == MOST,
                            "{frame:?} at {top} of {rows}"
                        );
                    }
                }
                let last = frame(rows, most, seen);
                assert_eq!(last.end, rows.min(last.first + MOST), "the last row is drawn at the end");
            }
        }
    }

    #[test]
    fn a_row_that_is_scrolled_to_is_in_sight() {
        for rows in [10, 133_313, 3_000_000] {
            for row in [0, 1, 7, rows / 3, rows - 1] {
                for top in [0.0, 5_000.0, height(rows)] {
                    let top = top.min((height(rows) - 612.0).max(0.0));
                    let there = scroll_to(rows, row, top, 612.0).unwrap_or(top);
                    let frame = frame(rows, there, 612.0);
                    assert!((frame.first..frame.end).contains(&row), "{row} of {rows}: {frame:?}");
                    let begins = frame.top_of(row);
                    assert!(begins + 1.0 >= there && begins + ROW <= there + 612.0 + 1.0, "{row} of {rows} at {begins}, {there}");
                    let again = scroll_to(rows, row, there, 612.0).unwrap_or(there);
                    assert!((again - there).abs() < 1.0, "once there, there is nowhere to go: {there}, {again}");
                }
            }
        }
    }

    #[test]
    fn columns_are_found_and_scrolled_to() {
        let edges = edges(&[96, 200, 100, 300, 150]);
        assert_eq!(edges, [0, 96, 296, 396, 696, 846]);
        assert_eq!(columns_in_sight(&edges, 0.0, 300.0), (0, 4));
        assert_eq!(columns_in_sight(&edges, 400.0, 200.0), (2, 5));
        assert_eq!(scroll_across((296.0, 396.0), 96.0, 0.0, 600.0), None);
        assert_eq!(scroll_across((696.0, 846.0), 96.0, 0.0, 600.0), Some(246.0));
        assert_eq!(scroll_across((296.0, 396.0), 96.0, 300.0, 600.0), Some(200.0));
    }
}
