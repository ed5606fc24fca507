//! The file to start from.
//!
//! In: the table of columns. Out: a CSV that this room reads without an issue. Must never know: files.

use crate::domain::{COLUMNS, Column, ColumnId};

/// A header row with all 40 columns and one example row of their samples: RFC 4180, CRLF.
#[must_use]
pub fn template() -> String {
    let row = |cell: fn(&Column) -> &str| {
        let cells: Vec<_> = COLUMNS.iter().map(|column| quoted(cell(column))).collect();
        cells.join(",") + "\r\n"
    };
    row(|column| column.header) + &row(|column| column.sample)
}

/// A file of as many products, made of the samples, in which everything stands that slows a reader down: quotes, line breaks and
/// letters outside ASCII in cells, empty cells, permission rows. What is in it is of no interest; that reading it takes all the
/// roads a real file takes is.
#[must_use]
pub fn exercise(products: u32) -> String {
    let header: Vec<_> = COLUMNS.iter().map(|column| quoted(column.header)).collect();
    let mut text = header.join(",") + "\r\n";
    // Each cell is made once: this is done while a person may already want something.
    let cells: Vec<_> = COLUMNS.iter().map(|column| (column, quoted(column.sample))).collect();
    let of_permissions =
        |(column, cell): &(&Column, String)| if column.id.is_permission() { cell.clone() } else { String::new() };
    let entry = cells.iter().map(of_permissions).collect::<Vec<_>>().join(",") + "\n";
    for number in 0..products {
        for (column, cell) in &cells {
            let is_left_blank = column.id.is_permission() && number.is_multiple_of(3);
            match column.id {
                ColumnId::ProductId => text.push_str(&format!("507f1f77{number:016x}")),
                ColumnId::Description if number.is_multiple_of(2) => text.push_str("\"<p>Größe,\r\n \"\"L\"\"</p>\""),
                ColumnId::Vouchers => text.push_str(&format!("X{number:06}|Y{number:06}")),
                _ if is_left_blank => {}
                _ => text.push_str(cell),
            }
            text.push(if column.id as usize + 1 < COLUMNS.len() { ',' } else { '\n' });
        }
        if number.is_multiple_of(4) {
            text.push_str(&entry);
        }
    }
    text
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
    fn an_exercise_is_a_sound_file_of_as_many_products() {
        let text = exercise(100);
        let mut reader = Reader::new("exercise.csv", text.len() as u64, CellRules::default()).unwrap();
        reader.push(text.as_bytes()).unwrap();
        let table = reader.finish().unwrap();
        let checked = table.check(CellRules::default());
        assert_eq!((table.rows(), checked.counts.products), (125, 100));
        assert_eq!(checked.by_rule.iter().map(|(rule, n)| format!("{rule:?} {n}")).collect::<Vec<_>>(), Vec::<String>::new());
        assert_eq!(table.damaged(), []);
    }

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
