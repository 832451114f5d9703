//! Why the registry did not do what it was asked.

use std::borrow::Cow;

use model::{Problem, ProblemKind};
use sqlx::migrate::MigrateError;

use super::EngineHolder;
use crate::ports::sqlstate;

/// Why the registry could not do it.
#[derive(Debug, thiserror::Error)]
pub enum RegistryError {
    /// The statement failed.
    #[error("{doing} in the registry")]
    Sql {
        /// What was being done.
        doing: &'static str,
        /// What came back.
        #[source]
        source: sqlx::Error,
    },
    /// A row holds something that is not a value of ours.
    #[error("the {table} row {id} of the registry: {reason}")]
    Row {
        /// The table.
        table: &'static str,
        /// The row.
        id: String,
        /// The column and its fault.
        reason: String,
    },
    /// The database was migrated by a newer program.
    #[error(
        "the registry was migrated to version {found}, this program knows version {known} at most: use the newer program"
    )]
    Newer {
        /// Its newest migration.
        found: i64,
        /// Our newest.
        known: i64,
    },
    /// The database has not been migrated to this program's version.
    #[error(
        "the registry is of version {found}, this program needs version {known}: use the program that the server was \
         started with, or stop that server and run `atomo-fleet migrate`"
    )]
    Older {
        /// Its newest migration.
        found: i64,
        /// Our newest.
        known: i64,
    },
    /// Another control plane holds the engine lock.
    #[error(
        "another control plane reconciles this registry{}. Nothing was changed. Stop that one first, or name another \
         registry with ATOMO_FLEET_DATABASE_URL",
        .0.as_ref().map(|holder| format!(": {holder}")).unwrap_or_default()
    )]
    Led(Option<Box<EngineHolder>>),
    /// Another control plane holds the engine lock, or the operation is over: the report was not written.
    #[error("the operation is over, or another control plane works on this registry now")]
    NotOurs,
    /// A migration failed.
    #[error("the registry could not be migrated")]
    Migrate(#[source] MigrateError),
}

impl RegistryError {
    pub(crate) const fn sql(doing: &'static str) -> impl Fn(sqlx::Error) -> Self {
        move |source| Self::Sql { doing, source }
    }

    /// Whether the database did not answer, rather than refuse.
    pub fn is_transient(&self) -> bool {
        use sqlx::Error as E;
        match self {
            Self::Sql { source: E::Database(error), .. } => {
                error.code().is_some_and(|code| sqlstate::passes(&code))
            }
            Self::Sql { source, .. } => {
                matches!(source, E::Io(_) | E::PoolTimedOut | E::PoolClosed | E::Tls(_) | E::WorkerCrashed)
            }
            _ => false,
        }
    }

    /// Whether Postgres undid the transaction because of another one (deadlock, serialization failure), so that the same
    /// transaction may well succeed now.
    pub fn was_undone(&self) -> bool {
        matches!(self.sqlstate().as_deref(), Some("40P01" | "40001"))
    }

    /// The problem for the caller. Does not log: the edge that answers does, once.
    pub fn problem(&self) -> Problem {
        if self.is_transient() {
            let (title, detail) = self.passing();
            let detail = format!("{detail} Nothing was changed; projects keep running.");
            return Problem { title: title.into(), ..Problem::unavailable("postgres", detail) };
        }
        Problem::new(
            ProblemKind::Internal,
            "Internal registry error",
            "Nothing was changed. The control plane's log has the details.",
        )
    }

    /// What passes, and what to do for that.
    fn passing(&self) -> (&'static str, &'static str) {
        match self.sqlstate().as_deref() {
            Some(sqlstate::DISK_FULL) => (
                "The registry's disk is full",
                "No space is left on the disk of the registry's database. Make room there, then try again.",
            ),
            Some(sqlstate::READ_ONLY) => (
                "The registry is read-only",
                "The registry's database accepts no change: it is a standby, or its default_transaction_read_only is on. \
                 Make it writable, or name the primary; then try again.",
            ),
            Some(sqlstate::LOCK_NOT_AVAILABLE) => (
                "A row of the registry is locked",
                "Another transaction holds a lock on it, for example an open psql session. End that transaction, then \
                 try again.",
            ),
            Some(sqlstate::TOO_MANY_CONNECTIONS) => (
                "The registry's database has no connection left",
                "All connections that the registry's database server allows are in use. Stop what holds them, or raise \
                 max_connections of the server; then try again.",
            ),
            // sqlx tries again by itself while there is no connection left, and tells neither this nor what it was
            _ if matches!(self, Self::Sql { source: sqlx::Error::PoolTimedOut, .. }) => (
                "The registry does not answer",
                "The registry's database does not answer, or all of its connections are in use. Try again when it is \
                 back; raise max_connections of its server if this lasts.",
            ),
            _ => (
                "The registry does not answer",
                "The registry's database does not answer. Try again when it is back.",
            ),
        }
    }

    fn sqlstate(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Sql { source: sqlx::Error::Database(error), .. } => error.code(),
            _ => None,
        }
    }

    /// Whether another transaction holds the lock that was asked for.
    pub(super) fn is_locked(&self) -> bool {
        self.sqlstate().as_deref() == Some(sqlstate::LOCK_NOT_AVAILABLE)
    }

    /// Whether the database accepts no change at present.
    pub fn is_read_only(&self) -> bool {
        self.sqlstate().as_deref() == Some(sqlstate::READ_ONLY)
    }

    /// The name of the constraint that was violated, if that is what happened.
    pub(crate) fn constraint(&self) -> Option<&str> {
        match self {
            Self::Sql { source: sqlx::Error::Database(error), .. } => error.constraint(),
            _ => None,
        }
    }
}
