//! A sample update file that fits a practice store, so that the whole bulk run can be tried with one click.
//!
//! In: the service. Out: CSV text: some forty products with real changes of every kind, a few that change nothing, and
//! seven mistakes as spreadsheets and people make them. The header is a part of the documented one, in its order; lists in
//! a cell are separated by `|`.

use super::Service;
use crate::domain::{ColumnId as C, Price, Product, Timestamp};

/// The file's columns.
const HEADER: [C; 18] = [
    C::ProductId,
    C::Name,
    C::Description,
    C::Price,
    C::CategoryName,
    C::DiscountEnabled,
    C::DiscountPrice,
    C::DiscountStartDate,
    C::DiscountEndDate,
    C::Archived,
    C::RedemptionInstructions,
    C::Vouchers,
    C::VoucherExpireDate,
    C::PermissionEnabled,
    C::PermissionType,
    C::Roles,
    C::SpecialPrice,
    C::SpecialPriceEnabled,
];

const DAY: i64 = 86_400_000;

/// The sample file, for the products as the service holds them now: UTF-8, LF, comma, RFC 4180 quoting.
#[must_use]
pub fn sample_csv(service: &Service) -> String {
    let mut file = File(String::new());
    file.line(HEADER.map(|column| column.header().to_owned()).as_slice());
    // Every sixth, so that every category is met; archived ones may be missing from what a page can list.
    let mut products = service.products().filter(|it| it.is_archived != Some(true)).step_by(6);
    let mut next = || products.next();
    let today = service.now().millis() / DAY * DAY;
    let day = |days: i64| Timestamp::from_millis(today + days * DAY);
    let date = |days: i64| day(days).to_string().chars().take(10).collect::<String>();

    for number in 0..9u32 {
        file.product(next(), |it| vec![(C::Price, raised(it, 10 + number * 5))]);
    }
    for number in 0..5u32 {
        file.product(next(), |it| {
            vec![
                (C::DiscountEnabled, "TRUE".into()),
                (C::DiscountPrice, share(it, 60 + number * 5)),
                (C::DiscountStartDate, date(1)),
                (C::DiscountEndDate, date(31)),
            ]
        });
    }
    for _ in 0..3 {
        file.product(next(), |_| vec![(C::Archived, "TRUE".into())]);
    }
    for category in ["Premium Rewards", "Gift Cards", "Merchandise"] {
        file.product(next(), |_| vec![(C::CategoryName, category.into())]);
    }
    for text in [
        "<p>Now with oat milk, at no extra charge.</p>",
        "<p>Neu: auch am Wochenende – „gern gesehen“.</p>",
        "<p>One a person.</p>\n<p>While stocks last.</p>",
    ] {
        file.product(next(), |_| vec![(C::Description, text.into())]);
    }
    for (name, note) in [("Café Größe L", "<p>Ask for the large cup.</p>"), ("Spa day \"Still\"", "<p>Book by mail.</p>")] {
        file.product(next(), |_| vec![(C::Name, name.into()), (C::RedemptionInstructions, note.into())]);
    }
    for (number, count) in [(1, 3), (2, 1), (3, 6), (4, 2), (5, 4)] {
        let codes: Vec<_> = (1..=count).map(|at| format!("AUTUMN-{number}{at:02}")).collect();
        file.product(next(), |_| vec![(C::Vouchers, codes.join("|")), (C::VoucherExpireDate, date(400))]);
    }
    file.product(next(), |it| {
        vec![(C::Price, raised(it, 5)), (C::Vouchers, "MIXED-1|MIXED-2".into()), (C::VoucherExpireDate, day(200).to_string())]
    });
    let entry = |role: &str, price: String| {
        vec![
            (C::PermissionEnabled, "TRUE".to_owned()),
            (C::PermissionType, "role".to_owned()),
            (C::Roles, role.to_owned()),
            (C::SpecialPrice, price),
            (C::SpecialPriceEnabled, "TRUE".to_owned()),
        ]
    };
    // A product with two permission entries: the second stands in a row of its own, without a product id.
    file.product(next(), |it| entry("VIP Member|Gold Member", share(it, 70)));
    file.row(&entry("Moderator", "1".into()));
    for _ in 0..5 {
        file.product(next(), unchanged);
    }

    // The mistakes.
    file.product(next(), |_| vec![(C::Price, "12O".into())]);
    file.product(next(), |_| vec![(C::DiscountEnabled, "TRUE".into()), (C::DiscountEndDate, "2026-13-45".into())]);
    file.product(next(), |_| vec![(C::Vouchers, "NO-DATE-1|NO-DATE-2".into())]);
    file.row(&[(C::ProductId, "6.50906E+23".into()), (C::Price, "45".into())]);
    file.row(&[(C::ProductId, "000000000000000000000404".into()), (C::Price, "45".into())]);
    if let Some(it) = next() {
        // A comma that should have been quoted makes one cell too many.
        file.0.push_str(&format!("{},,<p>Hot, sweet.</p>,{},,,,,,,,,,,,,,\n", it.id, raised(it, 5)));
    }
    if let Some(it) = next() {
        file.row(&[(C::ProductId, it.id.to_string()), (C::Price, raised(it, 5))]);
        file.row(&[(C::ProductId, it.id.to_string()), (C::Price, raised(it, 15))]);
    }
    file.0
}

struct File(String);

impl File {
    fn product(&mut self, product: Option<&Product>, cells: impl FnOnce(&Product) -> Vec<(C, String)>) {
        if let Some(product) = product {
            let mut cells = cells(product);
            cells.push((C::ProductId, product.id.to_string()));
            self.row(&cells);
        }
    }

    fn row(&mut self, cells: &[(C, String)]) {
        let cell = |column: C| cells.iter().find(|(it, _)| *it == column).map(|(_, text)| text.clone()).unwrap_or_default();
        self.line(&HEADER.map(cell));
    }

    fn line(&mut self, cells: &[String]) {
        let quoted = cells.iter().map(|cell| {
            let must = cell.contains([',', '"', '\n', '\r']);
            if must { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.clone() }
        });
        self.0.push_str(&quoted.collect::<Vec<_>>().join(","));
        self.0.push('\n');
    }
}

fn raised(product: &Product, by: u32) -> String {
    let price = product.price.unwrap_or_default().amount();
    (price + Price::whole(by).amount()).to_string()
}

/// A share of the price in percent, whole.
fn share(product: &Product, percent: u32) -> String {
    let price = product.price.unwrap_or_default().amount();
    (price * Price::whole(percent).amount() / Price::whole(100).amount()).floor().to_string()
}

/// Cells that say what the store says already.
fn unchanged(product: &Product) -> Vec<(C, String)> {
    let flag = |it: Option<bool>| it.map(|it| if it { "TRUE" } else { "FALSE" }.to_owned()).unwrap_or_default();
    vec![
        (C::Name, product.name.clone().unwrap_or_default()),
        (C::Price, product.price.unwrap_or_default().to_string()),
        (C::CategoryName, product.category.clone().flatten().unwrap_or_default()),
        (C::DiscountEnabled, flag(product.is_discount_enabled)),
        (C::Archived, flag(product.is_archived)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ProductId;
    use std::collections::HashSet;

    #[test]
    fn it_fits_the_store_and_has_its_seven_mistakes() {
        let service = Service::new(1);
        let text = sample_csv(&service);
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
        let header: Vec<_> = reader.headers().unwrap().iter().map(str::to_owned).collect();
        assert_eq!(header, HEADER.map(|column| column.header()));
        assert!(HEADER.is_sorted());
        let rows: Vec<_> = reader.records().map(Result::unwrap).collect();
        let cell = |row: &csv::StringRecord, column: C| row[HEADER.iter().position(|it| *it == column).unwrap()].to_owned();
        let ids: Vec<_> = rows.iter().map(|row| cell(row, C::ProductId)).collect();
        let known = |id: &String| id.parse::<ProductId>().is_ok_and(|id| service.product(id).is_some());
        let products: HashSet<_> = ids.iter().filter(|id| known(id)).collect();
        assert!((40..50).contains(&products.len()), "{}", products.len());
        assert_eq!(ids.iter().filter(|id| id.is_empty()).count(), 1);
        assert_eq!(ids.iter().filter(|id| !id.is_empty() && !known(id)).count(), 2);
        assert_eq!(ids.iter().filter(|id| known(id)).count(), products.len() + 1, "one product twice");
        assert_eq!(rows.iter().filter(|row| row.len() != HEADER.len()).count(), 1, "one ragged row");
        let even = || rows.iter().filter(|row| row.len() == HEADER.len());
        assert_eq!(
            even().filter(|row| !cell(row, C::Vouchers).is_empty() && cell(row, C::VoucherExpireDate).is_empty()).count(),
            1
        );
        let bad_price = |row: &&csv::StringRecord| !cell(row, C::Price).is_empty() && Price::parse(&cell(row, C::Price)).is_err();
        assert_eq!(even().filter(bad_price).count(), 1);
        for column in [C::DiscountStartDate, C::DiscountEndDate, C::VoucherExpireDate] {
            let bad = even().filter(|row| !cell(row, column).is_empty() && Timestamp::parse(&cell(row, column)).is_err()).count();
            assert_eq!(bad, usize::from(column == C::DiscountEndDate));
        }
        for row in even() {
            let category = cell(row, C::CategoryName);
            assert!(category.is_empty() || service.categories().iter().any(|it| it.name == category), "{category}");
        }
    }

    #[test]
    fn the_damaged_id_is_one_that_the_store_has() {
        let service = Service::new(1);
        assert!(service.products().any(|it| it.id.to_string().starts_with("650906")));
    }
}
