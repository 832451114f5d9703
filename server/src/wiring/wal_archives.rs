//! The archives of write-ahead log, of the servers for which they are switched on.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use control_plane::ports::wal_archive::{WalArchive, WalArchives};
use control_plane::registry::Registry;
use model::DatabaseServerName;
use postgres_host::{ConnectOptions, FolderWalArchive, WalArchiveSettings};

use super::programs;
use crate::config::Config;
use crate::data_dir::DataDir;

/// The folder in the data directory.
const FOLDER: &str = "wal";

/// All of them. Nothing is created or contacted here.
pub(super) async fn wal_archives(
    config: &Config,
    dir: &DataDir,
    registry: &Registry,
    servers: &BTreeMap<DatabaseServerName, ConnectOptions>,
) -> anyhow::Result<WalArchives> {
    let slot = slot(&registry.fleet_id().await?.to_string());
    let folder = config.backups.wal_archive.folder.clone().unwrap_or_else(|| dir.join(FOLDER));
    let (mut on, mut off) = (BTreeMap::new(), Vec::new());
    for (name, admin) in servers {
        let extra: Vec<PathBuf> = programs::postgres().into_iter().collect();
        let settings = WalArchiveSettings {
            server: name.clone(),
            folder: folder.join(name.as_str()),
            days: config.backups.wal_archive.days,
            every: config.backups.wal_archive.every,
            slot: slot.clone(),
            programs: config.pg_bin.clone(),
            extra,
        };
        let archive: Arc<dyn WalArchive> = Arc::new(FolderWalArchive::new(admin.clone(), settings));
        if config.backups.wal_archive.servers.contains(name) {
            on.insert(name.clone(), archive);
        } else {
            off.push(archive);
        }
    }
    Ok(WalArchives::new(on, off))
}

/// The replication slot of this fleet: another one may use the same server.
fn slot(fleet: &str) -> String {
    let digits: String = fleet.chars().filter(char::is_ascii_alphanumeric).take(8).collect();
    format!("fleet_pitr_{}", digits.to_lowercase())
}
