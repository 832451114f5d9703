//! From what is wrong now to the alerts that are written. Pure.

use std::collections::BTreeMap;

use time::OffsetDateTime;
use uuid::Uuid;

use super::{Alert, AlertCondition, AlertKind};
use crate::ProjectId;

/// Alerts that are written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AlertChanges {
    /// New ones, those with another severity or another sentence, and those that are over. The last have no
    /// [`Alert::closed_by`] yet.
    pub changed: Vec<Alert>,
}

type Key<'a> = (AlertKind, &'a ProjectId, &'a str);

/// What follows from the conditions at `now`, with the alerts that are open. `condition`s of the same subject must not repeat.
///
/// An alert whose condition is the same is not among the changes. One whose severity rises has worsened; one whose severity falls
/// or whose sentence changes is written without being worse.
pub fn alert_changes(open: &[Alert], conditions: &[AlertCondition], now: OffsetDateTime) -> AlertChanges {
    let known: BTreeMap<Key<'_>, &Alert> =
        open.iter().map(|alert| ((alert.kind, &alert.project_id, alert.subject.as_str()), alert)).collect();
    let present: BTreeMap<Key<'_>, &AlertCondition> =
        conditions.iter().map(|it| ((it.kind, &it.project_id, it.subject.as_str()), it)).collect();
    let begun = present.iter().filter_map(|(key, condition)| match known.get(key) {
        None => Some(opened(condition, now)),
        Some(alert) => again(alert, condition, now),
    });
    let over = known.iter().filter(|(key, _)| !present.contains_key(*key));
    let over = over.map(|(_, alert)| Alert { resolved_at: Some(now), ..(*alert).clone() });
    AlertChanges { changed: begun.chain(over).collect() }
}

fn opened(condition: &AlertCondition, now: OffsetDateTime) -> Alert {
    let AlertCondition { kind, severity, project_id, subject, sentence, finding_id, operation_id } =
        condition.clone();
    Alert {
        id: Uuid::now_v7().into(),
        kind,
        severity,
        project_id,
        subject,
        sentence,
        opened_at: now,
        worsened_at: None,
        resolved_at: None,
        closed_by: None,
        finding_id,
        operation_id,
    }
}

/// The alert as it is now; `None` if nothing about it changed.
fn again(alert: &Alert, condition: &AlertCondition, now: OffsetDateTime) -> Option<Alert> {
    let worsened_at = if condition.severity > alert.severity { Some(now) } else { alert.worsened_at };
    let next = Alert {
        severity: condition.severity,
        sentence: condition.sentence.clone(),
        finding_id: condition.finding_id,
        operation_id: condition.operation_id,
        worsened_at,
        ..alert.clone()
    };
    (next != *alert).then_some(next)
}
