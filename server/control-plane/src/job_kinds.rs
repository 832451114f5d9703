//! Every kind of job that the runner knows, in one place.

use crate::jobs::JobKind;
use crate::orphans::OrphanRemoval;

/// All kinds. `secrets migrate` is not among them: a command on the host runs it.
pub(crate) fn all() -> Vec<JobKind> {
    vec![
        JobKind::of(OrphanRemoval),
        #[cfg(feature = "testing")]
        JobKind::of(crate::testing::job::TestJob),
    ]
}
