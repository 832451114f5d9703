//! The dry run of a create: the same checks, and a plan of what would be made.

use model::{Action, CreatePlan, DatabaseChoice, NewProject, ProjectDraft, SecretName, Step, Target};

use super::create::{CheckedCreate, WrittenCreate};
use super::{Projects, idempotency, lookups, present_to};
use crate::page_limit::PART;
use crate::provisioner::secrets::missing_names;
use crate::{Inner, OpContext, Result, target};

impl Projects<'_> {
    /// What [`Projects::create`] would make of this draft, or the problem that it would be refused with. Writes nothing: the
    /// row is inserted in a transaction that is rolled back, so that constraints and locks are checked as in a create.
    #[tracing::instrument(skip_all, fields(project.id = %draft.id))]
    pub async fn check(&self, op: &OpContext, draft: ProjectDraft) -> Result<CreatePlan> {
        op.may(Action::ProjectCreate, Target::Anywhere)?;
        idempotency::repeated(|| self.planned(op, draft.clone())).await
    }

    async fn planned(&self, op: &OpContext, draft: ProjectDraft) -> Result<CreatePlan> {
        let checked = self.checked(op, draft).await?;
        let unset_secrets = self.unset_secrets(&checked.new).await;
        let written = self.written(op, &checked).await?;
        let plan = plan(self.0, op, &checked, &written);
        drop(written); // rolled back
        Ok(CreatePlan { unset_secrets, ..plan })
    }

    /// The secrets without a value that the environment uses; `None` if the secret store does not answer.
    async fn unset_secrets(&self, new: &NewProject) -> Option<Vec<SecretName>> {
        let unset = lookups::unset_secrets(self.0, &new.id, &new.env);
        match tokio::time::timeout(PART, unset).await {
            Ok(Ok(unset)) => Some(unset.into_iter().map(|(_, name)| name.clone()).collect()),
            Ok(Err(error)) => {
                tracing::warn!(%error, project.id = %new.id, "the secrets of a dry run were not checked");
                None
            }
            Err(_elapsed) => None,
        }
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
        project: present_to(inner, op, record),
        commit: checked.schema.as_ref().map(|file| file.commit.clone()),
        database_reused: checked.new.database == DatabaseChoice::Reuse,
        connections_free: budget.free().saturating_sub(record.project.pool_size.connections()),
        generated_secrets: missing_names(record).into_iter().filter_map(secret).collect(),
        unset_secrets: None,
        steps: steps(inner, written),
    }
}

fn steps(inner: &Inner, written: &WrittenCreate<'_>) -> Vec<Step> {
    target::planned(inner, &written.record).into_iter().map(|planned| planned.step).collect()
}
