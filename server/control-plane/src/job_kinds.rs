//! Every kind of job that the runner knows, in one place.

use crate::backups::{BackupCreation, BackupRestore, BackupVerification, DatabaseDrop, RestoreUndo};
use crate::jobs::JobKind;
use crate::orphans::OrphanRemoval;

/// All kinds. `secrets migrate` is not among them: a command on the host runs it.
pub(crate) fn all() -> Vec<JobKind> {
    vec![
        JobKind::of(OrphanRemoval),
        JobKind::of(BackupCreation),
        JobKind::of(BackupVerification),
        JobKind::of(BackupRestore),
        JobKind::of(RestoreUndo),
        JobKind::of(DatabaseDrop),
        #[cfg(feature = "testing")]
        JobKind::of(crate::testing::job::TestJob),
    ]
}
