//! The server's settings, in a file that `postgresql.conf` includes: on a command line they would pass through the
//! shell of `pg_ctl`.

use std::fs;
use std::path::Path;

use super::error::ClusterError;
use super::folder::Folder;
use super::{ClusterSettings, Durability, PORT};

#[cfg(test)]
mod tests;

/// The name of the file, in the data folder.
pub const FILE: &str = "atomo-fleet.conf";

/// Writes the file.
pub fn write(folder: &Folder, settings: &ClusterSettings, socket: &Path) -> Result<(), ClusterError> {
    let path = folder.data().join(FILE);
    let unfinished = path.with_extension("unfinished");
    let failed = || ClusterError::file("writing", &path);
    let limit = retained(folder)?;
    fs::write(&unfinished, render(settings, socket, limit)).map_err(failed())?;
    folder.account.give(&unfinished)?;
    fs::rename(&unfinished, &path).map_err(failed())
}

/// The log that the server retains at most for an archive that does not receive, in MiB: a fifth of the disk. Then the archive has a
/// gap, and the server goes on.
fn retained(folder: &Folder) -> Result<u64, ClusterError> {
    let path = folder.data();
    let stat = nix::sys::statvfs::statvfs(&path)
        .map_err(|error| ClusterError::file("reading the size of the disk of", &path)(error.into()))?;
    let size = stat.blocks() * stat.fragment_size();
    Ok(((size / 5) >> 20).max(1024))
}

/// The content of the file.
///
/// The log records the server's own messages and rejected connections, but no failed statement: those contain data of the
/// projects, and each instance logs its own errors.
fn render(settings: &ClusterSettings, socket: &Path, retained_mib: u64) -> String {
    let ClusterSettings { folder: _, binaries: _, durability, max_connections, start_limit: _ } = settings;
    let socket = format!("\"{}\"", socket.display()); // a list, in which a comma would separate
    let durability = match durability {
        // after a crash the whole file system is synced at once, not file by file
        Durability::Durable => "recovery_init_sync_method = syncfs\n",
        Durability::TestsOnly => "fsync = off\nfull_page_writes = off\n",
    };
    format!(
        "# Written by Atomo Fleet at every start. Settings of your own: ALTER SYSTEM.\n\
         listen_addresses = ''\n\
         port = {PORT}\n\
         unix_socket_directories = {}\n\
         unix_socket_permissions = 0777\n\
         max_connections = {max_connections}\n\
         password_encryption = 'scram-sha-256'\n\
         log_min_messages = log\n\
         log_min_error_statement = panic\n\
         log_checkpoints = off\n\
         log_line_prefix = '%m [%p] %q%u@%d '\n\
         max_slot_wal_keep_size = {retained_mib}MB\n\
         {durability}",
        quoted(&socket)
    )
}

fn quoted(value: &str) -> String {
    format!("'{}'", value.replace('\\', "\\\\").replace('\'', "''"))
}
