use super::super::formats::{ColumnChoice, NumberRule};
use super::super::repair::Repair;
use super::super::{CellEdit, CellRules, Reader};
use super::*;
use proptest::prelude::*;

fn table(text: &str) -> Rc<Table> {
    let mut reader = Reader::new("x.csv", text.len() as u64, CellRules::default()).unwrap();
    reader.push(text.as_bytes()).unwrap();
    Rc::new(reader.finish().unwrap())
}

fn draft(text: &str) -> Draft {
    let table = table(text);
    let columns = table.columns().clone();
    Draft::new(table, columns, Edits::default(), CellRules::default())
}

/// The draft, checked whole with the rules it has.
fn afresh(draft: &Draft) -> Draft {
    let afresh = Draft::new(Rc::clone(&draft.table), draft.columns.clone(), draft.edits.clone(), draft.findings.rules);
    afresh.with_settled(draft.findings.settled.clone(), draft.answered.clone())
}

fn edit(row: u32, column: u16, text: &str) -> CellEdit {
    CellEdit { row, column, text: Some(text.into()) }
}

const HEADER: &str = "Product ID,Vouchers,Voucher Expire Date,Price,Roles,,Discount Price\n";
/// Rows that are all blank are none, and a file without rows is no table.
const LAST: &str = "507f1f77bcf86cd799439019,,,,,,\n";

/// Cells in which ids and codes meet often.
fn cell(column: u16) -> BoxedStrategy<&'static str> {
    let any_of = |cells: &'static [&'static str]| prop::sample::select(cells).boxed();
    match column {
        0 => any_of(&[
            "",
            "",
            " ",
            "507f1f77bcf86cd799439011",
            "507f1f77bcf86cd799439012",
            "507F1F77bcf86cd799439012",
            "507f1f77bcf86cd799439013",
            "nope",
        ]),
        1 => any_of(&["", "", "A", "B", "A|B", "B|A|A", "C|#N/A", "A;B", "\u{1}"]),
        2 => any_of(&["", "2026-12-31", "31/12/2026", "x"]),
        3 => any_of(&["", "5", "1.234", "1,5", "x"]),
        4 => any_of(&["", "VIP", "a, b"]),
        5 => any_of(&["", "note"]),
        _ => any_of(&["", "4", "9", "1.500"]),
    }
}

fn row() -> impl Strategy<Value = String> {
    let sound = (cell(0), cell(1), cell(2), cell(3), cell(4), cell(5), cell(6)).prop_map(|(a, b, c, d, e, f, g)| {
        let quoted: Vec<_> = [a, b, c, d, e, f, g].iter().map(|cell| format!("\"{cell}\"")).collect();
        quoted.join(",") + "\n"
    });
    // Damaged rows with an id of their own, without one, and such of which it cannot be told.
    let damaged = prop_oneof![
        Just("507f1f77bcf86cd799439011,A\"B,,,,,\n".to_owned()),
        Just("507f1f77bcf86cd799439014,A\"B,,,,,\n".to_owned()),
        Just(",A\"B,,,,,\n".to_owned()),
        Just("x,y\n".to_owned()),
    ];
    prop_oneof![5 => sound, 1 => damaged]
}

#[derive(Clone, Debug)]
enum Step {
    Set(u32, u16, Option<&'static str>),
    LeaveOut(u32, bool),
    Choose(NumberRule),
    Repair(u32, Repair),
}

/// What a person may type for a damaged row: a row, several, a row without an id; and what is still damaged.
fn repair() -> impl Strategy<Value = Repair> {
    let typed = prop::sample::select(vec![
        "507f1f77bcf86cd799439014,A,2026-12-31,5,,,",
        "507f1f77bcf86cd799439011,\"A|B\",2026-12-31,1.234,VIP,,",
        "507f1f77bcf86cd799439012,B,,5,,,\n,,,,a,,\n507f1f77bcf86cd799439013,C,x,,,,",
        ",,,,VIP,,",
        "nope,,,,,note,",
        "A\"B,,,,,,",
        ",,",
        "",
    ]);
    prop_oneof![
        6 => typed.prop_map(|text| Repair::Rows(text.into())),
        2 => Just(Repair::LeftOut),
        2 => Just(Repair::AsRead),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let set = (0u32..14, prop_oneof![3 => Just(0u16), 3 => Just(1), 1 => 2u16..7])
        .prop_flat_map(|(row, column)| (Just(row), Just(column), prop::option::weighted(0.8, cell(column))));
    prop_oneof![
        8 => set.prop_map(|(row, column, text)| Step::Set(row, column, text)),
        1 => (0u32..14, any::<bool>()).prop_map(|(row, out)| Step::LeaveOut(row, out)),
        3 => (0u32..4, repair()).prop_map(|(number, repair)| Step::Repair(number, repair)),
        1 => prop::sample::select(vec![NumberRule::Point, NumberRule::Comma, NumberRule::Open]).prop_map(Step::Choose),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn an_edit_is_checked_as_if_everything_was(rows in prop::collection::vec(row(), 1..14), steps in prop::collection::vec(step(), 1..10)) {
        let text = HEADER.to_owned() + &rows.concat() + LAST;
        let mut draft = draft(&text);
        let mut undo = Vec::new();
        for step in steps {
            match step {
                Step::Set(row, column, new) => {
                    let cells = vec![CellEdit { row, column, text: new.map(Into::into) }];
                    undo.push(draft.apply(super::Step { cells, ..super::Step::default() }));
                }
                Step::LeaveOut(row, out) => {
                    let was = draft.edits.is_left_out(row);
                    undo.push(draft.apply(super::Step { left_out: vec![(row, out)], ..super::Step::default() }));
                    prop_assert_eq!(draft.edits.is_left_out(row), out && row < draft.table.rows());
                    prop_assert!(was || !draft.edits.is_empty() || !out || row >= draft.table.rows());
                }
                Step::Repair(number, repair) => {
                    let was = draft.table.repair_of(number);
                    let is_sound = match &repair {
                        Repair::Rows(text) => draft.table.try_repair(number, text).is_ok(),
                        _ => draft.table.as_read(number).is_some(),
                    };
                    undo.push(draft.apply(super::Step { repairs: vec![(number, repair.clone())], ..super::Step::default() }));
                    prop_assert_eq!(draft.table.repair_of(number), if is_sound { repair } else { was });
                }
                Step::Choose(rule) => draft.choose(C::Price, ColumnChoice::Number(rule)),
            }
            prop_assert_eq!(draft.state(), afresh(&draft).state(), "{}", text);
            prop_assert_eq!(draft.counts(), afresh(&draft).counts());
        }
        draft.choose(C::Price, ColumnChoice::Number(NumberRule::Open));
        for step in undo.into_iter().rev() {
            draft.apply(step);
            prop_assert_eq!(draft.state(), afresh(&draft).state(), "{}", text);
        }
        prop_assert!(draft.edits.is_empty() && draft.table.repairs().next().is_none());
        let rules = draft.findings.rules;
        let as_read = super::tests::table(&text);
        prop_assert_eq!(as_read.damaged(), draft.table.damaged());
        let plain = Draft::new(as_read, draft.columns.clone(), Edits::default(), rules);
        let plain = plain.with_settled(draft.findings.settled.clone(), draft.answered.clone());
        prop_assert_eq!(draft.state(), plain.state());
    }

    #[test]
    fn a_repaired_row_is_what_it_would_be_in_the_file(rows in prop::collection::vec(row(), 1..12), repairs in prop::collection::vec(repair(), 4)) {
        let text = HEADER.to_owned() + &rows.concat() + LAST;
        let mut draft = draft(&text);
        let damaged = draft.table.damaged().to_vec();
        prop_assume!(!damaged.is_empty());
        let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
        for (number, (damaged, repair)) in damaged.iter().zip(repairs).enumerate() {
            let here = damaged.line as usize - 1..(damaged.line + damaged.lines) as usize - 1;
            prop_assert_eq!(lines[here.clone()].concat(), damaged.raw.clone());
            let number = number as u32;
            if let Repair::Rows(typed) = &repair
                && draft.table.try_repair(number, typed).is_ok()
            {
                lines[here.start] = format!("{typed}\n");
                lines[here.start + 1..here.end].fill(String::new());
                draft.apply(super::Step { repairs: vec![(number, repair)], ..super::Step::default() });
            }
        }
        let written = super::tests::draft(&lines.concat());
        // What stands at the end may be a footer only beside other rows.
        prop_assume!(written.table.parts().is_empty() && draft.table.parts().is_empty());
        let of = |draft: &Draft| {
            let issues = draft.issues(Wanted::default(), 0, u32::MAX).into_iter();
            let issues: Vec<_> = issues.map(|issue| (issue.rule, issue.row, issue.column, issue.product, issue.value)).collect();
            let cells: Vec<_> = (0..draft.table.rows()).map(|row| (0..7).map(|at| draft.cell(row, at).to_owned()).collect::<Vec<_>>()).collect();
            let products: Vec<_> = draft.products().map(|product| (product.id, product.rows, draft.update(product))).collect();
            (issues, cells, products, draft.by_rule(), draft.sendable(), draft.counts().damaged_rows)
        };
        prop_assert_eq!(of(&draft), of(&written), "{}", text);
    }

    #[test]
    fn a_draft_without_edits_says_what_the_check_says(rows in prop::collection::vec(row(), 1..14)) {
        let draft = draft(&(HEADER.to_owned() + &rows.concat() + LAST));
        let checked = draft.table.check(CellRules::default());
        let mut issues = draft.issues_of_file();
        issues.extend(draft.issues(Wanted::default(), 0, u32::MAX));
        issues.sort_by_key(|issue| (issue.line, issue.column.map(|(position, _)| position), issue.rule));
        let mut expected = checked.issues.clone();
        let by_words = |issue: &Issue| (issue.line, issue.column.map(|(position, _)| position), issue.rule, issue.value.clone());
        issues.sort_by_key(by_words);
        expected.sort_by_key(by_words);
        prop_assert_eq!(issues, expected);
        prop_assert_eq!(draft.by_rule(), checked.by_rule.clone());
        prop_assert_eq!(draft.counts(), checked.counts.clone());
        prop_assert_eq!(draft.products().collect::<Vec<_>>(), draft.table.groups().to_vec());
        let rules = checked.findings.rules;
        for (index, group) in draft.products().enumerate() {
            prop_assert_eq!(draft.update(group), draft.table.update(index, rules));
            prop_assert_eq!(draft.is_sendable(group), checked.sendable.contains(&(index as u32)));
        }
    }

    #[test]
    fn an_edited_draft_is_the_file_with_the_edits_in_it(rows in prop::collection::vec(row(), 1..12), steps in prop::collection::vec(step(), 1..10)) {
        let text = HEADER.to_owned() + &rows.concat() + LAST;
        let table = table(&text);
        prop_assume!(table.damaged().is_empty());
        let mut draft = Draft::new(Rc::clone(&table), table.columns().clone(), Edits::default(), CellRules::default());
        for step in steps {
            if let Step::Set(row, column, text) = step {
                draft.set(CellEdit { row, column, text: text.map(Into::into) });
            }
        }
        // Written out and read again; rows of blank cells would be passed over, so each cell without a header gets a word.
        let mut written = HEADER.to_owned();
        for row in 0..table.rows() {
            draft.set(edit(row, 5, "note"));
            let cells: Vec<_> = (0..7).map(|column| format!("\"{}\"", draft.cell(row, column))).collect();
            written += &(cells.join(",") + "\n");
        }
        let again = super::tests::table(&written);
        let columns = again.columns().clone();
        let whole = Draft::new(again, columns, Edits::default(), draft.findings.rules);
        let said = |draft: &Draft| {
            let issues = draft.issues(Wanted::default(), 0, u32::MAX).into_iter();
            issues.map(|issue| (issue.rule, issue.row, issue.column, issue.product, issue.value)).collect::<Vec<_>>()
        };
        prop_assert_eq!(said(&draft), said(&whole));
        let updates = |draft: &Draft| draft.products().map(|product| draft.update(product)).collect::<Vec<_>>();
        prop_assert_eq!(updates(&draft), updates(&whole));
    }
}

const A: &str = "507f1f77bcf86cd799439011";
const B: &str = "507f1f77bcf86cd799439012";

#[test]
fn a_duplicate_is_settled_by_either_of_the_two() {
    let mut draft = draft(&format!("Product ID,Name\n{A},a\n{A},b\n{B},c\n"));
    assert_eq!((draft.sendable(), draft.by_rule()), (1, vec![(Rule::DuplicateId, 2)]));
    let Affected { undo, rows } = draft.set(edit(0, 0, "507f1f77bcf86cd799439013"));
    assert_eq!((draft.sendable(), draft.by_rule(), rows), (3, vec![], vec![0..1, 1..2]));
    draft.set(undo);
    assert_eq!(draft.sendable(), 1);
    draft.leave_out(1, true);
    assert_eq!((draft.sendable(), draft.counts().left_out), (2, 1));
}

#[test]
fn issues_are_found_one_after_the_other() {
    let draft = draft(&format!("Product ID,Price,Name\n{A},x,null\n{B},1,b\nnope,y,c\n"));
    let (all, errors) = (Wanted::default(), Wanted { severity: Some(Severity::Error), ..Wanted::default() });
    assert_eq!(draft.next_issue(0, 0, all), Some((0, 1)));
    assert_eq!(draft.next_issue(0, 1, all), Some((0, 2)));
    assert_eq!(draft.next_issue(0, 1, errors), Some((2, 0)));
    assert_eq!(draft.next_issue(2, 1, all), None);
    assert_eq!(draft.previous_issue(2, 1, errors), Some((2, 0)));
    assert_eq!(draft.previous_issue(2, 0, all), Some((0, 2)));
    assert_eq!(draft.previous_issue(0, 1, all), None);
    assert_eq!(draft.rows_with(errors), [0, 2]);
    assert_eq!(draft.count(Wanted { column: Some(C::Price), ..all }), 2);
    let window = draft.issues(errors, 1, 1);
    assert_eq!((window.len(), window[0].rule, window[0].row), (1, Rule::NotAnId, Some(2)));
    assert_eq!(draft.issues_of_row(0).iter().map(|issue| issue.rule).collect::<Vec<_>>(), [Rule::NotANumber, Rule::NullWord]);
}

#[test]
fn many_edits_at_once_are_the_same_as_one_by_one_and_are_undone() {
    let rows = 6_000;
    let text: String = (0..rows).map(|row| format!("507f1f77bcf86cd7{row:08x},x\n")).collect();
    let mut draft = draft(&format!("Product ID,Price\n{text}"));
    let all = |text: &str| (0..rows).map(|row| edit(row, 1, text)).collect::<Vec<_>>();
    let undo = draft.set_all(all("5"));
    assert_eq!((draft.sendable(), undo.len()), (rows, rows as usize));
    assert_eq!(draft.state(), afresh(&draft).state());
    draft.set_all(undo);
    assert_eq!((draft.sendable(), draft.edits().is_empty()), (0, true));
}
