//! Why a store could not do it, and what the outside is told.

use model::{FieldError, Problem, ProblemKind};

use crate::ports::Failure;

/// Why a store could not do it. Never holds a value.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// The store does not answer, or its files cannot be read or written.
    #[error("{doing} in the secret store: {reason}")]
    Away {
        /// What was being done.
        doing: &'static str,
        /// What came back.
        reason: String,
    },
    /// The store answers and asks to be asked less often.
    #[error("{doing} in the secret store: it was asked too often")]
    Throttled {
        /// What was being done.
        doing: &'static str,
    },
    /// The store knows who asks, and they may not.
    #[error("{doing} in the secret store: {action} on {resource} is not permitted")]
    Denied {
        /// What was being done.
        doing: &'static str,
        /// The right that is missing.
        action: String,
        /// On what.
        resource: String,
    },
    /// The store takes nobody's word: no credential, or one that it does not accept.
    #[error("{doing} in the secret store: {reason}")]
    Credentials {
        /// What was being done.
        doing: &'static str,
        /// The fault and the way out.
        reason: String,
    },
    /// The key is missing, unreadable or of the wrong mode.
    #[error("the key of the secret store: {reason}")]
    Key {
        /// The fault and the way out.
        reason: String,
    },
    /// What is stored was changed behind our back, or was sealed with another key.
    #[error("the secret {path} is damaged or was sealed with another key")]
    Damaged {
        /// Which.
        path: String,
    },
    /// Something stands in its place that is not a secret of ours.
    #[error("the secret {path} is not what a secret looks like: {reason}")]
    Shape {
        /// Where.
        path: String,
        /// What it is, and the way out.
        reason: String,
    },
    /// The store cannot hold a value of this length.
    #[error("the value of {path} has {bytes} bytes, the secret store holds {most} at most")]
    TooLong {
        /// Which.
        path: String,
        /// Its length as the store would keep it.
        bytes: usize,
        /// The longest that fits.
        most: usize,
    },
    /// The store has an objection of its own.
    #[error("{doing} in the secret store: {reason}")]
    Refused {
        /// What was being done.
        doing: &'static str,
        /// The objection and the way out.
        reason: String,
    },
    /// Another value has the place already.
    #[error("the secret {path} has another value in version {version}")]
    Differs {
        /// Which.
        path: String,
        /// In which version.
        version: u32,
    },
    /// The registry knows that there was one, and the store has none.
    #[error("the secret {path} was removed from the secret store")]
    Gone {
        /// Which.
        path: String,
        /// The version that is gone, where others are there.
        version: Option<u32>,
    },
}

impl Failure for SecretError {
    fn is_transient(&self) -> bool {
        matches!(self, Self::Away { .. } | Self::Throttled { .. })
    }

    fn problem(&self) -> Problem {
        match self {
            Self::Away { .. } => passing(format!(
                "Failed {self}. Nothing was regenerated or overwritten; it is tried again by itself."
            )),
            Self::Throttled { .. } => passing(format!(
                "Failed {self}. Nothing was regenerated or overwritten; it is tried again by itself, after a pause. If \
                 this lasts, raise the store's limit of requests."
            )),
            Self::Key { reason } => part(
                ProblemKind::Unavailable,
                "The secret store cannot be opened",
                format!("{reason} Nothing was regenerated or overwritten."),
            ),
            Self::Credentials { .. } => part(
                ProblemKind::Unavailable,
                "The secret store does not know who asks",
                format!("Failed {self} Nothing was changed."),
            ),
            Self::Denied { .. } => part(
                ProblemKind::Unavailable,
                "The secret store denies access",
                format!(
                    "Failed {self} to this control plane. Nothing was changed. Grant it (docs/iam-policy.json has all that is \
                     needed), then try again."
                ),
            ),
            Self::TooLong { path, bytes, most } => Self::too_long(path, *bytes, *most),
            Self::Damaged { .. }
            | Self::Shape { .. }
            | Self::Gone { .. }
            | Self::Refused { .. }
            | Self::Differs { .. } => self.refusal(),
        }
    }
}

impl SecretError {
    fn refusal(&self) -> Problem {
        let (title, detail) = match self {
            Self::Damaged { path } => (
                "A secret cannot be opened",
                format!(
                    "{path} is damaged or was sealed with another key. Nothing was overwritten; restore the store's folder and its key together."
                ),
            ),
            Self::Shape { path, reason } => {
                ("A secret is not what it should be", format!("{path}: {reason} Nothing was overwritten."))
            }
            Self::Gone { path, version: Some(version) } => (
                "A version of a secret is missing",
                format!(
                    "The instance was made with version {version} of {path}, and the secret store holds only others. Nothing \
                     was made in its place. Restart the project (atomoctl project restart): it takes the newest version then."
                ),
            ),
            Self::Gone { path, version: None } => (
                "A secret is missing",
                format!(
                    "The registry says that {path} exists, and the secret store does not have it: it was removed there. \
                     Nothing was made in its place. Put its former value back under that name; for a value that nobody \
                     has any more, set a new one on purpose."
                ),
            ),
            Self::Differs { path, version } => (
                "Two secrets claim one place",
                format!("{path} has another value in version {version} already. Nothing was overwritten."),
            ),
            _ => ("The secret store refused", format!("Failed {self} Nothing was overwritten.")),
        };
        part(ProblemKind::Refused, title, detail)
    }

    fn too_long(path: &str, bytes: usize, most: usize) -> Problem {
        let fault = FieldError {
            field: "value".into(),
            message: format!("{path} needs {bytes} bytes in the secret store, which is too long."),
            accepted: format!("a value of at most {most} bytes"),
            suggestion: None,
        };
        Problem { part: Some("secrets".into()), ..Problem::invalid(vec![fault]) }
    }
}

fn passing(detail: String) -> Problem {
    Problem::unavailable("secrets", detail)
}

fn part(kind: ProblemKind, title: &str, detail: String) -> Problem {
    Problem { part: Some("secrets".into()), ..Problem::new(kind, title, detail) }
}
