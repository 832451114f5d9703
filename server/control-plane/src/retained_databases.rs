//! Databases that outlived their project. Nothing drops them: an entry is taken over by a new project, or, when its database
//! is gone, removed from the list.

use model::{
    Action, DatabaseName, Hint, Observed, Problem, ProblemKind, ProjectId, RetainedDatabase,
    RetainedPresence, Target,
};

use crate::registry::{Event, RetainedRow};
use crate::{Inner, OpContext, Result};

/// Databases that outlived their project.
pub struct RetainedDatabases<'a>(&'a Inner);

impl<'a> RetainedDatabases<'a> {
    pub(crate) const fn new(inner: &'a Inner) -> Self {
        Self(inner)
    }

    /// Those of projects that the caller may see, in the order of the ids, each with whether it was there when its server was
    /// last looked at.
    pub async fn list(&self, op: &OpContext) -> Result<Vec<RetainedDatabase>> {
        op.may(Action::RetainedDatabaseView, Target::Anywhere)?;
        let rows = self.0.registry.retained_databases().await?.into_iter();
        let visible =
            rows.filter(|row| op.can(Action::RetainedDatabaseView, Target::Project(&row.project_id)));
        Ok(visible.map(|row| shown(row, self.0)).collect())
    }

    /// The one that belonged to a project of this id.
    pub async fn get(&self, op: &OpContext, id: &ProjectId) -> Result<RetainedDatabase> {
        op.may(Action::RetainedDatabaseView, Target::Project(id))?;
        let row = self.0.registry.retained_database(id).await?.ok_or_else(|| unknown(id))?;
        Ok(shown(row, self.0))
    }

    /// Removes the entry of a database that is gone from its server, also where another one stands under its name, and nothing
    /// else: that database, secrets and media stay. Refused while
    /// the database is there, and while its server does not answer.
    pub async fn remove(&self, op: &OpContext, id: &ProjectId) -> Result<()> {
        op.may(Action::RetainedDatabaseRemove, Target::Project(id))?;
        let row = self.0.registry.retained_database(id).await?.ok_or_else(|| unknown(id))?;
        if !presence(self.0, &row).await?.is_lost() {
            return Err(still_there(&row).into());
        }
        let mut change = self.0.registry.change(op).await?;
        if !change.strike_retained_database(id).await? {
            return Err(unknown(id).into());
        }
        let RetainedRow { database, database_server: server, bytes, .. } = row;
        let detail = serde_json::json!({"database": database, "database_server": server, "bytes": bytes});
        change
            .commit(Event { project: Some(id), action: Action::RetainedDatabaseRemove.into(), detail })
            .await?;
        self.0.live.send(Hint::Fleet);
        Ok(())
    }
}

/// Whether the database is on its server now. An error when that server is not configured or does not answer.
async fn presence(inner: &Inner, row: &RetainedRow) -> Result<RetainedPresence> {
    let databases = inner.ports.postgres.of(&row.database_server)?.host.databases().await?;
    let found = databases.get(&DatabaseName::main(row.project_id.clone())).map(|seen| seen.facts.oid);
    Ok(RetainedPresence::of(row.oid, found))
}

/// Refuses a create that would take the database over and find another one, or none. An error when its server is not
/// configured or does not answer.
pub(crate) async fn refuse_lost(inner: &Inner, row: &RetainedRow) -> Result<()> {
    match presence(inner, row).await? {
        RetainedPresence::Gone => Err(gone(row).into()),
        RetainedPresence::Replaced => Err(replaced(row).into()),
        RetainedPresence::Present | RetainedPresence::Unknown => Ok(()),
    }
}

fn replaced(row: &RetainedRow) -> Problem {
    let RetainedRow { project_id: id, database, database_server: server, .. } = row;
    let message = format!(
        "Another database stands under the name {database} on the database server {server}: the retained one was dropped, \
         renamed, or restored from a copy. It is not used."
    );
    let accepted = "the retained database under its name again; or remove the entry from the list (atomoctl retained remove)";
    tracing::warn!(project.id = %id, %database, %server, "another database stands under the name of a retained one");
    Problem::taken("reuse_database", message, accepted)
}

/// The refusal of a create that would take a database over which is gone.
fn gone(row: &RetainedRow) -> Problem {
    let RetainedRow { project_id: id, database, database_server: server, .. } = row;
    let message = format!(
        "The retained database {database} is gone from the database server {server}: it was dropped or renamed there. \
         No empty one is created in its place."
    );
    let accepted = "the database under its name again; or remove the entry from the list (atomoctl retained remove), and \
                    create the project with a new database";
    let problem = Problem::taken("reuse_database", message, accepted);
    tracing::warn!(project.id = %id, %database, %server, "a retained database is gone");
    problem
}

fn shown(row: RetainedRow, inner: &Inner) -> RetainedDatabase {
    let presence = match inner.observations.database(&row.project_id, &row.database_server) {
        Observed::Present(seen) => RetainedPresence::of(row.oid, Some(seen.facts.oid)),
        Observed::Absent => RetainedPresence::Gone,
        Observed::Unknown => RetainedPresence::Unknown,
    };
    RetainedDatabase {
        project_id: row.project_id,
        display_name: row.display_name,
        database_server: row.database_server,
        database: row.database,
        bytes: row.bytes,
        presence,
        retained_at: row.retained_at,
    }
}

fn unknown(id: &ProjectId) -> Problem {
    Problem::not_found(format!("retained database of {id}"))
}

fn still_there(row: &RetainedRow) -> Problem {
    let RetainedRow { project_id: id, database, database_server: server, .. } = row;
    let detail = format!(
        "Nothing was changed. {database} is on the database server {server}, with the data of {id}. Create {id} with \
         reuse_database to use it again. Only the entry of a database that is gone can be removed."
    );
    Problem::new(ProblemKind::Conflict, "The database is still there", detail)
}
