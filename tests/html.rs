//! Foreign HTML in a real browser: what of it runs, loads, or gets into the page. `make browser`.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop where it stands")]

#[path = "html/payloads.rs"]
mod payloads;

use std::cell::Cell;
use std::rc::Rc;
use storekeeper::browser::html::{LeftOut, clean, show, write};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{Document, Element};

wasm_bindgen_test_configure!(run_in_browser);

fn document() -> Document {
    web_sys::window().unwrap().document().unwrap()
}

/// An element of the page, as a screen has it.
fn host() -> Element {
    let host = document().create_element("div").unwrap();
    document().body().unwrap().append_child(&host).unwrap();
    host
}

async fn wait(millis: u32) {
    gloo_timers::future::TimeoutFuture::new(millis).await;
}

/// Counts the calls of `hit()`, and errors that reach the window: an attack that runs badly runs, too.
fn count_hits() -> Rc<Cell<u32>> {
    let hits = Rc::new(Cell::new(0));
    let window = web_sys::window().unwrap();
    let counted = hits.clone();
    let hit = Closure::<dyn Fn()>::new(move || counted.set(counted.get() + 1));
    js_sys::Reflect::set(&window, &"hit".into(), hit.as_ref()).unwrap();
    let counted = hits.clone();
    let error = Closure::<dyn Fn(JsValue)>::new(move |_| counted.set(counted.get() + 1));
    js_sys::Reflect::set(&window, &"onerror".into(), error.as_ref()).unwrap();
    hit.forget();
    error.forget();
    hits
}

/// How many addresses of attacks were asked for.
fn fetched() -> usize {
    let entries = web_sys::window().unwrap().performance().unwrap().get_entries_by_type("resource");
    let name = |entry| js_sys::Reflect::get(&entry, &"name".into()).unwrap().as_string().unwrap();
    entries.iter().map(name).filter(|name| name.contains("fetched-by-attack")).count()
}

/// Everything a person could do to what is shown, and everything a browser could tell it.
fn poke(host: &Element) {
    let all = host.query_selector_all("*").unwrap();
    for index in 0..all.length() {
        let element: Element = all.get(index).unwrap().unchecked_into();
        for name in ["load", "error", "focus", "mouseover", "pointerenter", "toggle", "animationstart", "begin", "click"] {
            // A link that is let through would be followed.
            if name != "click" || element.closest("a").unwrap().is_none() {
                let _ = element.dispatch_event(&web_sys::Event::new(name).unwrap());
            }
        }
    }
}

/// What may stand in the page: said here once more, so that a slip in the product's tables shows.
const ELEMENTS: &str = " p br div span strong b em i u s sub sup small a ul ol li h1 h2 h3 h4 h5 h6 blockquote pre code hr table \
    caption thead tbody tfoot tr th td img ";
const ATTRIBUTES: &str = " href rel target src alt width height referrerpolicy loading title dir lang style colspan rowspan start \
    class contenteditable data-picture data-picture-alt data-picture-width data-picture-height data-picture-title ";

fn forbidden(host: &Element) -> Option<String> {
    let mut nodes: Vec<web_sys::Node> = host.first_child().into_iter().collect();
    while let Some(node) = nodes.pop() {
        nodes.extend(node.first_child());
        nodes.extend(node.next_sibling());
        if node.node_type() == web_sys::Node::TEXT_NODE {
            continue;
        }
        let Some(element) = node.dyn_ref::<Element>() else { return Some(node.node_name()) };
        let name = element.tag_name().to_ascii_lowercase();
        if !ELEMENTS.contains(&format!(" {name} ")) {
            return Some(name);
        }
        for attribute in element.get_attribute_names().iter().map(|attribute| attribute.as_string().unwrap()) {
            let value = element.get_attribute(&attribute).unwrap();
            let is_fine = ATTRIBUTES.contains(&format!(" {attribute} "))
                && match attribute.as_str() {
                    "href" => {
                        let scheme = element.unchecked_ref::<web_sys::HtmlAnchorElement>().protocol();
                        ["https:", "mailto:", "tel:"].contains(&scheme.as_str()) && element.has_attribute("rel")
                    }
                    "src" => name == "img" && value.starts_with("https://"),
                    "data-picture" => name == "span" && value.starts_with("https://"),
                    "class" => value == "html-picture",
                    "style" => !["url", "(/", "expression", "var(", "import", "\\"].iter().any(|word| value.contains(word)),
                    _ => true,
                };
            if !is_fine {
                return Some(format!("{attribute}={value} of {name}"));
            }
        }
    }
    None
}

#[wasm_bindgen_test]
async fn no_attack_runs_or_loads_or_leaves_a_node_and_what_is_clean_stays_as_it_is() {
    let attacks = payloads::all();
    assert!(attacks.len() >= 3_000, "{}", attacks.len());
    let performance = web_sys::window().unwrap().performance().unwrap();
    let start = performance.now();
    let hits = count_hits();
    let before = fetched();
    let host = host();
    let mut wrong = Vec::new();
    for (number, attack) in attacks.iter().enumerate() {
        show(&host, attack, false);
        poke(&host);
        if let Some(node) = forbidden(&host) {
            wrong.push(format!("{attack:?} left {node}"));
        }
        let once = write(&host);
        let fragment = clean(attack, false).fragment;
        let again = clean(&once, false);
        // What shows nothing is written as nothing.
        if !once.is_empty() && !fragment.is_equal_node(Some(&again.fragment)) {
            wrong.push(format!("{attack:?} is {once:?}, read again it is {:?}", {
                host.replace_children_with_node_1(&again.fragment);
                write(&host)
            }));
        }
        // With pictures the same rules hold; nothing is put into the page here, since pictures that are let through would be asked for.
        if number % 8 == 0 {
            let holder = document().create_element("div").unwrap();
            show(&holder, &attack.replace("fetched-by-attack.invalid", "asked-for.invalid"), true);
            wrong.extend(forbidden(&holder).map(|node| format!("{attack:?} with pictures left {node}")));
        }
        // The driver of the browser gives up on a page that says nothing for half a minute.
        if number % 40 == 0 {
            wait(0).await;
        }
    }
    wait(300).await;
    host.remove();
    wasm_bindgen_test::console_log!("{} attacks in {} ms", attacks.len(), performance.now() - start);
    assert!(wrong.is_empty(), "{} of {}: {:#?}", wrong.len(), attacks.len(), &wrong[..wrong.len().min(12)]);
    assert_eq!(hits.get(), 0, "attacks ran");
    assert_eq!(fetched(), before, "attacks loaded something");

    // The counters count: the same attacks, put into the page as they are, do run and load.
    let host = self::host();
    for attack in attacks.iter().filter(|attack| attack.starts_with("<img") || attack.starts_with("<svg")).take(300) {
        let place = document().create_element("div").unwrap();
        host.append_child(&place).unwrap();
        place.set_inner_html(attack);
        poke(&place);
    }
    wait(500).await;
    host.remove();
    assert!(hits.get() > 50, "{} ran", hits.get());
    assert!(fetched() > before + 5, "{} loaded", fetched());
}

#[wasm_bindgen_test]
fn what_is_harmless_stays_as_it_was_written() {
    for html in [
        "",
        "plain &amp; simple &lt;b&gt; &nbsp;",
        "<p>A <b>bold</b>, an <em>emphasised</em> and a <span style=\"color: rgb(1, 2, 3); text-align: center\">grey</span> word.</p>",
        "<h1>One</h1><h3 dir=\"rtl\" lang=\"he\">Two</h3><hr><blockquote title=\"a &quot;b&quot;\">x<br>y</blockquote>",
        "<ul><li>a<ol start=\"3\"><li>b</li></ol></li><li><p>c</p></li></ul>",
        "<table><caption>c</caption><thead><tr><th colspan=\"2\">a</th></tr></thead><tbody><tr><td>b</td><td rowspan=\"3\">c</td></tr></tbody></table>",
        "<pre>\n\nx\n  <code>y</code></pre><p><sub>a</sub><sup>b</sup><small>c</small><s>d</s><u>e</u><i>f</i><strong>g</strong></p>",
        "<p><a target=\"_blank\" rel=\"noopener noreferrer nofollow\" href=\"https://example.com/?a=1&amp;b=2#c\">x</a></p>",
        "<p>ä €  😀 \u{202e}x</p>",
    ] {
        let host = document().create_element("div").unwrap();
        for pictures in [false, true] {
            assert_eq!(show(&host, html, pictures), []);
            assert_eq!(write(&host), html);
        }
    }
}

#[wasm_bindgen_test]
fn pictures_wait_as_words_and_are_written_as_pictures() {
    let html = "<p><img referrerpolicy=\"no-referrer\" loading=\"lazy\" src=\"https://fetched.invalid/a.png\" alt=\"A &quot;cat&quot;\" width=\"20\">\
                <img referrerpolicy=\"no-referrer\" loading=\"lazy\" src=\"https://fetched.invalid/b.png\"></p>";
    let host = document().create_element("div").unwrap();
    assert_eq!(show(&host, html, false), []);
    assert_eq!(host.text_content().unwrap(), "[picture: A \"cat\"][picture]");
    assert_eq!(host.query_selector_all("img").unwrap().length(), 0);
    assert_eq!(write(&host), html);
    assert_eq!(show(&host, html, true), []);
    assert_eq!(host.query_selector_all("img[loading=lazy][referrerpolicy=no-referrer]").unwrap().length(), 2);
    assert_eq!(write(&host), html);
    // The mark is ours: in a stranger's text it means nothing.
    let left_out = show(&host, "<span data-picture=\"https://example.com/a.png\">x</span>", true);
    assert_eq!(left_out.iter().map(ToString::to_string).collect::<Vec<_>>(), ["data-picture of <span>"]);
    assert_eq!(write(&host), "x");
}

#[wasm_bindgen_test]
fn what_was_left_out_is_named_once_in_the_order_of_the_text() {
    let html = "<section class=a><p class=a onclick=x()>x<!-- y --></p><font color=red>z</font><a href=javascript:x()>l</a>\
                <img src=http://example.com/a.png><svg><g></g></svg><p class=b style='position:fixed;color:red'>w</p><!-- --></section>";
    let host = document().create_element("div").unwrap();
    let left_out: Vec<String> = show(&host, html, true).iter().map(ToString::to_string).collect();
    assert_eq!(
        left_out,
        [
            "<section>",
            "class of <p>",
            "onclick of <p>",
            "comments",
            "<font>",
            "the address in href of <a>",
            "the address in src of <img>",
            "<svg>",
            "the style position"
        ]
    );
    assert_eq!(write(&host), "<p>x</p>zl<p style=\"color: red\">w</p>");
}

#[wasm_bindgen_test]
async fn a_tower_of_elements_is_survived_and_keeps_its_text() {
    let host = host();
    // Text of this length is refused before it is read.
    assert_eq!(show(&host, &"<div>".repeat(100_000), false), [LeftOut::Size]);
    assert!(host.first_child().is_none());
    for element in ["div", "b", "ul><li", "table><tr><td", "blockquote", "svg", "a href='https://example.com'", "section"] {
        let count = 190_000 / (element.len() + 2);
        let tower = format!("{}deep", format!("<{element}>").repeat(count));
        let left_out = show(&host, &tower, false);
        assert!(!left_out.is_empty(), "{element}");
        let is_whole = left_out == [LeftOut::Tangle] || element == "svg" || host.text_content().unwrap().contains("deep");
        assert!(is_whole, "{element}: {left_out:?}");
        let once = write(&host);
        assert_eq!(show(&host, &once, false), [], "{element}");
        assert_eq!(write(&host), once, "{element}");
        wait(0).await;
    }
    // The same from a tree, as an editor's: without the limits of a parser.
    let mut innermost = host.clone();
    for _ in 0..20_000 {
        let next = document().create_element("div").unwrap();
        innermost.append_child(&next).unwrap();
        innermost = next;
    }
    innermost.set_text_content(Some("deep"));
    assert!(write(&host).contains("deep"));
    innermost.remove();
    host.remove();
}

#[wasm_bindgen_test]
fn the_worst_that_is_read_is_read_in_time() {
    let performance = web_sys::window().unwrap().performance().unwrap();
    let host = document().create_element("div").unwrap();
    let tangle = (0..3_100).map(|n| format!("<b title={n}>")).collect::<String>() + &"<p>x".repeat(3_100);
    let large = "<p>Some <b>bold</b> words, and some more words after them.</p>".repeat(3_000);
    for (name, html) in [("tangle", tangle), ("large", large)] {
        let start = performance.now();
        show(&host, &html, false);
        let shown = performance.now();
        let once = write(&host);
        wasm_bindgen_test::console_log!("{name}: {} ms to show, {} ms to write", shown - start, performance.now() - shown);
        assert!(host.has_child_nodes(), "{name} was not read");
        assert!(once.is_empty() || performance.now() - start < 20_000.0, "{name}");
    }
}
