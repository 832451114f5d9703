//! Secrets of projects. A value is written and never read back, except into the environment of an instance.

pub mod moving;
pub mod names;

use model::env::check_value;
use model::{
    Action, DesiredState, EnvValue, FieldError, OperationKind, Problem, ProjectId, SecretChanged, SecretInfo,
    SecretName, Target,
};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;

use crate::jobs::refuse_while_exclusive;
use crate::operations::{self, Opening};
use crate::page_limit::{PART, within};
use crate::ports::secret_store::{SecretPath, SecretScope};
use crate::projects::locked::{being_deleted, lock, not_being_deleted};
use crate::registry::{Event, ProjectRecord};
use crate::{Inner, OpContext, Result};

/// Secrets of projects.
pub struct Secrets<'a>(&'a Inner);

impl<'a> Secrets<'a> {
    pub(crate) const fn new(inner: &'a Inner) -> Self {
        Self(inner)
    }

    async fn record(&self, op: &OpContext, action: Action, id: &ProjectId) -> Result<ProjectRecord> {
        op.may(action, Target::Project(id))?;
        let record = self.0.registry.project(id).await?;
        Ok(record.ok_or_else(|| Problem::not_found(format!("project {id}")))?)
    }

    /// The project's secrets, without their values.
    #[tracing::instrument(skip_all, fields(project.id = %id))]
    pub async fn list(&self, op: &OpContext, id: &ProjectId) -> Result<Vec<SecretInfo>> {
        self.record(op, Action::SecretView, id).await?;
        let (scope, doing) = (SecretScope::Project(id.clone()), "listing the secrets of the project");
        let metas = within(PART, "secrets", doing, self.0.ports.secrets.list(&scope)).await?;
        Ok(metas
            .into_iter()
            .filter_map(|meta| {
                let platform = meta.name.starts_with(|c: char| c.is_ascii_lowercase());
                let name = SecretName::try_from(meta.name.to_ascii_uppercase()).ok()?;
                Some(SecretInfo { name, version: meta.version, changed_at: meta.changed_at, platform })
            })
            .collect())
    }

    /// Writes a new value. If the environment uses the secret, the instance is replaced.
    #[tracing::instrument(skip_all, fields(project.id = %id, operation.id = tracing::field::Empty))]
    pub async fn put(
        &self,
        op: &OpContext,
        id: &ProjectId,
        name: &SecretName,
        value: SecretString,
    ) -> Result<SecretChanged> {
        let record = self.record(op, Action::SecretPut, id).await?;
        check_value(value.expose_secret())
            .map_err(|fault| Problem::invalid(vec![FieldError::new("value", fault)]))?;
        if record.delete_requested_at.is_some() {
            return Err(being_deleted(self.0, id).await);
        }
        if uses(&record, name) {
            refuse_while_exclusive(&record)?; // before the value is written; judged again under the lock of the row
        }
        let before = record.secrets.get(name.as_str()).copied();
        let version = self.0.ports.secrets.put(&SecretPath::project(id, name.as_str()), value).await?;
        let (change, record) = lock(self.0.registry.change_of(op, id).await?, id).await?;
        let mut change = not_being_deleted(self.0, change, &record).await?;
        if !uses(&record, name) {
            let detail = json!({"name": name, "version": version});
            change.commit(Event { project: Some(id), action: Action::SecretPut.into(), detail }).await?;
            return Ok(SecretChanged { version, operation: None });
        }
        change.set_secret_version(id, name.as_str(), version, before).await?;
        let generation = change.raise_generation(id).await?;
        let facts = vec![("name", json!(name)), ("version", json!(version))];
        let opening = Opening { project: id, kind: OperationKind::Secret, generation, key: None, facts };
        let operation = operations::open(self.0, change, opening).await?;
        let running = record.project.desired_state == DesiredState::Running;
        Ok(SecretChanged { version, operation: running.then_some(operation) })
    }
}

fn uses(record: &ProjectRecord, name: &SecretName) -> bool {
    record.project.env.values().any(|value| matches!(value, EnvValue::Secret(used) if used.secret == *name))
}
