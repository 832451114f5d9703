//! Counts the attempts of a project without lasting success, and the back-off before the next one.
//!
//! An attempt counts until the project needed no work for a minute: an instance that becomes ready and ends a second
//! later has failed too. Waiting for a part that is away is not an attempt.

use std::time::{Duration, Instant};

use model::limits::RestartLimit;
use rand::RngExt as _;

/// The attempt counter resets after the project has needed no work for this long.
const CALM: Duration = Duration::from_secs(60);

/// The attempts of one project.
#[derive(Debug)]
pub(super) struct Attempts {
    pauses: (Duration, Duration),
    tries: u32,
    doublings: u32,
    next: Option<Instant>,
    settled: Option<Instant>,
}

impl Attempts {
    /// No attempts. `pauses`: the first back-off and the maximum.
    pub(super) const fn new(pauses: (Duration, Duration)) -> Self {
        Self { pauses, tries: 0, doublings: 0, next: None, settled: None }
    }

    /// The remaining back-off.
    pub(super) fn pause(&self, now: Instant) -> Option<Duration> {
        self.next.map(|next| next.saturating_duration_since(now)).filter(|pause| !pause.is_zero())
    }

    /// Resets the counter if the quiet period was long enough. Call it when work is needed again.
    pub(super) fn disturbed(&mut self, now: Instant) {
        if self.settled.take().is_some_and(|since| now.duration_since(since) > CALM) {
            self.forget();
        }
    }

    /// Starts an attempt: the first at once, each further one after twice the previous back-off.
    pub(super) fn begin(&mut self, now: Instant) {
        self.tries += 1;
        let pause = (self.pauses.0 * 2_u32.pow(self.doublings.min(10))).min(self.pauses.1);
        let jitter = rand::rng().random_range(0.8..1.2);
        self.next = Some(now + pause.mul_f64(jitter));
        self.doublings += 1;
    }

    /// Does not count the attempt, because a part is away; the back-off grows all the same.
    pub(super) fn excuse(&mut self) {
        self.tries = self.tries.saturating_sub(1);
    }

    /// No work is left: the quiet period starts.
    pub(super) fn settle(&mut self, now: Instant) {
        self.settled.get_or_insert(now);
    }

    /// Resets the counter, after a new generation or a quiet period.
    pub(super) fn forget(&mut self) {
        *self = Self::new(self.pauses);
    }

    /// Whether there were more attempts than the limit without a quiet minute: the project becomes `Failed`.
    pub(super) const fn exhausted(&self, limit: RestartLimit) -> bool {
        self.tries >= limit.get()
    }

    /// The number of attempts.
    pub(super) const fn count(&self) -> u32 {
        self.tries
    }
}

#[cfg(test)]
mod tests;
