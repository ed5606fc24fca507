//! A [`Trouble`] as the person reads it: what happened, what to do, and the server's own words as they came.

use super::icon::Icon;
use crate::engine::protocol::Trouble;
use leptos::prelude::*;

/// A trouble, beside what it is about. It is announced, since it appears after something was pressed.
pub(crate) fn trouble_note(trouble: &Trouble) -> AnyView {
    let said = trouble.said.clone().filter(|said| !said.trim().is_empty());
    view! {
        <div class="note note-bad" role="alert">
            {Icon::Warning.view()}
            <div>
                <p class="note-what">{trouble.what.clone()}</p>
                <p>{trouble.cure.clone()}</p>
                {said.map(|said| {
                    view! {
                        <figure class="said">
                            <figcaption>"The server’s words"</figcaption>
                            <blockquote>{said}</blockquote>
                        </figure>
                    }
                })}
            </div>
        </div>
    }
    .into_any()
}
