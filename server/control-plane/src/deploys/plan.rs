//! What a deploy would do: read before it is requested, and shown to the requester.

use model::{
    Action, CommitSha, Deploy, DeployDraft, DeployGate, DeployKind, DeployPlan, DeployVersion, DesiredState,
    Preflight, Problem, ProjectId, RecentBackup, ReleaseRef, RepositoryAhead, SchemaDiff, SchemaRef,
    SchemaRefDraft, Target, VerificationState,
};
use time::OffsetDateTime;

use super::{Deploys, preflight, problems, repository};
use crate::ports::schema_source::SchemaFile;
use crate::projects::lookups;
use crate::registry::ProjectRecord;
use crate::{OpContext, Result, backups, repositories, schema_volumes};

impl Deploys<'_> {
    pub(super) async fn record(&self, id: &ProjectId) -> Result<ProjectRecord> {
        let record = self.0.registry.project(id).await?;
        Ok(record.ok_or_else(|| Problem::not_found(format!("project {id}")))?)
    }

    /// Reads the file of the commit and what it does to the database as it is now.
    pub(crate) async fn plan(&self, record: &ProjectRecord, draft: &DeployDraft) -> Result<DeployPlan> {
        let (id, from) = (&record.project.id, version_of(record));
        schema_volumes::refuse_following(record)?;
        if record.project.schema_version.is_none() {
            return Err(problems::has_not_run(id).into());
        }
        if record.project.desired_state == DesiredState::Stopped {
            return Err(problems::not_running(id).into());
        }
        let to = self.wanted(&from, draft).await?;
        if to == from {
            return Err(problems::nothing_to_deploy(id).into());
        }
        lookups::check_release(self.0, to.release.as_ref())?;
        let file = self.file(&to.schema_ref).await?;
        let preflight = preflight::preflight(self.0, record, (&to.schema_ref, &file)).await?;
        let gate = self.gate(record, &preflight);
        let last = self.0.registry.last_deploy(id).await?;
        Ok(DeployPlan {
            project_id: id.clone(),
            kind: self.kind(id, &to).await?,
            from,
            to,
            commit: file.commit.clone(),
            preflight,
            gate,
            backup: self.verified_backup(id).await?,
            waits_for: backups::open_recovery(self.0, id).await?,
            last_pause_ms: last.as_ref().and_then(pause_of),
            undo_hours: self.0.settings.deploys.undo.as_secs() / 3600,
        })
    }

    /// A version that ran before is a roll back.
    async fn kind(&self, id: &ProjectId, to: &DeployVersion) -> Result<DeployKind> {
        let ran = self.0.registry.has_run(id, to).await?;
        Ok(if ran { DeployKind::Rollback } else { DeployKind::Deploy })
    }

    /// The version that the request names; what it leaves out stays.
    pub(super) async fn wanted(&self, from: &DeployVersion, draft: &DeployDraft) -> Result<DeployVersion> {
        let or = |typed: &str, present: String| match typed.trim() {
            "" => present,
            typed => typed.to_owned(),
        };
        let present = from.schema_ref.draft();
        let schema = SchemaRefDraft {
            repo: or(&draft.repo, present.repo),
            path: or(&draft.path, present.path),
            r#ref: or(&draft.r#ref, present.r#ref),
            ..present
        };
        let schema_ref = match schema.clone().validate() {
            Ok(schema_ref) => schema_ref,
            Err(errors) => {
                let problem = Problem::invalid(errors);
                return Err(lookups::suggest_commit(self.0, &schema, problem).await.into());
            }
        };
        let release = match draft.release.trim() {
            "" => from.release.clone(),
            typed => {
                let parsed = typed.parse::<ReleaseRef>();
                Some(parsed.map_err(|fault| Problem::field("release", fault.message, fault.accepted))?)
            }
        };
        Ok(DeployVersion { schema_ref, release })
    }

    /// The file at the commit. A repository that is still being cloned is an error here: nothing can be said of the change yet.
    async fn file(&self, schema: &SchemaRef) -> Result<SchemaFile> {
        let file = lookups::check_schema(self.0, schema).await?;
        Ok(file.ok_or_else(|| {
            let detail = format!(
                "Nothing was changed. {} is still being copied. Try again in a moment.",
                schema.repo().map_or("The repository", |repo| repo.as_str())
            );
            Problem::unavailable("repository", detail)
        })?)
    }

    fn gate(&self, record: &ProjectRecord, preflight: &Preflight) -> DeployGate {
        let policy = &self.0.settings.deploys;
        let required = policy.rehearsal.applies_to(record.project.class);
        DeployGate {
            confirm: preflight.asks_for_confirmation(),
            rehearse: required,
            rehearse_required: required,
            backup_hours: preflight.is_destructive().then_some(policy.backup_age.as_secs() / 3600),
        }
    }

    async fn verified_backup(&self, id: &ProjectId) -> Result<Option<RecentBackup>> {
        let found = self
            .0
            .registry
            .latest_backups(&[id.to_string()])
            .await?
            .into_iter()
            .find(|record| record.backup.verification.state == VerificationState::Verified);
        Ok(found.and_then(|record| {
            let taken_at = record.backup.taken_at?;
            Some(RecentBackup { id: record.backup.id, taken_at })
        }))
    }

    /// The commits of the default branch that change the schema file and are not in what the project runs, the newest first; `None`
    /// if the project's commit is not among the last 50.
    #[tracing::instrument(skip_all, fields(project.id = %id))]
    pub async fn ahead(&self, op: &OpContext, id: &ProjectId) -> Result<RepositoryAhead> {
        op.may(Action::ProjectView, Target::Project(id))?;
        let record = self.record(id).await?;
        repository::ahead(self.0, &record).await
    }

    /// How the schema file of the project differs between two commits of its repository.
    pub async fn diff(
        &self,
        op: &OpContext,
        id: &ProjectId,
        (from, to): (&CommitSha, &CommitSha),
    ) -> Result<SchemaDiff> {
        op.may(Action::ProjectView, Target::Project(id))?;
        let record = self.record(id).await?;
        let (repo, path) = repository::of_repository(&record)?;
        let access = repositories::access(self.0, repo).await?;
        repository::diff(self.0, &access, path, (from, to)).await
    }
}

/// What the row of a project names.
pub(crate) fn version_of(record: &ProjectRecord) -> DeployVersion {
    let project = &record.project;
    DeployVersion { schema_ref: project.schema_ref.clone(), release: project.release.clone() }
}

pub(super) fn age_hours(taken_at: OffsetDateTime) -> u64 {
    u64::try_from((OffsetDateTime::now_utc() - taken_at).whole_hours()).unwrap_or_default()
}

/// From the change of the row to the end of the deploy.
fn pause_of(deploy: &Deploy) -> Option<u64> {
    let pause = deploy.ended_at? - deploy.changed_at?;
    u64::try_from(pause.whole_milliseconds()).ok()
}
