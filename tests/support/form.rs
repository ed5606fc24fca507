//! What stands in the CSV of a form, told as the items of the JSON door, by the dullest means: neither the page's writer
//! nor the practice service's reader has a part in it.

use serde_json::{Map, Value};

/// The items, as far as the tests' stores look at them.
pub fn items(body: &[u8]) -> Vec<Value> {
    let text = std::str::from_utf8(body).unwrap();
    let (head, rest) = text.split_once("\r\n\r\n").unwrap();
    assert!(head.contains(r#"name="file""#) && head.contains("Content-Type: text/csv"), "{head}");
    let boundary = head.lines().next().unwrap();
    let csv = rest.strip_suffix(&format!("\r\n{boundary}--\r\n")).unwrap();
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let headers = reader.headers().unwrap().clone();
    assert_eq!(headers.len(), 40);
    let mut items = Vec::new();
    for row in reader.records() {
        let row = row.unwrap();
        let mut item = Map::new();
        for (header, cell) in headers.iter().zip(&row).filter(|(_, cell)| !cell.is_empty()) {
            let (name, value) = match header {
                "Product ID" => ("productID", cell.into()),
                "Name" => ("name", cell.into()),
                "Price" => ("price", serde_json::from_str(cell).unwrap()),
                "Category Name" => ("categoryName", cell.into()),
                "Vouchers" => ("vouchers", cell.split('|').map(Value::from).collect()),
                "Voucher Expire Date" => ("voucherExpireDate", cell.into()),
                other => panic!("{other}: the tests' files have no such column"),
            };
            item.insert(name.to_owned(), value);
        }
        items.push(Value::Object(item));
    }
    items
}
