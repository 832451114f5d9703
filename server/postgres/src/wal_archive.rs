//! The archive of the write-ahead log of a server, in a folder of this machine.
//!
//! ```text
//! FOLDER/SYSTEM/CHAIN/wal/…                 the log, written by pg_receivewal
//! FOLDER/SYSTEM/CHAIN/base/OPERATION/data   the files of a base backup
//! FOLDER/SYSTEM/CHAIN/base/OPERATION/base.json   written last: with it the base backup is complete
//! FOLDER/SYSTEM/CHAIN/latest.json           until where the log is archived
//! FOLDER/side/OPERATION/…                   a side cluster
//! ```
//!
//! - SYSTEM is the identifier that `initdb` gave the server, so a new cluster under an old address begins an archive of its own.
//! - CHAIN is the time at which it began. A chain has no gap: where the replication slot is gone or lost, a new one begins.
//! - Everything runs as the user of the folder, which only that user can enter.
//! - A receiver and a side cluster get a signal from the kernel when this process ends, also by a kill. Those of a process that ended
//!   before it could ask for the signal are found by their folder.

mod base_backup;
mod catalog;
mod chain;
mod files;
mod folder;
mod leftovers;
mod observe;
mod preflight;
mod programs;
mod prune;
mod receiver;
mod side;
mod slot;
mod state;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;

use async_trait::async_trait;
use control_plane::ports::wal_archive::{BaseBackup, SideCluster, WalArchive, WalArchiveError};
use model::{DatabaseServerName, OperationId, RecoveryWindow, WalArchive as WalArchiveReport};
use sqlx::postgres::PgConnectOptions;
use time::OffsetDateTime;
use tokio_util::sync::CancellationToken;

use crate::copies::connection;
use folder::Folder;
use programs::Programs;
use state::State;

/// A result of the archive.
type Result<T> = std::result::Result<T, WalArchiveError>;

/// The settings of an archive.
#[derive(Debug, Clone)]
pub struct WalArchiveSettings {
    /// The name of the server.
    pub server: DatabaseServerName,
    /// The folder of this server's archive; created if absent.
    pub folder: PathBuf,
    /// How many days back a restore is possible.
    pub days: u32,
    /// The interval of base backups.
    pub every: Duration,
    /// The replication slot, of this fleet only.
    pub slot: String,
    /// If set, the only folder in which the programs of Postgres are searched.
    pub programs: Option<PathBuf>,
    /// More folders of programs, tried last.
    pub extra: Vec<PathBuf>,
}

/// The archive of one server.
pub struct FolderWalArchive {
    admin: PgConnectOptions,
    settings: WalArchiveSettings,
    folder: Folder,
    programs: Programs,
    state: State,
}

impl FolderWalArchive {
    /// Of the server at these options, whose role is the control plane's. Nothing is connected or created yet.
    pub fn new(admin: PgConnectOptions, settings: WalArchiveSettings) -> Self {
        let folder = Folder::new(settings.folder.clone());
        let programs = Programs::new(settings.programs.clone(), settings.extra.clone());
        Self { admin, folder, programs, settings, state: State::default() }
    }
}

/// Without the connection options: they hold the password.
impl std::fmt::Debug for FolderWalArchive {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FolderWalArchive").field("settings", &self.settings).finish_non_exhaustive()
    }
}

#[async_trait]
impl WalArchive for FolderWalArchive {
    async fn receive(&self, stop: &CancellationToken) {
        receiver::run(self, stop).await;
    }

    async fn observe(&self) -> WalArchiveReport {
        observe::report(self).await
    }

    async fn windows(&self) -> Result<Vec<RecoveryWindow>> {
        self.folder.windows().await
    }

    async fn base_is_due(&self) -> Result<bool> {
        base_backup::is_due(self).await
    }

    async fn begin_base(&self, operation: OperationId) -> Result<Box<dyn BaseBackup>> {
        Ok(Box::new(base_backup::begin(self, operation).await?))
    }

    async fn prune(&self, open: &BTreeSet<OperationId>) -> Result<()> {
        prune::run(self, open).await
    }

    async fn side_cluster(&self, operation: OperationId, at: OffsetDateTime) -> Result<Box<dyn SideCluster>> {
        Ok(Box::new(side::of(self, operation, at).await?))
    }

    async fn release(&self) -> Result<()> {
        Ok(slot::drop_unused(&self.admin, &self.settings.slot).await?)
    }
}
