//! The settings of backups.

use control_plane::backups::BackupKeys;
use model::{BackupPolicy, BackupSchedule, Invalid};

use super::{Parsed, Reader};

/// `age` recipients, separated by commas.
pub(super) fn recipients(text: &str) -> Parsed<Vec<String>> {
    let recipients =
        text.split(',').map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned).collect();
    let keys = BackupKeys { recipients, identities: None };
    keys.parse().map(|_| keys.recipients)
}

fn truth(text: &str) -> Parsed<bool> {
    text.parse().map_err(|_| "not an accepted value".to_owned())
}

/// The policy of projects without one of their own.
pub(super) fn policy(r: &mut Reader<'_>) -> BackupPolicy {
    let default = BackupPolicy::default();
    let schedule = r.read("BACKUP_SCHEDULE", default.schedule.clone(), |text| {
        text.parse::<BackupSchedule>()
            .map_err(|fault: Invalid| fault.message.trim_end_matches('.').to_owned())
    });
    BackupPolicy { schedule, digests: r.read("BACKUP_DIGESTS", true, truth), ..default }
}
