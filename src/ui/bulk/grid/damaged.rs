//! The text of a damaged row, typed anew in place. While it is typed the engine says what it would be: how many rows, or what is
//! still wrong with it, and where.

use super::{At, Grid, Spot, paint, scale};
use crate::browser::board;
use crate::engine::protocol::{Change, DamagedRow, DamagedText, Tried, TryRepair};
use crate::ui::components::live::{follow, live};
use crate::ui::words::number;
use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// A damaged row whose text is typed anew.
#[derive(Clone, PartialEq)]
pub(super) struct Retyping {
    /// Its row in the order.
    index: u32,
    place: u32,
    /// When it stood there.
    moved: u32,
    row: DamagedText,
}

/// Lines that the field is high, at least and at most.
const LINES: std::ops::RangeInclusive<usize> = 3..=10;

impl Grid {
    /// Opens the text of a damaged row.
    pub(super) fn retype(self, index: u32, place: u32) {
        let moved = self.moved();
        spawn_local(async move {
            let Ok(Some(row)) = self.shop.ask(DamagedRow { place }).await else { return self.refresh() };
            if !row.is_kept {
                let wrong = row.tried.wrong.map_or_else(String::new, |wrong| format!("{}. {}", wrong.what, wrong.cure));
                return self.say(wrong);
            }
            self.scroll_to(Spot { row: i64::from(index), column: 1 });
            let _ = self.retyping.try_set(Some(Retyping { index, place, moved, row }));
        });
    }

    /// Closes the field, with the focus back on the row where it was in the field.
    fn stop_retyping(self, takes_focus: bool) {
        let Some(retyping) = self.retyping.get_untracked() else { return };
        self.retyping.set(None);
        if takes_focus {
            self.go(At::one(Spot { row: i64::from(retyping.index), column: 1 }));
        }
    }
}

/// The field over the row, while one is typed anew.
pub(super) fn retyping(grid: Grid) -> AnyView {
    live(move || grid.retyping.get().map(|retyping| field_of(grid, retyping)))
}

fn field_of(grid: Grid, retyping: Retyping) -> AnyView {
    let field = NodeRef::<html::Textarea>::new();
    let tried = RwSignal::new(retyping.row.tried.clone());
    let was = StoredValue::new(retyping.row.text.replace("\r\n", "\n"));
    let (place, moved) = (retyping.place, retyping.moved);
    // The field may be gone: an element that goes loses the focus, and answers come late.
    let typed = move || field.try_get_untracked().flatten().map(|field| field.value());
    // The answer to an older text is dropped.
    let look = move || async move {
        let text = typed()?;
        let answer = grid.shop.ask(TryRepair { place, text: text.clone() }).await.ok().flatten()?;
        (typed()? == text).then(|| drop(tried.try_set(answer.clone())))?;
        Some((text, answer))
    };
    let keep = move |takes_focus: bool| {
        spawn_local(async move {
            let Some((text, answer)) = look().await else { return };
            if let Some(wrong) = answer.wrong {
                grid.say(format!("{} {}", wrong_words(&wrong), wrong.cure));
                if let Some((field, at)) = field.try_get_untracked().flatten().zip(wrong.at).filter(|_| takes_focus) {
                    let _ = field.set_selection_range(at, at);
                }
                return;
            }
            grid.stop_retyping(takes_focus);
            if !grid.edited(Change::Repair { place, text: text.clone() }, Some(moved)).await {
                grid.give_back(&text);
            }
        });
    };
    let key = move |event: KeyboardEvent| {
        // Nothing that is typed here is a command of the grid's.
        event.stop_propagation();
        if event.is_composing() {
            return;
        }
        match (event.key().as_str(), event.shift_key()) {
            ("Escape", _) => {
                event.prevent_default();
                grid.stop_retyping(true);
            }
            ("Enter", false) => {
                event.prevent_default();
                keep(true);
            }
            _ => {}
        }
    };
    // Whoever presses elsewhere keeps what was typed, if it is sound; what is not stays open.
    let left = move |_| {
        let Some(text) = typed().filter(|_| grid.retyping.with_untracked(Option::is_some)) else { return };
        if was.try_get_value() == Some(text) { grid.stop_retyping(false) } else { keep(false) }
    };
    let begun = StoredValue::new(false);
    follow(move || {
        if let Some(field) = field.get().filter(|_| !begun.get_value()) {
            begun.set_value(true);
            // Whoever sets the text of a field moves its caret.
            field.set_value(&was.get_value());
            let _ = field.focus();
            let end = field.value().encode_utf16().count() as u32;
            let at = tried.with_untracked(|tried| tried.wrong.as_ref().and_then(|wrong| wrong.at)).unwrap_or(end);
            let _ = field.set_selection_range(at, at);
        }
    });
    let node = NodeRef::<html::Div>::new();
    follow(move || {
        if let Some(node) = node.get() {
            request_animation_frame(move || board::bring(&node));
        }
    });
    let lines = was.with_value(|text| text.lines().count() + 1).clamp(*LINES.start(), *LINES.end());
    let label = format!("Text of the damaged row, line {}", number(retyping.row.line));
    let (left_edge, top, width) = grid.retyping_place(retyping.index);
    view! {
        <div node_ref=node class="cell-editor cell-editor-long" style:left=left_edge style:top=top style:width=width>
            <textarea
                class="raw-text"
                rows=lines
                spellcheck="false"
                autocomplete="off"
                aria-label=label
                aria-describedby="grid-retyping-help grid-retyping-keys"
                node_ref=field
                on:keydown=key
                on:input=move |_| spawn_local(async move { drop(look().await) })
                on:blur=left
            ></textarea>
            <p class="hint" id="grid-retyping-help">{move || tried.with(told)}</p>
            <p class="hint" id="grid-retyping-keys">
                "Enter keeps it once it is sound, Shift+Enter begins a new line, Escape leaves it as it was."
            </p>
        </div>
    }
    .into_any()
}

fn told(tried: &Tried) -> AnyView {
    match &tried.wrong {
        Some(wrong) => view! { <strong class="editor-wrong">{wrong_words(wrong)}</strong>" "{wrong.cure.clone()} }.into_any(),
        None if tried.rows == 1 => "This is one row.".into_any(),
        None => format!("These are {} rows.", tried.rows).into_any(),
    }
}

/// What is wrong with a text, and where.
fn wrong_words(wrong: &crate::engine::protocol::WrongText) -> String {
    match wrong.spot {
        Some((1, Some(letter))) => format!("{}, at character {letter}.", wrong.what),
        Some((line, Some(letter))) => format!("{}, at character {letter} of line {line}.", wrong.what),
        Some((line @ 2.., None)) => format!("{}, on line {line}.", wrong.what),
        _ => format!("{}.", wrong.what),
    }
}

impl Grid {
    /// Where the field stands: over its row, beside the line number, within what is seen.
    fn retyping_place(self, index: u32) -> (String, String, String) {
        let seen = self.seen.get_value();
        let line = self.widths.with_untracked(|widths| widths.first().copied().map_or(0.0, f64::from));
        let width = (seen.width - line - 8.0).clamp(240.0, 900.0).min(seen.width - 8.0);
        let left = (seen.left + line).min(seen.left + seen.width - width - 4.0).max(seen.left + 4.0);
        let row = scale::frame(self.order.get_untracked().rows, seen.top, seen.height).top_of(index);
        let top = row.min(seen.top + seen.height - 300.0).max(seen.top) + scale::HEAD;
        (paint::px(left), paint::px(top), paint::px(width))
    }
}
