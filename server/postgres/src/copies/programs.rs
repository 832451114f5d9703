//! Finds `pg_dump` and `pg_restore` on this machine. Several major versions may be installed; the server decides which one is
//! used.

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use control_plane::ports::postgres_host::PostgresError;
use tokio::process::Command;

#[cfg(test)]
mod tests;

/// Debian's folders, one for each major version.
const DEBIAN: &str = "/usr/lib/postgresql";
const NEEDED: [&str; 2] = ["pg_dump", "pg_restore"];
/// The inherited variables: libraries, time zone, temporary files, and the folder of libpq's certificates.
const INHERITED: [&str; 5] = ["PATH", "LD_LIBRARY_PATH", "TZ", "TMPDIR", "HOME"];
/// From here on `pg_restore` sends `SET transaction_timeout`, which older servers do not know.
const SETS_TRANSACTION_TIMEOUT: u32 = 17;
const LIMIT: Duration = Duration::from_secs(10);

/// Where the client programs of Postgres are searched.
#[derive(Debug, Clone, Default)]
pub struct ClientPrograms {
    explicit: Option<PathBuf>,
    extra: Vec<PathBuf>,
}

/// The client programs of one installation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    /// Their folder.
    pub folder: PathBuf,
    /// The major version: 15.
    pub major: u32,
    /// The complete version: `15.18`.
    pub version: String,
}

impl ClientPrograms {
    /// Searches `explicit` only if it is set (`ATOMO_FLEET_PG_BIN`); else `PATH`, the folder that `pg_config` reports, Debian's
    /// folders with the newest first, and `extra`. The search is repeated at every use, so a newly installed version is found.
    pub fn new(explicit: Option<PathBuf>, extra: impl IntoIterator<Item = PathBuf>) -> Self {
        Self { explicit, extra: extra.into_iter().collect() }
    }

    /// The programs for a server of this `server_version_num`: its own major version, else the next newer one that works with it.
    /// [`PostgresError::Refused`] names the server's version, what was found, and the remedy.
    pub(super) async fn for_server(
        &self,
        doing: &'static str,
        server_version: u32,
    ) -> Result<Client, PostgresError> {
        let found = self.find().await;
        let major = server_version / 10_000;
        fitting(&found, major).cloned().ok_or_else(|| PostgresError::Refused {
            doing,
            reason: format!(
                "the server is PostgreSQL {major} and this machine has {}. Install postgresql-client-{major}, or set \
                 ATOMO_FLEET_PG_BIN to the folder of its pg_dump and pg_restore",
                list(&found)
            ),
        })
    }

    async fn find(&self) -> Vec<Client> {
        let mut found = Vec::<Client>::new();
        for folder in self.folders().await {
            if found.iter().any(|client| client.folder == folder) {
                continue;
            }
            if let Some((major, version)) = version(&folder).await {
                found.push(Client { folder, major, version });
            }
        }
        found
    }

    async fn folders(&self) -> Vec<PathBuf> {
        if let Some(explicit) = &self.explicit {
            return installation(explicit).into_iter().collect();
        }
        let path = std::env::var_os("PATH").unwrap_or_default();
        let mut folders: Vec<PathBuf> = std::env::split_paths(&path).filter(|it| it.is_absolute()).collect();
        folders.extend(reported_by_pg_config(&folders).await);
        folders.extend(debian(Path::new(DEBIAN)));
        folders.extend(self.extra.iter().cloned());
        folders.iter().filter_map(|folder| installation(folder)).collect()
    }
}

impl Client {
    /// A program with a minimal environment: ours may contain secrets, and variables of libpq would redirect it. It is killed if
    /// its handle is dropped.
    pub fn command(&self, program: &str) -> Command {
        let mut command = clean(&self.folder.join(program));
        command.stderr(Stdio::piped());
        command
    }
}

fn clean(program: &Path) -> Command {
    let mut command = Command::new(program);
    command.env_clear().kill_on_drop(true).stdin(Stdio::null()).env("LC_ALL", "C");
    command.envs(INHERITED.iter().filter_map(|name| Some((name, std::env::var_os(name)?))));
    command
}

/// The oldest suitable version, the first in the order of the search among equal ones.
fn fitting(found: &[Client], server: u32) -> Option<&Client> {
    let works = |client: &&Client| {
        client.major >= server
            && (server >= SETS_TRANSACTION_TIMEOUT || client.major < SETS_TRANSACTION_TIMEOUT)
    };
    found.iter().filter(works).min_by_key(|client| client.major)
}

fn list(found: &[Client]) -> String {
    let mut text = String::new();
    for (position, client) in found.iter().enumerate() {
        let separator = if position == 0 { "only " } else { ", " };
        write!(text, "{separator}{} ({})", client.version, client.folder.display()).ok();
    }
    if text.is_empty() { "no pg_dump and pg_restore".into() } else { text }
}

/// The folder in which both programs are installed; `None` if one is missing, or is Debian's wrapper, which chooses a version
/// itself.
fn installation(folder: &Path) -> Option<PathBuf> {
    let real = folder.join(NEEDED[0]).canonicalize().ok()?;
    if real.file_name() != Some(OsStr::new(NEEDED[0])) {
        return None;
    }
    let folder = real.parent()?;
    NEEDED.iter().all(|name| folder.join(name).is_file()).then(|| folder.to_owned())
}

async fn reported_by_pg_config(path: &[PathBuf]) -> Option<PathBuf> {
    let pg_config = path.iter().map(|folder| folder.join("pg_config")).find(|file| file.exists())?;
    Some(PathBuf::from(printed(&pg_config, "--bindir").await?.trim()))
}

/// `ROOT/15/bin` and its neighbours, the newest first.
fn debian(root: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(root).into_iter().flatten().filter_map(Result::ok);
    let mut majors: Vec<u32> = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect();
    majors.sort_unstable_by(|a, b| b.cmp(a));
    majors.into_iter().map(|major| root.join(major.to_string()).join("bin")).collect()
}

/// Major and complete version of the `pg_dump` in a folder.
async fn version(folder: &Path) -> Option<(u32, String)> {
    parsed(&printed(&folder.join(NEEDED[0]), "--version").await?)
}

/// 15 and `15.18` of `pg_dump (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)`.
fn parsed(printed: &str) -> Option<(u32, String)> {
    let version = printed.trim().strip_prefix("pg_dump (PostgreSQL) ")?.split_whitespace().next()?;
    let major = version.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()?;
    Some((major, version.to_owned()))
}

async fn printed(program: &Path, argument: &str) -> Option<String> {
    let output = tokio::time::timeout(LIMIT, clean(program).arg(argument).output()).await.ok()?.ok()?;
    String::from_utf8(output.stdout).ok()
}
