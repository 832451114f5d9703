//! Rejected requests.

use axum::body::Body;
use axum::http::{Method, Request};
use model::ProblemKind;
use serde_json::json;

use super::support::Fleet;
use crate::middleware::body_limit::MAX_BODY;

#[tokio::test]
async fn an_unknown_path_is_a_problem() {
    let fleet = Fleet::new().await;

    let problem = fleet.operator().get("/nothing").await.problem(404);

    assert!(problem.detail.contains("/api/v1/nothing"), "{problem}");
    for path in [
        "/projects/none",
        "/projects/none/logs",
        "/projects/UPPER",
        "/operations/7",
        "/projects/none/secrets",
    ] {
        assert_eq!(fleet.operator().get(path).await.problem(404).kind, ProblemKind::NotFound, "{path}");
    }
}

#[tokio::test]
async fn a_method_that_a_path_does_not_take_is_a_problem() {
    let fleet = Fleet::new().await;

    let answer = fleet.operator().send(Method::PUT, "/projects", "{}").await;

    answer.problem(405);
    let mut allowed: Vec<&str> = answer.header("allow").split(',').collect();
    allowed.sort_unstable();
    assert_eq!(allowed, ["GET", "HEAD", "POST"]);
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused() {
    let fleet = Fleet::new().await;
    let draft = |size: usize| json!({"id": "shop", "display_name": "x".repeat(size)}).to_string();

    let problem = fleet.operator().send(Method::POST, "/projects", draft(MAX_BODY)).await.problem(413);

    assert_eq!(problem.kind, ProblemKind::TooLarge);
    fleet.operator().send(Method::POST, "/projects", draft(MAX_BODY - 100)).await.problem(422);
    fleet.operator().send(Method::DELETE, "/projects/shop", draft(MAX_BODY)).await.problem(413);
}

#[tokio::test]
async fn a_body_that_cannot_be_read_is_told_where() {
    let fleet = Fleet::new().await;
    let operator = fleet.operator();

    let problem = operator.send(Method::POST, "/projects", "{\"id\": \"shop\",\n  oops}").await.problem(400);
    assert!(problem.detail.contains("line 2 column 3"), "{problem}");
    assert_eq!(operator.send(Method::POST, "/projects", "[]").await.fields(422), ["body"]);
    operator.send(Method::POST, "/projects", "").await.problem(400);

    for content_type in ["application/x-www-form-urlencoded", "text/plain", ""] {
        let request = Request::post("/api/v1/projects").header("content-type", content_type);
        let request = request.body(Body::from(fleet.draft("shop").to_string())).unwrap();
        let problem = operator.ask(request).await.problem(400);
        assert!(problem.detail.contains("application/json"), "{content_type}: {problem}");
    }
}

#[tokio::test]
async fn a_problem_names_its_request() {
    let fleet = Fleet::new().await;
    for path in ["/api/v1/nothing", "/api/v1/projects/none", "/api/v1/me?x=1"] {
        for asker in [fleet.anon(), fleet.operator()] {
            let request = Request::get(path).header("x-request-id", "req-7").body(Body::empty()).unwrap();
            let answer = asker.ask(request).await;
            let problem = answer.problem(answer.status.as_u16());
            assert_eq!(problem.request_id.as_deref(), Some("req-7"), "{path}");
        }
    }
}

#[tokio::test]
async fn a_part_that_is_away_is_named_and_asked_again_later() {
    let fleet = Fleet::new().await;
    fleet.create("shop").await;
    fleet.driver.set_away(Some("no engine"));

    let answer = fleet.operator().get("/projects/shop/logs").await;

    assert_eq!(answer.problem(503).part.as_deref(), Some("driver"));
    assert_eq!(answer.header("retry-after"), "5");
}
