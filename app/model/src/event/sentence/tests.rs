//! Each event as a sentence, with the detail that the control plane writes.

mod edits;

use serde_json::{Value, json};

use super::*;

fn told(action: &str, detail: &Value) -> String {
    sentence(action, None, Some(detail))
}

#[test]
fn every_recorded_action_has_a_sentence_also_without_a_detail() {
    let recorded = recorded();
    assert!(recorded.contains(&Action::ProjectStop.into()) && !recorded.contains(&Action::AuditView.into()));
    for action in recorded {
        assert_eq!(action.as_str().parse(), Ok(action));
        for detail in [None, Some(json!({})), Some(json!(null)), Some(json!([1])), Some(json!("text"))] {
            let text = sentence(action.as_str(), None, detail.as_ref());
            assert!(text.starts_with(|first: char| first.is_uppercase()), "{action}: {text}");
            assert!(!text.ends_with(['.', ' ', ':']) && !text.contains("  "), "{action}: {text}");
        }
    }
}

#[test]
fn an_unknown_action_becomes_its_own_words() {
    assert_eq!(told("backup.run_now", &json!({"size": 1})), "Backup run now");
    assert_eq!(told("create", &json!({})), "Create");
    assert_eq!(told("", &json!({})), "");
}

#[test]
fn no_sentence_depends_on_the_types_in_a_detail() {
    for action in recorded() {
        for wrong in [json!(1), json!("x"), json!([{}]), json!({"from": 1, "to": {}}), json!(true)] {
            let names = [
                "name",
                "env",
                "limits",
                "edge",
                "exit",
                "restarts",
                "schema_ref",
                "versions",
                "from",
                "hosts",
            ];
            let detail = names.iter().map(|name| ((*name).to_owned(), wrong.clone())).collect::<Value>();
            assert!(!told(action.as_str(), &detail).is_empty());
        }
    }
}

#[test]
fn a_create_names_its_schema() {
    let schema = json!({"type": "git", "repo": "https://git.example/x", "path": "shop/schema.ts",
        "ref": "c9fc38d0123456789abcdef0123456789abcdef0"});
    let detail =
        json!({"operation": "0198", "hostname": null, "schema_ref": schema, "reuse_database": false});
    assert_eq!(told("project.create", &detail), "Created from shop/schema.ts at c9fc38d");
    let detail = json!({"schema_ref": schema, "reuse_database": true});
    assert_eq!(
        told("project.create", &detail),
        "Created from shop/schema.ts at c9fc38d with its retained database"
    );
    assert_eq!(told("project.create", &json!({"operation": "1", "retry_of": "0"})), "Create retried");
    assert_eq!(told("converge", &json!({"operation": "1", "retry_of": "0"})), "Reconciliation retried");
}

#[test]
#[rustfmt::skip]
fn commands_on_a_project_say_what_was_requested_or_done() {
    for (action, detail, expected) in [
        ("project.start", json!({"operation": "1"}), "Start requested"),
        ("project.stop", json!({"operation": "1"}), "Stop requested"),
        ("project.restart", json!({"operation": "1"}), "Restart requested"),
        ("project.delete", json!({"operation": "1"}), "Deletion requested; database, secrets and media will be retained"),
        ("deploy_proposed", json!({"commit": "c9fc38d000", "summary": "Add sizes", "author": "Ines", "branch": "main", "host": "github"}),
            "Deploy of c9fc38d \"Add sizes\" by Ines proposed, pushed to main at GitHub"),
        ("deploy_proposal.dismiss", json!({"commit": "c9fc38d000", "summary": "Add sizes", "author": "Ines"}),
            "Deploy of c9fc38d \"Add sizes\" by Ines dismissed"),
        ("project.admin_password", json!({}), "Password of the first admin shown"),
        ("secret.put", json!({"name": "API_KEY", "version": 3}), "Secret API_KEY set, version 3"),
        ("retained_database.remove", json!({"database": "proj_shop"}), "Entry of the retained database proj_shop removed"),
        ("operation.cancel", json!({"kind": "orphan_remove"}), "Cancellation of the removal of the orphan requested"),
        ("orphan.remove", json!({"address": "127.0.0.1:4000", "hosts": ["a.example", "b.example"]}),
            "Removal of the orphan requested: instance at 127.0.0.1:4000, routes a.example, b.example"),
    ] {
        assert_eq!(told(action, &detail), expected);
    }
}

#[test]
#[rustfmt::skip]
fn commands_on_the_fleet_are_in_the_past_tense() {
    for (action, detail, expected) in [
        ("repository.add", json!({"url": "https://x", "credential": true}), "Repository https://x added with a credential"),
        ("repository.add", json!({"url": "https://x", "credential": false}), "Repository https://x added"),
        ("repository.remove", json!({"url": "https://x"}), "Repository https://x removed"),
        ("repository.webhook", json!({"url": "https://x", "webhook": "replaced"}), "Webhook of the repository https://x replaced"),
        ("image_registry.add", json!({"host": "ghcr.io", "username": "u", "replaced": false}),
            "Image registry ghcr.io added, user u"),
        ("image_registry.add", json!({"host": "ghcr.io", "username": "u", "replaced": true}),
            "Credential of the image registry ghcr.io replaced, user u"),
        ("image_registry.remove", json!({"host": "ghcr.io"}), "Image registry ghcr.io removed"),
        ("secrets.migrate", json!({"operation": "1", "input": {"from": "sealed", "to": "ssm"}}),
            "Migration of the secrets from sealed to ssm started"),
        ("secrets.migrate", json!({"from": "sealed", "to": "ssm", "secrets": 1, "versions": 2}),
            "Secrets migrated from sealed to ssm: 1 secret"),
        ("secrets.remove_source", json!({"from": "sealed", "to": "ssm", "secrets": 12}),
            "Migrated secrets removed from the former store sealed: 12 secrets"),
    ] {
        assert_eq!(told(action, &detail), expected);
    }
}

#[test]
#[rustfmt::skip]
fn commands_of_and_on_operators_are_in_the_past_tense() {
    for (action, detail, expected) in [
        ("token.create", json!({"name": "ci-deploy", "email": "a@b.example"}), "Token ci-deploy created"),
        ("token.create_for_other", json!({"name": "ci", "email": "a@b.example"}), "Token ci created for a@b.example"),
        ("token.revoke", json!({"token": "0198", "name": "ci"}), "Token ci revoked"),
        ("token.revoke", json!({"token": "0198"}), "Token revoked"),
        ("operator.create", json!({"email": "a@b.example", "role": "owner"}), "Operator a@b.example created with the role owner"),
        ("operator.reset", json!({"email": "a@b.example"}),
            "Password of the operator a@b.example reset; sessions and tokens ended"),
        ("setup_link", json!({}), "Setup link created"),
        ("log_in", json!({}), "Logged in"),
    ] {
        assert_eq!(told(action, &detail), expected);
    }
}

#[test]
fn a_restart_says_how_the_instance_ended_and_how_often() {
    let after = |exit: Value, restarts: Value| {
        told(
            "converge",
            &json!({"reasons": ["The instance ended with signal 9"], "exit": exit, "restarts": restarts}),
        )
    };
    let killed = json!({"code": null, "signal": 9, "out_of_memory": null});
    assert_eq!(after(killed.clone(), json!(null)), "Restarted after signal 9");
    assert_eq!(
        after(killed.clone(), json!({"count": 2, "within_s": 605})),
        "Restarted after signal 9, 2nd time in 10 min"
    );
    for (count, ordinal) in [(3, "3rd"), (4, "4th"), (11, "11th"), (12, "12th"), (21, "21st"), (112, "112th")]
    {
        let text = after(killed.clone(), json!({"count": count, "within_s": 0}));
        assert_eq!(text, format!("Restarted after signal 9, {ordinal} time in 1 s"));
    }
    assert_eq!(after(json!({"code": 1}), json!(null)), "Restarted after exit code 1");
    assert_eq!(after(json!({}), json!(null)), "Restarted after the instance ended");
    let memory = json!({"signal": 9, "out_of_memory": {"limit": 536_870_912, "peak": null}});
    assert_eq!(after(memory, json!(null)), "Restarted after it reached its memory limit of 512 MiB");
}

#[test]
fn the_engine_says_why_it_acts() {
    let reasons = json!({"operation": "1", "steps": ["sync_route"], "reasons": ["The route differs", "There is no instance"]});
    assert_eq!(told("converge", &reasons), "Reconciled: The route differs, There is no instance");
    assert_eq!(
        sentence("converge", Some(&Actor::Registry), Some(&reasons)),
        "Reconciled after an edit of the registry: The route differs, There is no instance"
    );
    assert_eq!(
        told("converge", &json!({"steps": ["sync_route"]})),
        "Reconciled: Publish the route",
        "an older event"
    );
    assert_eq!(told("return", &json!({"revision": 3})), "Rolled back to revision 3 after a failed change");
    assert_eq!(
        told("return", &json!({"revision": 3, "exit": {"signal": 9}})),
        "Restarted with revision 3 after signal 9"
    );
}

#[test]
fn the_engine_says_what_it_recorded() {
    let status = json!({"from": "running", "to": "failed", "generation": 4, "problem": "The instance does not stay up"});
    assert_eq!(
        told("status", &status),
        "Status changed from running to failed: The instance does not stay up"
    );
    assert_eq!(
        told("reached", &json!({"from": "running", "to": "running", "generation": 4, "problem": null})),
        "Change applied (generation 4)"
    );
    assert_eq!(
        told("secrets", &json!({"versions": {"API_KEY": 2, "jwt_secret": 1}})),
        "Versions of secrets recorded: API_KEY 2, jwt_secret 1"
    );
    assert_eq!(
        told("ports", &json!({"from": 4000, "to": 4002})),
        "Ports changed from 4000 and 4001 to 4002 and 4003: they were in use"
    );
    assert_eq!(
        told("retained", &json!({"database": "proj_shop", "bytes": 1_900_000_000})),
        "Project removed; the database proj_shop (1.9 GB) is retained"
    );
    assert_eq!(
        told("retained", &json!({"database": null, "bytes": null})),
        "Project removed; it had no database"
    );
}
