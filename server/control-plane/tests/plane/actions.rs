//! Actions: each is performed by a method, and the audit trail has no word that only looks like one. How a caller is known.

use std::path::Path;

use control_plane::OpContext;
use control_plane::context::{Authentication, Factor, Method};
use control_plane::operators::login_failures::ClientNetwork;
use model::{
    Action, Actor, EdgeDraft, EventAction, LimitsDraft, OperationKind, ProjectPatch, Role, SchemaRefDraft,
    SystemEvent,
};

use crate::support::World;

/// Every source file of the control plane, one after the other.
fn sources(folder: &Path) -> String {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let text = |path: std::path::PathBuf| match path.extension() {
        Some(extension) if extension == "rs" => std::fs::read_to_string(path).unwrap(),
        _ if path.is_dir() => sources(&path),
        _ => String::new(),
    };
    entries.map(text).collect()
}

fn control_plane() -> String {
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"))
}

/// What an edit of everything performs: it is named by the patch and not by a method.
fn edits() -> Vec<Action> {
    ProjectPatch {
        display_name: Some("Shop".into()),
        schema_ref: Some(SchemaRefDraft::default()),
        release: Some(String::new()),
        limits: Some(LimitsDraft::default()),
        edge: Some(EdgeDraft::default()),
        delete_protection: Some(true),
        ..ProjectPatch::default()
    }
    .actions()
}

#[test]
fn every_action_is_performed_by_a_method() {
    let (sources, edits) = (control_plane(), edits());
    for action in Action::ALL.iter().filter(|action| !edits.contains(action)) {
        assert!(sources.contains(&format!("Action::{action:?}")), "no method performs {action}");
    }
}

/// Every action that is written to the audit trail: named by an event, by a kind of operation, or by the making of a token.
fn written(sources: &str) -> Vec<Action> {
    let named = |action: &&Action| {
        let event = format!("Action::{action:?}.into()");
        let token = format!("make_token(op, Action::{action:?},");
        sources.contains(&event) || sources.contains(&token)
    };
    let by_kind = OperationKind::ALL.into_iter().filter_map(OperationKind::action);
    Action::ALL.iter().filter(named).copied().chain(by_kind).chain(edits()).collect()
}

#[test]
fn every_action_that_is_written_has_a_sentence_and_no_other() {
    let sources = control_plane();
    let (recorded, written) = (model::event::recorded(), written(&sources));
    for action in &written {
        assert!(
            recorded.contains(&(*action).into()),
            "{action} is written to the audit trail and has no sentence"
        );
    }
    for action in &recorded {
        let is_written = match action {
            EventAction::Command(action) => written.contains(action),
            EventAction::System(event) => sources.contains(&format!("SystemEvent::{event:?}")),
        };
        assert!(is_written || *action == SystemEvent::Converge.into(), "nothing writes {action}");
    }
}

#[test]
fn every_other_word_of_the_audit_trail_is_no_action_s() {
    for word in SystemEvent::ALL.map(SystemEvent::as_str) {
        assert!(word.parse::<Action>().is_err() && !word.contains('.'), "{word} looks like an action");
    }
}

#[tokio::test]
async fn a_caller_is_known_by_what_and_since_when() {
    let world = World::new().await;
    let plane = world.plane().await;
    let (operators, host) = (plane.operators(), OpContext::platform(Actor::Host));
    assert_eq!(host.authentication().method, Method::Host);
    assert_eq!(OpContext::platform(Actor::Schedule).authentication().method, Method::Platform);
    let (email, password) = ("ines@example.com", "correct horse battery");
    operators.create(&host, email.into(), password.into(), Role::Owner).await.unwrap();

    let identity = operators.log_in(email.into(), password.into(), ClientNetwork::default()).await.unwrap();
    let (made, token) =
        operators.create_token_for(&host, &email.parse().unwrap(), "ci".into()).await.unwrap();

    let in_session = operators.identify(&identity).await.unwrap().unwrap();
    assert_eq!(in_session.authentication(), &Authentication::session(identity.at));
    assert_eq!(in_session.authentication().factors, [Factor::Password]);
    let by_token = operators.identify_token(&token).await.unwrap().unwrap();
    assert_eq!(by_token.authentication(), &Authentication::token(made.created_at));
    let again = operators.identify(&identity).await.unwrap().unwrap();
    assert_eq!(again, in_session, "a stream compares the two and stays open");
}
