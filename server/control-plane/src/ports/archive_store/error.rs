//! Errors of an archive store, and the problems made from them.

use model::{Problem, ProblemKind};

use crate::ports::Failure;

const PART: &str = "archives";

/// Why a call failed. Contains no credential.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// The store does not answer, ended the connection, or answered with an error that passes.
    #[error("{doing} in {place}: {reason}")]
    Away {
        /// The attempted act.
        doing: &'static str,
        /// The store.
        place: String,
        /// The cause.
        reason: String,
    },
    /// No space is left.
    #[error("{doing} in {place}: no space is left")]
    Full {
        /// The attempted act.
        doing: &'static str,
        /// The store.
        place: String,
    },
    /// The credential is missing, invalid or lacks a permission; or the folder may not be written.
    #[error("{doing} in {place} was refused: {reason}")]
    Denied {
        /// The attempted act.
        doing: &'static str,
        /// The store.
        place: String,
        /// What the store said.
        reason: String,
    },
    /// There is no complete archive of this name, or no such part.
    #[error("{name} is not in {place}")]
    Absent {
        /// The archive, with its part where the archive is there.
        name: String,
        /// The store.
        place: String,
    },
    /// A complete archive of this name is there already.
    #[error("{name} is already in {place}")]
    Exists {
        /// The archive.
        name: String,
        /// The store.
        place: String,
    },
}

impl Failure for ArchiveError {
    fn is_transient(&self) -> bool {
        matches!(self, Self::Away { .. } | Self::Full { .. })
    }

    fn problem(&self) -> Problem {
        match self {
            Self::Away { .. } => {
                Problem::unavailable(PART, format!("Failed {self}. It is tried again automatically."))
            }
            Self::Full { .. } => Problem::unavailable(
                PART,
                format!(
                    "Failed {self}. No incomplete backup is listed. Make room; it is tried again automatically."
                ),
            ),
            Self::Denied { .. } => refused(
                "The archive store refused it",
                format!("{self}. Correct the permission, then try again."),
            ),
            Self::Absent { .. } => refused(
                "The archive is gone",
                format!("{self}. It was removed or moved outside Atomo Fleet."),
            ),
            Self::Exists { .. } => refused("The archive exists", format!("{self}. Nothing was overwritten.")),
        }
    }
}

fn refused(title: &str, detail: String) -> Problem {
    Problem { part: Some(PART.into()), ..Problem::new(ProblemKind::Refused, title, detail) }
}
