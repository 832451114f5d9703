//! The tokens of `atomoctl login`: one file of mode 0600 with a table for each server, replaced atomically.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use model::{Email, TokenId};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use crate::client::server_url::ServerUrl;

/// Faults of the file.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Neither `XDG_CONFIG_HOME` nor `HOME` is set.
    #[error("there is no folder for settings: set HOME or XDG_CONFIG_HOME to an absolute path")]
    NoHome,
    /// The file cannot be read.
    #[error("reading {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The cause.
        #[source]
        source: io::Error,
    },
    /// The file cannot be written.
    #[error("writing {}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// The cause.
        #[source]
        source: io::Error,
    },
    /// Other users can read or write the file.
    #[error("{} holds tokens and has mode {mode:o}, so others may read or change it: chmod 600 it", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The file is not valid TOML of ours. The parser's message is omitted, because it quotes the line.
    #[error("{} is not a file of atomoctl: remove it and log in again", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
    },
}

/// The token of `ATOMO_FLEET_TOKEN`, if it is set and not empty.
pub fn from_environment() -> Option<SecretString> {
    let token = std::env::var("ATOMO_FLEET_TOKEN").ok()?;
    let token = token.trim();
    (!token.is_empty()).then(|| token.into())
}

/// A stored log-in.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Login {
    /// The id of the token, for its revocation.
    pub id: TokenId,
    /// The operator.
    pub operator: Email,
    #[serde(serialize_with = "exposed")]
    token: SecretString,
}

fn exposed<S: serde::Serializer>(token: &SecretString, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(token.expose_secret())
}

/// All log-ins, by server address.
#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Logins {
    #[serde(default)]
    servers: BTreeMap<String, Login>,
}

impl Logins {
    /// The token for a server.
    pub fn token(&self, server: &ServerUrl) -> Option<SecretString> {
        self.servers.get(&server.to_string()).map(|login| login.token.clone())
    }

    /// Stores a log-in; replaces an earlier one at the same server.
    pub fn remember(&mut self, server: &ServerUrl, id: TokenId, operator: Email, token: SecretString) {
        self.servers.insert(server.to_string(), Login { id, operator, token });
    }

    /// Removes and returns the log-in at a server.
    pub fn forget(&mut self, server: &ServerUrl) -> Option<Login> {
        self.servers.remove(&server.to_string())
    }
}

impl Login {
    /// The token.
    pub fn token(&self) -> SecretString {
        self.token.clone()
    }
}

/// The file; it need not exist.
pub struct Store {
    path: PathBuf,
}

impl Store {
    /// The file in `XDG_CONFIG_HOME` or `~/.config`.
    pub fn at_home() -> Result<Self, Error> {
        let folder = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
        let config = folder("XDG_CONFIG_HOME").or_else(|| folder("HOME").map(|home| home.join(".config")));
        Ok(Self::in_folder(&config.ok_or(Error::NoHome)?))
    }

    /// The file in a configuration folder.
    pub fn in_folder(config: &Path) -> Self {
        Self { path: config.join("atomo-fleet").join("atomoctl.toml") }
    }

    /// Its path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// All log-ins; none without a file. Fails if other users can read or write it.
    pub fn read(&self) -> Result<Logins, Error> {
        let path = self.path.clone();
        let mode = match fs::metadata(&path) {
            Ok(metadata) => metadata.permissions().mode() & 0o7777,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Logins::default()),
            Err(source) => return Err(Error::Read { path, source }),
        };
        if mode & 0o077 != 0 {
            return Err(Error::Open { path, mode });
        }
        match fs::read_to_string(&path) {
            Ok(text) => toml::from_str(&text).map_err(|_| Error::Malformed { path }),
            Err(source) => Err(Error::Read { path, source }),
        }
    }

    /// Replaces the file. It has mode 0600 from the start, its folder 0700.
    pub fn write(&self, logins: &Logins) -> Result<(), Error> {
        let fault = |source| Error::Write { path: self.path.clone(), source };
        let text = toml::to_string(logins).map_err(|error| fault(io::Error::other(error)))?;
        let next = self.path.with_extension(format!("{}.tmp", std::process::id()));
        let written = self.make_folder().and_then(|()| write_new(&next, &text));
        written.and_then(|()| fs::rename(&next, &self.path)).map_err(|source| {
            let _ = fs::remove_file(&next);
            fault(source)
        })
    }

    fn make_folder(&self) -> io::Result<()> {
        let Some(folder) = self.path.parent() else { return Ok(()) };
        fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
    }
}

fn write_new(path: &Path, text: &str) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

#[cfg(test)]
mod tests;
