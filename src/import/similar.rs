//! How alike two headers are.
//!
//! In: two texts, folded. Out: a score from 0 to 100. Must never know: columns, what a score is used for.

/// How alike they are: 100 is the same. By letters where they are of about one length, by words where one says more than
/// the other.
pub(super) fn score(a: &[String], b: &[String]) -> u8 {
    let (joined_a, joined_b) = (a.concat(), b.concat());
    let letters = by_letters(&joined_a, &joined_b);
    letters.max(by_words(a, b))
}

/// The words of a header in small letters: parted by blanks, marks, and where small letters meet a capital one.
pub(super) fn words(header: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let (mut open, mut was_small) = (false, false);
    for c in header.chars() {
        if !c.is_alphanumeric() {
            open = false;
            was_small = false;
            continue;
        }
        if !open || (was_small && c.is_uppercase()) {
            words.push(String::new());
            open = true;
        }
        if let Some(word) = words.last_mut() {
            word.extend(c.to_lowercase());
        }
        was_small = c.is_lowercase();
    }
    words
}

/// Without its last s: headers are written in the singular and in the plural.
pub(super) fn singular(word: &str) -> &str {
    word.strip_suffix('s').filter(|rest| rest.len() > 2).unwrap_or(word)
}

fn by_letters(a: &str, b: &str) -> u8 {
    let (short, long) = (a.chars().count().min(b.chars().count()), a.chars().count().max(b.chars().count()));
    // One slip in four letters is a slip; in three it is another word.
    let most = (long / 4).min(3);
    if long - short > most || long > 60 {
        return 0;
    }
    match distance(a, b, most) {
        Some(slips) => 100 - (slips * 100 / long.max(1)) as u8,
        None => 0,
    }
}

/// Letters to insert, delete, replace or swap with their neighbour, if not more than `most`.
fn distance(a: &str, b: &str, most: usize) -> Option<usize> {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, &x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, &y) in b.iter().enumerate() {
            let at = |list: &[usize], j: usize| list.get(j).copied().unwrap_or(usize::MAX - 1);
            let mut least = (at(&last, j + 1) + 1).min(at(&row, j) + 1).min(at(&last, j) + usize::from(x != y));
            let swapped = i > 0 && j > 0 && a.get(i - 1) == Some(&y) && b.get(j - 1) == Some(&x);
            if swapped {
                least = least.min(at(&before, j - 1) + 1);
            }
            row.push(least);
        }
        if row.iter().min().is_some_and(|least| *least > most) {
            return None;
        }
        before = std::mem::replace(&mut last, row);
    }
    last.last().copied().filter(|slips| *slips <= most)
}

/// Twice the words they share, of all their words; 90 at most, as the words that are missing may be what matters.
fn by_words(a: &[String], b: &[String]) -> u8 {
    let alike = |a: &str, b: &str| singular(a) == singular(b) || (a.len() > 4 && by_letters(a, b) >= 75);
    let shared = a.iter().filter(|word| b.iter().any(|other| alike(word, other))).count();
    let all = a.len() + b.len();
    (180 * shared.min(b.len())).checked_div(all).unwrap_or(0) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_and_other_words_are_told_apart() {
        let score = |a: &str, b: &str| score(&words(a), &words(b));
        for (a, b) in [
            ("Discription", "Description"),
            ("Prodcut ID", "Product ID"),
            ("VoucherExpireDate", "Voucher Expire Dat"),
            ("discount price (EUR)", "Discount Price"),
        ] {
            assert!(score(a, b) >= 60, "{a} {b} {}", score(a, b));
        }
        for (a, b) in [("SKU", "Users"), ("Weight", "Name"), ("Color", "Roles"), ("Tax", "Tags"), ("", "Name")] {
            assert!(score(a, b) < 60, "{a} {b} {}", score(a, b));
        }
        assert_eq!(score("Name", "Name"), 100);
    }

    #[test]
    fn words_part_at_marks_and_capitals() {
        assert_eq!(words("userInformation.should_collectName (x)"), ["user", "information", "should", "collect", "name", "x"]);
        assert_eq!((distance("abcd", "abdc", 2), distance("abcd", "wxyz", 2)), (Some(1), None));
    }
}
