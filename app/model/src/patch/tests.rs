//! Edits: `null`, emptiness, and what a refused one is shown to differ in.

use serde_json::json;

use crate::{FieldDifference, LimitsEdit, Project, ProjectClass, ProjectEdit, ProjectPatch};

fn patch(value: serde_json::Value) -> Result<ProjectPatch, serde_json::Error> {
    serde_json::from_value(value)
}

fn differences(value: serde_json::Value) -> Vec<(String, String, String)> {
    let edit = patch(value).unwrap().validate().unwrap();
    let found = edit.differences(&Project::sample("shop")).into_iter();
    found.map(|FieldDifference { field, current, yours }| (field, current, yours)).collect()
}

#[test]
fn null_clears_what_can_be_absent_and_is_no_value_elsewhere() {
    assert_eq!(patch(json!({"hostname": null})).unwrap().hostname.as_deref(), Some(""));
    assert_eq!(patch(json!({"release": null})).unwrap().release.as_deref(), Some(""));
    assert_eq!(patch(json!({"hostname": null})).unwrap().validate().unwrap().hostname, Some(None));
    let others = ["aliases", "env", "schema_ref", "limits", "pool_size", "edge", "generation"];
    for field in ["display_name", "labels", "class"].into_iter().chain(others) {
        assert!(patch(json!({field: null})).is_err(), "{field}");
    }
    assert!(patch(json!({"limits": {"memory": null}})).is_err());
}

#[test]
fn an_edit_that_names_no_field_is_empty_whatever_generation_it_names() {
    assert!(patch(json!({})).unwrap().is_empty());
    assert!(patch(json!({"generation": 3})).unwrap().is_empty());
    assert!(!patch(json!({"hostname": null})).unwrap().is_empty());
}

#[test]
fn a_difference_names_the_field_the_present_value_and_the_typed_one() {
    let tuple = |field: &str, current: &str, yours: &str| (field.into(), current.into(), yours.into());
    assert_eq!(
        differences(json!({"display_name": "Store", "hostname": null, "pool_size": 5})),
        [tuple("display_name", "Shop", "Store"), tuple("hostname", "shop.example.test", "none")]
    );
    assert_eq!(
        differences(json!({"env": {"LOG": "debug", "MAIL": {"secret": "MAIL_KEY"}}})),
        [tuple("env.LOG", "none", "debug"), tuple("env.MAIL", "none", r#"{"secret":"MAIL_KEY"}"#)]
    );
    assert_eq!(
        differences(json!({"labels": {"team": "shop"}, "class": "staging"})),
        [tuple("class", "production", "staging"), tuple("labels.team", "none", "shop")]
    );
    assert_eq!(differences(json!({"limits": {"pids": 300}})), [tuple("limits.pids", "256", "300")]);
    assert_eq!(
        differences(json!({"aliases": ["a.test", "b.test"]})),
        [tuple("aliases", "none", "a.test, b.test")]
    );
}

#[test]
fn labels_and_class_of_an_edit_are_checked() {
    let edit = patch(json!({"labels": {"team": "shop"}, "class": "staging"})).unwrap().validate().unwrap();
    assert_eq!(
        (edit.labels.unwrap().to_string(), edit.class),
        ("team=shop".into(), Some(ProjectClass::Staging))
    );
    let cleared = patch(json!({"labels": {}})).unwrap().validate().unwrap();
    assert!(cleared.labels.is_some_and(|labels| labels.is_empty()) && cleared.class.is_none());
    let problem = patch(json!({"labels": {"Team": "x"}, "class": ""})).unwrap().validate().unwrap_err();
    assert!(problem.for_field("labels.Team").is_some() && problem.for_field("class").is_some(), "{problem}");
}

#[test]
fn every_field_of_an_edit_is_called_and_written_as_that_of_the_project() {
    let shop = Project { env: serde_json::from_value(json!({"A": "x"})).unwrap(), ..Project::sample("shop") };
    let edit = ProjectEdit {
        display_name: Some(shop.display_name.clone()),
        labels: Some(shop.labels.clone()),
        class: Some(shop.class),
        hostname: Some(shop.hostname.clone()),
        aliases: Some(shop.aliases.clone()),
        env: Some(shop.env.clone()),
        schema_ref: Some(shop.schema_ref.clone()),
        release: Some(shop.release.clone()),
        limits: LimitsEdit { restarts: Some(shop.limits.restarts), ..LimitsEdit::default() },
        pool_size: Some(shop.pool_size),
        edge: Some(shop.edge.clone()),
        delete_protection: Some(shop.delete_protection),
    };
    let fields = edit.fields(&shop);
    assert_eq!(fields.len(), 12);
    for field in fields {
        assert_eq!(field.from, field.to, "{}", field.name);
    }
}
