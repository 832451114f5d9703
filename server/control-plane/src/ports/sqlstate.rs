//! SQLSTATEs of Postgres that the control plane decides by. The registry and every database server use this one list.

/// No space is left on the server's disk.
pub const DISK_FULL: &str = "53100";
/// The server has no connection left.
pub const TOO_MANY_CONNECTIONS: &str = "53300";
/// The server, the database or the transaction is read-only, for example a standby after a failover.
pub const READ_ONLY: &str = "25006";
/// A lock was not had within `lock_timeout`, or at once where that was asked for.
pub const LOCK_NOT_AVAILABLE: &str = "55P03";

/// Classes whose every state passes: connections (08), conflicts between transactions and deadlocks (40), resources (53),
/// objects in use and locks (55), time-outs, shutting down and starting up (57), the system below Postgres (58).
const CLASSES: [&str; 6] = ["08", "40", "53", "55", "57", "58"];
/// Single states that pass. `XX000` is what Postgres answers to two sessions that change one catalogue row at once.
const STATES: [&str; 2] = [READ_ONLY, "XX000"];

/// Whether the unchanged statement may succeed later.
pub fn passes(code: &str) -> bool {
    STATES.contains(&code) || CLASSES.iter().any(|class| code.starts_with(class))
}

#[cfg(test)]
mod tests;
