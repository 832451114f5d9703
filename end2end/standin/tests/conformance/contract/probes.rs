//! The routes without a login.

use std::{fs, path::Path};

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::bench::{POSTS, each_server};

#[tokio::test]
async fn the_probes_answer_as_documented() {
    each_server(async |bench| {
        let server = bench.launch(POSTS).ready().await;
        assert_eq!(server.text("/").await, "🚀 Atomo Content Core Server");
        assert_eq!(server.text("/health").await, "OK");
        assert_eq!(server.text("/ready").await, "");
        let info = server.text("/info").await;
        assert!(
            info.lines().count() == 2 && info.trim_end().ends_with("Schema loaded successfully"),
            "{info}"
        );
    })
    .await;
}

#[tokio::test]
async fn the_version_has_its_four_fields() {
    each_server(async |bench| {
        let server =
            bench.launch(POSTS).env("ATOMO_VERSION", "v9.8.7").env("ATOMO_GIT_SHA", "abc").ready().await;
        let version: Value = server.get("/version").await.json().await.unwrap();
        assert_eq!(version["name"], "atomo-server");
        for field in ["version", "commit", "buildTime"] {
            assert!(version[field].is_string(), "{version}");
        }
    })
    .await;
}

#[tokio::test]
async fn the_model_list_is_public_and_stable_but_for_its_time() {
    each_server(async |bench| {
        let server = bench.launch(POSTS).ready().await;
        let first: Value = server.get("/meta/schema").await.json().await.unwrap();
        let second: Value = server.get("/meta/schema").await.json().await.unwrap();
        let post = &first["models"]["Post"];
        assert_eq!((&post["tableName"], &post["primaryKey"]), (&json!("posts"), &json!("id")));
        assert_eq!(post["fields"]["views"]["type"], "number");
        assert_eq!(post["fields"]["views"]["optional"], true);
        assert_eq!(first["version"], "1.0.0");
        assert_eq!(first["models"], second["models"]);
        assert_ne!(first["generated_at"], second["generated_at"]);
    })
    .await;
}

#[tokio::test]
async fn graphql_has_a_page_for_all_and_answers_for_callers_with_a_token() {
    each_server(async |bench| {
        let server = bench.launch(POSTS).ready().await;
        let page = server.get("/graphql").await;
        let kind = page.headers()["content-type"].to_str().unwrap().to_owned();
        assert!(page.status() == StatusCode::OK && kind.starts_with("text/html"), "{kind}");
        for token in [None, Some("Bearer nonsense")] {
            let mut request =
                server.request(Method::POST, "/graphql").json(&json!({ "query": "{ __typename }" }));
            if let Some(token) = token {
                request = request.header("authorization", token);
            }
            let refused = request.send().await.unwrap();
            assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);
            assert_eq!(refused.text().await.unwrap(), "");
        }
    })
    .await;
}

#[tokio::test]
async fn a_request_id_is_kept_or_made() {
    each_server(async |bench| {
        let server = bench.launch(POSTS).ready().await;
        let kept =
            server.request(Method::GET, "/health").header("x-request-id", "mine-1").send().await.unwrap();
        assert_eq!(kept.headers()["x-request-id"], "mine-1");
        let made = server.get("/health").await;
        assert_eq!(made.headers()["x-request-id"].len(), 36);
    })
    .await;
}

#[tokio::test]
async fn security_headers_are_set_unless_disabled() {
    each_server(async |bench| {
        let server = bench.launch(POSTS).ready().await;
        let headers = server.get("/health").await.headers().clone();
        assert_eq!(headers["strict-transport-security"], "max-age=63072000; includeSubDomains; preload");
        assert_eq!(headers["x-content-type-options"], "nosniff");
        assert_eq!(headers["referrer-policy"], "no-referrer");
        assert!(headers.contains_key("content-security-policy"));
        let server = bench.launch(POSTS).env("DISABLE_SECURITY_HEADERS", "true").ready().await;
        assert!(!server.get("/health").await.headers().contains_key("strict-transport-security"));
    })
    .await;
}

#[tokio::test]
async fn the_example_schemas_boot() {
    each_server(async |bench| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/schemas");
        for entry in fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let project = bench.cluster.project(entry.file_name().to_str().unwrap()).await;
            let schema = fs::read_to_string(entry.path().join("schema.ts")).unwrap();
            let server = bench.launch(&schema).env("DATABASE_URL", &project.url).ready().await;
            let meta: Value = server.get("/meta/schema").await.json().await.unwrap();
            let models = meta["models"].as_object().unwrap().len();
            let declared = schema.matches("export interface ").count() + schema.matches("= model(").count();
            assert_eq!(models, declared, "{}", entry.path().display());
        }
    })
    .await;
}
