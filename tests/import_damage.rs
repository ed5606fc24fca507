//! A sound file, damaged in one place: the damage is reported on its line, and nothing is sent that was not in the file.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop where it stands"
)]

#[path = "support/generate/file.rs"]
mod file;

use fastrand::Rng;
use std::collections::BTreeMap;
use storekeeper::domain::ProductUpdate;
use storekeeper::import::{Checked, Reader, Severity, Table};

/// One way to damage a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Harm {
    /// A quote in a cell that has none.
    QuoteInside,
    /// A letter behind a closing quote.
    TextAfterQuote,
    /// A quote before a cell that has none.
    QuoteOpened,
    /// The closing quote of a cell taken out.
    QuoteNotClosed,
    /// The closing quote of a cell written twice.
    ClosedTwice,
    /// The opening quote of a cell taken out.
    NotOpened,
    /// One quote too many inside a quoted cell, not next to another.
    LoneQuote,
    /// The file ends inside quotes.
    CutInQuotes,
    /// A delimiter taken out.
    CellMissing,
    /// A delimiter too many.
    CellTooMany,
}

use Harm::*;

const HARMS: [Harm; 10] = [
    QuoteInside,
    TextAfterQuote,
    QuoteOpened,
    QuoteNotClosed,
    ClosedTwice,
    NotOpened,
    LoneQuote,
    CutInQuotes,
    CellMissing,
    CellTooMany,
];

/// A cell of the sound file: its bytes with quotes, and its row.
#[derive(Clone, Copy, Debug)]
struct Span {
    from: usize,
    to: usize,
    row_from: usize,
    is_first: bool,
}

/// Where the cells below the header are, in a file that is known to be sound.
fn spans(text: &str) -> Vec<Span> {
    let bytes = text.as_bytes();
    let mut at = text.find('\n').unwrap() + 1;
    let (mut spans, mut row_from, mut is_first) = (Vec::new(), at, true);
    while at < bytes.len() {
        let from = at;
        if bytes[at] == b'"' {
            at += 1;
            while bytes[at] != b'"' || bytes[at + 1] == b'"' {
                at += if bytes[at] == b'"' { 2 } else { 1 };
            }
            at += 1;
        } else {
            while !matches!(bytes[at], b',' | b'\r' | b'\n') {
                at += 1;
            }
        }
        spans.push(Span { from, to: at, row_from, is_first });
        is_first = bytes[at] != b',';
        at += if bytes[at] == b'\r' { 2 } else { 1 };
        if is_first {
            row_from = at;
        }
    }
    spans
}

fn line_of(text: &str, at: usize) -> u32 {
    1 + text.as_bytes()[..at].iter().filter(|&&byte| byte == b'\n').count() as u32
}

/// Damages the file; says on which line, or nothing where the chosen cell cannot be damaged so.
fn damage(text: &str, cells: &[Span], harm: Harm, rng: &mut Rng) -> Option<(String, u32)> {
    let quotes = [TextAfterQuote, QuoteNotClosed, ClosedTwice, NotOpened, LoneQuote, CutInQuotes].contains(&harm);
    let fit: Vec<&Span> =
        cells.iter().filter(|cell| (text.as_bytes()[cell.from] == b'"') == quotes || harm == CellMissing).collect();
    let cell = **fit.get(rng.usize(..fit.len().max(1)))?;
    let inside = &text[cell.from..cell.to];
    let quoted = inside.starts_with('"');
    let put = |at: usize, what: &str| Some((format!("{}{what}{}", &text[..at], &text[at..]), line_of(text, at)));
    let take = |at: usize| Some((format!("{}{}", &text[..at], &text[at + 1..]), line_of(text, at)));
    match harm {
        QuoteInside if !quoted && !inside.is_empty() => {
            let mut at = cell.from + 1 + rng.usize(..inside.len());
            while !text.is_char_boundary(at) {
                at += 1;
            }
            put(at, "\"")
        }
        TextAfterQuote if quoted => put(cell.to, "x"),
        QuoteOpened if !quoted => put(cell.from, "\""),
        QuoteNotClosed if quoted => take(cell.to - 1),
        ClosedTwice if quoted => put(cell.to, "\""),
        NotOpened if quoted => take(cell.from),
        LoneQuote if quoted && inside.len() > 4 => {
            let at = cell.from + 2 + rng.usize(..inside.len() - 4);
            let apart = text.is_char_boundary(at) && text.as_bytes()[at] != b'"' && text.as_bytes()[at - 1] != b'"';
            // Before a comma or a line break it closes the cell, and what follows is a cell: a matter of width or of taste.
            let closes = matches!(text.as_bytes()[at], b',' | b'\n' | b'\r');
            if apart && !closes { put(at, "\"") } else { None }
        }
        CutInQuotes if quoted => {
            let mut at = cell.from + 1 + rng.usize(..inside.len() - 1);
            while !text.is_char_boundary(at) {
                at -= 1;
            }
            // Behind half of a doubled quote the cell is closed.
            let half = text[cell.from + 1..at].bytes().rev().take_while(|&byte| byte == b'"').count() % 2 == 1;
            (!half).then(|| (text[..at].to_owned(), line_of(text, cell.from)))
        }
        CellMissing if !cell.is_first => take(cell.from - 1).map(|(torn, _)| (torn, line_of(text, cell.row_from))),
        CellTooMany if cell.to > cell.from => put(cell.from, ",").map(|(torn, _)| (torn, line_of(text, cell.row_from))),
        _ => None,
    }
}

fn read(text: &str) -> (Table, Checked) {
    let mut reader = Reader::new("any.csv", text.len() as u64, Default::default()).unwrap();
    reader.push(text.as_bytes()).unwrap();
    let table = reader.finish().unwrap();
    let checked = table.check(Default::default());
    (table, checked)
}

fn updates(table: &Table) -> Vec<ProductUpdate> {
    (0..table.groups().len()).filter_map(|group| table.update(group, Default::default())).collect()
}

#[test]
fn damage_is_reported_on_its_line_and_never_misread_in_silence() {
    let seeds: u64 = std::env::var("DAMAGE_SEEDS").ok().and_then(|seeds| seeds.parse().ok()).unwrap_or(16);
    let (mut tried, mut missed) = (BTreeMap::<Harm, u32>::new(), BTreeMap::<Harm, u32>::new());
    let mut set_aside = 0;
    for seed in 0..seeds {
        let text = file::file(file::Recipe { products: 25, seed, plain: seed % 7 == 0 });
        let cells = spans(&text);
        let sound = updates(&read(&text).0);
        let mut rng = Rng::with_seed(seed);
        for harm in HARMS {
            for _ in 0..8 {
                let Some((torn, line)) = damage(&text, &cells, harm, &mut rng) else { continue };
                let (table, checked) = read(&torn);
                *tried.entry(harm).or_default() += 1;
                let is_there = |issue: &storekeeper::import::Issue| issue.severity() == Severity::Error && issue.line == line;
                if !checked.issues.iter().any(is_there) {
                    *missed.entry(harm).or_default() += 1;
                    if std::env::var_os("SHOW").is_some() {
                        let found: Vec<_> = checked.issues.iter().map(|issue| (issue.line, issue.rule)).collect();
                        println!("{harm:?} seed {seed}, line {line}: {found:?}");
                        let from = line.saturating_sub(5) as usize;
                        println!("{}", torn.lines().skip(from).take(12).collect::<Vec<_>>().join("\n"));
                    }
                }
                let left = updates(&table);
                for update in &left {
                    assert!(sound.contains(update), "{harm:?}, seed {seed}, line {line}: {update:#?}");
                }
                // One damage costs the product it is in, and at most the one above it.
                set_aside = set_aside.max(sound.len() - left.len());
                let whole = matches!(harm, CutInQuotes) || sound.len() - left.len() <= 3;
                assert!(whole, "{harm:?}, seed {seed}, line {line}: {} of {} are left", left.len(), sound.len());
            }
        }
    }
    assert_eq!(tried.len(), HARMS.len(), "{tried:?}");
    let (all, wrong): (u32, u32) = (tried.values().sum(), missed.values().sum());
    println!("{all} damages, {wrong} not on their line: {missed:?} of {tried:?}");
    assert!(all > 3000 * seeds as u32 / 60 && wrong * 100 <= all, "{wrong} of {all} are not on their line: {missed:?}");
}
