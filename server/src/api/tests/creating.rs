//! `POST /projects`: accepted and followed, or rejected with all field errors.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use model::{Operation, OperationKind, OperationStatus, Page, Project, Step};
use serde_json::{Value, json};

use super::support::{EMAIL, Fleet, PATH, REPO};

#[tokio::test]
async fn a_create_answers_with_an_operation_to_follow() {
    let fleet = Fleet::new().await;
    let operator = fleet.operator();

    let answer = operator.post("/projects", &fleet.draft("shop")).await.ok(StatusCode::ACCEPTED);

    let operation: Operation = serde_json::from_value(answer.json::<Value>()["operation"].clone()).unwrap();
    assert_eq!((operation.kind, operation.status), (OperationKind::Create, OperationStatus::Waiting));
    assert_eq!(operation.actor.to_string(), format!("operator:{EMAIL}"));
    assert!(operation.steps.iter().any(|step| step.step == Step::EnsureDatabase), "{:?}", operation.steps);
    assert_eq!(answer.header("location"), format!("/api/v1/operations/{}", operation.id));
    let path = answer.header("location").strip_prefix("/api/v1").unwrap().to_owned();
    assert_eq!(operator.get(&path).await.ok(StatusCode::OK).json::<Operation>(), operation);
    let project: Project = operator.get("/projects/shop").await.ok(StatusCode::OK).json();
    assert_eq!(project.schema_ref.commit(), &fleet.commit);
}

#[tokio::test]
async fn the_same_key_answers_the_same_operation() {
    let fleet = Fleet::new().await;
    let create = async |key: &str| {
        let request = Request::post("/api/v1/projects").header("content-type", "application/json");
        let request =
            request.header("Idempotency-Key", key).body(Body::from(fleet.draft("shop").to_string()));
        fleet.operator().ask(request.unwrap()).await
    };

    let first = create("once").await.ok(StatusCode::ACCEPTED);
    let second = create("once").await.ok(StatusCode::ACCEPTED);

    assert_eq!(first.header("location"), second.header("location"));
    assert_eq!(create("twice").await.fields(409), ["id"]);
    assert_eq!(create("").await.fields(422), ["Idempotency-Key"]);
    assert_eq!(create(&"k".repeat(201)).await.fields(422), ["Idempotency-Key"]);
}

#[tokio::test]
async fn a_key_that_comes_back_with_another_request_is_refused() {
    let fleet = Fleet::new().await;
    let send = async |method: Method, path: &str, body: Value| {
        let request = Request::builder().method(method).uri(format!("/api/v1{path}"));
        let request = request.header("content-type", "application/json").header("Idempotency-Key", "nightly");
        fleet.operator().ask(request.body(Body::from(body.to_string())).unwrap()).await
    };
    let first = send(Method::POST, "/projects", fleet.draft("shop")).await.ok(StatusCode::ACCEPTED);
    let operation: Operation = serde_json::from_value(first.json::<Value>()["operation"].clone()).unwrap();

    for (method, path, body) in [
        (Method::POST, "/projects", fleet.draft("blog")),
        (Method::POST, "/projects/shop/restart", json!({})),
        (Method::PATCH, "/projects/shop", json!({"display_name": "Shop"})),
    ] {
        let answer = send(method, path, body).await;
        assert_eq!(answer.fields(409), ["Idempotency-Key"], "{path}");
        let problem = answer.problem(409);
        assert_eq!(problem.operation, Some(operation.id));
        assert!(problem.errors[0].message.contains("create of shop"), "{problem}");
    }
    let projects: Page<Project> = fleet.operator().get("/projects").await.json();
    assert_eq!(projects.items.len(), 1, "nothing was done");
    assert_eq!(projects.items[0].display_name, "shop");
}

#[tokio::test]
async fn everything_wrong_with_a_create_is_told_together() {
    let fleet = Fleet::new().await;
    let draft = json!({
        "id": "Shop", "colour": "red", "display_name": 5, "hostname": "-", "aliases": ["ok.example", "no good"],
        "schema_ref": {"repo": REPO, "path": "../secret", "ref": "main", "branch": "main"},
        "env": {"DATABASE_URL": "postgres://", "GOOD": "yes", "ODD": 7}, "admin_email": "nobody",
    });

    let answer = fleet.operator().post("/projects", &draft).await;

    assert_eq!(
        answer.fields(422),
        [
            "admin_email",
            "aliases.1",
            "colour",
            "display_name",
            "env.DATABASE_URL",
            "env.ODD",
            "hostname",
            "id",
            "schema_ref.branch",
            "schema_ref.path",
            "schema_ref.ref",
        ]
    );
    let problem = answer.problem(422);
    assert_eq!(problem.for_field("display_name").unwrap().accepted, "a text");
    assert!(problem.for_field("colour").unwrap().accepted.starts_with("id, display_name, hostname"));
    assert!(fleet.operator().get("/projects").await.json::<Value>()["items"].as_array().unwrap().is_empty());
}

#[tokio::test]
async fn a_branch_is_refused_with_the_commit_it_names() {
    let fleet = Fleet::new().await;
    let mut draft = fleet.draft("shop");
    draft["schema_ref"]["ref"] = "main".into();

    let problem = fleet.operator().post("/projects", &draft).await.problem(422);

    let fault = problem.for_field("schema_ref.ref").unwrap();
    assert_eq!(fault.suggestion.as_deref(), Some(fleet.commit.as_str()));
}

#[tokio::test]
async fn what_is_taken_names_its_owner() {
    let fleet = Fleet::new().await;
    let operator = fleet.operator();
    let with_name = |id: &str, alias: &str| {
        let mut draft = fleet.draft(id);
        draft["hostname"] = "shop.example.com".into();
        draft["aliases"] = json!([alias]);
        draft
    };
    operator.post("/projects", &with_name("shop", "a.example.com")).await.ok(StatusCode::ACCEPTED);

    let answer = operator.post("/projects", &with_name("other", "b.example.com")).await;

    let problem = answer.problem(409);
    assert!(
        problem.for_field("hostname").unwrap().message.contains("belongs to the project shop"),
        "{problem}"
    );
    let mut draft = fleet.draft("other");
    draft["aliases"] = json!(["free.example.com", "a.example.com"]);
    assert_eq!(operator.post("/projects", &draft).await.fields(409), ["aliases.1"]);
    assert_eq!(operator.post("/projects", &fleet.draft("shop")).await.fields(409), ["id"]);
}

#[tokio::test]
async fn what_does_not_exist_in_the_repository_is_a_wrong_field() {
    let fleet = Fleet::new().await;
    let wrong = async |field: &str, value: &str| {
        let mut draft = fleet.draft("shop");
        draft["schema_ref"][field] = value.into();
        fleet.operator().post("/projects", &draft).await.fields(422)
    };

    assert_eq!(wrong("repo", "https://git.example/none.git").await, ["schema_ref.repo"]);
    assert_eq!(wrong("ref", &"0".repeat(40)).await, ["schema_ref.ref"]);
    assert_eq!(wrong("path", "shop/none.ts").await, ["schema_ref.path"]);
    let commits = format!("/repositories/commits?repo={REPO}&path={PATH}");
    let commits: Value = fleet.operator().get(&commits).await.ok(StatusCode::OK).json();
    assert_eq!(commits["items"][0]["sha"], fleet.commit.as_str());
}
