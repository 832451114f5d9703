//! The settings of backups.

use control_plane::backups::BackupKeys;

use super::Parsed;

/// `age` recipients, separated by commas.
pub(super) fn recipients(text: &str) -> Parsed<Vec<String>> {
    let recipients =
        text.split(',').map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned).collect();
    let keys = BackupKeys { recipients, identities: None };
    keys.parse().map(|_| keys.recipients)
}

pub(super) fn truth(text: &str) -> Parsed<bool> {
    text.parse().map_err(|_| "not an accepted value".to_owned())
}
