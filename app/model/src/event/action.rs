//! The words of the column `action`.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::state::words;
use crate::{Action, Invalid, OperationKind};

/// What an event says happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EventAction {
    /// A caller performed this action.
    Command(Action),
    /// Anything else: what the engine did by itself, a log-in, a setup link.
    System(SystemEvent),
}

/// An event that is no action of a caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SystemEvent {
    /// The engine began to close differences that it observed.
    Converge,
    /// The engine began to bring a project back to its last verified revision.
    Return,
    /// The status of a project changed.
    Status,
    /// A change was applied and left the status as it was.
    Reached,
    /// Versions of secrets were recorded.
    Secrets,
    /// Another pair of ports was allocated.
    Ports,
    /// A job put a project into maintenance.
    Maintenance,
    /// A project got the data of a backup.
    Restored,
    /// A project got the data back that a restore had replaced.
    RestoreUndone,
    /// The row of a deleted project was removed and its database is retained.
    Retained,
    /// A setup link was created.
    SetupLink,
    /// An operator logged in.
    LogIn,
    /// A job of the tests was requested; no program that is shipped writes it.
    #[cfg(feature = "testing")]
    #[serde(skip)]
    Test,
}

words!(SystemEvent {
    Converge = "converge", Return = "return", Status = "status", Reached = "reached", Secrets = "secrets",
    Ports = "ports", Maintenance = "maintenance", Restored = "restored", RestoreUndone = "restore_undone", Retained = "retained", SetupLink = "setup_link", LogIn = "log_in",
    #[cfg(feature = "testing")] Test = "test",
} accepted "converge, return, status, reached, secrets, ports, maintenance, restored, restore_undone, retained, setup_link or log_in");

impl SystemEvent {
    /// Every event that a shipped program writes.
    pub const ALL: [Self; 12] = [
        Self::Converge,
        Self::Return,
        Self::Status,
        Self::Reached,
        Self::Secrets,
        Self::Ports,
        Self::Maintenance,
        Self::Restored,
        Self::RestoreUndone,
        Self::Retained,
        Self::SetupLink,
        Self::LogIn,
    ];

    /// In plain words, for a list to choose from.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Converge => "Reconcile a project",
            Self::Return => "Roll back to the last verified revision",
            Self::Status => "Status change",
            Self::Reached => "Change applied",
            Self::Secrets => "Record secret versions",
            Self::Ports => "Reallocate ports",
            Self::Maintenance => "Begin maintenance",
            Self::Restored => "Restore",
            Self::RestoreUndone => "Undo a restore",
            Self::Retained => "Retain a database",
            Self::SetupLink => "Create a setup link",
            Self::LogIn => "Log in",
            #[cfg(feature = "testing")]
            Self::Test => "Test",
        }
    }
}

impl EventAction {
    /// The word in the registry: `project.stop`, `log_in`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Command(action) => action.as_str(),
            Self::System(event) => event.as_str(),
        }
    }

    /// In plain words, for a list to choose from: `stop a project`, `Log in`.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Command(action) => action.doing(),
            Self::System(event) => event.label(),
        }
    }
}

impl fmt::Display for EventAction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::str::FromStr for EventAction {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self::Command).or_else(|_| text.parse().map(Self::System))
    }
}

impl From<Action> for EventAction {
    fn from(action: Action) -> Self {
        Self::Command(action)
    }
}

impl From<SystemEvent> for EventAction {
    fn from(event: SystemEvent) -> Self {
        Self::System(event)
    }
}

/// The action of the command that opened the operation; [`SystemEvent::Converge`] for what the engine opens itself.
impl From<OperationKind> for EventAction {
    fn from(kind: OperationKind) -> Self {
        #[cfg(feature = "testing")]
        if kind == OperationKind::Test {
            return Self::System(SystemEvent::Test);
        }
        kind.action().map_or(Self::System(SystemEvent::Converge), Self::Command)
    }
}
