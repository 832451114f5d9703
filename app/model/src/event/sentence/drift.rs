//! What happened about drift.

use super::facts::Facts;
use crate::{Action, DriftLevel};

/// The level in the middle of a sentence: `the catalog`.
fn level(facts: Facts<'_>) -> String {
    let level = facts.text("level").and_then(|level| level.parse::<DriftLevel>().ok());
    level.map_or_else(|| "one level".to_owned(), |level| level.label().to_lowercase())
}

/// The first line of the difference, and how many there are.
fn difference(facts: Facts<'_>) -> String {
    let lines = facts.number("lines").unwrap_or(1);
    let first = facts.text("diff").map(|line| format!(": {line}")).unwrap_or_default();
    if lines > 1 { format!("{first} and {} more", lines - 1) } else { first }
}

/// Drift was found or is another one.
pub(super) fn found(word: &str, facts: Facts<'_>) -> String {
    format!("Drift {word} on level {}{}", level(facts), difference(facts))
}

/// Drift is over.
pub(super) fn resolved(facts: Facts<'_>) -> String {
    format!("Drift resolved on level {}", level(facts))
}

/// A decision.
pub(super) fn sentence(action: Action, facts: Facts<'_>) -> String {
    let level = level(facts);
    let reason = facts.text("reason").map(|reason| format!(": {reason}")).unwrap_or_default();
    match action {
        Action::DriftAccept => format!("Drift accepted on level {level}{reason}"),
        Action::DriftSnooze => {
            let until = facts.text("until").map(|until| format!(" until {until}")).unwrap_or_default();
            format!("Drift snoozed on level {level}{until}{reason}")
        }
        _ => format!("Fix requested for drift on level {level}"),
    }
}
