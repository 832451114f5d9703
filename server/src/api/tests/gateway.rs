//! The gateway and its edge policy.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use model::{FleetEdge, GatewayView, Project};
use serde_json::{Value, json};

use super::support::{Answer, Asker, Fleet};

impl Asker {
    /// Replaces the fleet's policy from its present generation, as a client does that has just read it.
    async fn put_edge(&self, body: &Value) -> Answer {
        let mut body = body.clone();
        body["generation"] = self.get("/gateway").await.json::<Value>()["edge_generation"].clone();
        self.put("/gateway/edge", &body).await
    }
}

#[tokio::test]
async fn the_fleets_policy_is_replaced_from_the_generation_that_was_read_alone() {
    let fleet = Fleet::new().await;
    let operator = fleet.operator();
    let edge = |network: &str| json!({"policy": {"deny": [network]}});
    let blind = operator.put("/gateway/edge", &edge("192.0.2.1")).await.problem(428);
    let read = operator.get("/gateway").await.json::<Value>()["edge_generation"].as_i64();
    assert_eq!(blind.generation, read);

    let put = async |if_match: &str, edge: &Value| {
        let request = Request::builder().method(Method::PUT).uri("/api/v1/gateway/edge");
        let request = request.header("content-type", "application/json").header("if-match", if_match);
        operator.ask(request.body(Body::from(edge.to_string())).unwrap()).await
    };
    let from = format!("\"{}\"", read.unwrap());
    let next = put(&from, &edge("192.0.2.1")).await.ok(StatusCode::OK).header("etag").to_owned();
    let problem = put(&from, &edge("192.0.2.2")).await.problem(409);
    assert_eq!(format!("\"{}\"", problem.generation.unwrap()), next);
    assert_eq!(problem.differences[0].field, "policy.deny");
    put(&next, &edge("192.0.2.2")).await.ok(StatusCode::OK);
    let mut twice = edge("192.0.2.3");
    twice["generation"] = json!(1);
    assert_eq!(put("\"9\"", &twice).await.fields(422), ["generation"], "header and body differ");
    assert_eq!(operator.put("/gateway/edge", &json!({"generation": null})).await.fields(422), ["generation"]);
}

#[tokio::test]
async fn the_fleets_policy_is_replaced_as_a_whole() {
    let fleet = Fleet::new().await;
    let operator = fleet.operator();
    let before: GatewayView = operator.get("/gateway").await.ok(StatusCode::OK).json();
    assert_eq!(before.edge, FleetEdge::default());

    let edge = json!({
        "policy": {"deny": ["203.0.113.7"], "max_body": 1_000_000, "rate_limit": {"requests": 60, "window_s": 10}},
        "trusted_proxies": ["192.0.2.0/24"],
    });
    let kept: Value = operator.put_edge(&edge).await.ok(StatusCode::OK).json();
    assert_eq!(kept["policy"]["deny"], json!(["203.0.113.7/32"]));
    assert_eq!(
        kept["policy"]["blocked_paths"],
        json!(["/workflows*", "/metrics"]),
        "they were not spoken of"
    );
    let after: Value = operator.get("/gateway").await.json();
    assert_eq!(after["edge"], kept);

    let open = json!({"policy": {"blocked_paths": []}});
    let open: Value = operator.put_edge(&open).await.ok(StatusCode::OK).json();
    assert_eq!(open, json!({"policy": {}, "trusted_proxies": []}), "now they were");
}

#[tokio::test]
async fn every_wrong_field_of_a_policy_is_named_and_nothing_is_changed() {
    let fleet = Fleet::new().await;
    let operator = fleet.operator();
    fleet.create("shop").await;
    let wrong = json!({
        "policy": {"allow": ["10.0.0.0/8", "10.1.2.3/8"], "max_body": 0, "response_headers": {"set-cookie": "a=b"}},
        "trusted_proxies": ["everybody"],
    });
    let fields =
        ["policy.allow.1", "policy.max_body", "policy.response_headers.set-cookie", "trusted_proxies.0"];
    assert_eq!(operator.put("/gateway/edge", &wrong).await.fields(422), fields);
    let unknown = json!({"policy": {"alow": []}, "colour": 1});
    operator.put("/gateway/edge", &unknown).await.problem(422);
    let patch = json!({"edge": {"blocked_paths": ["metrics"], "rate_limit": {"requests": 0, "window_s": 1}}});
    assert_eq!(operator.edit("shop", &patch).await.fields(422), ["edge.blocked_paths.0", "edge.rate_limit"]);
    let view: GatewayView = operator.get("/gateway").await.json();
    assert_eq!(view.edge, FleetEdge::default());
    operator.send(Method::POST, "/gateway/edge", "{}").await.problem(405);
}

#[tokio::test]
async fn a_projects_policy_is_a_part_of_it() {
    let fleet = Fleet::new().await;
    let operator = fleet.operator();
    fleet.create("shop").await;
    let patch = json!({"edge": {"allow": ["10.0.0.0/8"], "response_headers": {"X-Frame-Options": "DENY"}}});
    operator.edit("shop", &patch).await.ok(StatusCode::ACCEPTED);
    let project: Value = operator.get("/projects/shop").await.json();
    assert_eq!(
        project["edge"],
        json!({"allow": ["10.0.0.0/8"], "response_headers": {"x-frame-options": "DENY"}})
    );
    operator.edit("shop", &json!({"edge": {}})).await.ok(StatusCode::ACCEPTED);
    let project: Project = operator.get("/projects/shop").await.json();
    assert!(project.edge.is_empty());
}
