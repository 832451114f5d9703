//! How often work on a project was tried without lasting success, and when it is tried next.
//!
//! An attempt counts until the project needed no work for a minute: one that starts well and ends a second later has failed
//! as much as one that never starts. Waiting for a part that is away is no attempt. When the attempts are used up, the project
//! rests: the same work is tried again after a long pause, while a difference of another kind is closed at once.

use std::collections::HashSet;
use std::mem::{Discriminant, discriminant};
use std::time::{Duration, Instant};

use model::Difference;
use model::limits::RestartLimit;
use rand::RngExt as _;
use time::OffsetDateTime;

use crate::observe::AttemptReport;
use crate::provisioner::Tally;

/// The counts reset after the project has needed no work for this long.
const CALM: Duration = Duration::from_secs(60);

/// The attempts on one project.
#[derive(Debug)]
pub(super) struct Attempts {
    pauses: (Duration, Duration),
    tries: u32,
    doublings: u32,
    pause: Duration,
    next: Option<Instant>,
    began: Option<Instant>,
    settled: Option<Instant>,
    restarts: bool,
    rest: Option<Rest>,
}

/// Work that failed for good, until its next attempt.
#[derive(Debug)]
struct Rest {
    kinds: HashSet<Discriminant<Difference>>,
    until: Instant,
}

impl Attempts {
    /// No attempt yet. `pauses`: the first, and the longest.
    pub(super) const fn new(pauses: (Duration, Duration)) -> Self {
        Self {
            pauses,
            tries: 0,
            doublings: 0,
            pause: Duration::ZERO,
            next: None,
            began: None,
            settled: None,
            restarts: false,
            rest: None,
        }
    }

    /// How long the next attempt has to wait; `None` when it may begin.
    pub(super) fn pause(&self, now: Instant) -> Option<Duration> {
        self.next.map(|next| next.saturating_duration_since(now)).filter(|pause| !pause.is_zero())
    }

    /// Work is needed again. After enough calm, all counts reset.
    pub(super) fn disturbed(&mut self, now: Instant) {
        if self.settled.take().is_some_and(|since| now.duration_since(since) > CALM) {
            self.forget();
        }
    }

    /// An attempt begins: the first at once, then each after twice the pause of the one before. `restarts`: it starts an
    /// instance.
    pub(super) fn begin(&mut self, now: Instant, restarts: bool) {
        self.tries += 1;
        self.began.get_or_insert(now);
        self.restarts |= restarts;
        let pause = (self.pauses.0 * 2_u32.pow(self.doublings.min(10))).min(self.pauses.1);
        self.pause = pause.mul_f64(rand::rng().random_range(0.8..1.2));
        self.next = Some(now + self.pause);
        self.doublings += 1;
    }

    /// The attempt ended: the pause to the next counts from now.
    pub(super) fn ended(&mut self, now: Instant) {
        self.next = self.next.map(|_| now + self.pause);
    }

    /// The attempt came to nothing because something it needs is away; the pauses grow all the same.
    pub(super) const fn excuse(&mut self) {
        self.tries = self.tries.saturating_sub(1);
        if self.tries == 0 {
            self.began = None;
        }
    }

    /// Nothing is left to do.
    pub(super) fn settle(&mut self, now: Instant) {
        self.settled.get_or_insert(now);
        self.rest = None;
    }

    /// Something else is desired now, or there was calm: all counts reset.
    pub(super) fn forget(&mut self) {
        *self = Self::new(self.pauses);
    }

    /// Whether the attempts since the last reset have reached `limit`.
    pub(super) const fn exhausted(&self, limit: RestartLimit) -> bool {
        self.tries >= limit.get()
    }

    /// How many there were, for people.
    pub(super) const fn count(&self) -> u32 {
        self.tries
    }

    /// `10 attempts in 4 min`, without a time below a second; `None` for less than two.
    pub(super) fn text(&self, now: Instant) -> Option<String> {
        let began = self.began.filter(|_| self.tries > 1)?;
        let time = time::Duration::try_from(now.duration_since(began)).unwrap_or_default();
        let time =
            if time.whole_seconds() == 0 { String::new() } else { format!(" in {}", model::span(time)) };
        Some(format!("{} attempts{time}", self.tries))
    }

    /// Number, time of the first, and whether an instance was started.
    pub(super) fn tally(&self, now: Instant) -> Tally {
        Tally { count: self.tries, first: self.report(now, None).first_at, restarts: self.restarts }
    }

    /// The report for people, with the pause to the next attempt.
    pub(super) fn report(&self, now: Instant, pause: Option<Duration>) -> AttemptReport {
        let clock = OffsetDateTime::now_utc();
        AttemptReport {
            count: self.tries,
            first_at: self.began.map(|began| clock - now.duration_since(began)),
            next_at: pause.map(|pause| clock + pause),
        }
    }

    /// These differences could not be closed: they are tried again at the end of this pause.
    pub(super) fn rest(&mut self, differences: &[Difference], now: Instant, pause: Duration) {
        self.forget();
        self.rest = Some(Rest { kinds: differences.iter().map(discriminant).collect(), until: now + pause });
    }

    /// How long these differences are left alone; `None` when they may be closed now.
    pub(super) fn rests(&self, differences: &[Difference], now: Instant) -> Option<Duration> {
        let rest = self.rest.as_ref()?;
        let known = differences.iter().all(|it| rest.kinds.contains(&discriminant(it)));
        let left = rest.until.saturating_duration_since(now);
        (known && !left.is_zero()).then_some(left)
    }

    /// Whether a rest was ever begun, also one that is over.
    pub(super) const fn has_rested(&self) -> bool {
        self.rest.is_some()
    }
}

#[cfg(test)]
mod tests;
