//! What a key does in the grid, and what a mouse does.

use super::commands::Command;
use super::doing::Selected;
use super::place::Motion;
use super::{At, Grid, Spot, head};
use crate::browser::{board, clipboard, page};
use leptos::ev::{ClipboardEvent, KeyboardEvent, MouseEvent};
use leptos::prelude::*;

/// A key with what is held down beside it. ⌘ counts as Ctrl.
struct Press {
    key: String,
    ctrl: bool,
    shift: bool,
    alt: bool,
}

impl Press {
    fn of(event: &KeyboardEvent) -> Self {
        let (key, mut ctrl, mut alt) = (event.key(), event.ctrl_key() || event.meta_key(), event.alt_key());
        // Some keyboards make signs with AltGr, which browsers may tell as Ctrl and Alt, and a Mac with Option.
        let mut signs = key.chars();
        if alt && signs.next().is_some_and(|sign| !sign.is_ascii_alphanumeric()) && signs.next().is_none() {
            (ctrl, alt) = (false, false);
        }
        Self { key, ctrl, shift: event.shift_key(), alt }
    }

    fn motion(&self) -> Option<Motion> {
        if self.alt {
            return None;
        }
        Some(match (self.key.as_str(), self.ctrl) {
            ("ArrowUp", false) => Motion::Up,
            ("ArrowDown", false) => Motion::Down,
            ("ArrowLeft", false) => Motion::Left,
            ("ArrowRight", false) => Motion::Right,
            ("ArrowUp", true) => Motion::ColumnStart,
            ("ArrowDown", true) => Motion::ColumnEnd,
            ("ArrowLeft", true) | ("Home", false) => Motion::RowStart,
            ("ArrowRight", true) | ("End", false) => Motion::RowEnd,
            ("PageUp", false) => Motion::PageUp,
            ("PageDown", false) => Motion::PageDown,
            ("Home", true) => Motion::First,
            ("End", true) => Motion::Last,
            _ => return None,
        })
    }

    /// What it does with what is selected; nothing where it does nothing.
    fn command(&self) -> Option<Command> {
        Some(match (self.key.as_str(), self.ctrl, self.alt) {
            ("Enter" | "F2", false, false) => Command::Edit(None),
            ("Enter", false, true) => Command::PutRight,
            ("Backspace", false, true) => Command::Revert,
            ("Delete" | "Backspace", false, false) => Command::Clear,
            ("Delete" | "Backspace", true, false) => Command::LeaveOut,
            ("a" | "A", true, false) => Command::Select(Selected::All),
            (" ", true, false) => Command::Select(Selected::Column),
            (" ", false, false) if self.shift => Command::Select(Selected::Row),
            ("d" | "D", true, false) => Command::FillDown,
            ("Escape", false, false) => Command::Unselect,
            // What types a letter begins to edit. (The sheet of keys opens by a question mark here too: F2 first, to type one.)
            ("?", false, false) => return None,
            (key, false, false) if key.chars().count() == 1 => Command::Edit(Some(key.to_owned())),
            _ => return None,
        })
    }
}

impl Grid {
    /// A key anywhere in the panel: those that are of use beside the cells too.
    pub(super) fn key_in_panel(self, event: &KeyboardEvent) {
        if event.default_prevented() || event.is_composing() {
            return;
        }
        let press = Press::of(event);
        let is_typing = board::is_typing(event.target());
        match (press.key.as_str(), press.ctrl) {
            ("F8", false) => self.run(Command::Problem(press.shift)),
            ("f" | "F", true) if !press.alt && !press.shift => page::focus("#grid-search"),
            ("h" | "H", true) if !press.alt && !press.shift => self.replacing.set(true),
            ("z" | "Z", true) if !is_typing && !press.alt => {
                if press.shift {
                    self.redo();
                } else {
                    self.undo();
                }
            }
            ("y" | "Y", true) if !is_typing && !press.alt => self.redo(),
            ("?", false) if !is_typing && !press.alt => self.showing_keys.set(true),
            _ => return,
        }
        event.prevent_default();
    }

    /// A key in the header or in a cell.
    pub(super) fn key(self, event: &KeyboardEvent) {
        let Some((row, column)) = board::cell_of(event.target()) else { return };
        if event.default_prevented() || event.is_composing() {
            return;
        }
        let press = Press::of(event);
        if row < 0 && head::key(self, column, event) {
            return event.prevent_default();
        }
        if let Some(motion) = press.motion() {
            event.prevent_default();
            return self.run(Command::Move(motion, press.shift));
        }
        if row >= 0
            && let Some(command) = press.command()
        {
            event.prevent_default();
            self.run(command);
        }
    }

    /// The mouse goes down on a cell.
    pub(super) fn pressed(self, event: &MouseEvent) {
        let Some((row, column)) = board::cell_of(event.target()).filter(|(row, _)| *row >= 0 && event.button() == 0) else {
            return;
        };
        // Neither marks text nor moves the focus: that is done here.
        event.prevent_default();
        self.forget_waiting();
        let spot = Spot { row, column };
        let at = self.at.get_untracked();
        self.go(if event.shift_key() && at.anchor.row >= 0 { At { anchor: at.anchor, head: spot } } else { At::one(spot) });
    }

    /// The mouse moves over a cell while it is down.
    pub(super) fn dragged(self, event: &MouseEvent) {
        if event.buttons() & 1 == 0 {
            return;
        }
        let at = self.at.get_untracked();
        if let Some((row, column)) = board::cell_of(event.target()).filter(|(row, _)| *row >= 0)
            && at.anchor.row >= 0
            && at.head != (Spot { row, column })
        {
            self.go(At { anchor: at.anchor, head: Spot { row, column } });
        }
    }

    /// A double click on a cell.
    pub(super) fn opened_by_mouse(self, event: &MouseEvent) {
        if board::cell_of(event.target()).is_some_and(|(row, column)| row >= 0 && column > 0) {
            self.begin_edit(None);
        }
    }

    /// The browser's own copy or cut, by key or from its menu.
    pub(super) fn copied(self, event: &ClipboardEvent, cuts: bool) {
        if board::cell_of(event.target()).is_some_and(|(row, _)| row >= 0) {
            event.prevent_default();
            self.run(Command::Copy(cuts));
        }
    }

    /// The browser's own paste.
    pub(super) fn pasted(self, event: &ClipboardEvent) {
        if board::cell_of(event.target()).is_some_and(|(row, _)| row >= 0)
            && let Some(text) = clipboard::pasted(event)
        {
            event.prevent_default();
            self.run(Command::Paste(text));
        }
    }
}
