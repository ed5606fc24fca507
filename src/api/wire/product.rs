//! Products and categories as answers carry them, in both documented generations: B with readable names
//! ([dev 37690410]), A with ids ([dev 34355616], [dev 34355623], [dev 34355292]).

use super::value::{count, field, flag, moment, name, names, nullable, price, text, whole};
use crate::domain::{Category, ExpiringHighlight, Permission, PermissionGroup, Product, UserInformation};
use serde_json::Value;

/// A product, or nothing where there is no readable id: without one it cannot be matched to what was sent.
#[must_use]
pub fn read_product(value: &Value) -> Option<Product> {
    let id = field(value, &["_id", "id", "productID"])?.as_str()?.parse().ok()?;
    let at = |key: &str| value.get(key);
    Some(Product {
        id,
        community_id: at("communityID").and_then(text),
        name: at("name").and_then(text),
        description: at("description").and_then(text),
        image: at("image").and_then(|image| nullable(image, text)),
        price: at("price").and_then(price),
        category: at("category").and_then(|category| nullable(category, name)),
        category_id: at("categoryID").and_then(text),
        stocks: at("stocks").and_then(whole),
        discount_price: at("discountPrice").and_then(|it| nullable(it, price)),
        is_discount_enabled: at("isDiscountEnabled").and_then(flag),
        discount_start_date: at("discountStartDate").and_then(|it| nullable(it, moment)),
        discount_end_date: at("discountEndDate").and_then(|it| nullable(it, moment)),
        user_information: at("userInformation").filter(|it| it.is_object()).map(read_user_information),
        should_prioritise_expiring_vouchers: at("shouldPrioritiesExpiringVouchers").and_then(flag),
        should_display_remaining_quantity: at("shouldDisplayRemainingQuantity").and_then(flag),
        expiring_voucher_highlight: at("expiringVoucherHighlight").filter(|it| it.is_object()).map(read_highlight),
        is_archived: at("isArchived").and_then(flag),
        total_orders: at("totalOrders").and_then(whole),
        redemption_instructions: at("redemptionInstructions").and_then(text),
        permissions: at("productPermission").and_then(Value::as_array).map(|list| list.iter().map(read_permission).collect()),
        is_product_access_enabled: at("isProductAccessEnabled").and_then(flag),
        purchase_status_override: at("purchaseStatusOverride")
            .and_then(|it| it.get("status"))
            .and_then(|status| nullable(status, name)),
        created_at: at("createdAt").and_then(moment),
        updated_at: at("updatedAt").and_then(moment),
    })
}

/// A category, or nothing where it has no id or no name.
#[must_use]
pub fn read_category(value: &Value) -> Option<Category> {
    Some(Category {
        id: text(field(value, &["_id", "id", "categoryID"])?)?,
        name: text(value.get("name")?)?,
        is_archived: value.get("isArchived").and_then(flag).unwrap_or(false),
    })
}

/// Generation A may answer just `{isEnabled: false}`; what it leaves out is off.
fn read_user_information(value: &Value) -> UserInformation {
    let on = |key: &str| value.get(key).and_then(flag).unwrap_or(false);
    UserInformation {
        is_enabled: on("isEnabled"),
        should_collect_name: on("shouldCollectName"),
        should_collect_phone: on("shouldCollectPhone"),
        should_collect_address: on("shouldCollectAddress"),
    }
}

fn read_highlight(value: &Value) -> ExpiringHighlight {
    let usual = ExpiringHighlight::default();
    ExpiringHighlight {
        is_enabled: value.get("isEnabled").and_then(flag).unwrap_or(usual.is_enabled),
        duration: value.get("duration").and_then(count).unwrap_or(usual.duration),
        timeframe: value.get("timeframe").and_then(Value::as_str).map_or(usual.timeframe, Into::into),
    }
}

/// Products spell `roleNames`, `tagNames`, `usernames` and `isPurchaseLimitEnabled`; category answers spell `roles`,
/// `tags`, `users` and `isEnabled` ([adss cat/create]). Both are read in both.
fn read_permission(value: &Value) -> Permission {
    const NOTHING: &Value = &Value::Null;
    let usual = Permission::default();
    let inside = |key: &str| value.get(key).unwrap_or(NOTHING);
    let (people, access, limit) = (inside("permission"), inside("purchaseAccess"), inside("purchaseLimit"));
    let list = |keys: &[&str]| field(people, keys).and_then(names).unwrap_or_default();
    let number = |key: &str, usual: u32| limit.get(key).and_then(count).unwrap_or(usual);
    let on = |object: &Value, keys: &[&str], usual: bool| field(object, keys).and_then(flag).unwrap_or(usual);
    Permission {
        is_enabled: on(value, &["isEnabled"], usual.is_enabled),
        kind: value.get("type").and_then(Value::as_str).map_or(usual.kind, Into::into),
        role_names: list(&["roleNames", "roles"]),
        tag_names: list(&["tagNames", "tags"]),
        usernames: list(&["usernames", "users", "userNames"]),
        combination: people
            .get("combination")
            .and_then(Value::as_array)
            .map(|groups| groups.iter().filter_map(read_group).collect())
            .unwrap_or_default(),
        special_price: access.get("specialPrice").and_then(price).unwrap_or(usual.special_price),
        is_special_price_enabled: on(access, &["isSpecialPriceEnabled"], usual.is_special_price_enabled),
        is_purchase_limit_enabled: on(limit, &["isPurchaseLimitEnabled", "isEnabled"], usual.is_purchase_limit_enabled),
        purchase_limit_quantity: number("quantity", usual.purchase_limit_quantity),
        purchase_limit_interval_count: number("intervalCount", usual.purchase_limit_interval_count),
        purchase_limit_interval_unit: limit
            .get("intervalUnit")
            .and_then(Value::as_str)
            .map_or(usual.purchase_limit_interval_unit, Into::into),
        access_level: value.get("accessLevel").and_then(Value::as_str).map_or(usual.access_level, Into::into),
        is_exclusive_tag_enabled: on(value, &["isExclusiveTagEnabled"], usual.is_exclusive_tag_enabled),
    }
}

fn read_group(value: &Value) -> Option<PermissionGroup> {
    let kind = value.get("type")?.as_str()?.into();
    Some(PermissionGroup { kind, values: value.get("values").and_then(names).unwrap_or_default() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Price;
    use serde_json::json;

    #[test]
    fn generation_a_is_read_with_defaults_for_what_it_leaves_out() {
        let product = read_product(&json!({
            "_id": "507f1f77bcf86cd799439011", "communityID": "6502c9e514a3e564c5c09c0a", "name": "Voucher",
            "price": 19.9, "type": "voucher", "categoryID": "6502c9e514a3e564c5c09c0b", "displayOrder": 3,
            "i18n": { "nameTranslations": [] }, "customOptions": { "isEnabled": false },
            "userInformation": { "isEnabled": false }, "expiringVoucherHighlight": { "isEnabled": true },
            "purchaseStatusOverride": { "isEnabled": false, "statusID": null }, "stocks": "4", "image": null,
        }))
        .unwrap();
        assert_eq!(product.price, Price::parse("19.9").ok());
        assert_eq!(product.category_id.as_deref(), Some("6502c9e514a3e564c5c09c0b"));
        assert_eq!(product.category, None);
        assert_eq!(product.permissions, None);
        assert_eq!(product.purchase_status_override, None);
        assert_eq!(product.user_information, Some(UserInformation::default()));
        assert_eq!(product.expiring_voucher_highlight.map(|it| (it.is_enabled, it.duration)), Some((true, 7)));
        assert_eq!((product.stocks, product.image), (Some(4), Some(None)));
    }

    #[test]
    fn both_spellings_of_a_permission_are_read() {
        let spelt = |roles: &str, tags: &str, users: &str, limit: &str| {
            read_permission(&json!({
                "type": "role",
                "permission": { roles: ["VIP"], tags: [{ "name": "Early" }], users: ["alex"], "combination": [] },
                "purchaseLimit": { limit: true, "quantity": 2, "intervalCount": 1, "intervalUnit": "fortnights" },
            }))
        };
        let product = spelt("roleNames", "tagNames", "usernames", "isPurchaseLimitEnabled");
        assert_eq!(product, spelt("roles", "tags", "users", "isEnabled"));
        assert_eq!(product.tag_names, ["Early"]);
        assert_eq!(product.purchase_limit_interval_unit.as_str(), "fortnights");
        assert!(product.is_purchase_limit_enabled);
    }

    #[test]
    fn a_product_without_a_readable_id_is_none() {
        for value in [json!({}), json!(null), json!([]), json!({ "_id": 5 }), json!({ "_id": "507f" })] {
            assert_eq!(read_product(&value), None);
        }
        assert_eq!(read_category(&json!({ "_id": "1" })), None);
        assert_eq!(read_category(&json!({ "_id": "1", "name": "Gifts" })).map(|it| it.is_archived), Some(false));
    }
}
