//! How fast requests may follow one another.
//!
//! In: when requests leave, which of them were turned away, what the host asks for. Out: milliseconds to wait before the next
//! one. Must never know: what is asked of the host.
//!
//! There is no gap until the host turns a request away (429). Then the gap is what the host has shown to allow: the requests
//! it took since the last such answer, over the time until the next one may leave. From there it is tried a little faster
//! after every few good answers (additive increase); one refusal on the way gives up that little again and waits several
//! times as long before the next trial. Refusals in a row double the gap (multiplicative decrease), and good answers bring
//! it back to what was learned.

use super::retry::Limits;
use crate::api::RetryAfter;

/// Microseconds of the widest gap.
const WIDEST: u64 = 30_000_000;
/// Milliseconds of the first rest that nobody asked for: most hosts count by the second.
const FIRST_REST: u64 = 1_000;
/// How many times longer than the rest that a trial costs the pace is kept before a faster one is tried again.
const PATIENCE: u64 = 25;

/// The pace of all requests to one host. Times are told in milliseconds by any clock that does not jump.
#[derive(Clone, Copy, Debug, Default)]
pub struct Pace {
    /// Microseconds from one request to the next, as learned.
    learned: u64,
    /// The same for now: wider after refusals in a row.
    gap: u64,
    /// When the next may leave, in microseconds.
    next: u64,
    /// The host is left alone until then, in milliseconds.
    quiet_until: u64,
    /// Refusals in a row.
    level: u32,
    /// When this stretch without a refusal began, and how many requests the host has taken in it.
    since: Option<u64>,
    taken: u32,
    /// Good answers since the pace was last changed, and how many it takes to try a faster one.
    calm: u32,
    patience: u32,
}

impl Pace {
    /// Milliseconds until the next request may leave; if none, it is taken to leave now.
    pub fn leave(&mut self, now_ms: u64) -> u64 {
        let now = now_ms.saturating_mul(1000);
        let at = self.next.max(self.quiet_until.saturating_mul(1000));
        if at > now {
            return (at - now).div_ceil(1000);
        }
        self.since.get_or_insert(now_ms);
        // Late by less than a gap is caught up with; a longer pause is no credit.
        self.next = if self.gap == 0 { 0 } else { at.max(now.saturating_sub(self.gap)).saturating_add(self.gap) };
        0
    }

    /// The host took a request.
    pub fn taken(&mut self) {
        self.level = 0;
        self.taken = self.taken.saturating_add(1);
        self.calm = self.calm.saturating_add(1);
        if self.gap > self.learned {
            self.gap = self.learned.max(self.gap - self.gap / 4);
        } else if self.gap > 0 && self.calm >= self.patience {
            self.calm = 0;
            self.learned -= self.learned / 50;
            self.gap = self.learned;
        }
    }

    /// The host turned a request away for coming too often. Answers to requests that left before the last such answer tell
    /// nothing new.
    pub fn refused(&mut self, limits: &Limits, asked: Option<RetryAfter>, wall_ms: u64, now_ms: u64) {
        if now_ms < self.quiet_until {
            return;
        }
        self.level = self.level.saturating_add(1);
        let ours = match self.gap {
            0 => FIRST_REST,
            gap => (gap / 1_000 * u64::from(self.level.min(2))).max(limits.rest(None, self.level, wall_ms)),
        };
        let rest = if asked.is_some() { limits.rest(asked, 1, wall_ms) } else { ours };
        self.quiet_until = now_ms.saturating_add(rest);
        let stretch = self.since.map(|since| self.quiet_until.saturating_sub(since).saturating_mul(1000));
        if self.learned == 0 {
            self.learned = match stretch {
                Some(stretch) if self.taken > 0 => stretch / u64::from(self.taken),
                _ => FIRST_REST * 1000 / 2,
            };
        } else if self.level == 1 {
            let shown = self.since.map_or(0, |since| now_ms.saturating_sub(since) * 1000 / u64::from(self.taken.max(1)));
            self.learned = (self.learned + self.learned / 50).max(shown.min(self.learned * 2));
        }
        self.learned = self.learned.min(WIDEST);
        self.gap = if self.level > 1 { (self.gap * 2).min(WIDEST) } else { self.learned };
        let worth = u32::try_from(rest.saturating_mul(1000 * PATIENCE) / self.learned.max(1)).unwrap_or(u32::MAX);
        self.patience = if self.patience == 0 { 4 } else { worth.max(12).max(self.patience.saturating_add(self.patience / 2)) };
        (self.calm, self.taken, self.since, self.next) = (0, 0, None, 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A host that takes `rate` requests a second, a second at a time or as a bucket that fills up, and answers at once.
    fn play(rate: u64, is_bucket: bool, told: bool, requests: u64) -> (f64, u64) {
        let (limits, mut pace) = (Limits::default(), Pace::default());
        let (mut now, mut taken, mut refused) = (0u64, 0, 0);
        let (mut window, mut in_window, mut bucket, mut filled) = (0, 0, rate * 1000, 0);
        while taken < requests {
            let wait = pace.leave(now);
            if wait > 0 {
                now += wait;
                continue;
            }
            bucket = (bucket + (now - filled) * rate).min(rate * 1000);
            filled = now;
            if now / 1000 != window {
                (window, in_window) = (now / 1000, 0);
            }
            let takes = if is_bucket { bucket >= 1000 } else { in_window < rate };
            if takes {
                (taken, in_window) = (taken + 1, in_window + 1);
                bucket -= if is_bucket { 1000 } else { 0 };
                pace.taken();
            } else {
                refused += 1;
                pace.refused(&limits, told.then_some(RetryAfter::Seconds(1)), 1_800_000_000_000 + now, now);
            }
            now += 5;
        }
        (taken as f64 * 1000.0 / (now as f64 * rate as f64), refused)
    }

    #[test]
    fn it_learns_what_the_host_allows() {
        for rate in [1, 2, 5, 10, 20] {
            for (is_bucket, told) in [(false, false), (false, true), (true, false), (true, true)] {
                // Two minutes' worth.
                let (share, refused) = play(rate, is_bucket, told, rate * 120);
                eprintln!("{rate}/s, bucket {is_bucket}, Retry-After {told}: {:.1} % of it, {refused} refused", share * 100.0);
                assert!(share >= 0.95, "{rate}/s bucket {is_bucket} told {told}: {share}");
                assert!(refused * 20 <= rate * 120 + 100, "{refused} refused at {rate}/s");
            }
        }
    }

    #[test]
    fn refusals_in_a_row_make_it_slower_each_time() {
        let (limits, mut pace, mut now) = (Limits::default(), Pace::default(), 0);
        let mut waits = Vec::new();
        for _ in 0..5 {
            assert_eq!(pace.leave(now), 0);
            pace.refused(&limits, None, now, now);
            let wait = pace.leave(now);
            waits.push(wait);
            now += wait;
        }
        assert!(waits.is_sorted() && waits[0] >= 1_000 && waits[4] >= 4 * waits[0], "{waits:?}");
    }

    #[test]
    fn without_a_refusal_there_is_no_gap() {
        let mut pace = Pace::default();
        for now in 0..1_000 {
            assert_eq!(pace.leave(now), 0);
            pace.taken();
        }
    }
}
