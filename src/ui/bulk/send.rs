//! The plan is being carried out: how far, how fast, what the server says; pause, resume, stop.

use super::part_of_stage;
use super::telling::Telling;
use crate::browser::page;
use crate::engine::protocol::{CancelSending, PauseSending, ResumeSending, SendProgress, SendState, Stage};
use crate::ui::components::dialog::dialog;
use crate::ui::components::icon::Icon;
use crate::ui::components::live::{follow, live};
use crate::ui::components::progress::progress_bar;
use crate::ui::components::trouble::trouble_note;
use crate::ui::connect::new_key_form;
use crate::ui::state::{Shop, use_shop};
use crate::ui::words::{self, number};
use leptos::prelude::*;

type Progress = Memo<Option<Box<SendProgress>>>;

/// The screen.
pub(super) fn send_screen() -> AnyView {
    let shop = use_shop();
    let progress: Progress = part_of_stage(|stage| match stage {
        Stage::Sending(progress) => Some(progress.clone()),
        _ => None,
    });
    let get = move |read: fn(&SendProgress) -> String| move || progress.with(|p| p.as_deref().map(read).unwrap_or_default());
    let at = Signal::derive(move || progress.with(|p| p.as_ref().map_or((0, 1), |p| (p.done.into(), p.total.into()))));
    // Only the kind of state makes the panel anew: a countdown must not take the focus from a field.
    let trouble = Memo::new(move |_| {
        progress.with(|p| match p.as_ref().map(|p| &p.state) {
            Some(SendState::NeedsKey(trouble)) => Some(trouble.clone()),
            _ => None,
        })
    });
    let stopped = Memo::new(move |_| {
        progress.with(|p| match p.as_ref().map(|p| &p.state) {
            Some(SendState::Stopped(trouble)) => Some(trouble.clone()),
            _ => None,
        })
    });
    let held_back = Memo::new(move |_| progress.with(|p| p.as_ref().is_some_and(|p| p.held_back > 0)));
    let given_up = Memo::new(move |_| progress.with(|p| p.as_ref().map_or(0, |p| p.given_up)));
    let said = RwSignal::new(String::new());
    let mut telling = Telling::default();
    follow(move || {
        let words = progress.with(|p| p.as_deref().and_then(|p| telling.next(p, page::millis())));
        if let Some(words) = words {
            said.set(words);
        }
    });
    let is_in_tab = Memo::new(move |_| progress.with(|p| p.as_ref().is_some_and(|p| p.is_in_tab)));
    let base = move || progress.with(|p| p.as_ref().map(|p| p.place.base.clone()).unwrap_or_default());
    view! {
        <div class="page-head">
            <h1 tabindex="-1">{get(|p| format!("Updating {}", words::products(p.total)))}</h1>
            <p class="lead">{get(place_words)}</p>
        </div>
        <section class="card wait" aria-label="Progress">
            <p class="unseen" role="status">{move || said.get()}</p>
            <p class="state">{get(state_words)}</p>
            {progress_bar("Sending", at)}
            <p class="wait-words">{get(how_far)}</p>
            <dl class="tiles tiles-small tiles-four">
                <div class="tile"><dd>{get(|p| number(p.changed))}</dd><dt>"changed"</dt></div>
                <div class="tile"><dd>{get(|p| number(p.refused))}</dd><dt>"refused"</dt></div>
                <div class="tile"><dd>{get(|p| number(p.held_back))}</dd><dt>"held back"</dt></div>
                <div class="tile"><dd>{get(|p| number(p.unknown))}</dd><dt>"not known yet"</dt></div>
            </dl>
            {live(move || held_back.get().then(|| view! {
                <p class="hint">"Held back: somebody else has changed them since they were compared. The report names them, and what they hold now."</p>
            }))}
            {live(move || (given_up.get() > 0).then(|| view! {
                <p class="hint">{words::products(given_up.get())}" given up after several tries. Nothing of that was applied; the report names it, and it can be gone on with."</p>
            }))}
            {move || progress.with(|p| p.as_ref().and_then(|p| p.last_words.clone())).map(|words| view! {
                <figure class="said"><figcaption>"The server’s last words"</figcaption><blockquote>{words}</blockquote></figure>
            })}
            {move || stopped.get().map(|trouble| trouble_note(&trouble))}
            {move || trouble.get().map(|trouble| new_key_form(&trouble, untrack(base)))}
            {buttons(shop, progress)}
        </section>
        <div class="note send-hint">
            {Icon::Info.view()}
            <span>
                {move || if is_in_tab.get() {
                    "Keep this tab open until the report is there: this browser keeps nothing, so only this tab knows what was sent."
                } else {
                    "Leave this page open. If it is closed all the same, nothing is sent twice: the report shows what is known."
                }}
            </span>
        </div>
    }
    .into_any()
}

fn place_words(progress: &SendProgress) -> String {
    let place = &progress.place;
    let store = match (&place.title, place.is_practice) {
        (_, true) => "Practice store".to_owned(),
        (Some(title), false) => format!("«{title}» · {}", place.host),
        (None, false) => place.host.clone(),
    };
    format!("{store} · {}", progress.file)
}

fn state_words(progress: &SendProgress) -> String {
    match &progress.state {
        SendState::Sending => "Sending".into(),
        SendState::Checking => "Reading back what the store holds".into(),
        SendState::Waiting { seconds, why } => format!("Waiting {}: {why}", words::seconds(*seconds)),
        SendState::Paused if progress.on_its_way > 0 => "Paused. What is on its way is settled; nothing more is sent.".into(),
        SendState::Paused => "Paused. Nothing is being sent.".into(),
        SendState::NeedsKey(_) => "Waiting for a key".into(),
        SendState::Stopped(_) => "Stopped. Nothing is being sent.".into(),
        SendState::Cancelling => "Stopping: what is on its way is settled first".into(),
    }
}

fn how_far(progress: &SendProgress) -> String {
    let mut words = format!(
        "{} of {} · batch {} of {}",
        number(progress.done),
        words::products(progress.total),
        number(progress.batch),
        number(progress.batches)
    );
    if let Some(rate) = progress.per_minute {
        words.push_str(&format!(" · {} a minute", number(rate)));
    }
    let is_moving = matches!(progress.state, SendState::Sending | SendState::Checking | SendState::Waiting { .. });
    if let Some(left) = progress.seconds_left.filter(|_| is_moving) {
        words.push_str(&format!(" · about {} left", words::seconds(left)));
    }
    words
}

fn buttons(shop: Shop, progress: Progress) -> AnyView {
    let asking = RwSignal::new(false);
    let is = move |wanted: fn(&SendState) -> bool| progress.with(|p| p.as_ref().is_some_and(|p| wanted(&p.state)));
    let is_paused = Memo::new(move |_| is(|state| matches!(state, SendState::Paused | SendState::Stopped(_))));
    let is_cancelling = Memo::new(move |_| is(|state| matches!(state, SendState::Cancelling)));
    let can_pause = Memo::new(move |_| is(|state| !matches!(state, SendState::Cancelling | SendState::NeedsKey(_))));
    let left = move || progress.with(|p| p.as_ref().map_or((0, 0), |p| (p.done, p.total.saturating_sub(p.done))));
    let turn = move |_| {
        if is_paused.get_untracked() {
            shop.tell(ResumeSending {});
        } else {
            shop.tell(PauseSending {});
        }
    };
    let body = view! {
        <p>{move || format!("{} of the plan are settled and stay as they are. {} will not be sent.", words::products(left().0), words::products(left().1))}</p>
        <div class="actions actions-end">
            <button type="button" class="button" on:click=move |_| asking.set(false)>"Keep sending"</button>
            <button
                type="button"
                class="button button-danger"
                on:click=move |_| { asking.set(false); shop.tell(CancelSending {}); }
            >
                "Stop sending"
            </button>
        </div>
    };
    view! {
        <div class="actions">
            <button type="button" class="button" hidden=move || !can_pause.get() on:click=turn>
                {move || if is_paused.get() { "Resume" } else { "Pause" }}
            </button>
            <button
                type="button"
                class="button button-quiet"
                aria-haspopup="dialog"
                disabled=move || is_cancelling.get()
                on:click=move |_| asking.set(true)
            >
                "Stop…"
            </button>
        </div>
        {dialog("stop", Signal::derive(|| "Stop sending?".into()), asking, body.into_any())}
    }
    .into_any()
}
