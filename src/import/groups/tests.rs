use super::*;
use crate::import::damage::Damage;

const A: &str = "507f1f77bcf86cd799439011";
const B: &str = "507f1f77bcf86cd799439012";

fn damaged(before_row: u32, key: Key) -> Damaged {
    let (damage, text, raw, at) = (Damage::QuoteInside, "".into(), String::new(), 0);
    Damaged { line: 9, lines: 1, found_on: 9, damage, before_row, key, text, raw, at, is_left_out: false }
}

#[test]
fn a_blank_id_belongs_to_the_product_above() {
    let ids = ["", A, "", "", B];
    let groups = gather(&[2, 3, 4, 5, 6], &[], |row| ids[row as usize]).list;
    assert_eq!(
        groups.iter().map(|g| (g.line, g.rows, g.is_stopped())).collect::<Vec<_>>(),
        [(2, 1, true), (3, 3, false), (6, 1, false)]
    );
}

#[test]
fn damage_stops_the_product_above_unless_it_names_its_own() {
    let ids = [A, B];
    let stopped = |key| gather(&[2, 4], &[damaged(1, key)], |row| ids[row as usize]).list;
    assert_eq!(stopped(Key::Unclear).iter().map(|g| g.is_stopped()).collect::<Vec<_>>(), [true, false]);
    assert_eq!(stopped(Key::Blank).iter().map(|g| g.is_stopped()).collect::<Vec<_>>(), [true, false]);
    let own = stopped(Key::Id(ProductId::from_bytes([7; 12])));
    assert_eq!(own.iter().map(|g| g.is_stopped()).collect::<Vec<_>>(), [false, true, false]);
    let twice = stopped(Key::Id(A.parse().unwrap()));
    assert_eq!(twice.iter().map(|g| g.is_stopped()).collect::<Vec<_>>(), [true, true, false]);
}
