//! Removes what is no longer needed.

use std::collections::BTreeSet;
use std::path::Path;

use control_plane::ports::wal_archive::WalArchiveError;
use model::OperationId;
use time::{Duration, OffsetDateTime};

use super::chain::Chain;
use super::folder::Folder;
use super::{FolderWalArchive, Result, catalog, files, leftovers, side};

/// The contract is that of the port. A base backup that a side cluster may be copied from stays.
pub async fn run(archive: &FolderWalArchive, open: &BTreeSet<OperationId>) -> Result<()> {
    let (folder, days) = (archive.folder.clone(), archive.settings.days);
    let current = archive.state.lock().chain.clone();
    let open: BTreeSet<String> = open.iter().map(ToString::to_string).collect();
    files::blocking(move || {
        let is_in_use = remove_side_clusters(&folder, &open)?;
        let chains = folder.all_chains()?;
        for chain in &chains {
            remove_incomplete(chain, &open)?;
        }
        let Some(current) = current.filter(|_| !is_in_use) else { return Ok(()) };
        let now = OffsetDateTime::now_utc();
        for chain in chains {
            if chain == current {
                trim(&chain, now, days)?;
            } else if name_of(chain.path()) < name_of(current.path()) {
                // a later one has begun since
                remove_expired(&chain, now, days)?;
            }
        }
        Ok(())
    })
    .await
}

fn name_of(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// Returns whether a side cluster of an open operation is there.
fn remove_side_clusters(folder: &Folder, open: &BTreeSet<String>) -> Result<bool> {
    let mut is_in_use = false;
    for path in files::folders(&folder.side())? {
        if open.contains(&name_of(&path)) {
            is_in_use = true;
            continue;
        }
        tracing::info!(folder = %path.display(), "removing the side cluster of an operation that is over");
        leftovers::end_server(&side::data_in(&path));
        files::remove(&side::socket_in(&path))?;
        files::remove(&path)?;
    }
    Ok(is_in_use)
}

fn remove_incomplete(chain: &Chain, open: &BTreeSet<String>) -> Result<()> {
    for path in files::folders(&chain.base())? {
        let operation = name_of(&path);
        if !open.contains(&operation) && !chain.complete(&operation).exists() {
            files::remove(&path)?;
        }
    }
    Ok(())
}

/// Removes the base backups and the log that the window does not need.
fn trim(chain: &Chain, now: OffsetDateTime, days: u32) -> Result<()> {
    let bases = chain.bases()?;
    for base in catalog::removable(&bases, now, days) {
        remove_file(&chain.complete(&base.operation))?; // from now on it is incomplete, whatever happens
        files::remove(&chain.base().join(&base.operation))?;
    }
    let left = chain.bases()?;
    for name in files::names(&chain.wal())? {
        if name.to_str().is_some_and(|name| catalog::is_superfluous(name, &left)) {
            remove_file(&chain.wal().join(name))?;
        }
    }
    Ok(())
}

/// A chain that is not continued is removed when its last time is older than the window, or at once if nothing can be restored from it.
fn remove_expired(chain: &Chain, now: OffsetDateTime, days: u32) -> Result<()> {
    let window = catalog::window(&chain.bases()?, chain.latest());
    if window.is_some_and(|window| window.latest > now - Duration::days(i64::from(days))) {
        return Ok(());
    }
    tracing::info!(folder = %chain.path().display(), "removing a part of the archive that is older than the window");
    for base in chain.bases()? {
        remove_file(&chain.complete(&base.operation))?;
    }
    files::remove(chain.path())
}

fn remove_file(path: &Path) -> Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(WalArchiveError::file("removing", path)(error))
        }
        _ => Ok(()),
    }
}
