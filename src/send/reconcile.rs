//! What the store really holds: the answer to a lost answer.
//!
//! In: what was sent, what was there before, what is there now. Out: a verdict that never claims more than the numbers say.
//! Must never know: why anybody doubts.

use crate::domain::{ColumnId, Product, ProductPatch};
use crate::review::{FieldChange, Shown, check};
use serde::{Deserialize, Serialize};

/// A product's vouchers at one moment. Codes are hidden in every answer; only these two numbers show ([adss prod/update]).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stock {
    /// `stocks`: vouchers left.
    pub left: i64,
    /// `totalOrders`: vouchers given out, where returned.
    pub orders: Option<i64>,
}

impl Stock {
    /// The numbers of a product as read, where the store shows them.
    #[must_use]
    pub fn of(product: &Product) -> Option<Self> {
        product.stocks.map(|left| Self { left, orders: product.total_orders })
    }
}

/// How many of the codes arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrived {
    /// All, once.
    All,
    /// None.
    Nothing,
    /// All, more than once: this many codes instead.
    Repeated(i64),
    /// Some other number: sales that are counted late, somebody else's vouchers, an expiry. A person has to look.
    Odd(i64),
    /// The store does not show its stock.
    CannotTell,
}

/// How many of `sent` codes arrived between two readings: the stock's growth plus what was sold meanwhile.
///
/// Where `totalOrders` is not shown, "no growth" proves nothing (as many may have been sold), so it is [`Arrived::Odd`].
#[must_use]
pub fn vouchers(sent: usize, before: Option<Stock>, after: Option<Stock>) -> Arrived {
    let (Some(before), Some(after)) = (before, after) else { return Arrived::CannotTell };
    let sent = i64::try_from(sent).unwrap_or(i64::MAX);
    let sold = before.orders.zip(after.orders).map(|(before, after)| after.saturating_sub(before));
    let added = after.left.saturating_sub(before.left).saturating_add(sold.unwrap_or(0));
    match added {
        _ if sold.is_some_and(|sold| sold < 0) => Arrived::Odd(added),
        _ if added == sent => Arrived::All,
        0 if sold.is_some() => Arrived::Nothing,
        _ if sent > 0 && added > sent && added % sent == 0 => Arrived::Repeated(added),
        _ => Arrived::Odd(added),
    }
}

/// What a product holds of the fields that were sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Holds {
    /// Everything asked for, but for columns the store does not show.
    AsAsked {
        /// Columns proven.
        fields: u16,
        /// Columns the store does not show.
        unproven: Vec<ColumnId>,
    },
    /// What it held before: nothing was applied.
    AsBefore,
    /// Something else in these columns (`old` asked, `new` held).
    Otherwise(Vec<FieldChange>),
    /// None of the columns is shown.
    CannotTell(Vec<ColumnId>),
}

/// Compares what was sent, what was there before (`before`: the patch that would set it back) and what is there now.
#[must_use]
pub fn fields(sent: &ProductPatch, before: &ProductPatch, now: &Product) -> Holds {
    let asked = check(sent, now, &[]);
    if asked.differences.is_empty() {
        return if asked.same == 0 && !asked.not_shown.is_empty() {
            Holds::CannotTell(asked.not_shown)
        } else {
            Holds::AsAsked { fields: asked.same, unproven: asked.not_shown }
        };
    }
    let old = check(before, now, &[]);
    // A field that was nothing before has no old value to hold it against: being nothing still is the proof then.
    let unset = || asked.differences.iter().all(|change| change.new == Shown::Nothing);
    if old.differences.is_empty() && (old.same > 0 || unset()) { Holds::AsBefore } else { Holds::Otherwise(asked.differences) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Edit, Price, ProductId};

    #[test]
    fn the_stock_tells_how_many_arrived() {
        use Arrived::{All, CannotTell, Nothing, Odd, Repeated};
        let stock = |left, orders: i64| Some(Stock { left, orders: Some(orders) });
        let bare = |left| Some(Stock { left, orders: None });
        for (sent, before, after, verdict) in [
            (3, stock(5, 10), stock(8, 10), All),
            (3, stock(5, 10), stock(5, 10), Nothing),
            (3, stock(5, 10), stock(11, 10), Repeated(6)),
            (3, stock(5, 10), stock(14, 10), Repeated(9)),
            (3, stock(5, 10), stock(7, 10), Odd(2)),
            (3, stock(5, 10), stock(4, 10), Odd(-1)),
            // Two sold meanwhile.
            (3, stock(5, 10), stock(6, 12), All),
            (3, stock(5, 10), stock(3, 12), Nothing),
            (3, stock(5, 10), stock(9, 12), Repeated(6)),
            // Orders that shrink make no sense.
            (3, stock(5, 10), stock(9, 9), Odd(3)),
            (1, stock(0, 0), stock(1, 0), All),
            // Orders not shown: growth proves, no growth does not.
            (3, bare(5), bare(8), All),
            (3, bare(5), bare(5), Odd(0)),
            (3, bare(5), stock(5, 10), Odd(0)),
            (3, None, stock(5, 10), CannotTell),
            (3, stock(5, 10), None, CannotTell),
        ] {
            assert_eq!(vouchers(sent, before, after), verdict, "{sent} {before:?} {after:?}");
        }
    }

    #[test]
    fn the_fields_tell_whether_they_arrived() {
        let id = ProductId::from_bytes([1; 12]);
        let patch = |name: &str, price| ProductPatch {
            name: Edit::Set(name.to_owned()),
            price: Edit::Set(Price::whole(price)),
            ..ProductPatch::nothing(id)
        };
        let product = |name: &str, price: Option<u32>| Product {
            name: Some(name.to_owned()),
            price: price.map(Price::whole),
            ..Product::unknown(id)
        };
        let (sent, before) = (patch("new", 2), patch("old", 1));
        let now = |name, price| fields(&sent, &before, &product(name, price));
        assert_eq!(now("new", Some(2)), Holds::AsAsked { fields: 2, unproven: vec![] });
        assert_eq!(now("new", None), Holds::AsAsked { fields: 1, unproven: vec![ColumnId::Price] });
        assert_eq!(now("old", Some(1)), Holds::AsBefore);
        assert!(matches!(now("new", Some(1)), Holds::Otherwise(d) if d.len() == 1));
        assert!(matches!(now("third", Some(2)), Holds::Otherwise(d) if d.len() == 1));
        let hidden = fields(&sent, &before, &Product::unknown(id));
        assert_eq!(hidden, Holds::CannotTell(vec![ColumnId::Name, ColumnId::Price]));

        let image = ProductPatch { image: Edit::Set("https://a/b".to_owned()), ..ProductPatch::nothing(id) };
        let nothing = ProductPatch::nothing(id);
        let holds = |image: Option<&str>| Product { image: Some(image.map(str::to_owned)), ..Product::unknown(id) };
        assert_eq!(fields(&image, &nothing, &holds(None)), Holds::AsBefore);
        assert!(matches!(fields(&image, &nothing, &holds(Some("https://c"))), Holds::Otherwise(_)));
    }
}
