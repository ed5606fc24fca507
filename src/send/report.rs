//! What became of every product.
//!
//! In: the fates the sender settled on. Out: one [`Line`] per product, and the report as CSV.
//! Must never know: how it was found out.

use crate::domain::{ColumnId, ProductId};
use crate::review::{FieldChange, Kind};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::fmt::Write as _;

/// One product of the run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Which product.
    pub product: ProductId,
    /// Its name before the run, where known.
    pub name: Option<String>,
    /// What became of it: where its parts differ, the one a person must look at first.
    pub fate: Fate,
    /// Fields and vouchers apart, where both were sent. Empty for an unchanged product.
    pub parts: Vec<Part>,
}

/// The fields or the vouchers of a product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Which of the two.
    pub kind: Kind,
    /// What became of it.
    pub fate: Fate,
    /// Times it was sent.
    pub attempts: u32,
    /// When it was last sent, in milliseconds since 1970.
    pub last_sent_ms: Option<u64>,
}

/// What became of something that was to be sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Fate {
    /// The file asks for nothing that the store does not have already.
    Unchanged,
    /// Applied, and proven: the store holds what was asked for.
    Changed {
        /// CSV columns proven.
        fields: u16,
        /// Columns the store does not show.
        unproven: Vec<ColumnId>,
    },
    /// The vouchers were added, once.
    Added {
        /// How many.
        vouchers: u32,
        /// Whether the stock grew by exactly so many. Not proven: the store said so, but shows no stock.
        proven: bool,
        /// CSV columns that were sent with them and are proven.
        fields: u16,
        /// Columns that were sent with them and that the store does not show.
        unproven: Vec<ColumnId>,
    },
    /// Applied, but the store holds something else than was asked for (`old` asked, `new` held).
    ChangedButDiffers {
        /// Where.
        differences: Vec<FieldChange>,
    },
    /// Not applied: the store refused it.
    Refused {
        /// The status.
        status: u16,
        /// The store's words.
        words: String,
    },
    /// Not applied: it did not get so far.
    NotSent {
        /// Why.
        reason: Unsent,
    },
    /// Nobody knows. Look, or check again.
    Unknown {
        /// Why.
        reason: Doubt,
    },
    /// The codes are in the store more than once: something between this page and the store repeated the request.
    SentTwice {
        /// Codes sent.
        sent: u32,
        /// Codes added.
        added: i64,
    },
}

/// Why something was not sent, or was sent and is known not to have been applied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Unsent {
    /// Its turn has not come.
    Waiting,
    /// A person cancelled the run.
    Cancelled,
    /// Tried so many times; each time it is known that nothing was applied.
    GaveUp {
        /// Times sent.
        attempts: u32,
        /// The last words.
        words: String,
    },
    /// It could not be read just before sending, and nothing is sent without.
    Unread {
        /// Why.
        words: String,
    },
    /// Somebody else has changed it since it was compared, so it was held back.
    ChangedMeanwhile {
        /// Where (`old` what was to be sent, `new` what the store holds now).
        now: Vec<FieldChange>,
    },
    /// It cannot be sent.
    CannotBeSent {
        /// Why.
        words: String,
    },
    /// It was sent and is known not to have been applied, and the run ended before it was sent again.
    NotAgain,
}

/// Why it is not known whether something was applied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Doubt {
    /// It is on its way, or was when the page was closed.
    UnderWay,
    /// The answer proves nothing and the product could not be read back.
    NotRead {
        /// Why.
        words: String,
    },
    /// The key was refused, so the product could not be read back.
    KeyRefused,
    /// The stock grew by another number than was sent: sales counted late, somebody else's vouchers, or a part of them.
    StockOff {
        /// Codes sent.
        sent: u32,
        /// Codes added, as the stock says.
        added: i64,
    },
    /// The store does not show what would tell.
    NotShown,
    /// The record of the run is damaged.
    Damaged,
    /// Only of the codes: the fields that were sent with them hold what was asked for.
    Codes(Box<Doubt>),
    /// The codes left twice: of the first time nothing is known, and the second time they were refused, perhaps because they
    /// were there already.
    RefusedAgain {
        /// The status of the second answer.
        status: u16,
        /// The store's words.
        words: String,
    },
}

impl Fate {
    /// The greater, the sooner a person should look.
    #[must_use]
    pub const fn gravity(&self) -> u8 {
        match self {
            Self::Unchanged => 0,
            Self::Changed { .. } | Self::Added { .. } => 1,
            Self::NotSent { .. } => 2,
            Self::ChangedButDiffers { .. } => 3,
            Self::Refused { .. } => 4,
            Self::Unknown { .. } => 5,
            Self::SentTwice { .. } => 6,
        }
    }

    /// One word for the report.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Unchanged => "unchanged",
            Self::Changed { .. } | Self::Added { .. } => "done",
            Self::ChangedButDiffers { .. } => "done, but differs",
            Self::Refused { .. } => "refused",
            Self::NotSent { .. } => "not sent",
            Self::Unknown { .. } => "unknown",
            Self::SentTwice { .. } => "sent twice",
        }
    }

    /// The fate in a sentence.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Unchanged => "the store has all of this already".to_owned(),
            Self::Changed { fields, unproven } if unproven.is_empty() => {
                format!("{} changed", counted((*fields).into(), "field"))
            }
            Self::Changed { fields, unproven } => {
                let headers: Vec<_> = unproven.iter().map(|column| column.header()).collect();
                let hidden = headers.join(", ");
                match fields {
                    0 => format!("the store says that it took {hidden}, and does not show it"),
                    some => format!(
                        "{} changed; the store says that it took {hidden}, and does not show it",
                        counted((*some).into(), "field")
                    ),
                }
            }
            Self::Added { vouchers, proven, fields, unproven } if *fields > 0 || !unproven.is_empty() => {
                let fields = Self::Changed { fields: *fields, unproven: unproven.clone() };
                let vouchers = Self::Added { vouchers: *vouchers, proven: *proven, fields: 0, unproven: Vec::new() };
                format!("{}; {}", fields.words(), vouchers.words())
            }
            Self::Added { vouchers, proven: true, .. } => format!("{} added", counted(*vouchers, "voucher")),
            Self::Added { vouchers, .. } => {
                format!("{} added, as the store says; it shows no stock to prove it", counted(*vouchers, "voucher"))
            }
            Self::ChangedButDiffers { differences } => {
                let mut words = String::new();
                for FieldChange { column, entry: _, old, new } in differences {
                    let gap = if words.is_empty() { "" } else { "; " };
                    // Writing to a String cannot fail.
                    let _ = write!(words, "{gap}{}: asked for {old}, the store holds {new}", column.header());
                }
                words
            }
            Self::Refused { status, words } => format!("{status} {words}"),
            Self::NotSent { reason } => reason.words(),
            Self::Unknown { reason } => reason.words(),
            Self::SentTwice { sent, added } => {
                format!("{sent} codes were sent once, {added} were added: something on the way repeated the request")
            }
        }
    }
}

fn counted(count: u32, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

impl Unsent {
    fn words(&self) -> String {
        match self {
            Self::Waiting => "its turn has not come".to_owned(),
            Self::Cancelled => "the run ended before it was sent".to_owned(),
            Self::NotAgain => "nothing of it was applied, and the run ended before it was sent again".to_owned(),
            Self::GaveUp { attempts, words } => format!("tried {attempts} times, nothing was applied: {words}"),
            Self::Unread { words } => format!("it could not be read just before sending: {words}"),
            Self::ChangedMeanwhile { now } => {
                let held: Vec<_> = now.iter().map(|held| format!("{} is {} now", held.column.header(), held.new)).collect();
                format!("changed by somebody else since it was compared, so it was not sent: {}", held.join("; "))
            }
            Self::CannotBeSent { words } => words.clone(),
        }
    }
}

impl Doubt {
    fn words(&self) -> String {
        match self {
            Self::UnderWay => "sent, and no answer yet".to_owned(),
            Self::NotRead { words } => format!("the answer proves nothing and the product could not be read back: {words}"),
            Self::KeyRefused => "the key was refused, so the product could not be read back".to_owned(),
            Self::StockOff { sent, added } => format!("{sent} codes were sent, the stock grew by {added}"),
            Self::NotShown => "the answer proves nothing and the store does not show what would tell".to_owned(),
            Self::Damaged => "the record of this run is damaged".to_owned(),
            Self::RefusedAgain { status, words } => {
                format!(
                    "sent twice: what became of the first request is not known, and the second was refused ({status} {words})"
                )
            }
            Self::Codes(doubt) => format!("the fields hold what was asked for; of the codes it is not known: {}", doubt.words()),
        }
    }
}

impl Line {
    /// A product whose file row asks for nothing new.
    #[must_use]
    pub const fn unchanged(product: ProductId, name: Option<String>) -> Self {
        Self { product, name, fate: Fate::Unchanged, parts: Vec::new() }
    }

    /// A product from the fates of its parts.
    #[must_use]
    pub fn of(product: ProductId, name: Option<String>, parts: Vec<Part>) -> Self {
        let gravest = parts.iter().map(|part| &part.fate).max_by_key(|fate| fate.gravity());
        let fate = gravest.cloned().unwrap_or(Fate::Unchanged);
        Self { product, name, fate, parts }
    }
}

/// The report as CSV (RFC 4180, UTF-8 with a byte order mark, which is how spreadsheets know it). No voucher code and no
/// key is in it.
///
/// # Errors
/// Never in practice: the csv crate's error for writing to memory.
pub fn csv(lines: &[Line]) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer("\u{feff}".as_bytes().to_vec());
    writer.write_record(["Product ID", "Name", "Outcome", "Part", "Details", "Times Sent", "Last Sent"])?;
    for line in lines {
        let id = line.product.to_string();
        let name = harmless(line.name.as_deref().unwrap_or(""));
        if line.parts.is_empty() {
            writer.write_record([&id, &*name, line.fate.word(), "", &harmless(&line.fate.words()), "0", ""])?;
        }
        for Part { kind, fate, attempts, last_sent_ms } in &line.parts {
            let part = match kind {
                Kind::Fields => "fields",
                Kind::Vouchers => "vouchers",
            };
            let last = last_sent_ms.and_then(|ms| i64::try_from(ms).ok());
            let last = last.map(|ms| crate::domain::Timestamp::from_millis(ms).to_string()).unwrap_or_default();
            let words = fate.words();
            writer.write_record([&id, &*name, fate.word(), part, &harmless(&words), &attempts.to_string(), &last])?;
        }
    }
    writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))
}

/// A cell that no spreadsheet takes for a formula: names and the store's words come from elsewhere (OWASP, "CSV
/// Injection"). Plain numbers are left alone, or -5 would become text.
#[must_use]
pub fn harmless(cell: &str) -> Cow<'_, str> {
    let dangerous = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    let number = || {
        let digits = cell.strip_prefix(['-', '+']).unwrap_or(cell);
        digits.bytes().all(|b| b.is_ascii_digit() || b == b'.') && digits.parse::<f64>().is_ok()
    };
    if dangerous && !number() { Cow::Owned(format!("'{cell}")) } else { Cow::Borrowed(cell) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_becomes_a_formula() {
        for (cell, written) in [
            ("=1+1", "'=1+1"),
            ("+49 30", "'+49 30"),
            ("-5", "-5"),
            ("+5.5", "+5.5"),
            ("-5+cmd", "'-5+cmd"),
            ("-", "'-"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\tx", "'\tx"),
            ("\rx", "'\rx"),
            ("Mug = good", "Mug = good"),
            ("", ""),
        ] {
            assert_eq!(harmless(cell), written, "{cell:?}");
        }
    }

    #[test]
    fn a_report_is_a_line_per_part_with_the_gravest_fate_on_top() {
        let id = ProductId::from_bytes([7; 12]);
        let part = |kind, fate| Part { kind, fate, attempts: 1, last_sent_ms: Some(1_800_000_000_000) };
        let line = Line::of(
            id,
            Some("=Mug".to_owned()),
            vec![
                part(Kind::Fields, Fate::Changed { fields: 2, unproven: vec![] }),
                part(Kind::Vouchers, Fate::Refused { status: 409, words: "duplicate, \"twice\"".to_owned() }),
            ],
        );
        assert_eq!(line.fate.word(), "refused");
        let written = String::from_utf8(csv(&[line, Line::unchanged(id, None)]).unwrap()).unwrap();
        assert_eq!(
            written,
            "\u{feff}Product ID,Name,Outcome,Part,Details,Times Sent,Last Sent\r\n\
             070707070707070707070707,'=Mug,done,fields,2 fields changed,1,2027-01-15T08:00:00.000Z\r\n\
             070707070707070707070707,'=Mug,refused,vouchers,\"409 duplicate, \"\"twice\"\"\",1,2027-01-15T08:00:00.000Z\r\n\
             070707070707070707070707,,unchanged,,the store has all of this already,0,\r\n"
        );
    }
}
