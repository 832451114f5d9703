//! Alerts.

use model::{Alert, Page};
use time::OffsetDateTime;

use super::words::{ago, plain};
use super::{more, table};

/// Alerts, open ones first.
pub fn rows(page: &Page<Alert>, now: OffsetDateTime) -> String {
    let row = |alert: &Alert| {
        [
            alert.project_id.to_string(),
            alert.kind.to_string(),
            alert.severity.to_string(),
            alert.state().to_owned(),
            plain(&alert.sentence),
            ago(alert.opened_at, now),
            alert.worsened_at.map_or_else(|| "-".into(), |at| ago(at, now)),
            alert.resolved_at.map_or_else(|| "-".into(), |at| ago(at, now)),
            alert.closed_by.as_ref().map_or_else(|| "-".into(), model::Actor::label),
        ]
    };
    let head = ["PROJECT", "KIND", "SEVERITY", "STATE", "WHAT", "OPENED", "WORSENED", "RESOLVED", "BY"];
    let rows = table(head, page.items.iter().map(row), "No alert.");
    rows + &more("alert list", page.next_cursor.as_deref())
}
