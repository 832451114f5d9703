//! Where a repository is, and whether it may be read at all.

use std::path::{Path, PathBuf};

use model::RepoUrl;
use url::Url;

use crate::fault::Fault;
use crate::settings::AllowedFolders;

#[cfg(test)]
mod tests;

/// The setting that allows folders.
const SETTING: &str = "ATOMO_FLEET_ALLOW_FILE_REPOS";

/// A repository's address, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// A folder of this machine, every symbolic link followed.
    Folder(PathBuf),
    /// A host that speaks `https`.
    Https(Host),
    /// A host that speaks `ssh`.
    Ssh(Host),
}

/// A host as an address names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Host {
    /// Its name or IP address, without brackets.
    pub name: String,
    /// Its port.
    pub port: u16,
    /// The user that the address names.
    pub user: Option<String>,
}

impl Address {
    /// Takes an address apart. A folder must be allowed and be there.
    pub fn of(url: &RepoUrl, allowed: &AllowedFolders) -> Result<Self, Fault> {
        let text = url.as_str();
        if !text.contains("://") {
            return Ok(Self::Ssh(scp_like(text)));
        }
        let no_address =
            |error: &dyn std::fmt::Display| Fault::NotAllowed(format!("it is not an address: {error}"));
        let parsed = Url::parse(text).map_err(|error| no_address(&error))?;
        match parsed.scheme() {
            "https" => Ok(Self::Https(host(&parsed, 443))),
            "ssh" => Ok(Self::Ssh(host(&parsed, 22))),
            "file" => {
                let folder = parsed.to_file_path().map_err(|()| no_address(&"it names no folder"))?;
                permitted(&folder, allowed).map(Self::Folder)
            }
            scheme => Err(Fault::NotAllowed(format!("{scheme} is not one of https, ssh and file"))),
        }
    }

    /// What libgit2 is given. A folder in the form that was checked, so that a link changed meanwhile leads nowhere.
    pub fn remote(&self, url: &RepoUrl) -> String {
        match self {
            Self::Folder(folder) => {
                Url::from_file_path(folder).map_or_else(|()| url.to_string(), String::from)
            }
            Self::Https(_) | Self::Ssh(_) => url.to_string(),
        }
    }

    /// The place for people: `host:port`, or the folder.
    pub fn place(&self) -> String {
        match self {
            Self::Folder(folder) => folder.display().to_string(),
            Self::Https(host) | Self::Ssh(host) => format!("{}:{}", host.name, host.port),
        }
    }
}

fn host(url: &Url, usual_port: u16) -> Host {
    let name = url.host_str().unwrap_or_default().trim_matches(['[', ']']).to_owned();
    let user = Some(url.username()).filter(|user| !user.is_empty()).map(str::to_owned);
    Host { name, port: url.port().unwrap_or(usual_port), user }
}

fn scp_like(text: &str) -> Host {
    let authority = text.split_once(':').map_or(text, |(authority, _)| authority);
    let (user, name) = match authority.split_once('@') {
        Some((user, name)) => (Some(user.to_owned()), name),
        None => (None, authority),
    };
    Host { name: name.to_owned(), port: 22, user }
}

/// The folder with every link followed. Of a folder that is not allowed nothing is told, not even whether it exists.
fn permitted(folder: &Path, allowed: &AllowedFolders) -> Result<PathBuf, Fault> {
    let real = folder.canonicalize();
    let missing = |error: std::io::Error| Fault::Unreachable(format!("tried {}: {error}", folder.display()));
    match allowed {
        AllowedFolders::None => Err(Fault::NotAllowed(format!(
            "file repositories are off; {SETTING} names the folders that may be read"
        ))),
        AllowedFolders::All => real.map_err(missing),
        AllowedFolders::List(roots) => {
            let named = real.as_deref().unwrap_or(folder);
            let below = |root: &PathBuf| root.canonicalize().is_ok_and(|root| named.starts_with(root));
            if roots.iter().any(|root| below(root) || (real.is_err() && folder.starts_with(root))) {
                return real.map_err(missing);
            }
            let list: Vec<_> = roots.iter().map(|root| root.display().to_string()).collect();
            let list = if list.is_empty() { "no folder".to_owned() } else { list.join(", ") };
            Err(Fault::NotAllowed(format!(
                "{} is not below an allowed folder; {SETTING} allows {list}",
                folder.display()
            )))
        }
    }
}
