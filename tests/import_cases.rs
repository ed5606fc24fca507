//! The cases of `tests/cases/import`: a CSV, TSV or JSON file, and beside it what is expected of it.
//!
//! The listing beside `x.csv` is `x.txt`: `refused` and the reason, or how the file is written (where that is not the
//! usual way), the counts, what stands beside the table, the issues (severity, rule, line, column, and in the next two
//! lines what the person reads) and the updates. `BLESS=1 cargo test --test import_cases`
//! writes the listings anew; read the difference before you commit it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop where it stands"
)]

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;
use storekeeper::import::{CellRules, Choices, Confidence, ISSUES_LISTED, Reader, Refusal, Rule, Table};

fn read(bytes: &[u8], chunk: usize) -> Result<Table, Refusal> {
    read_as("case.csv", bytes, chunk, None)
}

fn read_as(name: &str, bytes: &[u8], chunk: usize, choices: Option<Choices>) -> Result<Table, Refusal> {
    let (size, rules) = (bytes.len() as u64, CellRules::default());
    let mut reader = match choices {
        None => Reader::new(name, size, rules)?,
        Some(choices) => Reader::with_choices(name, size, rules, choices)?,
    };
    for piece in bytes.chunks(chunk) {
        reader.push(piece)?;
    }
    reader.finish()
}

fn listing(read: Result<Table, Refusal>, seen: &mut BTreeSet<String>) -> String {
    let table = match read {
        Ok(table) => table,
        Err(refusal) => {
            seen.insert(variant(&refusal));
            return format!("refused {refusal:?}\n  {}\n  {}\n", refusal.message(), refusal.cure());
        }
    };
    let checked = table.check(table.rules());
    let counts = &checked.counts;
    let mut out = recognised(&table);
    let _ = writeln!(
        out,
        "products {}, sendable {}; rows: product {}, permission {}, damaged {}; blank lines {}, lines {}",
        counts.products,
        counts.sendable,
        counts.product_rows,
        counts.permission_rows,
        counts.damaged_rows,
        counts.blank_lines,
        table.lines()
    );
    for part in table.parts() {
        let _ = writeln!(out, "{:?} line {}, {} lines: {}", part.kind, part.line, part.lines, part.text);
    }
    for issue in &checked.issues {
        seen.insert(variant(&issue.rule));
        let column = issue.column.map_or(String::new(), |(position, _)| format!(" column {position}"));
        let _ = writeln!(out, "{:?} {:?} line {}{column}", issue.severity(), issue.rule, issue.line);
        let _ = writeln!(out, "  {}\n  {}", issue.message(), issue.cure());
    }
    for index in 0..table.groups().len() {
        let update = table.update(index, table.rules());
        assert_eq!(update.is_some(), checked.sendable.contains(&(index as u32)), "check and update agree on group {index}");
        if let Some(update) = update {
            let text = format!("{update:#?}");
            let lines = text.lines().map(str::trim).filter(|line| !line.ends_with(": Keep,") && !line.ends_with(": None,"));
            let text = lines.collect::<String>();
            let text = text.replace("user_information: UserInformationEdit {},", "");
            let _ = writeln!(out, "{}", text.replace("expiring_voucher_highlight: ExpiringHighlightEdit {},", ""));
        }
    }
    out.chars().map(|c| if c.is_control() && c != '\n' { format!("\\u{{{:x}}}", u32::from(c)) } else { c.into() }).collect()
}

/// How the file is written, unless it is a CSV by the letter of which everything is sure.
fn recognised(table: &Table) -> String {
    let choices = table.choices();
    let confidence = table.guess().map_or(Confidence::Sure, |guess| guess.confidence);
    if choices == Choices::default() && confidence == Confidence::Sure {
        return String::new();
    }
    let mut out = format!(
        "{confidence:?}: {:?}, {:?}, {:?}{}, {:?}, {:?}, skip {}, {}\n",
        choices.format,
        choices.encoding,
        choices.delimiter,
        if choices.spaced { " and space" } else { "" },
        choices.quote,
        choices.escape,
        choices.skip,
        if choices.has_header { "header" } else { "no header" }
    );
    for why in table.guess().map_or(&[][..], |guess| &guess.why) {
        let _ = writeln!(out, "  {why}");
    }
    out
}

/// The name of an enum's variant.
fn variant(value: &impl std::fmt::Debug) -> String {
    format!("{value:?}").split([' ', '(', '{']).next().unwrap_or("").to_owned()
}

#[test]
fn every_case_is_read_as_expected_and_every_rule_has_one() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/import");
    let mut seen = BTreeSet::new();
    let mut wrong = String::new();
    let mut files: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension != "txt"));
    files.sort();
    assert!(files.len() > 140, "{} cases", files.len());
    for path in files {
        let bytes = std::fs::read(&path).unwrap();
        let name = path.file_name().unwrap().to_str().unwrap();
        let found = listing(read_as(name, &bytes, usize::MAX, None), &mut seen);
        for chunk in [1, 2, 7] {
            assert_eq!(listing(read_as(name, &bytes, chunk, None), &mut seen), found, "{path:?} in chunks of {chunk}");
        }
        if let Ok(table) = read_as(name, &bytes, usize::MAX, None) {
            let told = read_as(name, &bytes, 5, Some(table.choices())).unwrap();
            assert_eq!(told.check(told.rules()), table.check(table.rules()), "{path:?}, told what was guessed");
        }
        let expected = path.with_extension("txt");
        if std::env::var_os("BLESS").is_some() {
            std::fs::write(&expected, &found).unwrap();
        }
        if std::fs::read_to_string(&expected).unwrap_or_default() != found {
            let _ = write!(wrong, "\n== {} reads as\n{found}", path.display());
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    // What takes a megabyte to show stands below.
    for rule in Rule::ALL.iter().filter(|rule| !matches!(rule, Rule::CellTooLong | Rule::RowTooLong)) {
        assert!(seen.contains(&variant(rule)), "no case shows {rule:?}");
    }
    for refusal in
        ["Empty", "NotACsv", "NotText", "JsonDamaged", "NotProducts", "HeaderDamaged", "SameColumnTwice", "NoProductId", "NoRows"]
    {
        assert!(seen.contains(refusal), "no case shows {refusal}");
    }
}

const ID: &str = "507f1f77bcf86cd799439011";

fn refusal(text: &str) -> Refusal {
    read(text.as_bytes(), 1 << 16).unwrap_err()
}

#[test]
fn a_file_is_refused_by_its_size_before_it_is_read() {
    let new = |size| Reader::new("big.csv", size, CellRules::default()).err();
    assert_eq!(new(2 << 30), Some(Refusal::TooLarge { bytes: 2 << 30 }));
    assert_eq!(new(0), Some(Refusal::Empty));
    assert_eq!(new(1 << 30), None);
}

#[test]
fn a_file_that_changes_while_it_is_read_is_refused() {
    let text = format!("Product ID,Name\n{ID},x\n");
    let size = text.len() as u64;
    let mut reader = Reader::new("x.csv", size + 1, CellRules::default()).unwrap();
    reader.push(text.as_bytes()).unwrap();
    assert_eq!(reader.finish().unwrap_err(), Refusal::SizeChanged { expected: size + 1, read: size });
    let mut reader = Reader::new("x.csv", size - 1, CellRules::default()).unwrap();
    assert_eq!(reader.push(text.as_bytes()), Err(Refusal::SizeChanged { expected: size - 1, read: size }));
}

#[test]
fn hostile_headers_are_refused_without_harm() {
    let many = "Product ID,".repeat(10_000);
    assert_eq!(refusal(&format!("{many}x\n{ID}\n")), Refusal::TooManyColumns { columns: 10_001 });
    let names = "__proto__,constructor,toString,".repeat(100);
    assert!(matches!(refusal(&format!("{names}x\n{ID}\n")), Refusal::NoProductId { headers } if headers.len() == 20));
    assert_eq!(refusal(&format!("Product ID,{}\n{ID},x\n", "x".repeat(2 << 20))), Refusal::HeaderTooLong);
}

#[test]
fn a_megabyte_in_a_cell_stops_its_product_and_four_in_a_row_set_it_aside() {
    let text = format!("Product ID,Name\n{ID},{}\n507f1f77bcf86cd799439012,ok\n", "x".repeat((1 << 20) + 1));
    let checked = read(text.as_bytes(), 1 << 16).unwrap().check(CellRules::default());
    assert_eq!((checked.by_rule.as_slice(), checked.sendable.as_slice()), (&[(Rule::CellTooLong, 1)][..], &[1][..]));
    let line = "x".repeat(63) + "\n";
    let lines = 70_000_u32;
    let text = format!("Product ID,Name\n{ID},\"{}\"\n507f1f77bcf86cd799439012,ok\n", line.repeat(lines as usize));
    let checked = read(text.as_bytes(), 1 << 16).unwrap().check(CellRules::default());
    // The lines of the cell are scraps of the row that was too long.
    assert_eq!(checked.by_rule, [(Rule::RowTooLong, 1)]);
    assert_eq!((checked.counts.damaged_rows, checked.counts.sendable, checked.unlisted), (1, 1, 0));
    assert_eq!(read(text.as_bytes(), 1 << 16).unwrap().damaged()[0].lines, lines + 1);
}

#[test]
fn issues_past_the_limit_are_counted_and_said_to_be_missing() {
    let rows = ISSUES_LISTED as u32 + 5;
    let text = format!("Product ID,Name\n{}", "x\n".repeat(rows as usize));
    let checked = read(text.as_bytes(), 1 << 16).unwrap().check(CellRules::default());
    assert_eq!((checked.issues.len(), checked.unlisted, checked.totals()), (ISSUES_LISTED, 5, (rows, 0)));
}
