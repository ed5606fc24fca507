//! The cases of `tests/cases/import`: a CSV, TSV or JSON file, and beside it what is expected of it.
//!
//! The listing beside `x.csv` is `x.txt`: `refused` and the reason, or how the file is written (where that is not the
//! usual way), the counts, what stands beside the table, the issues (severity, rule, line, column, and in the next two
//! lines what the person reads), what the cells of a column settled or left to be asked, and the updates.
//! `BLESS=1 cargo test --test import_cases` writes the listings anew; read the difference before you commit it.
//!
//! What a person answered stands in `x.answers`, a line for each answer: `map Weight -> Price`, `map Price -> ignored`,
//! `date Voucher Expire Date: day first, short years, +120` and `number Price: comma`, `separator ;`.

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
use std::rc::Rc;
use storekeeper::domain::COLUMNS;
use storekeeper::domain::choices::ListSeparator;
use storekeeper::import::{
    CellEdit, CellRules, Choices, ColumnChoice, Confidence, DateOrder, DateRule, Draft, Edits, Findings, HeaderChoice,
    ISSUES_LISTED, Issue, NumberRule, Reader, Refusal, Rule, Table, Wanted, Zone, mended,
};

/// What a person answered.
#[derive(Clone, Default)]
struct Answers {
    headers: Vec<HeaderChoice>,
    rules: CellRules,
}

impl Answers {
    fn parse(text: &str) -> Self {
        let id = |header: &str| COLUMNS.iter().find(|column| column.header == header).map(|column| column.id);
        let mut answers = Self::default();
        for line in text.lines() {
            let (what, rest) = line.split_once(' ').unwrap();
            match what {
                "map" => {
                    let (header, to) = rest.split_once(" -> ").unwrap();
                    assert!(to == "ignored" || id(to).is_some(), "{line}");
                    answers.headers.push(HeaderChoice::new(header, id(to)));
                }
                "separator" => {
                    answers.rules = answers.rules.with_separator(match rest {
                        ";" => ListSeparator::Semicolon,
                        "," => ListSeparator::Comma,
                        _ => ListSeparator::LineBreak,
                    })
                }
                _ => {
                    let (header, choices) = rest.split_once(": ").unwrap();
                    let mut date = DateRule { order: DateOrder::Open, ..DateRule::default() };
                    let mut number = NumberRule::Open;
                    for choice in choices.split(", ") {
                        match choice {
                            "day first" => date.order = DateOrder::DayMonthYear,
                            "month first" => date.order = DateOrder::MonthDayYear,
                            "year first" => date.order = DateOrder::YearMonthDay,
                            "short years" => date.short_years = true,
                            "point" => number = NumberRule::Point,
                            "comma" => number = NumberRule::Comma,
                            minutes => date.zone = Zone::Offset(minutes.parse().unwrap()),
                        }
                    }
                    let choice = if what == "date" { ColumnChoice::Date(date) } else { ColumnChoice::Number(number) };
                    answers.rules = answers.rules.with(id(header).unwrap(), choice);
                }
            }
        }
        answers
    }
}

/// What the cells of the columns said, in words.
fn findings(found: &Findings) -> String {
    let mut out = String::new();
    for settled in &found.settled {
        let (row, cell) = settled.sample.clone().unwrap_or_default();
        let header = settled.column.header();
        let _ = writeln!(out, "settled {header}: {:?} by {}, first row {row} “{cell}”", settled.choice, settled.decided_by);
    }
    for question in &found.questions {
        let header = question.column.header();
        let _ = writeln!(out, "asked {header}: {} cells, {} without a time zone", question.cells, question.zoneless);
        for answer in &question.answers {
            let cells = answer
                .samples
                .iter()
                .map(|sample| format!("{} → {}", sample.cell, sample.reads_as.as_deref().unwrap_or("nothing")));
            let _ = writeln!(out, "  {:?} reads {}: {}", answer.choice, answer.reads, cells.collect::<Vec<_>>().join("; "));
        }
    }
    out
}

fn read(bytes: &[u8], chunk: usize) -> Result<Table, Refusal> {
    read_as("case.csv", bytes, chunk, None, &[])
}

fn read_as(name: &str, bytes: &[u8], chunk: usize, choices: Option<Choices>, headers: &[HeaderChoice]) -> Result<Table, Refusal> {
    let (size, rules) = (bytes.len() as u64, CellRules::default());
    let reader = match choices {
        None => Reader::new(name, size, rules)?,
        Some(choices) => Reader::with_choices(name, size, rules, choices)?,
    };
    let mut reader = reader.with_headers(headers.to_vec());
    for piece in bytes.chunks(chunk) {
        reader.push(piece)?;
    }
    reader.finish()
}

fn listing(read: Result<Table, Refusal>, rules: CellRules, seen: &mut BTreeSet<String>) -> String {
    let table = match read {
        Ok(table) => table,
        Err(refusal) => {
            seen.insert(variant(&refusal));
            return format!("refused {refusal:?}\n  {}\n  {}\n", refusal.message(), refusal.cure());
        }
    };
    let checked = table.check(rules);
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
    out += &findings(&checked.findings);
    for index in 0..table.groups().len() {
        let update = table.update(index, checked.findings.rules);
        assert_eq!(update.is_some(), checked.sendable.contains(&(index as u32)), "check and update agree on group {index}");
        if let Some(update) = update {
            let text = format!("{update:#?}");
            let lines = text.lines().map(str::trim).filter(|line| !line.ends_with(": Keep,") && !line.ends_with(": None,"));
            let text = lines.collect::<String>();
            let text = text.replace("user_information: UserInformationEdit {},", "");
            let _ = writeln!(out, "{}", text.replace("expiring_voucher_highlight: ExpiringHighlightEdit {},", ""));
        }
    }
    // A draft of the file says the same.
    let table = Rc::new(table);
    let mut draft = Draft::new(Rc::clone(&table), table.columns().clone(), Edits::default(), rules);
    assert_eq!((draft.by_rule(), draft.counts(), draft.findings()), (checked.by_rule, checked.counts, &checked.findings));
    let listed = draft.issues_of_file().len() + draft.issues(Wanted::default(), 0, u32::MAX).len();
    assert_eq!(listed, checked.issues.len());
    mend(&mut draft, &checked.issues);
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

/// What is offered for a cell puts right what it is offered for.
fn mend(draft: &mut Draft, issues: &[Issue]) {
    for issue in issues {
        let (Some(row), Some((column, id))) = (issue.row, issue.column) else { continue };
        let cell = draft.cell(row, usize::from(column)).to_owned();
        let Some(text) = mended(issue.rule, id, &cell) else { continue };
        let undo = draft.set(CellEdit { row, column, text: Some(text.clone().into()) }).undo;
        let left = draft.issues_of_row(row);
        let has_it = |left: &Issue| left.rule == issue.rule && left.column == issue.column;
        assert!(!left.iter().any(has_it), "{:?}: “{cell}” is mended to “{text}” and still has it", issue.rule);
        draft.set(undo);
    }
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
    files.retain(|path| path.extension().is_some_and(|extension| extension != "txt" && extension != "answers"));
    files.sort();
    assert!(files.len() > 140, "{} cases", files.len());
    for path in files {
        let bytes = std::fs::read(&path).unwrap();
        let name = path.file_name().unwrap().to_str().unwrap();
        let answers = Answers::parse(&std::fs::read_to_string(path.with_extension("answers")).unwrap_or_default());
        let read = |chunk, choices| read_as(name, &bytes, chunk, choices, &answers.headers);
        let found = listing(read(usize::MAX, None), answers.rules, &mut seen);
        for chunk in [1, 2, 7] {
            assert_eq!(listing(read(chunk, None), answers.rules, &mut seen), found, "{path:?} in chunks of {chunk}");
        }
        if let Ok(table) = read(usize::MAX, None) {
            let told = read(5, Some(table.choices())).unwrap();
            assert_eq!(told.check(answers.rules), table.check(answers.rules), "{path:?}, told what was guessed");
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
    for rule in Rule::ALL.iter().filter(|rule| !matches!(rule, Rule::CellTooLong | Rule::RowTooLong | Rule::CutText)) {
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
fn a_text_of_exactly_a_spreadsheets_cell_is_pointed_out() {
    let text = |length| format!("Product ID,Description\n{ID},{}\n", "ä".repeat(length));
    for (length, expected) in [(32_766, vec![]), (32_767, vec![(Rule::CutText, 1)]), (32_768, vec![])] {
        let checked = read(text(length).as_bytes(), 1 << 16).unwrap().check(CellRules::default());
        assert_eq!((checked.by_rule, checked.sendable.len()), (expected, 1), "{length}");
    }
}

#[test]
fn issues_past_the_limit_are_counted_and_said_to_be_missing() {
    let rows = ISSUES_LISTED as u32 + 5;
    let text = format!("Product ID,Name\n{}", "x\n".repeat(rows as usize));
    let checked = read(text.as_bytes(), 1 << 16).unwrap().check(CellRules::default());
    assert_eq!((checked.issues.len(), checked.unlisted, checked.totals()), (ISSUES_LISTED, 5, (rows, 0)));
}
