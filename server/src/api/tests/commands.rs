//! Commands on an existing project.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use control_plane::ports::driver::Driver as _;
use model::{DesiredState, Lane, Operation, OperationKind, OperationStatus, Project};
use serde_json::{Value, json};

use super::support::{Answer, Fleet, shop};

fn operation(answer: &Answer) -> Operation {
    let operation: Operation = serde_json::from_value(answer.json::<Value>()["operation"].clone()).unwrap();
    assert_eq!(answer.header("location"), format!("/api/v1/operations/{}", operation.id));
    operation
}

#[tokio::test]
async fn an_edit_changes_what_is_given_and_nothing_else() {
    let fleet = Fleet::new().await;
    let operator = fleet.operator();
    fleet.create("shop").await;

    let edit = json!({"display_name": "The shop", "env": {"MODE": "quiet", "KEY": {"secret": "API_KEY"}}});
    assert_eq!(operator.edit("shop", &edit).await.fields(422), ["env.KEY"], "it is not set");
    operator.put("/projects/shop/secrets/API_KEY", &json!({"value": "planted"})).await.ok(StatusCode::OK);
    let answer = operator.edit("shop", &edit).await.ok(StatusCode::ACCEPTED);

    assert_eq!(operation(&answer).kind, OperationKind::Edit);
    let project: Project = operator.get("/projects/shop").await.json();
    assert_eq!((project.display_name.as_str(), project.hostname), ("The shop", None));
    assert_eq!(serde_json::to_value(&project.env).unwrap(), edit["env"]);
}

#[tokio::test]
async fn an_edit_of_something_that_is_not_there_names_it() {
    let fleet = Fleet::new().await;
    let operator = fleet.operator();
    fleet.create("shop").await;

    assert_eq!(operator.edit("shop", &json!({"colour": 1})).await.fields(422), ["colour"]);
    let both = json!({"colour": 1, "hostname": "no name", "schema_ref": "main"});
    assert_eq!(operator.edit("shop", &both).await.fields(422), ["colour", "hostname", "schema_ref"]);
    operator.patch("/projects/none", &json!({})).await.problem(404);
}

#[tokio::test]
async fn start_stop_and_restart_are_operations() {
    let fleet = Fleet::new().await;
    let operator = fleet.operator();
    fleet.create("shop").await;
    let command = async |verb: &str| {
        let path = format!("/projects/shop/{verb}");
        operation(&operator.send(Method::POST, &path, Body::empty()).await.ok(StatusCode::ACCEPTED)).kind
    };

    assert_eq!(command("stop").await, OperationKind::Stop);
    let stopped: Project = operator.get("/projects/shop").await.json();
    assert_eq!(stopped.desired_state, DesiredState::Stopped);
    assert_eq!(command("start").await, OperationKind::Start);
    assert_eq!(command("restart").await, OperationKind::Restart);
    let running: Project = operator.get("/projects/shop").await.json();
    assert_eq!(running.desired_state, DesiredState::Running);
}

#[tokio::test]
async fn nothing_that_is_sent_along_makes_a_delete_more_than_that() {
    let fleet = Fleet::new().await;
    let operator = fleet.operator();
    fleet.create("shop").await;

    assert_eq!(operator.delete("/projects/shop?drop_database=true").await.fields(422), ["drop_database"]);
    let body = json!({"drop": true}).to_string();
    assert_eq!(operator.send(Method::DELETE, "/projects/shop", body).await.fields(422), ["drop"]);
    assert_eq!(operator.send(Method::DELETE, "/projects/shop", "drop").await.fields(422), ["body"]);
    let answer = operator.delete("/projects/shop").await.ok(StatusCode::ACCEPTED);

    let deleting = operation(&answer);
    assert_eq!(deleting.kind, OperationKind::Delete);
    let problem = operator.post("/projects/shop/start", &json!({})).await.problem(409);
    assert_eq!(problem.operation, Some(deleting.id));
}

#[tokio::test]
async fn a_command_under_a_key_is_done_once() {
    let fleet = Fleet::new().await;
    fleet.create("shop").await;
    let send = async |method: Method, path: &str, body: Value| {
        let request = Request::builder().method(method.clone()).uri(format!("/api/v1{path}"));
        let request = request.header("content-type", "application/json");
        let request = request.header("Idempotency-Key", format!("{method} {path}"));
        fleet.operator().ask(request.body(Body::from(body.to_string())).unwrap()).await
    };
    for (method, path, body) in [
        (Method::POST, "/projects/shop/restart", json!({})),
        (Method::POST, "/projects/shop/stop", json!({})),
        (Method::POST, "/projects/shop/start", json!({})),
        (Method::PATCH, "/projects/shop", json!({"display_name": "A shop", "generation": 1})),
        (Method::DELETE, "/projects/shop", json!({})),
    ] {
        let first = send(method.clone(), path, body.clone()).await.ok(StatusCode::ACCEPTED);
        let again = send(method.clone(), path, body).await.ok(StatusCode::ACCEPTED);
        assert_eq!(first.header("location"), again.header("location"), "{method} {path}");
    }
    let operations: Value = fleet.operator().get("/operations").await.json();
    assert_eq!(operations["items"].as_array().unwrap().len(), 6, "each was done once");
}

#[tokio::test]
async fn a_key_where_nobody_keeps_to_it_is_refused_by_name() {
    let fleet = Fleet::new().await;
    let operator = fleet.registered().await;
    fleet.create("shop").await;
    let repository = json!({"url": super::support::REPO});
    for (method, path, body) in [
        (Method::PUT, "/projects/shop/secrets/API_KEY", json!({"value": "x"})),
        (Method::POST, "/repositories", repository),
        (Method::POST, "/image-registries", json!({"host": "ghcr.io"})),
        (Method::POST, "/tokens", json!({"name": "ci"})),
        (Method::POST, "/projects/shop/admin-password", json!({})),
    ] {
        let request = Request::builder().method(method).uri(format!("/api/v1{path}"));
        let request = request.header("content-type", "application/json").header("Idempotency-Key", "once");
        let answer = operator.ask(request.body(Body::from(body.to_string())).unwrap()).await;
        assert_eq!(answer.fields(422), ["Idempotency-Key"], "{path}");
    }
    let tokens: Value = operator.get("/tokens").await.json();
    assert!(tokens["items"].as_array().unwrap().is_empty(), "nothing was done");
}

#[tokio::test]
async fn only_a_failed_operation_is_done_again() {
    let fleet = Fleet::new().await;
    let operator = fleet.operator();
    let created = operator.post("/projects", &fleet.draft("shop")).await;
    let path = format!("/operations/{}/retry", operation(&created).id);

    operator.post(&path, &json!({})).await.problem(409);
    operator.post("/operations/00000000-0000-0000-0000-000000000000/retry", &json!({})).await.problem(404);
}

#[tokio::test]
async fn a_repository_is_registered_tested_and_removed() {
    let fleet = Fleet::new().await;
    let operator = fleet.operator();
    let draft = json!({"url": super::support::REPO});

    let added: Value = operator.post("/repositories", &draft).await.ok(StatusCode::CREATED).json();
    let path = format!("/repositories/{}", added["id"].as_str().unwrap());
    let contents: Value = operator.post(&format!("{path}/test"), &json!({})).await.ok(StatusCode::OK).json();

    assert_eq!(contents["paths"], json!([super::support::PATH]));
    assert_eq!(contents["head"], fleet.commit.as_str());
    assert_eq!(operator.post("/repositories", &draft).await.fields(409), ["url"]);
    operator.delete(&path).await.ok(StatusCode::NO_CONTENT);
    operator.delete(&path).await.problem(404);
    let bad = json!({"url": "https://me:pw@git.example/x", "username": 3, "branch": "main"});
    assert_eq!(operator.post("/repositories", &bad).await.fields(422), ["branch", "url", "username"]);
}

#[tokio::test]
async fn an_image_registry_is_added_replaced_and_removed_and_never_says_its_password() {
    let fleet = Fleet::new().await;
    let operator = fleet.operator();
    let draft = |password: &str| json!({"host": "GHCR.io", "username": "robot", "password": password});

    let added = operator.post("/image-registries", &draft("planted-1")).await.ok(StatusCode::CREATED);
    let replaced = operator.post("/image-registries", &draft("planted-2")).await.ok(StatusCode::OK);
    let listed = operator.get("/image-registries").await.ok(StatusCode::OK);

    let (added, replaced, listed): (Value, Value, Value) = (added.json(), replaced.json(), listed.json());
    assert_eq!((&added["id"], &added["host"]), (&replaced["id"], &json!("ghcr.io")));
    assert_eq!(listed["items"], json!([replaced]));
    assert!(!format!("{added}{replaced}{listed}").contains("planted"));
    let path = format!("/image-registries/{}", added["id"].as_str().unwrap());
    operator.delete(&path).await.ok(StatusCode::NO_CONTENT);
    operator.delete(&path).await.problem(404);
    let bad = json!({"host": "https://ghcr.io", "username": 3, "token": "x"});
    assert_eq!(
        operator.post("/image-registries", &bad).await.fields(422),
        ["host", "password", "token", "username"]
    );
}

#[tokio::test]
async fn an_orphan_is_removed_once_and_an_instance_of_a_project_is_none() {
    let fleet = Fleet::new().await;
    let operator = fleet.operator();
    fleet.create("shop").await;

    operator.delete("/orphans/shop").await.problem(409);
    operator.delete("/orphans/none").await.problem(404);
}

#[tokio::test]
async fn an_orphan_is_removed_by_a_job_that_can_be_cancelled() {
    let fleet = Fleet::new().await;
    let operator = fleet.operator();
    fleet.driver.ensure_running(&shop()).await.unwrap();

    let answer = operator.delete("/orphans/shop").await.ok(StatusCode::ACCEPTED);
    let removal = operation(&answer);
    assert_eq!((removal.kind, removal.lane), (OperationKind::OrphanRemove, Lane::Job));
    assert_eq!(operator.delete("/orphans/shop").await.problem(409).operation, Some(removal.id));
    let listed: Value = operator.get("/orphans").await.ok(StatusCode::OK).json();
    let shown = &listed["items"][0]["removal"];
    assert_eq!(shown["operation"], json!(removal.id), "{listed}");
    let how_far = ["status", "step", "steps_done", "steps"].map(|field| shown[field].clone());
    assert_eq!(how_far, [json!("waiting"), json!("retire_route"), json!(0), json!(3)]);
    let create = operator.post("/projects", &fleet.draft("shop")).await.problem(409);
    assert_eq!(create.operation, Some(removal.id), "its id is not free yet");

    let path = format!("/operations/{}/cancel", removal.id);
    let answer = operator.send(Method::POST, &path, Body::empty()).await.ok(StatusCode::ACCEPTED);
    assert_eq!(operation(&answer).status, OperationStatus::Cancelled);
    operator.send(Method::POST, &path, Body::empty()).await.problem(409);
}

#[tokio::test]
async fn an_operation_that_reconciles_is_not_cancelled_but_says_what_to_do() {
    let fleet = Fleet::new().await;
    let operator = fleet.operator();
    let created = operation(&operator.post("/projects", &fleet.draft("shop")).await);
    let path = format!("/operations/{}/cancel", created.id);
    let problem = operator.send(Method::POST, &path, Body::empty()).await.problem(409);
    assert_eq!(problem.operation, Some(created.id));
    assert!(problem.detail.contains("stop or delete"), "{problem}");
    operator.post("/operations/00000000-0000-0000-0000-000000000000/cancel", &json!({})).await.problem(404);
}
