//! The field for HTML, in a real browser: typing, formatting, links, and that nothing is written that nobody typed. `make browser`.
//! It belongs to the face, whose rooms are closed to the outside; so it is compiled here once more.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop where it stands")]

#[allow(dead_code, unreachable_pub, reason = "the tests use what they test")]
#[path = "../src/ui/components/html_editor/mod.rs"]
mod html_editor;
#[allow(dead_code, reason = "the tests use what they test")]
#[path = "../src/ui/components/icon.rs"]
mod icon;
#[allow(unreachable_pub, reason = "the tests use what they test")]
#[path = "../src/ui/components/live.rs"]
mod live;

use html_editor::{HtmlField, html_editor};
use leptos::prelude::*;
use storekeeper::{browser, domain};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{Element, HtmlElement, HtmlTextAreaElement};

wasm_bindgen_test_configure!(run_in_browser);

/// The field on a page of its own, with a source that somebody holds.
struct Page {
    root: HtmlElement,
    value: ArcRwSignal<String>,
    /// What the field told.
    told: ArcRwSignal<Vec<String>>,
    _mounted: Box<dyn std::any::Any>,
}

impl Page {
    async fn with(source: &str) -> Self {
        let document = web_sys::window().unwrap().document().unwrap();
        if let Some(old) = document.get_element_by_id("host") {
            old.remove();
        }
        let root: HtmlElement = document.create_element("div").unwrap().unchecked_into();
        root.set_id("host");
        document.body().unwrap().append_child(&root).unwrap();
        let (value, told) = (ArcRwSignal::new(source.to_owned()), ArcRwSignal::new(Vec::new()));
        let (held, noted) = (value.clone(), told.clone());
        let mounted = leptos::mount::mount_to(root.clone(), move || {
            let field = HtmlField {
                id: "about",
                label: "Description",
                value: held.clone().into(),
                described_by: Signal::stored("about-hint".to_owned()),
                is_invalid: Signal::stored(false),
            };
            html_editor(field, move |source| {
                noted.update(|told| told.push(source.clone()));
                held.set(source);
            })
        });
        let page = Self { root, value, told, _mounted: Box::new(mounted) };
        settle().await;
        page
    }

    fn find(&self, selector: &str) -> HtmlElement {
        self.root.query_selector(selector).unwrap().unwrap_or_else(|| panic!("no {selector}")).unchecked_into()
    }

    fn text(&self) -> HtmlElement {
        self.find("[role=textbox]")
    }

    fn source(&self) -> HtmlTextAreaElement {
        self.find("textarea.editor-source").unchecked_into()
    }

    fn button(&self, words: &str) -> HtmlElement {
        let all = self.root.query_selector_all("button").unwrap();
        (0..all.length())
            .map(|index| all.get(index).unwrap().unchecked_into::<HtmlElement>())
            .find(|button| {
                button.text_content().unwrap() == words || button.get_attribute("aria-label").as_deref() == Some(words)
            })
            .unwrap_or_else(|| panic!("no button {words}"))
    }

    async fn press(&self, words: &str) {
        self.button(words).click();
        settle().await;
    }

    /// Selects these words, which stand in one piece of text.
    async fn select(&self, words: &str) {
        self.text().focus().unwrap();
        let mut nodes: Vec<web_sys::Node> = vec![self.text().into()];
        while let Some(node) = nodes.pop() {
            if let (3, Some(start)) = (node.node_type(), node.node_value().and_then(|text| text.find(words))) {
                let (start, end) = (u32::try_from(start).unwrap(), u32::try_from(start + words.len()).unwrap());
                selection().set_base_and_extent(&node, start, &node, end).unwrap();
                return settle().await;
            }
            nodes.extend(node.first_child());
            nodes.extend(node.next_sibling().filter(|_| node != **self.text()));
        }
        panic!("\"{words}\" is not there");
    }

    async fn key(&self, on: &HtmlElement, key: &str, with_ctrl: bool) {
        let press = js_sys::Function::new_with_args(
            "target, key, ctrlKey",
            "target.dispatchEvent(new KeyboardEvent('keydown', { key, ctrlKey, bubbles: true, cancelable: true }))",
        );
        press.call3(&JsValue::NULL, on, &key.into(), &with_ctrl.into()).unwrap();
        settle().await;
    }

    fn now(&self) -> String {
        self.value.get_untracked()
    }

    fn told(&self) -> Vec<String> {
        self.told.get_untracked()
    }
}

fn selection() -> web_sys::Selection {
    web_sys::window().unwrap().get_selection().unwrap().unwrap()
}

fn active() -> String {
    web_sys::window().unwrap().document().unwrap().active_element().map(|element| element.id()).unwrap_or_default()
}

async fn settle() {
    gloo_timers::future::TimeoutFuture::new(30).await;
}

/// As the keyboard does, through the browser.
async fn execute(name: &str, value: &str) {
    let document: web_sys::HtmlDocument = web_sys::window().unwrap().document().unwrap().unchecked_into();
    assert!(document.exec_command_with_show_ui_and_value(name, false, value).unwrap(), "{name}");
    settle().await;
}

fn pressed(page: &Page, words: &str) -> Option<String> {
    page.button(words).get_attribute("aria-pressed")
}

#[wasm_bindgen_test]
async fn looking_writes_nothing_whatever_the_source_is_like() {
    for source in [
        "",
        "plain",
        "<P>odd<br/>  <B>x</b>\r\n<p>y\n",
        "<p class=a>x</p><script>y()</script>",
        "<p><br></p>",
        "  ",
        "<table><tr><td>x",
    ] {
        let page = Page::with(source).await;
        page.text().focus().unwrap();
        page.press("Source").await;
        assert_eq!(page.source().value(), source.replace("\r\n", "\n"));
        page.source().focus().unwrap();
        page.press("Text").await;
        page.text().focus().unwrap();
        page.find("#about-label").click();
        page.press("Text").await;
        assert_eq!((page.told(), page.now()), (vec![], source.to_owned()));
    }
}

#[wasm_bindgen_test]
async fn bold_typed_in_the_text_is_in_the_source_and_undone_the_source_is_as_it_was() {
    let source = "<P>one two</P>";
    let page = Page::with(source).await;
    page.select("two").await;
    assert_eq!(pressed(&page, "Bold").as_deref(), Some("false"));
    page.press("Bold").await;
    assert_eq!(page.now(), "<p>one <b>two</b></p>");
    assert_eq!(pressed(&page, "Bold").as_deref(), Some("true"));
    page.key(&page.text(), "i", true).await;
    assert_eq!(page.now(), "<p>one <b><i>two</i></b></p>");
    assert_eq!(pressed(&page, "Italic").as_deref(), Some("true"));
    execute("undo", "").await;
    execute("undo", "").await;
    assert_eq!(page.now(), source);
}

#[wasm_bindgen_test]
async fn lists_are_made_and_unmade() {
    let page = Page::with("<p>one</p><p>two</p>").await;
    page.select("two").await;
    page.press("Bulleted list").await;
    assert_eq!(page.now().replace("<div>", "").replace("</div>", ""), "<p>one</p><ul><li>two</li></ul>");
    assert_eq!(pressed(&page, "Bulleted list").as_deref(), Some("true"));
    page.press("Numbered list").await;
    assert!(page.now().contains("<ol><li>two</li></ol>"), "{}", page.now());
    page.press("Numbered list").await;
    assert!(!page.now().contains("<ol>") && page.now().contains("two"), "{}", page.now());
}

#[wasm_bindgen_test]
async fn a_change_from_outside_is_shown_and_typing_is_not_disturbed() {
    let page = Page::with("<p>one</p>").await;
    page.select("one").await;
    selection().collapse_to_end().unwrap();
    let paragraph = page.text().first_child().unwrap();
    execute("insertText", "!").await;
    execute("insertText", "?").await;
    assert_eq!(page.now(), "<p>one!?</p>");
    assert!(page.text().first_child().unwrap() == paragraph, "the paragraph was drawn anew");
    assert_eq!(selection().focus_offset(), 5);
    page.value.set("<ul><li>else</li></ul>".into());
    settle().await;
    assert_eq!(page.text().text_content().unwrap(), "else");
    // Also while the source is shown.
    page.press("Source").await;
    page.value.set("<p>third</p>".into());
    settle().await;
    assert_eq!(page.source().value(), "<p>third</p>");
    page.source().set_value("<p>fourth</p>");
    page.source().dispatch_event(&web_sys::Event::new("input").unwrap()).unwrap();
    page.press("Text").await;
    assert_eq!((page.text().text_content().unwrap(), page.now()), ("fourth".into(), "<p>fourth</p>".into()));
}

#[wasm_bindgen_test]
async fn what_the_text_cannot_show_is_named_and_dropped_only_after_a_button_says_so() {
    let source = "<p class=\"a\">x</p><script>y()</script><p>z</p>";
    let page = Page::with(source).await;
    assert_eq!(page.text().get_attribute("contenteditable").as_deref(), Some("false"));
    assert_eq!(page.text().get_attribute("aria-readonly").as_deref(), Some("true"));
    assert!(page.find("[role=toolbar]").has_attribute("hidden"));
    let note = page.find("#about-note").text_content().unwrap();
    assert!(note.contains("class of <p>, <script>."), "{note}");
    page.press("Edit the text and drop what is left out").await;
    assert_eq!(page.now(), source, "pressing alone writes nothing");
    assert_eq!(active(), "about");
    page.select("z").await;
    execute("insertText", "w").await;
    assert_eq!(page.now(), "<p>x</p><p>w</p>");
    // Taken back from outside: asked again.
    page.value.set(source.into());
    settle().await;
    assert_eq!(page.text().get_attribute("contenteditable").as_deref(), Some("false"));
    // What cannot be read at all cannot be edited here at all.
    page.value.set("x".repeat(300_000));
    settle().await;
    assert!(page.root.query_selector(".editor-note button").unwrap().is_none());
}

#[wasm_bindgen_test]
async fn an_empty_text_is_an_empty_source() {
    let page = Page::with("<p>x</p>").await;
    page.select("x").await;
    execute("delete", "").await;
    assert_eq!(page.now(), "");
    execute("insertText", "y").await;
    assert!(["<p>y</p>", "y"].contains(&page.now().as_str()), "{}", page.now());

    // And from nothing, the first line is a paragraph like the others.
    let page = Page::with("").await;
    page.text().focus().unwrap();
    execute("insertText", "a").await;
    execute("insertParagraph", "").await;
    execute("insertText", "b").await;
    assert_eq!(page.now(), "<p>a</p><p>b</p>");
}

/// Joining two paragraphs, Chromium copies the looks of the second into a style of the first.
#[wasm_bindgen_test]
async fn joined_paragraphs_leave_no_looks_behind() {
    let page = Page::with("<p>one</p><p>two</p><h3>three</h3>").await;
    let looks = web_sys::window().unwrap().document().unwrap().create_element("style").unwrap();
    looks.set_text_content(Some("[role=textbox] { color: #123; background: #fff; font-size: 15px } p { text-wrap: pretty }"));
    page.root.append_child(&looks).unwrap();
    page.select("two").await;
    selection().collapse_to_start().unwrap();
    execute("delete", "").await;
    assert!(page.text().inner_html().contains("style="), "nothing to leave out: {}", page.text().inner_html());
    assert_eq!(page.now(), "<p>onetwo</p><h3>three</h3>");
}

#[wasm_bindgen_test]
async fn a_link_is_made_changed_and_removed_and_a_wrong_address_is_refused_in_words() {
    let page = Page::with("<p>go there now</p>").await;
    page.select("there").await;
    page.key(&page.text(), "k", true).await;
    assert_eq!(active(), "about-address");
    let address = |text: &str| {
        let field: web_sys::HtmlInputElement = page.find("#about-address").unchecked_into();
        field.set_value(text);
        field.dispatch_event(&web_sys::Event::new("input").unwrap()).unwrap();
    };
    address("javascript:alert(1)");
    page.press("Set the link").await;
    assert_eq!(
        page.find("#about-address-error").text_content().unwrap(),
        "The address must begin with https://, mailto: or tel:."
    );
    assert_eq!((active(), page.told()), ("about-address".into(), vec![]));
    address("https://example.com/a");
    page.key(&page.find("#about-address"), "Enter", false).await;
    let with = |address: &str| {
        format!("<p>go <a target=\"_blank\" rel=\"noopener noreferrer nofollow\" href=\"{address}\">there</a> now</p>")
    };
    assert_eq!(page.now(), with("https://example.com/a"));
    assert_eq!(active(), "about");

    page.select("ther").await;
    assert_eq!(pressed(&page, "Link").as_deref(), Some("true"));
    page.press("Link").await;
    assert_eq!(page.find("#about-address").unchecked_into::<web_sys::HtmlInputElement>().value(), "https://example.com/a");
    address("mailto:help@example.com");
    page.press("Set the link").await;
    assert_eq!(page.now(), with("mailto:help@example.com"));

    page.select("there").await;
    page.press("Link").await;
    page.press("Remove the link").await;
    assert_eq!(page.now(), "<p>go there now</p>");

    page.select("now").await;
    selection().collapse_to_end().unwrap();
    settle().await;
    page.press("Link").await;
    address("tel:+49-30-1");
    page.press("Set the link").await;
    assert!(page.now().contains("href=\"tel:+49-30-1\">tel:+49-30-1</a>"), "{}", page.now());
}

#[wasm_bindgen_test]
async fn the_toolbar_is_one_stop_and_arrow_keys_move_in_it() {
    let page = Page::with("<p>x</p>").await;
    let stops = || page.root.query_selector_all("[role=toolbar] [tabindex='0']").unwrap();
    let bar = page.find("[role=toolbar]");
    for (key, id) in [
        ("ArrowRight", "about-italic"),
        ("End", "about-numbers"),
        ("ArrowRight", "about-bold"),
        ("ArrowLeft", "about-numbers"),
        ("Home", "about-bold"),
    ] {
        page.key(&bar, key, false).await;
        assert_eq!((active().as_str(), stops().length()), (id, 1), "{key}");
        assert_eq!(stops().get(0).unwrap().unchecked_into::<Element>().id(), id);
    }
}

#[wasm_bindgen_test]
async fn what_is_pasted_is_words() {
    let page = Page::with("<p>one</p>").await;
    page.select("one").await;
    let paste = js_sys::Function::new_with_args(
        "target",
        "const data = new DataTransfer(); data.setData('text/html', '<img src=x onerror=hit()><b>rich</b>'); \
         data.setData('text/plain', '<i>a</i>\\r\\nb'); \
         target.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));",
    );
    paste.call1(&JsValue::NULL, &page.text()).unwrap();
    settle().await;
    assert_eq!(page.now().replace("<br>", "</p><p>"), "<p>&lt;i&gt;a&lt;/i&gt;</p><p>b</p>");
}
