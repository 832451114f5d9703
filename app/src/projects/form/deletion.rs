//! The id that is typed before a project is deleted.

use model::{Problem, ProjectId};

/// Fails unless the typed text is the project's id.
pub(crate) fn check(id: &ProjectId, typed: &str) -> Result<(), Problem> {
    if typed.trim() == id.as_str() {
        return Ok(());
    }
    Err(Problem::field(
        "confirm",
        "This is not the project's id. Nothing was deleted.",
        "the id, exactly as shown above",
    ))
}

#[cfg(test)]
mod tests;
