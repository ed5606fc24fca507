//! The keys of the grid, on one sheet.

use super::Grid;
use crate::ui::components::dialog::dialog;
use leptos::prelude::*;

const KEYS: [(&str, &[(&str, &str)]); 4] = [
    (
        "Moving",
        &[
            ("Arrow keys", "A cell on; up from the first row into the header"),
            ("Ctrl + arrow keys", "To the edge of the table"),
            ("Home, End", "First, last cell of the row"),
            ("Ctrl + Home, End", "First, last cell of all"),
            ("Page Up, Page Down", "A screen up, down"),
            ("F8, Shift + F8", "Next, previous problem"),
            ("Ctrl + F", "Search"),
        ],
    ),
    (
        "Selecting",
        &[
            ("Shift + arrow keys", "A rectangle of cells"),
            ("Shift + Space", "The whole row"),
            ("Ctrl + Space", "The whole column"),
            ("Ctrl + A", "Everything"),
            ("Escape", "One cell again"),
        ],
    ),
    (
        "Changing",
        &[
            ("Enter, F2", "Edit what is there, of a damaged row its text"),
            ("Any letter", "Type over what is there (to type a question mark first, press F2)"),
            ("Enter, Tab", "While editing: keep it, and go down, right"),
            ("Shift + Enter", "While editing a long text: a new line"),
            ("Escape", "While editing: leave it as it was"),
            ("Alt + Enter", "Put right what is beyond doubt"),
            ("Alt + Backspace", "As in the file"),
            ("Delete", "Make blank"),
            ("Ctrl + C, X, V", "Copy, cut, paste, also from and to spreadsheets"),
            ("Ctrl + D", "Fill down"),
            ("Ctrl + H", "Find and replace"),
            ("Ctrl + Delete", "Leave the row out, or take it in again"),
            ("Ctrl + Z, Ctrl + Y", "Undo, redo"),
        ],
    ),
    (
        "In the header",
        &[
            ("Enter, Space", "Sort: ascending, descending, not at all"),
            ("Shift + Left, Right", "Narrower, wider"),
            ("F2", "To the column’s edge: arrow keys move it, Enter sets it back"),
        ],
    ),
];

/// The sheet, opened by `?`.
pub(super) fn keysheet(grid: Grid) -> AnyView {
    let groups = KEYS
        .iter()
        .map(|(title, keys)| {
            let keys =
                keys.iter().map(|(key, what)| view! { <div><dt><kbd>{*key}</kbd></dt><dd>{*what}</dd></div> }).collect_view();
            view! { <h3>{*title}</h3><dl class="keys">{keys}</dl> }
        })
        .collect_view();
    let body = view! {
        // Focusable, so that the focus begins here: on the button at the end, the sheet would open scrolled to its end.
        <p class="hint" tabindex="-1">"On a Mac, ⌘ does what Ctrl does."</p>
        {groups}
        <div class="actions">
            <button type="button" class="button button-main" on:click=move |_| grid.showing_keys.set(false)>"Close"</button>
        </div>
    };
    dialog("grid-keys", Signal::stored("Keys of the grid".to_owned()), grid.showing_keys, body.into_any())
}
