//! What became of saving, above the form: the summary of what is wrong, or the end of it.

use super::editor::{Editor, Ended, Found};
use super::labels::{id_of, name_of, touched};
use super::values::{change_list, shown};
use crate::browser::page;
use crate::domain::settings::{Difference, SettingChange, SettingPath};
use crate::engine::protocol::{Fate, SaveOutcome, SaveTrouble};
use crate::ui::components::icon::Icon;
use crate::ui::components::live::live;
use crate::ui::components::trouble::trouble_note;
use crate::ui::words;
use leptos::prelude::*;
use std::collections::BTreeSet;

/// Where the focus goes once there is something to read.
const ID: &str = "outcome";

/// Moves the focus to what is to be read.
pub(super) fn focus_outcome() {
    request_animation_frame(|| page::focus(&format!("#{ID}")));
}

/// Everything above the form. It takes the focus when saving has ended, or cannot begin.
pub(super) fn outcome(editor: Editor) -> AnyView {
    let has_words = Memo::new(move |_| editor.ended.with(Option::is_some) || !editor.summary().is_empty());
    let ended = live(move || editor.ended.with(|ended| ended.as_ref().map(ending)));
    view! {
        <div class="outcome" id=ID tabindex="-1" role="group" aria-label="Result of saving" hidden=move || !has_words.get()>
            {ended}
            {summary(editor)}
        </div>
        {move || editor.resumed.get().map(|found| resumed(editor, &found))}
    }
    .into_any()
}

/// The problems, each leading to its field.
fn summary(editor: Editor) -> AnyView {
    live(move || {
        let problems = editor.summary();
        if problems.is_empty() {
            return None;
        }
        let mut settings: BTreeSet<&SettingPath> = BTreeSet::new();
        settings.extend(problems.iter().map(|problem| &problem.path));
        let heading = match settings.len() {
            1 => "There is a problem with one setting".to_owned(),
            count => format!("There are problems with {count} settings"),
        };
        let links = problems
            .into_iter()
            .map(|problem| {
                let id = id_of(&problem.path);
                let to = format!("#{id}");
                let words = if problem.is_verbatim {
                    format!("{}: the store says “{}”", name_of(&problem.path), problem.words)
                } else {
                    problem.words
                };
                let press = move |event: leptos::ev::MouseEvent| {
                    event.prevent_default();
                    page::reveal(&format!("[id='{id}']"));
                };
                view! { <li><a href=to on:click=press>{words}</a></li> }
            })
            .collect_view();
        Some(view! {
            <div class="note note-bad" role="alert">
                {Icon::Warning.view()}
                <div>
                    <h2 class="note-what">{heading}</h2>
                    <ul class="plain-links">{links}</ul>
                </div>
            </div>
        })
    })
}

fn ending(ended: &Ended) -> AnyView {
    match ended {
        Ended::Badly(trouble) => badly(trouble),
        Ended::Well(outcome) => match &**outcome {
            SaveOutcome::Saved { sent, theirs, differs, left_out, despite, .. } => {
                let despite = despite.as_ref().map(|trouble| {
                    view! {
                        <div class="note note-warn">
                            {Icon::Warning.view()}
                            <div>
                                <p class="note-what">"On the way something went wrong, and the store holds the change all the same"</p>
                                <p>{trouble.what.clone()}" The store was read to see: nothing needs to be done."</p>
                                {trouble.said.clone().map(|said| view! { <figure class="said"><figcaption>"The server’s words"</figcaption><blockquote>{said}</blockquote></figure> })}
                            </div>
                        </div>
                    }
                });
                view! {
                    {saved(sent, theirs)}
                    {despite}
                    {differences(differs)}
                    {not_sent_back(left_out)}
                }
                .into_any()
            }
            SaveOutcome::Nothing { .. } | SaveOutcome::Clash { .. } => view! {
                <div class="note note-good" role="status">
                    {Icon::Tick.view()}
                    <div>
                        <p class="note-what">"The store holds all of this already"</p>
                        <p>"Nothing had to be sent."</p>
                    </div>
                </div>
            }
            .into_any(),
        },
    }
}

fn saved(sent: &[SettingChange], theirs: &[SettingChange]) -> AnyView {
    let theirs = (!theirs.is_empty()).then(|| {
        view! {
            <p>{format!("Meanwhile somebody else had saved {}. It was kept:", words::count(theirs.len() as u64, "other setting", "other settings"))}</p>
            {change_list(theirs)}
        }
    });
    view! {
        <div class="note note-good" role="status">
            {Icon::Tick.view()}
            <div>
                <p class="note-what">{format!("Saved: {}", touched(sent))}</p>
                <details>
                    <summary>{format!("{} and read back", words::count(sent.len() as u64, "setting sent", "settings sent"))}</summary>
                    {change_list(sent)}
                </details>
                {theirs}
            </div>
        </div>
    }
    .into_any()
}

/// What the store does not hold as it was asked, and what it does not show.
fn differences(differs: &[Difference]) -> AnyView {
    let (hidden, other): (Vec<_>, Vec<_>) = differs.iter().partition(|it| it.asked.is_some() && it.holds.is_none());
    let rows = other
        .iter()
        .map(|it| {
            view! {
                <div class="field-change">
                    <dt>{name_of(&it.path)}</dt>
                    <dd>
                        "asked: "{shown(&it.path, it.asked.as_ref())}<br/>
                        "the store holds: "{shown(&it.path, it.holds.as_ref())}
                    </dd>
                </div>
            }
        })
        .collect_view();
    let other = (!other.is_empty()).then(|| {
        view! {
            <div class="note note-warn" role="alert">
                {Icon::Warning.view()}
                <div>
                    <p class="note-what">"The store took the change, and holds something else"</p>
                    <dl class="fields">{rows}</dl>
                    <p>"The form shows what the store holds."</p>
                </div>
            </div>
        }
    });
    let hidden = (!hidden.is_empty()).then(|| {
        let names: Vec<String> = hidden.iter().map(|it| name_of(&it.path)).collect();
        view! {
            <div class="note">
                {Icon::Question.view()}
                <div>
                    <p class="note-what">"Sent, and not shown by the store afterwards"</p>
                    <p>{format!("{}. This host does not return them, so whether they were kept is unknown.", names.join(", "))}</p>
                </div>
            </div>
        }
    });
    view! { {other}{hidden} }.into_any()
}

fn not_sent_back(left_out: &[SettingPath]) -> Option<AnyView> {
    (!left_out.is_empty()).then(|| {
        let names: Vec<String> = left_out.iter().map(ToString::to_string).collect();
        view! {
            <div class="note note-warn">
                {Icon::Warning.view()}
                <div>
                    <p class="note-what">"Secrets were not sent back"</p>
                    <p>{format!("{} stood within what was sent whole, and look like secrets; this page never keeps those. Look in the vendor’s own admin whether they are still set.", names.join(", "))}</p>
                </div>
            </div>
        }
        .into_any()
    })
}

fn badly(trouble: &SaveTrouble) -> AnyView {
    let fate = match trouble.fate {
        Fate::NotSent => "Nothing was sent. What you typed is still here.",
        Fate::NotApplied => "The store was not changed. What you typed is still here.",
        Fate::Unknown => {
            "Whether the store was changed is unknown: it could not be read afterwards, or holds a part of it. What you typed is still here; saving again reads the store first and sends only what is missing."
        }
    };
    // What the store said about single fields stands beside those.
    let mut words = trouble.trouble.clone();
    if !trouble.says_more && !trouble.fields.is_empty() {
        words.said = None;
    }
    view! {
        {trouble_note(&words)}
        <p class="fate"><span class="badge" class:badge-warn=trouble.fate == Fate::Unknown>{fate_word(trouble.fate)}</span>" "{fate}</p>
    }
    .into_any()
}

const fn fate_word(fate: Fate) -> &'static str {
    match fate {
        Fate::NotSent => "Not sent",
        Fate::NotApplied => "Not changed",
        Fate::Unknown => "Unknown",
    }
}

/// A draft was found when the page opened.
fn resumed(editor: Editor, found: &Found) -> AnyView {
    let moved = (!found.moved.is_empty()).then(|| {
        view! {
            <p>"Since then somebody else changed:"</p>
            {change_list(&found.moved)}
            <p>"When you save, you choose what stays."</p>
        }
    });
    let when = js_sys::Date::new(&found.at.into()).to_iso_string().as_string().unwrap_or_default();
    view! {
        <div class="note" role="status">
            {Icon::Info.view()}
            <div>
                <p class="note-what">"Your unsaved changes are back"</p>
                <p>{format!("They were typed {} and kept in this browser.", page::local_time(&when))}</p>
                {moved}
                <p class="actions">
                    <button type="button" class="button" on:click=move |_| editor.resumed.set(None)>"Go on"</button>
                    <button type="button" class="button button-quiet" on:click=move |_| editor.discard()>"Throw them away"</button>
                </p>
            </div>
        </div>
    }
    .into_any()
}
