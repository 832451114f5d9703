//! Create a project and reach it.

use serde_json::json;

use crate::api::until;
use crate::world::{REFUSED, World};

#[test]
fn a_created_project_answers_through_the_gateway_and_runs_what_was_asked_for() {
    let mut world = World::started();
    let operation = world.created("acme");
    let steps: Vec<_> =
        operation["steps"].as_array().unwrap().iter().map(|step| step["step"].as_str().unwrap()).collect();
    let expected = [
        "ensure_secrets",
        "ensure_database",
        "materialize_schema",
        "ensure_instance",
        "await_ready",
        "sync_route",
        "verify_route",
    ];
    assert_eq!(steps, expected);
    assert!(
        operation["steps"].as_array().unwrap().iter().all(|step| step["status"] == "done"),
        "{operation:#}"
    );
    let project = world.project("acme");
    assert_eq!(project["status"], "running");
    assert_eq!(project["schema_version"], json!(world.portfolio.good));
    assert_eq!(project["database_url"], "sealed:/atomo/acme/database_url");
    assert_eq!(project["observed"]["ready"]["value"]["standin"], true);
    assert_eq!(world.through_gateway("acme.localhost", "/ready"), Ok(200));
    assert_eq!(world.through_gateway("acme.localhost", "/metrics"), Ok(404), "blocked at the edge");
    let events = world.get("/projects/acme/events");
    let actions: Vec<_> =
        events["items"].as_array().unwrap().iter().map(|e| e["action"].as_str().unwrap()).collect();
    assert!(actions.contains(&"project.create") && actions.contains(&"status"), "{actions:?}");
    assert_eq!(world.get("/audit/verify")["broken_at"], json!(null));
}

#[test]
fn twenty_at_once_all_end_running() {
    let mut world = World::started();
    let ids: Vec<String> = (0..20).map(|n| format!("many-{n:02}")).collect();
    for id in &ids {
        let draft = world.draft(id);
        world.command("POST", "/projects", Some(draft));
    }
    for id in &ids {
        world.has_status(id, "running");
    }
    for id in &ids {
        assert_eq!(world.through_gateway(&format!("{id}.localhost"), "/ready"), Ok(200), "{id}");
    }
    let projects = world.get("/projects")["items"].as_array().unwrap().clone();
    let upstreams: std::collections::BTreeSet<_> =
        projects.iter().map(|p| p["upstream"].to_string()).collect();
    assert_eq!(upstreams.len(), 20, "every project has an address of its own");
    assert_eq!(world.processes("atomo-standin").len(), 20);
}

#[test]
fn a_refused_schema_ends_failed_with_its_log_and_another_commit_helps() {
    let mut world = World::started();
    let mut draft = world.draft("acme");
    draft["schema_ref"]["path"] = json!(REFUSED);
    let operation = world.command("POST", "/projects", Some(draft));
    let ended = world.ended(&operation);
    assert_eq!(ended["status"], "failed", "{ended:#}");
    let problem = world.project("acme")["problem"].clone();
    let log = problem["log"].as_array().unwrap();
    assert!(
        log.iter().any(|line| line.as_str().unwrap().contains("No valid interfaces found in schema")),
        "{problem:#}"
    );
    assert!(log.len() <= 20);
    let good = world.draft("acme")["schema_ref"].clone();
    world.done("PATCH", "/projects/acme", Some(json!({"schema_ref": good})));
    assert_eq!(world.through_gateway("acme.localhost", "/ready"), Ok(200));
}

#[test]
fn what_is_wrong_is_refused_with_the_field_and_nothing_is_left_behind() {
    let mut world = World::started();
    world.created("acme");
    let mut cases = Vec::new();
    let mut case = |field: &'static str, status: u16, change: &dyn Fn(&mut serde_json::Value)| {
        let mut draft = world.draft("other");
        change(&mut draft);
        cases.push((field, status, draft));
    };
    case("id", 422, &|d| d["id"] = json!("Bad_Id"));
    case("id", 422, &|d| d["id"] = json!("admin"));
    case("id", 409, &|d| d["id"] = json!("acme"));
    case("hostname", 422, &|d| d["hostname"] = json!("no name"));
    case("hostname", 409, &|d| d["hostname"] = json!("acme.localhost"));
    case("aliases.0", 409, &|d| d["aliases"] = json!(["ACME.localhost."]));
    case("schema_ref.ref", 422, &|d| d["schema_ref"]["ref"] = json!("main"));
    case("schema_ref.ref", 422, &|d| d["schema_ref"]["ref"] = json!("0".repeat(40)));
    case("schema_ref.path", 422, &|d| d["schema_ref"]["path"] = json!("../etc/passwd"));
    case("schema_ref.path", 422, &|d| d["schema_ref"]["path"] = json!("-n"));
    case("schema_ref.path", 422, &|d| d["schema_ref"]["path"] = json!("missing.ts"));
    case("schema_ref.path", 422, &|d| d["schema_ref"]["path"] = json!("shop"));
    case("schema_ref.repo", 422, &|d| d["schema_ref"]["repo"] = json!("file:///etc"));
    case("schema_ref.repo", 422, &|d| d["schema_ref"]["repo"] = json!("https://127.0.0.1:1/x.git"));
    case("env.DATABASE_URL", 422, &|d| d["env"] = json!({"DATABASE_URL": "x"}));
    case("env.LD_PRELOAD", 422, &|d| d["env"] = json!({"LD_PRELOAD": "x"}));
    case("colour", 422, &|d| d["colour"] = json!("red"));
    for (field, status, draft) in cases {
        let (answered, problem) = world.ask("POST", "/projects", Some(draft));
        assert_eq!(answered, status, "{field}: {problem}");
        assert_eq!(problem["errors"][0]["field"], field, "{problem}");
        assert!(!problem["errors"][0]["accepted"].as_str().unwrap().is_empty(), "{problem}");
    }
    let mut draft = world.draft("other");
    draft["schema_ref"]["ref"] = json!("main");
    let (_, problem) = world.ask("POST", "/projects", Some(draft));
    assert_eq!(problem["errors"][0]["suggestion"], json!(world.portfolio.good), "{problem}");
    until("only acme is there", || {
        (world.get("/projects")["items"].as_array().unwrap().len() == 1).then_some(())
    });
}
