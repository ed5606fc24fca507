//! How fast a run goes, as it goes now: what was slow an hour ago, or a pause, says nothing about the rest.
//!
//! In: how many products are settled, when. Out: products a minute, seconds left. Must never know: what is sent.

use std::collections::VecDeque;

/// Milliseconds that are looked back, where something was settled within them.
const BACK_MS: u64 = 60_000;
/// Milliseconds before anything can be told: the first batches say little about the rest.
const SOON_MS: u64 = 2_000;
/// Milliseconds between two marks that are kept.
const APART_MS: u64 = 500;

/// What was settled lately.
#[derive(Debug, Default)]
pub(super) struct Speed {
    /// Times in milliseconds and products settled by then, the oldest first.
    marks: VecDeque<(u64, u32)>,
    /// The newest, which is not kept where it comes soon after another.
    now: Option<(u64, u32)>,
}

impl Speed {
    /// So many products are settled at `now`, in milliseconds.
    pub(super) fn mark(&mut self, now: u64, settled: u32) {
        self.now = Some((now, settled));
        if self.marks.back().is_none_or(|(at, _)| now >= at + APART_MS) {
            self.marks.push_back((now, settled));
        }
        // As much is kept as tells something: of a slow run more than of a fast one.
        while self.marks.get(1).is_some_and(|(at, before)| now > at + BACK_MS && *before < settled) {
            self.marks.pop_front();
        }
    }

    /// Nothing moves for a while that is not the run's own.
    pub(super) fn stop(&mut self) {
        *self = Self::default();
    }

    /// Products settled a minute, once it can be told.
    #[must_use]
    pub(super) fn per_minute(&self) -> Option<u32> {
        let (settled, millis) = self.lately()?;
        Some(clip(u64::from(settled) * 60_000 / millis))
    }

    /// Seconds for so many products more, once it can be told.
    #[must_use]
    pub(super) fn seconds_for(&self, left: u32) -> Option<u32> {
        let (settled, millis) = self.lately()?;
        Some(clip((u64::from(left) * millis).div_ceil(u64::from(settled) * 1_000)))
    }

    /// Products settled, and the milliseconds it took.
    fn lately(&self) -> Option<(u32, u64)> {
        let ((from, before), (to, settled)) = (*self.marks.front()?, self.now?);
        let (settled, millis) = (settled.saturating_sub(before), to.saturating_sub(from));
        (settled > 0 && millis >= SOON_MS).then_some((settled, millis))
    }
}

fn clip(count: u64) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A run that settles `step` products every `every` milliseconds.
    fn run(speed: &mut Speed, from: u64, (every, step): (u64, u32), times: u32, mut settled: u32) -> (u64, u32) {
        let mut now = from;
        for _ in 0..times {
            now += every;
            settled += step;
            speed.mark(now, settled);
        }
        (now, settled)
    }

    #[test]
    fn it_is_told_once_it_says_something() {
        let mut speed = Speed::default();
        speed.mark(0, 0);
        speed.mark(1_000, 50);
        assert_eq!((speed.per_minute(), speed.seconds_for(50)), (None, None));
        speed.mark(2_000, 100);
        assert_eq!((speed.per_minute(), speed.seconds_for(101)), (Some(3_000), Some(3)));
        let mut stuck = Speed::default();
        stuck.mark(0, 7);
        stuck.mark(90_000, 7);
        assert_eq!(stuck.per_minute(), None, "nothing was settled, so that nothing can be told");
    }

    #[test]
    fn what_was_long_ago_does_not_count_and_a_pause_neither() {
        let mut speed = Speed::default();
        speed.mark(0, 0);
        let (now, settled) = run(&mut speed, 0, (10_000, 1), 30, 0);
        assert_eq!(speed.per_minute(), Some(6));
        let (now, settled) = run(&mut speed, now, (1_000, 100), 120, settled);
        assert_eq!(speed.per_minute(), Some(6_000));
        assert!(speed.marks.len() <= 130, "{}", speed.marks.len());
        speed.stop();
        assert_eq!(speed.per_minute(), None);
        let later = now + 3_600_000;
        speed.mark(later, settled);
        run(&mut speed, later, (1_000, 10), 5, settled);
        assert_eq!(speed.per_minute(), Some(600));
    }

    #[test]
    fn a_slow_run_is_looked_back_at_for_longer() {
        let mut speed = Speed::default();
        speed.mark(0, 0);
        run(&mut speed, 0, (90_000, 100), 4, 0);
        assert!(speed.per_minute().is_some_and(|rate| (60..=70).contains(&rate)), "{:?}", speed.per_minute());
    }
}
