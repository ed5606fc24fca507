//! When to try again.
//!
//! In: how often it was tried, what the store asked for, the limits. Out: milliseconds to wait, or that it is enough.
//! Must never know: what is being sent.
//!
//! The numbers: full jitter over an exponential pause and a small number of attempts (AWS SDK standard mode); a budget of
//! retries over the whole run, so that a store in trouble is not hammered (Google SRE, "Handling Overload").

use crate::api::{Door, RetryAfter};

/// The numbers a run keeps to, and the door it leaves by. Times are in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How the host takes updates.
    pub door: Door,
    /// Batches of fields that are under way at once.
    pub lanes: usize,
    /// Whether fields are read just before they leave, so that nobody's work is overwritten unseen.
    pub looks_first: bool,
    /// Times one batch is sent at most.
    pub attempts: u32,
    /// Times a reading is tried at most before what it asks stays unknown.
    pub read_attempts: u32,
    /// The pause before the first retry is up to this long.
    pub base_ms: u64,
    /// No pause of our own choice is longer.
    pub cap_ms: u64,
    /// Retries in a run, in per cent of its batches …
    pub budget_percent: u32,
    /// … and at least so many.
    pub budget_least: u32,
    /// After so many failed batches in a row the run stops.
    pub stop_after: u32,
    /// How long the store is given to finish what we no longer hear of, before "the stock has not grown" counts as "not
    /// applied".
    pub settle_ms: u64,
    /// A `Retry-After` beyond this is not believed.
    pub longest_wait_ms: u64,
}

impl Limits {
    /// The numbers of every run.
    pub const DEFAULT: Self = Self {
        door: Door::Json,
        lanes: 4,
        looks_first: true,
        attempts: 4,
        read_attempts: 4,
        base_ms: 500,
        cap_ms: 20_000,
        budget_percent: 10,
        budget_least: 3,
        stop_after: 3,
        settle_ms: 10_000,
        longest_wait_ms: 3_600_000,
    };
}

impl Default for Limits {
    fn default() -> Self {
        Self::DEFAULT
    }
}

impl Limits {
    /// The retries a run of so many batches may make.
    #[must_use]
    pub fn budget(&self, batches: usize) -> u32 {
        let share = (batches as u64).saturating_mul(u64::from(self.budget_percent)) / 100;
        u32::try_from(share).unwrap_or(u32::MAX).max(self.budget_least)
    }

    /// The pause before the retry that follows the `failed`-th failure (1 for the first): evenly drawn from 0 up to
    /// `min(cap, base · 2^(failed-1))`.
    #[must_use]
    pub fn backoff(&self, failed: u32, rng: &mut fastrand::Rng) -> u64 {
        let most = self.base_ms.saturating_mul(1u64.checked_shl(failed.saturating_sub(1)).unwrap_or(u64::MAX));
        rng.u64(0..=most.min(self.cap_ms))
    }

    /// Milliseconds to leave the store alone after a 429: what it asked for, or else a pause that grows with each 429 in a
    /// row (`level`, 1 for the first). `now_ms` since 1970.
    #[must_use]
    pub fn rest(&self, asked: Option<RetryAfter>, level: u32, now_ms: u64) -> u64 {
        let ours = (self.base_ms / 2).saturating_mul(1u64.checked_shl(level.saturating_sub(1)).unwrap_or(u64::MAX));
        let ours = ours.min(self.cap_ms.saturating_mul(3));
        let theirs = match asked {
            None => 0,
            Some(RetryAfter::Seconds(seconds)) => u64::from(seconds) * 1000,
            Some(RetryAfter::At(moment)) => u64::try_from(moment.millis()).unwrap_or(0).saturating_sub(now_ms),
        };
        if theirs == 0 { ours } else { theirs.min(self.longest_wait_ms) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Timestamp;

    #[test]
    fn a_pause_is_drawn_from_a_doubling_range_under_the_cap() {
        let limits = Limits::default();
        let mut rng = fastrand::Rng::with_seed(7);
        for (failed, most) in [(1, 500), (2, 1_000), (3, 2_000), (6, 16_000), (7, 20_000), (200, 20_000)] {
            let drawn: Vec<_> = (0..400).map(|_| limits.backoff(failed, &mut rng)).collect();
            assert!(drawn.iter().all(|&ms| ms <= most), "{failed}");
            assert!(drawn.iter().any(|&ms| ms > most / 2) && drawn.iter().any(|&ms| ms < most / 2), "{failed}");
        }
    }

    #[test]
    fn the_budget_is_a_tenth_and_at_least_three() {
        for (batches, retries) in [(0, 3), (1, 3), (30, 3), (40, 4), (1_000, 100)] {
            assert_eq!(Limits::default().budget(batches), retries, "{batches}");
        }
    }

    #[test]
    fn what_the_store_asks_for_is_kept() {
        let limits = Limits::default();
        let now = 1_800_000_000_000;
        let at = |ms: i64| Some(RetryAfter::At(Timestamp::from_millis(now as i64 + ms)));
        for (asked, level, rest) in [
            (Some(RetryAfter::Seconds(7)), 1, 7_000),
            (at(9_000), 1, 9_000),
            (at(-9_000), 1, 250),
            (Some(RetryAfter::Seconds(0)), 1, 250),
            (None, 1, 250),
            (None, 2, 500),
            (None, 3, 1_000),
            (None, 60, 60_000),
            (Some(RetryAfter::Seconds(90_000)), 1, 3_600_000),
        ] {
            assert_eq!(limits.rest(asked, level, now), rest, "{asked:?} {level}");
        }
    }
}
