//! The preview of store settings, mounted alone in a real browser: `make browser`.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may stop where it stands")]

use gloo_timers::future::TimeoutFuture;
use leptos::mount::{UnmountHandle, mount_to};
use leptos::prelude::*;
use storekeeper::browser::page;
use storekeeper::domain::settings::{SettingPath, SettingValue, Settings};
use storekeeper::ui;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{Element, HtmlElement};

wasm_bindgen_test_configure!(run_in_browser);

/// Nobody answers there, and nobody else is asked.
const PICTURE: &str = "https://127.0.0.1:9/cover.png";

struct Mounted {
    place: HtmlElement,
    settings: RwSignal<Settings>,
    pictures: RwSignal<bool>,
    _handle: Box<dyn std::any::Any>,
}

impl Drop for Mounted {
    fn drop(&mut self) {
        self.place.remove();
    }
}

async fn a_moment() {
    TimeoutFuture::new(30).await;
}

impl Mounted {
    async fn new(settings: Settings) -> Self {
        let document = web_sys::window().unwrap().document().unwrap();
        let place: HtmlElement = document.create_element("div").unwrap().dyn_into().unwrap();
        document.document_element().unwrap().append_child(&place).unwrap();
        let signals = std::rc::Rc::new(std::cell::Cell::new(None));
        let told = signals.clone();
        let handle: UnmountHandle<_> = mount_to(place.clone(), move || {
            let (settings, pictures) = (RwSignal::new(settings), RwSignal::new(false));
            told.set(Some((settings, pictures)));
            ui::preview(settings.into(), pictures)
        });
        a_moment().await;
        let (settings, pictures) = signals.get().unwrap();
        Self { place, settings, pictures, _handle: Box::new(handle) }
    }

    fn all(&self, selector: &str) -> Vec<Element> {
        let found = self.place.query_selector_all(selector).unwrap();
        (0..found.length()).map(|index| found.get(index).unwrap().dyn_into().unwrap()).collect()
    }

    /// What is read in the one element that matches.
    fn text(&self, selector: &str) -> String {
        let found = self.all(selector);
        assert_eq!(found.len(), 1, "{selector} in {}", self.place.outer_html());
        found.first().unwrap().text_content().unwrap()
    }

    fn notes(&self) -> String {
        self.all(".preview-notes li").iter().map(|note| note.text_content().unwrap() + "\n").collect()
    }

    fn warnings(&self) -> usize {
        self.all(".preview-notes .sign-warn").len()
    }

    /// The declarations that the frame of the widget carries itself.
    fn frame(&self) -> String {
        self.all(".mock-frame").first().unwrap().get_attribute("style").unwrap_or_default()
    }

    async fn press(&self, words: &str) {
        let button = self.all("button").into_iter().find(|button| button.text_content().unwrap().contains(words));
        button.expect(words).dyn_into::<HtmlElement>().unwrap().click();
        a_moment().await;
    }

    async fn set(&self, path: &str, value: SettingValue) {
        self.settings.update(|settings| settings.set(&SettingPath::from(path), Some(value)));
        a_moment().await;
    }
}

fn text(text: &str) -> SettingValue {
    SettingValue::Text(text.into())
}

fn with(values: &[(&str, SettingValue)]) -> Settings {
    let mut settings = Settings::default();
    for (path, value) in values {
        settings.set(&SettingPath::from(*path), Some(value.clone()));
    }
    settings
}

const ON: SettingValue = SettingValue::Flag(true);
const OFF: SettingValue = SettingValue::Flag(false);

fn newer() -> Settings {
    with(&[
        ("isEnabled", ON),
        ("title", text("Rewards")),
        ("description", text("Spend what you earned.")),
        ("cover.isEnabled", ON),
        ("cover.light", text(PICTURE)),
        ("cover.dark", text("")),
        ("currency.isEnabled", ON),
        ("currency.name", text("Coins")),
        ("currency.light", text("https://127.0.0.1:9/coin.png")),
        ("widget.isEnabled", ON),
        ("widget.accessMode", text("live")),
        ("widget.size.mode", text("dynamic")),
        ("widget.size.width", SettingValue::Number(400)),
        ("widget.size.height", SettingValue::Number(300)),
        ("widget.appearance.useCommunityTheme", OFF),
        ("widget.appearance.light.name", text("violet-dream")),
        ("widget.appearance.light.palette.accent", text("rgb(112, 72, 232)")),
        ("widget.appearance.light.palette.text", text("rgb(33, 37, 41)")),
        ("widget.appearance.light.palette.background", text("#ffffff")),
        ("widget.appearance.light.palette.divider", text("rgba(0, 0, 0, 0.12)")),
        ("widget.appearance.light.palette.shadow", text("rgb(0 0 0 / 20%)")),
        ("widget.appearance.dark.name", text("black-beauty")),
        ("widget.callToAction.isEnabled", ON),
        ("widget.callToAction.text", text("Join us")),
        ("widget.callToAction.link", text("https://example.com/join")),
    ])
}

fn older() -> Settings {
    with(&[
        ("isEnabled", ON),
        ("title", text("Old shop")),
        ("description", text("Hello.")),
        ("cover.type", text("image")),
        ("cover.value", text(PICTURE)),
        ("currency.name", text("Gems")),
        ("currency.symbol", text("◆")),
        ("widget.isEnabled", ON),
    ])
}

#[wasm_bindgen_test]
async fn the_storefront_of_the_newer_generation_by_day_and_by_night() {
    let page = Mounted::new(newer()).await;
    assert_eq!(page.text(".mock-title"), "Rewards");
    assert_eq!(page.text(".mock-text"), "Spend what you earned.");
    assert_eq!(page.text(".mock-cover"), "A picture from 127.0.0.1:9");
    assert_eq!(page.text(".mock-balance"), "Sample balance: 1,850 Coins");
    let prices: Vec<String> = page.all(".mock-price").iter().map(|it| it.text_content().unwrap()).collect();
    assert_eq!(prices, ["500 Coins", "350 Coins", "1,200 Coins"]);
    assert!(page.text("figcaption").contains("samples"));
    assert_eq!(page.notes(), "");

    let drawn = page.all(".mock-text").first().unwrap().first_child().unwrap();
    page.set("title", text("Prizes")).await;
    assert_eq!(page.text(".mock-title"), "Prizes");
    assert!(drawn.is_connected(), "the description is drawn anew only when it changes");
    page.set("description", text("Spend it.")).await;
    assert_eq!(page.text(".mock-text"), "Spend it.");
    assert!(!drawn.is_connected());

    page.press("Dark").await;
    assert_eq!(page.text(".mock-cover"), "No cover for dark", "the light one is not guessed to stand in");
    assert_eq!(page.notes(), "No currency icon for dark.\n");
    assert_eq!(page.all("figure").first().unwrap().get_attribute("data-shade").unwrap(), "dark");
    assert_eq!(page.all("[aria-pressed=true]").len(), 2);

    page.set("cover.isEnabled", OFF).await;
    assert!(page.all(".mock-cover").is_empty());
    page.set("currency.isEnabled", OFF).await;
    assert!(page.notes().contains("own currency is off"), "{}", page.notes());
    assert_eq!(page.text(".mock-balance"), "Sample balance: 1,850");
}

#[wasm_bindgen_test]
async fn both_places_of_the_older_generation() {
    let page = Mounted::new(older()).await;
    for shade in ["Light", "Dark"] {
        page.press(shade).await;
        assert_eq!(page.text(".mock-cover"), "A picture from 127.0.0.1:9", "{shade}");
        assert_eq!(page.text(".mock-balance"), "Sample balance: ◆1,850 Gems");
        assert_eq!(page.notes(), "");
    }
    page.set("cover.type", text("video")).await;
    assert_eq!(page.text(".mock-cover"), "A cover of the kind “video” cannot be shown here");
    page.press("Widget").await;
    assert!(page.notes().contains("names no colours for dark"), "{}", page.notes());
    assert!(page.notes().contains("names no size"), "{}", page.notes());
    assert!(!page.frame().contains("--mock"), "{}", page.frame());
}

#[wasm_bindgen_test]
async fn what_is_off_or_unknown_is_said() {
    let page = Mounted::new(newer()).await;
    assert!(page.all(".mock-off").is_empty());
    page.set("isEnabled", OFF).await;
    assert_eq!(page.text(".mock-off"), "The store is off: members see nothing of this.");
    page.press("Widget").await;
    assert!(page.all(".mock-off").is_empty());
    assert!(page.notes().contains("The store itself is off"), "{}", page.notes());
    page.set("widget.isEnabled", OFF).await;
    assert_eq!(page.text(".mock-off"), "The widget is off: visitors do not see it.");

    let page = Mounted::new(Settings::default()).await;
    assert_eq!(page.text(".mock-title"), "No title");
    assert!(page.notes().contains("did not say whether it is on"), "{}", page.notes());
    assert_eq!(page.text(".mock-cover"), "The store’s answer names no cover");
    page.press("Widget").await;
    assert!(page.notes().contains("says nothing of the widget"), "{}", page.notes());
}

#[wasm_bindgen_test]
async fn pictures_are_fetched_only_when_asked_for_and_only_from_https() {
    let page = Mounted::new(newer()).await;
    page.press("Widget").await;
    assert!(page.all("img, [src], [srcset]").is_empty());
    page.press("Storefront").await;
    assert!(page.all("img, [src], [srcset]").is_empty());

    page.pictures.set(true);
    a_moment().await;
    assert!(page.place.outer_html().contains(PICTURE) || page.text(".mock-cover").contains("did not load"));
    for _ in 0..100 {
        if page.all("img").is_empty() {
            break;
        }
        a_moment().await;
    }
    assert_eq!(page.text(".mock-cover"), "The picture from 127.0.0.1:9 did not load.");

    for (address, why) in [
        ("data:image/png;base64,AAAA", "This picture cannot be shown: its address holds the picture itself (data:)."),
        ("http://127.0.0.1:9/a.png", "This picture cannot be shown: its address does not start with https://."),
        ("javascript:alert(1)", "This picture cannot be shown: its address does not start with https://."),
    ] {
        page.set("cover.light", text(address)).await;
        page.set("currency.light", text(address)).await;
        TimeoutFuture::new(700).await;
        assert_eq!(page.text(".mock-cover"), why);
        assert!(page.notes().contains("currency’s icon for light cannot be shown"), "{}", page.notes());
        assert!(page.all("img, [src]").is_empty(), "{address}");
        assert!(!page.place.outer_html().contains("url("));
    }

    // What is still being typed is not fetched: half an address may be somebody else's.
    page.set("cover.light", text("https://127.0.0.1:9/half")).await;
    assert_eq!(page.text(".mock-cover"), "This picture cannot be shown: its address does not start with https://.");
    page.set("cover.light", text("https://127.0.0.1:9/half-and-half")).await;
    TimeoutFuture::new(700).await;
    assert!(!page.text(".mock-store").contains("its address"), "the whole one is tried");
}

#[wasm_bindgen_test]
async fn colours_reach_the_widget_only_as_colours() {
    let page = Mounted::new(newer()).await;
    page.press("Widget").await;
    for declared in [
        "--mock-accent: rgb(112, 72, 232)",
        "--mock-ink: rgb(33, 37, 41)",
        "--mock-ground: #ffffff",
        "--mock-line: rgba(0, 0, 0, 0.12)",
        "--mock-shadow: rgb(0 0 0 / 20%)",
        "--mock-on-accent: #fff",
    ] {
        assert!(page.frame().contains(declared), "{declared} in {}", page.frame());
    }
    assert_eq!(page.warnings(), 0, "{}", page.notes());
    assert!(page.notes().contains("Text on background: 15.4 to 1. Accent on background: 5.5 to 1."), "{}", page.notes());

    for bad in ["url(https://evil.example/x)", "red;background:url(x)", "rgb(1,2)", "var(--x)", "notacolour", "red}", ""] {
        page.set("widget.appearance.light.palette.accent", text(bad)).await;
        assert!(!page.frame().contains("accent"), "{bad}: {}", page.frame());
        assert!(page.notes().contains(&format!("“{bad}” is no colour, so accent is")), "{bad}: {}", page.notes());
        assert!(page.frame().contains("--mock-ink: rgb(33, 37, 41)"));
        assert!(!page.notes().contains("Accent on background"));
    }
    page.set("widget.appearance.light.palette.accent", text("gold")).await;
    assert!(page.frame().contains("--mock-accent: gold"), "{}", page.frame());
    assert!(page.frame().contains("--mock-on-accent: oklch(from"), "{}", page.frame());
    assert!(page.notes().contains("only measured where both are written"), "{}", page.notes());
    page.set("widget.appearance.light.palette.accent", text("#ffd43b")).await;
    assert!(page.frame().contains("--mock-on-accent: #000"), "{}", page.frame());
    assert!(page.notes().contains("Accent on background: 1.4 to 1; 3 is needed to be seen well."), "{}", page.notes());
    assert!(page.notes().starts_with("Accent on background"), "warnings come first: {}", page.notes());
    page.set("widget.appearance.light.palette.text", text("#777")).await;
    assert!(page.notes().contains("Text on background: 4.4 to 1; 4.5 is needed to be read well."), "{}", page.notes());
    assert_eq!(page.warnings(), 2);
    page.set("widget.appearance.light.palette.background", text("rgba(255, 255, 255, 0.5)")).await;
    assert!(page.notes().contains("that on a white page"), "{}", page.notes());
    page.set("widget.appearance.light.palette.glow", text("#123")).await;
    assert!(page.notes().contains("What these colour is not documented: glow."), "{}", page.notes());

    page.press("Dark").await;
    assert!(!page.frame().contains("--mock"), "the service keeps these colours to itself: {}", page.frame());
    assert!(page.notes().contains("The colours of “black-beauty” are the service’s own"), "{}", page.notes());
    page.press("Light").await;
    page.set("widget.appearance.useCommunityTheme", ON).await;
    assert!(!page.frame().contains("--mock"), "{}", page.frame());
    assert!(page.notes().contains("The community’s theme is used"), "{}", page.notes());
}

#[wasm_bindgen_test]
async fn size_access_and_call_to_action() {
    let page = Mounted::new(newer()).await;
    page.press("Widget").await;
    assert!(page.text(".mock-size").starts_with("Size: dynamic"));
    assert!(!page.frame().contains("--w"));
    assert_eq!(page.text(".mock-button"), "Join us");
    assert!(page.notes().contains("leads to https://example.com/join (not from here)"), "{}", page.notes());
    assert!(page.all("figure :is(a, button, input, [tabindex], h1, h2, h3, h4, h5, h6, section, main, nav)").is_empty());

    page.set("widget.size.mode", text("fixed")).await;
    assert!(page.text(".mock-size").starts_with("400 × 300 px"), "{}", page.text(".mock-size"));
    assert!(page.frame().contains("--w: 400") && page.frame().contains("--h: 300"), "{}", page.frame());
    assert!(page.notes().contains("The size “fixed” is not documented"), "{}", page.notes());
    page.set("widget.size.height", SettingValue::Number(0)).await;
    assert!(page.notes().contains("0 pixels wide or high cannot be seen"), "{}", page.notes());
    assert!(!page.frame().contains("--h"), "{}", page.frame());

    page.set("widget.accessMode", text("development")).await;
    assert!(page.notes().contains("only the test users and test roles see the widget, and none are listed"), "{}", page.notes());
    page.set("widget.testUsers", SettingValue::List(vec!["alex".into(), "kim".into()])).await;
    page.set("widget.testRoles", SettingValue::List(vec!["staff".into()])).await;
    assert!(page.notes().contains("see the widget: 2 test users and 1 test role."), "{}", page.notes());

    page.set("widget.callToAction.link", text("javascript:alert(1)")).await;
    assert!(page.notes().contains("“javascript:alert(1)” is not an https address"), "{}", page.notes());
    page.set("widget.callToAction.isEnabled", OFF).await;
    assert!(page.all(".mock-button").is_empty());
    assert!(!page.notes().contains("call to action"), "{}", page.notes());
}

#[wasm_bindgen_test]
fn foreign_content_becomes_a_thing_to_look_at() {
    let document = web_sys::window().unwrap().document().unwrap();
    let within = document.create_element("div").unwrap();
    let make = |name: &str, attributes: &[(&str, &str)]| {
        let element = document.create_element(name).unwrap();
        for (name, value) in attributes {
            element.set_attribute(name, value).unwrap();
        }
        element.set_text_content(Some(name));
        within.append_child(&element).unwrap();
        element
    };
    let link = make("a", &[("href", "https://example.com"), ("id", "preview-title"), ("tabindex", "0")]);
    let heading = make("h2", &[]);
    let picture = make("img", &[]);
    let described = make("img", &[("alt", "A hat")]);
    page::quieten(&within);
    assert_eq!(link.get_attribute_names().length(), 0);
    assert_eq!(link.text_content().unwrap(), "a");
    assert_eq!(heading.get_attribute("role").unwrap(), "presentation");
    assert_eq!((picture.get_attribute("alt").unwrap(), described.get_attribute("alt").unwrap()), (String::new(), "A hat".into()));
}
