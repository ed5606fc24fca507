//! A button that fetches a file from the engine and hands it to the person.

use super::icon::Icon;
use super::pending::Pending;
use crate::browser::page;
use crate::engine::protocol::{Download, Trouble};
use leptos::prelude::*;

/// A download button. Its trouble appears where [`Pending::note`] is put.
pub(crate) fn download_button<F>(
    label: &'static str,
    class: &'static str,
    pending: Pending,
    fetch: impl Fn() -> F + Send + Sync + 'static,
) -> AnyView
where
    F: Future<Output = Result<Download, Trouble>> + 'static,
{
    let save = |file: Download| page::save_file(&file.name, &file.media_type, &file.text);
    view! {
        <button type="button" class=class disabled=move || pending.busy.get() on:click=move |_| pending.run(fetch(), save)>
            {Icon::Down.view()}
            {label}
        </button>
    }
    .into_any()
}
