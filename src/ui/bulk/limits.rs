//! When a second look is asked for: the limits of the guards that a person can set. They are remembered in this browser.

use super::review::Wish;
use crate::browser::page;
use crate::engine::protocol::GuardLimits;
use crate::ui::words::number;
use leptos::prelude::*;
use std::ops::RangeInclusive;

/// One limit.
struct Limit {
    id: &'static str,
    label: &'static str,
    unit: &'static str,
    hint: &'static str,
    range: RangeInclusive<u32>,
    get: fn(&GuardLimits) -> u32,
    set: fn(&mut GuardLimits, u32),
}

static LIMITS: [Limit; 3] = [
    Limit {
        id: "limit-price",
        label: "A price moves by more than",
        unit: "% of the old price",
        hint: "Up or down. With 0, every new price is asked about.",
        range: 0..=10_000,
        get: |limits| limits.price_move_percent,
        set: |limits, value| limits.price_move_percent = value,
    },
    Limit {
        id: "limit-archived",
        label: "Archived are more than",
        unit: "% of the products that change",
        hint: "With 100, archiving is never asked about.",
        range: 0..=100,
        get: |limits| limits.archived_percent,
        set: |limits, value| limits.archived_percent = value,
    },
    Limit {
        id: "limit-same",
        label: "One same new value for at least",
        unit: "products",
        hint: "One value down a whole column is what a slip of the fill handle looks like.",
        range: 2..=10_000_000,
        get: |limits| limits.same_value_products,
        set: |limits, value| limits.same_value_products = value,
    },
];

/// What is remembered in this browser, or else the usual.
pub(super) fn remembered() -> GuardLimits {
    read(&page::kept_limits().unwrap_or_default()).unwrap_or_default()
}

/// One number a limit, in their order. What another version wrote, and this one does not understand, is nothing.
fn read(kept: &str) -> Option<GuardLimits> {
    let mut parts = kept.split(' ');
    let mut limits = GuardLimits::default();
    for limit in &LIMITS {
        (limit.set)(&mut limits, whole(parts.next()?, &limit.range).ok()?);
    }
    parts.next().is_none().then_some(limits)
}

fn remember(limits: &GuardLimits) {
    let usual = *limits == GuardLimits::default();
    let numbers: Vec<String> = LIMITS.iter().map(|limit| (limit.get)(limits).to_string()).collect();
    page::keep_limits(&if usual { String::new() } else { numbers.join(" ") });
}

/// A whole number within a range, or what is wrong with it.
fn whole(text: &str, range: &RangeInclusive<u32>) -> Result<u32, String> {
    let between = || format!("between {} and {}", number(*range.start()), number(*range.end()));
    match text.trim() {
        "" => Err(format!("Write a number {}.", between())),
        text if !text.bytes().all(|b| b.is_ascii_digit()) => {
            Err(format!("“{text}” is not a whole number. Write digits only, {}.", between()))
        }
        text => {
            let value = text.parse().ok().filter(|value| range.contains(value));
            value.ok_or_else(|| format!("{text} is out of range. Write a number {}.", between()))
        }
    }
}

/// The limits in a few words.
fn in_words(limits: &GuardLimits) -> String {
    format!(
        "price moved over {} %, over {} % archived, {} times one value",
        number(limits.price_move_percent),
        number(limits.archived_percent),
        number(limits.same_value_products)
    )
}

type Texts = RwSignal<Vec<String>>;
type Wrongs = RwSignal<Vec<Option<String>>>;

/// The fold with the form.
pub(super) fn limits(wish: Wish) -> AnyView {
    let texts_of = |limits: &GuardLimits| LIMITS.iter().map(|limit| (limit.get)(limits).to_string()).collect::<Vec<_>>();
    let texts: Texts = RwSignal::new(wish.limits.with_untracked(texts_of));
    let wrongs: Wrongs = RwSignal::new(vec![None; LIMITS.len()]);
    let said = RwSignal::new("");
    let use_them = move |limits: GuardLimits, words: &'static str| {
        wish.limits.set(limits);
        wish.ask();
        remember(&limits);
        said.set(words);
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let read: Vec<Result<u32, String>> =
            texts.with_untracked(|texts| LIMITS.iter().zip(texts).map(|(limit, text)| whole(text, &limit.range)).collect());
        wrongs.set(read.iter().map(|read| read.as_ref().err().cloned()).collect());
        if let Some((limit, _)) = LIMITS.iter().zip(&read).find(|(_, read)| read.is_err()) {
            said.set("");
            page::focus(&format!("#{}", limit.id));
            return;
        }
        let mut limits = GuardLimits::default();
        for (limit, value) in LIMITS.iter().zip(read.into_iter().flatten()) {
            (limit.set)(&mut limits, value);
        }
        use_them(limits, "These limits count from now on. This browser remembers them.");
    };
    let usual = move |_| {
        texts.set(texts_of(&GuardLimits::default()));
        wrongs.set(vec![None; LIMITS.len()]);
        use_them(GuardLimits::default(), "The usual limits count again.");
    };
    let fields = (0..LIMITS.len()).map(|at| field(at, texts, wrongs)).collect_view();
    view! {
        <details class="fold">
            <summary>"A second look is asked for: "{move || wish.limits.with(in_words)}</summary>
            <p class="hint">"Whatever goes beyond is named above, and has to be confirmed by typing. Nothing is forbidden."</p>
            <form class="form limits" novalidate on:submit=submit>
                {fields}
                <div class="actions">
                    <button type="submit" class="button">"Use these limits"</button>
                    <button type="button" class="button button-quiet" on:click=usual>"Back to the usual"</button>
                </div>
                <p class="hint limits-said" role="status">{move || said.get()}</p>
            </form>
        </details>
    }
    .into_any()
}

fn field(at: usize, texts: Texts, wrongs: Wrongs) -> Option<AnyView> {
    let limit = LIMITS.get(at)?;
    let text = move || texts.with(|texts| texts.get(at).cloned().unwrap_or_default());
    let wrong = Memo::new(move |_| wrongs.with(|wrongs| wrongs.get(at).cloned().flatten()));
    let typed = move |event| {
        let typed = event_target_value(&event);
        texts.update(|texts| {
            if let Some(text) = texts.get_mut(at) {
                *text = typed;
            }
        });
    };
    Some(
        view! {
            <div class="field">
                <label for=limit.id>{limit.label}<span class="unseen">" … "{limit.unit}</span></label>
                <div class="limit">
                    <input
                        id=limit.id
                        type="text"
                        inputmode="numeric"
                        autocomplete="off"
                        prop:value=text
                        aria-describedby=format!("{0}-hint {0}-error", limit.id)
                        aria-invalid=move || wrong.with(Option::is_some).then_some("true")
                        on:input=typed
                    />
                    <span aria-hidden="true">{limit.unit}</span>
                </div>
                <p class="hint" id=format!("{}-hint", limit.id)>{limit.hint}</p>
                <p class="field-error" id=format!("{}-error", limit.id)>{move || wrong.get()}</p>
            </div>
        }
        .into_any(),
    )
}
