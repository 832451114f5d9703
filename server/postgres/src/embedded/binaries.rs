//! Finds the Postgres programs. The machine's own take precedence; the choice is the same at every start, and a
//! rejected folder is reported with the reason.

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::account::Account;
use super::program;

#[cfg(test)]
mod tests;

const NEEDED: [&str; 3] = ["initdb", "pg_ctl", "postgres"];
/// The oldest supported major version, as for any database server.
const OLDEST: u32 = 15;
/// Debian's folders, one for each major version.
const DEBIAN: &str = "/usr/lib/postgresql";
const LIMIT: Duration = Duration::from_secs(10);

/// The programs of one installation, complete and executable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binaries {
    /// Their folder.
    pub folder: PathBuf,
    /// The major version: 15.
    pub major: u32,
    /// The complete version as reported: `15.18`.
    pub version: String,
}

impl Binaries {
    pub(super) fn program(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

/// Where to search, and for which cluster.
#[derive(Debug, Clone)]
pub struct Search<'a> {
    /// A configured folder: if set, no other is tried.
    pub explicit: Option<&'a Path>,
    /// The cluster's folder. Its major version must match.
    pub cluster: &'a Path,
    /// More folders, tried last.
    pub extra: &'a [PathBuf],
}

/// A rejected folder, with the reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// The folder.
    pub folder: PathBuf,
    /// Why not.
    pub reason: String,
}

impl fmt::Display for Rejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.folder.display(), self.reason)
    }
}

/// Why there are no programs.
#[derive(Debug, thiserror::Error)]
pub enum BinariesError {
    /// The folder that a person named is not it.
    #[error("ATOMO_FLEET_PG_BIN names {0}")]
    Explicit(Rejected),
    /// None on this machine.
    #[error(
        "no Postgres ({OLDEST} or newer) on this machine: install it, or name the folder of initdb, pg_ctl and postgres with \
         ATOMO_FLEET_PG_BIN. Looked at: {}", list(.rejected)
    )]
    None {
        /// Folders that would have been it.
        rejected: Vec<Rejected>,
    },
    /// Some, but none that opens the cluster that is there.
    #[error(
        "{} is a cluster of Postgres {wanted}, but this machine has {} only: install Postgres {wanted}, or name its \
         programs with ATOMO_FLEET_PG_BIN", .cluster.display(), versions(.found)
    )]
    Major {
        /// The cluster.
        cluster: PathBuf,
        /// Its major version.
        wanted: u32,
        /// What there is.
        found: Vec<Binaries>,
    },
    /// Nobody to run them.
    #[error(transparent)]
    Account(#[from] super::ClusterError),
}

fn list(rejected: &[Rejected]) -> String {
    match rejected {
        [] => "no folder that has it".into(),
        all => all.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "),
    }
}

fn versions(found: &[Binaries]) -> String {
    let each = found.iter().map(|it| format!("{} ({})", it.version, it.folder.display()));
    each.collect::<Vec<_>>().join(", ")
}

/// The programs to use: those of the cluster's major version where there is a cluster, else the first that are found in
/// the order of [`find_all`].
pub async fn find_binaries(search: &Search<'_>) -> Result<Binaries, BinariesError> {
    let (found, rejected) = find_all(search).await?;
    let wanted = super::folder::major_of(search.cluster);
    if let (Some(_), [], [rejected, ..]) = (search.explicit, &found[..], &rejected[..]) {
        return Err(BinariesError::Explicit(rejected.clone()));
    }
    match wanted {
        _ if found.is_empty() => Err(BinariesError::None { rejected }),
        None => found.into_iter().next().ok_or(BinariesError::None { rejected }),
        Some(wanted) => match found.iter().find(|it| it.major == wanted) {
            Some(right) => Ok(right.clone()),
            None => Err(BinariesError::Major { cluster: search.cluster.to_owned(), wanted, found }),
        },
    }
}

/// Every usable folder and every unusable one: the one that a person named alone, else `PATH`, the folder that
/// `pg_config` tells, Debian's with the newest first, and the extra ones.
pub async fn find_all(search: &Search<'_>) -> Result<(Vec<Binaries>, Vec<Rejected>), BinariesError> {
    let account = Account::for_folder(search.cluster)?;
    let (mut found, mut rejected) = (Vec::<Binaries>::new(), Vec::new());
    for folder in candidates(search, &account).await {
        let real = installation(&folder);
        if found.iter().any(|it| it.folder == real) {
            continue;
        }
        match examine(&real, &account).await {
            Ok(binaries) => found.push(binaries),
            Err(reason) => rejected.push(Rejected { folder: real, reason }),
        }
    }
    Ok((found, rejected))
}

/// Folders worth a look: the named one whatever is in it, others when there is a server in them.
async fn candidates(search: &Search<'_>, account: &Account) -> Vec<PathBuf> {
    if let Some(explicit) = search.explicit {
        return vec![explicit.to_owned()];
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = std::env::split_paths(&path).filter(|it| it.is_absolute()).collect();
    folders.extend(told_by_pg_config(&folders, account).await);
    folders.extend(debian(Path::new(DEBIAN)));
    folders.extend(search.extra.iter().cloned());
    folders.retain(|folder| folder.join("postgres").exists() && folder.join("initdb").exists());
    folders
}

/// Where the programs really lie: on `PATH` there may be links to some of them only.
fn installation(folder: &Path) -> PathBuf {
    let linked = folder.join("postgres").canonicalize().ok();
    let real = linked.and_then(|program| program.parent().map(Path::to_owned));
    real.filter(|real| missing(real).is_empty()).unwrap_or_else(|| folder.to_owned())
}

fn missing(folder: &Path) -> Vec<&'static str> {
    NEEDED.into_iter().filter(|name| !folder.join(name).is_file()).collect()
}

async fn told_by_pg_config(path: &[PathBuf], account: &Account) -> Option<PathBuf> {
    let pg_config = path.iter().map(|folder| folder.join("pg_config")).find(|file| file.exists())?;
    let root = Path::new("/");
    let output =
        program::run("asking pg_config", &pg_config, account, root, ["--bindir"], LIMIT).await.ok()?;
    Some(PathBuf::from(String::from_utf8(output.stdout).ok()?.trim()))
}

/// `ROOT/15/bin` and its neighbours, the newest first.
fn debian(root: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(root).into_iter().flatten().filter_map(Result::ok);
    let major = |name: std::ffi::OsString| name.to_str().and_then(|name| name.parse::<u32>().ok());
    let mut majors: Vec<u32> = entries.filter_map(|entry| major(entry.file_name())).collect();
    majors.sort_unstable_by(|a, b| b.cmp(a));
    majors.into_iter().map(|major| root.join(major.to_string()).join("bin")).collect()
}

async fn examine(folder: &Path, account: &Account) -> Result<Binaries, String> {
    let missing = missing(folder);
    if !missing.is_empty() {
        return Err(format!("{} missing", missing.join(", ")));
    }
    let postgres = folder.join("postgres");
    account.can_reach(&postgres).map_err(|error| error.to_string())?;
    program::shell_safe(folder).map_err(|error| error.to_string())?;
    let asked =
        program::run("asking for the version", &postgres, account, Path::new("/"), ["--version"], LIMIT);
    let output = asked.await.map_err(|error| with_cause(&error))?;
    let said = program::printed(&output);
    let version = version(&said).ok_or_else(|| format!("postgres --version says {:?}", said.trim()))?;
    let major = version.split(|c: char| !c.is_ascii_digit()).next().and_then(|major| major.parse().ok());
    match major {
        Some(major) if major >= OLDEST => Ok(Binaries { folder: folder.to_owned(), major, version }),
        _ => Err(format!("Postgres {version} is too old, {OLDEST} or newer is needed")),
    }
}

/// `15.18` of `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)`.
fn version(said: &str) -> Option<String> {
    let version = said.trim().strip_prefix("postgres (PostgreSQL) ")?.split_whitespace().next()?;
    Some(version.to_owned())
}

fn with_cause(error: &dyn std::error::Error) -> String {
    let cause = error.source().map(|cause| format!(": {cause}")).unwrap_or_default();
    format!("{error}{cause}")
}
