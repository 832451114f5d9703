//! Detection of a dead connection.

use time::{Duration, OffsetDateTime};

/// The server sends something every 15 s; two may be missed.
const PATIENCE: Duration = Duration::seconds(35);

/// Whether a connection with the last message at `heard` is dead.
pub(super) fn is_dead(heard: OffsetDateTime, now: OffsetDateTime) -> bool {
    now - heard > PATIENCE
}

#[cfg(test)]
mod tests;
