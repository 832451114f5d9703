//! The settings of backups.

use super::{Setting, setting};

pub(super) const SETTINGS: &[Setting] = &[
    setting(
        "BACKUPS",
        "",
        "file:///absolute/path, s3://bucket or s3://bucket/prefix",
        "archive store of backups: a folder, or a bucket, configured by the variables of AWS; empty: the folder backups in DATA_DIR",
    ),
    setting(
        "UNDO_DAYS",
        "7",
        "1 to 90 days",
        "how long a database that a restore replaced is kept, so that the restore can be undone",
    ),
    setting(
        "BACKUP_DIGESTS",
        "true",
        "true or false",
        "whether a backup digests the content of every table, so that its verification compares it; costs about a third of the time of the dump",
    ),
    setting(
        "BACKUP_BOOT",
        "false",
        "true or false",
        "whether the verification of a backup also starts the project's server on the restored copy, without a route, and waits until it is ready",
    ),
    setting(
        "BACKUP_SCHEDULE",
        "30 2 * * * UTC",
        "every N hours (every 6h), a cron expression with a time zone (30 2 * * * Europe/Berlin), or off",
        "when backups of projects without a policy of their own are taken; each is spread by up to 15 minutes",
    ),
    setting(
        "BACKUP_IDENTITY",
        "",
        "an absolute path",
        "file with the age identities (AGE-SECRET-KEY-1...) by which encrypted archives are verified and restored here",
    ),
    setting(
        "BACKUP_RECIPIENTS",
        "",
        "age recipients (age1...) separated by commas",
        "to whom the archives of backups are encrypted; empty: they are not. Keep the keys elsewhere than the archives",
    ),
];
