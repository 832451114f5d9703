//! Doing one step. Every step is idempotent, and may be begun again after a crash at any place inside it.

mod database;
pub mod instance;
mod limits;
mod pause;
mod ready;
mod removal;
mod route;
mod schema;
pub(crate) mod secrets;
mod server;

use std::sync::Arc;

use model::{InstanceKey, OperationId, Problem, Step};

use crate::ports::postgres_host::DatabaseHost;
use crate::publisher::Hold;
use crate::registry::ProjectRecord;
use crate::{Inner, OpContext, Result};

/// Names of the platform's own secrets of a project.
pub mod names {
    /// The URL that the instance gets, password included.
    pub const DATABASE_URL: &str = "database_url";
    /// The password of the project's role.
    pub const DATABASE_PASSWORD: &str = "database_password";
    /// The key of the project's sessions.
    pub const JWT_SECRET: &str = "jwt_secret";
    /// The generated password of the project's first admin.
    pub const ADMIN_PASSWORD: &str = "admin_password";
}

/// Works on one project, step by step.
pub(crate) struct Provisioner<'a> {
    inner: &'a Arc<Inner>,
    op: &'a OpContext,
    operation: OperationId,
    record: ProjectRecord,
    hold: Option<Hold>,
    started: Started,
}

/// Whether the instance was started by this very plan, and so may need its time.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Started {
    Before,
    JustNow,
}

impl<'a> Provisioner<'a> {
    pub(crate) const fn new(
        inner: &'a Arc<Inner>,
        op: &'a OpContext,
        operation: OperationId,
        record: ProjectRecord,
    ) -> Self {
        Self { inner, op, operation, record, hold: None, started: Started::Before }
    }

    /// Does the step that stands at this place of the operation; returns what was made, in a sentence.
    #[tracing::instrument(skip_all, fields(%step))]
    pub(crate) async fn step(&mut self, ordinal: i32, step: Step) -> Result<Option<String>> {
        let note = match step {
            Step::EnsureSecrets => self.ensure_secrets().await,
            Step::EnsureDatabase => self.ensure_database().await,
            Step::MaterializeSchema => self.materialize_schema().await,
            Step::PointRoute => self.point_route().await,
            Step::StopInstance => self.stop_instance().await,
            Step::FetchServer => self.fetch_server(ordinal).await,
            Step::EnsureInstance => self.ensure_instance().await,
            Step::ApplyLimits => self.apply_limits().await,
            Step::AwaitReady => self.await_ready().await,
            Step::SyncRoute => self.sync_route().await,
            Step::VerifyRoute => self.verify_route().await,
            Step::RetireRoute => self.retire_route().await,
            Step::RemoveInstance => self.remove_instance().await,
            Step::KeepDatabase => return self.keep_database().await,
        }?;
        self.reload().await?;
        Ok(note)
    }

    /// The instance that it works on.
    fn key(&self) -> InstanceKey {
        InstanceKey::main(self.record.project.id.clone())
    }

    /// The server of its database.
    fn database_server(&self) -> Result<&'a DatabaseHost> {
        Ok(self.inner.ports.postgres.of(&self.record.project.database_server)?)
    }

    async fn reload(&mut self) -> Result<()> {
        let id = &self.record.project.id;
        let record = self.inner.registry.project(id).await?;
        self.record = record.ok_or_else(|| Problem::not_found(format!("project {id}")))?;
        Ok(())
    }
}
