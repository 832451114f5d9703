//! Deletes with the database: requests, decisions, the trash.

use super::facts::{Facts, count};
use crate::{Action, ByteSize};

/// What callers did.
pub(super) fn sentence(action: Action, facts: Facts<'_>) -> String {
    match action {
        Action::ProjectDrop if facts.is("withdrawn") => format!("Delete request withdrawn{}", reason(facts)),
        Action::ProjectDrop => requested(facts),
        Action::ProjectDropApprove if facts.is("approved") => {
            format!("Delete request{} approved{}", of(facts), reason(facts))
        }
        Action::ProjectDropApprove => format!("Delete request{} refused{}", of(facts), reason(facts)),
        _ => format!("Return from the trash requested{}", database(facts)),
    }
}

fn requested(facts: Facts<'_>) -> String {
    let rows = facts.number("rows").map(|rows| format!(", {}", count(rows, "row", "rows")));
    let approval = if facts.is("needs_approval") { "; another operator has to approve it" } else { "" };
    format!("Delete with the database{}{} requested{approval}", database(facts), rows.unwrap_or_default())
}

/// ` of ines@example.com`.
fn of(facts: Facts<'_>) -> String {
    facts.text("requester").map(|requester| format!(" of {requester}")).unwrap_or_default()
}

fn reason(facts: Facts<'_>) -> String {
    facts.text("reason").map(|reason| format!(": {reason}")).unwrap_or_default()
}

/// ` proj_shop (8.4 MB)`.
fn database(facts: Facts<'_>) -> String {
    let bytes = facts.number("bytes").and_then(|bytes| ByteSize::try_from(bytes).ok());
    let size = bytes.map(|bytes| format!(" ({bytes})")).unwrap_or_default();
    facts.text("database").map(|name| format!(" {name}{size}")).unwrap_or_default()
}

/// A request was over without a decision, or was given up.
pub(super) fn ended(facts: Facts<'_>) -> String {
    match facts.text("problem") {
        None => "Delete request expired; nothing was changed".to_owned(),
        Some(problem) => format!("Delete given up, the project stays: {problem}"),
    }
}

/// A project is in the trash.
pub(super) fn trashed(facts: Facts<'_>) -> String {
    let until = facts.text("drop_after").map(|at| format!(" until {at}")).unwrap_or_default();
    format!("Moved to the trash{until}, with the database{}", database(facts))
}

/// A project was brought back.
pub(super) fn undeleted(facts: Facts<'_>) -> String {
    format!("Brought back from the trash, with the database{}", database(facts))
}
