//! FACE \[wasm\]. Shows what the engine tells and says what the person wants: Leptos, and nothing that could be wrong about
//! a file or the store.
//!
//! In: the conversation's types, the table of columns, routes, and small functions of `browser`. Out: what is on the
//! screen, and questions to the engine. Must never know: JSON bodies, addresses of the service, CSV.
//!
//! Start at [`app`]; `state` is what lives as long as the page; then a folder a screen, and `components`, what several
//! screens are made of. A screen derives everything it shows from signals; only presses and events write them.

mod app;
mod bulk;
mod components;
mod connect;
mod not_found;
mod products;
mod settings;
mod shell;
mod state;
mod words;

/// The preview of store settings alone: the door for tests in a browser, which reach nothing else of the face.
pub fn preview(
    wanted: leptos::prelude::Signal<crate::domain::settings::Settings>,
    pictures: leptos::prelude::RwSignal<bool>,
) -> leptos::prelude::AnyView {
    settings::preview::preview(wanted, pictures)
}

/// Mounts the page. Long-lived state is made here, above everything that can be disposed.
pub fn start() {
    crate::browser::html::claim_policy();
    leptos::mount::mount_to_body(app::App);
}
