//! The settings of backups.

use std::time::Duration;

use control_plane::backups::BackupKeys;
use model::{BackupPolicy, BackupSchedule, Invalid};

use super::{Parsed, Reader, within};
use crate::config::BackupSettings;

const DAY: Duration = Duration::from_secs(24 * 3600);

/// All of them.
pub(super) fn settings(r: &mut Reader<'_>) -> BackupSettings {
    BackupSettings {
        recipients: r.read("BACKUP_RECIPIENTS", Vec::new(), recipients),
        identity: r.path("BACKUP_IDENTITY"),
        policy: policy(r),
        keep_former: DAY * r.read("UNDO_DAYS", 1, |text| within(text, 1, 90)),
    }
}

/// `age` recipients, separated by commas.
fn recipients(text: &str) -> Parsed<Vec<String>> {
    let recipients =
        text.split(',').map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned).collect();
    let keys = BackupKeys { recipients, identities: None };
    keys.parse().map(|_| keys.recipients)
}

fn truth(text: &str) -> Parsed<bool> {
    text.parse().map_err(|_| "not an accepted value".to_owned())
}

/// The policy of projects without one of their own.
fn policy(r: &mut Reader<'_>) -> BackupPolicy {
    let default = BackupPolicy::default();
    let schedule = r.read("BACKUP_SCHEDULE", default.schedule.clone(), |text| {
        text.parse::<BackupSchedule>()
            .map_err(|fault: Invalid| fault.message.trim_end_matches('.').to_owned())
    });
    BackupPolicy { schedule, digests: r.read("BACKUP_DIGESTS", true, truth), ..default }
}
