//! Backup policies.

use model::ProjectBackupPolicy;
use time::OffsetDateTime;

use super::facts;
use super::words::until;

/// The policy of a project.
pub fn page(policy: &ProjectBackupPolicy, now: OffsetDateTime) -> String {
    let ProjectBackupPolicy { policy, inherited, next_run } = policy;
    let rules = policy.retention;
    let yes = |on: bool| Some(if on { "yes" } else { "no" }.to_owned());
    let retained = format!(
        "newest {}, daily {}, weekly {}, monthly {}",
        rules.last(),
        rules.daily(),
        rules.weekly(),
        rules.monthly()
    );
    facts([
        ("policy", Some(if *inherited { "that of the fleet" } else { "its own" }.to_owned())),
        ("schedule", Some(policy.schedule.to_string())),
        ("next backup", Some(next_run.map_or_else(|| "none".to_owned(), |at| until(at, now)))),
        ("retained", Some(retained)),
        ("verified", yes(policy.verify)),
        ("by content", yes(policy.digests)),
        ("server booted", yes(policy.boot)),
    ])
}
