use super::*;

#[test]
fn an_empty_draft_admits_every_event() {
    assert_eq!(EventFilterDraft::default().validate(), Ok(EventFilter::default()));
    let blank = EventFilterDraft { project: " ".into(), actor: "  ".into(), ..EventFilterDraft::default() };
    assert_eq!(blank.validate(), Ok(EventFilter::default()));
}

#[test]
fn a_draft_is_trimmed_and_older_actions_are_accepted() {
    let draft = EventFilterDraft {
        project: " shop ".into(),
        actor: " Ines@".into(),
        action: "deploy_old".into(),
        from: "2026-11-01".into(),
        to: String::new(),
    };
    let filter = draft.validate().unwrap();
    assert_eq!(filter.project, Some("shop".parse().unwrap()));
    assert_eq!(filter.actor.unwrap().as_str(), "Ines@");
    assert_eq!(filter.action.unwrap().as_str(), "deploy_old");
}

#[test]
fn every_wrong_field_is_named() {
    let draft = EventFilterDraft {
        project: "S".into(),
        actor: "a\u{7}b".into(),
        action: "Stop!".into(),
        from: "x".into(),
        to: "y".into(),
    };
    let fields: Vec<String> = draft.validate().unwrap_err().into_iter().map(|error| error.field).collect();
    assert_eq!(fields, ["project", "actor", "action", "from", "to"]);
}

#[test]
fn operations_have_kind_and_status_of_their_own() {
    use crate::{OperationFilterDraft, OperationKind, OperationStatus};
    let draft =
        OperationFilterDraft { kind: "restart".into(), status: "failed".into(), ..Default::default() };
    let filter = draft.validate().unwrap();
    assert_eq!((filter.kind, filter.status), (Some(OperationKind::Restart), Some(OperationStatus::Failed)));
    let draft = OperationFilterDraft { kind: "dance".into(), status: "done".into(), ..Default::default() };
    let fields: Vec<String> = draft.validate().unwrap_err().into_iter().map(|error| error.field).collect();
    assert_eq!(fields, ["kind", "status"]);
    for kind in OperationKind::ALL {
        assert_eq!(kind.as_str().parse(), Ok(kind));
    }
}
