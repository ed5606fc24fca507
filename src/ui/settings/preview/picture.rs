//! Pictures in the preview: fetched only where the person asked for it, and only from whole addresses.

use super::scene::{Picture, host};
use crate::domain::HttpsUrl;
use crate::ui::components::live::live;
use leptos::leptos_dom::helpers::debounce;
use leptos::prelude::*;
use std::time::Duration;

/// How long nothing may be typed before a picture is fetched: half an address may name somebody else's host.
const PAUSE: Duration = Duration::from_millis(500);

/// `now`, but where pictures are shown only what has stayed for a moment.
pub(super) fn settled<T: Clone + PartialEq + Send + Sync + 'static>(now: Memo<T>, pictures: RwSignal<bool>) -> Memo<T> {
    let later = RwSignal::new(now.get_untracked());
    let mut settle = debounce(PAUSE, move |value: T| {
        let _ = later.try_set(value);
    });
    Effect::new(move |began: Option<()>| {
        let value = now.get();
        if began.is_some() {
            settle(value);
        }
    });
    Memo::new(move |_| if pictures.get() { later.get() } else { now.get() })
}

/// A picture in a box of this class, or in its place a sentence, which `missing` gives where there is none.
pub(super) fn boxed(picture: Picture, class: &'static str, missing: String, pictures: RwSignal<bool>) -> AnyView {
    let said = move |words: String| view! { <p class=format!("{class} mock-blank")>{words}</p> }.into_any();
    match picture {
        Picture::Missing => said(missing),
        Picture::Refused(why) => said(format!("This picture cannot be shown: its address {why}.")),
        Picture::At(url) => {
            let failed = RwSignal::new(false);
            let from = host(&url).to_owned();
            live(move || match (pictures.get(), failed.get()) {
                (false, _) => said(format!("A picture from {from}")),
                (true, true) => said(format!("The picture from {from} did not load.")),
                (true, false) => image(&url, class, failed),
            })
        }
    }
}

/// A picture alone. `failed` is told when it does not come.
pub(super) fn image(url: &HttpsUrl, class: &'static str, failed: RwSignal<bool>) -> AnyView {
    view! {
        <img class=class src=url.as_str().to_owned() alt="" loading="lazy" decoding="async" referrerpolicy="no-referrer"
            on:error=move |_| failed.set(true) />
    }
    .into_any()
}
