//! What happens again when a signal that was read changes: a part of a view that is drawn, something that is done.
//!
//! Leptos compiles what keeps such a part up to date anew for every closure and for every type a closure returns, 1 to
//! 3 kB each time. Here they are all of one type. Inside `view!` a closure that is written out (`{move || …}`) goes the
//! same way by itself (`--cfg erase_components`); one that is kept in a variable, or is a whole view, comes through here.

use leptos::prelude::*;

/// What `draw` returns, drawn again whenever a signal that it read changes.
pub(crate) fn live<V>(draw: impl Fn() -> V + Send + 'static) -> AnyView
where
    V: RenderHtml + Send + 'static,
{
    erased(Box::new(move || draw().into_any()))
}

fn erased(draw: Box<dyn Fn() -> AnyView + Send>) -> AnyView {
    draw.into_any()
}

/// Does something once the view stands, and again whenever a signal that it read changes. As [`Effect::new`], which is
/// compiled anew for every closure.
pub(crate) fn follow(act: impl FnMut() + 'static) {
    followed(Box::new(act));
}

fn followed(mut act: Box<dyn FnMut()>) {
    Effect::new(move |_| act());
}
