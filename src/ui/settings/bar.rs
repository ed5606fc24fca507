//! The save bar: there only while something is unsaved, naming the sections; with the review of old → new.

use super::editor::Editor;
use super::labels::{name_of, sections_of};
use super::outcome::focus_outcome;
use super::values::old_and_new;
use crate::browser::page;
use crate::domain::settings::{SettingChange, SettingPath, SettingValue};
use crate::ui::components::dialog::dialog;
use crate::ui::components::live::{follow, live};
use crate::ui::words;
use leptos::prelude::*;

/// A text longer than this many characters is asked about before it is thrown away.
const LONG: usize = 60;

/// The bar and its dialogs.
pub(super) fn save_bar(editor: Editor) -> AnyView {
    let review = RwSignal::new(false);
    let discarding = RwSignal::new(false);
    let is_unsaved = Memo::new(move |_| editor.is_unsaved());
    let count = Memo::new(move |_| unsaved(editor).len());
    let words = move || {
        let what = if editor.is_only_late() { "Not shown yet" } else { "Unsaved" };
        format!("{what}: {}", sections_of(unsaved(editor).iter()))
    };
    let changes = move || words::count(count.get() as u64, "change", "changes");
    let save = move |_| editor.save(focus_outcome);
    let discard = move |_| {
        if needs_asking(editor) {
            discarding.set(true);
        } else {
            throw_away(editor);
        }
    };
    view! {
        <p class="unseen" role="status">{move || is_unsaved.get().then(words)}</p>
        {move || is_unsaved.get().then(|| view! {
            <div class="save-bar" role="region" aria-label="Unsaved changes">
                <p class="save-words"><strong>{move || words()}</strong>
                    <span class="quiet">
                        {move || changes()}
                        {move || (!editor.is_kept.get()).then_some(". This browser keeps no draft: a reload would lose them.")}
                    </span>
                </p>
                <div class="actions">
                    <button type="button" class="button button-quiet" aria-disabled=move || editor.saving.get().then_some("true") on:click=discard>"Discard"</button>
                    <button type="button" class="button" aria-haspopup="dialog" on:click=move |_| review.set(true)>"Review"</button>
                    <button
                        type="button"
                        class="button button-main"
                        aria-keyshortcuts="Control+S Meta+S"
                        aria-disabled=move || editor.saving.get().then_some("true")
                        on:click=save
                    >
                        {move || if editor.saving.get() { "Saving…" } else { "Save" }}
                    </button>
                </div>
            </div>
        })}
        {dialog("review", Signal::derive(move || format!("{} to save", changes())), review, reviewed(editor, review))}
        {dialog("discard", Signal::derive(move || format!("Discard {}?", changes())), discarding, discarded(editor, discarding))}
    }
    .into_any()
}

/// The settings that are not as they were read.
fn unsaved(editor: Editor) -> Vec<SettingPath> {
    let mut paths: Vec<SettingPath> = editor.changes.with(|changes| changes.iter().map(|change| change.path.clone()).collect());
    for path in editor.raw_paths() {
        if !paths.contains(&path) {
            paths.push(path);
        }
    }
    paths
}

/// Whether throwing away deserves a question: more than one setting, or a long text.
fn needs_asking(editor: Editor) -> bool {
    let is_long = |change: &SettingChange| {
        let text = change.new.as_ref().and_then(SettingValue::as_text);
        text.is_some_and(|text| text.chars().nth(LONG).is_some())
    };
    untrack(|| unsaved(editor).len() > 1 || editor.changes.with(|changes| changes.iter().any(is_long)))
}

fn throw_away(editor: Editor) {
    if !editor.saving.get_untracked() {
        editor.discard();
        // After a dialog has closed, which gives the focus back to a button that is gone by then.
        request_animation_frame(page::focus_heading);
    }
}

fn reviewed(editor: Editor, open: RwSignal<bool>) -> AnyView {
    let rows = live(move || {
        let changes = editor.changes.get();
        let typed = editor.raw_paths();
        let typed = typed.iter().map(|path| {
            view! {
                <div class="field-change">
                    <dt>{name_of(path)}</dt>
                    <dd class="field-error">"What is typed there is not finished, and is not sent."</dd>
                </div>
            }
            .into_any()
        });
        let each = changes.iter().map(|change| {
            let path = change.path.clone();
            let label = format!("Put back {}", name_of(&path));
            view! {
                <div class="field-change">
                    <dt>{name_of(&change.path)}</dt>
                    <dd>
                        {old_and_new(change)}
                        <button type="button" class="link" aria-label=label on:click=move |_| editor.revert(&path)>"Put back"</button>
                    </dd>
                </div>
            }
            .into_any()
        });
        each.chain(typed).collect_view()
    });
    let is_empty = Memo::new(move |_| !editor.is_unsaved());
    // Nothing left to look at: the dialog has done its work.
    follow(move || {
        if is_empty.get() {
            open.set(false);
        }
    });
    view! {
        <p class="quiet">"The store is read again before anything is sent. Only what differs is sent; everything else stays as it is there."</p>
        <dl class="fields change change-list">{rows}</dl>
        <div class="actions actions-end">
            <button type="button" class="button" on:click=move |_| open.set(false)>"Go on editing"</button>
            <button
                type="button"
                class="button button-main"
                on:click=move |_| { open.set(false); editor.save(focus_outcome); }
            >
                "Save"
            </button>
        </div>
    }
    .into_any()
}

fn discarded(editor: Editor, open: RwSignal<bool>) -> AnyView {
    let names = live(move || unsaved(editor).iter().map(|path| view! { <li>{name_of(path)}</li> }).collect_view());
    view! {
        <p>"The form goes back to what the store holds. What you typed here is gone:"</p>
        <ul class="rules">{names}</ul>
        <div class="actions actions-end">
            <button type="button" class="button" on:click=move |_| open.set(false)>"Keep them"</button>
            <button type="button" class="button button-danger" on:click=move |_| { open.set(false); throw_away(editor); }>"Discard"</button>
        </div>
    }
    .into_any()
}
