//! The digest and the spec of an instance; starts and stops it.

use std::fmt::Write as _;
use std::time::Duration;

use model::{
    DatabaseName, DesiredState, Edge, EnvValue, InstanceFigures, InstanceSeen, Observed, Problem,
    ProblemKind, Project, SystemEvent,
};
use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};

use super::{Provisioner, Started, names};
use crate::gateway::publisher;
use crate::ports::driver::{AddressRequest, AddressSource, InstanceSpec};
use crate::ports::postgres_host::DatabaseHosts;
use crate::ports::secret_store::{SecretError, SecretPath};
use crate::registry::{Event, ProjectRecord, RevisionContent};
use crate::settings::Settings;
use crate::{Error, Result};

/// The grace period of an instance that hangs.
const HANGING_GRACE: Duration = Duration::from_secs(1);

/// Requests that an instance takes in its window of a minute before it answers 429; the server's own default of 100
/// is one shared bucket behind a gateway.
const RATE_LIMIT: &str = "6000";

/// Digest of everything that the instance is made of, secrets by their version: equal if nothing has to be replaced.
/// `postgres` is where its database is (see [`database_place`]). The address is not part of it, because every planned
/// replacement changes the address. `None` while a secret has no version yet.
pub fn digest(record: &ProjectRecord, settings: &Settings, postgres: &str) -> Option<String> {
    // whole, so that a new field of a revision is a compile error until it is part of the digest
    let RevisionContent { schema_ref, release, env, pool_size, restarts, admin_email, secrets } =
        record.content();
    let mut parts = vec![
        postgres.to_owned(),
        settings.release(release.as_ref()).release(),
        schema_ref.repo().map(ToString::to_string).unwrap_or_default(),
        schema_ref.path().to_string(),
        schema_ref.commit().to_string(),
        pool_size.to_string(),
        restarts.to_string(),
        admin_email.as_ref().map(ToString::to_string).unwrap_or_default(),
    ];
    let mut platform = vec![names::DATABASE_URL, names::JWT_SECRET];
    if admin_email.is_some() {
        platform.push(names::ADMIN_PASSWORD);
    }
    for name in platform {
        parts.push(format!("{name}@{}", secrets.get(name)?));
    }
    for (name, value) in &env {
        parts.push(match value {
            EnvValue::Text(text) => format!("{name}={text}"),
            EnvValue::Secret(used) => format!("{name}@{}", secrets.get(used.secret.as_str())?),
        });
    }
    if let Some(limit) = Edge::of(&record.fleet_edge.policy, &record.project.edge).rate_limit {
        parts.push(limit.to_string());
    }
    let mut digest = Sha256::new();
    for part in parts {
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part);
    }
    let mut hex = String::new();
    for byte in digest.finalize() {
        let _ = write!(hex, "{byte:02x}");
    }
    Some(hex)
}

/// Where the project's database is, as text that is equal for as long as the database stays there.
pub(crate) fn database_place(postgres: &DatabaseHosts, project: &Project) -> Result<String, Problem> {
    let server = postgres.of(&project.database_server)?;
    let name = DatabaseName::main(project.id.clone());
    Ok(server.host.url(&name, &SecretString::default()).expose_secret().to_owned())
}

/// The environment of an instance, and the values that are redacted from its log.
#[derive(Default)]
struct Environment {
    variables: Vec<(String, SecretString)>,
    redact: Vec<SecretString>,
}

impl Environment {
    fn set(&mut self, name: &str, value: impl Into<String>) {
        self.variables.retain(|(earlier, _)| earlier != name);
        self.variables.push((name.to_owned(), value.into().into()));
    }

    fn set_secret(&mut self, name: &str, value: SecretString) {
        self.set(name, value.expose_secret());
        self.redact(value);
    }

    /// An empty value would redact everything.
    fn redact(&mut self, value: SecretString) {
        if !value.expose_secret().is_empty() {
            self.redact.push(value);
        }
    }
}

impl Provisioner<'_> {
    async fn secret(&self, name: &str) -> Result<SecretString> {
        let path = SecretPath::project(&self.record.project.id, name);
        let version = self.record.secrets.get(name).copied();
        let secret = self.inner.ports.secrets.get(&path, version).await?;
        match secret {
            Some(secret) => Ok(secret.value),
            None => Err(self.gone(&path, version).await?.into()),
        }
    }

    /// The error for a missing secret: says whether the whole secret or only the requested version is gone.
    async fn gone(&self, path: &SecretPath, version: Option<u32>) -> Result<SecretError> {
        let store = &self.inner.ports.secrets;
        let is_there = version.is_some() && store.get(path, None).await?.is_some();
        Ok(SecretError::Gone { path: store.reference(path), version: version.filter(|_| is_there) })
    }

    /// The address to request from the driver.
    fn address_request(&self) -> AddressRequest {
        match self.inner.ports.driver.traits().address {
            AddressSource::Given => AddressRequest::Given(self.record.address()),
            AddressSource::Assigned => AddressRequest::Assigned,
        }
    }

    /// The spec, from the present content of registry and secret store.
    pub(super) async fn spec(&self) -> Result<InstanceSpec> {
        let (key, volumes) = (self.key(), &self.inner.ports.volumes);
        let files = self.inner.ports.driver.traits().files;
        let mut environment = Environment::default();
        self.platform_environment(&mut environment).await?;
        self.own_environment(&mut environment).await?;
        self.rate_limit(&mut environment);
        let place = database_place(&self.inner.ports.postgres, &self.record.project)?;
        let digest = digest(&self.record, &self.inner.settings, &place)
            .ok_or_else(|| Problem::unavailable("secrets", "A secret has no version yet."))?;
        let schema = volumes.schema_files(&key, &self.record.schema_key(), files).await?;
        Ok(InstanceSpec {
            media: volumes.media(&key, files),
            key,
            digest,
            release: self.release(),
            limits: self.record.project.limits.instance,
            address: self.address_request(),
            env: environment.variables,
            schema,
            database_socket: self.database_server()?.host.socket(),
            redact: environment.redact,
        })
    }

    /// Sets the variables of the platform.
    async fn platform_environment(&self, environment: &mut Environment) -> Result<()> {
        environment.redact(self.secret(names::DATABASE_PASSWORD).await?);
        environment.set_secret("DATABASE_URL", self.secret(names::DATABASE_URL).await?);
        environment.set_secret("JWT_SECRET", self.secret(names::JWT_SECRET).await?);
        environment.set("DATABASE_POOL_MAX", self.record.project.pool_size.to_string());
        environment.set("ATOMO_ENV", "production");
        environment.set("ATOMO_PROJECT_ID", self.record.project.id.to_string());
        environment.set("LOG_FORMAT", "json");
        environment.set("RATE_LIMIT_RPS", RATE_LIMIT);
        if let Some(email) = &self.record.admin_email {
            environment.set("ADMIN_EMAIL", email.to_string());
            environment.set_secret("ADMIN_PASSWORD", self.secret(names::ADMIN_PASSWORD).await?);
        }
        Ok(())
    }

    /// Sets the rate limit of the edge policy, even if the gateway enforces it: so it holds with either build of the gateway, and
    /// a change of the build replaces no instance.
    fn rate_limit(&self, environment: &mut Environment) {
        let edge = Edge::of(&self.record.fleet_edge.policy, &self.record.project.edge);
        if let Some(limit) = edge.rate_limit {
            environment.set("RATE_LIMIT_RPS", limit.requests().to_string());
            environment.set("RATE_LIMIT_WINDOW_SECS", limit.window_s().to_string());
        }
    }

    /// Sets the project's own variables. Names of the platform cannot be among them.
    async fn own_environment(&self, environment: &mut Environment) -> Result<()> {
        for (name, value) in &self.record.project.env {
            match value {
                EnvValue::Text(text) => environment.set(name.as_str(), text.clone()),
                EnvValue::Secret(used) => {
                    environment.set_secret(name.as_str(), self.secret(used.secret.as_str()).await?);
                }
            }
        }
        Ok(())
    }

    /// Starts the instance. If its route exists already, requests wait there until the first answer, so a hold delays applies of
    /// the route table. If another process has the address, the instance is started on the project's other address, then on
    /// another pair of ports.
    pub(super) async fn ensure_instance(&mut self) -> Result<Option<String>> {
        if self.hold.is_none() && self.record.project.upstream.is_some() {
            self.hold = Some(publisher::hold(self.inner));
        }
        self.started = Started::JustNow;
        let mut started = self.start().await;
        if matches!(&started, Err(Error::Part(failure)) if failure.is_address_taken()) {
            self.record.slot = 1 - self.record.slot;
            started = self.start().await;
        }
        if matches!(&started, Err(Error::Part(failure)) if failure.is_address_taken()) {
            self.move_ports().await?;
            started = self.start().await;
        }
        let instance = started?;
        let pid = instance.pid.map(|pid| format!("process {pid} on ")).unwrap_or_default();
        let note = format!("{pid}{}", instance.address);
        let id = &self.record.project.id;
        self.inner.observations.update(id, |seen| seen.facts.instance = Observed::Present(instance));
        Ok(Some(note))
    }

    /// Starts it once. The revision is recorded before.
    async fn start(&self) -> Result<InstanceSeen> {
        let (spec, project) = (self.spec().await?, &self.record.project);
        let reports = self.inner.registry.reports(self.inner.term);
        reports.revision(&project.id, &self.record.content()).await?;
        reports.slot(&project.id, self.record.slot).await?;
        let permit = self.inner.permits.starts.acquire(self.priority).await;
        self.inner.observations.update(&project.id, |seen| {
            seen.figures.instance = InstanceFigures::default();
            seen.facts.instance = Observed::Unknown;
            seen.facts.ready = Observed::Unknown;
            seen.facts.reached = Observed::Unknown;
            seen.facts.hangs = false;
        });
        let started = self.inner.ports.driver.ensure_running(&spec).await;
        drop(permit);
        Ok(started?)
    }

    /// Allocates another pair of ports to the project, because other processes listen on both of its own.
    pub(super) async fn move_ports(&mut self) -> Result<()> {
        let (first, last) = self.inner.settings.upstream_ports;
        let id = &self.record.project.id;
        let _turn = self.inner.allocation.turn().await?;
        let mut change = self.inner.registry.change(self.op).await?;
        change.in_term(self.inner.term).await?;
        let from = self.record.port_base;
        change.lock_ports().await?;
        let base = change.reallocate_ports(id, (first, last), &[]).await?;
        let base = base.ok_or_else(|| no_other_ports(first, last))?;
        let detail = serde_json::json!({"from": from, "to": base});
        change.commit(Event { project: Some(id), action: SystemEvent::Ports.into(), detail }).await?;
        (self.record.port_base, self.record.slot) = (base, 0);
        Ok(())
    }

    /// Checks what could keep the successor from starting, before its predecessor is stopped. With given addresses,
    /// [`Self::point_route`] has done this.
    async fn check_successor(&self) -> Result<()> {
        let driver = &self.inner.ports.driver;
        let runs_on = self.record.project.desired_state == DesiredState::Running
            && self.record.delete_requested_at.is_none();
        if runs_on && driver.traits().address == AddressSource::Assigned {
            driver.check(&self.spec().await?).await?;
        }
        Ok(())
    }

    pub(super) async fn stop_instance(&self) -> Result<Option<String>> {
        self.check_successor().await?;
        let id = &self.record.project.id;
        let hangs = self.inner.observations.facts(id).is_some_and(|seen| seen.hangs);
        let grace =
            if hangs { HANGING_GRACE.min(self.inner.settings.grace) } else { self.inner.settings.grace };
        self.inner.observations.update(id, |seen| seen.facts.instance = Observed::Unknown);
        let key = self.key();
        self.inner.ports.driver.ensure_stopped(&key, grace).await?;
        let instance = self.inner.ports.driver.inspect(&key).await?;
        self.inner.observations.update(id, |seen| {
            seen.facts.instance = instance.into();
            seen.facts.ready = Observed::Absent;
            seen.facts.hangs = false;
        });
        Ok(None)
    }
}

fn no_other_ports(first: u16, last: u16) -> Problem {
    let detail = format!(
        "Other programs listen on both ports of the project, and no other pair of ports from {first} to {last} is free. \
         Free a port, or widen ATOMO_FLEET_UPSTREAM_PORTS; then press Retry."
    );
    Problem::new(ProblemKind::Refused, "No port is free for the instance", detail)
}
