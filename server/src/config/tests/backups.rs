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
fn backups_of_the_control_plane_have_a_policy_and_a_key_of_their_own() {
    let of = |pairs: &[(&str, &str)]| Config::of(&raw(pairs).unwrap()).unwrap().backups;
    let default = of(&[]);
    assert_eq!(
        (default.fleet_policy.schedule.to_string().as_str(), default.recovery_recipient),
        ("10 3 * * * UTC", None)
    );
    let chosen = of(&[("RECOVERY_RECIPIENT", RECIPIENT), ("RECOVERY_RETENTION", "last=3 weekly=0")]);
    let rules = chosen.fleet_policy.retention;
    assert_eq!((rules.last(), rules.daily(), rules.weekly(), rules.monthly()), (3, 14, 0, 12));
    assert_eq!(chosen.recovery_recipient.as_deref(), Some(RECIPIENT));
}

#[test]
fn a_wrong_setting_of_backups_is_named() {
    let wrong = [
        ("BACKUP_RECIPIENTS", "age1short"),
        ("BACKUP_IDENTITY", "keys.txt"),
        ("BACKUP_SCHEDULE", "at night"),
        ("BACKUP_DIGESTS", "perhaps"),
        ("UNDO_DAYS", "0"),
        ("RECOVERY_RECIPIENT", "age1short"),
        ("RECOVERY_SCHEDULE", "at night"),
        ("RECOVERY_RETENTION", "last=0"),
    ];
    let error = Config::of(&raw(&wrong).unwrap()).unwrap_err().to_string();
    for (name, value) in wrong {
        assert!(error.contains(&format!("ATOMO_FLEET_{name} = {value:?}")), "{name} is missing in {error}");
    }
}

fn place(text: &str) -> Result<BackupsIn, ConfigError> {
    Config::of(&raw(&[("BACKUPS", text)]).unwrap()).map(|config| config.backups.place)
}

#[test]
fn backups_are_in_the_data_directory_a_folder_or_a_bucket() {
    assert_eq!(Config::of(&raw(&[]).unwrap()).unwrap().backups.place, BackupsIn::DataDir);
    assert_eq!(place("").unwrap(), BackupsIn::DataDir);
    for (text, path) in [
        ("file:///mnt/backups", "/mnt/backups"),
        ("file:///mnt/backups/", "/mnt/backups/"),
        ("file:///mnt/my%20backups", "/mnt/my backups"),
    ] {
        assert_eq!(place(text).unwrap(), BackupsIn::Folder(path.into()), "{text}");
    }
    for text in ["s3://acme-backups", "s3://acme-backups/prod/eu"] {
        assert_eq!(place(text).unwrap(), BackupsIn::Bucket(text.parse().unwrap()));
    }
}

#[test]
fn a_wrong_archive_store_stops_the_start_with_what_is_accepted() {
    for (text, fault) in [
        ("/mnt/backups", "neither a folder nor a bucket"),
        ("backups", "neither a folder nor a bucket"),
        ("file://backups", "three slashes"),
        ("file:backups", "three slashes"),
        ("file:///mnt/backups?x", "nothing behind it"),
        ("file:///", "root of the file system"),
        ("https://bucket.s3.amazonaws.com", "the scheme https is not accepted"),
        ("gs://bucket", "the scheme gs is not accepted"),
        ("s3:/bucket", "does not begin with s3://"),
        ("s3://", "not the name of a bucket"),
        ("s3://My_Bucket", "not the name of a bucket"),
        ("s3://key:secret@bucket", "not the name of a bucket"),
        ("s3://bucket/a//b", "not a prefix of keys"),
    ] {
        let error = place(text).unwrap_err().to_string();
        let told = format!("ATOMO_FLEET_BACKUPS = {text:?} (environment): ");
        let accepted = "Accepted: file:///absolute/path, s3://bucket or s3://bucket/prefix.";
        assert!(error.starts_with(&told) && error.contains(fault) && error.ends_with(accepted), "{error}");
    }
}

#[test]
fn the_archive_of_write_ahead_log_is_switched_on_by_server() {
    let of =
        |pairs: &[(&str, &str)]| Config::of(&raw(pairs).unwrap()).map(|config| config.backups.wal_archive);
    let default = of(&[]).unwrap();
    assert!(default.servers.is_empty() && default.folder.is_none());
    assert_eq!((default.days, default.every.as_secs()), (7, 24 * 3600));
    let servers = r#"[{ name = "far", url_file = "/far" }]"#;
    let chosen =
        of(&[("DATABASE_SERVERS", servers), ("WAL_ARCHIVE", "default, far"), ("WAL_ARCHIVE_DAYS", "3")]);
    let names: Vec<String> = chosen.unwrap().servers.iter().map(ToString::to_string).collect();
    assert_eq!(names, ["default", "far"]);
    for (name, value) in [
        ("WAL_ARCHIVE", "near"),
        ("WAL_ARCHIVE", "No Name"),
        ("WAL_ARCHIVE_FOLDER", "wal"),
        ("WAL_ARCHIVE_DAYS", "0"),
        ("WAL_ARCHIVE_BASE_HOURS", "169"),
    ] {
        let error = of(&[(name, value)]).unwrap_err().to_string();
        assert!(error.contains(&format!("ATOMO_FLEET_{name} = {value:?}")), "{error}");
    }
}
