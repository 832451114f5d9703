//! Answers of the server.

use model::Operation;
use serde::{Deserialize, Serialize};

/// An answer: its value, and its bytes for `--json`.
#[derive(Debug, Clone)]
pub struct Answer<T> {
    /// The original JSON.
    pub body: String,
    /// The parsed value.
    pub value: T,
}

/// The answer to a command.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Accepted {
    /// The operation to follow.
    pub operation: Operation,
}
