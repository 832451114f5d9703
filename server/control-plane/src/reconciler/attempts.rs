//! How often a project was tried without lasting success, and how long to wait before the next time.
//!
//! A try counts until the project was left in peace for a minute: one that starts well and ends a second later is as
//! much a failed try as one that never starts. Waiting for a part that is away is no try at all.

use std::time::{Duration, Instant};

use model::limits::RestartLimit;
use rand::RngExt as _;

/// So long nothing must have had to be done for the count to begin anew.
const CALM: Duration = Duration::from_secs(60);

/// The tries of one project.
#[derive(Debug)]
pub(super) struct Attempts {
    pauses: (Duration, Duration),
    tries: u32,
    doublings: u32,
    next: Option<Instant>,
    settled: Option<Instant>,
}

impl Attempts {
    /// None yet. `pauses`: the first, and the longest.
    pub(super) const fn new(pauses: (Duration, Duration)) -> Self {
        Self { pauses, tries: 0, doublings: 0, next: None, settled: None }
    }

    /// How long the next try has to wait.
    pub(super) fn pause(&self, now: Instant) -> Option<Duration> {
        self.next.map(|next| next.saturating_duration_since(now)).filter(|pause| !pause.is_zero())
    }

    /// A calm that lasted long enough has ended: all counts begin anew.
    pub(super) fn disturbed(&mut self, now: Instant) {
        if self.settled.take().is_some_and(|since| now.duration_since(since) > CALM) {
            self.forget();
        }
    }

    /// A try begins: the first at once, then each after twice the pause of the one before.
    pub(super) fn begin(&mut self, now: Instant) {
        self.tries += 1;
        let pause = (self.pauses.0 * 2_u32.pow(self.doublings.min(10))).min(self.pauses.1);
        let jitter = rand::rng().random_range(0.8..1.2);
        self.next = Some(now + pause.mul_f64(jitter));
        self.doublings += 1;
    }

    /// The try came to nothing because something it needs is away; the pauses grow all the same.
    pub(super) fn excuse(&mut self) {
        self.tries = self.tries.saturating_sub(1);
    }

    /// Nothing is left to do.
    pub(super) fn settle(&mut self, now: Instant) {
        self.settled.get_or_insert(now);
    }

    /// Something else is wanted now, or there was calm: all counts begin anew.
    pub(super) fn forget(&mut self) {
        *self = Self::new(self.pauses);
    }

    /// Whether there were too many without a calm minute between them: work ends in `Failed`.
    pub(super) const fn exhausted(&self, limit: RestartLimit) -> bool {
        self.tries >= limit.get()
    }

    /// How often, for people.
    pub(super) const fn count(&self) -> u32 {
        self.tries
    }
}

#[cfg(test)]
mod tests;
