//! Forms: sent by the browser and by the page script, refused, and sent twice.

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

/// The headers of a form that the page script sends.
fn by_the_page_script(cookie: &str) -> [(&'static str, &str); 5] {
    [
        ("sec-fetch-site", "same-origin"),
        ("accept", "text/html"),
        ("x-page-script", "1"),
        ("referer", "http://fleet.example/projects/shop"),
        ("cookie", cookie),
    ]
}

#[tokio::test]
async fn a_form_that_is_sent_twice_acts_once_and_gets_the_same_answer() {
    let site = Site::new(Scheme::Http).await;
    site.fleet.create("shop").await;
    let cookie = site.cookie().await;
    let send = |key: &'static str| {
        let (site, cookie) = (&site, &cookie);
        async move {
            let path = format!("/actions/restart_project?key={key}");
            site.post(&path, &by_the_page_script(cookie), "id=shop").await
        }
    };

    let (first, second) = tokio::join!(send("one"), send("one"));
    let third = send("one").await;
    let another = send("another").await;

    let next = |page: &super::site::Page| (page.status.as_u16(), page.header("x-location").to_owned());
    assert!(first.header("x-location").starts_with("/operations/"), "{}", first.text());
    assert_eq!(first.header("location"), "", "the page script follows it itself");
    assert_eq!(next(&first).0, 204);
    assert_eq!((next(&first), next(&first)), (next(&second), next(&third)));
    assert_ne!(next(&first), next(&another), "another form is another command");
    let operations = site.get("/api/v1/operations", &[("cookie", &cookie)]).await;
    assert_eq!(operations.text().matches("\"kind\":\"restart\"").count(), 2);
}

#[tokio::test]
async fn a_form_that_is_refused_comes_back_alike_by_browser_and_page_script() {
    let site = Site::new(Scheme::Http).await;
    site.fleet.create("shop").await;
    let cookie = site.cookie().await;
    let headers = by_the_page_script(&cookie);
    let sent = "id=shop&generation=1&form[memory]=plenty";

    let script = site.post("/actions/change_limits?key=a", &headers, sent).await;
    let [site_header, accept, _, referer, session] = headers;
    let browser =
        site.post("/actions/change_limits?key=b", &[site_header, accept, referer, session], sent).await;

    let back = "/projects/shop?flash=1";
    assert_eq!((script.status.as_u16(), script.header("x-location")), (204, back));
    assert!(browser.status.is_redirection());
    assert_eq!(browser.header("location"), back);
    let page = site.get("/projects/shop/settings?flash=1", &[("cookie", &cookie)]).await;
    assert!(page.text().contains("16 MiB to 1 TiB") && page.text().contains("plenty"), "{}", page.text());
    let again = site.get("/projects/shop/settings?flash=1", &[("cookie", &cookie)]).await;
    assert!(!again.text().contains("plenty"), "it is shown once");
}
