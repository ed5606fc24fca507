//! Somebody else changed the same settings meanwhile: field by field, what it was, theirs and mine, and a choice.

use super::clashing::Clashing;
use super::editor::Editor;
use super::labels::{id_of, name_of};
use super::outcome::focus_outcome;
use super::values::{change_list, shown};
use crate::domain::settings::Clash;
use crate::ui::components::dialog::dialog;
use crate::ui::components::icon::Icon;
use crate::ui::components::live::{follow, live};
use crate::ui::words;
use leptos::prelude::*;

/// The dialog, and the note that stays when it is closed undecided.
pub(super) fn clashes(editor: Editor) -> AnyView {
    let open = RwSignal::new(false);
    let is_there = Memo::new(move |_| editor.clashing.with(Option::is_some));
    // The dialog opens with each new clash, and closes with its end.
    follow(move || open.set(is_there.get()));
    let count = Memo::new(move |_| editor.clashing.with(|clashing| clashing.as_ref().map_or(0, |it| it.clashes.len())));
    let heading = Signal::derive(move || match count.get() {
        1 => "Somebody else changed the same setting".to_owned(),
        count => format!("Somebody else changed {count} of the same settings"),
    });
    let note = live(move || {
        is_there.get().then(|| {
            view! {
                <div class="note note-warn" role="alert">
                    {Icon::Warning.view()}
                    <div>
                        <p class="note-what">{heading}</p>
                        <p>"Nothing was sent. Choose what stays, then save."</p>
                        <p class="actions">
                            <button type="button" class="button" aria-haspopup="dialog" on:click=move |_| open.set(true)>"Choose…"</button>
                        </p>
                    </div>
                </div>
            }
        })
    });
    // The list is drawn once for each clash; choosing changes only the marks in it.
    let list = Memo::new(move |_| editor.clashing.with(|it| it.as_ref().map(|it| it.clashes.clone()).unwrap_or_default()));
    let rows = live(move || list.get().iter().map(|clash| choice(editor, clash)).collect_view());
    let undecided = Memo::new(move |_| editor.clashing.with(|it| it.as_ref().map_or(0, Clashing::undecided)));
    let refusal = RwSignal::new(false);
    let save = move |_| {
        if undecided.get_untracked() > 0 {
            return refusal.set(true);
        }
        refusal.set(false);
        open.set(false);
        editor.save_chosen(focus_outcome);
    };
    let others = live(move || {
        let others = editor.clashing.with(|it| it.as_ref().map(|it| it.others.clone()).unwrap_or_default());
        (!others.is_empty()).then(|| {
            view! {
                <details>
                    <summary>{format!("They also changed {}, which you did not", words::count(others.len() as u64, "setting", "settings"))}</summary>
                    {change_list(&others)}
                </details>
            }
        })
    });
    let body = view! {
        <p>"Since you opened this page it was changed elsewhere. Choose for each setting what the store shall hold. Your other changes are kept, and theirs too."</p>
        {rows}
        {others}
        <p class="field-error" role="alert">
            {move || {
                let left = undecided.get();
                (refusal.get() && left > 0).then(|| format!("Choose for {} more first.", words::count(left as u64, "setting", "settings")))
            }}
        </p>
        <div class="actions actions-end">
            <button type="button" class="button" on:click=move |_| open.set(false)>"Not yet"</button>
            <button type="button" class="button button-main" on:click=save>"Save with these choices"</button>
        </div>
    };
    view! {
        {note}
        {dialog("clash", heading, open, body.into_any())}
    }
    .into_any()
}

fn choice(editor: Editor, clash: &Clash) -> AnyView {
    let path = clash.path.clone();
    let name = format!("clash-{}", id_of(&path));
    let pick = |is_theirs: bool, words: &'static str, value: AnyView| {
        let (at, shown_at) = (path.clone(), path.clone());
        let is_picked = move || editor.clashing.with(|it| it.as_ref().is_some_and(|it| it.choice(&shown_at) == Some(is_theirs)));
        view! {
            <label class="pick">
                <input
                    type="radio"
                    name=name.clone()
                    prop:checked=is_picked
                    on:change=move |_| editor.clashing.update(|it| if let Some(it) = it { it.choose(&at, is_theirs) })
                />
                <span><strong>{words}</strong><span class="pick-value">{value}</span></span>
            </label>
        }
        .into_any()
    };
    let theirs = pick(true, "Theirs, which the store holds now", shown(&path, clash.theirs.as_ref()));
    let mine = pick(false, "Mine", shown(&path, clash.mine.as_ref()));
    view! {
        <fieldset class="clash">
            <legend>{name_of(&path)}</legend>
            <p class="quiet">"It was: "{shown(&path, clash.base.as_ref())}</p>
            {theirs}
            {mine}
        </fieldset>
    }
    .into_any()
}
