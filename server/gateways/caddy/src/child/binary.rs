//! Finds the Caddy program.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;

use super::error::ChildError;

/// The oldest supported release: `major`, `minor`.
const OLDEST: (u32, u32) = (2, 6);
const ANSWER: Duration = Duration::from_secs(20);

/// A usable Caddy program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaddyBinary {
    /// The program.
    pub path: PathBuf,
    /// Its release: `2.11.7`.
    pub version: String,
}

impl CaddyBinary {
    /// The configured program and no other; if none is configured, `caddy` on `PATH`, then in `folders`. The first one
    /// found must be usable; later ones are not tried.
    pub async fn find(named: Option<&Path>, folders: &[PathBuf]) -> Result<Self, ChildError> {
        let candidates = named.map_or_else(|| on_path(folders), |path| vec![path.to_owned()]);
        match candidates.iter().find(|path| path.is_file()) {
            Some(path) => Self::at(path).await,
            None => Err(ChildError::NoBinary {
                tried: candidates.iter().map(|path| path.display().to_string()).collect(),
            }),
        }
    }

    /// The program at a path. Runs it once to read its version.
    pub async fn at(path: &Path) -> Result<Self, ChildError> {
        let bad = |reason: String| ChildError::BadBinary { path: path.to_owned(), reason };
        let mut command = Command::new(path);
        command.arg("version").env_clear().stdin(Stdio::null()).kill_on_drop(true);
        let output = tokio::time::timeout(ANSWER, command.output()).await;
        let output = output.map_err(|_| bad("it does not tell its version".into()))?;
        let output = output.map_err(|error| bad(error.to_string()))?;
        let text = String::from_utf8_lossy(&output.stdout);
        let version =
            release(&text).ok_or_else(|| bad(format!("\"{}\" is no version of Caddy", text.trim())))?;
        if numbers(&version) < Some(OLDEST) {
            return Err(bad(format!("it is Caddy {version}; 2.6 or newer is needed")));
        }
        Ok(Self { path: path.to_owned(), version })
    }
}

fn on_path(folders: &[PathBuf]) -> Vec<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path).chain(folders.iter().cloned()).map(|folder| folder.join("caddy")).collect()
}

/// The release in the first word of `v2.11.7 h1:...` or `2.6.2`.
fn release(text: &str) -> Option<String> {
    let word = text.split_whitespace().next()?.trim_start_matches('v');
    numbers(word).map(|_| word.to_owned())
}

fn numbers(version: &str) -> Option<(u32, u32)> {
    let mut parts = version.split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests;
