//! The stepper: File → Check → Review → Send → Report.

use crate::ui::components::icon::Icon;
use crate::ui::state::{Screen, Step};
use leptos::prelude::*;

const STEPS: [(Step, &str); 5] =
    [(Step::File, "File"), (Step::Check, "Check"), (Step::Review, "Review"), (Step::Send, "Send"), (Step::Report, "Report")];

/// Where the run stands, derived from its screen.
pub(super) fn stepper(screen: Memo<Screen>) -> AnyView {
    let steps = STEPS
        .into_iter()
        .zip(1u8..)
        .map(|((step, label), number)| {
            let is_done = move || screen.get().step() > step;
            let is_current = move || screen.get().step() == step;
            view! {
                <li class="step" class:step-done=is_done aria-current=move || is_current().then_some("step")>
                    <span class="step-mark" aria-hidden="true">
                        {move || if is_done() { Icon::Tick.view() } else { number.into_any() }}
                    </span>
                    <span class="step-label">{label}<span class="unseen">{move || if is_done() { ", done" } else { "" }}</span></span>
                </li>
            }
        })
        .collect_view();
    view! { <ol class="steps" role="list" aria-label="Steps of the bulk update">{steps}</ol> }.into_any()
}
