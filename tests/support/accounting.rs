//! Where every line of a file went.
//!
//! In: a file's text, the table it became, its check. Out: nothing, or a panic that shows the text. Must never know: how it was
//! read.

use storekeeper::import::{Checked, Table};

/// Line breaks as a person counts them, by the dullest means.
pub fn breaks(text: &str) -> u32 {
    text.replace("\r\n", "\n").chars().filter(|c| matches!(c, '\n' | '\r')).count() as u32
}

/// Every cell, row by row.
pub fn cells(table: &Table) -> Vec<Vec<String>> {
    let columns = 0..table.columns().len();
    (0..table.rows()).map(|row| columns.clone().map(|column| table.cell(row, column).to_owned()).collect()).collect()
}

/// Every physical line is in exactly one place: the header, a sound row, a damaged row, or blank.
pub fn account(text: &str, table: &Table, checked: &Checked) {
    let header: u32 = 1 + table.columns().headers().iter().map(|header| breaks(header)).sum::<u32>();
    let span = |row| 1 + (0..table.columns().len()).map(|column| breaks(table.cell(row, column))).sum::<u32>();
    let mut taken: Vec<(u32, u32)> = (0..table.rows()).map(|row| (table.row_line(row), span(row))).collect();
    taken.extend(table.damaged().iter().map(|damaged| (damaged.line, damaged.lines)));
    taken.sort_unstable();
    let mut next = table.header_line() + if table.choices().has_header { header } else { 0 };
    for (line, lines) in &taken {
        assert!(*line >= next, "line {line} is taken twice in {text:?}");
        next = line + lines;
    }
    let lines = breaks(text) + u32::from(!text.ends_with(['\n', '\r']));
    let sum: u32 = taken.iter().map(|(_, lines)| lines).sum();
    let beside: u32 = table.parts().iter().map(|part| part.lines).sum();
    let header = if table.choices().has_header { header } else { 0 };
    assert_eq!(header + sum + table.blank_lines() + beside, lines, "{text:?}");
    assert_eq!(table.lines(), lines);
    let counts = &checked.counts;
    assert_eq!(counts.product_rows + counts.permission_rows, table.rows());
    assert_eq!(counts.damaged_rows as usize, table.damaged().len());
    assert_eq!(table.groups().iter().map(|group| group.rows).sum::<u32>(), table.rows());
    for row in 0..table.rows() {
        let group = table.groups()[table.group_of(row).unwrap()];
        assert!((group.first_row..group.first_row + group.rows).contains(&row));
    }
    for group in &checked.sendable {
        assert!(table.update(*group as usize, checked.findings.rules).is_some());
    }
    assert!(checked.issues.is_sorted_by_key(|issue| issue.line));
}
