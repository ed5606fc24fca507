//! A progress bar with its words.

use crate::ui::words::percent;
use leptos::prelude::*;

/// A bar that is `done` of `total` full. `label` names it for those who hear it; the numbers stand beside it as words.
pub(crate) fn progress_bar(label: &'static str, at: Signal<(u64, u64)>) -> AnyView {
    view! {
        <div class="progress-line">
            <progress class="progress" aria-label=label max="100" prop:value=move || percent(at.get().0, at.get().1) as f64></progress>
            <span class="progress-percent" aria-hidden="true">{move || percent(at.get().0, at.get().1)} " %"</span>
        </div>
    }
    .into_any()
}
