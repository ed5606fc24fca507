use super::super::formats::{ColumnChoice, NumberRule};
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
    Draft::new(Rc::clone(&draft.table), draft.columns.clone(), draft.edits.clone(), draft.findings.rules)
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
}

fn step() -> impl Strategy<Value = Step> {
    let set = (0u32..14, prop_oneof![3 => Just(0u16), 3 => Just(1), 1 => 2u16..7])
        .prop_flat_map(|(row, column)| (Just(row), Just(column), prop::option::weighted(0.8, cell(column))));
    prop_oneof![
        8 => set.prop_map(|(row, column, text)| Step::Set(row, column, text)),
        1 => (0u32..14, any::<bool>()).prop_map(|(row, out)| Step::LeaveOut(row, out)),
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
                    undo.push(draft.set(CellEdit { row, column, text: new.map(Into::into) }).undo);
                }
                Step::LeaveOut(row, out) => {
                    let was = draft.leave_out(row, out);
                    prop_assert_eq!(draft.edits.is_left_out(row), out && row < draft.table.rows());
                    prop_assert!(was || !draft.edits.is_empty() || !out || row >= draft.table.rows());
                }
                Step::Choose(rule) => draft.choose(C::Price, ColumnChoice::Number(rule)),
            }
            prop_assert_eq!(draft.state(), afresh(&draft).state(), "{}", text);
            prop_assert_eq!(draft.counts(), afresh(&draft).counts());
        }
        for left_out in draft.edits.left_out().collect::<Vec<_>>() {
            draft.leave_out(left_out, false);
        }
        draft.choose(C::Price, ColumnChoice::Number(NumberRule::Open));
        for edit in undo.into_iter().rev() {
            draft.set(edit);
        }
        prop_assert!(draft.edits.is_empty());
        let rules = draft.findings.rules;
        let plain = Draft::new(Rc::clone(&draft.table), draft.columns.clone(), Edits::default(), rules);
        prop_assert_eq!(draft.state(), plain.state());
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
