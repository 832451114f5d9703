use std::collections::BTreeMap;

use model::{DatabaseChoice, Project, ProjectClass, ProjectPatch};

use super::description::DescriptionForm;
use super::{CreateForm, EditForm, EnvForm, PoolForm, SchemaForm};
use crate::address::Query;
use crate::projects::sample;

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

#[test]
fn a_filled_form_is_a_valid_create() {
    let new = filled().draft().unwrap().validate().unwrap();
    assert_eq!(new.id.as_str(), "crm");
    assert_eq!(new.display_name, "crm");
    assert_eq!(new.aliases.len(), 2);
    assert_eq!(new.schema_ref.commit().as_str(), SHA);
    assert_eq!(new.database, DatabaseChoice::Reuse);
}

#[test]
fn a_typed_commit_wins_over_a_picked_one() {
    let mut form = filled();
    form.schema.commit = "main".into();
    assert_eq!(form.draft().unwrap().schema_ref.r#ref, "main");
}

#[test]
fn all_that_is_wrong_is_told_together() {
    let form = CreateForm { id: "No_Good".into(), hostname: "http://x".into(), ..filled() };
    let problem = form.draft().unwrap().validate().unwrap_err();
    let fields: Vec<&str> = problem.errors.iter().map(|error| error.field.as_str()).collect();
    assert_eq!(fields, ["id", "hostname"]);
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
    let form = CreateForm::from_query(&Query::parse("id=crm&reuse=true"));
    assert_eq!((form.id.as_str(), form.reuse.as_str()), ("crm", "true"));
}

#[test]
fn each_form_changes_its_own_fields_only() {
    let project: Project = sample::project();
    let edit = EditForm::of(&project).patch().unwrap();
    assert_eq!(edit.hostname.as_deref(), Some("crm.example.com"));
    assert_eq!(edit.aliases.as_deref(), Some(["kunden.example.com".to_owned()].as_slice()));
    assert_eq!((edit.labels, edit.class.as_deref()), (Some(BTreeMap::new()), Some("production")));
    let rest =
        ProjectPatch { display_name: None, hostname: None, aliases: None, labels: None, class: None, ..edit };
    assert_eq!(rest, ProjectPatch::default());
    let env = EnvForm::of(&project).patch().unwrap();
    assert_eq!(env, ProjectPatch { env: Some(std::collections::BTreeMap::new()), ..ProjectPatch::default() });
    let pool = PoolForm::of(&project).patch().unwrap();
    assert_eq!(pool, ProjectPatch { pool_size: Some(project.pool_size.get()), ..ProjectPatch::default() });
}

#[test]
fn a_pool_size_that_is_not_accepted_is_an_error_of_its_field() {
    for typed in ["", "101", "many"] {
        let problem = PoolForm { pool_size: typed.into() }.patch().unwrap_err();
        assert!(problem.for_field("pool_size").is_some(), "{typed:?}");
    }
}

#[test]
fn labels_are_lines_and_what_is_wrong_with_a_line_is_told() {
    let form = |labels: &str| {
        let description = DescriptionForm { labels: labels.into(), class: "staging".into() };
        CreateForm { description, ..filled() }
    };
    let new = form(" team = shop \n\non-call=\n").draft().unwrap().validate().unwrap();
    assert_eq!((new.labels.to_string(), new.class), ("on-call=, team=shop".into(), ProjectClass::Staging));
    for typed in ["team shop", "team=shop\nteam=blog"] {
        assert!(form(typed).draft().unwrap_err().for_field("labels").is_some(), "{typed}");
    }
    let link = CreateForm::from_query(&Query::parse("label=team=shop&label=tier=&class=staging"));
    let described = DescriptionForm { labels: "team=shop\ntier=".into(), class: "staging".into() };
    assert_eq!(link.description, described);
    let project = Project { labels: new.labels, class: new.class, ..sample::project() };
    let patch = EditForm::of(&project).patch().unwrap();
    assert_eq!(patch.class.as_deref(), Some("staging"));
    assert_eq!(patch.labels.unwrap()["team"], "shop");
    assert_eq!(EditForm::default().patch().unwrap().class, None);
}
