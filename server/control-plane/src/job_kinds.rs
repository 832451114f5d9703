//! Every kind of job that the runner knows, in one place.

use crate::backups::{
    BackupCreation, BackupRestore, BackupVerification, BaseBackupJob, DatabaseDrop, FleetBackupJob,
    ProjectDrop, ProjectUndelete, RestoreNew, RestoreUndo, TablesRestore,
};
use crate::clones::ProjectClone;
use crate::deploys::SchemaUpdate;
use crate::jobs::JobKind;
use crate::orphans::OrphanRemoval;

/// All kinds. `secrets migrate` is not among them: a command on the host runs it.
pub(crate) fn all() -> Vec<JobKind> {
    vec![
        JobKind::of(OrphanRemoval),
        JobKind::of(BackupCreation),
        JobKind::of(BackupVerification),
        JobKind::of(BackupRestore),
        JobKind::of(SchemaUpdate),
        JobKind::of(RestoreNew),
        JobKind::of(ProjectClone),
        JobKind::of(TablesRestore),
        JobKind::of(RestoreUndo),
        JobKind::of(DatabaseDrop),
        JobKind::of(FleetBackupJob),
        JobKind::of(BaseBackupJob),
        JobKind::of(ProjectDrop),
        JobKind::of(ProjectUndelete),
        #[cfg(feature = "testing")]
        JobKind::of(crate::testing::job::TestJob),
    ]
}
