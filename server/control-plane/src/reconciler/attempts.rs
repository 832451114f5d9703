//! How often a project was tried lately, and how long to wait before the next time.

use std::time::{Duration, Instant};

use rand::RngExt as _;

/// Tries within the window after which a repair ends in `Failed`.
const LIMIT: usize = 10;
/// The window of the limit.
const WINDOW: Duration = Duration::from_secs(600);
/// After so long without a try, the count begins anew.
const CALM: Duration = Duration::from_secs(60);
/// The first pause, and the longest.
const PAUSES: (Duration, Duration) = (Duration::from_millis(500), Duration::from_secs(30));

/// The tries of one project.
#[derive(Debug, Default)]
pub(super) struct Attempts {
    tries: Vec<Instant>,
    next: Option<Instant>,
}

impl Attempts {
    /// How long the next try has to wait.
    pub(super) fn pause(&self, now: Instant) -> Option<Duration> {
        self.next.map(|next| next.saturating_duration_since(now)).filter(|pause| !pause.is_zero())
    }

    /// A try begins: the first at once, then each after twice the pause of the one before.
    pub(super) fn begin(&mut self, now: Instant) {
        if self.tries.last().is_some_and(|last| now.duration_since(*last) > CALM) {
            self.tries.clear();
        }
        self.tries.retain(|earlier| now.duration_since(*earlier) < WINDOW);
        self.tries.push(now);
        let doublings = u32::try_from(self.tries.len() - 1).unwrap_or(u32::MAX).min(10);
        let pause = (PAUSES.0 * 2_u32.pow(doublings)).min(PAUSES.1);
        let jitter = rand::rng().random_range(0.8..1.2);
        self.next = Some(now + pause.mul_f64(jitter));
    }

    /// The try ended well; whether the next comes soon does not depend on it any more.
    pub(super) fn done(&mut self) {
        self.next = None;
    }

    /// Something else is wanted now: all counts begin anew.
    pub(super) fn forget(&mut self) {
        *self = Self::default();
    }

    /// Whether there were too many.
    pub(super) fn exhausted(&self) -> bool {
        self.tries.len() >= LIMIT
    }

    /// How often, for people.
    pub(super) fn count(&self) -> usize {
        self.tries.len()
    }
}

#[cfg(test)]
mod tests;
