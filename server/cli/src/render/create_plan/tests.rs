use insta::assert_snapshot;
use model::{CreatePlan, Project, ProjectClass};
use serde_json::json;

use super::page;

fn plan() -> CreatePlan {
    let sha = "0123456789abcdef0123456789abcdef01234567";
    let project = Project {
        display_name: "Customers\u{1b}[2J".into(),
        labels: serde_json::from_value(json!({"team": "shop"})).unwrap(),
        class: ProjectClass::Staging,
        aliases: vec!["crm.example.com".parse().unwrap()],
        address: Some("https://crm.apps.example.com".into()),
        ..Project::sample("crm")
    };
    serde_json::from_value(json!({
        "project": project,
        "commit": {"sha": sha, "summary": "crm: companies", "author": "Ines", "at": "2026-01-02T03:04:05Z"},
        "database_reused": false, "connections_free": 158,
        "generated_secrets": ["DATABASE_PASSWORD", "JWT_SECRET"], "unset_secrets": ["API_KEY"],
        "steps": ["ensure_secrets", "ensure_database"],
    }))
    .unwrap()
}

#[test]
fn a_plan_says_what_would_be_made_and_that_nothing_was() {
    assert_snapshot!(page(&plan()));
}

#[test]
fn a_plan_of_little_has_no_empty_lines() {
    let project = Project { display_name: "crm".into(), ..Project::sample("crm") };
    let plan = CreatePlan {
        project,
        commit: None,
        generated_secrets: Vec::new(),
        unset_secrets: None,
        database_reused: true,
        ..plan()
    };
    let text = page(&plan);
    for line in [
        "Address            no hostname",
        "Commit             not read yet",
        "Generated secrets  none",
        "not checked: the secret store",
    ] {
        assert!(text.contains(line), "{text}");
    }
    assert!(text.contains("proj_crm on default, retained") && !text.contains("Aliases"), "{text}");
}
