//! How the cells of a column are read where people differ: the order of a date, its time zone, the decimal mark.
//!
//! In: what a person chose, or what the cells of a column settled. Out: [`CellRules`], plain data that is copied into every
//! check. Must never know: cells, how an order is inferred.

use crate::domain::ColumnId as C;
use crate::domain::choices::ListSeparator;
use serde::{Deserialize, Serialize};

/// The columns that hold moments.
pub const DATE_COLUMNS: [C; 3] = [C::DiscountStartDate, C::DiscountEndDate, C::VoucherExpireDate];

/// The columns that hold numbers.
pub const NUMBER_COLUMNS: [C; 6] = [
    C::Price,
    C::DiscountPrice,
    C::ExpiringHighlightDuration,
    C::SpecialPrice,
    C::PurchaseLimitQuantity,
    C::PurchaseLimitIntervalCount,
];

/// How the cells of a file are read where the reference leaves it open and people differ. A column of which nothing is
/// chosen is settled by its own cells before the check, or asked about; see [`Findings`](super::Findings).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CellRules {
    /// What separates codes and names in a cell.
    pub list_separator: ListSeparator,
    dates: [DateRule; DATE_COLUMNS.len()],
    numbers: [NumberRule; NUMBER_COLUMNS.len()],
}

/// The order of day, month and year in dates such as 03/04/2026. ISO dates, and others that begin with the year in four
/// digits, are read under every order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum DateOrder {
    /// Nobody has looked yet: the column's cells are to settle it.
    #[default]
    Infer,
    /// The column's cells leave it open, or do not need it: such a date stops its row.
    Open,
    /// 31/12/2026.
    DayMonthYear,
    /// 12/31/2026.
    MonthDayYear,
    /// 26/12/31; with four digits for the year it needs no choice.
    YearMonthDay,
}

/// Whose clock a date is by that does not say so itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Zone {
    /// Nothing is chosen: a day is midnight UTC, as the reference's own example has it ([dev 37690410]); a time of day
    /// without a zone stops its row.
    #[default]
    Documented,
    /// Days and times without a zone are by this offset from UTC, in minutes east of it, from -14 to 14 hours. 0 is UTC.
    Offset(i16),
}

/// How the dates of one column are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct DateRule {
    /// The order.
    pub order: DateOrder,
    /// Whether a year of two digits, such as 31/12/26, means one of this century. Never inferred.
    pub short_years: bool,
    /// Whose clock.
    pub zone: Zone,
}

/// How the numbers of one column are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum NumberRule {
    /// Nobody has looked yet: the column's cells are to settle it.
    #[default]
    Infer,
    /// The column's cells leave it open, or do not need it: digits and one decimal point are read, and a number such as
    /// 1.234, which is a thousand to some and one to others, stops its row.
    Open,
    /// 1,234.56: a decimal point; a comma, a blank or an apostrophe between thousands.
    Point,
    /// 1.234,56: a decimal comma; a point, a blank or an apostrophe between thousands.
    Comma,
}

/// What a person chose for one column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ColumnChoice {
    /// For a column of dates.
    Date(DateRule),
    /// For a column of numbers.
    Number(NumberRule),
}

fn slot<T: Copy>(columns: &[C], rules: &[T], id: C) -> Option<T> {
    columns.iter().zip(rules).find(|(column, _)| **column == id).map(|(_, rule)| *rule)
}

impl CellRules {
    /// Rules with this list separator, and nothing else chosen.
    #[must_use]
    pub fn separated_by(list_separator: ListSeparator) -> Self {
        Self { list_separator, ..Self::default() }
    }

    /// How a column of dates is read; the default for any other column.
    #[must_use]
    pub fn date(&self, id: C) -> DateRule {
        slot(&DATE_COLUMNS, &self.dates, id).unwrap_or_default()
    }

    /// How a column of numbers is read; the default for any other column.
    #[must_use]
    pub fn number(&self, id: C) -> NumberRule {
        slot(&NUMBER_COLUMNS, &self.numbers, id).unwrap_or_default()
    }

    /// These rules with a choice for one column. A choice that does not fit the column's kind changes nothing.
    #[must_use]
    pub fn with(mut self, id: C, choice: ColumnChoice) -> Self {
        match choice {
            ColumnChoice::Date(rule) => set(&DATE_COLUMNS, &mut self.dates, id, rule),
            ColumnChoice::Number(rule) => set(&NUMBER_COLUMNS, &mut self.numbers, id, rule),
        }
        self
    }

    /// These rules with another list separator.
    #[must_use]
    pub const fn with_separator(mut self, list_separator: ListSeparator) -> Self {
        self.list_separator = list_separator;
        self
    }

    /// The columns that are not to be settled by their cells.
    pub(super) fn answered(&self) -> Vec<C> {
        let dates = DATE_COLUMNS.into_iter().filter(|id| self.date(*id).order != DateOrder::Infer);
        dates.chain(NUMBER_COLUMNS.into_iter().filter(|id| self.number(*id) != NumberRule::Infer)).collect()
    }
}

fn set<T>(columns: &[C], rules: &mut [T], id: C, rule: T) {
    if let Some((_, slot)) = columns.iter().zip(rules).find(|(column, _)| **column == id) {
        *slot = rule;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::COLUMNS;
    use crate::domain::schema::Kind;

    #[test]
    fn every_column_of_dates_and_numbers_has_a_rule_of_its_own() {
        for column in &COLUMNS {
            assert_eq!(DATE_COLUMNS.contains(&column.id), column.kind == Kind::Moment, "{}", column.header);
            assert_eq!(
                NUMBER_COLUMNS.contains(&column.id),
                matches!(column.kind, Kind::Price | Kind::Count),
                "{}",
                column.header
            );
            let point = CellRules::default().with(column.id, ColumnChoice::Number(NumberRule::Point));
            let changed = COLUMNS.iter().filter(|other| point.number(other.id) == NumberRule::Point).count();
            assert_eq!(changed, usize::from(NUMBER_COLUMNS.contains(&column.id)));
        }
    }
}
