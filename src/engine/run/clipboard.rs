//! Text as spreadsheets put it on the clipboard.
//!
//! In: text. Out: rows of cells. Must never know: where they go.

/// The cells of a text, row by row: tabs between cells, line breaks between rows; a cell in quotes may hold both, and quotes
/// written twice. A quote that is not closed before a tab, a line break or the end is a letter like others.
#[must_use]
pub fn pasted(text: &str) -> Vec<Vec<String>> {
    let mut rows = vec![Vec::new()];
    let mut rest = text;
    loop {
        let (cell, after) = quoted(rest).unwrap_or_else(|| {
            let end = rest.find(['\t', '\n', '\r']).unwrap_or(rest.len());
            (rest.get(..end).unwrap_or("").to_owned(), rest.get(end..).unwrap_or(""))
        });
        if let Some(row) = rows.last_mut() {
            row.push(cell);
        }
        if let Some(next) = after.strip_prefix('\t') {
            rest = next;
            continue;
        }
        let next = after.strip_prefix("\r\n").or_else(|| after.strip_prefix(['\n', '\r']));
        // A line break at the very end ends the last row, and begins none.
        let Some(next) = next.filter(|next| !next.is_empty()) else { return rows };
        rows.push(Vec::new());
        rest = next;
    }
}

/// A cell in quotes, and what stands behind it.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut rest = text.strip_prefix('"')?;
    let mut cell = String::new();
    loop {
        let end = rest.find('"')?;
        cell.push_str(rest.get(..end)?);
        rest = rest.get(end + 1..)?;
        match rest.strip_prefix('"') {
            Some(more) => {
                cell.push('"');
                rest = more;
            }
            None if rest.is_empty() || rest.starts_with(['\t', '\n', '\r']) => return Some((cell, rest)),
            None => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_paste_is_read_as_spreadsheets_write_it() {
        for (text, cells) in [
            ("a\tb\r\nc\td\r\n", vec![vec!["a", "b"], vec!["c", "d"]]),
            ("a", vec![vec!["a"]]),
            ("", vec![vec![""]]),
            ("\t\n\t", vec![vec!["", ""], vec!["", ""]]),
            ("\"x\ny\"\t\"say \"\"hi\"\"\"\nz", vec![vec!["x\ny", "say \"hi\""], vec!["z"]]),
            ("5\" disc\t\"open\nb", vec![vec!["5\" disc", "\"open"], vec!["b"]]),
            ("\"a\"b\tc", vec![vec!["\"a\"b", "c"]]),
            ("a\n\nb\n", vec![vec!["a"], vec![""], vec!["b"]]),
        ] {
            assert_eq!(pasted(text), cells, "{text:?}");
        }
    }
}
