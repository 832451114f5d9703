//! The settings of a side cluster: nothing of the source's own files remains.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use control_plane::ports::wal_archive::{Replay, WalArchiveError};
use time::OffsetDateTime;

use super::super::Result;
use super::super::catalog::Base;
use crate::embedded::Account;

#[cfg(test)]
mod tests;

/// What they are made from.
pub struct Settings {
    pub socket: PathBuf,
    pub port: u16,
    pub wal: PathBuf,
    pub at: OffsetDateTime,
    pub replay: Option<Replay>,
    pub base: Base,
}

/// Writes all files of the configuration.
pub fn write(data: &Path, settings: &Settings, account: &Account) -> Result<()> {
    let conf = render(settings);
    // the folder of the socket lets only its own user in
    let written = [
        ("postgresql.conf", conf.as_str()),
        ("postgresql.auto.conf", ""),
        ("pg_ident.conf", ""),
        ("pg_hba.conf", "local all all trust\n"),
    ];
    for (name, text) in written {
        put(&data.join(name), text, account)?;
    }
    for name in ["standby.signal", "recovery.signal"] {
        let path = data.join(name);
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(WalArchiveError::file("removing", path)(error));
            }
            _ => {}
        }
    }
    if settings.replay.is_some() {
        put(&data.join("recovery.signal"), "", account)?;
    }
    Ok(())
}

fn put(path: &Path, text: &str, account: &Account) -> Result<()> {
    let failed = || WalArchiveError::file("writing", path);
    std::fs::write(path, text).map_err(failed())?;
    account.give(path).map_err(|error| failed()(std::io::Error::other(error.to_string())))
}

fn render(settings: &Settings) -> String {
    let Settings { socket, port, wal, at, replay, base } = settings;
    let mut text = format!(
        "listen_addresses = ''\nport = {port}\nunix_socket_directories = {}\nunix_socket_permissions = 0700\n\
         archive_mode = off\nhot_standby = off\nmax_logical_replication_workers = 0\nprimary_conninfo = ''\nautovacuum = off\n\
         fsync = off\nfull_page_writes = off\nsynchronous_commit = off\njit = off\nshared_preload_libraries = ''\nlc_messages = 'C'\n\
         logging_collector = off\nlog_min_messages = warning\nlog_min_error_statement = panic\nrestart_after_crash = off\n",
        quoted(&format!("\"{}\"", socket.display()))
    );
    for (name, value) in &base.settings {
        writeln!(text, "{name} = {}", quoted(value)).ok();
    }
    if replay.is_some() {
        writeln!(text, "restore_command = {}", quoted(&restore_command(wal))).ok();
        text.push_str("recovery_target_action = promote\n");
    }
    if *replay == Some(Replay::Time) {
        writeln!(text, "recovery_target_time = {}", quoted(&target(*at))).ok();
    }
    text
}

/// The newest file has another name while it is written. It is renamed when it is full, so its final name is tried again.
fn restore_command(wal: &Path) -> String {
    let folder = wal.display().to_string().replace('\'', r"'\''").replace('%', "%%");
    let copy = |suffix: &str| format!("cp '{folder}/%f{suffix}' '%p' 2>/dev/null");
    [copy(""), copy(".partial"), copy("")].join(" || ")
}

/// `2026-11-30 12:34:56.789012+00`.
fn target(at: OffsetDateTime) -> String {
    let at = at.to_offset(time::UtcOffset::UTC);
    let (date, time) = (at.date(), at.time());
    let (hour, minute, second, micro) = time.as_hms_micro();
    format!("{date} {hour:02}:{minute:02}:{second:02}.{micro:06}+00")
}

fn quoted(value: &str) -> String {
    format!("'{}'", value.replace('\\', "\\\\").replace('\'', "''"))
}
