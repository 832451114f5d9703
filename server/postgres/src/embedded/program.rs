//! Runs a program of Postgres: as the cluster's user, with a minimal environment (ours may contain secrets, and
//! variables of libpq would redirect it), and with a time-out.

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Output, Stdio};
use std::time::Duration;

use tokio::process::Command;

use super::account::Account;
use super::error::ClusterError;

/// The inherited variables: libraries and time zone.
const KEPT: [&str; 4] = ["PATH", "LD_LIBRARY_PATH", "TZ", "TMPDIR"];

/// Runs a program to its end. An exit status other than 0 is not an error here.
pub async fn run<A: AsRef<OsStr>>(
    doing: &'static str,
    program: &Path,
    account: &Account,
    folder: &Path,
    arguments: impl IntoIterator<Item = A>,
    limit: Duration,
) -> Result<Output, ClusterError> {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(folder).stdin(Stdio::null()).kill_on_drop(true).env_clear();
    command.envs(KEPT.iter().filter_map(|name| Some((name, std::env::var_os(name)?))));
    command.env("LC_ALL", "C"); // its messages are read, by us too
    if let Some((uid, gid)) = account.switch() {
        command.uid(uid).gid(gid);
    }
    match tokio::time::timeout(limit, command.output()).await {
        Ok(output) => output.map_err(ClusterError::file("starting", program)),
        Err(_) => Err(ClusterError::Late { doing, limit }),
    }
}

/// Its complete output.
pub fn printed(output: &Output) -> String {
    [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text)).join("\n")
}

/// Fails if a path is not safe for the shell through which `pg_ctl` starts the server.
pub fn shell_safe(path: &Path) -> Result<(), ClusterError> {
    let text = path.as_os_str().as_encoded_bytes();
    if text.iter().any(|byte| matches!(byte, b'"' | b'$' | b'`' | b'\\' | b'\n' | b'\r')) {
        return Err(ClusterError::Path { path: path.to_owned() });
    }
    Ok(())
}
