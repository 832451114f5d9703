//! The log of a project as a stream: for programs as JSON, for pages as HTML.

use axum::body::Body;
use axum::http::{Request, Response};
use http_body_util::BodyExt as _;
use model::{ProblemKind, ProjectSet, Role};

use super::roles::Visit;
use super::site::Site;
use crate::api::tests::support::{DEADLINE, shop};
use crate::middleware::headers::Scheme;

/// The log of the API, and the one of a page.
const JSON: &str = "/api/v1/projects/shop/logs?follow=true";
const HTML: &str = "/projects/shop/logs/follow";

async fn follow(site: &Site, path: &str, cookie: &str) -> Response<Body> {
    site.open(Request::get(path).header("cookie", cookie).body(Body::empty()).unwrap()).await
}

async fn first_part(body: &mut Body) -> String {
    let part = tokio::time::timeout(DEADLINE, body.frame()).await.expect("a line").unwrap().unwrap();
    String::from_utf8_lossy(part.data_ref().unwrap()).into_owned()
}

#[tokio::test]
async fn an_open_log_ends_with_the_server() {
    for path in [JSON, HTML] {
        let site = Site::new(Scheme::Http).await;
        site.fleet.printing().await;
        let response = follow(&site, path, &site.cookie().await).await;
        assert!(response.status().is_success(), "{path}");
        assert_eq!(response.headers()["x-accel-buffering"], "no", "nginx would collect it");
        assert!(!response.headers().contains_key("content-encoding"), "a compressed stream comes in blocks");
        let mut body = response.into_body();
        assert!(first_part(&mut body).await.contains("line "), "{path}");

        site.fleet.stop.cancel();

        tokio::time::timeout(DEADLINE, body.collect()).await.expect("an end").unwrap();
    }
}

#[tokio::test]
async fn a_line_of_a_page_is_one_line_of_html_and_what_was_printed_is_text() {
    let site = Site::new(Scheme::Http).await;
    site.fleet.printing().await;
    site.fleet.driver.print(&shop().key, "<script>alert(\"1\")</script>\r\nand on");
    let response = follow(&site, &format!("{HTML}?tail=1"), &site.cookie().await).await;
    assert_eq!(response.headers()["content-type"], app::LOG_LINES);

    let html = first_part(&mut response.into_body()).await;

    assert!(html.starts_with("<li") && html.ends_with("</li>\n"), "{html}");
    assert_eq!(html.matches('\n').count(), 1, "{html}");
    assert!(!html.contains("<script>") && html.contains("&lt;script&gt;alert(&quot;1&quot;)"), "{html}");
}

#[tokio::test]
async fn who_may_not_read_a_log_follows_none() {
    let site = Site::new(Scheme::Http).await;
    site.fleet.printing().await;
    assert_eq!(site.get(JSON, &[]).await.problem(401).kind, ProblemKind::Unauthenticated);
    assert_eq!(site.get(HTML, &[]).await.status.as_u16(), 401);

    let elsewhere = ProjectSet::Only(["blog".parse().unwrap()].into());
    let visit = Visit::of(Some((Role::Owner, elsewhere))).await;
    assert_eq!(visit.status(HTML).await, 403);
}
