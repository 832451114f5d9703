//! What a server function answers when it does not do what it was asked: always a [`Problem`], also when the request
//! never arrived.

use model::{Problem, ProblemKind};
use serde::{Deserialize, Serialize};
use server_fn::codec::JsonEncoding;
use server_fn::error::{FromServerFnError, ServerFnErrorErr};

/// A [`Problem`] on its way between the two halves of the dashboard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{0}")]
pub struct AppError(Box<Problem>);

impl AppError {
    /// What happened, whether anything was changed, and what to do.
    #[cfg(feature = "ssr")]
    pub fn problem(&self) -> &Problem {
        &self.0
    }

    /// The kind, to branch on.
    pub fn kind(&self) -> ProblemKind {
        self.0.kind
    }

    /// The same, to keep.
    pub fn into_problem(self) -> Problem {
        *self.0
    }
}

impl From<Problem> for AppError {
    fn from(problem: Problem) -> Self {
        Self(Box::new(problem))
    }
}

impl FromServerFnError for AppError {
    type Encoder = JsonEncoding;

    /// Failures around the call itself. Their text is ours to read, not the operator's.
    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        use ServerFnErrorErr::{Args, Deserialization, MissingArg, Request, Response, Serialization};
        match error {
            Request(_) | Response(_) | Deserialization(_) => Problem::new(
                ProblemKind::Unavailable,
                "The control plane does not answer",
                "It may not have done what was asked; look at the operations when it is back. What is shown here is \
                 looked at again by itself.",
            ),
            Args(_) | MissingArg(_) | Serialization(_) => Problem::new(
                ProblemKind::Malformed,
                "This request cannot be read",
                "Nothing was changed. The page may be older than the server: load it again.",
            ),
            _ => Problem::new(
                ProblemKind::Internal,
                "A fault of ours",
                "It was written into the server's log. Try again; what was asked may not have been done.",
            ),
        }
        .into()
    }
}
