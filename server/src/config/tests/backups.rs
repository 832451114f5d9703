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
