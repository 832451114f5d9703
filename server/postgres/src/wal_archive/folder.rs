//! The folder of an archive.

use std::path::{Path, PathBuf};

use control_plane::ports::wal_archive::WalArchiveError;
use model::RecoveryWindow;

use super::chain::Chain;
use super::{Result, catalog, files};
use crate::embedded::Account;
use crate::embedded::program;

/// The folder of side clusters in it.
const SIDE: &str = "side";

/// The folder of one server's archive.
#[derive(Debug, Clone)]
pub struct Folder(PathBuf);

impl Folder {
    pub fn new(path: PathBuf) -> Self {
        Self(path)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    /// The user of the operating system that it belongs to, and that all programs run as.
    pub fn account(&self) -> Result<Account> {
        Account::for_folder(&self.0).map_err(|error| WalArchiveError::Unusable { reason: error.to_string() })
    }

    /// Makes it. Folders above belong to us and can be passed.
    pub fn prepare(&self) -> Result<Account> {
        let unusable =
            |error: crate::embedded::ClusterError| WalArchiveError::Unusable { reason: error.to_string() };
        program::shell_safe(&self.0).map_err(unusable)?;
        if let Some(above) = self.0.parent() {
            std::fs::create_dir_all(above).map_err(WalArchiveError::file("making the folder", above))?;
        }
        let account = self.account()?;
        files::make(&self.0, &account)?;
        account.can_reach(&self.0.join(SIDE)).map_err(unusable)?;
        Ok(account)
    }

    /// The folder of side clusters.
    pub fn side(&self) -> PathBuf {
        self.0.join(SIDE)
    }

    /// All chains of a system, oldest first.
    pub fn chains(&self, system: &str) -> Result<Vec<Chain>> {
        Ok(files::folders(&self.0.join(system))?.into_iter().map(Chain::new).collect())
    }

    /// All chains of all systems.
    pub fn all_chains(&self) -> Result<Vec<Chain>> {
        let systems = files::folders(&self.0)?.into_iter().filter(|path| !path.ends_with(SIDE));
        let chains = systems.map(|system| files::folders(&system));
        Ok(chains.collect::<Result<Vec<_>>>()?.into_iter().flatten().map(Chain::new).collect())
    }

    /// The times that can be restored, oldest first.
    pub async fn windows(&self) -> Result<Vec<RecoveryWindow>> {
        let folder = self.clone();
        files::blocking(move || {
            let mut windows: Vec<RecoveryWindow> = Vec::new();
            for chain in folder.all_chains()? {
                windows.extend(catalog::window(&chain.bases()?, chain.latest()));
            }
            windows.sort_by_key(|window| window.earliest);
            Ok(windows)
        })
        .await
    }
}
