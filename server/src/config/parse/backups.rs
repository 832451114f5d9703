//! The settings of backups.

use std::time::Duration;

use archives_s3::{InvalidLocation, S3Location};
use control_plane::backup_keys::BackupKeys;
use model::{BackupPolicy, BackupSchedule, Invalid, RetentionCounts, RetentionRules};
use url::Url;

use super::{Parsed, Reader, deletes, deploys, wal_archive, within};
use crate::config::{BackupSettings, BackupsIn, MirrorIn};

const DAY: Duration = Duration::from_secs(24 * 3600);

/// All of them.
pub(super) fn settings(r: &mut Reader<'_>) -> BackupSettings {
    BackupSettings {
        place: r.read("BACKUPS", BackupsIn::DataDir, place),
        recipients: r.read("BACKUP_RECIPIENTS", Vec::new(), recipients),
        identity: r.path("BACKUP_IDENTITY"),
        policy: policy(r),
        fleet_policy: fleet_policy(r),
        recovery_recipient: r.read("RECOVERY_RECIPIENT", None, one_recipient),
        deletes: deletes::settings(r),
        deploys: deploys::settings(r),
        printed: r.raw.print(),
        wal_archive: wal_archive::settings(r),
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

fn one_recipient(text: &str) -> Parsed<Option<String>> {
    match recipients(text)?.as_slice() {
        [] => Ok(None),
        [recipient] => Ok(Some(recipient.clone())),
        _ => Err("these are several recipients".to_owned()),
    }
}

/// The policy of backups of the control plane itself.
fn fleet_policy(r: &mut Reader<'_>) -> BackupPolicy {
    let default = BackupPolicy::default();
    let schedule = r.read("RECOVERY_SCHEDULE", default.schedule.clone(), schedule);
    let retention = r.read("RECOVERY_RETENTION", default.retention, retention);
    BackupPolicy { schedule, retention, ..default }
}

fn schedule(text: &str) -> Parsed<BackupSchedule> {
    text.parse::<BackupSchedule>().map_err(|fault: Invalid| fault.message.trim_end_matches('.').to_owned())
}

/// `last=7 daily=14 weekly=8 monthly=12`; a number that is missing is that of the default.
fn retention(text: &str) -> Parsed<RetentionRules> {
    let mut counts = RetentionCounts::from(RetentionRules::default());
    for word in text.split_whitespace() {
        let (name, number) = word.split_once('=').ok_or_else(|| format!("{word} has no ="))?;
        let number: u32 = number.parse().map_err(|_| format!("{number} is no number"))?;
        match name {
            "last" => counts.last = number,
            "daily" => counts.daily = number,
            "weekly" => counts.weekly = number,
            "monthly" => counts.monthly = number,
            _ => return Err(format!("{name} is not known")),
        }
    }
    counts.try_into().map_err(|fault: Invalid| fault.message.trim_end_matches('.').to_owned())
}

fn truth(text: &str) -> Parsed<bool> {
    text.parse().map_err(|_| "not an accepted value".to_owned())
}

/// The policy of projects without one of their own.
fn policy(r: &mut Reader<'_>) -> BackupPolicy {
    let default = BackupPolicy::default();
    let schedule = r.read("BACKUP_SCHEDULE", default.schedule.clone(), schedule);
    let digests = r.read("BACKUP_DIGESTS", true, truth);
    BackupPolicy { schedule, digests, boot: r.read("BACKUP_BOOT", false, truth), ..default }
}

/// A folder or a bucket; the default if the text is empty.
fn place(text: &str) -> Parsed<BackupsIn> {
    if text.is_empty() {
        return Ok(BackupsIn::DataDir);
    }
    if text.starts_with("s3:") {
        let bucket = text.parse::<S3Location>().map_err(|fault: InvalidLocation| fault.to_string())?;
        return Ok(BackupsIn::Bucket(bucket));
    }
    let url = Url::parse(text).map_err(|_| "this is neither a folder nor a bucket".to_owned())?;
    match url.scheme() {
        "file" => folder(text, &url),
        scheme => Err(format!("the scheme {scheme} is not accepted")),
    }
}

/// The mirror of schema files: accepted as the archive store of backups is, and in another place.
pub(super) fn mirror(text: &str, backups: &str) -> Parsed<Option<MirrorIn>> {
    if !text.is_empty() && text == backups {
        return Err("backups are there, and what is not a backup would be listed among them".to_owned());
    }
    Ok(match place(text)? {
        BackupsIn::DataDir => None,
        BackupsIn::Folder(folder) => Some(MirrorIn::Folder(folder)),
        BackupsIn::Bucket(bucket) => Some(MirrorIn::Bucket(bucket)),
    })
}

fn folder(text: &str, url: &Url) -> Parsed<BackupsIn> {
    if !text.starts_with("file:///") || url.query().is_some() || url.fragment().is_some() {
        return Err("a folder has three slashes before its path, and nothing behind it".into());
    }
    match url.to_file_path() {
        Ok(path) if path.parent().is_some() => Ok(BackupsIn::Folder(path)),
        Ok(_) => Err("this is the root of the file system".into()),
        Err(()) => Err("this is not the path of a folder".into()),
    }
}
