//! The store that a practice begins with, made from a number: some 320 products of one community, in 12 categories.
//!
//! In: a number. Out: the world. The same number gives the same store, so tests can name what is in it, and every visitor
//! of the practice store sees the same shelves. Names, prices and codes are invented.

mod catalogue;

use super::service::{Service, Stored, Voucher, World};
use super::store::Store;
use crate::domain::{
    Category, ExpiringHighlight, Permission, PermissionGroup, Price, Product, ProductId, Timestamp, UserInformation,
};
use catalogue::{ITEMS, Shelf};

/// The community's roles.
pub(super) const ROLES: [&str; 5] = ["VIP Member", "Gold Member", "Silver Member", "Moderator", "Neuling"];
/// The community's tags.
pub(super) const TAGS: [&str; 4] = ["Early Access", "Beta Tester", "Newsletter", "Café-Club"];
/// Some of the community's users.
pub(super) const USERS: [&str; 4] = ["alex", "zoë", "m.okafor", "李雷"];
/// The purchase statuses.
pub(super) const STATUSES: [&str; 5] = ["Pending", "Processing", "Shipping", "Ready for pickup", "Completed"];

const DAY: i64 = 86_400_000;

/// SplitMix64: small, seedable, the same everywhere; nothing here needs more.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// From 0 up to, not including, `sides`.
    fn below(&mut self, sides: u32) -> u32 {
        u32::try_from(self.roll() % u64::from(sides.max(1))).unwrap_or(0)
    }

    fn chance(&mut self, percent: u32) -> bool {
        self.below(100) < percent
    }

    fn pick<'a>(&mut self, list: &[&'a str]) -> &'a str {
        let at = self.below(u32::try_from(list.len()).unwrap_or(1));
        usize::try_from(at).ok().and_then(|at| list.get(at)).copied().unwrap_or("")
    }
}

/// The whole world of a seed, with at least `products` products.
pub(super) fn world(seed: u64, least: usize) -> World {
    let mut dice = Dice(seed ^ 0x5707_2EEC_EE9E_2020);
    // A fixed head and the seed's own tail, so that two seeds are two communities.
    let community_id = format!("6502c9e514a3e564{:08x}", dice.roll() & 0xFFFF_FFFF);
    let categories = ITEMS
        .iter()
        .map(|shelf| (shelf.category, false))
        .chain([("Summer 2025 (ended)", true)])
        .zip(0u32..)
        .map(|((name, is_archived), at)| Category {
            id: format!("6502c9e514a3e564c5c1{at:04x}"),
            name: name.to_owned(),
            is_archived,
        })
        .collect();
    let mut products = Vec::new();
    // The first round is the store that everybody knows; each further one brings the same items as another edition.
    for round in 1u32.. {
        for shelf in &ITEMS {
            for variant in 0..3u32 {
                for (name, text) in shelf.items {
                    let number = u32::try_from(products.len()).unwrap_or(0);
                    let edition = if round == 1 { String::new() } else { format!(", edition {round}") };
                    let name = format!("{name}{edition}");
                    products.push(product(number, shelf, &name, text, variant, &community_id, &mut dice));
                }
            }
        }
        if products.len() >= least {
            break;
        }
    }
    let widget_key = (0..4).map(|_| format!("{:016x}", dice.roll())).collect();
    World::new(community_id, Store::new(widget_key), categories, products)
}

fn product(number: u32, shelf: &Shelf, name: &str, text: &str, variant: u32, community_id: &str, dice: &mut Dice) -> Stored {
    let id = id(number, dice);
    let name = shelf.name(name, variant);
    let price = shelf.price(variant, dice.below(20));
    let start = Service::START.millis();
    let created = start - i64::from(30 + dice.below(500)) * DAY - i64::from(dice.below(86_400_000));
    let updated = (created + i64::from(dice.below(400)) * DAY).min(start - 1 - i64::from(dice.below(90_000_000)));
    let is_discounted = dice.chance(18);
    let vouchers = vouchers(number, start, dice);
    let asks = dice.chance(15);
    let access = dice.chance(12);
    let product = Product {
        id,
        community_id: Some(community_id.to_owned()),
        description: Some(shelf.description(&name, text, number)),
        image: Some((!dice.chance(8)).then(|| format!("https://example.com/rewards/{}-{number}.png", shelf.slug))),
        price: Some(Price::whole(price)),
        category: Some(Some(shelf.category.to_owned())),
        category_id: None,
        stocks: None,
        discount_price: Some(is_discounted.then(|| discounted(price, number))),
        is_discount_enabled: Some(is_discounted),
        discount_start_date: Some(
            (is_discounted && number.is_multiple_of(2)).then(|| Timestamp::from_millis(start / DAY * DAY - 7 * DAY)),
        ),
        discount_end_date: Some(
            (is_discounted && number.is_multiple_of(2)).then(|| Timestamp::from_millis(start / DAY * DAY + 30 * DAY)),
        ),
        user_information: Some(UserInformation {
            is_enabled: asks,
            should_collect_name: asks,
            should_collect_phone: asks && dice.chance(40),
            should_collect_address: asks && shelf.ships,
        }),
        should_prioritise_expiring_vouchers: Some(dice.chance(50)),
        should_display_remaining_quantity: Some(dice.chance(70)),
        expiring_voucher_highlight: Some(ExpiringHighlight { is_enabled: dice.chance(20), ..ExpiringHighlight::default() }),
        is_archived: Some(dice.chance(7)),
        total_orders: Some(i64::from(dice.below(900))),
        redemption_instructions: Some(shelf.instructions.to_owned()),
        permissions: Some(if access { vec![permission(price, dice)] } else { Vec::new() }),
        is_product_access_enabled: Some(access),
        purchase_status_override: Some((shelf.ships && dice.chance(50)).then(|| dice.pick(&STATUSES).to_owned())),
        created_at: Some(Timestamp::from_millis(created)),
        updated_at: Some(Timestamp::from_millis(updated)),
        name: Some(name),
    };
    let mut stored = Stored { product, vouchers, sold: Vec::new() };
    stored.count();
    stored
}

/// Ids as the service makes them: four bytes of time, five of a machine, three of a counter. Every 64th has decimal digits
/// only, which a spreadsheet takes for a number (`6.50906E+23`).
fn id(number: u32, dice: &mut Dice) -> ProductId {
    let [_, high, middle, low] = number.to_be_bytes();
    if number % 64 == 17 && number < 10_000 {
        // Two decimal digits a byte.
        let decimal = |value: u32| u8::try_from(((value / 10 % 10) << 4) | (value % 10)).unwrap_or(0);
        let tail = [decimal(number / 100), decimal(number % 100)];
        return ProductId::from_bytes([0x65, 0x09, 0x06, 0x12, 0x34, 0x56, 0x78, 0x90, 0x12, 0x34, tail[0], tail[1]]);
    }
    let time = 0x6720_0000u32 + (number << 12) + dice.below(4_000);
    let [a, b, c, d] = time.to_be_bytes();
    ProductId::from_bytes([a, b, c, d, 0x14, 0xa3, 0xe5, 0x64, 0xc5, high, middle, low])
}

fn discounted(price: u32, number: u32) -> Price {
    // Some with a fraction, so that exact amounts are seen to stay exact.
    let reduced = price.saturating_mul(4) / 5;
    let text = if number.is_multiple_of(5) { format!("{reduced}.50") } else { reduced.to_string() };
    Price::parse(&text).unwrap_or_default()
}

fn vouchers(number: u32, start: i64, dice: &mut Dice) -> std::collections::VecDeque<Voucher> {
    let count = if dice.chance(8) { 0 } else { 1 + dice.below(24) };
    let expire = start / DAY * DAY + i64::from(20 + dice.below(500)) * DAY;
    let salt = dice.roll() & 0xFFFF;
    (0..count)
        .map(|at| Voucher { code: format!("P{number:03}-{salt:04X}-{at:03}"), expire_date: Timestamp::from_millis(expire) })
        .collect()
}

fn permission(price: u32, dice: &mut Dice) -> Permission {
    let role = dice.pick(&ROLES).to_owned();
    let group = PermissionGroup { kind: "role".into(), values: vec![role.clone()] };
    Permission {
        role_names: vec![role],
        tag_names: if dice.chance(50) { vec![dice.pick(&TAGS).to_owned()] } else { Vec::new() },
        usernames: if dice.chance(20) { vec![dice.pick(&USERS).to_owned()] } else { Vec::new() },
        combination: if dice.chance(30) { vec![group] } else { Vec::new() },
        special_price: Price::whole(price / 2),
        is_special_price_enabled: dice.chance(50),
        is_purchase_limit_enabled: dice.chance(40),
        purchase_limit_quantity: 1 + dice.below(3),
        ..Permission::default()
    }
}
