//! A chain: base backups, and the log from the first of them on, without a gap.

use std::path::{Path, PathBuf};

use super::catalog::{Base, Latest};
use super::{Result, files};
use crate::embedded::Account;

/// The file of a complete base backup.
const COMPLETE: &str = "base.json";

/// The folder of a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chain(PathBuf);

impl Chain {
    pub fn new(path: PathBuf) -> Self {
        Self(path)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Makes its folders.
    pub fn make(&self, account: &Account) -> Result<()> {
        if let Some(system) = self.0.parent() {
            files::make(system, account)?;
        }
        for folder in [self.0.clone(), self.wal(), self.base()] {
            files::make(&folder, account)?;
        }
        Ok(())
    }

    /// The files of the log.
    pub fn wal(&self) -> PathBuf {
        self.0.join("wal")
    }

    /// The base backups.
    pub fn base(&self) -> PathBuf {
        self.0.join("base")
    }

    /// The files of a base backup.
    pub fn data_of(&self, operation: &str) -> PathBuf {
        self.base().join(operation).join("data")
    }

    /// The file that makes a base backup complete.
    pub fn complete(&self, operation: &str) -> PathBuf {
        self.base().join(operation).join(COMPLETE)
    }

    /// Whether nothing was received yet.
    pub fn is_empty(&self) -> Result<bool> {
        Ok(files::names(&self.wal())?.is_empty())
    }

    /// The complete base backups.
    pub fn bases(&self) -> Result<Vec<Base>> {
        let folders = files::folders(&self.base())?;
        Ok(folders.iter().filter_map(|folder| files::read(&folder.join(COMPLETE))).collect())
    }

    /// Until where it is archived, as it was written down last.
    pub fn latest(&self) -> Option<Latest> {
        files::read(&self.0.join("latest.json"))
    }

    /// Writes down until where it is archived.
    pub fn set_latest(&self, latest: Latest, account: &Account) -> Result<()> {
        files::write(&self.0.join("latest.json"), &latest, account)
    }
}
