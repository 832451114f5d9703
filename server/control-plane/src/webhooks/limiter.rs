//! How many deliveries of a repository are accepted.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use model::RepositoryId;

/// Deliveries that are accepted in a [`WINDOW`].
pub(super) const DELIVERIES: usize = 30;
/// The time in which they are counted.
const WINDOW: Duration = Duration::from_secs(60);

/// The times of the last deliveries with a valid signature. It holds known repositories only, so it is bounded by their number.
#[derive(Default)]
pub(super) struct Limiter(Mutex<HashMap<RepositoryId, VecDeque<Instant>>>);

impl Limiter {
    /// Counts a delivery, unless there were too many in the last minute; then it returns `false`.
    pub(super) fn admit(&self, id: RepositoryId) -> bool {
        self.admit_at(id, Instant::now())
    }

    fn admit_at(&self, id: RepositoryId, now: Instant) -> bool {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let times = all.entry(id).or_default();
        while times.front().is_some_and(|first| now.saturating_duration_since(*first) >= WINDOW) {
            times.pop_front();
        }
        let is_admitted = times.len() < DELIVERIES;
        if is_admitted {
            times.push_back(now);
        }
        is_admitted
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::{DELIVERIES, Limiter, WINDOW};

    #[test]
    fn a_repository_has_a_number_of_deliveries_a_minute() {
        let (limiter, begin) = (Limiter::default(), Instant::now());
        let [one, other] = [1, 2].map(|number| uuid::Uuid::from_u128(number).into());
        assert!((0..DELIVERIES).all(|_| limiter.admit_at(one, begin)));
        assert!(!limiter.admit_at(one, begin + WINDOW / 2), "it is full");
        assert!(limiter.admit_at(other, begin), "each repository has its own count");
        assert!(limiter.admit_at(one, begin + WINDOW), "the minute is over");
    }
}
