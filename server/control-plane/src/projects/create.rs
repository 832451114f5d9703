//! Creating a project: checks the input, then writes the row and its operation in one change.

use model::{
    Action, Budget, DatabaseChoice, Hostname, NewProject, Operation, OperationKind, Problem, ProblemKind,
    Project, ProjectDraft, ProjectId, Target,
};
use serde_json::{Value, json};
use tokio::sync::MutexGuard;

use super::admission::{DatabasePlacement, check_room};
use super::{Projects, idempotency, lookups};
use crate::orphans::being_removed;
use crate::ports::gateway::HeaderRouting;
use crate::ports::schema_source::SchemaFile;
use crate::ports::secret_store::SecretPath;
use crate::provisioner::names;
use crate::registry::{Change, Event, IdempotencyKey, NewOperation, Placement, ProjectRecord, RegistryError};
use crate::{Error, OpContext, Result, retained_databases, schema_volumes, target};

/// A create after the checks that need no lock.
pub(super) struct CheckedCreate<'a> {
    pub(super) new: NewProject,
    pub(super) placement: DatabasePlacement<'a>,
    /// `None` if the repository did not answer in time.
    pub(super) schema: Option<SchemaFile>,
}

/// A create whose row is inserted and not committed. Dropping it rolls the transaction back.
pub(super) struct WrittenCreate<'a> {
    pub(super) change: Change,
    /// The row.
    pub(super) record: ProjectRecord,
    /// The budget of the database server without the pool of the project.
    pub(super) budget: Budget,
    /// Released after the change, whose field is dropped first.
    pub(super) _allocation: MutexGuard<'a, ()>,
}

impl Projects<'_> {
    /// Creates a project and returns its operation. A refusal writes nothing. The same key of the same caller answers the
    /// same operation.
    #[tracing::instrument(skip_all, fields(project.id = %draft.id, operation.id = tracing::field::Empty))]
    pub async fn create(
        &self,
        op: &OpContext,
        draft: ProjectDraft,
        key: Option<String>,
    ) -> Result<Operation> {
        op.may(Action::ProjectCreate, Target::Anywhere)?;
        let op = &op.clone().under(key);
        let key = idempotency::key(op, OperationKind::Create, draft.id.trim(), &draft)?;
        let begin = || self.begin(op, draft.clone(), key.as_ref());
        idempotency::run(&self.0.registry, op, key.as_ref(), begin).await
    }

    async fn begin(
        &self,
        op: &OpContext,
        draft: ProjectDraft,
        key: Option<&IdempotencyKey>,
    ) -> Result<Operation> {
        let checked = self.checked(op, draft).await?;
        self.insert(op, &checked, key).await
    }

    /// Checks the create against everything but what needs a lock: the shape of the input, the names, the release, the
    /// repository and the database server.
    pub(super) async fn checked(&self, op: &OpContext, mut draft: ProjectDraft) -> Result<CheckedCreate<'_>> {
        schema_volumes::complete(self.0, &draft.id, &mut draft.schema_ref).await?;
        let schema = draft.schema_ref.clone();
        let new = match draft.validate() {
            Ok(new) => new,
            Err(problem) => return Err(lookups::suggest_commit(self.0, &schema, problem).await.into()),
        };
        op.may(Action::ProjectCreate, Target::Project(&new.id))?;
        self.is_reachable(new.hostname.as_ref())?;
        schema_volumes::refuse_in_production(new.class, &new.schema_ref)?;
        lookups::check_release(self.0, new.release.as_ref())?;
        self.is_free(&new).await?;
        let schema = lookups::check_schema(self.0, &new.schema_ref).await?;
        let placement = self.new_placement(&new).await?;
        Ok(CheckedCreate { new, placement, schema })
    }

    /// Refuses a project without a hostname if routing by header is off.
    pub(super) fn is_reachable(&self, hostname: Option<&Hostname>) -> Result<()> {
        if hostname.is_some() || self.0.settings.header != HeaderRouting::Off {
            return Ok(());
        }
        let message = "A hostname is needed: routing by X-Atomo-Project is off (ATOMO_FLEET_HEADER_ROUTING).";
        Err(Problem::field("hostname", message, "a name such as shop.example.com").into())
    }

    async fn is_free(&self, new: &NewProject) -> Result<()> {
        if self.0.registry.project(&new.id).await?.is_some() {
            return Err(id_taken(&new.id).into());
        }
        lookups::check_names(self.0, &new.id, new.hostname.as_ref(), &new.aliases).await?;
        let retained = self.0.registry.retained_database(&new.id).await?;
        match (new.database, retained) {
            (DatabaseChoice::New, Some(_)) => Err(database_retained(&new.id).into()),
            (DatabaseChoice::Reuse, None) => {
                let message = format!("No database of {} is retained.", new.id);
                let accepted = "true only for the id of a retained database";
                Err(Problem::field("reuse_database", message, accepted).into())
            }
            (DatabaseChoice::Reuse, Some(row)) => retained_databases::refuse_lost(self.0, &row).await,
            (DatabaseChoice::New, None) => Ok(()),
        }
    }

    /// Writes the row, and checks under the locks what another change may take at the same time: the id, the names, a pair
    /// of ports, the connections and the retained database.
    pub(super) async fn written(
        &self,
        op: &OpContext,
        checked: &CheckedCreate<'_>,
    ) -> Result<WrittenCreate<'_>> {
        let CheckedCreate { new, placement, .. } = checked;
        let turn = self.0.allocation.turn().await?;
        let mut change = self.0.registry.change(op).await?;
        claim(&mut change, &new.id).await?;
        if let Some(until) = change.in_the_trash(&new.id).await? {
            return Err(in_the_trash(&new.id, until).into());
        }
        change.lock_ports().await?;
        change.lock_connections().await?;
        let budget = check_room(self.0, &mut change, &new.id, placement).await?;
        let mut change = self.insert_row(change, new, placement).await?;
        if new.database == DatabaseChoice::Reuse && !change.take_retained_database(&new.id).await? {
            let message = "It was taken over or removed from the list a moment ago.";
            return Err(Problem::field("reuse_database", message, "a retained database").into());
        }
        let record = change.lock_project(&new.id).await?.ok_or_else(|| id_taken(&new.id))?;
        Ok(WrittenCreate { change, record, budget, _allocation: turn })
    }

    async fn insert(
        &self,
        op: &OpContext,
        checked: &CheckedCreate<'_>,
        key: Option<&IdempotencyKey>,
    ) -> Result<Operation> {
        let CheckedCreate { new, .. } = checked;
        let WrittenCreate { mut change, record, _allocation, .. } = self.written(op, checked).await?;
        let operation = self.open_create(&mut change, &record, key).await?;
        let detail = facts(&operation, new, &record.project);
        change.commit(Event { project: Some(&new.id), action: Action::ProjectCreate.into(), detail }).await?;
        Ok(operation)
    }

    /// Inserts the row. Drops the change before it looks up the reason of a refusal.
    async fn insert_row(
        &self,
        mut change: Change,
        new: &NewProject,
        placement: &DatabasePlacement<'_>,
    ) -> Result<Change> {
        let database_url = self.0.ports.secrets.reference(&SecretPath::project(&new.id, names::DATABASE_URL));
        let (first_port, last_port) = self.0.settings.upstream_ports;
        let pinned = new.release.clone().or_else(|| self.0.settings.pinned());
        let place = Placement {
            driver: self.0.ports.driver.kind(),
            database_url: &database_url,
            release: pinned.as_ref(),
            limits: new.limits.over(self.0.settings.limits),
            database_server: &placement.server.name,
            pool_size: placement.pool,
            first_port,
            last_port,
        };
        match change.insert_project(new, &place).await {
            Ok(Some(())) => Ok(change),
            Ok(None) => Err(no_ports(first_port, last_port).into()),
            Err(error) => {
                drop(change);
                Err(self.explain(error, new).await)
            }
        }
    }

    /// The error of a violated constraint: another project took the id or a name meanwhile.
    async fn explain(&self, error: RegistryError, new: &NewProject) -> Error {
        match error.constraint() {
            Some("projects_pkey") => id_taken(&new.id).into(),
            _ => {
                lookups::explain_taken_names(self.0, error, &new.id, new.hostname.as_ref(), &new.aliases)
                    .await
            }
        }
    }

    async fn open_create(
        &self,
        change: &mut Change,
        record: &ProjectRecord,
        key: Option<&IdempotencyKey>,
    ) -> Result<Operation> {
        let steps = target::planned(self.0, record);
        let operation = NewOperation {
            project: &record.project.id,
            kind: OperationKind::Create,
            generation: record.project.generation,
            steps: &steps,
            idempotency_key: key,
        };
        Ok(change.open_operation(&operation).await?)
    }
}

/// The audit detail of a create: what the operator named, with the server and the pool that the project got. The
/// environment is not part of it.
fn facts(operation: &Operation, new: &NewProject, made: &Project) -> Value {
    let mut facts = json!(new);
    facts["operation"] = json!(operation.id);
    facts["reuse_database"] = json!(new.database == DatabaseChoice::Reuse);
    facts["database_server"] = json!(made.database_server);
    facts["pool_size"] = json!(made.pool_size);
    facts
}

/// Claims the id for a new project. Refused while an orphan of this id is being removed.
pub(super) async fn claim(change: &mut Change, id: &ProjectId) -> Result<()> {
    if !change.claim_id(id).await? {
        return Err(being_removed(id).into());
    }
    match change.open_job_on(id, Some(OperationKind::OrphanRemove)).await? {
        Some(removal) => Err(Problem { operation: Some(removal), ..being_removed(id) }.into()),
        None => Ok(()),
    }
}

fn id_taken(id: &ProjectId) -> Problem {
    Problem::taken("id", format!("The project {id} exists already."), "an id that no project has")
}

fn database_retained(id: &ProjectId) -> Problem {
    Problem::taken(
        "id",
        format!("The database {} of a deleted project is retained.", id.database()),
        "another id, or reuse_database (--reuse-database) to take that database over",
    )
}

fn in_the_trash(id: &ProjectId, until: time::OffsetDateTime) -> Problem {
    let message = format!("A deleted project {id} is in the trash until {}.", until.date());
    let accepted = "another id; or bring that project back (atomoctl project undelete); its id is free when its database was dropped";
    Problem::taken("id", message, accepted)
}

pub(super) fn no_ports(first: u16, last: u16) -> Problem {
    let detail = format!(
        "Nothing was changed. All pairs of ports from {first} to {last} are in use; widen ATOMO_FLEET_UPSTREAM_PORTS."
    );
    Problem::new(ProblemKind::Refused, "No port is free for the instance", detail)
}
