//! The proof of a deploy: the project runs the new version, its server has the models of the rehearsal, and its database has what the
//! schema declares.

use model::{DesiredState, Observed, ProjectStatus};

use super::input::DeployInput;
use super::plan::version_of;
use super::problems;
use crate::Result;
use crate::backups::create::project;
use crate::jobs::JobContext;

/// The step.
pub(super) async fn verify(job: &JobContext<DeployInput>) -> Result<Option<String>> {
    let (inner, input) = (&job.inner, job.input());
    let record = project(job).await?;
    let id = &record.project.id;
    let runs = record.project.status == ProjectStatus::Running
        && record.project.desired_state == DesiredState::Running;
    if version_of(&record) != input.to || !runs {
        return Err(problems::changed_meanwhile(id).into());
    }
    let seen = inner.observations.facts(id).unwrap_or_default();
    let Observed::Present(release) = &seen.ready else { return Err(problems::changed_meanwhile(id).into()) };
    let rehearsal = inner.registry.deploy(input.deploy).await?.and_then(|deploy| deploy.rehearsal);
    if rehearsal.is_some_and(|rehearsal| rehearsal.models_digest != release.models_digest) {
        return Err(problems::other_models().into());
    }
    Ok(Some(format!("{} models", release.models)))
}
