//! Errors of a database server, and the problems made from them.

use model::{DatabaseName, DatabaseOid, Problem, ProblemKind};

use super::Failure;

/// Why the server could not do it.
#[derive(Debug, thiserror::Error)]
pub enum PostgresError {
    /// It does not answer, or ended the connection.
    #[error("{doing}: {reason}")]
    Away {
        /// What was being done.
        doing: &'static str,
        /// Where it was tried and what came back.
        reason: String,
    },
    /// Our own role may not do this.
    #[error("{doing} was refused: {reason}")]
    Refused {
        /// What was being done.
        doing: &'static str,
        /// The message of Postgres.
        reason: String,
    },
    /// A database that must exist does not.
    #[error("{doing}: the database {database} is gone")]
    Gone {
        /// What was being done.
        doing: &'static str,
        /// Its name.
        database: DatabaseName,
    },
    /// The database under the name is another one.
    #[error("{doing}: another database stands under the name {database}, with the OID {} instead of {}", found.get(), recorded.get())]
    Another {
        /// What was being done.
        doing: &'static str,
        /// The name.
        database: DatabaseName,
        /// The identity that it has to have.
        recorded: DatabaseOid,
        /// The identity of the one that is there.
        found: DatabaseOid,
    },
    /// No space left.
    #[error("{doing}: the database server has no space left")]
    Full {
        /// What was being done.
        doing: &'static str,
    },
}

impl Failure for PostgresError {
    fn is_transient(&self) -> bool {
        !matches!(self, Self::Refused { .. } | Self::Gone { .. } | Self::Another { .. })
    }

    fn problem(&self) -> Problem {
        match self {
            Self::Away { doing, reason } => {
                Problem::unavailable(PART, format!("While {doing}: {reason}. It is tried again by itself."))
            }
            Self::Full { doing } => Problem::unavailable(
                PART,
                format!(
                    "While {doing}: no space is left on its disk. Make room; it is tried again by itself."
                ),
            ),
            Self::Gone { database, .. } => refusal(
                "The database is gone",
                format!(
                    "The database server has no {database} any more. It held the project's data, so no empty one was \
                     created in its place. Bring it back there under that name, then press Retry."
                ),
            ),
            Self::Another { database, recorded, found, .. } => refusal(
                "Another database stands under this name",
                format!(
                    "Nothing was changed. {database} has the OID {} on the database server; the project's own database has \
                     the OID {}. It was dropped and made again, or restored from a copy, and is not used. Put the project's \
                     own back under that name, then press Retry. To use the one that is there, remove the recorded OID \
                     first (docs/postgres.md).",
                    found.get(),
                    recorded.get()
                ),
            ),
            Self::Refused { doing, reason } => refusal(
                "The database server refused it",
                format!("While {doing}: {reason}. Correct the control plane's role, then press Retry."),
            ),
        }
    }
}

const PART: &str = "postgres";

fn refusal(title: &str, detail: String) -> Problem {
    Problem { part: Some(PART.into()), ..Problem::new(ProblemKind::Refused, title, detail) }
}
