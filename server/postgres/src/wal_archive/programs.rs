//! The programs of the server's own major version: a side cluster starts from its files.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use control_plane::ports::wal_archive::WalArchiveError;
use tokio::process::Command;
use tokio::sync::OnceCell;

use super::Result;
use crate::embedded::{Account, Binaries, Search, find_all};

/// What is needed beside the server.
const NEEDED: [&str; 3] = ["pg_receivewal", "pg_basebackup", "pg_verifybackup"];
/// The inherited variables.
const INHERITED: [&str; 5] = ["PATH", "LD_LIBRARY_PATH", "TZ", "TMPDIR", "HOME"];
/// Of util-linux. It asks the kernel for a signal at the end of this process, then becomes the program.
const BIND: &str = "setpriv";
/// Where it is searched.
const SYSTEM: [&str; 4] = ["/usr/bin", "/bin", "/usr/sbin", "/sbin"];

/// Where they are searched, and what was found.
pub struct Programs {
    explicit: Option<PathBuf>,
    extra: Vec<PathBuf>,
    found: OnceCell<Binaries>,
}

impl Programs {
    pub fn new(explicit: Option<PathBuf>, extra: Vec<PathBuf>) -> Self {
        Self { explicit, extra, found: OnceCell::new() }
    }

    /// Those for a server of this `server_version_num`. The error names what is missing.
    pub async fn for_server(&self, version: u32, folder: &Path) -> Result<&Binaries> {
        let found = self.found.get_or_try_init(|| self.find(version / 10_000, folder)).await?;
        if found.major == version / 10_000 {
            return Ok(found);
        }
        Err(missing(version / 10_000)) // the server was upgraded while this process runs
    }

    async fn find(&self, major: u32, folder: &Path) -> Result<Binaries> {
        let search = Search { explicit: self.explicit.as_deref(), cluster: folder, extra: &self.extra };
        let (found, _) = find_all(&search)
            .await
            .map_err(|error| WalArchiveError::Unusable { reason: error.to_string() })?;
        let complete = |it: &Binaries| NEEDED.iter().all(|name| it.folder.join(name).is_file());
        found.into_iter().find(|it| it.major == major && complete(it)).ok_or_else(|| missing(major))
    }
}

fn missing(major: u32) -> WalArchiveError {
    let reason = format!(
        "postgres, {} of PostgreSQL {major} are not in one folder on this machine: install postgresql-{major}, or set \
         ATOMO_FLEET_PG_BIN to their folder",
        NEEDED.join(", ")
    );
    WalArchiveError::Unusable { reason }
}

/// A program that runs as the account, with a minimal environment: ours may contain secrets.
pub fn command(program: &Path, account: &Account, folder: &Path) -> Command {
    let mut command = Command::new(program);
    command.env_clear().stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    command.kill_on_drop(true).current_dir(folder).env("LC_ALL", "C");
    command.envs(INHERITED.iter().filter_map(|name| Some((name, std::env::var_os(name)?))));
    if let Some((uid, gid)) = account.switch() {
        command.uid(uid).gid(gid);
    }
    command
}

/// A program that gets `signal` when this process ends, however it ends.
pub fn bound(signal: &str, program: &Path, account: &Account, folder: &Path) -> Result<Command> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain(SYSTEM.map(PathBuf::from));
    let bind = folders.map(|folder| folder.join(BIND)).find(|file| file.is_file());
    let bind = bind.ok_or_else(|| WalArchiveError::Unusable {
        reason: format!("{BIND} is not on this machine: install util-linux"),
    })?;
    let mut command = command(&bind, account, folder);
    command.args([OsStr::new("--pdeathsig"), OsStr::new(signal), program.as_os_str()]);
    Ok(command)
}
