//! Checks of a project under the lock of its row. A check before the lock only gives an early answer; the one here decides,
//! because nothing can change between it and the write.
//!
//! A function that refuses takes the change and drops it before it reads anything else: so a refusal never holds a transaction
//! with its connection and locks while it waits for a second connection.

use model::{Problem, ProblemKind, ProjectEdit, ProjectId};

use crate::registry::{Change, ProjectRecord};
use crate::{Error, Inner, Result};

/// Locks the project's row until the change is over, and reads it. 404 when there is none.
pub(crate) async fn lock(mut change: Change, id: &ProjectId) -> Result<(Change, ProjectRecord)> {
    let record = change.lock_project(id).await?;
    let record = record.ok_or_else(|| Problem::not_found(format!("project {id}")))?;
    Ok((change, record))
}

/// Refuses a project that is being deleted.
pub(crate) async fn not_being_deleted(
    inner: &Inner,
    change: Change,
    record: &ProjectRecord,
) -> Result<Change> {
    if record.delete_requested_at.is_none() {
        return Ok(change);
    }
    drop(change);
    Err(being_deleted(inner, &record.project.id).await)
}

/// The refusal of a command on a project that is being deleted.
pub(crate) async fn being_deleted(inner: &Inner, id: &ProjectId) -> Error {
    let detail = "Nothing was changed. Its database, secrets and media are retained; create it again with reuse_database.";
    let problem = Problem::new(ProblemKind::Conflict, "The project is being deleted", detail);
    match inner.registry.open_operation(id).await {
        Ok(operation) => Problem { operation: operation.map(|it| it.id), ..problem }.into(),
        Err(error) => error.into(),
    }
}

/// Refuses a request that names no generation, or one from before the last change of a wanted field. Commands such as a
/// restart raise the generation too, but change nothing that an edit could overwrite: they do not refuse it.
pub(super) fn made_from_the_present(
    record: &ProjectRecord,
    made_from: Option<i64>,
    edit: &ProjectEdit,
) -> Result<(), Problem> {
    let now = record.project.generation;
    match made_from {
        Some(from) if (record.edited_generation..=now).contains(&from) => Ok(()),
        Some(from) => Err(changed_meanwhile(record, from, edit)),
        None => {
            let detail = format!(
                "Nothing was changed. The project is at generation {now}. Read it, and name the generation that the edit \
                 was made from: the header If-Match: \"{now}\" or the field generation. Without it, an edit of someone \
                 else could be overwritten unnoticed."
            );
            let title = "The edit does not name a generation";
            Err(Problem {
                generation: Some(now),
                ..Problem::new(ProblemKind::GenerationRequired, title, detail)
            })
        }
    }
}

fn changed_meanwhile(record: &ProjectRecord, from: i64, edit: &ProjectEdit) -> Problem {
    let now = record.project.generation;
    let differences = edit.differences(&record.project);
    let differs = match differences.len() {
        0 => String::new(),
        1 => " One field differs from what was sent.".to_owned(),
        many => format!(" {many} fields differ from what was sent."),
    };
    let detail = format!(
        "Nothing was changed. The request was made from generation {from}; generation {now} is the present \
         one.{differs} Compare, and send it again from generation {now}."
    );
    let title = "The project was changed meanwhile";
    Problem { differences, generation: Some(now), ..Problem::new(ProblemKind::Conflict, title, detail) }
}

/// Refuses another schema for a project that has run: this needs a migration of its data.
pub(super) fn may_change_schema(record: &ProjectRecord) -> Result<(), Problem> {
    if record.project.schema_version.is_none() {
        return Ok(());
    }
    let detail = "Nothing was changed. This project has run, so another schema is a migration of its data.";
    Err(Problem::new(ProblemKind::Conflict, "The schema of a project that has run cannot be edited", detail))
}
