//! What follows from one look at a project.

use std::time::Duration;

/// What comes next.
#[derive(Debug)]
pub(super) enum Outcome {
    /// Nothing, until the worker is woken.
    Settled,
    /// Another look, after this pause at the latest.
    Again(Duration),
    /// There is no such project any more.
    Gone,
}

/// The pause after a look that did not come to a plan.
pub(super) const BLIND: Duration = Duration::from_secs(2);
