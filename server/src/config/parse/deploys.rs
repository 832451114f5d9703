//! The settings of deploys.

use std::time::Duration;

use control_plane::settings::{DeployPolicy, RehearsalPolicy};

use super::{Parsed, Reader, within};

const HOUR: Duration = Duration::from_secs(3600);

/// All of them.
pub(super) fn settings(r: &mut Reader<'_>) -> DeployPolicy {
    DeployPolicy {
        rehearsal: r.read("DEPLOY_REHEARSAL", RehearsalPolicy::Production, rehearsal),
        backup_age: HOUR * r.read("DEPLOY_BACKUP_HOURS", 1, |text| within(text, 1, 168)),
        undo: HOUR * r.read("DEPLOY_UNDO_HOURS", 1, |text| within(text, 1, 2160)),
    }
}

fn rehearsal(text: &str) -> Parsed<RehearsalPolicy> {
    match text {
        "never" => Ok(RehearsalPolicy::Never),
        "production" => Ok(RehearsalPolicy::Production),
        "always" => Ok(RehearsalPolicy::Always),
        _ => Err("not an accepted value".to_owned()),
    }
}
