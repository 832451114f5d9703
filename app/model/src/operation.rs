//! What an operator follows on the screen: who asked for what, its steps, its outcome.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::state::words;
use crate::text::uuid_id;
use crate::{Actor, Problem, ProjectId};

uuid_id! {
    /// The id of an operation (UUID v7: later ones sort behind).
    OperationId
}

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
    /// Change the commit of its schema after a failed create.
    Deploy,
    /// Change what its instance may use.
    Limits,
    /// Run another server, or the former one again.
    Server,
    /// Take a new value of a secret into use.
    Secret,
    /// Remove its instance and route; keep database, secrets and media.
    Delete,
    /// Repair a difference that nobody asked for.
    Converge,
}

words!(OperationKind {
    Create = "create", Start = "start", Stop = "stop", Restart = "restart", Edit = "edit", Deploy = "deploy",
    Limits = "limits", Server = "server", Secret = "secret", Delete = "delete", Converge = "converge",
} accepted "create, start, stop, restart, edit, deploy, limits, server, secret, delete or converge");

/// How far an operation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum OperationStatus {
    /// Not begun, or waiting for a part that is away.
    Waiting,
    /// A step is being worked on.
    Running,
    /// Done.
    Succeeded,
    /// Ended with a problem.
    Failed,
    /// Ended by an operator.
    Cancelled,
    /// A later operation on the same project took its place.
    Superseded,
}

words!(OperationStatus {
    Waiting = "waiting", Running = "running", Succeeded = "succeeded", Failed = "failed", Cancelled = "cancelled",
    Superseded = "superseded",
} accepted "waiting, running, succeeded, failed, cancelled or superseded");

impl OperationStatus {
    /// Whether nothing more will happen.
    pub const fn is_over(self) -> bool {
        !matches!(self, Self::Waiting | Self::Running)
    }
}

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
    FetchServer,
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
    /// The row is gone; database, secrets and media are listed as kept.
    KeepDatabase,
}

words!(Step {
    EnsureSecrets = "ensure_secrets", EnsureDatabase = "ensure_database", MaterializeSchema = "materialize_schema",
    PointRoute = "point_route", StopInstance = "stop_instance", FetchServer = "fetch_server",
    EnsureInstance = "ensure_instance", ApplyLimits = "apply_limits",
    AwaitReady = "await_ready", SyncRoute = "sync_route", VerifyRoute = "verify_route", RetireRoute = "retire_route",
    RemoveInstance = "remove_instance", KeepDatabase = "keep_database",
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
            Self::FetchServer => "Fetch the server image",
            Self::EnsureInstance => "Start the instance",
            Self::ApplyLimits => "Apply the limits",
            Self::AwaitReady => "Wait until ready",
            Self::SyncRoute => "Publish the route",
            Self::VerifyRoute => "Reach it through the gateway",
            Self::RetireRoute => "Retire the old hostname",
            Self::RemoveInstance => "Remove the instance",
            Self::KeepDatabase => "Keep database, secrets and media",
        }
    }
}

/// How far a step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum StepStatus {
    /// Its turn has not come.
    Waiting,
    /// Being worked on.
    Running,
    /// Done.
    Done,
    /// Ended with a problem.
    Failed,
    /// Not run: an earlier one failed, or it was not needed.
    Skipped,
}

words!(StepStatus {
    Waiting = "waiting", Running = "running", Done = "done", Failed = "failed", Skipped = "skipped",
} accepted "waiting, running, done, failed or skipped");

/// A step of an operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StepRecord {
    /// Which.
    pub step: Step,
    /// How far.
    pub status: StepStatus,
    /// When it was last begun.
    #[serde(with = "time::serde::rfc3339::option")]
    pub started_at: Option<OffsetDateTime>,
    /// When it ended.
    #[serde(with = "time::serde::rfc3339::option")]
    pub finished_at: Option<OffsetDateTime>,
    /// What was made, or what it waits for, in a sentence.
    pub note: Option<String>,
    /// How often it was begun.
    pub attempts: i32,
}

/// One request, followed from the button to its outcome.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Operation {
    /// Its id.
    pub id: OperationId,
    /// On which project; stays when the project is gone.
    pub project_id: ProjectId,
    /// What was asked for.
    pub kind: OperationKind,
    /// How far it is.
    pub status: OperationStatus,
    /// Who asked.
    pub actor: Actor,
    /// The generation of the project that it works towards.
    pub generation: i64,
    /// When it was asked for.
    #[serde(with = "time::serde::rfc3339")]
    pub requested_at: OffsetDateTime,
    /// When work began.
    #[serde(with = "time::serde::rfc3339::option")]
    pub started_at: Option<OffsetDateTime>,
    /// When it ended.
    #[serde(with = "time::serde::rfc3339::option")]
    pub finished_at: Option<OffsetDateTime>,
    /// Its steps, all of them from the start, in order.
    pub steps: Vec<StepRecord>,
    /// Why it failed, or what it waits for.
    pub problem: Option<Problem>,
}

impl Operation {
    /// The step that is being worked on, or would be next.
    pub fn current(&self) -> Option<&StepRecord> {
        self.steps.iter().find(|step| matches!(step.status, StepStatus::Running | StepStatus::Waiting))
    }
}
