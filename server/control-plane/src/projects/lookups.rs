//! What is looked up before a command is accepted: names that are taken, repositories, commits, files. Shapes were
//! checked before, so everything here is about what else exists.

use std::collections::BTreeMap;
use std::time::Duration;

use model::{
    CommitSha, EnvName, EnvValue, FieldError, Hostname, Problem, ProblemKind, ProjectId, ReleaseRef, RepoUrl,
    SchemaRef, SchemaRefDraft, SecretName,
};

use crate::ports::Failure as _;
use crate::ports::driver::{Artifact, Release};
use crate::ports::secret_store::SecretScope;
use crate::provisioner::secrets::not_set;
use crate::registry::RegistryError;
use crate::{Error, Inner, Result};

/// How long a command waits for a repository. One that is still being cloned then is accepted, and its first step
/// fails with the same words if need be.
const PATIENCE: Duration = Duration::from_secs(10);

impl Inner {
    /// Refuses names that another project, or the dashboard, has.
    pub(crate) async fn names_are_free(
        &self,
        own: &ProjectId,
        hostname: Option<&Hostname>,
        aliases: &[Hostname],
    ) -> Result<()> {
        let primary = hostname.map(|name| ("hostname".to_owned(), name));
        let others = aliases.iter().enumerate().map(|(index, name)| (format!("aliases.{index}"), name));
        for (field, name) in primary.into_iter().chain(others) {
            if self.settings.dashboard.as_ref().is_some_and(|(dashboard, _)| dashboard == name) {
                return Err(
                    Problem::taken(field, format!("{name} is the dashboard's own."), "a free name").into()
                );
            }
            if let Some(owner) = self.registry.owner_of(name).await?.filter(|owner| owner != own.as_str()) {
                let message = format!("{name} belongs to the project {owner}.");
                return Err(Problem::taken(field, message, "a name that no project has").into());
            }
        }
        Ok(())
    }

    /// Refuses an environment that uses a secret which is not there: its instance could not be started.
    pub(crate) async fn secrets_are_set(
        &self,
        id: &ProjectId,
        env: &BTreeMap<EnvName, EnvValue>,
    ) -> Result<()> {
        let mut uses: Vec<(&EnvName, &SecretName)> = Vec::new();
        for (variable, value) in env {
            if let EnvValue::Secret(used) = value {
                uses.push((variable, &used.secret));
            }
        }
        if uses.is_empty() {
            return Ok(());
        }
        let there = self.ports.secrets.list(&SecretScope::Project(id.clone())).await?;
        let missing = uses.into_iter().filter(|(_, name)| there.iter().all(|it| it.name != name.as_str()));
        let faults: Vec<_> = missing.map(|(variable, name)| not_set(id, variable, name)).collect();
        if faults.is_empty() { Ok(()) } else { Err(Problem::invalid(faults).into()) }
    }

    /// What a write that was refused means to whoever typed the names: somebody was faster, and who that is.
    pub(crate) async fn explain_names(
        &self,
        error: RegistryError,
        own: &ProjectId,
        hostname: Option<&Hostname>,
        aliases: &[Hostname],
    ) -> Error {
        if !matches!(error.constraint(), Some("projects_hostname_key" | "project_hostnames_pkey")) {
            return error.into();
        }
        if let Err(taken) = self.names_are_free(own, hostname, aliases).await {
            return taken;
        }
        // the one who was faster has given it up again
        let detail = "Nothing was changed. Another project had one of the names for a moment. Try again.";
        Problem::new(ProblemKind::Conflict, "A name was taken", detail).into()
    }

    /// Refuses a release that the fleet's driver cannot run.
    pub(crate) fn release_fits(&self, release: Option<&ReleaseRef>) -> Result<()> {
        let Some(release) = release else { return Ok(()) };
        let (message, accepted) = match (self.ports.driver.traits().artifact, release.is_image()) {
            (Artifact::Image, true) => return Ok(()),
            (Artifact::Image, false) => {
                (format!("{release} is no image."), "an image by tag or digest: this fleet runs containers")
            }
            (Artifact::Program, _) if self.settings.programs.is_none() => (
                "This fleet has no choice of servers.".to_owned(),
                "nothing, until ATOMO_FLEET_SERVER_BIN names a program in the folder to choose from",
            ),
            (Artifact::Program, _) => {
                let program = self.settings.release(Some(release));
                let Release::Program(path) = program else { return Ok(()) };
                if path.is_file() {
                    return Ok(());
                }
                (
                    format!("There is no program {}.", path.display()),
                    "the file name of a program in that folder",
                )
            }
        };
        Err(Problem::field("release", message, accepted).into())
    }

    /// Refuses a schema whose repository, commit or file does not exist or may not be read.
    pub(crate) async fn schema_exists(&self, schema: &SchemaRef) -> Result<()> {
        let access = self.repo_access(schema.repo()).await?;
        let reading = self.ports.schemas.read(&access, schema.path(), schema.commit());
        match tokio::time::timeout(PATIENCE, reading).await {
            Ok(Ok(_)) => Ok(()),
            // at this moment even an unreachable repository is a wrong field: nothing was begun that could wait
            Ok(Err(error)) => Err(error.problem().into()),
            Err(_still_cloning) => Ok(()),
        }
    }

    /// Adds to a refused `schema_ref.ref` the full id of the branch, tag or short id that it names.
    pub(crate) async fn suggest_commit(&self, draft: &SchemaRefDraft, mut problem: Problem) -> Problem {
        let Some(fault) = problem.errors.iter_mut().find(|error| error.field == "schema_ref.ref") else {
            return problem;
        };
        if let Some(sha) = self.resolve(draft).await {
            fault.message = format!("{} It names {sha} now.", fault.message);
            *fault = fault.clone().suggest(sha.to_string());
        }
        let errors: Vec<FieldError> = std::mem::take(&mut problem.errors);
        Problem::invalid(errors)
    }

    async fn resolve(&self, draft: &SchemaRefDraft) -> Option<CommitSha> {
        let name = draft.r#ref.trim();
        let repo = RepoUrl::try_from(draft.repo.clone()).ok()?;
        if name.is_empty() || name.starts_with('-') || name.len() > 200 {
            return None;
        }
        let access = self.repo_access(&repo).await.ok()?;
        let resolving = self.ports.schemas.resolve(&access, name);
        tokio::time::timeout(PATIENCE, resolving).await.ok()?.ok()?
    }
}
