//! Which build is running, and where its other half lies.
//!
//! In: what the build wrote into `index.html` (`<meta>` elements) and into the workers' scripts (one global).
//! Out: the workers' addresses and the build id. Must never know: what the programs say to each other.
//!
//! File names carry a hash of their content, so the page cannot know the engine's name when it is compiled; and the id is a hash of
//! everything that was built, so neither program can know it before it is built. Both are therefore read when the page runs. The
//! engine names its id in its first message; the page compares, and asks for a reload when the two halves are of different builds.

use wasm_bindgen::JsValue;

/// The id of a build that was never finished by the packager, which is what `trunk serve` shows.
const DEVELOPMENT: &str = "development";

/// The absolute address of the engine's script, for `Worker::new_with_options` with type `module`.
///
/// `None` where there is no document, or where `index.html` names no engine. The address is resolved against the document, so it is
/// the same on `/` and on `/products/64b7…`.
#[must_use]
pub fn engine_url() -> Option<String> {
    Some(script("engine")?.url)
}

/// A script that a worker starts from.
pub struct Asset {
    /// Its absolute address.
    pub url: String,
    /// The integrity value that the build gave it; none in a build that was never finished by the packager.
    pub integrity: Option<String>,
}

/// The script of the reader of workbooks, found as [`engine_url`] is.
#[must_use]
pub fn workbook_script() -> Option<Asset> {
    script("workbook")
}

fn script(name: &str) -> Option<Asset> {
    let element = element(name)?;
    let base = document()?.base_uri().ok()??;
    let url = web_sys::Url::new_with_base(&element.get_attribute("content")?, &base).ok()?.href();
    Some(Asset { url, integrity: element.get_attribute("data-integrity") })
}

/// The id of the build this code belongs to: in the page from `<meta name="build">`, in the engine from its own script.
#[must_use]
pub fn build_id() -> String {
    meta("build")
        .or_else(|| {
            let key = JsValue::from_str("storekeeperBuild");
            js_sys::Reflect::get(&js_sys::global(), &key).ok()?.as_string()
        })
        .unwrap_or_else(|| DEVELOPMENT.to_owned())
}

/// Why the engine did not start, if this message from it says so.
///
/// The engine's own messages are buffers. The one exception is written by its script when its program could not be loaded (a file is
/// missing, or is not the file that was built): then the message is a plain sentence.
#[must_use]
pub fn engine_refusal(message: &JsValue) -> Option<String> {
    message.as_string()
}

fn document() -> Option<web_sys::Document> {
    web_sys::window()?.document()
}

fn meta(name: &str) -> Option<String> {
    element(name)?.get_attribute("content")
}

fn element(name: &str) -> Option<web_sys::Element> {
    document()?.query_selector(&format!("meta[name={name}]")).ok()?
}
