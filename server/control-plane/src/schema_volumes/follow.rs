//! The task that follows the files: looks at each of them, and brings a new content to its project.
//!
//! It polls, because network mounts announce no changes, and because a look at one file costs microseconds. A file is read when
//! what the file system says of it was the same twice, so that a file that is being written is not taken by half; and now and then
//! in any case, for file systems that do not keep times.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures::FutureExt as _;
use model::{Actor, Hint, OperationKind, Problem, ProjectId, SchemaRef, SystemEvent, VolumeFile, VolumePath};
use serde_json::json;

use super::file::{self, FileStat};
use super::{FileFault, FileRead, PATIENCE};
use crate::projects::locked::lock;
use crate::registry::{Event, NewOperation, ProjectRecord};
use crate::{Inner, OpContext, Result, snapshot, target};

/// The name of the task.
pub(crate) const NAME: &str = "schema volumes";
/// Between two looks at a file.
pub(crate) const PERIOD: Duration = Duration::from_millis(300);
/// Maximum duration of one look at all files.
pub(crate) const DEADLINE: Duration = Duration::from_secs(60);
/// After this many looks a file is read even if it seems to be unchanged.
const READ_EVERY: u32 = 100;

/// What is known of the files, by project.
#[derive(Debug, Default)]
pub(crate) struct Follower {
    looks: Mutex<HashMap<ProjectId, Look>>,
    /// Projects whose file system has not answered yet: at most one thread waits for each of them.
    waiting: Arc<Mutex<HashSet<ProjectId>>>,
}

/// The last look at a file.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Look {
    path: VolumePath,
    stat: Option<FileStat>,
    /// Looks since the content was read; `None` while it has to be read.
    since: Option<u32>,
}

/// What is done after a look.
#[derive(Debug, PartialEq, Eq)]
enum Next {
    /// The file is being written, or nothing is new.
    Wait,
    /// Its content is read.
    Read,
}

impl Look {
    /// Takes what the file system says now, and says what is done.
    fn at(&mut self, path: &VolumePath, stat: FileStat) -> Next {
        if self.path != *path || self.stat != Some(stat) {
            *self = Self { path: path.clone(), stat: Some(stat), since: None };
            return Next::Wait;
        }
        match &mut self.since {
            Some(looks) if *looks < READ_EVERY => {
                *looks += 1;
                Next::Wait
            }
            _ => Next::Read,
        }
    }
}

impl Follower {
    /// One look at every file.
    pub(crate) async fn run(&self, inner: &Inner) -> Result<()> {
        let rows = snapshot::rows(inner).await?;
        let following =
            rows.projects().filter_map(|record| Some((record, record.project.schema_ref.volume()?)));
        let looks: Vec<_> = following.map(|(record, path)| self.look(inner, record, path).boxed()).collect();
        self.lock()
            .retain(|id, _| rows.records.get(id).is_some_and(|record| record.project.schema_ref.is_volume()));
        for (id, looked) in futures::future::join_all(looks).await {
            if let Err(error) = looked {
                tracing::warn!(project.id = %id, error = %crate::chain(&error), "following a schema file");
            }
        }
        Ok(())
    }

    async fn look<'a>(
        &self,
        inner: &Inner,
        record: &'a ProjectRecord,
        path: &VolumePath,
    ) -> (&'a ProjectId, Result<()>) {
        let id = &record.project.id;
        let next = match self.stat(inner, id, path).await {
            Ok(stat) => self.next(id, path, stat),
            Err(fault) => {
                self.fault(inner, id, path, &fault);
                Next::Wait
            }
        };
        match next {
            Next::Wait => (id, Ok(())),
            Next::Read => (id, Box::pin(self.read(inner, record, path)).await),
        }
    }

    async fn stat(&self, inner: &Inner, id: &ProjectId, path: &VolumePath) -> Result<FileStat, FileFault> {
        let away = || FileFault::Io(format!("no answer within {} s", PATIENCE.as_secs()));
        if !locked(&self.waiting).insert(id.clone()) {
            return Err(away());
        }
        let (waiting, id) = (Arc::clone(&self.waiting), id.clone());
        let (folders, path) = (inner.settings.volumes.clone(), path.clone());
        let looking = tokio::task::spawn_blocking(move || {
            let stat = file::stat(&folders, &path);
            locked(&waiting).remove(&id);
            stat
        });
        match tokio::time::timeout(PATIENCE, looking).await {
            Ok(Ok(stat)) => stat,
            Ok(Err(_)) | Err(_) => Err(away()),
        }
    }

    fn next(&self, id: &ProjectId, path: &VolumePath, stat: FileStat) -> Next {
        let new = || Look { path: path.clone(), stat: None, since: None };
        self.lock().entry(id.clone()).or_insert_with(new).at(path, stat)
    }

    /// The content was read: it is not read again until it changes.
    fn done(&self, id: &ProjectId) {
        if let Some(look) = self.lock().get_mut(id) {
            look.since = Some(0);
        }
    }

    fn fault(&self, inner: &Inner, id: &ProjectId, path: &VolumePath, fault: &FileFault) {
        self.lock().remove(id);
        show(inner, id, VolumeFile { problem: Some(fault.sentence(path)), ..VolumeFile::default() });
    }

    async fn read(&self, inner: &Inner, record: &ProjectRecord, path: &VolumePath) -> Result<()> {
        let id = &record.project.id;
        let read = match super::read(inner, path).await {
            Ok(read) => read,
            Err(FileFault::Changing) => return Ok(()),
            Err(fault) => {
                show(inner, id, VolumeFile { problem: Some(fault.sentence(path)), ..VolumeFile::default() });
                self.done(id);
                return Ok(());
            }
        };
        let present = record.project.schema_ref.commit();
        let taken = inner.registry.taken_content(id).await?;
        let mut seen =
            VolumeFile { content: Some(read.content.clone()), modified_at: read.modified_at, problem: None };
        if taken.as_ref().unwrap_or(present) == &read.content {
            show(inner, id, seen);
            self.done(id);
            return Ok(());
        }
        if let Some(reason) = refusal(inner, &read).await? {
            seen.problem = Some(format!("{reason} The former content serves."));
            show(inner, id, seen);
            self.done(id);
            return Ok(());
        }
        match apply(inner, record, path, read).await? {
            Some(waits) => seen.problem = Some(waits),
            None => self.done(id),
        }
        show(inner, id, seen);
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<ProjectId, Look>> {
        locked(&self.looks)
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Why the server would not serve this content, in its own words where it has some.
async fn refusal(inner: &Inner, read: &FileRead) -> Result<Option<String>> {
    let (reader, text) = (Arc::clone(&inner.ports.reader), read.text.clone());
    let declared = tokio::task::spawn_blocking(move || reader.read(&text)).await;
    let declared = declared
        .map_err(|error| Problem::new(model::ProblemKind::Internal, "Internal error", error.to_string()))?;
    Ok(match declared.refused {
        Some(reason) => Some(format!("The server does not start with it: {}.", reason.trim_end_matches('.'))),
        None if declared.models.is_empty() => Some("It declares no model.".to_owned()),
        None => None,
    })
}

/// Names the content in the row and opens the operation that replaces the instance. Returns why it waits, if it does.
async fn apply(
    inner: &Inner,
    record: &ProjectRecord,
    path: &VolumePath,
    read: FileRead,
) -> Result<Option<String>> {
    let (id, from) = (&record.project.id, record.project.schema_ref.clone());
    let to = SchemaRef::Volume { path: path.clone(), r#ref: read.content.clone() };
    let bytes = read.text.len();
    super::write(inner, record, &to, &read.into_schema_file(path)).await?;
    let op = OpContext::platform(Actor::Reconciler);
    let mut change = inner.registry.change_of(&op, id).await?;
    change.in_term(inner.term).await?;
    let (mut change, now) = lock(change, id).await?;
    if now.project.schema_ref != from || now.delete_requested_at.is_some() {
        return Ok(Some("The project was changed meanwhile; the file is read again.".to_owned()));
    }
    if now.exclusive_job.is_some() || now.fill_job.is_some() {
        return Ok(Some("A job works on the project; the file is applied when the job is over.".to_owned()));
    }
    let generation = change.take_content(id, &to).await?;
    let (mut change, record) = lock(change, id).await?;
    let steps = target::planned(inner, &record);
    let new = NewOperation {
        project: id,
        kind: OperationKind::Deploy,
        generation,
        steps: &steps,
        idempotency_key: None,
    };
    let operation = change.open_operation(&new).await?;
    let detail = json!({
        "operation": operation.id, "path": path, "from": from.commit(), "to": to.commit(), "bytes": bytes,
    });
    change.commit(Event { project: Some(id), action: SystemEvent::FileTaken.into(), detail }).await?;
    Ok(None)
}

/// Puts what was found into the observation, with a hint if it is news.
fn show(inner: &Inner, id: &ProjectId, seen: VolumeFile) {
    let known = inner.observations.facts(id).and_then(|facts| facts.file);
    if known.as_ref() == Some(&seen) {
        return;
    }
    inner.observations.update(id, |observation| observation.facts.file = Some(seen));
    inner.live.send(Hint::Project { project_id: id.clone() });
}

#[cfg(test)]
mod tests;
