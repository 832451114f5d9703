//! What an operation was asked to do.

use serde::{Deserialize, Serialize};

use super::Lane;
use crate::state::words;

/// What was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum OperationKind {
    /// A new project.
    Create,
    /// Run it again.
    Start,
    /// End its instance, keep the rest.
    Stop,
    /// Replace its instance by an equal one.
    Restart,
    /// Change its name, hostnames or environment.
    Edit,
    /// Change the commit of its schema.
    Deploy,
    /// Change what its instance may use.
    Limits,
    /// Run another release, or the former one again.
    Release,
    /// Take a new value of a secret into use.
    Secret,
    /// Remove its instance and route; keep database, secrets and media.
    Delete,
    /// Close a difference that the engine observed.
    Converge,
    /// Stop and remove an instance whose project has no row.
    OrphanRemove,
    /// Take a backup of a project.
    BackupCreate,
    /// Restore a backup into a scratch database and compare it.
    BackupVerify,
    /// Replace a project's database and uploads by those of a backup.
    BackupRestore,
    /// Deploy another commit of a schema, with backup, rehearsal and proof.
    SchemaUpdate,
    /// Create a project with the data of a backup.
    RestoreNew,
    /// Create a project with a copy of the data of another one.
    ProjectClone,
    /// Restore tables of a backup into a database beside that of the project.
    TablesRestore,
    /// Give a project the database back that a restore replaced.
    RestoreUndo,
    /// Drop a database that was set aside.
    DatabaseDrop,
    /// Take a backup of the control plane itself, and prove it.
    FleetBackup,
    /// Copy the files of a database server, as the start of restores to a time.
    BaseBackup,
    /// Move a project with its database to the trash, after a last backup was proved.
    ProjectDrop,
    /// Bring a project back from the trash.
    ProjectUndelete,
    /// Copy all secrets to another store and have the registry name that store, or empty the former one.
    SecretsMigrate,
    /// A job of the tests; no program that is shipped knows it.
    #[cfg(feature = "testing")]
    #[serde(skip)]
    Test,
}

words!(OperationKind {
    Create = "create", Start = "start", Stop = "stop", Restart = "restart", Edit = "edit", Deploy = "deploy",
    Limits = "limits", Release = "release", Secret = "secret", Delete = "delete", Converge = "converge",
    OrphanRemove = "orphan_remove", BackupCreate = "backup_create", BackupVerify = "backup_verify",
    BackupRestore = "backup_restore", SchemaUpdate = "schema_update", RestoreNew = "restore_new", ProjectClone = "project_clone", TablesRestore = "tables_restore",
    RestoreUndo = "restore_undo", DatabaseDrop = "database_drop", FleetBackup = "fleet_backup", BaseBackup = "base_backup",
    ProjectDrop = "project_drop", ProjectUndelete = "project_undelete", SecretsMigrate = "secrets_migrate",
    #[cfg(feature = "testing")] Test = "test",
} accepted "create, start, stop, restart, edit, deploy, limits, release, secret, delete, converge, orphan_remove, backup_create, backup_verify, backup_restore, schema_update, restore_new, project_clone, tables_restore, restore_undo, database_drop, fleet_backup, base_backup, project_drop, project_undelete or secrets_migrate");

impl OperationKind {
    /// What it changes, behind the time of the last change: `3 min ago, release`.
    pub const fn change(self) -> &'static str {
        match self {
            Self::Create => "created",
            Self::Start => "started",
            Self::Stop => "stopped",
            Self::Restart => "restarted",
            Self::Edit => "settings",
            Self::Deploy => "commit",
            Self::Limits => "limits",
            Self::Release => "release",
            Self::Secret => "secret",
            Self::Delete => "delete",
            Self::Converge => "by SQL",
            Self::OrphanRemove => "removed",
            Self::BackupCreate => "backup",
            Self::BackupVerify => "backup verified",
            Self::BackupRestore => "restored",
            Self::SchemaUpdate => "deploy",
            Self::RestoreNew => "restored as new",
            Self::ProjectClone => "cloned",
            Self::TablesRestore => "tables restored",
            Self::RestoreUndo => "restore undone",
            Self::DatabaseDrop => "database dropped",
            Self::FleetBackup => "backup",
            Self::BaseBackup => "base backup",
            Self::ProjectDrop => "moved to the trash",
            Self::ProjectUndelete => "brought back",
            Self::SecretsMigrate => "secrets moved",
            #[cfg(feature = "testing")]
            Self::Test => "test",
        }
    }

    /// Every kind that a shipped program knows.
    pub const ALL: [Self; 26] = [
        Self::Create,
        Self::Start,
        Self::Stop,
        Self::Restart,
        Self::Edit,
        Self::Deploy,
        Self::Limits,
        Self::Release,
        Self::Secret,
        Self::Delete,
        Self::Converge,
        Self::OrphanRemove,
        Self::BackupCreate,
        Self::BackupVerify,
        Self::BackupRestore,
        Self::SchemaUpdate,
        Self::RestoreNew,
        Self::ProjectClone,
        Self::TablesRestore,
        Self::RestoreUndo,
        Self::DatabaseDrop,
        Self::FleetBackup,
        Self::BaseBackup,
        Self::ProjectDrop,
        Self::ProjectUndelete,
        Self::SecretsMigrate,
    ];

    /// How the work is done: by reconciling the project, or as one piece of long work.
    pub const fn lane(self) -> Lane {
        match self {
            Self::Create
            | Self::Start
            | Self::Stop
            | Self::Restart
            | Self::Edit
            | Self::Deploy
            | Self::Limits
            | Self::Release
            | Self::Secret
            | Self::Delete
            | Self::Converge => Lane::Converge,
            Self::OrphanRemove
            | Self::BackupCreate
            | Self::BackupVerify
            | Self::BackupRestore
            | Self::SchemaUpdate
            | Self::RestoreNew
            | Self::ProjectClone
            | Self::TablesRestore
            | Self::RestoreUndo
            | Self::DatabaseDrop
            | Self::FleetBackup
            | Self::BaseBackup
            | Self::ProjectDrop
            | Self::ProjectUndelete
            | Self::SecretsMigrate => Lane::Job,
            #[cfg(feature = "testing")]
            Self::Test => Lane::Job,
        }
    }
}
