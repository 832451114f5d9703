//! Webhooks on real parts: a push to a git repository is delivered, proposed, dismissed and deployed.

use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::api::until;
use crate::deploys::commit;
use crate::world::World;

/// What GitHub sends after a push, as far as it matters here.
fn push(branch: &str, after: &str) -> String {
    json!({"ref": format!("refs/heads/{branch}"), "after": after, "commits": [], "forced": false}).to_string()
}

/// Delivers as GitHub does, and returns status and body.
fn deliver(world: &World, webhook: &Value, event: &str, body: &str) -> (u16, String) {
    let secret = webhook["secret"].as_str().unwrap();
    let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap().chain_update(body);
    let signature = format!("sha256={}", hex::encode(mac.finalize().into_bytes()));
    let url = format!("http://127.0.0.1:{}{}", world.listen, webhook["path"].as_str().unwrap());
    let request = reqwest::Client::new()
        .post(url)
        .header("content-type", "application/json")
        .header("user-agent", "GitHub-Hookshot/2d6e8f1")
        .header("x-github-event", event)
        .header("x-github-delivery", hex::encode(Sha256::digest(body)))
        .header("x-hub-signature-256", signature)
        .body(body.to_owned());
    crate::api::blocking(async {
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    })
}

fn proposals(world: &mut World) -> Vec<Value> {
    world.get("/projects/acme/deploy-proposals")["items"].as_array().unwrap().clone()
}

/// The webhook of the only repository.
fn webhook(world: &mut World) -> Value {
    let id = world.get("/repositories")["items"][0]["id"].as_str().unwrap().to_owned();
    let (status, made) = world.ask("POST", &format!("/repositories/{id}/webhook"), None);
    assert_eq!(status, 201, "{made:#}");
    made
}

/// The proposed commit, as soon as there is one.
fn proposed(world: &mut World) -> Value {
    until("a deploy is proposed", || proposals(world).into_iter().next())
}

#[test]
fn a_push_is_proposed_and_a_deploy_of_it_ends_the_proposal() {
    let mut world = World::started();
    world.created("acme");
    let webhook = webhook(&mut world);
    assert_eq!(deliver(&world, &webhook, "ping", r#"{"zen":"Keep it logically awesome."}"#).0, 200);
    let to = commit(&world, "name: text().optional(), size: number().default(3)");
    let body = push(&branch(&world), &to);
    assert_eq!(deliver(&world, &webhook, "push", &body).0, 202);
    let proposal = proposed(&mut world);
    assert_eq!(
        (&proposal["commit"]["sha"], &proposal["host"]),
        (&json!(to), &json!("github")),
        "{proposal:#}"
    );
    assert_eq!(proposal["commit"]["summary"], "Other fields");
    assert_eq!(deliver(&world, &webhook, "push", &body).0, 409, "it is repeated");
    assert_eq!(
        world.project("acme")["schema_ref"]["ref"],
        json!(world.portfolio.good),
        "nothing is deployed"
    );

    world.done("POST", "/projects/acme/deploys", Some(json!({"ref": to, "rehearse": true})));
    assert_eq!(proposals(&mut world), Vec::<Value>::new());
    let next = commit(&world, "name: text().optional(), size: number().default(4)");
    assert_eq!(deliver(&world, &webhook, "push", &push(&branch(&world), &next)).0, 202);
    assert_eq!(proposed(&mut world)["commit"]["sha"], json!(next));
    assert_eq!(world.ask("DELETE", "/projects/acme/deploy-proposals", None).0, 204);
    assert_eq!(proposals(&mut world), Vec::<Value>::new());

    let forged = json!({"path": webhook["path"], "secret": "guessed"});
    assert_eq!(deliver(&world, &forged, "push", &push("main", &to)).0, 404);
}

/// The branch of the repository that `HEAD` names.
fn branch(world: &World) -> String {
    let git = std::process::Command::new("git")
        .current_dir(world.folder.join("portfolio"))
        .args(["symbolic-ref", "--short", "HEAD"])
        .output()
        .unwrap();
    String::from_utf8(git.stdout).unwrap().trim().to_owned()
}
