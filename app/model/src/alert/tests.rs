use time::{Duration, OffsetDateTime};

use super::{Alert, AlertCondition, AlertKind, AlertSeverity, alert_changes};
use crate::Actor;

const NOW: OffsetDateTime = OffsetDateTime::UNIX_EPOCH;

fn drift(level: &str, severity: AlertSeverity) -> AlertCondition {
    AlertCondition {
        kind: AlertKind::Drift,
        severity,
        project_id: "shop".parse().unwrap(),
        subject: level.to_owned(),
        sentence: format!("{level} differs"),
        finding_id: None,
        operation_id: None,
    }
}

/// The alerts after a look at these conditions, those that are over included.
fn look(alerts: &mut Vec<Alert>, conditions: &[AlertCondition], at: OffsetDateTime) -> usize {
    let open: Vec<Alert> = alerts.iter().filter(|alert| alert.is_open()).cloned().collect();
    let changed = alert_changes(&open, conditions, at).changed;
    for next in &changed {
        alerts.retain(|alert| alert.id != next.id);
        alerts.push(next.clone());
    }
    changed.len()
}

#[test]
fn an_alert_is_written_when_it_begins_worsens_and_ends_and_not_between() {
    let (mut alerts, minute) = (Vec::new(), Duration::minutes(1));
    let notice = [drift("route", AlertSeverity::Notice)];
    let warning = [drift("route", AlertSeverity::Warning)];
    assert_eq!(look(&mut alerts, &notice, NOW), 1);
    assert_eq!(look(&mut alerts, &notice, NOW + minute), 0, "nothing changed");
    let first = alerts[0].clone();
    assert_eq!((first.state(), first.opened_at), ("open", NOW));

    assert_eq!(look(&mut alerts, &warning, NOW + minute), 1);
    assert_eq!((alerts[0].id, alerts[0].worsened_at), (first.id, Some(NOW + minute)));
    assert_eq!(look(&mut alerts, &warning, NOW + minute * 2), 0);
    assert_eq!(look(&mut alerts, &notice, NOW + minute * 3), 1);
    let better = &alerts[0];
    assert_eq!((better.severity, better.worsened_at), (AlertSeverity::Notice, Some(NOW + minute)));

    assert_eq!(look(&mut alerts, &[], NOW + minute * 4), 1);
    assert_eq!((alerts[0].state(), alerts[0].resolved_at), ("resolved", Some(NOW + minute * 4)));
    assert_eq!(look(&mut alerts, &[], NOW + minute * 5), 0);
    assert_eq!(look(&mut alerts, &notice, NOW + minute * 6), 1);
    assert_eq!(alerts.len(), 2, "the same condition later is another alert");
}

#[test]
fn subjects_have_alerts_of_their_own() {
    let mut alerts = Vec::new();
    let [route, catalog] = ["route", "catalog"].map(|level| drift(level, AlertSeverity::Warning));
    let other = AlertCondition { project_id: "blog".parse().unwrap(), ..route.clone() };
    let backup = AlertCondition { kind: AlertKind::Backup, ..route.clone() };
    assert_eq!(look(&mut alerts, &[route.clone(), catalog, other, backup], NOW), 4);
    assert_eq!(look(&mut alerts, &[route], NOW), 3, "three are over");
}

#[test]
fn another_sentence_is_written_without_being_worse() {
    let mut alerts = Vec::new();
    let condition = drift("catalog", AlertSeverity::Warning);
    look(&mut alerts, std::slice::from_ref(&condition), NOW);
    let longer = AlertCondition { sentence: "catalog differs in 2 places".into(), ..condition };
    assert_eq!(look(&mut alerts, &[longer], NOW), 1);
    assert_eq!((alerts[0].worsened_at, alerts[0].sentence.as_str()), (None, "catalog differs in 2 places"));
}

#[test]
fn an_alert_that_a_person_ended_says_so() {
    let mut alerts = Vec::new();
    look(&mut alerts, &[drift("catalog", AlertSeverity::Warning)], NOW);
    let closed = Alert { resolved_at: Some(NOW), closed_by: Some(Actor::Reconciler), ..alerts[0].clone() };
    assert_eq!(closed.state(), "closed");
    assert_eq!(closed.page(), "/projects/shop/drift");
}
