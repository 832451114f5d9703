//! When a connection that says nothing is given up.

use time::{Duration, OffsetDateTime};

/// The server says something every 15 s: two times it may be late.
const PATIENCE: Duration = Duration::seconds(35);

/// Whether a connection that was last heard at `heard` is over.
pub(super) fn is_dead(heard: OffsetDateTime, now: OffsetDateTime) -> bool {
    now - heard > PATIENCE
}

#[cfg(test)]
mod tests;
