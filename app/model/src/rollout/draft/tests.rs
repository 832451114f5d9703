//! Tests of requests.

use super::{RolloutDraft, RolloutMembers, RolloutSource};

fn draft() -> RolloutDraft {
    RolloutDraft {
        r#ref: "main".into(),
        projects: vec!["shop".into(), "crm".into()],
        reason: "a new field".into(),
        ..RolloutDraft::default()
    }
}

fn fields(draft: &RolloutDraft) -> Vec<String> {
    let problem = draft.validate().expect_err("it is not valid");
    problem.errors.into_iter().map(|error| error.field).collect()
}

#[test]
fn members_keep_the_order_in_which_they_are_named() {
    let request = draft().validate().unwrap();
    let RolloutMembers::Named(ids) = request.members else { panic!("they are named") };
    assert_eq!(ids.iter().map(ToString::to_string).collect::<Vec<_>>(), ["shop", "crm"]);
    assert!(matches!(request.source, RolloutSource::Schema { r#ref, .. } if r#ref == "main"));
    assert_eq!((request.options.at_once, request.options.bake_s), (1, 60));
}

#[test]
fn a_filter_chooses_instead_of_ids() {
    let chosen = RolloutDraft { projects: vec![], labels: vec!["team=shop".into()], ..draft() };
    let RolloutMembers::Chosen(filter) = chosen.validate().unwrap().members else { panic!("a filter") };
    assert_eq!(filter.labels.len(), 1);
    assert_eq!(fields(&RolloutDraft { class: "staging".into(), ..draft() }), ["projects"]);
    assert_eq!(fields(&RolloutDraft { projects: vec![], ..draft() }), ["projects"]);
    assert_eq!(
        fields(&RolloutDraft { projects: vec!["shop".into(), "shop".into()], ..draft() }),
        ["projects"]
    );
}

#[test]
fn every_wrong_field_is_named() {
    let wrong = RolloutDraft {
        release: "atomo/server:1.2.3".into(),
        at_once: 9,
        bake_s: 100_000,
        reason: " ".into(),
        ..draft()
    };
    assert_eq!(fields(&wrong), ["release", "at_once", "bake_s", "reason"]);
    assert_eq!(fields(&RolloutDraft { r#ref: String::new(), ..draft() }), ["ref"]);
}
