//! The file that says that a recovery was begun in a data directory and is not complete.

use std::fs;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use model::{Problem, ProblemKind};
use serde::{Deserialize, Serialize};

use crate::Result;

const FILE: &str = "recovery.json";

/// A recovery that was begun.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marker {
    /// The archive: `_fleet/0193…`.
    pub archive: String,
    /// SHA-256 of its seal.
    pub seal: String,
    /// Whether the registry is restored and compared.
    pub registry: bool,
}

/// The archive of a recovery that was begun in this data directory and is not complete; `None` if there is none.
pub fn unfinished(data_dir: &Path) -> Result<Option<String>> {
    Ok(Marker::read(data_dir)?.map(|marker| marker.archive))
}

impl Marker {
    /// The one of a data directory.
    pub fn read(data_dir: &Path) -> Result<Option<Self>> {
        let path = path(data_dir);
        let text = match fs::read(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            text => text.map_err(|error| fault(&path, &error))?,
        };
        Ok(Some(serde_json::from_slice(&text).map_err(|error| fault(&path, &error))?))
    }

    /// Begins a recovery.
    pub(super) fn begin(data_dir: &Path, archive: &str, seal: &str) -> Result<Self> {
        let marker = Self { archive: archive.to_owned(), seal: seal.to_owned(), registry: false };
        marker.write(data_dir)?;
        Ok(marker)
    }

    /// Replaces the file; it is durable afterwards.
    pub(super) fn write(&self, data_dir: &Path) -> Result<()> {
        let path = path(data_dir);
        let next = path.with_extension("json.new");
        let written = || {
            let mut file = fs::File::create(&next)?;
            file.write_all(&serde_json::to_vec(self)?)?;
            file.sync_all()?;
            fs::rename(&next, &path)?;
            fs::File::open(data_dir)?.sync_all()
        };
        written().map_err(|error: std::io::Error| fault(&path, &error).into())
    }

    /// The recovery is complete.
    pub fn remove(data_dir: &Path) -> Result<()> {
        let path = path(data_dir);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(fault(&path, &error).into()),
            _ => Ok(()),
        }
    }
}

fn path(data_dir: &Path) -> PathBuf {
    data_dir.join(FILE)
}

fn fault(path: &Path, error: &dyn std::error::Error) -> Problem {
    let detail = format!("{}: {error}.", path.display());
    Problem::new(ProblemKind::Refused, "The state of the recovery cannot be read or written", detail)
}
