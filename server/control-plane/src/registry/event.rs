//! Events of the audit trail, before they are written.

use model::{Action, OperationKind, ProjectId};
use serde_json::Value;

/// What happened, for the audit trail. Holds facts, never a secret.
#[derive(Debug, Clone)]
pub struct Event<'a> {
    /// On which project; `None` for the fleet itself.
    pub project: Option<&'a ProjectId>,
    /// What.
    pub action: EventAction,
    /// The facts.
    pub detail: Value,
}

/// What an event says happened: the word in the column `action`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventAction {
    /// A caller performed this action.
    Command(Action),
    /// Anything else, by a word that is no action's: what the engine did by itself, a log-in, a setup.
    Other(&'static str),
}

impl EventAction {
    /// The word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Command(action) => action.as_str(),
            Self::Other(word) => word,
        }
    }
}

impl From<Action> for EventAction {
    fn from(action: Action) -> Self {
        Self::Command(action)
    }
}

/// The action of the command that opened the operation; the kind's own word for what the engine opens itself.
impl From<OperationKind> for EventAction {
    fn from(kind: OperationKind) -> Self {
        kind.action().map_or(Self::Other(kind.as_str()), Self::Command)
    }
}
