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
    /// A deploy changed the version of a project.
    DeployBegun,
    /// A deploy failed, and the project got its former version again.
    DeployReturned,
    /// A push to a repository brought a commit that changes the schema of a project.
    DeployProposed,
    /// A project got the data of a backup.
    Restored,
    /// A project got the data back that a restore had replaced.
    RestoreUndone,
    /// The control plane was recovered from a backup of itself.
    Recovered,
    /// A base backup of a database server is due.
    BaseBackup,
    /// A new project got its first data.
    Filled,
    /// A new project got no data, so it is removed again.
    NotFilled,
    /// The row of a deleted project was removed and its database is retained.
    Retained,
    /// An approved delete with the database began.
    DeleteBegun,
    /// A delete request was over without a decision, or was given up.
    DeleteEnded,
    /// A project was moved to the trash.
    Trashed,
    /// A project was brought back from the trash.
    Undeleted,
    /// A project was found to differ from what was declared.
    DriftFound,
    /// What a project differs in is something else than before.
    DriftChanged,
    /// A project is what was declared again.
    DriftResolved,
    /// A rollout was begun.
    RolloutBegun,
    /// A rollout was paused, because a member failed.
    RolloutPaused,
    /// A paused rollout goes on.
    RolloutResumed,
    /// A rollout was cancelled.
    RolloutCancelled,
    /// A rollout is over.
    RolloutEnded,
    /// A new content was taken from the file that a project follows.
    FileTaken,
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
    Ports = "ports", Maintenance = "maintenance", DeployBegun = "deploy_begun", DeployReturned = "deploy_returned", DeployProposed = "deploy_proposed", Restored = "restored", RestoreUndone = "restore_undone", Recovered = "recovered",
    BaseBackup = "base_backup", Filled = "filled", NotFilled = "not_filled", DeleteBegun = "delete_begun", DeleteEnded = "delete_ended",
    Trashed = "trashed", Undeleted = "undeleted",
    DriftFound = "drift_found", DriftChanged = "drift_changed", DriftResolved = "drift_resolved", Retained = "retained",
    RolloutBegun = "rollout_begun", RolloutPaused = "rollout_paused", RolloutResumed = "rollout_resumed", RolloutCancelled = "rollout_cancelled", RolloutEnded = "rollout_ended", FileTaken = "file_taken",
    SetupLink = "setup_link", LogIn = "log_in",
    #[cfg(feature = "testing")] Test = "test",
} accepted "converge, return, status, reached, secrets, ports, maintenance, deploy_begun, deploy_returned, deploy_proposed, restored, restore_undone, recovered, base_backup, filled, not_filled, delete_begun, delete_ended, trashed, undeleted, drift_found, drift_changed, drift_resolved, retained, rollout_begun, rollout_paused, rollout_resumed, rollout_cancelled, rollout_ended, file_taken, setup_link or log_in");

impl SystemEvent {
    /// Every event that a shipped program writes.
    pub const ALL: [Self; 32] = [
        Self::Converge,
        Self::Return,
        Self::Status,
        Self::Reached,
        Self::Secrets,
        Self::Ports,
        Self::Maintenance,
        Self::DeployBegun,
        Self::DeployReturned,
        Self::DeployProposed,
        Self::Restored,
        Self::RestoreUndone,
        Self::Recovered,
        Self::BaseBackup,
        Self::Filled,
        Self::NotFilled,
        Self::Retained,
        Self::DeleteBegun,
        Self::DeleteEnded,
        Self::Trashed,
        Self::Undeleted,
        Self::DriftFound,
        Self::DriftChanged,
        Self::DriftResolved,
        Self::RolloutBegun,
        Self::RolloutPaused,
        Self::RolloutResumed,
        Self::RolloutCancelled,
        Self::RolloutEnded,
        Self::FileTaken,
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
            Self::DeployBegun => "Take a deploy into use",
            Self::DeployReturned => "Take a failed deploy back",
            Self::DeployProposed => "Propose a deploy",
            Self::Restored => "Restore",
            Self::RestoreUndone => "Undo a restore",
            Self::Recovered => "Recover the control plane",
            Self::BaseBackup => "Take a base backup",
            Self::Filled => "First data of a new project",
            Self::NotFilled => "New project without data",
            Self::Retained => "Retain a database",
            Self::DeleteBegun => "Begin an approved delete",
            Self::DeleteEnded => "End a delete request",
            Self::Trashed => "Move a project to the trash",
            Self::Undeleted => "Bring a project back",
            Self::DriftFound => "Drift found",
            Self::DriftChanged => "Drift changed",
            Self::DriftResolved => "Drift resolved",
            Self::RolloutBegun => "Begin a rollout",
            Self::RolloutPaused => "Pause a rollout",
            Self::RolloutResumed => "Resume a rollout",
            Self::RolloutCancelled => "Cancel a rollout",
            Self::RolloutEnded => "End a rollout",
            Self::FileTaken => "Take a changed schema file",
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
        if kind == OperationKind::BaseBackup {
            return Self::System(SystemEvent::BaseBackup);
        }
        kind.action().map_or(Self::System(SystemEvent::Converge), Self::Command)
    }
}
