//! Which projects are members, and which version they get.

use model::{
    Action, FieldError, Invalid, Problem, Project, ProjectFilter, ProjectId, RolloutMembers, RolloutRequest,
    RolloutSource, RolloutTarget, SchemaRef, SchemaRefDraft, Target,
};

use super::{Rollouts, problems};
use crate::projects::lookups;
use crate::registry::ProjectRecord;
use crate::{OpContext, Result};

/// Rows that are read at once.
const PAGE: i64 = 200;

/// What a request comes to.
pub(super) struct Chosen {
    pub(super) target: RolloutTarget,
    pub(super) members: Vec<ProjectRecord>,
}

impl Rollouts<'_> {
    /// Resolves the members, which the caller has to be allowed to deploy, and the version.
    pub(super) async fn chosen(&self, op: &OpContext, request: &RolloutRequest) -> Result<Chosen> {
        let is_filter = matches!(request.members, RolloutMembers::Chosen(_));
        let mut members = match &request.members {
            RolloutMembers::Named(ids) => self.named(op, ids).await?,
            RolloutMembers::Chosen(filter) => self.filtered(op, filter).await?,
        };
        let target = match &request.source {
            RolloutSource::Release(release) => {
                lookups::check_release(self.0, Some(release))?;
                RolloutTarget::Release { release: release.clone() }
            }
            RolloutSource::Schema { r#ref, repo, path } => {
                if is_filter {
                    members.retain(|record| has_file(&record.project.schema_ref, repo, path));
                }
                let schema_ref = self.schema(r#ref, (repo, path), &members).await?;
                RolloutTarget::Schema { schema_ref }
            }
        };
        if members.is_empty() {
            return Err(problems::no_members().into());
        }
        if members.len() > model::MAX_MEMBERS {
            return Err(problems::too_many(members.len()).into());
        }
        Ok(Chosen { target, members })
    }

    /// The named projects in their order.
    async fn named(&self, op: &OpContext, ids: &[ProjectId]) -> Result<Vec<ProjectRecord>> {
        for id in ids {
            op.may(Action::ProjectDeploy, Target::Project(id))?;
        }
        let (mut records, _) = self.0.registry.projects_of(&ids.iter().cloned().collect()).await?;
        let (mut members, mut errors) = (Vec::new(), Vec::new());
        for (index, id) in ids.iter().enumerate() {
            match records.iter().position(|record| record.project.id == *id) {
                Some(found) => members.push(records.swap_remove(found)),
                None => errors.push(FieldError::new(
                    format!("projects.{index}"),
                    Invalid::new(format!("There is no project {id}."), "ids of projects"),
                )),
            }
        }
        if errors.is_empty() { Ok(members) } else { Err(Problem::invalid(errors).into()) }
    }

    /// The projects of the filter that the caller may deploy: development before staging before production, then by id.
    async fn filtered(&self, op: &OpContext, filter: &ProjectFilter) -> Result<Vec<ProjectRecord>> {
        let (mut members, mut after) = (Vec::new(), None::<String>);
        loop {
            let page = self.0.registry.projects_after(filter, after.as_deref(), PAGE).await?;
            let may_deploy = |record: &ProjectRecord| {
                record.delete_requested_at.is_none()
                    && op.can(Action::ProjectDeploy, Target::Project(&record.project.id))
            };
            members.extend(page.records.into_iter().filter(may_deploy));
            let Some(last) = page.last else { break };
            after = Some(last);
        }
        // the order of classes is that of their rank: production is the first
        members.sort_by(|a, b| {
            b.project.class.cmp(&a.project.class).then_with(|| a.project.id.cmp(&b.project.id))
        });
        Ok(members)
    }

    /// The commit of the file that all members have.
    async fn schema(
        &self,
        name: &str,
        (repo, path): (&str, &str),
        members: &[ProjectRecord],
    ) -> Result<SchemaRef> {
        let mut files = Vec::new();
        for Project { id, schema_ref, .. } in members.iter().map(|record| &record.project) {
            files.push(schema_ref.git().ok_or_else(|| problems::follows_a_file(id))?);
        }
        let &(first_repo, first_path) = files.first().ok_or_else(problems::no_members)?;
        let first = format!("{first_path} in {first_repo}");
        if let Some((other_repo, other_path)) =
            files.iter().find(|(repo, path)| (*repo, *path) != (first_repo, first_path))
        {
            return Err(problems::several_files(&first, &format!("{other_path} in {other_repo}")).into());
        }
        if !fits(repo, first_repo.as_str()) || !fits(path, first_path.as_str()) {
            let wanted = format!("{path} in {repo}");
            return Err(problems::several_files(&first, wanted.trim()).into());
        }
        let mut draft = SchemaRefDraft {
            r#type: "git".into(),
            repo: first_repo.to_string(),
            path: first_path.to_string(),
            r#ref: name.to_owned(),
        };
        if name.parse::<model::CommitSha>().is_err() {
            let commit = lookups::resolve(self.0, &draft).await;
            draft.r#ref = commit.ok_or_else(|| problems::unknown_commit(name))?.to_string();
        }
        let schema = draft.validate().map_err(Problem::invalid)?;
        lookups::check_schema(self.0, &schema).await?;
        Ok(schema)
    }
}

/// Whether the schema is of this file of a repository; what is empty fits.
fn has_file(schema: &SchemaRef, repo: &str, path: &str) -> bool {
    schema.git().is_some_and(|present| fits(repo, present.0.as_str()) && fits(path, present.1.as_str()))
}

fn fits(wanted: &str, present: &str) -> bool {
    wanted.is_empty() || wanted == present
}
