//! Errors of the secret store, and the problems made from them.

use model::{FieldError, Problem, ProblemKind};

use crate::ports::Failure;

/// Why a call failed. Contains no value.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// The store does not answer, or its files cannot be read or written.
    #[error("{doing} in the secret store: {reason}")]
    Away {
        /// The attempted act.
        doing: &'static str,
        /// The cause.
        reason: String,
    },
    /// The store limits the rate of requests.
    #[error("{doing} in the secret store: it was asked too often")]
    Throttled {
        /// The attempted act.
        doing: &'static str,
    },
    /// The credential is valid and lacks a permission.
    #[error("{doing} in the secret store: {action} on {resource} is not permitted")]
    Denied {
        /// The attempted act.
        doing: &'static str,
        /// The missing permission.
        action: String,
        /// The resource.
        resource: String,
    },
    /// No credential, or an invalid one.
    #[error("{doing} in the secret store: {reason}")]
    Credentials {
        /// The attempted act.
        doing: &'static str,
        /// The fault and the remedy.
        reason: String,
    },
    /// The key is missing, unreadable or has the wrong mode.
    #[error("the key of the secret store: {reason}")]
    Key {
        /// The fault and the remedy.
        reason: String,
    },
    /// The stored value was modified, or sealed with another key.
    #[error("the secret {path} is damaged or was sealed with another key")]
    Damaged {
        /// The secret.
        path: String,
    },
    /// The place contains something other than a secret of ours.
    #[error("the secret {path} is not what a secret looks like: {reason}")]
    Shape {
        /// The place.
        path: String,
        /// What it is, and the remedy.
        reason: String,
    },
    /// The store cannot hold a value of this length.
    #[error("the value of {path} has {bytes} bytes, the secret store holds {most} at most")]
    TooLong {
        /// The secret.
        path: String,
        /// Its length in the store.
        bytes: usize,
        /// The maximum.
        most: usize,
    },
    /// The store rejects the request for a reason of its own.
    #[error("{doing} in the secret store: {reason}")]
    Refused {
        /// The attempted act.
        doing: &'static str,
        /// The reason and the remedy.
        reason: String,
    },
    /// The place has another value.
    #[error("the secret {path} has another value in version {version}")]
    Differs {
        /// The secret.
        path: String,
        /// The version.
        version: u32,
    },
    /// The registry references the secret, and the store does not have it.
    #[error("the secret {path} was removed from the secret store")]
    Gone {
        /// The secret.
        path: String,
        /// The missing version, if the store has others.
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
                "Failed {self}. Nothing was regenerated or overwritten; it is retried automatically."
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
                "The secret store does not accept the credentials",
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
