//! What callers can do, and which role may do it: one word for authorisation, for the audit trail and for the
//! description of the API.
//!
//! The table below is the only place where a role is compared with an action. `docs/authorisation.md` shows it; a test
//! compares the two.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::{OperationKind, ProjectId, ProjectPatch, Role};

/// On what an action is performed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target<'a> {
    /// The whole fleet: only a grant on every project covers it.
    Fleet,
    /// One project: a grant whose projects contain it covers it, also before the project exists.
    Project(&'a ProjectId),
    /// Nothing in particular: a grant on any project covers it. For lists, which then contain what the caller may see,
    /// and for what belongs to the caller.
    Anywhere,
}

impl<'a> Target<'a> {
    /// The project, or the fleet for what belongs to no project.
    pub fn of(project: Option<&'a ProjectId>) -> Self {
        project.map_or(Self::Fleet, Self::Project)
    }
}

/// On what an action can be performed at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// On one project, or on all of them.
    Project,
    /// On the whole fleet only: a grant on some projects never covers it.
    Fleet,
    /// On nothing in particular.
    Anywhere,
}

macro_rules! cell {
    (x) => {
        true
    };
    (-) => {
        false
    };
}

macro_rules! actions {
    ($($variant:ident $word:literal $scope:ident $doing:literal [$($cell:tt)+])+) => {
        /// What a caller can do.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Action {
            $(#[doc = $doing] $variant,)+
        }

        impl Action {
            /// Every action, in the order of the table.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The word in the audit trail and in the description of the API: `project.stop`.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// In plain words, to follow "to": `stop a project`.
            pub const fn doing(self) -> &'static str {
                match self { $(Self::$variant => $doing),+ }
            }

            /// On what it can be performed.
            pub const fn scope(self) -> Scope {
                match self { $(Self::$variant => Scope::$scope),+ }
            }

            /// Its row of the table, in the order of [`Role::ALL`].
            const fn row(self) -> [bool; Role::ALL.len()] {
                match self { $(Self::$variant => [$(cell!($cell)),+]),+ }
            }
        }
    };
}

actions! {
    // columns: viewer, backup_operator, deployer, admin, owner
    ProjectView          "project.view"           Project  "view a project"                                  [x x x x x]
    ProjectCreate        "project.create"         Project  "create a project"                                [- - - x x]
    ProjectEdit          "project.edit"           Project  "change names and environment of a project"       [- - x x x]
    ProjectDeploy        "project.deploy"         Project  "change the schema of a project"                  [- - x x x]
    ProjectRelease       "project.release"        Project  "change the release that a project runs"          [- - x x x]
    ProjectLimits        "project.limits"         Project  "change limits and connection pool of a project"  [- - - x x]
    ProjectEdge          "project.edge"           Project  "change the edge policy of a project"             [- - - x x]
    ProjectStart         "project.start"          Project  "start a project"                                 [- - x x x]
    ProjectStop          "project.stop"           Project  "stop a project"                                  [- - x x x]
    ProjectRestart       "project.restart"        Project  "restart a project"                               [- - x x x]
    ProjectClone         "project.clone"          Project  "clone a project"                                 [- - - x x]
    ProjectExpiry        "project.expiry"         Project  "change the expiry of a clone"                    [- - - x x]
    ProjectDelete        "project.delete"         Project  "delete a project"                                [- - - x x]
    ProjectProtect       "project.protect"        Project  "change the deletion protection of a project"     [- - - x x]
    ProjectDrop          "project.drop"           Project  "request the delete of a project with its database" [- - - x x]
    ProjectDropApprove   "project.drop_approve"   Project  "approve or refuse a delete request"              [- - - x x]
    ProjectUndelete      "project.undelete"       Project  "bring a project back from the trash"             [- - - x x]
    DeleteRequestView    "delete_request.view"    Project  "view delete requests"                            [x x x x x]
    ProjectLogs          "project.logs"           Project  "read the log of a project"                       [- - x x x]
    ProjectAdminPassword "project.admin_password" Project  "show the password of a project's first admin"    [- - - x x]
    SecretView           "secret.view"            Project  "list the secrets of a project"                   [- - x x x]
    SecretPut            "secret.put"             Project  "set a secret of a project"                       [- - x x x]
    OperationView        "operation.view"         Project  "view operations"                                 [x x x x x]
    OperationRetry       "operation.retry"        Project  "retry an operation"                              [- - x x x]
    OperationCancel      "operation.cancel"       Project  "cancel a job"                                    [- x x x x]
    BackupView           "backup.view"            Project  "view backups"                                    [x x x x x]
    BackupCreate         "backup.create"          Project  "take a backup"                                   [- x x x x]
    BackupVerify         "backup.verify"          Project  "verify a backup"                                 [- x x x x]
    BackupRestore        "backup.restore"         Project  "restore a backup"                                [- - - x x]
    BackupRestoreNew     "backup.restore_new"     Project  "restore a backup as a new project"               [- - - x x]
    BackupRestoreTables  "backup.restore_tables"  Project  "restore tables of a backup into a side database" [- - - x x]
    BackupUndo           "backup.undo"            Project  "undo a restore"                                  [- - - x x]
    BackupRemove         "backup.remove"          Project  "remove a backup"                                 [- - - x x]
    BackupDownload       "backup.download"        Project  "download the archive of a backup"                [- - - x x]
    BackupUpload         "backup.upload"          Project  "upload the archive of a backup"                  [- - - x x]
    BackupSchedule       "backup.schedule"        Project  "change the backup policy of a project"          [- - - x x]
    ProposalDismiss      "deploy_proposal.dismiss" Project "dismiss a proposed deploy"                       [- - x x x]
    DriftView            "drift.view"             Project  "view drift"                                      [x x x x x]
    DriftCheck           "drift.check"            Project  "check a project for drift"                       [- - x x x]
    DriftAccept          "drift.accept"           Project  "accept a drift finding"                          [- - x x x]
    DriftFix             "drift.fix"              Project  "fix a drift finding"                             [- - x x x]
    DriftSnooze          "drift.snooze"           Project  "snooze a drift finding"                          [- - x x x]
    DatabaseDrop         "database.drop"          Project  "drop a database that was set aside"              [- - - x x]
    RetainedDatabaseView "retained_database.view" Project  "view retained databases"                         [x x x x x]
    RetainedDatabaseRemove "retained_database.remove" Project "remove the entry of a retained database that is gone"   [- - - x x]
    DatabaseServerView   "database_server.view"   Project  "view database servers"                           [x x x x x]
    FleetView            "fleet.view"             Anywhere "view the fleet"                                  [x x x x x]
    GatewayView          "gateway.view"           Fleet    "view the gateway"                                [x x x x x]
    GatewayEdge          "gateway.edge"           Fleet    "change the edge policy of the fleet"             [- - - - x]
    AlertView            "alert.view"             Project  "view alerts"                                     [x x x x x]
    RepositoryView       "repository.view"        Fleet    "list repositories"                               [x x x x x]
    RepositoryBrowse     "repository.browse"      Fleet    "browse a repository"                             [- - x x x]
    RepositoryAdd        "repository.add"         Fleet    "add a repository"                                [- - - x x]
    RepositoryRemove     "repository.remove"      Fleet    "remove a repository"                             [- - - x x]
    RepositoryWebhook    "repository.webhook"     Fleet    "create or remove the webhook of a repository"    [- - - x x]
    ImageRegistryView    "image_registry.view"    Fleet    "list image registries"                           [x x x x x]
    ImageRegistryAdd     "image_registry.add"     Fleet    "add an image registry or replace its credential" [- - - x x]
    ImageRegistryRemove  "image_registry.remove"  Fleet    "remove an image registry"                        [- - - x x]
    OrphanView           "orphan.view"            Fleet    "list orphans"                                    [x x x x x]
    OrphanRemove         "orphan.remove"          Fleet    "remove an orphan"                                [- - - x x]
    AuditView            "audit.view"             Fleet    "read the audit trail of the fleet"               [- - - x x]
    AuditVerify          "audit.verify"           Fleet    "verify the audit trail"                          [- - - x x]
    TokenView            "token.view"             Anywhere "list one's own tokens"                           [x x x x x]
    TokenCreate          "token.create"           Anywhere "create a token of one's own"                     [x x x x x]
    TokenRevoke          "token.revoke"           Anywhere "revoke a token of one's own"                     [x x x x x]
    TokenCreateForOther  "token.create_for_other" Fleet    "create a token for another operator"             [- - - - x]
    OperatorCreate       "operator.create"        Fleet    "create an operator"                              [- - - - x]
    OperatorReset        "operator.reset"         Fleet    "set another password for an operator"            [- - - - x]
    FleetBackupView      "fleet_backup.view"      Fleet    "view backups of the control plane"               [x x x x x]
    FleetBackupCreate    "fleet_backup.create"    Fleet    "take a backup of the control plane"              [- x - x x]
    FleetBackupRemove    "fleet_backup.remove"    Fleet    "remove a backup of the control plane"            [- - - - x]
    RecoveryKeyMake      "recovery_key.make"      Fleet    "make a recovery key"                             [- - - - x]
    SecretsMigrate       "secrets.migrate"        Fleet    "move all secrets to another store"               [- - - - x]
    SecretsRemoveSource  "secrets.remove_source"  Fleet    "remove moved secrets from their former store"    [- - - - x]
}

/// Whether the role may perform the action. On what, a [`crate::Grant`] says.
pub fn allows(role: Role, action: Action) -> bool {
    Role::ALL.iter().zip(action.row()).any(|(known, cell)| cell && *known == role)
}

impl Action {
    /// The roles that may perform it, the weakest first. Never empty: an owner may do everything.
    pub fn roles(self) -> Vec<Role> {
        Role::ALL.into_iter().filter(|role| allows(*role, self)).collect()
    }
}

impl OperationKind {
    /// The action of the command that opens such an operation; `None` for what the engine opens itself.
    pub const fn action(self) -> Option<Action> {
        match self {
            Self::Create => Some(Action::ProjectCreate),
            Self::Start => Some(Action::ProjectStart),
            Self::Stop => Some(Action::ProjectStop),
            Self::Restart => Some(Action::ProjectRestart),
            Self::Edit => Some(Action::ProjectEdit),
            Self::Deploy => Some(Action::ProjectDeploy),
            Self::Limits => Some(Action::ProjectLimits),
            Self::Release => Some(Action::ProjectRelease),
            Self::Secret => Some(Action::SecretPut),
            Self::Delete => Some(Action::ProjectDelete),
            Self::Converge => None,
            Self::OrphanRemove => Some(Action::OrphanRemove),
            Self::BackupCreate => Some(Action::BackupCreate),
            Self::BackupVerify => Some(Action::BackupVerify),
            Self::BackupRestore => Some(Action::BackupRestore),
            Self::SchemaUpdate => Some(Action::ProjectDeploy),
            Self::RestoreNew => Some(Action::BackupRestoreNew),
            Self::ProjectClone => Some(Action::ProjectClone),
            Self::TablesRestore => Some(Action::BackupRestoreTables),
            Self::RestoreUndo => Some(Action::BackupUndo),
            Self::DatabaseDrop => Some(Action::DatabaseDrop),
            Self::FleetBackup => Some(Action::FleetBackupCreate),
            Self::BaseBackup => None,
            Self::ProjectDrop => Some(Action::ProjectDrop),
            Self::ProjectUndelete => Some(Action::ProjectUndelete),
            Self::SecretsMigrate => Some(Action::SecretsMigrate),
            #[cfg(feature = "testing")]
            Self::Test => None,
        }
    }
}

impl ProjectPatch {
    /// Every action that this edit performs; [`Action::ProjectEdit`] for one that changes nothing.
    pub fn actions(&self) -> Vec<Action> {
        let Self {
            generation: _,
            display_name,
            labels,
            class,
            hostname,
            aliases,
            env,
            schema_ref,
            release,
            limits,
            pool_size,
            edge,
            delete_protection,
        } = self;
        let parts = [
            (schema_ref.is_some(), Action::ProjectDeploy),
            (release.is_some(), Action::ProjectRelease),
            (limits.is_some() || pool_size.is_some(), Action::ProjectLimits),
            (edge.is_some(), Action::ProjectEdge),
            (delete_protection.is_some(), Action::ProjectProtect),
        ];
        let mut actions: Vec<Action> =
            parts.into_iter().filter_map(|(is_changed, action)| is_changed.then_some(action)).collect();
        let is_named = display_name.is_some() || hostname.is_some() || aliases.is_some();
        let is_classed = labels.is_some() || class.is_some();
        if is_named || is_classed || env.is_some() || actions.is_empty() {
            actions.insert(0, Action::ProjectEdit);
        }
        actions
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Action {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl std::str::FromStr for Action {
    type Err = crate::Invalid;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let known = Self::ALL.iter().copied().find(|action| action.as_str() == text);
        known.ok_or_else(|| {
            crate::Invalid::new(format!("\"{text}\" is not an action."), "a word such as project.stop")
        })
    }
}

#[cfg(test)]
mod tests;
