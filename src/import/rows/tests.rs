use super::*;

fn new(width: usize) -> Rows {
    Rows::new(Dialect::plain(b','), Vec::new(), width, 0, (1, 0))
}

fn read(text: &str, width: usize) -> Rows {
    let mut rows = new(width);
    assert_eq!(rows.read(text, true, &mut VecDeque::new()).unwrap(), text.len());
    rows
}

fn damage(rows: &Rows) -> Vec<(u32, u32, Damage)> {
    rows.damaged.iter().map(|d| (d.line, d.found_on, d.damage)).collect()
}

#[test]
fn cells_are_unescaped_and_lines_counted() {
    let rows = read("a,\"b \"\"c\"\"\",\r\n\n\"x\r\ny\",,\"\"\rlast,2,3", 3);
    let cells: Vec<_> = (0..rows.cells.len()).map(|i| rows.cells.get(i)).collect();
    assert_eq!(cells, ["a", "b \"c\"", "", "x\r\ny", "", "", "last", "2", "3"]);
    assert_eq!((rows.lines.as_slice(), rows.blank_lines), ([1, 3, 5].as_slice(), 1));
    assert!(rows.damaged.is_empty());
}

#[test]
fn a_stray_quote_does_not_eat_the_rows_below_it() {
    let rows = read("1,\"a\n2,b\n3,c\n", 2);
    assert_eq!(damage(&rows), [(1, 1, Damage::Unclosed)]);
    assert_eq!(rows.lines, [2, 3]);
    let rows = read("1,\"a\n2,b\n3,\"c\"\n4,d\n", 2);
    assert_eq!(damage(&rows), [(1, 1, Damage::Unclosed)]);
    assert_eq!(rows.lines, [2, 3, 4]);
}

#[test]
fn a_record_of_the_wrong_width_is_set_aside_whole_unless_it_hides_a_row() {
    let rows = read("1,\"a\nb\",c\n2,d\n", 2);
    assert_eq!(
        rows.damaged.iter().map(|d| (d.line, d.lines, d.damage)).collect::<Vec<_>>(),
        [(1, 2, Damage::TooMany { found: 3 })]
    );
    assert_eq!(rows.lines, [3]);
    let rows = read("1,\"a\n2,b\n3,\",c\n4,d\n", 2);
    assert_eq!(damage(&rows), [(1, 1, Damage::Unclosed), (3, 3, Damage::Unclosed)]);
    assert_eq!(rows.lines, [2, 4]);
}

#[test]
fn scraps_of_a_torn_row_are_counted_with_it_until_a_row_begins() {
    let rows = read("1,\"a\nb\" c\n\nd\"\n2,e\nf\"\n", 2);
    assert_eq!(damage(&rows), [(1, 2, Damage::TextAfterQuote), (6, 6, Damage::QuoteInside)]);
    assert_eq!((rows.damaged[0].lines, rows.lines.as_slice(), rows.blank_lines), (4, [5].as_slice(), 0));
}

#[test]
fn a_quote_too_many_at_the_end_of_a_long_cell_is_found_on_its_line() {
    let rows = read("1,\"a\nb\"\",c\n2,d,\"e\"\n", 3);
    assert_eq!(damage(&rows), [(1, 2, Damage::Unclosed)]);
    assert_eq!((rows.damaged[0].lines, rows.lines.as_slice()), (2, [3].as_slice()));
}

#[test]
fn the_header_row_may_come_again_but_another_one_ends_the_table() {
    let header = vec!["Product ID".to_owned(), "Name".to_owned()];
    let mut rows = Rows::new(Dialect::plain(b','), header, 2, 0, (2, 0));
    let text = "1,a\nProduct ID,Name\n2,b\nProduct ID,Price\n3,9\n4,\"\n";
    assert_eq!(rows.read(text, true, &mut VecDeque::new()).unwrap(), text.len());
    assert_eq!(rows.lines, [2, 4]);
    let parts: Vec<_> = rows.parts.iter().map(|part| (part.kind, part.line, part.lines)).collect();
    assert_eq!(parts, [(PartKind::HeaderAgain, 3, 1), (PartKind::SecondTable, 5, 3)]);
}

#[test]
fn a_record_without_end_is_cut_and_the_next_line_read() {
    let text = format!("1,{}\n2,b\n", "x".repeat(RECORD_MAX + 10));
    let rows = read(&text, 2);
    assert_eq!(damage(&rows), [(1, 1, Damage::TooLong)]);
    assert_eq!(rows.lines, [2]);
}

#[test]
fn the_key_of_a_damaged_row_is_read_where_it_can_be() {
    let rows = read("507f1f77bcf86cd799439011,a\"b\n,\"\"x\n,\nb,c\nzz,\"\n,", 2);
    let keys: Vec<_> = rows.damaged.iter().map(|d| d.key).collect();
    assert_eq!(keys, [Key::Id("507f1f77bcf86cd799439011".parse().unwrap()), Key::Blank, Key::Unclear]);
}

#[test]
fn too_many_rows_are_refused() {
    let mut rows = new(1);
    rows.most = 2;
    assert_eq!(rows.read("a\n\nb\n", true, &mut VecDeque::new()), Ok(5));
    assert_eq!(rows.read("c\n", true, &mut VecDeque::new()), Err(Refusal::TooManyRows));
}
