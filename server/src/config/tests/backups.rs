//! The settings of backups.

use std::path::Path;

use super::*;

const RECIPIENT: &str = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p";

#[test]
fn archives_are_encrypted_to_the_recipients() {
    let of = |pairs: &[(&str, &str)]| Config::of(&raw(pairs).unwrap());
    let default = of(&[]).unwrap();
    assert!(default.backups.recipients.is_empty() && default.backups.identity.is_none());
    assert_eq!(default.backups.policy, model::BackupPolicy::default());
    let pairs =
        [("BACKUP_RECIPIENTS", RECIPIENT), ("BACKUP_IDENTITY", "/etc/fleet/age.key"), ("UNDO_DAYS", "3")];
    let chosen = of(&pairs).unwrap();
    assert_eq!(chosen.backups.recipients, [RECIPIENT]);
    assert_eq!(chosen.backups.identity.as_deref(), Some(Path::new("/etc/fleet/age.key")));
    assert_eq!(chosen.backups.keep_former.as_secs(), 3 * 24 * 3600);
}

#[test]
fn a_wrong_setting_of_backups_is_named() {
    let wrong = [
        ("BACKUP_RECIPIENTS", "age1short"),
        ("BACKUP_IDENTITY", "keys.txt"),
        ("BACKUP_SCHEDULE", "at night"),
        ("BACKUP_DIGESTS", "perhaps"),
        ("UNDO_DAYS", "0"),
    ];
    let error = Config::of(&raw(&wrong).unwrap()).unwrap_err().to_string();
    for (name, value) in wrong {
        assert!(error.contains(&format!("ATOMO_FLEET_{name} = {value:?}")), "{name} is missing in {error}");
    }
}
