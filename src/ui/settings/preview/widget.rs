//! The widget as it stands in another page: its size, its colours, its call to action. Nothing in it can be focused or
//! followed.

use super::scene::{Colours, Extent, colours, extent};
use super::storefront::{SAMPLES, Seen, amount, money_of, title};
use crate::browser::page::{self, SizeWatch};
use crate::domain::Colour;
use crate::ui::components::live::{follow, live};
use crate::ui::words::number;
use leptos::prelude::*;

/// The widget, on a page around it.
pub(super) fn widget(seen: Seen) -> AnyView {
    let Seen { wanted, pictures, .. } = seen;
    let of_widget = move || wanted.with(|settings| settings.widget.as_ref().map(|widget| widget.is_enabled));
    let is_off = Memo::new(move |_| of_widget() == Some(Some(false)));
    let room =
        Memo::new(move |_| wanted.with(|settings| extent(settings.widget.as_ref().and_then(|widget| widget.size.as_ref()))));
    let colours = Memo::new(move |_| wanted.with(|settings| colours(settings, seen.shade.get(), page::is_colour)));
    let colour = move |name: &'static str| {
        colours.with(|colours| match colours {
            Colours::Own(own) => own.get(name).map(str::to_owned),
            Colours::Community | Colours::Named(_) | Colours::Unknown => None,
        })
    };
    let on_accent = move || colour("accent").map(|accent| ink_on(&accent, colour("background").as_deref()));
    let fixed = move || match room.get() {
        Extent::Fixed(width, height) => Some((width, height)),
        Extent::Dynamic | Extent::Nothing | Extent::Unknown => None,
    };
    let frame = NodeRef::<leptos::html::Div>::new();
    let drawn = drawn_width(frame);
    let pay = money_of(seen);
    view! {
        <div class="mock-page" class:is-off=move || is_off.get()>
            {move || is_off.get().then(|| view! { <p class="mock-off">"The widget is off: visitors do not see it."</p> })}
            <span class="mock-lines" aria-hidden="true"></span>
            <div class="mock-frame" class:is-fixed=move || fixed().is_some() node_ref=frame
                style=("--w", move || fixed().map(|(width, _)| width.to_string()))
                style=("--h", move || fixed().map(|(_, height)| height.to_string()))
                style=("--mock-accent", move || colour("accent"))
                style=("--mock-on-accent", on_accent)
                style=("--mock-ink", move || colour("text"))
                style=("--mock-ground", move || colour("background"))
                style=("--mock-line", move || colour("divider"))
                style=("--mock-shadow", move || colour("shadow"))
            >
                <div class="mock-widget">
                    <div class="mock-widget-head">{title(seen)}</div>
                    <ul class="mock-rows" role="list">
                        {SAMPLES.into_iter().map(|(name, price)| view! {
                            <li class="mock-row">
                                <span class="mock-thumb" aria-hidden="true"></span>
                                <span class="mock-name">{name}</span>
                                <span class="mock-price">{move || pay.with(|pay| amount(price, pay.as_ref(), pictures))}</span>
                            </li>
                        }).collect_view()}
                    </ul>
                    {invitation(seen)}
                </div>
            </div>
            <span class="mock-lines mock-lines-short" aria-hidden="true"></span>
            <p class="mock-size">{move || size_words(room.get(), drawn.get())}</p>
        </div>
    }
    .into_any()
}

/// The colour of words on the accent, which is ours to choose: black or white, whichever reads better. Of an accent whose
/// parts are not known the browser is asked how light it is.
fn ink_on(accent: &str, background: Option<&str>) -> &'static str {
    let ground = background.and_then(Colour::parse).unwrap_or(Colour::WHITE).over(Colour::WHITE);
    match Colour::parse(accent).map(|accent| accent.over(ground).ink()) {
        Some(Colour::BLACK) => "#000",
        Some(_) => "#fff",
        None => "oklch(from var(--mock-accent) clamp(0, (0.65 - l) * 999, 1) 0 0)",
    }
}

/// A button that leads nowhere: its words alone.
fn invitation(seen: Seen) -> AnyView {
    let words = Memo::new(move |_| {
        seen.wanted.with(|settings| {
            let invitation = settings.widget.as_ref()?.call_to_action.as_ref().filter(|it| it.is_enabled == Some(true))?;
            Some(invitation.text.clone().unwrap_or_default())
        })
    });
    live(move || {
        words.get().map(|words| match words.trim() {
            "" => view! { <p class="mock-button mock-none">{"No text".to_owned()}</p> },
            words => view! { <p class="mock-button">{words.to_owned()}</p> },
        })
    })
}

fn size_words(room: Extent, drawn: Option<u32>) -> Option<String> {
    match room {
        Extent::Dynamic => Some("Size: dynamic. It takes the room that the page around it gives.".into()),
        Extent::Fixed(width, height) => {
            let scale = drawn
                .filter(|drawn| *drawn < width)
                .map_or(String::new(), |drawn| format!(", drawn at {} %", (u64::from(drawn) * 100 / u64::from(width)).max(1)));
            Some(format!("{} × {} px{scale}", number(width), number(height)))
        }
        Extent::Nothing | Extent::Unknown => None,
    }
}

/// How many pixels the frame is wide on the screen.
fn drawn_width(frame: NodeRef<leptos::html::Div>) -> RwSignal<Option<u32>> {
    let drawn = RwSignal::new(None);
    let watch = StoredValue::new_local(None::<SizeWatch>);
    follow(move || {
        let Some(frame) = frame.get() else { return };
        let measured = frame.clone();
        watch.set_value(SizeWatch::start(&frame, move || {
            let now = u32::try_from(measured.client_width()).ok().filter(|width| *width > 0);
            if drawn.try_get_untracked().is_some_and(|old| old != now) {
                let _ = drawn.try_set(now);
            }
        }));
    });
    drawn
}
