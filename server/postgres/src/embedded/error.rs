//! Why a cluster could not be had.

use std::path::PathBuf;
use std::time::Duration;

use control_plane::ports::postgres_host::PostgresError;

/// Why a cluster could not be had. Each says what to do where that is not plain.
#[derive(Debug, thiserror::Error)]
pub enum ClusterError {
    /// We are root and there is nobody else to run it.
    #[error(
        "Postgres refuses to run as root, and there is no user `{wanted}`: create it, or give {} to the user that \
         Postgres shall run as", .folder.display()
    )]
    NoAccount {
        /// The cluster's folder.
        folder: PathBuf,
        /// Who was looked for.
        wanted: String,
    },
    /// A folder above is closed.
    #[error(
        "Postgres runs as user `{account}`, which may not enter {} (mode {mode:04o}), and {} lies in it: open it with \
         `chmod o+x`, or choose another place", .closed.display(), .path.display()
    )]
    Closed {
        /// What it needs.
        path: PathBuf,
        /// The first folder on the way that it may not enter.
        closed: PathBuf,
        /// Its mode.
        mode: u32,
        /// Who may not.
        account: String,
    },
    /// A path that `pg_ctl`, which uses a shell, would misread.
    #[error("{}: a path of Postgres may not contain any of \" $ ` \\ or a line break", .path.display())]
    Path {
        /// The path.
        path: PathBuf,
    },
    /// There is something else in the folder.
    #[error("{} is not empty, and no Postgres cluster (it has no PG_VERSION): move it away", .path.display())]
    NotACluster {
        /// The folder.
        path: PathBuf,
    },
    /// The programs are of another major version.
    #[error(
        "{} is a cluster of Postgres {found}, but {} holds Postgres {offered}: install Postgres {found}, or name its \
         programs with ATOMO_FLEET_PG_BIN", .path.display(), .binaries.display()
    )]
    Major {
        /// The cluster.
        path: PathBuf,
        /// Its major version.
        found: String,
        /// The folder of the programs.
        binaries: PathBuf,
        /// Their major version.
        offered: u32,
    },
    /// There is a cluster, but the password is gone.
    #[error("{} is missing: the cluster beside it cannot be opened without; bring it back from a backup", .path.display())]
    PasswordMissing {
        /// The file.
        path: PathBuf,
    },
    /// No folder for the socket.
    #[error("no folder for Postgres' socket: {}", .tried.join("; "))]
    NoSocketFolder {
        /// Each place and what is wrong with it.
        tried: Vec<String>,
    },
    /// Processes of a former server do not end.
    #[error(
        "{} is in use by the Postgres processes {pids:?}, which neither answer nor end within {} s: look at them, and \
         end them if they are stuck", .path.display(), .limit.as_secs()
    )]
    Held {
        /// The cluster.
        path: PathBuf,
        /// Who holds it.
        pids: Vec<u32>,
        /// How long we waited.
        limit: Duration,
    },
    /// Somebody else is starting or stopping it.
    #[error("another process has been starting or stopping {} for {} s", .path.display(), .limit.as_secs())]
    Busy {
        /// The cluster's folder.
        path: PathBuf,
        /// How long we waited.
        limit: Duration,
    },
    /// No space left.
    #[error("{doing}: no space is left on the disk of {}", .path.display())]
    Full {
        /// What was being done.
        doing: &'static str,
        /// Where.
        path: PathBuf,
    },
    /// A program of Postgres failed.
    #[error("{doing} failed: {reason}")]
    Failed {
        /// What was being done.
        doing: &'static str,
        /// What it said.
        reason: String,
    },
    /// It did not end in time.
    #[error("{doing} did not end within {} s", .limit.as_secs())]
    Late {
        /// What was being done.
        doing: &'static str,
        /// How long we waited.
        limit: Duration,
    },
    /// A file or folder.
    #[error("{doing} {}", .path.display())]
    File {
        /// What was being done.
        doing: &'static str,
        /// To what.
        path: PathBuf,
        /// Why not.
        #[source]
        source: std::io::Error,
    },
    /// The server runs but does not let us in.
    #[error("the cluster runs, but cannot be used")]
    Server(#[from] PostgresError),
}

impl ClusterError {
    /// For `map_err` on an act on a file.
    pub(super) fn file(doing: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| match source.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => Self::Full { doing, path },
            _ => Self::File { doing, path, source },
        }
    }

    /// What a program said, as an error.
    pub(super) fn said(doing: &'static str, path: &std::path::Path, output: &str) -> Self {
        if output.contains("No space left on device") || output.contains("Disk quota exceeded") {
            return Self::Full { doing, path: path.to_owned() };
        }
        Self::Failed { doing, reason: output.trim().to_owned() }
    }
}
