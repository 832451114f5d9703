//! Types that browser, server and command line share.
//!
//! Every type has one validating constructor (`TryFrom<String>`, or a `Draft` whose `validate` reports all field errors
//! together). serde, forms, arguments and database rows use it, so every value is valid. No I/O, no clock, no database:
//! everything here compiles to WebAssembly.

mod text;

pub mod action;
pub mod alert;
pub mod attention;
pub mod backup;
pub mod backup_fault;
pub mod backup_policy;
pub mod budget;
pub mod class;
pub mod clone;
pub mod command_line;
pub mod commit;
pub mod create_plan;
pub mod database;
pub mod database_name;
pub mod database_server;
pub mod delete_request;
mod deploy;
pub mod difference;
pub mod dotenv;
pub mod draft;
pub mod drift;
pub mod edge;
pub mod env;
pub mod event;
pub mod fleet;
pub mod fleet_backup;
pub mod gateway;
pub mod goal;
pub mod grant;
pub mod health;
pub mod hostname;
pub mod hostname_pattern;
pub mod id;
pub mod image_registry;
pub mod instance;
pub mod labels;
pub mod limits;
pub mod links;
pub mod live;
pub mod log;
pub mod observation;
pub mod operation;
pub mod operator;
pub mod orphan;
pub mod page;
pub mod patch;
pub mod period;
mod preflight;
pub mod problem;
pub mod project;
pub mod project_filter;
pub mod reconciliation;
pub mod release;
pub mod repository;
mod rollout;
pub mod schema_ref;
pub mod size;
pub mod span;
pub mod state;
pub mod task;
pub mod wal_archive;
pub mod webhook;

pub use action::{Action, Target};
pub use alert::{
    Alert, AlertChanges, AlertCondition, AlertFilter, AlertFilterDraft, AlertId, AlertKind, AlertSeverity,
    AlertState, alert_changes,
};
pub use attention::{Attention, Cause, Outage, Remedy, Since};
pub use backup::{
    Backup, BackupId, BackupKind, BackupState, NewProjectPlan, RestoreDraft, RestoreNewDraft, RestoreOptions,
    TablesDraft, Verification, VerificationState,
};
pub use backup_fault::{BackupFault, BackupFaultKind, BackupsSeen, LastBackup};
pub use backup_policy::{
    BackupInterval, BackupPolicy, BackupPolicyDraft, BackupSchedule, CronSchedule, ProjectBackupPolicy,
    RetentionCounts, RetentionDraft, RetentionRules,
};
pub use budget::{Budget, PoolSize};
pub use class::ProjectClass;
pub use clone::{CloneDraft, ClonePlan, ExpiryDraft, Lifetime};
pub use command_line::CommandLine;
pub use commit::{CommitInfo, CommitSha};
pub use create_plan::CreatePlan;
pub use database::{DatabaseOid, RetainedDatabase, RetainedPresence, SetAsideDatabase, SetAsideReason};
pub use database_name::{DatabaseName, DatabaseRole};
pub use database_server::{
    DatabaseServer, DatabaseServerName, DatabaseServerSeen, DatabaseUse, MissingGrant, Weight,
};
pub use delete_request::{
    ApprovalDraft, ApprovalPolicy, DeleteFacts, DeletePreview, DeleteRequest, DeleteRequestDraft,
    DeleteRequestId, DeleteRequestState, OtherWork, ProvedBackup, ReasonDraft, TrashedProject,
};
pub use deploy::{
    Deploy, DeployDraft, DeployGate, DeployId, DeployKind, DeployOptions, DeployPlan, DeployState,
    DeployVersion, LockHeld, RecentBackup, Rehearsal, RepositoryAhead, SchemaDiff, WriteOutcome, WriteTried,
    WrittenSince, WrittenTable,
};
pub use difference::{Desired, Difference, Drift, InstanceDifference, Level, Severity, Sync, differences};
pub use draft::{DatabaseChoice, EnvDraft, NewProject, ProjectDraft, SecretDraft};
pub use drift::{
    AcceptDraft, Baseline, DriftDecision, DriftDecisionKind, DriftFilter, DriftFinding, DriftFindingId,
    DriftFix, DriftLevel, DriftLevelState, DriftSeverity, DriftState, FixOutcome, ProjectDrift, SnoozeDraft,
};
pub use edge::{Edge, EdgeDraft, EdgePolicy, FleetEdge, FleetEdgeDraft};
pub use env::{EnvName, EnvValue, SecretChanged, SecretInfo, SecretName, SecretUse};
pub use event::{
    ActionWord, Actor, ActorPart, AuditVerdict, EventAction, EventFilter, EventFilterDraft, ProjectEvent,
    SystemEvent,
};
pub use fleet::{Fleet, Part, PartKind, PartState};
pub use fleet_backup::{FleetBackup, FleetRecovery, LostProject, RecoveryKey, SecretsBackup};
pub use gateway::{Certificate, CertificateSeen, CertificateSource, GatewayView, RateLimiter};
pub use goal::{Goal, GoalColumns};
pub use grant::{Grant, Grants, ProjectSet, Role};
pub use health::Health;
pub use hostname::Hostname;
pub use hostname_pattern::HostnamePattern;
pub use id::ProjectId;
pub use image_registry::{
    ImageRegistry, ImageRegistryDraft, ImageRegistryId, NewImageRegistry, RegistryHost,
};
pub use instance::{InstanceKey, InstanceRole};
pub use labels::{LabelKey, LabelValue, Labels};
pub use limits::{InstanceLimits, Limits, LimitsDraft, LimitsEdit};
pub use live::Hint;
pub use log::{LogLevel, LogLine, LogStream, LogText};
pub use observation::{
    DatabaseFigures, InstanceFigures, Observation, ObservationFacts, ObservationFigures, VolumeFile,
};
pub use operation::{
    Lane, Operation, OperationFilter, OperationFilterDraft, OperationId, OperationKind, OperationStatus,
    PlannedStep, Progress, ProgressUnit, Step, StepRecord, StepStatus,
};
pub use operator::{ApiToken, Email, Me, OperatorId, TokenId};
pub use orphan::{Orphan, OrphanInstance, Removal};
pub use page::Page;
pub use patch::{EditedField, FieldDifference, ProjectEdit, ProjectPatch};
pub use period::Period;
pub use preflight::{Evidence, FindingClass, NotChecked, Preflight, SchemaFinding};
pub use problem::{FieldError, Problem, ProblemKind};
pub use project::{FirstAdmin, LastChange, Project, ProjectOrigin};
pub use project_filter::{LabelSelector, ProjectFilter};
pub use reconciliation::Reconciliation;
pub use release::ReleaseRef;
pub use repository::{NewRepository, Repository, RepositoryContents, RepositoryDraft, RepositoryId};
pub use rollout::{
    MAX_MEMBERS, PlannedMember, PlannedOutcome, ResumeDraft, Rollout, RolloutCounts, RolloutDraft, RolloutId,
    RolloutMember, RolloutMemberState, RolloutMembers, RolloutOptions, RolloutPlan, RolloutRequest,
    RolloutSource, RolloutState, RolloutTarget,
};
pub use schema_ref::{RepoPath, RepoUrl, SchemaRef, SchemaRefDraft, VolumePath};
pub use size::ByteSize;
pub use span::span;
pub use state::{DesiredState, Exit, InstanceSeen, Observed, OutOfMemory, ProjectStatus, ReleaseSeen};
pub use task::Task;
pub use text::Invalid;
pub use wal_archive::{PointInTimeDraft, ProjectRecovery, RecoveryWindow, WalArchive};
pub use webhook::{DeployProposal, GitHost, NewWebhook, Webhook};

#[cfg(test)]
mod tests;
