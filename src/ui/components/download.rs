//! A button that fetches a file from the engine and hands it to the person.

use super::icon::Icon;
use super::pending::Pending;
use crate::browser::page;
use crate::engine::protocol::{Download, Trouble};
use leptos::prelude::*;

/// A download button. It stays the same one when its `class` becomes another: somebody may be about to press it. Its trouble
/// appears where [`Pending::note`] is put.
pub(crate) fn download_button<F>(
    label: &'static str,
    class: impl Into<Signal<&'static str>>,
    pending: Pending,
    fetch: impl Fn() -> F + Send + Sync + 'static,
) -> AnyView
where
    F: Future<Output = Result<Download, Trouble>> + 'static,
{
    let class = class.into();
    let save = |file: Download| page::save_file(&file.name, &file.media_type, &file.text);
    view! {
        <button type="button" class=move || class.get() disabled=move || pending.busy.get() on:click=move |_| pending.run(fetch(), save)>
            {Icon::Down.view()}
            {label}
        </button>
    }
    .into_any()
}
