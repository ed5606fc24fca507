//! What the page wants of the browser, a small function each: title, theme, the tab's memory, downloads, focus, sizes, and hearing that somebody wants to leave.
//!
//! In: plain data and elements. Out: plain data. Must never know: what is shown.
//!
//! A browser may refuse any of it (storage switched off, say); then nothing happens, or nothing comes back.

use wasm_bindgen::prelude::*;
use web_sys::{
    ClipboardEvent, Document, Element, File, FocusOptions, HtmlDialogElement, HtmlElement, ResizeObserver, Storage, Window,
};

fn window() -> Option<Window> {
    web_sys::window()
}

fn document() -> Option<Document> {
    window()?.document()
}

/// The title of the tab.
pub fn set_title(title: &str) {
    if let Some(document) = document() {
        document.set_title(title);
    }
}

/// Loads the page anew.
pub fn reload() {
    if let Some(window) = window() {
        let _ = window.location().reload();
    }
}

/// Milliseconds since 1970, by the clock of the computer.
#[must_use]
pub fn millis() -> f64 {
    js_sys::Date::now()
}

/// Whether the browser believes to have a network.
#[must_use]
pub fn is_online() -> bool {
    window().is_none_or(|window| window.navigator().on_line())
}

/// Calls back, as long as the page lives, whenever the network comes or goes.
pub fn on_network_change(heard: impl Fn(bool) + Clone + 'static) {
    for (name, online) in [("online", true), ("offline", false)] {
        let heard = heard.clone();
        listen(name, move |_: web_sys::Event| heard(online));
    }
}

/// Asks before the page is left, as long as `must_ask` says so.
pub fn guard_leaving(must_ask: impl Fn() -> bool + 'static) {
    listen("beforeunload", move |event: web_sys::BeforeUnloadEvent| {
        if must_ask() {
            event.prevent_default();
            event.set_return_value("Storekeeper is sending.");
        }
    });
}

pub(super) fn listen<E: wasm_bindgen::convert::FromWasmAbi + 'static>(name: &str, heard: impl Fn(E) + 'static) {
    let Some(window) = window() else { return };
    let closure = Closure::<dyn Fn(E)>::new(heard);
    let _ = window.add_event_listener_with_callback(name, closure.as_ref().unchecked_ref());
    closure.forget();
}

// ---- what is kept -------------------------------------------------------------------------------------------------

/// Also read by the boot script, before the first paint.
const THEME: &str = "storekeeper.theme";
const HEADERS: &str = "storekeeper.headers";
const LIMITS: &str = "storekeeper.limits";
const HOST: &str = "storekeeper.host";
const KEY: &str = "storekeeper.key";

/// The theme that was chosen in this browser: `light`, `dark`, or none, which is the system's.
#[must_use]
pub fn stored_theme() -> Option<String> {
    window()?.local_storage().ok()??.get_item(THEME).ok()?
}

/// Shows the page in this theme, and keeps the choice; none goes back to the system's.
pub fn set_theme(theme: Option<&str>) {
    if let Some(root) = document().and_then(|document| document.document_element()) {
        let _ = match theme {
            Some(theme) => root.set_attribute("data-theme", theme),
            None => root.remove_attribute("data-theme"),
        };
    }
    if let Some(storage) = window().and_then(|window| window.local_storage().ok()?) {
        let _ = match theme {
            Some(theme) => storage.set_item(THEME, theme),
            None => storage.remove_item(THEME),
        };
    }
}

fn tab_memory() -> Option<Storage> {
    window()?.session_storage().ok()?
}

/// The base address and key that the person chose to keep until this tab is closed.
#[must_use]
pub fn kept_key() -> Option<(String, String)> {
    let memory = tab_memory()?;
    Some((memory.get_item(HOST).ok()??, memory.get_item(KEY).ok()??))
}

/// Keeps a key until this tab is closed. Only ever called because the person ticked the box that says so.
pub fn keep_key(base: &str, key: &str) {
    if let Some(memory) = tab_memory() {
        let _ = memory.set_item(HOST, base);
        let _ = memory.set_item(KEY, key);
    }
}

/// Forgets the kept key.
pub fn forget_key() {
    if let Some(memory) = tab_memory() {
        let _ = memory.remove_item(HOST);
        let _ = memory.remove_item(KEY);
    }
}

/// What was said of headers of earlier files.
#[must_use]
pub fn kept_headers() -> Option<String> {
    kept(HEADERS)
}

/// Keeps what was said of headers; nothing said is kept as nothing.
pub fn keep_headers(text: &str) {
    keep(HEADERS, text);
}

/// When a second look is asked for, as this person wants it.
#[must_use]
pub fn kept_limits() -> Option<String> {
    kept(LIMITS)
}

/// Keeps the limits; the usual ones are kept as nothing.
pub fn keep_limits(text: &str) {
    keep(LIMITS, text);
}

fn kept(name: &str) -> Option<String> {
    window()?.local_storage().ok()??.get_item(name).ok()?
}

fn keep(name: &str, text: &str) {
    if let Some(storage) = window().and_then(|window| window.local_storage().ok()?) {
        let _ = if text.is_empty() { storage.remove_item(name) } else { storage.set_item(name, text) };
    }
}

// ---- files ----------------------------------------------------------------------------------------------------------

/// Hands a text to the person as a file.
pub fn save_file(name: &str, media_type: &str, text: &str) {
    let _ = try_save(name, media_type, text);
}

fn try_save(name: &str, media_type: &str, text: &str) -> Option<()> {
    let options = web_sys::BlobPropertyBag::new();
    options.set_type(media_type);
    let blob = web_sys::Blob::new_with_str_sequence_and_options(&js_sys::Array::of1(&text.into()), &options).ok()?;
    let url = web_sys::Url::create_object_url_with_blob(&blob).ok()?;
    let link: web_sys::HtmlAnchorElement = document()?.create_element("a").ok()?.dyn_into().ok()?;
    link.set_href(&url);
    link.set_download(name);
    link.click();
    // The browser has taken the blob once this turn is over; a minute is enough for the slowest of them.
    let release = Closure::once_into_js(move || web_sys::Url::revoke_object_url(&url));
    let _ = window()?.set_timeout_with_callback_and_timeout_and_arguments_0(release.unchecked_ref(), 60_000);
    Some(())
}

/// The files chosen with a file field, which is emptied so that the same file can be chosen again.
#[must_use]
pub fn chosen(field: &web_sys::HtmlInputElement) -> Vec<File> {
    let files = list(field.files());
    field.set_value("");
    files
}

pub(super) fn list(files: Option<web_sys::FileList>) -> Vec<File> {
    files.map(|files| (0..files.length()).filter_map(|index| files.get(index)).collect()).unwrap_or_default()
}

// ---- elements ---------------------------------------------------------------------------------------------------------

/// Moves the focus to the page's heading, so that whoever cannot see the change is told.
pub fn focus_heading() {
    focus("main h1");
}

/// Moves the focus to the first element that matches, and brings it into view.
pub fn focus(selector: &str) {
    let found = document().and_then(|document| document.query_selector(selector).ok()?);
    if let Some(element) = found.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        let _ = element.focus();
    }
}

/// Moves the focus to the first of these selectors that matches anything, not to what comes first on the page.
pub fn focus_first(selectors: &str) {
    let found = |selector: &&str| document().is_some_and(|document| document.query_selector(selector).ok().flatten().is_some());
    if let Some(selector) = selectors.split(", ").find(found) {
        focus(selector);
    }
}

/// As [`focus_first`] in a dialog, which is shown from its top all the same: what has to be read stands above what is asked for.
pub fn focus_below_the_top(selectors: &str) {
    let first = |selector| document()?.query_selector(selector).ok()?;
    if let Some(element) = selectors.split(", ").find_map(first).and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        let options = FocusOptions::new();
        options.set_prevent_scroll(true);
        let _ = element.focus_with_options(&options);
        if let Ok(Some(dialog)) = element.closest("dialog") {
            dialog.set_scroll_top(0);
        }
    }
}

/// As [`focus`]; what is folded up around the element is opened first.
pub fn reveal(selector: &str) {
    let found = document().and_then(|document| document.query_selector(selector).ok()?);
    let mut around = found.as_ref().and_then(|element| element.closest("details:not([open])").ok()?);
    while let Some(folded) = around {
        let _ = folded.set_attribute("open", "");
        around = folded.closest("details:not([open])").ok().flatten();
    }
    focus(selector);
}

/// Whether what was folded or unfolded by this event is unfolded now.
#[must_use]
pub fn is_unfolded(event: &web_sys::Event) -> bool {
    event.target().and_then(|target| target.dyn_into::<Element>().ok()).is_some_and(|details| details.has_attribute("open"))
}

/// Scrolls the page to its top.
pub fn scroll_to_top() {
    if let Some(window) = window() {
        window.scroll_to_with_x_and_y(0.0, 0.0);
    }
}

/// Opens or closes a modal dialog.
pub fn show_dialog(dialog: &HtmlDialogElement, open: bool) {
    match (open, dialog.open()) {
        (true, false) => drop(dialog.show_modal()),
        (false, true) => dialog.close(),
        _ => {}
    }
}

/// Makes foreign content within an element a thing to look at only: its links lead nowhere and take no focus, its headings
/// are not headings of this page, and no name in it is a name of this page's.
pub fn quieten(within: &Element) {
    let each = |selector: &str, change: &dyn Fn(&Element)| {
        let Ok(found) = within.query_selector_all(selector) else { return };
        for element in (0..found.length()).filter_map(|index| found.get(index)?.dyn_into::<Element>().ok()) {
            change(&element);
        }
    };
    for (selector, attribute) in [("[href]", "href"), ("[id]", "id"), ("[name]", "name"), ("[tabindex]", "tabindex")] {
        each(selector, &|element| drop(element.remove_attribute(attribute)));
    }
    each("h1, h2, h3, h4, h5, h6", &|element| drop(element.set_attribute("role", "presentation")));
    each("img:not([alt])", &|element| drop(element.set_attribute("alt", "")));
}

/// Whether the browser knows this text as a colour.
#[must_use]
pub fn is_colour(css: &str) -> bool {
    web_sys::css::supports_with_value("color", css).unwrap_or(false)
}

/// Tells when an element changes its size, until it is dropped.
pub struct SizeWatch {
    observer: ResizeObserver,
    _heard: Closure<dyn Fn()>,
}

impl SizeWatch {
    /// Watches an element.
    pub fn start(element: &Element, heard: impl Fn() + 'static) -> Option<Self> {
        let closure = Closure::<dyn Fn()>::new(heard);
        let observer = ResizeObserver::new(closure.as_ref().unchecked_ref()).ok()?;
        observer.observe(element);
        Some(Self { observer, _heard: closure })
    }

    /// Watches another element too.
    pub fn and(&self, element: &Element) {
        self.observer.observe(element);
    }
}

impl Drop for SizeWatch {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}

/// The lines of a text that is being pasted, where it has several.
#[must_use]
pub fn pasted_lines(event: &ClipboardEvent) -> Option<Vec<String>> {
    let text = event.clipboard_data()?.get_data("text/plain").ok()?;
    let lines: Vec<String> =
        text.split(['\n', '\r', '\t']).map(str::trim).filter(|line| !line.is_empty()).map(Into::into).collect();
    (lines.len() > 1).then_some(lines)
}

// ---- words ------------------------------------------------------------------------------------------------------------

/// An ISO 8601 moment in words of its own, by UTC: `3 April 2026, 00:00 UTC`. What is no moment stays as it is.
#[must_use]
pub fn utc_words(iso: &str) -> String {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let date = js_sys::Date::new(&iso.into());
    match MONTHS.get(date.get_utc_month() as usize).filter(|_| !date.get_time().is_nan()) {
        Some(month) => format!(
            "{} {month} {}, {:02}:{:02} UTC",
            date.get_utc_date(),
            date.get_utc_full_year(),
            date.get_utc_hours(),
            date.get_utc_minutes()
        ),
        None => iso.to_owned(),
    }
}

/// How many minutes this person's clock is ahead of UTC, today.
#[must_use]
#[allow(clippy::cast_possible_truncation, reason = "within a day")]
pub fn minutes_east() -> i16 {
    -(js_sys::Date::new_0().get_timezone_offset() as i16)
}

/// An ISO 8601 moment as this person says it: the day only where it is neither today nor yesterday. What is no moment stays
/// as it is.
#[must_use]
pub fn time_ago(iso: &str) -> String {
    let (then, now) = (js_sys::Date::new(&iso.into()), js_sys::Date::new_0());
    let yesterday = js_sys::Date::new_0();
    // Day 0 of a month is the last of the one before.
    yesterday.set_date(now.get_date().saturating_sub(1));
    let time = || format!("{:02}:{:02}", then.get_hours(), then.get_minutes());
    match then.to_date_string() {
        of if of == now.to_date_string() => format!("today {}", time()),
        of if of == yesterday.to_date_string() => format!("yesterday {}", time()),
        _ => local_time(iso),
    }
}

/// An ISO 8601 moment as this person writes it: day and minute. What is no moment stays as it is.
#[must_use]
pub fn local_time(iso: &str) -> String {
    let date = js_sys::Date::new(&iso.into());
    if date.get_time().is_nan() {
        return iso.to_owned();
    }
    let options = js_sys::Object::new();
    for (name, value) in [("dateStyle", "medium"), ("timeStyle", "short")] {
        let _ = js_sys::Reflect::set(&options, &name.into(), &value.into());
    }
    let write: Option<js_sys::Function> =
        js_sys::Reflect::get(&date, &"toLocaleString".into()).ok().and_then(|value| value.dyn_into().ok());
    write.and_then(|write| write.call2(&date, &JsValue::UNDEFINED, &options).ok()?.as_string()).unwrap_or_else(|| iso.to_owned())
}
