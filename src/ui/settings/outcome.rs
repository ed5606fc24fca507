//! What became of saving, above the form: the summary of what is wrong, or the end of it.

use super::editor::{Editor, Ended, Found};
use super::labels::{id_of, name_of, touched};
use super::values::{change_list, shown};
use crate::browser::page;
use crate::domain::settings::{Difference, SettingChange, SettingPath};
use crate::engine::protocol::{Fate, Late, SaveOutcome, SaveTrouble, Trouble};
use crate::ui::components::icon::Icon;
use crate::ui::components::live::live;
use crate::ui::components::pending::Pending;
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
    let ended = live(move || editor.ended.with(|ended| ended.as_ref().map(|ended| ending(editor, ended))));
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

fn ending(editor: Editor, ended: &Ended) -> AnyView {
    match ended {
        Ended::Badly(trouble) => badly(editor, trouble),
        Ended::Well(outcome) => match &**outcome {
            SaveOutcome::Saved { sent, theirs, differs, late, left_out, despite, unread, .. } => {
                let despite = despite.as_ref().map(|trouble| {
                    view! {
                        <div class="note note-warn">
                            {Icon::Warning.view()}
                            <div>
                                <p class="note-what">"On the way something went wrong, and the store holds the change all the same"</p>
                                <p>{trouble.what.clone()}" The store was read to see: nothing needs to be done."</p>
                                {said(trouble)}
                            </div>
                        </div>
                    }
                });
                let is_other = |it: &Difference, change: &SettingChange| it.path == change.path && it.holds.is_some();
                let is_seen = |change: &&SettingChange| {
                    late.iter().all(|late| late.change != **change) && !differs.iter().any(|it| is_other(it, change))
                };
                let seen: Vec<SettingChange> = sent.iter().filter(is_seen).cloned().collect();
                view! {
                    {saved(&seen, theirs)}
                    {despite}
                    {not_shown_yet(editor, late, unread.as_deref())}
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

fn said(trouble: &Trouble) -> Option<AnyView> {
    let said = trouble.said.clone()?;
    let words =
        view! { <figure class="said"><figcaption>"The server’s words"</figcaption><blockquote>{said}</blockquote></figure> };
    Some(words.into_any())
}

fn saved(seen: &[SettingChange], theirs: &[SettingChange]) -> AnyView {
    let theirs = (!theirs.is_empty()).then(|| {
        view! {
            <p>{format!("Meanwhile somebody else had saved {}. It was kept:", words::count(theirs.len() as u64, "other setting", "other settings"))}</p>
            {change_list(theirs)}
        }
    });
    if seen.is_empty() {
        return theirs.map(|theirs| view! { <div class="note">{Icon::Info.view()}<div>{theirs}</div></div> }).into_any();
    }
    view! {
        <div class="note note-good" role="status">
            {Icon::Tick.view()}
            <div>
                <p class="note-what">{format!("Saved: {}", touched(seen))}</p>
                <details>
                    <summary>{format!("{} and read back", words::count(seen.len() as u64, "setting sent", "settings sent"))}</summary>
                    {change_list(seen)}
                </details>
                {theirs}
            </div>
        </div>
    }
    .into_any()
}

/// What the store took and is not seen to hold. It stands in the form as it was asked.
fn not_shown_yet(editor: Editor, late: &[Late], unread: Option<&Trouble>) -> Option<AnyView> {
    if late.is_empty() {
        return None;
    }
    let (answered, silent): (Vec<_>, Vec<_>) = late.iter().partition(|late| late.is_answered);
    let names = |late: &[&Late]| late.iter().map(|late| name_of(&late.change.path)).collect::<Vec<_>>().join(", ");
    let heading = match (silent.is_empty(), unread) {
        (true, None) => "Saved, by the store’s own answer; reading does not show it yet",
        (true, Some(_)) => "Saved, by the store’s own answer; it could not be read afterwards",
        (false, None) => "The store took the change, and does not show it yet",
        (false, Some(_)) => "The store took the change, and could not be read afterwards",
    };
    let answered = (!answered.is_empty()).then(|| {
        let since = if unread.is_some() { "it has not been read since" } else { "reading it still gives what was there before" };
        view! { <p>{format!("The store’s answer showed what you asked for; {since}: {}.", names(&answered))}</p> }
    });
    let silent = (!silent.is_empty()).then(|| {
        let what = if unread.is_some() {
            "its answer does not show what you asked for, and it has not been read since"
        } else {
            "neither its answer nor reading it shows what you asked for"
        };
        view! { <p>{format!("The store said yes, but {what}: {}. It may come later, or be left out.", names(&silent))}</p> }
    });
    let unread = unread.map(|trouble| view! { <p>{trouble.what.clone()}</p>{said(trouble)} });
    let changes: Vec<SettingChange> = late.iter().map(|late| late.change.clone()).collect();
    let note = view! {
        <div class="note note-warn" role="alert">
            {Icon::Warning.view()}
            <div>
                <p class="note-what">{heading}</p>
                {answered}
                {silent}
                {unread}
                <details><summary>"What was asked"</summary>{change_list(&changes)}</details>
                <p>"The form shows what you asked for; nothing of it is thrown away. Read the store again in a while. If it stays so, save again: only what is still missing is sent."</p>
                {look_again(editor)}
            </div>
        </div>
    };
    Some(note.into_any())
}

/// The button that reads the store again, and what came of it where nothing changed.
fn look_again(editor: Editor) -> AnyView {
    let reading = Pending::new();
    let press = move |_| reading.run(editor.read_again(), |()| focus_outcome());
    let looked = move || editor.looked.get().map(|at| format!("Read again {}: it still does not show all of it.", moment(at)));
    view! {
        <p class="actions">
            <button type="button" class="button" aria-disabled=move || reading.busy.get().then_some("true") on:click=press>
                {Icon::Again.view()}{move || if reading.busy.get() { "Reading…" } else { "Read the store again" }}
            </button>
        </p>
        <p role="status">{looked}</p>
        {reading.note()}
    }
    .into_any()
}

/// A moment, in milliseconds since 1970, as it is said here.
fn moment(at: f64) -> String {
    page::local_time(&js_sys::Date::new(&at.into()).to_iso_string().as_string().unwrap_or_default())
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
                        "asked: "<span class="value">{shown(&it.path, it.asked.as_ref())}</span><br/>
                        "the store holds: "<span class="value">{shown(&it.path, it.holds.as_ref())}</span>
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

fn badly(editor: Editor, trouble: &SaveTrouble) -> AnyView {
    let fate = match trouble.fate {
        Fate::NotSent => "Nothing was sent. What you typed is still here.",
        Fate::NotApplied => "The store was not changed. What you typed is still here.",
        Fate::NotShown => {
            "It does not show yet: the store was read for a while after this, and holds what it held before. The change may still come, or never have arrived. What you typed is still here; read again to see, or save again, which reads the store first and sends only what is missing."
        }
        Fate::Unknown => {
            "Whether the store was changed is unknown: it could not be read afterwards, or holds a part of it. What you typed is still here; saving again reads the store first and sends only what is missing."
        }
    };
    // What the store said about single fields stands beside those.
    let mut words = trouble.trouble.clone();
    if !trouble.says_more && !trouble.fields.is_empty() {
        words.said = None;
    }
    let is_open = matches!(trouble.fate, Fate::NotShown | Fate::Unknown);
    view! {
        {trouble_note(&words)}
        <p class="fate"><span class="badge" class:badge-warn=is_open>{fate_word(trouble.fate)}</span>" "{fate}</p>
        {is_open.then(|| look_again(editor))}
    }
    .into_any()
}

const fn fate_word(fate: Fate) -> &'static str {
    match fate {
        Fate::NotSent => "Not sent",
        Fate::NotApplied => "Not changed",
        Fate::NotShown | Fate::Unknown => "Unknown",
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
    view! {
        <div class="note" role="status">
            {Icon::Info.view()}
            <div>
                <p class="note-what">"Your unsaved changes are back"</p>
                <p>{format!("They were typed {} and kept in this browser.", moment(found.at))}</p>
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
