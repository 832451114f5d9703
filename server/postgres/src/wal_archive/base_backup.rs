//! Base backups: copies of the files of the server, by `pg_basebackup`.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use control_plane::ports::wal_archive::{BaseBackup, WalArchiveError};
use model::OperationId;
use serde::Deserialize;
use sqlx::postgres::PgConnectOptions;
use tokio::process::Command;

use super::catalog::{Base, Lsn};
use super::chain::Chain;
use super::slot::{self, Facts};
use super::{FolderWalArchive, Result, connection, files, programs};
use crate::embedded::Account;
use crate::session::Session;

const DOING: &str = "taking a base backup";
/// How long the log may take to arrive.
const ARRIVES: Duration = Duration::from_secs(60);
const LOOK: Duration = Duration::from_millis(100);

/// Settings of the server that its recovery needs at least as large.
const SETTINGS: [&str; 5] = [
    "max_connections",
    "max_worker_processes",
    "max_wal_senders",
    "max_locks_per_transaction",
    "max_prepared_transactions",
];

const SOURCE: &str = "
    select (select rolname::text from pg_roles where oid = 10) as superuser,
           (select setting::int8 from pg_settings where name = 'wal_segment_size') as segment,
           array(select name::text || '=' || setting from pg_settings where name = any ($1) order by name) as settings";

/// Whether one is due in the chain that is being received.
pub async fn is_due(archive: &FolderWalArchive) -> Result<bool> {
    let chain = {
        let memory = archive.state.lock();
        memory.chain.clone().filter(|_| memory.fault.is_none())
    };
    let Some(chain) = chain else { return Ok(false) };
    let bases = files::blocking(move || chain.bases()).await?;
    let newest = bases.iter().map(|base| base.ended_at).max();
    Ok(newest.is_none_or(|newest| time::OffsetDateTime::now_utc() - newest >= archive.settings.every))
}

/// A base backup that is being taken.
pub struct Taken {
    admin: PgConnectOptions,
    slot: String,
    operation: String,
    chain: Chain,
    account: Account,
    binaries: PathBuf,
    version: u32,
    expected: u64,
}

/// The contract is that of the port.
pub async fn begin(archive: &FolderWalArchive, operation: OperationId) -> Result<Taken> {
    let facts = slot::facts(&archive.admin, &archive.settings.slot).await?;
    let binaries = archive.programs.for_server(facts.version(), archive.folder.path()).await?;
    let chain = archive.state.lock().chain.clone();
    let chain = chain.filter(|_| facts.active).ok_or_else(|| WalArchiveError::Behind {
        reason: "No write-ahead log is received, so a base backup would have no log behind it".to_owned(),
    })?;
    let account = archive.folder.account()?;
    Ok(Taken {
        admin: archive.admin.clone(),
        slot: archive.settings.slot.clone(),
        operation: operation.to_string(),
        chain,
        account,
        binaries: binaries.folder.clone(),
        version: facts.version(),
        expected: expected(&archive.admin).await,
    })
}

/// The sum of the databases; 0 where the role may not see it.
async fn expected(admin: &PgConnectOptions) -> u64 {
    let asked = async {
        let mut session = Session::open(admin, DOING).await?;
        let query =
            sqlx::query("select sum(pg_database_size(oid))::int8 from pg_database where datallowconn");
        session.rows::<(i64,)>(DOING, query).await
    };
    let rows = asked.await.unwrap_or_default();
    rows.first().and_then(|(bytes,)| u64::try_from(*bytes).ok()).unwrap_or_default()
}

impl Taken {
    fn folder(&self) -> PathBuf {
        self.chain.base().join(&self.operation)
    }

    fn data(&self) -> PathBuf {
        self.chain.data_of(&self.operation)
    }

    /// Waits until everything up to the position is archived. Returns the time of the server when it began to wait.
    async fn arrives(&self, end: Lsn) -> Result<Facts> {
        let mut session = Session::open(&self.admin, DOING).await?;
        let (first, begun) = (slot::read(&mut session, &self.slot).await?, Instant::now());
        let mut facts = first.clone();
        while facts.archived().is_none_or(|archived| archived < end) {
            if begun.elapsed() > ARRIVES {
                let reason =
                    "The write-ahead log of the base backup has not arrived within a minute".to_owned();
                return Err(WalArchiveError::Behind { reason });
            }
            tokio::time::sleep(LOOK).await;
            facts = slot::read(&mut session, &self.slot).await?;
        }
        Ok(first)
    }

    async fn source(&self) -> Result<(String, u64, Vec<(String, String)>)> {
        let mut session = Session::open(&self.admin, DOING).await?;
        let query = sqlx::query(SOURCE).bind(SETTINGS.map(str::to_owned).to_vec());
        let rows: Vec<(String, i64, Vec<String>)> = session.rows(DOING, query).await?;
        let (superuser, segment, settings) = rows.into_iter().next().unwrap_or_default();
        let pair =
            |text: String| text.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()));
        Ok((
            superuser,
            u64::try_from(segment).unwrap_or_default(),
            settings.into_iter().filter_map(pair).collect(),
        ))
    }
}

#[async_trait]
impl BaseBackup for Taken {
    async fn prepare(&self) -> Result<()> {
        let (above, folder, account) = (self.chain.base(), self.folder(), self.account.clone());
        let needed = self.expected + self.expected / 10;
        files::blocking(move || {
            files::remove(&folder)?;
            super::side::check_space(&above, needed)?;
            files::make(&folder, &account)
        })
        .await
    }

    fn copy(&self) -> Command {
        let mut command =
            programs::command(&self.binaries.join("pg_basebackup"), &self.account, self.chain.path());
        command.arg(format!("--pgdata={}", self.data().display()));
        command.args([
            "--checkpoint=fast",
            "--wal-method=none",
            "--manifest-checksums=SHA256",
            "--no-password",
        ]);
        command.arg(format!("--label=atomo-fleet {}", self.operation));
        connection::set_admin(&mut command, &self.admin);
        command.env("PGAPPNAME", "fleet-base-backup").env("PGCONNECT_TIMEOUT", "10");
        command
    }

    fn progress(&self) -> (u64, u64) {
        (files::size(&self.data()), self.expected)
    }

    fn verify(&self) -> Command {
        let mut command =
            programs::command(&self.binaries.join("pg_verifybackup"), &self.account, self.chain.path());
        command.args(["--no-parse-wal", "--exit-on-error", "--quiet"]).arg(self.data());
        command
    }

    async fn complete(&self) -> Result<u64> {
        let path = self.data().join("backup_manifest");
        let range = files::blocking(move || wal_range(&path)).await?;
        let facts = self.arrives(range.1).await?;
        let (superuser, segment, settings) = self.source().await?;
        let (data, complete, account) =
            (self.data(), self.chain.complete(&self.operation), self.account.clone());
        let mut base = Base {
            operation: self.operation.clone(),
            ended_at: facts.at,
            timeline: range.2,
            start: range.0,
            end: range.1,
            bytes: 0,
            segment,
            settings,
            superuser,
            server_version: self.version,
        };
        files::blocking(move || {
            base.bytes = files::size(&data);
            let file = std::fs::File::open(&data).map_err(WalArchiveError::file("opening", &data))?;
            nix::unistd::syncfs(&file)
                .map_err(|error| WalArchiveError::file("syncing", &data)(error.into()))?;
            files::write(&complete, &base, &account)?;
            Ok(base.bytes)
        })
        .await
    }
}

#[derive(Deserialize)]
struct Manifest {
    #[serde(rename = "WAL-Ranges")]
    ranges: Vec<Range>,
}

#[derive(Deserialize)]
struct Range {
    #[serde(rename = "Timeline")]
    timeline: u32,
    #[serde(rename = "Start-LSN")]
    start: String,
    #[serde(rename = "End-LSN")]
    end: String,
}

/// Begin, end and last timeline of the log that the copy needs to be consistent.
fn wal_range(manifest: &std::path::Path) -> Result<(Lsn, Lsn, u32)> {
    let failed = || WalArchiveError::file("reading", manifest);
    let text = std::fs::read(manifest).map_err(failed())?;
    let read: Manifest =
        serde_json::from_slice(&text).map_err(|error| failed()(std::io::Error::other(error)))?;
    let start = read.ranges.iter().filter_map(|range| Lsn::parse(&range.start)).min();
    let end = read.ranges.iter().filter_map(|range| Lsn::parse(&range.end)).max();
    let timeline = read.ranges.iter().map(|range| range.timeline).max();
    match (start, end, timeline) {
        (Some(start), Some(end), Some(timeline)) => Ok((start, end, timeline)),
        _ => Err(failed()(std::io::Error::other("it names no range of the write-ahead log"))),
    }
}
