//! Starts the project's server on a restored copy, and waits until it is ready: what was backed up can not only be read, it can be
//! served. A verification does so with the schema file of the backup, a restore that keeps the present commit with the present one,
//! a deploy with the new one, before anything of the project is touched.
//!
//! The server runs beside the project's own, without a route. It has random secrets, and of the
//! project's variables only settings of the server itself, so it cannot act on anything outside. It logs in as the copy's role, so
//! it takes none of the project's connections.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::time::Duration;

use futures::StreamExt as _;
use model::{
    CommitInfo, DatabaseServerName, EnvValue, InstanceKey, InstanceSeen, Problem, ProblemKind, ReleaseRef,
    ReleaseSeen, SchemaRef,
};
use secrecy::SecretString;
use sha2::{Digest as _, Sha256};
use time::OffsetDateTime;
use tokio::time::Instant;

use super::archive::{self, PartRole};
use super::copy::Source;
use super::problems;
use crate::jobs::JobContext;
use crate::observe::probe::Readiness;
use crate::permits::Priority;
use crate::ports::database_copies::{CopySpec, DatabaseCopies};
use crate::ports::driver::{
    AddressRequest, AddressSource, FileDelivery, Follow, InstanceSpec, LogQuery, SchemaFiles,
};
use crate::ports::postgres_host::PostgresHost;
use crate::ports::schema_source::SchemaFile;
use crate::ports::volumes::SchemaKey;
use crate::registry::ProjectRecord;
use crate::{Inner, Result, random};

/// Connections of the server. The copy's role may have one more, for its notifications.
const CONNECTIONS: u32 = 2;
/// Bytes of the random `JWT_SECRET` that the server gets in place of the project's.
const SECRET: usize = 32;
/// Between two questions whether it is ready.
const PAUSE: Duration = Duration::from_millis(50);
/// Lines of its log in the problem of a failure.
const LOG_LINES: usize = 20;
/// The beginning of variables that are settings of the server itself.
const OWN: &str = "ATOMO_";

/// Which schema file the server reads.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Schema<'a> {
    /// That of the backup.
    OfBackup,
    /// The one that the project's instance reads.
    Present,
    /// That of a deploy.
    Deploy {
        /// Where it is from.
        of: &'a SchemaRef,
        /// The file.
        file: &'a SchemaFile,
        /// The release of the deploy.
        release: Option<&'a ReleaseRef>,
    },
}

/// A server that was ready on a copy.
pub(crate) struct Booted {
    /// What it said of itself.
    pub(crate) seen: ReleaseSeen,
    /// From its start until it was ready.
    pub(crate) took: Duration,
}

impl Booted {
    /// In a sentence without a full stop.
    pub(crate) fn note(&self) -> String {
        let what = if self.seen.standin { "the stand-in server" } else { "atomo-server" };
        format!("{what} {} started on it with {} models", self.seen.version, self.seen.models)
    }
}

/// The copy that the server is started on.
pub(crate) struct Copy<'a> {
    /// The server of the database.
    pub(crate) database_server: &'a DatabaseServerName,
    /// Its copies.
    pub(crate) copies: &'a dyn DatabaseCopies,
    /// The archive that was restored.
    pub(crate) source: &'a Source,
    /// The finished copy. What the server migrates belongs to the copy's role until the copy is finished again.
    pub(crate) spec: &'a CopySpec,
}

/// The step. `None` of a project that was deleted, because there is no release to start.
pub(crate) async fn on_copy<I: Send + Sync>(
    job: &JobContext<I>,
    copy: &Copy<'_>,
    schema: Schema<'_>,
) -> Result<Option<Booted>> {
    let Some(project) = &copy.source.name.project else { return Ok(None) };
    let Some(record) = job.inner.registry.project(project).await? else { return Ok(None) };
    let key = InstanceKey::rehearsal(record.project.id.clone(), job.operation().id);
    let host = &job.ports().postgres.of(copy.database_server.as_str())?.host;
    let boot = Boot { job, host: &**host, copy, schema, record, key };
    let booted = boot.until_ready().await;
    remove(&job.inner, &boot.key).await?;
    Ok(Some(booted?))
}

/// Removes the instance of an operation, and its files.
pub(super) async fn remove(inner: &Inner, key: &InstanceKey) -> Result<()> {
    inner.ports.driver.remove(key).await?;
    Ok(inner.ports.volumes.remove_rehearsal(key).await?)
}

struct Boot<'a, I> {
    job: &'a JobContext<I>,
    host: &'a dyn PostgresHost,
    copy: &'a Copy<'a>,
    schema: Schema<'a>,
    record: ProjectRecord,
    key: InstanceKey,
}

impl<I: Send + Sync> Boot<'_, I> {
    async fn until_ready(&self) -> Result<Booted> {
        let (inner, spec) = (&self.job.inner, self.spec().await?);
        let permit = inner.permits.starts.acquire(Priority::Routine).await;
        let begun = Instant::now();
        let started = inner.ports.driver.ensure_running(&spec).await;
        drop(permit);
        started?;
        let deadline = Instant::now() + inner.settings.ready_timeout;
        loop {
            let seen = inner.ports.driver.inspect(&self.key).await?;
            let Some(seen) = seen.filter(InstanceSeen::is_running) else {
                return Err(self.failed("It ended before it was ready.").await.into());
            };
            if inner.prober.readiness(&seen.address).await == Readiness::Ready {
                match inner.prober.describe(&seen.address).await {
                    Ok(seen) => return Ok(Booted { seen, took: begun.elapsed() }),
                    Err(error) if Instant::now() > deadline => {
                        return Err(self.failed(&format!("It is ready, but {error}.")).await.into());
                    }
                    Err(_) => {}
                }
            }
            if Instant::now() > deadline {
                let seconds = inner.settings.ready_timeout.as_secs();
                return Err(self.failed(&format!("It was not ready within {seconds} s.")).await.into());
            }
            tokio::select! {
                () = tokio::time::sleep(PAUSE) => {}
                () = self.job.interrupted().cancelled() => return Err(crate::Error::Interrupted),
            }
        }
    }

    async fn spec(&self) -> Result<InstanceSpec> {
        let (inner, project) = (&self.job.inner, &self.record.project);
        let password = self.copy.copies.open_copy(self.copy.spec, CONNECTIONS + 1).await?;
        let (secret, url) = (random::secret(SECRET)?, self.host.url(&self.copy.spec.name, &password));
        let traits = inner.ports.driver.traits();
        let (written, volumes) = (self.write_schema().await?, &inner.ports.volumes);
        Ok(InstanceSpec {
            key: self.key.clone(),
            // a start of another attempt has another password
            digest: uuid::Uuid::now_v7().to_string(),
            release: inner.settings.release(self.release()),
            limits: project.limits.instance,
            address: match traits.address {
                AddressSource::Given => AddressRequest::Given(free_address()?),
                AddressSource::Assigned => AddressRequest::Assigned,
            },
            env: self.environment(&url, &secret),
            schema: volumes.schema_files(&self.key, &written, traits.files).await?,
            media: volumes.media(&self.key, traits.files),
            database_socket: self.host.socket(),
            redact: vec![password, secret, url],
        })
    }

    fn environment(&self, url: &SecretString, secret: &SecretString) -> Vec<(String, SecretString)> {
        let project = &self.record.project;
        let own = project.env.iter().filter_map(|(name, value)| match value {
            EnvValue::Text(text) if name.as_str().starts_with(OWN) => {
                Some((name.as_str().to_owned(), SecretString::from(text.clone())))
            }
            _ => None,
        });
        let platform = [
            ("DATABASE_URL", url.clone()),
            ("JWT_SECRET", secret.clone()),
            ("DATABASE_POOL_MAX", CONNECTIONS.to_string().into()),
            ("ATOMO_ENV", "production".into()),
            ("ATOMO_PROJECT_ID", project.id.to_string().into()),
            ("LOG_FORMAT", "json".into()),
        ];
        platform.into_iter().map(|(name, value)| (name.to_owned(), value)).chain(own).collect()
    }

    fn release(&self) -> Option<&ReleaseRef> {
        match self.schema {
            Schema::Deploy { release, .. } => release,
            Schema::OfBackup | Schema::Present => self.record.project.release.as_ref(),
        }
    }

    /// Puts the schema file where the server reads it.
    async fn write_schema(&self) -> Result<SchemaKey> {
        let (from, text) = match self.schema {
            Schema::Deploy { of, file, .. } => (of, file.text.clone()),
            Schema::OfBackup => of_backup(self.job, self.copy.source).await?,
            Schema::Present => (&self.record.project.schema_ref, self.present_schema().await?),
        };
        let file = file_of(from, text);
        let written = SchemaKey::from(from.commit());
        self.job.ports().volumes.write_schema(&self.key, &written, from, &file).await?;
        Ok(written)
    }

    async fn present_schema(&self) -> Result<String> {
        let main = InstanceKey::main(self.record.project.id.clone());
        let (volumes, key) = (&self.job.ports().volumes, self.record.schema_key());
        match volumes.schema_files(&main, &key, FileDelivery::Content).await? {
            SchemaFiles::Content(bytes) => {
                String::from_utf8(bytes).map_err(|error| problems::internal(&error).into())
            }
            SchemaFiles::Folder(_) => Err(self.failed("Its schema file cannot be read.").await.into()),
        }
    }

    async fn failed(&self, what: &str) -> Problem {
        let query = LogQuery { tail: LOG_LINES, follow: Follow::No };
        let log: Vec<String> = match self.job.ports().driver.logs(&self.key, query).await {
            Ok(lines) => lines.filter_map(|line| async { line.ok().map(|line| line.text) }).collect().await,
            Err(error) => vec![format!("(the log cannot be read: {error})")],
        };
        let detail = format!("{what} The project itself was not touched.");
        let title = "The server does not start on the restored copy";
        Problem { log, ..Problem::new(ProblemKind::Refused, title, detail) }
    }
}

/// The schema file of a backup, and where it was from.
async fn of_backup<'a, I: Send + Sync>(
    job: &JobContext<I>,
    source: &'a Source,
) -> Result<(&'a SchemaRef, String)> {
    let named = source.manifest.schema.as_ref().zip(source.manifest.part(PartRole::Schema));
    let (from, part) = named.ok_or_else(|| problems::damaged("manifest.json", "it names no schema file"))?;
    let keys = &job.inner.settings.backup_keys;
    let bytes = archive::read_whole(&*job.ports().archives, &source.name, part, keys).await?;
    let text = String::from_utf8(bytes).map_err(|error| problems::damaged(&part.name, &error.to_string()))?;
    Ok((from, text))
}

/// The schema file of a backup.
pub(super) async fn schema_file<I: Send + Sync>(job: &JobContext<I>, source: &Source) -> Result<SchemaFile> {
    let (from, text) = of_backup(job, source).await?;
    Ok(file_of(from, text))
}

fn file_of(from: &SchemaRef, text: String) -> SchemaFile {
    SchemaFile { commit: commit(from), sha256: hex::encode(Sha256::digest(&text)), text }
}

/// The archive tells of the commit no more than its id.
fn commit(from: &SchemaRef) -> CommitInfo {
    let (summary, author) = (String::new(), String::new());
    CommitInfo { sha: from.commit().clone(), summary, author, at: OffsetDateTime::UNIX_EPOCH }
}

/// An address that is free now. Another program may take it before the server does; the driver then refuses the start, and the job
/// tries again.
fn free_address() -> Result<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0));
    let address = listener.and_then(|listener| listener.local_addr());
    Ok(address.map_err(|error| Problem::unavailable("driver", format!("No port is free: {error}.")))?)
}
