//! The side cluster: a base backup that is brought to a time.

mod configuration;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use control_plane::ports::database_copies::DatabaseCopies;
use control_plane::ports::wal_archive::{Replay, SideCluster, WalArchiveError};
use model::{ByteSize, OperationId};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use sqlx::postgres::{PgConnectOptions, PgSslMode};
use time::OffsetDateTime;
use tokio::process::Command;

use super::catalog::{self, Base, Lsn};
use super::chain::Chain;
use super::{FolderWalArchive, Result, files, leftovers, programs};
use crate::copies::{ClientPrograms, Copies};
use crate::embedded::{Account, pid_file};

/// Names its socket.
const PORT: u16 = 5432;
/// The longest path of a socket in bytes.
const LONGEST_SOCKET: usize = 107;
/// What its log and its temporary files take beside the base backup.
const BESIDE: u64 = 512 << 20;
/// What is shown of its log.
const LOG: usize = 2048;

/// The side cluster of one operation.
pub struct Side {
    folder: PathBuf,
    chain: Chain,
    base: Base,
    at: OffsetDateTime,
    /// The end of the archive when it was made.
    archived: Lsn,
    account: Account,
    binaries: PathBuf,
}

/// Finds the base backup for a time. Nothing is made.
pub async fn of(archive: &FolderWalArchive, operation: OperationId, at: OffsetDateTime) -> Result<Side> {
    let folder = archive.folder.clone();
    let found = files::blocking(move || {
        let mut windows = Vec::new();
        for chain in folder.all_chains()? {
            let (bases, latest) = (chain.bases()?, chain.latest());
            let Some(window) = catalog::window(&bases, latest) else { continue };
            windows.push(window);
            if let (true, Some(base), Some(latest)) =
                (window.contains(at), catalog::base_for(&bases, at), latest)
            {
                return Ok((chain, base.clone(), latest.lsn));
            }
        }
        windows.sort_by_key(|window| window.earliest);
        Err(WalArchiveError::Outside { at, windows })
    });
    let (chain, base, archived) = found.await?;
    let binaries = archive.programs.for_server(base.server_version, archive.folder.path()).await?;
    Ok(Side {
        folder: archive.folder.side().join(operation.to_string()),
        chain,
        base,
        at,
        archived,
        account: archive.folder.account()?,
        binaries: binaries.folder.clone(),
    })
}

/// The data folder in the folder of a side cluster.
pub fn data_in(folder: &Path) -> PathBuf {
    folder.join("data")
}

/// The folder of its socket: in its own folder, or where that path is too long in the machine's temporary folder.
pub fn socket_in(folder: &Path) -> PathBuf {
    let inside = folder.join("s");
    if inside.join(format!(".s.PGSQL.{PORT}")).as_os_str().len() <= LONGEST_SOCKET {
        return inside;
    }
    let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    Path::new("/tmp").join(format!("atomo-fleet-side-{name}"))
}

/// Fails where a disk has fewer bytes free.
pub fn check_space(path: &Path, needed: u64) -> Result<()> {
    let free = files::free(path)?;
    if free >= needed {
        return Ok(());
    }
    let (needed, free) = (ByteSize::new(needed), ByteSize::new(free));
    Err(WalArchiveError::NoSpace { path: path.to_owned(), needed, free })
}

impl Side {
    fn data(&self) -> PathBuf {
        data_in(&self.folder)
    }

    fn socket(&self) -> PathBuf {
        socket_in(&self.folder)
    }

    fn log_file(&self) -> PathBuf {
        self.folder.join("server.log")
    }

    fn marker(&self) -> PathBuf {
        self.folder.join("recovered.json")
    }
}

#[async_trait]
impl SideCluster for Side {
    fn is_recovered(&self) -> bool {
        // without a sync to the disk, so only in the same run of the machine
        files::read::<String>(&self.marker()).is_some_and(|boot| boot == boot_id())
    }

    async fn prepare(&self) -> Result<()> {
        self.remove().await?;
        let (folder, socket, account) = (self.folder.clone(), self.socket(), self.account.clone());
        let needed = self.base.bytes + self.base.bytes / 5 + BESIDE;
        files::blocking(move || {
            if let Some(above) = folder.parent() {
                files::make(above, &account)?;
                check_space(above, needed)?;
            }
            files::make(&folder, &account)?;
            files::make(&socket, &account)
        })
        .await
    }

    fn copy(&self) -> Command {
        let mut command = programs::command(Path::new("cp"), &self.account, &self.folder);
        command.args(["--archive", "--reflink=auto", "--"]);
        command.arg(self.chain.data_of(&self.base.operation)).arg(self.data());
        command
    }

    async fn configure(&self, replay: Option<Replay>) -> Result<()> {
        let settings = configuration::Settings {
            socket: self.socket(),
            port: PORT,
            wal: self.chain.wal(),
            at: self.at,
            replay,
            base: self.base.clone(),
        };
        let (data, account) = (self.data(), self.account.clone());
        files::blocking(move || configuration::write(&data, &settings, &account)).await
    }

    async fn start(&self) -> Result<Command> {
        let mut command =
            programs::bound("QUIT", &self.binaries.join("postgres"), &self.account, &self.folder)?;
        let path = self.log_file();
        let opened = std::fs::File::options().create(true).append(true).open(&path);
        let log = opened.map_err(WalArchiveError::file("opening", &path))?;
        let also = log.try_clone().map_err(WalArchiveError::file("opening", &path))?;
        command.arg("-D").arg(self.data()).stdout(log).stderr(also);
        Ok(command)
    }

    fn progress(&self) -> Option<(u64, u64)> {
        let replayed = pid_file::holders(&self.data())?.into_iter().find_map(replayed)?;
        let end = catalog::segment_end(&replayed, self.base.segment)?;
        let total = self.archived.0.saturating_sub(self.base.start.0);
        Some((end.saturating_sub(self.base.start.0).min(total), total))
    }

    fn is_ready(&self) -> bool {
        pid_file::read(&self.data()).is_some_and(|file| file.ready)
    }

    fn log(&self) -> String {
        let text = std::fs::read(self.log_file()).unwrap_or_default();
        String::from_utf8_lossy(&text[text.len().saturating_sub(LOG)..]).into_owned()
    }

    fn stop(&self) {
        let data = self.data();
        let server = pid_file::read(&data).map(|file| file.pid);
        let is_its = |pid: &u32| pid_file::holders(&data).unwrap_or_default().contains(pid);
        if let Some(pid) = server.filter(is_its).and_then(|pid| i32::try_from(pid).ok()) {
            let _ = kill(Pid::from_raw(pid), Signal::SIGINT); // it may be ending already
        }
    }

    async fn recovered(&self) -> Result<()> {
        let (marker, account) = (self.marker(), self.account.clone());
        files::blocking(move || files::write(&marker, &boot_id(), &account)).await
    }

    fn copies(&self) -> Arc<dyn DatabaseCopies> {
        let admin = PgConnectOptions::new_without_pgpass()
            .socket(self.socket())
            .port(PORT)
            .ssl_mode(PgSslMode::Disable)
            .username(&self.base.superuser)
            .database("postgres");
        Arc::new(Copies::new(admin, ClientPrograms::new(Some(self.binaries.clone()), [])))
    }

    async fn remove(&self) -> Result<()> {
        let (folder, socket) = (self.folder.clone(), self.socket());
        files::blocking(move || {
            leftovers::end_server(&data_in(&folder));
            files::remove(&socket)?;
            files::remove(&folder)
        })
        .await
    }
}

/// The file of the log that a process replays, as its title says: `postgres: startup recovering 000000010000000000000012`.
fn replayed(pid: u32) -> Option<String> {
    let title = std::fs::read_to_string(format!("/proc/{pid}/cmdline")).ok()?;
    let (_, name) = title.split_once("recovering ")?;
    Some(name.trim_end_matches(['\0', ' ']).to_owned())
}

/// This run of the machine.
fn boot_id() -> String {
    std::fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default().trim().to_owned()
}
