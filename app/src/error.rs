//! The error of every read and server function: always a [`Problem`].

use model::{Problem, ProblemKind};
use serde::{Deserialize, Serialize};
use server_fn::codec::JsonEncoding;
use server_fn::error::{FromServerFnError, ServerFnErrorErr};

/// A [`Problem`] as an error.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{0}")]
pub struct AppError(Box<Problem>);

impl AppError {
    /// The problem, borrowed.
    pub fn problem(&self) -> &Problem {
        &self.0
    }

    /// The problem, owned.
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

    /// Maps failures of the call itself. Their text is for developers and is not shown.
    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        use ServerFnErrorErr::{Args, Deserialization, MissingArg};
        match error {
            Args(_) | MissingArg(_) | Deserialization(_) => Problem::new(
                ProblemKind::Malformed,
                "This request cannot be read",
                "Nothing was changed. The page may be older than the server; reload it.",
            ),
            _ => Problem::new(
                ProblemKind::Internal,
                "Internal error",
                "The server's log has the details. The command may not have been carried out; check, then try again.",
            ),
        }
        .into()
    }
}
