//! What a screen that needs a store shows without one.

use super::icon::Icon;
use crate::route::Route;
use leptos::prelude::*;

/// Says that a connection is needed for this, and leads there.
pub(crate) fn not_connected(purpose: &'static str) -> AnyView {
    view! {
        <div class="blank">
            {Icon::Plug.view()}
            <h2>"Not connected"</h2>
            <p>{purpose}</p>
            <p><a class="button button-main" href=Route::Connect.path()>"Connect to a store"</a></p>
        </div>
    }
    .into_any()
}
