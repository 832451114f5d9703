//! The dry run of a create: the same checks, and a plan of what would be made.

use model::{
    Action, CreatePlan, DatabaseChoice, DatabaseName, Project, ProjectDraft, SecretName, Step, Target,
};

use super::create::{CheckedCreate, WrittenCreate};
use super::{Projects, idempotency, lookups};
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
        let plan = plan(self.0, &checked, &written);
        drop(written); // rolled back
        Ok(CreatePlan { unset_secrets: unset, ..plan })
    }
}

/// The plan of a row, without the secrets that are not set.
fn plan(inner: &Inner, checked: &CheckedCreate<'_>, written: &WrittenCreate<'_>) -> CreatePlan {
    let WrittenCreate { record, budget, .. } = written;
    let CheckedCreate { new, placement, schema } = checked;
    let Project { id, display_name, labels, class, hostname, aliases, release, limits, pool_size, .. } =
        record.project.clone();
    let secret = |name: &str| SecretName::try_from(name.to_ascii_uppercase()).ok();
    CreatePlan {
        address: hostname.as_ref().map(|host| model::links::address(host, inner.settings.https_port)),
        schema_ref: record.project.schema_ref.clone(),
        commit: schema.as_ref().map(|file| file.commit.clone()),
        database: DatabaseName::main(id.clone()).to_string(),
        database_reused: new.database == DatabaseChoice::Reuse,
        database_server: placement.server.name.clone(),
        connections_free: budget.free().saturating_sub(pool_size.connections()),
        generated_secrets: missing_names(record).into_iter().filter_map(secret).collect(),
        unset_secrets: Vec::new(),
        first_admin: record.admin_email.clone(),
        steps: steps(inner, written),
        id,
        display_name,
        labels,
        class,
        hostname,
        aliases,
        release,
        limits,
        pool_size,
    }
}

fn steps(inner: &Inner, written: &WrittenCreate<'_>) -> Vec<Step> {
    target::planned(inner, &written.record).into_iter().map(|planned| planned.step).collect()
}
