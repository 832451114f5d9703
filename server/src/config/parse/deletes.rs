//! The settings of deletes with the database.

use std::time::Duration;

use control_plane::settings::DeletePolicy;
use model::{ApprovalPolicy, Invalid};

use super::{Reader, within};

const HOUR: Duration = Duration::from_secs(3600);

/// All of them.
pub(super) fn settings(r: &mut Reader<'_>) -> DeletePolicy {
    let approval = |text: &str| {
        text.parse::<ApprovalPolicy>()
            .map_err(|fault: Invalid| fault.message.trim_end_matches('.').to_owned())
    };
    DeletePolicy {
        approval: r.read("DELETE_APPROVAL", ApprovalPolicy::Auto, approval),
        backup_age: HOUR * r.read("DELETE_BACKUP_HOURS", 1, |text| within(text, 1, 168)),
        expiry: 24 * HOUR * r.read("DELETE_REQUEST_DAYS", 1, |text| within(text, 1, 30)),
        trash: 24 * HOUR * r.read("TRASH_DAYS", 1, |text| within(text, 1, 90)),
    }
}
