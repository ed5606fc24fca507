//! What is said aloud of a run under way: at once when it comes to something else, otherwise now and then.
//!
//! In: progress, many times a second, and the time. Out: a sentence, seldom. Pure. Must never know: the screen.

use crate::engine::protocol::{SendProgress, SendState};
use crate::ui::words::{self, number};

/// Milliseconds between two sentences that say only how far it is.
const SELDOM_MS: f64 = 20_000.0;

/// A wait of fewer seconds is not worth a word.
const SHORT_S: u32 = 5;

/// What was said last.
#[derive(Default)]
pub(super) struct Telling {
    said: Option<(Going, u32, f64)>,
}

/// What goes on, as far as it is worth a word: looking and sending take turns all the time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Going {
    On,
    Waiting,
    Paused,
    NeedsKey,
    Stopped,
    Cancelling,
}

impl Telling {
    /// What is to be said now, if anything.
    pub(super) fn next(&mut self, progress: &SendProgress, now: f64) -> Option<String> {
        let going = going(&progress.state);
        let is_due = self.said.is_none_or(|(before, done, at)| {
            before != going || (going == Going::On && done != progress.done && now >= at + SELDOM_MS)
        });
        is_due.then(|| {
            self.said = Some((going, progress.done, now));
            sentence(going, progress)
        })
    }
}

fn going(state: &SendState) -> Going {
    match state {
        SendState::Sending | SendState::Checking => Going::On,
        SendState::Waiting { seconds, .. } if *seconds < SHORT_S => Going::On,
        SendState::Waiting { .. } => Going::Waiting,
        SendState::Paused => Going::Paused,
        SendState::NeedsKey(_) => Going::NeedsKey,
        SendState::Stopped(_) => Going::Stopped,
        SendState::Cancelling => Going::Cancelling,
    }
}

fn sentence(going: Going, progress: &SendProgress) -> String {
    let far = format!("{} of {}", number(progress.done), words::products(progress.total));
    match going {
        Going::On => match progress.seconds_left {
            Some(left) => format!("{far} done, about {} left.", words::seconds(left)),
            None => format!("Sending, {far} done."),
        },
        Going::Waiting => match &progress.state {
            SendState::Waiting { seconds, why } => format!("Waiting {}: {why}", words::seconds(*seconds)),
            _ => String::new(),
        },
        Going::Paused => format!("Paused, {far} done."),
        Going::NeedsKey => format!("A key is needed to go on, {far} done."),
        Going::Stopped => format!("Stopped, {far} done."),
        Going::Cancelling => "Stopping: what is on its way is settled first.".to_owned(),
    }
}
