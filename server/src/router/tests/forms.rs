//! Failed forms: the answer with JavaScript, and the page without.

use axum::http::Method;
use model::ProblemKind;

use super::site::{Site, request};
use crate::api::tests::support::{EMAIL, PASSWORD};
use crate::middleware::body_limit::MAX_BODY;
use crate::middleware::headers::Scheme;

#[tokio::test]
async fn a_log_in_that_fails_comes_back_with_what_was_typed_and_keeps_no_session() {
    let site = Site::new(Scheme::Http).await;

    let refused = site.log_in("a wrong password", "192.0.2.1").await;

    assert!(refused.status.is_redirection());
    assert_eq!(refused.header("set-cookie"), "", "nothing is kept in the browser");
    assert_eq!(site.sessions().await, 0, "nor in the database");
    let back = refused.header("location").to_owned();
    assert!(back.starts_with("/login?192.0.2.1&flash="), "{back}");
    let page = site.get(&back, &[("accept", "text/html")]).await;
    assert!(page.text().contains("The address or the password is wrong"), "{}", page.text());
    assert!(page.text().contains(EMAIL), "the address need not be typed again");
    assert!(!page.text().contains("a wrong password"));
    let again = site.get(&back, &[("accept", "text/html")]).await;
    assert!(!again.text().contains("The address or the password is wrong"), "it is shown once");
    assert_eq!(site.sessions().await, 0);
}

#[tokio::test]
async fn guesses_from_one_place_keep_nobody_out_elsewhere() {
    let site = Site::new(Scheme::Http).await;
    for _ in 0..5 {
        site.log_in("a wrong password", "203.0.113.9").await;
    }
    let stranger = site.log_in(PASSWORD, "203.0.113.9").await;
    assert!(stranger.header("location").contains("flash="), "{}", stranger.header("location"));
    let page = site.get(stranger.header("location"), &[]).await;
    assert!(page.text().contains("Too many attempts"), "{}", page.text());

    let owner = site.log_in(PASSWORD, "192.0.2.1").await;

    assert_eq!(owner.header("location"), "/");
}

#[tokio::test]
async fn a_form_that_is_too_large_is_told_so_in_every_way() {
    let site = Site::new(Scheme::Http).await;
    let form = format!("email=ines%40example.com&password=x&next={}", "n".repeat(MAX_BODY));
    let ours = ("sec-fetch-site", "same-origin");

    let called = site.post("/actions/log_in", &[ours], &form).await.problem(413);
    let asked = site.ask(request(Method::POST, "/api/v1/login", &[ours], &form)).await.problem(413);
    let headers = [ours, ("accept", "text/html"), ("referer", "http://fleet.example/login")];
    let posted = site.post("/actions/log_in", &headers, &form).await;

    assert_eq!(called.kind, ProblemKind::TooLarge);
    assert_eq!((&called.title, &called.detail), (&asked.title, &asked.detail));
    let page = site.get(posted.header("location"), &[]).await;
    assert!(page.text().contains(&called.title) && page.text().contains("at most 1 MiB"), "{}", page.text());
    assert_eq!(site.sessions().await, 0);
    let fits = format!("email=x&password=x&next={}", "n".repeat(MAX_BODY - 100));
    assert_eq!(site.post("/actions/log_in", &[ours], &fits).await.problem(401).title, "Not logged in");
}
