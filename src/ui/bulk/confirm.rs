//! The one confirmation: what, how much, where. A dialog of its own, so that no stray press can send anything.

use super::crossing::use_crossing;
use super::keepsakes::Keepsakes;
use super::review::Review;
use super::scope::locked;
use crate::browser::page;
use crate::engine::protocol::{Place, ReviewSummary, Send, TroubleKind};
use crate::ui::components::dialog::dialog;
use crate::ui::components::icon::Icon;
use crate::ui::components::live::live;
use crate::ui::components::pending::Pending;
use crate::ui::state::Shop;
use crate::ui::words;
use leptos::prelude::*;

/// What the dialog needs. Cheap to copy.
#[derive(Clone, Copy)]
struct Confirming {
    shop: Shop,
    review: Review,
    keepsakes: Keepsakes,
    open: RwSignal<bool>,
    sending: Pending,
    typed: RwSignal<String>,
    /// What is wrong with it, once it was to be sent.
    wrong: RwSignal<Option<String>>,
}

/// The button that opens the confirmation, and the confirmation. While it `is_looked_at` anew there is nothing to confirm.
pub(super) fn confirmation(shop: Shop, review: Review, keepsakes: Keepsakes, is_looked_at: RwSignal<bool>) -> AnyView {
    let this = Confirming {
        shop,
        review,
        keepsakes,
        open: RwSignal::new(false),
        sending: use_crossing().sending,
        typed: RwSignal::new(String::new()),
        wrong: RwSignal::new(None),
    };
    let is_empty = Memo::new(move |_| review.with(|review| review.as_ref().is_none_or(|review| review.changing == 0)));
    let heading = move || {
        let of = |review: &ReviewSummary| format!("{} of {}?", button(review), store_name(&review.place));
        review.with(|review| review.as_deref().map(of).unwrap_or_default())
    };
    let ask = move |_| {
        this.open.set(true);
        // Once it is shown: where typing is asked for, there; and never on what sends.
        request_animation_frame(|| page::focus_below_the_top("#confirm-typed, #confirm-not-yet"));
    };
    let body = live(move || review.with(|review| review.as_deref().map(|review| this.body(review))));
    view! {
        <button
            type="button"
            class="button button-main"
            aria-haspopup="dialog"
            hidden=move || is_empty.get()
            disabled=move || is_looked_at.get()
            on:click=ask
        >
            "Go on to confirm…"
        </button>
        {dialog("confirm", Signal::derive(heading), this.open, body)}
        // What was read once more before sending has taken the dialog away.
        {live(move || (!this.open.get()).then(|| this.sending.note()))}
    }
    .into_any()
}

impl Confirming {
    fn body(self, review: &ReviewSummary) -> AnyView {
        let warning = if review.place.is_practice {
            "This is practice: nothing real is changed."
        } else {
            "This changes the live store. Members see it at once."
        };
        let facts = facts(review)
            .into_iter()
            .filter_map(|(label, value)| value.map(|value| view! { <div><dt>{label}</dt><dd>{value}</dd></div> }))
            .collect_view();
        let submit = move |event: leptos::ev::SubmitEvent| {
            event.prevent_default();
            self.send(false);
        };
        view! {
            <p class=if review.place.is_practice { "quiet" } else { "strong" }>{warning}</p>
            <dl class="facts">{facts}</dl>
            {self.keepsakes.in_short()}
            <form novalidate on:submit=submit>
                {review.phrase.clone().map(|phrase| self.typing(phrase))}
                {self.sending.note()}
                {self.without_storage()}
                <div class="actions actions-end">
                    <button
                        type="button"
                        id="confirm-not-yet"
                        class="button"
                        disabled=move || self.sending.busy.get()
                        on:click=move |_| self.open.set(false)
                    >
                        "Not yet"
                    </button>
                    <button type="submit" class="button button-main" disabled=move || self.sending.busy.get()>
                        {button(review)}
                    </button>
                </div>
            </form>
        }
        .into_any()
    }

    /// Sends what is shown, if what is asked for was typed. The engine holds it against the phrase once more.
    fn send(self, in_this_tab: bool) {
        let typed = self.typed.get_untracked();
        let shown = self.review.with_untracked(|review| {
            let review = review.as_ref()?;
            let phrase = review.phrase.clone().filter(|_| !review.is_confirmed_by(&typed));
            Some((review.token, phrase))
        });
        match shown {
            None => {}
            Some((_, Some(phrase))) => {
                self.wrong.set(Some(difference(&phrase, &typed)));
                page::focus("#confirm-typed");
            }
            Some((token, None)) => self.sending.run(self.shop.try_ask(Send { token, typed, in_this_tab }), |()| ()),
        }
    }

    /// What is offered where the browser keeps nothing: to do without, knowing what that means.
    fn without_storage(self) -> AnyView {
        let is_needed = Memo::new(move |_| {
            self.sending.trouble.with(|trouble| trouble.as_ref().is_some_and(|trouble| trouble.kind == TroubleKind::NoJournal))
        });
        let offer = move || {
            is_needed.get().then(|| {
                view! {
                    <div class="note note-warn">
                        {Icon::Warning.view()}
                        <div>
                            <p class="note-what">"Or send while this tab stays open"</p>
                            <p>
                                "Only this tab then knows what was sent. Should it be closed or die before the report is there, what was on its
                                way has to be looked up in the store by hand, and the run cannot be gone on with or taken back."
                            </p>
                            <button
                                type="button"
                                class="button"
                                disabled=move || self.sending.busy.get()
                                on:click=move |_| self.send(true)
                            >
                                "I keep this tab open: send"
                            </button>
                        </div>
                    </div>
                }
            })
        };
        live(offer)
    }

    /// The field for what has to be typed.
    fn typing(self, phrase: String) -> AnyView {
        let Self { typed, wrong, .. } = self;
        let change = move |event| {
            typed.set(event_target_value(&event));
            wrong.set(None);
        };
        view! {
            <div class="field">
                <label for="confirm-typed">
                    "Something here deserves a second look. To go on, type or paste: "<strong class="phrase">{phrase}</strong>
                </label>
                <input
                    id="confirm-typed"
                    type="text"
                    autocomplete="off"
                    autocapitalize="off"
                    spellcheck="false"
                    prop:value=move || typed.get()
                    aria-describedby="confirm-typed-error"
                    aria-invalid=move || wrong.with(Option::is_some).then_some("true")
                    on:input=change
                />
                <p class="field-error" id="confirm-typed-error">{move || wrong.get()}</p>
            </div>
        }
        .into_any()
    }
}

fn button(review: &ReviewSummary) -> String {
    format!("Update {}", words::products(review.changing))
}

fn facts(review: &ReviewSummary) -> [(&'static str, Option<String>); 8] {
    let codes = (review.codes > 0).then(|| {
        format!(
            "{} added to {}, which cannot be taken back",
            words::count(review.codes, "code is", "codes are"),
            words::products(review.code_products)
        )
    });
    let columns: Vec<&str> = review.by_column.iter().map(|(column, _)| column.header()).collect();
    let address =
        if review.place.is_practice { "none: the practice store is in this page".into() } else { review.place.base.clone() };
    let looks = || review.guards.iter().map(|guard| words::sentence(&guard.words)).collect::<Vec<_>>().join(" ");
    let requests = review.field_requests + review.voucher_requests;
    [
        ("Store", Some(store_name(&review.place))),
        ("Community", review.place.community.clone()),
        ("Address", Some(address)),
        ("Columns", Some(columns.join(", ")).filter(|columns| !columns.is_empty())),
        ("Locked", Some(locked(review).join(", ")).filter(|locked| !locked.is_empty())),
        ("Voucher codes", codes),
        ("Sent in", Some(words::count(requests, "request", "requests"))),
        ("Second looks", (!review.guards.is_empty()).then(looks)),
    ]
}

/// Where what was typed is another than what is asked for, in a sentence.
fn difference(phrase: &str, typed: &str) -> String {
    let lower = |text: &str| text.to_lowercase();
    let (asked, is): (Vec<&str>, Vec<&str>) = (phrase.split_whitespace().collect(), typed.split_whitespace().collect());
    let same = asked.iter().zip(&is).take_while(|(asked, is)| lower(asked) == lower(is)).count();
    let rest = |words: &[&str]| words.get(same..).unwrap_or_default().join(" ");
    match (asked.get(same), is.get(same)) {
        (_, None) if same == 0 => "Nothing was sent. Type the words above, or copy and paste them.".into(),
        (Some(_), None) => format!("Nothing was sent: “{}” is missing at the end.", rest(&asked)),
        (None, Some(_)) => format!("Nothing was sent: “{}” at the end is too much.", rest(&is)),
        (Some(asked), Some(is)) => format!("Nothing was sent: “{is}” stands where “{asked}” is asked for."),
        (None, None) => "Nothing was sent. Type exactly the words above.".into(),
    }
}

fn store_name(place: &Place) -> String {
    match (&place.title, place.is_practice) {
        (_, true) => "the practice store".into(),
        (Some(title), false) => format!("«{title}»"),
        (None, false) => format!("the store at {}", place.host),
    }
}
