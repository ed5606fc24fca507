//! Headers → a proposal that a person confirms or changes.
//!
//! In: the headers of a file, what a person chose before for the same headers, some cells. Out: a [`Mapping`], plain data; from
//! it the [`Columns`]. Must never know: how a cell is read.
//!
//! A header that is one of the 40, or known under another name, counts at once. One that only looks like one is a guess: it
//! is shown, and counts for nothing until somebody confirms it.

use super::choices::{Choices, Format};
use super::columns::{Columns, Known, fold, known};
use super::issue::Issue;
use super::layout::{PreviewKind, lay_out, rows_of, text_of};
use super::refusal::Refusal;
use super::sheet::Table;
use super::similar::{score, words};
use crate::domain::schema::READ_ONLY;
use crate::domain::{COLUMNS, ColumnId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// From this score on a header is worth a guess.
const GUESS_FROM: u8 = 60;

/// Guesses offered for one header, and cells shown beside it.
const OFFERED: usize = 3;

/// Headers longer than this, in bytes, are not guessed at.
const GUESSED_MOST: usize = 80;

/// How a header came to its column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Match {
    /// It is the documented header.
    Exact,
    /// It is, but for letter case, blanks, `_` and `-`.
    Blind,
    /// It is another name of the column: that of the JSON field, of a shop's export, singular or plural.
    Alias,
    /// A person said so.
    Chosen,
    /// It only looks like these columns, the likeliest first, each with a score from 60 to 100. None counts until a person
    /// confirms it.
    Guess(Vec<(ColumnId, u8)>),
    /// It belongs to a report of ours or to the store's answers, and cannot be written: what it is.
    ReadOnly(String),
    /// A person said that it is to be ignored.
    Ignored,
    /// Nothing is known of it.
    Unknown,
}

/// One column of the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mapped {
    /// The header as the file has it.
    pub header: String,
    /// What a [`HeaderChoice`] calls it: the header, folded; where several columns fold to the same, those after the first
    /// with a blank and their number, so that something can be said of each.
    pub name: String,
    /// Which of the 40 it counts as, if any.
    pub column: Option<ColumnId>,
    /// How that came.
    pub by: Match,
    /// The first cells that are not blank, each another, clipped. Empty unless asked for.
    pub samples: Vec<String>,
}

impl Mapped {
    /// Shows a cell beside the header, unless it is blank, or there already, or there is no more room.
    fn show(&mut self, cell: &str) {
        let cell = Issue::clip(cell.trim());
        if self.samples.len() < OFFERED && !cell.is_empty() && !self.samples.contains(&cell) {
            self.samples.push(cell);
        }
    }
}

/// What a person said of a header. Remembered under [`Mapping::key`], and given back with the next file of that key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeaderChoice {
    /// The header, folded as headers are compared, or its [`Mapped::name`].
    pub header: String,
    /// The column it is to count as; nothing where it is to be ignored.
    pub column: Option<ColumnId>,
}

impl HeaderChoice {
    /// A choice for a header as a file has it.
    #[must_use]
    pub fn new(header: &str, column: Option<ColumnId>) -> Self {
        Self { header: fold(header), column }
    }
}

/// Two columns of a file that mean the same, so that neither can be sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clash {
    /// The column both mean.
    pub column: ColumnId,
    /// The positions, from 0, and the headers.
    pub headers: Vec<(u16, String)>,
}

impl Clash {
    /// What is wrong, naming the columns.
    #[must_use]
    pub fn message(&self) -> String {
        let names: Vec<_> = self.headers.iter().map(|(at, header)| format!("{} “{header}”", u32::from(*at) + 1)).collect();
        let (names, all) = match names.split_last() {
            Some((last, [first])) => (format!("{first} and {last}"), "both"),
            Some((last, first)) => (format!("{} and {last}", first.join(", ")), "all"),
            None => (String::new(), "all"),
        };
        format!("Columns {names} {all} mean “{}”.", self.column.header())
    }
}

/// Which column of the file is which of the 40.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mapping {
    /// The file's columns, in its order.
    pub columns: Vec<Mapped>,
}

impl Mapping {
    /// Proposes a mapping; a person's choices go before everything else.
    #[must_use]
    pub fn propose(headers: &[String], choices: &[HeaderChoice]) -> Self {
        let chosen = |name: &str| choices.iter().rev().find(|choice| choice.header == name);
        let mut columns: Vec<Mapped> = headers
            .iter()
            .zip(names(headers))
            .map(|(header, name)| {
                let (column, by) = match (chosen(&name), known(header)) {
                    (Some(HeaderChoice { column: Some(column), .. }), _) => (Some(*column), Match::Chosen),
                    (Some(_), _) => (None, Match::Ignored),
                    (None, Some((column, Known::Exact))) => (Some(column), Match::Exact),
                    (None, Some((column, Known::Blind))) => (Some(column), Match::Blind),
                    (None, Some((column, Known::Alias))) => (Some(column), Match::Alias),
                    (None, None) => (None, read_only(header).map_or(Match::Unknown, |what| Match::ReadOnly(what.to_owned()))),
                };
                Mapped { header: header.clone(), name, column, by, samples: Vec::new() }
            })
            .collect();
        let taken = |columns: &[Mapped], id, but: usize| {
            let surely = |mapped: &Mapped| mapped.column == Some(id) && mapped.by != Match::Alias;
            columns.iter().enumerate().any(|(at, mapped)| at != but && surely(mapped))
        };
        // Beside the documented header, another name of the same column is only a guess.
        for at in 0..columns.len() {
            let alias = columns.get(at).filter(|mapped| mapped.by == Match::Alias).and_then(|mapped| mapped.column);
            if let Some(id) = alias.filter(|&id| taken(&columns, id, at))
                && let Some(mapped) = columns.get_mut(at)
            {
                (mapped.column, mapped.by) = (None, Match::Guess(vec![(id, 90)]));
            }
        }
        let free: Vec<ColumnId> =
            COLUMNS.iter().map(|column| column.id).filter(|id| columns.iter().all(|mapped| mapped.column != Some(*id))).collect();
        for mapped in columns.iter_mut().filter(|mapped| mapped.by == Match::Unknown) {
            let guesses = guesses(&mapped.header, &free);
            if !guesses.is_empty() {
                mapped.by = Match::Guess(guesses);
            }
        }
        Self { columns }
    }

    /// The mapping of a table that was read, with cells beside each header.
    #[must_use]
    pub fn of_table(table: &Table, choices: &[HeaderChoice]) -> Self {
        /// Rows that are looked through for cells to show.
        const LOOKED_AT: u32 = 1000;
        let mut mapping = Self::propose(table.columns().headers(), choices);
        for (position, mapped) in mapping.columns.iter_mut().enumerate() {
            for row in 0..table.rows().min(LOOKED_AT) {
                mapped.show(table.cell(row, position));
                if mapped.samples.len() == OFFERED {
                    break;
                }
            }
        }
        mapping
    }

    /// The mapping of a file whose head alone is known, with cells of its first rows beside each header: for a file that
    /// cannot be read before something is said of its columns. `is_whole` says whether `head` is all of it.
    ///
    /// # Errors
    /// A [`Refusal`] where no header row can be read, and for JSON.
    pub fn of_head(head: &[u8], is_whole: bool, choices: Choices, said: &[HeaderChoice]) -> Result<Self, Refusal> {
        /// Rows that are looked through for cells to show.
        const LOOKED_AT: usize = 100;
        if choices.format == Format::Json {
            return Err(Refusal::NoProductId { headers: Vec::new() });
        }
        let text = text_of(head, is_whole, choices);
        let layout = lay_out(&text, choices, is_whole)?;
        let mut mapping = Self::propose(&layout.headers, said);
        let below = Choices { skip: 0, has_header: false, ..choices };
        let rows = rows_of(text.get(layout.body..).unwrap_or(""), below, is_whole, LOOKED_AT);
        let width = mapping.columns.len();
        for row in rows.iter().filter(|row| row.kind == PreviewKind::Row && row.cells.len() == width) {
            for (mapped, cell) in mapping.columns.iter_mut().zip(&row.cells) {
                mapped.show(cell);
            }
        }
        Ok(mapping)
    }

    /// The columns, for a check.
    ///
    /// # Errors
    /// [`Refusal::SameColumnTwice`] (see [`Mapping::clashes`] for all of them) or [`Refusal::NoProductId`].
    pub fn to_columns(&self) -> Result<Columns, Refusal> {
        Columns::mapped(self)
    }

    /// The columns of the 40 that more than one of the file's counts as.
    #[must_use]
    pub fn clashes(&self) -> Vec<Clash> {
        let all = COLUMNS.iter().map(|column| {
            let same = self.columns.iter().enumerate().filter(|(_, mapped)| mapped.column == Some(column.id));
            Clash { column: column.id, headers: same.map(|(at, mapped)| (at as u16, mapped.header.clone())).collect() }
        });
        all.filter(|clash| clash.headers.len() > 1).collect()
    }

    /// A name for this set of headers, whatever their order and letter case: 16 hexadecimal digits, the same in every
    /// version of the program. What a person chose is remembered under it.
    #[must_use]
    pub fn key(&self) -> String {
        let mut headers: Vec<String> = self.columns.iter().map(|mapped| fold(&mapped.header)).collect();
        headers.sort_unstable();
        // FNV-1a, with a byte no header holds after each.
        let bytes = headers.iter().flat_map(|header| header.bytes().chain([0]));
        let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, b| (hash ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3));
        format!("{hash:016x}")
    }

    /// What is to be remembered: every choice of a person's.
    #[must_use]
    pub fn choices(&self) -> Vec<HeaderChoice> {
        let chosen = self.columns.iter().filter(|mapped| matches!(mapped.by, Match::Chosen | Match::Ignored));
        chosen.map(|mapped| HeaderChoice { header: mapped.name.clone(), column: mapped.column }).collect()
    }
}

/// What choices call these headers. A folded header holds no blank, so that no number can be taken for a part of one.
fn names(headers: &[String]) -> Vec<String> {
    let mut seen = BTreeMap::new();
    let name = |header: &String| {
        let folded = fold(header);
        let count = seen.entry(folded.clone()).and_modify(|count| *count += 1).or_insert(1_u32);
        if *count > 1 { format!("{folded} {count}") } else { folded }
    };
    headers.iter().map(name).collect()
}

/// What a header that cannot be written is.
fn read_only(header: &str) -> Option<&'static str> {
    let folded = fold(header);
    READ_ONLY.iter().find(|(name, _)| fold(name) == folded).map(|(_, what)| *what)
}

/// The columns a header looks like, the likeliest first.
fn guesses(header: &str, free: &[ColumnId]) -> Vec<(ColumnId, u8)> {
    if header.len() > GUESSED_MOST {
        return Vec::new();
    }
    let wanted = words(header);
    let best = |id: &ColumnId| {
        let column = id.column();
        let names = column.aliases.iter().chain([&column.header, &column.path]);
        names.map(|name| score(&wanted, &words(name))).max().unwrap_or(0)
    };
    let mut all: Vec<_> = free.iter().map(|id| (*id, best(id))).filter(|(_, score)| *score >= GUESS_FROM).collect();
    all.sort_by_key(|(id, score)| (std::cmp::Reverse(*score), *id));
    all.truncate(OFFERED);
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn propose(headers: &[&str], choices: &[HeaderChoice]) -> Mapping {
        Mapping::propose(&headers.iter().map(|header| (*header).to_owned()).collect::<Vec<_>>(), choices)
    }

    #[test]
    fn a_header_counts_by_the_surest_way_there_is() {
        let mapping = propose(&["Product ID", "product_name", "DISCOUNT-PRICE", "stocks", "Discription", "Weight"], &[]);
        let by: Vec<_> = mapping.columns.iter().map(|mapped| (mapped.column, mapped.by.clone())).collect();
        assert_eq!(by[0], (Some(ColumnId::ProductId), Match::Exact));
        assert_eq!(by[1], (Some(ColumnId::Name), Match::Alias));
        assert_eq!(by[2], (Some(ColumnId::DiscountPrice), Match::Blind));
        assert!(matches!(&by[3], (None, Match::ReadOnly(_))));
        assert!(matches!(&by[4], (None, Match::Guess(guesses)) if guesses[0].0 == ColumnId::Description), "{:?}", by[4]);
        assert_eq!(by[5], (None, Match::Unknown));
        assert_eq!(mapping.to_columns().unwrap().position(ColumnId::Description), None, "a guess counts for nothing");
    }

    #[test]
    fn a_choice_goes_before_everything_and_is_remembered_for_the_same_headers() {
        let headers = ["Product ID", "Discription", "Price", "Weight"];
        let choices = [
            HeaderChoice::new("Discription", Some(ColumnId::Description)),
            HeaderChoice::new("Price", None),
            HeaderChoice::new("Weight", Some(ColumnId::Price)),
        ];
        let mapping = propose(&headers, &choices);
        let columns = mapping.to_columns().unwrap();
        assert_eq!(columns.position(ColumnId::Description), Some(1));
        assert_eq!(columns.position(ColumnId::Price), Some(3));
        assert_eq!(mapping.choices(), choices);
        let other = propose(&["weight", "PRICE", "discription", "product id"], &mapping.choices());
        assert_eq!(other.key(), mapping.key());
        assert_eq!(other.to_columns().unwrap().position(ColumnId::Price), Some(0));
        assert_ne!(propose(&["Product ID", "Price"], &[]).key(), mapping.key());
        assert_eq!(mapping.key(), "ace7504025969ce2", "what was remembered by an older version is still found");
    }

    #[test]
    fn two_columns_for_one_are_named_and_a_second_name_gives_way() {
        let mapping = propose(&["Product ID", "Sale Price", "sale_price"], &[]);
        let clashes = mapping.clashes();
        assert_eq!(clashes.len(), 1);
        assert_eq!(clashes[0].message(), "Columns 2 “Sale Price” and 3 “sale_price” both mean “Discount Price”.");
        let thrice = propose(&["Product ID", "Price", "price", "PRICE"], &[]).clashes();
        assert_eq!(thrice[0].message(), "Columns 2 “Price”, 3 “price” and 4 “PRICE” all mean “Price”.");
        assert!(matches!(mapping.to_columns(), Err(Refusal::SameColumnTwice { first: 2, second: 3, .. })));
        let mapping = propose(&["Product ID", "Title", "Name"], &[]);
        assert_eq!(mapping.clashes(), []);
        assert_eq!(mapping.to_columns().unwrap().position(ColumnId::Name), Some(2));
        assert_eq!(mapping.columns[1].by, Match::Guess(vec![(ColumnId::Name, 90)]));
    }

    #[test]
    fn of_two_headers_that_are_the_same_each_can_be_chosen() {
        let headers = ["Product ID", "Price", "PRICE", "price "];
        let mapping = propose(&headers, &[]);
        let names: Vec<&str> = mapping.columns.iter().map(|mapped| mapped.name.as_str()).collect();
        assert_eq!(names, ["productid", "price", "price 2", "price 3"]);
        assert_eq!(mapping.clashes().len(), 1);
        let out = |at: usize| HeaderChoice { header: mapping.columns[at].name.clone(), column: None };
        let said = [out(1), out(3)];
        let settled = propose(&headers, &said);
        assert_eq!(settled.to_columns().unwrap().position(ColumnId::Price), Some(2));
        assert_eq!(settled.choices(), said);
    }

    #[test]
    fn guesses_are_made_only_for_columns_that_are_free() {
        let mapping = propose(&["Product ID", "Description", "Discription"], &[]);
        assert!(
            !matches!(&mapping.columns[2].by, Match::Guess(guesses) if guesses.iter().any(|(id, _)| *id == ColumnId::Description))
        );
    }
}
