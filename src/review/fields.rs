//! Values as they are shown, column by column: the leaves of a comparison.
//!
//! In: a wanted value and what the store returned for it. Out: a [`FieldChange`] where they differ.
//! Must never know: where either value came from.

use crate::domain::open::{AccessLevel, IntervalUnit, PermissionType, Timeframe};
use crate::domain::{ColumnId, PermissionGroup, Price, Timestamp};
use serde::{Deserialize, Serialize};
use std::fmt;

/// One CSV column of one product whose value differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldChange {
    /// Which column.
    pub column: ColumnId,
    /// Which permission entry, from 0, where the column belongs to one.
    pub entry: Option<u16>,
    /// What the store has (in a [`Checked`](super::Checked): what it was asked to have).
    pub old: Shown,
    /// What it is to have (in a [`Checked`](super::Checked): what it has).
    pub new: Shown,
}

/// A value to be shown. Typed, so that the page can format it; [`fmt::Display`] gives the plain text.
///
/// Voucher codes are secrets: only their number and expiry are ever shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Shown {
    /// The store does not return this field, so it cannot be compared.
    NotReturned,
    /// The store says that there is nothing here (`null`), or there is no such entry.
    Nothing,
    /// Text to the letter, HTML included: show it as text.
    Text(String),
    /// Yes or no.
    Flag(bool),
    /// An amount of the store's currency.
    Amount(Price),
    /// A whole number.
    Count(u32),
    /// A moment.
    Moment(Timestamp),
    /// A list of readable names.
    Names(Vec<String>),
    /// Vouchers left in the store (`stocks`).
    Stock(i64),
    /// Codes that are added to what is there.
    Appends {
        /// How many.
        count: u32,
        /// When they all expire.
        expire: Timestamp,
    },
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotReturned => f.write_str("(not shown by the store)"),
            Self::Nothing => f.write_str("(nothing)"),
            Self::Text(text) => f.write_str(text),
            Self::Flag(yes) => write!(f, "{yes}"),
            Self::Amount(price) => write!(f, "{price}"),
            Self::Count(count) => write!(f, "{count}"),
            Self::Moment(moment) => write!(f, "{moment}"),
            Self::Names(names) => f.write_str(&names.join(" | ")),
            Self::Stock(left) => write!(f, "{left} in stock"),
            Self::Appends { count, expire } => write!(f, "+{count}, expiring {expire}"),
        }
    }
}

/// What a store's answer says about one field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Live<T> {
    NotReturned,
    Nothing,
    Is(T),
}

impl<T> Live<T> {
    pub(super) fn known(self) -> Option<T> {
        match self {
            Self::Is(value) => Some(value),
            Self::NotReturned | Self::Nothing => None,
        }
    }

    pub(super) fn map<U>(self, f: impl FnOnce(T) -> U) -> Live<U> {
        match self {
            Self::NotReturned => Live::NotReturned,
            Self::Nothing => Live::Nothing,
            Self::Is(value) => Live::Is(f(value)),
        }
    }
}

impl<'a, T> From<&'a Option<T>> for Live<&'a T> {
    fn from(value: &'a Option<T>) -> Self {
        value.as_ref().map_or(Self::NotReturned, Self::Is)
    }
}

impl<'a, T> Live<&'a T> {
    /// A field that the store may answer with `null`.
    pub(super) fn nullable(value: &'a Option<Option<T>>) -> Self {
        match value {
            None => Self::NotReturned,
            Some(None) => Self::Nothing,
            Some(Some(value)) => Self::Is(value),
        }
    }
}

/// How a type is shown.
pub(super) trait Show {
    fn shown(&self) -> Shown;
}

impl Show for String {
    fn shown(&self) -> Shown {
        Shown::Text(self.clone())
    }
}
impl Show for str {
    fn shown(&self) -> Shown {
        Shown::Text(self.to_owned())
    }
}
impl Show for bool {
    fn shown(&self) -> Shown {
        Shown::Flag(*self)
    }
}
impl Show for Price {
    fn shown(&self) -> Shown {
        Shown::Amount(*self)
    }
}
impl Show for Timestamp {
    fn shown(&self) -> Shown {
        Shown::Moment(*self)
    }
}
impl Show for u32 {
    fn shown(&self) -> Shown {
        Shown::Count(*self)
    }
}
impl Show for Vec<String> {
    fn shown(&self) -> Shown {
        Shown::Names(self.clone())
    }
}
impl Show for Vec<PermissionGroup> {
    fn shown(&self) -> Shown {
        Shown::Names(self.iter().map(|group| format!("{}: {}", group.kind.as_str(), group.values.join(" + "))).collect())
    }
}
macro_rules! show_words {
    ($($name:ty),+) => {
        $(impl Show for $name {
            fn shown(&self) -> Shown {
                Shown::Text(self.as_str().to_owned())
            }
        })+
    };
}
show_words!(AccessLevel, IntervalUnit, PermissionType, Timeframe);
impl<T: Show> Show for Option<T> {
    fn shown(&self) -> Shown {
        self.as_ref().map_or(Shown::Nothing, Show::shown)
    }
}

impl<T: Show + ?Sized> Live<&T> {
    pub(super) fn shown(&self) -> Shown {
        match self {
            Self::NotReturned => Shown::NotReturned,
            Self::Nothing => Shown::Nothing,
            Self::Is(value) => value.shown(),
        }
    }
}

/// Gathers leaves.
#[derive(Debug, Default)]
pub(super) struct Leaves {
    pub(super) changes: Vec<FieldChange>,
    pub(super) same: u16,
    pub(super) not_shown: Vec<ColumnId>,
}

impl Leaves {
    /// Notes one leaf; whether it differs (what is not returned counts as different: it cannot be known to be the same).
    pub(super) fn leaf<T: Show + PartialEq + ?Sized>(
        &mut self,
        column: ColumnId,
        entry: Option<u16>,
        wanted: &T,
        live: Live<&T>,
    ) -> bool {
        match live {
            Live::Is(value) if value == wanted => {
                self.same = self.same.saturating_add(1);
                return false;
            }
            Live::NotReturned => self.hidden(column),
            Live::Is(_) | Live::Nothing => {}
        }
        self.changes.push(FieldChange { column, entry, old: live.shown(), new: wanted.shown() });
        true
    }

    /// Notes that the store does not return a column.
    pub(super) fn hidden(&mut self, column: ColumnId) {
        if !self.not_shown.contains(&column) {
            self.not_shown.push(column);
        }
    }
}
