use model::{DesiredState, Observed, ProjectClass, ProjectStatus};

use super::{Group, GroupBy, groups};
use crate::fleet::filter::tests::project;

#[test]
fn rows_of_one_group_stand_under_one_head() {
    let mut stopped = project("ccc");
    stopped.desired_state = DesiredState::Stopped;
    stopped.status = ProjectStatus::Stopped;
    stopped.observed.facts.instance = Observed::Absent;
    let (first, second) = (project("aaa"), project("bbb"));
    let sizes: Vec<_> = groups(&[&first, &second, &stopped], None)
        .into_iter()
        .map(|(group, rows)| (group, rows.len()))
        .collect();
    assert_eq!(sizes, [(Group::of(first.health()), 2), (Group::Off, 1)]);
    assert_eq!(Group::Off.note(2), "2, stopped by an operator");
}

#[test]
fn rows_are_grouped_by_class_or_by_the_value_of_a_label() {
    let labelled = |labels: &str| model::Project {
        labels: serde_json::from_str(labels).unwrap(),
        class: ProjectClass::Staging,
        ..project("crm")
    };
    let (shop, none) = (labelled(r#"{"team": "shop"}"#), labelled("{}"));
    let titles = |by: &str| {
        let found = groups(&[&shop, &shop, &none], GroupBy::of(by).as_ref());
        found.into_iter().map(|(group, rows)| (group.title(), rows.len())).collect::<Vec<_>>()
    };
    assert_eq!(titles("team"), [("team=shop".into(), 2), ("No label team".into(), 1)]);
    assert_eq!(titles("class"), [("Staging".into(), 3)]);
    assert_eq!(GroupBy::of(""), None);
}
