//! Projects, as operators command them: write what should be, open an operation, wake the engine. Nothing else
//! happens here; the work itself is the reconciler's.

mod commands;
mod create;
mod edit;
mod first_admin;
mod lookups;
mod once;
mod place;

use futures::StreamExt as _;
use futures::stream::BoxStream;
use model::{
    Action, DesiredState, InstanceKey, LogLine, Observation, Page, PlannedStep, Problem, Project,
    ProjectEvent, ProjectId, Step, Target,
};

use crate::page_limit::{PART, within};
use crate::ports::driver::LogQuery;
use crate::provisioner::instance;
use crate::reconciler::plan::plan;
use crate::registry::ProjectRecord;
use crate::{Error, Inner, OpContext, Result};

pub use first_admin::AdminLogin;
pub(crate) use place::Home;

/// Projects on one page of the list.
const PAGE: usize = 100;

/// Projects.
pub struct Projects<'a>(&'a Inner);

impl Inner {
    /// The public part of a record, with what was last seen of it. What is in its way is said; else that its database
    /// server is not configured, where that is so.
    pub(crate) fn present(&self, record: ProjectRecord) -> Project {
        let mut project = record.project;
        if let Some(seen) = self.observations.get(&project.id) {
            project.observed = seen;
        }
        if project.problem.is_none() {
            project.problem = self.ports.postgres.of(&project.database_server).err();
        }
        project
    }

    /// The same, as the caller may see it.
    pub(crate) fn shown(&self, op: &OpContext, record: ProjectRecord) -> Project {
        let project = self.present(record);
        let problem = op.redacted(Target::Project(&project.id), project.problem);
        Project { problem, ..project }
    }

    /// The steps that would bring the project to where it should be, as far as is known now.
    pub(crate) fn planned(&self, record: &ProjectRecord) -> Vec<PlannedStep> {
        let seen =
            self.observations.get(&record.project.id).unwrap_or_else(|| record.project.observed.clone());
        self.plan(record, &seen).into_iter().map(PlannedStep::from).collect()
    }

    /// The steps from what was seen to where the project should be; none where its database server would be needed and is
    /// not configured.
    pub(crate) fn plan(&self, record: &ProjectRecord, seen: &Observation) -> Vec<Step> {
        if self.without_server(record).is_some() {
            return Vec::new();
        }
        let place = self.database_place(&record.project).unwrap_or_default();
        let digest = instance::digest(record, &self.settings, &place);
        plan(record, seen, digest.as_deref(), self.ports.driver.traits())
    }

    /// Why nothing can be done about a project: it needs its database server, which is not configured. One that is to be
    /// stopped does not need it.
    pub(crate) fn without_server(&self, record: &ProjectRecord) -> Option<Problem> {
        let stops = record.project.desired_state == DesiredState::Stopped;
        if stops && record.delete_requested_at.is_none() {
            return None;
        }
        self.ports.postgres.of(&record.project.database_server).err()
    }
}

impl<'a> Projects<'a> {
    pub(crate) const fn new(inner: &'a Inner) -> Self {
        Self(inner)
    }

    /// Projects that the asker may see, by id, those after `after`.
    #[tracing::instrument(skip_all)]
    pub async fn list(&self, op: &OpContext, after: Option<&ProjectId>) -> Result<Page<Project>> {
        op.may(Action::ProjectView, Target::Anywhere)?;
        let visible = |id: &ProjectId| op.can(Action::ProjectView, Target::Project(id));
        let (records, _unreadable) = self.0.registry.projects().await?;
        let mut rest = records
            .into_iter()
            .filter(|record| after < Some(&record.project.id) && visible(&record.project.id))
            .map(|record| self.0.shown(op, record));
        let items: Vec<Project> = rest.by_ref().take(PAGE).collect();
        let next_cursor = rest.next().and_then(|_| items.last()).map(|last| last.id.to_string());
        Ok(Page { items, next_cursor })
    }

    /// One project with what was last seen of it.
    #[tracing::instrument(skip_all, fields(project.id = %id))]
    pub async fn get(&self, op: &OpContext, id: &ProjectId) -> Result<Project> {
        op.may(Action::ProjectView, Target::Project(id))?;
        Ok(self.0.shown(op, self.record(id).await?))
    }

    /// The row, after the caller was allowed to see it.
    async fn record(&self, id: &ProjectId) -> Result<ProjectRecord> {
        let record = self.0.registry.project(id).await?;
        Ok(record.ok_or_else(|| Problem::not_found(format!("project {id}")))?)
    }

    /// What happened to the project, newest first, older than `before`; stays when the project is gone.
    #[tracing::instrument(skip_all, fields(project.id = %id))]
    pub async fn events(
        &self,
        op: &OpContext,
        id: &ProjectId,
        before: Option<i64>,
    ) -> Result<Page<ProjectEvent>> {
        op.may(Action::ProjectView, Target::Project(id))?;
        Ok(self.0.registry.events(Some(id), before).await?)
    }

    /// What its instance printed, redacted, oldest line first.
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
