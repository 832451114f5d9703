//! Clones: copies of a project for a while, for example for the preview of a branch.
//!
//! A clone has a database, a hostname, secrets and limits of its own, and an expiry. Nothing in it is unique, so it is deleted
//! together with its data: at its expiry by [`expiry`], earlier by an ordinary delete. `docs/clones.md` describes them.

pub(crate) mod expiry;
mod job;

use model::{
    Action, CloneDraft, ClonePlan, CommitSha, DatabaseServerName, EnvName, ExpiryDraft, Hint, Operation,
    OperationKind, Problem, ProblemKind, Project, ProjectClass, ProjectDraft, ProjectId, SchemaRef, Target,
};
use serde_json::json;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::projects::filled::{FilledCreate, copied_env, derived_hostname, may_create};
use crate::projects::locked::{lock, not_being_deleted};
use crate::projects::{Projects, idempotency};
use crate::registry::{Event, IdempotencyKey, NewOrigin, ProjectRecord};
use crate::{Inner, OpContext, Result};
pub(crate) use job::ProjectClone;

/// The label of clones; its value is the source.
const CLONE_OF: &str = "clone-of";
/// Labels of the source that a clone gets at most; with its own it has 32.
const LABELS: usize = 31;
/// Connections of a clone's pool at most.
const POOL: u32 = 3;
/// How long the fixed part of the copy of a database takes, in milliseconds, and how many bytes are copied in one.
const COPY_BASE_MS: u64 = 300;
const COPY_BYTES_PER_MS: u64 = 100_000;

/// Clones.
pub struct Clones<'a>(&'a Inner);

impl<'a> Clones<'a> {
    pub(crate) const fn new(inner: &'a Inner) -> Self {
        Self(inner)
    }

    /// What a clone of the project would get, and how long its database would take no connection.
    #[tracing::instrument(skip_all, fields(project.id = %id))]
    pub async fn plan(&self, op: &OpContext, id: &ProjectId) -> Result<ClonePlan> {
        op.may(Action::ProjectClone, Target::Project(id))?;
        let record = self.source(id).await?;
        let project = &record.project;
        let seen = self.0.observations.database(id, &project.database_server);
        let bytes = seen.present().and_then(|seen| seen.figures.bytes);
        let (copied, left_out) = copied_env(&project.env);
        Ok(ClonePlan {
            source: id.clone(),
            bytes,
            pause_ms: bytes.map(|bytes| COPY_BASE_MS + bytes.bytes() / COPY_BYTES_PER_MS),
            env: copied.into_keys().filter_map(|name| EnvName::try_from(name).ok()).collect(),
            left_out,
        })
    }

    async fn source(&self, id: &ProjectId) -> Result<ProjectRecord> {
        let record = self.0.registry.project(id).await?;
        Ok(record.ok_or_else(|| Problem::not_found(format!("project {id}")))?)
    }

    /// Creates a clone and opens the job that copies the data. Requires the right to create the clone too. The database of the
    /// source takes no connection while the server copies it.
    #[tracing::instrument(skip_all, fields(project.id = %id, clone.id = %draft.id))]
    pub async fn create(&self, op: &OpContext, id: &ProjectId, draft: &CloneDraft) -> Result<Operation> {
        op.may(Action::ProjectClone, Target::Project(id))?;
        may_create(op)?;
        let key = idempotency::key(op, OperationKind::ProjectClone, id.as_str(), draft)?;
        let begin = || self.begin(op, id, draft, key.as_ref());
        idempotency::run(&self.0.registry, op, key.as_ref(), begin).await
    }

    async fn begin(
        &self,
        op: &OpContext,
        id: &ProjectId,
        draft: &CloneDraft,
        key: Option<&IdempotencyKey>,
    ) -> Result<Operation> {
        let expires_at = draft.lifetime()?.after(OffsetDateTime::now_utc());
        let record = self.source(id).await?;
        let project = &record.project;
        let database = record.database_oid.ok_or_else(|| no_database(id))?;
        let mut schema_ref = project.schema_ref.draft();
        schema_ref.r#ref = self.commit(&project.schema_ref, &draft.r#ref).await?.to_string();
        let (env, left_out) = copied_env(&project.env);
        let new = ProjectDraft {
            id: draft.id.clone(),
            display_name: draft.display_name.clone(),
            hostname: derived_hostname(self.0, &draft.hostname, project.hostname.as_ref(), &draft.id),
            labels: labels(project),
            class: ProjectClass::Development.as_str().to_owned(),
            schema_ref,
            env,
            release: project.release.as_ref().map(ToString::to_string).unwrap_or_default(),
            limits: draft.small_limits(),
            database_server: project.database_server.clone(),
            pool_size: Some(project.pool_size.get().min(POOL)),
            ..ProjectDraft::default()
        };
        let origin =
            NewOrigin { source: id, backup: None, expires_at: Some(expires_at), left_out: &left_out };
        let detail = json!({ "expires_at": text(expires_at) });
        let create = FilledCreate { draft: new, origin, action: Action::ProjectClone, detail, key };
        let input = |server: &DatabaseServerName| job::CloneInput {
            source: id.clone(),
            database,
            database_server: server.clone(),
            copy: None,
        };
        Projects::new(self.0).create_filled::<ProjectClone>(op, create, input).await
    }

    /// The commit that a branch, tag or commit names; that of the source for an empty text.
    async fn commit(&self, source: &SchemaRef, typed: &str) -> Result<CommitSha> {
        let typed = typed.trim();
        if typed.is_empty() {
            return Ok(source.commit().clone());
        }
        let Some((repo, _)) = source.git() else {
            let message = "The source follows a file, so there are no commits to choose from.";
            return Err(Problem::field("ref", message, "nothing: the clone follows the same file").into());
        };
        if let Ok(commit) = typed.parse() {
            return Ok(commit);
        }
        let mut draft = source.draft();
        typed.clone_into(&mut draft.r#ref);
        let found = Projects::new(self.0).resolve(&draft).await;
        Ok(found.ok_or_else(|| {
            let message = format!("\"{typed}\" is no branch, tag or commit of {repo}.");
            Problem::field("ref", message, "a branch, a tag or a commit of the schema's repository")
        })?)
    }

    /// Changes the expiry of a clone to so long from now on.
    #[tracing::instrument(skip_all, fields(project.id = %id))]
    pub async fn set_expiry(&self, op: &OpContext, id: &ProjectId, draft: &ExpiryDraft) -> Result<Project> {
        op.may(Action::ProjectExpiry, Target::Project(id))?;
        let at = draft.lifetime()?.after(OffsetDateTime::now_utc());
        let (change, record) = lock(self.0.registry.change_of(op, id).await?, id).await?;
        let mut change = not_being_deleted(self.0, change, &record).await?;
        if !change.set_expiry(id, at).await? {
            return Err(no_clone(id).into());
        }
        let detail = json!({ "expires_at": text(at) });
        change.commit(Event { project: Some(id), action: Action::ProjectExpiry.into(), detail }).await?;
        self.0.live.send(Hint::Project { project_id: id.clone() });
        Projects::new(self.0).get(op, id).await
    }
}

/// The labels of the source, and one that marks a clone, by which lists are filtered.
fn labels(source: &Project) -> std::collections::BTreeMap<String, String> {
    let labels = source.labels.iter().map(|(key, value)| (key.to_string(), value.to_string()));
    let mark = (CLONE_OF.to_owned(), source.id.to_string());
    labels.take(LABELS).filter(|(key, _)| key != CLONE_OF).chain([mark]).collect()
}

/// A time to the second, for events.
fn text(at: OffsetDateTime) -> String {
    at.replace_nanosecond(0).unwrap_or(at).format(&Rfc3339).unwrap_or_default()
}

fn no_database(id: &ProjectId) -> Problem {
    let detail =
        format!("Nothing was changed. {id} has no database yet. Wait until it runs, then try again.");
    Problem::new(ProblemKind::Conflict, "There is nothing to clone", detail)
}

fn no_clone(id: &ProjectId) -> Problem {
    let detail = format!("Nothing was changed. {id} is no clone; only clones expire.");
    Problem::new(ProblemKind::Conflict, "The project is no clone", detail)
}
