//! Events, as a person sees them.

use insta::assert_snapshot;
use model::{Actor, Page, ProjectEvent};
use time::Duration;

use super::fixtures::NOW;
use crate::render::lists;

fn event(id: i64, action: &str, sentence: &str, actor: Actor) -> ProjectEvent {
    ProjectEvent {
        id,
        project_id: (id != 3).then(|| "crm".parse().unwrap()),
        action: action.into(),
        sentence: sentence.into(),
        actor: Some(actor),
        detail: Some(serde_json::json!({"operation": "018f3c5e-0000-7000-8000-000000000000"})),
        at: NOW - Duration::minutes(10 * (10 - id)),
    }
}

#[test]
fn events_are_sentences_beside_who_did_it() {
    let ines = Actor::Operator("ines@example.com".parse().unwrap());
    let token = Actor::Token { name: "ci".into(), operator: "ines@example.com".parse().unwrap() };
    let items = vec![
        event(5, "converge", "Restarted after signal 9, 2nd time in 10 min", Actor::Reconciler),
        event(4, "project.edit", "Environment changed: SMTP_HOST added, PEM changed", token),
        event(3, "token.create", "Token ci\u{1b}[2J created", ines),
    ];
    let page = Page { items, next_cursor: Some("3".into()) };
    assert_snapshot!(lists::events(&page, "audit list --actor ines", NOW));
    assert_eq!(lists::events(&Page::whole(Vec::new()), "audit list", NOW), "No event.");
}
