//! Projects, as operators command them: write what should be, open an operation, wake the engine. Nothing else
//! happens here; the work itself is the reconciler's.

mod admission;
mod commands;
mod create;
mod edit;
mod first_admin;
pub(crate) mod locked;
mod lookups;
mod once;

use futures::StreamExt as _;
use futures::stream::BoxStream;
use model::{
    Action, DesiredState, Difference, InstanceKey, LogLine, Observation, Page, PlannedStep, Problem, Project,
    ProjectEvent, ProjectId, Reconciliation, Target,
};

use crate::goal::is_due;
use crate::page_limit::{PART, within};
use crate::ports::driver::LogQuery;
use crate::provisioner::instance;
use crate::reconciler::plan::{Wanted, differences_of, plan};
use crate::registry::ProjectRecord;
use crate::target::ReconcileTarget;
use crate::{Error, Inner, OpContext, Result};

pub use first_admin::AdminLogin;

/// Projects on one page of the list.
const PAGE: usize = 100;

/// Projects.
pub struct Projects<'a>(&'a Inner);

impl Inner {
    /// The public part of a record, with what was last seen of it. What is in its way is said; else that its database
    /// server is not configured, where that is so.
    pub(crate) fn present(&self, record: ProjectRecord) -> Project {
        let reconciliation = self.reconciliation(&record);
        let mut project = record.project;
        if let Some(seen) = self.observations.get(&project.id) {
            project.observed = seen;
        }
        if project.problem.is_none() {
            project.problem = self.ports.postgres.of(&project.database_server).err();
        }
        project.reconciliation = reconciliation;
        let hostname = project.hostname.as_ref();
        project.address = hostname.map(|host| model::links::address(host, self.settings.https_port));
        let now = project.health();
        project.health_since = record.last_health.filter(|last| last.health == now).map(|last| last.at);
        project
    }

    /// The same, as the caller may see it.
    pub(crate) fn shown(&self, op: &OpContext, record: ProjectRecord) -> Project {
        let project = self.present(record);
        let problem = op.redacted(Target::Project(&project.id), project.problem);
        Project { problem, ..project }
    }

    /// In what the project differs from its row, and what the engine is about to do about it.
    fn reconciliation(&self, record: &ProjectRecord) -> Reconciliation {
        let target = ReconcileTarget { due: is_due(record), returned: false, record: record.clone() };
        Reconciliation {
            differences: self.differences(&target, &self.seen(record)),
            next_attempt_at: self.observations.next_attempt(&record.project.id),
            exclusive_job: record.exclusive_job,
            maintenance: record.maintenance,
            wanted_revision: record.wanted_revision,
            running_revision: record.running.as_ref().map(|running| running.number),
        }
    }

    fn seen(&self, record: &ProjectRecord) -> Observation {
        self.observations.get(&record.project.id).unwrap_or_else(|| record.project.observed.clone())
    }

    /// The steps that would bring the project to where it should be, as far as it was observed.
    pub(crate) fn planned(&self, record: &ProjectRecord) -> Vec<PlannedStep> {
        self.plan(&ReconcileTarget::of(record.clone()), &self.seen(record))
    }

    /// The steps from the observation to the target; none where its database server would be needed and is not configured.
    pub(crate) fn plan(&self, target: &ReconcileTarget, seen: &Observation) -> Vec<PlannedStep> {
        let digest = self.digest(target);
        self.wanted(target, digest.as_deref()).map_or_else(Vec::new, |wanted| plan(&wanted, seen))
    }

    /// The differences between observation and target, from which the plan is made.
    pub(crate) fn differences(&self, target: &ReconcileTarget, seen: &Observation) -> Vec<Difference> {
        let digest = self.digest(target);
        let wanted = self.wanted(target, digest.as_deref());
        wanted.map_or_else(Vec::new, |wanted| differences_of(&wanted, seen))
    }

    fn digest(&self, target: &ReconcileTarget) -> Option<String> {
        let place = self.database_place(&target.record.project).unwrap_or_default();
        instance::digest(&target.record, &self.settings, &place)
    }

    fn wanted<'a>(&self, target: &'a ReconcileTarget, digest: Option<&'a str>) -> Option<Wanted<'a>> {
        let driver = self.ports.driver.traits();
        let wanted = Wanted { record: &target.record, digest, due: target.due, driver };
        self.without_server(&target.record).is_none().then_some(wanted)
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
        let limit = i64::try_from(PAGE).unwrap_or(i64::MAX).saturating_add(1);
        let mut after = after.map(ToString::to_string);
        let mut visible = Vec::new();
        // rows that the caller may not see, and rows that cannot be read, do not end the list
        while visible.len() <= PAGE {
            let page = self.0.registry.projects_after(after.as_deref(), limit).await?;
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
        let items: Vec<Project> = visible.into_iter().map(|record| self.0.shown(op, record)).collect();
        let next_cursor = items.last().filter(|_| more).map(|last| last.id.to_string());
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
