//! Sessions, tokens, requests of other sites, and the headers of every answer.

use axum::http::Method;
use control_plane::OpContext;
use model::Actor;
use secrecy::ExposeSecret as _;

use super::site::{Site, request};
use crate::api::tests::support::{EMAIL, PASSWORD};
use crate::middleware::headers::Scheme;

/// A token of the operator, as a header, and its id.
async fn token(site: &Site) -> (String, model::TokenId) {
    let host = OpContext::platform(Actor::Host);
    let email = EMAIL.parse().unwrap();
    let made = site.fleet.plane.operators().create_token_for(&host, &email, "ci".into()).await;
    let (info, token) = made.unwrap();
    (format!("Bearer {}", token.expose_secret()), info.id)
}

#[tokio::test]
async fn a_session_is_bound_to_its_host_over_https_and_is_the_operator() {
    let site = Site::new(Scheme::Https).await;

    let page = site.log_in(PASSWORD, "192.0.2.1").await;

    assert!(page.status.is_redirection(), "{}", page.text());
    assert_eq!(page.header("location"), "/");
    let cookie = page.header("set-cookie").to_owned();
    assert!(cookie.starts_with("__Host-atomo_fleet="), "{cookie}");
    for word in ["HttpOnly", "Secure", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(word), "{word}: {cookie}");
    }
    assert!(!cookie.contains("Domain"), "{cookie}");
    let cookie = cookie.split(';').next().unwrap();
    let me = site.get("/api/v1/me", &[("cookie", cookie)]).await;
    assert!(me.status.is_success() && me.text().contains(EMAIL), "{}", me.text());
    site.get("/api/v1/me", &[]).await.problem(401);
}

#[tokio::test]
async fn a_token_is_the_operator_until_it_is_revoked() {
    let site = Site::new(Scheme::Http).await;
    let (bearer, id) = token(&site).await;
    let headers = [("authorization", bearer.as_str())];
    let me = site.get("/api/v1/me", &headers).await;
    assert!(me.text().contains(EMAIL), "{}", me.text());

    let removed = site.ask(request(Method::DELETE, &format!("/api/v1/tokens/{id}"), &headers, "")).await;

    assert_eq!(removed.status.as_u16(), 204, "{}", removed.text());
    let problem = site.get("/api/v1/me", &headers).await.problem(401);
    assert!(problem.detail.contains("revoked"), "{problem}");
    assert!(problem.request_id.is_some(), "a problem names its request");
}

#[tokio::test]
async fn a_request_that_another_site_made_a_browser_send_changes_nothing() {
    let site = Site::new(Scheme::Http).await;
    site.fleet.create("shop").await;
    let cookie = site.cookie().await;
    let elsewhere: [&[(&str, &str)]; 4] = [
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site"), ("authorization", "Basic aW5lczpwYXNzd29yZA==")],
        &[("origin", "https://evil.example")],
        &[],
    ];
    for headers in elsewhere {
        let mut headers = headers.to_vec();
        headers.push(("cookie", &cookie));
        for path in ["/api/v1/projects/shop/stop", "/actions/stop_project"] {
            let problem = site.post(path, &headers, "id=shop").await.problem(403);
            assert!(problem.detail.contains("another site"), "{path} {headers:?}: {problem}");
        }
    }
    let ours = [("sec-fetch-site", "same-origin"), ("cookie", cookie.as_str()), ("accept", "text/html")];
    let stopped = site.post("/actions/stop_project", &ours, "id=shop").await;
    assert!(stopped.header("location").starts_with("/operations/"), "{}", stopped.text());
    let operations = site.get("/api/v1/operations", &[("cookie", &cookie)]).await;
    assert_eq!(operations.text().matches("\"kind\":\"stop\"").count(), 1, "only our own page stopped it");
}

#[tokio::test]
async fn every_answer_tells_the_browser_how_to_treat_it() {
    for (scheme, hsts) in [(Scheme::Http, ""), (Scheme::Https, "max-age=63072000")] {
        let site = Site::new(scheme).await;
        for path in ["/login", "/api/v1/me", "/healthz", "/nothing", "/pkg/test.0a1b2c.js"] {
            let page = site.get(path, &[]).await;
            assert_eq!(page.header("x-content-type-options"), "nosniff", "{path}");
            assert_eq!(page.header("x-frame-options"), "DENY", "{path}");
            assert_eq!(page.header("referrer-policy"), "same-origin", "{path}");
            assert_eq!(page.header("cross-origin-opener-policy"), "same-origin", "{path}");
            assert_eq!(page.header("strict-transport-security"), hsts, "{path}");
            assert_ne!(page.header("x-request-id"), "", "{path}");
            let kept = if path == "/login" { "private, no-cache" } else { "no-store" };
            assert!([kept, "private, no-cache"].contains(&page.header("cache-control")), "{path}");
        }
        let policy = site.get("/login", &[]).await.header("content-security-policy").to_owned();
        assert!(policy.contains("script-src 'self';") && !policy.contains("unsafe"), "{policy}");
        let policy = site.get("/api/v1/me", &[]).await.header("content-security-policy").to_owned();
        assert_eq!(policy, "default-src 'none'; frame-ancestors 'none'");
    }
}

#[tokio::test]
async fn what_is_not_here_now_is_not_kept_for_a_year() {
    let site = Site::new(Scheme::Http).await;
    let page = site.get("/pkg/test.0a1b2c.js", &[]).await;
    assert_eq!((page.status.as_u16(), page.header("cache-control")), (404, "private, no-cache"));
}
