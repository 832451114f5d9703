//! The archive store of backups.

use super::*;

fn of(text: &str) -> Result<BackupsIn, ConfigError> {
    Config::of(&raw(&[("BACKUPS", text)]).unwrap()).map(|config| config.backups)
}

#[test]
fn backups_are_in_the_data_directory_a_folder_or_a_bucket() {
    assert_eq!(Config::of(&raw(&[]).unwrap()).unwrap().backups, BackupsIn::DataDir);
    assert_eq!(of("").unwrap(), BackupsIn::DataDir);
    for (text, path) in [
        ("file:///mnt/backups", "/mnt/backups"),
        ("file:///mnt/backups/", "/mnt/backups/"),
        ("file:///mnt/my%20backups", "/mnt/my backups"),
    ] {
        assert_eq!(of(text).unwrap(), BackupsIn::Folder(path.into()), "{text}");
    }
    for text in ["s3://acme-backups", "s3://acme-backups/prod/eu"] {
        assert_eq!(of(text).unwrap(), BackupsIn::Bucket(text.parse().unwrap()));
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
        let error = of(text).unwrap_err().to_string();
        let told = format!("ATOMO_FLEET_BACKUPS = {text:?} (environment): ");
        let accepted = "Accepted: file:///absolute/path, s3://bucket or s3://bucket/prefix.";
        assert!(error.starts_with(&told) && error.contains(fault) && error.ends_with(accepted), "{error}");
    }
}
