//! The settings of every project's role. `facts.rs` compares them with the catalogs, and `ensure.rs` sets them.

/// What the role's sessions start with. The server migrates at every boot and takes exclusive locks for it: one that
/// cannot have them must fail and come again, or every later query queues behind it.
pub const SETTINGS: [(&str, &str); 2] =
    [("lock_timeout", "10s"), ("idle_in_transaction_session_timeout", "60s")];
