//! What is asked of the cells where somebody stands. While a jump is under way, to a problem or to what was undone, that is not known
//! yet: what is asked meanwhile waits, for done at once it would be done to the cell before.

use super::doing::Selected;
use super::place::Motion;
use super::{At, Grid};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::collections::VecDeque;

/// Commands that wait, at most; a key that is held down gives no more.
const WAITING: usize = 64;

/// Something to be done where somebody stands.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Command {
    /// Go elsewhere; whether what lies between is selected.
    Move(Motion, bool),
    /// Go to the next problem; whether backwards.
    Problem(bool),
    /// Edit the cell, beginning with what was typed.
    Edit(Option<String>),
    /// Put the cell right.
    PutRight,
    /// Make it what the file has.
    Revert,
    /// Make it blank.
    Clear,
    /// Leave rows out, or take them in.
    LeaveOut,
    /// Select more.
    Select(Selected),
    /// Select nothing but the cell.
    Unselect,
    /// Fill what is selected with its first row.
    FillDown,
    /// Copy; whether it becomes blank then.
    Copy(bool),
    /// Paste a text.
    Paste(String),
}

/// Jumps under way, and what waits for them.
#[derive(Debug, Default)]
pub(super) struct Jumps {
    under_way: u32,
    waiting: VecDeque<Command>,
}

impl Jumps {
    /// Whether a command can be done now; it is kept if not.
    fn is_free(&mut self, command: &Command) -> bool {
        if self.under_way == 0 {
            return true;
        }
        let has_room = self.waiting.len() < WAITING;
        match (self.waiting.back_mut(), command) {
            // What is typed further belongs into the field that will open, and is no command to a cell.
            (Some(Command::Edit(typed)), Command::Edit(Some(more))) => typed.get_or_insert_default().push_str(more),
            (Some(Command::Edit(_)), _) => {}
            _ if has_room => self.waiting.push_back(command.clone()),
            _ => {}
        }
        false
    }

    fn next(&mut self) -> Option<Command> {
        if self.under_way == 0 { self.waiting.pop_front() } else { None }
    }
}

impl Grid {
    /// Does something where somebody stands, once they stand there.
    pub(super) fn run(self, command: Command) {
        if self.jumps.try_update_value(|jumps| jumps.is_free(&command)) == Some(true) {
            self.obey(command);
        }
    }

    /// Somebody goes on elsewhere: nothing waits any more.
    pub(super) fn forget_waiting(self) {
        let _ = self.jumps.try_update_value(|jumps| jumps.waiting.clear());
    }

    /// Has commands wait until a jump has arrived.
    pub(super) fn jump(self, jump: impl Future<Output = ()> + 'static) {
        let _ = self.jumps.try_update_value(|jumps| jumps.under_way += 1);
        spawn_local(async move {
            jump.await;
            let _ = self.jumps.try_update_value(|jumps| jumps.under_way = jumps.under_way.saturating_sub(1));
            while let Some(command) = self.jumps.try_update_value(Jumps::next).flatten() {
                self.obey(command);
            }
        });
    }

    fn obey(self, command: Command) {
        let at = self.at.get_untracked();
        match command {
            Command::Move(motion, selects) => return self.go(at.moved(motion, selects, self.size())),
            Command::Problem(backwards) => return self.to_problem(backwards),
            _ if at.head.row < 0 => return,
            _ => {}
        }
        match command {
            Command::Edit(typed) => self.begin_edit(typed),
            Command::PutRight => self.put_right(),
            Command::Revert => self.revert(),
            Command::Clear => self.clear(),
            Command::LeaveOut => self.leave_out(),
            Command::Select(what) => self.select(what),
            Command::Unselect => self.go(At::one(at.head)),
            Command::FillDown => self.fill_down(),
            Command::Copy(cuts) => self.copy(cuts),
            Command::Paste(text) => self.paste(text),
            Command::Move(..) | Command::Problem(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Command, Jumps, WAITING};

    fn edit(typed: &str) -> Command {
        Command::Edit(Some(typed.to_owned()))
    }

    #[test]
    fn while_a_jump_is_under_way_commands_wait_in_their_order() {
        let mut jumps = Jumps::default();
        assert!(jumps.is_free(&Command::Clear), "nothing is under way");
        jumps.under_way = 1;
        for command in [Command::Clear, Command::Problem(false), Command::FillDown] {
            assert!(!jumps.is_free(&command));
        }
        assert_eq!(jumps.next(), None, "it has not arrived");
        jumps.under_way = 0;
        let waited: Vec<_> = std::iter::from_fn(|| jumps.next()).collect();
        assert_eq!(waited, [Command::Clear, Command::Problem(false), Command::FillDown]);
    }

    #[test]
    fn what_is_typed_meanwhile_is_the_beginning_of_one_edit() {
        let mut jumps = Jumps { under_way: 1, ..Jumps::default() };
        for command in [edit("1"), edit("2"), Command::Clear, edit("3")] {
            assert!(!jumps.is_free(&command));
        }
        jumps.under_way = 0;
        assert_eq!(jumps.next(), Some(edit("123")));
        assert_eq!(jumps.next(), None, "a key in a field is no command to a cell");
    }

    #[test]
    fn a_key_that_is_held_down_does_not_wait_for_ever() {
        let mut jumps = Jumps { under_way: 1, ..Jumps::default() };
        for _ in 0..1000 {
            assert!(!jumps.is_free(&Command::Problem(false)));
        }
        assert_eq!(jumps.waiting.len(), WAITING);
    }
}
