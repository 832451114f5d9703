//! The rate limiter, whose budget the control plane has to raise.

use reqwest::{Method, StatusCode};

use crate::support::{
    bench::{Bench, POSTS, each_server},
    server::Server,
};

async fn limited(bench: &Bench) -> Server {
    bench.launch(POSTS).env("RATE_LIMIT_RPS", "3").ready().await
}

#[tokio::test]
async fn a_spent_budget_is_429_with_a_time_and_probes_are_exempt() {
    each_server(async |bench| {
        let server = limited(bench).await;
        for _ in 0..3 {
            assert_eq!(server.get("/version").await.status(), StatusCode::OK);
        }
        let refused = server.get("/metrics").await;
        assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
        let wait: u64 = refused.headers()["retry-after"].to_str().unwrap().parse().unwrap();
        assert!((1..=60).contains(&wait), "{wait}");
        for path in ["/health", "/ready"] {
            assert_eq!(server.get(path).await.status(), StatusCode::OK, "{path}");
        }
    })
    .await;
}

#[tokio::test]
async fn the_first_forwarded_hop_has_a_budget_of_its_own() {
    each_server(async |bench| {
        let server = limited(bench).await;
        let from = async |client: &str| {
            let request = server.request(Method::GET, "/version").header("x-forwarded-for", client);
            request.send().await.unwrap().status()
        };
        for _ in 0..3 {
            assert_eq!(from("203.0.113.1, 10.0.0.1").await, StatusCode::OK);
        }
        assert_eq!(from("203.0.113.1").await, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(from("203.0.113.2").await, StatusCode::OK);
    })
    .await;
}
