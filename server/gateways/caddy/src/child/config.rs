//! The files of a child, and its initial configuration.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::error::ChildError;
use super::process::ProcessIdentity;
use super::socket;
use crate::settings::AdminAddress;

/// The files below one folder.
#[derive(Debug, Clone)]
pub(super) struct Files {
    pub(super) folder: PathBuf,
}

/// The content of `child.json`.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Record {
    #[serde(flatten)]
    pub(super) process: ProcessIdentity,
    /// In the format of [`AdminAddress`].
    pub(super) admin: String,
}

impl Files {
    /// Creates the folder, closed to other users, and makes its path absolute.
    pub(super) fn make(folder: &Path) -> Result<Self, ChildError> {
        let failed = |doing| move |source| ChildError::Folder { doing, path: folder.to_owned(), source };
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(folder)
            .map_err(failed("making the folder"))?;
        let folder = folder.canonicalize().map_err(failed("opening the folder"))?;
        Ok(Self { folder })
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// The last record; `None` if it is absent or invalid.
    pub(super) fn recorded(&self) -> Option<(ProcessIdentity, AdminAddress)> {
        let text = fs::read(self.path("child.json")).ok()?;
        let record: Record = serde_json::from_slice(&text).ok()?;
        Some((record.process, record.admin.parse().ok()?))
    }

    pub(super) fn record(&self, process: ProcessIdentity, admin: &AdminAddress) -> Result<(), ChildError> {
        let record = Record { process, admin: admin.to_string() };
        self.write("child.json", &json!(record))
    }

    /// Writes a file atomically, closed to other users.
    pub(super) fn write(&self, name: &str, content: &Value) -> Result<(), ChildError> {
        let (path, half) = (self.path(name), self.path(&format!("{name}.new")));
        let written = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&half);
        let written = written.and_then(|mut file| {
            file.write_all(content.to_string().as_bytes())?;
            file.sync_all()?;
            fs::rename(&half, &path)
        });
        written.map_err(|source| ChildError::Folder { doing: "writing", path, source })
    }

    /// The last lines of the child's output, for an error message.
    pub(super) fn said(&self) -> String {
        let text = fs::read(self.path("caddy.out")).unwrap_or_default();
        let text = String::from_utf8_lossy(&text);
        let mut lines: Vec<&str> = text.lines().rev().take(5).collect();
        lines.reverse();
        if lines.is_empty() { "it said nothing".into() } else { lines.join("\n") }
    }

    /// Removes the record of a process that has ended.
    pub(super) fn forget(&self) {
        socket::remove(&self.folder);
        if let Err(error) = fs::remove_file(self.path("child.json"))
            && error.kind() != std::io::ErrorKind::NotFound
        {
            tracing::warn!(%error, "the record of an ended gateway stays behind");
        }
    }
}

/// An admin API, a log that Caddy rotates, and no routes. It is not persisted: the first apply brings the routes. The
/// TLS app is loaded from the start, because its start removes empty folders: in Caddy 2.6 that can include the folder
/// of a certificate that is being obtained, and the next attempt comes a minute later.
pub(super) fn initial(files: &Files, admin: &AdminAddress) -> Value {
    json!({
        "admin": { "listen": admin.to_string(), "config": { "persist": false } },
        "logging": { "logs": { "default": {
            "writer": {
                "output": "file",
                "filename": files.path("caddy.log"),
                "roll_size_mb": 10,
                "roll_keep": 3,
            },
            "exclude": ["admin.api"],
        } } },
        "apps": { "tls": {} },
    })
}
