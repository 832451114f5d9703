//! Checks of a project under the lock of its row. A check before the lock only gives an early answer; the one here decides,
//! because nothing can change between it and the write.
//!
//! A function that refuses takes the change and drops it before it reads anything else: so a refusal never holds a transaction
//! with its connection and locks while it waits for a second connection.

use model::{Problem, ProblemKind, ProjectEdit, ProjectId, SchemaRef};

use crate::precondition::Generations;
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
    let detail = "Nothing was changed. When that is over, a retained database can be used again (reuse_database), and a project in \
                  the trash can be brought back (atomoctl project undelete).";
    let problem = Problem::new(ProblemKind::Conflict, "The project is being deleted", detail);
    match inner.registry.open_operation(id).await {
        Ok(operation) => Problem { operation: operation.map(|it| it.id), ..problem }.into(),
        Err(error) => error.into(),
    }
}

/// Refuses both kinds of delete while the deletion protection is on.
pub(crate) fn refuse_protected(record: &ProjectRecord) -> Result<(), Problem> {
    if !record.project.delete_protection {
        return Ok(());
    }
    let id = &record.project.id;
    let detail = format!(
        "Nothing was changed. The deletion protection of {id} is on. Switch it off in its settings, or with atomoctl project edit \
         {id} --delete-protection off."
    );
    Err(Problem::new(ProblemKind::Conflict, "The project is protected from deletion", detail))
}

/// Refuses a request that names no generation, or one from before the last change of a wanted field. Commands such as a
/// restart raise the generation too, but change nothing that an edit could overwrite: they do not refuse it.
pub(super) fn made_from_the_present(
    record: &ProjectRecord,
    made_from: Option<i64>,
    edit: &ProjectEdit,
) -> Result<(), Problem> {
    let (now, edited) = (record.project.generation, record.edited_generation);
    let generations = Generations { subject: "The project", now, edited };
    generations.admit(made_from, || edit.differences(&record.project))
}

/// Refuses another schema for a project that has run, because this is a migration of its data: a deploy examines it before. In
/// development it is not refused: from a commit to a file that is followed, from there to a commit, and to another file.
pub(super) fn may_change_schema(record: &ProjectRecord, wanted: &SchemaRef) -> Result<(), Problem> {
    let present = &record.project.schema_ref;
    if record.project.schema_version.is_none() || present.is_volume() || wanted.is_volume() {
        return Ok(());
    }
    let detail = "Nothing was changed. This project has run, so another schema is a migration of its data.";
    Err(Problem::new(ProblemKind::Conflict, "The schema of a project that has run cannot be edited", detail))
}
