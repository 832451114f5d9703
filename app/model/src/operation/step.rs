//! The acts that operations are made of.

use serde::{Deserialize, Serialize};

use crate::state::words;

/// One idempotent act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// The project's secrets exist; those that exist are never regenerated.
    EnsureSecrets,
    /// Its role and database exist, isolated.
    EnsureDatabase,
    /// The schema file of the pinned commit lies on its volume.
    MaterializeSchema,
    /// The route points at the address that the next instance will use; requests wait there.
    PointRoute,
    /// The instance is stopped.
    StopInstance,
    /// The image of the server is on the engine.
    FetchRelease,
    /// An instance of the wanted digest runs.
    EnsureInstance,
    /// The running instance is held to the wanted limits.
    ApplyLimits,
    /// It answers `/ready`, `/version` and `/meta/schema`.
    AwaitReady,
    /// The gateway's table is applied and read back.
    SyncRoute,
    /// A request through the gateway succeeded.
    VerifyRoute,
    /// The names that it no longer has are no longer routed.
    RetireRoute,
    /// Instance and schema file are removed, media is kept.
    RemoveInstance,
    /// The row is gone; database, secrets and media are listed as retained.
    KeepDatabase,
    /// Database, uploads, schema file and settings are in the archive store, complete.
    WriteArchive,
    /// The registry lists the backup, and its verification is requested.
    RecordBackup,
    /// Every part of the archive has the checksum of its seal, and this installation can read it.
    CheckArchive,
    /// The dump is loaded into a scratch database.
    RestoreCopy,
    /// The scratch database holds what was backed up.
    CompareCopy,
    /// The project's server has become ready on the scratch database, and was removed again.
    BootCopy,
    /// The scratch database is dropped.
    RemoveCopy,
    /// The uploads of the backup lie beside those of the project.
    RestoreMedia,
    /// The preflight of the deploy was repeated and found nothing new.
    CheckSchema,
    /// Columns that the new schema leaves over accept rows without a value.
    FreeColumns,
    /// The running server and its database are what the schema declares.
    VerifySchema,
    /// The project's database and uploads are those of the backup; the former ones are set aside.
    SwapDatabase,
    /// The server has copied the database of the other project.
    CloneDatabase,
    /// The uploads of the other project are copied.
    CopyMedia,
    /// The copy has the name that it keeps.
    PlaceDatabase,
    /// The registry names the database and the schema commit; the instance is started by them.
    UpdateProject,
    /// The database that was set aside is gone.
    DropDatabase,
    /// The files of the database server are copied.
    CopyBase,
    /// The copy has the checksums of its manifest, and the archive has the log until its end.
    VerifyBase,
    /// A private server has the state of the database server at the time.
    RecoverServer,
    /// The database has its name in the trash, and no session.
    TrashDatabase,
    /// The project is in the trash; its delete removes instance, route and schema file.
    RemoveProject,
    /// The database has the project's name again.
    BringBackDatabase,
    /// All secrets of a store were read, and every objection to moving them was found.
    ReadSecrets,
    /// The other store has every version of every secret.
    CopySecrets,
    /// The other store was read back and holds the same values.
    VerifySecrets,
    /// The registry names the other store.
    SwitchReferences,
    /// The former store holds none of the moved secrets any more.
    RemoveSecrets,
}

words!(Step {
    EnsureSecrets = "ensure_secrets", EnsureDatabase = "ensure_database", MaterializeSchema = "materialize_schema",
    PointRoute = "point_route", StopInstance = "stop_instance", FetchRelease = "fetch_release",
    EnsureInstance = "ensure_instance", ApplyLimits = "apply_limits",
    AwaitReady = "await_ready", SyncRoute = "sync_route", VerifyRoute = "verify_route", RetireRoute = "retire_route",
    RemoveInstance = "remove_instance", KeepDatabase = "keep_database",
    WriteArchive = "write_archive",
    RecordBackup = "record_backup",
    CheckArchive = "check_archive",
    RestoreCopy = "restore_copy",
    CompareCopy = "compare_copy",
    BootCopy = "boot_copy",
    RemoveCopy = "remove_copy",
    RestoreMedia = "restore_media",
    CheckSchema = "check_schema", FreeColumns = "free_columns", VerifySchema = "verify_schema",
    SwapDatabase = "swap_database",
    CloneDatabase = "clone_database",
    CopyMedia = "copy_media",
    PlaceDatabase = "place_database",
    UpdateProject = "update_project",
    DropDatabase = "drop_database",
    CopyBase = "copy_base", VerifyBase = "verify_base", RecoverServer = "recover_server",
    TrashDatabase = "trash_database",
    RemoveProject = "remove_project",
    BringBackDatabase = "bring_back_database",
    ReadSecrets = "read_secrets", CopySecrets = "copy_secrets", VerifySecrets = "verify_secrets",
    SwitchReferences = "switch_references", RemoveSecrets = "remove_secrets",
} accepted "the name of a step");

impl Step {
    /// What the step does, as a line on the operation's page.
    pub const fn title(self) -> &'static str {
        match self {
            Self::EnsureSecrets => "Create secrets",
            Self::EnsureDatabase => "Create role and database",
            Self::MaterializeSchema => "Write the schema file",
            Self::PointRoute => "Hold requests at the gateway",
            Self::StopInstance => "Stop the instance",
            Self::FetchRelease => "Fetch the server image",
            Self::EnsureInstance => "Start the instance",
            Self::ApplyLimits => "Apply the limits",
            Self::AwaitReady => "Wait until ready",
            Self::SyncRoute => "Publish the route",
            Self::VerifyRoute => "Reach it through the gateway",
            Self::RetireRoute => "Retire the old hostname",
            Self::RemoveInstance => "Remove the instance",
            Self::KeepDatabase => "Keep database, secrets and media",
            Self::WriteArchive => "Write the archive",
            Self::RecordBackup => "List the backup",
            Self::CheckArchive => "Check the archive",
            Self::RestoreCopy => "Restore into a copy",
            Self::CompareCopy => "Compare the copy",
            Self::BootCopy => "Start the server on the copy",
            Self::RemoveCopy => "Remove the copy",
            Self::RestoreMedia => "Unpack the uploads",
            Self::CheckSchema | Self::FreeColumns | Self::VerifySchema => self.title_of_a_deploy(),
            Self::SwapDatabase => "Put the data in place",
            Self::CloneDatabase => "Copy the database",
            Self::CopyMedia => "Copy the uploads",
            Self::PlaceDatabase => "Give the database its name",
            Self::UpdateProject => "Take it into use",
            Self::DropDatabase => "Drop the database",
            Self::CopyBase => "Copy the files of the server",
            Self::VerifyBase => "Verify the copy",
            Self::RecoverServer => "Recover a private server to the time",
            Self::TrashDatabase => "Move the database to the trash",
            Self::RemoveProject => "Remove instance and route",
            Self::BringBackDatabase => "Bring the database back",
            Self::ReadSecrets | Self::CopySecrets | Self::VerifySecrets => self.title_of_a_copy(),
            Self::SwitchReferences => "Switch the references",
            Self::RemoveSecrets => "Remove the secrets from the former store",
        }
    }

    /// The title of a step of a deploy alone.
    const fn title_of_a_deploy(self) -> &'static str {
        match self {
            Self::CheckSchema => "Check the schema against the data",
            Self::FreeColumns => "Free leftover columns",
            _ => "Compare with the schema",
        }
    }

    /// The title of a step that copies secrets to another store.
    const fn title_of_a_copy(self) -> &'static str {
        match self {
            Self::ReadSecrets => "Read all secrets",
            Self::CopySecrets => "Copy the secrets",
            _ => "Compare the copies",
        }
    }
}

/// A step of a plan, with the difference that it is there for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedStep {
    /// Which.
    pub step: Step,
    /// Why it is needed, as a sentence without a full stop; `None` where the step follows from the others.
    pub reason: Option<String>,
}

impl From<Step> for PlannedStep {
    fn from(step: Step) -> Self {
        Self { step, reason: None }
    }
}
