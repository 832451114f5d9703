//! Events as sentences, without a full stop: `Created from shop/schema.ts at c9fc38d`.
//!
//! A sentence is made from action and detail. Older events have less in their detail, and those of a newer version may have
//! an unknown action; both still make a sentence. No sentence contains more than its detail.

mod backup;
mod command;
mod delete;
mod deploy;
mod drift;
mod edit;
mod facts;
mod rollout;
mod system;

use serde_json::Value;

use super::action::{EventAction, SystemEvent};
use crate::{Action, Actor};
use facts::Facts;

/// What happened. An unknown action becomes its own words: `backup.run` is `Backup run`.
pub fn sentence(action: &str, actor: Option<&Actor>, detail: Option<&Value>) -> String {
    let facts = Facts::of(detail);
    let known = match action.parse() {
        Ok(EventAction::Command(action)) => command::sentence(action, facts),
        Ok(EventAction::System(event)) => Some(system::sentence(event, actor, facts)),
        Err(_) => None,
    };
    known.unwrap_or_else(|| facts::capital(&action.replace(['.', '_'], " ")))
}

/// Every action that can be in the audit trail: commands in the order of their table, then the rest. An action that only reads
/// is never recorded.
pub fn recorded() -> Vec<EventAction> {
    let commands =
        Action::ALL.iter().copied().filter(|action| is_recorded(*action)).map(EventAction::Command);
    commands.chain(SystemEvent::ALL.map(EventAction::System)).collect()
}

fn is_recorded(action: Action) -> bool {
    command::sentence(action, Facts::of(None)).is_some()
}

#[cfg(test)]
mod tests;
