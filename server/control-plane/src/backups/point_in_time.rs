//! Restores to a time: the times that are possible, and the command.

use model::{
    Action, BackupId, BackupKind, Operation, OperationKind, PointInTimeDraft, ProjectId, ProjectRecovery,
    RecoveryWindow, Target,
};
use serde_json::json;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{BackupRestore, Backups, create, list_running, moment, problems, restore_input};
use crate::jobs::{self, Request};
use crate::ports::wal_archive::outside;
use crate::projects::idempotency;
use crate::registry::{Event, IdempotencyKey, ProjectRecord};
use crate::{OpContext, Result, wal_reports};

/// Stands for the problems of a server that the caller may not see.
const HIDDEN: &str = "Operators of the fleet see the reason on the page Databases.";

impl Backups<'_> {
    /// The times to which a project can be restored.
    #[tracing::instrument(skip_all, fields(project.id = %id))]
    pub async fn recovery(&self, op: &OpContext, id: &ProjectId) -> Result<ProjectRecovery> {
        op.may(Action::BackupView, Target::Project(id))?;
        let record = self.0.registry.project(id).await?;
        let record = record.ok_or_else(|| model::Problem::not_found(format!("project {id}")))?;
        let database_server = create::server_of(&record)?;
        let archived = self.0.ports.wal_archives.of(database_server.as_str()).is_some();
        let report = self.0.wal_reports.of(&database_server);
        let problems = report.map(|report| report.problems).unwrap_or_default();
        // what servers say is for those who may see the page of the servers
        let problems: Vec<String> = match problems.as_slice() {
            [] => Vec::new(),
            _ if !op.can(Action::DatabaseServerView, Target::Fleet) => vec![HIDDEN.to_owned()],
            all => all.iter().map(|problem| problem.text.clone()).collect(),
        };
        Ok(ProjectRecovery {
            project_id: id.clone(),
            archived,
            windows: if archived { self.windows(&record).await? } else { Vec::new() },
            problems,
            database_server,
        })
    }

    /// The windows of the project's server, without the time before the project was created.
    async fn windows(&self, record: &ProjectRecord) -> Result<Vec<RecoveryWindow>> {
        let Some(archive) = self.0.ports.wal_archives.of(&record.project.database_server) else {
            return Ok(Vec::new());
        };
        let created = record.project.created_at;
        let since = |window: RecoveryWindow| {
            let earliest = window.earliest.max(created);
            (earliest <= window.latest).then_some(RecoveryWindow { earliest, latest: window.latest })
        };
        Ok(archive.windows().await?.into_iter().filter_map(since).collect())
    }

    /// Opens the job that gives a project the data that it had at a time. The project runs until the data is loaded and compared.
    #[tracing::instrument(skip_all, fields(project.id = %id))]
    pub async fn restore_to(
        &self,
        op: &OpContext,
        id: &ProjectId,
        draft: &PointInTimeDraft,
    ) -> Result<Operation> {
        op.may(Action::BackupRestore, Target::Project(id))?;
        let at = draft.validate(id)?;
        let key = idempotency::key(op, OperationKind::BackupRestore, id.as_str(), draft)?;
        let begin = || self.begin_restore_to(op, id, (at, draft.backup_first), key.as_ref());
        idempotency::run(&self.0.registry, op, key.as_ref(), begin).await
    }

    async fn begin_restore_to(
        &self,
        op: &OpContext,
        id: &ProjectId,
        (at, backup_first): (OffsetDateTime, bool),
        key: Option<&IdempotencyKey>,
    ) -> Result<Operation> {
        self.check_time(id, at).await?;
        let (mut change, record) = self.alone(op, id).await?;
        let new = || BackupId::from(Uuid::now_v7());
        let (backup, first) = (new(), backup_first.then(new));
        let input = restore_input::RestoreInput {
            backup,
            at: Some(at),
            database_server: create::server_of(&record)?,
            first,
            with_schema: false,
            version: None,
            copy: None,
            former: None,
            lost: false,
        };
        let request = Request { project: Some(id), input: &input, key };
        let operation = jobs::open::<BackupRestore>(&mut change, &request).await?;
        list_running(self.0, &mut change, (id, backup), BackupKind::PointInTime, operation.id).await?;
        if let Some(first) = first {
            list_running(self.0, &mut change, (id, first), BackupKind::PreRestore, operation.id).await?;
        }
        let detail = json!({
            "backup": backup, "operation": operation.id, "at": moment::second(at), "backup_first": backup_first,
        });
        change.commit(Event { project: Some(id), action: Action::BackupRestore.into(), detail }).await?;
        Ok(operation)
    }

    /// Refuses a time that is in no window. The archive is observed first if the time is later than what is known of it.
    async fn check_time(&self, id: &ProjectId, at: OffsetDateTime) -> Result<()> {
        let record = self.0.registry.project(id).await?;
        let record = record.ok_or_else(|| model::Problem::not_found(format!("project {id}")))?;
        let server = record.project.database_server.as_str();
        let archive = self.0.ports.wal_archives.of(server).ok_or_else(|| problems::not_archived(server))?;
        let mut windows = self.windows(&record).await?;
        if windows.last().is_some_and(|newest| at > newest.latest) {
            wal_reports::observe(self.0, archive).await?;
            windows = self.windows(&record).await?;
        }
        if windows.iter().any(|window| window.contains(at)) {
            return Ok(());
        }
        Err(outside(&windows).into())
    }
}
