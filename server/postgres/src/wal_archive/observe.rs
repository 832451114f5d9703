//! Compares an archive with its server.

use std::time::Duration;

use model::{ByteSize, DatabaseServerName, MissingGrant, RecoveryWindow, WalArchive, Weight};
use time::OffsetDateTime;

use super::catalog::{Latest, Lsn};
use super::chain::Chain;
use super::slot::{self, Facts};
use super::{FolderWalArchive, Result, files};

/// From then on an archive that is behind is a problem.
const LAG: Duration = Duration::from_secs(60);
/// How often, and with which pause, the archive is given the chance to catch up while it is observed.
const LOOKS: u32 = 10;
const LOOK: Duration = Duration::from_millis(50);

/// What is on the disk.
struct Contents {
    windows: Vec<RecoveryWindow>,
    bases: u32,
    bytes: u64,
}

/// The report.
pub async fn report(archive: &FolderWalArchive) -> WalArchive {
    let seen = seen(archive).await;
    let mut problems: Vec<MissingGrant> = Vec::new();
    let (mut receiving, mut lag) = (false, None);
    match seen {
        Ok((facts, behind)) => {
            receiving = facts.active;
            lag = Some(behind);
            problems.extend(of_slot(&facts, behind));
        }
        Err(error) => problems.push(problem(format!("The server was not asked: {error}."))),
    }
    {
        let memory = archive.state.lock();
        let is_prevented = memory.missing.iter().any(|missing| missing.weight == Weight::Missing);
        let fault = memory.fault.as_ref().filter(|_| !is_prevented).map(|fault| {
            problem(format!("The receiver does not run, and is started again automatically: {fault}"))
        });
        problems.extend(fault);
        problems.extend(memory.missing.iter().cloned());
    }
    let contents = contents(archive).await.unwrap_or_else(|error| {
        problems.push(problem(format!("The archive cannot be read: {error}.")));
        Contents { windows: Vec::new(), bases: 0, bytes: 0 }
    });
    finished(archive.settings.server.clone(), archive.settings.days, contents, (receiving, lag), problems)
}

fn finished(
    database_server: DatabaseServerName,
    days: u32,
    contents: Contents,
    (receiving, lag): (bool, Option<Duration>),
    problems: Vec<MissingGrant>,
) -> WalArchive {
    WalArchive {
        database_server,
        days,
        windows: contents.windows,
        receiving,
        lag_seconds: lag.map(|lag| lag.as_secs()),
        base_backups: contents.bases,
        bytes: ByteSize::new(contents.bytes),
        problems,
        at: OffsetDateTime::now_utc(),
    }
}

/// Asks the server, and writes down until where it is archived. The second value is how far the archive is behind.
async fn seen(archive: &FolderWalArchive) -> Result<(Facts, Duration)> {
    let mut session = crate::session::Session::open(&archive.admin, "observing the archive").await?;
    let slot = &archive.settings.slot;
    let first = slot::read(&mut session, slot).await?;
    let (mut facts, server) = (first.clone(), first.flushed().unwrap_or(Lsn(0)));
    for _ in 0..LOOKS {
        let archived = facts.archived().unwrap_or(Lsn(0));
        if archived >= server || !facts.active {
            break;
        }
        tokio::time::sleep(LOOK).await;
        facts = slot::read(&mut session, slot).await?;
    }
    let archived = facts.archived().unwrap_or(Lsn(0));
    let (latest, since, chain) = {
        let mut memory = archive.state.lock();
        let latest = memory.sample(first.at, server, archived);
        (latest, memory.behind_since(archived), memory.chain.clone())
    };
    if let (Some(latest), Some(chain)) = (latest, chain) {
        write_down(archive, chain, latest).await?;
    }
    let behind = since.map_or(Duration::ZERO, |since| (facts.at - since).try_into().unwrap_or_default());
    Ok((facts, behind))
}

async fn write_down(archive: &FolderWalArchive, chain: Chain, latest: Latest) -> Result<()> {
    let account = archive.folder.account()?;
    files::blocking(move || chain.set_latest(latest, &account)).await
}

fn of_slot(facts: &Facts, behind: Duration) -> Vec<MissingGrant> {
    let mut problems = Vec::new();
    if behind > LAG {
        problems.push(problem(format!("The archive is {} s behind the server.", behind.as_secs())));
    }
    match facts.wal_status.as_deref() {
        None | Some("reserved") => {}
        Some("lost") => problems.push(problem(
            "The server has removed log that was not archived: the archive has a gap, and a new base backup is taken."
                .to_owned(),
        )),
        Some(status) => problems.push(problem(format!(
            "The server retains much log for the archive (wal_status is {status}). If it removes it before it is received, the \
             archive has a gap."
        ))),
    }
    problems
}

fn problem(text: String) -> MissingGrant {
    MissingGrant { weight: Weight::Missing, text, sql: None }
}

async fn contents(archive: &FolderWalArchive) -> Result<Contents> {
    let windows = archive.folder.windows().await?;
    let folder = archive.folder.clone();
    files::blocking(move || {
        let (mut bases, mut bytes) = (0, 0);
        for chain in folder.all_chains()? {
            let complete = chain.bases()?;
            bases += u32::try_from(complete.len()).unwrap_or(u32::MAX);
            bytes += complete.iter().map(|base| base.bytes).sum::<u64>() + files::size(&chain.wal());
        }
        Ok(Contents { windows, bases, bytes })
    })
    .await
}
