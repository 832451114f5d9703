//! Files that projects follow in development, in place of a commit of a repository.
//!
//! An operator edits a file of this machine. The control plane takes each content of it as it takes a commit: its first 40 hex digits
//! of SHA-256 are the version, a copy is written beside the former ones, and the instance is replaced by an ordinary operation. So
//! requests wait at the gateway, and after a content with which the server does not start the former one serves again. The
//! server's own watcher is not used: it ends the instance in the middle of requests, misses an edit during a start, and has no
//! way back.
//!
//! A project of the class production never follows a file: `projects_volume_not_in_production` in the registry.

mod file;
pub(crate) mod folders;
pub(crate) mod follow;

use std::time::Duration;

use model::{
    CommitInfo, Problem, ProblemKind, ProjectClass, ProjectId, SchemaRef, SchemaRefDraft, VolumePath,
};
use time::OffsetDateTime;

pub(crate) use self::file::{FileFault, FileRead};
use crate::ports::schema_source::SchemaFile;
use crate::ports::volumes::SchemaKey;
use crate::registry::ProjectRecord;
use crate::{Inner, Result};

/// How long a read may take: a network mount that is away never answers.
const PATIENCE: Duration = Duration::from_secs(5);

/// Completes what was typed of a file: the path where none was, and the content as it is now. Does nothing for a repository.
pub(crate) async fn complete(inner: &Inner, id: &str, draft: &mut SchemaRefDraft) -> Result<()> {
    if !draft.is_volume() {
        return Ok(());
    }
    if draft.path.trim().is_empty() {
        // a wrong id is refused where it is validated
        let id = ProjectId::try_from(id.trim().to_owned()).map(|id| id.to_string()).unwrap_or_default();
        draft.path = inner.settings.volumes.own_file(&id).display().to_string();
    }
    let path = VolumePath::try_from(draft.path.clone())
        .map_err(|fault| Problem::field("schema_ref.path", fault.message, fault.accepted))?;
    let read = read(inner, &path).await.map_err(|fault| refused(&path, &fault))?;
    draft.r#ref = read.content.to_string();
    Ok(())
}

/// The content of the file now.
pub(crate) async fn read(inner: &Inner, path: &VolumePath) -> Result<FileRead, FileFault> {
    let (folders, path) = (inner.settings.volumes.clone(), path.clone());
    let reading = tokio::task::spawn_blocking(move || file::read(&folders, &path));
    match tokio::time::timeout(PATIENCE, reading).await {
        Ok(Ok(read)) => read,
        Ok(Err(error)) => Err(FileFault::Io(error.to_string())),
        Err(_) => Err(FileFault::Io(format!("no answer within {} s", PATIENCE.as_secs()))),
    }
}

/// The file of this content. An error if the file has another one by now.
pub(crate) async fn schema_file(inner: &Inner, schema: &SchemaRef, path: &VolumePath) -> Result<SchemaFile> {
    let read = read(inner, path).await.map_err(|fault| refused(path, &fault))?;
    if read.content != *schema.commit() {
        return Err(another_content(path, schema).into());
    }
    Ok(read.into_schema_file(path))
}

/// Writes a content where the instance reads it. The running one and the newest others stay.
pub(crate) async fn write(
    inner: &Inner,
    record: &ProjectRecord,
    schema: &SchemaRef,
    file: &SchemaFile,
) -> Result<()> {
    let key = model::InstanceKey::main(record.project.id.clone());
    let written = SchemaKey::from(schema.commit());
    inner.ports.volumes.write_schema(&key, &written, schema, file).await?;
    let running = record.project.schema_version.as_ref().map(SchemaKey::from);
    let keep: Vec<SchemaKey> = running.into_iter().chain([written, record.schema_key()]).collect();
    Ok(inner.ports.volumes.prune_schemas(&key, &keep).await?)
}

/// Refuses a class that does not go with the schema.
pub(crate) fn refuse_in_production(class: ProjectClass, schema: &SchemaRef) -> Result<(), Problem> {
    if class != ProjectClass::Production || !schema.is_volume() {
        return Ok(());
    }
    let message = "A project of the class production has its schema from a commit. A file has no history, so nothing could be \
                   reviewed or rolled back.";
    Err(Problem::field("class", message, "staging or development; or a commit of a repository as the schema"))
}

/// The refusal of deploys and of what compares commits.
pub(crate) fn follows_file(id: &ProjectId, path: &VolumePath) -> Problem {
    let detail = format!(
        "Nothing was changed. {id} follows the file {path}: each change of the file is applied by itself, and there are no commits to \
         deploy or to roll back to. To return to a repository: atomoctl project edit {id} --repo URL --path PATH --ref COMMIT."
    );
    Problem::new(ProblemKind::Conflict, "The project follows a file", detail)
}

/// Refuses a project that follows a file.
pub(crate) fn refuse_following(record: &ProjectRecord) -> Result<(), Problem> {
    record.project.schema_ref.volume().map_or(Ok(()), |path| Err(follows_file(&record.project.id, path)))
}

fn refused(path: &VolumePath, fault: &FileFault) -> Problem {
    Problem::field("schema_ref.path", fault.sentence(path), fault.accepted())
}

fn another_content(path: &VolumePath, schema: &SchemaRef) -> Problem {
    let detail = format!(
        "The content {} of {path} is not on this machine any more, and the file has another one by now. Its next change is applied; or \
         edit the schema of the project again.",
        schema.commit().short()
    );
    Problem::new(ProblemKind::Refused, "The file has another content", detail)
}

impl FileRead {
    fn into_schema_file(self, path: &VolumePath) -> SchemaFile {
        let commit = CommitInfo {
            sha: self.content,
            summary: format!("The content of {path}"),
            author: String::new(),
            at: self.modified_at.unwrap_or(OffsetDateTime::UNIX_EPOCH),
        };
        SchemaFile { commit, text: self.text, sha256: self.sha256 }
    }
}

#[cfg(test)]
mod tests;
