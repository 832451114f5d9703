//! Keys of archives: `age` recipients, whose identities can be kept where the archives are not.

use std::io;
use std::path::PathBuf;

use age::x25519::{Identity, Recipient};

/// To whom archives are encrypted, and how this installation reads them.
#[derive(Debug, Clone, Default)]
pub struct BackupKeys {
    /// The recipients, as `age1…`; empty: archives are not encrypted.
    pub recipients: Vec<String>,
    /// The file with the identities that decrypt, one `AGE-SECRET-KEY-1…` a line; needed for verification and restore of encrypted
    /// archives.
    pub identities: Option<PathBuf>,
}

impl BackupKeys {
    /// Whether new archives are encrypted.
    pub fn encrypts(&self) -> bool {
        !self.recipients.is_empty()
    }

    /// The recipients, or the first that is none.
    pub fn parse(&self) -> Result<Vec<Recipient>, String> {
        let parse = |text: &String| text.parse::<Recipient>().map_err(|error| format!("{text}: {error}"));
        self.recipients.iter().map(parse).collect()
    }

    /// The identities of the file. Reads it at every call, because it may be mounted only for a restore.
    pub(crate) fn identities(&self) -> io::Result<Vec<Identity>> {
        let Some(path) = &self.identities else {
            return Err(io::Error::other(
                "the archive is encrypted, and ATOMO_FLEET_BACKUP_IDENTITY names no file with its key",
            ));
        };
        let text = std::fs::read_to_string(path)?;
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        lines.map(|line| line.parse().map_err(|error: &str| io::Error::other(error))).collect()
    }
}
