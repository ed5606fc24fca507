//! A file from the first guess to the corrected draft, on the real engine in a native world: how it is written, which
//! column is which, what is asked, the grid and its edits, and what a reload brings back.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop where it stands"
)]

#[path = "support/world.rs"]
mod world;

use storekeeper::domain::ColumnId;
use storekeeper::domain::choices::ListSeparator;
use storekeeper::engine::hands::Hands;
use storekeeper::engine::protocol::{
    AnswerColumn, Arrange, Block, CellOf, Change, Changed, Choices, ColumnAnswers, ColumnChoice, Confidence, CopyCells,
    CountChange, DamagedRow, DateOrder, DateRule, Delimiter, Edit, Encoding, FileSummary, Find, FindProblem, Fix, Fixes, Grid,
    GridRow, GridView, HeaderChoice, Issues, KeepDraft, MapColumns, MappingOf, Match, NumberRule, Only, OpenText, Overview,
    PreviewKind, ProblemFile, Quote, ReadAgain, ReadAs, Recognition, Redo, Remembered, Restored, RowKind, SamplesOf,
    SetListSeparator, Severity, Sort, Source, Spot, Stage, Tried, Trouble, TryRepair, Undo, UnreadFile, WantedIssues, Zone,
};
use world::World;

const A: &str = "507f1f77bcf86cd799439011";
const B: &str = "507f1f77bcf86cd799439012";
const C: &str = "507f1f77bcf86cd799439013";
const D: &str = "507f1f77bcf86cd799439014";

/// Waits for the file as it is checked by now. What was told before is forgotten.
fn checked(world: &mut World) -> FileSummary {
    world.until(|stage| match stage {
        Stage::Checked(file) => Some((**file).clone()),
        Stage::Unread(file) => panic!("{:?}", file.refusal),
        _ => None,
    })
}

fn unread(world: &mut World) -> UnreadFile {
    world.until(|stage| match stage {
        Stage::Unread(file) => Some((**file).clone()),
        _ => None,
    })
}

fn open(text: &str) -> (World, FileSummary) {
    let mut world = World::new();
    let file = world.drop_file("x.csv", text.as_bytes());
    (world, file)
}

fn again(world: &mut World, name: &str, text: &str, read_as: ReadAs) -> FileSummary {
    world.ask(OpenText { name: name.into(), source: Source::Pasted, text: text.into(), read_as }).unwrap();
    checked(world)
}

#[test]
fn warming_up_tells_nobody_and_stands_in_nobodys_way() {
    let mut world = World::new();
    let warm_up = |world: &World| {
        let engine = std::rc::Rc::clone(&world.engine);
        world.hands.spawn(Box::pin(async move { engine.warm_up().await }));
    };
    warm_up(&world);
    let mut steps = 0;
    while world.step() {
        world.later(150);
        steps += 1;
    }
    assert!(steps > 0, "it lets others have their turn");
    assert!(world.posted.borrow().is_empty() && world.requests.borrow().is_empty());
    assert!(matches!(world.ask(Overview {}).stage, Stage::Choosing { refusal: None }));

    // A file that comes meanwhile, and one that is there.
    warm_up(&world);
    let file = world.drop_file("x.csv", format!("Product ID,Name\n{A},a\n").as_bytes());
    assert_eq!((file.name.as_str(), file.rows, file.products), ("x.csv", 1, 1));
    warm_up(&world);
    assert_eq!(world.ask(Overview {}).stage, Stage::Checked(Box::new(file)));
}

/// All rows of an order.
fn grid(world: &mut World, view: GridView) -> (u32, Vec<GridRow>) {
    let order = world.ask(Arrange { view }).unwrap();
    let window = world.ask(Grid { order: order.order, from: 0, count: 200 });
    assert_eq!((window.order, window.total), (order.order, order.rows));
    (order.order, window.rows)
}

fn column(rows: &[GridRow], column: usize) -> Vec<&str> {
    rows.iter().map(|row| row.cells[column].as_str()).collect()
}

/// The file as it stands.
fn checked_now(world: &mut World) -> FileSummary {
    match world.ask(Overview {}).stage {
        Stage::Checked(file) => *file,
        other => panic!("{other:?}"),
    }
}

fn set(world: &mut World, place: u32, column: u16, text: &str) -> FileSummary {
    *world.ask(Edit { moved: None, change: Change::Cell { place, column, text: Some(text.into()) } }).unwrap().file
}

#[test]
fn how_a_file_is_written_is_shown_and_can_be_said_otherwise() {
    let mut world = World::new();
    // "Größe" in Windows-1252, between semicolons, below a title.
    let mut bytes = b"Export\r\nProduct ID;Name;Price\r\n507f1f77bcf86cd799439011;Gr".to_vec();
    bytes.extend([0xf6, 0xdf]);
    bytes.extend(b"e;5\r\n");
    let file = world.drop_file("de.csv", &bytes);
    assert_eq!(
        (file.choices.encoding, file.choices.delimiter, file.choices.skip),
        (Encoding::Windows1252, Delimiter::Semicolon, 1)
    );
    assert!(file.confidence.is_some());
    let seen = world.ask(Recognition { choices: None }).unwrap();
    assert_eq!(seen.choices, file.choices);
    let kinds: Vec<_> = seen.preview.iter().map(|row| row.kind).collect();
    assert_eq!(kinds, [PreviewKind::Skipped, PreviewKind::Header, PreviewKind::Row]);
    assert_eq!(seen.preview[2].cells[1], "Größe");
    let guess = seen.guess.unwrap();
    assert!(!guess.why.is_empty() && guess.alternatives.iter().any(|other| other.choices.encoding == Encoding::Utf8));
    assert_eq!(seen.parts.len(), 1);

    // Looking changes nothing; choosing does, and the next choice begins from the bytes again.
    let utf8 = Choices { encoding: Encoding::Utf8, ..file.choices };
    let other = world.ask(Recognition { choices: Some(utf8) }).unwrap();
    assert_ne!(other.preview[2].cells.concat(), seen.preview[2].cells.concat());
    world.posted.borrow_mut().clear();
    world.ask(ReadAgain { choices: Some(utf8) }).unwrap();
    let wrong = checked(&mut world);
    assert_eq!((wrong.damaged_rows, wrong.confidence), (1, None));
    world.posted.borrow_mut().clear();
    world.ask(ReadAgain { choices: None }).unwrap();
    let right = checked(&mut world);
    assert_eq!((right.choices, right.damaged_rows, right.sendable), (file.choices, 0, 1));
}

#[test]
fn a_file_without_an_id_is_mapped_from_its_first_rows_and_remembered() {
    let text = format!("Artikel,Bezeichnung,Preis\n{A},Becher,5\n{B},Kanne,7\n");
    let mut world = World::new();
    world.try_drop("x.csv", text.as_bytes()).unwrap();
    let file = unread(&mut world);
    assert!(file.refusal.what.contains("Product ID"), "{:?}", file.refusal);
    let mapping = file.mapping.unwrap();
    assert!(!mapping.has_id && mapping.columns[0].samples == [A, B] && mapping.columns[1].samples == ["Becher", "Kanne"]);
    let said = |id| vec![HeaderChoice::new("Artikel", Some(id)), HeaderChoice::new("Bezeichnung", Some(ColumnId::Name))];

    // Trying says what would come of it, and a mapping without an id, or with two, is not taken.
    assert!(!world.ask(MappingOf { headers: Some(said(ColumnId::Price)) }).unwrap().has_id);
    assert!(world.ask(MapColumns { headers: said(ColumnId::Price) }).is_err());
    let twice = world.ask(MappingOf { headers: Some(said(ColumnId::Name)) }).unwrap();
    assert_eq!((twice.clashes.len(), twice.clashes[0].positions.as_slice()), (1, &[0, 1][..]));
    assert!(world.ask(MapColumns { headers: said(ColumnId::Name) }).unwrap_err().what.contains("Bezeichnung"));

    world.ask(MapColumns { headers: said(ColumnId::ProductId) }).unwrap();
    let file = checked(&mut world);
    assert_eq!((file.products, file.sendable), (2, 2));
    let mapping = world.ask(MappingOf { headers: None }).unwrap();
    assert_eq!((&mapping.columns[0].by, mapping.choices.len()), (&Match::Chosen, 2));

    // The same headers in another file, in another order: nothing has to be said.
    let remembered = vec![Remembered { key: mapping.key, headers: mapping.choices }];
    let other = format!("preis,artikel,bezeichnung\n7,{C},Teller\n");
    world.posted.borrow_mut().clear();
    let file = again(&mut world, "other.csv", &other, ReadAs { remembered: remembered.clone(), ..ReadAs::default() });
    assert_eq!((file.products, file.columns[1].column), (1, Some(ColumnId::ProductId)));
    // Other headers, and what was said does not count.
    let strange = format!("Artikel,Bezeichnung\n{C},Teller\n");
    let read_as = ReadAs { remembered, ..ReadAs::default() };
    world.posted.borrow_mut().clear();
    world.ask(OpenText { name: "y".into(), source: Source::Pasted, text: strange, read_as }).unwrap();
    unread(&mut world);
}

#[test]
fn another_mapping_keeps_edits_unless_another_column_is_the_id() {
    let (mut world, file) = open(&format!("Product ID,Old,New\n{A},{B},x\n{C},{D},y\n"));
    assert_eq!(
        (file.products, file.warnings),
        (2, 4),
        "two columns not known, two products with nothing set: {:?}",
        file.by_rule
    );
    set(&mut world, 0, 2, "edited");
    world.posted.borrow_mut().clear();
    world.ask(MapColumns { headers: vec![HeaderChoice::new("New", Some(ColumnId::Name))] }).unwrap();
    let file = checked(&mut world);
    assert_eq!((file.draft.cells, file.columns[2].column), (1, Some(ColumnId::Name)));
    assert_eq!(column(&grid(&mut world, GridView::default()).1, 2), ["edited", "y"]);
    assert!(world.ask(Undo {}).is_ok());
    assert!(world.ask(Redo {}).is_ok());

    world.posted.borrow_mut().clear();
    let headers = vec![HeaderChoice::new("Old", Some(ColumnId::ProductId)), HeaderChoice::new("Product ID", None)];
    world.ask(MapColumns { headers }).unwrap();
    let file = checked(&mut world);
    assert_eq!((file.products, file.draft.cells, file.draft.undo), (2, 0, None));
    assert_eq!(
        world.ask(Issues { wanted: WantedIssues::default(), from: 0, count: 9 }).issues.last().unwrap().product,
        D.parse().ok()
    );
}

#[test]
fn what_is_open_is_asked_and_the_answer_stays() {
    let text = format!("Product ID,Discount End Date,Price,Tags\n{A},03/04/2026,\"1,234\",a;b\n{B},05/06/2026,2,c\n");
    let (mut world, file) = open(&text);
    assert_eq!(file.sendable, 0);
    let asked: Vec<_> = file.questions.iter().map(|question| question.column).collect();
    assert_eq!(asked, [ColumnId::Price, ColumnId::DiscountEndDate]);
    let dates = &file.questions[1];
    assert_eq!((dates.cells, dates.answers.len()), (2, 2));
    assert_eq!((dates.answers[0].samples[0].line, dates.answers[0].samples[0].cell.as_str()), (2, "03/04/2026"));
    let reads: Vec<_> = dates.answers.iter().map(|answer| answer.samples[0].reads_as.clone().unwrap()).collect();
    assert!(reads.iter().any(|read| read.starts_with("2026-04-03")) && reads.iter().any(|read| read.starts_with("2026-03-04")));

    let month_first = ColumnChoice::Date(DateRule { order: DateOrder::MonthDayYear, short_years: false, zone: Zone::Documented });
    assert!(world.ask(AnswerColumn { column: ColumnId::Price, choice: month_first }).is_err());
    let file = world.ask(AnswerColumn { column: ColumnId::DiscountEndDate, choice: month_first }).unwrap();
    assert_eq!((file.sendable, file.questions.len()), (1, 1));
    let point = ColumnChoice::Number(NumberRule::Point);
    let file = world.ask(AnswerColumn { column: ColumnId::Price, choice: point }).unwrap();
    assert_eq!((file.sendable, file.questions.len()), (2, 0));
    let again = world.ask(ColumnAnswers { column: ColumnId::DiscountEndDate }).unwrap();
    assert_eq!(again.answers.len(), 2, "it can be answered otherwise");
    assert!(world.ask(ColumnAnswers { column: ColumnId::VoucherExpireDate }).is_none());

    world.posted.borrow_mut().clear();
    world.ask(SetListSeparator { separator: ListSeparator::Semicolon }).unwrap();
    let file = checked(&mut world);
    assert_eq!((file.sendable, file.questions.len(), file.list_separator), (2, 0, ListSeparator::Semicolon));
}

#[test]
fn what_is_asked_is_counted_anew_after_every_edit() {
    let text =
        format!("Product ID,Price,Discount End Date\n{A},\"1,5\",03/04/2026\n{B},1.234,05/06/2026 10:00\n{C},2.75,2026-01-01\n");
    let (mut world, file) = open(&text);
    let asked = |file: &FileSummary| {
        let of = |question: &storekeeper::engine::protocol::ColumnQuestion| {
            let cells: Vec<_> = question.answers[0].samples.iter().map(|sample| sample.cell.clone()).collect();
            (question.column, question.cells, question.zoneless, cells.join(" "))
        };
        file.questions.iter().map(of).collect::<Vec<_>>()
    };
    let dates = (ColumnId::DiscountEndDate, 2, 1, "03/04/2026 05/06/2026 10:00".to_owned());
    assert_eq!(asked(&file), [(ColumnId::Price, 2, 0, "1,5 1.234 2.75".into()), dates.clone()]);
    let file = set(&mut world, 0, 1, "1.5");
    assert_eq!(asked(&file), [(ColumnId::Price, 1, 0, "1.5 1.234 2.75".into()), dates.clone()]);
    let file = set(&mut world, 1, 1, "1234");
    assert_eq!(asked(&file), std::slice::from_ref(&dates), "nothing is open any more");
    let file = set(&mut world, 2, 1, "9,99");
    assert_eq!(asked(&file), [(ColumnId::Price, 1, 0, "1.5 9,99".into()), dates]);
    let file = *world.ask(Edit { moved: None, change: Change::LeaveOut { places: vec![1], out: true } }).unwrap().file;
    assert_eq!(asked(&file)[1], (ColumnId::DiscountEndDate, 1, 0, "03/04/2026".into()));
    let file = *world.ask(Undo {}).unwrap().file;
    assert_eq!(asked(&file)[1].1, 2);
    // After a reload the same is asked.
    let kept = world.ask(KeepDraft {}).unwrap();
    let mut other = World::new();
    let after = again(&mut other, "x.csv", &text, ReadAs { kept: Some(kept), ..ReadAs::default() });
    assert_eq!(after.questions, file.questions);

    // What an answer makes of the cells, by the zone that is chosen.
    let read = |world: &mut World, zone| {
        let choice = ColumnChoice::Date(DateRule { order: DateOrder::DayMonthYear, short_years: false, zone });
        let samples = world.ask(SamplesOf { column: ColumnId::DiscountEndDate, choices: vec![choice] });
        samples[0].iter().map(|sample| sample.reads_as.clone().unwrap_or_default()).collect::<Vec<_>>()
    };
    assert_eq!(read(&mut world, Zone::Offset(60)), ["2026-04-02T23:00:00.000Z", "2026-06-05T09:00:00.000Z"]);
    assert_eq!(read(&mut world, Zone::Documented), ["2026-04-03T00:00:00.000Z", ""]);

    // What a person has answered is not asked again, whatever is typed then.
    let choice = ColumnChoice::Date(DateRule { order: DateOrder::DayMonthYear, short_years: false, zone: Zone::Documented });
    let file = *world.ask(AnswerColumn { column: ColumnId::DiscountEndDate, choice }).unwrap();
    assert_eq!(asked(&file).len(), 1);
    assert_eq!(asked(&set(&mut world, 2, 2, "05/06/26 11:00")).len(), 1);
}

#[test]
fn what_is_pasted_is_read_as_a_file_is() {
    let mut world = World::new();
    let text = format!("Product ID\tName\n{A}\tMug\n");
    let file = again(&mut world, "pasted", &text, ReadAs::default());
    assert_eq!((file.source, file.choices.delimiter, file.sendable), (Source::Pasted, Delimiter::Tab, 1));
    assert_eq!(file.confidence, Some(Confidence::Sure));
    // A sheet of a workbook is handed over in the same way, and told how it is written.
    let source = Source::Workbook { sheet: "Mai".into() };
    let read_as = ReadAs { choices: Some(Choices::default()), ..ReadAs::default() };
    world.posted.borrow_mut().clear();
    let text = format!("Product ID,Name\n{A},Mug\n");
    world.ask(OpenText { name: "x.xlsx".into(), source: source.clone(), text, read_as }).unwrap();
    let file = checked(&mut world);
    assert_eq!((file.source, file.confidence, file.sendable), (source, None, 1));
}

#[test]
fn rows_are_searched_sorted_and_edited_without_jumping() {
    let text = format!("Product ID,Name,Price\n{A},Mug,10\n{B},jug,9\nbroken \" row\n{C},Ümlaut mug,\n{D},pan,x\n");
    let (mut world, file) = open(&text);
    assert_eq!((file.products, file.sendable, file.damaged_rows), (4, 2, 1), "{:?}", file.by_rule);
    let (_, all) = grid(&mut world, GridView::default());
    assert_eq!(all.iter().map(|row| (row.place, row.line)).collect::<Vec<_>>(), [(0, 2), (1, 3), (2, 4), (3, 5), (4, 6)]);
    assert_eq!(all[2].kind, RowKind::Damaged);

    let sorted = |is_descending| GridView { sort: Some(Sort { column: 2, is_descending }), ..GridView::default() };
    let (_, up) = grid(&mut world, sorted(false));
    assert_eq!(
        up.iter().map(|row| row.place).collect::<Vec<_>>(),
        [1, 0, 4, 3, 2],
        "by value; what cannot be read, blank, damaged last"
    );
    let (_, down) = grid(&mut world, sorted(true));
    assert_eq!(down.iter().map(|row| row.place).collect::<Vec<_>>(), [0, 1, 4, 3, 2]);
    let (_, found) = grid(&mut world, GridView { search: "MUG".into(), ..GridView::default() });
    assert_eq!(column(&found, 1), ["Mug", "Ümlaut mug"]);
    let (_, found) = grid(&mut world, GridView { search: "ü".into(), search_in: Some(1), ..GridView::default() });
    assert_eq!(found.len(), 1);
    let errors = Only::Issues(WantedIssues { severity: Some(Severity::Error), ..WantedIssues::default() });
    let (order, bad) = grid(&mut world, GridView { only: errors, ..GridView::default() });
    assert_eq!(
        bad.iter().map(|row| row.place).collect::<Vec<_>>(),
        [1, 2, 4],
        "the product above a damaged row is stopped by it"
    );

    // Put right, the row stays where it is until the order is made again.
    let file = set(&mut world, 4, 2, "4");
    assert_eq!((file.sendable, file.draft.cells, file.draft.undo.as_deref()), (3, 1, Some("Changed 1 cell")));
    let window = world.ask(Grid { order, from: 0, count: 9 });
    assert_eq!((window.total, window.rows[2].cells[2].as_str(), window.rows[2].edited.as_slice()), (3, "4", &[2][..]));
    assert!(window.rows[2].marks.is_empty());
    let (_, bad) = grid(&mut world, GridView { only: errors, ..GridView::default() });
    assert_eq!(bad.len(), 2);
    // Undo finds its row, whatever is shown.
    grid(&mut world, sorted(true));
    let undone = world.ask(Undo {}).unwrap();
    assert_eq!((undone.spot, undone.file.sendable, undone.file.draft.cells), (Some((4, 2)), 2, 0));
    assert_eq!(world.ask(Redo {}).unwrap().file.sendable, 3);
    assert!(world.ask(Redo {}).is_err());
    assert!(world.ask(Edit { moved: None, change: Change::Cell { place: 2, column: 0, text: None } }).is_err(), "a damaged row");
    let cell = world.ask(CellOf { place: 4, column: 2 }).unwrap();
    assert_eq!((cell.text.as_str(), cell.in_file.as_str(), cell.issues.len()), ("4", "x", 0));
    let (_, edited) = grid(&mut world, GridView { only: Only::Edited, ..GridView::default() });
    assert_eq!(edited.len(), 1);
}

#[test]
fn blocks_are_copied_pasted_filled_and_cleared() {
    let (mut world, _) = open(&format!("Product ID,Name,Tags\n{A},a,\n{B},b,\n{C},c,\n"));
    let (order, _) = grid(&mut world, GridView { sort: Some(Sort { column: 1, is_descending: true }), ..GridView::default() });
    let block = |rows, columns| Block { order, rows, columns };
    let edit = |world: &mut World, change| {
        let count = world.ask(CountChange { change: Clone::clone(&change) }).unwrap();
        let done = world.ask(Edit { moved: None, change }).unwrap();
        assert_eq!((count.cells, count.beyond), (done.cells, done.beyond));
        done
    };
    // The rows are c, b, a. What was copied comes back as it was.
    let done = edit(&mut world, Change::Paste { block: block((0, 0), (1, 1)), text: "x\ty\n\"two\nlines\"\tz\n".into() });
    assert_eq!((done.cells, done.beyond, done.spot), (4, 0, Some((1, 1))));
    let copied = world.ask(CopyCells { block: block((0, 1), (1, 2)) }).unwrap();
    assert_eq!(copied, "x\ty\r\n\"two\nlines\"\tz\r\n");
    let (_, rows) = grid(&mut world, GridView::default());
    assert_eq!(column(&rows, 1), ["a", "two\nlines", "x"]);

    // An order that is gone is not guessed at.
    assert!(world.ask(Edit { moved: None, change: Change::Clear(block((0, 0), (0, 2))) }).is_err());
    let (order, _) = grid(&mut world, GridView::default());
    let block = |rows, columns| Block { order, rows, columns };
    let done = edit(&mut world, Change::Paste { block: block((2, 2), (2, 2)), text: "1\t2\n3\t4".into() });
    assert_eq!((done.cells, done.beyond), (1, 3));
    let done = edit(&mut world, Change::Paste { block: block((0, 1), (1, 2)), text: "all".into() });
    assert_eq!(done.cells, 4);
    let done = edit(&mut world, Change::FillDown(block((0, 2), (1, 2))));
    assert_eq!(done.cells, 2);
    let (order, rows) = grid(&mut world, GridView::default());
    let block = |rows, columns| Block { order, rows, columns };
    assert_eq!((column(&rows, 1), column(&rows, 2)), (vec!["all"; 3], vec!["all"; 3]));
    let done = edit(&mut world, Change::Clear(block((0, 2), (2, 2))));
    assert_eq!(done.file.draft.cells, 3, "the tags are as the file has them again: {:?}", done.file.draft);
    let done = edit(&mut world, Change::Revert(block((0, 2), (0, 2))));
    assert_eq!((done.file.draft.cells, done.file.draft.undo.as_deref()), (0, Some("Reverted 3 cells")));
    for _ in 0..7 {
        let _ = world.ask(Undo {});
    }
    assert_eq!(column(&grid(&mut world, GridView::default()).1, 1), ["a", "b", "c"]);
}

#[test]
fn replacing_and_fixing_say_first_how_many() {
    let text = format!(
        "Product ID,Name,Archived,Price,Vouchers,Voucher Expire Date\n{A}, Mug Mug ,Ja,€5,A;B,2027-01-01\n{B},mug,nein,6,,\n"
    );
    let (mut world, file) = open(&text);
    assert_eq!(file.sendable, 0, "{:?}", file.by_rule);
    let find = Find { text: "mug".into(), column: Some(1), ..Find::default() };
    let replace = |expected| Change::Replace { find: find.clone(), with: "Cup".into(), expected };
    let count = world.ask(CountChange { change: replace(0) }).unwrap();
    assert_eq!((count.cells, count.rows, count.examples[0].after.as_str()), (2, 2, " Cup Cup "));
    assert!(world.ask(Edit { moved: None, change: replace(3) }).unwrap_err().what.contains('2'));
    assert_eq!(world.ask(Edit { moved: None, change: replace(2) }).unwrap().cells, 2);

    let fixes = world.ask(Fixes {});
    for wanted in ["Archived", "Price", "Name", "Vouchers"] {
        assert!(fixes.iter().any(|fix| fix.words.contains(wanted)), "{wanted}: {fixes:#?}");
    }
    let mut last = None;
    for view in fixes {
        let change = Change::Fix { fix: view.fix, expected: view.count.cells };
        last = Some(world.ask(Edit { moved: None, change }).unwrap().file);
    }
    let (_, rows) = grid(&mut world, GridView::default());
    assert_eq!(rows[0].cells[1..], ["Cup Cup", "true", "5", "A|B", "2027-01-01"]);
    assert_eq!((rows[1].cells[2].as_str(), last.unwrap().sendable), ("false", 2));
    let gone = Change::Fix { fix: Fix::Trim { column: 1 }, expected: 1 };
    assert!(world.ask(Edit { moved: None, change: gone }).is_err(), "there is nothing left to trim");
}

#[test]
fn rows_left_out_are_not_sent_and_come_back() {
    let (mut world, _) = open(&format!("Product ID,Name,Roles\n{A},a,\n,,VIP\n{B},b,\n{A},again,\n"));
    let out = |places: &[u32], out| Edit { moved: None, change: Change::LeaveOut { places: places.to_vec(), out } };
    let file = world.ask(out(&[3], true)).unwrap().file;
    assert_eq!((file.products, file.sendable, file.errors, file.draft.left_out), (2, 2, 0, 1), "the twin is gone");
    let file = world.ask(out(&[0], true)).unwrap().file;
    assert_eq!((file.sendable, file.draft.left_out), (1, 2));
    let (_, rows) = grid(&mut world, GridView { only: Only::LeftOut, ..GridView::default() });
    assert_eq!(rows.iter().map(|row| row.place).collect::<Vec<_>>(), [0, 1, 3], "with its permission row");
    assert!(rows.iter().all(|row| row.is_left_out));
    let undone = world.ask(Undo {}).unwrap();
    assert_eq!((undone.file.sendable, undone.words.as_str()), (2, "Taken back: Left out 1 row"));
    let file = world.ask(out(&[3], false)).unwrap().file;
    assert_eq!((file.sendable, file.errors > 0), (1, true));
}

#[test]
fn an_entry_of_a_list_that_is_surely_another_stops_no_product_after_an_edit_either() {
    let mut world = World::new();
    let json =
        format!("[{{\"productID\":\"{A}\",\"name\":\"a\"}},\n{{\"name\":\"no id\"}},\n{{\"productID\":\"{B}\",\"name\":\"b\"}}]");
    let file = world.drop_file("list.json", json.as_bytes());
    assert_eq!((file.products, file.sendable, file.damaged_rows), (2, 2, 1), "{:?}", file.by_rule);
    assert_eq!(set(&mut world, 0, 1, "edited").sendable, 2);
}

fn repair(world: &mut World, place: u32, text: &str) -> Result<Changed, Trouble> {
    world.ask(Edit { moved: None, change: Change::Repair { place, text: text.into() } })
}

/// Whoever changes a row has looked at it where it stood. If rows came above it meanwhile, another one stands there now.
#[test]
fn a_change_of_a_row_that_has_just_moved_changes_no_other() {
    let (mut world, file) = open(&format!("Product ID,Name,Price\n{A},a\n{B},b,2\n{C},c,3\n"));
    let at_first = file.draft.moved;
    let (order, _) = grid(&mut world, GridView::default());
    let file = repair(&mut world, 0, &format!("{A},a,1\n{D},d,4")).unwrap().file;
    assert_ne!(file.draft.moved, at_first);
    let window = world.ask(Grid { order, from: 0, count: 10 });
    assert_eq!((window.moved, window.total), (file.draft.moved, 4));
    // Place 1 was the product B's when it was looked at, and is D's now.
    let block = Block { order, rows: (1, 1), columns: (1, 1) };
    let old = [
        Change::Cell { place: 1, column: 1, text: Some("B, renamed".into()) },
        Change::LeaveOut { places: vec![1], out: true },
        Change::Clear(block),
        Change::Paste { block, text: "x".into() },
    ];
    for change in &old {
        let refused = world.ask(Edit { change: change.clone(), moved: Some(at_first) }).unwrap_err();
        assert_eq!(refused.what, "The rows had just moved, so nothing was changed.", "{change:?}");
    }
    assert_eq!(checked_now(&mut world).draft, file.draft);
    for change in old {
        assert!(world.ask(Edit { change, moved: Some(window.moved) }).is_ok());
    }
    // A row in the place of a row moves nothing; the way back moves them again.
    let (mut world, file) = open(&format!("Product ID,Name,Price\n{A},a\n{B},b,2\n"));
    let same = repair(&mut world, 0, &format!("{A},a,1")).unwrap().file;
    assert_eq!(same.draft.moved, file.draft.moved);
    let back = world.ask(Undo {}).unwrap().file;
    assert_eq!(back.draft.moved, file.draft.moved);
    let two = repair(&mut world, 0, &format!("{A},a,1\n{D},d,4")).unwrap().file;
    assert_ne!(world.ask(Undo {}).unwrap().file.draft.moved, two.draft.moved);
}

#[test]
fn a_damaged_row_is_typed_anew_and_becomes_rows_at_its_place() {
    let text = format!(
        "Product ID,Name,Price,Roles\r\n{A},a,1,\r\n{B},\"two\r\nlines\" x,7,\r\n\r\nand a scrap\r\n{C},c,2,\r\n{D},few\r\n,,,VIP\r\n"
    );
    let (mut world, file) = open(&text);
    assert_eq!((file.products, file.sendable, file.damaged_rows, file.errors), (4, 2, 2, 2));
    let (_, rows) = grid(&mut world, GridView::default());
    assert_eq!(rows.iter().map(|row| row.kind == RowKind::Damaged).collect::<Vec<_>>(), [false, true, false, true, false]);
    let damaged = world.ask(DamagedRow { place: 1 }).unwrap();
    assert_eq!(
        (damaged.text.as_str(), damaged.line, damaged.is_kept),
        (format!("{B},\"two\r\nlines\" x,7,\r\n\r\nand a scrap").as_str(), 3, true)
    );
    let wrong = damaged.tried.wrong.unwrap();
    assert_eq!((wrong.what.as_str(), wrong.spot, wrong.at), ("Text after a closing quote", Some((2, Some(7))), Some(36)));
    assert_eq!(world.ask(DamagedRow { place: 0 }), None);

    // What is still damaged stays, and is told where.
    let tried = |world: &mut World, place, text: &str| -> Tried { world.ask(TryRepair { place, text: text.into() }).unwrap() };
    let few = tried(&mut world, 1, &format!("{B},b")).wrong.unwrap();
    assert_eq!((few.what.as_str(), few.spot, few.at), ("The row has 2 cells, and 4 are needed", Some((1, None)), Some(26)));
    let open_quote = tried(&mut world, 1, &format!("{B},b,1,\n,\",,x")).wrong.unwrap();
    assert_eq!((open_quote.what.as_str(), open_quote.spot), ("Quote never closed", Some((2, Some(2)))));
    for (text, what) in [
        ("", "Nothing is left of the row."),
        (",,,", "Nothing is left of the row."),
        ("Product ID,Name,Price,Roles", "This is a row of headers."),
        ("a\"b,,,", "Quote inside a cell."),
    ] {
        assert_eq!(repair(&mut world, 1, text).unwrap_err().what, what);
    }
    assert!(repair(&mut world, 0, "x").is_err(), "a sound row is not typed anew");
    let file = checked_now(&mut world);
    assert_eq!((file.damaged_rows, file.draft.undo), (2, None));

    // Two rows of one: what stands below moves, and the sorted order has them where the damaged one stood.
    let sort = Some(Sort { column: 1, is_descending: true });
    let (order, rows) = grid(&mut world, GridView { sort, ..GridView::default() });
    assert_eq!(rows.iter().map(|row| row.place).collect::<Vec<_>>(), [2, 0, 4, 1, 3]);
    let sound = format!("{B},\"two\nlines\"\" x\",7,\n,,,Gold");
    assert_eq!(tried(&mut world, 1, &sound), Tried { rows: 2, wrong: None });
    let done = repair(&mut world, 1, &sound).unwrap();
    assert_eq!((done.words.as_str(), done.spot), ("Made 2 rows of a damaged one", Some((1, 0))));
    let file = done.file;
    assert_eq!((file.products, file.sendable, file.damaged_rows, file.rows, file.errors), (4, 3, 1, 6, 1));
    assert_eq!((file.draft.repaired, file.draft.cells), (1, 0));
    let window = world.ask(Grid { order, from: 0, count: 200 });
    assert_eq!((window.order, window.total), (order, 6));
    assert_eq!(window.rows.iter().map(|row| row.place).collect::<Vec<_>>(), [3, 0, 5, 1, 2, 4]);
    assert_eq!(window.rows[3].cells[1], "two\r\nlines\" x", "its line breaks are the file's");
    assert!(window.rows[3].is_repaired && window.rows[4].is_repaired && !window.rows[0].is_repaired);
    assert_eq!((window.rows[3].line, window.rows[4].line, window.rows[0].line), (3, 5, 7));
    let (_, edited) = grid(&mut world, GridView { only: Only::Edited, ..GridView::default() });
    assert_eq!(edited.iter().map(|row| row.place).collect::<Vec<_>>(), [1, 2]);

    // It is a row like others then, for uniqueness too.
    let file = set(&mut world, 1, 0, A);
    assert_eq!((file.sendable, file.errors), (1, 3));
    let file = set(&mut world, 1, 0, B);
    assert_eq!((file.sendable, file.errors), (3, 1));
    repair(&mut world, 4, &format!("{D},few,1,")).unwrap();
    let (_, rows) = grid(&mut world, GridView::default());
    let kept = world.ask(KeepDraft {}).unwrap();
    let mut other = World::new();
    let after = again(&mut other, "x.csv", &text, ReadAs { kept: Some(kept.clone()), ..ReadAs::default() });
    assert_eq!((after.restored, after.sendable, after.errors, after.draft.repaired), (Restored::Taken, 4, 0, 2));
    assert_eq!(grid(&mut other, GridView::default()).1, rows);
    assert_eq!(other.ask(KeepDraft {}).unwrap(), kept);

    for words in ["Put a damaged row right", "Changed 1 cell", "Changed 1 cell", "Made 2 rows of a damaged one"] {
        assert_eq!(other.ask(Undo {}).unwrap().words, format!("Taken back: {words}"));
    }
    let (_, rows) = grid(&mut other, GridView::default());
    assert_eq!(rows.iter().map(|row| row.kind == RowKind::Damaged).collect::<Vec<_>>(), [false, true, false, true, false]);
    for _ in 0..4 {
        other.ask(Redo {}).unwrap();
    }
    assert_eq!(other.ask(KeepDraft {}).unwrap(), kept);
}

#[test]
fn a_damaged_row_can_be_left_out_and_its_product_waits_for_it_no_more() {
    let text = format!("Product ID,Name,Price,Roles\n{A},a,1,\n,x\n{B},\"b\"b,1,\n,,,VIP\n{C},c,1,\nscrap\n,,,VIP\n");
    let (mut world, file) = open(&text);
    assert_eq!((file.products, file.sendable, file.damaged_rows), (3, 0, 3));
    let out = |world: &mut World, places: &[u32], out| {
        *world.ask(Edit { moved: None, change: Change::LeaveOut { places: places.to_vec(), out } }).unwrap().file
    };
    let file = out(&mut world, &[1], true);
    assert_eq!((file.sendable, file.damaged_rows, file.draft.left_out), (1, 3, 1));
    // A product's own row takes its entries with it, and does not leave them to the product above.
    let file = out(&mut world, &[2], true);
    assert_eq!((file.products, file.sendable), (3, 1));
    let (_, rows) = grid(&mut world, GridView { only: Only::LeftOut, ..GridView::default() });
    assert_eq!(rows.iter().map(|row| row.place).collect::<Vec<_>>(), [1, 2, 3]);
    assert!(rows.iter().all(|row| row.is_left_out && row.marks.is_empty()));
    // Of this one it cannot be told whether the entry below is its own.
    let file = out(&mut world, &[5], true);
    assert_eq!((file.sendable, file.errors), (1, 1));
    assert_eq!(out(&mut world, &[6], true).sendable, 2, "left out with it, it is nobody's");
    let kept = world.ask(KeepDraft {}).unwrap();
    let mut other = World::new();
    let file = again(&mut other, "x.csv", &text, ReadAs { kept: Some(kept), ..ReadAs::default() });
    assert_eq!((file.restored, file.draft.left_out), (Restored::Taken, 4));
    for _ in 0..4 {
        world.ask(Undo {}).unwrap();
    }
    assert_eq!(checked_now(&mut world).sendable, 0);
}

#[test]
fn problems_are_gone_through_in_the_order_that_is_shown() {
    let (mut world, file) = open(&format!("Product ID,Name,Price,Archived\n{A},a,x,y\n{B},b,1,\nfew\n{C},c,z,\n{D},d,2,\n"));
    let find = |world: &mut World, order, from, backwards, wanted| {
        world.ask(FindProblem { order, from, backwards, wanted }).map(|spot: Spot| (spot.place, spot.column, spot.wrapped))
    };
    let errors = WantedIssues { severity: Some(Severity::Error), ..WantedIssues::default() };
    let (order, _) = grid(&mut world, GridView::default());
    let first = find(&mut world, order, None, false, errors);
    assert_eq!(first, Some((0, Some(2), false)));
    assert_eq!(find(&mut world, order, Some((0, 2)), false, errors), Some((0, Some(3), false)));
    let place_of_damage = 2;
    let mut seen = vec![first.unwrap()];
    let mut at = (0, 2);
    for _ in 0..20 {
        let Some(spot) = world.ask(FindProblem { order, from: Some(at), backwards: false, wanted: errors }) else { break };
        if spot.wrapped {
            break;
        }
        at = (spot.index, spot.column.unwrap_or(u16::MAX));
        seen.push((spot.place, spot.column, spot.wrapped));
    }
    assert!(seen.contains(&(place_of_damage, None, false)) && seen.contains(&(3, Some(2), false)), "{seen:?}");
    assert_eq!(find(&mut world, order, Some((3, 2)), false, errors), Some((0, Some(2), true)), "round to the beginning");
    assert_eq!(find(&mut world, order, Some((3, 2)), true, errors).unwrap().0, place_of_damage);
    let price = file.by_rule.iter().find(|rule| rule.title.contains("number")).unwrap();
    let wanted = WantedIssues { rule: Some(price.rule), ..WantedIssues::default() };
    let (order, _) = grid(&mut world, GridView { sort: Some(Sort { column: 1, is_descending: true }), ..GridView::default() });
    assert_eq!(find(&mut world, order, None, false, wanted), Some((3, Some(2), false)), "the rows are shown as d, c, b, a");
    assert_eq!(find(&mut world, order, Some((3, 0)), true, wanted), Some((3, Some(2), false)));
    let none = WantedIssues { column: Some(ColumnId::Image), ..WantedIssues::default() };
    assert_eq!(find(&mut world, order, None, false, none), None);
}

#[test]
fn the_file_of_problems_comes_back_in_as_it_is() {
    let text =
        format!("Product ID,Name,Price,Roles\n{A},\"a, \"\"b\"\"\",x,\n,,,VIP\n{B},fine,1,\n{C},\"two\nlines\",y,\n{D},few\n");
    let (mut world, file) = open(&text);
    assert_eq!((file.products, file.sendable), (4, 1));
    set(&mut world, 0, 1, "edited, too");
    let download = world.ask(ProblemFile {}).unwrap();
    assert_eq!(download.name, "x problems.csv");
    assert!(download.text.contains("Line 2, column “Price”") && !download.text.contains("fine"), "{}", download.text);
    world.posted.borrow_mut().clear();
    let back = again(&mut world, &download.name, &download.text, ReadAs::default());
    assert_eq!((back.products, back.damaged_rows, back.columns[0].column), (3, 1, None));
    assert!(
        back.by_rule
            .iter()
            .all(|rule| { rule.severity == Severity::Warning || rule.title.contains("number") || rule.title == "Too few cells" }),
        "{:?}",
        back.by_rule
    );
    let (_, rows) = grid(&mut world, GridView::default());
    assert_eq!(column(&rows[..3], 2), ["edited, too", "", "two\nlines"]);
    assert!(
        rows[3].cells[0].contains("Line 7: The row has 2 cells, and 4 are needed."),
        "what is damaged is named: {:?}",
        rows[3]
    );
    // Put right there, and taken again: the words of the first round are gone from the second.
    set(&mut world, 0, 3, "5");
    let second = world.ask(ProblemFile {}).unwrap();
    assert_eq!(second.text.lines().next().unwrap(), "\u{feff}Problems,Product ID,Name,Price,Roles");
    assert!(!second.text.contains("edited, too") && second.text.contains("two"));
    assert_eq!(second.text.matches("are needed").count(), 1, "{}", second.text);
    repair(&mut world, 3, &format!(",{D},few,1,")).unwrap();
    assert_eq!(checked_now(&mut world).sendable, 2);
}

/// Damaged rows stand in the file of problems to the letter, whatever it is written with: read again, the same is wrong with the
/// same products, round after round.
#[test]
fn damaged_rows_are_in_the_file_of_problems_and_are_damaged_there_too() {
    let sound = format!("{A},a,1,\r\n");
    let comma = format!(
        "Product ID,Name,Price,Roles\r\n{sound},\"x\"y,,\r\n{B},5\" disc,1,\r\n{C},a,b,c,d,e\r\n{D},\"two\r\nlines\" x,7,\r\n\r\nscrap\r\n507f1f77bcf86cd799439015,fine,1,\r\n,\"open,,\r\n507f1f77bcf86cd799439016,\"open,1,\r\n507f1f77bcf86cd799439017,fine,1,\r\n"
    );
    let semicolon = comma.replace(',', ";");
    let single = comma.replace('"', "'").replace("5' disc", "'5'-disc");
    let told = Choices { quote: Quote::Single, ..Choices::default() };
    for (text, choices) in [(comma, None), (semicolon, None), (single, Some(told))] {
        let read_as = ReadAs { choices, ..ReadAs::default() };
        let mut world = World::new();
        let first = again(&mut world, "x.csv", &text, read_as.clone());
        assert!(first.damaged_rows >= 6 && first.sendable == 1, "{first:?}");
        let errors = |file: &FileSummary| {
            let of = |rule: &&storekeeper::engine::protocol::RuleCount| rule.severity == Severity::Error;
            let mut errors: Vec<_> = file.by_rule.iter().filter(of).map(|rule| (rule.title.clone(), rule.count)).collect();
            errors.sort();
            errors
        };
        for round in 0..2 {
            let download = world.ask(ProblemFile {}).unwrap();
            world.posted.borrow_mut().clear();
            let back = again(&mut world, &download.name, &download.text, read_as.clone());
            assert_eq!(errors(&back), errors(&first), "{choices:?} {round}\n{}", download.text);
            assert_eq!((back.damaged_rows, back.sendable), (first.damaged_rows, 0), "{choices:?} {round}\n{}", download.text);
            assert_eq!(download.text.lines().next().unwrap().matches("Problems").count(), 1);
        }
    }
}

#[test]
fn what_is_compared_and_sent_is_the_draft() {
    let mut world = World::with_products(10);
    world.connect();
    let ids: Vec<String> = world.service.borrow().products().take(3).map(|product| product.id.to_string()).collect();
    let text = format!("Product ID,Price\n{},777\n{},oops\n{},555\n", ids[0], ids[1], ids[2]);
    world.drop_file("x.csv", text.as_bytes());
    set(&mut world, 0, 1, "778");
    let file = set(&mut world, 1, 1, "666");
    assert_eq!(file.sendable, 3);
    world.ask(Edit { moved: None, change: Change::LeaveOut { places: vec![2], out: true } }).unwrap();
    let review = world.review();
    assert_eq!((review.products, review.changing, review.left_out), (3, 2, 1));
    assert!(world.ask(Undo {}).is_err(), "what is being looked at must not change");
    world.send(&review);
    world.report();
    let price = |id: &str| world.service.borrow().products().find(|p| p.id.to_string() == id).unwrap().price.unwrap().to_string();
    assert_eq!((price(&ids[0]).as_str(), price(&ids[1]).as_str()), ("778", "666"));
    assert_ne!(price(&ids[2]), "555");
}

#[test]
fn a_reload_brings_everything_back_for_the_same_bytes_only() {
    let text = format!("Key;Name;Price;Discount End Date\n{A};a;1,5;03/04/2026\n{B};b;2,5;05/06/2026\n");
    let mut world = World::new();
    world.try_drop("x.csv", text.as_bytes()).unwrap();
    unread(&mut world);
    world.ask(MapColumns { headers: vec![HeaderChoice::new("Key", Some(ColumnId::ProductId))] }).unwrap();
    checked(&mut world);
    let choice = ColumnChoice::Date(DateRule { order: DateOrder::DayMonthYear, short_years: false, zone: Zone::Offset(60) });
    world.ask(AnswerColumn { column: ColumnId::DiscountEndDate, choice }).unwrap();
    set(&mut world, 0, 1, "x");
    set(&mut world, 1, 1, "y");
    world.ask(Undo {}).unwrap();
    let before = *world.ask(Edit { moved: None, change: Change::LeaveOut { places: vec![1], out: true } }).unwrap().file;
    let kept = world.ask(KeepDraft {}).unwrap();

    let mut world = World::new();
    let read_as = ReadAs { kept: Some(kept.clone()), ..ReadAs::default() };
    let after = again(&mut world, "x.csv", &text, read_as.clone());
    assert_eq!(after.restored, Restored::Taken);
    let same = |file: &FileSummary| {
        let draft = storekeeper::engine::protocol::DraftState { revision: 0, ..file.draft.clone() };
        (file.products, file.sendable, file.by_rule.clone(), file.questions.clone(), file.columns.clone(), draft, file.confidence)
    };
    assert_eq!(same(&after), same(&before));
    assert_eq!(world.ask(KeepDraft {}).unwrap(), kept);
    world.ask(Undo {}).unwrap();
    let file = world.ask(Undo {}).unwrap().file;
    assert_eq!((file.draft.cells, file.draft.left_out, file.draft.redo.as_deref()), (0, 0, Some("Changed 1 cell")));

    // As long, and another file: it is read as a new one, and asks for its id.
    world.posted.borrow_mut().clear();
    let other = text.replace("05/06", "06/05");
    world.ask(OpenText { name: "x.csv".into(), source: Source::File, text: other, read_as: read_as.clone() }).unwrap();
    unread(&mut world);
    world.posted.borrow_mut().clear();
    let longer = format!("Product ID,Name\n{A},new\n");
    let file = again(&mut world, "x.csv", &longer, read_as);
    assert_eq!((file.restored, file.draft.cells, file.sendable), (Restored::OtherFile, 0, 1));
    world.posted.borrow_mut().clear();
    let file = again(&mut world, "x.csv", &longer, ReadAs { kept: Some(vec![9, 9]), ..ReadAs::default() });
    assert_eq!((file.restored, file.sendable), (Restored::Unreadable, 1));
}

/// Whatever is done, taking all of it back gives the file as it was, and doing all of it again what was made of it.
#[test]
fn everything_can_be_taken_back_in_any_order_of_rows() {
    let mut rng = fastrand::Rng::with_seed(4);
    for round in 0..12 {
        let mut text = String::from("Product ID,Name,Price,Vouchers,Voucher Expire Date,Roles\n");
        for row in 0..rng.u32(3..20) {
            let id = format!("507f1f77bcf86cd7994390{:02x}", rng.u8(0..14));
            text += &match rng.u8(0..6) {
                0 => ",,,,,VIP\n".to_owned(),
                1 => format!("{id},odd\n"),
                2 => format!("{id},n{row},x,C{};C2,2027-01-01,\n", rng.u8(0..3)),
                _ => format!("{id},n{row},{},C{},2027-01-01,\n", rng.u8(1..9), rng.u8(0..5)),
            };
        }
        let mut world = World::new();
        world.try_drop("x.csv", text.as_bytes()).unwrap();
        let start = checked(&mut world);
        let (_, rows_at_start) = grid(&mut world, GridView::default());
        let mut done = 0;
        for _ in 0..15 {
            let sort = rng.bool().then(|| Sort { column: rng.u16(0..6), is_descending: rng.bool() });
            let (order, rows) = grid(&mut world, GridView { sort, ..GridView::default() });
            let (at, column) = (rng.u32(0..rows.len() as u32), rng.u16(0..6));
            let block = Block { order, rows: (at, at + rng.u32(0..3)), columns: (column, column + rng.u16(0..2)) };
            let change = match rng.u8(0..7) {
                0 => Change::Cell { place: rows[at as usize].place, column, text: Some(format!("{}", rng.u8(0..20))) },
                1 => Change::Paste { block, text: format!("{}\t{A}\n{}\t7", rng.u8(0..9), B) },
                2 => Change::Clear(block),
                3 => Change::FillDown(block),
                4 => Change::LeaveOut { places: vec![at], out: rng.bool() },
                5 => Change::Revert(block),
                _ => Change::Cell { place: at, column: 0, text: Some(rows[at as usize].cells[0].clone()) },
            };
            if let Ok(changed) = world.ask(Edit { moved: None, change }) {
                done += u32::from(changed.spot.is_some());
            }
        }
        let end = world.ask(KeepDraft {}).unwrap();
        let (_, rows_at_end) = grid(&mut world, GridView::default());
        let mut file = None;
        for _ in 0..done {
            file = Some(world.ask(Undo {}).unwrap().file);
        }
        assert!(world.ask(Undo {}).is_err(), "{round}");
        let (_, rows) = grid(&mut world, GridView::default());
        assert_eq!(rows, rows_at_start, "{round}\n{text}");
        if let Some(file) = file {
            assert_eq!(
                (file.products, file.sendable, &file.by_rule),
                (start.products, start.sendable, &start.by_rule),
                "{round}\n{text}"
            );
        }
        for _ in 0..done {
            world.ask(Redo {}).unwrap();
        }
        assert_eq!(grid(&mut world, GridView::default()).1, rows_at_end, "{round}\n{text}");
        // A check of everything, after a reload, says the same.
        let mut other = World::new();
        let file = again(&mut other, "x.csv", &text, ReadAs { kept: Some(end), ..ReadAs::default() });
        assert_eq!(file.restored, Restored::Taken);
        assert_eq!(grid(&mut other, GridView::default()).1, rows_at_end, "{round}\n{text}");
    }
}
