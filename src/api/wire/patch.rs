//! A [`ProductPatch`] as an item of a bulk update's JSON array ([dev 37690410], [adss prod/update]).
//!
//! Only fields that are set, under their documented names and in the documented order; nested values in their complete
//! shape, since the service takes them whole or not at all ([adss 37690410]).

use crate::domain::{
    Edit, ExpiringHighlight, Permission, PermissionGroup, ProductPatch, Timestamp, UserInformation, VoucherAppend, VoucherCode,
};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::json;

/// The body of a bulk update: a raw array, not wrapped in an object.
#[must_use]
pub fn write_batch(patches: &[ProductPatch]) -> Vec<u8> {
    let items: Vec<Item> = patches.iter().map(Item).collect();
    // Writing maps with text keys into memory cannot fail; an empty body would be refused by the service as unreadable.
    serde_json::to_vec(&items).unwrap_or_default()
}

/// A moment as the service writes it: ISO 8601, milliseconds, `Z`.
struct Iso(Timestamp);

impl Serialize for Iso {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

struct Item<'a>(&'a ProductPatch);

impl Serialize for Item<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // Without `..`, so that a field added to a patch cannot be forgotten here.
        let ProductPatch {
            id,
            name,
            description,
            image,
            price,
            category_name,
            is_discount_enabled,
            discount_price,
            discount_start_date,
            discount_end_date,
            user_information,
            should_prioritise_expiring_vouchers,
            should_display_remaining_quantity,
            expiring_voucher_highlight,
            is_archived,
            redemption_instructions,
            is_product_access_enabled,
            purchase_status_override_name,
            permissions,
            vouchers,
        } = self.0;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("productID", id)?;
        set(&mut map, "name", name)?;
        set(&mut map, "description", description)?;
        set(&mut map, "image", image)?;
        set(&mut map, "price", price)?;
        set(&mut map, "categoryName", category_name)?;
        set(&mut map, "discountPrice", discount_price)?;
        set(&mut map, "isDiscountEnabled", is_discount_enabled)?;
        set_as(&mut map, "discountStartDate", discount_start_date, |date| date.map(Iso))?;
        set_as(&mut map, "discountEndDate", discount_end_date, |date| date.map(Iso))?;
        set_as(&mut map, "userInformation", user_information, user_information_json)?;
        set(&mut map, "shouldPrioritiesExpiringVouchers", should_prioritise_expiring_vouchers)?;
        set(&mut map, "shouldDisplayRemainingQuantity", should_display_remaining_quantity)?;
        set_as(&mut map, "expiringVoucherHighlight", expiring_voucher_highlight, expiring_highlight_json)?;
        set(&mut map, "isArchived", is_archived)?;
        set(&mut map, "redemptionInstructions", redemption_instructions)?;
        set_as(&mut map, "productPermission", permissions, |list| list.iter().map(permission_json).collect::<Vec<_>>())?;
        set(&mut map, "isProductAccessEnabled", is_product_access_enabled)?;
        set(&mut map, "purchaseStatusOverrideName", purchase_status_override_name)?;
        if let Some(VoucherAppend { codes, expire_date }) = vouchers.as_ref().filter(|vouchers| !vouchers.codes.is_empty()) {
            map.serialize_entry("vouchers", &codes.iter().map(VoucherCode::reveal).collect::<Vec<_>>())?;
            map.serialize_entry("voucherExpireDate", &Iso(*expire_date))?;
        }
        map.end()
    }
}

fn set<M: SerializeMap, T: Serialize>(map: &mut M, key: &'static str, edit: &Edit<T>) -> Result<(), M::Error> {
    match edit {
        Edit::Keep => Ok(()),
        Edit::Set(value) => map.serialize_entry(key, value),
    }
}

fn set_as<M: SerializeMap, T, W: Serialize>(
    map: &mut M,
    key: &'static str,
    edit: &Edit<T>,
    write: impl Fn(&T) -> W,
) -> Result<(), M::Error> {
    match edit {
        Edit::Keep => Ok(()),
        Edit::Set(value) => map.serialize_entry(key, &write(value)),
    }
}

/// `userInformation`, complete.
#[must_use]
pub fn user_information_json(value: &UserInformation) -> serde_json::Value {
    let UserInformation { is_enabled, should_collect_name, should_collect_phone, should_collect_address } = value;
    json!({
        "isEnabled": is_enabled,
        "shouldCollectName": should_collect_name,
        "shouldCollectPhone": should_collect_phone,
        "shouldCollectAddress": should_collect_address,
    })
}

/// `expiringVoucherHighlight`, complete.
#[must_use]
pub fn expiring_highlight_json(value: &ExpiringHighlight) -> serde_json::Value {
    let ExpiringHighlight { is_enabled, duration, timeframe } = value;
    json!({ "isEnabled": is_enabled, "duration": duration, "timeframe": timeframe })
}

/// An entry of `productPermission`, complete, in the shape of the reference's one full example ([dev 37690410]).
#[must_use]
pub fn permission_json(value: &Permission) -> serde_json::Value {
    let Permission {
        is_enabled,
        kind,
        role_names,
        tag_names,
        usernames,
        combination,
        special_price,
        is_special_price_enabled,
        is_purchase_limit_enabled,
        purchase_limit_quantity,
        purchase_limit_interval_count,
        purchase_limit_interval_unit,
        access_level,
        is_exclusive_tag_enabled,
    } = value;
    let groups = combination.iter().map(|PermissionGroup { kind, values }| json!({ "type": kind, "values": values }));
    json!({
        "isEnabled": is_enabled,
        "type": kind,
        "permission": {
            "roleNames": role_names,
            "tagNames": tag_names,
            "usernames": usernames,
            "combination": groups.collect::<Vec<_>>(),
        },
        "purchaseAccess": { "specialPrice": special_price, "isSpecialPriceEnabled": is_special_price_enabled },
        "purchaseLimit": {
            "isPurchaseLimitEnabled": is_purchase_limit_enabled,
            "quantity": purchase_limit_quantity,
            "intervalCount": purchase_limit_interval_count,
            "intervalUnit": purchase_limit_interval_unit,
        },
        "accessLevel": access_level,
        "isExclusiveTagEnabled": is_exclusive_tag_enabled,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Price, ProductId};
    use serde_json::Value;

    fn id() -> ProductId {
        "507f1f77bcf86cd799439011".parse().unwrap()
    }

    fn written(patch: ProductPatch) -> String {
        String::from_utf8(write_batch(&[patch])).unwrap()
    }

    /// The request example of [dev 37690410], to the letter but for blanks.
    #[test]
    fn the_documented_request_is_what_a_patch_makes() {
        let patch = ProductPatch {
            name: Edit::Set("Premium Voucher".into()),
            price: Edit::Set(Price::whole(120)),
            vouchers: Some(VoucherAppend {
                codes: vec![VoucherCode::parse("VOUCHER-003").unwrap()],
                expire_date: Timestamp::parse("2026-12-31").unwrap(),
            }),
            ..ProductPatch::nothing(id())
        };
        let documented = r#"[ { "productID": "507f1f77bcf86cd799439011", "name": "Premium Voucher", "price": 120,
            "vouchers": [ "VOUCHER-003" ], "voucherExpireDate": "2026-12-31T00:00:00.000Z" } ]"#;
        let (ours, theirs): (Value, Value) =
            (serde_json::from_str(&written(patch.clone())).unwrap(), serde_json::from_str(documented).unwrap());
        assert_eq!(ours, theirs);
        assert_eq!(
            written(patch),
            r#"[{"productID":"507f1f77bcf86cd799439011","name":"Premium Voucher","price":120,"vouchers":["VOUCHER-003"],"voucherExpireDate":"2026-12-31T00:00:00.000Z"}]"#
        );
    }

    #[test]
    fn what_is_set_to_nothing_is_null_and_what_is_kept_is_absent() {
        let patch = ProductPatch {
            discount_price: Edit::Set(Price::parse("0.10").unwrap()),
            discount_start_date: Edit::Set(None),
            purchase_status_override_name: Edit::Set(None),
            vouchers: Some(VoucherAppend { codes: vec![], expire_date: Timestamp::from_millis(0) }),
            ..ProductPatch::nothing(id())
        };
        assert_eq!(
            written(patch),
            r#"[{"productID":"507f1f77bcf86cd799439011","discountPrice":0.1,"discountStartDate":null,"purchaseStatusOverrideName":null}]"#
        );
    }

    /// The names of everything that can be sent are those of the table of columns, and no others.
    #[test]
    fn every_field_is_documented() {
        let patch = everything(id());
        let body: Value = serde_json::from_str(&written(patch)).unwrap();
        let mut paths = Vec::new();
        walk(&body[0], "", &mut paths);
        let mut documented: Vec<String> = crate::domain::COLUMNS.iter().map(|column| column.path.to_owned()).collect();
        paths.sort();
        documented.sort();
        assert_eq!(paths, documented);
    }

    fn everything(id: ProductId) -> ProductPatch {
        let entry = Permission {
            role_names: vec!["VIP Member".into()],
            combination: vec![PermissionGroup { kind: "role".into(), values: vec![] }],
            ..Permission::default()
        };
        ProductPatch {
            id,
            name: Edit::Set("n".into()),
            description: Edit::Set("d".into()),
            image: Edit::Set("https://example.com/i.png".into()),
            price: Edit::Set(Price::whole(1)),
            category_name: Edit::Set("c".into()),
            is_discount_enabled: Edit::Set(true),
            discount_price: Edit::Set(Price::whole(1)),
            discount_start_date: Edit::Set(Some(Timestamp::from_millis(0))),
            discount_end_date: Edit::Set(None),
            user_information: Edit::Set(UserInformation::default()),
            should_prioritise_expiring_vouchers: Edit::Set(true),
            should_display_remaining_quantity: Edit::Set(true),
            expiring_voucher_highlight: Edit::Set(ExpiringHighlight::default()),
            is_archived: Edit::Set(false),
            redemption_instructions: Edit::Set("r".into()),
            is_product_access_enabled: Edit::Set(true),
            purchase_status_override_name: Edit::Set(Some("Pending".into())),
            permissions: Edit::Set(vec![entry]),
            vouchers: Some(VoucherAppend {
                codes: vec![VoucherCode::parse("A").unwrap()],
                expire_date: Timestamp::from_millis(0),
            }),
        }
    }

    fn walk(value: &Value, path: &str, into: &mut Vec<String>) {
        match value {
            Value::Object(map) => {
                for (key, inner) in map {
                    walk(inner, &if path.is_empty() { key.clone() } else { format!("{path}.{key}") }, into);
                }
            }
            Value::Array(list) if list.iter().any(Value::is_object) => {
                list.iter().for_each(|inner| walk(inner, &format!("{path}[]"), into));
            }
            _ => into.push(path.to_owned()),
        }
    }
}
