use leptos_router::params::ParamsMap;
use model::DatabaseChoice;

use super::{CreateForm, SchemaForm, suggested_hostname};

const SHA: &str = "4f0c9e1a2b3c4d5e6f708192a3b4c5d6e7f80912";

fn filled() -> CreateForm {
    CreateForm {
        id: " crm ".into(),
        hostname: "crm.example.com".into(),
        aliases: " www.crm.example.com \n\nkunden.example.com".into(),
        schema: SchemaForm {
            repo: "https://git.example/schemas".into(),
            path: "crm/schema.ts".into(),
            picked: SHA.into(),
            ..SchemaForm::default()
        },
        reuse: "true".into(),
        ..CreateForm::default()
    }
}

fn map(pairs: &[(&'static str, &str)]) -> ParamsMap {
    let mut map = ParamsMap::new();
    for (name, value) in pairs {
        map.insert(*name, (*value).to_owned());
    }
    map
}

fn query(pairs: &[(&'static str, &str)]) -> CreateForm {
    CreateForm::from_query(&map(pairs))
}

#[test]
fn a_filled_form_is_a_valid_create() {
    let new = filled().draft().unwrap().validate().unwrap();
    assert_eq!(new.id.as_str(), "crm");
    assert_eq!(new.display_name, "crm");
    assert_eq!(new.aliases.len(), 2);
    assert_eq!(new.schema_ref.commit().as_str(), SHA);
    assert_eq!(new.database, DatabaseChoice::Reuse);
    assert_eq!(filled().check(), Ok(()));
}

#[test]
fn a_typed_commit_wins_over_a_picked_one() {
    let mut form = filled();
    form.schema.commit = "main".into();
    assert_eq!(form.draft().unwrap().schema_ref.r#ref, "main");
}

#[test]
fn the_browser_leaves_to_the_server_what_only_the_server_knows() {
    let mut form = filled();
    form.schema.commit = "main".into();
    form.hostname = "bücher.example".into();
    assert_eq!(form.check(), Ok(()));
    form.schema = SchemaForm { picked: String::new(), commit: String::new(), ..form.schema };
    let problem = form.check().unwrap_err();
    assert!(problem.for_field("schema_ref.ref").is_some(), "a commit is needed");
    assert_eq!(problem.errors.len(), 1);
}

#[test]
fn all_that_is_wrong_is_told_together() {
    let form = CreateForm { id: "No_Good".into(), hostname: "http://x".into(), ..filled() };
    let problem = form.check().unwrap_err();
    let fields: Vec<&str> = problem.errors.iter().map(|error| error.field.as_str()).collect();
    assert_eq!(fields, ["id", "hostname"]);
}

#[test]
fn loading_commits_without_scripts_keeps_what_was_typed() {
    let sent = |pairs: &[(&'static str, &str)]| SchemaForm::from_query(&map(pairs));
    let typed = sent(&[
        ("id", "crm"),
        ("form[repo]", "https://git.example/schemas"),
        ("form[path]", "crm/schema.ts"),
    ]);
    assert_eq!(typed.unwrap().path, "crm/schema.ts");
    assert_eq!(sent(&[("flash", "1")]), None, "the page as it is");
}

#[test]
fn a_pick_replaces_the_present_commit() {
    let present = filled().draft().unwrap().validate().unwrap().schema_ref;
    let mut form = SchemaForm::of(&present);
    assert_eq!(form.draft().r#ref, SHA);
    form.picked = "a".repeat(40);
    assert_eq!(form.draft().r#ref, "a".repeat(40));
}

#[test]
fn a_link_may_fill_the_form_in() {
    let form = query(&[("id", "crm"), ("reuse", "true")]);
    assert_eq!((form.id.as_str(), form.reuse.as_str()), ("crm", "true"));
}

#[test]
fn a_hostname_is_suggested_from_the_id() {
    assert_eq!(suggested_hostname("crm"), "crm.localhost");
    assert_eq!(suggested_hostname(" "), "");
}
