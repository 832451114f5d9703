//! What a recovery writes to has to be empty.

use std::fs;
use std::path::Path;

use model::{Problem, ProblemKind};

use super::RecoveryArchive;
use super::marker::Marker;
use crate::Result;
use crate::ports::registry_database::RegistryDatabase;

/// What a control plane makes in its data directory and a recovery puts there.
const TAKEN: [&str; 3] = ["secrets.key", "secrets", "projects"];

/// Refuses a target that holds anything, unless this recovery was begun there, and a server that is too old.
pub(super) async fn check(
    archive: &RecoveryArchive<'_>,
    registry: &dyn RegistryDatabase,
    data_dir: &Path,
    begun: Option<&Marker>,
) -> Result<()> {
    let (ours, theirs) =
        (registry.server_version().await? / 10_000, archive.manifest.database.server_version / 10_000);
    if ours < theirs {
        let detail = format!(
            "Nothing was changed. The registry was on PostgreSQL {theirs} and this server is PostgreSQL {ours}. Recover to {theirs} \
             or newer."
        );
        return Err(Problem::new(ProblemKind::Refused, "The server is too old", detail).into());
    }
    if let Some(begun) = begun {
        return same(archive, begun);
    }
    let occupants = registry.occupants().await?;
    if !occupants.is_empty() {
        return Err(occupied(&occupants).into());
    }
    match TAKEN.iter().find(|name| holds_something(&data_dir.join(name))) {
        Some(name) => Err(in_the_way(&data_dir.join(name)).into()),
        None => Ok(()),
    }
}

/// A recovery is completed with the archive that it was begun with.
fn same(archive: &RecoveryArchive<'_>, begun: &Marker) -> Result<()> {
    if begun.archive == archive.name() && begun.seal == archive.seal {
        return Ok(());
    }
    let detail = format!(
        "Nothing was changed. A recovery from {} was begun in this data directory and is not complete. Complete it with `atomo-fleet \
         recover --from {}`, or begin with an empty data directory and an empty registry.",
        begun.archive, begun.archive
    );
    Err(Problem::new(ProblemKind::Conflict, "Another recovery was begun", detail).into())
}

fn holds_something(path: &Path) -> bool {
    match fs::symlink_metadata(path) {
        Ok(found) if found.is_dir() => fs::read_dir(path).is_ok_and(|mut entries| entries.next().is_some()),
        Ok(_) => true,
        Err(_) => false,
    }
}

fn occupied(occupants: &[String]) -> Problem {
    let some = occupants.iter().take(5).cloned().collect::<Vec<_>>().join(", ");
    let more = if occupants.len() > 5 { " and more" } else { "" };
    let detail = format!(
        "Nothing was changed. The registry's database is not empty: it holds {some}{more}. Name an empty one with \
         ATOMO_FLEET_DATABASE_URL, or another data directory."
    );
    Problem::new(ProblemKind::Conflict, "The registry is not empty", detail)
}

fn in_the_way(path: &Path) -> Problem {
    let detail = format!(
        "Nothing was changed. {} is there, from a control plane that used this data directory. Name an empty data directory with \
         ATOMO_FLEET_DATA_DIR, or move it away.",
        path.display()
    );
    Problem::new(ProblemKind::Conflict, "The data directory is not empty", detail)
}
