//! What members and visitors would see of the settings while they are edited: storefront and widget, light and dark.
//!
//! It is a mock-up in a layout of our own, for the service's is not documented; what a setting does not tell is said in
//! the notes beneath and never guessed. Nothing in it can be followed or focused, and it has no headings or landmarks of
//! its own, so that those of the page stay in order.

mod notes;
mod picture;
mod scene;
mod storefront;
mod widget;

use super::super::components::icon::Icon;
use crate::browser::page;
use crate::domain::settings::Settings;
use leptos::prelude::*;
use notes::{Note, about_storefront, about_widget};
use scene::Shade;
use storefront::{Seen, storefront};
use widget::widget;

/// What is looked at.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Storefront,
    Widget,
}

/// The preview of these settings. Pictures are fetched, from wherever the settings say, only while `pictures` is on; the
/// preview has a box to switch it.
pub(crate) fn preview(wanted: Signal<Settings>, pictures: RwSignal<bool>) -> AnyView {
    let place = RwSignal::new(Place::Storefront);
    let shade = RwSignal::new(Shade::Light);
    // Beside the form it is always there; above it, on a narrow screen, only when it is asked for.
    let is_open = RwSignal::new(false);
    let seen = Seen { wanted, shade, pictures, left_out: RwSignal::new(Vec::new()) };
    let notes = Memo::new(move |_| {
        wanted.with(|settings| match place.get() {
            Place::Storefront => about_storefront(settings, shade.get()),
            Place::Widget => about_widget(settings, shade.get(), page::is_colour),
        })
    });
    view! {
        <section class="preview" aria-labelledby="preview-title">
            <div class="preview-head">
                <h2 id="preview-title">"Preview"</h2>
                <button type="button" class="button preview-fold" aria-controls="preview-body"
                    aria-expanded=move || if is_open.get() { "true" } else { "false" }
                    on:click=move |_| is_open.update(|open| *open = !*open)
                >
                    {move || if is_open.get() { "Hide the preview" } else { "Show the preview" }}
                </button>
            </div>
            <div class="preview-body" id="preview-body" class:is-folded=move || !is_open.get()>
                <div class="preview-bar">
                    {switch("What is previewed", place, [(Place::Storefront, Icon::Box, "Storefront"), (Place::Widget, Icon::Screen, "Widget")])}
                    {switch("Theme of the preview", shade, [(Shade::Light, Icon::Sun, "Light"), (Shade::Dark, Icon::Moon, "Dark")])}
                </div>
                <figure class="mock" data-shade=move || shade.get().word()>
                    {move || match place.get() {
                        Place::Storefront => storefront(seen),
                        Place::Widget => widget(seen),
                    }}
                    <figcaption class="mock-caption">{move || caption(place.get())}</figcaption>
                </figure>
                <ul class="preview-notes" role="list">
                    {move || notes.get().into_iter().map(note).collect_view()}
                    {move || (place.get() == Place::Storefront).then(|| left_out(&seen.left_out.get()))}
                </ul>
                <label class="check preview-pictures">
                    <input type="checkbox" prop:checked=move || pictures.get() on:change=move |event| pictures.set(event_target_checked(&event)) />
                    <span>
                        "Show pictures"
                        <span class="hint">"They are loaded from the hosts that the settings name; whoever keeps them learns of the visit."</span>
                    </span>
                </label>
            </div>
        </section>
    }
    .into_any()
}

const fn caption(place: Place) -> &'static str {
    match place {
        Place::Storefront => "Balance and products are samples. The service’s own layout may differ.",
        Place::Widget => "Products and the page around it are samples. The service’s own layout may differ.",
    }
}

fn note(note: Note) -> AnyView {
    let (icon, class) = if note.is_warning { (Icon::Warning, "sign sign-warn") } else { (Icon::Info, "sign") };
    view! { <li><span class=class>{icon.view()}</span><span>{note.words}</span></li> }.into_any()
}

/// What the sanitiser did not let through.
fn left_out(what: &[String]) -> Option<AnyView> {
    let words = format!("Left out of the description: {}.", what.join(", "));
    (!what.is_empty()).then(|| note(Note { words, is_warning: false }))
}

/// Two buttons of which one is pressed.
fn switch<T: Copy + PartialEq + Send + Sync + 'static>(
    label: &'static str,
    chosen: RwSignal<T>,
    both: [(T, Icon, &'static str); 2],
) -> AnyView {
    let buttons = both.map(|(value, icon, word)| {
        view! {
            <button type="button" class="switch-part" aria-pressed=move || if chosen.get() == value { "true" } else { "false" }
                on:click=move |_| chosen.set(value)
            >
                {icon.view()}{word}
            </button>
        }
    });
    view! { <div class="switch" role="group" aria-label=label>{buttons.into_iter().collect_view()}</div> }.into_any()
}
