//! The dry run of a create: the same checks, and a plan of what would be made.

use model::{Action, CreatePlan, DatabaseChoice, ProjectDraft, SecretName, Step, Target};

use super::create::{CheckedCreate, WrittenCreate};
use super::{Projects, idempotency, lookups, present_to};
use crate::provisioner::secrets::missing_names;
use crate::{Inner, OpContext, Result, target};

impl Projects<'_> {
    /// What [`Projects::create`] would make of this draft, or the problem that it would be refused with. Writes nothing: the
    /// row is written and rolled back, so that the database judges it as it would judge a create.
    #[tracing::instrument(skip_all, fields(project.id = %draft.id))]
    pub async fn check(&self, op: &OpContext, draft: ProjectDraft) -> Result<CreatePlan> {
        op.may(Action::ProjectCreate, Target::Anywhere)?;
        idempotency::repeated(|| self.planned(op, draft.clone())).await
    }

    async fn planned(&self, op: &OpContext, draft: ProjectDraft) -> Result<CreatePlan> {
        let checked = self.checked(op, draft).await?;
        let unset = lookups::unset_secrets(self.0, &checked.new.id, &checked.new.env).await?;
        let unset: Vec<SecretName> = unset.into_iter().map(|(_, name)| name.clone()).collect();
        let written = self.written(op, &checked).await?;
        let plan = plan(self.0, op, &checked, &written);
        drop(written); // rolled back
        Ok(CreatePlan { unset_secrets: unset, ..plan })
    }
}

/// The plan of a row, without the secrets that are not set.
fn plan(
    inner: &Inner,
    op: &OpContext,
    checked: &CheckedCreate<'_>,
    written: &WrittenCreate<'_>,
) -> CreatePlan {
    let WrittenCreate { record, budget, .. } = written;
    let secret = |name: &str| SecretName::try_from(name.to_ascii_uppercase()).ok();
    CreatePlan {
        project: present_to(inner, op, record.clone()),
        commit: checked.schema.as_ref().map(|file| file.commit.clone()),
        database_reused: checked.new.database == DatabaseChoice::Reuse,
        connections_free: budget.free().saturating_sub(record.project.pool_size.connections()),
        generated_secrets: missing_names(record).into_iter().filter_map(secret).collect(),
        unset_secrets: Vec::new(),
        steps: steps(inner, written),
    }
}

fn steps(inner: &Inner, written: &WrittenCreate<'_>) -> Vec<Step> {
    target::planned(inner, &written.record).into_iter().map(|planned| planned.step).collect()
}
