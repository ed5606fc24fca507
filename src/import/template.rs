//! The file to start from.
//!
//! In: the table of columns. Out: a CSV that this room reads without an issue. Must never know: files.

use crate::domain::COLUMNS;

/// A header row with all 40 columns and one example row of their samples: RFC 4180, CRLF.
#[must_use]
pub fn template() -> String {
    let row = |cell: fn(&crate::domain::Column) -> &str| {
        let cells: Vec<_> = COLUMNS.iter().map(|column| quoted(cell(column))).collect();
        cells.join(",") + "\r\n"
    };
    row(|column| column.header) + &row(|column| column.sample)
}

/// A cell as RFC 4180 writes it.
fn quoted(cell: &str) -> String {
    if cell.contains([',', '"', '\r', '\n']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::{CellRules, Reader};

    #[test]
    fn the_template_reads_back_without_an_issue() {
        let text = template();
        let mut reader = Reader::new("template.csv", text.len() as u64, CellRules::default()).unwrap();
        reader.push(text.as_bytes()).unwrap();
        let table = reader.finish().unwrap();
        let checked = table.check(CellRules::default());
        assert_eq!(checked.issues, []);
        let update = table.update(0, CellRules::default()).unwrap();
        assert_eq!(update.vouchers.unwrap().codes.len(), 2);
        assert_eq!(update.permissions.unwrap().len(), 1);
    }
}
