//! `/metrics`, the complete list.

use std::collections::BTreeMap;

use serde_json::json;

use crate::support::bench::{POSTS, admin_token, as_admin, each_server, graphql};

/// Family -> type, from the `# TYPE` lines.
fn families(text: &str) -> BTreeMap<&str, &str> {
    text.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split_once(' ')).collect()
}

/// The upper bounds of a histogram.
fn buckets(text: &str, family: &str) -> Vec<String> {
    let prefix = format!("{family}_bucket{{");
    let lines = text.lines().filter(|line| line.starts_with(&prefix));
    lines.filter_map(|line| Some(line.split_once("le=\"")?.1.split_once('"')?.0.to_owned())).collect()
}

#[tokio::test]
async fn a_fresh_server_has_the_database_families_only() {
    each_server(async |bench| {
        let server = bench.launch(POSTS).ready().await;
        let answer = server.get("/metrics").await;
        assert_eq!(answer.headers()["content-type"], "text/plain; version=0.0.4; charset=utf-8");
        let text = answer.text().await.unwrap();
        let expected = [("db_ping_duration_seconds", "histogram"), ("db_up", "gauge")];
        assert_eq!(families(&text), expected.into());
        assert!(text.lines().any(|line| line == "db_up 1"), "{text}");
        let expected = ["0.001", "0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "+Inf"];
        assert_eq!(buckets(&text, "db_ping_duration_seconds"), expected);
    })
    .await;
}

#[tokio::test]
async fn the_first_graphql_request_brings_its_families() {
    each_server(async |bench| {
        let server = as_admin(bench.launch(POSTS)).ready().await;
        let token = admin_token(&server).await;
        let named = json!({ "query": "query Named { __typename }", "operationName": "Named" });
        graphql(&server, &token, None, named).await;
        graphql(&server, &token, None, json!({ "query": "{ nonsense }" })).await;
        let text = server.text("/metrics").await;
        let families = families(&text);
        assert_eq!(families["graphql_requests_total"], "counter");
        assert_eq!(families["graphql_request_duration_seconds"], "histogram");
        assert_eq!(families.len(), 4, "{families:?}");
        for line in [
            "graphql_requests_total{operation=\"Named\",status=\"ok\"} 1",
            "graphql_requests_total{operation=\"anonymous\",status=\"error\"} 1",
        ] {
            assert!(text.lines().any(|other| other == line), "{line} is not in\n{text}");
        }
        let named = text.lines().filter(|line| line.contains("\"Named\"")).collect::<Vec<_>>().join("\n");
        let expected =
            ["0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "10", "+Inf"];
        assert_eq!(buckets(&named, "graphql_request_duration_seconds"), expected);
    })
    .await;
}
