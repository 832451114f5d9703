//! Log-in, and the two GraphQL fields with which a demonstration writes rows.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::bench::{ADMIN, POSTS, admin_token, as_admin, graphql, login, the_standin};

fn create(data: &Value) -> Value {
    json!({
        "query": "mutation M($data: JSON!) { create(model: \"Post\", data: $data) }",
        "variables": { "data": data },
    })
}

#[tokio::test]
async fn a_row_and_its_event_are_written_together_or_not_at_all() {
    the_standin(async |bench| {
        let server = as_admin(bench.launch(POSTS)).ready().await;
        let token = admin_token(&server).await;
        let made = graphql(&server, &token, None, create(&json!({ "title": "Hello", "views": 7 }))).await;
        let post = &made["data"]["create"];
        assert_eq!((post["title"].as_str(), post["views"].as_i64()), (Some("Hello"), Some(7)), "{made}");
        assert!(post["createdAt"].is_string() && post["id"].is_string(), "{made}");

        let refused = graphql(&server, &token, None, create(&json!({ "views": 1 }))).await;
        assert!(refused["errors"][0]["message"].as_str().unwrap().contains("\"title\""), "{refused}");
        let refused = graphql(&server, &token, None, create(&json!({ "tile": "x" }))).await;
        assert_eq!(refused["errors"][0]["message"], "Unknown field 'tile' on model 'Post'");

        let listed =
            graphql(&server, &token, None, json!({ "query": "{ records(model: \"Post\", limit: 9) }" }))
                .await;
        assert_eq!(listed["data"]["records"], json!([post]));
        let events = bench
            .column("select concat_ws(' ', event_type, model_name, data ->> 'title') from event_log")
            .await;
        assert_eq!(events, ["Created Post Hello"]);
    })
    .await;
}

#[tokio::test]
async fn a_body_that_is_no_json_is_an_empty_query() {
    the_standin(async |bench| {
        let server = as_admin(bench.launch(POSTS)).ready().await;
        let token = admin_token(&server).await;
        for body in ["no json".to_owned(), " ".repeat(2_000_001)] {
            let request = server.request(Method::POST, "/graphql").bearer_auth(&token).body(body);
            let answer = request.send().await.unwrap();
            assert_eq!(answer.status(), StatusCode::OK);
            assert_eq!(answer.headers()["content-type"], "application/graphql-response+json");
            assert!(answer.json::<Value>().await.unwrap()["errors"][0]["message"].is_string());
        }
    })
    .await;
}

#[tokio::test]
async fn a_login_opens_a_session_that_can_be_revoked() {
    the_standin(async |bench| {
        let server = as_admin(bench.launch(POSTS)).ready().await;
        assert_eq!(login(&server, ADMIN.0, "wrong").await, (StatusCode::UNAUTHORIZED, Value::Null));
        assert_eq!(login(&server, "nobody@example.test", ADMIN.1).await.0, StatusCode::UNAUTHORIZED);
        let (_, answer) = login(&server, ADMIN.0, ADMIN.1).await;
        assert_eq!(
            (answer["user"]["email"].as_str(), answer["user"]["role"].as_str()),
            (Some(ADMIN.0), Some("admin"))
        );
        assert!(answer["refresh_token"].is_string());
        let token = answer["token"].as_str().unwrap();
        let me = async || server.request(Method::GET, "/auth/me").bearer_auth(token).send().await.unwrap();
        assert_eq!(me().await.json::<Value>().await.unwrap(), answer["user"]);
        bench.execute("update sessions set is_revoked = true").await;
        assert_eq!(me().await.status(), StatusCode::UNAUTHORIZED);
    })
    .await;
}

#[tokio::test]
async fn the_admin_is_seeded_once_and_reset_only_on_request() {
    the_standin(async |bench| {
        drop(as_admin(bench.launch(POSTS)).ready().await);
        let changed = || as_admin(bench.launch(POSTS)).env("ADMIN_PASSWORD", "another");
        let server = changed().ready().await;
        assert_eq!(login(&server, ADMIN.0, "another").await.0, StatusCode::UNAUTHORIZED);
        assert_eq!(login(&server, ADMIN.0, ADMIN.1).await.0, StatusCode::OK);
        drop(server);
        let server = changed().env("ADMIN_RESET_PASSWORD", "true").ready().await;
        assert_eq!(login(&server, ADMIN.0, "another").await.0, StatusCode::OK);
    })
    .await;
}

#[tokio::test]
async fn browsers_of_listed_origins_may_call() {
    the_standin(async |bench| {
        let server = bench.launch(POSTS).env("CORS_ORIGINS", "https://a.test, https://b.test").ready().await;
        for (origin, allowed) in [("https://b.test", Some("https://b.test")), ("https://c.test", None)] {
            let answer =
                server.request(Method::GET, "/health").header("origin", origin).send().await.unwrap();
            let header = answer.headers().get("access-control-allow-origin");
            assert_eq!(header.and_then(|value| value.to_str().ok()), allowed);
        }
    })
    .await;
}
