//! The settings of backups.

use std::time::Duration;

use archives_s3::{InvalidLocation, S3Location};
use control_plane::backup_keys::BackupKeys;
use model::{BackupPolicy, BackupSchedule, Invalid};
use url::Url;

use super::{Parsed, Reader, within};
use crate::config::{BackupSettings, BackupsIn};

const DAY: Duration = Duration::from_secs(24 * 3600);

/// All of them.
pub(super) fn settings(r: &mut Reader<'_>) -> BackupSettings {
    BackupSettings {
        place: r.read("BACKUPS", BackupsIn::DataDir, place),
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
