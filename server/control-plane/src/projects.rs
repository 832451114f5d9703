//! Projects, as operators command them: write what should be, open an operation, wake the engine. Nothing else
//! happens here; the work itself is the reconciler's.

mod commands;
mod create;
mod edit;
mod lookups;
mod once;
mod place;

use futures::StreamExt as _;
use futures::stream::BoxStream;
use model::{
    DesiredState, InstanceKey, LogLine, Observation, Page, PlannedStep, Problem, Project, ProjectEvent,
    ProjectId, Step,
};
use secrecy::SecretString;

use crate::ports::driver::LogQuery;
use crate::ports::secret_store::SecretPath;
use crate::provisioner::{instance, names};
use crate::reconciler::plan::plan;
use crate::registry::{Event, ProjectRecord};
use crate::{Error, Inner, OpContext, Result};

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
    pub async fn list(&self, op: &OpContext, after: Option<&ProjectId>) -> Result<Page<Project>> {
        let (records, _unreadable) = self.0.registry.projects().await?;
        let mut rest = records
            .into_iter()
            .filter(|record| op.may_see(&record.project.id) && after < Some(&record.project.id))
            .map(|record| self.0.present(record));
        let items: Vec<Project> = rest.by_ref().take(PAGE).collect();
        let next_cursor = rest.next().and_then(|_| items.last()).map(|last| last.id.to_string());
        Ok(Page { items, next_cursor })
    }

    /// One project with what was last seen of it.
    pub async fn get(&self, op: &OpContext, id: &ProjectId) -> Result<Project> {
        Ok(self.0.present(self.record(op, id).await?))
    }

    async fn record(&self, op: &OpContext, id: &ProjectId) -> Result<ProjectRecord> {
        op.on_project(id)?;
        let record = self.0.registry.project(id).await?;
        Ok(record.ok_or_else(|| Problem::not_found(format!("project {id}")))?)
    }

    /// What happened to the project, newest first, older than `before`; stays when the project is gone.
    pub async fn events(
        &self,
        op: &OpContext,
        id: &ProjectId,
        before: Option<i64>,
    ) -> Result<Page<ProjectEvent>> {
        op.on_project(id)?;
        Ok(self.0.registry.events(Some(id), before).await?)
    }

    /// What its instance printed, redacted, oldest line first.
    pub async fn logs(
        &self,
        op: &OpContext,
        id: &ProjectId,
        query: LogQuery,
    ) -> Result<BoxStream<'static, Result<LogLine>>> {
        self.record(op, id).await?;
        let lines = self.0.ports.driver.logs(&InstanceKey::main(id.clone()), query).await?;
        Ok(lines.map(|line| line.map_err(Error::from)).boxed())
    }

    /// The generated password of the project's first admin: once. `None` when there is none or it was shown.
    pub async fn reveal_admin_password(
        &self,
        op: &OpContext,
        id: &ProjectId,
    ) -> Result<Option<SecretString>> {
        self.record(op, id).await?;
        let path = SecretPath::project(id, names::ADMIN_PASSWORD);
        let Some(secret) = self.0.ports.secrets.get(&path, None).await? else { return Ok(None) };
        let mut change = self.0.registry.change(op).await?;
        if !change.note_admin_shown(id).await? {
            return Ok(None);
        }
        let event =
            Event { project: Some(id), action: "admin_password_shown", detail: serde_json::json!({}) };
        change.commit(event).await?;
        Ok(Some(secret.value))
    }
}
