//! Rollouts on real parts: the first project is the canary, the second one's server does not start, the third one follows.

use serde_json::{Value, json};

use crate::api::until;
use crate::deploys::commit_with;
use crate::drift::by_hand;
use crate::world::World;

const NOTES: &str =
    "export const Note = model('notes', { fields: { id: text().id(), body: text().optional() } })\n";

/// Waits until the rollout is in this state and no member is under way.
fn becomes(world: &mut World, id: &str, state: &str) -> Value {
    until(&format!("the rollout is {state}"), || {
        let rollout = world.get(&format!("/rollouts/{id}"));
        (rollout["state"] == state && rollout["counts"]["running"] == 0).then_some(rollout)
    })
}

/// The states of the members.
fn states(rollout: &Value) -> Vec<&str> {
    rollout["members"].as_array().unwrap().iter().map(|member| member["state"].as_str().unwrap()).collect()
}

#[test]
fn a_server_that_does_not_start_pauses_the_rollout_and_the_rest_follows_after_it_was_passed_over() {
    let mut world = World::started();
    for id in ["acme", "beta", "crm"] {
        let mut draft = world.draft(id);
        draft["class"] = json!("staging");
        world.done("POST", "/projects", Some(draft));
    }
    // a type has the name of the table that the commit adds, which no preflight looks at
    by_hand(&mut world, "beta", "create type notes as enum ('a')");
    let to = commit_with(&world, "name: text().optional()", NOTES);
    let draft = json!({"ref": to, "class": "staging", "reason": "notes", "bake_s": 1});
    let (status, plan) = world.ask("POST", "/rollout-plans", Some(draft.clone()));
    let outcomes: Vec<_> =
        plan["members"].as_array().unwrap().iter().map(|it| it["outcome"].clone()).collect();
    assert_eq!((status, outcomes), (200, vec![json!("deploy"); 3]), "{plan:#}");

    let (status, rollout) = world.ask("POST", "/rollouts", Some(draft));
    assert_eq!((status, &rollout["target"]["schema_ref"]["ref"]), (201, &json!(to)), "{rollout:#}");
    let id = rollout["id"].as_str().unwrap().to_owned();
    let paused = becomes(&mut world, &id, "paused");
    assert_eq!(states(&paused), ["succeeded", "failed", "waiting"], "{paused:#}");
    assert!(paused["problem"].to_string().contains("notes"), "{paused:#}");
    assert_eq!(world.project("acme")["schema_version"], json!(to));
    assert_eq!(world.project("beta")["schema_ref"]["ref"], json!(world.portfolio.good), "it went back");
    assert_eq!(world.through_gateway("beta.localhost", "/ready"), Ok(200));
    assert_eq!(world.project("crm")["schema_ref"]["ref"], json!(world.portfolio.good));

    let resume = format!("/rollouts/{id}/resume");
    assert_eq!(world.ask("POST", &resume, Some(json!({"skip": true}))).0, 200);
    let done = becomes(&mut world, &id, "succeeded");
    assert_eq!(states(&done), ["succeeded", "skipped", "succeeded"], "{done:#}");
    assert_eq!(world.project("crm")["schema_version"], json!(to));
    assert_eq!(world.ask("POST", &resume, Some(json!({}))).0, 409);
}
