use insta::assert_snapshot;
use model::CreatePlan;
use serde_json::json;

use super::page;

fn plan() -> CreatePlan {
    let sha = "0123456789abcdef0123456789abcdef01234567";
    serde_json::from_value(json!({
        "id": "crm", "display_name": "Customers\u{1b}[2J", "labels": {"team": "shop"}, "class": "staging",
        "hostname": "crm.apps.example.com", "aliases": ["crm.example.com"], "address": "https://crm.apps.example.com",
        "schema_ref": {"type": "git", "repo": "file:///srv/schemas", "path": "crm.ts", "ref": sha},
        "commit": {"sha": sha, "summary": "crm: companies", "author": "Ines", "at": "2026-01-02T03:04:05Z"},
        "release": null, "limits": {"memory": 536_870_912, "cpu": 1.0, "pids": 256, "restarts": 10},
        "database": "proj_crm", "database_reused": false, "database_server": "default", "pool_size": 5,
        "connections_free": 158, "generated_secrets": ["DATABASE_PASSWORD", "JWT_SECRET"],
        "unset_secrets": ["API_KEY"], "first_admin": null, "steps": ["ensure_secrets", "ensure_database"],
    }))
    .unwrap()
}

#[test]
fn a_plan_says_what_would_be_made_and_that_nothing_was() {
    assert_snapshot!(page(&plan()));
}

#[test]
fn a_plan_of_little_has_no_empty_lines() {
    let plan = CreatePlan {
        display_name: "crm".into(),
        address: None,
        aliases: Vec::new(),
        commit: None,
        generated_secrets: Vec::new(),
        unset_secrets: Vec::new(),
        database_reused: true,
        ..plan()
    };
    let text = page(&plan);
    for line in
        ["Address            no hostname", "Commit             not read yet", "Generated secrets  none"]
    {
        assert!(text.contains(line), "{text}");
    }
    assert!(text.contains("proj_crm on default, retained") && !text.contains("Display name"), "{text}");
}
