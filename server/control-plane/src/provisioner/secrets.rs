//! Secrets first, database second: a password must be in the store before Postgres knows it, or a crash between the
//! two would leave a role that nobody can log in as.

use std::collections::BTreeMap;

use model::{
    DatabaseName, EnvName, EnvValue, FieldError, Invalid, Problem, ProjectId, SecretName, SystemEvent,
};
use secrecy::{ExposeSecret as _, SecretString};

use super::{Provisioner, names};
use crate::ports::secret_store::{Secret, SecretError, SecretPath};
use crate::registry::{Event, ProjectRecord};
use crate::{Result, random};

/// Random bytes of a database password.
const PASSWORD_BYTES: usize = 32;
/// Random bytes of a `JWT_SECRET`.
const JWT_BYTES: usize = 48;
/// Random bytes of an admin's password, which a person types.
const ADMIN_BYTES: usize = 18;

impl Provisioner<'_> {
    fn path(&self, name: &str) -> SecretPath {
        SecretPath::project(&self.record.project.id, name)
    }

    /// Returns the secret and generates it if the registry has no version of it. If the registry has a version and the store
    /// has no value, the result is [`SecretError::Gone`]: a new value would hide the loss.
    async fn ensure(&self, name: &str, bytes: usize) -> Result<Secret> {
        if self.record.secrets.contains_key(name) {
            let (store, path) = (&self.inner.ports.secrets, self.path(name));
            let gone = || SecretError::Gone { path: store.reference(&path), version: None };
            return Ok(store.get(&path, None).await?.ok_or_else(gone)?);
        }
        Ok(self.inner.ports.secrets.ensure(&self.path(name), random::secret(bytes)?).await?)
    }

    pub(super) async fn ensure_secrets(&self) -> Result<Option<String>> {
        let mut versions = BTreeMap::new();
        let password = self.ensure(names::DATABASE_PASSWORD, PASSWORD_BYTES).await?;
        versions.insert(names::DATABASE_PASSWORD.to_owned(), password.version);
        versions
            .insert(names::JWT_SECRET.to_owned(), self.ensure(names::JWT_SECRET, JWT_BYTES).await?.version);
        versions.insert(names::DATABASE_URL.to_owned(), self.ensure_url(&password.value).await?);
        if self.record.admin_email.is_some() {
            let admin = self.ensure(names::ADMIN_PASSWORD, ADMIN_BYTES).await?;
            versions.insert(names::ADMIN_PASSWORD.to_owned(), admin.version);
        }
        for (variable, name) in self.used() {
            versions.insert(name.to_string(), self.version_of(&variable, &name).await?);
        }
        let kept =
            versions.iter().map(|(name, version)| format!("{name} {version}")).collect::<Vec<_>>().join(", ");
        self.record_versions(versions).await?;
        Ok(Some(format!("versions: {kept}")))
    }

    /// The URL follows from the password and from where Postgres listens; a new place is a new version.
    async fn ensure_url(&self, password: &SecretString) -> Result<u32> {
        let (store, path) = (&self.inner.ports.secrets, self.path(names::DATABASE_URL));
        let name = DatabaseName::main(self.record.project.id.clone());
        let url = self.database_server()?.host.url(&name, password);
        let kept = store.ensure(&path, url.clone()).await?;
        if kept.value.expose_secret() == url.expose_secret() {
            return Ok(kept.version);
        }
        Ok(store.put(&path, url).await?)
    }

    /// The secrets that the environment uses, each with its variable.
    fn used(&self) -> Vec<(EnvName, SecretName)> {
        let secret = |(variable, value): (&EnvName, &EnvValue)| match value {
            EnvValue::Secret(used) => Some((variable.clone(), used.secret.clone())),
            EnvValue::Text(_) => None,
        };
        self.record.project.env.iter().filter_map(secret).collect()
    }

    async fn version_of(&self, variable: &EnvName, name: &SecretName) -> Result<u32> {
        let secret = self.inner.ports.secrets.get(&self.path(name.as_str()), None).await?;
        let id = &self.record.project.id;
        Ok(secret.ok_or_else(|| Problem::invalid(vec![not_set(id, variable, name)]))?.version)
    }

    async fn record_versions(&self, versions: BTreeMap<String, u32>) -> Result<()> {
        let id = &self.record.project.id;
        let known = &self.record.secrets;
        let news: Vec<_> =
            versions.iter().filter(|(name, version)| known.get(*name) != Some(*version)).collect();
        if news.is_empty() {
            return Ok(());
        }
        let mut change = self.inner.registry.change(self.op).await?;
        change.in_term(self.inner.term).await?;
        for (name, version) in &news {
            change.set_secret_version(id, name, **version, known.get(*name).copied()).await?;
        }
        let detail = serde_json::json!({"versions": news.into_iter().collect::<BTreeMap<_, _>>()});
        Ok(change.commit(Event { project: Some(id), action: SystemEvent::Secrets.into(), detail }).await?)
    }
}

/// The names of the secrets that the control plane makes for a project, without those that exist: of a retained database.
pub(crate) fn missing_names(record: &ProjectRecord) -> Vec<&'static str> {
    let admin = record.admin_email.as_ref().map(|_| names::ADMIN_PASSWORD);
    let made = [names::DATABASE_PASSWORD, names::JWT_SECRET, names::DATABASE_URL].into_iter().chain(admin);
    made.filter(|name| !record.secrets.contains_key(*name)).collect()
}

/// The fault of a variable whose secret is not there.
pub(crate) fn not_set(id: &ProjectId, variable: &EnvName, name: &SecretName) -> FieldError {
    let message = format!("The secret {name} is not set. Set it with: atomoctl secret set {id} {name}");
    FieldError::new(format!("env.{variable}"), Invalid::new(message, "the name of a secret of this project"))
}
