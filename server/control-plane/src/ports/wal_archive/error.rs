//! Errors of the archive of write-ahead log, and the problems made from them.

use std::path::PathBuf;

use model::{ByteSize, FieldError, Problem, ProblemKind, RecoveryWindow};
use time::OffsetDateTime;

use crate::ports::Failure;
use crate::ports::postgres_error::PostgresError;

const PART: &str = "postgres";

/// Why it could not be done.
#[derive(Debug, thiserror::Error)]
pub enum WalArchiveError {
    /// The database server.
    #[error(transparent)]
    Server(#[from] PostgresError),
    /// A file or folder.
    #[error("{doing} {}: {source}", path.display())]
    File {
        /// The attempted act.
        doing: &'static str,
        /// The path.
        path: PathBuf,
        /// The cause.
        #[source]
        source: std::io::Error,
    },
    /// The disk has too little space.
    #[error("{} has {free} free, and {needed} are needed", path.display())]
    NoSpace {
        /// A folder on the disk.
        path: PathBuf,
        /// Needed space.
        needed: ByteSize,
        /// Free space.
        free: ByteSize,
    },
    /// No window contains the time.
    #[error("{at} is outside the window")]
    Outside {
        /// The time.
        at: OffsetDateTime,
        /// The windows, oldest first.
        windows: Vec<RecoveryWindow>,
    },
    /// A program is missing, or cannot be used.
    #[error("{reason}")]
    Unusable {
        /// What is missing, with the remedy.
        reason: String,
    },
    /// The log that is needed has not arrived.
    #[error("{reason}")]
    Behind {
        /// What is awaited.
        reason: String,
    },
}

impl WalArchiveError {
    /// Maps an I/O error, for `map_err`.
    pub fn file(doing: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { doing, path, source }
    }
}

impl Failure for WalArchiveError {
    fn is_transient(&self) -> bool {
        match self {
            Self::Server(error) => error.is_transient(),
            Self::File { .. } | Self::Behind { .. } => true,
            Self::NoSpace { .. } | Self::Outside { .. } | Self::Unusable { .. } => false,
        }
    }

    fn problem(&self) -> Problem {
        match self {
            Self::Server(error) => error.problem(),
            Self::File { .. } | Self::Behind { .. } => {
                Problem::unavailable(PART, format!("{self}. It is tried again automatically."))
            }
            Self::NoSpace { .. } => refused(
                "The disk has too little space",
                format!("Nothing of the project was changed. {self}. Make room, then try again."),
            ),
            Self::Outside { windows, .. } => outside(windows),
            Self::Unusable { .. } => refused(
                "The archive of the write-ahead log cannot be used",
                format!("Nothing of the project was changed. {self}."),
            ),
        }
    }
}

/// A time outside of every window; the problem names the field and the windows.
pub fn outside(windows: &[RecoveryWindow]) -> Problem {
    let accepted = match windows {
        [] => "none yet: no base backup of the database server is complete".to_owned(),
        all => all
            .iter()
            .map(|window| format!("{} to {}", second(window.earliest), second(window.latest)))
            .collect::<Vec<_>>()
            .join(", or "),
    };
    let message = "The project cannot be restored to this time.".to_owned();
    Problem::invalid(vec![FieldError { field: "at".to_owned(), message, accepted, suggestion: None }])
}

/// A time to the second, as it can be typed.
fn second(at: OffsetDateTime) -> String {
    let at = at.to_offset(time::UtcOffset::UTC);
    let at = at.replace_nanosecond(0).unwrap_or(at);
    at.format(&time::format_description::well_known::Rfc3339).unwrap_or_default()
}

fn refused(title: &str, detail: String) -> Problem {
    Problem { part: Some(PART.into()), ..Problem::new(ProblemKind::Refused, title, detail) }
}
