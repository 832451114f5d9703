//! The settings of deletes with the database.

use super::{Setting, setting};

pub(super) const SETTINGS: &[Setting] = &[
    setting(
        "DELETE_APPROVAL",
        "auto",
        "auto, always or never",
        "whether another operator has to approve a delete with the database; auto: where more than one operator may approve it",
    ),
    setting(
        "DELETE_BACKUP_HOURS",
        "1",
        "1 to 168 hours",
        "greatest age of the verified backup when a delete with the database is requested; without one, a backup is taken then",
    ),
    setting(
        "DELETE_REQUEST_DAYS",
        "3",
        "1 to 30 days",
        "how long a delete request waits for an approval before it expires",
    ),
    setting(
        "TRASH_DAYS",
        "7",
        "1 to 90 days",
        "how long database, secrets and media of a project that was deleted with its database are in the trash",
    ),
];
