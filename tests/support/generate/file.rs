//! Update files of any size, the same for the same seed.
//!
//! In: how many products, a seed, and how rich the file is. Out: CSV text, a product at a time. Must never know: who reads
//! it. All 40 columns; HTML with quotes and commas, letters outside ASCII, line breaks inside cells, permission rows and
//! vouchers: about 300 bytes a product.

use fastrand::Rng;
use std::fmt::Write;
use storekeeper::domain::COLUMNS;

const NAMES: [&str; 8] = [
    "Premium Voucher",
    "Café-Gutschein",
    "ギフトカード",
    "Mug, large",
    "Kühltasche 20 l",
    "VIP “Gold” pass",
    "บัตรของขวัญ",
    "T-shirt",
];
const TEXTS: [&str; 6] = [
    "<p>Updated reward.</p>",
    "<p class=\"lead\">Für alle, die <b>früh</b> da sind.</p>",
    "<ul>\n<li>One</li>\n<li>Two, or three</li>\n</ul>",
    "<p>Valid in every shop; show it at the till.</p>",
    "<p>東京でも大阪でも。</p>",
    "",
];
const CATEGORIES: [&str; 4] = ["Premium Rewards", "Everyday", "Für Gäste", ""];
const ROLES: [&str; 4] = ["VIP Member", "VIP Member|Early Bird", "Gäste", "Staff"];

/// What a file is made of.
#[derive(Clone, Copy, Debug)]
pub struct Recipe {
    /// Products.
    pub products: u32,
    /// Files of one seed are the same, byte for byte.
    pub seed: u64,
    /// Neither quotes, line breaks, permission rows nor vouchers: one line a product.
    pub plain: bool,
}

/// The whole file, written piece by piece: the header row, and then one piece for each product. CRLF.
pub fn write(recipe: Recipe, mut piece: impl FnMut(&str)) {
    let headers: Vec<_> = COLUMNS.iter().map(|column| column.header).collect();
    piece(&(headers.join(",") + "\r\n"));
    let mut rng = Rng::with_seed(recipe.seed);
    let mut text = String::new();
    for index in 0..recipe.products {
        text.clear();
        product(index, recipe.plain, &mut rng, &mut text);
        piece(&text);
    }
}

/// The whole file in memory.
#[allow(dead_code, reason = "the program streams, the tests do not")]
pub fn file(recipe: Recipe) -> String {
    let mut all = String::new();
    write(recipe, |piece| all.push_str(piece));
    all
}

fn product(index: u32, plain: bool, rng: &mut Rng, out: &mut String) {
    let flag = |rng: &mut Rng| if rng.bool() { "true" } else { "false" };
    let price = rng.u32(2..500);
    let mut cells: Vec<String> = vec![String::new(); COLUMNS.len()];
    let mut set = |at: usize, value: String| {
        if let Some(cell) = cells.get_mut(at) {
            *cell = value;
        }
    };
    set(0, format!("{:016x}{index:08x}", 0x507f_1f77_bcf8_6cd7_u64 ^ u64::from(rng.u8(..))));
    let pick = |rng: &mut Rng, from: &[&str]| from.get(rng.usize(..from.len())).copied().unwrap_or("").to_owned();
    set(1, if plain { "Premium Voucher".into() } else { pick(rng, &NAMES) });
    set(2, if plain { "<p>Updated reward. It is valid in every shop.</p>".into() } else { pick(rng, &TEXTS) });
    set(3, format!("https://cdn.example.com/products/{index}.png"));
    set(4, if rng.bool() { price.to_string() } else { format!("{price}.{:02}", rng.u8(..100)) });
    set(5, if plain { "Premium Rewards".into() } else { pick(rng, &CATEGORIES) });
    set(6, flag(rng).into());
    if rng.u8(..4) == 0 {
        set(7, (price - 1).to_string());
        set(8, "2026-12-01".into());
        set(9, "2026-12-24T18:00:00.000Z".into());
    }
    for at in 10..14 {
        set(at, flag(rng).into());
    }
    set(15, flag(rng).into());
    if rng.bool() {
        set(16, flag(rng).into());
        set(17, rng.u8(1..30).to_string());
        set(18, "days".into());
    }
    set(19, "false".into());
    set(20, if plain { "<p>Show this at checkout.</p>".into() } else { pick(rng, &TEXTS) });
    if !plain && rng.u8(..5) == 0 {
        set(23, (0..rng.u8(1..5)).map(|n| format!("V{index:07}-{n}")).collect::<Vec<_>>().join("|"));
        set(24, "2026-12-31T00:00:00.000Z".into());
    }
    let entries = if plain { 0 } else { rng.u8(..3) };
    if entries > 0 {
        permission(rng, &mut cells);
    }
    row(&cells, out);
    for _ in 1..entries {
        let mut cells = vec![String::new(); COLUMNS.len()];
        permission(rng, &mut cells);
        row(&cells, out);
    }
}

fn permission(rng: &mut Rng, cells: &mut [String]) {
    let roles = ROLES.get(rng.usize(..ROLES.len())).copied().unwrap_or("");
    for (at, value) in [(25, "true"), (26, "role"), (27, roles), (32, "80"), (33, "false"), (37, "months"), (38, "full-access")] {
        if let Some(cell) = cells.get_mut(at) {
            value.clone_into(cell);
        }
    }
}

fn row(cells: &[String], out: &mut String) {
    for (at, cell) in cells.iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        if cell.contains([',', '"', '\r', '\n']) {
            let _ = write!(out, "\"{}\"", cell.replace('"', "\"\""));
        } else {
            out.push_str(cell);
        }
    }
    out.push_str("\r\n");
}
