//! The connections to the registry: pools apart, and a time limit on everything that waits at the server.
//!
//! A full pool does not delay the users of another: slow pages do not delay reconciliation, and a row locked by an open
//! `psql` transaction does not delay log-ins. `docs/registry.md` lists the pools, the time-outs and the locks.

use std::time::Duration;

use sqlx::Connection as _;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

/// Pages and the API. A request holds a connection for some milliseconds; five answer several hundred requests a second.
pub(super) const API: u32 = 5;
/// Sessions, tokens and log-ins: one or two short reads a request.
pub(super) const LOG_IN: u32 = 2;
/// The engine: background tasks, one worker for each project, and the job runner. None holds a connection while it waits
/// for a part.
pub(super) const ENGINE: u32 = 5;
/// The connection that holds the engine lock, and the one that listens.
const SINGLE: u32 = 2;

/// All connections that one control plane keeps to its registry.
pub const CONNECTIONS: u32 = API + LOG_IN + ENGINE + SINGLE;

/// How long a statement may wait for a free connection.
const ACQUIRE: Duration = Duration::from_secs(3);
/// How long an idle connection may take to answer before it is replaced. Five silent ones are replaced within [`ACQUIRE`].
const PING: Duration = Duration::from_millis(500);

/// Limits that the server holds us to. A session that is lost without a word ends there after about 25 s, and its locks with
/// it.
const TIMEOUTS: [(&str, &str); 7] = [
    ("statement_timeout", "30s"),
    ("lock_timeout", "5s"),
    ("idle_in_transaction_session_timeout", "30s"),
    ("tcp_keepalives_idle", "10"),
    ("tcp_keepalives_interval", "5"),
    ("tcp_keepalives_count", "3"),
    ("tcp_user_timeout", "25000"),
];

/// The options with our name and the time-outs.
pub(super) fn with_timeouts(options: PgConnectOptions) -> PgConnectOptions {
    options.application_name("atomo-fleet").options(TIMEOUTS)
}

/// A pool of at most so many connections. An idle one is asked before it is used, and replaced when it is silent.
pub(super) fn pool(connections: u32) -> PgPoolOptions {
    PgPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(ACQUIRE)
        .test_before_acquire(false)
        .before_acquire(|connection, _| {
            Box::pin(
                async move { Ok(matches!(tokio::time::timeout(PING, connection.ping()).await, Ok(Ok(())))) },
            )
        })
}
