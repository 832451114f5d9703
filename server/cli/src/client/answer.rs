//! What comes back.

use model::Operation;
use serde::{Deserialize, Serialize};

/// An answer: what it means, and its bytes for a program that asked for them.
#[derive(Debug, Clone)]
pub struct Answer<T> {
    /// The JSON as it came.
    pub body: String,
    /// What it says.
    pub value: T,
}

/// The answer to a command: what will be worked on.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Accepted {
    /// The operation to follow.
    pub operation: Operation,
}
