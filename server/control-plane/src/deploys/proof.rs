//! The proof of a deploy: the project runs the new version, its server has the models of the rehearsal, and its database has what the
//! schema declares.

use model::{DatabaseName, DesiredState, Observed, ProjectStatus};

use super::input::DeployInput;
use super::plan::version_of;
use super::version::schema_file;
use super::{preflight, problems};
use crate::Result;
use crate::backups::create::project;
use crate::jobs::JobContext;
use crate::registry::ProjectRecord;

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
    let models = release.models;
    let missing = missing(job, &record).await?;
    if missing.is_empty() {
        Ok(Some(format!("{models} models")))
    } else {
        Err(problems::not_as_declared(&missing).into())
    }
}

/// What the schema declares and the database lacks. Former versions of the server start although a migration failed.
async fn missing(job: &JobContext<DeployInput>, record: &ProjectRecord) -> Result<Vec<String>> {
    let file = schema_file(job).await?;
    let declared = preflight::read(&job.inner, file.text).await?;
    let copies = &job.ports().postgres.of(job.input().database_server.as_str())?.copies;
    let live = copies.seen(&DatabaseName::main(record.project.id.clone()), record.database_oid).await?;
    let differences = preflight::differences(&declared, &live);
    Ok(differences.into_iter().filter(|difference| difference.is_missing).map(|it| it.detail).collect())
}
