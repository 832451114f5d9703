//! Errors of the embedded cluster.

use std::path::PathBuf;
use std::time::Duration;

use control_plane::ports::postgres_host::PostgresError;

/// Why the cluster cannot be provided. The message includes the remedy unless it is plain.
#[derive(Debug, thiserror::Error)]
pub enum ClusterError {
    /// We are root, and no other user can run Postgres.
    #[error(
        "Postgres refuses to run as root, and there is no user `{wanted}`: create it, or give {} to the user that \
         Postgres shall run as", .folder.display()
    )]
    NoAccount {
        /// The cluster's folder.
        folder: PathBuf,
        /// The user that was looked up.
        wanted: String,
    },
    /// A parent folder is closed.
    #[error(
        "Postgres runs as user `{account}`, which may not enter {} (mode {mode:04o}), and {} lies in it: open it with \
         `chmod o+x`, or choose another place", .closed.display(), .path.display()
    )]
    Closed {
        /// The path that it needs.
        path: PathBuf,
        /// The first folder on the way that it may not enter.
        closed: PathBuf,
        /// Its mode.
        mode: u32,
        /// The user.
        account: String,
    },
    /// A path that the shell of `pg_ctl` would misread.
    #[error("{}: a path of Postgres may not contain any of \" $ ` \\ or a line break", .path.display())]
    Path {
        /// The path.
        path: PathBuf,
    },
    /// The folder contains something else.
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
    /// The cluster exists, but its password file is missing.
    #[error("{} is missing: the cluster beside it cannot be opened without; bring it back from a backup", .path.display())]
    PasswordMissing {
        /// The file.
        path: PathBuf,
    },
    /// No folder is suitable for the socket.
    #[error("no folder for Postgres' socket: {}", .tried.join("; "))]
    NoSocketFolder {
        /// The candidates, each with its fault.
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
        /// The processes that use it.
        pids: Vec<u32>,
        /// The time-out.
        limit: Duration,
    },
    /// Another process is starting or stopping the cluster.
    #[error("another process has been starting or stopping {} for {} s", .path.display(), .limit.as_secs())]
    Busy {
        /// The cluster's folder.
        path: PathBuf,
        /// The time-out.
        limit: Duration,
    },
    /// No space is left on the disk.
    #[error("{doing}: no space is left on the disk of {}", .path.display())]
    Full {
        /// The attempted act.
        doing: &'static str,
        /// The path.
        path: PathBuf,
    },
    /// A program of Postgres failed.
    #[error("{doing} failed: {reason}")]
    Failed {
        /// The attempted act.
        doing: &'static str,
        /// Its output.
        reason: String,
    },
    /// A program did not end in time.
    #[error("{doing} did not end within {} s", .limit.as_secs())]
    Late {
        /// The attempted act.
        doing: &'static str,
        /// The time-out.
        limit: Duration,
    },
    /// An error of a file or folder.
    #[error("{doing} {}", .path.display())]
    File {
        /// The attempted act.
        doing: &'static str,
        /// The path.
        path: PathBuf,
        /// The cause.
        #[source]
        source: std::io::Error,
    },
    /// The server runs but rejects our connection.
    #[error("the cluster runs, but cannot be used")]
    Server(#[from] PostgresError),
}

impl ClusterError {
    /// Maps an I/O error of a file, for `map_err`.
    pub(super) fn file(doing: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| match source.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => Self::Full { doing, path },
            _ => Self::File { doing, path, source },
        }
    }

    /// The error for a program's output.
    pub(super) fn said(doing: &'static str, path: &std::path::Path, output: &str) -> Self {
        if output.contains("No space left on device") || output.contains("Disk quota exceeded") {
            return Self::Full { doing, path: path.to_owned() };
        }
        Self::Failed { doing, reason: output.trim().to_owned() }
    }
}
