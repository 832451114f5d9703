//! The problems of backups and restores that fail.

use std::error::Error as StdError;
use std::io;

use model::{Backup, Problem, ProblemKind, ProjectId};

/// A part of an archive is not what was written.
pub(crate) fn damaged(part: &str, reason: &str) -> Problem {
    let detail = format!(
        "The part {part} of the archive is damaged: {reason}. Nothing of the project was changed. Use another backup."
    );
    refused("The archive is damaged", detail)
}

/// The archive is of a later version of this product.
pub(super) fn newer_format(format: u32, newest: u32) -> Problem {
    let detail = format!(
        "The archive has the format {format}, this version reads up to {newest}. Nothing was changed. Upgrade Atomo Fleet first."
    );
    refused("The archive is of a newer version", detail)
}

/// What a part is made from cannot be read.
pub(super) fn reading(file: &str, error: &io::Error) -> Problem {
    let detail =
        format!("{file} cannot be made: {error}. No archive was completed. It is tried again automatically.");
    Problem::unavailable("archives", detail)
}

/// What is made from a part cannot be written, or no key decrypts it.
pub(super) fn restoring(part: &str, error: &io::Error) -> Problem {
    let detail = format!("The part {part} cannot be restored: {error}. Nothing of the project was changed.");
    refused("The archive cannot be restored", detail)
}

/// A program such as `pg_dump` ended with an error. Its last lines are in the detail.
pub(super) fn program(name: &str, lines: &str) -> Problem {
    let lines = lines.trim();
    let detail =
        format!("{name} failed: {lines}. No archive was completed, and nothing of the project was changed.");
    let passes = [
        "lock timeout",
        "invalid snapshot identifier",
        "could not connect",
        "connection to server",
        "server closed the connection",
        "shutting down",
        "remaining connection slots",
        "too many clients",
        "starting up",
        "No space left",
        "terminating connection",
    ];
    if passes.iter().any(|passing| lines.contains(passing)) {
        return Problem::unavailable("postgres", format!("{detail} It is tried again automatically."));
    }
    Problem {
        part: Some("postgres".into()),
        ..Problem::new(ProblemKind::Refused, format!("{name} failed"), detail)
    }
}

/// The write-ahead log of the server is not archived.
pub(super) fn not_archived(server: &str) -> Problem {
    let detail = format!(
        "Nothing was changed. The write-ahead log of the database server {server} is not archived. Name the server in \
         ATOMO_FLEET_WAL_ARCHIVE; restores are possible from the first base backup on."
    );
    refused("Restores to a time are switched off", detail)
}

/// The server did not reach the time.
pub(super) fn not_recovered(lines: &str) -> Problem {
    let detail = format!(
        "Nothing of the project was changed. The private server ended before it had reached the time: {}",
        lines.trim()
    );
    refused("The server could not be recovered to the time", detail)
}

/// There was no database of the project at that time.
pub(super) fn no_database_then(id: &ProjectId, at: &str) -> Problem {
    let detail = format!("Nothing was changed. {id} had no database at {at}. Choose a later time.");
    refused("The project had no database at that time", detail)
}

/// A thread panicked.
pub(crate) fn thread(error: &tokio::task::JoinError) -> Problem {
    internal(error)
}

/// A fault of ours.
pub(super) fn internal(error: &dyn StdError) -> Problem {
    tracing::error!(error = %crate::chain(error), "backup");
    Problem::new(
        ProblemKind::Internal,
        "The backup failed by a fault of Atomo Fleet",
        "Nothing of the project was changed. The log of the control plane has the reason.",
    )
}

pub(super) fn refused(title: &str, detail: String) -> Problem {
    Problem { part: Some("archives".into()), ..Problem::new(ProblemKind::Refused, title, detail) }
}

/// A backup that cannot be restored from.
pub(crate) fn not_complete(backup: &Backup) -> Problem {
    let detail = format!(
        "Nothing was changed. The backup {} is {}; only a complete one can be used.",
        backup.id, backup.state
    );
    Problem::new(ProblemKind::Conflict, "The backup is not complete", detail)
}

/// The restored copy is not equal to what was backed up.
pub(super) fn copy_differs(differences: &[String]) -> Problem {
    let detail = format!(
        "The restored copy differs from what was backed up, so it is not used: {}. Nothing of the project was changed.",
        differences.iter().take(5).cloned().collect::<Vec<_>>().join("; ")
    );
    refused("The restored copy differs", detail)
}

/// A recipient is none.
pub(super) fn no_recipient(error: &str) -> Problem {
    let detail =
        format!("ATOMO_FLEET_BACKUP_RECIPIENTS names no age recipient: {error}. No archive was begun.");
    refused("Backups cannot be encrypted", detail)
}

/// The backup role may not read them.
pub(super) fn large_objects(number: u64) -> Problem {
    let detail = format!(
        "The database has {number} large objects, which a backup cannot read. Nothing was changed. Move them into columns of \
         type bytea and remove them (lo_unlink), then try again."
    );
    refused("The database has large objects", detail)
}

/// A job without its subject.
pub(super) fn without_project() -> Problem {
    let detail = "Nothing was changed. The job names no project.";
    Problem::new(ProblemKind::Internal, "The job cannot be read", detail)
}

/// The project has no database that was seen.
pub(crate) fn database_not_seen(id: &ProjectId) -> Problem {
    let detail = format!(
        "Nothing was changed. The database of {id} was not seen on its server under its name. Look at the project's page, then try again."
    );
    Problem::new(ProblemKind::Conflict, "The project's database was not seen", detail)
}

/// Folders of uploads cannot be exchanged.
pub(super) fn media(error: &io::Error) -> Problem {
    let detail = format!(
        "The uploads cannot be put in their place: {error}. The database is in its place already; it is tried again automatically."
    );
    Problem::unavailable("driver", detail)
}

/// A new project has its data, and its instance does not start.
pub(super) fn new_not_started(cause: &Problem) -> Problem {
    let detail = format!(
        "The data is in its place, but the instance does not start on it: {} Secrets of the source are not copied: set those that \
         are missing, or delete the new project.",
        cause.detail
    );
    let problem = refused("The instance of the new project does not start", detail);
    Problem { part: cause.part.clone(), log: cause.log.clone(), ..problem }
}

/// The uploads of a project cannot be copied.
pub(crate) fn copying_uploads(error: &io::Error) -> Problem {
    let detail =
        format!("The uploads cannot be copied: {error}. Make room; it is tried again automatically.");
    Problem::unavailable("driver", detail)
}

/// The data is in its place, and the instance does not start on it.
pub(super) fn not_started(cause: &Problem) -> Problem {
    let detail = format!(
        "The data is in its place, but the instance does not start on it: {} The database from before is kept: undo the restore, or \
         correct what is wrong.",
        cause.detail
    );
    let problem = refused("The instance does not start on the restored data", detail);
    Problem { part: cause.part.clone(), log: cause.log.clone(), ..problem }
}

/// The registry lists an archive that the store does not have.
pub(super) fn archive_is_gone(backup: &Backup) -> Problem {
    let detail =
        format!("{} is not in its store: it was removed or moved outside Atomo Fleet.", backup.archive);
    refused("The archive is gone", detail)
}
