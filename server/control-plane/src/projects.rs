//! Commands and queries on projects. A command writes the desired state, opens an operation and wakes the engine; the
//! reconciler does the work.

mod admission;
mod check;
mod commands;
mod create;
mod edit;
pub(crate) mod filled;
mod first_admin;
pub(crate) mod idempotency;
pub(crate) mod locked;
pub(crate) mod lookups;
mod presented;
mod undelete;

use std::sync::Arc;

use futures::StreamExt as _;
use futures::stream::BoxStream;
use model::{
    Action, EventFilter, InstanceKey, LogLine, Observation, ObservationFacts, Page, Problem, Project,
    ProjectEvent, ProjectFilter, ProjectId, Reconciliation, Target,
};

use crate::observe::AttemptReport;
use crate::page_limit::{PART, within};
use crate::ports::driver::LogQuery;
use crate::registry::ProjectRecord;
use crate::target;
use crate::{Error, Inner, OpContext, Result};

pub(crate) use commands::requested;
pub use first_admin::AdminLogin;
pub(crate) use presented::PresentedProjects;

/// Projects on one page of the list.
const PAGE: usize = 100;

/// Projects.
pub struct Projects<'a>(&'a Inner);

/// The project of a row with its last observation. A row without a problem gets that of a database server that is not
/// configured.
pub(crate) fn present(inner: &Inner, record: &ProjectRecord) -> Project {
    let (observed, attempts) = inner.observations.get(&record.project.id);
    present_seen(inner, record, observed.as_deref(), attempts)
}

/// The project of a row with this observation and this report of attempts.
fn present_seen(
    inner: &Inner,
    record: &ProjectRecord,
    observed: Option<&Observation>,
    attempts: AttemptReport,
) -> Project {
    let mut project = record.project.clone();
    if let Some(seen) = observed {
        project.observed = seen.clone();
    }
    project.reconciliation = reconciliation(inner, record, &project.observed.facts, attempts);
    if project.problem.is_none() {
        project.problem = inner.ports.postgres.of(&project.database_server).err();
    }
    let hostname = project.hostname.as_ref();
    project.address = hostname.map(|host| model::links::address(host, inner.settings.https_port));
    let now = project.health();
    project.health_since = record.last_health.as_ref().filter(|last| last.health == now).map(|last| last.at);
    project
}

/// The same, with its problem redacted for the caller.
pub(crate) fn present_to(inner: &Inner, op: &OpContext, record: &ProjectRecord) -> Project {
    let mut project = Arc::new(present(inner, record));
    redact(op, &mut project);
    Arc::unwrap_or_clone(project)
}

/// Redacts the problem for the caller.
pub(crate) fn redact(op: &OpContext, project: &mut Arc<Project>) {
    let target = Target::Project(&project.id);
    if project.problem.as_ref().is_some_and(|problem| op.redacts(target, problem)) {
        let problem = op.redacted(target, project.problem.clone());
        Arc::make_mut(project).problem = problem;
    }
}

/// The differences between the project and its row, and what the engine will do about them.
fn reconciliation(
    inner: &Inner,
    record: &ProjectRecord,
    seen: &ObservationFacts,
    attempts: AttemptReport,
) -> Reconciliation {
    Reconciliation {
        differences: target::differences_to_row(inner, record, seen),
        attempts: attempts.count,
        first_attempt_at: attempts.first_at,
        next_attempt_at: attempts.next_at,
        exclusive_job: record.exclusive_job,
        maintenance: record.maintenance,
        wanted_revision: record.wanted_revision,
        running_revision: record.running.as_ref().map(|running| running.number),
    }
}

impl<'a> Projects<'a> {
    pub(crate) const fn new(inner: &'a Inner) -> Self {
        Self(inner)
    }

    /// One page of the projects of the filter that the caller may see, by id, those after `after`.
    #[tracing::instrument(skip_all)]
    pub async fn list(
        &self,
        op: &OpContext,
        filter: &ProjectFilter,
        after: Option<&ProjectId>,
    ) -> Result<Page<Project>> {
        op.may(Action::ProjectView, Target::Anywhere)?;
        let limit = i64::try_from(PAGE).unwrap_or(i64::MAX).saturating_add(1);
        let mut after = after.map(ToString::to_string);
        let mut visible = Vec::new();
        // rows that the caller may not see, and rows that cannot be read, do not end the list
        while visible.len() <= PAGE {
            let page = self.0.registry.projects_after(filter, after.as_deref(), limit).await?;
            visible.extend(
                page.records
                    .into_iter()
                    .filter(|record| op.can(Action::ProjectView, Target::Project(&record.project.id))),
            );
            let Some(last) = page.last else { break };
            after = Some(last);
        }
        let more = visible.len() > PAGE;
        visible.truncate(PAGE);
        let items: Vec<Project> = visible.iter().map(|record| present_to(self.0, op, record)).collect();
        let next_cursor = items.last().filter(|_| more).map(|last| last.id.to_string());
        Ok(Page { items, next_cursor })
    }

    /// One project with its last observation.
    #[tracing::instrument(skip_all, fields(project.id = %id))]
    pub async fn get(&self, op: &OpContext, id: &ProjectId) -> Result<Project> {
        op.may(Action::ProjectView, Target::Project(id))?;
        Ok(present_to(self.0, op, &self.record(id).await?))
    }

    /// The row, after the caller was allowed to see it.
    async fn record(&self, id: &ProjectId) -> Result<ProjectRecord> {
        let record = self.0.registry.project(id).await?;
        Ok(record.ok_or_else(|| Problem::not_found(format!("project {id}")))?)
    }

    /// The audit events of the project that match the filter, newest first, older than `before`. They outlive the project. The
    /// project of the filter is ignored.
    #[tracing::instrument(skip_all, fields(project.id = %id))]
    pub async fn events(
        &self,
        op: &OpContext,
        id: &ProjectId,
        filter: EventFilter,
        before: Option<i64>,
    ) -> Result<Page<ProjectEvent>> {
        op.may(Action::ProjectView, Target::Project(id))?;
        let filter = EventFilter { project: Some(id.clone()), ..filter };
        Ok(self.0.registry.events(&filter, before).await?)
    }

    /// The log of its instance, redacted, oldest line first.
    #[tracing::instrument(skip_all, fields(project.id = %id))]
    pub async fn logs(
        &self,
        op: &OpContext,
        id: &ProjectId,
        query: LogQuery,
    ) -> Result<BoxStream<'static, Result<LogLine>>> {
        op.may(Action::ProjectLogs, Target::Project(id))?;
        self.record(id).await?;
        let key = InstanceKey::main(id.clone());
        let reading = self.0.ports.driver.logs(&key, query);
        let lines = within(PART, "driver", "reading the log of the instance", reading).await?;
        Ok(lines.map(|line| line.map_err(Error::from)).boxed())
    }
}
