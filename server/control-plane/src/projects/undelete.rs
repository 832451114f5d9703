//! Bringing a project back from the trash: the row is inserted again as it was, in maintenance of the job that does the rest.

use model::{Action, Operation, OperationKind, Problem, ProblemKind, ProjectId, Target};

use super::admission::{DatabasePlacement, check_room};
use super::create::{claim, no_ports};
use super::{Projects, idempotency, lookups};
use crate::backups::{ProjectUndelete, UndeleteInput};
use crate::jobs::{self, Request};
use crate::observe::server_info;
use crate::registry::{Change, Event, IdempotencyKey, TrashedRow};
use crate::{OpContext, Result};

impl Projects<'_> {
    /// Brings a project back from the trash, with database, secrets, media, names and the desired state that it had. 409 naming
    /// the project that has one of its names now; 404 where no such project is in the trash.
    #[tracing::instrument(skip_all, fields(project.id = %id))]
    pub async fn undelete(&self, op: &OpContext, id: &ProjectId) -> Result<Operation> {
        op.may(Action::ProjectUndelete, Target::Project(id))?;
        let key = idempotency::key(op, OperationKind::ProjectUndelete, id.as_str(), &())?;
        let begin = || Box::pin(self.begin_undelete(op, id, key.as_ref()));
        idempotency::run(&self.0.registry, op, key.as_ref(), begin).await
    }

    async fn begin_undelete(
        &self,
        op: &OpContext,
        id: &ProjectId,
        key: Option<&IdempotencyKey>,
    ) -> Result<Operation> {
        let row = self.0.registry.trash(Some(id)).await?.into_iter().next().ok_or_else(|| unknown(id))?;
        self.names_are_free(id, &row).await?;
        let server = self.0.ports.postgres.of(row.server.as_str())?;
        let info = server_info::of(self.0, server).await?;
        let placement = DatabasePlacement { server, pool: row.pool, info, is_fixed: true };
        let _turn = self.0.allocation.turn().await?;
        let mut change = self.0.registry.change(op).await?;
        claim(&mut change, id).await?;
        change.lock_ports().await?;
        change.lock_connections().await?;
        self.refuse_taken(&mut change, id, &row).await?;
        check_room(self.0, &mut change, id, &placement).await?;
        let range = self.0.settings.upstream_ports;
        match change.insert_trashed_project((&row.server, row.oid), range).await {
            Ok(Some(())) => {}
            Ok(None) => return Err(no_ports(range.0, range.1).into()),
            Err(error) => {
                drop(change);
                self.names_are_free(id, &row).await?; // taken a moment ago
                return Err(error.into());
            }
        }
        self.open_undelete(change, id, &row, key).await
    }

    async fn open_undelete(
        &self,
        mut change: Change,
        id: &ProjectId,
        row: &TrashedRow,
        key: Option<&IdempotencyKey>,
    ) -> Result<Operation> {
        let name = row.project.database.clone();
        let input =
            UndeleteInput { database_server: row.server.clone(), database: row.oid, name: name.clone() };
        let request = Request { project: Some(id), input: &input, key };
        let operation = jobs::open::<ProjectUndelete>(&mut change, &request).await?;
        // a cancel would leave a project without its database
        change.commit_job(operation.id).await?;
        let detail =
            serde_json::json!({"operation": operation.id, "database": name, "bytes": row.project.bytes});
        change.commit(Event { project: Some(id), action: Action::ProjectUndelete.into(), detail }).await?;
        Ok(operation)
    }

    async fn names_are_free(&self, id: &ProjectId, row: &TrashedRow) -> Result<()> {
        let names = row.project.hostnames.as_slice();
        let aliases = if row.hostname.is_some() { names.get(1..).unwrap_or_default() } else { names };
        match lookups::check_names(self.0, id, row.hostname.as_ref(), aliases).await {
            Err(crate::Error::Problem(problem)) => Err(name_taken(id, &problem).into()),
            checked => checked,
        }
    }

    /// Refuses where the project is not in the trash any more, or not yet.
    async fn refuse_taken(&self, change: &mut Change, id: &ProjectId, row: &TrashedRow) -> Result<()> {
        if let Some(record) = change.lock_project(id).await? {
            return Err(exists(id, record.delete_requested_at.is_some()).into());
        }
        if !change.lock_set_aside(&row.server, row.oid).await? {
            return Err(unknown(id).into());
        }
        match change.open_job_on(id, Some(OperationKind::DatabaseDrop)).await? {
            Some(job) => Err(Problem { operation: Some(job), ..dropping(id) }.into()),
            None => Ok(()),
        }
    }
}

fn unknown(id: &ProjectId) -> Problem {
    Problem::not_found(format!("project {id} in the trash"))
}

fn exists(id: &ProjectId, is_being_deleted: bool) -> Problem {
    let detail = if is_being_deleted {
        format!(
            "Nothing was changed. Instance and route of {id} are being removed. Try again in a few seconds."
        )
    } else {
        format!("Nothing was changed. The project {id} exists already.")
    };
    Problem::new(ProblemKind::Conflict, "The project is not in the trash alone", detail)
}

fn dropping(id: &ProjectId) -> Problem {
    let detail = format!("Nothing was changed. A database of {id} is being dropped at this moment.");
    Problem::new(ProblemKind::Conflict, "A database of the project is being dropped", detail)
}

fn name_taken(id: &ProjectId, cause: &Problem) -> Problem {
    let messages: Vec<&str> = cause.errors.iter().map(|fault| fault.message.as_str()).collect();
    let detail = format!(
        "Nothing was changed. {id} cannot be brought back while another project has one of its names. {} Change that name first.",
        messages.join(" ")
    );
    Problem::new(ProblemKind::Conflict, "A hostname of the project is taken", detail)
}
