//! Creating a project: check everything, write the row and its operation in one change, let the engine do the rest.

use model::{
    DatabaseChoice, NewProject, Operation, OperationKind, Problem, ProblemKind, ProjectDraft, ProjectId,
};

use super::Projects;
use crate::ports::secret_store::SecretPath;
use crate::provisioner::names;
use crate::registry::{Change, Event, NewOperation, Placement};
use crate::{Error, OpContext, Result};

/// The longest idempotency key.
const MAX_KEY: usize = 200;

impl Projects<'_> {
    /// Creates a project. Everything that can be refused is refused here, with nothing written; what follows is an
    /// operation. The same key of the same asker answers the same operation.
    pub async fn create(
        &self,
        op: &OpContext,
        draft: ProjectDraft,
        key: Option<String>,
    ) -> Result<Operation> {
        if let Some(earlier) = self.earlier(op, key.as_deref()).await? {
            return Ok(earlier);
        }
        let schema = draft.schema_ref.clone();
        let new = match draft.validate() {
            Ok(new) => new,
            Err(problem) => return Err(self.0.suggest_commit(&schema, problem).await.into()),
        };
        op.on_project(&new.id)?;
        match self.begin(op, &new, key.as_deref()).await {
            Ok(operation) => Ok(operation),
            // the same request may have been faster by another way: then its operation is the answer, not a conflict
            Err(error) => self.earlier(op, key.as_deref()).await?.ok_or(error),
        }
    }

    async fn begin(&self, op: &OpContext, new: &NewProject, key: Option<&str>) -> Result<Operation> {
        self.is_free(new).await?;
        self.0.schema_exists(&new.schema_ref).await?;
        self.insert(op, new, key).await
    }

    async fn earlier(&self, op: &OpContext, key: Option<&str>) -> Result<Option<Operation>> {
        let Some(key) = key else { return Ok(None) };
        if key.is_empty() || key.len() > MAX_KEY {
            return Err(Problem::field(
                "Idempotency-Key",
                "This key is not accepted.",
                "1 to 200 characters",
            )
            .into());
        }
        Ok(self.0.registry.operation_by_key(op.actor(), key).await?)
    }

    async fn is_free(&self, new: &NewProject) -> Result<()> {
        if self.0.registry.project(&new.id).await?.is_some() {
            return Err(id_taken(&new.id).into());
        }
        self.0.names_are_free(&new.id, new.hostname.as_ref(), &new.aliases).await?;
        match (new.database, self.0.registry.is_kept(&new.id).await?) {
            (DatabaseChoice::New, true) => Err(database_kept(&new.id).into()),
            (DatabaseChoice::Reuse, false) => {
                let message = format!("No database of {} is kept.", new.id);
                Err(Problem::field("reuse_database", message, "true only for the id of a kept database")
                    .into())
            }
            _ => Ok(()),
        }
    }

    async fn insert(&self, op: &OpContext, new: &NewProject, key: Option<&str>) -> Result<Operation> {
        let mut change = self.0.registry.change(op).await?;
        change.lock_ports().await?;
        let database_url = self.0.ports.secrets.reference(&SecretPath::project(&new.id, names::DATABASE_URL));
        let (first_port, last_port) = self.0.settings.upstream_ports;
        let driver = self.0.ports.driver.kind();
        let place = Placement { driver, database_url: &database_url, first_port, last_port };
        match change.insert_project(new, &place).await {
            Ok(Some(())) => {}
            Ok(None) => return Err(no_ports(first_port, last_port).into()),
            Err(error) => return Err(explain(error, new)),
        }
        if new.database == DatabaseChoice::Reuse && !change.take_kept_database(&new.id).await? {
            return Err(
                Problem::field("reuse_database", "It was taken a moment ago.", "a kept database").into()
            );
        }
        let operation = self.open_create(&mut change, new, key).await?;
        let detail = serde_json::json!({
            "operation": operation.id, "hostname": new.hostname, "schema_ref": new.schema_ref,
            "reuse_database": new.database == DatabaseChoice::Reuse,
        });
        change.commit(Event { project: Some(&new.id), action: "create", detail }).await?;
        Ok(operation)
    }

    async fn open_create(
        &self,
        change: &mut Change,
        new: &NewProject,
        key: Option<&str>,
    ) -> Result<Operation> {
        let record = change.lock_project(&new.id).await?.ok_or_else(|| id_taken(&new.id))?;
        let steps = self.0.planned(&record);
        let operation = NewOperation {
            project: &new.id,
            kind: OperationKind::Create,
            generation: record.project.generation,
            steps: &steps,
            idempotency_key: key,
        };
        Ok(change.open_operation(&operation).await?)
    }
}

/// What a violated constraint means to whoever typed the value: somebody else was faster.
fn explain(error: crate::registry::RegistryError, new: &NewProject) -> Error {
    match error.constraint() {
        Some("projects_pkey") => id_taken(&new.id).into(),
        Some("projects_hostname_key" | "project_hostnames_pkey") => Problem::taken(
            "hostname",
            "One of the names was taken a moment ago.",
            "names that no project has",
        )
        .into(),
        _ => error.into(),
    }
}

fn id_taken(id: &ProjectId) -> Problem {
    Problem::taken("id", format!("The project {id} exists already."), "an id that no project has")
}

fn database_kept(id: &ProjectId) -> Problem {
    Problem::taken(
        "id",
        format!("The database {} of a deleted project is kept.", id.database()),
        "another id, or reuse_database (--reuse-database) to take that database over",
    )
}

fn no_ports(first: u16, last: u16) -> Problem {
    let detail = format!(
        "Nothing was changed. All pairs of ports from {first} to {last} are in use; widen ATOMO_FLEET_UPSTREAM_PORTS."
    );
    Problem::new(ProblemKind::Refused, "No port is free for the instance", detail)
}
