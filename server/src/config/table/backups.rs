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
        "SCHEMA_MIRROR",
        "",
        "file:///absolute/path, s3://bucket or s3://bucket/prefix, another place than BACKUPS",
        "mirror of the schema files that projects are pinned to, read only while their repository is away and this machine has no copy of it; empty: none",
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
        "WAL_ARCHIVE",
        "",
        "names of database servers separated by commas, such as default",
        "servers whose write-ahead log is archived, so that a project can be restored to a time; empty: none. See docs/point-in-time.md",
    ),
    setting(
        "WAL_ARCHIVE_FOLDER",
        "",
        "an absolute path",
        "where base backups and write-ahead log are kept, on another disk than the servers if possible; empty: the folder wal in DATA_DIR",
    ),
    setting("WAL_ARCHIVE_DAYS", "7", "1 to 90 days", "how many days back a restore to a time is possible"),
    setting(
        "WAL_ARCHIVE_BASE_HOURS",
        "24",
        "1 to 168 hours",
        "interval of base backups; a shorter one makes restores to a time faster and takes more space",
    ),
    setting(
        "BACKUP_RECIPIENTS",
        "",
        "age recipients (age1...) separated by commas",
        "to whom the archives of backups are encrypted; empty: they are not. Keep the keys elsewhere than the archives",
    ),
    setting(
        "RECOVERY_RECIPIENT",
        "",
        "one age recipient (age1...)",
        "recovery key that the control plane's secrets are sealed to in its own backups; empty: the one that was made on the page Settings",
    ),
    setting(
        "RECOVERY_SCHEDULE",
        "10 3 * * * UTC",
        "every N hours (every 6h), a cron expression with a time zone (10 3 * * * Europe/Berlin), or off",
        "when backups of the control plane itself are taken; each is spread by up to 15 minutes",
    ),
    setting(
        "RECOVERY_RETENTION",
        "last=7 daily=14 weekly=8 monthly=12",
        "last=1..1000 daily=0..366 weekly=0..260 monthly=0..120",
        "how many backups of the control plane itself are retained: the newest ones, and one of each of the newest days, weeks and months",
    ),
];
