//! What is on the shelves: 12 categories with 9 items of 3 variants each, 324 products.

/// A category and its items.
pub(super) struct Shelf {
    /// The category's name.
    pub(super) category: &'static str,
    /// For picture addresses.
    pub(super) slug: &'static str,
    /// Whether the things are sent by post.
    pub(super) ships: bool,
    /// Price of the first variant, in Coins.
    pub(super) price: u32,
    /// What the three variants add to the name.
    pub(super) variants: [&'static str; 3],
    /// What the buyer reads.
    pub(super) instructions: &'static str,
    /// Name and a sentence.
    pub(super) items: [(&'static str, &'static str); 9],
}

impl Shelf {
    pub(super) fn name(&self, item: &str, variant: u32) -> String {
        let variant = usize::try_from(variant).ok().and_then(|at| self.variants.get(at)).copied().unwrap_or("");
        if variant.is_empty() { item.to_owned() } else { format!("{item}{variant}") }
    }

    pub(super) fn price(&self, variant: u32, spread: u32) -> u32 {
        self.price * (variant + 1) + spread * 5
    }

    /// HTML as people write it into such fields: paragraphs, sometimes a list, entities, line breaks.
    pub(super) fn description(&self, name: &str, sentence: &str, number: u32) -> String {
        let name = name.replace('&', "&amp;");
        match number % 5 {
            0 => format!("<p>{sentence}</p><ul><li>{name}</li><li>Delivered as a code</li></ul>"),
            1 => format!("<p><strong>{name}</strong></p>\n<p>{sentence}</p>"),
            2 => format!("<p>{sentence} <a href=\"https://example.com/terms\">Terms apply</a>.</p>"),
            _ => format!("<p>{sentence}</p>"),
        }
    }
}

const CODE: &str = "<p>Show this voucher at checkout.</p>";

#[rustfmt::skip]
pub(super) const ITEMS: [Shelf; 12] = [
    Shelf { category: "Premium Rewards", slug: "premium", ships: false, price: 400, instructions: CODE,
        variants: ["", ", three months", ", one year"], items: [
        ("Premium Voucher", "Premium access to every corner of the community."),
        ("Founders' Lounge", "A seat in the lounge, and the minutes of every meeting."),
        ("Early Bird Pass", "See what is new a week before everybody else."),
        ("Mentor Hour", "An hour with a mentor of your choice."),
        ("Name on the Wall", "Your name on the wall of supporters, as you spell it."),
        ("Backstage Stream", "Watch the team at work, live and unedited."),
        ("Double XP", "Twice the XP for whatever you do."),
        ("Custom Emoji Slot", "One emoji of your own, 128 × 128 pixels."),
        ("Gold Frame", "A golden frame around your picture."),
    ] },
    Shelf { category: "Gift Cards", slug: "gift-card", ships: false, price: 500, instructions: "<p>Enter the code at the shop's checkout under “Gift card”.</p>",
        variants: [" 5 €", " 10 €", " 25 €"], items: [
        ("Bookshop Gift Card", "Good in every branch and online."),
        ("Garden Centre Gift Card", "Plants, pots and soil."),
        ("Électronique Plus", "Câbles, casques et claviers."),
        ("Grüner Markt Gutschein", "Einlösbar an jedem Stand mit dem grünen Schild."),
        ("Shoe & Sole", "Repairs included."),
        ("Home & Hearth", "Anything from candles to cast iron."),
        ("Petite Fleur", "Bouquets, delivered the same day."),
        ("Toy Box", "For children from 1 to 99."),
        ("Hardware Store", "Screws, saws and good advice."),
    ] },
    Shelf { category: "Coffee & Bakery", slug: "coffee", ships: false, price: 60, instructions: CODE,
        variants: ["", ", pair", ", card of ten"], items: [
        ("Flat White", "Two shots, silky milk."),
        ("Café Zürich Frühstück", "Gipfeli, Konfitüre und ein großer Milchkaffee."),
        ("Crème brûlée", "Cracked at your table."),
        ("Kräutertee", "Sieben Kräuter vom eigenen Beet."),
        ("Pão de Queijo", "Warm from the oven, before noon."),
        ("Kanelbulle", "Swedish cinnamon bun with pearl sugar."),
        ("قهوة عربية", "Arabic coffee with cardamom."),
        ("Matcha 抹茶", "Whisked, not stirred."),
        ("Sourdough Loaf", "One kilogram, 36 hours in the making."),
    ] },
    Shelf { category: "Restaurants", slug: "restaurant", ships: false, price: 250, instructions: "<p>Tell the waiter the code before you order.</p>",
        variants: ["", " for two", " for four"], items: [
        ("東京ラーメン Tonkotsu", "Eighteen hours of broth."),
        ("Ćevapi Plate", "With ajvar, onions and lepinja."),
        ("Pizza Margherita", "San Marzano tomatoes, fior di latte, basil."),
        ("Phở Bò", "Beef noodle soup, herbs on the side."),
        ("Smørrebrød Lunch", "Three slices, three toppings."),
        ("Jalapeño Tacos", "Hot. We mean it."),
        ("Bánh mì", "The bread makes it."),
        ("Tasting Menu", "Five courses, changed every month."),
        ("Brunch", "Until 3 pm on Sundays."),
    ] },
    Shelf { category: "Streaming & Music", slug: "streaming", ships: false, price: 300, instructions: "<p>Redeem the code in your account's settings.</p>",
        variants: [", 1 month", ", 3 months", ", 12 months"], items: [
        ("Film Club", "Two hundred films, chosen by people."),
        ("Série Noire", "Crime series in the original language."),
        ("Vinyl Radio", "No advertisements, no algorithms."),
        ("Kinder-TV", "Ohne Werbung, bis 20 Uhr."),
        ("Documentary Pass", "One new documentary a week."),
        ("Audio Books", "Read by their authors where we could get them."),
        ("Concert Archive", "From 1969 to last night."),
        ("Podcast Plus", "Early episodes and transcripts."),
        ("Anime アニメ", "Subtitled the same day."),
    ] },
    Shelf { category: "Games", slug: "game", ships: false, price: 200, instructions: CODE,
        variants: [" (key)", " (deluxe)", " (bundle)"], items: [
        ("Sternenfahrt II", "A space game with a very long name in German."),
        ("Pixel Farm", "Grow turnips, talk to chickens."),
        ("Chess Coach", "Learns your mistakes, and tells you."),
        ("Dungeon Café", "Serve coffee to dragons."),
        ("Rally 84", "No brakes."),
        ("Word Garden", "A puzzle a day."),
        ("Tiny Trains", "Timetables for fun."),
        ("Łódź Nights", "A detective story."),
        ("Ice Hockey GM", "Trade, draft, lose, repeat."),
    ] },
    Shelf { category: "Books & Courses", slug: "course", ships: false, price: 350, instructions: "<p>The link is in your mail; it works for a year.</p>",
        variants: [" – reader", " – with exercises", " – with tutor"], items: [
        ("Rust for the Curious", "From let to lifetimes."),
        ("Spreadsheet Survival", "Why your ids turned into 6.5E+23."),
        ("Photography Basics", "Light first, camera second."),
        ("Español en 30 días", "Poco a poco."),
        ("Public Speaking", "For people who would rather not."),
        ("Sketching", "A pencil and ten minutes a day."),
        ("Home Finance", "Know where it goes."),
        ("Bread Chemistry", "What the yeast is thinking."),
        ("Garden Planning", "A year of beds and borders."),
    ] },
    Shelf { category: "Wellness & Spa", slug: "wellness", ships: false, price: 450, instructions: "<p>Book by phone and name the code.</p>",
        variants: ["", ", three visits", ", ten visits"], items: [
        ("Sauna Evening", "Towel included."),
        ("Yoga Class", "All levels."),
        ("Massage 60 min", "Back, neck, shoulders."),
        ("Float Tank", "An hour of nothing at all."),
        ("Thermalbad Tageskarte", "36 °C, auch im Winter."),
        ("Climbing Hall", "Shoes and harness included."),
        ("Swimming Pool", "50 metres, early lanes."),
        ("Facial", "Forty minutes, no chatter."),
        ("Meditation Course", "Sit. Breathe. That is it."),
    ] },
    Shelf { category: "Travel & Stays", slug: "travel", ships: false, price: 2_000, instructions: "<p>Book through the link; the code is taken at the last step.</p>",
        variants: [", one night", ", two nights", ", a week"], items: [
        ("Cabin in the Woods", "No reception, good stove."),
        ("Hôtel de la Gare", "Opposite platform one."),
        ("Hütte am See", "Mit Ruderboot."),
        ("Night Train Berth", "Sleep through three countries."),
        ("Lighthouse", "117 steps."),
        ("Riad in Fès", "Courtyard, fountain, cat."),
        ("Ryokan 旅館", "Tatami, hot spring, kaiseki."),
        ("Farm Stay", "Eggs from the source."),
        ("City Apartment", "Self check-in."),
    ] },
    Shelf { category: "Tickets & Events", slug: "ticket", ships: false, price: 700, instructions: "<p>Show the code at the door; one person a code.</p>",
        variants: ["", ", balcony", ", front row"], items: [
        ("Jazz Night", "Doors 19:30."),
        ("Open Air Cinema", "Bring a blanket."),
        ("Football Home Game", "Bratwurst not included."),
        ("Stand-up Comedy", "Mixed bill."),
        ("Opéra: Carmen", "Surtitres en français et en anglais."),
        ("Science Slam", "Ten minutes each."),
        ("Museum Late", "Until midnight."),
        ("Esports Final", "Best of five."),
        ("Poetry Reading", "Readers' choice."),
    ] },
    Shelf { category: "Merchandise", slug: "merch", ships: true, price: 150, instructions: "<p>We ask for your address after the purchase. Delivery takes about two weeks.</p>",
        variants: ["", " (black)", " (limited)"], items: [
        ("T-Shirt", "Organic cotton; sizes run small."),
        ("Hoodie", "The warm one."),
        ("Mug", "0.3 l, dishwasher-safe."),
        ("Sticker Sheet", "Twelve stickers, one secret."),
        ("Enamel Pin", "Two clutches, so it stays straight."),
        ("Notebook", "Dotted, 160 pages."),
        ("Mütze", "Aus Merinowolle."),
        ("Tote Bag", "Carries more than it should."),
        ("Desk Mat", "90 × 40 cm."),
    ] },
    Shelf { category: "Donations", slug: "donation", ships: false, price: 100, instructions: "<p>Thank you! The receipt is in your mail.</p>",
        variants: [" – small", " – medium", " – large"], items: [
        ("Plant a Tree", "Native species, planted in autumn."),
        ("School Meals", "A warm lunch."),
        ("Animal Shelter", "Food, blankets, patience."),
        ("Sea Rescue", "Fuel for the boat."),
        ("Open Source Fund", "For the people who keep it running."),
        ("Clean Water", "A well has no warranty, so we maintain it."),
        ("Library Books", "New shelves for old schools."),
        ("Médecins", "Soins d'urgence."),
        ("Bee Meadow", "One square metre of flowers."),
    ] },
];
