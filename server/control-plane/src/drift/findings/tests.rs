//! What follows from a check, for each outcome and each finding that is known.

use model::{DriftDecision, DriftDecisionKind};
use time::macros::datetime;

use super::*;

const BEFORE: OffsetDateTime = datetime!(2026-12-01 09:00 UTC);
const NOW: OffsetDateTime = datetime!(2026-12-01 10:00 UTC);

fn check(outcome: Outcome) -> Checked {
    Checked {
        project: "shop".parse().unwrap(),
        level: DriftLevel::Catalog,
        severity: DriftSeverity::Attention,
        outcome,
        noted: None,
    }
}

fn differs(line: &str) -> Checked {
    check(Outcome::Differs(vec![line.to_owned()]))
}

fn accepted() -> DriftFinding {
    let decision = DriftDecision {
        kind: DriftDecisionKind::Accept,
        reason: "known".into(),
        by: Actor::Host,
        at: BEFORE,
        until: None,
    };
    let found = new(&differs("+ table a: x"), vec!["+ table a: x".into()], BEFORE, BEFORE);
    DriftFinding { decision: Some(decision), ..found }
}

fn only(changes: Changes) -> (DriftFinding, SystemEvent) {
    assert!(changes.seen.is_empty() && changes.news.len() == 1, "{changes:?}");
    changes.news.into_iter().next().unwrap()
}

#[test]
fn what_is_new_is_found_once() {
    let (found, event) = only(changes(&[], &[differs("+ table a: x")], NOW));
    assert_eq!((event, found.first_seen, found.resolved_at), (SystemEvent::DriftFound, NOW, None));
    let again = changes(&[found], &[differs("+ table a: x")], NOW);
    assert!(again.news.is_empty(), "the same is no news");
    assert_eq!(again.seen.len(), 1);
}

#[test]
fn another_difference_ends_the_decision() {
    let same = changes(&[accepted()], &[differs("+ table a: x")], NOW);
    assert!(same.news.is_empty() && same.seen[0].decision.is_some(), "accepted stays accepted");
    let (changed, event) = only(changes(&[accepted()], &[differs("+ table b: x")], NOW));
    assert_eq!((event, changed.decision), (SystemEvent::DriftChanged, None));
    assert_eq!((changed.first_seen, changed.changed_at), (BEFORE, NOW));
}

#[test]
fn what_matches_again_is_resolved() {
    let (over, event) = only(changes(&[accepted()], &[check(Outcome::InSync)], NOW));
    assert_eq!((event, over.resolved_at), (SystemEvent::DriftResolved, Some(NOW)));
    assert_eq!(changes(&[], &[check(Outcome::InSync)], NOW), Changes::default());
}

#[test]
fn what_cannot_be_seen_is_unknown_since_the_first_time() {
    let away = check(Outcome::Unknown("away".into()));
    let unknown = changes(&[accepted()], std::slice::from_ref(&away), BEFORE).seen;
    assert_eq!((unknown.len(), unknown[0].unknown_since), (1, Some(BEFORE)));
    assert_eq!(changes(&unknown, &[away], NOW), Changes::default(), "the first time counts");
    let back = changes(&unknown, &[differs("+ table a: x")], NOW).seen;
    assert_eq!(back[0].unknown_since, None);
    let rests = check(Outcome::NotCompared("The project is stopped."));
    assert_eq!(changes(&[accepted()], &[rests], NOW), Changes::default());
}

#[test]
fn what_the_engine_closed_is_recorded_with_the_time_at_which_it_was_seen() {
    let noted = Some(Noted { at: BEFORE, diff: vec!["~ the file was edited".into()] });
    let (over, event) = only(changes(&[], &[Checked { noted, ..check(Outcome::InSync) }], NOW));
    assert_eq!(event, SystemEvent::DriftResolved);
    assert_eq!((over.first_seen, over.resolved_at), (BEFORE, Some(NOW)));
    assert_eq!(over.diff, ["~ the file was edited"]);
}
