//! The settings of deploys.

use super::{Setting, setting};

pub(super) const SETTINGS: &[Setting] = &[
    setting(
        "DEPLOY_REHEARSAL",
        "production",
        "never, production or always",
        "which deploys are rehearsed on a copy of the data before anything is changed; production: those of projects of that class",
    ),
    setting(
        "DEPLOY_BACKUP_HOURS",
        "24",
        "1 to 168 hours",
        "greatest age of the verified backup for a deploy that can cost data and takes no backup first",
    ),
    setting(
        "DEPLOY_UNDO_HOURS",
        "72",
        "1 to 2160 hours",
        "how long the last deploy of a project can be undone together with its data",
    ),
];
