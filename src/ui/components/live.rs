//! A part of a view that is drawn again when what it reads changes.
//!
//! Leptos compiles what keeps such a part up to date anew for every closure and for every type a closure returns, some
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
