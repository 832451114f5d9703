//! Checks of a command against everything but its own row: names of other projects, secrets, repositories, commits, files.
//! The shape of the input was validated before.

use std::collections::BTreeMap;
use std::time::Duration;

use model::{
    CommitSha, EnvName, EnvValue, FieldError, Hostname, Problem, ProblemKind, ProjectId, ReleaseRef, RepoUrl,
    SchemaRef, SchemaRefDraft, SecretName,
};

use crate::ports::driver::{Artifact, Release};
use crate::ports::schema_source::SchemaFile;
use crate::ports::secret_store::SecretScope;
use crate::provisioner::secrets::not_set;
use crate::registry::RegistryError;
use crate::{Error, Inner, Result, repositories, schemas};

/// How long a command waits for a repository. If it is still being cloned after that, the command is accepted, and its first
/// step fails with the same problem if the file does not exist.
const PATIENCE: Duration = Duration::from_secs(10);

/// Refuses names of other projects and of the dashboard.
pub(super) async fn check_names(
    inner: &Inner,
    own: &ProjectId,
    hostname: Option<&Hostname>,
    aliases: &[Hostname],
) -> Result<()> {
    let primary = hostname.map(|name| ("hostname".to_owned(), name));
    let others = aliases.iter().enumerate().map(|(index, name)| (format!("aliases.{index}"), name));
    for (field, name) in primary.into_iter().chain(others) {
        if inner.settings.dashboard.as_ref().is_some_and(|(dashboard, _)| dashboard == name) {
            return Err(
                Problem::taken(field, format!("{name} is the dashboard's own."), "a free name").into()
            );
        }
        if let Some(owner) = inner.registry.owner_of(name).await?.filter(|owner| owner != own.as_str()) {
            let message = format!("{name} belongs to the project {owner}.");
            return Err(Problem::taken(field, message, "a name that no project has").into());
        }
    }
    Ok(())
}

/// Refuses an environment that uses a secret without a value: the instance could not be started.
pub(super) async fn check_secrets(
    inner: &Inner,
    id: &ProjectId,
    env: &BTreeMap<EnvName, EnvValue>,
) -> Result<()> {
    let unset = unset_secrets(inner, id, env).await?;
    let faults: Vec<_> = unset.into_iter().map(|(variable, name)| not_set(id, variable, name)).collect();
    if faults.is_empty() { Ok(()) } else { Err(Problem::invalid(faults).into()) }
}

/// The secrets without a value that an environment uses, each with its variable. Contacts the store only if a secret is used.
pub(super) async fn unset_secrets<'a>(
    inner: &Inner,
    id: &ProjectId,
    env: &'a BTreeMap<EnvName, EnvValue>,
) -> Result<Vec<(&'a EnvName, &'a SecretName)>> {
    let mut uses: Vec<(&EnvName, &SecretName)> = Vec::new();
    for (variable, value) in env {
        if let EnvValue::Secret(used) = value {
            uses.push((variable, &used.secret));
        }
    }
    if uses.is_empty() {
        return Ok(uses);
    }
    let there = inner.ports.secrets.list(&SecretScope::Project(id.clone())).await?;
    uses.retain(|(_, name)| there.iter().all(|it| it.name != name.as_str()));
    Ok(uses)
}

/// The error of a write that violated a uniqueness constraint on names: says which project took the name meanwhile.
pub(super) async fn explain_taken_names(
    inner: &Inner,
    error: RegistryError,
    own: &ProjectId,
    hostname: Option<&Hostname>,
    aliases: &[Hostname],
) -> Error {
    if !matches!(error.constraint(), Some("projects_hostname_key" | "project_hostnames_pkey")) {
        return error.into();
    }
    if let Err(taken) = check_names(inner, own, hostname, aliases).await {
        return taken;
    }
    // the other project has released the name again
    let detail = "Nothing was changed. Another project had one of the names for a moment. Try again.";
    Problem::new(ProblemKind::Conflict, "A name was taken", detail).into()
}

/// Refuses a release that the fleet's driver cannot run.
pub(crate) fn check_release(inner: &Inner, release: Option<&ReleaseRef>) -> Result<()> {
    let Some(release) = release else { return Ok(()) };
    let (message, accepted) = match (inner.ports.driver.traits().artifact, release.is_image()) {
        (Artifact::Image, true) => return Ok(()),
        (Artifact::Image, false) => {
            (format!("{release} is no image."), "an image by tag or digest: this fleet runs containers")
        }
        (Artifact::Program, _) if inner.settings.programs.is_none() => (
            "This fleet has no choice of servers.".to_owned(),
            "nothing, until ATOMO_FLEET_SERVER_BIN names a program in the folder to choose from",
        ),
        (Artifact::Program, _) => {
            let program = inner.settings.release(Some(release));
            let Release::Program(path) = program else { return Ok(()) };
            if path.is_file() {
                return Ok(());
            }
            (format!("There is no program {}.", path.display()), "the file name of a program in that folder")
        }
    };
    Err(Problem::field("release", message, accepted).into())
}

/// Refuses a schema whose repository, commit or file does not exist or may not be read. Returns the file, or `None` if the
/// repository is still being cloned.
pub(crate) async fn check_schema(inner: &Inner, schema: &SchemaRef) -> Result<Option<SchemaFile>> {
    match tokio::time::timeout(PATIENCE, schemas::read(inner, schema)).await {
        Ok(Ok(file)) => Ok(Some(file)),
        // here an unreachable repository is an error of the field: no operation exists yet that could wait for it
        Ok(Err(error)) => Err(error.problem().into()),
        Err(_still_cloning) => Ok(None),
    }
}

/// Adds to a refused `schema_ref.ref` the full id of the branch, tag or short id that it names.
pub(crate) async fn suggest_commit(inner: &Inner, draft: &SchemaRefDraft, mut problem: Problem) -> Problem {
    let Some(fault) = problem.errors.iter_mut().find(|error| error.field == "schema_ref.ref") else {
        return problem;
    };
    if let Some(sha) = resolve(inner, draft).await {
        fault.message = format!("{} It names {sha} now.", fault.message);
        *fault = fault.clone().suggest(sha.to_string());
    }
    let errors: Vec<FieldError> = std::mem::take(&mut problem.errors);
    Problem::invalid(errors)
}

pub(crate) async fn resolve(inner: &Inner, draft: &SchemaRefDraft) -> Option<CommitSha> {
    let name = draft.r#ref.trim();
    let repo = RepoUrl::try_from(draft.repo.clone()).ok()?;
    if name.is_empty() || name.starts_with('-') || name.len() > 200 {
        return None;
    }
    let access = repositories::access(inner, &repo).await.ok()?;
    let resolving = inner.ports.schemas.resolve(&access, name);
    tokio::time::timeout(PATIENCE, resolving).await.ok()?.ok()?
}
