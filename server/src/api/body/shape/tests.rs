//! Errors for JSON of the wrong shape.

use model::{FieldError, ProjectDraft, ProjectPatch};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Draft, MANY, read};

fn faults<T: Draft>(value: Value) -> Vec<FieldError> {
    read::<T>(value).err().expect("faults")
}

fn told<T: Draft>(value: Value) -> Vec<(String, String)> {
    faults::<T>(value).into_iter().map(|fault| (fault.field, fault.accepted)).collect()
}

#[test]
fn a_right_shape_is_the_draft() {
    let draft = read::<ProjectPatch>(json!({"display_name": "Shop"})).ok().unwrap();
    assert_eq!(draft.display_name.as_deref(), Some("Shop"));
}

#[test]
fn every_fault_is_told_with_its_path() {
    let told = told::<ProjectPatch>(json!({
        "colour": 1, "display_name": {}, "aliases": "a.example", "schema_ref": {"ref": 7, "tag": "v1"}, "env": {"A": []},
    }));
    let fields: Vec<&str> = told.iter().map(|(field, _)| field.as_str()).collect();
    for field in ["colour", "display_name", "aliases", "schema_ref.ref", "schema_ref.tag", "env.A"] {
        assert!(fields.contains(&field), "{field}: {told:?}");
    }
    let accepted = |field: &str| told.iter().find(|(name, _)| name == field).unwrap().1.as_str();
    assert_eq!(accepted("display_name"), "a text");
    assert_eq!(accepted("aliases"), "a list");
    assert_eq!(accepted("schema_ref.tag"), "type, repo, path, ref");
    assert_eq!(accepted("env.A"), "a text, or {\"secret\": \"NAME\"}");
}

#[test]
fn a_place_in_a_list_is_a_number() {
    assert_eq!(told::<ProjectPatch>(json!({"aliases": ["a.example", 2]}))[0].0, "aliases.1");
}

#[test]
fn what_was_told_is_not_told_again() {
    let told = told::<ProjectDraft>(json!({"id": 5, "schema_ref": "main"}));
    let fields: Vec<&str> = told.iter().map(|(field, _)| field.as_str()).collect();
    assert_eq!(fields, ["id", "schema_ref"], "not that an id, a repository and a path are needed");
}

#[test]
fn no_value_is_repeated() {
    for value in [json!("planted"), json!(["planted"]), json!({"planted": 1})] {
        let told = faults::<ProjectDraft>(json!({"reuse_database": value, "display_name": [value.clone()]}));
        assert!(told.iter().all(|fault| !format!("{fault:?}").contains("planted")), "{told:?}");
    }
}

#[test]
fn a_body_that_is_no_object_is_told_as_a_whole() {
    for value in [json!("shop"), json!([]), json!(["shop"]), json!(null)] {
        assert_eq!(told::<ProjectDraft>(value), [("body".to_owned(), "an object".to_owned())]);
    }
}

#[test]
fn a_flood_of_faults_is_cut() {
    let flood: serde_json::Map<String, Value> = (0..1000).map(|n| (format!("x{n}"), json!(n))).collect();
    assert_eq!(faults::<ProjectPatch>(Value::Object(flood)).len(), MANY);
}

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "read by nobody")]
struct Needed {
    name: String,
}

impl Draft for Needed {}

#[test]
fn a_missing_field_is_named() {
    assert_eq!(told::<Needed>(json!({}))[0].0, "name");
}
