//! An address at which there is nothing.

use crate::route::Route;
use leptos::prelude::*;

/// Says so, and leads on.
pub(crate) fn not_found_page() -> AnyView {
    view! {
        <div class="page-head">
            <h1 tabindex="-1">"There is nothing at this address"</h1>
            <p class="lead">"The link may be old, or mistyped. These pages exist:"</p>
        </div>
        <ul class="plain-links">
            <li><a href=Route::Bulk.path()>"Bulk update"</a></li>
            <li><a href=Route::Runs.path()>"Past runs"</a></li>
            <li><a href=Route::Products.path()>"Products"</a></li>
            <li><a href=Route::Settings.path()>"Settings"</a></li>
            <li><a href=Route::Connect.path()>"Connect"</a></li>
        </ul>
    }
    .into_any()
}
