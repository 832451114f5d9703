//! What follows an activation.

use std::time::Duration;

/// What the worker does next.
#[derive(Debug)]
pub(super) enum Outcome {
    /// Waits until it is woken.
    Settled,
    /// Another activation, after this pause at the latest.
    Again(Duration),
    /// Ends, because the project is gone.
    Gone,
}

/// The pause after an activation that did not reach a plan.
pub(super) const BLIND: Duration = Duration::from_secs(2);
