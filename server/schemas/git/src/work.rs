//! The budget of one piece of work on a copy: objects and entries that may be looked at, a deadline, and a flag by
//! which the caller ends it. The work runs on a blocking thread, which nothing but the work itself can stop, so every
//! loop over what a repository contains calls [`Work::step`].

use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use git2::Error;

use crate::fault::beyond;

/// Entries and commits that one piece of work may look at.
pub const MAX_STEPS: u64 = 200_000;
/// How long one piece of work may take. Beyond it the caller has long given up.
pub const MAX_TIME: Duration = Duration::from_secs(20);

/// What is left of a budget.
#[derive(Debug)]
pub struct Work {
    steps: Cell<u64>,
    deadline: Instant,
    cancelled: Arc<AtomicBool>,
}

/// Cancels the work when it is dropped, as it is with a caller that stops waiting.
#[derive(Debug)]
pub struct CancelOnDrop(Arc<AtomicBool>);

impl Drop for CancelOnDrop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl Work {
    /// A whole budget, and the caller's end of it.
    pub fn new() -> (Self, CancelOnDrop) {
        let cancelled = Arc::new(AtomicBool::new(false));
        let work = Self {
            steps: Cell::new(0),
            deadline: Instant::now() + MAX_TIME,
            cancelled: Arc::clone(&cancelled),
        };
        (work, CancelOnDrop(cancelled))
    }

    /// Takes one entry or object from the budget. The error ends the work.
    pub fn step(&self) -> Result<(), Error> {
        let steps = self.steps.get() + 1;
        self.steps.set(steps);
        if steps > MAX_STEPS {
            return Err(beyond("it has too many entries to look through"));
        }
        if self.cancelled.load(Ordering::Relaxed) {
            return Err(beyond("the caller stopped waiting"));
        }
        if steps.is_multiple_of(64) && Instant::now() > self.deadline {
            return Err(beyond("looking through it took too long"));
        }
        Ok(())
    }

    /// Entries and objects that were looked at.
    #[cfg(test)]
    pub fn steps(&self) -> u64 {
        self.steps.get()
    }
}
